#pragma once
// Seals: what a log says of the SysLog, against which batches are held.

#include <map>
#include <set>

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

    /// The one that begins where this batch does; null: none that is told.
    [[nodiscard]] SealEntry const* of(kernel::BatchHeader const& header) const;

    /// The last of the batch's ring in its boot; null: none.
    [[nodiscard]] SealEntry const* last_of(kernel::BatchHeader const& header) const;

    /// Whether a kernel has made entries in that boot.
    [[nodiscard]] bool had_a_kernel(std::uint64_t boot) const { return boots_.contains(boot); }

    /// Whether entries of that boot are pruned, so that a seal of it may be untold.
    [[nodiscard]] bool may_be_pruned(std::uint64_t boot) const { return pruned_.contains(boot); }

    [[nodiscard]] std::size_t count() const noexcept { return by_place_.size(); }

    /// Calls `visit` for each of a boot.
    template <class Visit> void for_each_in(std::uint64_t boot, Visit visit) const {
        for (auto const& [place, seal] : by_place_) {
            if (place.boot == boot) {
                visit(seal);
            }
        }
    }

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
    std::set<std::uint64_t> boots_;  // with entries of a kernel
    std::set<std::uint64_t> pruned_; // boots
    std::uint64_t lost_{};
};

} // namespace axiom::host
