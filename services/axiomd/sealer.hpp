#pragma once
// Sealer: the key with which the log's checkpoints are signed, and what a checkpoint's entry says.

#include <optional>

#include <axiom/log/log_kinds.hpp>
#include <axiom/port/signature_engine.hpp>
#include <axiom/store/position.hpp>

namespace axiom::axiomd {

class Sealer {
  public:
    /// Without a key (all zeros, or no engine) nothing is sealed. Both outlive it.
    Sealer(HashEngine const& hashes, SignatureEngine const* signer,
           SigningSeed const& seed) noexcept;

    /// The public half, as a log names it; nothing without a key.
    [[nodiscard]] std::optional<Hash256> const& key() const noexcept { return key_; }

    /// The body of a checkpoint's entry over everything before `end`. Until the next call.
    [[nodiscard]] Result<Bytes> checkpoint(store::ChainPosition const& end) noexcept;

  private:
    HashEngine const* hashes_;
    SignatureEngine const* signer_;
    SigningSeed seed_;
    std::optional<Hash256> key_;
    std::array<std::byte, note_bytes_max> note_{};
    std::array<std::byte, note_bytes_max + 8> body_{};
};

} // namespace axiom::axiomd
