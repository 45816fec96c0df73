// The SysLog's records, batches and places, one promise at a time.

#include <algorithm>

#include <gtest/gtest.h>

#include <kernel/syslog/place.hpp>
#include <kernel/syslog/syslog.hpp>
#include <tests/support/domain_fixture.hpp>
#include <tests/support/syslog_world.hpp>

namespace axiom::kernel::test {
namespace {

constexpr Actor caller{.process = 0x11, .thread = 0x22, .account = 0x33, .bucket = 3};
constexpr Actor sealer{
    .process = 0x44, .thread = 0x55, .account = 0x66, .bucket = 4, .sealer = true};

template <class T> T field(Record const& record, std::size_t offset) {
    return load_le<T>(std::as_bytes(std::span{&record, 1}).subspan(offset));
}

BatchVerdict checked(SealedBatch const& batch) {
    return check_batch(host::portable_engine(), SyslogWorld::boot, batch.seal, batch.records);
}

/// Whoever changed the records would have to have changed the seal.
void seal_again(SealedBatch& batch) {
    batch.seal.hash = hash_of_batch(host::portable_engine(), batch.records);
}

TEST(Syslog, RecordsLieAsTheirPageSays) {
    SyslogWorld world;
    auto const mark =
        world.calls.request(CallerWords{sealer}, 0x1234, {1, 2, 3, ~std::uint64_t{0}}, 1000);
    world.calls.refused(mark, {Check::rights, 2, 0x77}, 2000);
    world.calls.done(mark, 99, 3000);
    auto const calls = world.drain(SyslogWorld::call_ring)->records;
    ASSERT_EQ(calls.size(), 4U);
    EXPECT_EQ(field<std::uint32_t>(calls[0], 0), SyslogWorld::boot.value);
    EXPECT_EQ(field<std::uint32_t>(calls[0], 4), SyslogWorld::call_ring);
    EXPECT_EQ(field<std::uint64_t>(calls[0], 8), 0U);
    EXPECT_EQ(field<std::uint32_t>(calls[0], 16), 3U);
    EXPECT_EQ(field<std::uint16_t>(calls[1], 8), 0x1234U);
    EXPECT_EQ(field<std::uint8_t>(calls[1], 10), 1U); // request
    EXPECT_EQ(field<std::uint8_t>(calls[1], 11), 1U); // of the sealer
    EXPECT_EQ(field<std::uint32_t>(calls[1], 12), sealer.account);
    EXPECT_EQ(field<std::uint64_t>(calls[1], 16), 1000U);
    EXPECT_EQ(field<std::uint32_t>(calls[1], 24), sealer.process);
    EXPECT_EQ(field<std::uint32_t>(calls[1], 28), sealer.thread);
    EXPECT_EQ(field<std::uint64_t>(calls[1], 56), ~std::uint64_t{0});
    EXPECT_EQ(field<std::uint64_t>(calls[2], 0), 1U);
    EXPECT_EQ(field<std::uint8_t>(calls[2], 8), static_cast<std::uint8_t>(Check::rights));
    EXPECT_EQ(field<std::uint8_t>(calls[2], 9), 2U);
    EXPECT_EQ(field<std::uint8_t>(calls[2], 10), 2U); // response
    EXPECT_EQ(field<std::uint64_t>(calls[2], 24), SyslogWorld::cpu);
    EXPECT_EQ(field<std::uint64_t>(calls[2], 32), 0x77U);
    EXPECT_EQ(field<std::uint16_t>(calls[3], 8), 0U);
    EXPECT_EQ(field<std::uint64_t>(calls[3], 32), 99U);

    world.refusals.refuse(caller, 7, mark, {Check::slot, 1, 5}, 0xABC, 4000);
    world.refusals.deny(caller, 12, Sequence{34}, axiom::test::filled_hash(9));
    auto const refusals = world.drain(SyslogWorld::refusal_ring)->records;
    ASSERT_EQ(refusals.size(), 3U);
    EXPECT_EQ(field<std::uint16_t>(refusals[1], 8), 7U);
    EXPECT_EQ(field<std::uint8_t>(refusals[1], 10), 3U); // refusal
    EXPECT_EQ(field<std::uint64_t>(refusals[1], 32), mark.value);
    EXPECT_EQ(field<std::uint8_t>(refusals[1], 40), static_cast<std::uint8_t>(Check::slot));
    EXPECT_EQ(field<std::uint8_t>(refusals[1], 41), 1U);
    EXPECT_EQ(field<std::uint64_t>(refusals[1], 48), 5U);
    EXPECT_EQ(field<std::uint64_t>(refusals[1], 56), 0xABCU);
    EXPECT_EQ(field<std::uint8_t>(refusals[2], 10), 4U); // denial
    EXPECT_EQ(field<std::uint32_t>(refusals[2], 16), caller.process);
    EXPECT_EQ(field<std::uint32_t>(refusals[2], 20), 12U);
    EXPECT_EQ(field<std::uint64_t>(refusals[2], 24), 34U);
    EXPECT_EQ(field<std::uint8_t>(refusals[2], 63), 9U);
}

TEST(Syslog, AnEntryLeadsToTheCallThatMadeIt) {
    SyslogWorld world;
    world.calls.done(world.calls.request(CallerWords{caller}, 1, {}, 0), {}, 0);
    auto const mark = world.calls.request(CallerWords{caller}, 2, {}, 1);
    SyslogPosition const position = position_of(SyslogWorld::boot, mark);
    EXPECT_EQ(position, (SyslogPosition{5, SyslogWorld::call_ring, 2}));
    auto const sequence = world.kernel.authority.perform(world.kernel.first, position,
                                                         CreateRequest{.account = account_slot,
                                                                       .into = {.slot = Slot{9}},
                                                                       .type = ObjectType::endpoint,
                                                                       .uses = own_space});
    ASSERT_TRUE(sequence);
    world.calls.done(mark, sequence->value, 2);
    auto const batch = *world.drain(SyslogWorld::call_ring);
    auto const request = as<RequestRecord>(batch.records[batch_overhead + position.index]);
    EXPECT_EQ(request.call, 2U);
    auto const response = as<ResponseRecord>(batch.records.back());
    EXPECT_EQ(response.request, mark);
    EXPECT_EQ(response.value, sequence->value);
}

TEST(Syslog, ACallMayBeAnsweredOnAnotherCpu) {
    SyslogWorld here;
    SyslogWorld::Calls elsewhere;
    elsewhere.begin(63);
    auto const mark = elsewhere.request(CallerWords{caller}, 1, {}, 0);
    here.calls.done(mark, {}, 1);
    auto const batch = *here.drain(SyslogWorld::call_ring);
    EXPECT_TRUE(checked(batch).sound());
    auto const response = as<ResponseRecord>(batch.records[1]);
    EXPECT_EQ(position_of(SyslogWorld::boot, response.request), (SyslogPosition{5, 126, 0}));
}

TEST(Syslog, WhatTheLogDidNotTakeIsDrainedAgain) {
    SyslogWorld world;
    world.calls.request(CallerWords{caller}, 1, {}, 0);
    auto const first = *world.drain(SyslogWorld::call_ring);
    world.calls.request(CallerWords{caller}, 2, {}, 0);
    auto const again = *world.drain(SyslogWorld::call_ring);
    EXPECT_EQ(first.seal.first, 0U);
    EXPECT_EQ(again.seal.first, 0U);
    EXPECT_EQ(again.seal.count, 2U);
    EXPECT_TRUE(world.settle(again));
    EXPECT_FALSE(world.drain(SyslogWorld::call_ring));
}

TEST(Syslog, ARingThatNobodyDrainsKeepsTheNewestAndCountsTheRest) {
    SyslogWorld world;
    for (std::uint64_t call = 0; call < 1000; ++call) {
        world.calls.request(CallerWords{caller}, 1, {call}, call);
    }
    auto const batch = *world.drain(SyslogWorld::call_ring);
    EXPECT_EQ(batch.seal.lost, 1000U - 63U);
    EXPECT_EQ(batch.seal.count, 63U);
    EXPECT_EQ(as<RequestRecord>(batch.records.back()).arguments[0], 999U);
    EXPECT_TRUE(checked(batch).sound());
    EXPECT_TRUE(world.settle(batch));
    EXPECT_EQ(world.sealed(SyslogWorld::call_ring).lost, 937U);
}

TEST(Syslog, NotesThatFindNoRoomComeWithTheNextBatch) {
    SyslogWorld world;
    using Refusals = SyslogWorld::Refusals;
    for (std::uint32_t bucket = 0; bucket < 3; ++bucket) {
        for (std::uint32_t count = 0; count < Refusals::reserve + Refusals::spare + 5; ++count) {
            world.refusals.refuse({.bucket = bucket}, 1, {}, {Check::slot}, 0, 0);
        }
    }
    std::vector<NoteRecord> notes;
    for (auto const& batch : world.drain_all(SyslogWorld::refusal_ring, 2)) {
        EXPECT_TRUE(checked(batch).sound());
        for (Record const& note : BatchView{batch.records}.last(batch.seal.notes)) {
            notes.push_back(as<NoteRecord>(note));
        }
    }
    ASSERT_EQ(notes.size(), 3U);
    EXPECT_EQ(notes[0].count, 5U);
    EXPECT_EQ(notes[1].count, 5U + Refusals::spare);
    EXPECT_EQ(notes[2].bucket, 2U);
}

class SyslogBatch : public testing::Test {
  protected:
    SyslogBatch() {
        for (std::uint64_t call = 0; call < 4; ++call) {
            auto const mark = world_.calls.request(CallerWords{caller}, 1, {}, call);
            world_.calls.done(mark, {}, call);
        }
        for (int count = 0; count < 40; ++count) {
            world_.refusals.refuse(caller, 1, {}, {Check::slot}, 0, 0);
        }
        calls_ = *world_.drain(SyslogWorld::call_ring);
        refusals_ = *world_.drain(SyslogWorld::refusal_ring);
    }

    /// Sealed anew after the change, and still seen.
    template <class Change>
    void flawed(SealedBatch batch, BatchFlaw flaw, std::size_t at, Change&& change) {
        change(batch);
        seal_again(batch);
        EXPECT_EQ(checked(batch), (BatchVerdict{flaw, at}));
    }

    template <RecordForm Form, class Change>
    void flawed_record(SealedBatch const& batch, std::size_t at, Change&& change,
                       BatchFlaw flaw = BatchFlaw::record) {
        flawed(batch, flaw, at, [&](SealedBatch& changed) {
            auto form = as<Form>(changed.records[at]);
            change(form);
            changed.records[at] = to_record(form);
        });
    }

    SyslogWorld world_;
    SealedBatch calls_;
    SealedBatch refusals_;
};

TEST_F(SyslogBatch, IsWhatItsSealSays) {
    EXPECT_TRUE(checked(calls_).sound());
    EXPECT_TRUE(checked(refusals_).sound());
    EXPECT_EQ(refusals_.seal.notes, 1U);
    flawed(calls_, BatchFlaw::size, 8, [](SealedBatch& batch) { batch.records.pop_back(); });
    flawed(calls_, BatchFlaw::size, 0, [](SealedBatch& batch) { batch.records.clear(); });
    flawed_record<BatchHeader>(
        calls_, 0, [](BatchHeader& header) { ++header.boot; }, BatchFlaw::header);
    flawed_record<BatchHeader>(
        calls_, 0, [](BatchHeader& header) { header.previous.bytes[0] = std::byte{1}; },
        BatchFlaw::header);
    calls_.records[3].words[4] ^= 1U;
    EXPECT_EQ(checked(calls_), (BatchVerdict{BatchFlaw::hash, 0}));
}

TEST_F(SyslogBatch, HasRecordsOfItsRingOneAfterTheOther) {
    flawed_record<Record>(calls_, 3, [](Record& record) { ++record.words[0]; }, BatchFlaw::index);
    flawed_record<RequestRecord>(calls_, 1,
                                 [](RequestRecord& record) { record.type = RecordType::refusal; });
    flawed_record<RequestRecord>(calls_, 1, [](RequestRecord& record) { record.type = {}; });
    flawed_record<RequestRecord>(calls_, 1, [](RequestRecord& record) { record.flags = 2; });
    flawed_record<ResponseRecord>(calls_, 2,
                                  [](ResponseRecord& record) { record.unused_words[2] = 1; });
    flawed_record<ResponseRecord>(calls_, 2, [](ResponseRecord& record) {
        record.request = mark_of(record.index, SyslogWorld::cpu); // itself
    });
    flawed_record<RefusalRecord>(refusals_, 5,
                                 [](RefusalRecord& record) { record.type = RecordType::request; });
    flawed_record<RefusalRecord>(refusals_, 5, [](RefusalRecord& record) { record.unused[5] = 1; });
    flawed_record<RefusalRecord>(refusals_, 5,
                                 [](RefusalRecord& record) { record.type = RecordType::note; });
}

TEST_F(SyslogBatch, HasNotesThatComeToWhatTheSealSays) {
    std::size_t const note = refusals_.records.size() - 1;
    flawed_record<NoteRecord>(
        refusals_, note, [](NoteRecord& record) { record.count = 0; }, BatchFlaw::note);
    flawed_record<NoteRecord>(
        refusals_, note, [](NoteRecord& record) { ++record.count; }, BatchFlaw::note);
    flawed_record<NoteRecord>(
        refusals_, note, [](NoteRecord& record) { record.unused_words[0] = 1; }, BatchFlaw::note);
    flawed(refusals_, BatchFlaw::note, 0, [](SealedBatch& batch) { ++batch.seal.unrecorded; });
    flawed(refusals_, BatchFlaw::note, note + 1, [](SealedBatch& batch) {
        // The same bucket twice.
        auto half = as<NoteRecord>(batch.records.back());
        half.count = 1;
        batch.records.push_back(to_record(half));
        ++batch.seal.notes;
        ++batch.seal.unrecorded;
        auto header = as<BatchHeader>(batch.records[0]);
        ++header.notes;
        batch.records[0] = to_record(header);
    });
}

TEST(Syslog, APlaceIsSealedUnsealedTruncatedOrLost) {
    // Of seals that were told from the second on: [10, 14) lost, [14, 20), [20, 25), [25, 26) lost.
    std::array<Seal, 3> const seals{{{.first = 14, .count = 6, .lost = 4},
                                     {.first = 20, .count = 5},
                                     {.first = 26, .count = 1, .lost = 1}}};
    auto const place = [&](std::uint64_t index) { return place_of_record(index, seals, 20); };
    EXPECT_EQ(place(9), RecordPlace::truncated);
    EXPECT_EQ(place(10), RecordPlace::lost);
    EXPECT_EQ(place(13), RecordPlace::lost);
    EXPECT_EQ(place(14), RecordPlace::truncated);
    EXPECT_EQ(place(19), RecordPlace::truncated);
    EXPECT_EQ(place(20), RecordPlace::sealed);
    EXPECT_EQ(place(24), RecordPlace::sealed);
    EXPECT_EQ(place(25), RecordPlace::lost);
    EXPECT_EQ(place(26), RecordPlace::sealed);
    EXPECT_EQ(place(27), RecordPlace::unsealed);
    EXPECT_EQ(place_of_record(0, {}, 0), RecordPlace::unsealed);
}

TEST(Syslog, OfAllCpusTellsWhichRingIsDue) {
    std::vector<std::byte> memory(Syslog::bytes_for(2));
    Arena arena{MutableBytes{memory}};
    Syslog syslog{arena, 2, BootNumber{1}};
    EXPECT_EQ(syslog.rings(), 4U);
    EXPECT_EQ(syslog.due(0), std::nullopt);
    for (std::uint32_t call = 0; call < seal_records_max / 2 - 1; ++call) {
        syslog.calls(1).done(syslog.calls(1).request(CallerWords{caller}, 1, {}, 0), {}, 0);
        syslog.calls(0).done(syslog.calls(0).request(CallerWords{sealer}, 1, {}, 0), {}, 0);
    }
    EXPECT_EQ(syslog.due(0), std::nullopt);
    syslog.calls(1).request(CallerWords{caller}, 1, {}, 0);
    EXPECT_EQ(syslog.due(0), call_ring_of(1));
    for (std::uint32_t refusal = 0; refusal < seal_records_max / 4; ++refusal) {
        syslog.refusals(0).refuse(caller, 1, {}, {Check::slot}, 0, 0);
    }
    EXPECT_EQ(syslog.due(0), refusal_ring_of(0));
    EXPECT_EQ(syslog.due(2), call_ring_of(1));
    std::vector<Record> batch(batch_records_max);
    auto const seal =
        syslog.reader(refusal_ring_of(0)).drain(RingRow{}, batch, host::portable_engine());
    ASSERT_TRUE(seal);
    syslog.reader(refusal_ring_of(0))
        .settle(*seal, std::span{batch}.first(1 + seal->count + seal->notes));
    EXPECT_EQ(syslog.due(0), call_ring_of(1));
}

} // namespace
} // namespace axiom::kernel::test
