// status: where the log stands.

#include <services/axiomd/api.hpp>
#include <terminal/core/commands/all.hpp>
#include <terminal/view/hash_text.hpp>
#include <terminal/view/table.hpp>

namespace axiom::terminal {

namespace {

Result<void> status(Session& session, Arguments /*arguments*/) noexcept {
    auto const standing = TRY(ask(*session.link, "axiomd", axiomd::AskStanding{}, session.held));
    TextSink& out = *session.out;
    out.text("boot     ");
    put_number(out, standing.boot);
    out.text("\nepoch    ");
    put_number(out, standing.epoch);
    out.text("\nentries  ");
    put_number(out, standing.next);
    out.text("\nhead     ");
    put_hash(out, standing.head);
    out.text("\n");
    return {};
}

} // namespace

Command const status_command{"axiom status", "", "where the log stands", 0, 0, status};

} // namespace axiom::terminal
