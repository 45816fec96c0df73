// System calls by which the log and the SysLog leave the kernel.
//
//     log_attach ──▶ log_drain ──▶ store, flush ──▶ log_drain(durable) ──▶ …
//                    syslog_drain ──▶ a batch, kept outside; its seal is an entry
//
// Whoever makes them is trusted to keep what it is given, not with what is in it. Every check comes
// before the first change. A turn hashes at most what abi/log.hpp says; that is what the authority
// lock is held for.

#include <kernel/core/kernel.hpp>

#include <algorithm>

#include <axiom/base/mutant.hpp>
#include <axiom/codec/reader.hpp>

namespace axiom::kernel {

namespace {

constexpr std::uint8_t region_argument = 1;

template <class T> Bytes bytes_of_form(T const& form) noexcept {
    return std::as_bytes(std::span{&form, 1});
}

// What a drained block is written as, piece by piece.
class BlockPieces {
  public:
    BlockPieces(DrainHead const& head, DrainedBlock const& block) noexcept
        : head_{&head}, block_{&block} {}

    [[nodiscard]] static std::uint64_t bytes_of(DrainedBlock const& block) noexcept {
        return sizeof(DrainHead) + std::uint64_t{block.leaves.size_bytes()} + block.entries_bytes;
    }

    Bytes operator()() noexcept {
        std::size_t const piece = next_++;
        if (piece == 0) {
            return bytes_of_form(*head_);
        }
        if (piece == 1) {
            return std::as_bytes(block_->leaves);
        }
        if (piece - 2 >= block_->entries.size()) {
            return {};
        }
        std::byte const* const entry = block_->entries[piece - 2];
        auto const body = load_le<std::uint32_t>({entry + offsetof(EntryHeader, body_bytes), 4});
        return {entry, entry_bytes(body)};
    }

  private:
    DrainHead const* head_;
    DrainedBlock const* block_;
    std::size_t next_{};
};

// So much that a block of it fits the region.
DrainLimit limit_for(std::uint64_t region_bytes) noexcept {
    std::uint64_t const fixed = sizeof(DrainHead) + drain_entries_max * sizeof(Hash256);
    std::uint64_t const room = region_bytes > fixed ? region_bytes - fixed : 0;
    auto const bytes = static_cast<std::size_t>(std::min<std::uint64_t>(room, drain_bytes_max));
    return {.entries_max = drain_entries_max,
            .entries_bytes_max = bytes,
            .total_bytes_max = ~std::size_t{0}};
}

} // namespace

// Of a region of memory: the kernel reads or writes there for its holder, who may do as much.
Answer<RegionMemory> Kernel::memory_of(Turn const& turn, CallFrame const& frame,
                                       std::uint8_t argument, Rights rights) noexcept {
    auto const region = TRY(look_up(turn, frame, {argument, ObjectType::region, rights}));
    if (state().regions().row(region.object.row.index).device) {
        return refuse(Check::type, argument);
    }
    return RegionMemory{*machine_, chains_, region_frames_[region.object.row.index]};
}

// log, region, notification or all ones
Outcome Kernel::on_log_attach(Turn& turn, CallFrame const& frame) noexcept {
    constexpr std::uint8_t notification_argument = 2;
    constexpr std::uint64_t none = ~std::uint64_t{0};
    if (!take_authority(turn)) {
        return waits;
    }
    static_cast<void>(TRY(look_up(turn, frame, {0, ObjectType::log, right::manage})));
    auto const memory = TRY(memory_of(turn, frame, region_argument, right::read));
    SlotView wakes{};
    if (frame.arguments[2] != none) {
        wakes = TRY(
            look_up(turn, frame, {notification_argument, ObjectType::notification, right::write}));
    }
    if (log_side_.parts.state == nullptr) {
        return refused_by_log(Code::log_stopped);
    }
    AttachHead head{};
    memory.read(0, std::as_writable_bytes(std::span{&head, 1}));
    bool const fits = head.state_bytes <= log_side_.staging.size() &&
                      range_fits(sizeof(head), head.state_bytes, memory.bytes());
    if (!fits || head.unused != 0) {
        return refuse(Check::range, region_argument, head.state_bytes);
    }
    MutableBytes const state_bytes = log_side_.staging.first(head.state_bytes);
    memory.read(sizeof(head), state_bytes);
    TRY(attach_log(head, state_bytes));
    log_side_.wakes = wakes;
    log_side_.is_armed = false; // what is there already is drained without being asked
    log_side_.sealer = turn.thread->process;
    turn.thread->actor.sealer = true;
    turn.thread->caller = CallerWords{turn.thread->actor};
    return CallAnswer{.words = {log_->next_sequence().value}};
}

Answer<void> Kernel::attach_log(AttachHead const& head, Bytes state_bytes) noexcept {
    LogState& known = *log_side_.parts.state;
    AttachPoint const point{.next = Sequence{head.next}, .head = head.head};
    Epoch const epoch{head.epoch};
    WallTime const time{head.time};
    if (log_->attached()) {
        if (epoch <= known.epoch() && !AXIOM_MUTANT(old_epoch_attached)) {
            return refused_by_log(Code::fenced);
        }
        auto const attached = log_->reattach(point, epoch, time);
        return attached ? Answer<void>{} : refused_by_log(attached.error().code);
    }
    auto const attached = attach_first(head, state_bytes);
    if (!attached && !AXIOM_MUTANT(refused_state_kept)) {
        known.clear(); // as it was, whatever was given
    }
    return attached;
}

// The log's own state first: what the entries that were held mean to it rests on that.
Answer<void> Kernel::attach_first(AttachHead const& head, Bytes state_bytes) noexcept {
    LogState& known = *log_side_.parts.state;
    Reader reader{state_bytes};
    known.clear();
    auto loaded = known.load(reader);
    if (loaded) {
        loaded = reader.finish();
    }
    if (!loaded) {
        return refused_by_log(loaded.error().code, region_argument);
    }
    Epoch const epoch{head.epoch};
    if (epoch <= known.epoch() && !AXIOM_MUTANT(old_epoch_attached)) {
        return refused_by_log(Code::fenced);
    }
    BootNumber const number{known.boot_number().value + 1};
    Boot const boot{.boot = number,
                    .epoch = epoch,
                    .previous_head = head.head,
                    .image_digest = log_side_.parts.identity.image_digest,
                    .archive_digest = log_side_.parts.identity.archive_digest,
                    .entropy = head.entropy,
                    .log_state = known.root(*log_side_.parts.engine),
                    .domains = log_side_.parts.identity.domains};
    AttachPoint const point{.next = Sequence{head.next}, .head = head.head};
    if (auto const attached = log_->attach(point, boot, WallTime{head.time}); !attached) {
        return refused_by_log(attached.error().code);
    }
    if (!AXIOM_MUTANT(attached_at_zero)) {
        authority_.tick(known.now()); // nothing expires: what does is not made before
    }
    if (syslog_ != nullptr) {
        syslog_->attach(number);
    }
    return {};
}

// log, region, durable through, the store
Outcome Kernel::on_log_drain(Turn& turn, CallFrame const& frame) noexcept {
    constexpr std::uint8_t durable_argument = 2;
    constexpr std::uint8_t store_argument = 3;
    if (!take_authority(turn)) {
        return waits;
    }
    static_cast<void>(TRY(look_up(turn, frame, {0, ObjectType::log, right::read})));
    auto const memory = TRY(memory_of(turn, frame, region_argument, right::write));
    if (!log_->attached()) {
        return refused_by_log(Code::log_detached);
    }
    Sequence const durable{frame.arguments[2]};
    if ((durable < log_->watermark() || durable > log_->drained()) &&
        !AXIOM_MUTANT(durable_unchecked)) {
        return refuse(Check::argument, durable_argument, log_->drained().value);
    }
    std::uint64_t const store = frame.arguments[3];
    if (store > static_cast<std::uint64_t>(StoreState::failed)) {
        return refuse(Check::argument, store_argument);
    }
    bool const failed = store == static_cast<std::uint64_t>(StoreState::failed);
    auto block = failed ? std::nullopt : log_->begin_drain(limit_for(memory.bytes()));
    if (block && BlockPieces::bytes_of(*block) > memory.bytes()) {
        return refuse(Check::range, region_argument, BlockPieces::bytes_of(*block));
    }
    log_->durable_through(durable);
    end_durable_waits(turn);
    log_->nearly_full(store != static_cast<std::uint64_t>(StoreState::sound));
    if (failed) {
        log_->stop();
    }
    CallAnswer answer{};
    if (block) {
        log_->hash_block(*block);
        log_->end_drain(*block);
        DrainHead const head{.first = block->first.value,
                             .count = static_cast<std::uint32_t>(block->entries.size()),
                             .attachments = static_cast<std::uint32_t>(block->attachments),
                             .entries_bytes = block->entries_bytes,
                             .watermark = durable.value,
                             .previous_head = block->previous_head,
                             .head = block->head};
        memory.write(BlockPieces{head, *block});
        answer.words = {head.count, BlockPieces::bytes_of(*block), head.first,
                        log_->drained() != log_->next_sequence() ? 1U : 0U};
    }
    log_side_.is_armed = log_->drained() == log_->next_sequence();
    end_room_waits(turn); // what becomes of them is told like any entry that comes now
    return answer;
}

// log, region, ring or all ones
Outcome Kernel::on_syslog_drain(Turn& turn, CallFrame const& frame) noexcept {
    constexpr std::uint8_t ring_argument = 2;
    if (!take_authority(turn)) {
        return waits;
    }
    static_cast<void>(TRY(look_up(turn, frame, {0, ObjectType::log, right::read})));
    auto const memory = TRY(memory_of(turn, frame, region_argument, right::write));
    if (!log_->attached() || syslog_ == nullptr || log_side_.batch.empty()) {
        return refused_by_log(Code::log_detached);
    }
    std::uint64_t ring = frame.arguments[2];
    if (ring == any_ring) {
        auto const due = syslog_->due(log_side_.ring);
        if (!due) {
            return CallAnswer{};
        }
        ring = *due;
    } else if (ring >= syslog_->rings()) {
        return refuse(Check::argument, ring_argument, syslog_->rings());
    }
    auto const index = static_cast<std::uint32_t>(ring);
    RingRow const* const sealed = state().rings().find(index);
    if (sealed == nullptr) {
        return refuse(Check::argument, ring_argument, syslog_->rings());
    }
    RingReader& reader = syslog_->reader(index);
    std::size_t const room =
        std::min<std::uint64_t>(log_side_.batch.size(), memory.bytes() / sizeof(Record));
    auto const seal = reader.drain(*sealed, log_side_.batch.first(room), *log_side_.parts.engine);
    if (!seal) {
        return CallAnswer{};
    }
    BatchView const batch =
        log_side_.batch.first(batch_overhead + std::size_t{seal->count} + seal->notes);
    auto const entry =
        TRY(authority_.seal({.process = turn.thread->process, .thread = turn.thread->self},
                            recorder_.position(*turn.thread), *seal));
    reader.settle(*seal, batch);
    log_side_.ring = (index + 1) % syslog_->rings();
    Bytes piece = std::as_bytes(batch);
    memory.write([&] { return std::exchange(piece, {}); });
    return CallAnswer{.words = {std::as_bytes(batch).size(), ring, entry.value,
                                syslog_->due(log_side_.ring) ? 1U : 0U}};
}

// At the end of a turn that held authority: an entry has come since nothing was left to drain.
void Kernel::tell_drainer(Turn& turn) noexcept {
    if (!log_side_.is_armed || log_->drained() == log_->next_sequence()) {
        return;
    }
    log_side_.is_armed = false;
    if (!AXIOM_MUTANT(drainer_not_told)) {
        wake_drainer(turn, log_waits_bit);
    }
}

void Kernel::wake_drainer(Turn& turn, std::uint64_t bit) noexcept {
    SlotView const& wakes = log_side_.wakes;
    if (wakes.capability.generation != 0) {
        // Refused: the capability has gone, and with it whoever was to be woken.
        static_cast<void>(ipc_.signal(turn, wakes, wakes.badge != 0 ? wakes.badge : bit));
    }
}

} // namespace axiom::kernel
