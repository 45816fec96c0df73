// status: where the log stands.

#include <services/axiomd/api.hpp>
#include <terminal/core/commands/all.hpp>
#include <terminal/view/table.hpp>

namespace axiom::terminal {

namespace {

void put_hash(TextSink& to, Hash256 const& hash) noexcept {
    constexpr std::string_view hex = "0123456789abcdef";
    for (std::byte const byte : hash.bytes) {
        auto const value = std::to_integer<unsigned>(byte);
        std::array const pair{hex[value >> 4U], hex[value & 0xFU]};
        to.text({pair.data(), pair.size()});
    }
}

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
