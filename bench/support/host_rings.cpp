// A message of 64 bytes between two processes: our ring beside a bare cache line, Boost's queue, a
// Unix socket and pipes; there and back one at a time, and one way in batches.

#include <atomic>
#include <string>

#include <boost/interprocess/ipc/message_queue.hpp>
#include <unistd.h>

#include <bench/support/host_parts.hpp>
#include <bench/support/ring_pair.hpp>

namespace axiom::bench {

namespace {

constexpr std::size_t message_bytes = 64;
constexpr std::size_t batch = 64; // messages, after which the other side says that it has them
constexpr std::size_t window = 8; // batches that may be on their way
using Message = std::array<std::byte, message_bytes>;

// There and back, one at a time.
class RingExchange final : public Contender {
  public:
    [[nodiscard]] std::string_view name() const noexcept override { return "ring"; }

    void run(std::size_t exchanges) override {
        SecondProcess::Turn const turn{other_};
        for (std::size_t done = 0; done < exchanges; ++done) {
            end_.send(message_);
            static_cast<void>(end_.receive());
        }
    }

  private:
    RingPair rings_;
    SecondProcess other_{[this] {
        RingPair::End end = rings_.there();
        for (;;) {
            end.send(end.receive());
        }
    }};
    RingPair::End end_{rings_.here()};
    Message message_{};
};

// What no message can be faster than: a word that one core writes and the other waits for.
class LineExchange final : public Contender {
  public:
    [[nodiscard]] std::string_view name() const noexcept override { return "cache line"; }

    void run(std::size_t exchanges) override {
        SecondProcess::Turn const turn{other_};
        for (std::size_t done = 0; done < exchanges; ++done) {
            ++number_;
            lines_[0].word.store(number_, std::memory_order_release);
            while (lines_[1].word.load(std::memory_order_acquire) != number_) {
            }
        }
    }

  private:
    struct alignas(128) Line {
        std::atomic<std::uint64_t> word;
    };

    SharedBytes shared_{2 * sizeof(Line)};
    Line* lines_{reinterpret_cast<Line*>(shared_.bytes().data())};
    SecondProcess other_{[this] {
        for (std::uint64_t expected = 1;; ++expected) {
            while (lines_[0].word.load(std::memory_order_acquire) != expected) {
            }
            lines_[1].word.store(expected, std::memory_order_release);
        }
    }};
    std::uint64_t number_{};
};

class DescriptorExchange final : public Contender {
  public:
    explicit DescriptorExchange(Conduit kind)
        : name_{kind == Conduit::socket ? "Unix socket" : "pipes"}, pair_{kind} {}

    [[nodiscard]] std::string_view name() const noexcept override { return name_; }

    void run(std::size_t exchanges) override {
        SecondProcess::Turn const turn{other_};
        for (std::size_t done = 0; done < exchanges; ++done) {
            pair_.here().send(message_);
            pair_.here().receive(message_);
        }
    }

  private:
    std::string_view name_;
    DescriptorPair pair_;
    SecondProcess other_{[this] {
        Message message{};
        for (;;) {
            pair_.there().receive(message);
            pair_.there().send(message);
        }
    }};
    Message message_{};
};

// Two of Boost's queues, whose names are gone when both sides have opened them.
class BoostQueues {
  public:
    BoostQueues() : there_{made("there")}, back_{made("back")} {}
    ~BoostQueues() {
        Queue::remove(name("there").c_str());
        Queue::remove(name("back").c_str());
    }
    BoostQueues(BoostQueues const&) = delete;
    BoostQueues& operator=(BoostQueues const&) = delete;

    using Queue = boost::interprocess::message_queue;
    [[nodiscard]] Queue& there() noexcept { return there_; }
    [[nodiscard]] Queue& back() noexcept { return back_; }

    static void send(Queue& queue, Message const& message) {
        queue.send(message.data(), message.size(), 0);
    }
    static void receive(Queue& queue, Message& message) {
        Queue::size_type bytes = 0;
        unsigned priority = 0;
        queue.receive(message.data(), message.size(), bytes, priority);
    }

  private:
    static std::string name(std::string const& way) {
        return "axiom-bench-" + std::to_string(::getpid()) + "-" + way;
    }
    static Queue made(std::string const& way) {
        Queue::remove(name(way).c_str());
        return {boost::interprocess::create_only, name(way).c_str(), RingPair::slots,
                message_bytes};
    }

    Queue there_;
    Queue back_;
};

class BoostExchange final : public Contender {
  public:
    [[nodiscard]] std::string_view name() const noexcept override { return "Boost queue"; }

    void run(std::size_t exchanges) override {
        SecondProcess::Turn const turn{other_};
        for (std::size_t done = 0; done < exchanges; ++done) {
            BoostQueues::send(queues_.there(), message_);
            BoostQueues::receive(queues_.back(), message_);
        }
    }

  private:
    BoostQueues queues_;
    SecondProcess other_{[this] {
        Message message{};
        for (;;) {
            BoostQueues::receive(queues_.there(), message);
            BoostQueues::send(queues_.back(), message);
        }
    }};
    Message message_{};
};

// One way; the other side answers each batch, so that none is counted that has not come.
class RingStream final : public Contender {
  public:
    [[nodiscard]] std::string_view name() const noexcept override { return "ring"; }

    void run(std::size_t batches) override {
        SecondProcess::Turn const turn{other_};
        for (std::size_t done = 0; done < batches + window; ++done) {
            for (std::size_t count = 0; done < batches && count < batch; ++count) {
                end_.add(message_);
            }
            end_.publish();
            if (done >= window) {
                static_cast<void>(end_.receive());
            }
        }
    }

  private:
    RingPair rings_;
    SecondProcess other_{[this] {
        RingPair::End end = rings_.there();
        for (std::uint64_t count = 1;; ++count) {
            Bytes const message = end.receive();
            if (count % batch == 0) {
                end.send(message);
            }
        }
    }};
    RingPair::End end_{rings_.here()};
    Message message_{};
};

class BoostStream final : public Contender {
  public:
    [[nodiscard]] std::string_view name() const noexcept override { return "Boost queue"; }

    void run(std::size_t batches) override {
        SecondProcess::Turn const turn{other_};
        for (std::size_t done = 0; done < batches + window; ++done) {
            for (std::size_t count = 0; done < batches && count < batch; ++count) {
                BoostQueues::send(queues_.there(), message_);
            }
            if (done >= window) {
                BoostQueues::receive(queues_.back(), message_);
            }
        }
    }

  private:
    BoostQueues queues_;
    SecondProcess other_{[this] {
        Message message{};
        for (std::uint64_t count = 1;; ++count) {
            BoostQueues::receive(queues_.there(), message);
            if (count % batch == 0) {
                BoostQueues::send(queues_.back(), message);
            }
        }
    }};
    Message message_{};
};

template <class Peer, class... Of>
void compare_exchanges(Options const& options, Results& results, std::string const& id,
                       std::optional<double> goal, Of... of) {
    if (!options.wants(id)) {
        return;
    }
    progress(id);
    RingExchange ours;
    Peer peer{of...};
    PairPlan const plan{.pairs = options.pairs, .batches = options.size(20'000, 100)};
    auto const samples = measure_pairs(ours, peer, plan);
    auto const exchanges = static_cast<double>(plan.batches);
    results.add({.id = id,
                 .what = "64 B there and back, two processes that spin",
                 .unit = "ns",
                 .better = Better::lower,
                 .scale = 1e9,
                 .ours_work = exchanges,
                 .peer_work = exchanges,
                 .goal = goal,
                 .goal_number = goal ? "9" : ""},
                ours.name(), peer.name(), samples);
}

void compare_streams(Options const& options, Results& results) {
    std::string const id = "ring.batches";
    if (!options.wants(id)) {
        return;
    }
    progress(id);
    RingStream ours;
    BoostStream peer;
    PairPlan const plan{.pairs = options.pairs,
                        .batches = options.size(5'000, 8),
                        .peer_batches = options.size(100, 2)};
    auto const samples = measure_pairs(ours, peer, plan);
    results.add({.id = id,
                 .what = "64 B one way, in batches of 64",
                 .unit = "1/s",
                 .ours_work = static_cast<double>(plan.batches * batch),
                 .peer_work = static_cast<double>(plan.peer_batches * batch),
                 .goal = 100,
                 .goal_number = "9"},
                ours.name(), peer.name(), samples);
}

} // namespace

void measure_rings(Options const& options, Results& results) {
    compare_exchanges<LineExchange>(options, results, "ring.line", 1.1);
    compare_exchanges<BoostExchange>(options, results, "ring.boost", std::nullopt);
    compare_exchanges<DescriptorExchange>(options, results, "ring.socket", std::nullopt,
                                          Conduit::socket);
    compare_exchanges<DescriptorExchange>(options, results, "ring.pipes", std::nullopt,
                                          Conduit::pipe);
    compare_streams(options, results);
}

} // namespace axiom::bench
