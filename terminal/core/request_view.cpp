#include <terminal/core/request_view.hpp>

#include <axiom/action/action_kinds.hpp>
#include <axiom/codec/value.hpp>

namespace axiom::terminal {

namespace {

constexpr std::array columns{Column{"REQUEST", 8, true},   Column{"STATE", 8},
                             Column{"PRINCIPAL", 9, true}, Column{"ACTION", 10},
                             Column{"OBJECT", 24},         Column{"REASON", 16}};

std::string_view name_of(engine::RequestState state) noexcept {
    auto const& names = EnumNames<engine::RequestState>::names;
    auto const index = static_cast<std::size_t>(state);
    return index < std::size(names) ? names[index] : "?";
}

void put_foreign(TextSink& out, std::string_view what, std::string_view text) noexcept {
    if (!text.empty()) {
        out.text(what);
        put_printable(out, text);
        out.text("\n");
    }
}

void put_figure(TextSink& out, std::string_view what, std::uint64_t number) noexcept {
    if (number != 0) {
        out.text(what);
        put_number(out, number);
        out.text("\n");
    }
}

// `board-put (queryable): lamp=on`
void put_effects(TextSink& out, Bytes content) noexcept {
    auto const commit = decode_whole<action::Commit>(content);
    if (!commit) {
        return;
    }
    for (action::PreparedEffect const& each : commit->effects) {
        out.text("effect     ");
        put_printable(out, each.executor);
        out.text(" (");
        out.text(EnumNames<action::EffectKind>::names[static_cast<std::size_t>(each.kind)]);
        out.text(each.parameters.empty() ? ")" : "): ");
        put_printable(out, text_of(each.parameters));
        out.text("\n");
    }
}

} // namespace

RequestTable::RequestTable(TextSink& out) noexcept : table_{out, columns} {}

void RequestTable::put(engine::RequestRow const& row) noexcept {
    table_.cell(row.number)
        .cell(name_of(row.state))
        .cell(row.principal)
        .cell(row.action.view())
        .cell(row.object.view())
        .cell(row.reason.view())
        .end_row();
}

void put_request(TextSink& out, engine::RequestDetail const& told) noexcept {
    engine::RequestRow const& row = told.row;
    put_figure(out, "request    ", row.number);
    out.text("state      ");
    out.text(name_of(row.state));
    out.text("\n");
    put_figure(out, "principal  ", row.principal);
    put_foreign(out, "action     ", row.action.view());
    put_foreign(out, "object     ", row.object.view());
    if (told.domain == static_cast<std::uint16_t>(DomainNumber::actions)) {
        put_effects(out, told.content);
    }
    put_foreign(out, "reason     ", row.reason.view());
    put_foreign(out, "approver   one of group ", row.group.view());
    put_figure(out, "rule       ", row.rule);
    if (row.state == engine::RequestState::waits) {
        put_figure(out, "waits      in log time until ms ", row.deadline_ms);
    }
    put_figure(out, "settled by principal ", row.settled_by);
    put_figure(out, "decision   entry ", row.decision);
    put_foreign(out, "words      ", told.words.view());
    put_figure(out, "entry      ", row.entry);
}

Result<void> put_settled(TextSink& out, engine::RequestDetail const& told) noexcept {
    put_request(out, told);
    return told.row.state == engine::RequestState::lapsed
               ? fail(Code::request_settled, told.row.number)
               : Result<void>{};
}

} // namespace axiom::terminal
