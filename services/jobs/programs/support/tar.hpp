#pragma once
// A tar stream on the input, member by member: ustar, with the long names of GNU and pax.
//
//     | header 512 | data, filled up to 512 | header | data | … | 1024 zeros |
//
// A stream that breaks the format ends the job with a message and code 3.

#include <stddef.h>
#include <stdint.h>

namespace job {

constexpr size_t tar_block_bytes = 512;
constexpr int code_bad_archive = 3;
constexpr int code_no_memory = 4;

struct TarHeader {
    char name[100];
    char mode[8];
    char user[8];
    char group[8];
    char size[12];
    char time[12];
    char checksum[8];
    char type;
    char link[100];
    char magic[6];
    char version[2];
    char user_name[32];
    char group_name[32];
    char device_major[8];
    char device_minor[8];
    char prefix[155];
    char rest[12];
};

static_assert(sizeof(TarHeader) == tar_block_bytes);

struct TarMember {
    TarHeader header; // as it came
    char* data;       // `bytes` of it, whole; until the next member
    size_t bytes;
    char const* path; // the long one where there is one
    bool path_is_long;
    bool size_is_extended; // by a pax record: the header's size is not to be believed or changed
    bool regular;          // a file, rather than a folder, a link or a note about the next member
};

class TarReader {
  public:
    /// The next member, or null at the end of the archive.
    TarMember const* next();

  private:
    void read_data();
    void take_extended(char* records, size_t bytes);
    void keep_long(char const* path, size_t bytes);
    void name_member();

    TarMember member_{};
    size_t capacity_ = 0;
    char long_path_[4096] = {};
    bool has_long_path_ = false;
    uint64_t extended_size_ = 0;
    bool has_extended_size_ = false;
    char path_[sizeof(TarHeader::prefix) + 1 + sizeof(TarHeader::name) + 1] = {};
};

/// Writes `bytes` as the header's size, and its checksum anew.
void set_size(TarHeader& header, uint64_t bytes);

/// Zeros from the end of `bytes` of data to the next block.
size_t padding_of(size_t bytes);

} // namespace job
