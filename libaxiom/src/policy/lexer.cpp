// Lines and words: one pass, no look-ahead beyond a line.
#include <axiom/policy/lexer.hpp>

#include <axiom/codec/utf8.hpp>
#include <axiom/policy/rule.hpp>

#include <axiom/policy/render.hpp>

namespace axiom::policy {

using namespace std::string_view_literals;

namespace {

using Refused = std::unexpected<Diagnostic>;

/// The part of `text` from `first`, at most `count` bytes; `first` lies within it. As substr, which
/// would throw.
std::string_view part(std::string_view text, std::size_t first,
                      std::size_t count = std::string_view::npos) noexcept {
    AXIOM_ASSERT(first <= text.size());
    std::size_t const left = text.size() - first;
    return {text.data() + first, count < left ? count : left};
}

bool is_blank(char letter) noexcept {
    return letter == ' ' || letter == '\t';
}

/// Refuses bytes that no line may hold.
std::expected<void, Diagnostic> check_bytes(std::string_view line, std::uint32_t number) noexcept {
    for (std::size_t index = 0; index < line.size(); ++index) {
        auto const byte = static_cast<unsigned char>(line[index]);
        Place const place{number, static_cast<std::uint32_t>(index + 1)};
        if (byte == '\r') {
            return Refused{Diagnostic{Code::policy_syntax,
                                      place,
                                      "a carriage return"sv,
                                      {},
                                      "end lines with a line feed alone"sv}};
        }
        if (number == 1 && index == 0 && line.starts_with("\xEF\xBB\xBF"sv)) {
            return Refused{Diagnostic{Code::policy_syntax,
                                      place,
                                      "a byte order mark"sv,
                                      {},
                                      "save the file as UTF-8 without one"sv}};
        }
        if ((byte < 0x20 && byte != '\t') || byte == 0x7F) {
            return Refused{Diagnostic{Code::policy_syntax, place, "a control character"sv,
                                      part(line, index, 1), "remove it"sv}};
        }
    }
    if (!is_utf8(bytes_of(line))) {
        return Refused{Diagnostic{Code::policy_syntax,
                                  {number, 1},
                                  "the line is not UTF-8"sv,
                                  {},
                                  "save the file as UTF-8"sv}};
    }
    return {};
}

/// The length of a quoted word's inside, or nothing when it does not end or escapes what it must
/// not.
std::optional<std::size_t> quoted_bytes(std::string_view after_quote) noexcept {
    for (std::size_t index = 0; index < after_quote.size(); ++index) {
        if (after_quote[index] == '"') {
            return index;
        }
        if (after_quote[index] == '\\') {
            ++index;
            if (index == after_quote.size() ||
                (after_quote[index] != '"' && after_quote[index] != '\\')) {
                return std::nullopt;
            }
        }
    }
    return std::nullopt;
}

/// Cuts one word off `line` at `at`.
std::expected<Word, Diagnostic> word_at(std::string_view line, std::size_t& at,
                                        std::uint32_t number) noexcept {
    auto const column = static_cast<std::uint32_t>(at + 1);
    if (line[at] == '"') {
        auto const length = quoted_bytes(part(line, at + 1));
        if (!length) {
            return Refused{Diagnostic{Code::policy_syntax,
                                      {number, column},
                                      "the quoted text does not end, or escapes a letter"sv,
                                      {},
                                      "close it with a quote; only \\\" and \\\\ are escapes"sv}};
        }
        Word const word{part(line, at + 1, *length), true, column};
        at += *length + 2;
        if (at < line.size() && !is_blank(line[at])) {
            return Refused{Diagnostic{Code::policy_syntax,
                                      {number, static_cast<std::uint32_t>(at + 1)},
                                      "something follows a quoted text at once"sv,
                                      {},
                                      "put a blank between"sv}};
        }
        return word;
    }
    std::size_t const start = at;
    while (at < line.size() && !is_blank(line[at])) {
        if (line[at] == '"') {
            return Refused{Diagnostic{Code::policy_syntax,
                                      {number, static_cast<std::uint32_t>(at + 1)},
                                      "a quote within a word"sv,
                                      part(line, start, at - start),
                                      "put a blank before it"sv}};
        }
        ++at;
    }
    return Word{part(line, start, at - start), false, column};
}

std::expected<Line, Diagnostic> split(std::string_view text, std::uint32_t number) noexcept {
    Line line{.number = number};
    std::size_t at = 0;
    while (true) {
        while (at < text.size() && is_blank(text[at])) {
            ++at;
        }
        if (at == text.size() || text[at] == '#') {
            return line;
        }
        if (line.count == words_max) {
            return Refused{Diagnostic{Code::policy_syntax,
                                      {number, static_cast<std::uint32_t>(at + 1)},
                                      "too many words on one line"sv,
                                      {},
                                      "one field on each line"sv}};
        }
        auto const word = word_at(text, at, number);
        if (!word) {
            return std::unexpected(word.error());
        }
        line.words[line.count++] = *word;
    }
}

std::optional<std::uint64_t> digits_value(std::string_view digits, unsigned base) noexcept {
    std::uint64_t value = 0;
    for (char const letter : digits) {
        unsigned digit = base;
        if (letter >= '0' && letter <= '9') {
            digit = static_cast<unsigned>(letter - '0');
        } else if (letter >= 'a' && letter <= 'f') {
            digit = static_cast<unsigned>(letter - 'a') + 10U;
        }
        if (digit >= base || value > (~std::uint64_t{0} - digit) / base) {
            return std::nullopt;
        }
        value = value * base + digit;
    }
    return digits.empty() ? std::nullopt : std::optional{value};
}

std::optional<std::uint64_t> decimal(std::string_view digits) noexcept {
    return digits.size() > 1 && digits[0] == '0' ? std::nullopt : digits_value(digits, 10);
}

/// The bytes before the line's end, counted to one past what a line may hold.
std::size_t line_bytes(std::string_view text) noexcept {
    std::size_t count = 0;
    while (count < text.size() && count <= line_bytes_max && text[count] != '\n') {
        ++count;
    }
    return count;
}

constexpr std::size_t compared_letters_max = 16;

/// Letters to insert, remove or replace (Wagner and Fischer), for words of at most 16 letters.
std::size_t edit_distance(std::string_view one, std::string_view two) noexcept {
    std::array<std::size_t, compared_letters_max + 1> row{};
    for (std::size_t column = 0; column <= two.size(); ++column) {
        row[column] = column;
    }
    for (std::size_t line = 1; line <= one.size(); ++line) {
        std::size_t diagonal = row[0];
        row[0] = line;
        for (std::size_t column = 1; column <= two.size(); ++column) {
            std::size_t const replaced = diagonal + (one[line - 1] == two[column - 1] ? 0 : 1);
            std::size_t const shorter =
                (row[column] < row[column - 1] ? row[column] : row[column - 1]) + 1;
            diagonal = row[column];
            row[column] = replaced < shorter ? replaced : shorter;
        }
    }
    return row[two.size()];
}

} // namespace

std::expected<Line, Diagnostic> Lexer::next() noexcept {
    while (!rest_.empty()) {
        ++number_;
        std::size_t const length = line_bytes(rest_);
        if (length > line_bytes_max) {
            return Refused{Diagnostic{Code::policy_too_large,
                                      {number_, line_bytes_max + 1},
                                      "the line is longer than 1024 bytes"sv,
                                      {},
                                      "shorten it"sv}};
        }
        std::string_view const text = part(rest_, 0, length);
        rest_.remove_prefix(text.size() == rest_.size() ? text.size() : text.size() + 1);
        auto const good = check_bytes(text, number_);
        if (!good) {
            return std::unexpected(good.error());
        }
        auto const line = split(text, number_);
        if (!line || line->count > 0) {
            return line;
        }
    }
    return Line{.number = number_ == 0 ? 1 : number_}; // where a text without lines ends
}

std::optional<std::uint64_t> number_of(Word const& word) noexcept {
    if (word.quoted) {
        return std::nullopt;
    }
    return word.text.starts_with("0x"sv) ? digits_value(part(word.text, 2), 16)
                                         : decimal(word.text);
}

std::optional<std::uint64_t> duration_of(Word const& word) noexcept {
    std::size_t letters = 0;
    while (letters < word.text.size() && word.text[letters] >= '0' && word.text[letters] <= '9') {
        ++letters;
    }
    std::string_view const unit_name =
        letters == word.text.size() ? "ms"sv : part(word.text, letters);
    auto const count = decimal(part(word.text, 0, letters));
    if (word.quoted || !count) {
        return std::nullopt;
    }
    for (DurationUnit const& unit : duration_units) {
        if (unit.name == unit_name && *count <= ~std::uint64_t{0} / unit.milliseconds) {
            return *count * unit.milliseconds;
        }
    }
    return std::nullopt;
}

std::optional<std::uint64_t> domain_of(Word const& word) noexcept {
    if (word.quoted) {
        return std::nullopt;
    }
    std::uint64_t const named = domain_from_name(word.text);
    return named != 0 ? std::optional{named} : number_of(word);
}

std::string_view unescaped(Word const& word, std::array<char, line_bytes_max>& space) noexcept {
    if (!word.quoted) {
        return word.text;
    }
    std::size_t count = 0;
    for (std::size_t index = 0; index < word.text.size(); ++index) {
        index += word.text[index] == '\\' ? 1 : 0;
        space[count++] = word.text[index];
    }
    return {space.data(), count};
}

std::string_view nearest_word(std::string_view word,
                              std::span<std::string_view const> candidates) noexcept {
    std::string_view nearest;
    std::size_t least = 3;
    for (std::string_view const candidate : candidates) {
        if (word.size() <= compared_letters_max && candidate.size() <= compared_letters_max) {
            std::size_t const distance = edit_distance(word, candidate);
            if (distance < least) {
                least = distance;
                nearest = candidate;
            }
        }
    }
    return nearest;
}

void render(TextSink& to, Diagnostic const& diagnostic) noexcept {
    put_number(to, diagnostic.place.line);
    to.text(":"sv);
    put_number(to, diagnostic.place.column);
    to.text(": "sv);
    to.text(text_of(diagnostic.code).name);
    to.text(": "sv);
    to.text(diagnostic.what);
    if (!diagnostic.subject.empty()) {
        to.text(" "sv);
        put_quoted(to, diagnostic.subject);
    }
    if (!diagnostic.suggestion.empty()) {
        to.text("; "sv);
        to.text(diagnostic.suggestion);
    }
    if (!diagnostic.nearest.empty()) {
        to.text("; did you mean "sv);
        put_quoted(to, diagnostic.nearest);
        to.text("?"sv);
    }
}

} // namespace axiom::policy
