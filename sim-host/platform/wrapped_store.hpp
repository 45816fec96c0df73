#pragma once
// A store around another store: passes everything on. Wrappers override what they are about.

#include <axiom/port/store.hpp>

namespace axiom::host {

class WrappedStore : public Store {
  public:
    explicit WrappedStore(Store& inner) noexcept : inner_{inner} {}
    WrappedStore(WrappedStore const&) = delete;
    WrappedStore& operator=(WrappedStore const&) = delete;
    virtual ~WrappedStore() = default;

    [[nodiscard]] StoreGeometry geometry() const noexcept override { return inner_.geometry(); }
    [[nodiscard]] std::uint32_t slots() const noexcept override { return inner_.slots(); }
    [[nodiscard]] Result<SlotIndex> extend() noexcept override { return inner_.extend(); }
    [[nodiscard]] Result<void> read(SlotOffset from, MutableBytes to) noexcept override {
        return inner_.read(from, to);
    }
    [[nodiscard]] Result<void> write(SlotOffset to, Bytes from) noexcept override {
        return inner_.write(to, from);
    }
    [[nodiscard]] Result<void> flush() noexcept override { return inner_.flush(); }
    [[nodiscard]] Result<void> discard(SlotOffset from) noexcept override {
        return inner_.discard(from);
    }
    [[nodiscard]] Result<Epoch> claimed_epoch() noexcept override { return inner_.claimed_epoch(); }
    [[nodiscard]] Result<void> claim_epoch(Epoch epoch) noexcept override {
        return inner_.claim_epoch(epoch);
    }

  protected:
    [[nodiscard]] Store& inner() noexcept { return inner_; }

  private:
    Store& inner_;
};

} // namespace axiom::host
