#include <sim-host/machine/cpu_threads.hpp>

#include <array>

#include <axiom/base/hooks.hpp>
#include <sim-host/fabric/futex.hpp>
#include <sim-host/machine/slot_entry.hpp>

namespace axiom::host {

namespace {

using kernel::CallAnswer;
using kernel::CallFrame;
using kernel::Cpu;
using kernel::Decision;
using kernel::Fault;
using kernel::Kernel;

// How long a thread may take to come in once it was sent a signal. A machine under load may let an
// honest one wait; what takes longer obeys nobody.
constexpr std::uint64_t patience_ns = 2'000'000'000;
constexpr std::uint32_t looks_before_sleep = 200;

class HostCpu {
  public:
    HostCpu(Kernel& kernel, HostMachine& machine, Cpu cpu)
        : kernel_{&kernel}, machine_{&machine}, wishes_{&machine.wishes(cpu)}, cpu_{cpu} {}

    void run() {
        Decision decision = enter();
        while (!machine_->is_off()) {
            machine_->bring_in(decision.kicks);
            if (is_due(decision)) { // else one who calls without end would keep everybody waiting
                decision = enter();
                machine_->bring_in(decision.kicks);
            }
            decision = decision.thread == kernel::no_thread ? idle(decision) : run_thread(decision);
        }
        machine_->leave();
        while (!machine_->all_have_left()) { // somebody may still wait for an acknowledgement
            grant_acknowledgement();
            axiom_relax();
        }
    }

  private:
    // A wish or the timer; no thread runs on this CPU's behalf.
    Decision enter() {
        grant_acknowledgement();
        wishes_->enter.store(false);
        while (auto const line = machine_->lines().next()) {
            machine_->bring_in(kernel_->interrupt(cpu_, monotonic_ns(), *line).kicks);
        }
        if (cpu_.value == 0) {
            while (auto const space = machine_->deaths().next()) {
                machine_->bring_in(kernel_->lost(cpu_, monotonic_ns(), *space).kicks);
                if (!somebody_lives()) {
                    machine_->switch_off();
                }
            }
        }
        return kernel_->timer(cpu_, monotonic_ns());
    }

    bool somebody_lives() {
        bool lives = false;
        kernel_->with_log(cpu_, [&](Log& /*log*/) {
            auto const& processes = kernel_->state().processes();
            for (std::uint32_t index = 0; index < processes.capacity(); ++index) {
                lives = lives || kernel_->state().is_alive({index, processes.generation(index)});
            }
        });
        return lives;
    }

    void grant_acknowledgement() {
        if (wishes_->acknowledge.exchange(false)) {
            kernel_->acknowledge(cpu_);
        }
    }

    [[nodiscard]] bool is_due(Decision const& decision) const {
        return wishes_->enter.load() || monotonic_ns() >= decision.timer_ns;
    }

    Decision idle(Decision const& decision) {
        wishes_->idle.store(true);
        for (;;) {
            std::uint32_t const seen = wishes_->count.load();
            grant_acknowledgement();
            if (is_due(decision)) {
                wishes_->idle.store(false);
                return enter();
            }
            std::array const words{SleepOn{&wishes_->count, seen}};
            futex_sleep(words, decision.timer_ns);
        }
    }

    Decision run_thread(Decision const& decision) {
        auto const thread = machine_->thread(decision.thread);
        if (!thread) {
            return kernel_->fault(cpu_, monotonic_ns(), {.kind = Fault::Kind::other});
        }
        while (!thread->process().is_settled()) {
            grant_acknowledgement();
            if (kernel_->running(cpu_) != decision.thread || is_due(decision)) {
                return enter();
            }
            if (thread->process().has_ended()) {
                return kernel_->fault(cpu_, monotonic_ns(), {.kind = Fault::Kind::other});
            }
            thread->process().look_for_answers();
        }
        offer(*thread, kernel_->thread(decision.thread).answer);
        for (;;) {
            std::uint32_t const seen = wishes_->count.load();
            grant_acknowledgement();
            bool const still_its = kernel_->running(cpu_) == decision.thread;
            if (is_in(thread->slot())) {
                return still_its ? came_in(thread->slot()) : enter();
            }
            if (!still_its || is_due(decision)) {
                return stop(*thread, decision.thread);
            }
            sleep(thread->slot(), seen, decision.timer_ns);
        }
    }

    // Step 1 of fabric/trap_slot.hpp.
    static void offer(HostThread& thread, CallAnswer const& answer) {
        TrapSlot& slot = thread.slot();
        put_answer(slot, answer);
        slot.wanted.store(0, std::memory_order_relaxed);
        slot.turn.store(static_cast<std::uint32_t>(SlotTurn::offered));
        if (slot.thread_sleeps.load() != 0) {
            futex_wake(slot.turn);
        }
    }

    void sleep(TrapSlot& slot, std::uint32_t seen, std::uint64_t until_ns) {
        for (std::uint32_t look = 0; look < looks_before_sleep; ++look) {
            if (is_in(slot) || wishes_->count.load(std::memory_order_relaxed) != seen) {
                return;
            }
            __builtin_ia32_pause();
        }
        slot.kernel_sleeps.store(1);
        std::uint32_t const turn = slot.turn.load();
        if (turn == static_cast<std::uint32_t>(SlotTurn::offered) ||
            turn == static_cast<std::uint32_t>(SlotTurn::thread)) {
            std::array const words{SleepOn{&slot.turn, turn}, SleepOn{&wishes_->count, seen}};
            futex_sleep(words, until_ns);
        }
        slot.kernel_sleeps.store(0, std::memory_order_relaxed);
    }

    Decision came_in(TrapSlot& slot) {
        std::uint64_t const now = monotonic_ns();
        SlotEntry const entry = entry_in(slot);
        switch (entry.event) {
        case SlotEvent::call:
            return kernel_->call(cpu_, now, entry.call);
        case SlotEvent::fault:
            machine_->note_fault(kernel_->running(cpu_), entry.fault);
            return kernel_->fault(cpu_, now, entry.fault);
        case SlotEvent::stopped:
            break;
        }
        return enter();
    }

    // Takes the CPU from the thread: its offer back, or by a signal, or by the end of its process.
    Decision stop(HostThread& thread, std::uint32_t index) {
        TrapSlot& slot = thread.slot();
        auto offered = static_cast<std::uint32_t>(SlotTurn::offered);
        if (slot.turn.compare_exchange_strong(offered,
                                              static_cast<std::uint32_t>(SlotTurn::kernel))) {
            return enter();
        }
        bool const obeyed = signal_and_wait(thread);
        if (!obeyed) {
            thread.process().end();
        }
        if (kernel_->running(cpu_) != index) {
            return enter(); // it has ended meanwhile
        }
        return obeyed ? came_in(slot)
                      : kernel_->fault(cpu_, monotonic_ns(), {.kind = Fault::Kind::other});
    }

    bool signal_and_wait(HostThread& thread) {
        TrapSlot& slot = thread.slot();
        slot.wanted.store(1);
        thread.process().signal(slot.host_thread.load(std::memory_order_relaxed));
        std::uint64_t const until = monotonic_ns() + patience_ns;
        for (std::uint32_t seen = wishes_->count.load(); !is_in(slot);
             seen = wishes_->count.load()) {
            grant_acknowledgement();
            if (thread.process().has_ended() || monotonic_ns() >= until) {
                return false;
            }
            sleep(slot, seen, until);
        }
        return true;
    }

    Kernel* kernel_;
    HostMachine* machine_;
    HostMachine::CpuWishes* wishes_;
    Cpu cpu_;
};

} // namespace

CpuThreads::CpuThreads(Kernel& kernel, HostMachine& machine) : machine_{&machine} {
    for (std::uint32_t cpu = 0; cpu < machine.cpus(); ++cpu) {
        threads_.emplace_back(
            [&kernel, &machine, cpu] { HostCpu{kernel, machine, Cpu{cpu}}.run(); });
    }
}

CpuThreads::~CpuThreads() {
    machine_->switch_off();
    await_off();
}

void CpuThreads::await_off() {
    for (std::thread& thread : threads_) {
        if (thread.joinable()) {
            thread.join();
        }
    }
}

} // namespace axiom::host
