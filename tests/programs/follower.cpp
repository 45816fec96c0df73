// A service that follows the log: it says whether its own state is what axiomd has. Its end is the
// system's.

#include <services/axiomd/replica.hpp>
#include <services/runtime/memory.hpp>
#include <services/runtime/program.hpp>
#include <services/runtime/say.hpp>

namespace axiom {

namespace {

using axiomd::Replica;

constexpr LoopSize loop_size{.couriers = 1, .conversations = 1};
constexpr kernel::Nanoseconds patience{5'000'000'000};
constexpr kernel::Nanoseconds stay{30'000'000};

class Follower {
  public:
    Follower(Loop& loop, Replica& replica) noexcept : loop_{&loop}, replica_{&replica} {}

    [[nodiscard]] Frames& frames() noexcept { return loop_->frames(); }
    [[nodiscard]] Serving serving() const noexcept { return serving_; }

    Detached run() noexcept {
        auto const compared = co_await compare();
        if (!compared) {
            say(loop_->kernel(), "follower", compared.error());
        } else {
            static_cast<void>(loop_->kernel().debug_write("follower agrees\n"));
        }
        serving_ = Serving::ends;
    }

  private:
    // While the system begins there is something to follow.
    Task<Nothing> compare() noexcept {
        CO_DO(replica_->start());
        std::uint64_t const until = loop_->now().value + stay.value;
        while (loop_->now().value < until) {
            CO_DO(replica_->advance(false, 5));
        }
        for (;;) {
            MessageBytes held{};
            CO_TRY(axiomd::State const state,
                   ask(*loop_, slots::granted, axiomd::AskState{}, patience, held));
            while (replica_->domains()->shadows().next().value < state.next) {
                CO_DO(replica_->advance(true, 1000));
            }
            std::uint64_t const next = replica_->domains()->shadows().next().value;
            if (next != state.next) {
                continue; // what came with the last of them is later than what was asked about
            }
            auto const own = replica_->domains()->shadows().state_hash();
            if (!own) {
                co_return std::unexpected{own.error()};
            }
            if (*own != state.hash) {
                co_return fail(Code::state_mismatch, next);
            }
            co_return Nothing{};
        }
    }

    Loop* loop_;
    Replica* replica_;
    Serving serving_{Serving::goes_on};
};

Result<void> follow(kernel::UserCalls const& kernel, HashEngine const& hashes) noexcept {
    OwnMemory memory{kernel};
    std::size_t const bytes = Loop::bytes_for(loop_size) + Replica::bytes_for(default_capacities);
    Arena arena{TRY(memory.make(slots::own, bytes))};
    Loop loop{kernel, arena, loop_size};
    Replica replica{loop, hashes, arena, slots::granted, default_capacities};
    TRY(loop.begin());
    Follower follower{loop, replica};
    if (!follower.run().begun()) {
        return fail(Code::no_memory);
    }
    return serve<Api<>>(loop, follower) ? Result<void>{} : fail(Code::kernel_refused);
}

} // namespace

void run_program(Platform const& platform, std::uint64_t /*argument*/) noexcept {
    kernel::UserCalls const kernel{platform.trap};
    if (auto const followed = follow(kernel, *platform.hashes); !followed) {
        say(kernel, "follower", followed.error());
    }
}

} // namespace axiom
