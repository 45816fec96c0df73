// What a receipt proves; see axiom/tree/receipt_check.hpp.
//
// The order is: form, places, keys, signature. Places are checked against the root that the
// checkpoint claims; the claim is believed last, when the key that the places gave has signed it.

#include <axiom/tree/receipt_check.hpp>

#include <axiom/base/mutant.hpp>
#include <axiom/codec/value.hpp>
#include <axiom/log/chain.hpp>
#include <axiom/log/genesis.hpp>
#include <axiom/log/log_kinds.hpp>
#include <axiom/tree/block_record.hpp>

namespace axiom {

namespace {

// What is left of a placed entry once its way to the root holds.
struct ProvenEntry {
    EntryHeader header{};
    Hash256 leaf{};
    BlockRecord record{};

    [[nodiscard]] bool is(LogKind kind) const noexcept {
        return header.domain == DomainNumber::log &&
               header.kind == static_cast<std::uint16_t>(kind);
    }
    [[nodiscard]] std::uint64_t sequence() const noexcept { return header.sequence.value; }
    [[nodiscard]] std::uint64_t record_end() const noexcept {
        return record.first.value + record.count;
    }
};

Bytes body_of(ProvenEntry const& entry, PlacedEntry const& placed) noexcept {
    return placed.body.first(entry.header.body_bytes);
}

// A record's place among the leaves must fit what it and the checkpoint say about sequences.
Result<void> check_record_place(ProvenEntry const& entry, LeafIndex leaf,
                                Checkpoint const& checkpoint) noexcept {
    BlockRecord const& record = entry.record;
    bool const holds_entry = record.count > 0 && entry.sequence() >= record.first.value &&
                             entry.sequence() - record.first.value < record.count;
    if (!holds_entry) {
        return fail(Code::block_mismatch, entry.sequence());
    }
    bool const is_last = leaf.value + 1 == checkpoint.tree.size.value;
    bool const fits = record.first.value <= checkpoint.entries.value - record.count &&
                      (entry.record_end() == checkpoint.entries.value) == is_last &&
                      (!is_last || record.head == checkpoint.head) &&
                      (leaf.value == 0) == (record.first.value == 0) &&
                      (leaf.value != 0 || record.previous_head.is_zero());
    return fits ? Result<void>{} : fail(Code::block_mismatch, entry.sequence());
}

// The version of a receipt says those of what is in it, so another one there is a changed byte.
template <class T> Result<T> of_this_receipt(Result<T> read, Code otherwise) noexcept {
    if (!read && read.error().code == Code::unknown_version) {
        return fail(otherwise);
    }
    return read;
}

Result<ProvenEntry> prove(HashEngine const& engine, PlacedEntry const& placed,
                          Checkpoint const& checkpoint) noexcept {
    ProvenEntry entry;
    entry.header = TRY(of_this_receipt(decode_header(placed.header), Code::leaf_mismatch));
    entry.record = TRY(of_this_receipt(decode_record(engine, placed.record), Code::block_mismatch));
    entry.leaf = leaf_of(engine, entry.header);
    if (!placed.body.empty() &&
        body_commitment(engine, placed.body) != entry.header.body_commitment) {
        return fail(Code::commitment_mismatch, entry.sequence());
    }
    if (checkpoint.entries.value < entry.record.count) {
        return fail(Code::block_mismatch, entry.sequence());
    }
    TRY(check_record_place(entry, placed.leaf, checkpoint));

    LeafPlace const place{.index =
                              static_cast<std::size_t>(entry.sequence() - entry.record.first.value),
                          .count = entry.record.count};
    if (TRY(root_from_block_path(engine, entry.leaf, place, placed.block_path)) !=
        entry.record.leaves_root) {
        return fail(Code::leaf_mismatch, entry.sequence());
    }
    if (TRY(root_from_inclusion_proof(engine, tree_leaf(engine, placed.record), placed.leaf,
                                      checkpoint.tree.size, placed.tree_path)) !=
            checkpoint.tree.root &&
        !AXIOM_MUTANT(tree_root_unchecked)) {
        return fail(Code::bad_proof, entry.sequence());
    }
    return entry;
}

// The link of a block's first entry follows from the record, and that of its last one stands there.
std::optional<Hash256> shown_link(HashEngine const& engine, ProvenEntry const& entry) noexcept {
    if (entry.sequence() + 1 == entry.record_end() || AXIOM_MUTANT(every_link_the_block_s)) {
        return entry.record.head;
    }
    if (entry.sequence() == entry.record.first.value) {
        return link_of(engine, entry.record.previous_head, entry.leaf);
    }
    return std::nullopt;
}

// The origin's link is the log's id; what lies under the link, key included, is therefore the log's
// own.
Result<KeyRing> ring_from_origin(HashEngine const& engine, Receipt const& receipt,
                                 ProvenEntry const& origin, Hash256 const& log_id) noexcept {
    Hash256 const link = link_of(engine, receipt.origin_previous, origin.leaf);
    if (link != log_id) {
        return fail(Code::wrong_log, origin.sequence());
    }
    if (auto const shown = shown_link(engine, origin); shown && *shown != link) {
        return fail(Code::chain_break, origin.sequence());
    }
    Bytes const body = body_of(origin, receipt.keys[0]);
    if (origin.sequence() == 0) {
        if (!origin.is(LogKind::genesis) || !receipt.origin_previous.is_zero()) {
            return fail(Code::bad_proof, origin.sequence());
        }
        Genesis const genesis = TRY(decode_whole<Genesis>(body));
        return key_ring_from(genesis.checkpoint_key, origin.header.sequence);
    }
    if (!origin.is(LogKind::fork) || origin.sequence() != origin.record.first.value) {
        return fail(Code::bad_proof, origin.sequence());
    }
    Fork const fork = TRY(decode_whole<Fork>(body));
    if (fork.parent_head != receipt.origin_previous) {
        return fail(Code::chain_break, origin.sequence());
    }
    return key_ring_from(fork.checkpoint_key, origin.header.sequence);
}

template <class Change>
Result<void> change_key(SignatureEngine const& verifier, KeyRing& ring, Hash256 const& log_id,
                        ProvenEntry const& entry, Bytes body) noexcept {
    Change const change = TRY(decode_whole<Change>(body));
    if (!AXIOM_MUTANT(key_change_unsigned)) {
        TRY(check_signed(verifier, ring, log_id, change));
    }
    apply_key(ring, change, entry.header.sequence);
    return {};
}

// Entries from the origin on lie in blocks of this log; a fork's earlier ones lie in its parent's.
Result<void> check_log(ProvenEntry const& entry, std::uint64_t origin,
                       Hash256 const& log_id) noexcept {
    bool const is_own = entry.record.log_id == log_id;
    return is_own || entry.record_end() <= origin ? Result<void>{}
                                                  : fail(Code::wrong_log, entry.sequence());
}

// The log's keys, and among them the one that the stranger trusts.
struct FollowedKeys {
    KeyRing ring;
    std::optional<KeyRecord> trusted{};

    void note(std::optional<PublicKey> const& key) noexcept {
        if (key && ring.current().key == key_hash(*key)) {
            trusted = ring.current();
        }
    }
};

Result<FollowedKeys> follow_keys(HashEngine const& engine, SignatureEngine const& verifier,
                                 Receipt const& receipt, Checkpoint const& checkpoint,
                                 std::optional<PublicKey> const& key) noexcept {
    ProvenEntry const origin = TRY(prove(engine, receipt.keys[0], checkpoint));
    TRY(check_log(origin, origin.sequence(), checkpoint.log_id));
    FollowedKeys followed{TRY(ring_from_origin(engine, receipt, origin, checkpoint.log_id))};
    followed.note(key);
    KeyRing& ring = followed.ring;
    for (std::size_t index = 1; index < receipt.keys.size(); ++index) {
        PlacedEntry const& placed = receipt.keys[index];
        ProvenEntry const entry = TRY(prove(engine, placed, checkpoint));
        TRY(check_log(entry, origin.sequence(), checkpoint.log_id));
        if (entry.header.sequence <= ring.current().since) {
            return fail(Code::bad_proof, entry.sequence());
        }
        Bytes const body = body_of(entry, placed);
        if (entry.is(LogKind::key_rotate)) {
            TRY(change_key<KeyRotate>(verifier, ring, checkpoint.log_id, entry, body));
        } else if (entry.is(LogKind::key_lost)) {
            TRY(change_key<KeyLost>(verifier, ring, checkpoint.log_id, entry, body));
        } else {
            return fail(Code::bad_proof, entry.sequence());
        }
        followed.note(key);
    }
    return followed;
}

Result<void> check_trust(ReceiptTrust const& trust, Checkpoint const& checkpoint,
                         FollowedKeys const& keys) noexcept {
    if (!trust.log_id && !trust.key) {
        return fail(Code::bad_key);
    }
    if (trust.log_id && *trust.log_id != checkpoint.log_id && !AXIOM_MUTANT(any_log_trusted)) {
        return fail(Code::wrong_log);
    }
    // Within an era each key has signed for the next.
    if (trust.key && (!keys.trusted || keys.trusted->era != keys.ring.current().era)) {
        return fail(Code::wrong_key);
    }
    return {};
}

Result<void> check_salt(EntryHeader const& header, Receipt const& receipt) noexcept {
    bool const fits = receipt.salt.empty() || header.attachment_bytes > 0;
    return fits ? Result<void>{} : fail(Code::not_canonical, header.sequence.value);
}

Result<void> check_attachment(HashEngine const& engine, EntryHeader const& header,
                              Receipt const& receipt, Bytes attachment) noexcept {
    if (header.attachment_bytes == 0) {
        return fail(Code::attachment_missing, header.sequence.value);
    }
    bool const fits = attachment.size() == padded_bytes(header.attachment_bytes) &&
                      is_zero(attachment.subspan(header.attachment_bytes)) &&
                      (receipt.salt.empty() ||
                       equal_bytes(attachment.first(attachment_salt_bytes), receipt.salt)) &&
                      attachment_commitment(engine, attachment) == header.attachment_commitment;
    return fits ? Result<void>{} : fail(Code::commitment_mismatch, header.sequence.value);
}

} // namespace

Result<ReceiptVerdict> check_receipt(HashEngine const& engine, SignatureEngine const& verifier,
                                     Bytes receipt_bytes, ReceiptTrust const& trust,
                                     Bytes attachment) noexcept {
    Receipt const receipt = TRY(read_receipt(receipt_bytes));
    Checkpoint const claimed = TRY(read_claimed_checkpoint(receipt.note));
    ProvenEntry const subject = TRY(prove(engine, receipt.subject, claimed));
    FollowedKeys const keys = TRY(follow_keys(engine, verifier, receipt, claimed, trust.key));
    KeyRing const& ring = keys.ring;
    TRY(check_trust(trust, claimed, keys));
    TRY(check_log(subject, ring.origin.since.value, claimed.log_id));
    TRY(check_salt(subject.header, receipt));
    if (!attachment.empty()) {
        TRY(check_attachment(engine, subject.header, receipt, attachment));
    }
    PublicKey const key = public_key_of(ring.current().key);
    Checkpoint const sealed =
        TRY(AXIOM_MUTANT(receipt_unsigned) ? Result<Checkpoint>{claimed}
                                           : open_checkpoint(engine, verifier, key, receipt.note));
    return ReceiptVerdict{.header = subject.header,
                          .leaf = subject.leaf,
                          .link = shown_link(engine, subject),
                          .checkpoint = sealed,
                          .key = ring.current(),
                          .origin = ring.origin.since.value,
                          .body_shown = !receipt.subject.body.empty(),
                          .attachment_shown = !attachment.empty()};
}

} // namespace axiom
