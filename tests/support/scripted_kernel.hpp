#pragma once
// ScriptedKernel: the kernel's side of a service's calls, as a test wants it: what comes to the
// service, what others answer it, what is refused. Threads that the service makes are the host's.
//
// Its clock stands still but for waiting: a wait that nothing else can end takes no time and ends
// when its timeout says. When nothing is left to come, and nothing to wait for, receiving is
// refused, and so the service ends.

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include <axiom/codec/value.hpp>
#include <kernel/abi/user_calls.hpp>
#include <services/runtime/message.hpp>

namespace axiom::test {

/// What a peer answers to a call: words, with bytes in the buffer; or a refusal by the kernel.
using PeerAnswer = kernel::Answer<kernel::Words>;
using Peer = std::function<PeerAnswer(kernel::Words const&, kernel::MessageBuffer&)>;
using Carried = std::function<kernel::CallAnswer(kernel::CallFrame const&, kernel::MessageBuffer&)>;

class ScriptedKernel {
  public:
    struct Replied {
        std::uint64_t token{};
        kernel::Words words{};
        std::vector<std::byte> bytes;
        std::uint64_t at_ns{};
    };

    ScriptedKernel();
    ScriptedKernel(ScriptedKernel const&) = delete;
    ScriptedKernel& operator=(ScriptedKernel const&) = delete;
    ~ScriptedKernel();

    [[nodiscard]] kernel::Trap trap() noexcept;

    // ── the script ─────────────────────────────────────────────────────────────────────────────

    /// Comes to the service next, and has this token.
    template <class Asks>
    void request(std::uint64_t token, Asks const& asks, std::uint64_t badge = 0) {
        Delivery delivery{.token = token, .badge = badge, .method = Asks::method, .bytes = {}};
        delivery.bytes.resize(kernel::message_bytes_max);
        Writer writer{MutableBytes{delivery.bytes}};
        static_cast<void>(encode_value(writer, asks));
        delivery.bytes.resize(writer.size());
        deliver(std::move(delivery));
    }
    /// The same, of bytes that nobody encoded.
    void raw_request(std::uint64_t token, std::uint64_t method, std::vector<std::byte> bytes);
    void signal(std::uint64_t bits);
    /// A peer waits until the service has received all that came so far.
    void until_taken();
    void peer(kernel::Slot endpoint, Peer peer);
    /// Carries such calls out, in the caller's own thread.
    void carries_out(kernel::Call call, Carried carried);
    /// The clock goes on by so much.
    void pass(kernel::Nanoseconds time);
    /// The service's other threads have ended when this returns: of a service that ended while they
    /// were away.
    void end();
    /// Every such call is refused from now on.
    void refuse(kernel::Call call, kernel::Check check);

    // ── what came of it ────────────────────────────────────────────────────────────────────────

    [[nodiscard]] std::vector<Replied> const& replies() const noexcept { return replies_; }
    [[nodiscard]] Replied const* reply_to(std::uint64_t token) const noexcept;
    /// The same, for a peer that asks while the service is at work.
    [[nodiscard]] bool has_replied_to(std::uint64_t token);

    /// The answer in a reply that is one.
    template <class Asks>
    [[nodiscard]] Result<typename Asks::Answer> answer_to(std::uint64_t token) {
        Replied const* const reply = reply_to(token);
        if (reply == nullptr) {
            return fail(Code::unanswered);
        }
        kernel::MessageBuffer buffer;
        copy_bytes(buffer.bytes, Bytes{reply->bytes});
        return answer_in<Asks>(buffer, reply->words, held_);
    }

  private:
    struct Delivery {
        std::uint64_t token{};
        std::uint64_t badge{};
        std::uint64_t method{};
        std::vector<std::byte> bytes;
    };
    struct Thread {
        ScriptedKernel* kernel{};
        kernel::MessageBuffer buffer;
        bool away{}; // waits for nothing that the script could bring
        std::thread host;
    };
    using Lock = std::unique_lock<std::mutex>;

    static kernel::CallAnswer enter(void* where, kernel::CallFrame const& frame);
    kernel::CallAnswer carry_out(Thread& thread, kernel::CallFrame const& frame);
    kernel::CallAnswer receive(Lock& lock, Thread& thread, std::uint64_t timeout);
    kernel::CallAnswer wait(Lock& lock, Thread& thread, std::uint64_t slot, std::uint64_t timeout);
    kernel::CallAnswer call_peer(Lock& lock, Thread& thread, kernel::CallFrame const& frame);
    void start(kernel::CallFrame const& frame);
    void reply(Thread const& thread, std::uint64_t token, std::uint64_t head,
               std::array<std::uint64_t, 4> const& words);
    void deliver(Delivery delivery);
    [[nodiscard]] bool somebody_is_away() const noexcept;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::unique_ptr<Thread>> threads_; // the service's own first
    std::deque<Delivery> deliveries_;
    std::map<std::uint64_t, std::uint64_t> bits_; // of notifications, by slot
    std::uint64_t bound_{~std::uint64_t{0}};
    std::map<std::uint64_t, Peer> peers_;
    std::map<kernel::Call, kernel::Check> refused_;
    std::map<kernel::Call, Carried> carried_;
    std::vector<Replied> replies_;
    std::uint64_t now_ns_{1'000'000'000};
    bool over_{};
    MessageBytes held_{};
};

} // namespace axiom::test
