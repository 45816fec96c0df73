// axiom blame: which entries made an object what it is now.

#include <map>

#include <sim-host/inspect/json_numbers.hpp>
#include <terminal/cli/console.hpp>
#include <terminal/cli/entry_text.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/printable.hpp>
#include <terminal/cli/time_text.hpp>

namespace axiom::cli {

namespace {

struct Origin {
    std::uint64_t sequence{};
    std::string hash;
    std::string kind;
    std::string time;
    std::uint64_t actor{};
    std::string value;
};

// A value is rendered with a stack frame a level, and a hostile line has half a million of them.
constexpr int levels_max = 256;

// A line of JSON; discarded when it is none, or nested too deep. A double holds few of the numbers
// that a line may have, so each stands in it as the bytes that it is written as, which no JSON has.
Json line_json(std::string_view line) {
    host::NumbersApart apart = host::numbers_apart(line);
    bool too_deep = false;
    std::size_t next = 0;
    auto const take_number = [&](int depth, Json::parse_event_t event, Json& parsed) {
        too_deep = too_deep || depth > levels_max;
        if (event == Json::parse_event_t::value && parsed.is_number()) {
            std::string const& number = apart.numbers.at(next++);
            parsed = Json::binary(Json::binary_t::container_type(number.begin(), number.end()));
        }
        return !too_deep;
    };
    Json parsed = Json::parse(apart.text, take_number, false);
    return too_deep ? Json(Json::value_t::discarded) : parsed;
}

void append_text(std::string& to, Json const& value) {
    auto const dump = [](Json const& each) {
        return each.dump(-1, ' ', false, Json::error_handler_t::replace);
    };
    if (value.is_binary()) {
        to.append(value.get_binary().begin(), value.get_binary().end());
    } else if (value.is_array()) {
        to += '[';
        for (Json const& each : value) {
            to += &each == &value.front() ? "" : ",";
            append_text(to, each);
        }
        to += ']';
    } else if (value.is_object()) {
        to += '{';
        bool first = true;
        for (auto const& [name, each] : value.items()) {
            to += (first ? "" : ",") + dump(name) + ":";
            first = false;
            append_text(to, each);
        }
        to += '}';
    } else {
        to += dump(value);
    }
}

// The value as JSON, with the numbers as the entry has them.
std::string value_text(Json const& value) {
    std::string text;
    append_text(text, value);
    return text;
}

// The same for a reader of JSON; what no double holds is text.
Json value_json(std::string const& text) {
    return Json::parse(host::with_large_numbers_as_text(text).value_or(text), nullptr, false);
}

// The members that an entry gives its object: those of its content, and of a line that is JSON
// those of the line.
Json members_of(host::EntryView const& view) {
    if (view.attachment == host::AttachmentState::present) {
        Json line = line_json(text_of(view.data));
        if (line.is_object()) {
            return line;
        }
        return Json{{"line", printable(text_of(view.data))}};
    }
    Json body = body_json(view);
    if (body.is_object() && body.contains("content")) {
        body = body["content"];
    }
    return body.is_object() ? body : Json::object();
}

using Origins = std::map<std::string, Origin>;

void take(Origins& origins, host::EntryView const& view, std::string const& field) {
    EntryHeader const& header = view.entry.header;
    Json const members = members_of(view);
    for (auto const& [name, value] : members.items()) {
        if (!field.empty() && name != field) {
            continue;
        }
        std::string text = value_text(value);
        Origin& origin = origins[name];
        if (origin.hash.empty() || origin.value != text) {
            origin = {.sequence = view.sequence.value,
                      .hash = short_hash(view.link),
                      .kind = kind_text(header),
                      .time = time_text(header.time),
                      .actor = header.principal.value,
                      .value = std::move(text)};
        }
    }
}

Exit run(Invocation const& given, Console& console) {
    auto const log = open_log(given);
    std::string const object = given.text("OBJECT");
    std::string const field = given.text("FIELD");
    Origins origins;
    value_or_stop(log->for_each({{}, log->end()}, [&](host::EntryView const& view) {
        if (!view.reduced && is_about(view, object)) {
            take(origins, view, field);
        }
        return true;
    }));
    if (origins.empty()) {
        throw not_found("no entry says anything about `" + object + "`" +
                            (field.empty() ? "" : " and its `" + field + "`"),
                        "axiom sql 'select distinct object from entries'");
    }
    if (console.json()) {
        for (auto const& [name, origin] : origins) {
            console.record("axiom.blame/1", {{"object", object},
                                             {"field", name},
                                             {"value", value_json(origin.value)},
                                             {"sequence", origin.sequence},
                                             {"hash", origin.hash},
                                             {"kind", origin.kind},
                                             {"time", origin.time},
                                             {"actor", origin.actor},
                                             {"text", origin.value}});
        }
        return Exit::success;
    }
    console.start_pager();
    for (auto const& [name, origin] : origins) {
        console.write(Style::yellow, std::to_string(origin.sequence))
            .write(" " + origin.hash + " ");
        console.write(origin.time + " actor " + std::to_string(origin.actor) + "  ");
        console.write(Style::bold, printable(name)).write(" = ");
        console.line(printable_cut(origin.value, 160));
    }
    return Exit::success;
}

} // namespace

extern VerbRow const blame_verb;
VerbRow const blame_verb{
    .name = "blame",
    .group = "read",
    .sentence = "show which entry gave each field of an object its present value",
    .text =
        "An object is what entries name: --object of ingest, the name of a stream, mark, principal "
        "or policy. Its fields are the members of the entries about it; of NDJSON lines those of "
        "the line. An object is named as it is, or as `axiom log` prints it. Shown is the entry "
        "since which a field has had its value. Numbers are compared and shown as they are "
        "written: 1.0 and 1.00 are two. With --json, `text` is the value as the entry has it; "
        "`value` is JSON for any reader, in which a number is what a double makes of it.",
    .reads_log = true,
    .ends_unread = true,
    .options = {{.name = "OBJECT",
                 .kind = ValueKind::name,
                 .sentence = "the object",
                 .positional = true,
                 .required = true},
                {.name = "FIELD",
                 .kind = ValueKind::name,
                 .sentence = "only this field",
                 .positional = true}},
    .examples = {{"axiom blame ssh.service", "who set what of it"}},
    .run = run};

} // namespace axiom::cli
