#include <tests/running/model.hpp>

#include <array>

namespace axiom::test::running {

std::string content_of(std::size_t number) {
    constexpr std::array<std::size_t, 5> sizes{0, 1, 300, 5000, 40'000};
    std::size_t const size = sizes[number % sizes.size()];
    std::string text;
    for (std::size_t at = number; text.size() < size; ++at) {
        text += "line " + std::to_string(at * 7919) + '\n';
    }
    text.resize(size);
    return text;
}

} // namespace axiom::test::running
