// Whatever is damaged in the file `medium` of a log or of its mirror is mended by `repair` and by
// who writes; and a repair that exits 0 leaves what `verify` finds whole.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>

#include <nlohmann/json.hpp>

#include <sim-host/platform/medium_header.hpp>
#include <tests/support/file_bytes.hpp>
#include <tests/support/image_of_log.hpp>
#include <tests/support/seeded.hpp>
#include <tests/system/cli_program.hpp>

namespace axiom::test {
namespace {

namespace fs = std::filesystem;

// A header that a medium can have, and this one has not.
void forge_header(fs::path const& medium, std::size_t copy) {
    auto const text = host::encode_medium_header(
        {.geometry = {.storage_block_bytes = 512, .segment_bytes = 1U << 16U},
         .slots_start = 0,
         .slots_max = 0});
    std::fstream stream{medium, std::ios::binary | std::ios::in | std::ios::out};
    stream.seekp(static_cast<std::streamoff>(host::medium_header_places[copy]));
    stream.write(reinterpret_cast<char const*>(text.data()), text.size());
}

struct Damage {
    std::string name;
    std::function<void(fs::path const& medium)> act;
};

std::vector<Damage> const damages{
    {"header copy 1", [](fs::path const& medium) { flip(medium, 10); }},
    {"header copy 2", [](fs::path const& medium) { flip(medium, 196'620); }},
    {"both copies of the header",
     [](fs::path const& medium) {
         flip(medium, 0);
         flip(medium, 196'608 + 63);
     }},
    {"header copy 1, forged", [](fs::path const& medium) { forge_header(medium, 0); }},
    {"header copy 2, forged", [](fs::path const& medium) { forge_header(medium, 1); }},
    {"both copies of the header, forged",
     [](fs::path const& medium) {
         forge_header(medium, 0);
         forge_header(medium, 1);
     }},
    {"the first record of claims", [](fs::path const& medium) { flip(medium, 65'536 + 17); }},
    {"the second record of claims", [](fs::path const& medium) { flip(medium, 131'072); }},
    {"both records of claims",
     [](fs::path const& medium) {
         flip(medium, 65'536 + 8);
         flip(medium, 131'072 + 60);
     }},
    {"a byte that must be zero", [](fs::path const& medium) { flip(medium, 100'000); }},
    {"the last byte", [](fs::path const& medium) { flip(medium, 262'143, 64); }},
    {"an end cut off", [](fs::path const& medium) { fs::resize_file(medium, 70'000); }},
    {"a length of nothing", [](fs::path const& medium) { fs::resize_file(medium, 0); }},
    {"a length too great", [](fs::path const& medium) { fs::resize_file(medium, 300'000); }},
    {"the whole file", [](fs::path const& medium) { fs::remove(medium); }},
};

class MediumMending : public testing::Test {
  protected:
    void make(std::vector<std::string> const& more) {
        std::vector<std::string> words{"ingest", "--to", "log", "--segment-mib", "1", "-q"};
        words.insert(words.end(), more.begin(), more.end());
        std::string lines;
        for (int line = 0; line < 3000; ++line) {
            lines += std::string(300, 'x') + std::to_string(line) + "\n";
        }
        Outcome const made = axiom_.run(words, lines);
        ASSERT_EQ(made.status, 0) << made.err;
    }

    [[nodiscard]] fs::path medium(std::string const& side) const {
        return fs::path{axiom_.path(side)} / "medium";
    }

    void expect_sound(std::string const& side, std::string const& after) const {
        Outcome const verdict = axiom_.run({"verify", "--from", side});
        EXPECT_EQ(verdict.status, 0) << after << ", " << side << "\n" << verdict.out << verdict.err;
    }

    // An archive may end before a seal.
    void expect_sound_medium(std::string const& after) const {
        Outcome const verdict = axiom_.run({"verify", "--from", "kept"});
        EXPECT_TRUE(verdict.status == 0 || verdict.status == 4) << after << verdict.out;
        EXPECT_EQ(verdict.out.find("medium"), std::string::npos) << after << verdict.out;
        EXPECT_EQ(verdict.out.find("record of claims"), std::string::npos) << after << verdict.out;
    }

    void expect_named(std::string const& side, std::string const& after) const {
        Outcome const verdict = axiom_.run({"verify", "--from", side});
        EXPECT_TRUE(verdict.status == 3 || verdict.status == 4)
            << after << ": " << verdict.status << verdict.out << verdict.err;
        EXPECT_NE((verdict.out + verdict.err).find("axiom repair"), std::string::npos)
            << after << "\n"
            << verdict.out << verdict.err;
    }

    CliProgram axiom_;
};

TEST_F(MediumMending, RepairMendsEitherSideOfAMirror) {
    make({"--mirror", "other"});
    for (std::string const side : {"log", "other"}) {
        for (Damage const& damage : damages) {
            damage.act(medium(side));
            expect_named(side, damage.name);
            std::string const before = fs::exists(medium(side)) ? bytes_in(medium(side)) : "";
            std::vector<std::string> words{"repair", "--from", "log", "--mirror", "other"};
            words.emplace_back("--dry-run");
            EXPECT_EQ(axiom_.run(words).status, 1) << damage.name;
            EXPECT_TRUE((fs::exists(medium(side)) ? bytes_in(medium(side)) : "") == before);
            words.back() = "--json";
            Outcome const repaired = axiom_.run(words);
            ASSERT_EQ(repaired.status, 0) << damage.name << "\n" << repaired.err;
            auto const report = nlohmann::json::parse(repaired.out);
            EXPECT_EQ(report["changed"], true) << damage.name;
            EXPECT_EQ(report["medium"][0]["side"], side) << damage.name;
            expect_sound("log", damage.name);
            expect_sound("other", damage.name);
            EXPECT_EQ(axiom_.run({"repair", "--from", "log"}).out, "nothing to repair\n");
        }
    }
}

TEST_F(MediumMending, RepairMendsALogThatHasNoMirror) {
    make({});
    for (Damage const& damage : damages) {
        damage.act(medium("log"));
        expect_named("log", damage.name);
        EXPECT_EQ(axiom_.run({"repair", "--from", "log", "--dry-run"}).status, 1) << damage.name;
        expect_named("log", damage.name);
        Outcome const repaired = axiom_.run({"repair", "--from", "log"});
        ASSERT_EQ(repaired.status, 0) << damage.name << "\n" << repaired.err;
        expect_sound("log", damage.name);
    }
}

TEST_F(MediumMending, WhoWritesMendsItToo) {
    for (bool const mirrored : {true, false}) {
        fs::remove_all(axiom_.path("log"));
        make(mirrored ? std::vector<std::string>{"--mirror", "other"} : std::vector<std::string>{});
        int mark = 0;
        for (std::string const side : {"log", "other"}) {
            for (Damage const& damage : damages) {
                if (side == "other" && !mirrored) {
                    continue;
                }
                damage.act(medium(side));
                // A verb that reads first says `axiom repair` where no header is left to read by.
                Outcome const marked =
                    axiom_.run({"mark", "m" + std::to_string(++mark), "--from", "log"});
                if (marked.status != 0) {
                    EXPECT_EQ(marked.status, 3) << damage.name << "\n" << marked.err;
                    EXPECT_NE(marked.err.find("axiom repair"), std::string::npos) << marked.err;
                }
                Outcome const written = axiom_.run(
                    {"ingest", "--to", "log", "--producer", "p" + std::to_string(mark)}, "more\n");
                ASSERT_EQ(written.status, 0) << damage.name << "\n" << written.err;
                EXPECT_NE((marked.err + written.err).find("medium"), std::string::npos)
                    << damage.name;
                expect_sound("log", damage.name);
                if (mirrored) {
                    expect_sound("other", damage.name);
                }
            }
        }
    }
}

// The same lengths are said by the other side when nothing in the folder says them.
TEST_F(MediumMending, TheOtherSideSaysWhatNothingHereDoes) {
    make({"--mirror", "other"});
    for (std::string const side : {"log", "other"}) {
        fs::remove(medium(side));
        for (auto const& file : fs::directory_iterator{fs::path{axiom_.path(side)} / "segments"}) {
            flip(file.path(), 5);
        }
        expect_named(side, "lengths lost");
        Outcome const repaired = axiom_.run({"repair", "--from", "log", "--mirror", "other"});
        ASSERT_EQ(repaired.status, 0) << repaired.err;
        expect_sound("log", side);
        expect_sound("other", side);
    }
}

TEST_F(MediumMending, RepairMendsAnArchiveAndWhoWritesMendsItToo) {
    make({"--archive", "kept"});
    for (Damage const& damage : damages) {
        damage.act(medium("kept"));
        Outcome const repaired = axiom_.run({"repair", "--from", "kept"});
        ASSERT_EQ(repaired.status, 0) << damage.name << "\n" << repaired.err;
        expect_sound_medium(damage.name);
        damage.act(medium("kept"));
        Outcome const marked = axiom_.run({"mark", "here", "--from", "log"});
        ASSERT_EQ(marked.status, 0) << damage.name << "\n" << marked.err;
        EXPECT_NE(marked.err.find("kept: its medium"), std::string::npos) << damage.name << "\n"
                                                                          << marked.err;
        expect_sound_medium(damage.name);
    }
}

// The log's segments, in an image.
TEST_F(MediumMending, RepairMendsAnImageFromItsSecondCopies) {
    make({});
    std::string const image = axiom_.path("image");
    image_of_log(axiom_.path("log"), image);
    expect_sound("image", "nothing");
    EXPECT_EQ(axiom_.run({"repair", "--from", "image"}).out, "nothing to repair\n");
    for (std::uint64_t const at : {10U, 196'620U, 65'536U + 17U, 131'072U, 100'000U, 262'143U}) {
        std::string const place = "byte " + std::to_string(at);
        flip(image, at);
        expect_named("image", place);
        EXPECT_EQ(axiom_.run({"repair", "--from", "image", "--dry-run"}).status, 1) << place;
        expect_named("image", place);
        Outcome const repaired = axiom_.run({"repair", "--from", "image"});
        ASSERT_EQ(repaired.status, 0) << place << "\n" << repaired.err;
        expect_sound("image", place);
    }
    flip(image, 0);
    flip(image, 196'608);
    Outcome const lost = axiom_.run({"repair", "--from", "image"});
    EXPECT_EQ(lost.status, 3) << lost.err;
    EXPECT_NE(lost.err.find("neither copy of its header is whole"), std::string::npos) << lost.err;
    EXPECT_NE(lost.err.find("put the image back"), std::string::npos) << lost.err;
}

TEST_F(MediumMending, WhatNoCopySaysIsSaidWithTheWayOut) {
    make({});
    fs::remove(medium("log"));
    for (auto const& file : fs::directory_iterator{fs::path{axiom_.path("log")} / "segments"}) {
        flip(file.path(), 5);
    }
    Outcome const refused = axiom_.run({"repair", "--from", "log"});
    EXPECT_EQ(refused.status, 3) << refused.err;
    EXPECT_NE(refused.err.find("--from-archive"), std::string::npos) << refused.err;
    EXPECT_FALSE(fs::exists(medium("log")));
}

// A repair that has nothing to mend a segment from does not say that all is whole.
TEST_F(MediumMending, AMendedMediumDoesNotHideADamagedSegment) {
    make({});
    flip(medium("log"), 10);
    flip(fs::path{axiom_.path("log")} / "segments" / "00000000.axm", 9000);
    Outcome const repaired = axiom_.run({"repair", "--from", "log"});
    EXPECT_EQ(repaired.status, 3) << repaired.err;
    EXPECT_NE(repaired.err.find("axiom verify"), std::string::npos) << repaired.err;
}

TEST_F(MediumMending, RandomDamageOfAPairIsMendedOrRefused) {
    make({"--mirror", "other"});
    Seeded seeded{7};
    for (int round = 0; round < 20; ++round) {
        std::string const side = round % 2 == 0 ? "log" : "other";
        std::uint64_t const where = seeded.below(2) == 0
                                        ? seeded.below(262'144)
                                        : 65'536 * seeded.below(4) + seeded.below(64);
        flip(medium(side), where, static_cast<char>(1 + seeded.below(127)));
        Outcome const repaired = axiom_.run({"repair", "--from", "log"});
        ASSERT_EQ(repaired.status, 0) << side << " " << where << "\n" << repaired.err;
        expect_sound("log", std::to_string(where));
        expect_sound("other", std::to_string(where));
    }
}

} // namespace
} // namespace axiom::test
