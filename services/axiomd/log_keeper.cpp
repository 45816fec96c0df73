#include <services/axiomd/log_keeper.hpp>

#include <algorithm>
#include <array>

#include <axiom/crypto/hash.hpp>
#include <axiom/log/genesis.hpp>
#include <axiom/log/log.hpp>
#include <axiom/store/log_writer.hpp>
#include <axiom/store/zero_behind.hpp>

namespace axiom::axiomd {

namespace {

constexpr std::uint32_t slots_max = 4096;
constexpr std::size_t state_bytes_max = std::size_t{5} << 20U;
constexpr RingSize genesis_ring{.bytes = 1U << 18U, .entries = 64};

// Every domain's state, entry by entry.
class ShadowReplay final : public EntrySink {
  public:
    ShadowReplay(HashEngine const& engine, MutableBytes storage,
                 std::optional<ShadowSet>& shadows) noexcept
        : engine_{&engine}, storage_{storage}, shadows_{&shadows} {}

    void entry(Ordered<Entry> const& entry) noexcept override {
        bool const is_genesis = entry.sequence() == Sequence{0};
        if (is_genesis && !*shadows_) {
            begin(entry.value());
        }
        if (*shadows_ && problem_.code == Code{}) {
            if (auto const applied = (*shadows_)->shadows().apply(entry); !applied) {
                problem_ = applied.error();
            }
        }
    }

    // What a pruned entry did to the state cannot be known from its leaf.
    void reduced(Sequence sequence, Hash256 const& /*leaf*/) noexcept override {
        if (problem_.code == Code{}) {
            problem_ = Error{Code::entry_missing, sequence.value};
        }
    }

    [[nodiscard]] Result<void> done() const noexcept {
        if (problem_.code != Code{}) {
            return std::unexpected{problem_};
        }
        return *shadows_ ? Result<void>{} : fail(Code::not_a_log);
    }

  private:
    void begin(Entry const& genesis) noexcept {
        auto const decoded = decode_whole<Genesis>(genesis.body);
        if (!decoded) {
            problem_ = decoded.error();
            return;
        }
        for (std::uint32_t const rows : rows_of(decoded->capacities)) {
            if (rows > capacity_max) {
                problem_ = Error{Code::out_of_range, rows, capacity_max};
                return;
            }
        }
        std::size_t const bytes = ShadowSet::bytes_for(decoded->capacities);
        if (bytes > storage_.size()) {
            problem_ = Error{Code::state_too_large, bytes, storage_.size()};
            return;
        }
        Arena arena{storage_};
        shadows_->emplace(*engine_, arena, decoded->capacities);
    }

    static std::array<std::uint32_t, 8> rows_of(Capacities const& of) noexcept {
        return {of.producers,  of.accounts, of.marks,         of.streams,
                of.principals, of.roles,    of.rate_counters, of.effects};
    }

    HashEngine const* engine_;
    MutableBytes storage_;
    std::optional<ShadowSet>* shadows_;
    Error problem_{};
};

std::size_t group_bytes(StoreGeometry const& geometry) noexcept {
    return store::LogWriter::buffer_bytes_min(geometry);
}

} // namespace

LogKeeper::LogKeeper(Store& store, HashEngine const& engine, Arena& arena) noexcept
    : store_{&store}, engine_{&engine}, map_{arena, slots_max},
      window_bytes_{arena.make<std::byte>(store::scan_window_bytes(store.geometry()))},
      window_{store, window_bytes_},
      group_bytes_{arena.make<std::byte>(group_bytes(store.geometry()))},
      state_bytes_{arena.make<std::byte>(state_bytes_max)} {}

std::size_t LogKeeper::bytes_for(StoreGeometry const& geometry) noexcept {
    return store::SegmentMap::bytes_for(slots_max) + store::scan_window_bytes(geometry) +
           group_bytes(geometry) + state_bytes_max;
}

Result<bool> LogKeeper::holds_log() noexcept {
    return store::acknowledges_anything(*engine_, window_);
}

Result<void> LogKeeper::create(Genesis const& genesis, WallTime time) noexcept {
    constexpr std::array<DomainInfo const*, 1> domains{&log_domain};
    std::size_t const wanted =
        LogState::bytes_for(genesis.capacities) + Log::bytes_for(genesis_ring);
    if (wanted > state_bytes_.size()) {
        return fail(Code::state_too_large, wanted);
    }
    Epoch const epoch{TRY(store_->claimed_epoch()).value + 1};
    TRY(store_->claim_epoch(epoch));
    TRY(clear_beginnings());
    Arena arena{state_bytes_};
    LogState state{arena, genesis.capacities};
    Log log{{.engine = engine_, .domains = domains, .ring = genesis_ring}, arena, state};
    TRY(log.begin(genesis, time));
    auto const block = log.drain({});
    AXIOM_ASSERT(block.has_value());
    chance_ = {.entropy = genesis.entropy, .time = time};
    context_ = {.watermark = Sequence{0}, .epoch = epoch, .boot = BootNumber{0}};
    builder_.emplace(*engine_, store_->geometry(), store::WritePosition{});
    TRY(add(*block));
    return finish();
}

Result<void> LogKeeper::open(Chance const& chance) noexcept {
    chance_ = chance;
    nonces_ = 0;
    window_.forget();
    Epoch const claimed = TRY(store_->claimed_epoch());
    TRY(store::find_segments(*engine_, window_, map_));
    shadows_.reset();
    ShadowReplay replay{*engine_, state_bytes_, shadows_};
    recovered_ = TRY(store::recover(*engine_, window_, map_, &replay));
    TRY(replay.done());
    if (shadows_->shadows().next() != recovered_.chain.next) {
        return fail(Code::not_a_log, recovered_.chain.next.value);
    }
    KeyRing const& keys = shadows_->log().keys();
    bool const has_key = !keys.recent.empty() && keys.current().key != Hash256{};
    if (chance.key && has_key && !is_sealed_by(*chance.key)) {
        return fail(Code::wrong_key, keys.current().since.value);
    }
    if (!store::claim_is_plausible(claimed, recovered_.chain.epoch)) {
        return fail(Code::claims_ahead, claimed.value, recovered_.chain.epoch.value);
    }
    Epoch const epoch{std::max(claimed.value, recovered_.chain.epoch.value) + 1};
    TRY(store_->claim_epoch(epoch));
    TRY(store_->flush()); // what was read may lie only in a cache; it is vouched for from now on
    if (!TRY(store::still_ends_so(*engine_, window_, map_, recovered_))) {
        return fail(Code::writer_alive, recovered_.chain.next.value, epoch.value);
    }
    context_ = {
        .watermark = recovered_.chain.next, .epoch = epoch, .boot = shadows_->log().boot_number()};
    store::SegmentPlace const& last = map_.segments()[recovered_.last_segment];
    builder_.emplace(*engine_, store_->geometry(),
                     store::WritePosition{.slot = last.slot,
                                          .segment = last.header,
                                          .offset = recovered_.end_offset,
                                          .chain = recovered_.chain});
    free_slot_ = 0;
    repaired_.reset();
    if (recovered_.torn) {
        repaired_ = Repaired{.next = recovered_.chain.next,
                             .bytes_cut = recovered_.bytes_beyond,
                             .segment = static_cast<std::uint32_t>(recovered_.last_segment)};
    }
    if (!recovered_.ended_in_order) {
        builder_->abandon_segment(); // an older writer may still write to it
    }
    return {};
}

bool LogKeeper::is_sealed_by(Hash256 const& key) const noexcept {
    KeyRing const& keys = shadows_->log().keys();
    return !keys.recent.empty() && keys.current().key == key;
}

Result<std::size_t> LogKeeper::put_attach(MutableBytes to) noexcept {
    constexpr std::size_t head_bytes = sizeof(kernel::AttachHead);
    if (to.size() < head_bytes) {
        return fail(Code::no_room);
    }
    Writer writer{to.subspan(head_bytes)};
    TRY(shadows_->log().save(writer));
    kernel::AttachHead const head{.next = recovered_.chain.next.value,
                                  .epoch = context_.epoch.value,
                                  .time = chance_.time.value,
                                  .state_bytes = static_cast<std::uint32_t>(writer.size()),
                                  .head = recovered_.chain.head,
                                  .entropy = chance_.entropy};
    copy_bytes(to, std::as_bytes(std::span{&head, 1}));
    return head_bytes + writer.size();
}

Result<void> LogKeeper::store_block(Bytes drained) noexcept {
    kernel::DrainHead head{};
    copy_bytes(std::as_writable_bytes(std::span{&head, 1}), drained.first(sizeof head));
    std::array<Hash256, kernel::drain_entries_max> leaves{};
    std::array<std::byte const*, kernel::drain_entries_max> entries{};
    if (head.count == 0 || head.count > leaves.size() || head.attachments != 0) {
        return fail(Code::out_of_range, head.first, head.attachments);
    }
    ShadowReplay shadows{*engine_, {}, shadows_};
    TRY(EntryCursor::deliver_run(entries_of(drained), Sequence{head.first}, shadows));
    TRY(shadows.done());
    context_.boot = shadows_->log().boot_number(); // another one only if the block begins it
    Bytes rest = drained.subspan(sizeof head);
    std::size_t const leaf_bytes = head.count * sizeof(Hash256);
    copy_bytes(std::as_writable_bytes(std::span{leaves}), rest.first(leaf_bytes));
    rest = rest.subspan(leaf_bytes);
    for (std::uint32_t index = 0; index < head.count; ++index) {
        auto const body =
            load_le<std::uint32_t>(rest.subspan(offsetof(EntryHeader, body_bytes), 4));
        entries[index] = rest.data();
        rest = rest.subspan(entry_bytes(body));
    }
    return add({.first = Sequence{head.first},
                .previous_head = head.previous_head,
                .head = head.head,
                .entries = std::span{entries}.first(head.count),
                .leaves = std::span{leaves}.first(head.count),
                .entries_bytes = static_cast<std::size_t>(head.entries_bytes),
                .attachments_bytes = 0,
                .attachments = 0});
}

Bytes LogKeeper::entries_of(Bytes drained) noexcept {
    kernel::DrainHead head{};
    copy_bytes(std::as_writable_bytes(std::span{&head, 1}), drained.first(sizeof head));
    return drained.subspan(sizeof head + head.count * sizeof(Hash256),
                           static_cast<std::size_t>(head.entries_bytes));
}

Result<void> LogKeeper::add(DrainedBlock const& block) noexcept {
    builder_->begin(group_bytes_);
    if (block.entries_bytes > builder_->room()) {
        TRY(begin_segment());
        builder_->begin(group_bytes_);
    }
    builder_->add(block, {}, context_);
    TRY(write_group());
    context_.watermark = block.end();
    return clean_up();
}

Result<void> LogKeeper::begin_segment() noexcept {
    SlotIndex slot{};
    bool found = false;
    auto const free = map_.free_slots();
    while (!found && free_slot_ < free.size()) {
        slot = free[free_slot_++];
        found = TRY(store::slot_is_zero(window_, slot));
    }
    if (!found) {
        slot = TRY(store_->extend());
    }
    Hash256 nonce = chance_.entropy;
    std::uint64_t const number = ++nonces_; // each segment's is another
    for (std::size_t byte = 0; byte < sizeof number; ++byte) {
        nonce.bytes[byte] ^= static_cast<std::byte>(number >> (8 * byte));
    }
    builder_->roll({.slot = slot, .nonce = nonce}, context_);
    return {};
}

Result<void> LogKeeper::write_group() noexcept {
    store::Group const group = builder_->finish();
    TRY(store_->write(group.at, group.bytes));
    return store_->flush();
}

// What a torn tail or a fenced writer left behind a segment's end is made to read as zeros, once
// the next segment says where that end is.
Result<void> LogKeeper::clean_up() noexcept {
    if (!recovered_.torn && recovered_.late_segments == 0) {
        return {};
    }
    TRY(map_.load(*engine_, window_));
    auto const segments = map_.segments();
    MutableBytes const block = group_bytes_.first(store_->geometry().storage_block_bytes);
    for (std::size_t at = 0; at + 1 < segments.size() && recovered_.late_segments != 0; ++at) {
        store::SegmentHeader const& next = segments[at + 1].header;
        if (next.epoch > segments[at].header.epoch) { // its writer may have been fenced off there
            TRY(store::zero_behind(*store_, segments[at].slot, next.previous_end, block));
        }
    }
    if (recovered_.torn) {
        TRY(store::zero_behind(*store_, segments[recovered_.last_segment].slot,
                               recovered_.end_offset, block));
    }
    recovered_.torn = false;
    recovered_.late_segments = 0;
    free_slot_ = 0;
    return store_->flush();
}

// A writer that ended before its genesis was durable has left another log's first segment.
Result<void> LogKeeper::clear_beginnings() noexcept {
    for (std::uint32_t slot = 0; slot < store_->slots(); ++slot) {
        TRY(store_->discard({.slot = SlotIndex{slot}, .offset = 0}));
    }
    return store_->flush();
}

Result<void> LogKeeper::finish() noexcept {
    builder_->begin(group_bytes_);
    if (!builder_->has_room_for_watermark()) {
        TRY(begin_segment());
        builder_->begin(group_bytes_);
    }
    builder_->add_watermark(store::FrameType::end, context_);
    return write_group();
}

} // namespace axiom::axiomd
