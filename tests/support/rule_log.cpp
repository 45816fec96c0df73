#include <tests/support/rule_log.hpp>

#include <algorithm>

#include <axiom/domain/gated.hpp>
#include <axiom/log/chain.hpp>
#include <axiom/log/prune_root.hpp>
#include <axiom/tree/key_chain.hpp>
#include <axiom/tree/leaves_root.hpp>
#include <axiom/tree/merkle.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <tests/support/forged.hpp>
#include <tests/support/small_log.hpp>

namespace axiom::test {

namespace {

HashEngine const& engine() {
    return host::portable_engine();
}

void append(std::vector<std::byte>& to, Bytes bytes) {
    to.insert(to.end(), bytes.begin(), bytes.end());
}

void pad(std::vector<std::byte>& bytes) {
    bytes.resize(padded_bytes(bytes.size()));
}

template <class T> void edited(Edit<T> const& edit, T& to) {
    if (edit) {
        edit(to);
    }
}

template <class T> Bytes bytes_of_struct(T const& value) {
    return std::as_bytes(std::span{&value, 1});
}

} // namespace

// One entry of a block on its way there.
struct RuleLog::Made {
    Made(RuleEntry const& entry, Sequence sequence) : body{entry.body} {
        if (!entry.data.empty()) {
            attachment.assign(attachment_salt_bytes, std::byte{0x5A});
            append(attachment, bytes_of(entry.data));
        }
        header.kind = static_cast<std::uint16_t>(entry.kind);
        header.domain = DomainNumber::log;
        header.entry_class = EntryClass::durable;
        header.sequence = sequence;
        header.body_bytes = static_cast<std::uint32_t>(body.size());
        header.attachment_bytes = static_cast<std::uint32_t>(attachment.size());
        pad(body);
        pad(attachment);
        header.body_commitment = body_commitment(engine(), body);
        header.attachment_commitment = attachment_commitment(engine(), attachment);
        edited(entry.edit, header);
        leaf = leaf_of(engine(), header);
        is_fork = entry.kind == LogKind::fork;
        if (entry.gone) {
            std::ranges::fill(attachment, std::byte{});
        }
    }

    EntryHeader header{};
    std::vector<std::byte> body;
    std::vector<std::byte> attachment;
    Hash256 leaf{};
    bool is_fork{};
};

RuleLog::RuleLog() {
    segment();
    block({genesis_entry()}).durable().boots();
}

RuleLog& RuleLog::segment(Edit<store::SegmentHeader> const& edit,
                          Edit<std::vector<std::byte>> const& after) {
    bool const first = slots_.empty();
    ended_ = at_;
    header_ = {.number = store::SegmentNumber{slots_.size()},
               .segment_bytes = geometry.segment_bytes,
               .storage_block_bytes = geometry.storage_block_bytes,
               .epoch = epoch_,
               .boot = boot_,
               .first = next_,
               .watermark = watermark_,
               .blocks_before = tree_.size().value,
               .previous_end = first ? 0 : at_,
               .log_id = log_id_,
               .previous_head = head_,
               .tree_root = tree_.root(engine())};
    header_.nonce.bytes.fill(static_cast<std::byte>(0xA0 + slots_.size()));
    edit_header_ = edit;
    after_header_ = after;
    slots_.emplace_back(geometry.segment_bytes);
    at_ = geometry.storage_block_bytes;
    header_open_ = first;
    if (!first) {
        seal_segment();
    }
    return *this;
}

void RuleLog::seal_segment() {
    edited(edit_header_, header_);
    store::seal_header(engine(), header_);
    copy_bytes(slots_.back(), store::header_bytes(header_));
    edited(after_header_, slots_.back());
    header_open_ = false;
}

BlockRecord RuleLog::blank_record() const {
    BlockRecord record;
    record.first = next_;
    record.boot = boot_;
    record.epoch = epoch_;
    record.watermark = watermark_;
    record.log_id = log_id_;
    record.previous_head = head_;
    record.head = head_;
    return record;
}

RuleLog& RuleLog::block(std::vector<RuleMaker> const& entries, RuleEdits const& edits) {
    std::vector<Made> made;
    std::vector<Hash256> leaves;
    Hash256 head = head_;
    BlockRecord record = blank_record();
    for (RuleMaker const& maker : entries) {
        made.emplace_back(maker(*this, head), Sequence{next_.value + made.size()});
        leaves.push_back(made.back().leaf);
        head = link_of(engine(), head, leaves.back());
        bool const begins = made.size() == 1 && (next_.value == 0 || made[0].is_fork);
        if (begins && !edits.keeps_log_id) {
            record.log_id = head;
        }
    }
    record.count = static_cast<std::uint32_t>(made.size());
    record.head = head;
    record.leaves_root = leaves_root(engine(), leaves);
    bool const pruned = !edits.reduced.empty();
    std::vector<std::byte> table;
    std::vector<std::byte> content;
    std::vector<std::byte> attachments;
    for (std::size_t index = 0; index < made.size(); ++index) {
        bool const reduced = std::ranges::find(edits.reduced, index) != edits.reduced.end();
        Bytes const leaf = leaves[index].view();
        append(table, pruned ? bytes_of(reduced ? std::string_view{"\0", 1} : "\1")
                             : leaf.first(sizeof(std::uint64_t)));
        append(content, reduced ? leaf : header_bytes(made[index].header));
        append(content, reduced ? Bytes{} : Bytes{made[index].body});
        append(attachments, reduced ? Bytes{} : Bytes{made[index].attachment});
        pad(content);
    }
    pad(table);
    append(table, content);
    if (header_open_) {
        header_.log_id = record.log_id;
        seal_segment();
    }
    put(pruned ? store::FrameType::pruned : store::FrameType::block, record, table, attachments,
        edits);
    next_.value += made.size();
    head_ = head;
    log_id_ = record.log_id;
    leaves_ = leaves;
    return *this;
}

RuleLog& RuleLog::mark(store::FrameType type, RuleEdits const& edits) {
    put(type, blank_record(), {}, {}, edits);
    return *this;
}

void RuleLog::put(store::FrameType type, BlockRecord record, Bytes content, Bytes attachments,
                  RuleEdits const& edits) {
    bool const seals = record.count != 0;
    edited(edits.record, record);
    seal_record(engine(), record);
    edited(edits.sealed_record, record);
    std::size_t const block = geometry.storage_block_bytes;
    std::size_t const content_end = at_ + store::frame_head_bytes + content.size();
    std::size_t const next_block = round_up<std::size_t>(content_end, block);
    std::size_t const end = !attachments.empty()
                                ? round_up<std::size_t>(next_block + attachments.size(), block)
                            : edits.open ? content_end
                                         : next_block;
    store::FramePrefix prefix{
        .type = type,
        .offset = at_,
        .content_bytes = static_cast<std::uint32_t>(block_record_bytes + content.size()),
        .stride = static_cast<std::uint32_t>(end - at_),
        .attachments_offset =
            attachments.empty() ? 0 : static_cast<std::uint32_t>(next_block - at_),
        .attachments_bytes = static_cast<std::uint32_t>(attachments.size())};
    edited(edits.prefix, prefix);
    prefix.check = store::frame_check(engine(), prefix, header_.nonce, record_bytes(record));
    std::vector<std::byte> frame;
    append(frame, bytes_of_struct(prefix));
    append(frame, record_bytes(record));
    append(frame, content);
    frame.resize(next_block - at_ > end - at_ ? end - at_ : next_block - at_);
    append(frame, attachments);
    frame.resize(end - at_);
    edited(edits.bytes, frame);
    copy_bytes(MutableBytes{slots_.back()}.subspan(at_), frame);
    if (seals) {
        tree_.append(engine(), tree_leaf(engine(), record_bytes(record)));
    }
    at_ = end;
}

RuleLog& RuleLog::durable() {
    watermark_ = next_;
    return *this;
}

RuleLog& RuleLog::end() {
    return durable().mark(store::FrameType::end);
}

RuleLog& RuleLog::boots() {
    ++boot_.value;
    ++epoch_.value;
    return *this;
}

RuleLog& RuleLog::takes_over() {
    ++epoch_.value;
    return *this;
}

RuleLog& RuleLog::late(std::uint64_t behind, std::byte value) {
    slots_[slots_.size() - 2][ended_ + behind] = value;
    return *this;
}

Checkpoint RuleLog::checkpoint() const {
    return {.log_id = log_id_,
            .tree = tree_.head(engine()),
            .entries = next_,
            .head = head_,
            .epoch = epoch_,
            .boot = boot_};
}

std::unique_ptr<host::MemoryStore> RuleLog::store() const {
    auto store = std::make_unique<host::MemoryStore>(geometry);
    for (std::vector<std::byte> const& slot : slots_) {
        SlotIndex const index = store->extend().value();
        copy_bytes(store->slot_bytes(index), slot);
    }
    AXIOM_ASSERT(store->claim_epoch(epoch_).has_value());
    return store;
}

RuleMaker raw_entry(LogKind kind, std::vector<std::byte> const& body) {
    return [=](RuleLog&, Hash256 const&) { return RuleEntry{.kind = kind, .body = body}; };
}

RuleMaker genesis_entry(Edit<Genesis> const& edit) {
    return [=](RuleLog&, Hash256 const&) {
        Genesis genesis;
        genesis.label = "rules";
        genesis.checkpoint_key = key_hash(host::signature_engine().public_key(seed_number(1)));
        genesis.capacities = default_capacities;
        edited(edit, genesis);
        return RuleEntry{.kind = LogKind::genesis, .body = encoded(genesis)};
    };
}

RuleMaker boot_entry(Edit<Boot> const& edit, std::size_t trailing) {
    return [=](RuleLog& log, Hash256 const& before) {
        Boot boot{.boot = log.boot(), .epoch = log.epoch(), .previous_head = before};
        edited(edit, boot);
        std::vector<std::byte> body = encoded(boot);
        body.resize(body.size() + trailing);
        return RuleEntry{.kind = LogKind::boot, .body = body};
    };
}

RuleMaker attach_entry(Edit<Attach> const& edit) {
    return [=](RuleLog& log, Hash256 const& before) {
        Attach attach{.epoch = log.epoch(), .previous_head = before};
        edited(edit, attach);
        return RuleEntry{.kind = LogKind::attach, .body = encoded(attach)};
    };
}

RuleMaker tick_entry(std::uint64_t now, Edit<EntryHeader> const& edit) {
    return [=](RuleLog&, Hash256 const&) {
        Tick const tick{.now = LogTime{now}, .wall = WallTime{now}};
        return RuleEntry{.kind = LogKind::tick, .body = encoded(tick), .edit = edit};
    };
}

RuleMaker attached_entry(std::string const& data, bool gone) {
    return [=](RuleLog&, Hash256 const&) {
        Tick const tick{.now = LogTime{1}, .wall = WallTime{1}};
        return RuleEntry{.kind = LogKind::tick, .body = encoded(tick), .data = data, .gone = gone};
    };
}

RuleMaker checkpoint_entry(Edit<Checkpoint> const& edit, unsigned seed) {
    return [=](RuleLog& log, Hash256 const&) {
        Checkpoint said = log.checkpoint();
        edited(edit, said);
        std::array<std::byte, note_bytes_max> room;
        auto const note =
            sign_checkpoint(engine(), host::signature_engine(), room, said, seed_number(seed));
        return RuleEntry{.kind = LogKind::checkpoint,
                         .body = encoded(CheckpointEntry{.note = text_of(note.value())})};
    };
}

RuleMaker erase_entry(std::uint64_t target, Edit<policy::Decision> const& edit) {
    return [=](RuleLog&, Hash256 const&) {
        Gated<Erase> erase{{}, {.sequence = Sequence{target}, .reason = "asked to"}};
        edited(edit, erase.decision);
        return RuleEntry{.kind = LogKind::erase, .body = encoded(erase)};
    };
}

RuleMaker prune_entry(std::uint64_t first, std::uint64_t end, Edit<Prune> const& edit) {
    return [=](RuleLog& log, Hash256 const&) {
        PruneRoot reduced;
        for (std::size_t index = 0; index < 2 && index < log.leaves().size(); ++index) {
            reduced.add(engine(), log.leaves()[index]);
        }
        Gated<Prune> prune{};
        prune.content.first = Sequence{first};
        prune.content.end = Sequence{end};
        prune.content.root = reduced.root;
        prune.content.count = reduced.count;
        edited(edit, prune.content);
        return RuleEntry{.kind = LogKind::prune, .body = encoded(prune)};
    };
}

RuleMaker fork_entry(Edit<Fork> const& edit, unsigned seed) {
    return [=](RuleLog&, Hash256 const& before) {
        Fork fork{.parent_head = before, .reason = "copied"};
        fork.checkpoint_key = key_hash(host::signature_engine().public_key(seed_number(seed)));
        edited(edit, fork);
        return RuleEntry{.kind = LogKind::fork, .body = encoded(fork)};
    };
}

} // namespace axiom::test
