#pragma once
// The chain of checkpoint keys: which key seals the log now, and how that follows from the log's
// origin.
//
//     origin (Genesis or Fork) ──▶ key 0 ──KeyRotate──▶ key 1 ──KeyLost──▶ key 2 ─ ─ ▶
//                                  └──────── era 0 ─────────┘              └─ era 1 ─ ─
//
// A rotation is signed by the key that goes and by the one that comes, so it continues an era:
// whoever trusted the old key may trust the new one. After a loss nobody can sign for the old key:
// the new key proves only that it exists, a new era begins, and every verdict names it. What is
// signed is a text that no checkpoint and no other statement can be mistaken for:
//
//     axiom-os.org/key-rotate/v1          axiom-os.org/key-lost/v1
//     <log id, hex>                       <log id, hex>
//     <number of the new key>             <number of the new key>
//     <old key, hex>                      <new era>
//     <new key, hex>                      <new key, hex>

#include <string_view>

#include <axiom/base/hash256.hpp>
#include <axiom/base/result.hpp>
#include <axiom/codec/list.hpp>
#include <axiom/codec/schema.hpp>
#include <axiom/log/ids.hpp>
#include <axiom/port/signature_engine.hpp>

namespace axiom {

/// An Ed25519 signature as entries carry it: its two halves.
struct SignatureHalves {
    Hash256 r{};
    Hash256 s{};

    friend bool operator==(SignatureHalves const&, SignatureHalves const&) noexcept = default;
};

struct KeyRotate {
    Hash256 new_key{};
    std::uint32_t number{}; // of the new key; the origin's key is number 0
    SignatureHalves by_old{};
    SignatureHalves by_new{}; // shows that whoever rotates holds the new key
};

struct KeyLost {
    Hash256 new_key{};
    std::uint32_t number{};
    std::uint32_t era{}; // the era that begins
    std::string_view reason{};
    SignatureHalves by_new{};
};

inline constexpr std::uint32_t key_lost_reason_bytes_max = 256;

/// One key and what it was in force for.
struct KeyRecord {
    Hash256 key{};
    std::uint32_t number{};
    std::uint32_t era{};
    Sequence since{}; // the entry that brought it

    friend bool operator==(KeyRecord const&, KeyRecord const&) noexcept = default;
};

/// Keys that a ring remembers by themselves; older ones are found in the log.
inline constexpr std::size_t keys_kept = 16;

/// The state of the chain. `recent` ends with the key in force and is never empty.
struct KeyRing {
    KeyRecord origin{};
    List<KeyRecord, keys_kept> recent;

    [[nodiscard]] KeyRecord const& current() const noexcept { return recent[recent.size() - 1]; }

    friend bool operator==(KeyRing const&, KeyRing const&) noexcept = default;
};

[[nodiscard]] PublicKey public_key_of(Hash256 const& key) noexcept;
[[nodiscard]] Hash256 key_hash(PublicKey const& key) noexcept;

/// The ring of a log that begins (Genesis), or begins anew (Fork), at `since` with `key`.
[[nodiscard]] KeyRing key_ring_from(Hash256 const& key, Sequence since) noexcept;

/// Whether the entry continues `ring`, its signatures left aside: `out_of_range` for another number
/// or era than the next, `already_exists` when the key is the one in force.
[[nodiscard]] Result<void> check_next(KeyRing const& ring, KeyRotate const& rotate) noexcept;
[[nodiscard]] Result<void> check_next(KeyRing const& ring, KeyLost const& lost) noexcept;

/// `check_next`, then the signatures: `bad_signature`.
[[nodiscard]] Result<void> check_signed(SignatureEngine const& verifier, KeyRing const& ring,
                                        Hash256 const& log_id, KeyRotate const& rotate) noexcept;
[[nodiscard]] Result<void> check_signed(SignatureEngine const& verifier, KeyRing const& ring,
                                        Hash256 const& log_id, KeyLost const& lost) noexcept;

/// Takes an entry that was checked.
void apply_key(KeyRing& ring, KeyRotate const& rotate, Sequence sequence) noexcept;
void apply_key(KeyRing& ring, KeyLost const& lost, Sequence sequence) noexcept;

struct RotationSeeds {
    SigningSeed const& old_seed;
    SigningSeed const& new_seed;
};

/// `wrong_key` when the old seed is not that of the key in force, `already_exists` when both are
/// the same.
[[nodiscard]] Result<KeyRotate> make_key_rotate(SignatureEngine const& signer, KeyRing const& ring,
                                                Hash256 const& log_id,
                                                RotationSeeds const& seeds) noexcept;

/// `already_exists` when the seed is that of the key in force, `too_long` for the reason.
[[nodiscard]] Result<KeyLost> make_key_lost(SignatureEngine const& signer, KeyRing const& ring,
                                            Hash256 const& log_id, SigningSeed const& new_seed,
                                            std::string_view reason) noexcept;

template <> struct Schema<SignatureHalves> {
    static constexpr auto fields =
        Fields{Field{"r", &SignatureHalves::r, "the signature's first 32 bytes"},
               Field{"s", &SignatureHalves::s, "the signature's last 32 bytes"}};
};

template <> struct Schema<KeyRotate> {
    static constexpr auto fields =
        Fields{Field{"new_key", &KeyRotate::new_key, "Ed25519 public key that signs from here on"},
               Field{"number", &KeyRotate::number, "counts the log's keys; the origin's is 0"},
               Field{"by_old", &KeyRotate::by_old, "signature by the key that goes"},
               Field{"by_new", &KeyRotate::by_new, "signature by the key that comes"}};
};

template <> struct Schema<KeyLost> {
    static constexpr auto fields =
        Fields{Field{"new_key", &KeyLost::new_key, "Ed25519 public key that signs from here on"},
               Field{"number", &KeyLost::number, "counts the log's keys; the origin's is 0"},
               Field{"era", &KeyLost::era, "the era that begins"},
               Field{"reason", &KeyLost::reason, "why", at_most<key_lost_reason_bytes_max>},
               Field{"by_new", &KeyLost::by_new, "signature by the key that comes"}};
};

template <> struct Schema<KeyRecord> {
    static constexpr auto fields =
        Fields{Field{"key", &KeyRecord::key, "Ed25519 public key"},
               Field{"number", &KeyRecord::number, "counts the log's keys; the origin's is 0"},
               Field{"era", &KeyRecord::era, "how many keys were lost before it"},
               Field{"since", &KeyRecord::since, "the entry that brought it"}};
};

template <> struct Schema<KeyRing> {
    static constexpr auto fields =
        Fields{Field{"origin", &KeyRing::origin, "the key that the log began with"},
               Field{"recent", &KeyRing::recent, "the newest keys, the one in force last"}};
};

} // namespace axiom
