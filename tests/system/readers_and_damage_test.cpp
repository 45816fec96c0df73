// Whoever reads a log meets what `axiom verify` meets: nothing that is damaged is taken for the
// log's end, and nothing of it for what the person typed (docs/log-format.md, 8).

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include <axiom/log/entry.hpp>
#include <sim-host/inspect/opened_log.hpp>
#include <sim-host/platform/file_store.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <tests/support/forger.hpp>
#include <tests/support/sealed_log.hpp>
#include <tests/support/second_opinion.hpp>
#include <tests/support/verify_world.hpp>
#include <tests/system/cli_program.hpp>

namespace axiom::test {
namespace {

constexpr int sound = 0;
constexpr int tampering = 3;
constexpr int newer_version = 8;

class ReadersAndDamage : public testing::Test {
  protected:
    ReadersAndDamage() { make_sealed_log(medium_); }

    // What the verifier and every verb that reads the whole log say of the medium.
    void expect_everybody_says(int status, std::string const& code) {
        save_folder(medium_, log_);
        for (std::vector<std::string> words : {std::vector<std::string>{"verify"},
                                               {"export"},
                                               {"log"},
                                               {"replay", "--from-genesis"},
                                               {"sql", "SELECT count(*) FROM entries"}}) {
            words.insert(words.end(), {"--from", log_});
            Outcome const ran = axiom_.run(words);
            EXPECT_EQ(ran.status, status) << words[0] << '\n' << ran.out << ran.err;
            if (words[0] != "verify" && status != sound) {
                EXPECT_NE(ran.err.find("[" + code + "]"), std::string::npos) << ran.err;
            }
        }
        std::filesystem::remove_all(log_);
    }

    // A frame of the newest segment with others behind it.
    [[nodiscard]] std::size_t frame_before_the_last(Forger const& forger) const {
        std::size_t const frames = forger.frames().size();
        AXIOM_ASSERT(forger.frames()[frames - 1].slot == forger.frames()[frames - 2].slot);
        return frames - 2;
    }

    host::MemoryStore medium_{small_geometry};
    CliProgram axiom_;
    std::string log_ = axiom_.path("log");
};

TEST_F(ReadersAndDamage, ASoundLogIsReadWhole) {
    expect_everybody_says(sound, "");
}

TEST_F(ReadersAndDamage, ADamagedFrameOfTheNewestSegmentIsNotTheLogsEnd) {
    Forger forger{medium_};
    MutableBytes const frame = forger.frame(frame_before_the_last(forger));
    frame[offsetof(store::FramePrefix, content_bytes)] ^= std::byte{1};
    expect_everybody_says(tampering, "frame_damaged");
}

TEST_F(ReadersAndDamage, NeitherIsOneThatBecameZeros) {
    Forger forger{medium_};
    zero_bytes(forger.frame(frame_before_the_last(forger)).first(store::frame_head_bytes));
    expect_everybody_says(tampering, "frame_damaged");
}

TEST_F(ReadersAndDamage, AFrameOfANewerVersionIsNotTheLogsEnd) {
    Forger forger{medium_};
    std::size_t const index = frame_before_the_last(forger);
    store_le(forger.frame(index).subspan(offsetof(store::FramePrefix, version)), std::uint16_t{99});
    forger.cover(Forgery::framed, index);
    expect_everybody_says(newer_version, "unknown_version");
}

TEST_F(ReadersAndDamage, ALengthThatWasDamagedIsTheLogsAndNotTheReaders) {
    for (std::size_t const field :
         {offsetof(EntryHeader, body_bytes), offsetof(EntryHeader, attachment_bytes)}) {
        Forger forger{medium_};
        std::byte& high = forger.entry(1)[field + 3];
        high ^= std::byte{0x40};
        expect_everybody_says(tampering, "leaf_mismatch");
        high ^= std::byte{0x40};
    }
}

TEST(OpenedLog, AnEndThatMovesWhileSomebodyAppendsIsNoDamage) {
    TemporaryFolder const folder;
    std::string const path = folder.name("log");
    auto store = host::FileStore::create(path, small_geometry);
    ASSERT_TRUE(store.has_value());
    SealedLog log{**store, seed_number(1)};
    log.open();
    log.add(10);
    std::atomic<bool> enough{};
    std::jthread const writer{[&] {
        while (!enough) {
            log.add(5);
        }
    }};
    Sequence seen{};
    for (int opening = 0; opening < 50 || seen.value < 400; ++opening) {
        auto const opened = host::OpenedLog::open(path, host::fastest_engine());
        EXPECT_TRUE(opened.has_value()) << opened.error().text;
        if (!opened) {
            break;
        }
        EXPECT_GE((*opened)->end(), seen);
        seen = (*opened)->end();
    }
    enough = true;
}

} // namespace
} // namespace axiom::test
