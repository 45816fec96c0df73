#include <sim-host/devices/board/board.hpp>

#include <algorithm>
#include <cerrno>
#include <sstream>

#include <fcntl.h>
#include <unistd.h>

#include <sim-host/platform/string_text.hpp>

namespace axiom::host {

namespace {

bool fits_a_line(std::string_view text) noexcept {
    return std::ranges::none_of(text, [](char letter) {
        return static_cast<unsigned char>(letter) < ' ' || letter == '\x7F';
    });
}

bool is_key(std::string_view text) noexcept {
    return !text.empty() && fits_a_line(text) && text.find(' ') == std::string_view::npos;
}

} // namespace

Result<void> Board::open(char const* path) {
    file_ = Descriptor{::open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600)};
    if (file_.number() < 0) {
        return fail(Code::io_failed, static_cast<std::uint64_t>(errno));
    }
    std::string all;
    std::array<char, 65536> piece{};
    ssize_t bytes = 0;
    while ((bytes = ::pread(file_.number(), piece.data(), piece.size(),
                            static_cast<off_t>(all.size()))) > 0) {
        all.append(piece.data(), static_cast<std::size_t>(bytes));
    }
    std::size_t const whole = all.rfind('\n') == std::string::npos ? 0 : all.rfind('\n') + 1;
    bool const cut =
        whole == all.size() || ::ftruncate(file_.number(), static_cast<off_t>(whole)) == 0;
    if (bytes < 0 || !cut || ::fsync(file_.number()) != 0) {
        return fail(Code::io_failed, static_cast<std::uint64_t>(errno));
    }
    std::istringstream lines{all.substr(0, whole)};
    for (std::string line; std::getline(lines, line);) {
        take(line);
    }
    return {};
}

void Board::take(std::string const& line) {
    std::istringstream words{line};
    std::string what;
    std::string token;
    std::string key;
    words >> what >> token;
    if (what == "post") {
        posted_.insert(token);
    } else if (what == "put" && words >> key) {
        std::string value;
        std::getline(words.ignore(1), value);
        put_.insert(token);
        values_[key] = value;
    }
}

// Of one piece, or the next who keeps the file cuts what there is of it.
Result<void> Board::append(std::string const& line) noexcept {
    bool const written =
        ::write(file_.number(), line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
        ::fdatasync(file_.number()) == 0;
    goes_on_ = goes_on_ && written;
    return written ? Result<void>{} : fail(Code::io_failed, static_cast<std::uint64_t>(errno));
}

Result<Nothing> Board::on(Request const& /*request*/, board::Put const& asks) noexcept {
    std::string const token = hex_text(asks.token);
    if (put_.contains(token)) {
        return Nothing{};
    }
    if (!is_key(asks.key) || !fits_a_line(asks.value)) {
        return fail(Code::bad_text);
    }
    TRY(append("put " + token + ' ' + std::string{asks.key} + ' ' + std::string{asks.value} +
               '\n'));
    put_.insert(token);
    values_[std::string{asks.key}] = asks.value;
    return Nothing{};
}

Result<Nothing> Board::on(Request const& /*request*/, board::Post const& asks) noexcept {
    if (!fits_a_line(asks.note)) {
        return fail(Code::bad_text);
    }
    std::string const token = hex_text(asks.token);
    TRY(append("post " + token + ' ' + std::string{asks.note} + '\n'));
    posted_.insert(token);
    return Nothing{};
}

Result<board::Told> Board::on(Request const& /*request*/, board::WasPosted const& asks) noexcept {
    return board::Told{.posted = posted_.contains(hex_text(asks.token))};
}

Result<board::Value> Board::on(Request const& /*request*/, board::Get const& asks) noexcept {
    auto const at = values_.find(asks.key);
    return at == values_.end() ? Result<board::Value>{fail(Code::no_such_row)}
                               : board::Value{.value = at->second};
}

} // namespace axiom::host
