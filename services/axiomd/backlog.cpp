// The newest entries; see services/axiomd/backlog.hpp.

#include <services/axiomd/backlog.hpp>

#include <algorithm>

namespace axiom::axiomd {

namespace {

std::size_t entry_bytes_at(std::byte const* entry) noexcept {
    return entry_bytes(load_le<std::uint32_t>({entry + offsetof(EntryHeader, body_bytes), 4}));
}

bool is_wanted(Bytes entry, std::uint64_t domains) noexcept {
    auto const domain = load_le<std::uint16_t>(entry.subspan(offsetof(EntryHeader, domain), 2));
    return domain < 64 && (domains >> domain & 1U) != 0;
}

} // namespace

void Backlog::add(Bytes run, Sequence first) noexcept {
    while (!run.empty()) {
        std::size_t const bytes = entry_bytes_at(run.data());
        if (first == end()) {
            push(run.first(bytes));
        }
        run = run.subspan(bytes);
        first.value += 1;
    }
}

void Backlog::push(Bytes entry) noexcept {
    std::byte* place = nullptr;
    while ((place = ring_.size() < size_.entries ? ring_.push(entry.size(), ring_.bytes_capacity())
                                                 : nullptr) == nullptr) {
        AXIOM_ASSERT(ring_.size() != 0);
        ring_.pop(1);
        first_.value += 1;
    }
    copy_bytes({place, entry.size()}, entry);
}

Bytes Backlog::entry(Sequence at) const noexcept {
    std::byte const* const place = ring_.entry(static_cast<std::size_t>(at.value - first_.value));
    return {place, entry_bytes_at(place)};
}

Result<Followed> Backlog::collect(Follow const& asks, Sequence end,
                                  MutableBytes room) const noexcept {
    AXIOM_ASSERT(room.size() >= piece_bytes_max);
    if (asks.from < first_.value) {
        return fail(Code::entry_missing, asks.from, first_.value);
    }
    Followed found{.next = asks.from};
    std::size_t used = 0;
    for (; found.next < end.value; ++found.next) {
        Bytes const whole = entry(Sequence{found.next});
        std::size_t const offset = found.next == asks.from ? asks.offset : 0;
        if (!is_wanted(whole, asks.domains)) {
            continue;
        }
        if (offset >= whole.size()) {
            return fail(Code::out_of_range, asks.from, offset);
        }
        Bytes const wanted = whole.subspan(offset);
        std::size_t const bytes = std::min(wanted.size(), piece_bytes_max - used);
        if (bytes < wanted.size() && used != 0) {
            break; // with the next answer
        }
        copy_bytes(room.subspan(used), wanted.first(bytes));
        used += bytes;
        if (bytes < wanted.size()) {
            found.rest = static_cast<std::uint32_t>(wanted.size() - bytes);
            break;
        }
    }
    found.entries = room.first(used);
    return found;
}

} // namespace axiom::axiomd
