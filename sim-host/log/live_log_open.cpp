// How a log is created, recovered and taken over; see sim-host/log/live_log.hpp.

#include <sim-host/log/live_log.hpp>

#include <algorithm>
#include <cstdlib>
#include <new>

#include <axiom/store/zero_behind.hpp>
#include <sim-host/log/late_writes.hpp>
#include <sim-host/log/pruning.hpp>

namespace axiom::host {

namespace {

// Attachments that may be missing at a time before recovery walks the log again: 1.5 MiB.
constexpr std::size_t missing_room = 65536;

std::size_t group_buffer_bytes(StoreGeometry const& geometry, LiveLogOptions const& options) {
    std::size_t const block = geometry.storage_block_bytes;
    return std::max(round_up<std::size_t>(options.group_bytes, block),
                    store::LogWriter::buffer_bytes_min(geometry));
}

} // namespace

LiveLog::LiveLog(Store& store, LiveLogOptions const& options) : store_{&store}, options_{options} {
    std::size_t const bytes = group_buffer_bytes(store.geometry(), options);
    for (auto& buffer : buffers_) {
        auto* const memory =
            static_cast<std::byte*>(std::aligned_alloc(4096, round_up<std::size_t>(bytes, 4096)));
        if (memory == nullptr) {
            throw std::bad_alloc{};
        }
        buffer.emplace(Buffer{{memory, &std::free}, {memory, bytes}});
    }
}

LiveLog::~LiveLog() {
    if (log_ && log_->attached() && !failure_) {
        static_cast<void>(close());
    }
    dismiss_helpers();
}

void LiveLog::start(store::WritePosition const& position, Epoch epoch) {
    arena_ = std::make_unique<OwnedArena>(Log::bytes_for(options_.ring) +
                                          store::LogWriter::bytes_for(options_.attachments));
    Arena arena = arena_->arena();
    log_ = std::make_unique<Log>(
        LogConfig{.engine = options_.engine, .domains = options_.domains, .ring = options_.ring},
        arena, *state_);
    writer_ = std::make_unique<store::LogWriter>(*options_.engine, store_->geometry(), position,
                                                 arena, options_.attachments);
    durable_ = position.chain;
    epoch_ = epoch;
}

Result<void> LiveLog::create(Store& store, LiveLogOptions const& options, Genesis const& genesis) {
    if (!capacities_make_sense(genesis.capacities)) {
        return fail(Code::out_of_range);
    }
    std::unique_ptr<LiveLog> const live{new LiveLog{store, options}}; // stacks may be small
    TRY(live->claim_empty_medium());
    live->state_arena_ = std::make_unique<OwnedArena>(LogState::bytes_for(genesis.capacities));
    Arena arena = live->state_arena_->arena();
    live->state_ = std::make_unique<LogState>(arena, genesis.capacities);
    Epoch const epoch{TRY(store.claimed_epoch()).value + 1};
    TRY(store.claim_epoch(epoch));
    live->start({}, epoch);
    TRY(live->log_->begin(genesis, options.now()));
    return live->close();
}

// A creation that was cut short leaves slots behind that acknowledge nothing; they are used again.
Result<void> LiveLog::claim_empty_medium() {
    std::vector<std::byte> buffer(store::scan_window_bytes(store_->geometry()));
    store::SegmentWindow window{*store_, buffer};
    if (TRY(store::acknowledges_anything(*options_.engine, window))) {
        return fail(Code::already_exists);
    }
    for (std::uint32_t slot = 0; slot < store_->slots(); ++slot) {
        TRY(store_->discard({SlotIndex{slot}, 0}));
        free_slots_.push_back(SlotIndex{slot});
    }
    return store_->slots() == 0 ? Result<void>{} : store_->flush();
}

Result<std::unique_ptr<LiveLog>> LiveLog::open(Store& store, LiveLogOptions const& options,
                                               EntrySink* replay, SnapshotStart* snapshot) {
    OwnedArena map_arena{store::SegmentMap::bytes_for(options.slots_max)};
    Arena arena = map_arena.arena();
    store::SegmentMap map{arena, options.slots_max};
    std::vector<std::byte> buffer(store::scan_window_bytes(store.geometry()));
    store::SegmentWindow window{store, buffer};

    std::unique_ptr<LiveLog> live{new LiveLog{store, options}};
    TRY(live->take_over(map, window, replay, snapshot));
    return live;
}

Result<void> LiveLog::fork(Store& store, LiveLogOptions const& options, ForkWish const& wish,
                           SnapshotStart* snapshot) {
    if (wish.reason.size() > fork_reason_bytes_max) {
        return fail(Code::too_long, wish.reason.size());
    }
    OwnedArena map_arena{store::SegmentMap::bytes_for(options.slots_max)};
    Arena arena = map_arena.arena();
    store::SegmentMap map{arena, options.slots_max};
    std::vector<std::byte> buffer(store::scan_window_bytes(store.geometry()));
    store::SegmentWindow window{store, buffer};

    LiveLog live{store, options};
    TRY(live.recover(map, window, nullptr, snapshot));
    TRY(live.begin_fork(wish));
    TRY(live.record_repair());
    TRY(live.commit(live.log_->next_sequence()));
    TRY(live.clean_up_after(map));
    return live.close();
}

// Walks the whole log, and applies what the snapshot does not stand for.
Result<void> LiveLog::rebuild(store::SegmentMap const& map, store::SegmentWindow& window,
                              EntrySink* replay, SnapshotStart* snapshot) {
    LogReplay log_replay{replay, options_.state_bytes_max};
    if (snapshot != nullptr) {
        snapshot->find(*options_.engine, window, map, options_.state_bytes_max);
        if (snapshot->sequence()) {
            TRY(log_replay.begin_behind(snapshot->log_state()));
        }
    }
    std::vector<store::MissingAttachment> missing(missing_room);
    auto const links = std::make_unique<store::LinkFold>();
    recovered_ = TRY(store::recover(*options_.engine, window, map, &log_replay,
                                    {.missing = missing, .links = links.get()}));
    if (snapshot != nullptr) {
        TRY(snapshot->check_end(*options_.engine, window, map, recovered_.chain));
    }
    if (log_replay.refused()) {
        return std::unexpected(*log_replay.refused());
    }
    if (log_replay.missing()) {
        return std::unexpected(*log_replay.missing());
    }
    state_arena_ = log_replay.take_arena();
    state_ = log_replay.take_state();
    if (state_ == nullptr || state_->next() != recovered_.chain.next) {
        return fail(Code::not_a_log);
    }
    return {};
}

// What `Prune` entries promised, as far as the state that this reduction began at stands for it.
std::vector<PrunedRange> LiveLog::payable_prunes(SnapshotStart const* snapshot) const {
    std::vector<PrunedRange> ranges;
    if (snapshot != nullptr && snapshot->sequence()) {
        for (PrunedRange const& range : state_->facts().pruned) {
            if (range.end.value <= snapshot->sequence()->value + 1) {
                ranges.push_back(range);
            }
        }
    }
    return ranges;
}

Result<bool> LiveLog::owes_any(std::span<PrunedRange const> ranges) {
    for (PrunedRange const& range : ranges) {
        if (TRY(find_prunable(*store_, *options_.engine, range)).leaves.count != 0) {
            return true;
        }
    }
    return false;
}

// Completes what a crash left undone. Without room it stays owed.
Result<void> LiveLog::pay_prunes(std::span<PrunedRange const> ranges) {
    auto const paid = complete_prunes(*store_, {.engine = options_.engine,
                                                .entropy = options_.entropy,
                                                .ranges = ranges,
                                                .use_free_slots = recovered_.ended_in_order,
                                                .before_bytes_go = options_.before_bytes_go});
    if (!paid) {
        return paid.error().code == Code::store_full ? Result<void>{}
                                                     : std::unexpected(paid.error());
    }
    pruned_on_opening_ = paid->entries;
    return {};
}

// Whatever an older writer still acknowledges after the claim, it refuses; whatever it acknowledged
// before lies there to be read, and must be what was read already. The medium's header may have
// been made anew: then the log's own records know of higher epochs.
Result<Epoch> LiveLog::fence_older_writer(Epoch claimed, store::SegmentMap& map,
                                          store::SegmentWindow& window) {
    Epoch const epoch{std::max(claimed.value, recovered_.chain.epoch.value) + 1};
    TRY(store_->claim_epoch(epoch));
    // What was read may still lie only in a cache; what is vouched for from now on must not.
    TRY(store_->flush());
    if (!TRY(store::still_ends_so(*options_.engine, window, map, recovered_))) {
        return fail(Code::writer_alive, recovered_.chain.next.value, epoch.value);
    }
    return epoch;
}

// Everything up to the log's first own entry. What is refused is refused before anything is
// written; then an older writer is fenced off, and what pruning owes is paid.
Result<void> LiveLog::recover(store::SegmentMap& map, store::SegmentWindow& window,
                              EntrySink* replay, SnapshotStart* snapshot) {
    Epoch const claimed = TRY(store_->claimed_epoch());
    if (claimed.value == ~std::uint64_t{0}) {
        return fail(Code::claims_ahead, claimed.value); // there is none above it
    }
    TRY(store::find_segments(*options_.engine, window, map));
    TRY(rebuild(map, window, replay, snapshot));
    if (!store::claim_is_plausible(claimed, recovered_.chain.epoch)) {
        // Not followed: such an epoch would come into the log for good, and leave none above it.
        return fail(Code::claims_ahead, claimed.value, recovered_.chain.epoch.value);
    }
    if (options_.admit) {
        TRY(options_.admit(*state_));
    }
    // What is owed may be paid by anybody: it may give back the room that is wanting.
    std::vector<PrunedRange> const payable = payable_prunes(snapshot);
    TRY(make_up_reserve(map, window));
    if (full_ && !options_.may_use_reserve && !TRY(owes_any(payable))) {
        return fail(Code::log_full, recovered_.chain.next.value);
    }
    Epoch const epoch = TRY(fence_older_writer(claimed, map, window));
    if (!payable.empty()) {
        TRY(pay_prunes(payable));
        TRY(map.load(*options_.engine, window));
    }
    if (full_) {
        TRY(make_up_reserve(map, window));
        if (full_ && !options_.may_use_reserve) {
            return fail(Code::log_full, recovered_.chain.next.value);
        }
    }

    store::SegmentPlace const& last = map.segments()[recovered_.last_segment];
    TRY(take_free_slots(map, window));
    start({.slot = last.slot,
           .segment = last.header,
           .offset = recovered_.end_offset,
           .chain = recovered_.chain},
          epoch);
    if (full_) {
        no_slot_ = Error{Code::store_full};
        log_->nearly_full(true);
    }
    if (!recovered_.ended_in_order) {
        // Only a writer that stopped in order leaves a segment that nobody else may still write to.
        writer_->abandon_segment();
    }
    return {};
}

Result<void> LiveLog::begin_boot() {
    Boot boot{.boot = BootNumber{state_->boot_number().value + 1},
              .epoch = epoch_,
              .previous_head = recovered_.chain.head,
              .archive_digest = options_.archive_digest,
              .log_state = state_->root(*options_.engine),
              .domains = state_->facts().versions};
    TRY(options_.entropy->fill(boot.entropy.bytes));
    return log_->attach({.next = recovered_.chain.next, .head = recovered_.chain.head}, boot,
                        options_.now());
}

Result<void> LiveLog::begin_fork(ForkWish const& wish) {
    Fork fork{.parent_head = recovered_.chain.head,
              .checkpoint_key = key_hash(wish.checkpoint_key),
              .reason = wish.reason};
    TRY(options_.entropy->fill(fork.entropy.bytes));
    return log_->begin_fork({.next = recovered_.chain.next, .head = recovered_.chain.head}, fork,
                            options_.now());
}

// The entry that says what recovery cut.
Result<void> LiveLog::record_repair() {
    if (!recovered_.torn) {
        return {};
    }
    Repaired const repaired{.next = recovered_.chain.next,
                            .bytes_cut = recovered_.bytes_beyond,
                            .segment = static_cast<std::uint32_t>(recovered_.last_segment)};
    std::array<std::byte, 64> room;
    Bytes const body = TRY(encode_whole(MutableBytes{room}, repaired));
    TRY(log_->append({.domain = DomainNumber::log,
                      .kind = static_cast<std::uint16_t>(LogKind::repaired),
                      .urgency = Urgency::giving_up,
                      .caller = {.account = recovery_account},
                      .time = options_.now(),
                      .body = body}));
    return {};
}

Result<void> LiveLog::take_over(store::SegmentMap& map, store::SegmentWindow& window,
                                EntrySink* replay, SnapshotStart* snapshot) {
    TRY(recover(map, window, replay, snapshot));
    TRY(begin_boot());
    SubscriberIndex const opening = TRY(log_->subscribe(Delivery::ordered));
    TRY(record_repair());
    watermark_.store(log_->watermark().value, std::memory_order_release);
    recorded_watermark_ = log_->watermark();
    TRY(commit(log_->next_sequence()));
    while (auto const entry = log_->next(opening)) {
        if (replay != nullptr) {
            replay->entry(*entry);
        }
    }
    log_->unsubscribe(opening);
    TRY(clean_up_after(map));
    if (options_.background) {
        for (std::jthread& helper : helpers_) {
            helper = std::jthread{[this](std::stop_token const& stop) { serve(stop); }};
        }
    }
    return {};
}

// What a torn tail or a fenced writer left behind a segment's end is made to read as zeros, once
// the next segment says where that end is.
Result<void> LiveLog::clean_up_after(store::SegmentMap const& map) {
    if (recovered_.late_segments != 0) {
        TRY(zero_late_writes(*store_, *options_.engine, map, map.segments()));
    }
    if (recovered_.torn) {
        SlotIndex const slot = map.segments()[recovered_.last_segment].slot;
        std::vector<std::byte> block(store_->geometry().storage_block_bytes);
        TRY(store::zero_behind(*store_, slot, recovered_.end_offset, block));
    }
    return recovered_.torn || recovered_.late_segments != 0 ? store_->flush() : Result<void>{};
}

} // namespace axiom::host
