// Snapshots beside a log (THREATS.md row 2): what the log names and replay would come to is used;
// anything else is passed over, counted, and an older one or genesis used instead.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include <axiom/policy/founding.hpp>
#include <sim-host/inspect/catalog.hpp>
#include <sim-host/log/log_session.hpp>
#include <sim-host/platform/file_store.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <sim-host/platform/system_entropy.hpp>
#include <sim-host/replay/replayer.hpp>
#include <tests/support/temporary_folder.hpp>

namespace axiom::host {
namespace {

namespace fs = std::filesystem;

class LogSnapshotTest : public testing::Test {
  protected:
    void SetUp() override {
        std::array<std::byte, policy::founding_policy_bytes_max> room{};
        auto const genesis =
            genesis_for({.label = "test",
                         .creator_label = "tester",
                         .checkpoint_key = signature_engine().public_key(seed_),
                         .policy = *policy::founding_policy(creator_principal, room),
                         .capacities = {8, 8, 8, 8, 8, 8, 8, 8}},
                        entropy_);
        auto const store =
            FileStore::create(path_, {.storage_block_bytes = 4096, .segment_bytes = 256U << 10U});
        ASSERT_TRUE(store) << store.error().text;
        ASSERT_TRUE(LiveLog::create(**store, options().live, *genesis));
    }

    LogSessionOptions options(std::uint64_t every = 1'000'000) {
        return {.live = {.engine = &fastest_engine(),
                         .entropy = &entropy_,
                         .domains = known_domains(),
                         .background = false,
                         .now = [this] { return WallTime{now_ += 1'000'000}; }},
                .signer = &signature_engine(),
                .checkpoint_seed = &seed_,
                .principal = {},
                .earlier = {},
                .snapshots = &folder_,
                .snapshot_every = every};
    }

    // A session that appends `marks` marks; then `use(session)`, and an orderly end.
    template <class Use> void session(unsigned marks, std::uint64_t every, Use&& use) {
        auto const store = FileStore::open(path_, OpenMode::write);
        ASSERT_TRUE(store) << store.error().text;
        auto const opened = LogSession::open(**store, options(every));
        ASSERT_TRUE(opened) << text_of(opened.error().code).name;
        for (unsigned count = 0; count < marks; ++count) {
            auto const granted = (*opened)->propose(
                {.domain = DomainNumber::log, .kind = static_cast<std::uint16_t>(LogKind::mark)},
                Mark{.name = "m", .sequence = Sequence{0}});
            ASSERT_TRUE(granted && granted->appended);
        }
        use(**opened);
        ASSERT_TRUE((*opened)->close());
    }
    Sequence snapshot_after(unsigned marks) {
        Sequence taken{};
        session(marks, 1'000'000, [&](LogSession& log) {
            auto const sequence = log.snapshot();
            ASSERT_TRUE(sequence) << text_of(sequence.error().code).name << log.snapshot_problem();
            taken = *sequence;
        });
        return taken;
    }

    std::unique_ptr<OpenedLog> log() {
        return std::move(*OpenedLog::open(path_, fastest_engine()));
    }

    // State at the log's end, from the newest usable snapshot, and what that was.
    struct Replayed {
        std::optional<Sequence> from;
        std::vector<RefusedSnapshot> refused;
        Hash256 state{};
    };
    Replayed replayed(OpenedLog& log, Sequence end) {
        Replayer replayer{log};
        Replayed result;
        auto const from = replayer.start_from_snapshot(end);
        EXPECT_TRUE(from) << text_of(from.error().code).name;
        result.from = from.value_or(std::nullopt);
        EXPECT_TRUE(replayer.advance_to(end));
        result.refused = replayer.refused();
        result.state = replayer.state_hash().value_or(Hash256{});
        return result;
    }
    Replayed replayed() {
        auto const opened = log();
        return replayed(*opened, opened->end());
    }
    static Hash256 from_genesis(OpenedLog& log, Sequence end) {
        Replayer replayer{log};
        EXPECT_TRUE(replayer.advance_to(end));
        return replayer.state_hash().value_or(Hash256{});
    }
    Hash256 from_genesis() {
        auto const opened = log();
        return from_genesis(*opened, opened->end());
    }

    // Nothing but genesis is left, because of `code`.
    void expect_passed_over(Code code) {
        Replayed const result = replayed();
        EXPECT_FALSE(result.from);
        ASSERT_EQ(result.refused.size(), 1U);
        EXPECT_EQ(text_of(result.refused[0].error.code).name, text_of(code).name);
        EXPECT_EQ(result.state, from_genesis());
    }

    void flip(Sequence sequence, std::streamoff at) {
        std::fstream file{folder_.file(sequence), std::ios::in | std::ios::out | std::ios::binary};
        file.seekg(at);
        char byte{};
        file.get(byte);
        file.seekp(at);
        file.put(static_cast<char>(byte ^ 1));
    }

    test::TemporaryFolder temporary_;
    std::string const path_{temporary_.name("log")};
    SnapshotFolder const folder_{path_};
    SystemEntropy entropy_;
    SigningSeed seed_{{std::byte{1}}};
    std::uint64_t now_{};
};

TEST_F(LogSnapshotTest, ReplayFromASnapshotAgreesWithGenesisAtEveryLaterEntry) {
    Sequence const taken = snapshot_after(20);
    session(300, 1'000'000, [](LogSession&) {}); // into later blocks and another boot
    auto const opened = log();
    for (std::uint64_t end = taken.value; end <= opened->end().value; end += 7) {
        Replayed const result = replayed(*opened, Sequence{end});
        bool const reachable = end > taken.value;
        EXPECT_EQ(result.from, reachable ? std::optional{taken} : std::nullopt);
        EXPECT_TRUE(result.refused.empty());
        EXPECT_EQ(result.state, from_genesis(*opened, Sequence{end})) << end;
    }
    EXPECT_EQ(replayed(*opened, Sequence{taken.value + 1}).from, taken);
}

TEST_F(LogSnapshotTest, AReplayOfPartsGoesOnFromASnapshotInSmallSteps) {
    snapshot_after(40);
    auto const opened = log();
    Replayer replayer{*opened};
    ASSERT_TRUE(replayer.start_from_snapshot(opened->end()).value());
    while (replayer.next() < opened->end()) {
        ASSERT_TRUE(replayer.advance_to(Sequence{replayer.next().value + 1}));
    }
    EXPECT_EQ(*replayer.state_hash(), from_genesis());
}

TEST_F(LogSnapshotTest, AnEndWritesOneOnlyWhenEnoughEntriesHaveCome) {
    session(30, 50, [](LogSession&) {});
    EXPECT_TRUE(folder_.list().empty());
    session(30, 50, [](LogSession&) {});
    ASSERT_EQ(folder_.list().size(), 1U);
    Sequence const first = folder_.list()[0];
    session(10, 50, [](LogSession&) {});
    EXPECT_EQ(folder_.list(), std::vector{first});
    EXPECT_EQ(replayed().from, first);
}

TEST_F(LogSnapshotTest, TheTwoNewestAreKept) {
    snapshot_after(3);
    Sequence const second = snapshot_after(3);
    Sequence const third = snapshot_after(3);
    EXPECT_EQ(folder_.list(), (std::vector{second, third}));
}

TEST_F(LogSnapshotTest, WithoutAFolderNoneIsTakenAndNothingIsAppended) {
    auto const store = FileStore::open(path_, OpenMode::write);
    LogSessionOptions without = options();
    without.snapshots = nullptr;
    auto const opened = LogSession::open(**store, without);
    ASSERT_TRUE(opened);
    Sequence const before = (*opened)->live().next_sequence();
    auto const taken = (*opened)->snapshot();
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code, Code::no_such_row);
    EXPECT_EQ((*opened)->live().next_sequence(), before);
}

TEST_F(LogSnapshotTest, AFolderThatCannotBeMadeKeepsNoLogFromClosing) {
    std::ofstream{folder_.path()} << "in the way";
    session(5, 1, [](LogSession& log) {
        Sequence const before = log.live().next_sequence();
        EXPECT_FALSE(log.snapshot());
        EXPECT_FALSE(log.snapshot_problem().empty());
        EXPECT_EQ(log.live().next_sequence(), before);
    });
    EXPECT_EQ(replayed().state, from_genesis());
}

TEST_F(LogSnapshotTest, AChangedByteAnywhereIsPassedOverForTheOlderOne) {
    Sequence const older = snapshot_after(4);
    Sequence const newer = snapshot_after(4);
    auto const bytes = static_cast<std::streamoff>(fs::file_size(folder_.file(newer)));
    for (std::streamoff at = 0; at < bytes; at += 61) {
        flip(newer, at);
        Replayed const result = replayed();
        EXPECT_EQ(result.from, older) << at;
        ASSERT_EQ(result.refused.size(), 1U) << at;
        EXPECT_EQ(result.refused[0].sequence, newer);
        EXPECT_EQ(result.refused[0].error.code, Code::state_mismatch);
        flip(newer, at);
    }
    EXPECT_EQ(replayed().from, newer);
}

// Row 2: a sound checksum over a state that is not the log's.
TEST_F(LogSnapshotTest, ASoundSnapshotOfAnotherMomentIsPassedOver) {
    Sequence const older = snapshot_after(4);
    fs::path const kept = temporary_.name("kept");
    fs::copy_file(folder_.file(older), kept);
    Sequence const newer = snapshot_after(4);
    fs::remove(folder_.file(older));
    fs::copy_file(kept, folder_.file(newer), fs::copy_options::overwrite_existing);
    Replayed const result = replayed();
    EXPECT_FALSE(result.from);
    ASSERT_EQ(result.refused.size(), 1U);
    EXPECT_EQ(result.state, from_genesis());
}

TEST_F(LogSnapshotTest, OneThatTheLogDoesNotNameIsPassedOver) {
    Sequence const taken = snapshot_after(4);
    fs::rename(folder_.file(taken), folder_.file(Sequence{taken.value - 2}));
    expect_passed_over(Code::no_such_row);
}

// Row 2: the snapshot is sound and of this log, so what it stands for was durable once.
TEST_F(LogSnapshotTest, OneThatIsNewerThanTheLogStopsReplayAndWriters) {
    snapshot_after(4);
    fs::path const older = temporary_.name("older");
    fs::copy(path_, older, fs::copy_options::recursive);
    Sequence const taken = snapshot_after(4);
    fs::remove_all(path_ + "/segments");
    fs::copy(older / "segments", path_ + "/segments");

    auto const cut = log();
    Replayer replayer{*cut};
    auto const from = replayer.start_from_snapshot(cut->end());
    ASSERT_FALSE(from);
    EXPECT_EQ(from.error().code, Code::snapshot_ahead);
    EXPECT_EQ(from.error().where, taken.value);
    EXPECT_EQ(from.error().detail, cut->end().value);

    auto const store = FileStore::open(path_, OpenMode::write);
    auto const refused = LogSession::open(**store, options());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::snapshot_ahead);
    EXPECT_EQ(refused.error().where, taken.value);
    EXPECT_EQ(log()->end(), cut->end()); // nothing was changed

    fs::remove(folder_.file(taken)); // the way out
    EXPECT_TRUE(LogSession::open(**store, options()));
}

TEST_F(LogSnapshotTest, AFileThatOnlyHasALaterNameSaysNothing) {
    Sequence const taken = snapshot_after(4);
    fs::rename(folder_.file(taken), folder_.file(Sequence{taken.value + 5'000}));
    EXPECT_FALSE(replayed().from);
    session(1, 1'000'000, [](LogSession& log) { EXPECT_FALSE(log.began_at()); });
}

TEST_F(LogSnapshotTest, AWriterBeginsAtTheNewestThatIsUsable) {
    Sequence const older = snapshot_after(4);
    Sequence const newer = snapshot_after(4);
    session(1, 1'000'000, [&](LogSession& log) {
        EXPECT_EQ(log.began_at(), newer);
        EXPECT_TRUE(log.snapshots_refused().empty());
    });
    flip(newer, 200);
    session(1, 1'000'000, [&](LogSession& log) {
        EXPECT_EQ(log.began_at(), older);
        ASSERT_EQ(log.snapshots_refused().size(), 1U);
        EXPECT_EQ(log.snapshots_refused()[0].sequence, newer);
        EXPECT_EQ(log.snapshots_refused()[0].error.code, Code::state_mismatch);
    });
    flip(older, 200);
    session(1, 1'000'000, [&](LogSession& log) {
        EXPECT_FALSE(log.began_at());
        EXPECT_EQ(log.snapshots_refused().size(), 2U);
    });
    EXPECT_EQ(replayed().state, from_genesis());
}

TEST_F(LogSnapshotTest, OneOfAnotherLengthIsPassedOverUnread) {
    Sequence const taken = snapshot_after(4);
    fs::resize_file(folder_.file(taken), fs::file_size(folder_.file(taken)) - 1);
    expect_passed_over(Code::size_changed);
    fs::resize_file(folder_.file(taken), std::uintmax_t{1} << 40U);
    expect_passed_over(Code::size_changed);
}

TEST_F(LogSnapshotTest, OneThatIsBeingWrittenIsNoSnapshot) {
    snapshot_after(4);
    Sequence const taken = folder_.list()[0];
    fs::rename(folder_.file(taken), folder_.path() + "/unfinished");
    Replayed const result = replayed();
    EXPECT_FALSE(result.from);
    EXPECT_TRUE(result.refused.empty());
    Sequence const next = snapshot_after(1);
    EXPECT_EQ(folder_.list(), std::vector{next}); // and it is in nobody's way
}

} // namespace
} // namespace axiom::host
