// What recovery did; see terminal/cli/recovery_text.hpp.

#include <terminal/cli/number_text.hpp>
#include <terminal/cli/recovery_text.hpp>

namespace axiom::cli {

void remark_recovery(host::LogSession& session, Console& console) {
    store::Recovered const& recovered = session.live().recovered();
    if (recovered.torn) {
        console.remark(
            "recovery cut a torn tail: " + counted(recovered.bytes_beyond, "byte", "bytes") +
            " from entry " + std::to_string(recovered.chain.next.value) +
            " on, none of which was ever acknowledged; the log records it");
    } else if (!recovered.ended_in_order) {
        console.remark("the last writer did not stop in order; the log ends with entry " +
                       std::to_string(recovered.chain.next.value - 1) +
                       ", and nothing that it vouches for is missing");
    }
    if (!recovered.ended_in_order && session.began_at()) {
        console.remark("the state was taken from the snapshot at entry " +
                       std::to_string(session.began_at()->value) + " and the entries after it");
    }
    if (recovered.late_segments != 0) {
        console.remark(counted(recovered.late_segments, "segment holds", "segments hold") +
                       " what a writer wrote after it was fenced off; it is not "
                       "part of the log");
    }
    if (session.live().pruned_on_opening() != 0) {
        console.remark("reduced " +
                       counted(session.live().pruned_on_opening(), "entry", "entries") +
                       " whose pruning was owed");
    }
    if (session.erasures_completed() != 0) {
        console.remark("completed " + counted(session.erasures_completed(), "erasure that was owed",
                                              "erasures that were owed"));
    }
}

} // namespace axiom::cli
