// Receipts over logs of random shape: every entry's is accepted, and nothing that was changed is.

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <axiom/codec/value.hpp>
#include <axiom/tree/receipt_check.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <tests/support/small_log.hpp>

namespace {

using namespace axiom;
using test::seed_number;
using test::SmallLog;

HashEngine const& engine() {
    return host::fastest_engine();
}
SignatureEngine const& signatures() {
    return host::signature_engine();
}

std::size_t any_below(std::size_t bound) {
    return *rc::gen::inRange<std::size_t>(0, bound);
}

Result<ReceiptVerdict> check(Bytes receipt, SmallLog const& log) {
    return check_receipt(engine(), signatures(), receipt, {.log_id = log.log_id(), .key = {}});
}

// Records, blocks and key changes in any order; what the ring should then say is counted beside.
struct AnyLog {
    SmallLog log{seed_number(1)};
    std::uint32_t keys{};
    std::uint32_t eras{};

    AnyLog() {
        auto const steps = 1 + any_below(30);
        for (std::size_t step = 0; step < steps; ++step) {
            take(any_below(12));
        }
        log.seal();
    }

    void take(std::size_t choice) {
        if (choice < 7) {
            log.add_record("record " + std::to_string(log.entries().size()),
                           choice == 0 ? "data" : "");
        } else if (choice < 10) {
            log.seal();
        } else if (keys < 8) {
            SigningSeed const next = seed_number(2 + keys++);
            if (choice == 10) {
                log.rotate(next);
            } else {
                log.lose(next, "lost");
                ++eras;
            }
        }
    }
};

RC_GTEST_PROP(receipts, every_entry_has_one_that_is_accepted_and_says_what_it_is, ()) {
    AnyLog any;
    auto const& entries = any.log.entries();
    auto const& entry = entries[any_below(entries.size())];
    auto const verdict = check(any.log.receipt(entry.header.sequence), any.log);
    RC_ASSERT(verdict.has_value());
    RC_ASSERT(verdict->header == entry.header);
    RC_ASSERT(verdict->key.number == any.keys);
    RC_ASSERT(verdict->key.era == any.eras);
    RC_ASSERT(verdict->link.value_or(entry.link) == entry.link);
}

RC_GTEST_PROP(receipts, a_changed_bit_anywhere_but_in_the_salt_is_refused, ()) {
    AnyLog any;
    auto const& entries = any.log.entries();
    auto const& entry = entries[any_below(entries.size())];
    auto receipt = any.log.receipt(entry.header.sequence);
    Receipt const parts = *read_receipt(receipt);
    // Small numbers are drawn more often, and the signature stands at the end.
    std::size_t const from_start = any_below(receipt.size());
    std::size_t const at = any_below(2) == 0 ? from_start : receipt.size() - 1 - from_start;
    bool const in_salt = !parts.salt.empty() && receipt.data() + at >= parts.salt.data() &&
                         receipt.data() + at < parts.salt.data() + parts.salt.size();
    RC_PRE(!in_salt);
    receipt[at] ^= std::byte{1} << any_below(8);
    RC_ASSERT(!check(receipt, any.log));
}

RC_GTEST_PROP(receipts, with_an_altered_path_are_refused, ()) {
    AnyLog any;
    auto const& entries = any.log.entries();
    Receipt parts = any.log.receipt_parts(entries[any_below(entries.size())].header.sequence);
    std::vector<Hash256> path{parts.subject.tree_path.begin(), parts.subject.tree_path.end()};
    RC_PRE(!path.empty());
    path[any_below(path.size())].bytes[any_below(32)] ^= std::byte{1} << any_below(8);
    parts.subject.tree_path = path;
    std::vector<std::byte> room(receipt_bytes_max);
    RC_ASSERT(check(*write_receipt(room, parts), any.log).error().code == Code::bad_proof);
}

RC_GTEST_PROP(receipts, of_one_log_are_refused_for_another, ()) {
    AnyLog one;
    SmallLog other{seed_number(200)};
    auto const receipt = one.log.receipt(Sequence{0});
    RC_ASSERT(!check(receipt, other));
}

// The holder of a key that was rotated away rewrites the change of keys, places it in a tree of his
// own and signs that: the new key never said yes.
RC_GTEST_PROP(receipts, a_change_of_keys_that_nobody_signed_is_refused, ()) {
    SmallLog log{seed_number(1)};
    KeyRotate forged =
        *make_key_rotate(signatures(), log.ring(), log.log_id(), {seed_number(1), seed_number(2)});
    auto& half = any_below(2) == 0 ? forged.by_old : forged.by_new;
    half.r.bytes[any_below(32)] ^= std::byte{1} << any_below(8);
    RC_ASSERT(!check_signed(signatures(), log.ring(), log.log_id(), forged));
    log.rotate_unchecked(forged, seed_number(2));
    log.seal();
    RC_ASSERT(check(log.receipt(Sequence{0}), log).error().code == Code::bad_signature);
}

} // namespace
