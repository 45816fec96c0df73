#pragma once
// Kernel: events in, decisions out.
//
//     system call ┐                        ┌ which thread runs on this CPU, and its answer
//     fault       ├──▶ one turn of a CPU ──┤ when to come back at the latest
//     interrupt   │    in the kernel       └ whom to bring into the kernel
//     timer       ┘
//
// No event blocks: a thread that must wait is put aside, and the CPU goes on with another. A turn
// changes authority at most once (reply-and-receive: twice), by core/authority.hpp, under the
// authority lock, which it keeps to its end; what went with the change is taken off the machine
// before the lock is let go (effects.cpp). Everything else is execution: ipc, task.
//
// Any registers, from any thread, at any moment: the answer is a refusal that has changed nothing.

#include <kernel/cap/look.hpp>
#include <kernel/core/authority.hpp>
#include <kernel/core/authority_lock.hpp>
#include <kernel/core/device_grants.hpp>
#include <kernel/core/log_side.hpp>
#include <kernel/core/recorder.hpp>
#include <kernel/ipc/ipc.hpp>
#include <kernel/memory/frame_chains.hpp>
#include <kernel/port/machine.hpp>
#include <kernel/syslog/syslog.hpp>

namespace axiom::kernel {

/// Why a thread cannot go on. Numbers are for good; words of the message to its fault endpoint.
struct Fault {
    enum class Kind : std::uint8_t {
        page = 1,    // `detail` is the address
        instruction, // illegal, or not allowed
        call,        // an unknown one; `detail` is its number
        arithmetic,
        other,
        budget, // used up; `detail` is when its context's next period begins
    };
    Kind kind{};
    std::uint64_t at{}; // the instruction's address
    std::uint64_t detail{};
    std::uint64_t more{}; // the machine's own
};

struct KernelOptions {
    Machine* machine{};
    Log* log{};
    KernelDomain* domain{};
    Syslog* syslog{}; // of as many CPUs; none: calls are not recorded
    std::uint32_t cpus{1};
    std::uint32_t frames{};     // of memory that regions and message buffers come from
    std::uint64_t first_page{}; // the physical page that frame 0 is; a multiple of 512
    std::uint32_t lines{};      // interrupt lines [0, lines)
    LogParts log_parts{};       // for the calls by which the log is attached and drained
};

class Kernel final : private Passage {
  public:
    Kernel(Arena& arena, KernelOptions const& options) noexcept;

    [[nodiscard]] static std::size_t bytes_for(KernelOptions const& options,
                                               KernelCapacities const& rows) noexcept;

    /// The first event: the first process and its first thread, which runs at the highest priority
    /// and whose capabilities follow those of `Start`: thread, then scheduling context.
    [[nodiscard]] Answer<void> boot(Start const& start, StartState const& begin) noexcept;

    // ── events ─────────────────────────────────────────────────────────────────────────────────
    // Each on the CPU where it happens; time never goes backwards on one. The decision is that
    // CPU's until its next event.

    [[nodiscard]] Decision const& call(Cpu cpu, std::uint64_t now_ns,
                                       CallFrame const& frame) noexcept;
    [[nodiscard]] Decision const& fault(Cpu cpu, std::uint64_t now_ns, Fault const& fault) noexcept;
    [[nodiscard]] Decision const& interrupt(Cpu cpu, std::uint64_t now_ns,
                                            std::uint64_t line) noexcept;

    /// The timer, or another CPU's wish.
    [[nodiscard]] Decision const& timer(Cpu cpu, std::uint64_t now_ns) noexcept;

    /// What ran in this address space is gone, and not by the kernel's doing: its processes end,
    /// with the code of `Fault::Kind::other`. For a machine whose address spaces can die.
    [[nodiscard]] Decision const& lost(Cpu cpu, std::uint64_t now_ns, RowHandle space) noexcept;

    /// First thing in a CPU that `Machine::stop` has brought in.
    void acknowledge(Cpu cpu) noexcept {
        scheduler_.drop_ended(cpu);
        lock_.acknowledge(cpu);
    }

    /// Runs `use(Log&)` under the authority lock, as whoever drains the log needs it. Not within a
    /// turn.
    template <class Use> void with_log(Cpu cpu, Use&& use) noexcept {
        lock_authority(cpu);
        use(*log_);
        lock_.unlock();
    }

    // ── looking ────────────────────────────────────────────────────────────────────────────────

    [[nodiscard]] KernelState const& state() const noexcept { return authority_.state(); }
    [[nodiscard]] Thread const& thread(std::uint32_t index) const noexcept {
        return scheduler_.threads()[index];
    }
    [[nodiscard]] std::uint32_t threads() const noexcept {
        return static_cast<std::uint32_t>(scheduler_.threads().size());
    }
    [[nodiscard]] std::uint32_t running(Cpu cpu) const noexcept { return scheduler_.running(cpu); }
    [[nodiscard]] FramePool const& frames() const noexcept { return pool_; }
    [[nodiscard]] Scheduler const& scheduler() const noexcept { return scheduler_; }
    [[nodiscard]] Ipc const& ipc() const noexcept { return ipc_; }

    /// Where the region of the capability at this index is mapped through it; none: nowhere.
    [[nodiscard]] MappedPages const* mapping(std::uint32_t capability) const noexcept {
        Mapping const& mapping = mappings_[capability];
        return mapping.mapped ? &mapping.where : nullptr;
    }

  private:
    struct Backing { // what a new object is made of
        FrameChain chain{};
        std::optional<FrameBlock> block{};
    };
    struct GivingUp { // a call by which a thread does so, and its arguments
        Call call{};
        std::uint64_t first{};
        std::uint64_t second{};
    };
    struct Mapping {
        MappedPages where{};
        bool mapped{};
    };

    // calls.cpp, and a file for each group of calls. Each is entered with all it needs in
    // registers; most handlers are given a turn, and what they give back is told and the turn
    // finished.
    using Entry = Decision const& (*)(Kernel&, Cpu, std::uint64_t now_ns, CallFrame const&,
                                      Thread&) noexcept;
    static std::array<Entry, calls> const entries;
    template <Outcome (Kernel::*handler)(Turn&, CallFrame const&) noexcept>
    [[gnu::noinline]] static Decision const& enter(Kernel& kernel, Cpu cpu, std::uint64_t now_ns,
                                                   CallFrame const& frame,
                                                   Thread& thread) noexcept {
        Turn turn{.cpu = cpu, .now_ns = now_ns, .thread = &thread};
        return kernel.finish(turn, frame, (kernel.*handler)(turn, frame));
    }
    static Decision const& enter_time(Kernel& kernel, Cpu cpu, std::uint64_t now_ns,
                                      CallFrame const& frame, Thread& thread) noexcept;
    static Decision const& enter_call(Kernel& kernel, Cpu cpu, std::uint64_t now_ns,
                                      CallFrame const& frame, Thread& thread) noexcept;
    static Decision const& enter_reply_receive(Kernel& kernel, Cpu cpu, std::uint64_t now_ns,
                                               CallFrame const& frame, Thread& thread) noexcept;
    Outcome on_debug_write(Turn&, CallFrame const&) noexcept;
    Outcome on_create(Turn&, CallFrame const&) noexcept;
    Outcome on_create_account(Turn&, CallFrame const&) noexcept;
    Outcome on_derive(Turn&, CallFrame const&) noexcept;
    Outcome on_move(Turn&, CallFrame const&) noexcept;
    Outcome on_giving_up(Turn&, CallFrame const&) noexcept;
    Outcome on_inspect(Turn&, CallFrame const&) noexcept;
    Outcome on_bind(Turn&, CallFrame const&) noexcept;
    Outcome on_process_list(Turn&, CallFrame const&) noexcept;
    Outcome on_process_wait(Turn&, CallFrame const&) noexcept;
    Outcome on_thread_start(Turn&, CallFrame const&) noexcept;
    Outcome on_thread_join(Turn&, CallFrame const&) noexcept;
    Outcome on_thread_place(Turn&, CallFrame const&) noexcept;
    Outcome on_yield(Turn&, CallFrame const&) noexcept;
    Outcome on_sleep(Turn&, CallFrame const&) noexcept;
    Outcome on_map(Turn&, CallFrame const&) noexcept;
    Outcome on_unmap(Turn&, CallFrame const&) noexcept;
    Outcome on_protect(Turn&, CallFrame const&) noexcept;
    Outcome on_send(Turn&, CallFrame const&) noexcept;
    Outcome on_receive(Turn&, CallFrame const&) noexcept;
    Outcome on_call(Turn&, CallFrame const&) noexcept;
    Outcome on_reply(Turn&, CallFrame const&) noexcept;
    Outcome on_reply_receive(Turn&, CallFrame const&) noexcept;
    Outcome on_signal(Turn&, CallFrame const&) noexcept;
    Outcome on_wait(Turn&, CallFrame const&) noexcept;
    Outcome on_interrupt_acknowledge(Turn&, CallFrame const&) noexcept;
    Outcome on_interrupt_mask(Turn&, CallFrame const&) noexcept;
    Outcome on_port_in(Turn&, CallFrame const&) noexcept;
    Outcome on_port_out(Turn&, CallFrame const&) noexcept;
    Outcome on_log_attach(Turn&, CallFrame const&) noexcept;
    Outcome on_log_drain(Turn&, CallFrame const&) noexcept;
    Outcome on_syslog_drain(Turn&, CallFrame const&) noexcept;
    Outcome on_log_propose(Turn&, CallFrame const&) noexcept;
    Outcome on_unknown(Turn&, CallFrame const&) noexcept;
    [[nodiscard]] Decision const& call_and_tell(Cpu cpu, std::uint64_t now_ns,
                                                CallFrame const& frame, Thread& thread) noexcept;
    [[nodiscard]] Decision const& call_unknown(Cpu cpu, std::uint64_t now_ns,
                                               CallFrame const& frame, Thread& thread) noexcept;

    // turns
    [[nodiscard]] bool is_alive(RowHandle thread) const noexcept;
    void lock_authority(Cpu cpu) noexcept;
    [[nodiscard]] Turn begin(Cpu cpu, std::uint64_t now_ns) noexcept;
    void let_authority_go(Turn& turn) noexcept;
    [[nodiscard]] Decision const& finish(Turn& turn) noexcept;
    [[nodiscard]] Decision const& finish(Turn& turn, CallFrame const& frame,
                                         Outcome const& outcome) noexcept;
    [[nodiscard]] Decision const& choose(Cpu cpu, std::uint64_t now_ns) noexcept;
    [[nodiscard]] Decision const& go_on(Cpu cpu, std::uint64_t now_ns, Thread& current) noexcept;
    template <class Request> Answer<void> perform(Turn& turn, Request const& request) noexcept;
    // The capability in the slot that this argument of the call names.
    [[nodiscard]] Answer<SlotView> look_up(Turn const& turn, CallFrame const& frame,
                                           Need need) const noexcept {
        return look(state().slots(), turn.thread->process, slot_of(frame.arguments[need.argument]),
                    need);
    }
    Outcome send_as(Turn& turn, CallFrame const& frame, Wait as) noexcept;
    Outcome receive_as(Turn& turn, CallFrame const& frame, std::uint8_t argument) noexcept;
    Outcome mask_line(Turn& turn, SlotView const& interrupt, bool masked) noexcept;
    [[nodiscard]] Answer<std::uint16_t> port_of(Turn& turn, CallFrame const& frame,
                                                Rights rights) noexcept;
    [[nodiscard]] static Answer<Access> access_of(SlotView const& region,
                                                  std::uint8_t region_argument, std::uint64_t bits,
                                                  std::uint8_t bits_argument) noexcept;
    [[nodiscard]] std::uint64_t physical_address(SlotView const& region,
                                                 RegionRow const& row) const noexcept;
    [[nodiscard]] bool map_region(MappedPages const& where, RegionRow const& row,
                                  FrameChain const& frames, Access access) noexcept;
    [[nodiscard]] Answer<Backing> take_backing(CreateRequest const& request,
                                               std::optional<std::uint8_t> row) noexcept;
    void give_backing(Backing const& backing) noexcept;
    [[nodiscard]] bool pays(RowHandle account, RowHandle process) const noexcept;
    void await_others(Turn const& turn) noexcept;
    Outcome await_end(Turn& turn, CallFrame const& frame, ObjectType type, Wait what) noexcept;
    Outcome report(Turn& turn, Fault const& fault) noexcept;
    [[nodiscard]] Outcome report_to(Turn& turn, Bound const& handler, Fault const& fault) noexcept;
    void tell_of_budget(Turn& turn, CallAnswer const& answer) noexcept;

    // calls_log.cpp and calls_propose.cpp
    [[nodiscard]] Answer<RegionMemory> memory_of(Turn const& turn, CallFrame const& frame,
                                                 std::uint8_t argument, Rights rights) noexcept;
    [[nodiscard]] Answer<void> attach_log(AttachHead const& head, Bytes state) noexcept;
    [[nodiscard]] Answer<void> attach_first(AttachHead const& head, Bytes state) noexcept;
    void tell_drainer(Turn& turn) noexcept;

    // ends.cpp
    [[nodiscard]] bool may_await_room(RowHandle process) const noexcept;
    [[nodiscard]] Answer<Event> decide_giving_up(Thread const& asker,
                                                 GivingUp const& asked) const noexcept;
    [[nodiscard]] Answer<bool> give_up(Thread const& asker, GivingUp const& asked) noexcept;
    void await_room(Turn& turn, GivingUp const& asked, bool by_fault) noexcept;
    void end_room_waits(Turn& turn) noexcept;

    // grants.cpp
    [[nodiscard]] bool grants_wait() const noexcept;
    [[nodiscard]] bool is_device_in(RowHandle process, Slot slot) const noexcept;
    [[nodiscard]] bool is_of_recovery(RowHandle process) const noexcept;
    [[nodiscard]] bool grant_waits(RowHandle giver, RowHandle taker) const noexcept;
    [[nodiscard]] bool still_waits(RowHandle process, Slot slot) const noexcept;
    [[nodiscard]] RowHandle taker_of(Turn const& turn, Target const& into) const noexcept;
    [[nodiscard]] Answer<void> may_grant(RowHandle giver, bool gives,
                                         std::uint32_t waiting) const noexcept;
    void note_grant(RowHandle process, Slot slot) noexcept;
    template <class Request>
    Outcome hand_on(Turn& turn, Slot source, Request const& request) noexcept;
    Outcome await_grant(Turn& turn, RowHandle taker, Slot slot, CallAnswer const& answer) noexcept;
    [[nodiscard]] Answer<void> may_use(Turn& turn, SlotView const& device,
                                       std::uint8_t argument) noexcept;
    void end_durable_waits(Turn& turn) noexcept;
    void wake_drainer(Turn& turn, std::uint64_t bit) noexcept;
    Outcome propose_for_caller(Turn& turn, std::uint64_t token, ProposalHead const& head,
                               std::uint64_t verdict) noexcept;
    Outcome propose_for_saved(Turn& turn, std::uint64_t token, ProposalHead const& head,
                              std::uint64_t verdict) noexcept;
    [[nodiscard]] Answer<SlotView> exercised_by(Turn const& turn, Thread const& client,
                                                ProposalHead const& head) const noexcept;
    Outcome propose_for(Turn& turn, Asked const& client, ProposalHead const& head,
                        std::uint64_t verdict) noexcept;
    Outcome propose_itself(Turn& turn, ProposalHead const& head, RowHandle exercised) noexcept;
    Outcome append_proposal(Proposal proposal, ProposalHead const& head, RowHandle payer) noexcept;

    // Passage
    [[nodiscard]] bool take_authority(Turn& turn) noexcept override;
    [[nodiscard]] Answer<void> pass(Turn& turn, Thread& sender, SlotView const& through,
                                    MessageHead head, Thread& receiver) noexcept override;

    // effects.cpp
    void bring_up(ObjectName const& object) noexcept;
    void rebind(Turn& turn, Bind const& bind) noexcept;
    void settle(Turn& turn) noexcept;
    void note_gone(Turn& turn, Departed const& gone) noexcept;
    void note_untied(Turn& turn, Tie tie) noexcept;
    void note_lost(std::uint32_t capability) noexcept;
    void end_waits(Turn& turn) noexcept;
    void end_wait_for_another(Turn& turn, Thread& thread) noexcept;
    void bury(Turn& turn) noexcept;
    void give_back() noexcept;
    void unmap(std::uint32_t capability) noexcept;
    void start_thread(Turn& turn, std::uint32_t thread, StartState const& begin) noexcept;
    [[nodiscard]] std::optional<std::uint64_t> exit_code(ObjectName const& object) const noexcept;

    Machine* machine_;
    Log* log_;
    Syslog* syslog_;
    LogMeter meter_;
    Authority authority_;
    AuthorityLock lock_;
    Scheduler scheduler_;
    Ipc ipc_;
    FramePool pool_;
    std::uint64_t first_page_;
    FrameChains chains_;
    LogSide log_side_;
    DeviceGrants grants_;

    Recorder recorder_;
    std::span<FrameChain> region_frames_;               // by region
    std::span<FrameBlock> thread_frames_;               // by thread: its buffer's
    std::span<Mapping> mappings_;                       // by capability
    std::span<std::atomic<std::uint64_t>> port_ranges_; // by row: first, and how many
    std::span<std::atomic<std::uint64_t>> line_of_;     // by row of an interrupt: its line
    // By interrupt line, what it signals: bits 0 to 23 a notification, 24 to 29 the bit; 0:
    // nothing.
    std::span<std::atomic<std::uint64_t>> lines_;

    // What has gone and must not be used again before every CPU has acknowledged that.
    BitTree gone_threads_;
    BitTree gone_regions_;
    BitTree gone_spaces_;
    BitTree gone_endpoints_;

    // Whose waits are to be looked at.
    BitTree untied_threads_; // from who hears of their faults
    BitTree touched_endpoints_;
    BitTree touched_notifications_;
    bool somebody_ended_{};

    bool unmapped_some_{}; // that other CPUs may still know of
};

// The end of a call, after which this one runs unless there is somebody to choose.
inline Decision const& Kernel::go_on(Cpu cpu, std::uint64_t now_ns, Thread& current) noexcept {
    if (scheduler_.must_choose(cpu)) [[unlikely]] {
        return choose(cpu, now_ns);
    }
    recorder_.answer(cpu, current, now_ns);
    lock_.leave(cpu);
    return scheduler_.decision(cpu);
}

template <class Request> Answer<void> Kernel::perform(Turn& turn, Request const& request) noexcept {
    if (!take_authority(turn)) {
        return refuse(Check::ended);
    }
    Thread const& asker = *turn.thread;
    auto const done = authority_.perform({.process = asker.process, .thread = asker.self},
                                         recorder_.position(asker), request);
    return done ? Answer<void>{} : std::unexpected{done.error()};
}

} // namespace axiom::kernel
