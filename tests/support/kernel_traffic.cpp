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
constexpr std::uint32_t cpus_used = 4;

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
    AXIOM_ASSERT(world_.derive(process + 1, process, process + 1, right::all).done());
    world_.start_thread(1, threads, self_slot.value, 10);
    world_.start_thread(1, threads + 2, process, 10);
    world_.start_thread(2, threads + 4, process, 20);
    world_.start_thread(3, threads + 6, self_slot.value, 5);
    for (std::uint32_t thread = 0; thread < 4; ++thread) {
        world_.bind(Binding::faults, threads + 2 * thread, endpoint);
    }
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
        world_.pass(300'000); // all of them wait
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

std::uint64_t Traffic::timeout(Choices& choose) {
    switch (choose.below(8)) {
    case 0:
        return at_once;
    case 7:
        return for_ever;
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

// What the thread's buffer holds: the slots it sends, its window, a label.
void Traffic::prepare(std::uint32_t cpu, Choices& choose) {
    MessageBuffer& buffer = world_.buffer(cpu);
    for (std::uint32_t& each : buffer.capabilities) {
        each = static_cast<std::uint32_t>(slot(choose));
    }
    buffer.window = choose.below(4) == 0 ? no_window : static_cast<std::uint32_t>(slot(choose));
    ProposalHead proposal{.domain = static_cast<std::uint16_t>(choose.below(3)),
                          .kind = static_cast<std::uint16_t>(choose.below(18)),
                          .body_bytes = static_cast<std::uint32_t>(choose.below(40)),
                          .decided_at = world_.log.next_sequence().value - choose.below(3)};
    if (choose.below(16) == 15) {
        proposal.body_bytes = ~std::uint32_t{0};
    }
    std::memcpy(buffer.bytes.data(), &proposal, sizeof(proposal));
    buffer.label[0] = choose.below(16) == 15 ? '\x80' : 'x';
}

// As each call reads them; see docs/syscalls.md.
Arguments Traffic::arguments_of(Call call, Choices& choose) {
    auto const a_slot = [&] { return slot(choose); };
    auto const spare_slot = [&] { // seldom what everybody lives on
        return choose.below(16) == 15 ? slot(choose)
                                      : threads + 8 + choose.below(slots_end - threads - 8);
    };
    auto const own_or_slot = [&] { return choose.below(3) == 2 ? slot(choose) : own; };
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
    case Call::create:
        return {a_slot(),        own_or_slot(),   a_slot(),     choose.below(object_types + 1),
                choose.below(3), choose.below(4), own_or_slot()};
    case Call::derive:
        return {a_slot(), own_or_slot(), a_slot(), choose.below(right::all.bits + 1),
                choose.below(3)};
    case Call::move:
        return {spare_slot(), own_or_slot(), a_slot()};
    case Call::remove:
    case Call::revoke:
        return {spare_slot(), choose.below(2)};
    case Call::bind:
        return {a_slot(), a_slot(), choose.below(66), choose.below(5)};
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
        return {a_slot(), a_slot(), choose.below(4) * 4096, choose.below(4)};
    case Call::process_wait:
    case Call::thread_join:
        return {a_slot(), timeout(choose)};
    case Call::thread_place:
        return {a_slot(), choose.below(1U << cpus_used)};
    case Call::log_attach:
        return {log_slot.value, a_slot(), notification_slot()};
    case Call::log_drain: // of a store that failed nothing would be seen any more
        return {log_slot.value, a_slot(), world_.log.drained().value + choose.below(2),
                choose.below(16) / 15};
    case Call::syslog_drain:
        return {log_slot.value, a_slot(), choose.below(2) == 0 ? any_ring : choose.below(16)};
    case Call::log_propose:
        return {log_slot.value, choose.below(3) == 0 ? 0 : token(), choose.below(3)};
    default:
        return {a_slot(), choose.below(3), choose.below(70), choose.below(5)};
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
    prepare(cpu, choose);
    Arguments const arguments = arguments_of(number, choose);
    std::uint32_t const thread = world_.thread_on(cpu);
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
    if (number == Call::reply && answer && answer->done()) {
        expect(token_owners_.at(arguments[0]) == world_.kernel.thread(thread).process.generation,
               "a reply was made by a process that did not receive the call");
    }
    bool const refused = answer && !answer->done() && answer->status != as_it_was;
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
        bool const told = pending_[index].waits && thread.seen().wait() == Wait::none;
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
