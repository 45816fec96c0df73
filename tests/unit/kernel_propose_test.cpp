// Proposals of the policy engine for its clients, and of whoever speaks for itself.

#include <gtest/gtest.h>

#include <axiom/codec/value.hpp>
#include <axiom/domain/gated.hpp>
#include <axiom/log/log_kinds.hpp>
#include <tests/support/kernel_log_world.hpp>

namespace axiom::kernel::test {
namespace {

constexpr std::uint32_t client_process = 20;
constexpr std::uint32_t endpoint = 22;
constexpr std::uint32_t engine_log = 23; // what the engine holds: it may propose, no more
constexpr std::uint32_t client_slot = 3; // of the client's space: the endpoint
constexpr std::uint32_t client_other = 4;
constexpr PrincipalId client_principal{7};

// The engine is the first process, on CPU 0; its client runs on CPU 1.
class KernelPropose : public testing::Test {
  protected:
    KernelPropose() : logs_{true} {
        AXIOM_ASSERT(world_.create(ObjectType::endpoint, endpoint).done());
        world_.create_process(client_process);
        AXIOM_ASSERT(
            world_.derive(endpoint, client_process, client_slot, right::write | right::execute)
                .done());
        AXIOM_ASSERT(world_.derive(wake_slot, client_process, client_other, right::write).done());
        AXIOM_ASSERT(world_.derive(log_slot.value, own, engine_log, right::write).done());
        world_.start_thread(1, 30, client_process);
    }

    /// The client calls; the token that the engine gets.
    std::uint64_t called() {
        EXPECT_FALSE(world_.call_if(1, Call::call, {client_slot, 0, for_ever, 1}));
        auto const got = world_.do_call(0, Call::receive, {endpoint, at_once});
        AXIOM_ASSERT(got.done());
        return got.words[ReceivedWords::token];
    }

    ProposalHead mark_head() {
        return {.domain = static_cast<std::uint16_t>(DomainNumber::log),
                .kind = static_cast<std::uint16_t>(LogKind::mark),
                .decided_at = world_.log.next_sequence().value - 1};
    }
    static std::vector<std::byte> mark_body(std::string_view name) {
        std::array<std::byte, 512> room{};
        Gated<Mark> const body{.decision = {}, .content = {.name = name, .sequence = Sequence{1}}};
        Bytes const written = encode_whole(MutableBytes{room}, body).value();
        return {written.begin(), written.end()};
    }
    static std::vector<std::byte> tick_body(std::uint64_t now) {
        std::array<std::byte, 64> room{};
        Bytes const written = encode_whole(MutableBytes{room}, Tick{.now = LogTime{now}}).value();
        return {written.begin(), written.end()};
    }

    CallAnswer propose(std::uint64_t log, std::uint64_t token, ProposalHead head, Bytes body,
                       Verdict verdict = Verdict::commit) {
        head.body_bytes = static_cast<std::uint32_t>(body.size());
        MutableBytes const buffer{world_.buffer(0).bytes};
        std::memcpy(buffer.data(), &head, sizeof(head));
        copy_bytes(buffer.subspan(sizeof(head)), body);
        return world_.do_call(0, Call::log_propose,
                              {log, token, static_cast<std::uint64_t>(verdict)});
    }

    /// The header of the newest entry.
    EntryHeader newest() {
        std::optional<EntryHeader> header;
        for (auto answer = logs_.drain(); answer.words[0] != 0;
             answer = logs_.drain(world_.log.drained().value)) {
            auto const drained = logs_.drained(answer);
            header = drained.header(drained.head.count - 1);
        }
        return header.value();
    }

    [[nodiscard]] RowHandle process_of(std::uint32_t slot) {
        auto const found = world_.kernel.state().slots().find({0, 1}, Slot{slot});
        return found->object.row;
    }
    [[nodiscard]] RowHandle capability_of_client(std::uint32_t slot) {
        return world_.kernel.state()
            .slots()
            .find(process_of(client_process), Slot{slot})
            ->capability;
    }

    void expect_unchanged(CallAnswer const& answer, Check check, std::uint8_t argument,
                          Sequence next) {
        refused(answer, check, argument);
        EXPECT_EQ(world_.log.next_sequence(), next);
    }

    LogWorld logs_;
    MachineWorld& world_{logs_.world};
};

TEST_F(KernelPropose, WhoAskedIsTakenFromTheTokenAndFromNothingElse) {
    auto const token = called();
    auto const answer = propose(engine_log, token, mark_head(), mark_body("here"));
    ASSERT_TRUE(answer.done());
    EXPECT_EQ(answer.words[1], 0U);
    EXPECT_TRUE(world_.log_state.mark("here"));
    auto const header = newest();
    EXPECT_EQ(header.sequence.value, answer.words[0]);
    EXPECT_EQ(header.principal, client_principal);
    EXPECT_EQ(header.process.value, process_of(client_process).generation);
    EXPECT_EQ(header.capability.value, capability_of_client(client_slot).generation);
    EXPECT_EQ(header.syslog.ring, call_ring_of(1)) << "the client's call, not the engine's";
    EXPECT_EQ(header.syslog.boot, MachineWorld::boot.value);
    EXPECT_TRUE(world_.do_call(0, Call::reply, {token, 0}).done()) << "it still waits";
    EXPECT_TRUE(world_.told(1).done());
}

TEST_F(KernelPropose, ACapabilityWhoseTimeHasComeIsNotExercised) {
    constexpr std::uint64_t expires = 5000;
    ASSERT_TRUE(
        world_
            .do_call(0, Call::derive, {endpoint, client_process, 6, right::write.bits, 0, expires})
            .done());
    EXPECT_FALSE(world_.call_if(1, Call::call, {6, 0, for_ever, 1}));
    auto const got = world_.do_call(0, Call::receive, {endpoint, at_once});
    ProposalHead const tick{.domain = static_cast<std::uint16_t>(DomainNumber::log),
                            .kind = static_cast<std::uint16_t>(LogKind::tick)};
    ASSERT_TRUE(propose(log_slot.value, 0, tick, tick_body(expires)).done());
    expect_unchanged(
        propose(engine_log, got.words[ReceivedWords::token], mark_head(), mark_body("late")),
        Check::capability, 1, world_.log.next_sequence());
}

TEST_F(KernelPropose, WhoAskedIsKeptForAnApprovalThatComesWhenTheClientHasGoneOn) {
    auto const token = called();
    auto const kept = propose(engine_log, token, mark_head(), {}, Verdict::keep);
    ASSERT_TRUE(kept.done());
    ASSERT_TRUE(world_.do_call(0, Call::reply, {token, 0}).done());
    EXPECT_TRUE(world_.do_call(1, Call::time, {}).done()) << "it is about something else now";
    auto const answer = propose(engine_log, kept.words[0], mark_head(), mark_body("late"));
    ASSERT_TRUE(answer.done());
    EXPECT_TRUE(world_.log_state.mark("late"));
    auto const header = newest();
    EXPECT_EQ(header.principal, client_principal);
    EXPECT_EQ(header.process.value, process_of(client_process).generation);
    EXPECT_EQ(header.capability.value, capability_of_client(client_slot).generation);
    EXPECT_EQ(header.syslog.ring, call_ring_of(1));
    EXPECT_EQ(header.syslog.boot, MachineWorld::boot.value);
    expect_unchanged(propose(engine_log, kept.words[0], mark_head(), mark_body("again")),
                     Check::token, 1, world_.log.next_sequence());
}

TEST_F(KernelPropose, WhatWasKeptIsForOneDenialToo) {
    auto const kept = propose(engine_log, called(), mark_head(), {}, Verdict::keep);
    ASSERT_TRUE(kept.done());
    auto const next = world_.log.next_sequence();
    ProposalHead head = mark_head();
    head.slot = client_other;
    refused(propose(engine_log, kept.words[0], head, {}, Verdict::deny), Check::argument,
            no_argument);
    refused(propose(engine_log, kept.words[0], mark_head(), {}, Verdict::keep), Check::argument, 2);
    EXPECT_TRUE(propose(engine_log, kept.words[0], mark_head(), {}, Verdict::deny).done());
    expect_unchanged(propose(engine_log, kept.words[0], mark_head(), {}, Verdict::deny),
                     Check::token, 1, next);
    refused(propose(log_slot.value, 0, mark_head(), {}, Verdict::keep), Check::argument, 2);
}

TEST_F(KernelPropose, WhatWasKeptEndsWithTheCapabilityThatItExercises) {
    ASSERT_TRUE(world_.derive(endpoint, client_process, 6, right::write).done());
    EXPECT_FALSE(world_.call_if(1, Call::call, {6, 0, for_ever, 1}));
    auto const got = world_.do_call(0, Call::receive, {endpoint, at_once});
    std::uint64_t const token = got.words[ReceivedWords::token];
    auto const kept = propose(engine_log, token, mark_head(), {}, Verdict::keep);
    ASSERT_TRUE(kept.done());
    ASSERT_TRUE(world_.do_call(0, Call::reply, {token, 0}).done());
    ASSERT_TRUE(world_.do_call(1, Call::remove, {6}).done());
    auto const next = world_.log.next_sequence();
    expect_unchanged(propose(engine_log, kept.words[0], mark_head(), mark_body("x")),
                     Check::capability, 1, next);
    expect_unchanged(propose(engine_log, kept.words[0], mark_head(), mark_body("x")), Check::token,
                     1, next);
}

TEST_F(KernelPropose, WhatWasKeptIsOfTheProcessThatKeptIt) {
    auto const kept = propose(engine_log, called(), mark_head(), {}, Verdict::keep);
    ASSERT_TRUE(kept.done());
    ASSERT_TRUE(world_.derive(log_slot.value, client_process, 9, right::write).done());
    world_.start_thread(2, 32, client_process);
    ProposalHead const head = mark_head();
    std::memcpy(world_.buffer(2).bytes.data(), &head, sizeof(head));
    refused(world_.do_call(2, Call::log_propose,
                           {9, kept.words[0], static_cast<std::uint64_t>(Verdict::deny)}),
            Check::token, 1);
}

TEST_F(KernelPropose, OfAnAccountOnlySoManyAreKept) {
    auto const token = called();
    std::uint64_t last = 0;
    for (std::uint32_t count = 0; count < saved_of_an_account_max; ++count) {
        auto const kept = propose(engine_log, token, mark_head(), {}, Verdict::keep);
        ASSERT_TRUE(kept.done());
        last = kept.words[0];
    }
    refused(propose(engine_log, token, mark_head(), {}, Verdict::keep), Check::table_full, 1);
    ASSERT_TRUE(propose(engine_log, last, mark_head(), {}, Verdict::deny).done());
    EXPECT_TRUE(propose(engine_log, token, mark_head(), {}, Verdict::keep).done());
    ASSERT_TRUE(world_.do_call(0, Call::process_kill, {client_process, 0}).done());
    world_.create_process(50);
    ASSERT_TRUE(world_.derive(endpoint, 50, client_slot, right::write).done());
    world_.start_thread(1, 52, 50);
    EXPECT_TRUE(propose(engine_log, called(), mark_head(), {}, Verdict::keep).done())
        << "who has ended asks for nothing any more";
}

TEST(KernelSaved, NoAccountsCallersTakeTheRoomOfAnothers) {
    constexpr std::uint32_t accounts = 12;
    std::vector<std::byte> memory(SavedCallers::bytes_for(accounts));
    Arena arena{MutableBytes{memory}};
    SavedCallers saved{arena, accounts};
    auto const alive = [](RowHandle) { return true; };
    for (std::uint32_t account = 0; account < accounts; ++account) {
        Asked const asked{.process = {account, account + 1}, .actor = {.bucket = account}};
        for (std::uint32_t count = 0; count < saved_of_an_account_max; ++count) {
            EXPECT_TRUE(saved.save({0, 1}, asked, alive)) << account << " has " << count;
        }
        EXPECT_FALSE(saved.save({0, 1}, asked, alive));
    }
}

TEST_F(KernelPropose, TheCapabilityIsOneOfTheClient) {
    auto const token = called();
    ProposalHead head = mark_head();
    head.slot = client_other;
    ASSERT_TRUE(propose(engine_log, token, head, mark_body("other")).done());
    EXPECT_EQ(newest().capability.value, capability_of_client(client_other).generation);
    auto const next = world_.log.next_sequence();
    head = mark_head();
    head.slot = log_slot.value; // the engine has it, its client does not
    expect_unchanged(propose(engine_log, token, head, mark_body("x")), Check::capability, 1, next);
    head.slot = slots_max;
    expect_unchanged(propose(engine_log, token, head, mark_body("x")), Check::slot, 1, next);
}

TEST_F(KernelPropose, ACapabilityThatWasTakenBackIsExercisedNoMore) {
    auto const token = called();
    ASSERT_TRUE(world_.do_call(0, Call::revoke, {wake_slot, 0}).done());
    auto const next = world_.log.next_sequence();
    ProposalHead head = mark_head();
    head.slot = client_other;
    expect_unchanged(propose(engine_log, token, head, mark_body("x")), Check::capability, 1, next);
}

TEST_F(KernelPropose, ATokenIsForWhoReceivedTheCallAndUntilItsReply) {
    auto const token = called();
    auto const next = world_.log.next_sequence();
    expect_unchanged(propose(engine_log, token + 1, mark_head(), mark_body("x")), Check::token, 1,
                     next);
    expect_unchanged(propose(engine_log, ~std::uint64_t{0}, mark_head(), mark_body("x")),
                     Check::token, 1, next);
    ASSERT_TRUE(world_.do_call(0, Call::reply, {token, 0}).done());
    expect_unchanged(propose(engine_log, token, mark_head(), mark_body("x")), Check::token, 1,
                     next);
}

TEST_F(KernelPropose, ADecisionThatSawAnOlderStateIsStale) {
    auto const token = called();
    ProposalHead const old = mark_head();
    ASSERT_TRUE(propose(engine_log, token, mark_head(), mark_body("first")).done());
    auto const next = world_.log.next_sequence();
    auto const answer = propose(engine_log, token, old, mark_body("second"));
    expect_unchanged(answer, Check::log, no_argument, next);
    EXPECT_EQ(answer.words[0], static_cast<std::uint64_t>(Code::stale_decision));
    ProposalHead future = mark_head();
    future.decided_at = next.value;
    expect_unchanged(propose(engine_log, token, future, mark_body("x")), Check::argument,
                     no_argument, next);
}

TEST_F(KernelPropose, EachWayOfProposingHasARightOfItsOwn) {
    auto const token = called();
    ASSERT_TRUE(world_.derive(log_slot.value, own, 50, right::execute).done());
    auto const next = world_.log.next_sequence();
    expect_unchanged(propose(50, token, mark_head(), mark_body("x")), Check::rights, 0, next);
    ProposalHead const tick{.domain = static_cast<std::uint16_t>(DomainNumber::log),
                            .kind = static_cast<std::uint16_t>(LogKind::tick)};
    expect_unchanged(propose(engine_log, 0, tick, tick_body(5)), Check::rights, 0, next);
    EXPECT_TRUE(propose(50, 0, tick, tick_body(5)).done());
}

TEST_F(KernelPropose, NobodyProposesWhatTheKernelAndTheLogDoThemselves) {
    auto const token = called();
    ProposalHead head = mark_head();
    head.domain = static_cast<std::uint16_t>(DomainNumber::kernel);
    auto const next = world_.log.next_sequence();
    for (std::uint16_t kind = 1; kind <= static_cast<std::uint16_t>(Kind::seal); ++kind) {
        head.kind = kind;
        expect_unchanged(propose(log_slot.value, 0, head, mark_body("x")), Check::log, no_argument,
                         next);
        expect_unchanged(propose(log_slot.value, token, head, mark_body("x")), Check::log,
                         no_argument, next);
    }
    head.domain = static_cast<std::uint16_t>(DomainNumber::log);
    for (LogKind const kind : {LogKind::genesis, LogKind::boot, LogKind::attach, LogKind::fork,
                               LogKind::migrate, LogKind::mark}) {
        head.kind = static_cast<std::uint16_t>(kind);
        expect_unchanged(propose(log_slot.value, 0, head, mark_body("x")), Check::log, no_argument,
                         next);
    }
}

TEST_F(KernelPropose, ATickMovesTheKernelsTimeToo) {
    ProposalHead const head{.domain = static_cast<std::uint16_t>(DomainNumber::log),
                            .kind = static_cast<std::uint16_t>(LogKind::tick)};
    ASSERT_TRUE(
        world_.do_call(0, Call::derive, {wake_slot, own, 60, right::write.bits, 0, 100}).done());
    ASSERT_TRUE(propose(log_slot.value, 0, head, tick_body(99)).done());
    EXPECT_EQ(world_.do_call(0, Call::time, {}).words[1], 99U);
    EXPECT_TRUE(world_.do_call(0, Call::inspect, {60}).done());
    ASSERT_TRUE(propose(log_slot.value, 0, head, tick_body(100)).done());
    refused(world_.do_call(0, Call::inspect, {60}), Check::capability);
    auto const next = world_.log.next_sequence();
    expect_unchanged(propose(log_slot.value, 0, head, tick_body(98)), Check::argument, no_argument,
                     next);
    expect_unchanged(propose(log_slot.value, 0, head, Bytes{}), Check::argument, no_argument, next);
}

TEST_F(KernelPropose, ANumberOfAProducerMakesOneEntry) {
    auto const token = called();
    ProposalHead head = mark_head();
    head.producer = 9;
    head.producer_number = 1;
    auto const first = propose(engine_log, token, head, mark_body("once"));
    ASSERT_TRUE(first.done());
    auto const next = world_.log.next_sequence();
    head.decided_at = next.value - 1;
    auto const again = propose(engine_log, token, head, mark_body("once"));
    ASSERT_TRUE(again.done());
    EXPECT_EQ(again.words[0], first.words[0]);
    EXPECT_EQ(again.words[1], 1U);
    EXPECT_EQ(world_.log.next_sequence(), next);
}

TEST_F(KernelPropose, ADenialIsARecordAmongTheClientsRefusalsAndNothingElse) {
    auto const token = called();
    ProposalHead head = mark_head();
    head.rule = 12;
    head.digest.bytes[0] = std::byte{0x5A};
    auto const next = world_.log.next_sequence();
    auto const root = world_.root();
    ASSERT_TRUE(propose(engine_log, token, head, {}, Verdict::deny).done());
    EXPECT_EQ(world_.log.next_sequence(), next);
    EXPECT_EQ(world_.root(), root);
    ASSERT_TRUE(
        world_.do_call(0, Call::syslog_drain, {log_slot.value, drain_region, refusal_ring_of(0)})
            .done());
    auto const bytes = logs_.read(drain_region, 2 * sizeof(Record));
    Record record;
    std::memcpy(&record, &bytes[sizeof(Record)], sizeof(Record));
    auto const denial = as<DenialRecord>(record);
    EXPECT_EQ(denial.type, RecordType::denial);
    EXPECT_EQ(denial.process, process_of(client_process).generation);
    EXPECT_EQ(denial.rule, 12U);
    EXPECT_EQ(denial.decided_at.value, head.decided_at);
    EXPECT_EQ(denial.digest, head.digest);
    EXPECT_TRUE(world_.do_call(0, Call::reply, {token, 0}).done());
}

TEST_F(KernelPropose, ALengthThatTheBufferDoesNotHoldIsRefused) {
    auto const token = called();
    auto const next = world_.log.next_sequence();
    ProposalHead head = mark_head();
    for (std::uint32_t const bytes :
         {std::uint32_t{proposal_body_max + 1}, ~std::uint32_t{0}, std::uint32_t{1} << 31U}) {
        head.body_bytes = bytes;
        std::memcpy(world_.buffer(0).bytes.data(), &head, sizeof(head));
        expect_unchanged(world_.do_call(0, Call::log_propose, {engine_log, token, 0}),
                         Check::argument, no_argument, next);
    }
    expect_unchanged(world_.do_call(0, Call::log_propose, {engine_log, token, 3}), Check::argument,
                     2, next);
    expect_unchanged(world_.do_call(0, Call::log_propose, {log_slot.value, 0, 1}), Check::argument,
                     2, next);
}

} // namespace
} // namespace axiom::kernel::test
