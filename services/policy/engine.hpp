#pragma once
// Engine: decides proposals by the policy in force, and proposes what it allows.
//
//     propose ─▶ wait for the log's newest ─▶ evaluate ─▶ deny ─▶ recorded by the kernel, told
//                     ▲                          │  └─ needs approval ─▶ held, told (approvals.cpp)
//                     │ the state has changed    └─ commit ─▶ durable ─▶ told
//                     └──────────────────────────────┘
//
// It follows the ordered log, so what it decides on is the state after `decided_at` and nothing
// newer; the log refuses a decision whose state has changed, and then it decides again. Who asks is
// what the capability's badge says, which is what the kernel writes into the entry: a service's
// capability to this one is not to be passed on. Its own last entry must have come back before it
// decides again, so proposals that step one rate are decided one after another.

#include <services/axiomd/replica.hpp>
#include <services/policy/change_api.hpp>
#include <services/policy/recent.hpp>
#include <services/policy/requests.hpp>
#include <services/policy/wanted.hpp>

#include <axiom/policy/draft.hpp>
#include <axiom/policy/evaluator.hpp>

namespace axiom::engine {

/// Whom the engine asks.
struct EngineSlots {
    kernel::Slot axiomd{}; // write
    kernel::Slot log{};    // write: nobody else has that
    kernel::Slot time{};   // write
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

    [[nodiscard]] Result<RequestList> on(Request const& request, ListRequests const& asks) noexcept;
    [[nodiscard]] Task<RequestDetail> on(Request const& request, AskRequest const& asks) noexcept;
    [[nodiscard]] Task<Decided> on(Request const& request, Approve const& asks) noexcept;
    [[nodiscard]] Task<Decided> on(Request const& request, Refuse const& asks) noexcept;

    [[nodiscard]] Task<Decided> on(Request const& request, ChangePolicy const& asks) noexcept;
    [[nodiscard]] Task<Decided> on(Request const& request, ConfirmPolicy const& asks) noexcept;

  private:
    // A question, and the policy's answer to it.
    struct Asked {
        std::uint64_t principal{};
        Wanted wanted{};
        std::array<std::uint64_t, 2> causes{}; // 0: none
        std::uint64_t approver{};              // 0: nobody
    };
    struct Found {
        policy::Answer answer{};
        Verdict verdict{Verdict::error};
        std::uint64_t decided_at{};
        HeldSink<explanation_bytes_max> explanation{};
    };

    [[nodiscard]] Task<Nothing> learn_time() noexcept;
    // When whoever asks now has waited long enough, by the machine's clock.
    [[nodiscard]] std::uint64_t deadline_from_now() const noexcept;
    [[nodiscard]] bool is_current() noexcept;
    // What it has committed itself it sees only when it comes back.
    [[nodiscard]] Task<Nothing> until_current(std::uint64_t deadline) noexcept;
    // What is to last from now on needs to know what time it is; nothing else moves it before.
    [[nodiscard]] Task<Nothing> pass_time() noexcept;
    void decide(Asked const& asked, Found& found) noexcept;
    [[nodiscard]] kernel::ProposalHead head_for(Asked const& asked, Found const& found) noexcept;
    [[nodiscard]] Kept& keep(Asked const& asked, Found const& found,
                             std::string_view reason) noexcept;
    void deny(std::uint64_t token, Asked const& asked, Found const& found) noexcept;
    [[nodiscard]] kernel::Answer<kernel::Proposed> commit(std::uint64_t token, Asked const& asked,
                                                          Found const& found) noexcept;
    [[nodiscard]] Task<Nothing> until_durable(std::uint64_t sequence,
                                              std::uint64_t deadline) noexcept;

    // What waits for approvals (approvals.cpp).
    struct Settling {
        std::uint64_t number{};
        std::string_view reason{};
        bool approves{};
    };
    [[nodiscard]] Result<Decided> hold(Request const& request, Asked const& asked, Found& found,
                                       Propose const& asks) noexcept;
    void pass_requests() noexcept;
    void give_back(HeldRequest& held) noexcept;
    [[nodiscard]] static Asked asked_of(HeldRequest const& held, std::uint64_t approver) noexcept;
    [[nodiscard]] bool takes_approver(HeldRequest const& held, std::uint64_t approver,
                                      Found& found) noexcept;
    [[nodiscard]] Task<Decided> settle(Request const& request, Settling settling) noexcept;
    [[nodiscard]] Task<Nothing> fulfil(HeldRequest& held) noexcept;
    void lapse(HeldRequest& held, std::string_view words) noexcept;

    Loop* loop_;
    HashEngine const* hashes_;
    EngineSlots slots_;
    axiomd::Replica replica_;
    Recent recent_;
    Requests requests_;
    Kept tested_{}; // the newest answer to a `Test`
    policy::PolicyTable* spare_;
    policy::PolicyDraft* draft_;   // while a change of the policy is read
    MutableBytes text_;            // of the policy in force, or changed
    MutableBytes canonical_;       // of the changed one
    WaitList changed_;             // whoever waits for something new of the log, or of a request
    Sequence last_{};              // its own newest entry
    std::uint64_t wall_at_zero_{}; // of the machine's clock; 0: not known
};

} // namespace axiom::engine
