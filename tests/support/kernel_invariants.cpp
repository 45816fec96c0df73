#include <tests/support/kernel_invariants.hpp>

#include <vector>

namespace axiom::kernel::test {

namespace {

class Invariants {
  public:
    explicit Invariants(KernelState const& state)
        : state_{state}, references_(objects_of(state.capacities())),
          spent_(state.accounts().capacity()) {}

    std::string first_broken() {
        state_.capabilities().for_each(
            [&](std::uint32_t index, CapabilityRow const& row) { check_capability(index, row); });
        state_.threads().for_each(
            [&](std::uint32_t index, ThreadRow const& row) { check_thread(index, row); });
        state_.processes().for_each(
            [&](std::uint32_t index, ProcessRow const& row) { check_process(index, row); });
        state_.interrupts().for_each([&](std::uint32_t index, InterruptRow const& row) {
            check_tie("interrupt", index, Tie::Kind::line, row.notification);
        });
        state_.for_each_object_table([&](ObjectType type, auto const& table) {
            table.for_each([&](std::uint32_t, auto const& row) { charge_for(type, row); });
        });
        check_counts();
        return found_;
    }

  private:
    void expect(bool holds, char const* kind, std::uint32_t index, char const* what) {
        if (!holds && found_.empty()) {
            found_ = std::string{kind} + " " + std::to_string(index) + " " + what;
        }
    }

    void refer(ObjectName const& object) {
        if (object.row.generation == 0) {
            return;
        }
        bool const lives = state_.lives(object);
        expect(lives, "object", object.row.index, "has gone, and something refers to it");
        if (lives) {
            ++references_[rows_before(state_.capacities(), object.type) + object.row.index];
        }
    }

    void check_capability(std::uint32_t index, CapabilityRow const& row) {
        auto const expect_it = [&](bool holds, char const* what) {
            expect(holds, "capability", index, what);
        };
        auto const& table = state_.capabilities();
        bool const held = state_.is_alive(row.holder);
        expect_it(held, "is held by a process that has ended");
        expect_it(row.expires == LogTime{} || row.expires > state_.now(), "has expired");
        refer(row.object);
        auto const view = state_.slots().find(row.holder, row.slot);
        expect_it(view && view->capability == RowHandle{index, table.generation(index)} &&
                      view->object == row.object && view->rights == row.rights &&
                      view->badge == row.badge && view->expires == row.expires,
                  "looks otherwise in its slot than in the table");
        if (held) {
            ++spent_[state_.processes().row(row.holder.index).head.payer.index].capabilities;
        }
        if (row.parent.generation == 0) {
            return;
        }
        expect_it(table.is_live(row.parent), "has outlived what it was derived from");
        if (!table.is_live(row.parent)) {
            return;
        }
        CapabilityRow const& parent = table.row(row.parent.index);
        expect_it(parent.expires == LogTime{} ||
                      (row.expires != LogTime{} && row.expires <= parent.expires),
                  "is to live longer than its parent");
        if (parent.object == row.object) { // else it was created with the object
            expect_it(parent.rights.covers(row.rights), "has a right that its parent lacks");
            expect_it(parent.badge == 0 || parent.badge == row.badge, "has another badge");
        }
    }

    // Through a capability that lives: to its target, or what that one's capability descended from.
    void check_tie(char const* kind, std::uint32_t index, Tie::Kind tie, Bound const& bound) {
        ObjectName const target{target_of(tie), bound.target};
        if (tie != Tie::Kind::process) {
            refer(target);
        }
        if (bound.through.generation == 0) {
            return; // what that one descended from was given up, and nobody is left to take it back
        }
        auto const& table = state_.capabilities();
        bool const lives = table.is_live(bound.through);
        expect(lives, kind, index, "has outlived the capability that it has something through");
        expect(bound.target.generation != 0, kind, index, "has nothing, through a capability");
        if (!lives) {
            return;
        }
        CapabilityRow const& row = table.row(bound.through.index);
        bool const to_target = row.object == target;
        expect(to_target || row.object.type == ObjectType::account, kind, index,
               "has something through a capability to something else");
        expect(!to_target || row.badge == 0 || row.badge == bound.badge, kind, index,
               "has something through a capability of another badge");
    }

    void check_thread(std::uint32_t index, ThreadRow const& row) {
        check_tie("thread", index, Tie::Kind::context, row.context);
        check_tie("thread", index, Tie::Kind::faults, row.faults);
        check_tie("thread", index, Tie::Kind::budgets, row.budgets);
        check_tie("thread", index, Tie::Kind::signals, row.signals);
        RowHandle const process = row.process.target;
        if (row.life == Life::alive) {
            check_tie("thread", index, Tie::Kind::process, row.process);
            expect(state_.is_alive(process), "thread", index, "lives in a process that ended");
            expect(row.priority <= state_.processes().row(process.index).ceiling, "thread", index,
                   "goes before what its process may");
        } else {
            expect(row.context.target.generation == 0 && row.faults.target.generation == 0 &&
                       row.budgets.target.generation == 0 && row.signals.target.generation == 0 &&
                       row.process.through.generation == 0,
                   "thread", index, "has ended and is bound to something");
        }
    }

    void check_process(std::uint32_t index, ProcessRow const& row) {
        check_tie("process", index, Tie::Kind::space, row.space);
        if (row.life == Life::ended) {
            expect(row.space.target.generation == 0, "process", index, "has ended and has a space");
            expect(!state_.first_held(index), "process", index, "has ended and holds something");
            expect(!state_.first_thread(index), "process", index, "has ended and has threads");
        }
    }

    template <class Row> void charge_for(ObjectType type, Row const& row) {
        static_cast<void>(type);
        if (row.head.payer.generation != 0) {
            refer({ObjectType::account, row.head.payer});
            charge(spent_[row.head.payer.index], cost_of(row));
        }
    }

    void check_counts() {
        state_.for_each_object_table([&](ObjectType type, auto const& table) {
            table.for_each([&](std::uint32_t index, auto const& row) {
                std::uint32_t const found =
                    references_[rows_before(state_.capacities(), type) + index];
                char const* const kind =
                    EnumNames<ObjectType>::names[static_cast<int>(type)].data();
                expect(row.head.references == found, kind, index, "miscounts who refers to it");
                expect(found != 0, kind, index, "lives, and nothing refers to it");
            });
        });
        state_.accounts().for_each([&](std::uint32_t index, AccountRow const& row) {
            expect(row.used == spent_[index], "account", index,
                   "has not spent the sum of what it pays for");
            expect(!first_exceeded(row.limit, row.used, {}), "account", index,
                   "has spent more than it may");
        });
    }

    KernelState const& state_;
    std::string found_;
    std::vector<std::uint32_t> references_; // by object
    std::vector<Quota> spent_;              // by account
};

} // namespace

std::string first_broken(KernelState const& state) {
    return Invariants{state}.first_broken();
}

} // namespace axiom::kernel::test
