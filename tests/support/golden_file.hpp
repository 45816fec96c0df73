#pragma once
// Comparing bytes with a vector that lies in the tree.

#include <string_view>

#include <axiom/base/bytes.hpp>

namespace axiom::test {

/// Expects that the file at `path` (below tests/golden) holds exactly `bytes`. With
/// AXIOM_WRITE_GOLDEN=1 in the environment the file is written instead and the test fails, so that
/// no run both writes and passes.
void expect_golden(std::string_view path, Bytes bytes);

} // namespace axiom::test
