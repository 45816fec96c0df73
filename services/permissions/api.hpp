#pragma once
// The messages of permissions: what waits for an approval, and where permissions come from.
//
// Requests are the policy engine's (services/policy/request_api.hpp), and so are the decisions: the
// application asks it in its own name.

#include <services/policy/request_api.hpp>

namespace axiom::permissions {

inline constexpr std::uint32_t service_name_bytes_max = 16;

struct Pending {
    static constexpr std::uint64_t method = 1;
    using Answer = engine::RequestList;
    std::uint64_t before{}; // only older ones; 0: from the newest on
};
struct Show {
    static constexpr std::uint64_t method = 2;
    using Answer = engine::RequestDetail;
    std::uint64_t number{};
};
struct Approve {
    static constexpr std::uint64_t method = 3;
    using Answer = engine::Decided;
    std::uint64_t number{};
    std::string_view reason{};
};
struct Refuse {
    static constexpr std::uint64_t method = 4;
    using Answer = engine::Decided;
    std::uint64_t number{};
    std::string_view reason{};
};
/// Proposes that a service loses what it was granted.
struct Revoke {
    static constexpr std::uint64_t method = 5;
    using Answer = engine::Decided;
    std::string_view what{};
    std::string_view whom{};
};

/// An entry by which somebody was granted something, or lost it, or was let or not.
struct Step {
    std::uint64_t sequence{};
    std::uint64_t principal{}; // in whose name
    std::uint64_t approver{};  // who else had to approve, and did; 0: nobody had to
    std::uint32_t rule{};      // that allowed it
    std::uint64_t cause{};     // the entry that led to this, or 0
    HeldText<engine::name_bytes_max> action;
    HeldText<engine::object_bytes_max> object;
};
inline constexpr std::size_t steps_max = 12;

struct Steps {
    List<Step, steps_max> steps; // the newest first
    std::uint64_t before{};      // where to go on; 0: that was all
};
/// Grants, revocations, approvals and refusals that the log has.
struct History {
    static constexpr std::uint64_t method = 6;
    using Answer = Steps;
    std::uint64_t before{}; // only older ones; 0: from the newest on
};

/// Why a service may call another one: the newest grant of it, what caused that, what caused that …
struct Origin {
    List<Step, steps_max> chain; // empty: the log has no such grant, so it is the manifest's
    std::uint64_t revoked{};     // the entry by which it was taken back since, or 0
};
struct Provenance {
    static constexpr std::uint64_t method = 7;
    using Answer = Origin;
    std::string_view what{};
    std::string_view whom{};
};

} // namespace axiom::permissions

template <> struct axiom::Schema<axiom::permissions::Pending> {
    static constexpr auto fields =
        Fields{Field{"before", &permissions::Pending::before, "only older ones"}};
};
template <> struct axiom::Schema<axiom::permissions::Show> {
    static constexpr auto fields =
        Fields{Field{"number", &permissions::Show::number, "which request"}};
};
template <> struct axiom::Schema<axiom::permissions::Approve> {
    static constexpr auto fields =
        Fields{Field{"number", &permissions::Approve::number, "which request"},
               Field{"reason", &permissions::Approve::reason, "why it is approved",
                     at_most<engine::reason_bytes_max>}};
};
template <> struct axiom::Schema<axiom::permissions::Refuse> {
    static constexpr auto fields =
        Fields{Field{"number", &permissions::Refuse::number, "which request"},
               Field{"reason", &permissions::Refuse::reason, "why it is refused",
                     at_most<engine::reason_bytes_max>}};
};
template <> struct axiom::Schema<axiom::permissions::Revoke> {
    static constexpr auto fields =
        Fields{Field{"what", &permissions::Revoke::what, "the service that may be called",
                     at_most<permissions::service_name_bytes_max>},
               Field{"whom", &permissions::Revoke::whom, "the service that may call it",
                     at_most<permissions::service_name_bytes_max>}};
};
template <> struct axiom::Schema<axiom::permissions::Step> {
    using Step = permissions::Step;
    static constexpr auto fields =
        Fields{Field{"sequence", &Step::sequence, "of the entry"},
               Field{"principal", &Step::principal, "in whose name"},
               Field{"approver", &Step::approver, "who approved it, or 0"},
               Field{"rule", &Step::rule, "that allowed it"},
               Field{"cause", &Step::cause, "the entry that led to this, or 0"},
               Field{"action", &Step::action, "what was done"},
               Field{"object", &Step::object, "to what"}};
};
template <> struct axiom::Schema<axiom::permissions::Steps> {
    using Steps = permissions::Steps;
    static constexpr auto fields = Fields{Field{"steps", &Steps::steps, "the newest first"},
                                          Field{"before", &Steps::before, "where to go on"}};
};
template <> struct axiom::Schema<axiom::permissions::History> {
    static constexpr auto fields =
        Fields{Field{"before", &permissions::History::before, "only older ones"}};
};
template <> struct axiom::Schema<axiom::permissions::Origin> {
    using Origin = permissions::Origin;
    static constexpr auto fields =
        Fields{Field{"chain", &Origin::chain, "the grant, its cause, and so on"},
               Field{"revoked", &Origin::revoked, "by which entry since, or 0"}};
};
template <> struct axiom::Schema<axiom::permissions::Provenance> {
    static constexpr auto fields =
        Fields{Field{"what", &permissions::Provenance::what, "the service that may be called",
                     at_most<permissions::service_name_bytes_max>},
               Field{"whom", &permissions::Provenance::whom, "the service that may call it",
                     at_most<permissions::service_name_bytes_max>}};
};

namespace axiom::permissions {

using PermissionsApi = Api<Pending, Show, Approve, Refuse, Revoke, History, Provenance>;

} // namespace axiom::permissions
