#pragma once
// Engine: decides proposals by the policy in force, and proposes what it allows.
//
//     propose ─▶ wait for the log's newest ─▶ evaluate ─▶ deny ─▶ recorded by the kernel, told
//                     ▲                          │
//                     │ the state has changed    └─ commit ─▶ durable ─▶ told
//                     └──────────────────────────────┘
//
// It follows the ordered log, so what it decides on is the state after `decided_at` and nothing
// newer; the log refuses a decision whose state has changed, and then it decides again. Who asks is
// what the capability's badge says, which is what the kernel writes into the entry: a service's
// capability to this one is not to be passed on. Its own last entry must have come back before it
// decides again, so proposals that step one rate are decided one after another.

#include <services/axiomd/replica.hpp>
#include <services/policy/recent.hpp>
#include <services/policy/wanted.hpp>

#include <axiom/policy/evaluator.hpp>

namespace axiom::engine {

/// Whom the engine asks.
struct EngineSlots {
    kernel::Slot axiomd{}; // write
    kernel::Slot log{};    // write: nobody else has that
};

class Engine {
  public:
    [[nodiscard]] static std::size_t bytes_for() noexcept;

    /// All outlive it.
    Engine(Loop& loop, Arena& arena, HashEngine const& hashes, EngineSlots slots) noexcept;
    Engine(Engine const&) = delete;
    Engine& operator=(Engine const&) = delete;

    [[nodiscard]] Frames& frames() noexcept { return loop_->frames(); }
    [[nodiscard]] static Serving serving() noexcept { return Serving::goes_on; }

    /// Follows the log from now on.
    [[nodiscard]] Detached follow() noexcept;

    [[nodiscard]] Task<Decided> on(Request const& request, Propose const& asks) noexcept;
    [[nodiscard]] Result<Explained> on(Request const& request, Explain const& asks) noexcept;
    [[nodiscard]] Task<Decided> on(Request const& request, Test const& asks) noexcept;
    [[nodiscard]] Task<PolicyPiece> on(Request const& request, ShowPolicy const& asks) noexcept;

  private:
    // A question, and the policy's answer to it.
    struct Asked {
        std::uint64_t principal{};
        Wanted wanted{};
        std::uint64_t cause{};
    };
    struct Found {
        policy::Answer answer{};
        std::uint64_t decided_at{};
        HeldSink<explanation_bytes_max> explanation{};
    };

    [[nodiscard]] Task<Nothing> learn_time() noexcept;
    [[nodiscard]] bool is_current() noexcept;
    // What it has committed itself it sees only when it comes back.
    [[nodiscard]] Task<Nothing> until_current() noexcept;
    void decide(Asked const& asked, Found& found) noexcept;
    [[nodiscard]] kernel::ProposalHead head_for(Asked const& asked, Found const& found) noexcept;
    [[nodiscard]] Kept& keep(Asked const& asked, Found const& found,
                             std::string_view reason) noexcept;
    void deny(std::uint64_t token, Asked const& asked, Found const& found) noexcept;
    [[nodiscard]] kernel::Answer<kernel::Proposed> commit(std::uint64_t token, Asked const& asked,
                                                          Found const& found) noexcept;

    Loop* loop_;
    HashEngine const* hashes_;
    EngineSlots slots_;
    axiomd::Replica replica_;
    Recent recent_;
    Kept tested_{}; // the newest answer to a `Test`
    policy::PolicyTable* spare_;
    MutableBytes text_;            // of the policy in force
    WaitList changed_;             // whoever waits for something new of the log
    Sequence last_{};              // its own newest entry
    std::uint64_t wall_at_zero_{}; // of the machine's clock; 0: not known
};

} // namespace axiom::engine
