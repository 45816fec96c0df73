#include <services/runtime/loop.hpp>

namespace axiom {

using kernel::Nanoseconds;
using kernel::ObjectType;
using kernel::Slot;

namespace {

static_assert(1 + 2 * couriers_max <= OwnSlots::runtime_slots);

constexpr kernel::Into mine(Slot slot) noexcept {
    return {.process = std::nullopt, .slot = slot};
}

Result<void> done(kernel::Answer<void> const& answer) noexcept {
    return answer ? Result<void>{} : refused_by_kernel(answer.error());
}

// The caller has gone, or the time is over: nothing that concerns the loop.
bool is_of_another(kernel::Check check) noexcept {
    return check == kernel::Check::timeout || check == kernel::Check::nobody ||
           check == kernel::Check::token || check == kernel::Check::peer;
}

} // namespace

Loop::Loop(kernel::UserCalls const& kernel, Arena& arena, LoopSize const& size,
           OwnSlots const& own) noexcept
    : kernel_{&kernel}, own_{own}, conversations_{arena.make<Conversation>(size.conversations)},
      couriers_{arena.make<Courier>(size.couriers)},
      frames_{arena.make<std::byte>(size.frame_bytes)},
      takes_capabilities_{size.takes_capabilities} {
    AXIOM_ASSERT(size.couriers <= couriers_max && size.conversations <= conversations_max);
    Slot window = own.brought;
    for (Conversation& each : conversations_) {
        each.window = window;
        window = Slot{window.value + static_cast<std::uint32_t>(kernel::message_capabilities_max)};
    }
}

Result<void> Loop::begin() noexcept {
    constexpr std::uint8_t bind_signals = 2;
    auto const made = kernel_->create(own_.account, mine(events()),
                                      {.type = ObjectType::notification, .label = "events"});
    if (!made) {
        return refused_by_kernel(made.error());
    }
    TRY(done(kernel_->bind(bind_signals, own_.thread, events())));
    for (std::uint32_t index = 0; index < couriers_.size(); ++index) {
        TRY(make_courier(index));
    }
    return {};
}

Result<void> Loop::make_courier(std::uint32_t index) noexcept {
    constexpr std::uint8_t bind_context = 0;
    constexpr std::uint64_t priority = 40;
    // After the notification: each courier's thread and what wakes it.
    Slot const thread{own_.runtime.value + 1 + 2 * index};
    Slot const wake{thread.value + 1};
    auto const made = [&]() -> kernel::Answer<void> {
        TRY(kernel_->create(own_.account, mine(wake),
                            {.type = ObjectType::notification, .label = "courier"}));
        TRY(kernel_->create(own_.account, mine(thread),
                            {.type = ObjectType::thread,
                             .first = priority,
                             .uses = own_.process,
                             .label = "courier"}));
        TRY(kernel_->bind(bind_context, thread, own_.context));
        couriers_[index].prepare(wake, events());
        return kernel_->thread_start(thread, reinterpret_cast<std::uint64_t>(&Courier::run), 0,
                                     reinterpret_cast<std::uint64_t>(&couriers_[index]));
    }();
    return done(made);
}

bool Loop::run(Served& served) noexcept {
    run_ready();
    while (served.serving() == Serving::goes_on) {
        if (!await_event(served)) {
            return false;
        }
        collect_due();
        run_ready();
    }
    send_reply(); // to who asked for the end
    return true;
}

bool Loop::await_event(Served& served) noexcept {
    Conversation* const free = free_conversation();
    return free != nullptr ? await_message(served, *free) : await_bits();
}

bool Loop::await_message(Served& served, Conversation& conversation) noexcept {
    kernel_->buffer().window = takes_capabilities_ ? conversation.window.value : kernel::no_window;
    Reply const reply = reply_.value_or(Reply{});
    reply_.reset();
    auto const received =
        kernel_->reply_receive(reply.token, reply.words, own_.endpoint, timers_.until_first(now()));
    if (!received) {
        return is_of_another(received.error().check);
    }
    kernel::Words const& message = received->message;
    if ((message.head.word & kernel::head_is_signal) != 0) {
        tell_signals(message.words[0]);
        return true;
    }
    conversation.open = true;
    conversation.badge = received->badge;
    conversation.token = received->token;
    conversation.method = message.words[0];
    conversation.bytes = std::min<std::uint32_t>(message.head.bytes(), kernel::message_bytes_max);
    conversation.capabilities = message.head.capabilities();
    copy_bytes(conversation.held, Bytes{kernel_->buffer().bytes}.first(conversation.bytes));
    handling_ = true;
    served.request(conversation);
    handling_ = false;
    return true;
}

bool Loop::await_bits() noexcept {
    send_reply();
    auto const bits = kernel_->wait(events(), timers_.until_first(now()));
    if (!bits) {
        return is_of_another(bits.error().check);
    }
    tell_signals(*bits);
    return true;
}

// Its bytes lie in the buffer until something else is done with that.
void Loop::answer(Conversation& conversation, kernel::Words const& words) noexcept {
    for (std::uint32_t brought = 0; brought < conversation.capabilities; ++brought) {
        static_cast<void>( // taken by the handler, or not wanted
            kernel_->remove(Slot{conversation.window.value + brought}));
    }
    conversation.open = false;
    conversation.capabilities = 0;
    if (handling_ && !reply_ && ready_.empty()) {
        reply_ = Reply{.token = conversation.token, .words = words};
    } else {
        static_cast<void>(kernel_->reply(conversation.token, words)); // or it has gone
    }
}

void Loop::send_reply() noexcept {
    if (reply_) {
        static_cast<void>(kernel_->reply(reply_->token, reply_->words));
        reply_.reset();
    }
}

void Loop::tell_signals(std::uint64_t bits) noexcept {
    arrived_ |= bits;
    WaitList still;
    while (Waiter* const waiter = signal_waiters_.take()) {
        waiter->result = take_bits(waiter->key);
        (waiter->result != 0 ? ready_ : still).add(*waiter);
    }
    signal_waiters_ = still;
    if (take_bits(Courier::done_bit) != 0) {
        for (Courier& courier : couriers_) {
            if (auto const waits = courier.back()) {
                send_reply();
                waits.resume();
            }
        }
        while (!courier_waiters_.empty() && free_courier() != nullptr) { // one may have come up
            ready_.add(*courier_waiters_.take());
            break;
        }
    }
}

void Loop::collect_due() noexcept {
    if (timers_.until_first(Nanoseconds{0}) == kernel::as_long_as_it_takes) {
        return;
    }
    Nanoseconds const time = now();
    while (Waiter* const waiter = timers_.take_due(time)) {
        ready_.add(*waiter);
    }
}

void Loop::run_ready() noexcept {
    while (Waiter* const waiter = ready_.take()) {
        send_reply(); // before somebody uses the buffer
        waiter->handle.resume();
    }
}

void Loop::wake(WaitList& list) noexcept {
    while (Waiter* const waiter = list.take()) {
        ready_.add(*waiter);
    }
}

void Loop::wake_one(WaitList& list) noexcept {
    if (Waiter* const waiter = list.take()) {
        ready_.add(*waiter);
    }
}

Conversation* Loop::free_conversation() noexcept {
    for (Conversation& each : conversations_) {
        if (!each.open) {
            return &each;
        }
    }
    return nullptr;
}

Courier* Loop::free_courier() noexcept {
    for (std::size_t index = 0; index < couriers_.size(); ++index) {
        if (!leased_[index] && couriers_[index].is_up()) {
            return &couriers_[index];
        }
    }
    return nullptr;
}

Task<Loop::Lease> Loop::courier() noexcept {
    Courier* free = free_courier();
    while (free == nullptr) {
        co_await turn(courier_waiters_);
        free = free_courier();
    }
    leased_[static_cast<std::size_t>(free - couriers_.data())] = true;
    co_return Lease{*this, *free};
}

void Loop::release(Courier& courier) noexcept {
    leased_[static_cast<std::size_t>(&courier - couriers_.data())] = false;
    wake_one(courier_waiters_);
}

} // namespace axiom
