#pragma once
// The messages of the policy engine, which alone proposes entries that need a decision.
//
//     propose ─▶ the policy in force answers ─▶ entry ─▶ durable ─▶ receipt data
//                     ├─ not permitted, forbidden, error ─▶ a denial, recorded and explained
//                     └─ needs approval ─▶ a request (request_api.hpp), if whoever asks waits

#include <axiom/log/entry.hpp>
#include <services/runtime/serve.hpp>

namespace axiom::engine {

/// The four answers of a policy, as docs/policy.md has them; and an allowance that somebody else
/// must approve first.
enum class Verdict : std::uint8_t { allow, not_permitted, forbidden, error, needs_approval };

inline constexpr std::uint32_t reason_bytes_max = 128;
inline constexpr std::uint32_t explanation_bytes_max = 1536;
inline constexpr std::uint32_t name_bytes_max = 64;
inline constexpr std::uint32_t object_bytes_max = 128;
inline constexpr std::uint32_t content_bytes_max = 3072;
inline constexpr std::uint32_t policy_piece_bytes_max = 3840;

/// What came of a proposal. Of an allowance: its entry, which is durable.
struct Decided {
    Verdict verdict{Verdict::error};
    std::uint64_t number{};     // of the decision, for `Explain`
    std::uint64_t sequence{};   // of the entry; 0: there is none
    std::uint64_t request{};    // that waits, or that was approved or refused so; 0: none
    Hash256 log_id{};           // of its log
    std::uint64_t watermark{};  // what lies below is durable
    std::uint32_t rule{};       // that answered; 0: none
    std::uint64_t decided_at{}; // on the state after this entry
    std::string_view explanation{};
};

/// Asks for an entry of a gated kind, in the caller's own name. Refused before the policy is asked:
/// `unknown_kind` for what this engine does not take, and what the domain refuses. `unanswered`
/// when it could not be decided or made durable in time; it may have been committed then.
struct Propose {
    static constexpr std::uint64_t method = 1;
    using Answer = Decided;
    std::uint16_t domain{};
    std::uint16_t kind{};
    std::uint64_t cause{};     // an entry that led to this; 0: none
    std::uint64_t wait_ms{};   // log time that it may wait for an approval; 0: it does not wait
    std::string_view reason{}; // for whoever reads why it was asked
    Bytes content{};           // the entry's body without the decision
};

/// What was asked, and how the policy answered, as its evaluator said then.
struct Explained {
    Decided decided{};
    std::uint64_t principal{};
    std::uint16_t domain{};
    std::uint16_t kind{};
    std::string_view action{};
    std::string_view object{};
    std::string_view reason{};
};
/// `no_such_row` for what was decided too long ago, or not by this engine: the log is asked then.
struct Explain {
    static constexpr std::uint64_t method = 2;
    using Answer = Explained;
    std::uint64_t sequence{}; // of an entry; 0: by number
    std::uint64_t number{};   // of a decision; 0: the newest
};

/// How the policy would answer; nothing comes of it.
struct Test {
    static constexpr std::uint64_t method = 3;
    using Answer = Decided;
    std::uint64_t principal{}; // 0: the caller
    std::uint16_t domain{};
    std::uint16_t kind{};
    std::string_view action{};
    std::string_view object{};
};

/// A piece of the policy in force, as text.
struct PolicyPiece {
    Hash256 version{};
    bool on_trial{};
    std::uint64_t deadline{}; // of the trial, in log time
    std::uint32_t total_bytes{};
    std::string_view piece{};
};
struct ShowPolicy {
    static constexpr std::uint64_t method = 4;
    using Answer = PolicyPiece;
    std::uint32_t offset{};
};

} // namespace axiom::engine

template <> struct axiom::EnumNames<axiom::engine::Verdict> {
    static constexpr std::string_view names[] = {"allow", "not_permitted", "forbidden", "error",
                                                 "needs_approval"};
};
template <> struct axiom::Schema<axiom::engine::Decided> {
    using Decided = engine::Decided;
    static constexpr auto fields =
        Fields{Field{"verdict", &Decided::verdict, "how the policy answered"},
               Field{"number", &Decided::number, "of the decision"},
               Field{"sequence", &Decided::sequence, "of the entry, or 0"},
               Field{"request", &Decided::request, "that waits, or was settled so, or 0"},
               Field{"log_id", &Decided::log_id, "of its log"},
               Field{"watermark", &Decided::watermark, "what lies below is durable"},
               Field{"rule", &Decided::rule, "that answered, or 0"},
               Field{"decided_at", &Decided::decided_at, "on the state after this entry"},
               Field{"explanation", &Decided::explanation, "the evaluator's own account",
                     at_most<engine::explanation_bytes_max>}};
};
template <> struct axiom::Schema<axiom::engine::Propose> {
    using Propose = engine::Propose;
    static constexpr auto fields = Fields{
        Field{"domain", &Propose::domain, "of the entry"},
        Field{"kind", &Propose::kind, "of the entry"},
        Field{"cause", &Propose::cause, "an entry that led to this, or 0"},
        Field{"wait_ms", &Propose::wait_ms, "log time that it may wait for an approval"},
        Field{"reason", &Propose::reason, "why it is asked for", at_most<engine::reason_bytes_max>},
        Field{"content", &Propose::content, "the body without the decision",
              at_most<engine::content_bytes_max>}};
};
template <> struct axiom::Schema<axiom::engine::Explained> {
    using Explained = engine::Explained;
    static constexpr auto fields = Fields{
        Field{"decided", &Explained::decided, "the answer"},
        Field{"principal", &Explained::principal, "who asked"},
        Field{"domain", &Explained::domain, "of the entry that was wanted"},
        Field{"kind", &Explained::kind, "of the entry that was wanted"},
        Field{"action", &Explained::action, "what was wanted", at_most<engine::name_bytes_max>},
        Field{"object", &Explained::object, "on what", at_most<engine::object_bytes_max>},
        Field{"reason", &Explained::reason, "as the caller gave it",
              at_most<engine::reason_bytes_max>}};
};
template <> struct axiom::Schema<axiom::engine::Explain> {
    static constexpr auto fields =
        Fields{Field{"sequence", &engine::Explain::sequence, "of an entry, or 0"},
               Field{"number", &engine::Explain::number, "of a decision, or 0"}};
};
template <> struct axiom::Schema<axiom::engine::Test> {
    using Test = engine::Test;
    static constexpr auto fields = Fields{
        Field{"principal", &Test::principal, "who asks; 0: the caller"},
        Field{"domain", &Test::domain, "of the entry"}, Field{"kind", &Test::kind, "of the entry"},
        Field{"action", &Test::action, "what is wanted", at_most<engine::name_bytes_max>},
        Field{"object", &Test::object, "on what", at_most<engine::object_bytes_max>}};
};
template <> struct axiom::Schema<axiom::engine::PolicyPiece> {
    using Piece = engine::PolicyPiece;
    static constexpr auto fields =
        Fields{Field{"version", &Piece::version, "of the policy in force"},
               Field{"on_trial", &Piece::on_trial, "whether it must be confirmed"},
               Field{"deadline", &Piece::deadline, "until when, in log time"},
               Field{"total_bytes", &Piece::total_bytes, "of the whole text"},
               Field{"piece", &Piece::piece, "from the offset on",
                     at_most<engine::policy_piece_bytes_max>}};
};
template <> struct axiom::Schema<axiom::engine::ShowPolicy> {
    static constexpr auto fields =
        Fields{Field{"offset", &engine::ShowPolicy::offset, "from here on"}};
};
