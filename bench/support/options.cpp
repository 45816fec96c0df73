// Options by hand: five of them, and no dependency for it.

#include <bench/support/options.hpp>

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <iostream>
#include <stdexcept>

#include <bench/support/failure.hpp>

namespace axiom::bench {

namespace {

constexpr std::size_t quick_pairs = 3;

std::size_t parse_number(std::string_view text) {
    std::size_t number{};
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    require(error == std::errc{} && end == text.data() + text.size() && number > 0,
            "not a number above zero: " + std::string{text});
    return number;
}

} // namespace

bool Options::wants(std::string_view id) const noexcept {
    return only.empty() ||
           std::ranges::any_of(only, [id](auto const& start) { return id.starts_with(start); });
}

Options parse_options(int count, char const* const* arguments) {
    Options options;
    bool pairs_given = false;
    for (int index = 1; index < count; ++index) {
        std::string_view const argument{arguments[index]};
        auto const value = [&] {
            require(index + 1 < count, std::string{argument} + " needs a value");
            return std::string_view{arguments[++index]};
        };
        if (argument == "--dir") {
            options.folder = value();
        } else if (argument == "--pairs") {
            options.pairs = parse_number(value());
            pairs_given = true;
        } else if (argument == "--only") {
            options.only.emplace_back(value());
        } else if (argument == "--quick") {
            options.quick = true;
        } else {
            throw std::runtime_error("unknown argument " + std::string{argument});
        }
    }
    if (options.quick && !pairs_given) {
        options.pairs = quick_pairs;
    }
    return options;
}

Scratch::Scratch(Options const& options, std::string_view name)
    : path_{options.folder / (std::string{name} + "-" + std::to_string(::getpid()))} {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
}

Scratch::~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

void progress(std::string_view what) {
    std::cerr << "bench: " << what << '\n';
}

} // namespace axiom::bench
