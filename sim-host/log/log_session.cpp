// Writing a log on somebody's behalf; see sim-host/log/log_session.hpp.

#include <sim-host/log/log_session.hpp>

#include <algorithm>
#include <array>
#include <vector>

#include <axiom/policy/approval.hpp>
#include <axiom/policy/explain.hpp>
#include <services/axiomd/armed.hpp>
#include <sim-host/inspect/catalog.hpp>
#include <sim-host/log/erasure.hpp>
#include <sim-host/log/shadow_facts.hpp>
#include <sim-host/platform/string_text.hpp>
#include <sim-host/platform/want_of_memory.hpp>

namespace axiom::host {

namespace {

constexpr std::uint64_t ns_per_ms = 1'000'000;
constexpr std::uint64_t tick_every_ns = 1'000 * ns_per_ms;
constexpr std::uint64_t checkpoint_every_ns = 10'000 * ns_per_ms;

// What gives room back, or secrets up, is taken even when the log is nearly full.
Urgency urgency_of(Wish const& wish) noexcept {
    bool const gives_up = wish.domain == DomainNumber::log &&
                          (wish.kind == static_cast<std::uint16_t>(LogKind::prune) ||
                           wish.kind == static_cast<std::uint16_t>(LogKind::erase));
    return gives_up ? Urgency::giving_up : Urgency::normal;
}

} // namespace

std::string_view action_of(Wish const& wish) noexcept {
    for (DomainInfo const* const domain : known_domains()) {
        KindInfo const* const row =
            domain->number == wish.domain ? domain->find(wish.kind) : nullptr;
        if (row != nullptr) {
            return row->name;
        }
    }
    return {};
}

Result<std::unique_ptr<LogSession>> LogSession::open(Store& store,
                                                     LogSessionOptions const& options) {
    std::unique_ptr<LogSession> session{new LogSession{options}};
    ShadowReplay replay{*options.live.engine, options.live.state_bytes_max};
    session->options_.live.admit = [owner = session.get()](LogState const& state) {
        return owner->admit(state);
    };
    std::optional<SnapshotStart> start;
    if (options.snapshots != nullptr) {
        start.emplace(*options.snapshots, replay);
    }
    session->live_ =
        TRY(LiveLog::open(store, session->options_.live, &replay, start ? &*start : nullptr));
    if (start) {
        session->began_at_ = start->sequence();
        session->snapshots_refused_ = start->refused();
    }
    if (replay.stopped() || replay.domains() == nullptr) {
        return std::unexpected(replay.stopped().value_or(Error{Code::not_a_log}));
    }
    session->domains_ = replay.take();
    session->follower_ = TRY(session->live_->with_log([&](Log& log) {
        return log.subscribe_at(Delivery::ordered, session->domains_->log().next());
    }));
    session->follow();
    if (session->domains_->log().facts().erased != 0) {
        ErasureReport const paid = TRY(complete_erasures(
            store, *options.live.engine, session->watermark(), options.live.before_bytes_go));
        session->erasures_completed_ = paid.completed;
    }
    session->last_checkpoint_ = session->last_tick_ = options.live.now();
    if (session->armed()) {
        TRY(session->tick()); // what ran out while nobody wrote has run out before anybody decides
    }
    return session;
}

// A session that came to be only in part has nothing of its own to close: its log closes itself.
LogSession::~LogSession() {
    if (live_ != nullptr && domains_ != nullptr && !closed_) {
        // Whoever cares about the outcome has called it.
        static_cast<void>(or_no_memory([this] { return close(); }));
    }
}

// The shadows take every entry that the log has ordered since.
void LogSession::follow() {
    live_->with_log([&](Log& log) {
        while (auto const entry = log.next(follower_)) {
            auto const outcome = domains_->shadows().apply(*entry);
            AXIOM_ASSERT(outcome.has_value()); // the log hands out each entry once, in order
        }
    });
}

PrincipalId LogSession::principal() const noexcept {
    return options_.principal.value != 0 ? options_.principal : creator_principal;
}

policy::Request LogSession::request_for(Wish const& wish) const noexcept {
    std::size_t causes = 0;
    while (causes < wish.causes.size() && wish.causes[causes].value != 0) {
        ++causes;
    }
    return {.principal = principal(),
            .approver = {},
            .domain = wish.domain,
            .kind = wish.kind,
            .action = action_of(wish),
            .object = wish.object,
            .capability = {},
            .causes = std::span{wish.causes}.first(causes),
            .rights = 0};
}

policy::Answer LogSession::decide(Wish const& wish, policy::Trace* trace) {
    follow();
    if (!domains_->identity().acts(principal())) {
        return policy::does_not_act(principal());
    }
    ShadowFacts facts{*domains_, options_.earlier};
    policy::Answer answer = policy::evaluate(domains_->policy().active(), request_for(wish), facts,
                                             *options_.live.engine, trace);
    facts.release();
    // Here nobody else can be asked to approve. Whoever explains wants the evaluator's own words.
    if (trace == nullptr && policy::awaits_approval(answer.decision)) {
        answer.verdict = policy::Verdict::not_permitted;
    }
    return answer;
}

std::string LogSession::explain(Wish const& wish) {
    std::array<policy::TraceStep, 64> steps{};
    policy::Trace trace{steps};
    policy::Answer const answer = decide(wish, &trace);
    StringSink to;
    policy::explain(to, domains_->policy().active(), request_for(wish), answer, trace);
    return to.take();
}

Result<Appended> LogSession::append_decided(Wish const& wish, Bytes body,
                                            std::optional<Attachment> const& attachment) {
    Sequence const next = domains_->log().next();
    Proposal const proposal{.domain = wish.domain,
                            .kind = wish.kind,
                            .urgency = urgency_of(wish),
                            .caller = {.principal = principal(), .account = options_.account},
                            .time = options_.live.now(),
                            .causes = wish.causes,
                            .decided_at = Sequence{next.value - 1},
                            .producer = wish.producer,
                            .producer_number = wish.number,
                            .body = body};
    auto const right = EngineCapability::after_the_policy();
    auto const appended = live_->propose(right, proposal, attachment);
    if (appended || appended.error().code != Code::ring_full) {
        return appended;
    }
    // Back-pressure. Durable entries leave the ring once every subscriber has passed them, so
    // waiting for the store alone would wait for ever for one that is served by this very thread.
    TRY(live_->commit(live_->next_sequence()));
    if (relieve_) {
        relieve_();
    }
    return live_->propose(right, proposal, attachment);
}

Result<Appended> LogSession::append(LogKind kind, Bytes body) {
    return live_->append({.domain = DomainNumber::log,
                          .kind = static_cast<std::uint16_t>(kind),
                          .urgency = Urgency::giving_up,
                          .caller = {.account = recovery_account},
                          .time = options_.live.now(),
                          .body = body});
}

Result<void> LogSession::commit() {
    follow();
    return live_->commit(live_->next_sequence());
}

Result<void> LogSession::checkpoint() {
    TRY(commit());
    last_checkpoint_ = options_.live.now();
    store::ChainPosition const end = live_->durable_position();
    if (options_.checkpoint_seed == nullptr || end.next == sealed_) {
        return {};
    }
    Checkpoint const checkpoint{.log_id = end.log_id,
                                .tree = end.tree.head(*options_.live.engine),
                                .entries = end.next,
                                .head = end.head,
                                .epoch = end.epoch,
                                .boot = end.boot};
    std::vector<std::byte> room(note_bytes_max); // stacks may be small
    Bytes const note = TRY(sign_checkpoint(*options_.live.engine, *options_.signer, room,
                                           checkpoint, *options_.checkpoint_seed));
    note_ = text_of(note);
    std::vector<std::byte> body(note_bytes_max + 8);
    Bytes const entry = TRY(encode_whole(MutableBytes{body}, CheckpointEntry{note_}));
    TRY(append(LogKind::checkpoint, entry));
    TRY(commit());
    sealed_ = live_->next_sequence();
    return {};
}

bool LogSession::armed() {
    return axiomd::is_armed(domains_->all());
}

Result<void> LogSession::tick() {
    follow();
    WallTime const wall = options_.live.now();
    last_tick_ = wall;
    ticked_ = true;
    LogTime const now{std::max(domains_->log().now().value, wall.value / ns_per_ms)};
    std::array<std::byte, 16> room{};
    Bytes const body = TRY(encode_whole(MutableBytes{room}, Tick{.now = now, .wall = wall}));
    TRY(append(LogKind::tick, body));
    follow();
    return {};
}

Result<void> LogSession::pass_time() {
    bool const just_now = ticked_ && options_.live.now().value - last_tick_.value < tick_every_ns;
    return just_now ? Result<void>{} : tick();
}

Result<void> LogSession::keep_time() {
    std::uint64_t const now = options_.live.now().value;
    if (now - last_tick_.value >= tick_every_ns && armed()) {
        TRY(tick());
    }
    if (now - last_checkpoint_.value >= checkpoint_every_ns) {
        TRY(checkpoint());
    }
    return {};
}

Result<void> LogSession::close() {
    if (closed_) {
        return {};
    }
    closed_ = true;
    if (armed()) {
        TRY(tick());
    }
    if (snapshot_due()) {
        // Without it the next replay is longer and nothing else; the reason is kept for whoever
        // asks. What stops the log shows in the checkpoint.
        static_cast<void>(or_no_memory([this] { return snapshot(); }));
    }
    TRY(checkpoint());
    live_->with_log([&](Log& log) { log.unsubscribe(follower_); });
    return live_->close();
}

Result<Genesis> genesis_for(Founding const& founding, Entropy& entropy) {
    Genesis genesis{.label = founding.label,
                    .checkpoint_key = key_hash(founding.checkpoint_key),
                    .creator = creator_principal,
                    .creator_label = founding.creator_label,
                    .capacities = founding.capacities,
                    .domains = DomainSet::versions(),
                    .policy = founding.policy};
    TRY(entropy.fill(genesis.entropy.bytes));
    return genesis;
}

} // namespace axiom::host
