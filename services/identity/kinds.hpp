#pragma once
// The kinds and rows of the identity domain (services/identity/domain.hpp).

#include <axiom/codec/held_text.hpp>
#include <axiom/codec/schema.hpp>
#include <axiom/log/genesis.hpp>

namespace axiom::identity {

/// Numbers of the domain's kinds; for good.
enum class Kind : std::uint16_t {
    add = 1,
    disable = 2,
    enable = 3,
    role_add = 4,
    role_remove = 5,
    key_change = 6,
};

inline constexpr std::uint32_t role_bytes_max = 64;

struct Add {
    PrincipalId principal{};
    PrincipalId parent{};
    Hash256 key{}; // Ed25519, or zero
    std::string_view label{};
};

struct Disable {
    PrincipalId principal{};
};

struct Enable {
    PrincipalId principal{};
};

struct RoleAdd {
    PrincipalId principal{};
    std::string_view role{};
};

struct RoleRemove {
    PrincipalId principal{};
    std::string_view role{};
};

struct KeyChange {
    PrincipalId principal{};
    Hash256 key{};
};

struct PrincipalRow {
    PrincipalId principal{};
    PrincipalId parent{}; // 0: the creator
    Hash256 key{};
    bool enabled{};
    HeldText<label_bytes_max> label{};
};

struct RoleRow {
    PrincipalId principal{};
    HeldText<role_bytes_max> role{};
};

} // namespace axiom::identity

template <> struct axiom::Schema<axiom::identity::Add> {
    using Add = identity::Add;
    static constexpr auto fields = Fields{
        Field{"principal", &Add::principal, "the new identity", {}, Notation::hex},
        Field{"parent", &Add::parent, "who answers for it; it acts only while that one does",
              Bound{}, Notation::hex},
        Field{"key", &Add::key, "its Ed25519 public key, or zero"},
        Field{"label", &Add::label, "its name, unlike every other", at_most<label_bytes_max>}};
};
template <> struct axiom::Schema<axiom::identity::Disable> {
    static constexpr auto fields = Fields{
        Field{"principal", &identity::Disable::principal, "who acts no more", {}, Notation::hex}};
};
template <> struct axiom::Schema<axiom::identity::Enable> {
    static constexpr auto fields = Fields{
        Field{"principal", &identity::Enable::principal, "who acts again", {}, Notation::hex}};
};
template <> struct axiom::Schema<axiom::identity::RoleAdd> {
    using RoleAdd = identity::RoleAdd;
    static constexpr auto fields =
        Fields{Field{"principal", &RoleAdd::principal, "who gets the role", {}, Notation::hex},
               Field{"role", &RoleAdd::role, "the role", at_most<identity::role_bytes_max>}};
};
template <> struct axiom::Schema<axiom::identity::RoleRemove> {
    using RoleRemove = identity::RoleRemove;
    static constexpr auto fields =
        Fields{Field{"principal", &RoleRemove::principal, "who loses the role", {}, Notation::hex},
               Field{"role", &RoleRemove::role, "the role", at_most<identity::role_bytes_max>}};
};
template <> struct axiom::Schema<axiom::identity::KeyChange> {
    using KeyChange = identity::KeyChange;
    static constexpr auto fields =
        Fields{Field{"principal", &KeyChange::principal, "whose key it is", {}, Notation::hex},
               Field{"key", &KeyChange::key, "the new Ed25519 public key, or zero"}};
};
template <> struct axiom::Schema<axiom::identity::PrincipalRow> {
    using PrincipalRow = identity::PrincipalRow;
    static constexpr auto fields =
        Fields{Field{"principal", &PrincipalRow::principal, "its id"},
               Field{"parent", &PrincipalRow::parent, "who answers for it; 0: the creator"},
               Field{"key", &PrincipalRow::key, "its Ed25519 public key, or zero"},
               Field{"enabled", &PrincipalRow::enabled, "whether it may act"},
               Field{"label", &PrincipalRow::label, "its name"}};
};
template <> struct axiom::Schema<axiom::identity::RoleRow> {
    using RoleRow = identity::RoleRow;
    static constexpr auto fields =
        Fields{Field{"principal", &RoleRow::principal, "who has the role"},
               Field{"role", &RoleRow::role, "the role"}};
};
