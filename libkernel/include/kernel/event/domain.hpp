#pragma once
// The kernel's domain, as shadows and replays link it: the state and nothing that acts on a
// machine.

#include <axiom/domain/domain.hpp>

#include <kernel/event/state.hpp>

namespace axiom::kernel {

class KernelDomain final : public Domain {
  public:
    KernelDomain(Arena& arena, KernelCapacities const& capacities) noexcept
        : state_{arena, capacities} {}

    [[nodiscard]] static std::size_t bytes_for(KernelCapacities const& capacities) noexcept {
        return KernelState::bytes_for(capacities);
    }

    [[nodiscard]] KernelState const& state() const noexcept { return state_; }

    [[nodiscard]] std::optional<Departed> take_departed() noexcept {
        return state_.take_departed();
    }

    [[nodiscard]] DomainInfo const& info() const noexcept override { return kernel_domain; }
    Result<void> apply(Ordered<Entry> const& entry) noexcept override;
    Result<void> genesis(Genesis const& /*genesis*/) noexcept override { return {}; }

    /// A new boot: every object of the one before is gone, and log time goes on.
    void boot(Boot const& /*boot*/) noexcept override {
        LogTime const now = state_.now();
        state_.clear();
        state_.tick(now);
    }
    void tick(LogTime now) noexcept override { state_.tick(now); }
    void clear() noexcept override { state_.clear(); }
    [[nodiscard]] Hash256 root(HashEngine const& engine) noexcept override {
        return state_.root(engine);
    }
    Result<void> save(Writer& to) const noexcept override { return state_.save(to); }
    Result<void> load(Reader& from) noexcept override { return state_.load(from); }
    [[nodiscard]] std::size_t save_bytes_max() const noexcept override {
        return state_.save_bytes_max();
    }

  private:
    KernelState state_;
};

} // namespace axiom::kernel
