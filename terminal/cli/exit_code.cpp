// Exit statuses of the libraries' codes; see terminal/cli/exit_code.hpp.

#include <terminal/cli/exit_code.hpp>

namespace axiom::cli {

namespace {

Exit exit_for_log(Code code) noexcept {
    switch (code) {
    case Code::ring_full:
    case Code::log_stopped:
    case Code::log_full:
    case Code::fenced:
        return Exit::storage;
    case Code::cause_unknown:
    case Code::no_such_row:
        return Exit::not_found;
    default:
        return Exit::answer_is_no;
    }
}

Exit exit_for_store(Code code) noexcept {
    switch (code) {
    case Code::not_a_log:
        return Exit::incompatible;
    case Code::rot_below_watermark:
    case Code::mirrors_differ:
    case Code::claims_ahead:
        return Exit::tampering;
    case Code::size_changed:
        return Exit::incomplete;
    case Code::writer_alive:
    case Code::read_only:
    case Code::access_refused:
    case Code::no_memory:
        return Exit::environment;
    default:
        return Exit::storage;
    }
}

} // namespace

Exit exit_for(Code code) noexcept {
    switch (code) {
    case Code::unknown_kind:
    case Code::unknown_version:
        return Exit::incompatible;
    case Code::not_sealed:
    case Code::erasure_owed:
    case Code::pruning_owed:
    case Code::rolled_back:
    case Code::snapshot_ahead:
        return Exit::incomplete;
    case Code::state_mismatch:
        return Exit::diverged;
    case Code::not_permitted:
    case Code::forbidden:
    case Code::evaluation_error:
        return Exit::denied;
    case Code::no_entropy:
    case Code::state_too_large:
        return Exit::environment;
    case Code::awaits_approval:
    case Code::request_settled:
        return Exit::answer_is_no;
    case Code::unanswered:
        return Exit::timed_out;
    case Code::too_long:
    case Code::bad_text:
    case Code::no_room:
        return Exit::usage;
    default:
        break;
    }
    switch (static_cast<unsigned>(code) / 100U) {
    case 1:
    case 3:
        return Exit::tampering;
    case 2:
        return exit_for_log(code);
    case 4:
        return exit_for_store(code);
    default:
        return Exit::usage;
    }
}

} // namespace axiom::cli
