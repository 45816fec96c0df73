#pragma once
// LogSession: a log opened for writing by somebody, with the domains' state, the policy engine and
// the checkpoint key around it.
//
//     request ─▶ decide (policy) ─▶ propose (live log) ─▶ commit ─▶ acknowledge
//                   ▲                      │
//                   └── shadows follow ◀───┘
//
// This is the composition root of every program that writes a log on a host: it alone makes the
// engine's capability. One thread uses it.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <axiom/policy/evaluator.hpp>
#include <axiom/port/signature_engine.hpp>
#include <axiom/tree/checkpoint.hpp>
#include <axiom/tree/key_chain.hpp>
#include <services/axiomd/founding.hpp>
#include <sim-host/log/domain_set.hpp>
#include <sim-host/log/live_log.hpp>
#include <sim-host/log/snapshot_folder.hpp>

namespace axiom::host {

struct LogSessionOptions {
    LiveLogOptions live;
    SignatureEngine const* signer{};
    SigningSeed const* checkpoint_seed{}; // null: nothing is sealed in this session

    /// Asked when `checkpoint_seed` is not that of the key in force, before anything is written:
    /// answers the seed that is, which outlives the session, or null.
    std::function<SigningSeed const*(KeyRing const&)> other_seed{};
    PrincipalId principal{}; // on whose behalf; 0 is the log's creator
    AccountId account{};     // which pays for proposals; 0 is unmetered
    std::function<Result<policy::CauseFact>(Sequence)> earlier; // how rules read old entries
    SnapshotFolder const* snapshots{};                          // null: none are read or written
    std::uint64_t snapshot_every{100'000}; // entries after which `close` writes one
};

/// What somebody asks for: a gated entry, before anybody has decided.
struct Wish {
    DomainNumber domain{};
    std::uint16_t kind{};
    std::string_view object{};
    std::array<Sequence, 2> causes{};
    ProducerId producer{};
    ProducerNumber number{};
};

/// What the policy's rules call it: the kind's name in its domain; empty for an unknown kind.
[[nodiscard]] std::string_view action_of(Wish const& wish) noexcept;

/// The policy's answer, and the entry if it allowed one.
struct Granted {
    policy::Answer answer{};
    std::optional<Appended> appended;
};

class LogSession {
  public:
    /// Recovers and takes over, as `LiveLog::open`, from the newest usable snapshot on, and
    /// completes the erasures that are owed. `wrong_key`, with the log as it was, when the seed is
    /// not that of the key in force.
    [[nodiscard]] static Result<std::unique_ptr<LogSession>> open(Store& store,
                                                                  LogSessionOptions const& options);
    ~LogSession();
    LogSession(LogSession const&) = delete;
    LogSession& operator=(LogSession const&) = delete;

    /// Asks the policy, and if it allows appends `content` under its decision. Decides again when
    /// state that the decision rests on has changed meanwhile.
    template <class Content>
    Result<Granted> propose(Wish const& wish, Content const& content,
                            std::optional<Attachment> attachment = {}) {
        while (true) {
            policy::Answer const answer = decide(wish);
            if (answer.verdict != policy::Verdict::allow) {
                return Granted{answer, std::nullopt};
            }
            auto const body =
                encode_whole(MutableBytes{body_},
                             Gated<Content>{.decision = answer.decision, .content = content});
            if (!body) {
                return std::unexpected(body.error());
            }
            auto const appended = append_decided(wish, *body, attachment);
            if (appended) {
                return Granted{answer, *appended};
            }
            if (appended.error().code != Code::stale_decision) {
                return std::unexpected(appended.error());
            }
        }
    }

    /// The policy's answer on the state after the newest entry.
    [[nodiscard]] policy::Answer decide(Wish const& wish, policy::Trace* trace = nullptr);

    /// From here on proposals are `principal`'s. Whether that one may act is asked with each.
    void act_as(PrincipalId principal) noexcept { options_.principal = principal; }
    [[nodiscard]] PrincipalId principal() const noexcept;

    /// From here on proposals are charged to `account`: `log_rate` when it has used up its rate.
    void charge(AccountId account) noexcept { options_.account = account; }

    /// What the evaluator says of `wish` now, in words: the rule, or the smallest grant that would
    /// change the answer.
    [[nodiscard]] std::string explain(Wish const& wish);

    /// Log time moves to the wall's, so that what has run out has run out; never back. Nothing when
    /// it did within the last second.
    Result<void> pass_time();

    /// Appends an entry of a self-authorising kind.
    Result<Appended> append(LogKind kind, Bytes body);

    /// Everything so far is durable when this returns.
    Result<void> commit();

    /// Called when the ring is full and everything in it is durable: whoever subscribed takes what
    /// is theirs, because entries leave the ring when every subscriber has passed them. Without it,
    /// or when it frees nothing, `propose` refuses with `ring_full`.
    void when_full(std::function<void()> relieve) { relieve_ = std::move(relieve); }

    /// Lets what waits be written while more is appended (LiveLog::submit).
    Result<void> submit() { return live_->submit(); }

    /// Seals what is durable: a signed note as an entry, durable when this returns. Nothing without
    /// a seed.
    Result<void> checkpoint();

    /// Replaces the checkpoint key by that of `next`, which outlives the session: an entry signed
    /// by both, durable, then a checkpoint by the new one. `wrong_key` without a seed,
    /// `already_exists` when it is the key in force, `table_full` when no receipt could show the
    /// change.
    Result<Sequence> rotate_key(SigningSeed const& next);

    /// The same when nobody holds the key in force any more; begins an era. `too_long` and
    /// `bad_text` for the reason.
    Result<Sequence> lose_key(SigningSeed const& next, std::string_view reason);

    /// Writes a snapshot of the state after the newest entry beside the log, reads it back, and
    /// commits the entry that names it; only then are older files removed, all but the newest that
    /// the log still names. Answers the snapshot's sequence. `no_such_row` without a folder; a
    /// refusal of the file system leaves the log as it was.
    Result<Sequence> snapshot();

    /// Why the newest snapshot could not be written, with the system's words; empty when it could.
    [[nodiscard]] std::string const& snapshot_problem() const noexcept { return problem_; }

    /// What must happen from time to time: log time while something is armed, a checkpoint at least
    /// every ten seconds. Cheap when nothing is due.
    Result<void> keep_time();

    /// Log time, a snapshot if one is due, a checkpoint, everything durable, an orderly end. A
    /// snapshot that cannot be written keeps no log from closing.
    Result<void> close();

    [[nodiscard]] LiveLog& live() noexcept { return *live_; }
    [[nodiscard]] DomainSet& domains() noexcept { return *domains_; }
    [[nodiscard]] Sequence watermark() const noexcept { return live_->watermark(); }

    /// The entry whose snapshot the reduction began at; nullopt: genesis. And what was passed over.
    [[nodiscard]] std::optional<Sequence> began_at() const noexcept { return began_at_; }
    [[nodiscard]] std::vector<RefusedSnapshot> const& snapshots_refused() const noexcept {
        return snapshots_refused_;
    }

    /// Erasures that a crash had left owed and that opening completed.
    [[nodiscard]] std::uint64_t erasures_completed() const noexcept { return erasures_completed_; }

    /// Every entry below is under a checkpoint of this session.
    [[nodiscard]] Sequence sealed() const noexcept { return sealed_; }

    /// The newest checkpoint's signed note; empty before the first of this session.
    [[nodiscard]] std::string const& newest_note() const noexcept { return note_; }

  private:
    explicit LogSession(LogSessionOptions options) : options_{std::move(options)} {}

    Result<void> admit(LogState const& state);
    Result<Sequence> change_key(LogKind kind, Bytes body, SigningSeed const& next);
    void follow();
    [[nodiscard]] policy::Request request_for(Wish const& wish) const noexcept;
    Result<void> tick();
    [[nodiscard]] bool armed();
    [[nodiscard]] bool snapshot_due();
    Result<Hash256> put_aside(Sequence sequence, Bytes snapshot);
    void remove_older_snapshots(Sequence newest);
    Result<Appended> append_decided(Wish const& wish, Bytes body,
                                    std::optional<Attachment> const& attachment);

    LogSessionOptions options_;
    std::unique_ptr<DomainSet> domains_;
    std::unique_ptr<LiveLog> live_;
    SubscriberIndex follower_{};
    std::function<void()> relieve_;
    WallTime last_tick_{}; // or when this was opened
    bool ticked_{};
    WallTime last_checkpoint_{};
    Sequence sealed_{}; // entries that the newest checkpoint covers, its own included
    std::uint64_t erasures_completed_{};
    std::optional<Sequence> began_at_;
    std::vector<RefusedSnapshot> snapshots_refused_;
    bool closed_{};
    std::string note_;
    std::string problem_;
    std::array<std::byte, body_bytes_max> body_{};
};

/// The genesis of a log on a host: its creator is principal 1, allowed everything by `policy`
/// (canonical bytes), and the checkpoint key seals it.
struct Founding {
    std::string_view label;
    std::string_view creator_label;
    PublicKey checkpoint_key{};
    Bytes policy;
    Capacities capacities{default_capacities};
};
using axiomd::creator_principal;

[[nodiscard]] Result<Genesis> genesis_for(Founding const& founding, Entropy& entropy);

} // namespace axiom::host
