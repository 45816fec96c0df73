#pragma once
// CallRing: every call of one CPU, as it is taken up and as it is answered.
//
// A call may be answered on another CPU than the one that took it up: the response names the
// request by its mark, and stands in the ring of the CPU that answered.

#include <axiom/base/mutant.hpp>

#include <kernel/event/kinds.hpp>
#include <kernel/syslog/ring.hpp>

namespace axiom::kernel {

/// 1 MiB for each CPU: four times what is sealed at once.
inline constexpr std::uint32_t call_ring_records = 4 * seal_records_max;

/// What a thread's requests have in common, so that a request is little more than its stores.
class CallerWords {
  public:
    CallerWords() noexcept = default;
    explicit CallerWords(Actor const& actor) noexcept
        : head_{std::uint64_t{static_cast<std::uint8_t>(RecordType::request)} << type_shift |
                std::uint64_t{actor.sealer ? sealers_own : std::uint8_t{0}} << flags_shift |
                std::uint64_t{actor.account} << 32U},
          who_{actor.process | std::uint64_t{actor.thread} << 32U},
          weight_{actor.sealer && !AXIOM_MUTANT(sealer_counted) ? 0U : 2U} {}

    [[nodiscard]] std::uint64_t head(std::uint16_t call) const noexcept { return head_ | call; }
    [[nodiscard]] std::uint64_t const& who() const noexcept { return who_; }
    [[nodiscard]] std::uint64_t weight() const noexcept { return weight_; }

  private:
    std::uint64_t head_{};
    std::uint64_t who_{};
    std::uint64_t weight_{}; // a request and its response; those of the sealer weigh nothing
};

template <std::uint32_t records = call_ring_records> class CallRing {
  public:
    void begin(std::uint32_t cpu) noexcept { ring_.begin(cpu); }

    /// The call is taken up. `time_ns`: since the machine started.
    CallMark request(CallerWords const& caller, std::uint16_t call,
                     std::span<std::uint64_t const, 4> arguments, std::uint64_t time_ns) noexcept {
        ring_.weigh(caller.weight());
        return ring_.write_with(arguments, caller.head(call), time_ns, caller.who());
    }
    CallMark request(CallerWords const& caller, std::uint16_t call,
                     std::array<std::uint64_t, 4> const& arguments,
                     std::uint64_t time_ns) noexcept {
        return request(caller, call, std::span{arguments}, time_ns);
    }

    /// The call is answered. `status`: as the caller is told it, 0 or the check that failed and
    /// from bit 8 on the argument. `value`: the first word of the answer; of a refusal, which a
    /// refusal ring hears of too, its detail.
    void answered(CallMark request, std::uint16_t status, std::uint64_t value,
                  std::uint64_t time_ns) noexcept {
        ring_.write(response_head | status, time_ns, request.value, value);
    }
    void done(CallMark request, std::uint64_t value, std::uint64_t time_ns) noexcept {
        answered(request, 0, value, time_ns);
    }
    void refused(CallMark request, Refusal const& why, std::uint64_t time_ns) noexcept {
        auto const status = static_cast<unsigned>(why.check) | unsigned{why.argument} << 8U;
        answered(request, static_cast<std::uint16_t>(status), why.detail, time_ns);
    }

    [[nodiscard]] RingView view() noexcept {
        return ring_.view(call_ring_of(cpu_of(ring_.next())));
    }

  private:
    static constexpr std::uint64_t response_head =
        std::uint64_t{static_cast<std::uint8_t>(RecordType::response)} << type_shift;

    Ring<records> ring_;
};

} // namespace axiom::kernel
