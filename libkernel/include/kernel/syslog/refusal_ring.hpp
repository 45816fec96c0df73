#pragma once
// RefusalRing: what was refused on one CPU, with a reserve for each account.
//
// Accounts are told apart by bucket: the row of the account, modulo `buckets`. Time is cut into
// intervals; in each, a bucket may record `reserve` refusals, and all together `spare` more,
// whoever comes first. What goes beyond is counted by bucket, and the count is sealed as a note.
//
//     released ────────▼                             ring: 2 intervals and one slot at most
//     ...sealed records | interval n - 1 | interval n |  next
//
// An interval ends with the first refusal after its first record was sealed. So at most two
// intervals are unsealed at a time, which is what the ring holds: no recorded refusal is
// overwritten before it is sealed. A flood uses up its author's reserve and the spare room; every
// other bucket has its own reserve in each interval, and a seal of all there is begins one.
//
// Accounts that share a bucket share its reserve: accounts in the same row one after another
// always, and where rows are more than `buckets`, those a multiple of it apart.

#include <axiom/base/mutant.hpp>

#include <kernel/syslog/ring.hpp>

namespace axiom::kernel {

template <std::uint32_t records = 4096, std::uint32_t buckets = 256> class RefusalRing {
  public:
    static constexpr std::uint32_t bucket_count = buckets;

    /// Of a bucket, and of all, in each interval.
    static constexpr std::uint32_t reserve = records / 4 / buckets;
    static constexpr std::uint32_t spare = records / 2 - 1 - reserve * buckets;
    static_assert(reserve >= 1);
    static_assert(2 * (reserve * buckets + spare) <= records - 1);

    void begin(std::uint32_t cpu) noexcept {
        ring_.begin(cpu);
        start_ = ring_.next();
    }

    /// The kernel refused the call `request`. `given`: the value of the argument at fault.
    void refuse(Actor const& actor, std::uint16_t call, CallMark request, Refusal const& why,
                std::uint64_t given, std::uint64_t time_ns) noexcept {
        add(actor, RefusalRecord{.call = call,
                                 .flags = flags_of(actor),
                                 .account = actor.account,
                                 .time_ns = time_ns,
                                 .process = actor.process,
                                 .thread = actor.thread,
                                 .request = request,
                                 .check = why.check,
                                 .argument = why.argument,
                                 .detail = why.detail,
                                 .given = given});
    }

    /// The policy engine denied what `client` asked it for.
    void deny(Actor const& client, std::uint32_t rule, Sequence decided_at,
              Hash256 const& digest) noexcept {
        add(client, DenialRecord{.flags = flags_of(client),
                                 .account = client.account,
                                 .process = client.process,
                                 .rule = rule,
                                 .decided_at = decided_at,
                                 .digest = digest});
    }

    [[nodiscard]] RingView view() noexcept {
        RingView view = ring_.view(refusal_ring_of(cpu_of(ring_.next())));
        view.counted = counted_.data();
        view.buckets = buckets;
        return view;
    }

  private:
    struct Used {
        std::uint64_t interval{};
        std::uint32_t count{};
    };

    static std::uint8_t flags_of(Actor const& actor) noexcept {
        return actor.sealer ? sealers_own : std::uint8_t{0};
    }

    template <RecordForm Form> void add(Actor const& actor, Form const& form) noexcept {
        std::uint32_t const bucket = actor.bucket % buckets;
        if (!has_room(bucket)) {
            auto& counted = counted_[bucket];
            if (!AXIOM_MUTANT(refusal_uncounted)) {
                counted.store(counted.load(std::memory_order_relaxed) + 1,
                              std::memory_order_relaxed);
            }
        } else {
            auto const& words = to_record(form).words;
            ring_.write(words[1], words[2], words[3], words[4], words[5], words[6], words[7]);
        }
        ring_.weigh(actor.sealer ? 0 : 1);
    }

    // Takes a place of this interval: of the bucket's reserve, or of the spare ones.
    bool has_room(std::uint32_t bucket) noexcept {
        if (ring_.released() > start_ || AXIOM_MUTANT(refusal_interval_early)) {
            start_ = ring_.next();
            ++interval_;
            spare_used_ = 0;
        }
        Used& used = used_[bucket];
        if (used.interval != interval_) {
            used = {.interval = interval_};
        }
        if (used.count < reserve && !AXIOM_MUTANT(refusal_reserve_ignored)) {
            ++used.count;
            return true;
        }
        if (spare_used_ < spare || AXIOM_MUTANT(refusal_flood_unbounded)) {
            ++spare_used_;
            return true;
        }
        return false;
    }

    Ring<records> ring_;
    CallMark start_{}; // of this interval: its first record
    std::uint64_t interval_{};
    std::uint32_t spare_used_{};
    std::array<Used, buckets> used_{};
    std::array<std::atomic<std::uint64_t>, buckets> counted_{};
};

} // namespace axiom::kernel
