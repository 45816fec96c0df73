#include <services/objects/object_store.hpp>

namespace axiom::objects {

namespace {

constexpr std::size_t window_bytes = std::size_t{64} << 10U; // a block at least, whatever its size
constexpr std::size_t foundings = 2;
constexpr std::size_t list_bytes_max = chunks_of_object_max * sizeof(Hash256);

// What says that bytes are not what they were, and nothing of the medium.
Failure damaged(SlotOffset at) noexcept {
    return fail(Code::object_damaged, at.offset, at.slot.value);
}

} // namespace

std::size_t ObjectStore::bytes_for(StoreLimits const& limits) noexcept {
    return ChunkRows::bytes_for(limits.chunks) + ObjectRows::bytes_for(limits.objects) +
           Arena::bytes_for<std::byte>(record_bytes_max) +
           Arena::bytes_for<std::byte>(list_bytes_max) + Arena::bytes_for<std::byte>(window_bytes) +
           Arena::bytes_for<HashStream>(1);
}

ObjectStore::ObjectStore(Store& medium, HashEngine const& hashes, Arena& arena,
                         StoreLimits const& limits) noexcept
    : medium_{&medium}, hashes_{&hashes}, limits_{limits}, chunks_{arena, limits.chunks},
      objects_{arena, limits.objects}, record_{arena.make<std::byte>(record_bytes_max)},
      list_{arena.make<std::byte>(list_bytes_max)}, window_{arena.make<std::byte>(window_bytes)},
      stream_{arena.make<HashStream>(1)} {}

// ── beginning ──────────────────────────────────────────────────────────────────────────────────

Result<void> ObjectStore::open(Hash256 const* secret) noexcept {
    block_bytes_ = medium_->geometry().storage_block_bytes;
    bool const is_founded = TRY(find_founding());
    if (!is_founded) {
        return secret != nullptr ? found(*secret) : Result<void>{};
    }
    for (std::uint32_t slot = 0; slot < medium_->slots(); ++slot) {
        TRY(scan_slot(SlotIndex{slot}));
    }
    // The list of the last object that was put does not hold, and nothing came behind it: nobody
    // was told that it is there.
    unproved_.reset();
    return {};
}

Result<void> ObjectStore::found(Hash256 const& secret) noexcept {
    if (medium_->slots() == 0) {
        TRY(medium_->extend());
    }
    founding_ = {.hashes = hashes_, .secret = secret};
    for (std::size_t copy = 0; copy < foundings; ++copy) {
        SlotOffset const at{SlotIndex{0}, copy * block_bytes_};
        MutableBytes const block = record_.first(block_bytes_);
        zero_bytes(block);
        put_head(block, {.kind = RecordKind::founding, .name = secret, .payload = {}}, founding_,
                 at);
        TRY(medium_->write(at, block));
    }
    TRY(medium_->flush());
    tail_ = foundings * block_bytes_;
    return {};
}

Result<bool> ObjectStore::find_founding() noexcept {
    if (medium_->slots() == 0) {
        return false;
    }
    for (std::size_t copy = 0; copy < foundings; ++copy) {
        SlotOffset const at{SlotIndex{0}, copy * block_bytes_};
        if (auto const secret = secret_in(TRY(block_at(at)), *hashes_, at)) {
            founding_ = {.hashes = hashes_, .secret = *secret};
            return true;
        }
    }
    // What a crash left of a beginning is begun again; where more lies, something is damaged.
    SlotOffset const behind{SlotIndex{0}, foundings * block_bytes_};
    bool const is_alone = medium_->slots() == 1 && is_zero(TRY(block_at(behind)));
    return is_alone ? Result<bool>{false} : damaged({});
}

Result<void> ObjectStore::scan_slot(SlotIndex slot) noexcept {
    std::uint64_t const end = medium_->geometry().segment_bytes;
    SlotOffset at{slot, slot.value == 0 ? foundings * block_bytes_ : 0};
    tail_slot_ = slot;
    tail_ = at.offset;
    bool in_gap = false; // counted already
    while (at.offset < end) {
        Bytes const block = TRY(block_at(at));
        auto const head = head_in(block, founding_, at);
        std::size_t const bytes =
            head ? whole_blocks(record_head_bytes + head->payload_bytes) : block_bytes_;
        if (head && bytes <= end - at.offset) {
            TRY(take_record(*head, at));
            tail_ = at.offset + bytes;
            in_gap = false;
        } else if (!in_gap && !is_zero(block)) {
            ++damaged_;
            in_gap = true;
        }
        at.offset += bytes;
    }
    return {};
}

Result<void> ObjectStore::take_record(RecordHead const& head, SlotOffset at) noexcept {
    if (unproved_) {
        ObjectRow const row = *unproved_;
        unproved_.reset();
        TRY(keep(row)); // something came behind it: it was whole once
    }
    if (head.kind == RecordKind::object) {
        return take_object(head, at);
    }
    ChunkRow const row{.name = head.name, .at = at, .bytes = head.payload_bytes};
    if (ChunkRow* const known = chunks_.find(head.name)) {
        *known = row; // it was mended
    } else if (chunks_.full()) {
        return fail(Code::table_full, limits_.chunks);
    } else {
        chunks_.add(row);
        content_bytes_ += row.bytes;
    }
    return {};
}

Result<void> ObjectStore::take_object(RecordHead const& head, SlotOffset at) noexcept {
    ObjectRow row{.id = head.name,
                  .at = at,
                  .bytes = head.content_bytes,
                  .owner = head.owner,
                  .list_bytes = head.payload_bytes};
    auto const list = load(RecordKind::object, row.id, at, row.list_bytes);
    if (!list && list.error().code != Code::object_damaged) {
        return std::unexpected{list.error()};
    }
    if (list) {
        return keep(row);
    }
    ++damaged_;
    row.damaged = true;
    unproved_ = row;
    return {};
}

Result<void> ObjectStore::keep(ObjectRow const& row) noexcept {
    if (ObjectRow* const known = objects_.find(row.id)) {
        *known = row.damaged ? *known : row;
        return {};
    }
    if (objects_.full()) {
        return fail(Code::table_full, limits_.objects);
    }
    objects_.add(row);
    return {};
}

Result<Bytes> ObjectStore::block_at(SlotOffset at) noexcept {
    bool const holds = window_holds_ && at.slot == window_at_.slot &&
                       at.offset >= window_at_.offset &&
                       at.offset - window_at_.offset < window_.size();
    if (!holds) {
        std::uint64_t const bytes =
            std::min<std::uint64_t>(window_.size(), medium_->geometry().segment_bytes - at.offset);
        window_holds_ = false;
        TRY(medium_->read(at, window_.first(bytes)));
        window_at_ = at;
        window_holds_ = true;
    }
    return Bytes{window_}.subspan(at.offset - window_at_.offset, block_bytes_);
}

// ── putting ────────────────────────────────────────────────────────────────────────────────────

Result<Hash256> ObjectStore::add_chunk(Bytes content) noexcept {
    AXIOM_ASSERT(!content.empty() && content.size() <= chunk_bytes_max);
    Hash256 const name = hash_bytes(*hashes_, context::content, content);
    ChunkRow* const known = chunks_.find(name);
    if (known != nullptr) {
        auto const there = chunk(name);
        if (there || there.error().code != Code::object_damaged) {
            return there ? Result<Hash256>{name} : std::unexpected{there.error()};
        }
    }
    if (known == nullptr && chunks_.full()) {
        return fail(Code::objects_full, limits_.chunks);
    }
    ChunkRow const row{
        .name = name,
        .at = TRY(append({.kind = RecordKind::chunk, .name = name, .payload = name}, content)),
        .bytes = static_cast<std::uint32_t>(content.size())};
    if (known != nullptr) {
        *known = row;
    } else {
        chunks_.add(row);
        content_bytes_ += row.bytes;
    }
    return name;
}

Result<ObjectStore::Added> ObjectStore::add_object(Hash256 const& id, std::uint64_t bytes,
                                                   std::uint64_t owner,
                                                   std::span<Hash256 const> chunks) noexcept {
    TRY(make_durable());
    Bytes const list{reinterpret_cast<std::byte const*>(chunks.data()), chunks.size_bytes()};
    ObjectRow* const known = objects_.find(id);
    if (known != nullptr && !known->damaged) {
        auto const there = load(RecordKind::object, id, known->at, known->list_bytes);
        if (there && equal_bytes(*there, list)) {
            return Added{.was_there = true};
        }
        if (!there && there.error().code != Code::object_damaged) {
            return std::unexpected{there.error()};
        }
    }
    if (known == nullptr && objects_.full()) {
        return fail(Code::objects_full, limits_.objects);
    }
    SlotOffset const at = TRY(append({.kind = RecordKind::object,
                                      .content_bytes = bytes,
                                      .owner = owner,
                                      .name = id,
                                      .payload = hash_bytes(*hashes_, context::content, list)},
                                     list));
    TRY(make_durable());
    ObjectRow const row{.id = id,
                        .at = at,
                        .bytes = bytes,
                        .owner = owner,
                        .list_bytes = static_cast<std::uint32_t>(list.size())};
    listed_ = {};
    if (known != nullptr) {
        *known = row;
    } else {
        objects_.add(row);
    }
    return Added{.was_there = known != nullptr};
}

Result<void> ObjectStore::make_durable() noexcept {
    if (dirty_) {
        TRY(medium_->flush());
        dirty_ = false;
    }
    return {};
}

Result<SlotOffset> ObjectStore::place_for(std::size_t record_bytes) noexcept {
    if (record_bytes > medium_->geometry().segment_bytes - tail_) {
        if (medium_->slots() >= limits_.slots) {
            return fail(Code::objects_full, limits_.slots);
        }
        tail_slot_ = TRY(medium_->extend());
        tail_ = 0;
    }
    return SlotOffset{tail_slot_, tail_};
}

Result<SlotOffset> ObjectStore::append(RecordHead head, Bytes payload) noexcept {
    std::size_t const bytes = whole_blocks(record_head_bytes + payload.size());
    SlotOffset const at = TRY(place_for(bytes));
    head.payload_bytes = static_cast<std::uint32_t>(payload.size());
    cached_ = {};
    window_holds_ = false;
    put_head(record_, head, founding_, at);
    copy_bytes(record_.subspan(record_head_bytes), payload);
    zero_bytes(record_.first(bytes).subspan(record_head_bytes + payload.size()));
    dirty_ = true;
    TRY(medium_->write(at, record_.first(bytes)));
    tail_ += bytes;
    return at;
}

// ── reading ────────────────────────────────────────────────────────────────────────────────────

Result<ObjectRow> ObjectStore::find(Hash256 const& id) noexcept {
    ObjectRow const* const row = objects_.find(id);
    return row != nullptr ? Result<ObjectRow>{*row} : fail(Code::no_such_row);
}

Result<void> ObjectStore::read(Hash256 const& id, std::uint64_t offset, MutableBytes to) noexcept {
    ObjectRow* const row = objects_.find(id);
    if (row == nullptr) {
        return fail(Code::no_such_row);
    }
    if (!range_fits(offset, to.size(), row->bytes)) {
        return fail(Code::out_of_range, offset, row->bytes);
    }
    TRY(use(*row));
    while (!to.empty()) {
        Bytes const content = TRY(chunk(list_name(offset / chunk_bytes_max)));
        std::size_t const within = offset % chunk_bytes_max;
        if (within >= content.size()) {
            return damaged(row->at);
        }
        std::size_t const bytes = std::min(to.size(), content.size() - within);
        copy_bytes(to, content.subspan(within, bytes));
        to = to.subspan(bytes);
        offset += bytes;
    }
    return {};
}

// Its list is at hand then, and its content was seen to be what its id says.
Result<void> ObjectStore::use(ObjectRow& row) noexcept {
    if (row.damaged) {
        return damaged(row.at);
    }
    if (listed_ != row.id) {
        listed_ = {};
        Bytes const list = TRY(load(RecordKind::object, row.id, row.at, row.list_bytes));
        if (list.size() > list_.size() || list.size() % sizeof(Hash256) != 0) {
            return damaged(row.at);
        }
        copy_bytes(list_, list);
        listed_ = row.id;
    }
    return row.proved ? Result<void>{} : prove(row);
}

Result<void> ObjectStore::prove(ObjectRow& row) noexcept {
    HashStream& stream = stream_.front();
    stream.begin();
    std::uint64_t bytes = 0;
    std::size_t const count = row.list_bytes / sizeof(Hash256);
    for (std::size_t index = 0; index < count; ++index) {
        Bytes const content = TRY(chunk(list_name(index)));
        if (index + 1 < count && content.size() != chunk_bytes_max) {
            return damaged(row.at);
        }
        stream.add(*hashes_, context::content, content);
        bytes += content.size();
    }
    if (bytes != row.bytes || stream.finish(*hashes_, context::content) != row.id) {
        return damaged(row.at);
    }
    row.proved = true;
    return {};
}

Result<Bytes> ObjectStore::chunk(Hash256 const& name) noexcept {
    ChunkRow const* const row = chunks_.find(name);
    if (row == nullptr) {
        return damaged({});
    }
    if (cached_ == name) {
        return Bytes{record_}.subspan(record_head_bytes, row->bytes);
    }
    Bytes const content = TRY(load(RecordKind::chunk, name, row->at, row->bytes));
    cached_ = name;
    return content;
}

Result<Bytes> ObjectStore::load(RecordKind kind, Hash256 const& name, SlotOffset at,
                                std::size_t payload_bytes) noexcept {
    cached_ = {};
    MutableBytes const record = record_.first(whole_blocks(record_head_bytes + payload_bytes));
    TRY(medium_->read(at, record));
    auto const head = head_in(record, founding_, at);
    bool const is_it = head && head->kind == kind && head->name == name &&
                       head->payload_bytes == payload_bytes &&
                       (kind == RecordKind::object || head->payload == name);
    Bytes const payload = Bytes{record}.subspan(record_head_bytes, payload_bytes);
    if (!is_it || hash_bytes(*hashes_, context::content, payload) != head->payload) {
        return damaged(at);
    }
    return payload;
}

StoreTotals ObjectStore::totals() noexcept {
    std::uint64_t const slot_bytes = medium_->geometry().segment_bytes;
    return {.objects = objects_.all().size(),
            .chunks = chunks_.all().size(),
            .content_bytes = content_bytes_,
            .medium_bytes = tail_slot_.value * slot_bytes + tail_,
            .medium_bytes_max = limits_.slots * slot_bytes,
            .damaged = damaged_};
}

std::size_t ObjectStore::whole_blocks(std::size_t bytes) const noexcept {
    return round_up(bytes, block_bytes_);
}

Hash256 ObjectStore::list_name(std::size_t index) const noexcept {
    Hash256 name;
    copy_bytes(name.bytes, Bytes{list_}.subspan(index * sizeof(Hash256), sizeof(Hash256)));
    return name;
}

} // namespace axiom::objects
