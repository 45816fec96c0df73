#include <services/actions/carrier.hpp>

#include <axiom/crypto/hash.hpp>
#include <axiom/domain/gated.hpp>

namespace axiom::actions {

namespace {

constexpr kernel::Nanoseconds patience{5'000'000'000};
constexpr kernel::Nanoseconds pause{100'000'000}; // before what could not be done is tried again
constexpr std::uint32_t follow_ms = 1000;
constexpr std::string_view job_machine = "axiom job machine 1, rv64im"; // docs/job-machine.md
constexpr kernel::Nanoseconds await_most{5'000'000'000};
constexpr std::size_t entry_bytes_max = entry_bytes(body_bytes_max);

// Passes on what lies before an end.
class Earlier final : public EntrySink {
  public:
    Earlier(EntrySink& to, Sequence end) noexcept : to_{&to}, end_{end} {}

    void entry(Ordered<Entry> const& entry) noexcept override {
        if (entry.sequence() < end_) {
            to_->entry(entry);
        }
    }
    void reduced(Sequence /*sequence*/, Hash256 const& /*leaf*/) noexcept override {}

  private:
    EntrySink* to_;
    Sequence end_;
};

bool has_run_out(policy::Decision const& decision, LogTime now) noexcept {
    policy::Condition const* const expiry = policy::find(decision, policy::ConditionKind::expiry);
    return expiry != nullptr && now.value >= expiry->value;
}

bool has_ended(ActionRow const& row) noexcept {
    for (EffectState const state : row.effects) {
        if (state <= EffectState::started) {
            return false;
        }
    }
    return true;
}

} // namespace

std::size_t Carrier::bytes_for() noexcept {
    return axiomd::Replica::bytes_for(default_capacities) +
           Arena::bytes_for<std::byte>(entry_bytes_max);
}

Carrier::Carrier(Loop& loop, Arena& arena, HashEngine const& hashes, CarrierSlots slots,
                 Waypoints* waypoints) noexcept
    : loop_{&loop}, hashes_{&hashes}, slots_{slots}, targets_{loop, slots.targets},
      waypoints_{waypoints}, replica_{loop, hashes, arena, slots.axiomd, default_capacities},
      entry_{arena.make<std::byte>(entry_bytes_max)} {}

action::ActionsDomain* Carrier::domain() noexcept {
    return replica_.domains() != nullptr ? &replica_.domains()->actions() : nullptr;
}

// ── following ──────────────────────────────────────────────────────────────────────────────────

Detached Carrier::follow() noexcept {
    while (!begun_) {
        auto const begun = co_await begin();
        begun_ = begun.has_value();
        if (!begun_) {
            co_await loop_->after(pause); // axiomd may be beginning itself
        }
    }
    for (;;) {
        loop_->wake(changed_); // who waits looks whether it is over
        auto const advanced = co_await replica_.advance(true, follow_ms);
        if (!advanced) {
            co_await loop_->after(pause);
        }
    }
}

// Nothing is carried out before all that a predecessor had the log say is in the state.
Task<Nothing> Carrier::begin() noexcept {
    MessageBytes held;
    CO_TRY(axiomd::Standing const settled,
           ask(*loop_, slots_.axiomd, axiomd::Settle{}, patience, held));
    CO_DO(replica_.start());
    CO_DO(look_back(replica_.domains()->shadows().next()));
    replica_.tell(history_);
    while (replica_.domains() == nullptr ||
           replica_.domains()->shadows().next().value < settled.next) {
        CO_DO(replica_.advance(true, follow_ms));
    }
    co_return Nothing{};
}

// What axiomd still has of entries before the state, for those who list actions. What it tells may
// go beyond that, which comes once more when the state is followed.
Task<Nothing> Carrier::look_back(Sequence end) noexcept {
    history_ = {};
    axiomd::Follow wanted{.from = 1,
                          .offset = 0,
                          .domains = axiomd::only(DomainNumber::actions),
                          .durable = true,
                          .wait_ms = 0};
    while (wanted.from < end.value) {
        MessageBytes held;
        auto const followed = co_await ask(*loop_, slots_.axiomd, wanted, patience, held);
        if (!followed && followed.error().code == Code::entry_missing &&
            followed.error().detail > wanted.from) {
            wanted.from = followed.error().detail;
            continue;
        }
        if (!followed) {
            co_return std::unexpected{followed.error()};
        }
        bool const in_part = followed->rest != 0; // larger than anything that is listed
        if (!in_part) {
            Earlier earlier{history_, end};
            static_cast<void>(
                EntryCursor::deliver_run(followed->entries, Sequence{wanted.from}, earlier));
        }
        std::uint64_t const next = followed->next + (in_part ? 1 : 0);
        if (next <= wanted.from) {
            break; // that is all there is
        }
        wanted.from = next;
    }
    co_return Nothing{};
}

Task<Nothing> Carrier::until_seen(Sequence entry) noexcept {
    while (replica_.domains() == nullptr || replica_.domains()->shadows().next() <= entry) {
        co_await loop_->turn(changed_);
    }
    co_return Nothing{};
}

// ── carrying out ───────────────────────────────────────────────────────────────────────────────

Detached Carrier::carry_out() noexcept {
    Sequence after{};
    for (;;) {
        auto const owed = begun_ ? next_owed(after) : std::nullopt;
        if (owed) {
            auto const finished = co_await finish(*owed);
            after = finished ? after : owed->effect.commit;
        } else if (after == Sequence{}) {
            co_await loop_->turn(changed_);
        } else {
            after = Sequence{}; // the others have been tried
            co_await loop_->after(pause);
        }
    }
}

// The first of the next commit behind `after` that has any.
std::optional<action::OwedEffect> Carrier::next_owed(Sequence after) noexcept {
    std::optional<action::OwedEffect> next;
    if (domain() == nullptr) {
        return next;
    }
    domain()->for_each_owed([&](action::OwedEffect const& owed) {
        bool const sooner =
            !next || owed.effect.commit < next->effect.commit ||
            (owed.effect.commit == next->effect.commit && owed.effect.index < next->effect.index);
        if (owed.effect.commit > after && sooner) {
            next = owed;
        }
    });
    return next;
}

Task<Nothing> Carrier::finish(action::OwedEffect owed) noexcept {
    CO_DO(fetch(owed.effect.commit));
    auto const body = decode_whole<Gated<action::Commit>>(commit_.subspan(entry_header_bytes));
    if (!body || owed.effect.index >= body->content.effects.size()) {
        co_return fail(Code::not_a_log, owed.effect.commit.value); // axiomd told another entry
    }
    restore_history(owed.effect.commit, body->content.effects.size());
    action::PreparedEffect const what = body->content.effects[owed.effect.index];
    Hash256 const token = action::effect_token(*hashes_, commit_log_, owed.effect);
    Hash256 const parameters = hash_bytes(*hashes_, context::content, what.parameters);
    Executor const* const executor = find_executor(what.executor);
    bool const is_its_kind = executor != nullptr && executor->kind == what.kind;
    bool const too_late = !owed.started && replica_.domains() != nullptr &&
                          has_run_out(body->decision, replica_.domains()->log().now());
    Reached reached{.status = Status::failed};
    if (is_its_kind && !too_late) {
        ActionWords const words{.action = body->content.action, .object = body->content.object};
        auto const ran = co_await run(owed, words, what, token);
        if (!ran) {
            co_return std::unexpected{ran.error()};
        }
        reached = *ran;
    }
    CO_DO(conclude(owed.effect, reached, parameters));
    co_return Nothing{};
}

// After a start of the whole machine the log is followed from its end on: what is still owed is
// known all the same.
void Carrier::restore_history(Sequence commit, std::size_t effects) noexcept {
    for (std::size_t index = 0; index < effects; ++index) {
        Effect const effect{.commit = commit, .index = static_cast<std::uint16_t>(index)};
        if (domain() == nullptr || domain()->find(effect) == nullptr) {
            return; // how that one ended is not known here
        }
    }
    if (auto const header = decode_header(commit_.first(entry_header_bytes))) {
        history_.restore({.header = *header, .body = commit_.subspan(entry_header_bytes)});
    }
}

Task<Nothing> Carrier::fetch(Sequence commit) noexcept {
    std::size_t fetched = 0;
    std::size_t total = 0;
    do {
        MessageBytes held;
        CO_TRY(axiomd::EntryPiece const piece,
               ask(*loop_, slots_.axiomd,
                   axiomd::ReadEntry{.sequence = commit.value,
                                     .offset = static_cast<std::uint32_t>(fetched)},
                   patience, held));
        total = piece.total_bytes;
        bool const fits = total <= entry_.size() && total >= entry_header_bytes &&
                          fetched <= total && !piece.piece.empty() &&
                          piece.piece.size() <= total - fetched;
        if (!fits) {
            co_return fail(Code::no_room, total, entry_.size());
        }
        copy_bytes(entry_.subspan(fetched), piece.piece);
        fetched += piece.piece.size();
        commit_log_ = piece.log_id;
    } while (fetched < total);
    auto const header = decode_header(Bytes{entry_}.first(entry_header_bytes));
    bool const is_it = header && header->sequence == commit &&
                       header->domain == DomainNumber::actions &&
                       header->kind == static_cast<std::uint16_t>(action::Kind::commit) &&
                       entry_bytes(header->body_bytes) == total;
    if (!is_it) {
        co_return fail(Code::not_a_log, commit.value);
    }
    commit_ = Bytes{entry_}.first(entry_header_bytes + header->body_bytes);
    co_return Nothing{};
}

Task<Reached> Carrier::run(action::OwedEffect owed, ActionWords words, action::PreparedEffect what,
                           Hash256 token) noexcept {
    switch (action::recovery_of(owed)) {
    case action::Recovery::outcome_unknown:
        co_return Reached{.status = Status::unknown};
    case action::Recovery::ask_target: {
        CO_TRY(bool const done, targets_.was_posted(token));
        if (done) {
            co_return Reached{.status = Status::done};
        }
        break;
    }
    case action::Recovery::begin: {
        CO_TRY(bool const is_first, start(owed.effect));
        if (!is_first) {
            co_return Reached{.status = Status::unknown}; // somebody else's was there before
        }
        break;
    }
    case action::Recovery::run_again:
        break;
    }
    CO_TRY(Reached const reached, perform(owed.effect, words, what, token));
    co_return reached;
}

// Whether the effect's first start is this one.
Task<bool> Carrier::start(Effect effect) noexcept {
    std::array<std::byte, 32> room{};
    auto const body = encode_whole(MutableBytes{room}, action::EffectStarted{effect});
    action::OwedEffect const* const owed = domain() != nullptr ? domain()->find(effect) : nullptr;
    if (!body || owed == nullptr) {
        co_return fail(Code::no_such_row, effect.commit.value);
    }
    if (owed->started) {
        co_return false;
    }
    history_.watch(effect);
    auto const told = report(action::Kind::effect_started, effect, *body);
    if (!told) {
        co_return refused_by_kernel(told.error());
    }
    CO_DO(until_seen(told->entry));
    co_return history_.first_start() == told->entry;
}

Task<Reached> Carrier::perform(Effect effect, ActionWords words, action::PreparedEffect what,
                               Hash256 token) noexcept {
    pass(Waypoint::before_effect, effect);
    auto const reached = co_await targets_.reach(effect, words, what, token);
    pass(Waypoint::after_effect, effect);
    co_return reached;
}

// ── what the log is told ───────────────────────────────────────────────────────────────────────

// Until the log has taken it: nothing else may be done about this effect.
Task<Nothing> Carrier::conclude(Effect effect, Reached reached, Hash256 parameters) noexcept {
    std::array<std::byte, 1024> room{};
    auto const body = outcome_body(room, effect, reached, parameters);
    if (!body) {
        co_return std::unexpected{body.error()};
    }
    for (;;) {
        if (domain() != nullptr && domain()->find(effect) == nullptr) {
            co_return Nothing{}; // it has one
        }
        if (auto const told = report(action::Kind::outcome, effect, *body)) {
            CO_DO(until_seen(told->entry));
            co_return Nothing{};
        }
        co_await loop_->after(pause);
    }
}

// Of a job that ended also what ran, what it read, what it made and what it ran on.
Result<Bytes> Carrier::outcome_body(MutableBytes room, Effect effect, Reached const& reached,
                                    Hash256 parameters) const noexcept {
    action::Outcome outcome{
        .effect = effect, .status = reached.status, .inputs = {}, .outputs = {}, .environment = {}};
    outcome.inputs.push_back({.name = "parameters", .content = parameters});
    if (reached.job && reached.job->state == jobs::JobState::ended) {
        outcome.inputs.push_back({.name = "program", .content = reached.job->program});
        if (!reached.job->input.is_zero()) {
            outcome.inputs.push_back({.name = "input", .content = reached.job->input});
        }
        outcome.outputs.push_back({.name = "result", .content = reached.job->result});
        outcome.outputs.push_back({.name = "output", .content = reached.job->output});
        outcome.outputs.push_back({.name = "messages", .content = reached.job->messages});
        outcome.environment = hash_bytes(*hashes_, context::content, bytes_of(job_machine));
    }
    return encode_whole(room, outcome);
}

kernel::Answer<kernel::Proposed> Carrier::report(action::Kind kind, Effect effect,
                                                 Bytes body) noexcept {
    return loop_->kernel().log_propose(slots_.log, 0, kernel::Verdict::commit,
                                       {.domain = static_cast<std::uint16_t>(DomainNumber::actions),
                                        .kind = static_cast<std::uint16_t>(kind),
                                        .causes = {effect.commit.value, 0}},
                                       body);
}

void Carrier::pass(Waypoint at, Effect effect) noexcept {
    if (waypoints_ != nullptr) {
        waypoints_->pass(at, effect);
    }
}

// ── what people ask ────────────────────────────────────────────────────────────────────────────

Result<Actions> Carrier::on(Request const& /*request*/, ListActions const& asks) noexcept {
    return history_.list(asks.before);
}

Result<Owed> Carrier::on(Request const& /*request*/, ListOwed const& /*asks*/) noexcept {
    if (domain() == nullptr) {
        return fail(Code::unanswered);
    }
    Owed found{.total = domain()->owed(), .effects = {}};
    domain()->for_each_owed([&](action::OwedEffect const& owed) {
        if (!found.effects.full()) {
            found.effects.push_back({.commit = owed.effect.commit.value,
                                     .index = owed.effect.index,
                                     .kind = static_cast<std::uint8_t>(owed.kind),
                                     .started = owed.started,
                                     .executor = owed.executor});
        }
    });
    return found;
}

// It wakes whenever something new of the log was followed, and once a second otherwise.
Task<ActionRow> Carrier::on(Request /*request*/, AwaitAction asks) noexcept {
    std::uint64_t const end = loop_->now().value + await_most.value;
    for (;;) {
        ActionRow const* const row = history_.find(asks.commit);
        bool const is_late = loop_->now().value >= end;
        bool const may_come = replica_.domains() == nullptr ||
                              replica_.domains()->shadows().next().value <= asks.commit;
        if (row == nullptr && (is_late || !may_come)) {
            co_return fail(Code::no_such_row, asks.commit);
        }
        if (row != nullptr && (is_late || has_ended(*row))) {
            co_return *row;
        }
        co_await loop_->turn(changed_);
    }
}

Task<jobs::JobStatus> Carrier::on(Request /*request*/, jobs::AskJob asks) noexcept {
    return targets_.ask_jobs(asks);
}

Task<jobs::JobStatus> Carrier::on(Request /*request*/, jobs::CancelJob asks) noexcept {
    return targets_.ask_jobs(asks);
}

} // namespace axiom::actions
