// Receipts from anywhere: what is read is written again as the very same bytes, and what is
// accepted for the log of the seeds rests on the one checkpoint that was signed for it.

#include <vector>

#include <axiom/tree/receipt_check.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <tests/support/small_log.hpp>

using namespace axiom;

namespace {

// The log of seed `small`: genesis and three entries in two blocks.
test::SmallLog const& known_log() {
    static test::SmallLog const log = [] {
        test::SmallLog made{test::seed_number(1)};
        made.add_record("first", "with data");
        made.add_record("second");
        made.seal();
        made.rotate(test::seed_number(2));
        made.seal();
        return made;
    }();
    return log;
}

void check_form(Bytes input) {
    auto const receipt = read_receipt(input);
    if (receipt) {
        std::vector<std::byte> room(input.size());
        auto const written = write_receipt(room, *receipt);
        AXIOM_ASSERT(written && equal_bytes(*written, input));
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    Bytes const input{reinterpret_cast<std::byte const*>(data), size};
    check_form(input);
    test::SmallLog const& log = known_log();
    auto const verdict = check_receipt(host::portable_engine(), host::signature_engine(), input,
                                       {.log_id = log.log_id(), .key = {}});
    if (verdict) {
        AXIOM_ASSERT(verdict->checkpoint == log.checkpoint());
        auto const& entry = log.entries()[verdict->header.sequence.value];
        AXIOM_ASSERT(verdict->header == entry.header && verdict->leaf == entry.leaf);
    }
    return 0;
}
