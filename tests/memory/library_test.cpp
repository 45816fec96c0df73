// Want of memory at every allocation of what the library does (THREATS.md, rule 8).

#include <sim-host/inspect/opened_log.hpp>
#include <sim-host/platform/file_store.hpp>
#include <sim-host/replay/replayer.hpp>
#include <tests/memory/refusing.hpp>
#include <tests/support/live_world.hpp>
#include <tests/support/memory_ceiling.hpp>
#include <tests/support/mirror_world.hpp>
#include <tests/support/prune_world.hpp>

namespace axiom::test {
namespace {

constexpr ProducerId producer{7};

std::unique_ptr<host::MemoryStore> copy_of(std::vector<std::vector<std::byte>> const& slots,
                                           StoreGeometry geometry, Epoch epoch) {
    auto to = std::make_unique<host::MemoryStore>(geometry, 256);
    for (std::vector<std::byte> const& slot : slots) {
        SlotIndex const index = to->extend().value();
        copy_bytes(to->slot_bytes(index), slot);
    }
    EXPECT_TRUE(to->claim_epoch(epoch));
    return to;
}

struct EmptyWorld {
    TemporaryFolder folder{TemporaryFolder::quick_parent()};
    host::MemoryStore medium{prune_geometry, 256};
    SessionWorld session{folder.name("log")};
};

TEST(WantOfMemory, WhileALogIsCreatedLeavesOneOrNone) {
    refuse_each_in_both_ways([] { return std::make_unique<EmptyWorld>(); },
                             [](EmptyWorld& world) { return world.session.create(world.medium); },
                             [](EmptyWorld& world, RefusedRun const& run) {
                                 auto const again = world.session.create(world.medium);
                                 EXPECT_TRUE(again || again.error().code == Code::already_exists);
                                 EXPECT_TRUE(!run.done || !again) << run.words();
                                 EXPECT_TRUE(world.session.open(world.medium)) << run.words();
                             });
}

// A log that lies in memory from one round to the next, and what was acknowledged in this one.
struct WrittenWorld {
    explicit WrittenWorld(host::MemoryStore* medium_of_log) : medium{medium_of_log} {}

    // A session with lines, a snapshot and a checkpoint; `now` is behind those of the log.
    Result<void> write() {
        auto const log = TRY(session.open(*medium));
        acknowledged = log->watermark();
        std::uint64_t number = 0;
        for (int group = 0; group < 3; ++group) {
            if (group == 0) {
                TRY(session.stream(*log, producer));
            }
            for (int each = 0; each < 3; ++each) {
                auto const line = TRY(session.line(*log, producer, ++number, 50));
                AXIOM_ASSERT(line.appended.has_value());
            }
            TRY(log->commit());
            acknowledged = log->watermark();
        }
        TRY(log->snapshot());
        return log->close();
    }

    void check(RefusedRun const& run) {
        {
            auto const log = session.open(*medium);
            ASSERT_TRUE(log) << run.words() << ": " << text_of(log.error().code).name;
            EXPECT_GE((*log)->live().recovered().chain.next, acknowledged) << run.words();
            EXPECT_TRUE((*log)->close()) << run.words();
        }
        host::Verdict const verdict = host::verify(*medium, verify_options());
        EXPECT_EQ(verdict.soundness(), host::Soundness::sealed) << run.words();
    }

    std::unique_ptr<host::MemoryStore> medium;
    TemporaryFolder folder{TemporaryFolder::quick_parent()};
    SessionWorld session{folder.name("log")};
    Sequence acknowledged{};
};

TEST(WantOfMemory, WhileALogIsWrittenLosesNothingAcknowledged) {
    host::MemoryStore medium{prune_geometry, 256};
    {
        EmptyWorld empty;
        ASSERT_TRUE(empty.session.create(medium));
    }
    std::vector<std::vector<std::byte>> const slots = Image{medium}.slots();
    refuse_each_in_both_ways(
        [&] {
            return std::make_unique<WrittenWorld>(
                copy_of(slots, prune_geometry, *medium.claimed_epoch()).release());
        },
        [](WrittenWorld& world) { return world.write(); },
        [](WrittenWorld& world, RefusedRun const& run) { world.check(run); });
}

// The log ends in a group of which the last bytes never reached the medium.
TEST(WantOfMemory, WhileATornEndIsCutLosesNothingAcknowledged) {
    host::MemoryStore medium{prune_geometry, 256};
    EmptyWorld empty;
    ASSERT_TRUE(empty.session.create(medium));
    WrittenWorld writer{
        copy_of(Image{medium}.slots(), prune_geometry, *medium.claimed_epoch()).release()};
    std::vector<std::vector<std::byte>> slots;
    Sequence acknowledged{};
    {
        auto const log = *writer.session.open(*writer.medium);
        ASSERT_TRUE(writer.session.stream(*log, producer));
        ASSERT_TRUE(log->commit());
        acknowledged = log->watermark();
        ASSERT_TRUE(writer.session.line(*log, producer, 1, 700));
        ASSERT_TRUE(log->commit());
        slots = Image{*writer.medium}.slots();
    }
    std::vector<std::byte>& slot = slots.back();
    std::size_t end = slot.size();
    while (slot[end - 1] == std::byte{0}) {
        --end;
    }
    zero_bytes(MutableBytes{slot}.subspan(end - 300));
    refuse_each_in_both_ways(
        [&] {
            auto world = std::make_unique<WrittenWorld>(
                copy_of(slots, prune_geometry, *writer.medium->claimed_epoch()).release());
            world->acknowledged = acknowledged;
            return world;
        },
        [&](WrittenWorld& world) -> Result<void> {
            auto const log = TRY(world.session.open(*world.medium));
            AXIOM_ASSERT(log->live().recovered().torn);
            return log->close();
        },
        [](WrittenWorld& world, RefusedRun const& run) { world.check(run); });
}

struct VerifiedWorld {
    explicit VerifiedWorld(std::string const& path)
        : store{std::move(*host::FileStore::open(path, host::OpenMode::read))} {}

    Result<void> verify(unsigned jobs) {
        host::VerifyOptions options = verify_options();
        options.jobs = jobs;
        verdict = host::verify(*store, options);
        return {};
    }

    std::unique_ptr<host::FileStore> store;
    std::optional<host::Verdict> verdict;
};

void expect_no_other_verdict(std::string const& path) {
    for (unsigned const jobs : {1U, 3U}) {
        VerifiedWorld reference{path};
        ASSERT_TRUE(reference.verify(jobs));
        host::Verdict const& right = *reference.verdict;
        refuse_each_in_both_ways(
            [&] { return std::make_unique<VerifiedWorld>(path); },
            [&](VerifiedWorld& world) { return world.verify(jobs); },
            [&](VerifiedWorld& world, RefusedRun const& run) {
                if (run.done) {
                    EXPECT_EQ(world.verdict->soundness(), right.soundness()) << run.words();
                    EXPECT_EQ(world.verdict->next, right.next) << run.words();
                    EXPECT_EQ(world.verdict->head, right.head) << run.words();
                    EXPECT_EQ(world.verdict->findings.size(), right.findings.size()) << run.words();
                }
            });
    }
}

TEST(WantOfMemory, WhileALogIsVerifiedMakesNoOtherVerdict) {
    TemporaryFolder folder{TemporaryFolder::quick_parent()};
    folder.hold_no_logs(); // of one a segment is missing
    std::string const path = folder.name("log");
    {
        auto const store = host::FileStore::create(path, small_geometry);
        ASSERT_TRUE(store);
        make_sealed_log(**store);
    }
    expect_no_other_verdict(path);
    std::filesystem::remove(path + "/segments/00000001.axm");
    expect_no_other_verdict(path);
}

// Room for what is done, but for the stack of no thread.
constexpr std::uint64_t no_room_for_threads = std::uint64_t{4} << 20U;

template <class Act> bool ends_without_threads(Act act) {
    MemoryCeiling const ceiling{no_room_for_threads};
    try {
        act();
        return true;
    } catch (std::system_error const&) {
        return true;
    } catch (std::bad_alloc const&) {
        return true;
    }
}

TEST(WantOfMemory, WithoutAnyThreadAVerifierEndsAndALogIsUnharmed) {
    host::MemoryStore medium{small_geometry};
    make_sealed_log(medium);
    host::VerifyOptions options = verify_options();
    options.jobs = 4;
    EXPECT_TRUE(ends_without_threads(
        [&] { EXPECT_EQ(host::verify(medium, options).soundness(), host::Soundness::sealed); }));
    LiveWorld with_helpers{medium, true};
    EXPECT_TRUE(ends_without_threads([&] {
        auto const live = with_helpers.open();
        EXPECT_TRUE(live && (*live)->close());
    }));
    LiveWorld world{medium};
    auto const live = world.open();
    ASSERT_TRUE(live);
    EXPECT_FALSE((*live)->recovered().torn);
}

struct ReplayedWorld {
    explicit ReplayedWorld(std::string const& folder) : path{folder} {}

    Result<void> replay() {
        auto log = host::OpenedLog::open(path, host::fastest_engine());
        if (!log) {
            return std::unexpected(log.error().error);
        }
        host::Replayer replayer{**log};
        began = TRY(replayer.start_from_snapshot((*log)->end()));
        TRY(replayer.advance_to((*log)->end()));
        state = TRY(replayer.state_hash());
        return {};
    }

    std::string path;
    std::optional<Sequence> began;
    Hash256 state{};
};

TEST(WantOfMemory, WhileALogIsReplayedMakesNoOtherState) {
    TemporaryFolder folder{TemporaryFolder::quick_parent()};
    SessionWorld session{folder.name("log")};
    {
        auto const store = host::FileStore::create(folder.name("log"), prune_geometry);
        ASSERT_TRUE(store);
        ASSERT_TRUE(session.create(**store));
        auto const log = *session.open(**store);
        ASSERT_TRUE(session.stream(*log, producer));
        ASSERT_TRUE(session.line(*log, producer, 1, 700));
        ASSERT_TRUE(log->snapshot());
        ASSERT_TRUE(session.mark(*log));
        ASSERT_TRUE(log->close());
    }
    ReplayedWorld reference{folder.name("log")};
    ASSERT_TRUE(reference.replay());
    ASSERT_TRUE(reference.began);
    refuse_each_in_both_ways([&] { return std::make_unique<ReplayedWorld>(folder.name("log")); },
                             [](ReplayedWorld& world) { return world.replay(); },
                             [&](ReplayedWorld& world, RefusedRun const& run) {
                                 EXPECT_EQ(world.state == reference.state, run.done) << run.words();
                                 EXPECT_TRUE(!run.done || world.began == reference.began)
                                     << run.words();
                             });
}

struct DamagedPair {
    DamagedPair() {
        world.first.slot_bytes(SlotIndex{0})[0xB80] ^= std::byte{4};
        world.second.slot_bytes(SlotIndex{1})[40] ^= std::byte{1};
    }
    MirrorWorld world;
};

TEST(WantOfMemory, WhileAMirrorIsMendedHarmsNeitherSide) {
    refuse_each_in_both_ways([] { return std::make_unique<DamagedPair>(); },
                             [](DamagedPair& pair) -> Result<void> {
                                 TRY(pair.world.recover());
                                 return {};
                             },
                             [](DamagedPair& pair, RefusedRun const& run) {
                                 EXPECT_TRUE(pair.world.recover()) << run.words();
                                 EXPECT_TRUE(pair.world.is_right()) << run.words();
                             });
}

struct PrunedWorld {
    PrunedWorld() { world.boot(world.medium, lines); }

    Result<void> prune() {
        {
            auto const log = TRY(world.world.open(world.medium));
            Sequence const end = log->domains().log().facts().boot_at;
            auto const made = TRY(world.agree(world.medium, *log, end));
            agreed = !made.entries.empty();
            TRY(log->close());
        }
        TRY(world.pay(world.medium));
        return {};
    }

    static constexpr unsigned lines = 30;
    PruneWorld world;
    bool agreed{};
};

TEST(WantOfMemory, WhileALogIsPrunedLosesNothingAndWhatIsOwedIsPaid) {
    refuse_each_in_both_ways(
        [] { return std::make_unique<PrunedWorld>(); },
        [](PrunedWorld& pruned) { return pruned.prune(); },
        [](PrunedWorld& pruned, RefusedRun const& run) {
            auto const log = pruned.world.world.open(pruned.world.medium);
            ASSERT_TRUE(log) << run.words() << ": " << text_of(log.error().code).name;
            bool const named = !(*log)->domains().log().facts().pruned.empty();
            EXPECT_TRUE(named || !pruned.agreed) << run.words();
            ASSERT_TRUE((*log)->close()) << run.words();
            host::Verdict const verdict = pruned.world.verdict(pruned.world.medium);
            EXPECT_EQ(verdict.soundness(), host::Soundness::sealed) << run.words();
            EXPECT_EQ(verdict.reduced, named ? PrunedWorld::lines : 0U) << run.words();
        });
}

} // namespace
} // namespace axiom::test
