#pragma once
// A bounded list held in place: the one sequence type of entry bodies and of rows.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <axiom/base/assert.hpp>

namespace axiom {

template <class T, std::size_t Max> class List {
  public:
    static constexpr std::size_t max = Max;

    [[nodiscard]] std::size_t size() const noexcept { return count_; }
    [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
    [[nodiscard]] bool full() const noexcept { return count_ == Max; }

    /// Appends; the list has room.
    void push_back(T const& item) noexcept {
        AXIOM_ASSERT(count_ < Max);
        items_[count_++] = item;
    }

    void clear() noexcept { count_ = 0; }

    [[nodiscard]] T const& operator[](std::size_t index) const noexcept {
        AXIOM_ASSERT(index < count_);
        return items_[index];
    }
    [[nodiscard]] T& operator[](std::size_t index) noexcept {
        AXIOM_ASSERT(index < count_);
        return items_[index];
    }

    [[nodiscard]] T const* begin() const noexcept { return items_.data(); }
    [[nodiscard]] T const* end() const noexcept { return items_.data() + count_; }

    friend bool operator==(List const& left, List const& right) noexcept {
        if (left.count_ != right.count_) {
            return false;
        }
        for (std::size_t index = 0; index < left.count_; ++index) {
            if (!(left.items_[index] == right.items_[index])) {
                return false;
            }
        }
        return true;
    }

  private:
    std::array<T, Max> items_{};
    std::size_t count_{};
};

} // namespace axiom
