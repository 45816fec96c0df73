// A log held in memory; see small_log.hpp.

#include <tests/support/small_log.hpp>

#include <algorithm>

#include <axiom/codec/value.hpp>
#include <axiom/log/chain.hpp>
#include <axiom/log/genesis.hpp>
#include <axiom/tree/frontier.hpp>
#include <axiom/tree/leaves_root.hpp>
#include <axiom/tree/merkle.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/signature_sodium.hpp>

namespace axiom::test {

namespace {

HashEngine const& engine() {
    return host::portable_engine();
}
SignatureEngine const& signer() {
    return host::signature_engine();
}

std::vector<std::byte> padded(Bytes bytes) {
    std::vector<std::byte> result{bytes.begin(), bytes.end()};
    result.resize(padded_bytes(bytes.size()));
    return result;
}

template <class T> std::vector<std::byte> encoded(T const& value) {
    std::vector<std::byte> room(body_bytes_max);
    auto const bytes = encode_whole(MutableBytes{room}, value);
    AXIOM_ASSERT(bytes);
    room.resize(bytes->size());
    return room;
}

class VectorSource final : public LeafSource {
  public:
    explicit VectorSource(std::vector<Hash256> leaves) : leaves_{std::move(leaves)} {}

    Result<Hash256> leaf(LeafIndex index) noexcept override { return leaves_[index.value]; }

  private:
    std::vector<Hash256> leaves_;
};

} // namespace

SigningSeed seed_number(unsigned number) {
    SigningSeed seed;
    seed.bytes.fill(static_cast<std::byte>(number));
    return seed;
}

SmallLog::SmallLog(SigningSeed const& seed) : seed_{seed} {
    Genesis genesis;
    genesis.label = "a small log";
    genesis.entropy.bytes.fill(std::byte{0xE7});
    genesis.checkpoint_key = key_hash(signer().public_key(seed));
    genesis.creator = PrincipalId{7};
    genesis.creator_label = "its maker";
    genesis.capacities = default_capacities;
    genesis.policy = bytes_of("policy bytes");
    Sequence const sequence =
        add(DomainNumber::log, static_cast<std::uint16_t>(LogKind::genesis), encoded(genesis), {});
    log_id_ = entries_.back().link;
    ring_ = key_ring_from(genesis.checkpoint_key, sequence);
    key_entries_.push_back(sequence);
    seal();
}

Sequence SmallLog::add(DomainNumber domain, std::uint16_t kind, Bytes body, std::string_view data) {
    StoredEntry entry{};
    entry.body = padded(body);
    if (!data.empty()) {
        entry.attachment.assign(attachment_salt_bytes, std::byte{0x5A});
        entry.attachment.insert(entry.attachment.end(), bytes_of(data).begin(),
                                bytes_of(data).end());
    }
    entry.header.kind = kind;
    entry.header.domain = domain;
    entry.header.entry_class = EntryClass::durable;
    entry.header.sequence = Sequence{entries_.size()};
    entry.header.body_bytes = static_cast<std::uint32_t>(body.size());
    entry.header.attachment_bytes = static_cast<std::uint32_t>(entry.attachment.size());
    entry.attachment = padded(entry.attachment);
    entry.header.time = WallTime{1'700'000'000'000'000'000 + entries_.size()};
    entry.header.body_commitment = body_commitment(engine(), entry.body);
    entry.header.attachment_commitment = attachment_commitment(engine(), entry.attachment);
    entry.leaf = leaf_of(engine(), entry.header);
    entry.link = link_of(engine(), entries_.empty() ? Hash256{} : entries_.back().link, entry.leaf);
    entries_.push_back(entry);
    return entry.header.sequence;
}

Sequence SmallLog::add_record(std::string_view text, std::string_view data) {
    return add(DomainNumber::records, 1, bytes_of(text), data);
}

Sequence SmallLog::rotate(SigningSeed const& next) {
    return rotate_unchecked(*make_key_rotate(signer(), ring_, log_id_, {seed_, next}), next);
}

Sequence SmallLog::rotate_unchecked(KeyRotate const& body, SigningSeed const& next) {
    Sequence const sequence =
        add(DomainNumber::log, static_cast<std::uint16_t>(LogKind::key_rotate), encoded(body), {});
    apply_key(ring_, body, sequence);
    key_entries_.push_back(sequence);
    seed_ = next;
    return sequence;
}

Sequence SmallLog::lose(SigningSeed const& next, std::string_view reason) {
    KeyLost const body = *make_key_lost(signer(), ring_, log_id_, next, reason);
    Sequence const sequence =
        add(DomainNumber::log, static_cast<std::uint16_t>(LogKind::key_lost), encoded(body), {});
    apply_key(ring_, body, sequence);
    key_entries_.push_back(sequence);
    seed_ = next;
    return sequence;
}

Sequence SmallLog::fork(SigningSeed const& seed) {
    seal();
    return fork_within_block(seed);
}

Sequence SmallLog::fork_within_block(SigningSeed const& seed) {
    Fork body;
    body.parent_head = entries_.back().link;
    body.checkpoint_key = key_hash(signer().public_key(seed));
    body.reason = "restored from a copy";
    Sequence const sequence =
        add(DomainNumber::log, static_cast<std::uint16_t>(LogKind::fork), encoded(body), {});
    log_id_ = entries_.back().link;
    ring_ = key_ring_from(body.checkpoint_key, sequence);
    key_entries_ = {sequence};
    seed_ = seed;
    return sequence;
}

void SmallLog::seal() {
    if (sealed_ == entries_.size()) {
        return;
    }
    StoredBlock block;
    for (std::size_t index = sealed_; index < entries_.size(); ++index) {
        block.leaves.push_back(entries_[index].leaf);
    }
    block.record.count = static_cast<std::uint32_t>(block.leaves.size());
    block.record.first = Sequence{sealed_};
    block.record.boot = BootNumber{1};
    block.record.epoch = Epoch{1};
    block.record.watermark = Sequence{sealed_};
    block.record.log_id = log_id_;
    block.record.previous_head = sealed_ == 0 ? Hash256{} : entries_[sealed_ - 1].link;
    block.record.head = entries_.back().link;
    block.record.leaves_root = leaves_root(engine(), block.leaves);
    seal_record(engine(), block.record);
    blocks_.push_back(block);
    sealed_ = entries_.size();
}

std::vector<Hash256> SmallLog::tree_leaves() const {
    std::vector<Hash256> leaves;
    for (StoredBlock const& block : blocks_) {
        leaves.push_back(tree_leaf(engine(), record_bytes(block.record)));
    }
    return leaves;
}

Checkpoint SmallLog::checkpoint() const {
    TreeFrontier frontier;
    for (Hash256 const& leaf : tree_leaves()) {
        frontier.append(engine(), leaf);
    }
    return {.log_id = log_id_,
            .tree = frontier.head(engine()),
            .entries = Sequence{sealed_},
            .head = entries_[sealed_ - 1].link,
            .epoch = Epoch{1},
            .boot = BootNumber{1}};
}

std::string SmallLog::note() const {
    std::array<std::byte, note_bytes_max> room;
    return std::string{text_of(*sign_checkpoint(engine(), signer(), room, checkpoint(), seed_))};
}

PlacedEntry SmallLog::place(Sequence sequence) {
    auto const block = std::ranges::find_if(blocks_, [&](StoredBlock const& candidate) {
        return sequence.value < candidate.record.first.value + candidate.record.count;
    });
    LeafIndex const leaf{static_cast<std::uint64_t>(block - blocks_.begin())};
    VectorSource source{tree_leaves()};
    auto const block_path =
        make_block_path(engine(), block->leaves, sequence.value - block->record.first.value);
    auto const tree_path = *make_inclusion_proof(engine(), source, leaf, TreeSize{blocks_.size()});
    paths_.emplace_back(block_path.begin(), block_path.end());
    paths_.emplace_back(tree_path.begin(), tree_path.end());
    StoredEntry const& entry = entries_[sequence.value];
    return {.header = header_bytes(entry.header),
            .body = entry.body,
            .record = record_bytes(block->record),
            .leaf = leaf,
            .block_path = *(paths_.end() - 2),
            .tree_path = paths_.back()};
}

Receipt SmallLog::receipt_parts(Sequence sequence) {
    paths_.clear();
    Receipt receipt;
    receipt.subject = place(sequence);
    StoredEntry const& entry = entries_[sequence.value];
    if (!entry.attachment.empty()) {
        receipt.salt = Bytes{entry.attachment}.first(attachment_salt_bytes);
    }
    for (Sequence const key_entry : key_entries_) {
        receipt.keys.push_back(place(key_entry));
    }
    std::uint64_t const origin = key_entries_[0].value;
    receipt.origin_previous = origin == 0 ? Hash256{} : entries_[origin - 1].link;
    note_ = note();
    receipt.note = bytes_of(note_);
    return receipt;
}

std::vector<std::byte> SmallLog::receipt(Sequence sequence) {
    std::vector<std::byte> room(receipt_bytes_max);
    auto const written = write_receipt(room, receipt_parts(sequence));
    AXIOM_ASSERT(written);
    room.resize(written->size());
    return room;
}

} // namespace axiom::test
