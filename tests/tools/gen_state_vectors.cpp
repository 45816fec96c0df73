// Prints a short log that uses every domain, entry by entry, with the state hash after each:
// gen_state_vectors > tests/golden/state/history.txt

#include <cstdio>
#include <iostream>
#include <string>

#include <tests/support/state_world.hpp>

namespace {

using namespace axiom;

std::string hex(Bytes bytes) {
    std::string text;
    for (std::byte const byte : bytes) {
        char digits[3];
        std::snprintf(digits, sizeof digits, "%02x", std::to_integer<unsigned>(byte));
        text += digits;
    }
    return text.empty() ? "-" : text;
}

action::Commit two_effects() {
    action::Commit commit{.action = "send", .object = "letter", .effects = {}};
    for (auto const kind : {action::EffectKind::once, action::EffectKind::repeatable}) {
        commit.effects.push_back(
            {.kind = kind, .executor = "post", .parameters = {}, .content = {}});
    }
    return commit;
}

action::Outcome outcome_of(Sequence commit, std::uint16_t index) {
    return {.effect = {commit, index},
            .status = action::OutcomeStatus::done,
            .inputs = {},
            .outputs = {},
            .environment = {}};
}

/// A line allowed three times in ten seconds.
test::OwnedEntry limited_line(std::uint64_t number) {
    auto line = test::line_entry(ProducerId{5}, number);
    Gated<records::Line> body{.decision = {}, .content = {"object", number}};
    body.decision.conditions.push_back(
        {.kind = policy::ConditionKind::rate, .subject = 77, .value = 3, .window_ms = 10'000});
    line.body = test::encoded(body);
    line.header.body_bytes = static_cast<std::uint32_t>(line.body.size());
    return line;
}

void write_history(test::StateWorld& world) {
    auto const metered = [](test::OwnedEntry entry) {
        entry.header.account = AccountId{3};
        return entry;
    };
    auto const other_policy = test::founding_policy_of(PrincipalId{55});
    world.begin();
    world.take(LogKind::boot, Boot{.boot = BootNumber{1},
                                   .epoch = Epoch{1},
                                   .log_state = world.root_of(DomainNumber::log)});
    world.take(LogKind::account, AccountEntry{AccountId{3}, 100, 5000});
    world.take(records::Kind::stream, records::Stream{ProducerId{5}, "stdin", "pipe"});
    world.take(metered(limited_line(1)));
    world.take(metered(limited_line(2)));
    world.take(metered(limited_line(2))); // rejected: the number does not rise
    world.take(LogKind::tick, Tick{.now = LogTime{1500}});
    world.take(identity::Kind::add, identity::Add{PrincipalId{1}, test::world_creator, {}, "ann"});
    world.take(identity::Kind::role_add, identity::RoleAdd{PrincipalId{1}, "owner"});
    world.take(identity::Kind::role_remove, identity::RoleRemove{PrincipalId{1}, "owner"});
    world.take(identity::Kind::role_add, identity::RoleAdd{PrincipalId{1}, "guest"});
    world.take(identity::Kind::disable, identity::Disable{PrincipalId{1}});
    world.take(policy::Kind::install, policy::Install{2000, other_policy});
    world.take(LogKind::tick, Tick{.now = LogTime{3500}}); // the trial ends
    world.take(policy::Kind::install, policy::Install{2000, other_policy});
    world.take(policy::Kind::confirm, policy::Confirm{world.policy.active().version});
    Sequence const commit = world.shadows.next();
    world.take(action::Kind::commit, two_effects());
    world.take(action::Kind::effect_started, action::EffectStarted{{commit, 0}});
    world.take(action::Kind::outcome, outcome_of(commit, 0));
    world.take(action::Kind::outcome, outcome_of(commit, 0)); // rejected: a second one
    world.take(LogKind::mark, Mark{"good", Sequence{4}});
    world.take(LogKind::snapshot, SnapshotEntry{.sequence = Sequence{20},
                                                .state = test::filled_hash(5),
                                                .digest = test::filled_hash(6),
                                                .bytes = 1000});
    world.take(LogKind::erase, Erase{Sequence{4}, "asked"});
    world.take(LogKind::attach, Attach{.epoch = Epoch{2}});
}

} // namespace

int main() {
    test::StateWorld world;
    write_history(world);
    test::StateWorld again;
    std::cout << "# header, body (- is none), state hash after the entry\n";
    for (auto const& entry : world.history) {
        (void)again.shadows.apply(entry.ordered());
        std::cout << hex(header_bytes(entry.header)) << ' ' << hex(entry.body) << ' '
                  << hex(again.state_hash().view()) << '\n';
    }
    return std::cout.good() ? 0 : 1;
}
