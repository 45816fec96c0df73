// object put, get, show, list, total: contents under the hash of what they are.

#include <array>

#include <terminal/core/commands/all.hpp>
#include <terminal/core/object_words.hpp>
#include <terminal/view/table.hpp>

namespace axiom::terminal {

namespace {

using namespace objects;

void put_bytes(TextSink& out, std::uint64_t bytes) noexcept {
    put_number(out, bytes);
    out.text(bytes == 1 ? " byte" : " bytes");
}

Result<void> put(Session& session, Arguments arguments) noexcept {
    Stored const stored = TRY(put_file(session, arguments[0]));
    TextSink& out = *session.out;
    put_id(out, stored.id);
    out.text("  ");
    put_bytes(out, stored.bytes);
    out.text(stored.was_there ? ", was there\n" : "\n");
    return arguments.size() < 2 ? Result<void>{}
                                : session.variables.set(arguments[1], text_of(to_hex(stored.id)));
}

Result<void> get(Session& session, Arguments arguments) noexcept {
    put_bytes(*session.out, TRY(get_file(session, TRY(id_in(arguments[0])), arguments[1])));
    session.out->text("\n");
    return {};
}

Result<void> show(Session& session, Arguments arguments) noexcept {
    return show_object(session, TRY(id_in(arguments[0])));
}

Result<void> list(Session& session, Arguments /*arguments*/) noexcept {
    constexpr std::array columns{Column{"ID", 64}, Column{"BYTES", 10, true},
                                 Column{"OWNER", 5, true}};
    Table table{*session.out, columns};
    std::uint64_t from = 0;
    do {
        auto const some =
            TRY(ask(*session.link, objects_name, ListObjects{.from = from}, session.held));
        for (Object const& each : some.objects) {
            HashHex const hex = to_hex(each.id);
            table.cell(text_of(hex)).cell(each.bytes).cell(each.owner).end_row();
        }
        from = some.next;
    } while (from != 0);
    return {};
}

Result<void> total(Session& session, Arguments /*arguments*/) noexcept {
    Totals const totals = TRY(ask(*session.link, objects_name, AskTotals{}, session.held));
    TextSink& out = *session.out;
    auto const line = [&](std::string_view what, std::uint64_t number) {
        out.text(what);
        put_number(out, number);
        out.text("\n");
    };
    line("objects   ", totals.objects);
    line("content   ", totals.content_bytes);
    line("taken     ", totals.medium_bytes);
    line("room      ", totals.medium_bytes_max);
    line("damaged   ", totals.damaged);
    line("uploads   ", totals.uploads);
    return {};
}

} // namespace

Command const object_put_command{
    "object put", "FILE [NAME]", "a file of yours into the store; $NAME is its id", 1, 2, put};
Command const object_get_command{"object get", "ID FILE", "an object into a new file", 2, 2, get};
Command const object_show_command{"object show", "ID", "an object as text", 1, 1, show};
Command const object_list_command{"object list", "", "what the store has", 0, 0, list};
Command const object_total_command{"object total", "", "how much that is", 0, 0, total};

} // namespace axiom::terminal
