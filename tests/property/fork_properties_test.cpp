// What a log with forks may say of itself: every deviation is refused by our recovery, our verifier
// and the independent one, at the entry where it lies.

#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>

#include <axiom/tree/receipt_check.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <tests/support/first_opinion.hpp>
#include <tests/support/forged_blocks.hpp>
#include <tests/support/second_opinion.hpp>
#include <tests/support/temporary_folder.hpp>
#include <tests/support/verify_world.hpp>

namespace axiom::test {
namespace {

using host::MemoryStore;

Hash256 key_of(unsigned seed) {
    return key_hash(host::signature_engine().public_key(seed_number(seed)));
}

bool finds(host::Verdict const& verdict, Code code, Sequence at) {
    return std::ranges::any_of(verdict.findings, [&](host::Finding const& finding) {
        return finding.code == code && finding.sequence == at;
    });
}

// A sealed log that was forked `forks` times.
std::unique_ptr<MemoryStore> forked_log(unsigned forks) {
    auto store = std::make_unique<MemoryStore>(small_geometry);
    SealedLog log{*store, seed_number(1)};
    for (unsigned index = 0; index <= forks; ++index) {
        if (index != 0) {
            log.fork(seed_number(1 + index));
        }
        log.open();
        log.add(12 + index, index * 100);
        log.seal();
        log.close();
    }
    return store;
}

// All three stop at the block that was forged, for the reason named.
void expect_refused(MemoryStore& store, Sequence end, Code code) {
    auto const first = first_opinion(store, nullptr);
    ASSERT_TRUE(first) << text_of(first.error().code).name;
    EXPECT_EQ(first->chain.next, end);
    EXPECT_TRUE(first->torn);
    SecondOpinion const second = second_opinion(store);
    ASSERT_TRUE(second.holds) << second.text;
    EXPECT_EQ(second.entries, end.value);
    EXPECT_NE(second.text.find("\"torn\": \"" + std::string{text_of(code).name} + "\""),
              std::string::npos)
        << second.text;
    host::Verdict const verdict = host::verify(store, verify_options());
    EXPECT_NE(verdict.soundness(), host::Soundness::sealed);
    EXPECT_TRUE(std::ranges::any_of(verdict.findings, [&](host::Finding const& finding) {
        return finding.code == code;
    })) << text_of(code).name;
}

class ForkProperties : public testing::TestWithParam<unsigned> {
  protected:
    void SetUp() override {
        store_ = forked_log(GetParam());
        end_ = end_of(*store_).chain;
    }

    std::unique_ptr<MemoryStore> store_;
    store::ChainPosition end_;
};

TEST_P(ForkProperties, ABlockUnderAnotherLogsIdIsNotOfThisLog) {
    append_block(*store_, {forged_tick(1000)}, key_of(9));
    expect_refused(*store_, end_.next, Code::wrong_log);
}

TEST_P(ForkProperties, ABlockUnderTheParentsIdIsNotOfTheFork) {
    Hash256 const parent = end_.log_id;
    append_block(*store_, {forged_fork(end_.head, key_of(9))});
    Sequence const end{end_.next.value + 1};
    ASSERT_EQ(end_of(*store_).chain.next, end);
    append_block(*store_, {forged_tick(1000)}, parent);
    expect_refused(*store_, end, Code::wrong_log);
}

TEST_P(ForkProperties, AWatermarkUnderAnotherLogsIdIsNotOfThisLog) {
    append_watermark(*store_, key_of(9));
    expect_refused(*store_, end_.next, Code::wrong_log);
}

TEST_P(ForkProperties, AForkThatKeepsItsParentsIdIsNone) {
    append_block(*store_, {forged_fork(end_.head, key_of(9))}, end_.log_id);
    expect_refused(*store_, end_.next, Code::wrong_log);
}

TEST_P(ForkProperties, AForkIsTheFirstEntryOfItsBlock) {
    std::vector<Hash256> const before = links_of(*store_, {forged_tick(1000)});
    std::vector<ForgedEntry> const entries{forged_tick(1000),
                                           forged_fork(before.back(), key_of(9))};
    Image const image{*store_};
    append_block(*store_, entries, links_of(*store_, entries).back());
    expect_refused(*store_, end_.next, Code::wrong_log);
    store_ = forked_log(GetParam());
    append_block(*store_, entries);
    expect_refused(*store_, end_.next, Code::wrong_log);
}

TEST_P(ForkProperties, AForkNamesTheHeadThatItLeaves) {
    append_block(*store_, {forged_fork(key_of(9), key_of(9))});
    expect_refused(*store_, end_.next, Code::chain_break);
}

TEST_P(ForkProperties, AForkThatDoesNotDecodeIsNone) {
    ForgedEntry fork = forged_fork(end_.head, key_of(9));
    fork.body.resize(70);
    append_block(*store_, {fork});
    expect_refused(*store_, end_.next, Code::truncated);
}

INSTANTIATE_TEST_SUITE_P(Forked, ForkProperties, testing::Values(0U, 1U, 3U));

// What only the order of the log shows: checkpoints and changes of the key.
class ForkSeals : public testing::Test {
  protected:
    ForkSeals() {
        log_.open();
        log_.add(8);
        log_.seal();
        sealed_parent = log_.checkpoint();
        log_.close();
        log_.fork(seed_number(2));
        log_.open();
        log_.add(3);
    }

    // Something follows, so that the forged entry is vouched for.
    void expect_refused_at(Sequence at, Code code) {
        log_.add(2);
        log_.close();
        host::Verdict const verdict = host::verify(store_, verify_options());
        EXPECT_EQ(verdict.soundness(), host::Soundness::tampering);
        EXPECT_TRUE(finds(verdict, code, at)) << text_of(code).name;
        SecondOpinion const second = second_opinion(store_);
        EXPECT_FALSE(second.holds);
        EXPECT_NE(second.text.find(text_of(code).name), std::string::npos) << second.text;
    }

    static Checkpoint sealed_parent;
    MemoryStore store_{small_geometry};
    SealedLog log_{store_, seed_number(1)};
};
Checkpoint ForkSeals::sealed_parent{};

TEST_F(ForkSeals, ACheckpointAfterAForkIsOfTheNewLog) {
    Sequence const at = log_.seal_forged(
        seed_number(2), [](Checkpoint& said) { said.log_id = sealed_parent.log_id; });
    expect_refused_at(at, Code::wrong_log);
}

TEST_F(ForkSeals, TheParentsOwnCheckpointIsNoneOfTheFork) {
    Sequence const at =
        log_.seal_forged(seed_number(1), [](Checkpoint& said) { said = sealed_parent; });
    expect_refused_at(at, Code::wrong_log);
}

TEST_F(ForkSeals, ACheckpointCoversTheForkThatBroughtItsKey) {
    Sequence const at = log_.seal_forged(seed_number(2), [](Checkpoint& said) {
        Hash256 const log_id = said.log_id;
        said = sealed_parent;
        said.log_id = log_id;
    });
    expect_refused_at(at, Code::bad_proof);
}

TEST_F(ForkSeals, ASoundForkIsSealed) {
    log_.seal();
    log_.close();
    host::Verdict const verdict = host::verify(store_, verify_options());
    EXPECT_EQ(verdict.soundness(), host::Soundness::sealed);
    EXPECT_EQ(verdict.forks(), 1U);
    EXPECT_EQ(verdict.origins.front().log_id, sealed_parent.log_id);
    EXPECT_NE(verdict.log_id, sealed_parent.log_id);
    EXPECT_TRUE(second_opinion(store_).holds);
}

bool second_checker_accepts(Bytes receipt, Hash256 const& log_id) {
    TemporaryFolder const folder{TemporaryFolder::quick_parent()};
    std::string const file = folder.name("r.axr");
    std::ofstream{file, std::ios::binary} << text_of(receipt);
    std::string const id{text_of(to_hex(log_id))};
    return std::system(("python3 tests/verifier/verify.py receipt '" + file + "' --log-id " + id +
                        " > /dev/null")
                           .c_str()) == 0;
}

TEST(ForkReceipts, AForkWithinABlockIsNoOriginOfALog) {
    for (bool const within : {false, true}) {
        SmallLog log{seed_number(1)};
        log.add_record("in the parent");
        within ? log.fork_within_block(seed_number(2)) : log.fork(seed_number(2));
        log.seal();
        log.add_record("in the fork");
        log.seal();
        auto const receipt = log.receipt(Sequence{3});
        auto const verdict = check_receipt(host::fastest_engine(), host::signature_engine(),
                                           receipt, {.log_id = log.log_id(), .key = {}});
        EXPECT_EQ(verdict.has_value(), !within);
        EXPECT_EQ(second_checker_accepts(receipt, log.log_id()), !within);
        if (within) {
            EXPECT_EQ(verdict.error().code, Code::bad_proof);
        }
    }
}

} // namespace
} // namespace axiom::test
