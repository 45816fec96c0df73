// How a log is created, recovered and taken over; see sim-host/log/live_log.hpp.

#include <sim-host/log/live_log.hpp>

#include <algorithm>
#include <cstdlib>
#include <new>

namespace axiom::host {

namespace {

std::size_t window_bytes(StoreGeometry const& geometry) {
    std::size_t const block = geometry.storage_block_bytes;
    return round_up<std::size_t>(store::frame_bytes_max, block) + block;
}

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
    if (log_ && !failure_) {
        static_cast<void>(close());
    }
    helper_.request_stop();
    work_.notify_all();
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

// Makes the slot for the segment after this one ready, with the mutex free meanwhile.
Result<void> LiveLog::prepare_segment(Lock& lock) {
    preparing_ = true;
    lock.unlock();
    auto const next = next_segment();
    lock.lock();
    preparing_ = false;
    if (next) {
        writer_->offer(*next);
    } else {
        // The segment that is being written is the last: what it has left is for recovery, pruning
        // and giving up.
        no_more_slots_ = true;
        log_->nearly_full(true);
    }
    announce();
    return next ? Result<void>{} : std::unexpected(next.error());
}

// A slot for the segment after this one: a free one if there is, else a new one.
Result<store::NewSegment> LiveLog::next_segment() {
    store::NewSegment next{};
    TRY(options_.entropy->fill(next.nonce.bytes));
    if (free_slots_.empty()) {
        next.slot = TRY(store_->extend());
    } else {
        next.slot = free_slots_.back();
        free_slots_.pop_back();
    }
    return next;
}

// The slots that hold nothing may still hold what a torn write left behind a header that never
// came.
Result<void> LiveLog::take_free_slots(store::SegmentMap const& map) {
    bool const may_be_dirty = !recovered_.ended_in_order || map.damaged_slots() != 0;
    for (SlotIndex const slot : map.free_slots()) {
        if (may_be_dirty) {
            TRY(store_->discard({slot, 0}));
        }
        free_slots_.push_back(slot);
    }
    return may_be_dirty ? store_->flush() : Result<void>{};
}

Result<void> LiveLog::create(Store& store, LiveLogOptions const& options, Genesis const& genesis) {
    if (!capacities_make_sense(genesis.capacities)) {
        return fail(Code::out_of_range);
    }
    LiveLog live{store, options};
    TRY(live.claim_empty_medium());
    live.state_arena_ = std::make_unique<OwnedArena>(LogState::bytes_for(genesis.capacities));
    Arena arena = live.state_arena_->arena();
    live.state_ = std::make_unique<LogState>(arena, genesis.capacities);
    Epoch const epoch{TRY(store.claimed_epoch()).value + 1};
    TRY(store.claim_epoch(epoch));
    live.start({}, epoch);
    TRY(live.log_->begin(genesis, options.now()));
    return live.close();
}

// A creation that was cut short leaves slots behind that acknowledge nothing; they are used again.
Result<void> LiveLog::claim_empty_medium() {
    std::vector<std::byte> buffer(window_bytes(store_->geometry()));
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
                                               EntrySink* replay) {
    OwnedArena map_arena{store::SegmentMap::bytes_for(options.slots_max)};
    Arena arena = map_arena.arena();
    store::SegmentMap map{arena, options.slots_max};
    std::vector<std::byte> buffer(window_bytes(store.geometry()));
    store::SegmentWindow window{store, buffer};
    TRY(map.load(*options.engine, window));

    std::unique_ptr<LiveLog> live{new LiveLog{store, options}};
    TRY(live->take_over(map, replay, window));
    return live;
}

Result<void> LiveLog::take_over(store::SegmentMap const& map, EntrySink* replay,
                                store::SegmentWindow& window) {
    // What is read now may still lie only in a cache; what is vouched for below must not.
    TRY(store_->flush());
    LogReplay log_replay{replay};
    recovered_ = TRY(store::recover(*options_.engine, window, map, &log_replay));
    state_arena_ = log_replay.take_arena();
    state_ = log_replay.take_state();
    if (state_ == nullptr || state_->next() != recovered_.chain.next) {
        return fail(Code::not_a_log);
    }

    store::SegmentPlace const& last = map.segments()[recovered_.last_segment];
    Epoch const epoch{std::max(TRY(store_->claimed_epoch()), recovered_.chain.epoch).value + 1};
    TRY(store_->claim_epoch(epoch));
    TRY(take_free_slots(map));
    start({.slot = last.slot,
           .segment = last.header,
           .offset = recovered_.end_offset,
           .chain = recovered_.chain},
          epoch);
    if (!recovered_.ended_in_order) {
        // Only a writer that stopped in order leaves a segment that nobody else may still write to.
        writer_->abandon_segment();
    }

    Boot boot{.boot = BootNumber{state_->boot_number().value + 1},
              .epoch = epoch,
              .previous_head = recovered_.chain.head,
              .archive_digest = options_.archive_digest,
              .log_state = state_->root(*options_.engine),
              .domains = state_->facts().versions};
    TRY(options_.entropy->fill(boot.entropy.bytes));
    TRY(log_->attach({.next = recovered_.chain.next, .head = recovered_.chain.head}, boot,
                     options_.now()));
    SubscriberIndex const opening = TRY(log_->subscribe(Delivery::ordered));
    if (recovered_.torn) {
        Repaired const repaired{.next = recovered_.chain.next,
                                .bytes_cut = recovered_.bytes_beyond,
                                .segment = static_cast<std::uint32_t>(recovered_.last_segment)};
        std::array<std::byte, 64> body;
        TRY(log_->append({.domain = DomainNumber::log,
                          .kind = static_cast<std::uint16_t>(LogKind::repaired),
                          .urgency = Urgency::giving_up,
                          .caller = {.account = recovery_account},
                          .time = options_.now(),
                          .body = TRY(encode_whole(MutableBytes{body}, repaired))}));
    }
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
        helper_ = std::jthread{[this](std::stop_token const& stop) { serve(stop); }};
    }
    return {};
}

// What the torn tail left is made to read as zeros, once the new segment says where the old one
// ends.
Result<void> LiveLog::clean_up_after(store::SegmentMap const& map) {
    if (!recovered_.torn && recovered_.late_segments == 0) {
        return {};
    }
    store::SegmentPlace const& last = map.segments()[recovered_.last_segment];
    TRY(store_->discard({last.slot, recovered_.end_offset}));
    return store_->flush();
}

} // namespace axiom::host
