#pragma once
// The message of the clock.

#include <services/clock/calendar.hpp>
#include <services/runtime/serve.hpp>

namespace axiom::clock {

struct Reading {
    CivilTime wall{};
    CivilTime log{};
    bool log_moves{};    // something waits for log time
    bool log_is_known{}; // some entry has said a time
};
/// `unanswered` while whoever knows the time does not answer.
struct Read : WithoutFields {
    static constexpr std::uint64_t method = 1;
    using Answer = Reading;
};

} // namespace axiom::clock

template <> struct axiom::Schema<axiom::clock::CivilTime> {
    using Time = clock::CivilTime;
    static constexpr auto fields = Fields{Field{"year", &Time::year, "of the common era"},
                                          Field{"month", &Time::month, "from 1"},
                                          Field{"day", &Time::day, "from 1"},
                                          Field{"hour", &Time::hour, "from 0"},
                                          Field{"minute", &Time::minute, "from 0"},
                                          Field{"second", &Time::second, "from 0"},
                                          Field{"millisecond", &Time::millisecond, "from 0"}};
};
template <> struct axiom::Schema<axiom::clock::Reading> {
    using Reading = clock::Reading;
    static constexpr auto fields =
        Fields{Field{"wall", &Reading::wall, "the machine's time, UTC"},
               Field{"log", &Reading::log, "the log's time, UTC"},
               Field{"log_moves", &Reading::log_moves, "something waits for log time"},
               Field{"log_is_known", &Reading::log_is_known, "some entry has said a time"}};
};

namespace axiom::clock {

using ClockApi = Api<Read>;

} // namespace axiom::clock
