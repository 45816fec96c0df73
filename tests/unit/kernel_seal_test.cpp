// Seals of the SysLog as entries: what each rests on, and what the state keeps of it.

#include <gtest/gtest.h>

#include <kernel/event/event.hpp>
#include <kernel/event/preconditions.hpp>
#include <tests/support/domain_fixture.hpp>
#include <tests/support/kernel_world.hpp>

namespace axiom::kernel::test {
namespace {

using axiom::test::filled_hash;

class KernelSeal : public testing::Test {
  protected:
    /// Appends and applies, as core does, what the reducer must take.
    Result<void> take(Seal const& seal) {
        Event const event = event_of({}, seal);
        auto const appended = world_.log.append({.domain = DomainNumber::kernel,
                                                 .kind = static_cast<std::uint16_t>(Kind::seal),
                                                 .caller = {.account = recovery_account},
                                                 .body = event.bytes()});
        auto const applied = world_.domain.apply(*appended.value().entry);
        return applied;
    }

    void refused(Seal const& seal, Check check) {
        auto const holds = precondition(world_.state(), seal);
        ASSERT_FALSE(holds);
        EXPECT_EQ(holds.error(), (Refusal{check, no_argument, 0}));
    }

    static constexpr std::uint32_t ring_ = 1;
    Seal first_{.ring = ring_, .first = 0, .count = 10, .hash = filled_hash(1)};
    KernelWorld world_;
};

TEST_F(KernelSeal, GoesOnWhereTheLastOneOfItsRingEnded) {
    ASSERT_TRUE(take(first_));
    Seal const next{.ring = ring_,
                    .first = 17,
                    .count = 3,
                    .notes = 1,
                    .lost = 7,
                    .unrecorded = 5,
                    .hash = filled_hash(2),
                    .previous = filled_hash(1)};
    Seal wrong = next;
    wrong.first = 18;
    refused(wrong, Check::range);
    wrong = next;
    wrong.lost = 6;
    refused(wrong, Check::range);
    wrong = next;
    wrong.previous = filled_hash(3);
    refused(wrong, Check::range);
    refused(first_, Check::range);
    ASSERT_TRUE(take(next));
    RingRow const& row = *world_.state().rings().find(ring_);
    EXPECT_EQ(row.end, 20U);
    EXPECT_EQ(row.lost, 7U);
    EXPECT_EQ(row.unrecorded, 5U);
    EXPECT_EQ(row.hash, filled_hash(2));
    EXPECT_EQ(world_.state().rings().find(ring_ + 1)->end, 0U);
    EXPECT_EQ(world_.shadow_root(), world_.root());
}

TEST_F(KernelSeal, IsOfARingThatIsThereAndSaysSomethingWithinItsBounds) {
    Seal wrong = first_;
    wrong.ring = 4;
    refused(wrong, Check::range);
    wrong = first_;
    wrong.count = 0;
    refused(wrong, Check::argument);
    wrong = first_;
    wrong.count = seal_records_max + 1;
    refused(wrong, Check::argument);
    wrong = first_;
    wrong.notes = 1;
    refused(wrong, Check::argument);
    wrong.unrecorded = 1;
    EXPECT_TRUE(precondition(world_.state(), wrong));
    wrong.ring = 2; // of calls, which are never only counted
    refused(wrong, Check::argument);
    wrong = first_;
    wrong.notes = wrong.unrecorded = seal_records_max - 9;
    refused(wrong, Check::argument);
    wrong = first_;
    wrong.unrecorded = 1;
    refused(wrong, Check::argument);
    wrong = first_;
    wrong.first = wrong.lost = ring_index_end;
    refused(wrong, Check::argument);
    wrong.first = wrong.lost = ring_index_end - 10;
    EXPECT_TRUE(precondition(world_.state(), wrong));
    wrong.first = wrong.lost = ring_index_end - 9;
    refused(wrong, Check::range);
}

TEST_F(KernelSeal, IsPartOfTheRootAndOfWhatIsSavedAndGoneWithItsBoot) {
    Hash256 const before = world_.root();
    ASSERT_TRUE(take(first_));
    EXPECT_NE(world_.root(), before);
    std::vector<std::byte> bytes(world_.domain.save_bytes_max());
    Writer writer{bytes};
    ASSERT_TRUE(world_.domain.save(writer));
    KernelWorld other;
    other.domain.clear();
    EXPECT_EQ(other.state().rings().find(ring_), nullptr);
    Reader reader{writer.written()};
    ASSERT_TRUE(other.domain.load(reader));
    EXPECT_EQ(other.root(), world_.root());
    EXPECT_EQ(other.state().rings().find(ring_)->end, 10U);
    world_.domain.boot({});
    EXPECT_EQ(world_.state().rings().size(), 0U);
}

TEST_F(KernelSeal, OfAForgedSnapshotIsNotTaken) {
    ASSERT_TRUE(take({.ring = 3, .first = 4, .count = 1, .lost = 4, .hash = filled_hash(1)}));
    std::vector<std::byte> bytes(world_.domain.save_bytes_max());
    Writer writer{bytes};
    ASSERT_TRUE(world_.domain.save(writer));
    // The last row is the last thing saved: end, lost, unrecorded, hash.
    MutableBytes const row = MutableBytes{bytes}.subspan(writer.size() - 56);
    store_le(row.subspan(8), std::uint64_t{6}); // more lost than there ever were
    KernelWorld other;
    other.domain.clear();
    Reader reader{writer.written()};
    EXPECT_FALSE(other.domain.load(reader));
}

} // namespace
} // namespace axiom::kernel::test
