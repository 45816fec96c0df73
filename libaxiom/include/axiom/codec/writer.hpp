#pragma once
// Writes canonical little-endian values into a caller's span; running out of room is a refusal.

#include <cstdint>

#include <axiom/base/bytes.hpp>
#include <axiom/base/result.hpp>

namespace axiom {

class Writer {
  public:
    explicit Writer(MutableBytes to) noexcept : to_{to} {}

    template <std::unsigned_integral Word> Result<void> word(Word value) noexcept {
        if (to_.size() - used_ < sizeof(Word)) {
            return fail(Code::no_room, used_);
        }
        store_le(to_.subspan(used_), value);
        used_ += sizeof(Word);
        return {};
    }

    Result<void> bytes(Bytes value) noexcept {
        if (to_.size() - used_ < value.size()) {
            return fail(Code::no_room, used_);
        }
        copy_bytes(to_.subspan(used_), value);
        used_ += value.size();
        return {};
    }

    Result<void> zeros(std::size_t count) noexcept {
        if (to_.size() - used_ < count) {
            return fail(Code::no_room, used_);
        }
        zero_bytes(to_.subspan(used_, count));
        used_ += count;
        return {};
    }

    /// What has been written so far.
    [[nodiscard]] Bytes written() const noexcept { return to_.first(used_); }
    [[nodiscard]] std::size_t size() const noexcept { return used_; }

  private:
    MutableBytes to_;
    std::size_t used_{};
};

} // namespace axiom
