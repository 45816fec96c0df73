#pragma once
// Traffic: several threads of two processes that make calls as numbers tell them to: mostly nearly
// right, sometimes wild. After each event everything that must hold is looked at (kernel_audit),
// and every message is followed: none is received that was not sent, none twice, and no sender is
// told that a message has arrived which has not.

#include <map>
#include <set>
#include <string>
#include <vector>

#include <tests/support/kernel_audit.hpp>

namespace axiom::kernel::test {

/// Numbers that a run is made of; after the last, all are 0.
class Numbers {
  public:
    explicit Numbers(std::vector<std::uint32_t> numbers) : numbers_{std::move(numbers)} {}

    [[nodiscard]] bool more() const { return at_ < numbers_.size(); }
    std::uint64_t below(std::uint64_t end) { return more() ? numbers_[at_++] % end : 0; }

  private:
    std::vector<std::uint32_t> numbers_;
    std::size_t at_{};
};

class Traffic {
  public:
    Traffic();

    /// One event. What does not hold after it; empty: everything does.
    [[nodiscard]] std::string step(Numbers& numbers);

    [[nodiscard]] MachineWorld& world() { return world_; }

  private:
    struct Pending {
        Call call{};
        std::uint64_t word{};
        bool waits{};
    };

    void call(std::uint32_t cpu, Numbers& numbers);
    void prepare(std::uint32_t cpu, Numbers& numbers);
    [[nodiscard]] Arguments arguments_of(Call call, Numbers& numbers);
    [[nodiscard]] std::uint64_t slot(Numbers& numbers);
    [[nodiscard]] std::uint64_t timeout(Numbers& numbers);
    [[nodiscard]] std::uint64_t head(Numbers& numbers);
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
