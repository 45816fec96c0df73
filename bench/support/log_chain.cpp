// Goal 4: what the chain costs an entry. Ours hashes a block of 256 entries as the log does,
// commitments and leaves side by side, then a link for every entry; the peer hashes the same bytes
// entry after entry.

#include <bench/support/log_parts.hpp>

#include <cstring>

#include <axiom/log/chain.hpp>
#include <bench/support/failure.hpp>
#include <bench/support/peers.hpp>
#include <sim-host/platform/hash_engines.hpp>

namespace axiom::bench {

namespace {

constexpr std::size_t block_entries = block_entries_max;

class OurChain final : public Contender {
  public:
    OurChain() {
        for (std::size_t index = 0; index < block_entries; ++index) {
            rows_[index] = make_row(index);
            entries_[index] = rows_[index].data();
            EntryHeader header;
            header.sequence = Sequence{index};
            header.body_bytes = row_bytes - entry_header_bytes;
            std::memcpy(rows_[index].data(), &header, sizeof header);
        }
    }

    [[nodiscard]] std::string_view name() const noexcept override { return "chain"; }

    void run(std::size_t batches) override {
        for (std::size_t batch = 0; batch < batches; ++batch) {
            head_ = chain_entries(engine_, entries_, head_, leaves_);
        }
        require(head_ != Hash256{}, "the chain ended in zeros");
    }

  private:
    HashEngine const& engine_{host::fastest_engine()};
    std::array<Row, block_entries> rows_;
    std::array<std::byte*, block_entries> entries_{};
    std::array<Hash256, block_entries> leaves_{};
    Hash256 head_{};
};

} // namespace

void measure_chain(Options const& options, Results& results) {
    Comparison comparison{
        .id = "chain", .what = "chain: commitment, leaf and link of an entry", .unit = "ns/entry"};
    if (!options.wants(comparison.id)) {
        return;
    }
    progress(comparison.id);
    OurChain ours;
    auto const peer = make_sequential_blake3(block_entries);
    PairPlan const plan{.pairs = options.pairs, .batches = options.size(100, 2)};
    comparison.better = Better::lower;
    comparison.scale = 1e9;
    comparison.ours_work = comparison.peer_work = static_cast<double>(plan.batches * block_entries);
    comparison.goal = 0.33;
    comparison.goal_number = "4";
    results.add(comparison, ours.name(), peer->name(), measure_pairs(ours, *peer, plan));
}

} // namespace axiom::bench
