// The trust verbs of the command: exit statuses exactly, and no file, folder or pipe that is no log
// is ever verified (THREATS.md, rows 1 and 13).

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <fstream>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sim-host/platform/file_store.hpp>
#include <sim-host/platform/medium_header.hpp>
#include <tests/support/forger.hpp>
#include <tests/support/sealed_log.hpp>
#include <tests/support/second_opinion.hpp>
#include <tests/support/seeded.hpp>
#include <tests/support/temporary_folder.hpp>
#include <tests/support/verify_world.hpp>

namespace axiom::test {
namespace {

struct Ran {
    int exit{};
    std::string output; // stdout and stderr
};

Ran run(std::string const& words) {
    std::filesystem::path const self = std::filesystem::read_symlink("/proc/self/exe");
    std::string const command =
        "'" + (self.parent_path() / "axiom").string() + "' " + words + " 2>&1 </dev/null";
    Ran ran;
    std::FILE* const pipe = ::popen(command.c_str(), "r");
    AXIOM_ASSERT(pipe != nullptr);
    std::array<char, 4096> piece{};
    for (std::size_t count = 0; (count = std::fread(piece.data(), 1, piece.size(), pipe)) > 0;) {
        ran.output.append(piece.data(), count);
    }
    int const status = ::pclose(pipe);
    ran.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
    return ran;
}

void expect_exit(int expected, std::string const& words) {
    Ran const ran = run(words);
    EXPECT_EQ(ran.exit, expected) << "axiom " << words << "\n" << ran.output;
}

// A sealed log whose last frame says that it has attachments, which it has no room for, with its
// check made anew: that needs no key.
void make_log_with_a_lying_frame(std::string const& path) {
    host::MemoryStore medium{small_geometry};
    make_sealed_log(medium);
    Forger forger{medium};
    std::size_t const last = forger.frames().size() - 1;
    store_le(forger.frame(last).subspan(offsetof(store::FramePrefix, attachments_bytes)),
             std::uint32_t{64});
    forger.cover(Forgery::framed, last);
    save_folder(medium, path);
}

class VerifyCommand : public testing::Test {
  protected:
    VerifyCommand() {
        auto store = host::FileStore::create(log_, small_geometry);
        AXIOM_ASSERT(store.has_value());
        make_sealed_log(**store);
    }

    [[nodiscard]] std::string segment(unsigned slot) const {
        return log_ + "/segments/" + host::segment_file_name(SlotIndex{slot});
    }

    [[nodiscard]] std::string log_id() const {
        Ran const ran = run("verify --json" + from_);
        std::string const name = "\"log_id\":";
        std::size_t const at = ran.output.find('"', ran.output.find(name) + name.size());
        return ran.output.substr(at + 1, 64);
    }

    void poke(std::string const& path, std::uint64_t offset, char value) {
        std::fstream file{path, std::ios::in | std::ios::out | std::ios::binary};
        file.seekp(static_cast<std::streamoff>(offset));
        file.put(value);
    }

    TemporaryFolder folder_;
    std::string log_ = folder_.name("log");
    std::string from_ = " --from '" + log_ + "'";
};

TEST_F(VerifyCommand, ASealedLogIsVerifiedAndTheVerdictSaysWhatItRestsOn) {
    Ran const ran = run("verify" + from_);
    EXPECT_EQ(ran.exit, 0) << ran.output;
    EXPECT_NE(ran.output.find("nothing outside the log says where it ended"), std::string::npos);
    EXPECT_NE(ran.output.find("not shown"), std::string::npos);
    expect_exit(0, "verify --json" + from_);
    Ran const part = run("verify 3..9" + from_);
    EXPECT_EQ(part.exit, 0) << part.output;
    EXPECT_NE(part.output.find("range       entries 3 to 9"), std::string::npos) << part.output;
    Ran const beyond = run("verify 3..90000" + from_);
    EXPECT_EQ(beyond.exit, 7) << beyond.output;
    EXPECT_NE(beyond.output.find("goes beyond the log's end, which is entry"), std::string::npos);
    EXPECT_EQ(beyond.output.find("missing"), std::string::npos) << beyond.output;
    expect_exit(7, "verify 90000.." + from_);
    expect_exit(7, "verify nosuchmark.." + from_);
    expect_exit(0, "verify -j 2" + from_);
}

TEST_F(VerifyCommand, AKeyBesideTheLogIsSaid) {
    std::ofstream{folder_.name("key")} << std::string(64, '0').replace(0, 64, [] {
        std::string hex;
        for (int byte = 0; byte < 32; ++byte) {
            hex += "01";
        }
        return hex;
    }()) << "\n";
    Ran const ran = run("verify" + from_);
    EXPECT_EQ(ran.exit, 0);
    EXPECT_NE(ran.output.find("lay beside the log"), std::string::npos) << ran.output;
}

TEST_F(VerifyCommand, DamageHasItsExitStatus) {
    poke(segment(0), 1500, 'x');
    Ran const ran = run("verify" + from_);
    EXPECT_EQ(ran.exit, 3) << ran.output;
    EXPECT_NE(ran.output.find("next:"), std::string::npos) << ran.output;
    EXPECT_EQ(ran.output.find("outside the range"), std::string::npos) << "there is no range";
}

TEST_F(VerifyCommand, BytesOfTheMediumAreCovered) {
    for (std::uint64_t const offset :
         {0U, 20U, 63U, 64U, 4000U, 65536U, 65600U, 131080U, 196608U, 200000U, 262143U}) {
        std::ifstream file{log_ + "/medium", std::ios::binary};
        file.seekg(static_cast<std::streamoff>(offset));
        char const before = static_cast<char>(file.get());
        poke(log_ + "/medium", offset, static_cast<char>(before ^ 0x10));
        Ran const ran = run("verify" + from_);
        EXPECT_TRUE(ran.exit == 3 || ran.exit == 4) << offset << ": " << ran.exit << ran.output;
        poke(log_ + "/medium", offset, before);
    }
    expect_exit(0, "verify" + from_);
}

// THREATS row 1, an oversized length: refused before anything of that length is looked at.
TEST_F(VerifyCommand, ASegmentLongerOrShorterThanAnyIsRefusedAtOnce) {
    for (std::uint64_t const bytes : {std::uint64_t{512}, std::uint64_t{1} << 31U,
                                      std::uint64_t{1} << 40U, std::uint64_t{1} << 63U}) {
        auto const header = host::encode_medium_header(
            {.geometry = {.storage_block_bytes = 512, .segment_bytes = bytes},
             .slots_start = 0,
             .slots_max = 0});
        std::fstream file{log_ + "/medium", std::ios::in | std::ios::out | std::ios::binary};
        for (std::uint64_t const place : host::medium_header_places) {
            file.seekp(static_cast<std::streamoff>(place));
            file.write(reinterpret_cast<char const*>(header.data()), header.size());
        }
        file.close();
        auto const began = std::chrono::steady_clock::now();
        for (std::string const verb : {"verify", "log"}) {
            Ran const ran = run(verb + from_);
            EXPECT_EQ(ran.exit, 3) << verb << bytes << ran.output;
        }
        EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds{30});
        EXPECT_EQ(second_opinion(log_).holds, false);
    }
}

// What is out of range is the log's own length then, and no range that was asked for.
TEST_F(VerifyCommand, ALengthThatLiesIsDamageAndNoRange) {
    std::string const lying = folder_.name("lying");
    make_log_with_a_lying_frame(lying);
    for (std::string const range : {"", " 0..", " 3..", " 3..9", " 3..90000"}) {
        Ran const ran = run("verify" + range + " --from '" + lying + "'");
        EXPECT_EQ(ran.exit, 4) << range << ran.output;
        EXPECT_EQ(ran.output.find("the range `"), std::string::npos) << range << ran.output;
    }
    EXPECT_EQ(second_opinion(lying).soundness, host::Soundness::incomplete);
}

TEST_F(VerifyCommand, CutAndMissingFilesAreIncomplete) {
    std::filesystem::resize_file(segment(1), 1000);
    expect_exit(4, "verify" + from_);
    expect_exit(4, "verify 3..90000" + from_);
    std::filesystem::remove(segment(1));
    Ran const ran = run("verify" + from_);
    EXPECT_EQ(ran.exit, 4) << ran.output;
    EXPECT_NE(ran.output.find("this slot is missing"), std::string::npos) << ran.output;
    EXPECT_EQ(ran.output.find(" 0 in 0 blocks"), std::string::npos) << "the rest is read";
}

// A block of which a part is missing is not counted, though its record is there and whole.
TEST_F(VerifyCommand, OfACutFileWhatLiesBeforeTheCutIsCounted) {
    std::string const short_log = folder_.name("short");
    {
        auto store = host::FileStore::create(short_log, small_geometry);
        ASSERT_TRUE(store.has_value());
        SealedLog log{**store, seed_number(1)};
        log.open();
        log.add(20, 100, 20);
        log.close();
    }
    std::vector<std::string> cuts;
    for (std::uint64_t bytes = 2048; bytes <= 16384; bytes += 512) {
        cuts.push_back(folder_.name("cut" + std::to_string(bytes)));
        std::filesystem::copy(short_log, cuts.back(), std::filesystem::copy_options::recursive);
        std::filesystem::resize_file(
            cuts.back() + "/segments/" + host::segment_file_name(SlotIndex{0}), bytes);
    }
    std::vector<SecondOpinion> const opinions = second_opinions(cuts);
    for (std::size_t index = 0; index < cuts.size(); ++index) {
        Ran const ran = run("verify --json --from '" + cuts[index] + "'");
        EXPECT_EQ(ran.exit, 4) << ran.output;
        std::string const counted = "\"entries\": " + std::to_string(opinions[index].entries) + ",";
        EXPECT_NE(ran.output.find(counted), std::string::npos)
            << cuts[index] << opinions[index].text << ran.output;
        std::string const size = "\"tree_size\": " + std::to_string(opinions[index].tree_size);
        EXPECT_NE(ran.output.find(size), std::string::npos) << cuts[index] << ran.output;
    }
}

TEST_F(VerifyCommand, WhatIsNoSegmentFileIsNamed) {
    std::string const kept = folder_.name("kept");
    std::filesystem::rename(segment(1), kept);
    auto const expect_named = [&](char const* what) {
        Ran const ran = run("verify" + from_);
        EXPECT_EQ(ran.exit, 4) << what << ran.output;
        EXPECT_NE(ran.output.find(host::segment_file_name(SlotIndex{1})), std::string::npos)
            << what << ran.output;
        std::filesystem::remove(segment(1));
    };
    std::filesystem::create_directory(segment(1));
    expect_named("a folder");
    std::filesystem::create_symlink(kept, segment(1));
    expect_named("a link");
    ASSERT_EQ(::mkfifo(segment(1).c_str(), 0600), 0);
    expect_named("a pipe");
}

TEST_F(VerifyCommand, ALongerSegmentFileIsNamed) {
    std::ofstream{segment(1), std::ios::app} << "more";
    expect_exit(3, "verify" + from_);
}

TEST_F(VerifyCommand, RandomEditsOfFilesAreNamed) {
    Seeded choose{5};
    auto const slots =
        static_cast<unsigned>(std::distance(std::filesystem::directory_iterator{log_ + "/segments"},
                                            std::filesystem::directory_iterator{}));
    for (int round = 0; round < 60; ++round) {
        auto const slot = static_cast<unsigned>(choose.below(slots));
        std::uint64_t const offset = choose.below(small_geometry.segment_bytes);
        std::ifstream file{segment(slot), std::ios::binary};
        file.seekg(static_cast<std::streamoff>(offset));
        char const before = static_cast<char>(file.get());
        poke(segment(slot), offset, static_cast<char>(before ^ (1 << choose.below(8))));
        Ran const ran = run("verify -q" + from_);
        EXPECT_TRUE(ran.exit == 3 || ran.exit == 4) << slot << ' ' << offset << ran.output;
        poke(segment(slot), offset, before);
    }
}

TEST_F(VerifyCommand, WhatIsNoLogIsNeverVerified) {
    std::ofstream{folder_.name("garbage")} << "this is no log";
    std::ofstream{folder_.name("empty")};
    ASSERT_EQ(::mkfifo(folder_.name("pipe").c_str(), 0600), 0);
    std::filesystem::create_directory(folder_.name("folder"));
    for (char const* const name : {"garbage", "empty", "pipe", "folder", "absent"}) {
        Ran const ran = run("verify --from '" + folder_.name(name) + "'");
        EXPECT_NE(ran.exit, 0) << name;
        EXPECT_LT(ran.exit, 70) << name << ran.output;
    }
    expect_exit(7, "verify --from '" + folder_.name("absent") + "'");
    Ran const device = run("verify --from /dev/null");
    EXPECT_NE(device.exit, 0);
    EXPECT_LT(device.exit, 70) << device.output;
}

TEST_F(VerifyCommand, HostileWordsAreUsage) {
    for (char const* const words :
         {"verify -0", "verify 1e9999", "verify 0x", "verify 9..3",
          "verify --jobs 18446744073709551616", "verify --key zz", "verify --log-id 12",
          "verify ''", "prove", "receipt", "receipt check"}) {
        Ran const ran = run(words + from_);
        EXPECT_TRUE(ran.exit == 2 || ran.exit == 7) << words << ' ' << ran.exit << ran.output;
    }
}

TEST_F(VerifyCommand, AReceiptIsMadeCheckedAndExpected) {
    std::string const receipt = folder_.name("r.axr");
    std::string const id = log_id();
    expect_exit(0, "receipt 5 -o '" + receipt + "'" + from_);
    expect_exit(2, "receipt 5 -o '" + receipt + "'" + from_); // never over a file
    expect_exit(0, "receipt check '" + receipt + "' --log-id " + id);
    expect_exit(2, "receipt check '" + receipt + "'");
    std::string other = id;
    other[0] = other[0] == '0' ? '1' : '0';
    expect_exit(3, "receipt check '" + receipt + "' --log-id " + other);
    expect_exit(0, "verify --expect '" + receipt + "'" + from_);
    expect_exit(0, "prove 5" + from_);
    poke(receipt, 300, 'x');
    expect_exit(3, "receipt check '" + receipt + "' --log-id " + id);
    expect_exit(3, "verify --expect '" + receipt + "'" + from_);
    expect_exit(7, "receipt 100000 -o '" + folder_.name("none") + "'" + from_);
}

TEST_F(VerifyCommand, DataThatAReceiptSaysNothingAboutAreNotVerified) {
    std::string const genesis = "'" + folder_.name("genesis.axr") + "'"; // has no attachment
    expect_exit(0, "receipt 0 -o " + genesis + from_);
    std::string const words = "receipt check " + genesis + " --log-id " + log_id();
    expect_exit(0, words);
    expect_exit(3, words + " --data /dev/null");
    Ran const ran = run(words + " --data " + genesis);
    EXPECT_EQ(ran.exit, 3);
    EXPECT_NE(ran.output.find("shows nothing about the data"), std::string::npos) << ran.output;
}

TEST_F(VerifyCommand, EveryByteOfAReceiptIsCoveredAndSaidWithThree) {
    std::string const receipt = folder_.name("r.axr");
    std::string const data = folder_.name("data");
    expect_exit(0, "receipt 5 -o '" + receipt + "'" + from_);
    std::ofstream{data} << "anything";
    std::string const words = "receipt check '" + receipt + "' --log-id " + log_id();
    Seeded choose{9};
    auto const bytes = std::filesystem::file_size(receipt);
    for (int round = 0; round < 60; ++round) {
        // The lengths in the header are looked at before any hash is.
        std::uint64_t const offset =
            round < 8 ? 64U + static_cast<unsigned>(round) : choose.below(bytes);
        std::ifstream file{receipt, std::ios::binary};
        file.seekg(static_cast<std::streamoff>(offset));
        char const before = static_cast<char>(file.get());
        poke(receipt, offset, static_cast<char>(before ^ (1 << choose.below(8))));
        int const alone = run(words).exit;
        int const with_data = run(words + " --data '" + data + "'").exit;
        EXPECT_TRUE(alone == 3 || alone == 8) << offset << ": " << alone;
        EXPECT_TRUE(with_data == 3 || with_data == 8) << offset << ": " << with_data;
        poke(receipt, offset, before);
    }
}

TEST_F(VerifyCommand, AnOlderCopyIsNamedByAReceipt) {
    std::string const older = folder_.name("older");
    std::filesystem::copy(log_, older, std::filesystem::copy_options::recursive);
    {
        auto store = host::FileStore::open(log_, host::OpenMode::write);
        ASSERT_TRUE(store);
        SealedLog log{**store, seed_number(1), SealedLog::Existing{}};
        log.open();
        log.add(5);
        log.seal();
        log.close();
    }
    std::string const receipt = folder_.name("r.axr");
    expect_exit(0, "receipt @~3 -o '" + receipt + "'" + from_);
    expect_exit(0, "verify --expect '" + receipt + "'" + from_);
    Ran const refuted = run("verify --expect '" + receipt + "' --from '" + older + "'");
    EXPECT_EQ(refuted.exit, 4) << refuted.output;
    EXPECT_EQ(refuted.output.find("no older than it"), std::string::npos) << refuted.output;
    EXPECT_EQ(refuted.output.find("nothing outside"), std::string::npos) << refuted.output;
    expect_exit(0,
                "verify --from '" + older + "'"); // nothing else shows it, and the verdict says so
}

TEST_F(VerifyCommand, ReplayAndDiffAgreeWithTheLog) {
    Ran const one = run("replay" + from_);
    Ran const two = run("replay --to @" + from_);
    EXPECT_EQ(one.exit, 0) << one.output;
    EXPECT_EQ(one.output, two.output);
    EXPECT_NE(one.output.find("state hash "), std::string::npos);
    expect_exit(0, "at 10" + from_);
    expect_exit(1, "diff 3 20" + from_);
    expect_exit(0, "diff 20 20" + from_);
    std::string const copy = folder_.name("copy");
    std::filesystem::copy(log_, copy, std::filesystem::copy_options::recursive);
    expect_exit(0, "diff --with '" + copy + "'" + from_);
}

} // namespace
} // namespace axiom::test
