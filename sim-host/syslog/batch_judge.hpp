#pragma once
// BatchJudge: what a batch that is kept is worth, by the log.
//
//     its seal is told ──▶ sealed, or flawed            seals of its boot are pruned ──▶ pruned
//     none is          ──▶ it goes on where its ring's last seal or batch ends: unsealed, as a
//                          crash leaves it; else flawed

#include <map>
#include <set>

#include <sim-host/syslog/seals.hpp>

namespace axiom::host {

enum class BatchStanding : std::uint8_t { sealed, unsealed, pruned, flawed };

struct BatchJudgement {
    BatchStanding standing{};
    std::optional<Sequence> seal; // that is told of it
    std::string_view flaw{};      // a sentence
    bool again{};                 // the same batch has been judged before
};

class BatchJudge {
  public:
    /// `ended_in_order`: whether the log says so. Then no batch of its last boot lacks a seal.
    BatchJudge(HashEngine const& engine, Seals const& seals, BootNumber last_boot,
               bool ended_in_order) noexcept
        : engine_{&engine}, seals_{&seals}, last_boot_{last_boot}, ended_in_order_{ended_in_order} {
    }

    /// In the order in which they are kept.
    [[nodiscard]] BatchJudgement judge(KeptBatch const& kept);

    /// Of what is behind the last whole batch of a file: empty for one that was cut as it was
    /// written.
    [[nodiscard]] std::string_view flaw_of(KeptRest const& rest) const;

  private:
    struct RingEnd {
        std::uint64_t end{};
        Hash256 hash{};
    };
    using Ring = std::pair<std::uint32_t, std::uint32_t>; // boot, ring

    [[nodiscard]] RingEnd end_of(kernel::BatchHeader const& header) const;
    [[nodiscard]] bool goes_on(kernel::BatchHeader const& header) const;

    HashEngine const* engine_;
    Seals const* seals_;
    BootNumber last_boot_;
    bool ended_in_order_;
    std::map<Ring, RingEnd> unsealed_; // how far they go
    std::set<Sequence> judged_;        // seals
};

/// What is kept of what a log seals.
struct SyslogVerdict {
    std::size_t sealed{};    // batches that the log seals
    std::size_t kept{};      // of them, those that are kept as they were sealed
    std::size_t unsealed{};  // kept, and no seal had come when the machine stopped
    std::size_t pruned{};    // kept, and their seals may be pruned
    std::size_t again{};     // kept once more
    std::uint64_t lost{};    // records that went before they were sealed
    std::uint64_t records{}; // of the batches that are kept as they were sealed
    struct Flaw {
        std::optional<Sequence> seal;
        std::string file;
        std::uint64_t offset{};
        std::string_view what;
    };
    std::vector<Flaw> flaws; // what is there and is no batch of this log
};

/// Holds everything that is kept in `folder` against the log's seals.
[[nodiscard]] HostResult<SyslogVerdict>
check_kept_batches(OpenedLog& log, std::string const& folder, bool ended_in_order);

} // namespace axiom::host
