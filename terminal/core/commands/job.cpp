// job submit, list, status, wait, cancel, output: programs that run on objects.

#include <algorithm>
#include <array>

#include <axiom/codec/plain_text.hpp>
#include <services/actions/api.hpp>
#include <services/actions/executors.hpp>
#include <services/jobs/machine/ending.hpp>
#include <services/jobs/machine/image.hpp>
#include <terminal/core/commands/all.hpp>
#include <terminal/core/number.hpp>
#include <terminal/core/object_words.hpp>
#include <terminal/core/proposal.hpp>
#include <terminal/view/table.hpp>

namespace axiom::terminal {

namespace {

using actions::ActionRow;
using actions::EffectState;
using jobs::JobState;
using jobs::JobStatus;

constexpr std::string_view carrier_name = "actions";
constexpr std::string_view job_action = "job";

// FUEL MEMORY OUTPUT MESSAGES, unless somebody says otherwise: about a quarter of an hour.
constexpr std::array<std::string_view, 4> usual_limits{"100000000000", "67108864", "67108864",
                                                       "65536"};

class Parameters {
  public:
    void add(std::string_view word) noexcept {
        put(size_ == 0 ? "" : " ");
        put(word);
    }
    [[nodiscard]] Bytes bytes() const noexcept {
        return bytes_of(std::string_view{letters_.data(), size_});
    }

  private:
    void put(std::string_view text) noexcept {
        std::size_t const bytes = std::min(text.size(), letters_.size() - size_);
        std::copy_n(text.data(), bytes, letters_.data() + size_);
        size_ += bytes;
    }
    std::array<char, action::parameters_bytes_max> letters_{};
    std::size_t size_{};
};

Result<void> submit(Session& session, Arguments arguments) noexcept {
    TRY(id_in(arguments[0]));
    if (arguments[1] != "-") {
        TRY(id_in(arguments[1]));
    }
    Parameters parameters;
    parameters.add(arguments[0]);
    parameters.add(arguments[1]);
    for (std::size_t limit = 0; limit < usual_limits.size(); ++limit) {
        bool const is_said = arguments.size() > limit + 2;
        if (is_said) {
            TRY(number_in(arguments[limit + 2]));
        }
        parameters.add(is_said ? arguments[limit + 2] : usual_limits[limit]);
    }
    actions::Executor const& executor = *actions::find_executor(actions::job_executor);
    action::Commit commit{.action = job_action, .object = arguments[0], .effects = {}};
    commit.effects.push_back({.kind = executor.kind,
                              .executor = executor.name,
                              .parameters = parameters.bytes(),
                              .content = {}});
    Sequence const entry = TRY(propose_action(session, commit));
    session.out->text("job ");
    put_number(*session.out, entry.value);
    session.out->text("\n");
    std::array<std::byte, 20> digits{};
    Writer number{digits};
    TRY(write_decimal(number, entry.value));
    return session.variables.set("job", axiom::text_of(number.written()));
}

// ── what is known ──────────────────────────────────────────────────────────────────────────────

std::string_view name_of(EffectState state) noexcept {
    return EnumNames<EffectState>::names[static_cast<std::size_t>(state)];
}

Result<ActionRow> row_of(Session& session, std::uint64_t commit) noexcept {
    auto const told = TRY(
        ask(*session.link, carrier_name, actions::ListActions{.before = commit + 1}, session.held));
    bool const is_there = !told.actions.empty() && told.actions[0].sequence == commit &&
                          told.actions[0].action.view() == job_action;
    return is_there ? Result<ActionRow>{told.actions[0]} : fail(Code::no_such_row, commit);
}

// How it ended, with the rule that it ran into.
void put_ending(TextSink& out, JobStatus const& job) noexcept {
    auto const reason = std::min<std::size_t>(job.reason, jobs::reason_texts.size() - 1);
    jobs::ReasonText const& text = jobs::reason_texts[reason];
    out.text(text.name);
    out.text(" ");
    put_number(out, job.detail);
    if (static_cast<jobs::Reason>(reason) != jobs::Reason::exited) {
        out.text(": ");
        out.text(text.rule);
    }
}

void put_refusal(TextSink& out, JobStatus const& job) noexcept {
    CodeText const& text = axiom::text_of(static_cast<Code>(job.code));
    bool const is_image = static_cast<Code>(job.code) == Code::job_refused &&
                          job.where >= jobs::refused_rule_base &&
                          job.where - jobs::refused_rule_base <=
                              static_cast<std::uint64_t>(jobs::ImageRule::memory_limit);
    out.text(text.name);
    out.text(": ");
    if (is_image) {
        auto const rule = static_cast<jobs::ImageRule>(job.where - jobs::refused_rule_base);
        out.text(jobs::name_of(rule));
        out.text(": ");
        out.text(jobs::text_of(rule));
        return;
    }
    out.text(text.what);
    if (static_cast<Code>(job.code) == Code::job_refused) {
        constexpr std::array<std::string_view, 7> words{
            "PROGRAM", "INPUT", "FUEL", "MEMORY", "OUTPUT", "MESSAGES", "a word too many"};
        out.text(" for its ");
        out.text(words[std::clamp<std::uint64_t>(job.where, 1, words.size()) - 1]);
    }
}

void put_line(TextSink& out, std::string_view what, std::uint64_t number) noexcept {
    out.text(what);
    put_number(out, number);
    out.text("\n");
}

void put_progress(TextSink& out, JobStatus const& job) noexcept {
    out.text("state    ");
    out.text(EnumNames<JobState>::names[static_cast<std::size_t>(job.state)]);
    out.text("\n");
    if (job.state == JobState::ended || job.state == JobState::refused) {
        out.text("ending   ");
        job.state == JobState::ended ? put_ending(out, job) : put_refusal(out, job);
        out.text("\n");
    }
    put_line(out, "fuel     ", job.fuel_used);
    put_line(out, "of       ", job.fuel);
    put_line(out, "read     ", job.input_bytes);
    put_line(out, "written  ", job.output_bytes);
}

// The log knows how it ended; the service that ran it knows more, while it remembers.
Result<void> show(Session& session, ActionRow const& row) noexcept {
    TextSink& out = *session.out;
    out.text("effect   ");
    out.text(row.effects.empty() ? std::string_view{"none"} : name_of(row.effects[0]));
    out.text("\n");
    auto const job =
        ask(*session.link, carrier_name, jobs::AskJob{.commit = row.sequence}, session.held);
    if (job) {
        put_progress(out, *job);
    } else if (job.error().code != Code::no_such_row) {
        return std::unexpected{job.error()};
    }
    if (!row.result.is_zero()) {
        out.text("result   ");
        put_id(out, row.result);
        out.text("\noutput   ");
        put_id(out, row.output);
        out.text("\n");
    }
    return {};
}

Result<void> status(Session& session, Arguments arguments) noexcept {
    return show(session, TRY(row_of(session, TRY(number_in(arguments[0])))));
}

Result<void> wait(Session& session, Arguments arguments) noexcept {
    std::uint64_t const commit = TRY(number_in(arguments[0]));
    for (;;) {
        ActionRow const row = TRY(
            ask(*session.link, carrier_name, actions::AwaitAction{.commit = commit}, session.held));
        bool const goes_on = std::ranges::any_of(
            row.effects, [](EffectState state) noexcept { return state <= EffectState::started; });
        if (goes_on) {
            continue;
        }
        TRY(show(session, row));
        bool const is_done = !row.effects.empty() && row.effects[0] == EffectState::done;
        return is_done ? Result<void>{} : fail(Code::job_failed, commit);
    }
}

Result<void> list(Session& session, Arguments /*arguments*/) noexcept {
    constexpr std::array columns{Column{"JOB", 8, true}, Column{"PRINCIPAL", 9, true},
                                 Column{"PROGRAM", 16}, Column{"STATE", 8}, Column{"OUTPUT", 16}};
    Table table{*session.out, columns};
    std::uint64_t before = 0;
    do {
        auto const told = TRY(
            ask(*session.link, carrier_name, actions::ListActions{.before = before}, session.held));
        before = 0;
        for (ActionRow const& row : told.actions) {
            before = row.sequence;
            if (row.action.view() != job_action) {
                continue;
            }
            HashHex const output = to_hex(row.output);
            table.cell(row.sequence)
                .cell(row.principal)
                .cell(row.object.view().substr(0, 16))
                .cell(row.effects.empty() ? std::string_view{"none"} : name_of(row.effects[0]))
                .cell(row.output.is_zero() ? std::string_view{"-"}
                                           : axiom::text_of(output).substr(0, 16))
                .end_row();
        }
    } while (before != 0);
    return {};
}

Result<void> cancel(Session& session, Arguments arguments) noexcept {
    JobStatus const job =
        TRY(ask(*session.link, carrier_name,
                jobs::CancelJob{.commit = TRY(number_in(arguments[0]))}, session.held));
    put_progress(*session.out, job);
    return {};
}

Result<void> output(Session& session, Arguments arguments) noexcept {
    ActionRow const row = TRY(row_of(session, TRY(number_in(arguments[0]))));
    if (row.output.is_zero()) {
        return fail(Code::no_such_row, row.sequence);
    }
    if (arguments.size() < 2) {
        return show_object(session, row.output);
    }
    put_line(*session.out, "bytes ", TRY(get_file(session, row.output, arguments[1])));
    return {};
}

} // namespace

Command const job_submit_command{"job submit",
                                 "PROGRAM INPUT|- [FUEL [MEMORY [OUTPUT [MESSAGES]]]]",
                                 "asks for a job on objects; $job is its number",
                                 2,
                                 6,
                                 submit};
Command const job_list_command{"job list", "", "the newest jobs", 0, 0, list};
Command const job_status_command{"job status", "JOB", "how far it is", 1, 1, status};
Command const job_wait_command{"job wait", "JOB", "the same, when it has ended", 1, 1, wait};
Command const job_cancel_command{"job cancel", "JOB", "ends one that is not done", 1, 1, cancel};
Command const job_output_command{
    "job output", "JOB [FILE]", "what it wrote, shown or into a new file", 1, 2, output};

} // namespace axiom::terminal
