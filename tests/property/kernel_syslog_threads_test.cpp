// A ring that is drained while its CPU writes as fast as it can: nothing torn is believed, nothing
// comes twice, and what does not come is counted.

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include <kernel/syslog/call_ring.hpp>
#include <kernel/syslog/reader.hpp>
#include <kernel/syslog/refusal_ring.hpp>
#include <sim-host/platform/hash_engines.hpp>

namespace axiom::kernel::test {
namespace {

constexpr std::uint32_t cpu = 2;
constexpr BootNumber boot{1};
constexpr Actor actor{.process = 3, .thread = 4, .account = 5, .bucket = 6};
constexpr Actor flooder{.process = 8, .thread = 9, .account = 10, .bucket = 7};
using Calls = CallRing<64>;
using Refusals = RefusalRing<256, 8>;

/// Every word of a record follows from its index.
constexpr std::array<std::uint64_t, 4> arguments_of(std::uint64_t index) {
    return {index * 3, ~index, index << 7U, index ^ 0x5555};
}

void write_call(Calls& calls, std::uint64_t& index) {
    auto const mark = calls.request(CallerWords{actor}, 7, arguments_of(index), index);
    calls.done(mark, index * 5, index + 1);
    index += 2;
}

void is_whole_call(Record const& record) {
    std::uint64_t const index = record.words[0];
    if (index % 2 == 0) {
        auto const request = as<RequestRecord>(record);
        ASSERT_EQ(request.type, RecordType::request);
        ASSERT_EQ(request.time_ns, index);
        ASSERT_EQ(request.process, actor.process);
        ASSERT_EQ(request.arguments, arguments_of(index));
    } else {
        auto const response = as<ResponseRecord>(record);
        ASSERT_EQ(response.type, RecordType::response);
        ASSERT_EQ(response.time_ns, index);
        ASSERT_EQ(response.request, mark_of(index - 1, cpu));
        ASSERT_EQ(response.value, (index - 1) * 5);
    }
}

/// A reader with what the log would hold for it.
class Drainer {
  public:
    explicit Drainer(RingView const& view) : bytes_(RingReader::bytes_for(view.buckets)) {
        reader_.begin(arena_, view, boot);
    }

    template <class Check> bool drain(std::size_t room, Check&& check) {
        auto const to = std::span{records_}.first(batch_overhead + room);
        HashEngine const& engine = host::fastest_engine();
        auto const seal = reader_.drain(row, to, engine);
        if (!seal) {
            return false;
        }
        auto const batch = to.first(batch_overhead + seal->count + seal->notes);
        EXPECT_EQ(check_batch(engine, boot, *seal, batch), BatchVerdict{});
        EXPECT_EQ(seal->first, row.end + seal->lost);
        for (Record const& record : batch.subspan(batch_overhead, seal->count)) {
            check(record);
        }
        count += seal->count;
        row.end = seal->end();
        row.lost += seal->lost;
        row.unrecorded += seal->unrecorded;
        row.hash = seal->hash;
        reader_.settle(*seal, batch);
        return true;
    }

    [[nodiscard]] bool is_due() const { return reader_.is_due(); }

    RingRow row;
    std::uint64_t count{};

  private:
    std::vector<std::byte> bytes_;
    Arena arena_{MutableBytes{bytes_}};
    std::vector<Record> records_{batch_records_max};
    RingReader reader_;
};

TEST(SyslogThreads, ARingIsDrainedWhileItIsOverwritten) {
    auto const calls = std::make_unique<Calls>();
    calls->begin(cpu);
    Drainer drainer{calls->view()};
    std::atomic<bool> enough{false};
    std::uint64_t written = 0;
    std::thread writer{[&] {
        while (!enough.load(std::memory_order_relaxed)) {
            write_call(*calls, written);
        }
    }};
    std::thread watcher{[&] {
        while (!enough.load(std::memory_order_relaxed)) {
            (void)drainer.is_due();
            std::this_thread::yield();
        }
    }};
    for (std::size_t batches = 0; batches < 1000 && !testing::Test::HasFailure();) {
        batches += drainer.drain(1 + batches % 64, is_whole_call) ? 1 : 0;
    }
    enough.store(true);
    writer.join();
    watcher.join();
    while (drainer.drain(64, is_whole_call)) {
    }
    EXPECT_EQ(drainer.row.end, written);
    EXPECT_EQ(drainer.count + drainer.row.lost, written);
    EXPECT_NE(drainer.row.lost, 0U); // else it was not this that was tested
    EXPECT_NE(drainer.count, 0U);
}

TEST(SyslogThreads, RefusalsAreNeverOverwrittenAndEachIsRecordedOrCounted) {
    auto const refusals = std::make_unique<Refusals>();
    refusals->begin(cpu);
    Drainer drainer{refusals->view()};
    std::atomic<bool> enough{false};
    std::uint64_t refused = 0;
    std::thread writer{[&] {
        while (!enough.load(std::memory_order_relaxed)) {
            Actor const& who = refused % 16 == 0 ? actor : flooder;
            refusals->refuse(who, 7, {}, {Check::rights, 2, refused}, refused * 3, refused);
            ++refused;
        }
    }};
    std::uint64_t after = 0;
    auto const is_whole = [&](Record const& record) {
        auto const refusal = as<RefusalRecord>(record);
        ASSERT_GE(refusal.time_ns, after);
        after = refusal.time_ns + 1;
        ASSERT_EQ(refusal.given, refusal.time_ns * 3);
        ASSERT_EQ(refusal.detail, refusal.time_ns);
        ASSERT_EQ(refusal.process, refusal.time_ns % 16 == 0 ? actor.process : flooder.process);
    };
    for (std::size_t batches = 0; batches < 1000 && !testing::Test::HasFailure();) {
        batches += drainer.drain(1 + batches % 200, is_whole) ? 1 : 0;
    }
    enough.store(true);
    writer.join();
    while (drainer.drain(200, is_whole)) {
    }
    EXPECT_EQ(drainer.row.lost, 0U);
    EXPECT_EQ(drainer.count + drainer.row.unrecorded, refused);
}

} // namespace
} // namespace axiom::kernel::test
