// top: what runs and what it may spend, in one picture.

#include <services/axiomd/api.hpp>
#include <services/init/api.hpp>
#include <terminal/core/commands/all.hpp>
#include <terminal/core/entry_reader.hpp>
#include <terminal/view/table.hpp>

namespace axiom::terminal {

namespace {

constexpr std::string_view keeper = "axiomd";
constexpr std::uint64_t looked_at = 100; // entries, for the rate

// By the advisory times of the newest entries: nobody has to wait for a second picture.
Result<void> put_rate(Session& session, std::uint64_t next) noexcept {
    std::uint64_t const first = next > looked_at ? next - looked_at : 0;
    EntryReader reader{session, Sequence{first}};
    std::uint64_t oldest = 0;
    std::uint64_t newest = 0;
    std::uint64_t count = 0;
    for (std::uint64_t at = first; at < next; ++at) {
        auto const entry = TRY(reader.next());
        if (!entry) {
            break;
        }
        std::uint64_t const time = entry->header.time.value;
        oldest = oldest == 0 ? time : oldest;
        newest = time > newest ? time : newest;
        count += time != 0 ? 1 : 0;
    }
    constexpr std::uint64_t ns_per_ms = 1'000'000;
    TextSink& out = *session.out;
    out.text("log      ");
    put_number(out, next);
    out.text(" entries; the newest ");
    put_number(out, count);
    out.text(" in ");
    put_number(out, newest > oldest ? (newest - oldest) / ns_per_ms : 0);
    out.text(" ms\n");
    return {};
}

std::string_view name_of(init::Services const& services, std::uint64_t process) noexcept {
    for (init::ServiceStatus const& each : services.services) {
        if (each.process == process) {
            return each.name.view();
        }
    }
    return process == 1 ? "init" : "";
}

// A share in hundredths of a CPU.
std::uint64_t share(axiomd::ProcessLoad const& load) noexcept {
    return load.period_us == 0 ? 0 : 100 * load.budget_us / load.period_us;
}

Result<void> top(Session& session, Arguments /*arguments*/) noexcept {
    constexpr std::array columns{
        Column{"PROCESS", 7, true}, Column{"NAME", 12},       Column{"PRINC", 6, true},
        Column{"THR", 3, true},     Column{"CAPS", 4, true},  Column{"KiB", 6, true},
        Column{"MAX KiB", 7, true}, Column{"CPU %", 5, true}, Column{"LOG B/s", 9, true}};
    init::Services const services =
        TRY(ask(*session.link, "init", init::ListServices{}, session.held));
    auto const standing = TRY(ask(*session.link, keeper, axiomd::AskStanding{}, session.held));
    TRY(put_rate(session, standing.next));
    session.out->text("CPU and log are what may be used; what is, the kernel tells nobody\n\n");
    Table table{*session.out, columns};
    axiomd::AskLoad question{};
    do {
        auto const some = TRY(ask(*session.link, keeper, question, session.held));
        for (axiomd::ProcessLoad const& each : some.processes) {
            if (!each.lives) {
                continue;
            }
            table.cell(each.number)
                .cell(name_of(services, each.number))
                .cell(each.principal)
                .cell(std::uint64_t{each.threads})
                .cell(std::uint64_t{each.capabilities})
                .cell(each.pages * 4)
                .cell(each.pages_max * 4)
                .cell(share(each))
                .cell(each.log_bytes_max)
                .end_row();
        }
        question.from = some.next;
    } while (question.from != 0 && session.goes_on());
    return {};
}

} // namespace

Command const top_command{"top", "", "what runs, and what it may spend", 0, 0, top};

} // namespace axiom::terminal
