#include <tests/support/scripted_kernel.hpp>

#include <algorithm>

namespace axiom::test {

using kernel::Call;
using kernel::CallAnswer;
using kernel::CallFrame;
using kernel::Check;

namespace {

constexpr std::size_t service_thread = 0;
constexpr std::uint64_t bind_signals = 2;

CallAnswer refusal(Check check) {
    return kernel::answer_of({.check = check, .argument = kernel::no_argument});
}

} // namespace

ScriptedKernel::ScriptedKernel() {
    threads_.push_back(std::make_unique<Thread>());
    threads_.front()->kernel = this;
}

ScriptedKernel::~ScriptedKernel() {
    end();
}

void ScriptedKernel::end() {
    {
        Lock const lock{mutex_};
        over_ = true;
    }
    changed_.notify_all();
    for (auto const& thread : threads_) {
        if (thread->host.joinable()) {
            thread->host.join();
        }
    }
}

kernel::Trap ScriptedKernel::trap() noexcept {
    Thread* const first = threads_[service_thread].get();
    return {.enter = enter, .where = first, .buffer = &first->buffer};
}

void ScriptedKernel::deliver(Delivery delivery) {
    Lock const lock{mutex_};
    deliveries_.push_back(std::move(delivery));
    changed_.notify_all();
}

void ScriptedKernel::until_taken() {
    Lock lock{mutex_};
    changed_.wait(lock, [this] { return deliveries_.empty() || over_; });
}

void ScriptedKernel::raw_request(std::uint64_t token, std::uint64_t method,
                                 std::vector<std::byte> bytes) {
    deliver({.token = token, .badge = 0, .method = method, .bytes = std::move(bytes)});
}

void ScriptedKernel::signal(std::uint64_t bits) {
    Lock const lock{mutex_};
    bits_[bound_] |= bits;
    changed_.notify_all();
}

void ScriptedKernel::peer(kernel::Slot endpoint, Peer peer) {
    Lock const lock{mutex_};
    peers_[endpoint.value] = std::move(peer);
}

void ScriptedKernel::carries_out(Call call, Carried carried) {
    Lock const lock{mutex_};
    carried_[call] = std::move(carried);
}

void ScriptedKernel::pass(kernel::Nanoseconds time) {
    Lock const lock{mutex_};
    now_ns_ += time.value;
}

void ScriptedKernel::refuse(Call call, Check check) {
    Lock const lock{mutex_};
    refused_[call] = check;
}

ScriptedKernel::Replied const* ScriptedKernel::reply_to(std::uint64_t token) const noexcept {
    auto const at = std::ranges::find(replies_, token, &Replied::token);
    return at == replies_.end() ? nullptr : &*at;
}

bool ScriptedKernel::has_replied_to(std::uint64_t token) {
    Lock const lock{mutex_};
    return reply_to(token) != nullptr;
}

CallAnswer ScriptedKernel::enter(void* where, CallFrame const& frame) {
    auto& thread = *static_cast<Thread*>(where);
    return thread.kernel->carry_out(thread, frame);
}

CallAnswer ScriptedKernel::carry_out(Thread& thread, CallFrame const& frame) {
    Lock lock{mutex_};
    auto const& given = frame.arguments;
    auto const call = static_cast<Call>(frame.number);
    if (auto const at = refused_.find(call); at != refused_.end()) {
        return refusal(at->second);
    }
    if (auto const at = carried_.find(call); at != carried_.end()) {
        Carried const carried = at->second;
        lock.unlock();
        return carried(frame, thread.buffer);
    }
    switch (call) {
    case Call::time:
        return {.words = {now_ns_}};
    case Call::bind:
        bound_ = given[3] == bind_signals ? given[1] : bound_;
        return {};
    case Call::thread_start:
        start(frame);
        return {};
    case Call::signal:
        bits_[given[0]] |= given[1];
        changed_.notify_all();
        return {};
    case Call::wait:
        return wait(lock, thread, given[0], given[1]);
    case Call::reply:
        reply(thread, given[0], given[1], {given[2], given[3], given[4], given[5]});
        return {};
    case Call::reply_receive:
        if (given[0] != 0) {
            reply(thread, given[0], given[1], {given[4], given[5], given[6], given[7]});
        }
        return receive(lock, thread, given[3]);
    case Call::call:
        return call_peer(lock, thread, frame);
    default:
        return {}; // it is done
    }
}

void ScriptedKernel::reply(Thread const& thread, std::uint64_t token, std::uint64_t head,
                           std::array<std::uint64_t, 4> const& words) {
    kernel::MessageHead const said{head};
    auto const& bytes = thread.buffer.bytes;
    replies_.push_back({.token = token,
                        .words = {.head = said, .words = words},
                        .bytes = {bytes.begin(), bytes.begin() + said.bytes()},
                        .at_ns = now_ns_});
}

CallAnswer ScriptedKernel::receive(Lock& lock, Thread& thread, std::uint64_t timeout) {
    for (;;) {
        if (std::uint64_t const bits = std::exchange(bits_[bound_], 0); bits != 0) {
            return {.words = {0, 0, kernel::head_is_signal, bits}};
        }
        if (!deliveries_.empty()) {
            Delivery const next = std::move(deliveries_.front());
            deliveries_.pop_front();
            changed_.notify_all();
            copy_bytes(thread.buffer.bytes, Bytes{next.bytes});
            return {.words = {next.badge, next.token, next.bytes.size(), next.method}};
        }
        if (somebody_is_away()) {
            changed_.wait(lock);
        } else if (timeout == kernel::for_ever) {
            return refusal(Check::slot); // nothing is left to come
        } else {
            now_ns_ += timeout;
            return refusal(Check::timeout);
        }
    }
}

CallAnswer ScriptedKernel::wait(Lock& lock, Thread& thread, std::uint64_t slot,
                                std::uint64_t timeout) {
    bool const service = &thread == threads_[service_thread].get();
    for (;;) {
        if (std::uint64_t const bits = std::exchange(bits_[slot], 0); bits != 0) {
            thread.away = !service;
            return {.words = {0, 0, 0, bits}};
        }
        if (over_) {
            return refusal(Check::ended);
        }
        thread.away = false;
        changed_.notify_all();
        if (service && !somebody_is_away()) {
            now_ns_ += timeout == kernel::for_ever ? 0 : timeout;
            return refusal(timeout == kernel::for_ever ? Check::slot : Check::timeout);
        }
        changed_.wait(lock);
    }
}

CallAnswer ScriptedKernel::call_peer(Lock& lock, Thread& thread, CallFrame const& frame) {
    auto const& given = frame.arguments;
    auto const at = peers_.find(given[0]);
    if (at == peers_.end()) {
        now_ns_ += given[2] == kernel::for_ever ? 0 : given[2];
        return refusal(Check::timeout);
    }
    Peer const peer = at->second;
    lock.unlock();
    PeerAnswer const told = peer(
        {.head = {given[1]}, .words = {given[3], given[4], given[5], given[6]}}, thread.buffer);
    lock.lock();
    if (!told) {
        return kernel::answer_of(told.error());
    }
    auto const& words = told->words;
    return {.words = {0, 0, told->head.word, words[0], words[1], words[2], words[3]}};
}

void ScriptedKernel::start(CallFrame const& frame) {
    using Entry = void (*)(kernel::Trap const&, std::uint64_t) noexcept;
    threads_.push_back(std::make_unique<Thread>());
    Thread& thread = *threads_.back();
    thread.kernel = this;
    thread.away = true; // until it waits
    auto const entry = reinterpret_cast<Entry>(frame.arguments[1]);
    thread.host = std::thread{[&thread, entry, argument = frame.arguments[3]] {
        entry({.enter = enter, .where = &thread, .buffer = &thread.buffer}, argument);
    }};
}

// A courier that has been signalled and has not taken the signal yet is away as well.
bool ScriptedKernel::somebody_is_away() const noexcept {
    bool const signalled = std::ranges::any_of(
        bits_, [this](auto const& each) { return each.first != bound_ && each.second != 0; });
    return signalled || std::ranges::any_of(threads_, [](auto const& each) { return each->away; });
}

} // namespace axiom::test
