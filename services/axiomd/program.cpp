// axiomd: recovers the log, attaches the kernel to it, and keeps what the kernel drains.
//
// Granted: the log (read, manage, execute), whoever keeps the medium (write), the region that both
// hold, one that begins with the seed of the key that seals (read), whoever keeps the SysLog
// (write), and the region that both hold.

#include <array>

#include <services/axiomd/api.hpp>
#include <services/axiomd/armed.hpp>
#include <services/axiomd/following.hpp>
#include <services/axiomd/founding.hpp>
#include <services/axiomd/graph.hpp>
#include <services/axiomd/log_keeper.hpp>
#include <services/axiomd/sealer.hpp>
#include <services/axiomd/syslog_keeper.hpp>
#include <services/runtime/memory.hpp>
#include <services/runtime/program.hpp>
#include <services/runtime/say.hpp>
#include <services/runtime/serve.hpp>
#include <services/store/remote_store.hpp>

namespace axiom {

namespace {

using namespace axiomd;
using kernel::Slot;

constexpr Slot log_slot = slots::granted;
constexpr Slot store_slot{slots::granted.value + 1};
constexpr Slot shared_slot{slots::granted.value + 2};
constexpr Slot key_slot{slots::granted.value + 3};
constexpr SyslogSlots syslog_slots{.log = log_slot,
                                   .keeper = Slot{slots::granted.value + 4},
                                   .shared = Slot{slots::granted.value + 5}};

constexpr Slot memory_slot = slots::own;
constexpr Slot drain_slot{slots::own.value + 1};

constexpr LoopSize loop_size{.couriers = 1,
                             .conversations = Following::conversations,
                             .frame_bytes = std::size_t{64} << 10U};

constexpr kernel::Nanoseconds between_checkpoints{10'000'000'000};
constexpr std::uint64_t drain_bytes = std::uint64_t{256} << 10U;
constexpr std::size_t memory_bytes = std::size_t{24} << 20U;

struct AxiomdRooms {
    MutableBytes drained;
    MutableBytes old_entry;
};
constexpr std::size_t old_entry_bytes = entry_bytes(body_bytes_max);

class Axiomd {
  public:
    Axiomd(Loop& loop, LogKeeper& keeper, Following& following, Sealer& sealer,
           AxiomdRooms const& rooms, WallTime now) noexcept
        : loop_{&loop}, keeper_{&keeper}, following_{&following}, sealer_{&sealer},
          syslog_{loop, syslog_slots}, drained_{rooms.drained}, old_room_{rooms.old_entry},
          wall_at_zero_{now.value - loop.now().value} {}

    [[nodiscard]] Frames& frames() noexcept { return loop_->frames(); }
    [[nodiscard]] Serving serving() const noexcept { return serving_; }

    /// Keeps what waits, whenever something does.
    Detached keep() noexcept {
        for (;;) {
            end_if_failed(drain());
            static_cast<void>(co_await loop_->signals(kernel::log_waits_bit));
        }
    }

    /// Says what recovery cut, then seals from time to time.
    Detached keep_sealed() noexcept {
        end_if_failed(enter_repair());
        while (serving_ == Serving::goes_on) {
            co_await loop_->after(between_checkpoints);
            end_if_failed(checkpoint());
        }
    }

    /// Has what is called sealed and kept, whenever there is much of it.
    Detached keep_syslog() noexcept { return syslog_.keep(); }

    Result<Standing> on(Request const& /*request*/, AskStanding const& /*asks*/) noexcept {
        return standing();
    }
    Task<Standing> on(Request const& /*request*/, Finish const& /*asks*/) noexcept {
        auto const sealed = co_await syslog_.seal_all();
        static_cast<void>(sealed); // evidence, which the log's end does not hang on
        end_if_failed(drain());
        if (failure_.code == Code{}) {
            end_if_failed(last_tick());
        }
        if (failure_.code == Code{}) {
            end_if_failed(checkpoint());
        }
        if (failure_.code == Code{}) {
            end_if_failed(keeper_->finish());
        }
        serving_ = Serving::ends;
        if (failure_.code != Code{}) {
            co_return std::unexpected{failure_};
        }
        co_return standing();
    }

    Task<Standing> on(Request const& /*request*/, Checkpoint const& /*asks*/) noexcept {
        if (!may_seal()) {
            co_return fail(Code::wrong_key);
        }
        auto const sealed = co_await syslog_.seal_all();
        static_cast<void>(sealed);
        auto const signed_now = checkpoint();
        if (!signed_now) {
            co_return std::unexpected{signed_now.error()};
        }
        co_return standing();
    }
    Result<Clock> on(Request const& /*request*/, AskClock const& /*asks*/) noexcept {
        return Clock{.is_armed = is_armed(keeper_->shadows()),
                     .log_ms = keeper_->shadows().log().now().value,
                     .wall_ns = wall_ns()};
    }
    Result<EntryPiece> on(Request const& /*request*/, ReadEntry const& asks) noexcept {
        if (asks.offset == 0 || asks.sequence != old_sequence_) {
            old_sequence_ = 0;
            old_ = TRY(keeper_->read_entry(Sequence{asks.sequence}, old_room_));
            old_sequence_ = asks.sequence;
        }
        if (asks.offset > old_.bytes.size()) {
            return fail(Code::out_of_range, asks.offset, old_.bytes.size());
        }
        Bytes const rest = old_.bytes.subspan(asks.offset);
        return EntryPiece{.log_id = old_.log_id,
                          .total_bytes = static_cast<std::uint32_t>(old_.bytes.size()),
                          .piece = rest.first(std::min<std::size_t>(rest.size(), piece_bytes_max))};
    }
    Result<Checked> on(Request const& /*request*/, CheckSegment const& asks) noexcept {
        return keeper_->check_segment(Sequence{asks.sequence});
    }
    Result<Found> on(Request const& /*request*/, Find const& asks) noexcept {
        return keeper_->find(asks);
    }
    Result<Capabilities> on(Request const& /*request*/, ListCapabilities const& asks) noexcept {
        return list_capabilities(keeper_->shadows().kernel().state(), asks);
    }
    Result<Load> on(Request const& /*request*/, AskLoad const& asks) noexcept {
        return list_load(keeper_->shadows().kernel().state(), asks);
    }
    Result<Standing> on(Request const& /*request*/, Settle const& /*asks*/) noexcept {
        end_if_failed(drain());
        if (failure_.code != Code{}) {
            return std::unexpected{failure_};
        }
        return standing();
    }
    template <class Asks> auto on(Request const& request, Asks const& asks) noexcept {
        return following_->on(request, asks);
    }

    /// Keeps everything that waits.
    Result<void> drain() noexcept {
        for (;;) {
            auto const drained = loop_->kernel().log_drain(
                log_slot, drain_slot, keeper_->chain().next, kernel::StoreState::sound);
            if (!drained) {
                return refused_by_kernel(drained.error());
            }
            if (drained->count == 0) {
                return {};
            }
            Bytes const block = drained_.first(drained->bytes);
            TRY(keeper_->store_block(block));
            store::ChainPosition const& chain = keeper_->chain();
            following_->ordered(LogKeeper::entries_of(block), drained->first, chain.log_id,
                                chain.head);
            following_->durable_through(chain.next);
        }
    }

    /// Why it ended, if not because it was asked to.
    [[nodiscard]] Error const& failure() const noexcept { return failure_; }

  private:
    // By the machine's clock since the medium's keeper said what time it is.
    [[nodiscard]] std::uint64_t wall_ns() const noexcept {
        return wall_at_zero_ + loop_->now().value;
    }

    // Log time at the end, for what has run out by then.
    Result<void> last_tick() noexcept {
        LogState const& log = keeper_->shadows().log();
        if (!is_armed(keeper_->shadows())) {
            return {};
        }
        Tick const tick{.now = LogTime{std::max(log.now().value, wall_ns() / 1'000'000)},
                        .wall = WallTime{wall_ns()}};
        std::array<std::byte, 16> room{};
        return propose(LogKind::tick, TRY(encode_whole(MutableBytes{room}, tick)));
    }

    [[nodiscard]] bool may_seal() const noexcept {
        return sealer_->key() && keeper_->is_sealed_by(*sealer_->key());
    }

    // Covers everything but its own entry. What others append meanwhile is under the next.
    Result<void> checkpoint() noexcept {
        TRY(drain());
        if (!may_seal() || keeper_->chain().next == sealed_) {
            return {};
        }
        Bytes const body = TRY(sealer_->checkpoint(keeper_->chain()));
        Sequence const covered = keeper_->chain().next;
        TRY(propose(LogKind::checkpoint, body));
        TRY(drain());
        sealed_ = Sequence{covered.value + 1};
        return {};
    }

    Result<void> enter_repair() noexcept {
        if (!keeper_->repaired()) {
            return {};
        }
        std::array<std::byte, 64> room{};
        TRY(propose(LogKind::repaired,
                    TRY(encode_whole(MutableBytes{room}, *keeper_->repaired()))));
        return drain();
    }

    Result<void> propose(LogKind kind, Bytes body) noexcept {
        kernel::ProposalHead const head{.domain = static_cast<std::uint16_t>(DomainNumber::log),
                                        .kind = static_cast<std::uint16_t>(kind),
                                        .time = wall_ns()};
        auto const proposed =
            loop_->kernel().log_propose(log_slot, 0, kernel::Verdict::commit, head, body);
        return proposed ? Result<void>{} : refused_by_kernel(proposed.error());
    }

    [[nodiscard]] Standing standing() const noexcept {
        return {.next = keeper_->chain().next.value,
                .head = keeper_->chain().head,
                .boot = static_cast<std::uint32_t>(keeper_->boot().value),
                .epoch = keeper_->epoch().value};
    }

    // A store that did not do what it was asked may have lost what it was given: all of it is read
    // again, by the next axiomd. What the kernel drained and did not see durable comes again.
    void end_if_failed(Result<void> const& done) noexcept {
        if (!done) {
            failure_ = done.error();
            serving_ = Serving::ends;
        }
    }

    Loop* loop_;
    LogKeeper* keeper_;
    Following* following_;
    Sealer* sealer_;
    SyslogKeeper syslog_;
    Sequence sealed_{}; // all before it is under a checkpoint, or is one's own entry
    MutableBytes drained_;
    MutableBytes old_room_; // for an entry that somebody reads piece by piece
    LogKeeper::OldEntry old_;
    std::uint64_t old_sequence_{}; // of that entry; 0: none
    std::uint64_t wall_at_zero_;   // of the machine's clock
    Error failure_;
    Serving serving_{Serving::goes_on};
};

// Zeros where there is none.
SigningSeed checkpoint_seed(OwnMemory& memory) noexcept {
    SigningSeed seed{};
    if (auto const given = memory.map_to_read(key_slot, seed.bytes.size())) {
        copy_bytes(seed.bytes, *given);
    }
    return seed;
}

Result<void> run(kernel::UserCalls const& kernel, Platform const& platform) noexcept {
    HashEngine const& hashes = *platform.hashes;
    OwnMemory memory{kernel};
    Sealer sealer{hashes, platform.signer, checkpoint_seed(memory)};
    MutableBytes const shared = TRY(memory.map(shared_slot, store_api::transfer_bytes_max));
    RemoteStore store{kernel, store_slot, shared};
    TRY(store.open());
    auto const chance = TRY(store.random());

    Arena arena{TRY(memory.make(memory_slot, memory_bytes))};
    std::size_t const wanted = LogKeeper::bytes_for(store.geometry()) + Loop::bytes_for(loop_size) +
                               Following::bytes_for() +
                               Arena::bytes_for<std::byte>(old_entry_bytes);
    if (wanted > arena.bytes_left()) {
        return fail(Code::no_memory, wanted);
    }
    LogKeeper keeper{store, hashes, arena};
    WallTime const time{chance.wall_time_ns};
    if (!TRY(keeper.holds_log())) {
        std::array<std::byte, policy::founding_policy_bytes_max> rules{};
        TRY(keeper.create(
            TRY(founding_genesis(chance.bytes, sealer.key().value_or(Hash256{}), rules)), time));
    }
    TRY(keeper.open({.entropy = chance.bytes, .time = time, .key = sealer.key()}));

    MutableBytes const drained = TRY(memory.make(drain_slot, drain_bytes));
    static_cast<void>(TRY(keeper.put_attach(drained)));
    Loop loop{kernel, arena, loop_size};
    TRY(loop.begin());
    if (auto const attached = kernel.log_attach(log_slot, drain_slot, loop.events()); !attached) {
        return refused_by_kernel(attached.error());
    }
    Following following{loop, arena, keeper.shadows()};
    following.ordered({}, keeper.chain().next, keeper.chain().log_id, keeper.chain().head);
    AxiomdRooms const rooms{.drained = drained,
                            .old_entry = arena.make<std::byte>(old_entry_bytes)};
    Axiomd axiomd{loop, keeper, following, sealer, rooms, time};
    if (!axiomd.keep().begun() || !axiomd.keep_sealed().begun() || !axiomd.keep_syslog().begun()) {
        return fail(Code::no_memory);
    }
    if (!serve<AxiomdApi>(loop, axiomd)) {
        return fail(Code::kernel_refused);
    }
    if (axiomd.failure().code != Code{}) {
        return std::unexpected{axiomd.failure()};
    }
    // The log has ended: an end of this process would be an entry in nobody's log.
    static_cast<void>(kernel.sleep(kernel::as_long_as_it_takes));
    return {};
}

} // namespace

void run_program(Platform const& platform, std::uint64_t /*argument*/) noexcept {
    kernel::UserCalls const kernel{platform.trap};
    if (auto const done = run(kernel, platform); !done) {
        say(kernel, "axiomd", done.error());
        static_cast<void>(kernel.process_exit(static_cast<std::uint64_t>(done.error().code)));
    }
}

} // namespace axiom
