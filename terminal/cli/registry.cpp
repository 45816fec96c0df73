// Every verb, in the order in which help lists them.

#include <terminal/cli/verb.hpp>

#include <algorithm>
#include <array>

namespace axiom::cli {

// clang-format off
extern VerbRow const doctor_verb;
extern VerbRow const version_verb;
extern VerbRow const man_verb;
extern VerbRow const log_verb;
extern VerbRow const show_verb;
extern VerbRow const run_verb;
extern VerbRow const tour_verb;
extern VerbRow const new_service_verb;
extern VerbRow const sql_verb;
extern VerbRow const export_verb;
extern VerbRow const ingest_verb;
extern VerbRow const mark_verb;
extern VerbRow const seal_verb;
extern VerbRow const snapshot_verb;
extern VerbRow const key_show_verb;
extern VerbRow const key_rotate_verb;
extern VerbRow const key_lost_verb;
extern VerbRow const fork_verb;
extern VerbRow const blame_verb;
extern VerbRow const causes_verb;
extern VerbRow const trace_verb;
extern VerbRow const cap_list_verb;
extern VerbRow const cap_show_verb;
extern VerbRow const cap_graph_verb;
extern VerbRow const cap_diff_verb;
extern VerbRow const action_list_verb;
extern VerbRow const action_show_verb;
extern VerbRow const action_owed_verb;
extern VerbRow const verify_verb;
extern VerbRow const prove_verb;
extern VerbRow const receipt_verb;
extern VerbRow const receipt_check_verb;
extern VerbRow const replay_verb;
extern VerbRow const at_verb;
extern VerbRow const diff_verb;
extern VerbRow const why_verb;
extern VerbRow const whatif_verb;
extern VerbRow const policy_check_verb;
extern VerbRow const policy_test_verb;
extern VerbRow const policy_show_verb;
extern VerbRow const policy_propose_verb;
extern VerbRow const policy_confirm_verb;
extern VerbRow const identity_list_verb;
extern VerbRow const identity_show_verb;
extern VerbRow const identity_add_verb;
extern VerbRow const identity_disable_verb;
extern VerbRow const identity_enable_verb;
extern VerbRow const identity_role_add_verb;
extern VerbRow const identity_role_remove_verb;
extern VerbRow const identity_key_verb;
extern VerbRow const account_list_verb;
extern VerbRow const account_set_verb;
extern VerbRow const erase_verb;
extern VerbRow const repair_verb;
extern VerbRow const prune_verb;
extern VerbRow const bisect_verb;
extern VerbRow const attach_verb;
extern VerbRow const torture_processes_verb;
extern VerbRow const test_properties_verb;
extern VerbRow const job_run_verb;
extern VerbRow const job_verify_verb;
extern VerbRow const completion_verb;
// clang-format on

namespace {

// The rows live in other files, so the table is made when it is first asked for.
auto const& table() noexcept {
    static std::array const rows{
        &run_verb,
        &new_service_verb,
        &tour_verb,
        &attach_verb,
        &torture_processes_verb,
        &test_properties_verb,
        &doctor_verb,
        &ingest_verb,
        &mark_verb,
        &seal_verb,
        &snapshot_verb,
        &log_verb,
        &show_verb,
        &blame_verb,
        &causes_verb,
        &trace_verb,
        &sql_verb,
        &export_verb,
        &verify_verb,
        &prove_verb,
        &receipt_verb,
        &receipt_check_verb,
        &replay_verb,
        &at_verb,
        &diff_verb,
        &why_verb,
        &whatif_verb,
        &cap_list_verb,
        &cap_show_verb,
        &cap_graph_verb,
        &cap_diff_verb,
        &action_list_verb,
        &action_show_verb,
        &action_owed_verb,
        &policy_check_verb,
        &policy_test_verb,
        &policy_show_verb,
        &policy_propose_verb,
        &policy_confirm_verb,
        &identity_list_verb,
        &identity_show_verb,
        &identity_add_verb,
        &identity_disable_verb,
        &identity_enable_verb,
        &identity_role_add_verb,
        &identity_role_remove_verb,
        &identity_key_verb,
        &account_list_verb,
        &account_set_verb,
        &key_show_verb,
        &key_rotate_verb,
        &key_lost_verb,
        &fork_verb,
        &erase_verb,
        &repair_verb,
        &prune_verb,
        &bisect_verb,
        &job_run_verb,
        &job_verify_verb,
        &completion_verb,
        &man_verb,
        &version_verb,
    };
    return rows;
}

constexpr OptionRow from_row{
    .name = "from",
    .kind = ValueKind::path,
    .value = "LOG",
    .sentence =
        "the log: a data folder, or a system's disk or an image of it; by default $AXIOM_LOG, else "
        "./axiom"};

// Of a verb that writes.
constexpr OptionRow written_row{
    .name = "from",
    .kind = ValueKind::path,
    .value = "LOG",
    .sentence = "the log: a data folder (images and disks are only read); by default $AXIOM_LOG, "
                "else ./axiom"};

constexpr OptionRow common_rows[] = {
    {.name = "json",
     .kind = ValueKind::flag,
     .sentence = "one JSON document, or one JSON object a line; each names its schema's version"},
    {.name = "color",
     .kind = ValueKind::choice,
     .value = "WHEN",
     .sentence = "colour the output; NO_COLOR is obeyed, and colour never says anything alone",
     .fallback = "auto",
     .choices = "auto|always|never"},
    {.name = "no-pager", .kind = ValueKind::flag, .sentence = "never start a pager"},
    {.name = "quiet",
     .letter = 'q',
     .kind = ValueKind::flag,
     .sentence = "no progress and no remarks on stderr"},
    {.name = "help", .letter = 'h', .kind = ValueKind::flag, .sentence = "this page"},
};

} // namespace

std::span<OptionRow const> common_options() noexcept {
    return common_rows;
}

OptionRow const& from_option() noexcept {
    return from_row;
}

bool writes_log(VerbRow const& verb) noexcept {
    return std::ranges::any_of(verb.options,
                               [](OptionRow const& row) { return row.name == "archive"; });
}

std::vector<OptionRow> all_options(VerbRow const& verb) {
    std::vector<OptionRow> rows = verb.options;
    if (verb.reads_log) {
        rows.push_back(writes_log(verb) ? written_row : from_row);
    }
    rows.insert(rows.end(), std::begin(common_rows), std::end(common_rows));
    return rows;
}

std::span<VerbRow const* const> verbs() noexcept {
    return table();
}

VerbRow const* find_verb(std::string_view name) noexcept {
    auto const* const found = std::find_if(table().begin(), table().end(),
                                           [&](VerbRow const* row) { return row->name == name; });
    return found == table().end() ? nullptr : *found;
}

} // namespace axiom::cli
