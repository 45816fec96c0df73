// axiomd: recovers the log, attaches the kernel to it, and keeps what the kernel drains.
//
// Granted: the log (read, manage), whoever keeps the medium (write), and the region that both hold.

#include <array>

#include <services/axiomd/api.hpp>
#include <services/axiomd/following.hpp>
#include <services/axiomd/founding.hpp>
#include <services/axiomd/log_keeper.hpp>
#include <services/axiomd/remote_store.hpp>
#include <services/runtime/memory.hpp>
#include <services/runtime/program.hpp>
#include <services/runtime/say.hpp>
#include <services/runtime/serve.hpp>

namespace axiom {

namespace {

using namespace axiomd;
using kernel::Slot;

constexpr Slot log_slot = slots::granted;
constexpr Slot store_slot{slots::granted.value + 1};
constexpr Slot shared_slot{slots::granted.value + 2};

constexpr Slot memory_slot = slots::own;
constexpr Slot drain_slot{slots::own.value + 1};

constexpr LoopSize loop_size{.couriers = 0,
                             .conversations = Following::conversations,
                             .frame_bytes = std::size_t{64} << 10U};

constexpr std::uint64_t drain_bytes = std::uint64_t{256} << 10U;
constexpr std::size_t memory_bytes = std::size_t{24} << 20U;

class Axiomd {
  public:
    Axiomd(Loop& loop, LogKeeper& keeper, Following& following, MutableBytes drained)
        : loop_{&loop}, keeper_{&keeper}, following_{&following}, drained_{drained} {}

    [[nodiscard]] Frames& frames() noexcept { return loop_->frames(); }
    [[nodiscard]] Serving serving() const noexcept { return serving_; }

    /// Keeps what waits, whenever something does.
    Detached keep() noexcept {
        for (;;) {
            end_if_failed(drain());
            static_cast<void>(co_await loop_->signals(kernel::log_waits_bit));
        }
    }

    Result<Standing> on(Request const& /*request*/, AskStanding const& /*asks*/) noexcept {
        return standing();
    }
    Result<Standing> on(Request const& /*request*/, Finish const& /*asks*/) noexcept {
        end_if_failed(drain());
        if (failure_.code == Code{}) {
            end_if_failed(keeper_->finish());
        }
        serving_ = Serving::ends;
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
    MutableBytes drained_;
    Error failure_;
    Serving serving_{Serving::goes_on};
};

Result<void> run(kernel::UserCalls const& kernel, HashEngine const& hashes) noexcept {
    OwnMemory memory{kernel};
    MutableBytes const shared = TRY(memory.map(shared_slot, store_api::transfer_bytes_max));
    RemoteStore store{kernel, store_slot, shared};
    TRY(store.open());
    auto const chance = TRY(store.random());

    Arena arena{TRY(memory.make(memory_slot, memory_bytes))};
    std::size_t const wanted = LogKeeper::bytes_for(store.geometry()) + Loop::bytes_for(loop_size) +
                               Following::bytes_for();
    if (wanted > arena.bytes_left()) {
        return fail(Code::no_memory, wanted);
    }
    LogKeeper keeper{store, hashes, arena};
    WallTime const time{chance.wall_time_ns};
    if (!TRY(keeper.holds_log())) {
        std::array<std::byte, policy::founding_policy_bytes_max> rules{};
        TRY(keeper.create(TRY(founding_genesis(chance.bytes, rules)), time));
    }
    TRY(keeper.open({.entropy = chance.bytes, .time = time}));

    MutableBytes const drained = TRY(memory.make(drain_slot, drain_bytes));
    static_cast<void>(TRY(keeper.put_attach(drained)));
    Loop loop{kernel, arena, loop_size};
    TRY(loop.begin());
    if (auto const attached = kernel.log_attach(log_slot, drain_slot, loop.events()); !attached) {
        return refused_by_kernel(attached.error());
    }
    Following following{loop, arena, keeper.shadows()};
    following.ordered({}, keeper.chain().next, keeper.chain().log_id, keeper.chain().head);
    Axiomd axiomd{loop, keeper, following, drained};
    if (!axiomd.keep().begun()) {
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
    if (auto const done = run(kernel, *platform.hashes); !done) {
        say(kernel, "axiomd", done.error());
        static_cast<void>(kernel.process_exit(static_cast<std::uint64_t>(done.error().code)));
    }
}

} // namespace axiom
