#pragma once
// Messages about requests: what the policy allows once somebody else has approved it.
//
//     waits ─▶ approved   the approval is an entry of whoever approves, and causes the wanted one
//       ├────▶ refused    the refusal is an entry, too
//       ├────▶ expired    its log time is up
//       └────▶ lapsed     the policy has changed, or the log does not take it any more
//
// Both entries are commits of actions without effects, `approve` and `refuse`; their object says
// what is meant: `grant calculator to console (request 812)`. So who may do either is the policy's
// to say: it must let them act so, and the rule that allows what is wanted must take them as its
// approver. Whoever asked may always take the request back, if it may act so.

#include <services/policy/api.hpp>

namespace axiom::engine {

inline constexpr std::string_view approve_action = "approve";
inline constexpr std::string_view refuse_action = "refuse";

/// As long as a request may wait, in log time.
inline constexpr std::uint64_t request_ms_max = std::uint64_t{24} * 3600 * 1000;

enum class RequestState : std::uint8_t { waits, approved, refused, expired, lapsed };

/// What was asked for, and how far it is.
struct RequestRow {
    std::uint64_t number{}; // rising with the log
    RequestState state{};
    std::uint64_t principal{};   // who asks
    std::uint64_t asked_ms{};    // in log time
    std::uint64_t deadline_ms{}; // until when it waits
    std::uint32_t rule{};        // that would allow it
    std::uint64_t settled_by{};  // who approved or refused it, or 0
    std::uint64_t decision{};    // entry of the approval or refusal, or 0
    std::uint64_t entry{};       // that was wanted and came to be, or 0
    HeldText<name_bytes_max> action;
    HeldText<object_bytes_max> object;
    HeldText<name_bytes_max> group; // of whoever may approve
    HeldText<reason_bytes_max> reason;
};
inline constexpr std::size_t requests_listed_max = 7;

struct RequestList {
    List<RequestRow, requests_listed_max> requests; // the newest first
    std::uint64_t before{};                         // where to go on; 0: that was all
};
struct ListRequests {
    static constexpr std::uint64_t method = 5;
    using Answer = RequestList;
    std::uint64_t before{}; // only older ones; 0: from the newest on
    bool waiting{};         // only those that wait
};

/// A request with all that would come to be.
struct RequestDetail {
    RequestRow row{};
    std::uint16_t domain{};
    std::uint16_t kind{};
    HeldText<reason_bytes_max> words; // why it was refused, or lapsed
    Bytes content{};
};
/// `no_such_row` for one that is not known any more.
struct AskRequest {
    static constexpr std::uint64_t method = 6;
    using Answer = RequestDetail;
    std::uint64_t number{};
    std::uint32_t wait_ms{}; // how long to wait for its end
};
inline constexpr std::uint32_t request_wait_ms_max = 10'000;

/// Answered with the decision about the approval itself, when what was wanted is durable or has
/// lapsed. `request_settled` for one that does not wait, and what the wanted entry's domain refuses
/// now.
struct Approve {
    static constexpr std::uint64_t method = 7;
    using Answer = Decided;
    std::uint64_t number{};
    std::string_view reason{};
};
/// `request_settled` for one that does not wait.
struct Refuse {
    static constexpr std::uint64_t method = 8;
    using Answer = Decided;
    std::uint64_t number{};
    std::string_view reason{};
};

} // namespace axiom::engine

template <> struct axiom::EnumNames<axiom::engine::RequestState> {
    static constexpr std::string_view names[] = {"waits", "approved", "refused", "expired",
                                                 "lapsed"};
};
template <> struct axiom::Schema<axiom::engine::RequestRow> {
    using Row = engine::RequestRow;
    static constexpr auto fields =
        Fields{Field{"number", &Row::number, "rising with the log"},
               Field{"state", &Row::state, "how far it is"},
               Field{"principal", &Row::principal, "who asks"},
               Field{"asked_ms", &Row::asked_ms, "when, in log time"},
               Field{"deadline_ms", &Row::deadline_ms, "until when it waits, in log time"},
               Field{"rule", &Row::rule, "that would allow it"},
               Field{"settled_by", &Row::settled_by, "who approved or refused, or 0"},
               Field{"decision", &Row::decision, "entry of the approval or refusal, or 0"},
               Field{"entry", &Row::entry, "that came of it, or 0"},
               Field{"action", &Row::action, "what is wanted"},
               Field{"object", &Row::object, "on what"},
               Field{"group", &Row::group, "of whoever may approve"},
               Field{"reason", &Row::reason, "as whoever asks gave it"}};
};
template <> struct axiom::Schema<axiom::engine::RequestList> {
    using Requests = engine::RequestList;
    static constexpr auto fields =
        Fields{Field{"requests", &Requests::requests, "the newest first"},
               Field{"before", &Requests::before, "where to go on, or 0"}};
};
template <> struct axiom::Schema<axiom::engine::ListRequests> {
    using Asks = engine::ListRequests;
    static constexpr auto fields = Fields{Field{"before", &Asks::before, "only older ones"},
                                          Field{"waiting", &Asks::waiting, "only what waits"}};
};
template <> struct axiom::Schema<axiom::engine::RequestDetail> {
    using Detail = engine::RequestDetail;
    static constexpr auto fields =
        Fields{Field{"row", &Detail::row, "the request"},
               Field{"domain", &Detail::domain, "of the entry that is wanted"},
               Field{"kind", &Detail::kind, "of the entry that is wanted"},
               Field{"words", &Detail::words, "why it was refused or lapsed"},
               Field{"content", &Detail::content, "the body without the decision",
                     at_most<engine::content_bytes_max>}};
};
template <> struct axiom::Schema<axiom::engine::AskRequest> {
    using Asks = engine::AskRequest;
    static constexpr auto fields =
        Fields{Field{"number", &Asks::number, "which request"},
               Field{"wait_ms", &Asks::wait_ms, "how long to wait for its end"}};
};
template <> struct axiom::Schema<axiom::engine::Approve> {
    static constexpr auto fields =
        Fields{Field{"number", &engine::Approve::number, "which request"},
               Field{"reason", &engine::Approve::reason, "why it is approved",
                     at_most<engine::reason_bytes_max>}};
};
template <> struct axiom::Schema<axiom::engine::Refuse> {
    static constexpr auto fields =
        Fields{Field{"number", &engine::Refuse::number, "which request"},
               Field{"reason", &engine::Refuse::reason, "why it is refused",
                     at_most<engine::reason_bytes_max>}};
};
