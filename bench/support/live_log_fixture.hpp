#pragma once
// A log on a file store with one domain of plain records, as the parts of group `log` need it.

#include <filesystem>
#include <memory>

#include <axiom/domain/kind.hpp>
#include <sim-host/log/live_log.hpp>
#include <sim-host/platform/file_store.hpp>
#include <sim-host/platform/system_entropy.hpp>

#include <bench/support/workload.hpp>

namespace axiom::bench {

inline constexpr std::size_t record_body_bytes = row_bytes - entry_header_bytes;

/// The table of domains: the log's own, and records whose one kind is durable.
[[nodiscard]] std::span<DomainInfo const* const> bench_domains();

/// A proposal to append `body` as a record.
[[nodiscard]] Proposal record_proposal(Bytes body) noexcept;

/// Stands before a store and counts its flushes, so that nobody is credited with a flush that was
/// not made.
class FlushCount final : public Store {
  public:
    explicit FlushCount(Store& store) noexcept : store_{&store} {}

    [[nodiscard]] std::uint64_t flushes() const noexcept { return flushes_.load(); }

    [[nodiscard]] StoreGeometry geometry() const noexcept override { return store_->geometry(); }
    [[nodiscard]] std::uint32_t slots() const noexcept override { return store_->slots(); }
    [[nodiscard]] Result<SlotIndex> extend() noexcept override { return store_->extend(); }
    [[nodiscard]] Result<void> read(SlotOffset from, MutableBytes to) noexcept override {
        return store_->read(from, to);
    }
    [[nodiscard]] Result<void> write(SlotOffset to, Bytes from) noexcept override {
        return store_->write(to, from);
    }
    [[nodiscard]] Result<void> flush() noexcept override {
        ++flushes_;
        return store_->flush();
    }
    [[nodiscard]] Result<void> discard(SlotOffset from) noexcept override {
        return store_->discard(from);
    }
    [[nodiscard]] Result<Epoch> claimed_epoch() noexcept override {
        return store_->claimed_epoch();
    }
    [[nodiscard]] Result<void> claim_epoch(Epoch epoch) noexcept override {
        return store_->claim_epoch(epoch);
    }

  private:
    Store* store_;
    std::atomic<std::uint64_t> flushes_{};
};

/// An open log. Closed in order at the end.
class LogFixture {
  public:
    /// Makes a new log in `folder` on segments of `segment_bytes`, of which two are there then.
    LogFixture(std::filesystem::path const& folder, std::uint64_t segment_bytes);

    [[nodiscard]] host::LiveLog& log() noexcept { return *log_; }
    [[nodiscard]] std::uint64_t flushes() const noexcept { return counted_->flushes(); }

    /// Appends `row`'s last 64 bytes as a record's body; commits first when the ring is full.
    Sequence append(Row const& row);

  private:
    host::SystemEntropy entropy_;
    std::unique_ptr<host::FileStore> store_;
    std::unique_ptr<FlushCount> counted_;
    std::unique_ptr<host::LiveLog> log_;
};

/// Options for opening a log of ours; `entropy` outlives it.
[[nodiscard]] host::LiveLogOptions log_options(Entropy& entropy);

/// Throws with the code's name when a step failed.
void require_done(Result<void> const& result, char const* what);

} // namespace axiom::bench
