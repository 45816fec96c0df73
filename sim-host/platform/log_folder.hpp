#pragma once
// The folder of a log and the few names in it.
//
//      DATA/medium                   geometry and the record of claims (medium_header.hpp)
//      DATA/lock                     locked by the writer; says its process id, for people
//      DATA/segments/00000000.axm    slot 0
//
// `medium` is made last and by renaming: a folder without it is not a log yet.

#include <sim-host/platform/host_store.hpp>

namespace axiom::host {

class LogFolder {
  public:
    /// The folder at `path`, which may be named through links. `not_a_log` when there is none.
    [[nodiscard]] static HostResult<LogFolder> open(std::string const& path);

    /// The same, made if there is none; its parent must exist.
    [[nodiscard]] static HostResult<LogFolder> open_or_make(std::string const& path);

    [[nodiscard]] std::string const& path() const noexcept { return folder_.path(); }
    [[nodiscard]] bool has_medium() const noexcept;

    /// Makes `segments` and then `medium`, durable. `already_exists` when there is one.
    [[nodiscard]] HostResult<void> make_medium(StoreGeometry geometry) const;

    /// Makes `segments`, durable; no error when it is there.
    [[nodiscard]] HostResult<void> make_segments() const;

    [[nodiscard]] HostResult<HostFile> open_medium(bool writable) const;
    [[nodiscard]] HostResult<HostFile> open_segments() const;

    /// The lock file, locked; in mode `take_over` perhaps not. `writer_alive` names the holder.
    [[nodiscard]] HostResult<HostFile> lock(OpenMode mode) const;

  private:
    explicit LogFolder(HostFile folder) noexcept : folder_{std::move(folder)} {}

    [[nodiscard]] HostResult<HostFile> open_inside(char const* name, OpenFile how) const;
    [[nodiscard]] std::string inside(char const* name) const;

    HostFile folder_;
};

/// The header in `medium`, which must be one of a folder. `not_a_log`, `unknown_version`, ...
[[nodiscard]] HostResult<MediumHeader> read_folder_header(HostFile const& medium);

} // namespace axiom::host
