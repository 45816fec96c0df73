// `axiom` on the log of a machine: the kernel's entries by name, its state replayed, its calls
// found in the SysLog's batches.

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sim-host/platform/file_store.hpp>
#include <tests/support/sparse_log.hpp>
#include <tests/system/cli_program.hpp>

namespace axiom::test {
namespace {

using Json = nlohmann::json;

// The golden log of two boots of a kernel, in a folder.
class CliKernel : public testing::Test {
  protected:
    CliKernel() {
        std::ifstream stream{"tests/golden/logs/v1/kernel.sparse", std::ios::binary};
        auto const golden = load_sparse(std::string{std::istreambuf_iterator<char>{stream}, {}});
        auto store = host::FileStore::create(axiom_.path("log"), golden->geometry());
        AXIOM_ASSERT(store.has_value());
        for (std::uint32_t slot = 0; slot < golden->slots(); ++slot) {
            while ((*store)->slots() <= slot) {
                AXIOM_ASSERT((*store)->extend().has_value());
            }
            AXIOM_ASSERT((*store)
                             ->write({.slot = SlotIndex{slot}, .offset = 0},
                                     golden->slot_bytes(SlotIndex{slot}))
                             .has_value());
        }
        AXIOM_ASSERT((*store)->flush().has_value());
        AXIOM_ASSERT((*store)->claim_epoch(golden->claimed_epoch().value()).has_value());
    }

    Json document(std::vector<std::string> words) {
        words.insert(words.end(), {"--json", "--from", axiom_.path("log")});
        Outcome const ran = axiom_.run(words);
        EXPECT_EQ(ran.status, 0) << ran.err;
        return Json::parse(ran.out, nullptr, false);
    }
    std::string text(std::vector<std::string> words) {
        words.insert(words.end(), {"--from", axiom_.path("log")});
        Outcome const ran = axiom_.run(words);
        EXPECT_EQ(ran.status, 0) << ran.err;
        return ran.out;
    }

    CliProgram axiom_;
};

TEST_F(CliKernel, ItsEntriesHaveNames) {
    std::string const log = text({"log", "--kind", "kernel"});
    for (char const* const kind : {"kernel.start", "kernel.create", "kernel.derive", "kernel.seal",
                                   "kernel.revoke", "kernel.end"}) {
        EXPECT_NE(log.find(kind), std::string::npos) << kind << " in\n" << log;
    }
}

TEST_F(CliKernel, ItsStateIsReplayedAndNothingIsRejected) {
    std::ifstream stream{"tests/golden/logs/v1/kernel.json"};
    Json const recorded = Json::parse(stream);
    Json const replayed = document({"replay"});
    EXPECT_NE(replayed.dump().find(recorded["state"].get<std::string>()), std::string::npos);
    Json const state = document({"at", "@"});
    EXPECT_NE(state.dump().find("\"domain\":\"kernel\""), std::string::npos) << state.dump();
}

TEST_F(CliKernel, ACallIsFoundInTheBatchThatASealCovers) {
    // The first request of the first boot is in the batch that its seal covers; the next is in
    // none.
    Json first;
    Json second;
    for (int sequence = 1; second.is_null() && sequence < 30; ++sequence) {
        Json const shown = document({"show", std::to_string(sequence)});
        if (shown.contains("call")) {
            (first.is_null() ? first : second) = shown["call"];
        }
    }
    EXPECT_EQ(first["ring"], 0);
    EXPECT_EQ(first["index"], 0);
    ASSERT_TRUE(first["sealed_by"].is_number()) << first.dump();
    EXPECT_TRUE(second["sealed_by"].is_null()) << second.dump();
    std::string const seal = text({"show", first["sealed_by"].dump()});
    EXPECT_NE(seal.find("kernel.seal"), std::string::npos) << seal;
}

TEST_F(CliKernel, TheLogVerifies) {
    EXPECT_NE(text({"verify"}).find("sealed"), std::string::npos);
}

} // namespace
} // namespace axiom::test
