#pragma once
// Entropy: unpredictable bytes, or a refusal; there is no third answer.

#include <axiom/base/bytes.hpp>
#include <axiom/base/result.hpp>

namespace axiom {

class Entropy {
  public:
    /// Fills `to` with bytes fit for keys and salts. `no_entropy` when the source cannot vouch for
    /// them.
    [[nodiscard]] virtual Result<void> fill(MutableBytes to) noexcept = 0;

  protected:
    ~Entropy() = default;
};

} // namespace axiom
