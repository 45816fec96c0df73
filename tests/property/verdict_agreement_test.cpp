// Random edits of sealed logs: our verifier and the independent one come to the same class of
// verdict, name the same entry where something is damaged, and count the same where nothing is.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <iostream>
#include <optional>

#include <tests/support/damaged_log.hpp>
#include <tests/support/jury.hpp>
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
    std::uint64_t const reduced = log.next().value;
    log.segment().block({tick_entry(5), tick_entry(6), attached_entry("left")},
                        {.reduced = {0, 1}});
    log.durable().block({prune_entry(reduced, reduced + 2)}).durable();
    log.block({fork_entry()}).durable().block({checkpoint_entry({}, 2)}).end();
    return log;
}

/// One change of a medium's bytes after the other. Each says in words what it did.
class Edits {
  public:
    Edits(std::uint64_t seed, std::size_t unit) : choose_{seed}, unit_{unit} {}

    std::string apply(Slots& slots) {
        Stretch const from = somewhere(slots);
        switch (choose_.below(9)) {
        case 0:
        case 1:
            slots[from.slot][from.byte] ^= std::byte{1} << choose_.below(8);
            return "flip " + from.text();
        case 2:
            return noise(slots, from);
        case 3:
            std::ranges::fill(whole_units(slots, from), std::byte{});
            return "zero " + from.text();
        case 4:
            return copy(slots, from, somewhere(slots, from.slot));
        case 5:
            return copy(slots, from, somewhere(slots));
        case 6:
            return swap(slots, from, somewhere(slots));
        case 7:
            return cut(slots, from);
        default:
            return whole_slot(slots, from.slot);
        }
    }

  private:
    struct Stretch {
        std::size_t slot{};
        std::size_t byte{};
        std::size_t units{}; // from that in which the byte lies

        [[nodiscard]] std::string text() const {
            return std::to_string(slot) + ":" + std::to_string(byte) + "+" + std::to_string(units);
        }
    };

    // Mostly where something lies.
    Stretch somewhere(Slots const& slots, std::size_t slot) {
        auto const& bytes = slots[slot];
        std::size_t at = choose_.below(bytes.size());
        for (int look = 0; look < 30 && bytes[at] == std::byte{}; ++look) {
            at = choose_.below(bytes.size());
        }
        return {slot, at, 1 + choose_.below(4)};
    }
    Stretch somewhere(Slots const& slots) { return somewhere(slots, choose_.below(slots.size())); }

    MutableBytes whole_units(Slots& slots, Stretch const& stretch) const {
        MutableBytes const bytes = slots[stretch.slot];
        std::size_t const from = stretch.byte / unit_ * unit_;
        return bytes.subspan(from, std::min(stretch.units * unit_, bytes.size() - from));
    }

    std::string noise(Slots& slots, Stretch const& from) {
        MutableBytes const bytes = MutableBytes{slots[from.slot]}.subspan(from.byte);
        for (std::byte& byte : bytes.first(std::min(bytes.size(), 1 + choose_.below(9)))) {
            byte = static_cast<std::byte>(choose_.next());
        }
        return "noise " + from.text();
    }

    std::string copy(Slots& slots, Stretch const& from, Stretch const& to) const {
        std::vector<std::byte> const piece = copied(whole_units(slots, from));
        MutableBytes const over = whole_units(slots, {to.slot, to.byte, from.units});
        std::copy_n(piece.begin(), std::min(piece.size(), over.size()), over.begin());
        return "copy " + from.text() + " to " + to.text();
    }

    std::string swap(Slots& slots, Stretch const& one, Stretch const& other) const {
        std::vector<std::byte> const piece = copied(whole_units(slots, {one.slot, one.byte, 1}));
        MutableBytes const there = whole_units(slots, {other.slot, other.byte, 1});
        copy_bytes(whole_units(slots, {one.slot, one.byte, 1}), there);
        copy_bytes(there, piece);
        return "swap " + one.text() + " with " + other.text();
    }

    static std::string cut(Slots& slots, Stretch const& from) {
        auto& bytes = slots[from.slot];
        std::ranges::fill(std::span{bytes}.subspan(from.byte / hash_block_bytes * hash_block_bytes),
                          std::byte{});
        for (std::size_t later = from.slot + 1; later < slots.size(); ++later) {
            std::ranges::fill(slots[later], std::byte{});
        }
        return "cut " + from.text();
    }

    std::string whole_slot(Slots& slots, std::size_t slot) {
        std::size_t const other = choose_.below(slots.size());
        std::string const both = std::to_string(slot) + " and " + std::to_string(other);
        switch (choose_.below(3)) {
        case 0:
            std::swap(slots[slot], slots[other]);
            return "slots swapped " + both;
        case 1:
            slots[other] = copied(slots[slot]);
            return "one slot over the other " + both;
        default:
            slots.push_back(copied(slots[slot]));
            return "copy of slot " + std::to_string(slot);
        }
    }

    static std::vector<std::byte> copied(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

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

std::string words_of(Verdict const& verdict) {
    std::string words;
    for (host::Finding const& finding : verdict.findings) {
        words += "\n  " + std::string{text_of(finding.code).name} + " (" +
                 std::to_string(static_cast<int>(finding.severity)) + ") at " +
                 (finding.sequence ? std::to_string(finding.sequence->value) : "no entry") + ", " +
                 finding.what;
    }
    return words;
}

/// What both are asked about: media, and in words how each came about.
class Edited {
  public:
    /// As many edits of `whole` as a seed gives, each alone or with a few more.
    void add(MemoryStore& whole, std::uint64_t seed) {
        Slots const before = slots_of(whole);
        Edits edits{seed, whole.geometry().storage_block_bytes};
        Seeded more{seed};
        for (std::uint64_t round = 0; round < edits_per_log; ++round) {
            Slots slots = before;
            std::string what = "seed " + std::to_string(seed) + ": " + edits.apply(slots);
            while (more.chance(250)) {
                what += "; " + edits.apply(slots);
            }
            add(store_of(whole.geometry(), slots, whole.claimed_epoch().value()), std::move(what));
        }
    }

    void add(std::unique_ptr<MemoryStore> store, std::string what) {
        stores_.push_back(std::move(store));
        what_.push_back(std::move(what));
    }

    void ask_both() {
        std::vector<SecondOpinion> const second = second_opinions(stores_);
        ASSERT_EQ(second.size(), stores_.size());
        for (std::size_t index = 0; index < stores_.size(); ++index) {
            Verdict const first = host::verify(*stores_[index], verify_options());
            bool const agreed_so_far = !testing::Test::HasFailure();
            SCOPED_TRACE(what_[index] + words_of(first));
            expect_agreement(first, second[index]);
            if (agreed_so_far && testing::Test::HasFailure()) {
                leave(*stores_[index]);
            }
        }
    }

  private:
    // A log of the real writer is not the same in the next run.
    static void leave(MemoryStore& store) {
        std::string const path = testing::TempDir() + "disagreed";
        std::filesystem::remove_all(path);
        save_folder(store, path);
        std::cout << "the first medium on which they disagree is left in " << path << '\n';
    }

    std::vector<std::unique_ptr<MemoryStore>> stores_;
    std::vector<std::string> what_;
};

TEST(VerdictAgreement, OnEditsOfALogOfEveryKindOfBlock) {
    auto const store = short_log().store();
    ASSERT_EQ(host::verify(*store, verify_options()).soundness(), Soundness::sealed);
    Edited edited;
    for (std::uint64_t seed = 1; seed <= few_or_many(3, 40); ++seed) {
        edited.add(*store, seed);
    }
    edited.ask_both();
}

TEST(VerdictAgreement, OnEditsOfALogOfTheRealWriter) {
    for (std::uint64_t seed = 11; seed < 11 + few_or_many(1, 30); ++seed) {
        MemoryStore store{small_geometry};
        make_sealed_log(store);
        Edited edited;
        edited.add(store, seed);
        edited.ask_both();
    }
}

TEST(VerdictAgreement, OnDamagedLogsOfRandomSessions) {
    for (std::uint64_t seed = 1; seed <= few_or_many(4, 100); ++seed) {
        Seeded seeded{seed};
        auto const sound = random_log(seeded);
        auto const parts = parts_of(*sound);
        Edited edited;
        edited.add(*sound, seed);
        for (std::uint64_t index = 0; index < edits_per_log; ++index) {
            auto medium = clone(*sound);
            damage(seeded, parts, *medium);
            edited.add(std::move(medium),
                       "seed " + std::to_string(seed) + ", damage " + std::to_string(index));
        }
        edited.ask_both();
    }
}

RuleLog with_gone_attachment() {
    RuleLog log;
    log.block({boot_entry()}).durable().block({attached_entry("never erased", true)}).durable();
    return log;
}

RuleLog finished(RuleLog log) {
    log.durable().block({checkpoint_entry()}).end();
    return log;
}

// What the two once parted on, and the entry that the page says is damaged.
TEST(VerdictAgreement, OnWhatOnceParted) {
    struct Case {
        char const* name;
        std::function<RuleLog()> make;
        std::uint64_t entry;
    };
    std::vector<Case> const cases{
        {"bytes behind a recorded end excuse no attachment",
         [] {
             RuleLog log = with_gone_attachment();
             log.takes_over().segment().block({attach_entry()}).late(600, std::byte{7});
             return finished(std::move(log));
         },
         2},
        {"not the block's first entry, though the padding of its tags is wrong too",
         [] {
             RuleLog log;
             auto const damage = [](std::vector<std::byte>& frame) {
                 frame[store::frame_head_bytes + 30] = std::byte{1};
                 frame[store::frame_head_bytes + 64 + 256 + 192] ^= std::byte{1};
             };
             log.block({boot_entry()}).durable();
             log.block({tick_entry(1), tick_entry(2), tick_entry(3)}, {.bytes = damage});
             return finished(std::move(log));
         },
         3},
        {"where a slot without its header holds what was acknowledged, no attachment is judged",
         [] {
             RuleLog log = with_gone_attachment();
             log.segment().block({tick_entry(1)});
             log = finished(std::move(log));
             log.slots()[1][8] ^= std::byte{1};
             return log;
         },
         3},
        {"the entry whose attachment was lost, not the first of its block",
         [] {
             RuleLog log;
             log.block({boot_entry()}).durable();
             log.block({tick_entry(1), attached_entry("lost", true)}).durable();
             log.segment({}, [](auto& head) { head[300] = std::byte{1}; }).block({tick_entry(2)});
             return log;
         },
         3},
    };
    for (Case const& each : cases) {
        SCOPED_TRACE(each.name);
        auto const store = each.make().store();
        Verdict const first = host::verify(*store, verify_options());
        EXPECT_EQ(first.soundness(), Soundness::tampering) << words_of(first);
        EXPECT_EQ(damaged_entry(first), each.entry) << words_of(first);
        expect_agreement(first, second_opinion(*store));
    }
}

} // namespace
} // namespace axiom::test
