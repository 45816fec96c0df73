// Random edits of sealed logs: our verifier and the independent one come to the same class of
// verdict, name the same entry where something is damaged, and count the same where nothing is.

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include <tests/support/rule_log.hpp>
#include <tests/support/second_opinion.hpp>
#include <tests/support/seeded.hpp>
#include <tests/support/verify_world.hpp>

namespace axiom::test {
namespace {

using host::MemoryStore;
using host::Severity;
using host::Soundness;
using host::Verdict;

constexpr std::uint64_t edits_per_log = 40;

using Slots = std::vector<std::vector<std::byte>>;

RuleLog short_log() {
    RuleLog log;
    log.block({boot_entry()})
        .durable()
        .block({attached_entry("kept"), attached_entry("gone", true)});
    log.durable()
        .block({erase_entry(3), tick_entry(1)})
        .durable()
        .block({checkpoint_entry()})
        .end();
    log.segment().block({tick_entry(2), attached_entry("more")}).durable();
    log.block({tick_entry(3)}, {.open = true}).block({tick_entry(4)}).durable();
    log.takes_over().segment().block({attach_entry()}).durable().block({checkpoint_entry()}).end();
    return log;
}

class Edits {
  public:
    Edits(std::uint64_t seed, std::size_t unit) : choose_{seed}, unit_{unit} {}

    std::string apply(Slots& slots) {
        auto const slot = choose_.below(slots.size());
        auto& bytes = slots[slot];
        std::size_t const at = place(bytes);
        std::size_t const from = at / unit_ * unit_;
        std::size_t const length = std::min(unit_ * (1 + choose_.below(4)), bytes.size() - from);
        std::string const where = std::to_string(slot) + ":" + std::to_string(at);
        switch (choose_.below(6)) {
        case 0:
        case 1:
            bytes[at] ^= std::byte{1} << choose_.below(8);
            return "flip " + where;
        case 2:
            std::fill_n(bytes.begin() + from, length, std::byte{});
            return "zero " + where;
        case 3: {
            std::size_t const to = place(bytes) / unit_ * unit_;
            std::size_t const count = std::min(length, bytes.size() - to);
            std::memmove(bytes.data() + to, bytes.data() + from, count);
            return "copy " + where + " to " + std::to_string(to);
        }
        case 4:
            std::fill(bytes.begin() + at / hash_block_bytes * hash_block_bytes, bytes.end(),
                      std::byte{});
            for (std::size_t later = slot + 1; later < slots.size(); ++later) {
                std::ranges::fill(slots[later], std::byte{});
            }
            return "cut " + where;
        default:
            slots.push_back(bytes);
            return "copy of slot " + std::to_string(slot);
        }
    }

  private:
    // Mostly where something lies.
    std::size_t place(std::vector<std::byte> const& bytes) {
        std::size_t at = choose_.below(bytes.size());
        for (int look = 0; look < 30 && bytes[at] == std::byte{}; ++look) {
            at = choose_.below(bytes.size());
        }
        return at;
    }

    Seeded choose_;
    std::size_t unit_;
};

Slots slots_of(MemoryStore& store) {
    Slots slots;
    for (std::uint32_t slot = 0; slot < store.slots(); ++slot) {
        MutableBytes const bytes = store.slot_bytes(SlotIndex{slot});
        slots.emplace_back(bytes.begin(), bytes.end());
    }
    return slots;
}

std::unique_ptr<MemoryStore> store_of(StoreGeometry const& geometry, Slots const& slots,
                                      Epoch claimed) {
    auto store = std::make_unique<MemoryStore>(geometry);
    for (auto const& bytes : slots) {
        copy_bytes(store->slot_bytes(store->extend().value()), bytes);
    }
    AXIOM_ASSERT(store->claim_epoch(claimed).has_value());
    return store;
}

std::optional<std::uint64_t> damaged_entry(Verdict const& verdict) {
    std::optional<std::uint64_t> first;
    for (host::Finding const& finding : verdict.findings) {
        if (finding.severity == Severity::tampering && finding.sequence &&
            (!first || finding.sequence->value < *first)) {
            first = finding.sequence->value;
        }
    }
    return first;
}

void expect_agreement(Verdict const& first, SecondOpinion const& second) {
    ASSERT_EQ(first.soundness(), second.soundness) << second.text;
    if (second.soundness == Soundness::tampering) {
        EXPECT_EQ(damaged_entry(first), second.where) << second.text;
        return;
    }
    EXPECT_EQ(first.entries, second.entries) << second.text;
    EXPECT_EQ(first.next.value, second.entries);
    EXPECT_EQ(first.tree.size.value, second.tree_size);
    EXPECT_EQ(first.erased, second.erased) << second.text;
    EXPECT_EQ(first.checkpoints, second.checkpoints) << second.text;
    EXPECT_EQ(first.late_segments, second.late_segments) << second.text;
}

void try_edits(MemoryStore& whole, std::uint64_t seed) {
    Slots const before = slots_of(whole);
    Edits edits{seed, whole.geometry().storage_block_bytes};
    Seeded more{seed};
    std::vector<std::unique_ptr<MemoryStore>> stores;
    std::vector<std::string> what;
    for (std::uint64_t round = 0; round < edits_per_log; ++round) {
        Slots slots = before;
        what.push_back(edits.apply(slots));
        while (more.chance(250)) {
            what.back() += "; " + edits.apply(slots);
        }
        stores.push_back(store_of(whole.geometry(), slots, whole.claimed_epoch().value()));
    }
    std::vector<SecondOpinion> const second = second_opinions(stores);
    ASSERT_EQ(second.size(), stores.size());
    for (std::size_t index = 0; index < stores.size(); ++index) {
        SCOPED_TRACE(what[index] + ", seed " + std::to_string(seed));
        expect_agreement(host::verify(*stores[index], verify_options()), second[index]);
    }
}

TEST(VerdictAgreement, OnEditsOfALogOfEveryKindOfBlock) {
    auto const store = short_log().store();
    ASSERT_EQ(host::verify(*store, verify_options()).soundness(), Soundness::sealed);
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        try_edits(*store, seed);
    }
}

TEST(VerdictAgreement, OnEditsOfALogOfTheRealWriter) {
    MemoryStore store{small_geometry};
    make_sealed_log(store);
    try_edits(store, 11);
}

} // namespace
} // namespace axiom::test
