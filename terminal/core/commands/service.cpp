// service …, ps, shutdown: what runs, and whether it shall.

#include <array>

#include <services/init/api.hpp>
#include <terminal/core/commands/all.hpp>
#include <terminal/view/table.hpp>

namespace axiom::terminal {

namespace {

using namespace init;

constexpr std::string_view keeper = "init";

Result<Name> name_in(std::string_view word) noexcept {
    return word.size() <= name_bytes_max ? Result<Name>{Name{word}}
                                         : fail(Code::no_such_row, word.size());
}

constexpr std::array status_columns{Column{"NAME", 16},
                                    Column{"STATE", 8},
                                    Column{"PROCESS", 8, true},
                                    Column{"RESTARTS", 8, true},
                                    Column{"LAST CODE", 9, true},
                                    Column{"PRIORITY", 8, true},
                                    Column{"MEMORY KiB", 10, true}};

void put(Table& table, ServiceStatus const& status) noexcept {
    table.cell(status.name.view())
        .cell(EnumNames<ServiceState>::names[static_cast<std::size_t>(status.state)])
        .cell(status.process)
        .cell(std::uint64_t{status.restarts})
        .cell(status.last_code)
        .cell(std::uint64_t{status.priority})
        .cell(status.memory_bytes / 1024)
        .end_row();
}

Result<void> list(Session& session, Arguments /*arguments*/) noexcept {
    auto const all = TRY(ask(*session.link, keeper, ListServices{}, session.held));
    Table table{*session.out, status_columns};
    for (ServiceStatus const& each : all.services) {
        put(table, each);
    }
    return {};
}

Result<void> status(Session& session, Arguments arguments) noexcept {
    auto const all = TRY(ask(*session.link, keeper, ListServices{}, session.held));
    for (ServiceStatus const& each : all.services) {
        if (each.name.view() == arguments[0]) {
            Table table{*session.out, status_columns};
            put(table, each);
            return {};
        }
    }
    return fail(Code::no_such_row);
}

template <class Asks> Result<void> change(Session& session, Arguments arguments) noexcept {
    TRY(ask(*session.link, keeper, Asks{.name = TRY(name_in(arguments[0]))}, session.held));
    return {};
}

Result<void> ps(Session& session, Arguments /*arguments*/) noexcept {
    constexpr std::array columns{Column{"PROCESS", 8, true}, Column{"PRINCIPAL", 9, true},
                                 Column{"STATE", 8}, Column{"CODE", 4, true}};
    Table table{*session.out, columns};
    std::uint64_t from = 0;
    do {
        auto const some =
            TRY(ask(*session.link, keeper, ListProcesses{.from = from}, session.held));
        for (ProcessStatus const& each : some.processes) {
            table.cell(each.number)
                .cell(each.principal)
                .cell(each.lives ? "lives" : "ended")
                .cell(each.code)
                .end_row();
        }
        from = some.next;
    } while (from != 0);
    return {};
}

Result<void> shut_down(Session& session, Arguments /*arguments*/) noexcept {
    auto const asked = ask(*session.link, keeper, ShutDown{}, session.held);
    if (!asked && !session.link->is_broken()) { // the end may come before its announcement
        return std::unexpected{asked.error()};
    }
    session.out->text("the system ends in order\n");
    session.ends = true;
    return {};
}

} // namespace

Command const ps_command{"ps", "", "processes, by their numbers within this boot", 0, 0, ps};
Command const service_list_command{"service list", "", "services and whether they run", 0, 0, list};
Command const service_status_command{"service status", "NAME", "one of them", 1, 1, status};
Command const service_start_command{
    "service start", "NAME", "begins one that does not run", 1, 1, change<StartService>};
Command const service_stop_command{"service stop",     "NAME", "ends one, which stays down", 1, 1,
                                   change<StopService>};
Command const service_restart_command{
    "service restart", "NAME", "its end and new beginning", 1, 1, change<RestartService>};
Command const shutdown_command{"shutdown", "", "ends the system in order", 0, 0, shut_down};

} // namespace axiom::terminal
