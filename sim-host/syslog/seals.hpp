#pragma once
// Seals: what a log says of the SysLog, against which the batches that are kept are held.

#include <map>

#include <sim-host/inspect/opened_log.hpp>
#include <sim-host/syslog/kept_batches.hpp>

namespace axiom::host {

/// An entry that seals a batch.
struct SealEntry {
    Sequence sequence{};
    BootNumber boot{};
    kernel::Seal seal;
};

class Seals {
  public:
    /// All of a log.
    [[nodiscard]] static HostResult<Seals> of(OpenedLog& log);

    /// The one that begins where this batch does; null: none that is told any more.
    [[nodiscard]] SealEntry const* of(kernel::BatchHeader const& header) const;

    [[nodiscard]] std::size_t count() const noexcept { return by_place_.size(); }

    /// Records that were overwritten before anybody drained them.
    [[nodiscard]] std::uint64_t lost() const noexcept { return lost_; }

  private:
    struct Place {
        std::uint64_t boot{};
        std::uint32_t ring{};
        std::uint64_t first{};
        friend auto operator<=>(Place const&, Place const&) noexcept = default;
    };

    std::map<Place, SealEntry> by_place_;
    std::uint64_t lost_{};
};

/// What is kept of what a log seals.
struct SyslogVerdict {
    std::size_t sealed{};    // batches that the log seals
    std::size_t kept{};      // of them, those that are kept as they were sealed
    std::size_t unsealed{};  // kept, without a seal in the log
    std::uint64_t lost{};    // records that went before they were sealed
    std::uint64_t records{}; // of the batches that are kept as they were sealed
    struct Flaw {
        Sequence seal{};
        std::string file;
        std::uint64_t offset{};
        kernel::BatchVerdict verdict;
    };
    std::vector<Flaw> flaws; // batches that are not what was sealed
};

/// Holds every batch that is kept in `folder` against the log's seals.
[[nodiscard]] HostResult<SyslogVerdict> check_kept_batches(OpenedLog& log,
                                                           std::string const& folder);

} // namespace axiom::host
