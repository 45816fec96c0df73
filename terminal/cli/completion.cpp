// Completion scripts for three shells; see terminal/cli/pages.hpp.

#include <terminal/cli/pages.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

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

// What may come next behind words that begin verbs: `add` and `remove` behind `identity role`.
using NextWords = std::map<std::string, std::set<std::string>>;

NextWords next_words() {
    NextWords next;
    for (VerbRow const* const verb : verbs()) {
        std::string const name{verb->name};
        for (std::size_t from = 0; from < name.size();) {
            std::size_t const end = std::min(name.find(' ', from), name.size());
            next[from == 0 ? "" : name.substr(0, from - 1)].insert(name.substr(from, end - from));
            from = end + 1;
        }
    }
    return next;
}

// Verbs with more words first: the pattern of `receipt` would take `receipt check` too.
std::vector<VerbRow const*> longest_first() {
    std::vector<VerbRow const*> rows{verbs().begin(), verbs().end()};
    std::ranges::sort(rows, [](VerbRow const* left, VerbRow const* right) {
        auto const words = [](VerbRow const* row) { return std::ranges::count(row->name, ' '); };
        return std::pair{words(right), left->name} < std::pair{words(left), right->name};
    });
    return rows;
}

std::string joined(std::set<std::string> const& words) {
    std::string line;
    for (std::string const& word : words) {
        line += (line.empty() ? "" : " ") + word;
    }
    return line;
}

std::string bash_options(VerbRow const& verb) {
    std::string script = "    " + quoted(std::string{verb.name} + " ") +
                         "*)\n        options=" + quoted(option_words(verb)) +
                         "\n        case \"$before\" in\n";
    for (OptionRow const& row : all_options(verb)) {
        if (!row.choices.empty() && !row.positional) {
            script += "        --" + std::string{row.name} +
                      ") choices=" + quoted(words_of(row.choices)) + " ;;\n";
        } else if (row.kind == ValueKind::path && !row.positional) {
            script += "        --" + std::string{row.name} + ") files=1 ;;\n";
        }
    }
    return script + "        esac\n        ;;\n";
}

std::string bash_script() {
    std::string script =
        "# bash completion for axiom\n"
        "_axiom() {\n"
        "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
        "    local typed=\"${COMP_WORDS[*]:1:COMP_CWORD-1}\" next= options= choices= files=\n"
        "    case \"$typed\" in\n";
    for (auto const& [words, next] : next_words()) {
        script += "    " + quoted(words) + ") next=" + quoted(joined(next)) + " ;;\n";
    }
    script += "    esac\n    case \"$typed \" in\n";
    for (VerbRow const* const verb : longest_first()) {
        script += bash_options(*verb);
    }
    return script + "    esac\n"
                    "    if [ -n \"$choices\" ]; then\n"
                    "        mapfile -t COMPREPLY < <(compgen -W \"$choices\" -- \"$word\")\n"
                    "    elif [ -z \"$options\" ] || { [ -n \"$next\" ] && [ -z \"$files\" ]; }; "
                    "then\n"
                    "        mapfile -t COMPREPLY < <(compgen -W \"$next $options\" -- "
                    "\"$word\")\n"
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

std::string zsh_options(VerbRow const& verb) {
    std::string script =
        "    " + quoted(std::string{verb.name} + " ") + "*)\n        _arguments \\\n";
    for (OptionRow const& row : all_options(verb)) {
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
    return script + "            '*:file:_files'\n        ;;\n";
}

std::string zsh_script() {
    std::string script = "#compdef axiom\n_axiom() {\n"
                         "    local typed=\"${words[2,CURRENT-1]}\"\n    case \"$typed\" in\n";
    for (auto const& [words, next] : next_words()) {
        script += "    " + quoted(words) + ") compadd -- " + joined(next) + " ;;\n";
    }
    script += "    esac\n    case \"$typed \" in\n";
    for (VerbRow const* const verb : longest_first()) {
        script += zsh_options(*verb);
    }
    return script + "    esac\n}\n_axiom \"$@\"\n";
}

// The condition under which a line begins with these words.
std::string fish_behind(std::string_view words) {
    if (words.empty()) {
        return "__fish_use_subcommand";
    }
    std::string condition;
    while (!words.empty()) {
        std::size_t const end = std::min(words.find(' '), words.size());
        condition += (condition.empty() ? "" : "; and ") +
                     ("__fish_seen_subcommand_from " + std::string{words.substr(0, end)});
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    return condition;
}

std::string fish_script() {
    std::string script = "# fish completion for axiom\n";
    for (auto const& [words, next] : next_words()) {
        for (std::string const& word : next) {
            VerbRow const* const verb =
                find_verb(words.empty() ? word : std::string{words}.append(" ").append(word));
            script += "complete -c axiom -n " + quoted(fish_behind(words)) + " -a " + word;
            script += verb != nullptr ? " -d " + quoted(verb->sentence) + "\n" : "\n";
        }
    }
    for (VerbRow const* const verb : verbs()) {
        for (OptionRow const& row : all_options(*verb)) {
            if (row.positional) {
                continue;
            }
            script += "complete -c axiom -n " + quoted(fish_behind(verb->name)) + " -l " +
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
