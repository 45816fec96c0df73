#pragma once
// ReadOnlyStore: what a store refuses that shows the slots of others and has none to write.

#include <axiom/port/store.hpp>

namespace axiom::host {

class ReadOnlyStore : public Store {
  public:
    [[nodiscard]] Result<SlotIndex> extend() noexcept override { return fail(Code::read_only); }
    [[nodiscard]] Result<void> write(SlotOffset /*to*/, Bytes /*from*/) noexcept override {
        return fail(Code::read_only);
    }
    [[nodiscard]] Result<void> flush() noexcept override { return fail(Code::read_only); }
    [[nodiscard]] Result<void> discard(SlotOffset /*from*/) noexcept override {
        return fail(Code::read_only);
    }
    [[nodiscard]] Result<Epoch> claimed_epoch() noexcept override { return fail(Code::read_only); }
    [[nodiscard]] Result<void> claim_epoch(Epoch /*epoch*/) noexcept override {
        return fail(Code::read_only);
    }

  protected:
    ~ReadOnlyStore() = default;
};

} // namespace axiom::host
