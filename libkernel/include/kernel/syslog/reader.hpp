#pragma once
// RingReader: takes records out of a ring and makes the seal that goes into the log.
//
//     drain ──▶ batch, seal ──append──▶ entry ──▶ settle
//                     └── refused: the next drain begins at the same place
//
// Where a drain begins is state of the log (RingRow): what is not in an entry was not sealed. One
// drain of a ring at a time; the ring's writer goes on meanwhile.

#include <optional>

#include <axiom/base/arena.hpp>

#include <kernel/syslog/batch.hpp>
#include <kernel/syslog/ring.hpp>

namespace axiom::kernel {

class RingReader {
  public:
    /// Before the first drain.
    void begin(Arena& arena, RingView const& ring, BootNumber boot) noexcept;

    /// The boot's number, if it was not known when the ring began.
    void attach(BootNumber boot) noexcept { boot_ = boot; }

    [[nodiscard]] static std::size_t bytes_for(std::uint32_t buckets) noexcept {
        return Arena::bytes_for<std::uint64_t>(buckets);
    }

    /// Whether it is time to drain: a quarter of what the ring holds, at most `seal_records_max`
    /// records, were written that are not the sealer's own. A request counts for its response
    /// too. From any CPU.
    [[nodiscard]] bool is_due() const noexcept;

    /// The next records, as many as there are and `to` holds after the header; nothing if there
    /// are none and nothing was lost. `to`: at least 2, at most `batch_records_max`, memory that
    /// nobody else writes. Never waits for the writer: copies each record once, and at most four
    /// times 64 in vain.
    [[nodiscard]] std::optional<Seal> drain(RingRow const& sealed, std::span<Record> to,
                                            HashEngine const& engine) noexcept;

    /// The seal of the last drain, whose batch this is, stands in the log.
    void settle(Seal const& seal, BatchView batch) noexcept;

  private:
    struct Span {
        std::uint64_t first{};
        std::size_t count{};
    };

    [[nodiscard]] std::uint64_t oldest() const noexcept;
    Span copy(std::uint64_t from, std::uint64_t end, std::span<Record> to) const noexcept;
    void copy_record(std::uint64_t index, Record& to) const noexcept;
    std::uint32_t add_notes(std::span<Record> to, std::uint64_t& unrecorded) const noexcept;

    RingView ring_;
    BootNumber boot_;
    std::span<std::uint64_t> noted_;             // by bucket, how much of its count is sealed
    std::atomic<std::uint64_t> weight_sealed_{}; // of what is sealed or lost
    std::uint64_t weight_seen_{};                // of all there was when the last drain began
    std::uint64_t end_seen_{};
};

} // namespace axiom::kernel
