// axiom diff: where two logs part, or what changed between two moments of one.

#include <set>

#include <axiom/domain/shadows.hpp>
#include <sim-host/inspect/catalog.hpp>
#include <sim-host/platform/string_text.hpp>
#include <sim-host/replay/log_difference.hpp>
#include <sim-host/replay/replayer.hpp>
#include <terminal/cli/console.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/printable.hpp>
#include <terminal/cli/replay_start.hpp>
#include <terminal/cli/state_facts.hpp>

namespace axiom::cli {

namespace {

Exit say_equal(Console& console, std::string_view what) {
    if (console.json()) {
        console.document("axiom.diff/1", {{"equal", true}});
    } else {
        console.line(what);
    }
    return Exit::success;
}

Json fields_json(std::vector<host::FieldDifference> const& fields) {
    Json rows = Json::array();
    for (host::FieldDifference const& field : fields) {
        rows.push_back({{"field", field.field}, {"left", field.left}, {"right", field.right}});
    }
    return rows;
}

void print_fields(std::vector<host::FieldDifference> const& fields, Console& console) {
    for (host::FieldDifference const& field : fields) {
        console.write(Style::bold, printable(field.field)).line();
        console.write(Style::red, "  - ").line(printable(field.left));
        console.write(Style::green, "  + ").line(printable(field.right));
    }
}

Exit two_logs(Invocation const& given, Console& console) {
    auto const left = open_log(given);
    auto const right = open_log(given.text("with"));
    auto const found = value_or_stop(host::first_difference(*left, *right));
    if (!found) {
        return say_equal(console, "the logs hold the same entries");
    }
    if (console.json()) {
        console.document("axiom.diff/1", {{"equal", false},
                                          {"sequence", found->sequence.value},
                                          {"left_ended", found->left_ended},
                                          {"right_ended", found->right_ended},
                                          {"fields", fields_json(found->fields)}});
        return Exit::answer_is_no;
    }
    std::string const place = "entry " + std::to_string(found->sequence.value);
    if (found->left_ended || found->right_ended) {
        console.line(place + " is only in " +
                     printable(found->left_ended ? right->path() : left->path()) +
                     "; before it the logs are equal");
        return Exit::answer_is_no;
    }
    console.line(place + " is the first that differs");
    print_fields(found->fields, console);
    return Exit::answer_is_no;
}

constexpr std::string_view absent = "null"; // as between two logs

// Each domain's root, then the facts.
struct Moment {
    std::vector<std::pair<std::string, std::string>> domains; // the same names at every moment
    std::map<std::string, std::string> facts;
};

std::vector<host::FieldDifference> changed(Moment const& before, Moment const& after) {
    std::vector<host::FieldDifference> fields;
    for (std::size_t index = 0; index < before.domains.size(); ++index) {
        auto const& [name, value] = before.domains[index];
        if (value != after.domains[index].second) {
            fields.push_back({name, value, after.domains[index].second});
        }
    }
    std::set<std::string> names;
    for (Moment const* const moment : {&before, &after}) {
        for (auto const& [name, value] : moment->facts) {
            names.insert(name);
        }
    }
    auto const fact = [](Moment const& moment, std::string const& name) {
        auto const found = moment.facts.find(name);
        return found == moment.facts.end() ? std::string{absent} : found->second;
    };
    for (std::string const& name : names) {
        if (fact(before, name) != fact(after, name)) {
            fields.push_back({name, fact(before, name), fact(after, name)});
        }
    }
    return fields;
}

Moment state_at(host::Replayer& replayer, Sequence sequence) {
    advance_or_stop(replayer, Sequence{sequence.value + 1});
    Shadows& shadows = replayer.domains()->shadows();
    Moment moment;
    for (DomainInfo const* const info : host::known_domains()) {
        Domain* const domain = shadows.find(info->number);
        auto const standing = shadows.standing(info->number);
        std::string const name{info->name};
        moment.domains.emplace_back(
            name + ".root", domain != nullptr ? host::hex_text(domain->root(shadows.engine()))
                                              : std::string{absent});
        moment.domains.emplace_back(name + ".rejected", standing
                                                            ? std::to_string(standing->rejected)
                                                            : std::string{absent});
    }
    moment.facts = flattened(state_facts(*replayer.domains()));
    return moment;
}

Exit two_moments(Invocation const& given, Console& console) {
    auto const log = open_log(given);
    Sequence left = entry_named(*log, given.text("left"));
    Sequence right = entry_named(*log, given.text("right"));
    bool const swapped = right < left;
    if (swapped) {
        std::swap(left, right);
    }
    host::Replayer replayer{*log};
    begin_at_snapshot(replayer, Sequence{left.value + 1});
    auto const before = state_at(replayer, left);
    auto const after = state_at(replayer, right);
    auto const fields = swapped ? changed(after, before) : changed(before, after);
    if (fields.empty()) {
        return say_equal(console, "the state is the same at both entries");
    }
    if (console.json()) {
        console.document("axiom.diff/1", {{"equal", false}, {"fields", fields_json(fields)}});
    } else {
        print_fields(fields, console);
    }
    return Exit::answer_is_no;
}

Exit run(Invocation const& given, Console& console) {
    bool const logs = given.has("with");
    if (logs == given.has("left") || given.has("left") != given.has("right")) {
        throw usage("give --with LOG, or two entries", "axiom diff --help");
    }
    return logs ? two_logs(given, console) : two_moments(given, console);
}

} // namespace

extern VerbRow const diff_verb;
VerbRow const diff_verb{
    .name = "diff",
    .group = "time",
    .sentence = "show where two logs part, or what changed between two entries",
    .text = "With --with, the first entry in which the two logs differ, the fields, and both "
            "values. With two entries, the root of each domain whose state differs between them, "
            "and each field of what `axiom at` shows that does, with both values; null where there "
            "was none.\n\n"
            "Exit 0 when there is no difference, 1 when there is.",
    .reads_log = true,
    .options =
        {{.name = "left",
          .kind = ValueKind::reference,
          .value = "REF",
          .sentence = "an entry",
          .positional = true},
         {.name = "right",
          .kind = ValueKind::reference,
          .value = "REF",
          .sentence = "another entry",
          .positional = true},
         {.name = "with", .kind = ValueKind::path, .value = "LOG", .sentence = "another log"}},
    .examples = {{"axiom diff --from a --with b", "where two logs part"},
                 {"axiom diff @~10 @", "what the last ten entries changed"}},
    .run = run};

} // namespace axiom::cli
