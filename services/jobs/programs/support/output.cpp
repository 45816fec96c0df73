// Buffered output; see support/output.hpp.

#include "output.hpp"

#include <string.h>

#include "calls.hpp"

namespace job {

void Output::put(void const* from, size_t bytes) {
    if (bytes > sizeof(buffer_) - used_) {
        flush();
    }
    if (bytes > sizeof(buffer_)) {
        write_output(from, bytes);
        flushed_ += bytes;
        return;
    }
    memcpy(buffer_ + used_, from, bytes);
    used_ += bytes;
}

void Output::text(char const* words) {
    put(words, strlen(words));
}

void Output::number(uint64_t value) {
    char digits[20];
    size_t at = sizeof(digits);
    do {
        digits[--at] = static_cast<char>('0' + value % 10);
        value /= 10;
    } while (value != 0);
    put(digits + at, sizeof(digits) - at);
}

void Output::flush() {
    if (used_ > 0) {
        write_output(buffer_, used_);
        flushed_ += used_;
        used_ = 0;
    }
}

} // namespace job
