#include <tests/explore/fingerprint.hpp>

#include <array>

namespace axiom::kernel::explore {

namespace {

// Two lanes of multiply-and-fold over words, in order.
class Mixer {
  public:
    void add(std::uint64_t word) noexcept {
        low_ = fold(low_ ^ word, 0x9E37'79B9'7F4A'7C15U);
        high_ = fold(high_ ^ word, 0xD6E8'FEB8'6659'FD93U) + low_;
    }
    [[nodiscard]] Fingerprint value() const noexcept {
        return {fold(low_ ^ high_, 0xA076'1D64'78BD'642FU), fold(high_, 0xE703'7ED1'A0B4'28DBU)};
    }

  private:
    static std::uint64_t fold(std::uint64_t left, std::uint64_t right) noexcept {
        __extension__ using Wide = unsigned __int128;
        Wide const product = static_cast<Wide>(left ^ 0x2D35'8DCC'AA6C'78A5U) * right;
        return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
    }

    std::uint64_t low_{1};
    std::uint64_t high_{2};
};

constexpr std::size_t names_max = 128;

class Walk {
  public:
    explicit Walk(Universe const& universe)
        : universe_{universe}, kernel_{universe.kernel()}, state_{kernel_.state()} {}

    Fingerprint fingerprint() {
        for (std::uint32_t cpu = 0; cpu < universe_cpus; ++cpu) {
            add_cpu(cpu);
        }
        add_reached();
        state_.for_each_object_table([&](ObjectType type, auto const& table) {
            table.for_each([&](std::uint32_t index, auto const&) {
                mixer_.add(name({type, {index, table.generation(index)}}));
                add_reached();
            });
        });
        add_leftovers();
        return mixer_.value();
    }

  private:
    // What should not be anywhere; a state that has some must not pass for one that has none.
    void add_leftovers() {
        for (std::uint32_t index = 0; index < state_.capabilities().capacity(); ++index) {
            bool const mapped = kernel_.mapping(index) != nullptr;
            add(mapped && !state_.capabilities().is_live(index) ? 1 : 0);
        }
        for (std::uint32_t index = 0; index < kernel_.threads(); ++index) {
            Thread const& thread = kernel_.thread(index);
            add((thread.ready.queued ? 1U : 0U) | (thread.waiting.queued ? 2U : 0U));
        }
        add(kernel_.frames().free());
        add(universe_.machine().mapped_pages());
    }

    void add(std::uint64_t word) { mixer_.add(word); }

    // Of a moment, how far off it is; what is over is over.
    void add_time(std::uint64_t at_ns) {
        add(at_ns == for_ever ? for_ever : at_ns > universe_.now_ns ? at_ns - universe_.now_ns : 0);
    }

    std::uint64_t name(ObjectName const& object) {
        if (object.row.generation == 0) {
            return 0;
        }
        auto& number = object_names_[static_cast<std::size_t>(object.type)][object.row.index];
        if (number == 0) {
            number = static_cast<std::uint8_t>(++names_);
            reached_.at(names_ - 1) = object;
        }
        return number;
    }

    std::uint64_t name_of_thread(std::uint32_t index) {
        if (index == no_thread) {
            return 0;
        }
        Thread const& thread = kernel_.thread(index);
        return thread.buffer == nullptr ? 255 : name({ObjectType::thread, thread.self});
    }

    std::uint64_t name_of_space(std::uint32_t index) {
        std::uint64_t named = 255;
        state_.for_each_object_table([&](ObjectType type, auto const& table) {
            if (type == ObjectType::space && table.is_live(index)) {
                named = name({type, {index, table.generation(index)}});
            }
        });
        return named;
    }

    // By who holds it and where, which names it well enough.
    void add_capability_name(RowHandle capability) {
        auto const& table = state_.capabilities();
        if (!table.is_live(capability)) {
            return add(capability.generation == 0 ? 0 : 1);
        }
        CapabilityRow const& row = table.row(capability.index);
        add(2 + row.slot.value);
        add(name({ObjectType::process, row.holder}));
    }

    void add_bound(Tie::Kind kind, Bound const& bound) {
        add(name({target_of(kind), bound.target}));
        add_capability_name(bound.through);
        add(bound.badge);
    }

    void add_cpu(std::uint32_t cpu) {
        CpuSide const& side = universe_.cpus[cpu];
        auto const standpoint = kernel_.scheduler().standpoint(Cpu{cpu});
        add(name_of_thread(kernel_.running(Cpu{cpu})));
        add(name_of_thread(side.decision.thread));
        add((side.kicked ? 1U : 0U) | (side.stopped ? 2U : 0U) | (standpoint.choose ? 4U : 0U));
        add_time(side.decision.timer_ns);
        add_time(standpoint.slice_end_ns);
        add(universe_.now_ns - standpoint.since_ns);
        for (std::uint32_t priority = 0; priority < priorities; ++priority) {
            add_queue(
                [&](Thread const& thread) {
                    return thread.ready.queued && thread.ready.previous == no_thread &&
                           thread.ready_on.load() == cpu && thread.queued_priority == priority;
                },
                [](Thread const& thread) { return thread.ready.next; }, priority);
        }
    }

    template <class IsFirst, class Next>
    void add_queue(IsFirst&& is_first, Next&& next, std::uint64_t title) {
        for (std::uint32_t first = 0; first < kernel_.threads(); ++first) {
            if (is_first(kernel_.thread(first))) {
                add(title);
                for (std::uint32_t at = first; at != no_thread; at = next(kernel_.thread(at))) {
                    add(name_of_thread(at));
                }
                add(0);
                return;
            }
        }
    }

    void add_reached() {
        while (described_ < names_) {
            ObjectName const object = reached_[described_++];
            add(static_cast<std::uint64_t>(object.type));
            if (!state_.lives(object)) {
                add(1);
                continue;
            }
            ObjectHead const& head = state_.head(object);
            add(name({ObjectType::account, head.payer}));
            describe(object);
        }
    }

    void describe(ObjectName const& object) {
        std::uint32_t const index = object.row.index;
        switch (object.type) {
        case ObjectType::account: {
            AccountRow const& row = state_.accounts().row(index);
            for (auto const field : quota_fields) {
                add(row.limit.*field);
                add(row.used.*field);
            }
            break;
        }
        case ObjectType::process:
            return describe_process(index);
        case ObjectType::thread:
            return describe_thread(index);
        case ObjectType::region: {
            RegionRow const& row = state_.regions().row(index);
            add(row.pages);
            add(row.first_page);
            break;
        }
        case ObjectType::endpoint:
            add(name_of_thread(kernel_.ipc().serving_thread(object.row)));
            return describe_queues(object);
        case ObjectType::notification:
            add(kernel_.ipc().pending_bits(object.row));
            add(name_of_thread(kernel_.ipc().bound_thread(object.row)));
            return describe_queues(object);
        case ObjectType::context: {
            Budget const& budget = kernel_.scheduler().budget(index);
            ContextRow const& row = state_.contexts().row(index);
            add(row.budget_us);
            add(row.period_us);
            add(static_cast<std::uint64_t>(budget.last_left_ns()));
            add_time(budget.period_end_ns());
            break;
        }
        case ObjectType::interrupt: {
            InterruptRow const& row = state_.interrupts().row(index);
            add(row.line);
            add(row.bit);
            add_bound(Tie::Kind::line, row.notification);
            add(row.line < machine_lines && universe_.machine().unmasked[row.line] ? 1 : 0);
            break;
        }
        case ObjectType::ports: {
            PortsRow const& row = state_.ports().row(index);
            add(row.first);
            add(row.count);
            break;
        }
        case ObjectType::space:
        case ObjectType::log:
            break;
        }
    }

    void describe_process(std::uint32_t index) {
        ProcessRow const& row = state_.processes().row(index);
        add(static_cast<std::uint64_t>(row.life) << 8U | row.exit_code << 16U);
        add_bound(Tie::Kind::space, row.space);
        std::array<std::uint32_t, slots_end * 2> by_slot{};
        for (auto held = state_.first_held(index); held; held = state_.next_held(*held)) {
            by_slot.at(state_.capabilities().row(*held).slot.value) = *held + 1;
        }
        for (std::size_t slot = 0; slot < by_slot.size(); ++slot) {
            if (by_slot[slot] != 0) {
                add(slot);
                describe_capability(by_slot[slot] - 1);
            }
        }
    }

    void describe_capability(std::uint32_t index) {
        CapabilityRow const& row = state_.capabilities().row(index);
        add(name(row.object));
        add(std::uint64_t{row.rights.bits} | row.badge << 8U | std::uint64_t{row.depth} << 56U);
        add(row.expires.value);
        add_capability_name(row.parent);
        if (MappedPages const* const where = kernel_.mapping(index)) {
            add(name_of_space(where->space));
            add(where->address);
            auto const* const page = universe_.machine().page(where->space, where->address);
            add(page == nullptr
                    ? 9
                    : (page->access.write ? 1U : 0U) | (page->access.execute ? 2U : 0U));
        }
    }

    void describe_queues(ObjectName const& object) {
        for (bool const receivers : {false, true}) {
            add_queue(
                [&](Thread const& thread) {
                    return thread.waiting.queued && thread.waiting.previous == no_thread &&
                           thread.target == object &&
                           receivers == (thread.seen().wait() == Wait::receive);
                },
                [](Thread const& thread) { return thread.waiting.next; }, receivers ? 2 : 1);
        }
    }

    void describe_thread(std::uint32_t index) {
        ThreadRow const& row = state_.threads().row(index);
        Thread const& thread = kernel_.thread(index);
        add(static_cast<std::uint64_t>(row.life) | row.exit_code << 16U);
        add_bound(Tie::Kind::process, row.process);
        if (row.life == Life::ended) {
            return;
        }
        add_bound(Tie::Kind::context, row.context);
        add_bound(Tie::Kind::faults, row.faults);
        add_bound(Tie::Kind::budgets, row.budgets);
        add_bound(Tie::Kind::signals, row.signals);
        WaitWord const seen = thread.seen();
        add(static_cast<std::uint64_t>(seen.wait()) | std::uint64_t{thread.standing.load()} << 8U |
            std::uint64_t{thread.priority.load()} << 48U |
            std::uint64_t{thread.ending.load()} << 56U);
        add(thread.affinity.load() << 8U | thread.cpu.load());
        bool const is_told = row.context.target.generation != 0 &&
                             kernel_.scheduler().budget(row.context.target.index).period_end_ns() ==
                                 thread.told_until_ns.load();
        add(is_told ? 1 : 0);
        describe_wait(thread, seen);
    }

    void describe_wait(Thread const& thread, WaitWord seen) {
        Wait const wait = seen.wait();
        if (wait == Wait::none || wait == Wait::idle) {
            return;
        }
        for (std::uint32_t cpu = 0; cpu < universe_cpus; ++cpu) {
            auto const* const deadlines = kernel_.scheduler().standpoint(Cpu{cpu}).deadlines;
            for (Deadline const& deadline : deadlines->all()) {
                if (deadline.thread == thread.index && deadline.number == seen.number()) {
                    add(cpu);
                    add_time(deadline.at_ns);
                }
            }
        }
        // What else is there is of an earlier wait.
        if (wait == Wait::reply || wait == Wait::fault || wait == Wait::call) {
            add(name_of_thread(thread.server.load()));
            add(thread.lent.load());
        }
        if ((wait == Wait::call && !thread.by_fault) || wait == Wait::reply) {
            add(thread.through.rights.covers(right::execute) ? 1 : 0);
            add(thread.buffer->window);
        }
        if (wait == Wait::sleep || wait == Wait::budget || wait == Wait::reply ||
            wait == Wait::fault) {
            return;
        }
        bool const sends = wait == Wait::send || wait == Wait::call;
        bool const by_fault = sends && thread.by_fault;
        add(name(thread.target));
        add(by_fault ? 1 : 0);
        if (!by_fault) {
            add(state_.slots().still(thread.through) ? 1 : 0);
            add_capability_name(thread.through.capability);
        }
        if (wait == Wait::receive) {
            add(thread.buffer->window);
        }
        if (sends) {
            add(thread.head.word);
            add(thread.head.capabilities() == 0 ? 0 : thread.buffer->capabilities[0]);
        }
    }

    Universe const& universe_;
    Kernel const& kernel_;
    KernelState const& state_;
    Mixer mixer_;
    std::array<std::array<std::uint8_t, 8>, object_types> object_names_{};
    std::array<ObjectName, names_max> reached_{};
    std::size_t names_{};
    std::size_t described_{};
};

} // namespace

Fingerprint fingerprint_of(Universe const& universe) {
    return Walk{universe}.fingerprint();
}

} // namespace axiom::kernel::explore
