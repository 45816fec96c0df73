// Many threads propose to one live log, some for the same producer, until the power goes: one
// gapless order, each number once, and whatever was acknowledged lay on the platter by then.

#include <algorithm>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <sim-host/platform/wrapped_store.hpp>
#include <tests/support/live_entries.hpp>
#include <tests/support/lying_store.hpp>

namespace axiom::test {
namespace {

// The store under a lock of its own, so that its model may be one thread's work.
class LockedStore final : public host::WrappedStore {
  private:
    template <class Work> auto alone(Work const& work) {
        std::scoped_lock const lock{mutex_};
        return work();
    }
    std::mutex mutex_;

  public:
    using WrappedStore::WrappedStore;

    Result<SlotIndex> extend() noexcept override {
        return alone([&] { return inner().extend(); });
    }
    Result<void> read(SlotOffset from, MutableBytes to) noexcept override {
        return alone([&] { return inner().read(from, to); });
    }
    Result<void> write(SlotOffset to, Bytes from) noexcept override {
        return alone([&] { return inner().write(to, from); });
    }
    Result<void> discard(SlotOffset from) noexcept override {
        return alone([&] { return inner().discard(from); });
    }

    Result<void> flush() noexcept override {
        for (int turn = 0; turn < 20; ++turn) {
            std::this_thread::yield(); // the others go on meanwhile
        }
        return alone([&] { return inner().flush(); });
    }

    /// Whether the platter holds the entry of this sequence, by this producer.
    bool holds(LyingStore const& disk, std::uint64_t sequence, std::uint64_t producer) {
        return alone([&] {
            return std::ranges::any_of(disk.disk().slots, [&](DiskModel::Slot const& slot) {
                Bytes const platter{slot.platter};
                for (std::size_t at = 0; at + entry_header_bytes <= platter.size(); at += 64) {
                    auto const header = decode_header(platter.subspan(at, entry_header_bytes));
                    if (header && header->sequence.value == sequence &&
                        header->producer.value == producer) {
                        return true;
                    }
                }
                return false;
            });
        });
    }

    /// Nothing that is done from now on reaches the disk.
    void cut_power(LyingStore& disk) {
        alone([&] { disk.plan(Fault::power_cut, disk.operations()); });
    }
};

struct Proposer {
    std::uint64_t producer{};
    std::uint64_t entries{};
    std::uint64_t commit_every{};
    std::map<std::uint64_t, std::uint64_t> acknowledged{}; // sequence by number
    bool sound{true};

    void run(host::LiveLog& live, LockedStore& store, LyingStore const& disk) {
        std::map<std::uint64_t, std::uint64_t> waiting;
        for (std::uint64_t number = 1; number <= entries; ++number) {
            auto const appended = append_entry(live, {.now = number,
                                                      .attachment_bytes = number % 3 * 20,
                                                      .producer = ProducerId{producer},
                                                      .number = ProducerNumber{number}});
            sound = sound && appended.has_value();
            if (!sound) {
                return;
            }
            waiting[number] = appended->sequence.value;
            if (number % commit_every == 0) {
                sound = live.commit(Sequence{appended->sequence.value + 1}).has_value() &&
                        store.holds(disk, appended->sequence.value, producer);
                acknowledged.merge(waiting);
                waiting.clear();
            }
        }
    }
};

// Several threads may speak for one producer: each number makes one entry, and all who send it are
// told of that one. The power goes while groups that nobody waits for are under way.
RC_GTEST_PROP(proposers, share_one_gapless_order_and_keep_what_was_acknowledged, ()) {
    LyingStore disk{tiny_segments, *rc::gen::arbitrary<std::uint64_t>()};
    LockedStore store{disk};
    RC_ASSERT(LiveWorld{store}.create().has_value());
    std::vector<Proposer> proposers;
    auto const producers = *rc::gen::inRange<std::uint64_t>(1, 4);
    for (std::uint64_t producer = 1; producer <= producers; ++producer) {
        auto const entries = *rc::gen::inRange<std::uint64_t>(1, 40);
        auto const commit_every = *rc::gen::inRange<std::uint64_t>(1, 6);
        auto const threads = *rc::gen::inRange<std::uint64_t>(1, 3);
        for (std::uint64_t thread = 0; thread < threads; ++thread) {
            proposers.push_back(
                {.producer = producer, .entries = entries, .commit_every = commit_every + thread});
        }
    }
    {
        LiveWorld world{store, true};
        auto const live = world.open();
        RC_ASSERT(live.has_value());
        {
            std::vector<std::jthread> threads;
            for (Proposer& proposer : proposers) {
                threads.emplace_back([&] { proposer.run(**live, store, disk); });
            }
        }
        store.cut_power(disk);
    }
    disk.plan_nothing();
    disk.crash();
    auto const found = entries_on(disk);
    RC_ASSERT(found.has_value());
    std::map<std::uint64_t, std::uint64_t> last;
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> places;
    for (std::size_t index = 0; index < found->size(); ++index) {
        auto const header = decode_header(Bytes{(*found)[index]}.first(entry_header_bytes)).value();
        RC_ASSERT(header.sequence.value == index);
        if (header.producer.value != 0) {
            RC_ASSERT(header.producer_number.value == ++last[header.producer.value]);
            places[{header.producer.value, header.producer_number.value}] = index;
        }
    }
    for (Proposer const& proposer : proposers) {
        RC_ASSERT(proposer.sound);
        for (auto const& [number, sequence] : proposer.acknowledged) {
            RC_ASSERT((places.at({proposer.producer, number}) == sequence));
        }
    }
}

} // namespace
} // namespace axiom::test
