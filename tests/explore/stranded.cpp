#include <tests/explore/stranded.hpp>

namespace axiom::kernel::explore {

namespace {

class Stranded {
  public:
    explicit Stranded(Universe const& universe)
        : kernel_{universe.kernel()}, state_{universe.state()} {}

    std::uint32_t threads() {
        std::uint32_t waiting = 0;
        for (std::uint32_t index = 0; index < kernel_.threads(); ++index) {
            Thread const& thread = kernel_.thread(index);
            if (thread.buffer == nullptr || thread.seen().wait() == Wait::idle) {
                continue; // not started, or ended
            }
            bool const goes_on = thread.seen().wait() == Wait::none || has_deadline(thread);
            (goes_on ? awake_ : waiting) |= 1U << index;
        }
        for (bool changed = true; changed;) {
            changed = false;
            for (std::uint32_t index = 0; index < kernel_.threads(); ++index) {
                if ((waiting >> index & 1U) != 0 && can_be_woken(kernel_.thread(index))) {
                    waiting &= ~(1U << index);
                    awake_ |= 1U << index;
                    changed = true;
                }
            }
        }
        return waiting;
    }

  private:
    bool has_deadline(Thread const& thread) const {
        for (std::uint32_t cpu = 0; cpu < universe_cpus; ++cpu) {
            for (Deadline const& deadline :
                 kernel_.scheduler().standpoint(Cpu{cpu}).deadlines->all()) {
                if (deadline.thread == thread.index && deadline.number == thread.seen().number()) {
                    return true;
                }
            }
        }
        return false;
    }

    // Whether somebody awake holds it with these rights.
    bool is_held(ObjectName const& object, Rights rights) const {
        bool found = false;
        state_.capabilities().for_each([&](std::uint32_t, CapabilityRow const& row) {
            found = found ||
                    (row.object == object && row.rights.covers(rights) && is_awake(row.holder));
        });
        return found;
    }

    bool is_awake(RowHandle process) const {
        for (std::uint32_t index = 0; index < kernel_.threads(); ++index) {
            if ((awake_ >> index & 1U) != 0 && kernel_.thread(index).process == process) {
                return true;
            }
        }
        return false;
    }

    bool can_be_signalled(RowHandle notification) const {
        bool by_line = false;
        state_.interrupts().for_each([&](std::uint32_t, InterruptRow const& row) {
            by_line = by_line || row.notification.target == notification;
        });
        return by_line || is_held({ObjectType::notification, notification}, right::write);
    }

    bool can_be_faulted(RowHandle endpoint) const {
        bool found = false;
        state_.threads().for_each([&](std::uint32_t index, ThreadRow const& row) {
            found = found || ((awake_ >> index & 1U) != 0 &&
                              (row.faults.target == endpoint || row.budgets.target == endpoint));
        });
        return found;
    }

    bool can_be_woken(Thread const& thread) const {
        switch (thread.seen().wait()) {
        case Wait::send:
        case Wait::call:
            return is_held(thread.target, right::read);
        case Wait::receive: {
            RowHandle const signals = state_.threads().row(thread.index).signals.target;
            return is_held(thread.target, right::write) || can_be_faulted(thread.target.row) ||
                   (signals.generation != 0 && can_be_signalled(signals));
        }
        case Wait::reply:
        case Wait::fault:
            return is_awake(kernel_.thread(thread.server.load()).process);
        case Wait::signal:
            return can_be_signalled(thread.target.row);
        case Wait::thread_end:
            return (awake_ >> thread.target.row.index & 1U) != 0 ||
                   is_held(thread.target, right::manage);
        case Wait::process_end:
            return is_awake(thread.target.row) || is_held(thread.target, right::manage);
        case Wait::budget:
            return is_held({ObjectType::thread, thread.self}, right::manage);
        default:
            return true;
        }
    }

    Kernel const& kernel_;
    KernelState const& state_;
    std::uint32_t awake_{};
};

} // namespace

std::uint32_t stranded_threads(Universe const& universe) {
    return Stranded{universe}.threads();
}

} // namespace axiom::kernel::explore
