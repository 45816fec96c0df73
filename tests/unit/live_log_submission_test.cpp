// When helpers are woken: at once, by whoever makes work for them. An idle log here is idle only
// after an hour, so that nothing is found by looking again.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include <axiom/log/limits.hpp>
#include <sim-host/platform/memory_store.hpp>
#include <sim-host/platform/wrapped_store.hpp>
#include <tests/support/live_world.hpp>
#include <tests/support/watched_engine.hpp>

namespace axiom::test {
namespace {

using namespace std::chrono_literals;

// Its next write, once armed, waits until told.
class OneWriteWaits final : public host::WrappedStore {
  public:
    using WrappedStore::WrappedStore;

    [[nodiscard]] Result<void> write(SlotOffset to, Bytes from) noexcept override {
        if (armed.exchange(false)) {
            waits.happen();
            static_cast<void>(may_go_on.wait());
        }
        newest = std::max(newest.load(), to.slot.value);
        return WrappedStore::write(to, from);
    }

    std::atomic<bool> armed{};
    std::atomic<std::uint32_t> newest{}; // slot that was written
    Event waits;
    Event may_go_on;
};

// Whether it comes to that, long before an hour has passed.
template <class Condition> bool soon(Condition const& condition) {
    auto const end = std::chrono::steady_clock::now() + 20s;
    while (!condition() && std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(1ms);
    }
    return condition();
}

class LiveLogSubmission : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(LiveWorld{store_}.create());
        auto options = world_.options();
        options.engine = &engine_;
        options.idle_time = 1h;
        live_ = std::move(*host::LiveLog::open(store_, options, nullptr));
        ASSERT_TRUE(live_);
    }

    void append(std::uint64_t count) {
        for (std::uint64_t index = 0; index < count; ++index) {
            ASSERT_TRUE(LiveWorld::tick(*live_, ++now_));
        }
    }

    host::MemoryStore medium_{{.storage_block_bytes = 4096, .segment_bytes = 256U << 10U}, 64};
    OneWriteWaits store_{medium_};
    HashEngine engine_{watched_engine()};
    LiveWorld world_{store_, true};
    std::unique_ptr<host::LiveLog> live_;
    std::uint64_t now_{};
};

TEST_F(LiveLogSubmission, WhatIsSubmittedWhileACommitterHashesAheadIsTakenWhenItIsDone) {
    append(1);
    store_.armed = true;
    std::jthread const writer{
        [&, end = live_->next_sequence()] { EXPECT_TRUE(live_->commit(end)); }};
    ASSERT_TRUE(store_.waits.wait());
    append(block_entries_max + 20);
    Event hashes;
    Event may_finish;
    std::jthread const committer{[&, end = live_->next_sequence()] {
        before_hashing = [&] {
            hashes.happen();
            static_cast<void>(may_finish.wait());
        };
        EXPECT_TRUE(live_->commit(end));
    }};
    ASSERT_TRUE(hashes.wait());
    ASSERT_TRUE(live_->submit());
    std::this_thread::sleep_for(20ms); // a helper looks, and finds a thread that hashes
    may_finish.happen();

    Event taken;
    std::jthread const again{[&] {
        for (std::size_t more = 0; more < host::LiveLog::submissions_max; ++more) {
            append(1);
            EXPECT_TRUE(live_->submit()); // the last one when the first group is closed
        }
        taken.happen();
    }};
    EXPECT_TRUE(taken.wait(20s)) << "nobody took it before the flush had ended";
    store_.may_go_on.happen();
}

TEST_F(LiveLogSubmission, TheNextSegmentsSlotIsMadeWhenASegmentIsBegun) {
    ASSERT_TRUE(soon([&] { return medium_.slots() == 2; }));
    while (store_.newest == 0) {
        append(200);
        ASSERT_TRUE(live_->commit(live_->next_sequence()));
    }
    EXPECT_TRUE(soon([&] { return medium_.slots() == 3; }));
}

} // namespace
} // namespace axiom::test
