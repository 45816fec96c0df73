#include <tests/support/failing_store.hpp>

namespace axiom::test {

namespace {

Code code_of_failure(Operation kind) noexcept {
    switch (kind) {
    case Operation::extend:
        return Code::store_full;
    case Operation::flush:
        return Code::flush_failed;
    default:
        return Code::io_failed;
    }
}

} // namespace

Result<void> FailingStore::begin(Operation kind) noexcept {
    std::uint64_t const present = operations_++;
    ++by_kind_[static_cast<std::size_t>(kind)];
    bool const fails = is_planned_ && (present == failure_.operation ||
                                       (failure_.from_then_on && present > failure_.operation));
    if (fails) {
        ++fired_;
        return fail(failure_.code.value_or(code_of_failure(kind)), present);
    }
    return {};
}

void FailingStore::plan(PlannedFailure failure) noexcept {
    plan_nothing();
    failure_ = failure;
    is_planned_ = true;
}

void FailingStore::plan_nothing() noexcept {
    is_planned_ = false;
    operations_ = 0;
    by_kind_ = {};
    fired_ = 0;
}

Result<SlotIndex> FailingStore::extend() noexcept {
    TRY(begin(Operation::extend));
    return inner().extend();
}

Result<void> FailingStore::read(SlotOffset from, MutableBytes to) noexcept {
    TRY(begin(Operation::read));
    return inner().read(from, to);
}

Result<void> FailingStore::write(SlotOffset to, Bytes from) noexcept {
    TRY(begin(Operation::write));
    return inner().write(to, from);
}

Result<void> FailingStore::flush() noexcept {
    TRY(begin(Operation::flush));
    return inner().flush();
}

Result<void> FailingStore::discard(SlotOffset from) noexcept {
    TRY(begin(Operation::discard));
    return inner().discard(from);
}

Result<Epoch> FailingStore::claimed_epoch() noexcept {
    TRY(begin(Operation::claimed_epoch));
    return inner().claimed_epoch();
}

Result<void> FailingStore::claim_epoch(Epoch epoch) noexcept {
    TRY(begin(Operation::claim_epoch));
    return inner().claim_epoch(epoch);
}

} // namespace axiom::test
