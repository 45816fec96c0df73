#pragma once
// Genesis and Boot: the entries with which a log, and every run of a machine on it, begins.

#include <axiom/base/hash256.hpp>
#include <axiom/codec/list.hpp>
#include <axiom/codec/schema.hpp>
#include <axiom/log/entry.hpp>

namespace axiom {

/// How many rows each table may hold. A replayer allocates exactly these, or refuses before entry
/// 0.
struct Capacities {
    std::uint32_t producers{};
    std::uint32_t accounts{};
    std::uint32_t marks{};
    std::uint32_t streams{};
    std::uint32_t principals{};
    std::uint32_t roles{};
    std::uint32_t rate_counters{};
    std::uint32_t effects{};

    friend bool operator==(Capacities const&, Capacities const&) noexcept = default;
};

inline constexpr Capacities default_capacities{.producers = 256,
                                               .accounts = 256,
                                               .marks = 1024,
                                               .streams = 256,
                                               .principals = 1024,
                                               .roles = 256,
                                               .rate_counters = 4096,
                                               .effects = 4096};

/// The most rows that any table may be given.
inline constexpr std::uint32_t capacity_max = 1U << 20U;

template <> struct Schema<Capacities> {
    static constexpr auto fields = Fields{
        Field{"producers", &Capacities::producers, "numbered sources of proposals"},
        Field{"accounts", &Capacities::accounts, "accounts with a log rate of their own"},
        Field{"marks", &Capacities::marks, "names given to entries"},
        Field{"streams", &Capacities::streams, "streams of records"},
        Field{"principals", &Capacities::principals, "identities"},
        Field{"roles", &Capacities::roles, "role memberships"},
        Field{"rate_counters", &Capacities::rate_counters, "counters that rate conditions step"},
        Field{"effects", &Capacities::effects, "prepared effects that are still owed"}};
};

/// A domain and the version of its reducer.
struct DomainVersion {
    std::uint16_t domain{};
    std::uint16_t version{};

    friend bool operator==(DomainVersion const&, DomainVersion const&) noexcept = default;
};

template <> struct Schema<DomainVersion> {
    static constexpr auto fields =
        Fields{Field{"domain", &DomainVersion::domain, "the domain's number"},
               Field{"version", &DomainVersion::version, "the version of its reducer"}};
};

inline constexpr std::size_t domains_max = 16;
inline constexpr std::uint32_t label_bytes_max = 128;
inline constexpr std::uint32_t genesis_policy_bytes_max = 32 * 1024;
using DomainVersions = List<DomainVersion, domains_max>;

/// The most bytes that a `Genesis` body takes.
inline constexpr std::size_t genesis_body_bytes_max =
    2 * (4 + label_bytes_max) + 3 * sizeof(Hash256) + 8 + sizeof(Capacities) + 2 +
    domains_max * 2 * sizeof(std::uint16_t) + 4 + genesis_policy_bytes_max;

struct Genesis {
    std::string_view label{}; // what its owner calls this log
    Hash256 entropy{};        // makes two logs of one owner different
    Hash256 checkpoint_key{}; // Ed25519 public key: whose signature seals
    PrincipalId creator{};    // the first identity
    Hash256 creator_key{};    // its Ed25519 public key; zero when it has none
    std::string_view creator_label{};
    Capacities capacities{};
    DomainVersions domains{};
    Bytes policy{}; // the first policy, in canonical form
};

template <> struct Schema<Genesis> {
    static constexpr auto fields = Fields{
        Field{"label", &Genesis::label, "what its owner calls this log", at_most<label_bytes_max>},
        Field{"entropy", &Genesis::entropy, "random; makes every log unique"},
        Field{"checkpoint_key", &Genesis::checkpoint_key,
              "Ed25519 public key that signs checkpoints"},
        Field{"creator", &Genesis::creator, "the first identity", {}, Notation::hex},
        Field{"creator_key", &Genesis::creator_key, "its Ed25519 public key, or zero"},
        Field{"creator_label", &Genesis::creator_label, "its name", at_most<label_bytes_max>},
        Field{"capacities", &Genesis::capacities, "how many rows each table may hold"},
        Field{"domains", &Genesis::domains, "the domains and their reducers' versions"},
        Field{"policy", &Genesis::policy, "the first policy in canonical form",
              at_most<genesis_policy_bytes_max>}};
};

struct Boot {
    BootNumber boot{};
    Epoch epoch{};
    Hash256 previous_head{};  // link of the entry before this one
    Hash256 image_digest{};   // of the kernel image; zero on a host
    Hash256 archive_digest{}; // of the linked archives
    Hash256 entropy{};
    Hash256 log_state{}; // root of the log domain that the writer was given
    DomainVersions domains{};
};

/// The most bytes that a `Boot` body takes: a detached log keeps this much room for the one to
/// come.
inline constexpr std::size_t boot_body_bytes_max =
    8 + 8 + 5 * sizeof(Hash256) + 2 + domains_max * 2 * sizeof(std::uint16_t);

template <> struct Schema<Boot> {
    static constexpr auto fields = Fields{
        Field{"boot", &Boot::boot, "counts the boots of this log, from 1"},
        Field{"epoch", &Boot::epoch, "the writer's fencing epoch"},
        Field{"previous_head", &Boot::previous_head, "link of the entry before this one"},
        Field{"image_digest", &Boot::image_digest, "BLAKE3 of the booted image, zero on a host"},
        Field{"archive_digest", &Boot::archive_digest, "BLAKE3 of the linked archives"},
        Field{"entropy", &Boot::entropy, "random, from this boot"},
        Field{"log_state", &Boot::log_state, "root of the log domain before this entry"},
        Field{"domains", &Boot::domains, "the domains and their reducers' versions"}};
};

} // namespace axiom
