#include <tests/support/kernel_traffic.hpp>

namespace axiom::kernel::test {

namespace {

// Slots of the first process: what its first thread has made. The other process holds some of it.
constexpr std::uint32_t endpoint = 20;     // and the next
constexpr std::uint32_t notification = 22; // and the next
constexpr std::uint32_t region = 24;       // and the next
constexpr std::uint32_t process = 26;      // with its space
constexpr std::uint32_t threads = 28;      // four, each with its context
constexpr std::uint32_t slots_end = 48;    // beyond these nobody puts anything
constexpr std::uint32_t its_account = 47;  // of the other process
constexpr std::uint32_t cpus_used = 4;

struct Worker {
    std::uint32_t cpu{};
    std::uint64_t process{};
    std::uint64_t priority{};
};
constexpr std::array<Worker, 4> workers{
    {{1, self_slot.value, 10}, {1, process, 10}, {2, process, 20}, {3, self_slot.value, 5}}};

ObjectType type_at(std::uint32_t slot) {
    return slot < notification ? ObjectType::endpoint
           : slot < region     ? ObjectType::notification
                               : ObjectType::region;
}

} // namespace

Traffic::Traffic() : pending_(MachineWorld::rows.threads) {
    for (std::uint32_t two = 0; two < 2; ++two) {
        AXIOM_ASSERT(world_.create(ObjectType::endpoint, endpoint + two).done());
        AXIOM_ASSERT(world_.create(ObjectType::notification, notification + two).done());
        AXIOM_ASSERT(world_.create(ObjectType::region, region + two, 0, two + 1).done());
    }
    world_.create_process(process);
    for (std::uint32_t slot = endpoint; slot < region + 2; ++slot) {
        AXIOM_ASSERT(world_.derive(slot, process, slot, right::all).done());
    }
    AXIOM_ASSERT(world_.derive(process, process, process, right::all).done());
    AXIOM_ASSERT(world_.derive(account_slot.value, process, its_account, right::all).done());
    AXIOM_ASSERT(world_.derive(process + 1, process, process + 1, right::all).done());
    for (std::uint32_t index = 0; index < workers.size(); ++index) {
        auto const& [cpu, process_slot, priority] = workers[index];
        world_.start_thread(cpu, threads + 2 * index, process_slot, priority);
        world_.bind(Binding::faults, threads + 2 * index, endpoint);
    }
    first_ = world_.thread_on(0);
    world_.bind(Binding::signals, threads + 4, notification);
}

std::string Traffic::step(Choices& choose) {
    auto cpu = static_cast<std::uint32_t>(choose.below(cpus_used));
    for (std::uint32_t tried = 1; tried < cpus_used && !world_.runs(cpu); ++tried) {
        cpu = (cpu + 1) % cpus_used;
    }
    std::uint64_t const what = choose.below(16);
    if (what == 15) {
        world_.pass(choose.below(3) * 700'000);
    } else if (what == 14) {
        world_.timer(cpu);
    } else if (!world_.runs(cpu)) {
        world_.pass(until_a_deadline()); // all of them wait
    } else if (what == 12 && choose.below(4) == 3) {
        tend();
    } else if (what == 13 && choose.below(4) == 3 && cpu != 0) {
        world_.fault(cpu, {.kind = Fault::Kind::page, .at = serial_});
    } else {
        call(cpu, choose);
    }
    follow_messages();
    if (found_.empty()) {
        found_ = audit(world_);
    }
    return found_;
}

std::uint64_t Traffic::until_a_deadline() const {
    std::uint64_t at_ns = world_.now + 300'000;
    for (Decision const& decision : world_.decisions) {
        at_ns = decision.timer_ns == for_ever ? at_ns : std::max(at_ns, decision.timer_ns);
    }
    return at_ns - world_.now;
}

// What the first thread asks for if it may; whatever comes of that.
std::optional<CallAnswer> Traffic::ask(Call call, Arguments const& arguments) {
    if (world_.thread_on(0) != first_) {
        return std::nullopt;
    }
    world_.buffer(0).label[0] = 'x';
    pending_[first_].waits = false;
    return world_.call_if(0, call, arguments);
}

bool Traffic::is_there(std::uint32_t slot, ObjectType type) const {
    KernelState const& state = world_.kernel.state();
    auto const found = state.slots().find(world_.kernel.thread(first_).process, Slot{slot});
    if (!found || found->object.type != type) {
        return false;
    }
    std::uint32_t const row = found->object.row.index;
    return (type != ObjectType::thread || state.threads().row(row).life == Life::alive) &&
           (type != ObjectType::process || state.processes().row(row).life == Life::alive);
}

void Traffic::tend() {
    auto const make = [&](std::uint32_t slot, ObjectType type, std::uint64_t count) {
        if (!is_there(slot, type)) {
            ask(Call::remove, {slot});
            ask(Call::create,
                {account_slot.value, own, slot, static_cast<std::uint64_t>(type), 0, count, own});
        }
    };
    for (std::uint32_t slot = endpoint; slot < process; ++slot) {
        make(slot, type_at(slot), 1);
    }
    tend_process();
    for (std::uint32_t worker = 0; worker < workers.size(); ++worker) {
        tend_worker(worker);
    }
}

void Traffic::tend_process() {
    if (!is_there(process, ObjectType::process)) {
        auto const make = [&](std::uint64_t slot, ObjectType type, std::uint64_t first,
                              std::uint64_t uses) {
            ask(Call::remove, {slot});
            ask(Call::create,
                {account_slot.value, own, slot, static_cast<std::uint64_t>(type), first, 0, uses});
        };
        make(process + 1, ObjectType::space, 0, own);
        make(process, ObjectType::process, 7, process + 1);
        for (std::uint64_t slot : {process, process + 1}) {
            ask(Call::derive, {slot, process, slot, right::all.bits});
        }
        ask(Call::derive, {account_slot.value, process, its_account, right::all.bits});
    }
    for (std::uint64_t slot = endpoint; slot < process; ++slot) {
        ask(Call::derive, {slot, process, slot, right::all.bits});
    }
}

void Traffic::tend_worker(std::uint32_t worker) {
    auto const& [cpu, process_slot, priority] = workers[worker];
    std::uint64_t const slot = threads + 2 * worker;
    if (is_there(static_cast<std::uint32_t>(slot), ObjectType::thread)) {
        return;
    }
    auto const make = [&](std::uint64_t into, ObjectType type, std::uint64_t first,
                          std::uint64_t count, std::uint64_t uses) {
        ask(Call::remove, {into});
        ask(Call::create,
            {account_slot.value, own, into, static_cast<std::uint64_t>(type), first, count, uses});
    };
    auto const bind = [&](std::uint64_t target, Binding binding) {
        ask(Call::bind, {slot, target, 0, static_cast<std::uint64_t>(binding)});
    };
    make(slot, ObjectType::thread, priority, 0, process_slot);
    make(slot + 1, ObjectType::context, 1000, 1000, own);
    bind(slot + 1, Binding::context);
    bind(endpoint, Binding::faults);
    ask(Call::thread_place, {slot, std::uint64_t{1} << cpu});
    ask(Call::thread_start, {slot, 0x1000, 0x2000, 7});
}

// Mostly one that may hold something; seldom one that cannot.
std::uint64_t Traffic::slot(Choices& choose) {
    switch (choose.below(32)) {
    case 30:
        return ~std::uint64_t{0} - choose.below(2);
    case 31:
        return choose.below(2) == 0 ? slots_max : std::uint64_t{1} << 40U;
    default:
        return choose.below(slots_end);
    }
}

// Mostly one of what the caller holds of this type.
std::uint64_t Traffic::slot_of(ObjectType type, Choices& choose) {
    if (choose.below(8) == 7) {
        return slot(choose);
    }
    std::vector<std::uint64_t> held;
    world_.kernel.state().capabilities().for_each(
        [&](std::uint32_t /*index*/, CapabilityRow const& row) {
            if (row.holder == caller_ && row.object.type == type) {
                held.push_back(row.slot.value);
            }
        });
    return held.empty() ? slot(choose) : held[choose.below(held.size())];
}

std::uint64_t Traffic::timeout(Choices& choose) {
    switch (choose.below(8)) {
    case 0:
        return at_once;
    case 7:
        return longest_ns_;
    default:
        return choose.below(2000) * 1000;
    }
}

std::uint64_t Traffic::head(Choices& choose) {
    switch (choose.below(8)) {
    case 5:
        return MessageHead::of(choose.below(message_bytes_max + 2), 0).word;
    case 6:
        return MessageHead::of(0, choose.below(10)).word;
    case 7:
        return MessageHead::of(3, 1 + choose.below(2)).word;
    default:
        return 0;
    }
}

// What the call reads of the thread's buffer: the slots that it sends, its window, a label.
void Traffic::prepare(std::uint32_t cpu, Call call, Choices& choose) {
    MessageBuffer& buffer = world_.buffer(cpu);
    std::uint64_t const passes = choose.below(4);
    for (std::uint64_t each = 0; each < passes; ++each) {
        buffer.capabilities.at(each) = static_cast<std::uint32_t>(slot(choose));
    }
    buffer.window = choose.below(4) == 0
                        ? no_window
                        : static_cast<std::uint32_t>(threads + 8 + choose.below(8));
    buffer.label[0] = choose.below(16) == 15 ? '\x80' : 'x';
    if (call == Call::create_account) {
        for (std::size_t index = 0; index < quota_fields.size(); ++index) {
            store_le(MutableBytes{buffer.bytes}.subspan(index * 8), choose.below(3));
        }
    }
    if (call != Call::log_propose) {
        return;
    }
    ProposalHead proposal{.domain = static_cast<std::uint16_t>(choose.below(3)),
                          .kind = static_cast<std::uint16_t>(choose.below(18)),
                          .body_bytes = static_cast<std::uint32_t>(choose.below(40)),
                          .decided_at = world_.log.next_sequence().value - choose.below(3)};
    if (choose.below(16) == 15) {
        proposal.body_bytes = ~std::uint32_t{0};
    }
    std::memcpy(buffer.bytes.data(), &proposal, sizeof(proposal));
}

// As each call reads them; see docs/syscalls.md.
Arguments Traffic::arguments_of(Call call, Choices& choose) {
    auto const of = [&](ObjectType type) { return slot_of(type, choose); };
    auto const endpoint_slot = [&] {
        return choose.below(8) == 7 ? slot(choose) : endpoint + choose.below(2);
    };
    auto const notification_slot = [&] {
        return choose.below(8) == 7 ? slot(choose) : notification + choose.below(2);
    };
    auto const token = [&]() -> std::uint64_t {
        if (tokens_.empty() || choose.below(8) == 7) {
            return choose.below(1000);
        }
        return tokens_[choose.below(tokens_.size())];
    };
    std::uint64_t const word = ++serial_;
    switch (call) {
    case Call::send:
    case Call::call:
        return {endpoint_slot(), head(choose), timeout(choose), word};
    case Call::receive:
        return {endpoint_slot(), timeout(choose)};
    case Call::reply:
        return {token(), head(choose), word};
    case Call::reply_receive:
        return {choose.below(3) == 0 ? 0 : token(), head(choose), endpoint_slot(), timeout(choose),
                word};
    case Call::signal:
        return {notification_slot(), choose.below(4)};
    case Call::wait:
        return {notification_slot(), timeout(choose)};
    case Call::sleep:
        return {choose.below(3) * 500'000};
    case Call::map:
        return {of(ObjectType::space), of(ObjectType::region), choose.below(4) * 4096,
                choose.below(4)};
    case Call::process_wait:
        return {of(ObjectType::process), timeout(choose)};
    case Call::thread_join:
        return {of(ObjectType::thread), timeout(choose)};
    case Call::thread_place:
        return {of(ObjectType::thread), choose.below(1U << cpus_used)};
    case Call::thread_start:
        return {of(ObjectType::thread), 0x1000, 0x2000, 7};
    case Call::process_list:
        return {of(ObjectType::account), choose.below(3)};
    case Call::unmap:
    case Call::protect:
        return {of(ObjectType::region), choose.below(5)};
    case Call::interrupt_acknowledge:
    case Call::interrupt_mask:
        return {of(ObjectType::interrupt), choose.below(3)};
    case Call::port_in:
    case Call::port_out:
        return {of(ObjectType::ports), choose.below(70), choose.below(5)};
    case Call::log_attach:
        return {log_slot.value, of(ObjectType::region), notification_slot()};
    case Call::log_drain: // of a store that failed nothing would be seen any more
        return {log_slot.value, of(ObjectType::region),
                world_.log.drained().value + choose.below(2), choose.below(16) / 15};
    case Call::syslog_drain:
        return {log_slot.value, of(ObjectType::region),
                choose.below(2) == 0 ? any_ring : choose.below(16)};
    case Call::log_propose:
        return {log_slot.value, choose.below(3) == 0 ? 0 : token(), choose.below(3)};
    default:
        return changing_arguments_of(call, choose);
    }
}

// Of those that change who holds what.
Arguments Traffic::changing_arguments_of(Call call, Choices& choose) {
    auto const of = [&](ObjectType type) { return slot_of(type, choose); };
    auto const spare_slot = [&] { // seldom what everybody lives on
        return choose.below(16) == 15 ? slot(choose)
                                      : threads + 8 + choose.below(slots_end - threads - 8);
    };
    auto const own_or_slot = [&] { return choose.below(3) == 2 ? slot(choose) : own; };
    switch (call) {
    case Call::create: {
        std::uint64_t const type = choose.below(object_types + 1);
        bool const of_process = type == static_cast<std::uint64_t>(ObjectType::thread);
        bool const of_space = type == static_cast<std::uint64_t>(ObjectType::process);
        return {of(ObjectType::account),
                own_or_slot(),
                spare_slot(),
                type,
                choose.below(3),
                choose.below(4),
                of_process ? of(ObjectType::process)
                : of_space ? of(ObjectType::space)
                           : own_or_slot()};
    }
    case Call::create_account:
        return {of(ObjectType::account), own_or_slot(), spare_slot()};
    case Call::derive:
        return {of(choose.one_of({ObjectType::endpoint, ObjectType::region, ObjectType::process,
                                  ObjectType::thread, ObjectType::account})),
                choose.below(3) == 2 ? of(ObjectType::process) : own, spare_slot(),
                choose.below(2) == 0 ? right::read.bits : choose.below(right::all.bits + 1),
                choose.below(8) / 6};
    case Call::move:
        return {spare_slot(), own_or_slot(), spare_slot()};
    case Call::remove:
    case Call::revoke:
        return {spare_slot(), choose.below(2)};
    case Call::bind: {
        std::uint64_t const binding = choose.below(6);
        static constexpr std::array targets{ObjectType::context,      ObjectType::endpoint,
                                            ObjectType::notification, ObjectType::notification,
                                            ObjectType::endpoint,     ObjectType::context};
        auto const line = static_cast<std::uint64_t>(Binding::line);
        return {of(binding == line ? ObjectType::interrupt : ObjectType::thread),
                choose.below(8) == 7 ? own : of(targets.at(binding)), choose.below(66), binding};
    }
    default:
        return {slot(choose), choose.below(3), choose.below(70), choose.below(5)};
    }
}

void Traffic::call(std::uint32_t cpu, Choices& choose) {
    // Messages far more often than what ends somebody.
    static constexpr std::array often{Call::send,   Call::receive,       Call::call, Call::reply,
                                      Call::signal, Call::reply_receive, Call::wait, Call::receive};
    bool const message = choose.below(3) != 0;
    auto const number =
        message ? often[choose.below(often.size())] : static_cast<Call>(choose.below(calls + 1));
    bool const ends = number == Call::process_kill || number == Call::process_exit ||
                      number == Call::thread_kill || number == Call::thread_exit;
    bool const unknown = static_cast<std::uint64_t>(number) >= calls;
    if ((ends || unknown) && choose.below(16) != 15) {
        return;
    }
    prepare(cpu, number, choose);
    caller_ = world_.kernel.thread(world_.thread_on(cpu)).process;
    std::uint32_t const thread = world_.thread_on(cpu);
    longest_ns_ = thread == first_ ? 1'000'000 : for_ever;
    Arguments const arguments = arguments_of(number, choose);
    std::uint64_t const word = number == Call::reply           ? arguments[2]
                               : number == Call::reply_receive ? arguments[4]
                                                               : arguments[3];
    if (number == Call::send || number == Call::call) {
        sent_.insert(word);
    }
    pending_[thread] = {.call = number, .word = word, .waits = true};
    Hash256 const root = world_.root();
    auto const entries = world_.log.next_sequence();
    auto const answer = world_.call_if(cpu, number, arguments);
    constexpr unsigned waits = 255;
    ++outcomes_[{number, answer ? static_cast<unsigned>(answer->status & 0xFFU) : waits}];
    if (number == Call::reply && answer && answer->done()) {
        expect(token_owners_.at(arguments[0]) == world_.kernel.thread(thread).process.generation,
               "a reply was made by a process that did not receive the call");
    }
    // What was received in time, and whose reply was not, was no refusal.
    bool const unreplied =
        number == Call::call && answer == answer_of({Check::timeout, no_argument});
    bool const refused = answer && !answer->done() && answer->status != as_it_was && !unreplied;
    if (refused && number != Call::reply_receive) {
        expect(world_.root() == root && world_.log.next_sequence() == entries,
               "call " + std::to_string(static_cast<int>(number)) +
                   ": was refused and changed authority");
    }
}

void Traffic::expect(bool holds, std::string const& what) {
    if (!holds && found_.empty()) {
        found_ = what;
    }
}

// Whoever runs or may run has been told how its call ended.
void Traffic::follow_messages() {
    std::vector<std::uint32_t> done;
    for (std::uint32_t index = 0; index < pending_.size(); ++index) {
        Thread const& thread = world_.kernel.thread(index);
        if (thread.buffer == nullptr) {
            pending_[index].waits = false; // it ended, and whatever it waited for with it
        }
        Wait const wait = thread.seen().wait();
        bool const told = // though it may have no budget to look at that now
            pending_[index].waits && (wait == Wait::none || wait == Wait::budget);
        bool const receives =
            pending_[index].call == Call::receive || pending_[index].call == Call::reply_receive;
        if (told && receives && thread.answer.done()) {
            arrived(thread); // before those who sent are asked whether it has
        }
        if (told) {
            done.push_back(index);
        }
    }
    for (std::uint32_t const index : done) {
        pending_[index].waits = false;
        finished(pending_[index], world_.kernel.thread(index).answer);
    }
}

void Traffic::arrived(Thread const& receiver) {
    CallAnswer const& answer = receiver.answer;
    std::uint64_t const head = answer.words[ReceivedWords::head];
    if (std::uint64_t const token = answer.words[ReceivedWords::token]; token != 0) {
        tokens_.push_back(token);
        token_owners_[token] = receiver.process.generation;
    }
    if ((head & (head_is_fault | head_is_signal)) == 0) {
        std::uint64_t const word = answer.words[ReceivedWords::first];
        expect(sent_.contains(word), "a message arrived that nobody sent");
        expect(received_.insert(word).second, "a message arrived twice");
    }
}

void Traffic::finished(Pending const& pending, CallAnswer const& answer) {
    bool const sends = pending.call == Call::send || pending.call == Call::call;
    if (sends && answer.done()) {
        expect(received_.contains(pending.word), "a sender was told of what has not arrived");
    }
}

} // namespace axiom::kernel::test
