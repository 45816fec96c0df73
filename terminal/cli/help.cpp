// Help pages; see terminal/cli/pages.hpp.

#include <terminal/cli/pages.hpp>

namespace axiom::cli {

namespace {

constexpr std::string_view groups[][2] = {
    {"start", "Day one"}, {"write", "Writing"}, {"read", "Reading"},
    {"trust", "Trust"},   {"time", "Time"},     {"authority", "Authority"},
    {"jobs", "Jobs"},     {"system", "System"}, {"help", "Help"},
};

constexpr std::size_t page_columns = 80;

// Breaks `text` into lines of at most `width`, indented by `indent`; the first line continues one
// that has `used` columns already.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t used) {
    std::string out;
    std::size_t column = used;
    while (!text.empty()) {
        std::size_t const end = std::min(text.find(' '), text.size());
        std::string_view const word = text.substr(0, end);
        if (column + 1 + word.size() > page_columns && column > indent) {
            out += "\n" + std::string(indent, ' ');
            column = indent;
        } else if (column > indent) {
            out += " ";
            ++column;
        }
        out += word;
        column += word.size();
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::string row_text(std::string const& heading, std::string_view sentence) {
    constexpr std::size_t indent = 26;
    std::string out = "  " + heading;
    if (out.size() + 2 > indent) {
        out += "\n" + std::string(indent, ' ');
    } else {
        out.resize(indent, ' ');
    }
    return out + wrapped(sentence, indent, indent) + "\n";
}

std::string sentence_of(OptionRow const& row) {
    std::string sentence{row.sentence};
    if (!row.choices.empty()) {
        sentence += " (" + std::string{row.choices} + ")";
    }
    if (!row.fallback.empty()) {
        sentence += " [" + std::string{row.fallback} + "]";
    }
    return sentence;
}

} // namespace

std::string option_heading(OptionRow const& row) {
    std::string heading;
    if (row.positional) {
        heading = row.value.empty() ? row.name : row.value;
        return row.repeated ? heading + "..." : heading;
    }
    if (row.letter != 0) {
        heading = std::string{"-"} + row.letter + ", ";
    }
    heading += "--" + std::string{row.name};
    if (row.kind != ValueKind::flag) {
        heading += " " + std::string{row.value.empty() ? "VALUE" : row.value};
    }
    return heading;
}

std::string synopsis(VerbRow const& verb) {
    std::string text = "axiom " + std::string{verb.name};
    for (OptionRow const& row : verb.options) {
        if (row.required && !row.positional) {
            text += " " + option_heading(row);
        }
    }
    text += " [OPTION]...";
    for (OptionRow const& row : verb.options) {
        if (row.positional) {
            std::string const name = option_heading(row);
            text += row.required ? " " + name : " [" + name + "]";
        }
    }
    return text;
}

std::string overview_page() {
    std::string page = "usage: axiom VERB [OPTION]... [ARGUMENT]...\n\n"
                       "Reads, checks, questions and fills append-only logs that prove "
                       "themselves.\n";
    for (auto const& [group, title] : groups) {
        std::string rows;
        for (VerbRow const* const verb : verbs()) {
            if (verb->group == group) {
                rows += row_text(std::string{verb->name}, verb->sentence);
            }
        }
        if (!rows.empty()) {
            page += "\n" + std::string{title} + "\n" + rows;
        }
    }
    page += "\nExit status\n";
    for (ExitText const& text : exit_texts) {
        page += row_text(std::to_string(static_cast<int>(text.exit)), text.sentence);
    }
    page += "\nEnvironment\n";
    for (VariableText const& variable : variables) {
        page += row_text(std::string{variable.name}, variable.sentence);
    }
    page += "\n`axiom VERB --help` tells more; `axiom run` shows it all on real events.\n"
            "The log is --from LOG, else $AXIOM_LOG, else ./axiom.\n";
    return page;
}

std::string help_page(VerbRow const& verb) {
    std::string page = "usage: " + synopsis(verb) + "\n\n";
    page += wrapped(verb.sentence, 0, 0) + "\n";
    std::string_view text = verb.text;
    while (!text.empty()) {
        std::size_t const end = std::min(text.find("\n\n"), text.size());
        page += "\n" + wrapped(text.substr(0, end), 0, 0) + "\n";
        text.remove_prefix(std::min(end + 2, text.size()));
    }
    std::string arguments;
    std::string options;
    for (OptionRow const& row : all_options(verb)) {
        (row.positional ? arguments : options) += row_text(option_heading(row), sentence_of(row));
    }
    page += arguments.empty() ? "" : "\nArguments\n" + arguments;
    page += "\nOptions\n" + options;
    if (!verb.examples.empty()) {
        page += "\nExamples\n";
        for (Example const& example : verb.examples) {
            page += "  " + std::string{example.command} + "\n      " +
                    wrapped(example.sentence, 6, 6) + "\n";
        }
    }
    return page;
}

} // namespace axiom::cli
