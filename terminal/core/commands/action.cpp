// action list, show, owed; board get: what was decided to be done, and how far it is.

#include <array>

#include <services/actions/api.hpp>
#include <services/actions/executors.hpp>
#include <services/board/api.hpp>
#include <terminal/core/commands/all.hpp>
#include <terminal/core/number.hpp>
#include <terminal/view/table.hpp>

namespace axiom::terminal {

namespace {

using namespace actions;

constexpr std::string_view carrier_name = "actions";

constexpr std::array action_columns{Column{"ENTRY", 8, true}, Column{"PRINCIPAL", 9, true},
                                    Column{"ACTION", 16}, Column{"OBJECT", 24},
                                    Column{"EFFECTS", 16}};

std::string_view name_of(EffectState state) noexcept {
    return EnumNames<EffectState>::names[static_cast<std::size_t>(state)];
}

// `done,owed`.
class StateList {
  public:
    explicit StateList(ActionRow const& row) noexcept {
        for (EffectState const state : row.effects) {
            put(size_ == 0 ? "" : ",");
            put(name_of(state));
        }
    }
    [[nodiscard]] std::string_view text() const noexcept { return {letters_.data(), size_}; }

  private:
    void put(std::string_view text) noexcept {
        std::copy_n(text.data(), text.size(), letters_.data() + size_);
        size_ += text.size();
    }
    std::array<char, effects_max * 8> letters_{};
    std::size_t size_{};
};

void put(Table& table, ActionRow const& row) noexcept {
    table.cell(row.sequence)
        .cell(row.principal)
        .cell(row.action.view())
        .cell(row.object.view())
        .cell(StateList{row}.text())
        .end_row();
}

Result<void> list(Session& session, Arguments /*arguments*/) noexcept {
    auto const told = TRY(ask(*session.link, carrier_name, ListActions{}, session.held));
    Table table{*session.out, action_columns};
    for (ActionRow const& row : told.actions) {
        put(table, row);
    }
    return {};
}

Result<void> show(Session& session, Arguments arguments) noexcept {
    std::uint64_t const wanted = TRY(number_in(arguments[0]));
    auto const told =
        TRY(ask(*session.link, carrier_name, ListActions{.before = wanted + 1}, session.held));
    for (ActionRow const& row : told.actions) {
        if (row.sequence == wanted) {
            Table table{*session.out, action_columns};
            put(table, row);
            return {};
        }
    }
    return fail(Code::no_such_row, wanted);
}

Result<void> owed(Session& session, Arguments /*arguments*/) noexcept {
    constexpr std::array columns{Column{"ENTRY", 8, true}, Column{"EFFECT", 6, true},
                                 Column{"KIND", 10}, Column{"STARTED", 7}, Column{"EXECUTOR", 16}};
    auto const told = TRY(ask(*session.link, carrier_name, ListOwed{}, session.held));
    Table table{*session.out, columns};
    for (OwedRow const& row : told.effects) {
        auto const& kinds = EnumNames<action::EffectKind>::names;
        table.cell(row.commit)
            .cell(std::uint64_t{row.index})
            .cell(row.kind < std::size(kinds) ? kinds[row.kind] : "?")
            .cell(row.started ? "yes" : "no")
            .cell(row.executor.view())
            .end_row();
    }
    put_number(*session.out, told.total);
    session.out->text(told.total == 1 ? " effect is owed\n" : " effects are owed\n");
    return {};
}

Result<void> get(Session& session, Arguments arguments) noexcept {
    auto const told =
        TRY(ask(*session.link, "board", board::Get{.key = arguments[0]}, session.held));
    put_printable(*session.out, told.value);
    session.out->text("\n");
    return {};
}

} // namespace

Command const action_list_command{"action list", "", "the newest actions", 0, 0, list};
Command const action_show_command{"action show", "SEQ", "one of them", 1, 1, show};
Command const action_owed_command{"action owed", "", "effects without an outcome", 0, 0, owed};
Command const board_get_command{"board get", "KEY", "what the board has there", 1, 1, get};

} // namespace axiom::terminal
