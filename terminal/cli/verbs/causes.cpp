// axiom causes: what an entry was caused by, and what it caused in turn.

#include <map>
#include <set>

#include <terminal/cli/console.hpp>
#include <terminal/cli/entry_text.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/number_text.hpp>
#include <terminal/cli/printable.hpp>

namespace axiom::cli {

namespace {

// What one walk over the log from the root on finds: causes come before their effects, so every
// descendant is met after the entry that caused it.
struct Tree {
    std::map<std::uint64_t, std::vector<std::uint64_t>> effects;
    std::map<std::uint64_t, std::string> texts;
    bool cut{};
};

std::string text_of_entry(host::EntryView const& view, std::size_t columns) {
    std::string const object = printable_cut(object_of(view), 64);
    return short_hash(view.link) + " " + (view.reduced ? "pruned" : kind_text(view.entry.header)) +
           (object.empty() ? "" : " " + object) + "  " + summary_of(view, columns);
}

Tree descendants(host::OpenedLog& log, Sequence root, std::size_t entries_max) {
    Tree tree;
    std::set<std::uint64_t> known{root.value};
    value_or_stop(log.for_each({root, log.end()}, [&](host::EntryView const& view) {
        if (view.sequence == root) {
            tree.texts[root.value] = text_of_entry(view, 48);
        }
        for (Sequence const cause : view.entry.header.causes) {
            bool const ours = cause.value != 0 && known.contains(cause.value) &&
                              !known.contains(view.sequence.value);
            tree.cut = tree.cut || (ours && known.size() > entries_max);
            if (ours && !tree.cut) {
                known.insert(view.sequence.value);
                tree.effects[cause.value].push_back(view.sequence.value);
                tree.texts[view.sequence.value] = text_of_entry(view, 48);
            }
        }
        return !tree.cut;
    }));
    return tree;
}

struct Ancestors {
    std::map<std::uint64_t, std::string> texts; // by sequence
    bool cut{};
};

// Every ancestor, the newest first; a cause is always older, so this ends.
Ancestors ancestors(host::OpenedLog& log, Sequence of, std::size_t entries_max) {
    Ancestors found;
    std::set<std::uint64_t> open{of.value};
    while (!open.empty()) {
        std::uint64_t const newest = *open.rbegin();
        open.erase(newest);
        if (newest != of.value && found.texts.size() == entries_max) {
            found.cut = true;
            break;
        }
        auto const entry = value_or_stop(log.entry(Sequence{newest}));
        if (newest != of.value) {
            found.texts[newest] = text_of_entry(entry.view, 48);
        }
        for (Sequence const cause : entry.view.entry.header.causes) {
            if (cause.value != 0 && cause.value < newest) {
                open.insert(cause.value);
            }
        }
    }
    return found;
}

void print_tree(Console& console, Tree const& tree, std::uint64_t root) {
    struct Place {
        std::uint64_t sequence;
        std::size_t depth;
    };
    std::vector<Place> open{{root, 0}};
    while (!open.empty()) {
        Place const place = open.back();
        open.pop_back();
        std::string indent;
        for (std::size_t level = 0; level < std::min<std::size_t>(place.depth, 32); ++level) {
            indent += level + 1 == place.depth ? "└─ " : "   ";
        }
        console.write(indent).write(place.depth == 0 ? Style::bold : Style::yellow,
                                    std::to_string(place.sequence));
        console.write(" ").line(tree.texts.at(place.sequence));
        if (auto const found = tree.effects.find(place.sequence); found != tree.effects.end()) {
            for (auto effect = found->second.rbegin(); effect != found->second.rend(); ++effect) {
                open.push_back({*effect, place.depth + 1});
            }
        }
    }
}

Exit run(Invocation const& given, Console& console) {
    auto const log = open_log(given);
    Sequence const root = entry_named(*log, given.text("REF"));
    std::size_t const limit = given.number("limit");
    auto const above = ancestors(*log, root, limit);
    Tree const tree = descendants(*log, root, limit);
    if (console.json()) {
        Json up = Json::array();
        for (auto const& [sequence, text] : above.texts) {
            up.push_back(sequence);
        }
        Json down = Json::array();
        for (auto const& [cause, effects] : tree.effects) {
            for (std::uint64_t const effect : effects) {
                down.push_back({{"cause", cause}, {"effect", effect}});
            }
        }
        console.document("axiom.causes/1", {{"entry", root.value},
                                            {"causes", up},
                                            {"effects", down},
                                            {"cut", above.cut || tree.cut}});
        return Exit::success;
    }
    std::string const more = "… more than " + counted(limit, "entry", "entries") + "; see --limit";
    console.start_pager();
    if (above.cut) {
        console.line(more);
    }
    for (auto const& [sequence, text] : above.texts) {
        console.write("caused by ").write(Style::yellow, std::to_string(sequence));
        console.write(" ").line(text);
    }
    print_tree(console, tree, root.value);
    if (tree.cut) {
        console.line(more);
    }
    return Exit::success;
}

} // namespace

extern VerbRow const causes_verb;
VerbRow const causes_verb{.name = "causes",
                          .group = "read",
                          .sentence = "show what an entry was caused by and what it caused",
                          .text =
                              "Upwards every cause of every cause, downwards the tree of effects.",
                          .reads_log = true,
                          .ends_unread = true,
                          .options = {{.name = "REF",
                                       .kind = ValueKind::reference,
                                       .sentence = "the entry",
                                       .fallback = "@",
                                       .positional = true},
                                      {.name = "limit",
                                       .kind = ValueKind::number,
                                       .value = "N",
                                       .sentence = "at most so many entries each way",
                                       .fallback = "1000",
                                       .number_max = 1'000'000}},
                          .examples = {{"axiom causes 17", "where entry 17 came from and led to"}},
                          .run = run};

} // namespace axiom::cli
