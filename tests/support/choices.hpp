#pragma once
// Choices that a list of numbers makes: what a property shrinks, and a fuzzer changes.

#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

namespace axiom::test {

/// Numbers that a run is made of: shorter and smaller ones are simpler. After the last, all are 0.
class Choices {
  public:
    explicit Choices(std::vector<std::uint32_t> numbers) : numbers_{std::move(numbers)} {}

    [[nodiscard]] bool more() const { return at_ < numbers_.size(); }
    std::uint64_t below(std::uint64_t end) { return more() ? numbers_[at_++] % end : 0; }
    template <class T> T one_of(std::initializer_list<T> values) {
        return values.begin()[below(values.size())];
    }

  private:
    std::vector<std::uint32_t> numbers_;
    std::size_t at_{};
};

} // namespace axiom::test
