#pragma once
// Traffic: several threads of two processes that make calls as numbers tell them to: mostly nearly
// right, sometimes wild. After each event everything that must hold is looked at (kernel_audit),
// and every message is followed: none is received that was not sent, none twice, and no sender is
// told that a message has arrived which has not.

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

  private:
    struct Pending {
        Call call{};
        std::uint64_t word{};
        bool waits{};
    };

    void call(std::uint32_t cpu, Choices& choose);
    void prepare(std::uint32_t cpu, Choices& choose);
    [[nodiscard]] Arguments arguments_of(Call call, Choices& choose);
    [[nodiscard]] std::uint64_t slot(Choices& choose);
    [[nodiscard]] std::uint64_t timeout(Choices& choose);
    [[nodiscard]] std::uint64_t head(Choices& choose);
    void follow_messages();
    void arrived(Thread const& receiver);
    void finished(Pending const& pending, CallAnswer const& answer);
    void expect(bool holds, std::string const& what);

    MachineWorld world_;
    std::string found_;
    std::uint64_t serial_{1'000'000};
    std::vector<std::uint64_t> tokens_;
    std::map<std::uint64_t, std::uint64_t> token_owners_; // the generation of a process
    std::vector<Pending> pending_;
    std::set<std::uint64_t> sent_;
    std::set<std::uint64_t> received_;
};

} // namespace axiom::kernel::test
