// BLAKE3 as its authors publish it, the yardstick for the chain and for verification.

#include <blake3.h>

#include <algorithm>
#include <vector>

#include <bench/support/peers.hpp>

namespace axiom::bench {

namespace {

constexpr std::size_t hash_bytes = 32;
constexpr std::size_t link_bytes = 2 * hash_bytes;

void hash(std::byte const* from, std::size_t bytes, std::byte* to) {
    blake3_hasher hasher;
    blake3_hasher_init(&hasher);
    blake3_hasher_update(&hasher, from, bytes);
    blake3_hasher_finalize(&hasher, reinterpret_cast<std::uint8_t*>(to), hash_bytes);
}

/// Entry after entry: each input ends in the hash of the one before, as a chain must. Nothing is
/// copied but that.
class SequentialBlake3 final : public Contender {
  public:
    explicit SequentialBlake3(std::size_t entries) : entries_{entries}, inputs_(inputs_kept) {
        for (std::size_t number = 0; number < inputs_.size(); ++number) {
            auto const row = make_row(number);
            std::copy(row.begin(), row.end(), inputs_[number].begin());
        }
    }

    [[nodiscard]] std::string_view name() const noexcept override { return "BLAKE3 sequential"; }

    void run(std::size_t batches) override {
        for (std::size_t entry = 0; entry < batches * entries_; ++entry, ++number_) {
            auto const& input = inputs_[number_ % inputs_kept];
            auto& next = inputs_[(number_ + 1) % inputs_kept];
            hash(input.data(), input.size(), next.data() + row_bytes);
        }
    }

  private:
    static constexpr std::size_t inputs_kept = 1024;

    std::size_t entries_;
    std::uint64_t number_{};
    std::vector<std::array<std::byte, row_bytes + link_bytes>> inputs_;
};

class BulkBlake3 final : public Contender {
  public:
    explicit BulkBlake3(std::size_t bytes) : input_(bytes) {
        for (std::size_t offset = 0; offset < bytes; ++offset) {
            input_[offset] = static_cast<std::byte>(offset * 7);
        }
    }

    [[nodiscard]] std::string_view name() const noexcept override { return "BLAKE3 bulk"; }

    void run(std::size_t batches) override {
        for (std::size_t batch = 0; batch < batches; ++batch) {
            hash(input_.data(), input_.size(), input_.data());
        }
    }

  private:
    std::vector<std::byte> input_;
};

} // namespace

std::unique_ptr<Contender> make_sequential_blake3(std::size_t entries) {
    return std::make_unique<SequentialBlake3>(entries);
}

std::unique_ptr<Contender> make_bulk_blake3(std::size_t bytes) {
    return std::make_unique<BulkBlake3>(bytes);
}

} // namespace axiom::bench
