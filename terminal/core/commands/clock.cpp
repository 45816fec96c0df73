// clock: the application of that name, for whoever was granted it.

#include <services/clock/api.hpp>
#include <terminal/core/commands/all.hpp>
#include <terminal/core/needed.hpp>
#include <terminal/view/table.hpp>

namespace axiom::terminal {

namespace {

void put_digits(TextSink& out, std::uint64_t number, std::size_t digits) noexcept {
    std::uint64_t bound = 10;
    for (std::size_t have = 1; have < digits; ++have, bound *= 10) {
        out.text(number < bound ? "0" : "");
    }
    put_number(out, number);
}

// `2031-02-03 04:05:06.007 UTC`
void put_time(TextSink& out, std::string_view what, clock::CivilTime const& time) noexcept {
    out.text(what);
    put_digits(out, time.year, 4);
    out.text("-");
    put_digits(out, time.month, 2);
    out.text("-");
    put_digits(out, time.day, 2);
    out.text(" ");
    put_digits(out, time.hour, 2);
    out.text(":");
    put_digits(out, time.minute, 2);
    out.text(":");
    put_digits(out, time.second, 2);
    out.text(".");
    put_digits(out, time.millisecond, 3);
    out.text(" UTC");
}

Result<void> read_clock(Session& session, Arguments /*arguments*/) noexcept {
    auto const told = TRY(ask_granted(session, "clock", clock::Read{}));
    TextSink& out = *session.out;
    put_time(out, "wall  ", told.wall);
    out.text("\n");
    if (!told.log_is_known) {
        out.text("log   no entry has said a time yet\n");
        return {};
    }
    put_time(out, "log   ", told.log);
    out.text(told.log_moves ? "\n" : "  (nothing waits for it)\n");
    return {};
}

} // namespace

Command const clock_command{"clock", "", "wall time and log time", 0, 0, read_clock};

} // namespace axiom::terminal
