#pragma once
// The medium area of an open file: reads the header, reads and updates the record of claims.
//
// Invariant: an update that returned is in both copies and durable; an update that did not return
// leaves at least one whole copy. Updates of several processes take turns by a lock on the record's
// place. medium_header.hpp has the picture.

#include <sim-host/platform/host_file.hpp>
#include <sim-host/platform/medium_header.hpp>

namespace axiom::host {

class MediumArea {
  public:
    /// `file` outlives the area; `start` is where the medium begins in it.
    MediumArea(HostFile const& file, std::uint64_t start) noexcept : file_{file}, start_{start} {}

    /// Writes a fresh area: the header last, since it is what makes a medium of the file. Durable
    /// when it returns.
    [[nodiscard]] HostResult<void> format(MediumHeader const& header) const;

    /// The header, from its second copy when the first is damaged.
    [[nodiscard]] HostResult<MediumHeader> header() const;

    /// The newest whole copy of the record.
    [[nodiscard]] HostResult<MediumRecord> record() const;

    /// Records `epoch`; `fenced` unless it is above the recorded one.
    [[nodiscard]] HostResult<void> claim(Epoch epoch) const;

    /// Records `epoch` whatever is recorded now: the way back from a claim that no writer made. The
    /// caller has the log to himself.
    [[nodiscard]] HostResult<void> reset_claim(Epoch epoch) const;

    /// Records how many slots are in use; the caller holds the record (`lock_record`).
    [[nodiscard]] HostResult<void> use_slots(std::uint32_t slots) const;

    /// Lets one process at a time change the record. `writer_alive` when another keeps it for
    /// seconds.
    [[nodiscard]] HostResult<void> lock_record() const;
    [[nodiscard]] HostResult<void> unlock_record() const;

  private:
    [[nodiscard]] HostResult<MediumText> read_place(std::uint64_t place) const;
    [[nodiscard]] HostResult<void> write_record(MediumRecord const& next) const;

    HostFile const& file_;
    std::uint64_t start_;
};

} // namespace axiom::host
