#pragma once
// Traffic: several threads of two processes that make calls as numbers tell them to: mostly nearly
// right, sometimes wild. After each event everything that must hold is looked at (kernel_audit),
// and every message is followed: none is received that was not sent, none twice, and no sender is
// told that a message has arrived which has not.
//
// So that long traffic does not end with everybody dead, poor or waiting for ever, the first thread
// never waits for ever, time passes to the next deadline when all wait, and now and then the first
// thread makes anew what has gone.

#include <map>
#include <set>
#include <string>
#include <vector>

#include <tests/support/choices.hpp>
#include <tests/support/machine_audit.hpp>

namespace axiom::kernel::test {

using axiom::test::Choices;

class Traffic {
  public:
    Traffic();

    /// One event. What does not hold after it; empty: everything does.
    [[nodiscard]] std::string step(Choices& choose);

    [[nodiscard]] MachineWorld& world() { return world_; }

    /// How often each call came to what: a check's number, 0 if it was done, 255 if it waits.
    using Outcomes = std::map<std::pair<Call, unsigned>, std::uint64_t>;
    [[nodiscard]] Outcomes const& outcomes() const { return outcomes_; }

  private:
    struct Pending {
        Call call{};
        std::uint64_t word{};
        bool waits{};
    };

    void call(std::uint32_t cpu, Choices& choose);
    void tend();
    void tend_worker(std::uint32_t worker);
    void tend_process();
    std::optional<CallAnswer> ask(Call call, Arguments const& arguments);
    [[nodiscard]] bool is_there(std::uint32_t slot, ObjectType type) const;
    [[nodiscard]] std::uint64_t until_a_deadline() const;
    void prepare(std::uint32_t cpu, Call call, Choices& choose);
    [[nodiscard]] Arguments arguments_of(Call call, Choices& choose);
    [[nodiscard]] Arguments changing_arguments_of(Call call, Choices& choose);
    [[nodiscard]] std::uint64_t slot(Choices& choose);
    [[nodiscard]] std::uint64_t slot_of(ObjectType type, Choices& choose);
    [[nodiscard]] std::uint64_t timeout(Choices& choose);
    [[nodiscard]] std::uint64_t head(Choices& choose);
    void follow_messages();
    void arrived(Thread const& receiver);
    void finished(Pending const& pending, CallAnswer const& answer);
    void expect(bool holds, std::string const& what);

    MachineWorld world_;
    RowHandle caller_{};                 // the process of whoever calls
    std::uint32_t first_{};              // the first thread
    std::uint64_t longest_ns_{for_ever}; // that who calls waits
    std::string found_;
    std::uint64_t serial_{1'000'000};
    std::vector<std::uint64_t> tokens_;
    std::map<std::uint64_t, std::uint64_t> token_owners_; // the generation of a process
    std::vector<Pending> pending_;
    std::set<std::uint64_t> sent_;
    std::set<std::uint64_t> received_;
    Outcomes outcomes_;
};

} // namespace axiom::kernel::test
