#include <services/store/remote_store.hpp>

namespace axiom {

namespace {

// A medium that does not answer for so long is as good as one that fails.
constexpr kernel::Nanoseconds patience{60'000'000'000};

} // namespace

template <MethodRequest Asks>
Result<typename Asks::Answer> RemoteStore::ask(Asks const& request) noexcept {
    MessageBytes held;
    return ask_and_wait(*kernel_, endpoint_, request, patience, held);
}

Result<void> RemoteStore::open() noexcept {
    auto const opened = TRY(ask(store_api::Open{}));
    geometry_ = {.storage_block_bytes = opened.storage_block_bytes,
                 .segment_bytes = opened.segment_bytes};
    slots_ = opened.slots;
    return is_store_geometry(geometry_) ? Result<void>{} : fail(Code::out_of_range);
}

Result<store_api::Random> RemoteStore::random() noexcept {
    return ask(store_api::AskRandom{});
}

Result<SlotIndex> RemoteStore::extend() noexcept {
    auto const extended = TRY(ask(store_api::Extend{}));
    slots_ = extended.slot + 1;
    return SlotIndex{extended.slot};
}

Result<void> RemoteStore::read(SlotOffset from, MutableBytes to) noexcept {
    while (!to.empty()) {
        std::size_t const bytes = std::min(to.size(), shared_.size());
        TRY(ask(store_api::Read{.slot = from.slot.value, .offset = from.offset, .bytes = bytes}));
        copy_bytes(to.first(bytes), shared_.first(bytes));
        to = to.subspan(bytes);
        from.offset += bytes;
    }
    return {};
}

Result<void> RemoteStore::write(SlotOffset to, Bytes from) noexcept {
    while (!from.empty()) {
        std::size_t const bytes = std::min(from.size(), shared_.size());
        copy_bytes(shared_.first(bytes), from.first(bytes));
        TRY(ask(store_api::Write{.slot = to.slot.value, .offset = to.offset, .bytes = bytes}));
        from = from.subspan(bytes);
        to.offset += bytes;
    }
    return {};
}

Result<void> RemoteStore::flush() noexcept {
    TRY(ask(store_api::Flush{}));
    return {};
}

Result<void> RemoteStore::discard(SlotOffset from) noexcept {
    TRY(ask(store_api::Discard{.slot = from.slot.value, .offset = from.offset}));
    return {};
}

Result<Epoch> RemoteStore::claimed_epoch() noexcept {
    return Epoch{TRY(ask(store_api::ClaimedEpoch{})).epoch};
}

Result<void> RemoteStore::claim_epoch(Epoch epoch) noexcept {
    TRY(ask(store_api::ClaimEpoch{.epoch = epoch.value}));
    return {};
}

} // namespace axiom
