// Reading tar; see support/tar.hpp.

#include "tar.hpp"

#include <stdlib.h>
#include <string.h>

#include "calls.hpp"

namespace job {

namespace {

constexpr char type_long_name = 'L';
constexpr char type_extended = 'x';

uint64_t checksum_of(TarHeader const& header) {
    auto const* const bytes = reinterpret_cast<unsigned char const*>(&header);
    uint64_t sum = 0;
    for (size_t index = 0; index < sizeof(header); ++index) {
        bool const own = index >= offsetof(TarHeader, checksum) &&
                         index < offsetof(TarHeader, checksum) + sizeof(header.checksum);
        sum += own ? ' ' : bytes[index];
    }
    return sum;
}

// Octal digits, up to a space or zero; spaces may lead.
uint64_t octal(char const* field, size_t bytes) {
    uint64_t value = 0;
    size_t at = 0;
    while (at < bytes && field[at] == ' ') {
        ++at;
    }
    for (; at < bytes && field[at] >= '0' && field[at] <= '7'; ++at) {
        value = value << 3U | static_cast<uint64_t>(field[at] - '0');
    }
    return value;
}

// GNU's form for what octal digits cannot say: the top bit, then a big-endian number.
uint64_t size_of(TarHeader const& header) {
    auto const* const field = reinterpret_cast<unsigned char const*>(header.size);
    if ((field[0] & 0x80U) == 0) {
        return octal(header.size, sizeof(header.size));
    }
    uint64_t value = 0;
    for (size_t index = 4; index < sizeof(header.size); ++index) {
        value = value << 8U | field[index];
    }
    return value;
}

void put_octal(char* field, size_t digits, uint64_t value) {
    for (size_t index = digits; index > 0; --index) {
        field[index - 1] = static_cast<char>('0' + (value & 7U));
        value >>= 3U;
    }
}

bool is_end(TarHeader const& header) {
    auto const* const bytes = reinterpret_cast<char const*>(&header);
    for (size_t index = 0; index < sizeof(header); ++index) {
        if (bytes[index] != 0) {
            return false;
        }
    }
    return true;
}

bool has_data(char type) {
    return type < '1' || type > '6';
}

} // namespace

size_t padding_of(size_t bytes) {
    return (tar_block_bytes - bytes % tar_block_bytes) % tar_block_bytes;
}

void set_size(TarHeader& header, uint64_t bytes) {
    put_octal(header.size, sizeof(header.size) - 1, bytes);
    header.size[sizeof(header.size) - 1] = 0;
    put_octal(header.checksum, 6, checksum_of(header));
    header.checksum[6] = 0;
    header.checksum[7] = ' ';
}

void TarReader::read_data() {
    size_t const whole = member_.bytes + padding_of(member_.bytes);
    if (whole + 1 > capacity_) {
        free(member_.data);
        capacity_ = whole + 1;
        member_.data = static_cast<char*>(malloc(capacity_));
        if (member_.data == nullptr) {
            give_up("no memory for a member of the archive", code_no_memory);
        }
    }
    if (read_input(member_.data, whole) != whole) {
        give_up("the archive ends within a member", code_bad_archive);
    }
}

void TarReader::keep_long(char const* path, size_t bytes) {
    size_t const kept = bytes < sizeof(long_path_) - 1 ? bytes : sizeof(long_path_) - 1;
    memcpy(long_path_, path, kept);
    long_path_[kept] = 0;
    has_long_path_ = true;
}

// Records "LENGTH KEY=VALUE\n"; LENGTH counts all of the record.
void TarReader::take_extended(char* records, size_t bytes) {
    char* at = records;
    char* const end = records + bytes;
    *end = 0;
    while (at < end) {
        char* words = nullptr;
        size_t const length = strtoul(at, &words, 10);
        if (words == at || *words != ' ' || length <= static_cast<size_t>(words + 1 - at) ||
            length > static_cast<size_t>(end - at)) {
            give_up("a pax record is malformed", code_bad_archive);
        }
        ++words;
        char const* const last = at + length - 1; // the newline
        auto const left = static_cast<size_t>(last - words);
        if (left >= 5 && memcmp(words, "path=", 5) == 0) {
            keep_long(words + 5, left - 5);
        } else if (left >= 5 && memcmp(words, "size=", 5) == 0) {
            extended_size_ = strtoull(words + 5, nullptr, 10);
            has_extended_size_ = true;
        }
        at += length;
    }
}

void TarReader::name_member() {
    TarHeader const& header = member_.header;
    member_.path_is_long = has_long_path_;
    if (has_long_path_) {
        member_.path = long_path_;
        return;
    }
    size_t at = 0;
    if (memcmp(header.magic, "ustar", 6) == 0 && header.prefix[0] != 0) {
        size_t const bytes = strnlen(header.prefix, sizeof(header.prefix));
        memcpy(path_, header.prefix, bytes);
        path_[bytes] = '/';
        at = bytes + 1;
    }
    size_t const bytes = strnlen(header.name, sizeof(header.name));
    memcpy(path_ + at, header.name, bytes);
    path_[at + bytes] = 0;
    member_.path = path_;
}

TarMember const* TarReader::next() {
    size_t const got = read_input(&member_.header, sizeof(member_.header));
    if (got == 0 || (got == sizeof(member_.header) && is_end(member_.header))) {
        return nullptr;
    }
    if (got != sizeof(member_.header)) {
        give_up("the archive ends within a header", code_bad_archive);
    }
    TarHeader const& header = member_.header;
    if (octal(header.checksum, sizeof(header.checksum)) != checksum_of(header)) {
        give_up("a header's checksum is wrong: this is no tar archive", code_bad_archive);
    }
    member_.bytes = !has_data(header.type) ? 0
                    : has_extended_size_   ? extended_size_
                                           : size_of(header);
    read_data();
    bool const note = header.type == type_long_name || header.type == type_extended ||
                      header.type == 'g' || header.type == 'K';
    member_.regular = header.type == '0' || header.type == 0 || header.type == '7';
    name_member();
    member_.size_is_extended = has_extended_size_;
    if (!note) {
        has_long_path_ = false;
        has_extended_size_ = false;
    }
    if (header.type == type_long_name) {
        keep_long(member_.data, strnlen(member_.data, member_.bytes));
    } else if (header.type == type_extended) {
        take_extended(member_.data, member_.bytes);
    }
    return &member_;
}

} // namespace job
