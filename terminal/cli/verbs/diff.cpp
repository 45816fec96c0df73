// axiom diff: where two logs part, or what changed between two moments of one.

#include <axiom/domain/shadows.hpp>
#include <sim-host/inspect/catalog.hpp>
#include <sim-host/platform/string_text.hpp>
#include <sim-host/replay/log_difference.hpp>
#include <sim-host/replay/replayer.hpp>
#include <terminal/cli/console.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/printable.hpp>
#include <terminal/cli/replay_start.hpp>

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

std::vector<host::FieldDifference> changed(std::vector<host::FieldDifference> const& before,
                                           std::vector<host::FieldDifference> const& after) {
    std::vector<host::FieldDifference> fields;
    for (std::size_t index = 0; index < before.size(); ++index) {
        if (before[index].left != after[index].left) {
            fields.push_back({before[index].field, before[index].left, after[index].left});
        }
    }
    return fields;
}

// Roots of all domains after an entry, as fields whose `left` is the value.
std::vector<host::FieldDifference> state_at(host::Replayer& replayer, Sequence sequence) {
    advance_or_stop(replayer, Sequence{sequence.value + 1});
    Shadows& shadows = replayer.domains()->shadows();
    std::vector<host::FieldDifference> fields;
    for (DomainInfo const* const info : host::known_domains()) {
        Domain* const domain = shadows.find(info->number);
        auto const standing = shadows.standing(info->number);
        std::string const name{info->name};
        fields.push_back(
            {name + ".root",
             domain != nullptr ? host::hex_text(domain->root(shadows.engine())) : "none",
             {}});
        fields.push_back(
            {name + ".rejected", standing ? std::to_string(standing->rejected) : "none", {}});
    }
    return fields;
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
            "values. With two entries, the domains whose state differs between them.\n\n"
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
