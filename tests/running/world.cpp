// The system on trial; see tests/running/world.hpp.

#include <tests/running/world.hpp>

#include <thread>

#include <rapidcheck.h>

#include <services/axiomd/api.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <sim-host/verify/verifier.hpp>
#include <sim-host/witness/effects_left.hpp>

namespace axiom::test::running {

namespace {

constexpr int ended_in_order = 0; // sim-host's exit status

} // namespace

void fail_with(std::string const& what) {
    RC_FAIL(what);
    std::abort(); // it threw
}

World::World(std::filesystem::path programs, std::filesystem::path place)
    : programs_{std::move(programs)}, place_{std::move(place)} {
    std::filesystem::create_directories(data());
}

// A sequence that failed has left a system that need not be able to end.
World::~World() {
    if (system_ != nullptr) {
        system_->kill();
    }
}

// ── the machine ────────────────────────────────────────────────────────────────────────────────

void World::start() {
    auto started = host::HostedSystem::start(programs_ / "sim-host",
                                             {"--data", data(), "--key", (place_ / "key").string()},
                                             place_ / "said");
    if (!started) {
        fail_with(started.error().text);
    }
    system_ = std::move(*started);
    settle();
}

void World::end_in_order() {
    note_standing();
    link_.reset();
    system_->press_power_button();
    int const status = system_->wait_for_end();
    if (status != ended_in_order) {
        fail_with("the system ended with " + std::to_string(status) + ": " + system_->last_words());
    }
    system_.reset();
    look_at_log(true);
}

void World::kill() {
    link_.reset();
    system_->kill();
    system_.reset();
    was_killed_ = true;
    look_at_log(false);
}

void World::look_at_log(bool is_sealed) {
    HashEngine const& engine = host::fastest_engine();
    auto opened = host::OpenedLog::open(data() + "/log", engine);
    if (!opened) {
        fail_with("the log cannot be opened: " + opened.error().text);
    }
    auto const verdict = host::verify((*opened)->store(),
                                      {.engine = &engine, .signatures = &host::signature_engine()});
    auto const soundness = verdict.soundness();
    bool const is_sound = soundness == host::Soundness::sealed ||
                          (!is_sealed && soundness == host::Soundness::incomplete);
    std::string wrong = is_sound ? "" : "the log does not verify\n";
    for (std::string const& each : host::missing_in(**opened, acknowledged_)) {
        wrong += each + '\n';
    }
    for (std::string const& each : host::effects_left(**opened, {.board = data() + "/board",
                                                                 .said = place_ / "said",
                                                                 .all_was_said = !was_killed_,
                                                                 .all_is_done = is_sealed})
                                       .violations) {
        wrong += each + '\n';
    }
    if (!wrong.empty()) {
        fail_with(wrong);
    }
}

// ── asking ─────────────────────────────────────────────────────────────────────────────────────

host::AttachLink& World::link() {
    if (link_ == nullptr || link_->is_broken()) {
        link_ = another_link();
    }
    return *link_;
}

std::unique_ptr<host::AttachLink> World::another_link() {
    auto opened = system_->attach(data());
    if (!opened) {
        fail_with(opened.error().text);
    }
    return std::move(*opened);
}

void World::note_standing() {
    if (auto const standing = read("axiomd", axiomd::AskStanding{})) {
        acknowledged_.heads.insert_or_assign(standing->next, standing->head);
    }
    if (auto const state = read("axiomd", axiomd::AskState{})) {
        acknowledged_.states.insert_or_assign(state->next, state->hash);
    }
}

Result<Answered> World::propose(DomainNumber domain, std::uint16_t kind, Bytes content) {
    auto const decided =
        TRY(ask("policy", engine::Propose{.domain = static_cast<std::uint16_t>(domain),
                                          .kind = kind,
                                          .cause = 0,
                                          .reason = "a property asks",
                                          .content = content}));
    return Answered{.verdict = decided.verdict,
                    .sequence = decided.sequence,
                    .explanation = std::string{decided.explanation}};
}

Result<Answered> World::propose(action::Commit const& commit) {
    std::array<std::byte, engine::content_bytes_max> room{};
    auto const content = encode_whole(MutableBytes{room}, commit);
    if (!content) {
        fail_with("this is no action");
    }
    return propose(DomainNumber::actions, static_cast<std::uint16_t>(action::Kind::commit),
                   *content);
}

std::uint64_t World::find_action(std::uint64_t from, action::Commit const& commit) {
    auto const listed = read("actions", actions::ListActions{});
    for (std::size_t index = 0; listed && index < listed->actions.size(); ++index) {
        actions::ActionRow const& row = listed->actions[index];
        if (row.sequence >= from && row.action.view() == commit.action &&
            row.object.view() == commit.object) {
            return row.sequence;
        }
    }
    return 0;
}

std::uint64_t World::act(action::Commit const& commit) {
    constexpr std::chrono::seconds may_still_come{3};
    auto const before = read("axiomd", axiomd::AskStanding{});
    auto const until = deadline();
    for (;;) {
        auto const answered = propose(commit);
        std::uint64_t entry = 0;
        if (!answered && comes_from_nobody(answered.error().code)) {
            settle();
            std::this_thread::sleep_for(may_still_come);
            entry = find_action(before->next, commit);
        } else if (!answered || answered->verdict != engine::Verdict::allow) {
            fail_with("the policy allows this, and it was refused: " +
                      (answered ? answered->explanation
                                : std::to_string(static_cast<int>(answered.error().code))));
        } else {
            entry = answered->sequence;
        }
        if (entry != 0) {
            note_action(entry, std::string{commit.object});
            return entry;
        }
        wait_until(until, "a proposal is answered");
    }
}

actions::ActionRow World::await_effects(std::uint64_t entry) {
    auto const until = deadline();
    for (;;) {
        auto const row = read("actions", actions::AwaitAction{.commit = entry});
        if (!row) {
            fail_with("nobody knows the action of entry " + std::to_string(entry));
        }
        bool goes_on = false;
        for (actions::EffectState const state : row->effects) {
            goes_on = goes_on || state <= actions::EffectState::started;
        }
        if (!goes_on) {
            return *row;
        }
        wait_until(until, "the effects of entry " + std::to_string(entry) + " end");
    }
}

} // namespace axiom::test::running
