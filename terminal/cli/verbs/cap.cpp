// axiom cap list, show, graph, diff: who held which capability after an entry, by a replay.

#include <map>

#include <services/axiomd/graph.hpp>
#include <terminal/cli/console.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/printable.hpp>
#include <terminal/cli/replay_start.hpp>

namespace axiom::cli {

namespace {

using axiomd::CapabilityStatus;
using Graph = std::map<std::uint64_t, CapabilityStatus>; // by id

std::string rights_text(kernel::Rights rights) {
    constexpr std::string_view letters = "rwxgvm";
    std::string text;
    for (std::size_t bit = 0; bit < letters.size(); ++bit) {
        text += (rights.bits >> bit & 1U) != 0 ? letters[bit] : '-';
    }
    return text;
}

std::string object_text(CapabilityStatus const& row) {
    return std::string{EnumNames<kernel::ObjectType>::names[static_cast<std::size_t>(row.object)]} +
           " " + std::to_string(row.number);
}

Json json_of(CapabilityStatus const& row) {
    return {{"id", row.id},
            {"parent", row.parent},
            {"holder", row.holder},
            {"slot", row.slot},
            {"object", EnumNames<kernel::ObjectType>::names[static_cast<std::size_t>(row.object)]},
            {"number", row.number},
            {"rights", rights_text(row.rights)},
            {"depth", row.depth},
            {"badge", std::to_string(row.badge)},
            {"label", printable(row.label.view())}};
}

// `12 -w---- endpoint 5 "init", process 9 slot 64`.
std::string line_of(CapabilityStatus const& row) {
    return std::to_string(row.id) + " " + rights_text(row.rights) + " " + object_text(row) + " \"" +
           printable(row.label.view()) + "\", process " + std::to_string(row.holder) + " slot " +
           std::to_string(row.slot);
}

Graph graph_after(host::OpenedLog& log, Sequence entry, Console& console) {
    host::Replayer replayer{log};
    Sequence const end{entry.value + 1};
    start_replay(replayer, end, console);
    advance_or_stop(replayer, end);
    Graph graph;
    kernel::KernelState const& state = replayer.domains()->kernel().state();
    axiomd::ListCapabilities question{};
    do {
        auto const some = axiomd::list_capabilities(state, question);
        for (CapabilityStatus const& row : some.capabilities) {
            graph.emplace(row.id, row);
        }
        question.from = some.next;
    } while (question.from != 0);
    return graph;
}

Graph graph_of(Invocation const& given, Console& console) {
    auto const log = open_log(given);
    Sequence const entry = given.has("entry") ? entry_named(*log, given.text("entry"))
                                              : Sequence{log->end().value - 1};
    return graph_after(*log, entry, console);
}

Exit list(Invocation const& given, Console& console) {
    Graph const graph = graph_of(given, console);
    console.start_pager();
    for (auto const& [id, row] : graph) {
        if (given.has("holder") && row.holder != given.number("holder")) {
            continue;
        }
        if (console.json()) {
            console.record("axiom.cap/1", json_of(row));
        } else {
            console.line(line_of(row) + (row.parent == 0 ? ", the machine's own"
                                                         : ", of " + std::to_string(row.parent)));
        }
    }
    return Exit::success;
}

Exit show(Invocation const& given, Console& console) {
    Graph const graph = graph_of(given, console);
    auto const found = graph.find(given.number("ID"));
    if (found == graph.end()) {
        throw not_found("there is no capability " + given.text("ID") + " then",
                        "axiom cap list, at another entry if need be");
    }
    Json children = Json::array();
    for (auto const& [id, row] : graph) {
        if (row.parent == found->first) {
            children.push_back(id);
        }
    }
    if (console.json()) {
        Json members = json_of(found->second);
        members["children"] = children;
        console.document("axiom.cap/1", members);
        return Exit::success;
    }
    console.line("what it was derived from, and that in turn:");
    for (auto at = found; at != graph.end(); at = graph.find(at->second.parent)) {
        console.line("  " + line_of(at->second));
    }
    console.line(std::to_string(children.size()) + " derived from it");
    for (Json const& child : children) {
        console.line("  " + line_of(graph.at(child.get<std::uint64_t>())));
    }
    return Exit::success;
}

// In quotes of dot and Mermaid alike: what either takes for its own goes.
std::string label_of(CapabilityStatus const& row) {
    std::string text = std::to_string(row.id) + " " + rights_text(row.rights) + " " +
                       object_text(row) + " " + printable(row.label.view()) + " @" +
                       std::to_string(row.holder);
    for (char& letter : text) {
        letter = letter == '"' || letter == '\\' ? '\'' : letter;
    }
    return text;
}

void print_dot(Graph const& graph, Console& console) {
    console.line("digraph capabilities {");
    for (auto const& [id, row] : graph) {
        console.line("  c" + std::to_string(id) + " [label=\"" + label_of(row) + "\"];");
        if (row.parent != 0) {
            console.line("  c" + std::to_string(row.parent) + " -> c" + std::to_string(id) + ";");
        }
    }
    console.line("}");
}

void print_mermaid(Graph const& graph, Console& console) {
    console.line("flowchart TD");
    for (auto const& [id, row] : graph) {
        console.line("  c" + std::to_string(id) + "[\"" + label_of(row) + "\"]");
        if (row.parent != 0) {
            console.line("  c" + std::to_string(row.parent) + " --> c" + std::to_string(id));
        }
    }
}

// Each below what it was derived from.
void print_tree(Graph const& graph, Console& console) {
    std::multimap<std::uint64_t, std::uint64_t> children;
    for (auto const& [id, row] : graph) {
        children.emplace(row.parent, id);
    }
    std::vector<std::pair<std::uint64_t, std::size_t>> waiting; // id, depth
    auto const add = [&](std::uint64_t parent, std::size_t depth) {
        auto const [first, last] = children.equal_range(parent);
        for (auto at = last; at != first;) {
            waiting.emplace_back((--at)->second, depth);
        }
    };
    add(0, 0);
    while (!waiting.empty()) {
        auto const [id, depth] = waiting.back();
        waiting.pop_back();
        console.line(std::string(2 * depth, ' ') + line_of(graph.at(id)));
        add(id, depth + 1);
    }
}

Exit show_graph(Invocation const& given, Console& console) {
    if (given.has("dot") && given.has("mermaid")) {
        throw usage("--dot and --mermaid are two pictures", "ask for one");
    }
    Graph const graph = graph_of(given, console);
    if (console.json()) {
        for (auto const& [id, row] : graph) {
            console.record("axiom.cap/1", json_of(row));
        }
    } else if (given.has("dot")) {
        print_dot(graph, console);
    } else if (given.has("mermaid")) {
        print_mermaid(graph, console);
    } else {
        console.start_pager();
        print_tree(graph, console);
    }
    return Exit::success;
}

// Both moments have all of the entries' ids in common only within a boot.
Exit diff(Invocation const& given, Console& console) {
    auto const log = open_log(given);
    Graph const before = graph_after(*log, entry_named(*log, given.text("FROM")), console);
    Graph const after = graph_after(*log, entry_named(*log, given.text("TO")), console);
    bool equal = true;
    auto const tell = [&](std::string_view sign, Style style, CapabilityStatus const& row) {
        equal = false;
        if (console.json()) {
            Json members = json_of(row);
            members["change"] = sign == "+" ? "added" : "gone";
            console.record("axiom.cap.diff/1", members);
        } else {
            console.write(style, std::string{sign} + " ").line(line_of(row));
        }
    };
    auto const differ = [](CapabilityStatus const& one, CapabilityStatus const& other) {
        return line_of(one) != line_of(other) || one.parent != other.parent;
    };
    for (auto const& [id, row] : before) {
        auto const same = after.find(id);
        if (same == after.end() || differ(row, same->second)) {
            tell("-", Style::red, row);
        }
    }
    for (auto const& [id, row] : after) {
        auto const same = before.find(id);
        if (same == before.end() || differ(row, same->second)) {
            tell("+", Style::green, row);
        }
    }
    return equal ? Exit::success : Exit::answer_is_no;
}

OptionRow at_entry() {
    OptionRow row = entry_option(Needed::no);
    row.sentence = "after this entry; by default the newest";
    return row;
}

} // namespace

extern VerbRow const cap_list_verb;
VerbRow const cap_list_verb{
    .name = "cap list",
    .group = "authority",
    .sentence = "list the capabilities that were held after an entry",
    .text = "Each with its number within its boot, its rights (read, write, execute, grant, "
            "revoke, manage), what it stands for, its label, who holds it and what it was derived "
            "from. Without an entry after the newest one: at an orderly end nearly all have gone.",
    .reads_log = true,
    .ends_unread = true,
    .options = {at_entry(),
                {.name = "holder",
                 .kind = ValueKind::number,
                 .value = "PROCESS",
                 .sentence = "only what this process holds"}},
    .examples = {{"axiom cap list 400 --holder 9", "what process 9 held after entry 400"}},
    .run = list};

extern VerbRow const cap_show_verb;
VerbRow const cap_show_verb{.name = "cap show",
                            .group = "authority",
                            .sentence = "show one capability, whence it is and what came of it",
                            .text = "Exit 7 when there is none of this number then.",
                            .reads_log = true,
                            .options = {{.name = "ID",
                                         .kind = ValueKind::number,
                                         .sentence = "its number within its boot",
                                         .positional = true,
                                         .required = true},
                                        at_entry()},
                            .examples = {{"axiom cap show 12 400", "after entry 400"}},
                            .run = show};

extern VerbRow const cap_graph_verb;
VerbRow const cap_graph_verb{
    .name = "cap graph",
    .group = "authority",
    .sentence = "show which capability was derived from which",
    .text = "A tree, or a picture for Graphviz or Mermaid.",
    .reads_log = true,
    .ends_unread = true,
    .options = {at_entry(),
                {.name = "dot", .kind = ValueKind::flag, .sentence = "for Graphviz"},
                {.name = "mermaid", .kind = ValueKind::flag, .sentence = "for Mermaid"}},
    .examples = {{"axiom cap graph 400 --dot | dot -Tsvg", "a picture"}},
    .run = show_graph};

extern VerbRow const cap_diff_verb;
VerbRow const cap_diff_verb{
    .name = "cap diff",
    .group = "authority",
    .sentence = "show which capabilities came and went between two entries",
    .text = "Exit 1 when they differ. Numbers are counted within a boot: across boots everything "
            "has gone and come.",
    .reads_log = true,
    .options = {{.name = "FROM",
                 .kind = ValueKind::reference,
                 .sentence = "after this entry",
                 .positional = true,
                 .required = true},
                {.name = "TO",
                 .kind = ValueKind::reference,
                 .sentence = "and after this one",
                 .positional = true,
                 .required = true}},
    .examples = {{"axiom cap diff 400 410", "what ten entries changed"}},
    .run = diff};

} // namespace axiom::cli
