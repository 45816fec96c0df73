#include <sim-host/host/toml_values.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace axiom::host {

namespace {

struct NotAsAssumed {};

// How many letters must be changed, added or left out to make one of the other.
std::size_t distance(std::string_view left, std::string_view right) {
    std::vector<std::size_t> row(right.size() + 1);
    for (std::size_t column = 0; column < row.size(); ++column) {
        row[column] = column;
    }
    for (std::size_t line = 1; line <= left.size(); ++line) {
        std::size_t diagonal = row[0];
        row[0] = line;
        for (std::size_t column = 1; column < row.size(); ++column) {
            std::size_t const changed = diagonal + (left[line - 1] == right[column - 1] ? 0U : 1U);
            diagonal = row[column];
            row[column] = std::min({row[column] + 1, row[column - 1] + 1, changed});
        }
    }
    return row.back();
}

// The first line without which it is as assumed.
toml::source_position place_not_as_assumed(std::string_view text, std::string const& name) {
    toml::source_position at{.line = 1, .column = 1};
    for (std::size_t end = 0; end < text.size(); ++at.line) {
        end = std::min(text.find('\n', end), text.size() - 1) + 1;
        try {
            static_cast<void>(toml::parse(text.substr(0, end), name));
        } catch (toml::parse_error const&) {
            continue; // what it breaks off in goes on
        } catch (NotAsAssumed const&) {
            break;
        }
    }
    return at;
}

} // namespace

void toml_is_not_as_assumed() {
    throw NotAsAssumed{};
}

toml::table parse_toml(std::string_view text, std::string const& name) {
    try {
        return toml::parse(text, name);
    } catch (toml::parse_error const& error) {
        throw Mistake{error.source().begin, std::string{error.description()}};
    } catch (NotAsAssumed const&) {
        throw Mistake{place_not_as_assumed(text, name), "this line is no TOML"};
    }
}

std::string perhaps(std::string_view word, std::span<std::string const> known) {
    constexpr std::size_t distance_max = 3;
    auto const nearest = std::ranges::min_element(
        known, {}, [&](std::string const& each) { return distance(word, each); });
    if (nearest != known.end() && distance(word, *nearest) <= distance_max) {
        return "; did you mean \"" + *nearest + "\"?";
    }
    std::string all;
    for (std::string const& each : known) {
        all += (all.empty() ? "; there is: " : ", ") + each;
    }
    return all;
}

toml::source_position place(toml::node const& node) {
    return node.source().begin;
}

void check_keys(toml::table const& table, std::vector<std::string> const& known) {
    for (auto const& [key, value] : table) {
        if (std::ranges::find(known, key.str()) == known.end()) {
            throw Mistake{key.source().begin, "unknown key \"" + std::string{key.str()} + "\"" +
                                                  perhaps(key.str(), known)};
        }
    }
}

std::string text_at(toml::table const& table, std::string_view key) {
    toml::node const* const node = table.get(key);
    if (node == nullptr) {
        throw Mistake{place(table), "\"" + std::string{key} + "\" is missing here"};
    }
    auto const text = node->value<std::string>();
    if (!text || !node->is_string()) {
        throw Mistake{place(*node), "\"" + std::string{key} + "\" must be a text in quotes"};
    }
    return *text;
}

std::uint64_t number_at(toml::table const& table, std::string_view key, std::uint64_t most,
                        std::uint64_t otherwise) {
    toml::node const* const node = table.get(key);
    if (node == nullptr) {
        return otherwise;
    }
    auto const number = node->value<std::int64_t>();
    if (!number || !node->is_integer() || *number < 0 ||
        static_cast<std::uint64_t>(*number) > most) {
        throw Mistake{place(*node), "\"" + std::string{key} + "\" must be a number from 0 to " +
                                        std::to_string(most)};
    }
    return static_cast<std::uint64_t>(*number);
}

bool flag_at(toml::table const& table, std::string_view key) {
    toml::node const* const node = table.get(key);
    if (node != nullptr && !node->is_boolean()) {
        throw Mistake{place(*node), "\"" + std::string{key} + "\" must be true or false"};
    }
    return node != nullptr && node->value_or(false);
}

std::optional<std::uint64_t> measured(std::string_view text, std::span<Unit const> units) {
    std::uint64_t number = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) {
        return std::nullopt;
    }
    std::string_view rest = text.substr(static_cast<std::size_t>(end - text.data()));
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    for (Unit const& unit : units) {
        if (rest == unit.name && number <= (std::uint64_t{1} << 50U) / unit.factor) {
            return number * unit.factor;
        }
    }
    return std::nullopt;
}

std::uint64_t memory_at(toml::table const& table, std::string_view key) {
    constexpr std::array units{Unit{"KiB", 1U << 10U}, Unit{"MiB", 1U << 20U},
                               Unit{"GiB", 1U << 30U}};
    std::string const text = text_at(table, key);
    auto const bytes = measured(text, units);
    if (!bytes || *bytes == 0) {
        throw Mistake{place(*table.get(key)),
                      "\"" + text + "\" is no size; write it like \"32 MiB\""};
    }
    return *bytes;
}

} // namespace axiom::host
