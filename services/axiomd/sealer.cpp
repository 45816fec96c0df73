// Signing checkpoints; see services/axiomd/sealer.hpp.

#include <services/axiomd/sealer.hpp>

#include <algorithm>

#include <axiom/codec/value.hpp>
#include <axiom/tree/checkpoint.hpp>
#include <axiom/tree/key_chain.hpp>

namespace axiom::axiomd {

Sealer::Sealer(HashEngine const& hashes, SignatureEngine const* signer,
               SigningSeed const& seed) noexcept
    : hashes_{&hashes}, signer_{signer}, seed_{seed} {
    bool const given =
        std::ranges::any_of(seed.bytes, [](std::byte byte) { return byte != std::byte{}; });
    if (signer != nullptr && given) {
        key_ = key_hash(signer->public_key(seed));
    }
}

Result<Bytes> Sealer::checkpoint(store::ChainPosition const& end) noexcept {
    axiom::Checkpoint const checkpoint{.log_id = end.log_id,
                                       .tree = end.tree.head(*hashes_),
                                       .entries = end.next,
                                       .head = end.head,
                                       .epoch = end.epoch,
                                       .boot = end.boot};
    Bytes const note = TRY(sign_checkpoint(*hashes_, *signer_, note_, checkpoint, seed_));
    return encode_whole(MutableBytes{body_}, CheckpointEntry{text_of(note)});
}

} // namespace axiom::axiomd
