// What the program meets on a bad day: no memory, no threads, no disk, a writer that was thought
// dead and is not (THREATS.md, rows 1, 13 and 19). It says so, and nothing that was acked is lost.

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include <sim-host/platform/file_store.hpp>
#include <tests/support/live_entries.hpp>
#include <tests/support/second_opinion.hpp>
#include <tests/system/cli_program.hpp>

namespace axiom::test {
namespace {

std::size_t acks_in(std::string const& out) {
    std::size_t acks = 0;
    for (std::size_t at = out.find("acked "); at != std::string::npos;
         at = out.find("acked ", at + 1)) {
        ++acks;
    }
    return acks;
}

// Every line of `out` names an entry that the log holds with that hash.
void expect_acks_kept(CliProgram const& axiom, std::string const& log, std::string const& out) {
    Outcome const exported = axiom.run({"export", "--from", log, "--kind", "records.line"});
    ASSERT_EQ(exported.status, 0) << exported.err;
    std::vector<std::string> hashes;
    std::istringstream entries{exported.out};
    for (std::string line; std::getline(entries, line);) {
        hashes.push_back(nlohmann::json::parse(line)["hash"]);
    }
    std::istringstream acks{out.substr(0, out.rfind('\n') + 1)};
    std::string word;
    std::uint64_t line = 0;
    std::uint64_t sequence = 0;
    std::string hash;
    while (acks >> word >> line >> sequence >> hash) {
        ASSERT_LE(line, hashes.size());
        ASSERT_EQ(hashes[line - 1], hash) << "line " << line;
    }
}

TEST(HardTimes, WithLittleMemoryEveryVerbEndsCleanlyAndTheLogIsUnharmed) {
    CliProgram const axiom;
    ASSERT_EQ(axiom.run({"ingest", "--to", "log", "-q"}, "a\nb\n").status, 0);
    std::size_t refused = 0;
    for (unsigned kib = 16'000; kib <= 400'000; kib += kib / 3) {
        for (char const* const verb :
             {"verify --from log", "log --from log", "replay --from log",
              "sql --from log 'select count(*) from entries'", "ingest --to log --producer p"}) {
            Outcome const outcome = axiom.shell("ulimit -v " + std::to_string(kib) +
                                                "; echo x | \"$AXIOM\" " + verb + " >o");
            // 127: the system could not even load the program.
            bool const clean = outcome.status < 70 || outcome.status == 127;
            EXPECT_TRUE(clean) << verb << " with " << kib << " KiB: " << outcome.status << ' '
                               << outcome.err;
            refused += outcome.status == 10 ? 1 : 0;
        }
    }
    EXPECT_GT(refused, 3U) << "some had too little, and said so";
    ASSERT_EQ(axiom.run({"ingest", "--to", "log", "-q"}, "a\nb\nc\n").status, 0);
    EXPECT_EQ(axiom.run({"verify", "--from", "log"}).status, 0);
    EXPECT_TRUE(second_opinion(axiom.path("log")).holds);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool frames_are_swollen = true;
#elif defined(__has_feature)
constexpr bool frames_are_swollen =
    __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool frames_are_swollen = false;
#endif

TEST(HardTimes, AStackOf64KiBIsEnough) {
    if (frames_are_swollen) {
        GTEST_SKIP() << "a sanitizer's frames are several times as large";
    }
    CliProgram const axiom;
    ASSERT_EQ(axiom.run({"ingest", "--to", "log", "-q"}, "a\nb\n").status, 0);
    // Where in its first pages a stack begins is chance, so each verb has a few.
    constexpr int chances = 4;
    for (char const* const verb :
         {"ingest --to log --producer p -q", "ingest --to new -q", "mark --from log m",
          "seal --from log", "log --from log", "show --from log 3", "verify --from log",
          "replay --from log", "receipt --from log 3 -o r$chance", "prove --from log 3",
          "why --from log 3", "diff --from log 1 @", "policy show --from log"}) {
        // What is in the environment lies on the stack too.
        Outcome const outcome = axiom.shell(
            "ulimit -s 64; for chance in $(seq " + std::to_string(chances) +
            "); do echo x | env -i HOME=\"$HOME\" XDG_CONFIG_HOME=\"$XDG_CONFIG_HOME\" "
            "\"$AXIOM\" " +
            std::string{verb} + "; status=$?; test $status -le 1 || exit $status; done");
        EXPECT_EQ(outcome.status, 0) << verb << ": " << outcome.err;
    }
}

TEST(HardTimes, OnAFullDiskIngestSaysSoAndKeepsWhatItAcked) {
    CliProgram const axiom;
    std::filesystem::create_directory(axiom.path("small"));
    if (::mount("none", axiom.path("small").c_str(), "tmpfs", 0, "size=80m") != 0) {
        GTEST_SKIP() << "no file system of its own can be mounted here";
    }
    Outcome const full = axiom.shell("seq -f '%01000g' 60000 | \"$AXIOM\" ingest --to small/log");
    EXPECT_EQ(full.status, 11) << full.err;
    EXPECT_NE(full.err.find("next:"), std::string::npos) << full.err;
    EXPECT_GT(acks_in(full.out), 1000U);
    expect_acks_kept(axiom, "small/log", full.out);
    Outcome const verified = axiom.run({"verify", "--from", "small/log"});
    EXPECT_TRUE(verified.status == 0 || verified.status == 4) << verified.out << verified.err;
    EXPECT_TRUE(second_opinion(axiom.path("small/log")).holds);
    EXPECT_EQ(::umount(axiom.path("small").c_str()), 0);
}

// Who holds the lock is noted for people: without room for that the lock holds as well.
TEST(HardTimes, ADiskWithoutRoomForTheNameOfTheWriterIsErasedFrom) {
    CliProgram const axiom;
    std::filesystem::create_directory(axiom.path("small"));
    if (::mount("none", axiom.path("small").c_str(), "tmpfs", 0, "size=10m") != 0) {
        GTEST_SKIP() << "no file system of its own can be mounted here";
    }
    Outcome const full =
        axiom.shell("seq -f '%01000g' 60000 | \"$AXIOM\" ingest --to small/log "
                    "--segment-mib 1; : >small/log/lock; cat /dev/zero >small/eat");
    EXPECT_NE(full.err.find("No space left"), std::string::npos) << full.err;
    Outcome const erased = axiom.run({"erase", "20", "--from", "small/log", "--reason", "asked"});
    EXPECT_EQ(erased.status, 0) << erased.err;
    EXPECT_EQ(axiom.run({"verify", "--from", "small/log"}).status, 0);
    EXPECT_EQ(::umount(axiom.path("small").c_str()), 0);
}

// With a mirror, of which one side got the last slot that there was room for and the other not.
TEST(HardTimes, AFullDiskWithAMirrorIsErasedFromPrunedAndRepaired) {
    for (bool const both : {true, false}) {
        CliProgram const axiom;
        std::filesystem::create_directory(axiom.path("small"));
        if (::mount("none", axiom.path("small").c_str(), "tmpfs", 0, "size=12m") != 0) {
            GTEST_SKIP() << "no file system of its own can be mounted here";
        }
        std::string const log = both ? "small/log" : "log";
        auto const ingest = [&](std::string const& producer, unsigned lines) {
            return axiom.shell("seq -f '%0250g' " + std::to_string(lines) +
                               " | \"$AXIOM\" ingest --to " + log +
                               " --mirror small/mirror --segment-mib 1 --producer " + producer);
        };
        auto const segments = [&](std::string const& folder) {
            return std::stoul(axiom.shell("ls " + folder + "/segments | wc -l").out);
        };
        int full = 0;
        for (unsigned boot = 1; boot <= 30 && full == 0; ++boot) {
            full = ingest("p" + std::to_string(boot), boot * 1500).status;
        }
        ASSERT_EQ(full, 11);
        EXPECT_EQ(segments(log), segments("small/mirror") + 1) << "else nothing is shown here";

        EXPECT_EQ(ingest("late", 10).status, 11);
        Outcome const looked = axiom.run({"repair", "--from", log, "--dry-run"});
        EXPECT_EQ(looked.status, 0) << looked.err;
        Outcome const erased = axiom.run({"erase", "20", "--from", log, "--reason", "asked"});
        EXPECT_EQ(erased.status, 0) << erased.err;
        Outcome const repaired = axiom.run({"repair", "--from", log});
        EXPECT_EQ(repaired.status, 0) << repaired.err;
        Outcome const pruned =
            axiom.run({"prune", "--keep-boots", "1", "--from", log, "--reason", "full"});
        EXPECT_EQ(pruned.status, 0) << pruned.err;
        Outcome const more = ingest("late", 500);
        EXPECT_EQ(more.status, 0) << more.err;
        EXPECT_EQ(axiom.run({"verify", "--from", log}).status, 0);
        EXPECT_EQ(axiom.run({"verify", "--from", "small/mirror"}).status, 0);
        EXPECT_EQ(::umount(axiom.path("small").c_str()), 0);
    }
}

TEST(HardTimes, AFullDiskIsErasedFromAndPrunedAndThenTakesMore) {
    CliProgram const axiom;
    std::filesystem::create_directory(axiom.path("small"));
    if (::mount("none", axiom.path("small").c_str(), "tmpfs", 0, "size=10m") != 0) {
        GTEST_SKIP() << "no file system of its own can be mounted here";
    }
    auto const ingest = [&](char const* producer, unsigned lines) {
        return axiom.shell("seq -f '%01000g' " + std::to_string(lines) +
                           " | \"$AXIOM\" ingest --to small/log --segment-mib 1 --producer " +
                           producer);
    };
    ASSERT_EQ(ingest("first", 100).status, 0);
    EXPECT_EQ(ingest("second", 60000).status, 11);

    Outcome const before = axiom.shell("cat small/log/segments/* | sha256sum");
    Outcome const refused = ingest("third", 10);
    EXPECT_EQ(refused.status, 11);
    EXPECT_NE(refused.err.find("log_full"), std::string::npos) << refused.err;
    EXPECT_NE(refused.err.find("axiom prune"), std::string::npos) << refused.err;
    EXPECT_EQ(axiom.shell("cat small/log/segments/* | sha256sum").out, before.out);

    Outcome const erased = axiom.run({"erase", "20", "--from", "small/log", "--reason", "asked"});
    EXPECT_EQ(erased.status, 0) << erased.err;
    Outcome const pruned =
        axiom.run({"prune", "--keep-boots", "0", "--from", "small/log", "--reason", "full"});
    EXPECT_EQ(pruned.status, 0) << pruned.err;
    EXPECT_EQ(axiom.run({"verify", "--from", "small/log"}).status, 0);
    Outcome const more = ingest("third", 1000);
    EXPECT_EQ(more.status, 0) << more.err;
    // Of a copy: the second verifier maps the files, which on a tmpfs fills their holes.
    ASSERT_EQ(axiom.shell("cp -r small/log copy").status, 0);
    EXPECT_TRUE(second_opinion(axiom.path("copy")).holds);
    EXPECT_EQ(::umount(axiom.path("small").c_str()), 0);
}

TEST(HardTimes, AFileSizeLimitIsARefusalAndNoSignal) {
    CliProgram const axiom;
    Outcome const refused =
        axiom.shell("ulimit -f 2000; seq 10 | \"$AXIOM\" ingest --to log > acks 2> said; "
                    "status=$?; cat said >&2; exit $status");
    EXPECT_EQ(refused.status, 11) << refused.err;
    EXPECT_EQ(axiom.run({"verify", "--from", "log"}).status, 7) << "it was not made";
    EXPECT_EQ(axiom.run({"ingest", "--to", "log", "-q"}, "a\n").status, 0) << "and then it works";
}

// Appends for as long as it is let; writes each watermark that it was promised into `acks`.
[[noreturn]] void append_for_ever(std::string const& path, int acks) {
    auto store = host::FileStore::open(path, host::OpenMode::write);
    if (!store) {
        std::_Exit(1);
    }
    LiveWorld world{**store};
    auto const live = world.open();
    if (!live) {
        std::_Exit(2);
    }
    for (std::uint64_t now = 1;; ++now) {
        if (!append_entry(**live, {.now = now, .attachment_bytes = 0})) {
            std::_Exit(3);
        }
        auto const kept = (*live)->commit((*live)->next_sequence());
        if (!kept) {
            std::_Exit(kept.error().code == Code::fenced ? 42 : 43);
        }
        std::uint64_t const promised = (*live)->watermark().value;
        if (::write(acks, &promised, sizeof promised) != sizeof promised) {
            std::_Exit(5);
        }
    }
}

// The promises that have come so far, without waiting for more.
std::uint64_t newest_promise(int acks) {
    std::uint64_t newest = 0;
    std::uint64_t promised = 0;
    while (::read(acks, &promised, sizeof promised) == sizeof promised) {
        newest = promised;
    }
    return newest;
}

// Row 19: `two instances started`; the first ten's `an old writer that wakes and appends`.
TEST(HardTimes, AStoppedWriterThatWasTakenOverFromAcksNothingWhenItWakes) {
    for (int round = 0; round < 5; ++round) {
        TemporaryFolder const folder;
        std::string const path = folder.name("log");
        {
            auto store = host::FileStore::create(path, tiny_segments);
            ASSERT_TRUE(store);
            ASSERT_TRUE(LiveWorld{**store}.create());
        }
        int acks[2];
        ASSERT_EQ(::pipe2(acks, O_NONBLOCK), 0);
        pid_t const writer = ::fork();
        if (writer == 0) {
            ::fcntl(acks[1], F_SETFL, 0); // the writer waits for its reader
            append_for_ever(path, acks[1]);
        }
        ASSERT_GT(writer, 0);
        ::close(acks[1]);
        std::uint64_t promised = 0;
        while (promised < 20U + static_cast<unsigned>(round)) {
            promised = std::max(promised, newest_promise(acks[0]));
            ::usleep(200);
        }
        ASSERT_EQ(::kill(writer, SIGSTOP), 0);
        int status = 0;
        ASSERT_EQ(::waitpid(writer, &status, WUNTRACED), writer);
        ASSERT_TRUE(WIFSTOPPED(status)) << status;
        promised = std::max(promised, newest_promise(acks[0]));

        // It holds the lock still, so nobody opens beside it by mistake.
        EXPECT_EQ(host::FileStore::open(path, host::OpenMode::write).error().error.code,
                  Code::writer_alive);
        auto store = host::FileStore::open(path, host::OpenMode::take_over);
        ASSERT_TRUE(store);
        LiveWorld world{**store};
        auto const live = world.open();
        ASSERT_TRUE(live) << text_of(live.error().code).name;
        EXPECT_GE((*live)->recovered().chain.next.value, promised);

        ASSERT_EQ(::kill(writer, SIGCONT), 0);
        ASSERT_EQ(::waitpid(writer, &status, 0), writer);
        // Refused as fenced off, or because a slot that it was about to make is the other's.
        EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) >= 42) << status;
        // At most the promise that was on its way when it was stopped, and that one was kept.
        EXPECT_LE(newest_promise(acks[0]), (*live)->recovered().chain.next.value);
        ::close(acks[0]);

        ASSERT_TRUE(append_entry(**live, {.now = 1'000'000, .attachment_bytes = 0}));
        ASSERT_TRUE((*live)->close());
        EXPECT_TRUE(second_opinion(path).holds);
    }
}

} // namespace
} // namespace axiom::test
