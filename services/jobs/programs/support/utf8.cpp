// UTF-8; see support/utf8.hpp. Source: RFC 3629, section 4.

#include "utf8.hpp"

namespace job {

namespace {

struct Form {
    size_t bytes;           // 0: no such first byte
    unsigned char least;    // of the second byte
    unsigned char greatest; // of the second byte
};

Form form_of(unsigned char first) {
    if (first >= 0xC2 && first <= 0xDF) {
        return {2, 0x80, 0xBF};
    }
    if (first >= 0xE0 && first <= 0xEF) {
        return {3, static_cast<unsigned char>(first == 0xE0 ? 0xA0 : 0x80),
                static_cast<unsigned char>(first == 0xED ? 0x9F : 0xBF)};
    }
    if (first >= 0xF0 && first <= 0xF4) {
        return {4, static_cast<unsigned char>(first == 0xF0 ? 0x90 : 0x80),
                static_cast<unsigned char>(first == 0xF4 ? 0x8F : 0xBF)};
    }
    return {0, 0, 0};
}

} // namespace

bool is_text(char const* from, size_t bytes) {
    auto const* const text = reinterpret_cast<unsigned char const*>(from);
    size_t at = 0;
    while (at < bytes) {
        if (text[at] < 0x80) {
            if (text[at] == 0) {
                return false;
            }
            ++at;
            continue;
        }
        Form const form = form_of(text[at]);
        if (form.bytes == 0 || form.bytes > bytes - at || text[at + 1] < form.least ||
            text[at + 1] > form.greatest) {
            return false;
        }
        for (size_t index = 2; index < form.bytes; ++index) {
            if ((text[at + index] & 0xC0U) != 0x80) {
                return false;
            }
        }
        at += form.bytes;
    }
    return true;
}

} // namespace job
