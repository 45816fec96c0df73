// LogSession: what the policy allows becomes an entry under its decision; what it does not leaves
// no trace.

#include <gtest/gtest.h>

#include <axiom/policy/founding.hpp>
#include <axiom/tree/receipt.hpp>
#include <sim-host/inspect/catalog.hpp>
#include <sim-host/log/log_session.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/memory_store.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <sim-host/platform/system_entropy.hpp>

namespace axiom::host {
namespace {

class LogSessionTest : public testing::Test {
  protected:
    LogSessionTest() {
        std::array<std::byte, policy::founding_policy_bytes_max> room{};
        auto const canonical = policy::founding_policy(creator_principal, room);
        auto const genesis = genesis_for({.label = "test",
                                          .creator_label = "tester",
                                          .checkpoint_key = signature_engine().public_key(seed_),
                                          .policy = *canonical,
                                          .capacities = default_capacities},
                                         entropy_);
        created_ = LiveLog::create(store_, options().live, *genesis).has_value();
    }

    LogSessionOptions options() {
        return {.live = {.engine = &fastest_engine(),
                         .entropy = &entropy_,
                         .domains = known_domains(),
                         .now = [this] { return WallTime{now_ += 1'000'000}; }},
                .signer = &signature_engine(),
                .checkpoint_seed = &seed_,
                .principal = {},
                .earlier = {}};
    }

    static Wish stream() {
        return {.domain = DomainNumber::records,
                .kind = static_cast<std::uint16_t>(records::Kind::stream)};
    }

    SystemEntropy entropy_;
    SigningSeed seed_{{std::byte{1}}};
    MemoryStore store_{{.storage_block_bytes = 4096, .segment_bytes = 256U << 10U}};
    std::uint64_t now_{};
    bool created_{};
};

TEST_F(LogSessionTest, WhatThePolicyAllowsIsRecordedUnderItsDecision) {
    ASSERT_TRUE(created_);
    Hash256 state{};
    {
        auto session = LogSession::open(store_, options());
        ASSERT_TRUE(session) << text_of(session.error().code).name;
        auto const granted = (*session)->propose(
            stream(), records::Stream{.producer = ProducerId{7}, .name = "stdin", .source = ""});
        ASSERT_TRUE(granted) << text_of(granted.error().code).name;
        EXPECT_EQ(granted->answer.verdict, policy::Verdict::allow);
        ASSERT_TRUE(granted->appended);
        ASSERT_TRUE((*session)->close());
        EXPECT_FALSE((*session)->newest_note().empty());
        state = *(*session)->domains().shadows().state_hash();
        EXPECT_NE((*session)->domains().records().find(ProducerId{7}), nullptr);
    }
    auto again = LogSession::open(store_, options());
    ASSERT_TRUE(again) << text_of(again.error().code).name;
    EXPECT_NE((*again)->domains().records().find(ProducerId{7}), nullptr);
}

TEST_F(LogSessionTest, WhatThePolicyDoesNotPermitLeavesNoEntry) {
    LogSessionOptions stranger = options();
    stranger.principal = PrincipalId{99};
    auto session = LogSession::open(store_, stranger);
    ASSERT_TRUE(session);
    Sequence const before = (*session)->live().next_sequence();
    auto const granted = (*session)->propose(
        stream(), records::Stream{.producer = ProducerId{7}, .name = "stdin", .source = ""});
    ASSERT_TRUE(granted);
    EXPECT_EQ(granted->answer.verdict, policy::Verdict::not_permitted);
    EXPECT_FALSE(granted->appended);
    EXPECT_EQ((*session)->live().next_sequence(), before);
}

TEST_F(LogSessionTest, AForeignCheckpointKeyIsRefused) {
    LogSessionOptions foreign = options();
    SigningSeed const other{{std::byte{2}}};
    foreign.checkpoint_seed = &other;
    auto const session = LogSession::open(store_, foreign);
    ASSERT_FALSE(session);
    EXPECT_EQ(session.error().code, Code::wrong_key);
    auto const again = LogSession::open(store_, options());
    ASSERT_TRUE(again);
    EXPECT_EQ((*again)->domains().log().boot_number().value, 1U) << "no boot began for it";
}

TEST_F(LogSessionTest, ARotatedKeySealsFromThereOnAndTheOlderOneIsRefused) {
    SigningSeed const next{{std::byte{2}}};
    auto session = LogSession::open(store_, options());
    ASSERT_TRUE(session);
    auto const at = (*session)->rotate_key(next);
    ASSERT_TRUE(at) << text_of(at.error().code).name;
    KeyRecord const key = (*session)->domains().log().keys().current();
    EXPECT_EQ(key.number, 1U);
    EXPECT_EQ(key.era, 0U);
    EXPECT_EQ(key.since, *at);
    EXPECT_TRUE(open_checkpoint(fastest_engine(), signature_engine(),
                                signature_engine().public_key(next),
                                bytes_of((*session)->newest_note())))
        << "sealed by the new key at once";
    ASSERT_TRUE((*session)->close());
    session->reset();
    auto const refused = LogSession::open(store_, options());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), (Error{Code::wrong_key, at->value, 0})) << "and says since when";
    LogSessionOptions newer = options();
    newer.checkpoint_seed = &next;
    EXPECT_TRUE(LogSession::open(store_, newer));
}

TEST_F(LogSessionTest, WhoeverHoldsTheRightKeyElsewhereIsAskedForIt) {
    SigningSeed const wrong{{std::byte{9}}};
    LogSessionOptions asking = options();
    asking.checkpoint_seed = &wrong;
    int asked = 0;
    asking.other_seed = [&](KeyRing const& ring) {
        ++asked;
        EXPECT_EQ(ring.current().key, key_hash(signature_engine().public_key(seed_)));
        return &seed_;
    };
    auto session = LogSession::open(store_, asking);
    ASSERT_TRUE(session);
    EXPECT_EQ(asked, 1);
    ASSERT_TRUE((*session)->checkpoint());
    EXPECT_FALSE((*session)->newest_note().empty());
    ASSERT_TRUE((*session)->close());
    session->reset();
    asking.other_seed = [&](KeyRing const&) { return &wrong; };
    EXPECT_EQ(LogSession::open(store_, asking).error().code, Code::wrong_key)
        << "what is answered is held against the log too";
}

TEST_F(LogSessionTest, ALostKeyBeginsAnEraWithoutTheOldOne) {
    SigningSeed const next{{std::byte{3}}};
    LogSessionOptions keyless = options();
    keyless.checkpoint_seed = nullptr;
    auto session = LogSession::open(store_, keyless);
    ASSERT_TRUE(session);
    EXPECT_EQ((*session)->rotate_key(next).error().code, Code::wrong_key) << "nobody can sign";
    EXPECT_EQ((*session)->lose_key(seed_, "not lost at all").error().code, Code::already_exists);
    EXPECT_EQ((*session)->lose_key(next, std::string(257, 'x')).error().code, Code::too_long);
    EXPECT_EQ((*session)->lose_key(next, "\xff").error().code, Code::bad_text);
    ASSERT_TRUE((*session)->lose_key(next, "the disk died"));
    EXPECT_EQ((*session)->domains().log().keys().current().era, 1U);
    ASSERT_TRUE((*session)->close());
}

TEST_F(LogSessionTest, NoMoreRotationsThanAReceiptCanShow) {
    std::array<SigningSeed, receipt_key_entries_max> seeds{};
    auto session = LogSession::open(store_, options());
    ASSERT_TRUE(session);
    for (std::size_t index = 0; index + 1 < receipt_key_entries_max; ++index) {
        seeds[index].bytes.fill(static_cast<std::byte>(10 + index));
        ASSERT_TRUE((*session)->rotate_key(seeds[index])) << index;
    }
    Sequence const before = (*session)->live().next_sequence();
    SigningSeed const more{{std::byte{99}}};
    EXPECT_EQ((*session)->rotate_key(more).error().code, Code::table_full);
    EXPECT_EQ((*session)->rotate_key(seeds[30]).error().code, Code::table_full);
    EXPECT_EQ((*session)->live().next_sequence(), before);
    ASSERT_TRUE((*session)->close());
}

class PolicyOnTrial : public LogSessionTest {
  protected:
    static constexpr std::uint64_t second = 1'000'000'000;

    // The founding policy of another principal's, under which the creator may do nothing.
    static Result<Granted> install_for_another(LogSession& session, std::uint64_t trial_ms) {
        TRY(session.pass_time());
        std::array<std::byte, policy::founding_policy_bytes_max> room{};
        Bytes const canonical = TRY(policy::founding_policy(PrincipalId{99}, room));
        return session.propose({.domain = DomainNumber::policy,
                                .kind = static_cast<std::uint16_t>(policy::Kind::install)},
                               policy::Install{.trial_ms = trial_ms, .canonical = canonical});
    }

    static policy::Verdict may_record(LogSession& session) {
        return session.decide(stream()).verdict;
    }
};

TEST_F(PolicyOnTrial, ATrialThatRunsOutWhileNobodyWritesIsOverBeforeAnybodyDecides) {
    now_ = 1000 * second;
    {
        auto session = LogSession::open(store_, options());
        ASSERT_TRUE(session);
        ASSERT_TRUE(install_for_another(**session, 60'000));
        EXPECT_EQ(may_record(**session), policy::Verdict::not_permitted);
        ASSERT_TRUE((*session)->close());
        EXPECT_TRUE((*session)->domains().policy().standing().on_trial)
            << "log time begins with the proposal, not at zero";
    }
    now_ += 61 * second;
    auto session = LogSession::open(store_, options());
    ASSERT_TRUE(session);
    EXPECT_FALSE((*session)->domains().policy().standing().on_trial);
    EXPECT_EQ(may_record(**session), policy::Verdict::allow);
}

// THREATS row 18: a clock that goes backwards moves no log time.
TEST_F(PolicyOnTrial, AClockThatGoesBackProlongsNoTrialOfTheLogsOwnTime) {
    now_ = 1000 * second;
    {
        auto session = LogSession::open(store_, options());
        ASSERT_TRUE(session);
        ASSERT_TRUE(install_for_another(**session, 60'000));
        ASSERT_TRUE((*session)->close());
    }
    now_ = 10 * second;
    LogTime back{};
    {
        auto session = LogSession::open(store_, options());
        ASSERT_TRUE(session);
        back = (*session)->domains().log().now();
        EXPECT_GE(back.value, 1'000'000U) << "milliseconds; it stays where it was";
        EXPECT_TRUE((*session)->domains().policy().standing().on_trial);
        ASSERT_TRUE((*session)->close());
    }
    now_ = 1061 * second;
    auto session = LogSession::open(store_, options());
    ASSERT_TRUE(session);
    EXPECT_FALSE((*session)->domains().policy().standing().on_trial);
}

TEST_F(LogSessionTest, ADisabledPrincipalActsNoMoreWhateverARuleSays) {
    auto session = LogSession::open(store_, options());
    ASSERT_TRUE(session);
    auto const change = [&](identity::Kind kind, auto const& content) {
        return (*session)->propose(
            {.domain = DomainNumber::identity, .kind = static_cast<std::uint16_t>(kind)}, content);
    };
    ASSERT_TRUE(change(identity::Kind::add, identity::Add{.principal = PrincipalId{2},
                                                          .parent = creator_principal,
                                                          .label = "second"}));
    policy::Answer answer = (*session)->decide(stream());
    EXPECT_EQ(answer.verdict, policy::Verdict::allow);
    (*session)->act_as(PrincipalId{2});
    answer = (*session)->decide(stream());
    EXPECT_EQ(answer.verdict, policy::Verdict::not_permitted);
    EXPECT_EQ(answer.error, Error{}) << "it acts; no rule permits it";
    (*session)->act_as(creator_principal);
    ASSERT_TRUE(change(identity::Kind::disable, identity::Disable{.principal = PrincipalId{2}}));
    (*session)->act_as(PrincipalId{2});
    answer = (*session)->decide(stream());
    EXPECT_EQ(answer.verdict, policy::Verdict::not_permitted);
    EXPECT_EQ(answer.error.code, Code::no_such_row);
    EXPECT_NE((*session)->explain(stream()).find("principal 2 does not act"), std::string::npos);
}

// Proposes lines until one is refused or `lines` are taken; the refusal, if there was one.
std::optional<Error> propose_lines(LogSession& session, std::uint64_t lines) {
    std::array<std::byte, 128> padded{};
    for (std::uint64_t number = 1; number <= lines; ++number) {
        auto const granted =
            session.propose({.domain = DomainNumber::records,
                             .kind = static_cast<std::uint16_t>(records::Kind::line),
                             .object = {},
                             .causes = {},
                             .producer = ProducerId{7},
                             .number = ProducerNumber{number}},
                            records::Line{.object = {}, .number = number}, Attachment{padded, 100});
        if (!granted) {
            return granted.error();
        }
    }
    return std::nullopt;
}

TEST_F(LogSessionTest, ASubscriberThatReadsNothingIsAFullRingAndNotAnEndlessWait) {
    LogSessionOptions small = options();
    small.live.ring = {.bytes = 512U << 10U, .entries = 1024};
    auto session = LogSession::open(store_, small);
    ASSERT_TRUE(session);
    auto const asleep = (*session)->live().with_log(
        [&](Log& log) { return log.subscribe_at(Delivery::durable, log.next_sequence()); });
    ASSERT_TRUE(asleep);
    auto const refused = propose_lines(**session, 4096);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->code, Code::ring_full);
    (*session)->live().with_log([&](Log& log) { log.unsubscribe(*asleep); });
    EXPECT_TRUE((*session)->close());
}

TEST_F(LogSessionTest, ASubscriberThatIsCalledWhenTheRingIsFullLosesNothing) {
    LogSessionOptions small = options();
    small.live.ring = {.bytes = 512U << 10U, .entries = 1024};
    auto session = LogSession::open(store_, small);
    ASSERT_TRUE(session);
    auto const reader = (*session)->live().with_log(
        [&](Log& log) { return log.subscribe_at(Delivery::durable, log.next_sequence()); });
    ASSERT_TRUE(reader);
    std::uint64_t seen = 0;
    std::uint64_t calls = 0;
    auto const read_all = [&] {
        (*session)->live().with_log([&](Log& log) {
            while (auto const entry = log.next(*reader)) {
                seen += entry->value().header.producer == ProducerId{7} ? 1 : 0;
            }
        });
    };
    (*session)->when_full([&] {
        ++calls;
        read_all();
    });
    EXPECT_FALSE(propose_lines(**session, 4096));
    ASSERT_TRUE((*session)->commit());
    read_all();
    EXPECT_EQ(seen, 4096U);
    EXPECT_GT(calls, 0U);
    (*session)->live().with_log([&](Log& log) { log.unsubscribe(*reader); });
    EXPECT_TRUE((*session)->close());
}

} // namespace
} // namespace axiom::host
