// The application `permissions` against an engine and a log's keeper that are well, that fail, and
// that lie.

#include <gtest/gtest.h>

#include <map>

#include <axiom/action/actions_domain.hpp>
#include <axiom/domain/gated.hpp>
#include <services/actions/executors.hpp>
#include <services/permissions/service.hpp>
#include <tests/support/forged.hpp>
#include <tests/support/scripted_kernel.hpp>

namespace axiom::permissions {
namespace {

using test::PeerAnswer;

constexpr kernel::Slot policy_slot = slots::granted;
constexpr kernel::Slot axiomd_slot{slots::granted.value + 1};
constexpr LoopSize size{.couriers = 2, .conversations = 4, .frame_bytes = 512U << 10U};

template <class Value> PeerAnswer put(kernel::MessageBuffer& buffer, Value const& value) {
    return kernel::Words{.head = *put_message(buffer, value), .words = {}};
}

template <class Asks>
Asks asked_in(kernel::Words const& asked, kernel::MessageBuffer& buffer,
              std::vector<std::byte>& room) {
    room.assign(buffer.bytes.begin(), buffer.bytes.begin() + asked.head.bytes());
    Reader reader{room};
    Asks asks{};
    EXPECT_TRUE(decode_value(reader, asks));
    return asks;
}

// A log of commits, told as its keeper tells it.
class LogPeer {
  public:
    void commit(std::uint64_t sequence, std::string_view action, std::string_view object,
                std::uint64_t cause = 0, std::uint64_t approver = 0) {
        Gated<action::Commit> gated{};
        gated.decision.rule = 7;
        if (approver != 0) {
            gated.decision.conditions.push_back(
                {policy::ConditionKind::second_approver, 5, approver, 0});
        }
        gated.content.action = action;
        gated.content.object = object;
        std::vector<std::byte> body(512);
        body.resize(encode_whole(MutableBytes{body}, gated)->size());
        EntryHeader header{.kind = static_cast<std::uint16_t>(action::Kind::commit),
                           .domain = DomainNumber::actions,
                           .sequence = Sequence{sequence},
                           .body_bytes = static_cast<std::uint32_t>(body.size())};
        header.principal = PrincipalId{2};
        header.causes[0] = Sequence{cause};
        std::vector<std::byte> bytes(entry_bytes(body.size()));
        copy_bytes(bytes, header_bytes(header));
        copy_bytes(MutableBytes{bytes}.subspan(entry_header_bytes), body);
        entries_[sequence] = std::move(bytes);
    }

    bool lies{};    // `Find` never comes to an end, entries are others than were asked for
    bool refuses{}; // nothing can be read

    PeerAnswer answer(kernel::Words const& asked, kernel::MessageBuffer& buffer) {
        std::vector<std::byte> room;
        switch (asked.words[0]) {
        case axiomd::AskStanding::method:
            return put(buffer, axiomd::Standing{.next = 1000});
        case axiomd::Find::method:
            return find(asked_in<axiomd::Find>(asked, buffer, room), buffer);
        default: {
            auto const asks = asked_in<axiomd::ReadEntry>(asked, buffer, room);
            auto const at = lies ? entries_.begin() : entries_.find(asks.sequence);
            if (refuses || at == entries_.end()) {
                return refusal_words({Code::entry_missing, asks.sequence});
            }
            Bytes const all{at->second};
            Bytes const rest = all.subspan(std::min<std::size_t>(asks.offset, all.size()));
            return put(buffer, axiomd::EntryPiece{
                                   .log_id = {},
                                   .total_bytes = static_cast<std::uint32_t>(all.size()),
                                   .piece = rest.first(std::min<std::size_t>(rest.size(), 150))});
        }
        }
    }

  private:
    // Two entries at a time, so that whoever asks must go on.
    PeerAnswer find(axiomd::Find const& asks, kernel::MessageBuffer& buffer) {
        axiomd::Found found;
        std::vector<std::uint64_t> some;
        for (auto at = entries_.rbegin(); at != entries_.rend() && some.size() < 2; ++at) {
            std::string_view const text = text_of(Bytes{at->second});
            if (at->first < asks.before && text.find(asks.text) != std::string_view::npos) {
                some.push_back(at->first);
            }
        }
        found.before = some.size() == 2 ? some[1] : 0;
        for (auto at = some.rbegin(); at != some.rend(); ++at) {
            found.entries.push_back(*at);
        }
        if (lies) {
            found.before = asks.before;
        }
        return put(buffer, found);
    }
    std::map<std::uint64_t, std::vector<std::byte>> entries_;
};

class PermissionsService : public testing::Test {
  protected:
    PermissionsService() {
        kernel_.peer(axiomd_slot, [this](auto const& asked, auto& buffer) {
            return log_.answer(asked, buffer);
        });
    }
    template <class Asks> Result<typename Asks::Answer> told(Asks const& asks) {
        kernel_.request(7, asks, 2);
        EXPECT_TRUE(loop_.begin());
        static_cast<void>(serve<PermissionsApi>(loop_, permissions_));
        return kernel_.answer_to<Asks>(7);
    }

    LogPeer log_;
    test::ScriptedKernel kernel_;
    kernel::UserCalls calls_{kernel_.trap()};
    test::OwnedArena arena_{Loop::bytes_for(size)};
    Loop loop_{calls_, arena_, size};
    Permissions permissions_{loop_, {.policy = policy_slot, .axiomd = axiomd_slot}};
};

TEST_F(PermissionsService, ApprovesInItsOwnNameAndPassesTheWordsOn) {
    kernel_.peer(policy_slot, [](auto const& asked, auto& buffer) {
        EXPECT_EQ(asked.words[0], engine::Approve::method);
        std::vector<std::byte> room;
        auto const asks = asked_in<engine::Approve>(asked, buffer, room);
        EXPECT_EQ(asks.number, 812U);
        EXPECT_EQ(asks.reason, "fine");
        return put(buffer, engine::Decided{.verdict = engine::Verdict::forbidden,
                                           .request = 812,
                                           .explanation = "because"});
    });
    auto const decided = told(Approve{.number = 812, .reason = "fine"});
    ASSERT_TRUE(decided);
    EXPECT_EQ(decided->verdict, engine::Verdict::forbidden);
    EXPECT_EQ(decided->explanation, "because");
}

TEST_F(PermissionsService, ARevocationSaysAllThatIsDone) {
    kernel_.peer(policy_slot, [](auto const& asked, auto& buffer) {
        EXPECT_EQ(asked.words[0], engine::Propose::method);
        std::vector<std::byte> room;
        auto const asks = asked_in<engine::Propose>(asked, buffer, room);
        auto const commit = decode_whole<action::Commit>(asks.content);
        EXPECT_TRUE(commit);
        EXPECT_EQ(commit->action, "revoke");
        EXPECT_EQ(commit->object, "calculator from console");
        EXPECT_EQ(commit->effects.size(), 1U);
        EXPECT_EQ(commit->effects[0].executor, actions::revoke_executor);
        return put(buffer, engine::Decided{.verdict = engine::Verdict::allow, .sequence = 5});
    });
    auto const decided = told(Revoke{.what = "calculator", .whom = "console"});
    ASSERT_TRUE(decided);
    EXPECT_EQ(decided->sequence, 5U);
}

TEST_F(PermissionsService, OutlivesAnEngineThatDies) {
    kernel_.peer(policy_slot, [](auto const&, auto&) {
        return PeerAnswer{std::unexpected{kernel::Refusal{.check = kernel::Check::capability}}};
    });
    EXPECT_EQ(told(Pending{}).error().code, Code::unanswered);
}

TEST_F(PermissionsService, TakesNoListThatIsNone) {
    kernel_.peer(policy_slot, [](auto const&, auto& buffer) {
        buffer.bytes.fill(std::byte{0xff});
        return PeerAnswer{{.head = kernel::MessageHead::of(64, 0), .words = {}}};
    });
    EXPECT_FALSE(told(Pending{}));
}

TEST_F(PermissionsService, HistoryIsWhatIsAboutPermissionsTheNewestFirst) {
    log_.commit(10, "grant", "calculator to console");
    log_.commit(11, "note", "desk");
    log_.commit(12, "approve", "grant clock to console (request 9)");
    log_.commit(13, "grant", "clock to console", 12, 4);
    log_.commit(14, "attach", "user 0");
    log_.commit(15, "revoke", "clock from console");
    auto const steps = told(History{});
    ASSERT_TRUE(steps);
    ASSERT_EQ(steps->steps.size(), 4U);
    EXPECT_EQ(steps->steps[0].sequence, 15U);
    EXPECT_EQ(steps->steps[1].approver, 4U);
    EXPECT_EQ(steps->steps[1].rule, 7U);
    EXPECT_EQ(steps->steps[3].sequence, 10U);
    EXPECT_EQ(steps->before, 0U);
}

TEST_F(PermissionsService, HistoryComesInPages) {
    for (std::uint64_t sequence = 1; sequence <= steps_max + 3; ++sequence) {
        log_.commit(sequence, "grant", "a to b");
    }
    auto const steps = told(History{});
    ASSERT_TRUE(steps);
    EXPECT_EQ(steps->steps.size(), steps_max);
    EXPECT_EQ(steps->before, 4U);
}

TEST_F(PermissionsService, ProvenanceGoesFromTheGrantToWhatLedToIt) {
    log_.commit(5, "grant", "clock to console");
    log_.commit(6, "revoke", "clock from console");
    log_.commit(10, "note", "somebody asks");
    log_.commit(12, "approve", "grant clock to console (request 9)", 10);
    log_.commit(13, "grant", "clock to console", 12, 4);
    auto const origin = told(Provenance{.what = "clock", .whom = "console"});
    ASSERT_TRUE(origin);
    ASSERT_EQ(origin->chain.size(), 3U);
    EXPECT_EQ(origin->chain[0].sequence, 13U);
    EXPECT_EQ(origin->chain[1].action.view(), "approve");
    EXPECT_EQ(origin->chain[2].sequence, 10U);
    EXPECT_EQ(origin->revoked, 0U) << "what was taken back before is another grant";
}

TEST_F(PermissionsService, ProvenanceSaysWhatWasTakenBack) {
    log_.commit(5, "grant", "clock to console");
    log_.commit(6, "revoke", "clock from console");
    auto const origin = told(Provenance{.what = "clock", .whom = "console"});
    ASSERT_TRUE(origin);
    EXPECT_EQ(origin->revoked, 6U);
}

TEST_F(PermissionsService, WhatTheLogDoesNotHaveHasNoChain) {
    log_.commit(5, "note", "clock to console");
    auto const origin = told(Provenance{.what = "clock", .whom = "console"});
    ASSERT_TRUE(origin);
    EXPECT_TRUE(origin->chain.empty());
}

TEST_F(PermissionsService, ACauseThatIsYoungerThanItsEffectEndsTheChain) {
    log_.commit(5, "grant", "clock to console", 5);
    auto const origin = told(Provenance{.what = "clock", .whom = "console"});
    ASSERT_TRUE(origin);
    EXPECT_EQ(origin->chain.size(), 1U);
}

TEST_F(PermissionsService, AKeeperThatLiesEndsNowhere) {
    log_.commit(5, "grant", "clock to console");
    log_.lies = true;
    auto const origin = told(Provenance{.what = "clock", .whom = "console"});
    ASSERT_FALSE(origin);
    EXPECT_EQ(origin.error().code, Code::out_of_range);
}

TEST_F(PermissionsService, AnEntryThatCannotBeReadIsNoStep) {
    log_.commit(5, "grant", "clock to console");
    log_.refuses = true;
    auto const steps = told(History{});
    ASSERT_TRUE(steps);
    EXPECT_TRUE(steps->steps.empty());
}

} // namespace
} // namespace axiom::permissions
