#pragma once
// RemoteStore: a medium that another process keeps (services/store/api.hpp).

#include <services/store/api.hpp>

namespace axiom {

class RemoteStore final : public Store {
  public:
    /// `shared` is the region that both hold, mapped here.
    RemoteStore(kernel::UserCalls const& kernel, kernel::Slot endpoint, MutableBytes shared)
        : kernel_{&kernel}, endpoint_{endpoint}, shared_{shared} {}

    /// Before anything else.
    [[nodiscard]] Result<void> open() noexcept;

    /// What its keeper gives whoever begins a log.
    [[nodiscard]] Result<store_api::Random> random() noexcept;

    [[nodiscard]] StoreGeometry geometry() const noexcept override { return geometry_; }
    [[nodiscard]] std::uint32_t slots() const noexcept override { return slots_; }
    [[nodiscard]] Result<SlotIndex> extend() noexcept override;
    [[nodiscard]] Result<void> read(SlotOffset from, MutableBytes to) noexcept override;
    [[nodiscard]] Result<void> write(SlotOffset to, Bytes from) noexcept override;
    [[nodiscard]] Result<void> flush() noexcept override;
    [[nodiscard]] Result<void> discard(SlotOffset from) noexcept override;
    [[nodiscard]] Result<Epoch> claimed_epoch() noexcept override;
    [[nodiscard]] Result<void> claim_epoch(Epoch epoch) noexcept override;

  private:
    template <MethodRequest Asks>
    [[nodiscard]] Result<typename Asks::Answer> ask(Asks const& request) noexcept;

    kernel::UserCalls const* kernel_;
    kernel::Slot endpoint_;
    MutableBytes shared_;
    StoreGeometry geometry_{};
    std::uint32_t slots_{};
};

} // namespace axiom
