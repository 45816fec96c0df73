#include <tests/explore/judge.hpp>

#include <algorithm>

#include <tests/support/kernel_audit.hpp>
#include <tests/support/kernel_invariants.hpp>

namespace axiom::kernel::explore {

namespace {

constexpr std::uint64_t own = ~std::uint64_t{0};
constexpr std::uint32_t token_index_bits = 24;

} // namespace

void Judge::begin(Universe& universe) {
    root_ = universe.root();
    entries_ = universe.entries();
    zeroed_ = universe.machine().zeroed;
    for (std::uint32_t cpu = 0; cpu < universe_cpus; ++cpu) {
        processes_[cpu] = universe.can_call(cpu) ? universe.thread_on(cpu).process : RowHandle{};
    }
    for (std::uint32_t cpu = 0; cpu < universe_cpus; ++cpu) {
        running_[cpu] = running_on(universe, cpu);
    }
    capabilities_.clear();
    auto const& table = universe.state().capabilities();
    table.for_each([&](std::uint32_t index, CapabilityRow const& row) {
        capabilities_.push_back({{index, table.generation(index)}, row});
    });
    ties_ = ties_in(universe.state());
    awaiting_.clear();
    for (std::uint32_t index = 0; index < universe.kernel().threads(); ++index) {
        Thread const& thread = universe.kernel().thread(index);
        WaitWord const seen = thread.seen();
        if (seen.wait() == Wait::reply || seen.wait() == Wait::fault) {
            awaiting_.push_back(
                {seen.number() << token_index_bits | index, thread.server_process.load()});
        }
    }
}

std::string Judge::step(Universe& universe, Event const& event,
                        std::optional<CallAnswer> const& answer) {
    std::uint64_t const entries = universe.entries().value - entries_.value;
    bool const is_call = event.kind == Event::Kind::call;
    auto const call = static_cast<Call>(event.frame.number);
    bool const refused = answer && !answer->done() && answer->status != as_it_was;
    if (entries > (is_call && call == Call::reply_receive ? 2U : 1U)) {
        return "one event has made " + std::to_string(entries) + " entries";
    }
    if (refused && call != Call::reply_receive && entries != 0) {
        return "a refused call has made an entry";
    }
    if (!is_charged(universe, event.cpu)) {
        return "a thread was not charged for the time that it ran";
    }
    std::string why = is_call ? check_call(universe, event, answer) : std::string{};
    if (why.empty() && entries != 0) {
        bool const done = !answer || answer->done(); // or it has ended who asked
        why = capabilities(universe, event, done);
        if (why.empty()) {
            why = ties(universe, event);
        }
    }
    return why;
}

std::string Judge::hashes(Universe& universe) const {
    if (universe.entries() == entries_) {
        return universe.root() == root_ ? "" : "authority has changed without an entry";
    }
    return universe.root() == universe.shadow_root() ? ""
                                                     : "a replay of the log comes to another state";
}

std::string Judge::check_call(Universe const& universe, Event const& event,
                              std::optional<CallAnswer> const& answer) {
    auto const call = static_cast<Call>(event.frame.number);
    auto const& arguments = event.frame.arguments;
    process_ = processes_[event.cpu];
    if (!answer || answer->done()) {
        if (makes_unzeroed_region(universe, event, answer)) {
            return "a region's frames were not zeroed";
        }
        return makes_scattered_row(universe, event, answer) ? "a region is not in the row asked for"
                                                            : forbidden(event);
    }
    if (universe.machine().zeroed != zeroed_) {
        return "frames were zeroed for a call that is refused";
    }
    std::uint64_t const check = answer->status & 0xFFU;
    bool const is_awaited = call == Call::reply && is_ours(arguments[0]);
    bool const no_token = check == static_cast<std::uint64_t>(Check::token);
    return is_awaited && no_token ? "a reply that is waited for was refused" : "";
}

bool Judge::makes_unzeroed_region(Universe const& universe, Event const& event,
                                  std::optional<CallAnswer> const& answer) const {
    auto const& arguments = event.frame.arguments;
    bool const creates = answer && event.frame.number == static_cast<std::uint64_t>(Call::create) &&
                         arguments[3] == static_cast<std::uint64_t>(ObjectType::region) &&
                         arguments[4] == 0;
    return creates && universe.machine().zeroed - zeroed_ != arguments[5];
}

// As far as the machine was told to zero it.
bool Judge::makes_scattered_row(Universe const& universe, Event const& event,
                                std::optional<CallAnswer> const& answer) {
    auto const& arguments = event.frame.arguments;
    bool const creates = answer && event.frame.number == static_cast<std::uint64_t>(Call::create) &&
                         arguments[3] == static_cast<std::uint64_t>(ObjectType::region) &&
                         arguments[4] == 0 && arguments[7] != 0;
    if (!creates) {
        return false;
    }
    SmallMachine const& machine = universe.machine();
    std::uint64_t const first = machine.row_end - arguments[5];
    return first < machine.row_start || first % (std::uint64_t{1} << (arguments[7] - 1)) != 0;
}

Judge::Running Judge::running_on(Universe const& universe, std::uint32_t cpu) {
    Kernel const& kernel = universe.kernel();
    Running running{.thread = kernel.running(Cpu{cpu}),
                    .context = {},
                    .left_ns = 0,
                    .period_end_ns = 0,
                    .since_ns = kernel.scheduler().standpoint(Cpu{cpu}).since_ns};
    if (running.thread != no_thread && kernel.thread(running.thread).buffer != nullptr) {
        running.context = universe.state().threads().row(running.thread).context.target;
    }
    if (running.context.generation != 0) {
        Budget const& budget = kernel.scheduler().budget(running.context.index);
        running.left_ns = budget.last_left_ns();
        running.period_end_ns = budget.period_end_ns();
    }
    return running;
}

// A context that is always full is not counted.
bool Judge::is_charged(Universe const& universe, std::uint32_t cpu) const {
    Running const& before = running_[cpu];
    auto const& contexts = universe.state().contexts();
    std::uint64_t const since = universe.kernel().scheduler().standpoint(Cpu{cpu}).since_ns;
    bool const has_one = before.context.generation != 0 && contexts.is_live(before.context);
    if (!has_one || since <= before.since_ns) {
        return true;
    }
    ContextRow const& row = contexts.row(before.context.index);
    Budget const& budget = universe.kernel().scheduler().budget(before.context.index);
    auto const used_ns = static_cast<std::int64_t>(since - before.since_ns);
    return row.budget_us == row.period_us || budget.period_end_ns() != before.period_end_ns ||
           budget.last_left_ns() <= before.left_ns - used_ns;
}

Judge::Before const* Judge::holds(std::uint64_t slot) const {
    auto const found = std::ranges::find_if(capabilities_, [&](Before const& each) {
        return each.row.holder == process_ && each.row.slot.value == slot;
    });
    return found == capabilities_.end() ? nullptr : &*found;
}

bool Judge::may(std::uint64_t slot, ObjectType type, Rights rights) const {
    Before const* const held = holds(slot);
    return held != nullptr && held->row.object.type == type && held->row.rights.covers(rights);
}

// Into another process only with a right to that, and to hand `source` on.
bool Judge::may_place(std::uint64_t process, std::uint64_t source) const {
    Before const* const held = source == own ? nullptr : holds(source);
    bool const handed_on =
        source == own || (held != nullptr && held->row.rights.covers(right::grant));
    return process == own || (may(process, ObjectType::process, right::write) && handed_on);
}

bool Judge::is_ours(std::uint64_t token) const {
    return std::ranges::any_of(awaiting_, [&](Awaiting const& each) {
        return each.token == token && each.server_process == process_.generation;
    });
}

bool Judge::may_be_made(std::array<std::uint64_t, 8> const& arguments) const {
    if (!may(arguments[0], ObjectType::account, right::write) || !may_place(arguments[1], own)) {
        return false;
    }
    std::uint64_t const uses = arguments[6];
    switch (static_cast<ObjectType>(arguments[3])) {
    case ObjectType::account:
    case ObjectType::log:
        return false;
    case ObjectType::process:
        return may(uses, ObjectType::space, right::write);
    case ObjectType::thread:
        return may(uses, ObjectType::process, right::manage);
    case ObjectType::region:
        return arguments[4] == 0 || may(uses, ObjectType::region, right::manage);
    case ObjectType::interrupt:
    case ObjectType::ports:
        return may(uses, static_cast<ObjectType>(arguments[3]), right::manage);
    default:
        return true;
    }
}

bool Judge::may_be_derived(std::array<std::uint64_t, 8> const& arguments) const {
    Before const* const source = holds(arguments[0]);
    if (source == nullptr || !may_place(arguments[1], arguments[0])) {
        return false;
    }
    std::uint64_t const badge = arguments[4];
    bool const badged = source->row.object.type == ObjectType::endpoint ||
                        source->row.object.type == ObjectType::notification;
    return (arguments[3] & ~std::uint64_t{source->row.rights.bits}) == 0 &&
           (badge == 0 || (badged && (source->row.badge == 0 || source->row.badge == badge)));
}

bool Judge::may_be_bound(std::array<std::uint64_t, 8> const& arguments) const {
    struct Rule {
        ObjectType subject;
        ObjectType target;
        Rights rights;
    };
    static constexpr std::array<Rule, 5> rules{{
        {ObjectType::thread, ObjectType::context, right::manage},
        {ObjectType::thread, ObjectType::endpoint, right::write},
        {ObjectType::thread, ObjectType::notification, right::read},
        {ObjectType::interrupt, ObjectType::notification, right::write},
        {ObjectType::thread, ObjectType::endpoint, right::write},
    }};
    Rule const& rule = rules.at(arguments[3]);
    return may(arguments[0], rule.subject, right::manage) &&
           (arguments[1] == own || may(arguments[1], rule.target, rule.rights));
}

// By the table of rights in kernel/abi/rights.hpp.
std::string Judge::forbidden(Event const& event) const {
    auto const& arguments = event.frame.arguments;
    std::uint64_t const first = arguments[0];
    auto const unless = [](bool allowed) {
        return allowed ? std::string{} : "a call was not refused that the caller has no right to";
    };
    switch (static_cast<Call>(event.frame.number)) {
    case Call::create:
        return unless(may_be_made(arguments));
    case Call::create_account:
        return unless(may(first, ObjectType::account, right::write) &&
                      may_place(arguments[1], own));
    case Call::derive:
        return unless(may_be_derived(arguments));
    case Call::move:
        return unless(holds(first) != nullptr && may_place(arguments[1], first));
    case Call::remove:
    case Call::inspect:
        return unless(holds(first) != nullptr);
    case Call::revoke:
        return unless(holds(first) != nullptr && holds(first)->row.rights.covers(right::revoke));
    case Call::bind:
        return unless(may_be_bound(arguments));
    case Call::process_list:
        return unless(may(first, ObjectType::account, right::read));
    case Call::process_wait:
        return unless(may(first, ObjectType::process, right::read));
    case Call::process_kill:
        return unless(may(first, ObjectType::process, right::manage));
    case Call::thread_join:
        return unless(may(first, ObjectType::thread, right::read));
    case Call::thread_start:
    case Call::thread_kill:
    case Call::thread_place:
        return unless(may(first, ObjectType::thread, right::manage));
    case Call::map: {
        Rights const needed = right::read |
                              ((arguments[3] & 1U) != 0 ? right::write : right::none) |
                              ((arguments[3] & 2U) != 0 ? right::execute : right::none);
        return unless(may(first, ObjectType::space, right::write) &&
                      may(arguments[1], ObjectType::region, needed) && arguments[3] != 3);
    }
    case Call::unmap:
    case Call::protect:
        return unless(may(first, ObjectType::region, right::none));
    case Call::send:
    case Call::call:
        return unless(may(first, ObjectType::endpoint, right::write));
    case Call::receive:
        return unless(may(first, ObjectType::endpoint, right::read));
    case Call::reply:
        return unless(is_ours(first));
    case Call::reply_receive:
        return unless((first == 0 || is_ours(first)) &&
                      may(arguments[2], ObjectType::endpoint, right::read));
    case Call::signal:
        return unless(may(first, ObjectType::notification, right::write));
    case Call::wait:
        return unless(may(first, ObjectType::notification, right::read));
    case Call::interrupt_acknowledge:
    case Call::interrupt_mask:
        return unless(may(first, ObjectType::interrupt, right::read));
    case Call::port_in:
        return unless(may(first, ObjectType::ports, right::read));
    case Call::log_attach:
        return unless(may(first, ObjectType::log, right::manage) &&
                      may(arguments[1], ObjectType::region, right::read));
    case Call::log_drain:
    case Call::syslog_drain:
        return unless(may(first, ObjectType::log, right::read) &&
                      may(arguments[1], ObjectType::region, right::write));
    case Call::log_propose:
        return unless(may(first, ObjectType::log, right::write));
    case Call::port_out:
        return unless(may(first, ObjectType::ports, right::write));
    default:
        return {};
    }
}

Judge::Before const* Judge::before(RowHandle capability) const {
    auto const found = std::ranges::find(capabilities_, capability, &Before::self);
    return found == capabilities_.end() ? nullptr : &*found;
}

Judge::Before const* Judge::revoked_by(Event const& event, bool done) const {
    bool const revokes = done && event.kind == Event::Kind::call &&
                         event.frame.number == static_cast<std::uint64_t>(Call::revoke);
    return revokes ? holds(event.frame.arguments[0]) : nullptr;
}

// Only an entry that was made is looked at: whoever asked has got what it asked for. No capability
// of a universe expires.
std::string Judge::ties(Universe const& universe, Event const& event) const {
    auto const& table = universe.state().capabilities();
    std::vector<HeldTie> const now = ties_in(universe.state());
    Before const* const revoked = revoked_by(event, true);
    bool const binds = event.kind == Event::Kind::call &&
                       event.frame.number == static_cast<std::uint64_t>(Call::bind);
    Before const* const subject = binds ? holds(event.frame.arguments[0]) : nullptr;
    for (HeldTie const& was : ties_) {
        HeldTie const* const is = same_tie(now, was);
        bool const anew = subject != nullptr && subject->row.object.row == was.subject &&
                          was.kind == tie_of(static_cast<Binding>(event.frame.arguments[3]));
        if (is == nullptr || anew) {
            continue;
        }
        RowHandle through = was.bound.through;
        for (Before const* at = before(through); at != nullptr && revoked != nullptr;
             at = before(at->row.parent)) {
            bool const itself = at->self == revoked->self;
            if (itself && (at->self != through || event.frame.arguments[1] != 0)) {
                return "what came through a capability has outlived its revocation";
            }
        }
        for (Before const* at = before(through); at != nullptr && !table.is_live(through);
             at = before(through)) {
            through = at->row.parent;
        }
        if (is->bound.through != through || is->bound.badge != was.bound.badge) {
            return "what came through a capability comes through another than before";
        }
    }
    return {};
}

// Who lost its parent descends from its next living ancestor; who is new was handed on by a right.
std::string Judge::capabilities(Universe const& universe, Event const& event, bool done) const {
    auto const& table = universe.state().capabilities();
    Before const* const revoked = revoked_by(event, done);
    std::string found;
    table.for_each([&](std::uint32_t index, CapabilityRow const& row) {
        RowHandle const self{index, table.generation(index)};
        Before const* const was = before(self);
        if (was == nullptr) {
            Before const* const source = before(row.parent);
            bool const child = source != nullptr && source->row.object == row.object;
            if (child && source->row.holder != row.holder &&
                !source->row.rights.covers(right::grant)) {
                found = "a capability was handed on without the right to";
            }
            return;
        }
        RowHandle parent = was->row.parent;
        for (Before const* at = before(parent); at != nullptr && !table.is_live(parent);
             at = before(parent)) {
            parent = at->row.parent;
        }
        if (row.parent != parent) {
            found = "a capability descends from another than before";
        }
        for (Before const* at = was; at != nullptr && revoked != nullptr;
             at = before(at->row.parent)) {
            bool const taken = at != was || event.frame.arguments[1] != 0;
            if (taken && at->self == revoked->self) {
                found = "a capability has outlived the revocation of what it descends from";
            }
        }
        if (row.rights != was->row.rights || row.badge != was->row.badge ||
            row.object != was->row.object) {
            found = "a capability is not what it was";
        }
    });
    return found;
}

namespace {

// A wake-up that was lost: what somebody waits for is there.
std::string lost_wake_up(Universe const& universe) {
    Kernel const& kernel = universe.kernel();
    for (std::uint32_t index = 0; index < kernel.threads(); ++index) {
        Thread const& thread = kernel.thread(index);
        WaitWord const seen = thread.seen();
        if (thread.buffer == nullptr) {
            continue;
        }
        std::string const who = "thread " + std::to_string(index);
        if (seen.wait() == Wait::signal && kernel.ipc().pending_bits(thread.target.row) != 0) {
            return who + " waits for bits that are there";
        }
        RowHandle const signals = universe.state().threads().row(index).signals.target;
        if (seen.wait() == Wait::receive && signals.generation != 0 &&
            kernel.ipc().pending_bits(signals) != 0) {
            return who + " receives, and its notification holds bits";
        }
    }
    for (std::uint32_t cpu = 0; cpu < universe_cpus; ++cpu) {
        CpuSide const& side = universe.cpus[cpu];
        for (Deadline const& deadline : kernel.scheduler().standpoint(Cpu{cpu}).deadlines->all()) {
            bool const lasts = kernel.thread(deadline.thread).seen().number() == deadline.number;
            if (lasts && deadline.at_ns < side.decision.timer_ns && !side.kicked && !side.stopped) {
                return "CPU " + std::to_string(cpu) + " lets a deadline pass";
            }
        }
    }
    return {};
}

} // namespace

std::string Judge::state(Universe& universe) {
    if (auto broken = test::first_broken(universe.state()); !broken.empty()) {
        return broken;
    }
    if (auto lost = lost_wake_up(universe); !lost.empty()) {
        return lost;
    }
    std::array<test::AuditedCpu, universe_cpus> cpus{};
    for (std::uint32_t cpu = 0; cpu < universe_cpus; ++cpu) {
        CpuSide const& side = universe.cpus[cpu];
        cpus[cpu] = {.decision = side.decision, .comes_in = side.kicked || side.stopped};
    }
    auto const mapped = [&](std::uint32_t space, std::uint64_t address) -> Access const* {
        auto const* const page = universe.machine().page(space, address);
        return page == nullptr ? nullptr : &page->access;
    };
    return test::audit({.kernel = &universe.kernel(),
                        .cpus = cpus,
                        .now_ns = universe.now_ns,
                        .mapped = mapped,
                        .mapped_pages = universe.machine().mapped_pages()});
}

} // namespace axiom::kernel::explore
