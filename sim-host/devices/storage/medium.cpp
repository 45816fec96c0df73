#include <sim-host/devices/storage/medium.hpp>

#include <ctime>

#include <sim-host/platform/system_entropy.hpp>

namespace axiom::host {

using namespace store_api;

Result<Opened> Medium::on(Request const& /*request*/, Open const& /*asks*/) noexcept {
    if (store_ == nullptr) {
        store_ = TRY(opener_());
    }
    return Opened{.storage_block_bytes = store_->geometry().storage_block_bytes,
                  .segment_bytes = store_->geometry().segment_bytes,
                  .slots = store_->slots()};
}

Result<Extended> Medium::on(Request const& /*request*/, Extend const& /*asks*/) noexcept {
    TRY(check_open());
    return Extended{.slot = TRY(store_->extend()).value};
}

Result<Nothing> Medium::on(Request const& /*request*/, Read const& asks) noexcept {
    TRY(check(asks.slot, asks.offset, asks.bytes));
    TRY(store_->read({SlotIndex{asks.slot}, asks.offset}, shared_.first(asks.bytes)));
    return Nothing{};
}

Result<Nothing> Medium::on(Request const& /*request*/, Write const& asks) noexcept {
    TRY(check(asks.slot, asks.offset, asks.bytes));
    TRY(store_->write({SlotIndex{asks.slot}, asks.offset}, shared_.first(asks.bytes)));
    return Nothing{};
}

Result<Nothing> Medium::on(Request const& /*request*/, Flush const& /*asks*/) noexcept {
    TRY(check_open());
    TRY(final_if_failed(store_->flush()));
    return Nothing{};
}

Result<Nothing> Medium::on(Request const& /*request*/, Discard const& asks) noexcept {
    TRY(check(asks.slot, asks.offset, 0));
    TRY(store_->discard({SlotIndex{asks.slot}, asks.offset}));
    return Nothing{};
}

Result<Claimed> Medium::on(Request const& /*request*/, ClaimedEpoch const& /*asks*/) noexcept {
    TRY(check_open());
    return Claimed{.epoch = TRY(store_->claimed_epoch()).value};
}

Result<Nothing> Medium::on(Request const& /*request*/, ClaimEpoch const& asks) noexcept {
    TRY(check_open());
    TRY(final_if_failed(store_->claim_epoch(Epoch{asks.epoch})));
    return Nothing{};
}

Result<Random> Medium::on(Request const& /*request*/, AskRandom const& /*asks*/) noexcept {
    Random random;
    TRY(SystemEntropy{}.fill(random.bytes.bytes));
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    random.wall_time_ns = static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U +
                          static_cast<std::uint64_t>(now.tv_nsec);
    return random;
}

Result<void> Medium::check_open() const noexcept {
    return store_ != nullptr ? Result<void>{} : fail(Code::not_a_log);
}

Result<void> Medium::check(std::uint32_t slot, std::uint64_t offset,
                           std::uint64_t bytes) const noexcept {
    TRY(check_open());
    bool const fits =
        bytes <= shared_.size() &&
        store_range_fits(store_->geometry(), store_->slots(), {SlotIndex{slot}, offset}, bytes);
    return fits ? Result<void>{} : fail(Code::out_of_range, offset, bytes);
}

Result<void> Medium::final_if_failed(Result<void> done) noexcept {
    goes_on_ = goes_on_ && done.has_value();
    return done;
}

} // namespace axiom::host
