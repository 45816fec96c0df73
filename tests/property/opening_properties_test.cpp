// Opening for writing from a snapshot: whatever happened before and wherever the snapshot was
// taken, the state is the one that a replay from genesis comes to, and stays so, whatever was
// pruned.

#include <map>

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <sim-host/log/prune_session.hpp>
#include <sim-host/platform/memory_store.hpp>
#include <tests/support/first_opinion.hpp>
#include <tests/support/session_world.hpp>
#include <tests/support/temporary_folder.hpp>

namespace {

using namespace axiom;

using Step = std::pair<std::uint8_t, std::uint8_t>;

constexpr StoreGeometry small_segments{.storage_block_bytes = 512, .segment_bytes = 64U << 10U};

// A replay from genesis, made as the log grows: what is pruned later has been applied already.
class Model final : public EntrySink {
  public:
    void entry(Ordered<Entry> const& entry) noexcept override {
        if (entry.sequence() == next_) {
            replay_.entry(entry);
            ++next_.value;
        }
    }
    void reduced(Sequence sequence, Hash256 const&) noexcept override {
        lost_ = lost_ || sequence >= next_;
    }

    // The state hash; nullopt when something was rejected, or gone before it was seen.
    [[nodiscard]] std::optional<Hash256> state() {
        if (lost_ || replay_.stopped() || replay_.domains() == nullptr || replay_.rejected() != 0) {
            return std::nullopt;
        }
        return *replay_.domains()->shadows().state_hash();
    }

  private:
    host::ShadowReplay replay_{host::fastest_engine()};
    Sequence next_{};
    bool lost_{};
};

class History {
  public:
    History() { RC_ASSERT(world_.create(store_).has_value()); }

    void open() {
        auto opened = world_.open(store_);
        RC_ASSERT(opened.has_value());
        session_ = std::move(*opened);
        RC_ASSERT(session_->began_at() == newest_);
        RC_ASSERT(session_->snapshots_refused().empty());
        check();
    }

    void close() {
        RC_ASSERT(session_->close().has_value());
        session_.reset();
    }

    void step(Step const& step) {
        auto const [what, which] = step;
        switch (what % 8) {
        case 0:
            snapshot();
            break;
        case 1:
            close();
            open();
            break;
        case 2: {
            std::string const name(1 + which % 6, 'm');
            granted(world_.mark(*session_, name));
            break;
        }
        default:
            line(ProducerId{1U + which % 4U}, which);
        }
    }

    // Reduces lines of all earlier boots below a place that `which` chooses.
    void prune(std::uint8_t which) {
        HashEngine const& engine = host::fastest_engine();
        LogFacts const& facts = session_->domains().log().facts();
        Sequence const end{facts.boot_at.value * (which + 1U) / 256};
        auto const parts =
            host::plan_prune(store_, engine, {facts.pruned.begin(), facts.pruned.end()}, end);
        RC_ASSERT(parts.has_value());
        auto const agreed = host::agree_to_prune(*session_, store_, *parts, "random",
                                                 [] { return Result<void>{}; });
        RC_ASSERT(agreed.has_value() && agreed->entries.size() == parts->size());
        newest_ = agreed->snapshot;
        check();
        close();
        std::vector<PrunedRange> ranges;
        for (host::PrunePart const& part : *parts) {
            ranges.push_back(part.range);
        }
        if (which % 2 == 0) { // else it is owed, and the next opening pays
            RC_ASSERT(host::complete_prunes(
                          store_, {.engine = &engine, .entropy = &entropy_, .ranges = ranges})
                          .has_value());
        }
        open();
        auto const left = host::plan_prune(store_, engine, {}, end);
        RC_ASSERT(left.has_value() && left->empty());
    }

    // The shadows are what a walk over the whole log comes to; so is the log's own copy, or the
    // boot that names its root would be rejected.
    void check() {
        RC_ASSERT(session_->commit().has_value());
        static_cast<void>(session_->decide({})); // the shadows follow
        RC_ASSERT(test::first_opinion(store_, &model_).has_value());
        auto const state = model_.state();
        RC_ASSERT(state.has_value());
        RC_ASSERT(*session_->domains().shadows().state_hash() == *state);
    }

  private:
    void snapshot() {
        auto const taken = session_->snapshot();
        RC_ASSERT(taken.has_value());
        newest_ = *taken;
    }

    void line(ProducerId producer, std::size_t bytes) {
        if (lines_[producer.value] == 0) {
            granted(world_.stream(*session_, producer));
        }
        granted(world_.line(*session_, producer, ++lines_[producer.value], bytes));
    }

    void granted(Result<host::Granted> const& result) {
        RC_ASSERT(result.has_value() && result->appended.has_value());
    }

    test::TemporaryFolder folder_{test::TemporaryFolder::quick_parent()};
    host::MemoryStore store_{small_segments, 64};
    test::SessionWorld world_{folder_.name("log")};
    std::unique_ptr<host::LogSession> session_;
    std::map<std::uint64_t, std::uint64_t> lines_;
    std::optional<Sequence> newest_;
    Model model_;
    host::SystemEntropy entropy_;
};

RC_GTEST_PROP(opening, from_a_snapshot_comes_to_the_state_that_genesis_does,
              (std::vector<Step> const& steps)) {
    History history;
    history.open();
    for (Step const& step : steps) {
        history.step(step);
    }
    history.check();
    history.close();
    history.open();
    history.close();
}

RC_GTEST_PROP(opening, of_a_pruned_log_comes_to_the_state_that_it_had,
              (std::vector<Step> const& before, std::uint8_t first,
               std::vector<Step> const& between, std::uint8_t second)) {
    History history;
    history.open();
    for (Step const& step : before) {
        history.step(step);
    }
    history.close();
    history.open();
    history.prune(first);
    for (Step const& step : between) {
        history.step(step);
    }
    history.prune(second);
    history.close();
}

} // namespace
