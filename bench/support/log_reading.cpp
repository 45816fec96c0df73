// Verification, seeking and memory: what reading a log costs. The large log is made and verified in
// processes of their own, so that each one's peak memory is its own.

#include <bench/support/log_parts.hpp>

#include <chrono>
#include <random>

#include <bench/support/child.hpp>
#include <bench/support/closed_log.hpp>
#include <bench/support/failure.hpp>
#include <bench/support/live_log_fixture.hpp>
#include <bench/support/our_log.hpp>
#include <bench/support/peers.hpp>

namespace axiom::bench {

namespace {

constexpr std::size_t group_entries = 1024;
constexpr std::uint64_t segment_bytes = std::uint64_t{16} << 20U; // what `axiom ingest` makes
constexpr double mebibyte = 1024.0 * 1024.0;

// What the log may add to a process at most, however large it is.
constexpr double memory_limit_mib = 64;

void write_log(std::filesystem::path const& folder, std::size_t entries) {
    RowSupply const rows;
    LogFixture fixture{folder, segment_bytes};
    for (std::size_t number = 0; number < entries; ++number) {
        fixture.append(rows.row(number));
        if ((number + 1) % group_entries == 0) {
            require_done(fixture.log().submit(), "submit");
        }
    }
    require_done(fixture.log().close(), "close");
}

/// A batch is the whole log once.
class Verification final : public Contender {
  public:
    explicit Verification(std::filesystem::path const& folder) : log_{folder} {}

    [[nodiscard]] std::string_view name() const noexcept override { return "verify and replay"; }

    void run(std::size_t batches) override {
        for (std::size_t batch = 0; batch < batches; ++batch) {
            entries_ = log_.verify_and_replay();
        }
    }

    [[nodiscard]] std::uint64_t entries() const noexcept { return entries_; }

  private:
    ClosedLog log_;
    std::uint64_t entries_{};
};

void measure_verify(Options const& options, Results& results) {
    bool const live = options.wants("verify.live");
    bool const bulk = options.wants("verify.bulk");
    if (!live && !bulk) {
        return;
    }
    Scratch const scratch{options, "verify"};
    std::size_t const groups = options.size(128, 4);
    write_log(scratch.path() / "written", groups * group_entries);
    Verification ours{scratch.path() / "written"};
    ours.run(1);
    auto const entries = static_cast<double>(ours.entries());
    PairPlan plan{.pairs = options.pairs, .batches = 1};
    if (live) {
        progress("verify.live");
        plan.peer_batches = options.size(64, 2);
        auto const peer = make_our_log({.folder = scratch.path(),
                                        .group_entries = group_entries,
                                        .groups_total = samples_of(plan) * plan.peer_batches});
        Comparison comparison{.id = "verify.live",
                              .what = "verify and replay on one core, tree checked",
                              .unit = "entries/s"};
        comparison.ours_work = entries;
        comparison.peer_work = static_cast<double>(plan.peer_batches * group_entries);
        comparison.goal = 2;
        comparison.goal_number = "5";
        results.add(comparison, ours.name(), "own live rate", measure_pairs(ours, *peer, plan));
    }
    if (bulk) {
        progress("verify.bulk");
        constexpr std::size_t bulk_bytes = std::size_t{4} << 20U;
        plan.peer_batches = options.size(8, 1);
        auto const peer = make_bulk_blake3(bulk_bytes);
        Comparison comparison{
            .id = "verify.bulk", .what = "verify and replay, bytes of entries", .unit = "GB/s"};
        comparison.scale = 1e-9;
        comparison.ours_work = entries * row_bytes;
        comparison.peer_work = static_cast<double>(plan.peer_batches * bulk_bytes);
        results.add(comparison, ours.name(), peer->name(), measure_pairs(ours, *peer, plan));
    }
}

void measure_seek(Options const& options, Results& results, std::filesystem::path const& folder,
                  std::size_t entries) {
    progress("seek");
    std::mt19937_64 random{entries};
    Figure figure{.id = "seek",
                  .what = "open a log of " + std::to_string(entries) + " entries, find one",
                  .unit = "ms",
                  .samples = {}};
    for (std::size_t sample = 0; sample < options.pairs; ++sample) {
        Sequence const wanted{random() % entries};
        auto const begin = std::chrono::steady_clock::now();
        require(ClosedLog{folder}.seek(wanted) == wanted, "found another entry");
        std::chrono::duration<double, std::milli> const spent =
            std::chrono::steady_clock::now() - begin;
        figure.samples.push_back(spent.count());
    }
    results.add(figure);
}

void add_memory(Results& results, std::string const& id, std::string const& what,
                std::string const& peak_bytes) {
    results.add(Figure{.id = id,
                       .what = what,
                       .unit = "MiB",
                       .samples = {std::stod(peak_bytes) / mebibyte},
                       .limit = memory_limit_mib});
}

void measure_large_log(Options const& options, Results& results) {
    if (!options.wants("memory.") && !options.wants("seek")) {
        return;
    }
    progress("memory.append");
    Scratch const scratch{options, "large"};
    auto const folder = scratch.path() / "written";
    std::size_t const entries = options.size(10'000'000, 20'000);
    auto const count = std::to_string(entries);
    auto const appending = run_part("append", {folder.string(), count});
    add_memory(results, "memory.append", "peak memory, appending " + count + " entries", appending);
    if (options.wants("seek")) {
        measure_seek(options, results, folder, entries);
    }
    progress("memory.verify");
    add_memory(results, "memory.verify", "peak memory, verifying them",
               run_part("verify", {folder.string()}));
}

} // namespace

void measure_reading(Options const& options, Results& results) {
    measure_verify(options, results);
    measure_large_log(options, results);
}

double run_append_part(std::filesystem::path const& folder, std::size_t entries) {
    double const before = peak_resident_bytes();
    write_log(folder, entries);
    return peak_resident_bytes() - before;
}

double run_verify_part(std::filesystem::path const& folder) {
    double const before = peak_resident_bytes();
    ClosedLog{folder}.verify_and_replay();
    return peak_resident_bytes() - before;
}

} // namespace axiom::bench
