// Our log as a contender; see our_log.hpp.

#include <bench/support/our_log.hpp>

#include <thread>
#include <vector>

#include <bench/support/failure.hpp>
#include <bench/support/live_log_fixture.hpp>

namespace axiom::bench {

namespace {

constexpr std::uint64_t storage_block = 4096;

// One segment holds every group, each padded to whole storage blocks, so that none is made while
// samples are taken.
std::uint64_t segment_bytes_for(Workload const& workload) {
    auto const group = round_up<std::uint64_t>(
        group_media_bytes(workload.layout, workload.group_entries), storage_block);
    return round_up<std::uint64_t>(group * workload.groups_total, std::uint64_t{1} << 20U) +
           (std::uint64_t{64} << 20U);
}

class OurLog final : public Contender {
  public:
    explicit OurLog(Workload const& workload)
        : fixture_{workload.folder / "log", segment_bytes_for(workload)},
          group_entries_{workload.group_entries}, clients_{workload.clients} {}

    [[nodiscard]] std::string_view name() const noexcept override { return "Axiom"; }

    void run(std::size_t batches) override {
        auto const flushes_before = fixture_.flushes();
        if (clients_ > 1) {
            run_clients(batches);
        } else if (group_entries_ == 1) {
            run_client(batches);
        } else {
            run_pipelined(batches);
        }
        auto const flushes = fixture_.flushes() - flushes_before;
        require(clients_ > 1 || flushes >= batches, "fewer flushes than groups");
    }

  private:
    // The helper flushes one group while this thread fills the next.
    void run_pipelined(std::size_t batches) {
        for (std::size_t batch = 0; batch < batches; ++batch) {
            for (std::size_t entry = 0; entry < group_entries_; ++entry) {
                fixture_.append(rows_.row(number_++));
            }
            require_done(fixture_.log().submit(), "submit");
        }
        require_done(fixture_.log().commit(fixture_.log().next_sequence()), "commit");
    }

    void run_client(std::size_t batches) {
        for (std::size_t batch = 0; batch < batches; ++batch) {
            Sequence last{};
            for (std::size_t entry = 0; entry < group_entries_; ++entry) {
                last = fixture_.append(rows_.row(entry));
            }
            require_done(fixture_.log().commit(Sequence{last.value + 1}), "commit");
        }
    }

    void run_clients(std::size_t batches) {
        std::vector<std::jthread> threads;
        for (std::size_t client = 0; client < clients_; ++client) {
            threads.emplace_back([this, batches] { run_client(batches / clients_); });
        }
    }

    RowSupply rows_;
    LogFixture fixture_;
    std::size_t group_entries_;
    std::size_t clients_;
    std::uint64_t number_{};
};

} // namespace

std::unique_ptr<Contender> make_our_log(Workload const& workload) {
    return std::make_unique<OurLog>(workload);
}

} // namespace axiom::bench
