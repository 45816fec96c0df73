// What a live log does when its store fails under it while several committers are at work.

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <string>
#include <thread>

#include <unistd.h>

#include <sim-host/platform/memory_store.hpp>
#include <sim-host/platform/wrapped_store.hpp>
#include <tests/support/live_world.hpp>
#include <tests/support/watched_engine.hpp>

namespace axiom::test {
namespace {

// Its next write, once armed, waits until told, and then fails.
class OneWriteFails final : public host::WrappedStore {
  public:
    using WrappedStore::WrappedStore;

    [[nodiscard]] Result<void> write(SlotOffset to, Bytes from) noexcept override {
        ++writes;
        if (std::exchange(armed, false)) {
            static_cast<void>(may_fail.wait());
            return fail(Code::io_failed);
        }
        return WrappedStore::write(to, from);
    }

    std::atomic<int> writes{};
    bool armed{};
    Event may_fail;
};

// Whether a thread of this process sleeps: see proc(5), field 3 of stat.
void wait_until_asleep(std::atomic<pid_t> const& thread) {
    char state = '?';
    while (state != 'S') {
        std::this_thread::yield();
        if (pid_t const id = thread; id != 0) {
            std::ifstream stat{"/proc/self/task/" + std::to_string(id) + "/stat"};
            std::string text;
            std::getline(stat, text);
            std::size_t const name_end = text.rfind(')');
            state = name_end + 2 < text.size() ? text[name_end + 2] : '?';
        }
    }
}

// While the write of one group fails, the next is being hashed by a committer that found no writer
// when it came. Were that group written, it would be acknowledged and lie behind a gap, where
// recovery cuts.
TEST(LiveLogFailures, NothingIsWrittenBehindAGroupWhoseWriteFailed) {
    host::MemoryStore medium{{.storage_block_bytes = 4096, .segment_bytes = 256U << 10U}, 64};
    OneWriteFails store{medium};
    LiveWorld world{store};
    ASSERT_TRUE(world.create());
    HashEngine const engine = watched_engine();
    auto options = world.options();
    options.engine = &engine;
    auto live = host::LiveLog::open(store, options, nullptr);
    ASSERT_TRUE(live);

    store.armed = true;
    store.writes = 0;
    Event first_hashes;
    Event second_waits;
    Event first_has_failed;
    std::atomic<pid_t> second_thread{};
    Result<void> first{};
    Result<void> second{};
    bool second_hashed = false;

    auto const one = LiveWorld::tick(**live, 1);
    ASSERT_TRUE(one);
    std::jthread first_committer{[&] {
        before_hashing = [&] {
            first_hashes.happen();
            static_cast<void>(second_waits.wait());
        };
        first = (*live)->commit(Sequence{one->sequence.value + 1});
        first_has_failed.happen();
    }};
    ASSERT_TRUE(first_hashes.wait());
    auto const two = LiveWorld::tick(**live, 2);
    ASSERT_TRUE(two);
    std::jthread second_committer{[&] {
        before_hashing = [&] {
            second_hashed = true;
            store.may_fail.happen();
            static_cast<void>(first_has_failed.wait());
        };
        second_thread = ::gettid();
        second = (*live)->commit(Sequence{two->sequence.value + 1});
    }};
    wait_until_asleep(second_thread);
    second_waits.happen();
    first_committer.join();
    second_committer.join();

    EXPECT_TRUE(second_hashed);
    EXPECT_FALSE(first);
    EXPECT_FALSE(second);
    EXPECT_EQ(store.writes, 1);
    EXPECT_EQ((*live)->watermark(), one->sequence);
}

} // namespace
} // namespace axiom::test
