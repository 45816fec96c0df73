// Man pages in roff; see terminal/cli/pages.hpp.

#include <terminal/cli/pages.hpp>

#include <algorithm>

namespace axiom::cli {

namespace {

// Text as roff takes it: ASCII, backslashes and dashes spelled, no line that begins with a control
// dot.
std::string roff(std::string_view text) {
    constexpr std::string_view ellipsis{"…"}; // the only letter beyond ASCII in what pages say
    std::string out;
    bool at_start = true;
    for (std::size_t at = 0; at < text.size(); ++at) {
        char const letter = text[at];
        if (text.substr(at).starts_with(ellipsis)) {
            out += "...";
            at += ellipsis.size() - 1;
        } else if (letter == '\\') {
            out += "\\e";
        } else if (letter == '-') {
            out += "\\-";
        } else if (at_start && (letter == '.' || letter == '\'')) {
            out += std::string{"\\&"} + letter;
        } else {
            out += letter;
        }
        at_start = letter == '\n';
    }
    return out;
}

std::string paragraphs(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        std::size_t const end = std::min(text.find("\n\n"), text.size());
        out += ".PP\n" + roff(text.substr(0, end)) + "\n";
        text.remove_prefix(std::min(end + 2, text.size()));
    }
    return out;
}

std::string tagged(std::string const& heading, std::string const& sentence) {
    return ".TP\n.B " + roff(heading) + "\n" + roff(sentence) + "\n";
}

std::string exit_section() {
    std::string out = ".SH EXIT STATUS\n";
    for (ExitText const& text : exit_texts) {
        out += tagged(std::to_string(static_cast<int>(text.exit)), std::string{text.sentence});
    }
    return out;
}

std::string title(std::string name) {
    std::transform(name.begin(), name.end(), name.begin(), [](char letter) {
        return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
    });
    return ".TH " + roff(name) + " 1 \"\" \"Axiom\" \"Axiom\"\n";
}

std::string page_stem(VerbRow const* verb) {
    std::string stem = "axiom";
    if (verb != nullptr) {
        stem += "-" + std::string{verb->name};
    }
    std::replace(stem.begin(), stem.end(), ' ', '-');
    return stem;
}

std::string environment_section(bool reads_log) {
    std::string page = ".SH ENVIRONMENT\n";
    for (VariableText const& variable : variables) {
        if (variable.needs_log && !reads_log) {
            continue;
        }
        page += tagged(std::string{variable.name}, std::string{variable.sentence});
    }
    return page;
}

std::string overview() {
    std::string page = title("axiom") + ".SH NAME\naxiom \\- append\\-only logs that prove "
                                        "themselves\n.SH SYNOPSIS\n.B axiom\n"
                                        "VERB [OPTION]... [ARGUMENT]...\n.SH VERBS\n";
    for (VerbRow const* const verb : verbs()) {
        page += tagged(std::string{verb->name}, std::string{verb->sentence});
    }
    return page + exit_section() + environment_section(true);
}

} // namespace

std::string man_page_name(VerbRow const* verb) {
    return page_stem(verb) + ".1";
}

std::string man_page(VerbRow const* verb) {
    if (verb == nullptr) {
        return overview();
    }
    std::string page = title(page_stem(verb));
    page += ".SH NAME\n" + roff(page_stem(verb)) + " \\- " + roff(verb->sentence) + "\n";
    page += ".SH SYNOPSIS\n" + roff(synopsis(*verb)) + "\n";
    page += ".SH DESCRIPTION\n" + paragraphs(verb->sentence) + paragraphs(verb->text);
    page += ".SH OPTIONS\n";
    for (OptionRow const& row : all_options(*verb)) {
        std::string sentence{row.sentence};
        sentence += row.choices.empty() ? "" : " One of " + std::string{row.choices} + ".";
        sentence += row.fallback.empty() ? "" : " Default: " + std::string{row.fallback} + ".";
        page += tagged(option_heading(row), sentence);
    }
    if (!verb->examples.empty()) {
        page += ".SH EXAMPLES\n";
        for (Example const& example : verb->examples) {
            page += tagged(std::string{example.command}, std::string{example.sentence});
        }
    }
    return page + exit_section() + environment_section(verb->reads_log) +
           ".SH SEE ALSO\n.BR axiom (1)\n";
}

} // namespace axiom::cli
