#include <terminal/core/entry_reader.hpp>

#include <algorithm>

#include <services/axiomd/api.hpp>
#include <terminal/core/number.hpp>

namespace axiom::terminal {

namespace {

constexpr std::string_view keeper = "axiomd";

} // namespace

Result<Sequence> reference_in(std::string_view text, std::uint64_t next) noexcept {
    std::uint64_t back = 0;
    if (text.starts_with("@~")) {
        back = TRY(number_in(text.substr(2)));
    } else if (text != "@") {
        std::uint64_t const sequence = TRY(number_in(text));
        return sequence < next ? Result<Sequence>{Sequence{sequence}}
                               : fail(Code::no_such_row, sequence, next);
    }
    return back < next ? Result<Sequence>{Sequence{next - 1 - back}}
                       : fail(Code::no_such_row, back, next);
}

Result<std::optional<Entry>> EntryReader::next(std::uint32_t wait_ms) noexcept {
    if (run_.empty() && !TRY(fetch(wait_ms))) {
        return std::nullopt;
    }
    if (run_.size() < entry_header_bytes) {
        return fail(Code::not_a_log, next_.value);
    }
    EntryHeader const header = TRY(decode_header(run_.first(entry_header_bytes)));
    std::size_t const bytes = entry_bytes(header.body_bytes);
    if (bytes > run_.size() || header.sequence != next_) {
        return fail(Code::not_a_log, next_.value);
    }
    Entry const entry{.header = header,
                      .body = run_.subspan(entry_header_bytes, header.body_bytes)};
    run_ = run_.subspan(bytes);
    ++next_.value;
    return entry;
}

// What lies in the message is copied away, since the next question overwrites it.
Result<bool> EntryReader::fetch(std::uint32_t wait_ms) noexcept {
    kept_ = 0;
    auto const followed = ask(*session_->link, keeper,
                              axiomd::Follow{.from = next_.value,
                                             .offset = 0,
                                             .domains = axiomd::all_domains,
                                             .durable = true,
                                             .wait_ms = wait_ms},
                              session_->held);
    if (!followed) {
        if (followed.error().code != Code::entry_missing) {
            return std::unexpected{followed.error()};
        }
        TRY(fetch_old());
        return true;
    }
    TRY(keep(followed->entries));
    if (followed->rest != 0) {
        TRY(fetch_rest(followed->rest));
    }
    return kept_ != 0;
}

Result<void> EntryReader::fetch_rest(std::uint32_t rest) noexcept {
    while (rest != 0) {
        auto const followed = TRY(ask(*session_->link, keeper,
                                      axiomd::Follow{.from = next_.value,
                                                     .offset = static_cast<std::uint32_t>(kept_),
                                                     .domains = axiomd::all_domains,
                                                     .durable = true},
                                      session_->held));
        if (followed.entries.empty()) {
            return fail(Code::entry_missing, next_.value);
        }
        TRY(keep(followed.entries));
        rest = followed.rest;
    }
    return {};
}

Result<void> EntryReader::fetch_old() noexcept {
    for (;;) {
        auto const told = TRY(ask(
            *session_->link, keeper,
            axiomd::ReadEntry{.sequence = next_.value, .offset = static_cast<std::uint32_t>(kept_)},
            session_->held));
        if (told.piece.empty()) {
            return fail(Code::entry_missing, next_.value);
        }
        TRY(keep(told.piece));
        if (kept_ >= told.total_bytes) {
            return {};
        }
    }
}

Result<void> EntryReader::keep(Bytes piece) noexcept {
    MutableBytes const room{session_->entries};
    if (piece.size() > room.size() - kept_) {
        return fail(Code::no_room, kept_ + piece.size(), room.size());
    }
    copy_bytes(room.subspan(kept_), piece);
    kept_ += piece.size();
    run_ = Bytes{room}.first(kept_);
    return {};
}

} // namespace axiom::terminal
