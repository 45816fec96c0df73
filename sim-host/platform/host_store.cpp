#include <sim-host/platform/host_store.hpp>

#include <sim-host/platform/want_of_memory.hpp>

namespace axiom::host {

Result<void> HostStore::check_writable() const noexcept {
    if (mode_ == OpenMode::read) {
        return fail(Code::read_only);
    }
    if (flush_failed_.load()) {
        return fail(Code::flush_failed);
    }
    return {};
}

Result<void> HostStore::check_range(SlotOffset at, std::uint64_t bytes) const noexcept {
    if (!store_range_fits(geometry_, slots(), at, bytes)) {
        return fail(Code::out_of_range, at.offset, at.slot.value);
    }
    return {};
}

void HostStore::keep_words(std::string words) noexcept {
    std::lock_guard const guard{words_mutex_};
    last_problem_ = std::move(words);
}

Failure HostStore::refuse(Problem problem, SlotOffset at) noexcept {
    if (problem.error.code == Code::flush_failed) {
        end_writing();
    }
    if (problem.text.empty()) { // there was no memory for words; perhaps there is now
        static_cast<void>(or_no_memory([&]() -> Result<void> {
            problem.text = text_of(problem.error.code).what;
            return {};
        }));
    }
    keep_words(std::move(problem.text));
    return fail(problem.error.code, at.offset, at.slot.value);
}

std::string HostStore::last_problem() const {
    std::lock_guard const guard{words_mutex_};
    return last_problem_;
}

Result<Epoch> HostStore::claimed_epoch() noexcept {
    HostResult<MediumRecord> record = or_no_memory([&] { return medium_.record(); });
    if (!record) {
        return refuse(std::move(record.error()));
    }
    return record->epoch;
}

Result<void> HostStore::claim_epoch(Epoch epoch) noexcept {
    TRY(check_writable());
    HostResult<void> done = or_no_memory([&] { return medium_.claim(epoch); });
    if (!done && done.error().error.code == Code::fenced) {
        Error const fenced = done.error().error;
        keep_words(std::move(done.error().text));
        return Failure{fenced};
    }
    if (!done) {
        return refuse(std::move(done.error()));
    }
    return {};
}

Result<void> HostStore::reset_claim(Epoch epoch) noexcept {
    TRY(check_writable());
    HostResult<void> done = or_no_memory([&] { return medium_.reset_claim(epoch); });
    return done ? Result<void>{} : Result<void>{refuse(std::move(done.error()))};
}

} // namespace axiom::host
