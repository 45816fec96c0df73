// A mebibyte from one process to another: one writes every byte, the other reads every byte and
// says what they come to. Ours lies in memory that both hold and a ring says that it is there; a
// socket and pipes carry it.

#include <algorithm>
#include <cstring>

#include <bench/support/host_parts.hpp>
#include <bench/support/ring_pair.hpp>

namespace axiom::bench {

namespace {

constexpr std::size_t bulk_bytes = std::size_t{1} << 20U;
constexpr std::size_t piece_bytes = bulk_bytes / 32; // is read while the next is written

std::uint64_t sum_of(Bytes bytes) {
    std::uint64_t sum = 0;
    for (std::size_t at = 0; at < bytes.size(); at += sizeof sum) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + at, sizeof word);
        sum += word;
    }
    return sum;
}

void fill(MutableBytes bytes, std::uint64_t number) {
    std::ranges::fill(bytes, static_cast<std::byte>(number));
}

std::uint64_t sum_of_filled(std::uint64_t number) {
    constexpr std::uint64_t every_byte = 0x0101010101010101;
    return (number & 0xFFU) * every_byte * (bulk_bytes / sizeof number);
}

class SharedBulk final : public Contender {
  public:
    [[nodiscard]] std::string_view name() const noexcept override { return "shared region"; }

    void run(std::size_t times) override {
        SecondProcess::Turn const turn{other_};
        for (std::size_t done = 0; done < times; ++done) {
            ++number_;
            for (std::size_t at = 0; at < bulk_bytes; at += piece_bytes) {
                fill(bulk_.bytes().subspan(at, piece_bytes), number_);
                end_.send({});
            }
            std::uint64_t sum = 0;
            std::memcpy(&sum, end_.receive().data(), sizeof sum);
            require(sum == sum_of_filled(number_), "what was written was not read");
        }
    }

  private:
    SharedBytes bulk_{bulk_bytes};
    RingPair rings_;
    SecondProcess other_{[this] {
        RingPair::End end = rings_.there();
        for (;;) {
            std::uint64_t sum = 0;
            for (std::size_t at = 0; at < bulk_bytes; at += piece_bytes) {
                static_cast<void>(end.receive());
                sum += sum_of(bulk_.bytes().subspan(at, piece_bytes));
            }
            end.send(std::as_bytes(std::span{&sum, 1}));
        }
    }};
    RingPair::End end_{rings_.here()};
    std::uint64_t number_{};
};

class CarriedBulk final : public Contender {
  public:
    explicit CarriedBulk(Conduit kind)
        : name_{kind == Conduit::socket ? "Unix socket" : "pipe"}, pair_{kind} {}

    [[nodiscard]] std::string_view name() const noexcept override { return name_; }

    void run(std::size_t times) override {
        SecondProcess::Turn const turn{other_};
        for (std::size_t done = 0; done < times; ++done) {
            fill(bulk_, ++number_);
            pair_.here().send(bulk_);
            std::uint64_t sum = 0;
            pair_.here().receive(std::as_writable_bytes(std::span{&sum, 1}));
            require(sum == sum_of_filled(number_), "what was written was not read");
        }
    }

  private:
    std::string_view name_;
    std::vector<std::byte> bulk_ = std::vector<std::byte>(bulk_bytes);
    DescriptorPair pair_;
    SecondProcess other_{[this] {
        for (;;) {
            pair_.there().receive(bulk_);
            std::uint64_t const sum = sum_of(bulk_);
            pair_.there().send(std::as_bytes(std::span{&sum, 1}));
        }
    }};
    std::uint64_t number_{};
};

void compare(Options const& options, Results& results, std::string const& id, Conduit with,
             double goal) {
    if (!options.wants(id)) {
        return;
    }
    progress(id);
    SharedBulk ours;
    CarriedBulk peer{with};
    PairPlan const plan{.pairs = options.pairs, .batches = options.size(200, 4)};
    auto const samples = measure_pairs(ours, peer, plan);
    constexpr double gigabyte = 1e9;
    double const work = static_cast<double>(plan.batches * bulk_bytes) / gigabyte;
    results.add({.id = id,
                 .what = "1 MiB handed over, every byte written and read",
                 .unit = "GB/s",
                 .ours_work = work,
                 .peer_work = work,
                 .goal = goal,
                 .goal_number = "10"},
                ours.name(), peer.name(), samples);
}

} // namespace

void measure_hand_over(Options const& options, Results& results) {
    compare(options, results, "bulk.socket", Conduit::socket, 6);
    compare(options, results, "bulk.pipe", Conduit::pipe, 20);
}

} // namespace axiom::bench
