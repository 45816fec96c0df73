#pragma once
// ShortQueue: a few values, first in, first out, in place.

#include <array>
#include <cstddef>

#include <axiom/base/assert.hpp>

namespace axiom::host {

template <class Value, std::size_t capacity> class ShortQueue {
  public:
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] bool full() const noexcept { return size_ == capacity; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    /// Only when it is not empty.
    [[nodiscard]] Value const& front() const noexcept {
        AXIOM_ASSERT(size_ != 0);
        return values_[first_];
    }
    [[nodiscard]] Value const& back() const noexcept {
        AXIOM_ASSERT(size_ != 0);
        return values_[(first_ + size_ - 1) % capacity];
    }

    /// Only when it is not full.
    void push(Value const& value) noexcept {
        AXIOM_ASSERT(size_ != capacity);
        values_[(first_ + size_) % capacity] = value;
        ++size_;
    }

    Value pop() noexcept {
        Value const value = front();
        first_ = (first_ + 1) % capacity;
        --size_;
        return value;
    }

    void clear() noexcept { size_ = 0; }

  private:
    std::array<Value, capacity> values_{};
    std::size_t first_{};
    std::size_t size_{};
};

} // namespace axiom::host
