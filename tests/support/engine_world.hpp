#pragma once
// EngineWorld: a policy engine alone, with a log that is played: what it asks axiomd and the
// kernel is answered from every domain's state, or refused, as a test wants it.
//
// Steps are what the outside does, one after another: each comes when the engine has nothing new to
// follow. When none is left the engine ends.

#include <deque>
#include <memory>
#include <set>

#include <axiom/domain/snapshot.hpp>
#include <axiom/log/log_kinds.hpp>
#include <axiom/policy/draft.hpp>
#include <axiom/policy/parse.hpp>
#include <services/axiomd/catalog.hpp>
#include <services/policy/engine.hpp>
#include <services/time/api.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <tests/support/forged.hpp>
#include <tests/support/scripted_kernel.hpp>

namespace axiom::test {

class EngineWorld {
  public:
    static constexpr std::uint64_t creator = 1;

    /// Principals 2, 3 and 4 are there.
    explicit EngineWorld(std::string_view policy);

    /// Comes next, in this principal's name; its reply has this token. What comes then waits for
    /// it.
    template <class Asks>
    void asks(std::uint64_t token, std::uint64_t principal, Asks const& asks) {
        asks_without_waiting(token, principal, asks);
        steps_.emplace_back([this, token] { awaited_ = token; });
    }
    template <class Asks>
    void asks_without_waiting(std::uint64_t token, std::uint64_t principal, Asks const& asks) {
        steps_.emplace_back([this, token, principal, asks] {
            who_[token] = principal;
            kernel_.request(token, asks, principal);
        });
    }
    /// Does something itself.
    void then(std::function<void()> step) { steps_.push_back(std::move(step)); }
    /// Log time moves to here.
    void tick(std::uint64_t now_ms) {
        then([this, now_ms] {
            append(entry_of(log_domain, LogKind::tick, Tick{.now = LogTime{now_ms}, .wall = {}}));
        });
    }

    /// Until no step is left, and two more looks at the log.
    void run();

    template <class Asks> Result<typename Asks::Answer> told(std::uint64_t token) {
        return kernel_.answer_to<Asks>(token);
    }

    struct Committed {
        EntryHeader header{};
        std::vector<std::byte> body;
    };
    /// What the engine had committed, in order.
    std::vector<Committed> committed;
    std::vector<std::uint64_t> denied; // tokens
    std::size_t kept{};                // callers that the kernel was asked to keep

    // ── how the outside is unwell ──────────────────────────────────────────────────────────────
    bool keeps_nobody{};       // the kernel has no room for who asked
    std::size_t stale{};       // so many commits find the state changed
    bool asker_has_ended{};    // whom the kernel kept has gone
    std::size_t axiomd_down{}; // so many questions are not answered
    bool time_is_away{};
    bool axiomd_forgets{}; // once: whoever follows must begin anew

  private:
    void append(OwnedEntry entry);
    PeerAnswer axiomd(kernel::Words const& asked, kernel::MessageBuffer& buffer);
    PeerAnswer follow(axiomd::Follow const& asks, kernel::MessageBuffer& buffer);
    PeerAnswer save(axiomd::SaveState const& asks, kernel::MessageBuffer& buffer);
    kernel::CallAnswer propose(kernel::CallFrame const& frame, kernel::MessageBuffer& buffer);

    static constexpr LoopSize size{
        .couriers = 2, .conversations = 8, .frame_bytes = std::size_t{512} << 10U};
    static constexpr engine::EngineSlots slots{
        .axiomd = kernel::Slot{64}, .log = kernel::Slot{65}, .time = kernel::Slot{66}};
    static constexpr std::uint64_t kept_token = std::uint64_t{1} << 40U;

    std::mutex mutex_; // the world is asked by two threads
    OwnedArena state_arena_;
    axiomd::ShadowSet state_;
    std::vector<std::vector<std::byte>> entries_;
    std::vector<std::byte> saved_;
    std::map<std::uint64_t, std::uint64_t> who_; // principal of a token
    std::deque<std::function<void()>> steps_;
    std::uint64_t awaited_{}; // token of the reply before which nothing more comes
    std::size_t idle_{};
    ScriptedKernel kernel_;
    kernel::UserCalls calls_{kernel_.trap()};
    OwnedArena arena_;
    Loop loop_;
    engine::Engine engine_;
};

} // namespace axiom::test
