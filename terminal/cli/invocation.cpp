// Words to values, by CLI11; see terminal/cli/invocation.hpp.

#include <terminal/cli/invocation.hpp>

#include <algorithm>
#include <cstdlib>

#include <unistd.h>

#include <CLI/CLI.hpp>

#include <axiom/base/assert.hpp>
#include <sim-host/inspect/reference.hpp>
#include <terminal/cli/failure.hpp>
#include <terminal/cli/number_text.hpp>

namespace axiom::cli {

namespace {

std::string dashed(OptionRow const& row) {
    if (row.positional) {
        return std::string{row.name};
    }
    std::string names = "--" + std::string{row.name};
    if (row.letter != 0) {
        names = std::string{"-"} + row.letter + "," + names;
    }
    return names;
}

std::string shown(OptionRow const& row) {
    if (!row.positional) {
        return "--" + std::string{row.name};
    }
    return std::string{row.value.empty() ? row.name : row.value};
}

bool is_choice(std::string_view choices, std::string_view value) {
    while (!choices.empty()) {
        std::size_t const bar = std::min(choices.find('|'), choices.size());
        if (choices.substr(0, bar) == value) {
            return true;
        }
        choices.remove_prefix(std::min(bar + 1, choices.size()));
    }
    return false;
}

// CLI11 counts values and names their types; a person wants to know what to type.
std::string plain_words(CLI::Error const& error) {
    std::string words = error.what();
    std::string const option = words.substr(0, words.find(':'));
    if (error.get_name() != "ArgumentMismatch") {
        return words;
    }
    bool const too_many = words.find("At Most") != std::string::npos;
    return option + (too_many ? " stands more than once" : " needs a value");
}

} // namespace

Invocation::Invocation(VerbRow const& verb, std::vector<std::string> const& words)
    : verb_{&verb}, rows_{all_options(verb)} {
    CLI::App app{std::string{verb.sentence}, "axiom " + std::string{verb.name}};
    app.set_help_flag();
    app.set_config();
    std::map<std::string, bool, std::less<>> flags;
    for (OptionRow const& row : rows_) {
        std::string const name{row.name};
        if (row.kind == ValueKind::flag) {
            app.add_flag(dashed(row), flags[name]);
            continue;
        }
        CLI::Option* const option = app.add_option(dashed(row), values_[name]);
        option->expected(1, row.repeated ? 1 << 20 : 1)->required(false);
        option->allow_extra_args(row.positional && row.repeated);
        option->multi_option_policy(row.repeated ? CLI::MultiOptionPolicy::TakeAll
                                                 : CLI::MultiOptionPolicy::Throw);
    }
    std::string const help = "axiom " + std::string{verb.name} + " --help";
    try {
        app.parse(std::vector<std::string>{words.rbegin(), words.rend()});
    } catch (CLI::Error const& error) {
        throw usage(plain_words(error), help);
    }
    for (auto const& [name, set] : flags) {
        if (set) {
            values_[name] = {"true"};
        }
    }
    if (has("help")) {
        return;
    }
    for (OptionRow const& row : rows_) {
        auto const& values = all(row.name);
        if (row.required && values.empty()) {
            throw usage(shown(row) + " is missing: " + std::string{row.sentence}, help);
        }
        for (std::string const& value : values) {
            check(row, value);
        }
    }
}

void Invocation::check(OptionRow const& row, std::string const& value) const {
    std::string const help = "axiom " + std::string{verb_->name} + " --help";
    switch (row.kind) {
    case ValueKind::name:
    case ValueKind::path:
        if (value.empty()) {
            throw usage(shown(row) + " is empty", help);
        }
        break;
    case ValueKind::reference:
        if (!host::parse_range(value)) {
            throw usage(shown(row) +
                            " takes an entry (a sequence, a hash prefix, @, @~3, boot:-1, a "
                            "mark) or a range A..B, not `" +
                            value + "`",
                        help);
        }
        break;
    case ValueKind::number: {
        auto const number = parse_number(value);
        if (!number || *number > row.number_max) {
            throw usage(shown(row) + " takes a number from 0 to " + std::to_string(row.number_max) +
                            ", not `" + value + "`",
                        help);
        }
        break;
    }
    case ValueKind::choice:
        if (!is_choice(row.choices, value)) {
            throw usage(shown(row) + " takes one of " + std::string{row.choices} + ", not `" +
                            value + "`",
                        help);
        }
        break;
    case ValueKind::flag:
    case ValueKind::text:
        break;
    }
}

OptionRow const& Invocation::row(std::string_view option) const {
    auto const found = std::find_if(rows_.begin(), rows_.end(),
                                    [&](OptionRow const& row) { return row.name == option; });
    AXIOM_ASSERT(found != rows_.end());
    return *found;
}

std::vector<std::string> const& Invocation::all(std::string_view option) const {
    static std::vector<std::string> const none;
    auto const found = values_.find(row(option).name);
    return found == values_.end() ? none : found->second;
}

bool Invocation::has(std::string_view option) const {
    return !all(option).empty();
}

std::optional<std::string> Invocation::given(std::string_view option) const {
    auto const& values = all(option);
    return values.empty() ? std::nullopt : std::optional{values.back()};
}

std::string Invocation::text(std::string_view option) const {
    return given(option).value_or(std::string{row(option).fallback});
}

std::uint64_t Invocation::number(std::string_view option) const {
    return parse_number(text(option)).value_or(0);
}

std::string Invocation::log_path() const {
    char const* const variable = std::getenv("AXIOM_LOG");
    std::string const named = variable != nullptr && *variable != '\0' ? variable : "axiom";
    std::string path = given("from").value_or(named);
    // A system's data folder holds no log itself, but one under this name.
    std::string const inside = path + "/log";
    bool const is_data_folder = ::access((path + "/medium").c_str(), F_OK) != 0 &&
                                ::access((inside + "/medium").c_str(), F_OK) == 0;
    return is_data_folder ? inside : path;
}

} // namespace axiom::cli
