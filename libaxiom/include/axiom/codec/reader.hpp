#pragma once
// Reads little-endian values from untrusted bytes; every refusal carries the offset where it
// happened.

#include <cstdint>

#include <axiom/base/bytes.hpp>
#include <axiom/base/mutant.hpp>
#include <axiom/base/result.hpp>

namespace axiom {

class Reader {
  public:
    explicit Reader(Bytes from) noexcept : from_{from} {}

    template <std::unsigned_integral Word> Result<Word> word() noexcept {
        if (from_.size() - used_ < sizeof(Word)) {
            return fail(Code::truncated, used_);
        }
        Word const value = load_le<Word>(from_.subspan(used_));
        used_ += sizeof(Word);
        return value;
    }

    /// Borrows the next `count` bytes.
    Result<Bytes> bytes(std::uint64_t count) noexcept {
        if (from_.size() - used_ < count) {
            return fail(Code::truncated, used_);
        }
        Bytes const taken = from_.subspan(used_, static_cast<std::size_t>(count));
        used_ += taken.size();
        return taken;
    }

    /// Passes over `count` bytes that must be zero.
    Result<void> zeros(std::uint64_t count) noexcept {
        std::size_t const start = used_;
        Bytes const skipped = TRY(bytes(count));
        return axiom::is_zero(skipped) ? Result<void>{} : fail(Code::reserved_not_zero, start);
    }

    /// Refuses bytes that follow the value.
    [[nodiscard]] Result<void> finish() const noexcept {
        return used_ == from_.size() || AXIOM_MUTANT(trailing_bytes_taken)
                   ? Result<void>{}
                   : fail(Code::trailing_bytes, used_);
    }

    [[nodiscard]] std::size_t offset() const noexcept { return used_; }
    [[nodiscard]] std::size_t left() const noexcept { return from_.size() - used_; }

  private:
    Bytes from_;
    std::size_t used_{};
};

} // namespace axiom
