#pragma once
// A small sealed log in memory and the verifier over it: what tests of the verifier share.

#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/memory_store.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <sim-host/verify/verifier.hpp>
#include <tests/support/sealed_log.hpp>

namespace axiom::test {

inline constexpr StoreGeometry small_geometry{.storage_block_bytes = 512,
                                              .segment_bytes = 32U << 10U};

[[nodiscard]] inline host::VerifyOptions verify_options() {
    return {.engine = &host::fastest_engine(), .signatures = &host::signature_engine()};
}

/// Three boots, attachments, blocks of several sizes, three checkpoints, an orderly end.
inline void make_sealed_log(Store& store, std::string_view label = "tried",
                            unsigned seed_byte = 1) {
    SealedLog log{store, seed_number(seed_byte), label};
    log.open();
    log.add(40);
    log.seal();
    log.add(6, 300);
    log.close();
    log.open();
    log.add(60, 0, 30);
    log.seal();
    log.close();
    log.open();
    log.add(20, 100, 7);
    log.seal();
    log.close();
}

/// The bytes of every slot, to compare with and to go back to.
class Image {
  public:
    explicit Image(host::MemoryStore& store) : store_{store} {
        for (std::uint32_t slot = 0; slot < store.slots(); ++slot) {
            MutableBytes const bytes = store.slot_bytes(SlotIndex{slot});
            slots_.emplace_back(bytes.begin(), bytes.end());
        }
    }

    void restore() {
        for (std::uint32_t slot = 0; slot < slots_.size(); ++slot) {
            restore(slot);
        }
    }
    void restore(std::uint32_t slot) {
        copy_bytes(store_.slot_bytes(SlotIndex{slot}), slots_[slot]);
    }
    [[nodiscard]] bool differs() {
        for (std::uint32_t slot = 0; slot < slots_.size(); ++slot) {
            if (!equal_bytes(store_.slot_bytes(SlotIndex{slot}), slots_[slot])) {
                return true;
            }
        }
        return false;
    }

    [[nodiscard]] std::vector<std::vector<std::byte>> const& slots() const { return slots_; }

  private:
    host::MemoryStore& store_;
    std::vector<std::vector<std::byte>> slots_;
};

} // namespace axiom::test
