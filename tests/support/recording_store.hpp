#pragma once
// A store that remembers what was done to it, so that every crash along the way can be played
// afterwards.

#include <cstdint>
#include <variant>
#include <vector>

#include <sim-host/platform/wrapped_store.hpp>
#include <tests/support/disk_model.hpp>

namespace axiom::test {

struct RecordedWrite {
    SlotOffset at;
    std::vector<std::byte> bytes; // a discard is a write of zeros
};
struct RecordedFlush {};
struct RecordedExtend {};
struct RecordedClaim {
    Epoch epoch;
};
struct RecordedMark {
    std::uint64_t value; // the test's own note, such as how many entries were acknowledged
};
using RecordedStep =
    std::variant<RecordedWrite, RecordedFlush, RecordedExtend, RecordedClaim, RecordedMark>;

class RecordingStore final : public host::WrappedStore {
  public:
    /// Copies what `inner` holds now: the medium that the recording starts from.
    explicit RecordingStore(Store& inner);

    [[nodiscard]] Result<SlotIndex> extend() noexcept override;
    [[nodiscard]] Result<void> write(SlotOffset to, Bytes from) noexcept override;
    [[nodiscard]] Result<void> flush() noexcept override;
    [[nodiscard]] Result<void> discard(SlotOffset from) noexcept override;
    [[nodiscard]] Result<void> claim_epoch(Epoch epoch) noexcept override;

    /// Notes `value` at this point: a crash after it knows the latest.
    void mark(std::uint64_t value);

    /// Each step from here on also adds this store to `order`: so the steps of several are told in
    /// one order.
    void tell_order(std::vector<RecordingStore const*>& order) noexcept { order_ = &order; }

    [[nodiscard]] DiskModel const& start() const noexcept { return start_; }
    [[nodiscard]] std::vector<RecordedStep> const& steps() const noexcept { return steps_; }

  private:
    void note(RecordedStep step);

    DiskModel start_;
    std::vector<RecordedStep> steps_;
    std::vector<RecordingStore const*>* order_{};
};

} // namespace axiom::test
