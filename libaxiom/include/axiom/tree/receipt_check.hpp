#pragma once
// Checking a receipt: from what a stranger trusts to what the receipt therefore proves.
//
// Trust begins with a log's id, from which the key follows through the log's own entries; or with a
// checkpoint key; or with both. Nothing in the receipt is believed before every hash on the way and
// the signature have been recomputed, and a verdict exists only when all of them hold.

#include <optional>

#include <axiom/base/result.hpp>
#include <axiom/tree/receipt.hpp>

namespace axiom {

/// What the stranger knows from elsewhere; at least one of the two. Who trusts a key trusts those
/// that it was rotated to, as in verifying a log; not the ones after a loss.
struct ReceiptTrust {
    std::optional<Hash256> log_id;
    std::optional<PublicKey> key;
};

struct ReceiptVerdict {
    EntryHeader header{};
    Hash256 leaf{};
    std::optional<Hash256>
        link; // the entry hash, where the block record shows it: its first or last entry
    Checkpoint checkpoint{}; // `checkpoint.log_id` is the log that was proven
    KeyRecord key{};        // whose signature it is; an era above 0 says that a key was lost before
    std::uint64_t origin{}; // sequence of the entry that the log began with; above 0 after a fork
    bool body_shown{};      // the body is in the receipt and is the entry's
    bool attachment_shown{}; // the given data are the entry's attachment
};

/// Checks `receipt` against `trust`. `attachment` is empty, or salt, data and zeros up to whole 64
/// bytes.
///
/// `wrong_log` and `wrong_key`: it is about another log, or signed by another key, than what is
/// trusted. `bad_signature`, `leaf_mismatch`, `block_mismatch`, `commitment_mismatch`,
/// `chain_break`, `bad_proof`: a hash or signature on the way does not hold; `where` is the
/// sequence of the entry. `attachment_missing`: data were given for an entry that has none.
/// `bad_key`: `trust` names nothing. And what `read_receipt` and `open_checkpoint` refuse.
[[nodiscard]] Result<ReceiptVerdict> check_receipt(HashEngine const& engine,
                                                   SignatureEngine const& verifier, Bytes receipt,
                                                   ReceiptTrust const& trust,
                                                   Bytes attachment = {}) noexcept;

} // namespace axiom
