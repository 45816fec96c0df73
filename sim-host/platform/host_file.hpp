#pragma once
// A file or folder of the host, opened safely and read and written whole or not at all.
//
// Invariants: a descriptor is never 0, 1 or 2, even when those were closed (a log must not become
// somebody's standard output); it is not inherited by programs that are started; the last part of a
// name is never followed through a symbolic link unless asked; what was opened is the kind that was
// asked for. Transfers go on after interruptions and short counts; nothing is mapped, so a file
// that shrinks is an error here and not a signal.

#include <cstdint>
#include <string>

#include <axiom/base/bytes.hpp>
#include <sim-host/platform/problem.hpp>

namespace axiom::host {

enum class FileKind : std::uint8_t { regular, regular_or_block_device, folder };

struct OpenFile {
    FileKind kind{FileKind::regular};
    bool writable{};
    bool create_new{};   // with permissions 0600; `already_exists` if it does
    bool follow_links{}; // only for names that a person gave
    bool past_cache{};   // bytes go between memory and disk without a copy: whole pages only
    bool alone{};        // a block device must not be in use, mounted or held by another writer
};

class HostFile {
  public:
    HostFile() = default;
    HostFile(HostFile&& other) noexcept;
    HostFile& operator=(HostFile&& other) noexcept;
    HostFile(HostFile const&) = delete;
    HostFile& operator=(HostFile const&) = delete;
    ~HostFile();

    /// Opens `name` seen from `folder` (a descriptor, or AT_FDCWD). `shown_path` is used in
    /// messages.
    [[nodiscard]] static HostResult<HostFile> open(int folder, std::string const& name,
                                                   OpenFile how, std::string shown_path);

    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
    [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }
    [[nodiscard]] std::string const& path() const noexcept { return path_; }

    /// `size_changed` when the file ends before `to` is full.
    [[nodiscard]] HostResult<void> read(std::uint64_t offset, MutableBytes to) const;

    /// `store_full` when there is no room; some of the bytes may have been written then.
    [[nodiscard]] HostResult<void> write(std::uint64_t offset, Bytes from) const;

    /// Writes zeros over `[offset, offset + bytes)`.
    [[nodiscard]] HostResult<void> write_zeros(std::uint64_t offset, std::uint64_t bytes) const;

    /// Writes zeros where `[offset, offset + bytes)` has no room of its own yet, and nowhere else.
    /// Does nothing where the system cannot tell.
    [[nodiscard]] HostResult<void> fill_holes(std::uint64_t offset, std::uint64_t bytes) const;

    /// Makes written bytes durable; `flush_failed` is final for the caller.
    [[nodiscard]] HostResult<void> flush_data() const;

    /// Makes bytes and everything about the file durable; for a folder, the names in it.
    [[nodiscard]] HostResult<void> flush_all() const;

    /// Bytes in a regular file or block device.
    [[nodiscard]] HostResult<std::uint64_t> size() const;

    /// Makes a regular file `bytes` long; what is added reads as zeros and takes no room yet.
    [[nodiscard]] HostResult<void> set_size(std::uint64_t bytes) const;

    /// Takes an exclusive lock of bytes `[offset, offset + bytes)`, held by this open file and gone
    /// with it. False when another open file holds it.
    [[nodiscard]] HostResult<bool> try_lock(std::uint64_t offset, std::uint64_t bytes) const;
    [[nodiscard]] HostResult<void> unlock(std::uint64_t offset, std::uint64_t bytes) const;

  private:
    HostFile(int descriptor, std::string path) noexcept
        : descriptor_{descriptor}, path_{std::move(path)} {}

    int descriptor_{-1};
    std::string path_;
};

/// `store_full` when this process may not write files as long as `bytes`. Beyond that limit (ulimit
/// -f) the system does not refuse a write, it ends the program: so who will write asks first.
[[nodiscard]] HostResult<void> check_file_size_limit(std::string const& path, std::uint64_t bytes);

} // namespace axiom::host
