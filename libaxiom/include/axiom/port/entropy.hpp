#pragma once
// Entropy: unpredictable bytes, or a refusal; there is no third answer.

#include <array>

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

/// 32 bytes for a key, from a source that shows no sign of being stuck: two draws differ, and
/// neither is one byte over and over. `no_entropy` otherwise: no key is made of it.
[[nodiscard]] inline Result<std::array<std::byte, 32>> draw_key(Entropy& source) noexcept {
    std::array<std::array<std::byte, 32>, 2> draws{};
    for (auto& draw : draws) {
        TRY(source.fill(draw));
        bool varies = false;
        for (std::byte const byte : draw) {
            varies = varies || byte != draw[0];
        }
        if (!varies) {
            return fail(Code::no_entropy);
        }
    }
    return draws[0] != draws[1] ? Result<std::array<std::byte, 32>>{draws[0]}
                                : fail(Code::no_entropy);
}

} // namespace axiom
