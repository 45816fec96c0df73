#pragma once
// The message of whoever moves log time: what time it is.

#include <services/runtime/serve.hpp>

namespace axiom::time {

/// Log time is what entries say, and stands still while nothing waits for it; wall time is the
/// machine's, and advisory.
struct Times {
    std::uint64_t log_ms{};  // since 1970 as the log has it; 0: no entry has said a time yet
    std::uint64_t wall_ns{}; // since 1970
    bool moves{};            // something waits for log time
};
/// `unanswered` while the log's keeper does not answer.
struct AskTimes : WithoutFields {
    static constexpr std::uint64_t method = 1;
    using Answer = Times;
};

/// Moves log time to the wall's, though nothing waits for it yet: of whoever is about to say until
/// when something lasts. Nothing when it is there to within a second. Refused as the tick is.
struct PassTime : WithoutFields {
    static constexpr std::uint64_t method = 2;
    using Answer = Times;
};

} // namespace axiom::time

template <> struct axiom::Schema<axiom::time::Times> {
    using Times = axiom::time::Times;
    static constexpr auto fields =
        Fields{Field{"log_ms", &Times::log_ms, "log time, or 0"},
               Field{"wall_ns", &Times::wall_ns, "since 1970, advisory"},
               Field{"moves", &Times::moves, "something waits for log time"}};
};

namespace axiom::time {

using TimeApi = Api<AskTimes, PassTime>;

} // namespace axiom::time
