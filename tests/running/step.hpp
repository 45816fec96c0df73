#pragma once
// Step: one command of a sequence, and where the others come from.

#include <memory>
#include <span>

#include <rapidcheck/state.h>

#include <tests/running/model.hpp>
#include <tests/running/world.hpp>

namespace axiom::test::running {

using Command = rc::state::Command<Model, World>;

// RapidCheck takes what it asserts apart: `a || b` needs parentheses of its own.
class Step : public Command {
  public:
    [[nodiscard]] virtual std::string name() const = 0;
    /// What it is done to.
    [[nodiscard]] virtual std::string object() const { return {}; }
    void show(std::ostream& to) const final { to << name() << ' ' << object(); }
};

/// Makes one from what RapidCheck draws; may discard.
using Factory = std::shared_ptr<Command const> (*)(Model const& state);
template <class Made> std::shared_ptr<Command const> made(Model const& state) {
    return std::make_shared<Made const>(state);
}

/// Reading, calling, objects. What stands twice is drawn twice as often.
[[nodiscard]] std::span<Factory const> asking();
/// Actions, grants, jobs, denials: what the policy decides.
[[nodiscard]] std::span<Factory const> acting();
/// Services and machines that end and begin again.
[[nodiscard]] std::span<Factory const> ending();

/// All that the model knows, held against the system.
void look_at_all(Model const& state, World& world);

template <class T> [[nodiscard]] T any_of(std::vector<T> const& values) {
    return *rc::gen::elementOf(values);
}

} // namespace axiom::test::running
