// The grammar of references; see sim-host/inspect/reference.hpp.

#include <sim-host/inspect/reference.hpp>

#include <algorithm>
#include <charconv>

namespace axiom::host {

namespace {

constexpr std::size_t reference_bytes_max = 256;
constexpr std::size_t prefix_digits_min = 4;

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

bool is_mark_letter(char letter) {
    auto const byte = static_cast<unsigned char>(letter);
    return byte > ' ' && byte != 0x7FU && letter != '~';
}

Result<std::uint64_t> read_number(std::string_view text, std::size_t at) {
    std::uint64_t number = 0;
    if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) {
        return fail(Code::bad_text, at);
    }
    auto const read = std::from_chars(text.data(), text.data() + text.size(), number);
    return read.ec == std::errc{} ? Result<std::uint64_t>{number} : fail(Code::out_of_range, at);
}

} // namespace

bool is_hash_prefix(std::string_view text) {
    return text.size() >= prefix_digits_min && text.size() <= 64 &&
           std::all_of(text.begin(), text.end(), [](char letter) {
               return is_digit(letter) || (letter >= 'a' && letter <= 'f');
           });
}

Result<Reference> parse_reference(std::string_view text) {
    if (text.empty() || text.size() > reference_bytes_max) {
        return fail(Code::bad_text, 0);
    }
    Reference reference;
    if (std::size_t const tilde = text.rfind('~'); tilde != std::string_view::npos) {
        reference.back = TRY(read_number(text.substr(tilde + 1), tilde + 1));
        text = text.substr(0, tilde);
    }
    constexpr std::string_view boot = "boot:";
    constexpr std::string_view entry = "entry:";
    if (text == "@") {
        reference.base = ReferenceBase::head;
    } else if (text.starts_with(boot)) {
        bool const back = text.size() > boot.size() && text[boot.size()] == '-';
        std::size_t const at = boot.size() + (back ? 1 : 0);
        reference.base = back ? ReferenceBase::boot_from_newest : ReferenceBase::boot;
        reference.number = TRY(read_number(text.substr(at), at));
        if (reference.number == 0) {
            return fail(Code::out_of_range, at);
        }
    } else if (text.starts_with(entry)) {
        reference.base = ReferenceBase::sequence;
        reference.number = TRY(read_number(text.substr(entry.size()), entry.size()));
    } else if (!text.empty() && std::all_of(text.begin(), text.end(), is_digit)) {
        auto const number = read_number(text, 0);
        if (!number && text.size() < 20) {
            return std::unexpected(number.error());
        }
        reference.base = number ? ReferenceBase::sequence : ReferenceBase::name;
        reference.number = number.value_or(0);
        reference.name = text;
    } else {
        bool const sound = !text.empty() && text[0] != '-' && text[0] != '@' &&
                           std::all_of(text.begin(), text.end(), is_mark_letter) &&
                           text.find("..") == std::string_view::npos;
        if (!sound) {
            return fail(Code::bad_text, 0);
        }
        reference.base = ReferenceBase::name;
        reference.name = text;
    }
    return reference;
}

Result<ReferenceRange> parse_range(std::string_view text) {
    ReferenceRange range;
    std::size_t const dots = text.find("..");
    if (dots == std::string_view::npos) {
        range.first = TRY(parse_reference(text));
        range.last = range.first;
        range.single = true;
        return range;
    }
    std::string_view const last = text.substr(dots + 2);
    if (dots != 0) {
        range.first = TRY(parse_reference(text.substr(0, dots)));
    }
    if (!last.empty()) {
        range.last = TRY(parse_reference(last));
    }
    return range;
}

} // namespace axiom::host
