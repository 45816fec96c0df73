// The hashes of subtrees without rows, for every height: constants for all time, so that no table
// computes them. The test `row tree: the constants follow from their definition` recomputes each.

#include <axiom/domain/row_tree.hpp>

namespace axiom {
namespace {

consteval Hash256 hash(std::string_view hex) {
    return hash_from_hex(hex).value();
}

} // namespace

std::array<Hash256, row_tree_depth + 1> const empty_nodes{
    hash("0000000000000000000000000000000000000000000000000000000000000000"),
    hash("f5f1a0f38e812706ae0794dc381c0d23756d4623963426735562713861e025e5"),
    hash("3fba5ed7ef6c9d7e5e3dd538bda0d981b464a51ac1a1477e2a5ab6388ffd1f3b"),
    hash("fb3807e27489f8a6286c703183f9117667507509c1563407216b5be8a8ed77cf"),
    hash("63cf1f6cfe2ff7953e4b2d448d3d3df9dfed0d0c5e8c3d59e6d0fb54122b27b2"),
    hash("e785e486626d5cb61ed48fd95b17e921b2bdd170de5eef903da3503b174cd398"),
    hash("4a4a60abd3847c9044fd2cea61d86aa728974673dd467cf2a98e4d856ee8a69e"),
    hash("17bc00a627bc08370a8556551647de162f09cf2e38d8a075319426d7302fb0b6"),
    hash("3f2fb6f45f57be4552be8ad8d17bd9a354ba42636f944001c7d08168a75d59e6"),
    hash("eb87d62d3401a708033191e4eda733817dff67b95bcb309e788494e0fa84ae74"),
    hash("e7f4597cc112a478392a47027794bfa91fe50c8c1a8c468b73edc6c8b1c4165d"),
    hash("a7a065f63af9a4d9ebb8d8946b74337c1c7fbd526ee4c60b2c192a706203cf18"),
    hash("4f79885e547f90951525fe8b8f4376c16c9986ce76a5cc8f9fdb87869cb8e116"),
};

} // namespace axiom
