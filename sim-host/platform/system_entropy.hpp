#pragma once
// The host's entropy: the operating system's generator, which has refused until it was seeded.

#include <axiom/port/entropy.hpp>

namespace axiom::host {

class SystemEntropy final : public Entropy {
  public:
    [[nodiscard]] Result<void> fill(MutableBytes to) noexcept override;
};

} // namespace axiom::host
