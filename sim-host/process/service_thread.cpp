#include <sim-host/process/service_thread.hpp>

#include <array>
#include <csignal>
#include <cstdlib>

#include <pthread.h>
#include <ucontext.h>
#include <unistd.h>

#include <kernel/abi/user_calls.hpp>
#include <sim-host/fabric/agent_orders.hpp>
#include <sim-host/fabric/futex.hpp>

namespace axiom::host {

namespace {

constexpr std::uint32_t looks_before_sleep = 200;

thread_local TrapSlot* own_slot = nullptr;
thread_local kernel::MessageBuffer* own_buffer = nullptr;
std::atomic<std::uint32_t> moving{};

// Step 2.
bool take_turn(TrapSlot& slot) noexcept {
    auto offered = static_cast<std::uint32_t>(SlotTurn::offered);
    return slot.turn.load(std::memory_order_relaxed) == offered &&
           slot.turn.compare_exchange_strong(offered, static_cast<std::uint32_t>(SlotTurn::thread));
}

void await_turn(TrapSlot& slot) noexcept {
    for (std::uint32_t look = 0; look < looks_before_sleep; ++look) {
        if (take_turn(slot)) {
            return;
        }
        __builtin_ia32_pause();
    }
    slot.thread_sleeps.store(1);
    while (!take_turn(slot)) {
        std::array const words{SleepOn{&slot.turn, static_cast<std::uint32_t>(SlotTurn::kernel)}};
        futex_sleep(words, no_deadline);
    }
    slot.thread_sleeps.store(0, std::memory_order_relaxed);
}

// Steps 3 to 5; the request lies in the slot.
void come_in(TrapSlot& slot, SlotEvent event) noexcept {
    slot.event.store(static_cast<std::uint32_t>(event), std::memory_order_relaxed);
    slot.turn.store(static_cast<std::uint32_t>(SlotTurn::kernel));
    if (slot.kernel_sleeps.load() != 0) {
        futex_wake(slot.turn);
    }
    await_turn(slot);
}

thread_local std::sig_atomic_t volatile slot_in_use = 0;

// While a thread uses its slot the kernel's signal must not: it is noted, and obeyed at the end.
class SlotUse {
  public:
    explicit SlotUse(TrapSlot& slot) noexcept : slot_{&slot} { slot_in_use = 1; }
    SlotUse(SlotUse const&) = delete;
    SlotUse& operator=(SlotUse const&) = delete;
    ~SlotUse() {
        slot_in_use = 0;
        obey(*slot_);
    }

    /// Comes in if the kernel wants that.
    static void obey(TrapSlot& slot) noexcept {
        if (slot_in_use == 0 && slot.wanted.exchange(0) != 0) {
            come_in(slot, SlotEvent::stopped);
        }
    }
    [[nodiscard]] static bool goes_on() noexcept { return slot_in_use != 0; }

  private:
    TrapSlot* slot_;
};

kernel::CallAnswer enter_kernel(void* where, kernel::CallFrame const& frame) {
    TrapSlot& slot = *static_cast<TrapSlot*>(where);
    SlotUse const use{slot};
    slot.request[0].store(frame.number, std::memory_order_relaxed);
    for (std::size_t index = 0; index < frame.arguments.size(); ++index) {
        slot.request[index + 1].store(frame.arguments[index], std::memory_order_relaxed);
    }
    come_in(slot, SlotEvent::call);
    kernel::CallAnswer answer{.status = slot.answer[0].load(std::memory_order_relaxed)};
    for (std::size_t index = 0; index < answer.words.size(); ++index) {
        answer.words[index] = slot.answer[index + 1].load(std::memory_order_relaxed);
    }
    return answer;
}

void on_wanted(int /*signal*/, siginfo_t* /*info*/, void* /*context*/) {
    if (own_slot != nullptr) {
        SlotUse::obey(*own_slot);
    }
}

// As kernel::Fault::Kind numbers them.
std::uint64_t fault_kind(int signal) noexcept {
    switch (signal) {
    case SIGSEGV:
    case SIGBUS:
        return 1;
    case SIGILL:
        return 2;
    case SIGSYS:
        return 3;
    case SIGFPE:
        return 4;
    default:
        return 5;
    }
}

void on_fault(int signal, siginfo_t* info, void* context) {
    auto const address = reinterpret_cast<std::uintptr_t>(info->si_addr);
    bool const in_window = address >= region_window_begin && address < region_window_end;
    if (signal == SIGSEGV && in_window && moving.load() != 0) {
        ::sched_yield();
        return; // and tries again
    }
    TrapSlot* const slot = own_slot;
    if (slot == nullptr || SlotUse::goes_on()) {
        ::_exit(EXIT_FAILURE); // of the agent, or of this file: a bug
    }
    SlotUse const use{*slot};
    auto const& registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
    bool const is_call = signal == SIGSYS;
    slot->request[0].store(fault_kind(signal), std::memory_order_relaxed);
    slot->request[1].store(static_cast<std::uint64_t>(registers[REG_RIP]),
                           std::memory_order_relaxed);
    slot->request[2].store(is_call ? static_cast<std::uint64_t>(info->si_syscall) : address,
                           std::memory_order_relaxed);
    slot->request[3].store(static_cast<std::uint64_t>(registers[REG_ERR]),
                           std::memory_order_relaxed);
    come_in(*slot, SlotEvent::fault);
}

bool handle(int signal, void (*handler)(int, siginfo_t*, void*), int more) noexcept {
    struct sigaction action{};
    action.sa_sigaction = handler;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART | more;
    return ::sigaction(signal, &action, nullptr) == 0;
}

} // namespace

void say_on_debug_output(std::string_view text) noexcept {
    if (own_slot != nullptr) {
        kernel::Trap const trap{.enter = enter_kernel, .where = own_slot, .buffer = own_buffer};
        static_cast<void>(kernel::UserCalls{trap}.debug_write(text));
    }
}

void region_moves(bool begins) noexcept {
    begins ? moving.fetch_add(1) : moving.fetch_sub(1);
}

bool catch_signals() noexcept {
    bool done = handle(wanted_signal, on_wanted, 0);
    for (int const signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGSYS}) {
        done = done && handle(signal, on_fault, SA_NODEFER);
    }
    return done;
}

void run_thread(ServiceThread const& thread) noexcept {
    constexpr std::size_t stack_bytes = 64U * 1024;
    alignas(64) static thread_local std::array<std::byte, stack_bytes> signal_stack;
    stack_t const stack{.ss_sp = signal_stack.data(), .ss_flags = 0, .ss_size = stack_bytes};
    ::sigaltstack(&stack, nullptr);
    own_slot = thread.slot;
    own_buffer = thread.buffer;
    thread.slot->host_thread.store(::gettid());
    sigset_t wanted;
    ::sigemptyset(&wanted);
    ::sigaddset(&wanted, wanted_signal);
    await_turn(*thread.slot);
    ::pthread_sigmask(SIG_UNBLOCK, &wanted, nullptr);
    kernel::Trap const trap{.enter = enter_kernel, .where = thread.slot, .buffer = thread.buffer};
    thread.entry(trap, thread.argument);
    for (;;) {
        static_cast<void>(kernel::UserCalls{trap}.thread_exit(0)); // returns only if refused
    }
}

} // namespace axiom::host
