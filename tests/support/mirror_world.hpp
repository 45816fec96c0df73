#pragma once
// A sealed log on two sides, and recovery over them: what tests of mirrors share.

#include <gtest/gtest.h>

#include <memory>

#include <sim-host/log/mirror_recovery.hpp>
#include <sim-host/platform/mirror_store.hpp>
#include <tests/support/verify_world.hpp>

namespace axiom::test {

class MirrorWorld {
  public:
    explicit MirrorWorld(std::string_view label = "tried") {
        host::MirrorStore mirror{first, second};
        make_sealed_log(mirror, label);
        EXPECT_TRUE(mirror.extend()); // a slot that is ready for the next segment
        keep();
    }

    /// Takes what both sides hold now for what they are to be.
    void keep() {
        right_ = std::make_unique<Image>(first);
        wrong_ = std::make_unique<Image>(second);
    }

    void restore() {
        right_->restore();
        wrong_->restore();
    }

    [[nodiscard]] host::MirrorPair pair() { return {first, second}; }

    [[nodiscard]] Result<host::MirrorReport> recover() {
        host::MirrorRecovery recovery{pair(), {.engine = &host::fastest_engine()}};
        return recovery.run();
    }

    [[nodiscard]] host::MemoryStore& side(host::MirrorSide which) {
        return which == host::MirrorSide::first ? first : second;
    }

    /// Whether each side holds what it held at `keep`.
    [[nodiscard]] bool is_right() { return !right_->differs() && !wrong_->differs(); }

    [[nodiscard]] bool are_equal() {
        if (first.slots() != second.slots()) {
            return false;
        }
        for (std::uint32_t slot = 0; slot < first.slots(); ++slot) {
            if (!equal_bytes(first.slot_bytes(SlotIndex{slot}),
                             second.slot_bytes(SlotIndex{slot}))) {
                return false;
            }
        }
        return true;
    }

    /// What the verifier says of one side.
    [[nodiscard]] static host::Verdict verify(Store& store) {
        return host::verify(store, verify_options());
    }

    host::MemoryStore first{small_geometry, 64};
    host::MemoryStore second{small_geometry, 64};

  private:
    std::unique_ptr<Image> right_;
    std::unique_ptr<Image> wrong_;
};

} // namespace axiom::test
