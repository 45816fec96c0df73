#pragma once
// World: a real system in a folder of its own, its clients, and what they were told.
//
// Whoever asks here asks as a terminal does, over the attach socket. What cannot be is thrown, as
// RapidCheck wants it, with what the system said last.

#include <filesystem>
#include <memory>
#include <string>

#include <axiom/action/action_kinds.hpp>
#include <services/actions/api.hpp>
#include <services/policy/api.hpp>
#include <sim-host/attach/hosted_system.hpp>
#include <sim-host/witness/acknowledged.hpp>

namespace axiom::test::running {

/// Fails the sequence that runs.
[[noreturn]] void fail_with(std::string const& what);

/// What was decided, without what is only borrowed.
struct Answered {
    engine::Verdict verdict{};
    std::uint64_t sequence{};
    std::string explanation;
};

class World {
  public:
    /// `programs` holds sim-host and what it starts; `place` is filled, and is the caller's to
    /// remove.
    World(std::filesystem::path programs, std::filesystem::path place);
    World(World const&) = delete;
    World& operator=(World const&) = delete;
    ~World();

    // ── the machine ────────────────────────────────────────────────────────────────────────────

    /// Until everybody answers.
    void start();
    /// In order; then its log is sealed, and all that was acknowledged is in it.
    void end_in_order();
    /// With SIGKILL, all of it; then its log is read as after `end_in_order`.
    void kill();

    // ── asking ─────────────────────────────────────────────────────────────────────────────────

    /// Once. A link that broke before this is made anew.
    template <MethodRequest Asks>
    [[nodiscard]] Result<typename Asks::Answer> ask(std::string_view service, Asks const& request) {
        return terminal::ask(link(), service, request, held_);
    }

    /// What is only read is asked for until somebody answers.
    template <MethodRequest Asks>
    [[nodiscard]] Result<typename Asks::Answer> read(std::string_view service,
                                                     Asks const& request) {
        auto const until = deadline();
        for (;;) {
            auto answer = ask(service, request);
            if (answer || !comes_from_nobody(answer.error().code)) {
                return answer;
            }
            wait_until(until, std::string{service} + " answers");
        }
    }

    /// Another terminal.
    [[nodiscard]] std::unique_ptr<host::AttachLink> another_link();

    /// Asks the policy for an entry, once.
    [[nodiscard]] Result<Answered> propose(DomainNumber domain, std::uint16_t kind, Bytes content);
    [[nodiscard]] Result<Answered> propose(action::Commit const& commit);

    /// An action that the policy allows; its entry, which is noted. Who is not answered in time
    /// looks whether it was committed before asking again.
    [[nodiscard]] std::uint64_t act(action::Commit const& commit);
    /// What becomes of its effects; of an action of this boot.
    [[nodiscard]] actions::ActionRow await_effects(std::uint64_t entry);

    void note_action(std::uint64_t entry, std::string object) {
        acknowledged_.actions.insert_or_assign(entry, std::move(object));
    }
    /// Notes head and state as axiomd says them.
    void note_standing();

    // ── waiting (settling.cpp) ─────────────────────────────────────────────────────────────────

    /// The number of the process that the service runs in.
    [[nodiscard]] std::uint64_t process_of(std::string const& service);
    /// Until all run that are not stopped, `ended` in another process than this one, and answer.
    void settle(std::string const& ended = {}, std::uint64_t process = 0);
    /// Until nothing is owed.
    void await_nothing_owed();

    [[nodiscard]] std::string data() const { return (place_ / "data").string(); }

  private:
    using Instant = std::chrono::steady_clock::time_point;
    [[nodiscard]] static Instant deadline();
    [[nodiscard]] static bool comes_from_nobody(Code code) noexcept {
        return code == Code::unanswered;
    }
    void wait_until(Instant until, std::string const& what);
    [[nodiscard]] std::uint64_t find_action(std::uint64_t from, action::Commit const& commit);
    [[nodiscard]] host::AttachLink& link();
    [[nodiscard]] bool all_run(std::string const& ended, std::uint64_t process);
    [[nodiscard]] bool all_answer();
    void look_at_log(bool is_sealed);

    std::filesystem::path programs_;
    std::filesystem::path place_;
    std::unique_ptr<host::HostedSystem> system_;
    std::unique_ptr<host::AttachLink> link_;
    host::Acknowledged acknowledged_;
    MessageBytes held_{};
    bool was_killed_{};
};

} // namespace axiom::test::running
