// A log whose first segment is lost: no state can be rebuilt, and every verb says so as damage.

#include <filesystem>

#include <gtest/gtest.h>

#include <sim-host/platform/file_store.hpp>
#include <tests/support/verify_world.hpp>
#include <tests/system/cli_program.hpp>

namespace axiom::test {
namespace {

constexpr int tampering = 3;

class LostBeginning : public testing::Test {
  protected:
    LostBeginning() {
        auto store = host::FileStore::create(log_, small_geometry);
        AXIOM_ASSERT(store.has_value());
        make_sealed_log(**store);
        store->reset();
        std::string const first = log_ + "/segments/" + host::segment_file_name(SlotIndex{0});
        std::filesystem::resize_file(first, 0);
        std::filesystem::resize_file(first, small_geometry.segment_bytes); // zeros
    }

    void expect_damage(std::vector<std::string> words) {
        words.insert(words.end(), {"--from", log_});
        Outcome const ran = axiom_.run(words);
        EXPECT_EQ(ran.status, tampering) << words[0] << ' ' << words[1] << '\n'
                                         << ran.out << ran.err;
        EXPECT_NE(ran.err.find("rot_below_watermark"), std::string::npos) << ran.err;
    }

    CliProgram axiom_;
    std::string log_ = axiom_.path("log");
};

TEST_F(LostBeginning, NoVerbShowsAStateThatCannotBeRebuilt) {
    EXPECT_EQ(axiom_.run({"verify", "--from", log_}).status, tampering);
    // Within what is lost, and behind it.
    for (std::string const entry : {"3", "@~1"}) {
        expect_damage({"at", entry});
        expect_damage({"diff", entry, "@"});
        expect_damage({"cap", "list", entry});
        expect_damage({"cap", "graph", entry});
        expect_damage({"cap", "diff", entry, "@"});
        expect_damage({"replay", "--to", entry});
    }
}

TEST_F(LostBeginning, ItIsNoMistakeInTheWords) {
    expect_damage({"identity", "list"});
    expect_damage({"account", "list"});
}

} // namespace
} // namespace axiom::test
