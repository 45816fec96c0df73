// Completion scripts for three shells; see terminal/cli/pages.hpp.

#include <terminal/cli/pages.hpp>

#include <algorithm>
#include <set>

namespace axiom::cli {

namespace {

std::string quoted(std::string_view text) {
    std::string out = "'";
    for (char const letter : text) {
        out += letter == '\'' ? std::string{"'\\''"} : std::string{letter};
    }
    return out + "'";
}

std::string words_of(std::string_view choices) {
    std::string words{choices};
    std::replace(words.begin(), words.end(), '|', ' ');
    return words;
}

std::string option_words(VerbRow const& verb) {
    std::string words;
    for (OptionRow const& row : all_options(verb)) {
        words += row.positional ? "" : "--" + std::string{row.name} + " ";
    }
    return words;
}

std::string first_words() {
    std::set<std::string> seen;
    std::string words;
    for (VerbRow const* const verb : verbs()) {
        std::string const first{verb->name.substr(0, verb->name.find(' '))};
        words += seen.insert(first).second ? first + " " : "";
    }
    return words;
}

// The second words of verbs that have two: `check` of `receipt check`.
std::string second_words(std::string_view first) {
    std::string words;
    for (VerbRow const* const verb : verbs()) {
        std::size_t const space = verb->name.find(' ');
        if (space != std::string_view::npos && verb->name.substr(0, space) == first) {
            words += std::string{verb->name.substr(space + 1)} + " ";
        }
    }
    return words;
}

std::string bash_script() {
    std::string script =
        "# bash completion for axiom\n"
        "_axiom() {\n"
        "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
        "    local verb=${COMP_WORDS[1]} options= choices= files=\n"
        "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
        "        mapfile -t COMPREPLY < <(compgen -W " +
        quoted(first_words()) +
        " -- \"$word\")\n        return\n    fi\n"
        "    case \"$verb ${COMP_WORDS[2]}\" in\n";
    // Verbs of two words first: the pattern of a single word would take them too.
    for (bool const two_words : {true, false}) {
        for (VerbRow const* const verb : verbs()) {
            if ((verb->name.find(' ') != std::string_view::npos) != two_words) {
                continue;
            }
            script += "    " + quoted(two_words ? verb->name : std::string{verb->name} + " ") +
                      "*)\n        options=" +
                      quoted(option_words(*verb) + (two_words ? "" : second_words(verb->name))) +
                      "\n        case \"$before\" in\n";
            for (OptionRow const& row : all_options(*verb)) {
                if (!row.choices.empty() && !row.positional) {
                    script += "        --" + std::string{row.name} +
                              ") choices=" + quoted(words_of(row.choices)) + " ;;\n";
                } else if (row.kind == ValueKind::path && !row.positional) {
                    script += "        --" + std::string{row.name} + ") files=1 ;;\n";
                }
            }
            script += "        esac\n        ;;\n";
        }
    }
    return script + "    esac\n"
                    "    if [ -n \"$choices\" ]; then\n"
                    "        mapfile -t COMPREPLY < <(compgen -W \"$choices\" -- \"$word\")\n"
                    "    elif [ -n \"$files\" ] || [ \"${word#-}\" = \"$word\" ]; then\n"
                    "        mapfile -t COMPREPLY < <(compgen -f -W \"$options\" -- \"$word\")\n"
                    "    else\n"
                    "        mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$word\")\n"
                    "    fi\n}\ncomplete -F _axiom axiom\n";
}

std::string zsh_escaped(std::string_view text) {
    std::string out;
    for (char const letter : text) {
        bool const special = letter == '[' || letter == ']' || letter == ':' || letter == '\\';
        out += special ? std::string{"\\"} + letter : std::string{letter};
    }
    return out;
}

std::string zsh_script() {
    std::string script = "#compdef axiom\n_axiom() {\n    local -a verbs\n    verbs=(\n";
    for (VerbRow const* const verb : verbs()) {
        if (verb->name.find(' ') == std::string_view::npos) {
            script += "        " +
                      quoted(std::string{verb->name} + ":" + zsh_escaped(verb->sentence)) + "\n";
        }
    }
    script += "    )\n    if (( CURRENT == 2 )); then\n        _describe verb verbs\n"
              "        return\n    fi\n    case \"$words[2]\" in\n";
    for (VerbRow const* const verb : verbs()) {
        if (verb->name.find(' ') != std::string_view::npos) {
            continue;
        }
        script += "    " + std::string{verb->name} + ")\n        _arguments \\\n";
        for (OptionRow const& row : all_options(*verb)) {
            if (row.positional) {
                continue;
            }
            std::string spec = "--" + std::string{row.name} + "[" + zsh_escaped(row.sentence) + "]";
            if (row.kind == ValueKind::path) {
                spec += ":" + std::string{row.value} + ":_files";
            } else if (!row.choices.empty()) {
                spec += ":" + std::string{row.value} + ":(" + words_of(row.choices) + ")";
            } else if (row.kind != ValueKind::flag) {
                spec += ":" + std::string{row.value} + ":";
            }
            script += "            " + quoted(spec) + " \\\n";
        }
        script += "            '*:file:_files'\n        ;;\n";
    }
    return script + "    esac\n}\n_axiom \"$@\"\n";
}

std::string fish_script() {
    std::string script = "# fish completion for axiom\n";
    for (VerbRow const* const verb : verbs()) {
        std::string const name{verb->name};
        std::size_t const space = name.find(' ');
        if (space != std::string::npos) {
            script += "complete -c axiom -n '__fish_seen_subcommand_from " + name.substr(0, space) +
                      "' -a " + quoted(name.substr(space + 1)) + " -d " + quoted(verb->sentence) +
                      "\n";
            continue;
        }
        script += "complete -c axiom -n __fish_use_subcommand -a " + name + " -d " +
                  quoted(verb->sentence) + "\n";
        for (OptionRow const& row : all_options(*verb)) {
            if (row.positional) {
                continue;
            }
            script += "complete -c axiom -n '__fish_seen_subcommand_from " + name + "' -l " +
                      std::string{row.name};
            script += row.letter != 0 ? std::string{" -s "} + row.letter : "";
            script += row.kind == ValueKind::path   ? " -r"
                      : row.kind != ValueKind::flag ? " -x"
                                                    : "";
            script += row.choices.empty() ? "" : " -a " + quoted(words_of(row.choices));
            script += " -d " + quoted(row.sentence) + "\n";
        }
    }
    return script;
}

} // namespace

std::string completion_script(std::string_view shell) {
    if (shell == "bash") {
        return bash_script();
    }
    return shell == "zsh" ? zsh_script() : fish_script();
}

} // namespace axiom::cli
