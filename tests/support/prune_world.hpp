#pragma once
// A log in memory with lines, marks and snapshots over several boots and segments, and its pruning
// step by step.

#include <functional>

#include <gtest/gtest.h>

#include <sim-host/log/prune_session.hpp>
#include <sim-host/platform/memory_store.hpp>
#include <tests/support/session_world.hpp>
#include <tests/support/temporary_folder.hpp>
#include <tests/support/verify_world.hpp>

namespace axiom::test {

inline constexpr StoreGeometry prune_geometry{.storage_block_bytes = 512,
                                              .segment_bytes = 24U << 10U};

class PruneWorld {
  public:
    static constexpr ProducerId producer{7};

    explicit PruneWorld(std::uint32_t slots_max = 256) : medium{prune_geometry, slots_max} {
        AXIOM_ASSERT(world.create(medium).has_value());
    }

    /// A boot of `lines` lines, a mark among them, and a snapshot at its end.
    void boot(Store& store, unsigned lines) {
        auto const log = open(store);
        if (!has_stream_) {
            took(world.stream(*log, producer));
            has_stream_ = true;
        }
        for (unsigned count = 0; count < lines; ++count) {
            took(world.line(*log, producer, ++last_line_, 20 + 37 * (count % 9)));
            if (count == lines / 2) {
                took(world.mark(*log));
            }
            if (count % 5 == 4) {
                AXIOM_ASSERT(log->commit().has_value());
            }
        }
        AXIOM_ASSERT(log->snapshot().has_value());
        AXIOM_ASSERT(log->close().has_value());
    }

    std::unique_ptr<host::LogSession> open(Store& store) {
        auto opened = world.open(store);
        if (!opened) {
            ADD_FAILURE() << text_of(opened.error().code).name << " at " << opened.error().where;
        }
        AXIOM_ASSERT(opened.has_value());
        return std::move(*opened);
    }

    /// Up to the durable entry. Nothing of it is done yet.
    Result<host::PruneAgreed> agree(
        Store& store, host::LogSession& log, Sequence end,
        std::function<Result<void>()> const& before = [] { return Result<void>{}; }) {
        auto const& pruned = log.domains().log().facts().pruned;
        parts = TRY(
            host::plan_prune(store, host::fastest_engine(), {pruned.begin(), pruned.end()}, end));
        return host::agree_to_prune(log, store, parts, "test", before);
    }

    Result<host::PruneReport> pay(Store& store) {
        std::vector<PrunedRange> ranges;
        for (host::PrunePart const& part : parts) {
            ranges.push_back(part.range);
        }
        return host::complete_prunes(
            store, {.engine = &host::fastest_engine(), .entropy = &entropy, .ranges = ranges});
    }

    /// All of it; the first entry of the pruning boot.
    Sequence prune(Store& store, std::optional<Sequence> end = {}) {
        auto const log = open(store);
        Sequence const boot_at = log->domains().log().facts().boot_at;
        auto const agreed = agree(store, *log, end.value_or(boot_at));
        AXIOM_ASSERT(agreed.has_value() && !agreed->entries.empty());
        AXIOM_ASSERT(log->close().has_value());
        AXIOM_ASSERT(pay(store).has_value());
        return boot_at;
    }

    /// The same on a store that may fail on the way: false then. Marks 1 when the log names the
    /// snapshot that stands for the range, and 2 when its entry is durable.
    bool prune_marking(Store& store, std::function<void(std::uint64_t)> const& mark) {
        auto opened = world.open(store);
        if (!opened) {
            return false;
        }
        host::LogSession& log = **opened;
        Sequence const end = log.domains().log().facts().boot_at;
        auto const agreed = agree(store, log, end, [&] {
            mark(1);
            return Result<void>{};
        });
        if (!agreed || agreed->entries.empty()) {
            return false;
        }
        mark(2);
        return log.close() && pay(store);
    }

    host::Verdict verdict(Store& store) { return host::verify(store, verify_options()); }

    TemporaryFolder folder{TemporaryFolder::quick_parent()};
    host::MemoryStore medium;
    SessionWorld world{folder.name("log")};
    host::SystemEntropy entropy;
    std::vector<host::PrunePart> parts;

  private:
    static void took(Result<host::Granted> const& granted) {
        AXIOM_ASSERT(granted.has_value() && granted->appended.has_value());
    }

    std::uint64_t last_line_{};
    bool has_stream_{};
};

} // namespace axiom::test
