// What needs an approval: it waits, somebody whom the policy takes settles it, and the log says who
// did. Two consoles, each with a socket and a principal of its own, are two persons.

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include <axiom/action/action_kinds.hpp>
#include <services/policy/request_api.hpp>
#include <sim-host/attach/attach_link.hpp>
#include <tests/system/policy_changes.hpp>
#include <tests/system/running_system.hpp>

namespace axiom::host {
namespace {

constexpr int settled = 1;
constexpr int denied = 6;
constexpr int not_found = 7;

// Whoever sits at the officer's socket acts as principal 4.
constexpr std::string_view officer = R"(
[service.attach-officer]
program = "device_attach"
folder = "officer"
cpu = "2ms of 10ms"
memory = "1 MiB"
restart = "always"
gets = [{ line = 6, rights = ["read", "manage"] }]

[service.officer]
program = "service_console"
principal = 4
cpu = "2ms of 10ms"
memory = "2 MiB"
objects = 32
threads = 12
restart = "always"
gets = [
    { service = "attach-officer", rights = ["write"] },
    { init = true, rights = ["write"] },
    { service = "axiomd", rights = ["write"] },
    { service = "policy", rights = ["write"] },
    { service = "actions", rights = ["write"] },
]
)";

// Grants need an officer's approval; officers may not grant, terminals may approve nothing.
constexpr std::string_view two_persons = R"(group officers
    principal 4
    principal 2
end
rule 10 "grants need an officer"
    priority 150
    allow
    domain actions
    action grant
    principal 2
    approval officers
end
rule 4 "officers may attach"
    priority 100
    allow
    domain actions
    action attach
    principal 4
end
rule 5 "officers may leave"
    priority 100
    allow
    domain actions
    action detach
    principal 4
end
rule 6 "officers may approve grants"
    priority 100
    allow
    domain actions
    action approve
    principal 4
    object prefix "grant "
end
rule 7 "officers may refuse"
    priority 100
    allow
    domain actions
    action refuse
    principal 4
end
)";

class Approvals : public test::RunningSystem {
  protected:
    Approvals() {
        stop();
        start(with_officer(axiom_));
        EXPECT_EQ(when_ready({"service list"}).status, 0);
        test::install_policy(data_, two_persons);
    }

    static std::filesystem::path with_officer(axiom::test::CliProgram const& axiom) {
        std::ifstream const usual{"system.toml"};
        std::stringstream text;
        text << usual.rdbuf() << officer;
        std::string const path = axiom.path("two.toml");
        std::ofstream{path} << text.str();
        return path;
    }

    axiom::test::Outcome officer_says(std::string const& line) {
        auto outcome = axiom_.run({"attach", "--data", data_ + "/officer", "-c", line});
        for (int look = 0; look < 100 && outcome.status == 10; ++look) { // it is still beginning
            outcome = axiom_.run({"attach", "--data", data_ + "/officer", "-c", line});
        }
        return outcome;
    }

    // The number of a grant that waits.
    std::string asked() {
        auto const told = attach({"grant console calculator"});
        EXPECT_EQ(told.status, settled) << told.out << told.err;
        EXPECT_NE(told.out.find("of group officers"), std::string::npos) << told.out;
        std::string_view const mark = "waits for that as request ";
        std::size_t const at = told.out.find(mark);
        EXPECT_NE(at, std::string::npos) << told.out;
        return told.out.substr(at + mark.size(), told.out.find('\n', at) - at - mark.size());
    }
};

TEST_F(Approvals, WhatWaitsIsDoneWhenAnotherHasApprovedAndTheLogSaysWho) {
    std::string const number = asked();
    EXPECT_EQ(asked(), number) << "the same again is the same request";
    EXPECT_EQ(attach({"calc 6*7"}).status, denied) << "nothing has happened yet";
    auto const shown = officer_says("request show " + number);
    EXPECT_NE(shown.out.find("object     calculator to console\n"), std::string::npos) << shown.out;
    EXPECT_NE(shown.out.find("effect     init.grant (repeatable)"), std::string::npos) << shown.out;
    EXPECT_NE(shown.out.find("reason     typed at a terminal\n"), std::string::npos) << shown.out;
    auto const approved = officer_says("request approve " + number + " fine");
    ASSERT_EQ(approved.status, 0) << approved.out << approved.err;
    EXPECT_NE(approved.out.find("settled by principal 4\n"), std::string::npos) << approved.out;
    std::string const entry = number_in(approved.out);
    auto const waited = attach({"request wait " + number});
    EXPECT_EQ(waited.status, 0) << waited.out;
    EXPECT_NE(waited.out.find("state      approved"), std::string::npos) << waited.out;
    EXPECT_EQ(when_ready({"calc 6*7"}).out, "42\n");
    auto const again = officer_says("request refuse " + number);
    EXPECT_EQ(again.status, settled) << again.out;
    stop();
    auto const why = axiom_.run({"why", entry, "--from", log()});
    EXPECT_EQ(why.status, 0) << why.out << why.err;
    EXPECT_NE(why.out.find("approved by 4 of group officers"), std::string::npos) << why.out;
    auto const causes = axiom_.run({"causes", entry, "--from", log()});
    EXPECT_NE(causes.out.find("commit"), std::string::npos) << causes.out;
    EXPECT_EQ(axiom_.run({"verify", "--from", log()}).status, 0);
    EXPECT_EQ(axiom_.run({"replay", "--from", log()}).status, 0);
}

// Principal 2 is of the group, and may act: it is the rule that takes nobody who asked himself.
TEST_F(Approvals, NobodyApprovesWhatHeAskedFor) {
    std::string const number = asked();
    auto const own = attach({"request approve " + number});
    EXPECT_EQ(own.status, denied) << own.out;
    EXPECT_NE(own.out.find("asked for this itself"), std::string::npos) << own.out;
    EXPECT_NE(attach({"request show " + number}).out.find("state      waits"), std::string::npos);
    EXPECT_EQ(attach({"calc 6*7"}).status, denied);
    auto const back = attach({"request refuse " + number + " 'changed my mind'"});
    EXPECT_EQ(back.status, 0) << back.out;
    EXPECT_NE(back.out.find("words      changed my mind"), std::string::npos) << back.out;
}

TEST_F(Approvals, WhatIsRefusedStaysUndone) {
    std::string const number = asked();
    auto const refused = officer_says("request refuse " + number + " 'not today'");
    EXPECT_EQ(refused.status, 0) << refused.out << refused.err;
    auto const waited = attach({"request wait " + number});
    EXPECT_EQ(waited.status, settled) << waited.out;
    EXPECT_NE(waited.out.find("state      refused"), std::string::npos) << waited.out;
    EXPECT_NE(waited.out.find("words      not today"), std::string::npos) << waited.out;
    EXPECT_EQ(officer_says("request approve " + number).status, settled);
    EXPECT_EQ(attach({"calc 6*7"}).status, denied);
    auto const entry = attach({"axiom show " + number_in(refused.out)});
    EXPECT_NE(entry.out.find("grant calculator to console (request " + number + ")"),
              std::string::npos)
        << entry.out;
    EXPECT_NE(asked(), number) << "and may be asked for again";
}

TEST_F(Approvals, WhatIsNotThereCannotBeSettled) {
    EXPECT_EQ(officer_says("request approve 99999999").status, not_found);
    EXPECT_EQ(officer_says("request show 99999999").status, not_found);
    EXPECT_EQ(attach({"request refuse 0"}).status, not_found);
}

TEST_F(Approvals, WithoutTimeNothingWaitsAndWithLittleItRunsOut) {
    auto const link = AttachLink::open(data_);
    ASSERT_TRUE(link) << link.error().text;
    std::array<std::byte, 512> room{};
    auto const commit = encode_whole(
        MutableBytes{room}, action::Commit{.action = "grant", .object = "x to y", .effects = {}});
    ASSERT_TRUE(commit);
    engine::Propose asks{.domain = static_cast<std::uint16_t>(DomainNumber::actions),
                         .kind = static_cast<std::uint16_t>(action::Kind::commit),
                         .reason = "a test",
                         .content = *commit};
    MessageBytes held;
    auto decided = ask(**link, "policy", asks, held);
    ASSERT_TRUE(decided);
    EXPECT_EQ(decided->verdict, engine::Verdict::not_permitted);
    EXPECT_EQ(decided->request, 0U);
    asks.wait_ms = 1;
    decided = ask(**link, "policy", asks, held);
    ASSERT_TRUE(decided);
    ASSERT_EQ(decided->verdict, engine::Verdict::needs_approval);
    engine::AskRequest const wanted{.number = decided->request, .wait_ms = 10'000};
    auto const told = ask(**link, "policy", wanted, held);
    ASSERT_TRUE(told);
    EXPECT_EQ(told->row.state, engine::RequestState::expired);
}

TEST_F(Approvals, AnotherPolicyEndsWhatWaits) {
    std::string const number = asked();
    std::string text{two_persons};
    text.replace(text.find("grants need"), 6, "favour");
    when_ready({"policy list"});
    test::confirm_policy(data_);
    test::install_policy(data_, text);
    auto const waited = attach({"request wait " + number});
    EXPECT_EQ(waited.status, settled);
    EXPECT_NE(waited.out.find("state      lapsed"), std::string::npos) << waited.out;
    EXPECT_EQ(officer_says("request approve " + number).status, settled);
}

} // namespace
} // namespace axiom::host
