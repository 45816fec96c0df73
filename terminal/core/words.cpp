#include <terminal/core/words.hpp>

#include <algorithm>

#include <axiom/codec/utf8.hpp>

namespace axiom::terminal {

namespace {

constexpr bool is_space(char letter) noexcept {
    return letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n';
}

constexpr bool begins_name(char letter) noexcept {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || letter == '_';
}

constexpr bool goes_on_name(char letter) noexcept {
    return begins_name(letter) || (letter >= '0' && letter <= '9');
}

} // namespace

bool is_name(std::string_view text) noexcept {
    return !text.empty() && text.size() <= name_bytes_max && begins_name(text.front()) &&
           std::ranges::all_of(text, goes_on_name);
}

std::string_view Variables::find(std::string_view name) const noexcept {
    for (Variable const& each : variables_) {
        if (each.name.view() == name) {
            return each.value.view();
        }
    }
    return {};
}

Result<void> Variables::set(std::string_view name, std::string_view value) noexcept {
    if (!is_name(name)) {
        return fail(Code::bad_text);
    }
    if (value.size() > value_bytes_max) {
        return fail(Code::out_of_range, value_bytes_max, value.size());
    }
    for (std::size_t index = 0; index < variables_.size(); ++index) {
        if (variables_[index].name.view() == name) {
            variables_[index].value = HeldText<value_bytes_max>{value};
            return {};
        }
    }
    if (variables_.full()) {
        return fail(Code::table_full, variables_max);
    }
    variables_.push_back(
        {.name = HeldText<name_bytes_max>{name}, .value = HeldText<value_bytes_max>{value}});
    return {};
}

class Words::Splitter {
  public:
    Splitter(Words& to, std::string_view line, Variables const& variables) noexcept
        : to_{to}, line_{line}, variables_{variables} {}

    Result<void> split() noexcept {
        for (skip_spaces(); at_ < line_.size() && line_[at_] != '#'; skip_spaces()) {
            if (to_.words_.full()) {
                return fail(Code::out_of_range, at_);
            }
            std::size_t const start = letters_;
            TRY(word());
            to_.words_.push_back({to_.letters_.data() + start, letters_ - start});
        }
        return {};
    }

  private:
    void skip_spaces() noexcept {
        while (at_ < line_.size() && is_space(line_[at_])) {
            ++at_;
        }
    }

    Result<void> word() noexcept {
        while (at_ < line_.size() && !is_space(line_[at_])) {
            char const letter = line_[at_];
            if (letter == '\'' || letter == '"') {
                TRY(quoted(letter));
            } else {
                TRY(one(true));
            }
        }
        return {};
    }

    Result<void> quoted(char quote) noexcept {
        std::size_t const opened = at_++;
        while (at_ < line_.size() && line_[at_] != quote) {
            TRY(one(quote == '"'));
        }
        if (at_ == line_.size()) {
            return fail(Code::bad_text, opened);
        }
        ++at_;
        return {};
    }

    // One letter, or what stands for others.
    Result<void> one(bool replaces) noexcept {
        char const letter = line_[at_];
        if (replaces && letter == '\\' && at_ + 1 < line_.size()) {
            at_ += 2;
            return put(line_.substr(at_ - 1, 1));
        }
        if (replaces && letter == '$' && at_ + 1 < line_.size() && begins_name(line_[at_ + 1])) {
            std::size_t const start = ++at_;
            while (at_ < line_.size() && goes_on_name(line_[at_])) {
                ++at_;
            }
            return put(variables_.find(line_.substr(start, at_ - start)));
        }
        return put(line_.substr(at_++, 1));
    }

    Result<void> put(std::string_view text) noexcept {
        if (text.size() > to_.letters_.size() - letters_) {
            return fail(Code::out_of_range, at_);
        }
        std::ranges::copy(text, to_.letters_.begin() + static_cast<std::ptrdiff_t>(letters_));
        letters_ += text.size();
        return {};
    }

    Words& to_;
    std::string_view line_;
    Variables const& variables_;
    std::size_t at_{};
    std::size_t letters_{};
};

Result<void> Words::split(std::string_view line, Variables const& variables) noexcept {
    words_.clear();
    if (line.size() > line_bytes_max) {
        return fail(Code::out_of_range, line_bytes_max, line.size());
    }
    if (!is_utf8(bytes_of(line))) {
        return fail(Code::bad_text);
    }
    return Splitter{*this, line, variables}.split();
}

} // namespace axiom::terminal
