// axiom tail, show, search, verify: the log as axiomd has it, read while it grows.

#include <array>

#include <services/axiomd/api.hpp>
#include <terminal/core/commands/all.hpp>
#include <terminal/core/entry_reader.hpp>
#include <terminal/core/number.hpp>
#include <terminal/view/entry_text.hpp>
#include <terminal/view/hash_text.hpp>
#include <terminal/view/table.hpp>

namespace axiom::terminal {

namespace {

constexpr std::string_view keeper = "axiomd";
constexpr std::uint64_t shown_by_default = 10;
constexpr std::uint64_t shown_max = 1000;
constexpr std::uint32_t look_ms = 250; // between looks at whether somebody wants it to stop

struct Options {
    std::uint64_t count{shown_by_default};
    bool follows{};
    std::string_view rest{}; // the one word that is no option
};

// `-n N`, `-f` and one word, in any order.
Result<Options> options_in(Arguments arguments) noexcept {
    Options options;
    for (std::size_t at = 0; at < arguments.size(); ++at) {
        if (arguments[at] == "-n" && at + 1 < arguments.size()) {
            options.count = TRY(number_in(arguments[++at]));
        } else if (arguments[at] == "-f") {
            options.follows = true;
        } else if (options.rest.empty()) {
            options.rest = arguments[at];
        } else {
            return fail(Code::bad_text, at);
        }
    }
    return options.count <= shown_max ? Result<Options>{options}
                                      : fail(Code::out_of_range, shown_max, options.count);
}

Result<axiomd::Standing> standing(Session& session) noexcept {
    return ask(*session.link, keeper, axiomd::AskStanding{}, session.held);
}

Result<void> tail(Session& session, Arguments arguments) noexcept {
    Options const options = TRY(options_in(arguments));
    if (!options.rest.empty()) {
        return fail(Code::bad_text);
    }
    std::uint64_t const end = TRY(standing(session)).next;
    std::uint64_t at = end > options.count ? end - options.count : 0;
    EntryReader reader{session, Sequence{at}};
    while (session.goes_on() && (options.follows || at < end)) {
        auto const entry = TRY(reader.next(options.follows ? look_ms : 0));
        if (entry) {
            put_entry_line(*session.out, *entry, session.columns);
            at = entry->header.sequence.value + 1;
        } else if (!options.follows) {
            break;
        }
    }
    return {};
}

Result<void> show(Session& session, Arguments arguments) noexcept {
    Sequence const wanted = TRY(reference_in(arguments[0], TRY(standing(session)).next));
    EntryReader reader{session, wanted};
    auto const entry = TRY(reader.next());
    if (!entry) {
        return fail(Code::entry_missing, wanted.value);
    }
    put_entry(*session.out, *entry);
    return {};
}

// `records.line`, `kernel`, or text.
axiomd::Find question_in(std::string_view word, std::uint64_t before) noexcept {
    std::size_t const dot = word.find('.');
    DomainInfo const* const domain = find_domain(word.substr(0, dot));
    if (domain == nullptr) {
        return {.before = before, .text = word};
    }
    axiomd::Find question{.before = before, .domain = static_cast<std::uint16_t>(domain->number)};
    if (dot == std::string_view::npos) {
        return question;
    }
    for (KindInfo const& kind : domain->kinds) {
        if (kind.name == word.substr(dot + 1)) {
            question.kind = kind.number;
            return question;
        }
    }
    return {.before = before, .text = word};
}

// The newest are found first, and shown in the order in which they happened.
Result<void> search(Session& session, Arguments arguments) noexcept {
    Options const options = TRY(options_in(arguments));
    if (options.rest.empty() || options.rest.size() > axiomd::find_text_bytes_max) {
        return fail(Code::out_of_range, axiomd::find_text_bytes_max, options.rest.size());
    }
    axiomd::Find question = question_in(options.rest, TRY(standing(session)).next);
    std::array<std::uint64_t, shown_max> found{};
    std::uint64_t count = 0;
    while (question.before != 0 && count < options.count && session.goes_on()) {
        auto const told = TRY(ask(*session.link, keeper, question, session.held));
        for (std::size_t at = told.entries.size(); at > 0 && count < options.count; --at) {
            found[count++] = told.entries[at - 1];
        }
        if (told.before >= question.before) {
            return fail(Code::not_a_log, told.before);
        }
        question.before = told.before;
    }
    for (std::uint64_t at = count; at > 0; --at) {
        EntryReader reader{session, Sequence{found[at - 1]}};
        if (auto const entry = TRY(reader.next())) {
            put_entry_line(*session.out, *entry, session.columns);
        }
    }
    return count == 0 ? fail(Code::no_such_row) : Result<void>{};
}

// Every segment up to the entry that was the newest when this began.
Result<void> verify(Session& session, Arguments /*arguments*/) noexcept {
    auto const end = TRY(standing(session));
    TextSink& out = *session.out;
    axiomd::Checked last{};
    std::uint64_t segments = 0;
    std::uint64_t blocks = 0;
    std::uint64_t checkpoint = 0;
    while (last.next < end.next) {
        auto const checked = TRY(
            ask(*session.link, keeper, axiomd::CheckSegment{.sequence = last.next}, session.held));
        if (checked.first != last.next || checked.next <= last.next ||
            checked.head_before != last.head) {
            return fail(Code::chain_break, last.next, checked.first);
        }
        last = checked;
        ++segments;
        blocks += checked.blocks;
        checkpoint = checked.checkpoint != 0 ? checked.checkpoint : checkpoint;
        if (!session.goes_on()) {
            return fail(Code::unanswered, last.next);
        }
    }
    if (last.next == end.next && last.head != end.head) {
        return fail(Code::chain_break, end.next);
    }
    put_number(out, last.next);
    out.text(" entries in ");
    put_number(out, blocks);
    out.text(" blocks, ");
    put_number(out, segments);
    out.text(segments == 1 ? " segment" : " segments");
    out.text(": axiomd read every byte again, and hashed it\nhead       ");
    put_hash(out, last.head);
    if (checkpoint != 0) {
        out.text("\ncheckpoint entry ");
        put_number(out, checkpoint);
        out.text(", whose signature only `axiom verify` on the host looks at\n");
    } else {
        out.text("\ncheckpoint none yet\n");
    }
    out.text("That this is the log that was acknowledged rests on axiomd's word; receipts and a\n"
             "verifier of your own show it.\n");
    return {};
}

} // namespace

Command const tail_command{
    "axiom tail", "[-n N] [-f]", "the newest entries; -f: as they come", 0, 3, tail};
Command const show_command{"axiom show", "SEQ|@|@~N", "an entry, all of it", 1, 1, show};
Command const search_command{
    "axiom search", "TEXT|DOMAIN[.KIND] [-n N]", "the newest that hold it", 1, 3, search};
Command const verify_command{"axiom verify", "", "whether the log is whole", 0, 0, verify};

} // namespace axiom::terminal
