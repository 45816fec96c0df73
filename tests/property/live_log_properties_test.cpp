// A live log on disks that lose power, rot, fail to flush or are taken over, driven at random and
// held against a plain list of what was acknowledged.

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <sim-host/platform/memory_store.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <sim-host/verify/verifier.hpp>
#include <tests/support/live_entries.hpp>
#include <tests/support/lying_store.hpp>
#include <tests/support/reached.hpp>
#include <tests/support/recording_store.hpp>
#include <tests/support/tear.hpp>

namespace axiom::test {
namespace {

/// Room for groups of several blocks.
constexpr StoreGeometry wide_segments{.storage_block_bytes = 512, .segment_bytes = 512U << 10U};

using Entries = std::vector<std::vector<std::byte>>;

host::Verdict verdict_on(Store& store) {
    return host::verify(
        store, {.engine = &host::portable_engine(), .signatures = &host::signature_engine()});
}

// A crash is no tampering, whatever it left.
void assert_nothing_is_false(Store& store) {
    host::Verdict const verdict = verdict_on(store);
    for (host::Finding const& finding : verdict.findings) {
        RC_LOG() << text_of(finding.code).name << ": " << finding.what << '\n';
    }
    RC_ASSERT(verdict.worst <= host::Severity::incomplete);
}

// Appends groups until the power goes or enough was written. What was acknowledged.
std::uint64_t write_groups(LyingStore& disk, std::uint64_t& now) {
    LiveWorld world{disk};
    auto live = world.open();
    if (!live) {
        RC_ASSERT(!disk.is_powered());
        return 0;
    }
    std::uint64_t acknowledged = (*live)->watermark().value;
    if (*rc::gen::arbitrary<bool>()) {
        disk.plan(Fault::power_cut, disk.operations() + *rc::gen::inRange<std::uint64_t>(0, 14));
    }
    auto const groups = *rc::gen::inRange(0, 6);
    for (int group = 0; group < groups; ++group) {
        // Rarely so many that one flush covers several blocks.
        auto const entries = *rc::gen::weightedOneOf<int>(
            {{9, rc::gen::inRange(1, 12)}, {1, rc::gen::inRange(300, 600)}});
        for (int entry = 0; entry < entries; ++entry) {
            std::size_t const data = now % 5 < 3 ? 0 : now % 5 * 200;
            if (!append_entry(**live, {.now = ++now, .attachment_bytes = data})) {
                return acknowledged;
            }
        }
        if (!(*live)->commit((*live)->next_sequence())) {
            return acknowledged;
        }
        acknowledged = (*live)->watermark().value;
    }
    if (*rc::gen::arbitrary<bool>()) {
        static_cast<void>((*live)->close());
    } else {
        disk.plan(Fault::power_cut, disk.operations()); // before the log can end in order
    }
    return acknowledged;
}

RC_GTEST_PROP(recovery, keeps_what_was_acknowledged_byte_for_byte_and_nothing_by_halves, ()) {
    must_reach({{"crash", "kept more than was acknowledged"}, {"crash", "kept just that"}});
    LyingStore disk{
        *rc::gen::weightedElement<StoreGeometry>({{1, tiny_segments}, {1, wide_segments}}),
        *rc::gen::arbitrary<std::uint64_t>()};
    RC_ASSERT(LiveWorld{disk}.create().has_value());
    Entries before;
    std::uint64_t now = 0;
    auto const sessions = *rc::gen::inRange(1, 4);
    for (int session = 0; session < sessions; ++session) {
        if (*rc::gen::inRange(0, 3) == 0) {
            disk.plan(Fault::power_cut,
                      disk.operations() + *rc::gen::inRange<std::uint64_t>(0, 40));
        }
        std::uint64_t const acknowledged =
            std::max<std::uint64_t>(write_groups(disk, now), before.size());
        disk.plan_nothing();
        disk.crash();
        assert_nothing_is_false(disk);
        auto const found = entries_on(disk);
        RC_ASSERT(found.has_value());
        RC_ASSERT(found->size() >= acknowledged);
        reached({"crash", found->size() > acknowledged ? "kept more than was acknowledged"
                                                       : "kept just that"});
        RC_ASSERT(std::equal(before.begin(), before.end(), found->begin()));
        assert_nothing_is_false(disk);
        auto const again = entries_on(disk);
        RC_ASSERT(again.has_value() && again->size() > found->size());
        RC_ASSERT(std::equal(found->begin(), found->end(), again->begin()));
        before = *again;
    }
}

struct Torn {
    std::uint64_t entries{};
    std::size_t attachment_bytes{}; // of each
};

// Writes one group, leaves of it what a torn write leaves, and opens the log again.
void tear_one_group(Torn const& torn) {
    host::MemoryStore medium{wide_segments, 64};
    RC_ASSERT(LiveWorld{medium}.create().has_value());
    RecordingStore recording{medium};
    Sequence acknowledged{};
    {
        LiveWorld world{recording};
        auto const live = world.open();
        RC_ASSERT(live.has_value());
        acknowledged = (*live)->watermark();
        for (std::uint64_t entry = 1; entry <= torn.entries; ++entry) {
            auto const appended =
                append_entry(**live, {.now = entry, .attachment_bytes = torn.attachment_bytes});
            RC_ASSERT(appended.has_value());
        }
        RC_ASSERT((*live)->commit((*live)->next_sequence()).has_value());
    }
    // The group's write, and nothing that came after it.
    RecordedWrite group;
    for (RecordedStep const& step : recording.steps()) {
        auto const* const write = std::get_if<RecordedWrite>(&step);
        if (write != nullptr && write->bytes.size() > group.bytes.size()) {
            group = *write;
        }
    }
    MutableBytes const place = medium.slot_bytes(group.at.slot).subspan(group.at.offset);
    zero_bytes(place);
    auto const shape = *rc::gen::element(Tear::Shape::sectors, Tear::Shape::front,
                                         Tear::Shape::back, Tear::Shape::odd_words);
    auto const at = *rc::gen::resize(100, rc::gen::inRange<std::uint64_t>(1, group.bytes.size()));
    apply_tear({shape, at}, place.first(group.bytes.size()), group.bytes);
    assert_nothing_is_false(medium);
    auto const found = entries_on(medium);
    RC_ASSERT(found.has_value() && found->size() >= acknowledged.value);
    assert_nothing_is_false(medium);
}

// Blocks of one flush vouch for nothing of each other.
RC_GTEST_PROP(recovery, takes_a_group_of_several_blocks_torn_anywhere_for_a_torn_end, ()) {
    tear_one_group({.entries = *rc::gen::inRange<std::uint64_t>(257, 600), .attachment_bytes = 0});
}

// Attachments lie behind what commits to them: header and body may be whole without them.
RC_GTEST_PROP(recovery, takes_a_group_without_its_attachments_for_a_torn_end, ()) {
    tear_one_group({.entries = *rc::gen::inRange<std::uint64_t>(8, 40), .attachment_bytes = 900});
}

// Rule 1: what lies below a watermark that still stands is never cut off.
RC_GTEST_PROP(recovery, refuses_rot_below_what_was_acknowledged, ()) {
    must_reach({{"rot", "outside every entry"}, {"rot", "rot_below_watermark"}});
    LyingStore disk{tiny_segments, *rc::gen::arbitrary<std::uint64_t>()};
    RC_ASSERT(LiveWorld{disk}.create().has_value());
    Sequence written{};
    {
        LiveWorld world{disk};
        auto const live = world.open();
        RC_ASSERT(live.has_value());
        auto const groups = *rc::gen::inRange<std::uint64_t>(1, 12);
        for (std::uint64_t group = 1; group <= groups; ++group) {
            RC_ASSERT(append_entry(**live, {.now = group, .attachment_bytes = 0}).has_value());
            RC_ASSERT((*live)->commit((*live)->next_sequence()).has_value());
        }
        written = (*live)->next_sequence();
        RC_ASSERT((*live)->close().has_value());
    }
    auto const slot = SlotIndex{*rc::gen::inRange<std::uint32_t>(0, disk.slots())};
    std::vector<std::byte> bytes(tiny_segments.segment_bytes);
    RC_ASSERT(disk.read({slot, 0}, bytes).has_value());
    std::size_t used = bytes.size();
    while (used != 0 && bytes[used - 1] == std::byte{0}) {
        --used;
    }
    RC_PRE(used != 0);
    // One place: two of them may take the last group and the watermark that covers it.
    std::uint64_t const blocks = (used + 511) / 512;
    auto const block = *rc::gen::weightedOneOf<std::uint64_t>(
        {{4, rc::gen::inRange<std::uint64_t>(0, blocks)}, {1, rc::gen::just(blocks - 1)}});
    disk.rot_anywhere({slot, 512 * block}, 512, *rc::gen::inRange(1U, 4U));
    RC_ASSERT(verdict_on(disk).soundness() != host::Soundness::sealed);
    LiveWorld world{disk};
    SeenEntries seen;
    auto const live = world.open(&seen);
    reached({"rot", live ? "outside every entry" : text_of(live.error().code).name});
    if (live) {
        // Only what carries no entry was hit: the frame that ends the log, or zeros behind it.
        RC_ASSERT((*live)->recovered().chain.next == written);
    } else {
        RC_ASSERT(live.error().code == Code::rot_below_watermark ||
                  live.error().code == Code::not_a_log);
    }
}

// Rule 3.
RC_GTEST_PROP(recovery, after_a_failed_flush_nothing_is_written_or_acknowledged, ()) {
    LyingStore disk{tiny_segments, *rc::gen::arbitrary<std::uint64_t>()};
    RC_ASSERT(LiveWorld{disk}.create().has_value());
    std::uint64_t acknowledged = 1;
    {
        LiveWorld world{disk};
        auto const live = world.open();
        RC_ASSERT(live.has_value());
        acknowledged = (*live)->watermark().value;
        disk.plan(Fault::flush_error, disk.operations() + *rc::gen::inRange<std::uint64_t>(0, 20));
        bool failed = false;
        for (std::uint64_t group = 1; group <= 8; ++group) {
            static_cast<void>(append_entry(**live, {.now = group, .attachment_bytes = 0}));
            bool const kept = (*live)->commit((*live)->next_sequence()).has_value();
            failed = failed || disk.fired(Fault::flush_error) != 0;
            RC_ASSERT(!failed || !kept || (*live)->watermark().value == acknowledged);
            acknowledged = (*live)->watermark().value;
        }
    }
    RC_ASSERT(disk.operations_after_failed_flush() == 0U);
    disk.plan_nothing();
    disk.crash();
    auto const found = entries_on(disk);
    RC_ASSERT(found.has_value() && found->size() >= acknowledged);
}

RC_GTEST_PROP(fencing, a_writer_that_was_taken_over_from_acknowledges_nothing_more, ()) {
    host::MemoryStore medium{tiny_segments, 64};
    RC_ASSERT(LiveWorld{medium}.create().has_value());
    LiveWorld world{medium};
    auto const first = world.open();
    RC_ASSERT(first.has_value());
    std::uint64_t now = 0;
    auto const add = [&](host::LiveLog& live) {
        auto const entries = *rc::gen::inRange(1, 8);
        for (int entry = 0; entry < entries; ++entry) {
            static_cast<void>(append_entry(live, {.now = ++now, .attachment_bytes = 0}));
        }
        return live.commit(live.next_sequence()).has_value();
    };
    auto const before = *rc::gen::inRange(0, 4);
    for (int group = 0; group < before; ++group) {
        RC_ASSERT(add(**first));
    }
    Sequence const promised = (*first)->watermark();
    auto const second = world.open();
    RC_ASSERT(second.has_value());
    RC_ASSERT((*second)->recovered().chain.next >= promised);
    auto const turns = *rc::gen::container<std::vector<bool>>(rc::gen::arbitrary<bool>());
    for (bool const late : turns) {
        RC_ASSERT(add(late ? **first : **second) == !late);
        RC_ASSERT((*first)->watermark() == promised);
    }
    Sequence const kept = (*second)->watermark();
    RC_ASSERT((*second)->close().has_value());
    auto const found = entries_on(medium);
    RC_ASSERT(found.has_value() && found->size() == kept.value);
}

} // namespace
} // namespace axiom::test
