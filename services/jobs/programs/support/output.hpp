#pragma once
// Output in large pieces: a call is paid by its bytes, and by the instruction too.

#include <stddef.h>
#include <stdint.h>

namespace job {

class Output {
  public:
    ~Output() { flush(); }

    void put(void const* from, size_t bytes);
    void put(char one) {
        if (used_ == sizeof(buffer_)) {
            flush();
        }
        buffer_[used_++] = one;
    }
    void text(char const* words);
    void number(uint64_t value);
    void flush();

    /// All that was ever put.
    [[nodiscard]] uint64_t bytes() const { return flushed_ + used_; }

  private:
    char buffer_[65536];
    size_t used_ = 0;
    uint64_t flushed_ = 0;
};

} // namespace job
