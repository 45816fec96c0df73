// axiom sql: questions in SQL about a log, answered by its projection.

#include <filesystem>

#include <axiom/codec/utf8.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/printable.hpp>
#include <terminal/cli/projection_access.hpp>

namespace axiom::cli {

namespace {

std::string hex_text(std::string const& bytes) {
    StringSink sink;
    json_hex(sink, bytes_of(bytes));
    return sink.value().substr(1, sink.value().size() - 2);
}

std::string real_text(double value) {
    return Json(value).dump();
}

std::string cell_text(host::SqlValue const& value) {
    switch (value.type) {
    case host::SqlValue::Type::integer:
        return std::to_string(value.integer);
    case host::SqlValue::Type::real:
        return real_text(value.real);
    case host::SqlValue::Type::text:
        return printable(value.bytes);
    case host::SqlValue::Type::blob:
        return "x'" + hex_text(value.bytes) + "'";
    case host::SqlValue::Type::null:
        break;
    }
    return "NULL";
}

Json cell_json(host::SqlValue const& value) {
    switch (value.type) {
    case host::SqlValue::Type::integer:
        return value.integer;
    case host::SqlValue::Type::real:
        return value.real;
    case host::SqlValue::Type::text:
        return is_utf8(bytes_of(value.bytes)) ? Json(value.bytes)
                                              : Json{{"hex", hex_text(value.bytes)}};
    case host::SqlValue::Type::blob:
        return Json{{"hex", hex_text(value.bytes)}};
    case host::SqlValue::Type::null:
        break;
    }
    return nullptr;
}

// A JSON object has each name once: the second column of a name gets `:2`, the next `:3`.
void add_cell(Json& row, std::string const& column, Json cell) {
    std::string name = column;
    for (int number = 2; row.contains(name); ++number) {
        name = column + ":" + std::to_string(number);
    }
    row[name] = std::move(cell);
}

void print_row(Console& console, host::SqlAnswer const& answer, bool first) {
    if (console.json()) {
        Json row = Json::object();
        for (std::size_t index = 0; index < answer.columns.size(); ++index) {
            add_cell(row, answer.columns[index], cell_json(answer.cells[index]));
        }
        console.record("axiom.sql/1", {{"row", row}});
        return;
    }
    if (first) {
        for (std::size_t index = 0; index < answer.columns.size(); ++index) {
            console.write(index == 0 ? "" : "\t");
            console.write(Style::bold, printable(answer.columns[index]));
        }
        console.line();
    }
    for (std::size_t index = 0; index < answer.cells.size(); ++index) {
        console.write(index == 0 ? "" : "\t").write(cell_text(answer.cells[index]));
    }
    console.line();
}

Exit run(Invocation const& given, Console& console) {
    auto const log = open_log(given);
    std::string const path = current_projection(given.given("out"), *log, console);
    console.start_pager();
    bool first = true;
    auto const asked = host::Projection::query(path, given.text("STATEMENT"), {},
                                               [&](host::SqlAnswer const& answer) {
                                                   print_row(console, answer, first);
                                                   first = false;
                                                   return true;
                                               });
    if (!asked && asked.error().error.code == Code::bad_text) {
        throw usage(asked.error().text, "docs/sql.md lists the views; axiom sql may only read");
    }
    value_or_stop(asked);
    return first ? Exit::answer_is_no : Exit::success;
}

} // namespace

extern VerbRow const sql_verb;
VerbRow const sql_verb{
    .name = "sql",
    .group = "read",
    .sentence = "ask in SQL; views: entries, lines, causes, decisions, boots, marks",
    .text =
        "The database is a projection of the log: it is brought up to date first, may be deleted "
        "at any time, and is never the truth. The statement may only read. Columns are parted by "
        "tabs; with --json a second column of one name is called NAME:2. Exit 1 when there is no "
        "row, like grep.\n\n--out keeps the database in a new file, "
        "or in "
        "one that an earlier run made of this log; anything else that lies there is left alone "
        "(exit 2). Rows go to stdout all the same.",
    .reads_log = true,
    .ends_unread = true,
    .options = {{.name = "STATEMENT",
                 .kind = ValueKind::name,
                 .sentence = "one SELECT in SQLite's dialect",
                 .positional = true,
                 .required = true},
                {.name = "out",
                 .letter = 'o',
                 .kind = ValueKind::path,
                 .value = "FILE",
                 .sentence = "where the database is kept; by default in the cache folder"}},
    .examples = {{"axiom sql 'select object, count(*) from lines group by object order by 2 desc'",
                  "who talks most"},
                 {"axiom sql \"select json_extract(line, '$.MESSAGE') from lines limit 5\"",
                  "into the lines themselves"}},
    .run = run};

} // namespace axiom::cli
