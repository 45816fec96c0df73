#include <sim-host/platform/medium_area.hpp>

#include <chrono>
#include <thread>

namespace axiom::host {

namespace {

constexpr int record_lock_attempts = 2000;
constexpr std::chrono::milliseconds record_lock_pause{1};

} // namespace

HostResult<MediumText> MediumArea::read_place(std::uint64_t place) const {
    MediumText text;
    TRY(file_.read(start_ + place, text));
    return text;
}

HostResult<void> MediumArea::format(MediumHeader const& header) const {
    TRY(file_.write_zeros(start_, medium_area_bytes));
    MediumText const record = encode_medium_record({});
    for (std::uint64_t const place : medium_record_places) {
        TRY(file_.write(start_ + place, record));
    }
    TRY(file_.flush_all());
    MediumText const text = encode_medium_header(header);
    for (std::uint64_t const place : medium_header_places) {
        TRY(file_.write(start_ + place, text));
    }
    return file_.flush_all();
}

HostResult<MediumHeader> MediumArea::header() const {
    Result<MediumHeader> found = fail(Code::not_a_log);
    for (std::uint64_t const place : medium_header_places) {
        HostResult<MediumText> const text = read_place(place);
        if (!text && text.error().error.code != Code::size_changed) {
            return std::unexpected(text.error());
        }
        if (!text) {
            continue;
        }
        Result<MediumHeader> const header = decode_medium_header(*text);
        if (header) {
            return *header;
        }
        if (found.error().code == Code::not_a_log) {
            found = header;
        }
    }
    switch (found.error().code) {
    case Code::unknown_version:
        return found_problem(Code::unknown_version, file_.path(),
                             "is a medium of version " + std::to_string(found.error().detail) +
                                 ", which this program does not know");
    case Code::not_a_log:
        return found_problem(Code::not_a_log, file_.path(), "has no medium header");
    default:
        return found_problem(found.error().code, file_.path(),
                             "has a medium header with wrong values");
    }
}

HostResult<MediumRecord> MediumArea::record() const {
    std::optional<MediumRecord> newest;
    for (std::uint64_t const place : medium_record_places) {
        HostResult<MediumText> const text = read_place(place);
        if (!text) {
            continue; // one unreadable copy is what the other is for
        }
        std::optional<MediumRecord> const record = decode_medium_record(*text);
        if (record && (!newest || record->serial > newest->serial)) {
            newest = record;
        }
    }
    if (!newest) {
        return found_problem(Code::io_failed, file_.path(),
                             "neither copy of the record of claims can be read",
                             start_ + medium_record_places[0]);
    }
    return *newest;
}

HostResult<void> MediumArea::write_record(MediumRecord const& next) const {
    // The copy that does not hold the newest record goes first.
    std::array<std::uint64_t, 2> order = medium_record_places;
    HostResult<MediumText> const first = read_place(order[0]);
    if (first) {
        std::optional<MediumRecord> const record = decode_medium_record(*first);
        if (record && record->serial + 1 == next.serial) {
            std::swap(order[0], order[1]);
        }
    }
    MediumText const text = encode_medium_record(next);
    for (std::uint64_t const place : order) {
        TRY(file_.write(start_ + place, text));
        TRY(file_.flush_data());
    }
    return {};
}

HostResult<void> MediumArea::claim(Epoch epoch) const {
    TRY(lock_record());
    HostResult<void> const claimed = [&]() -> HostResult<void> {
        MediumRecord next = TRY(record());
        if (epoch <= next.epoch) {
            auto problem =
                found_problem(Code::fenced, file_.path(),
                              "epoch " + std::to_string(next.epoch.value) + " is claimed already",
                              next.epoch.value);
            problem.error().error.detail = epoch.value;
            return problem;
        }
        ++next.serial;
        next.epoch = epoch;
        return write_record(next);
    }();
    TRY(unlock_record());
    return claimed;
}

HostResult<void> MediumArea::reset_claim(Epoch epoch) const {
    TRY(lock_record());
    HostResult<void> const written = [&]() -> HostResult<void> {
        MediumRecord next = TRY(record());
        ++next.serial; // a forged highest one wraps: both copies are written, so neither is newer
        next.epoch = epoch;
        return write_record(next);
    }();
    TRY(unlock_record());
    return written;
}

HostResult<void> MediumArea::use_slots(std::uint32_t slots) const {
    MediumRecord next = TRY(record());
    ++next.serial;
    next.slots = slots;
    return write_record(next);
}

HostResult<void> MediumArea::lock_record() const {
    for (int attempt = 0; attempt < record_lock_attempts; ++attempt) {
        if (TRY(file_.try_lock(start_ + medium_record_places[0], medium_place_bytes))) {
            return {};
        }
        std::this_thread::sleep_for(record_lock_pause);
    }
    return found_problem(Code::writer_alive, file_.path(),
                         "another process holds the record of claims");
}

HostResult<void> MediumArea::unlock_record() const {
    return file_.unlock(start_ + medium_record_places[0], medium_place_bytes);
}

} // namespace axiom::host
