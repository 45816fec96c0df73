// The SysLog against a plain model: lists of all that was ever written, and sums.

#include <map>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <kernel/syslog/place.hpp>
#include <tests/support/choices.hpp>
#include <tests/support/syslog_world.hpp>

namespace axiom::kernel::test {
namespace {

using axiom::test::Choices;

// All that a ring was ever given, how much of it is sealed, and what weighs towards a seal.
struct ModelRing {
    ModelRing(std::uint32_t number, std::size_t slots) : ring{number}, holds{slots - 1} {}

    std::uint32_t ring;
    std::size_t holds;
    std::vector<Record> written;
    std::size_t end{};
    std::vector<SealedBatch> batches;
};

class SyslogModel {
  public:
    // One thread calls once, or again and again.
    void request(Choices& choose) {
        Actor const actor = any_actor(choose);
        auto const call = static_cast<std::uint16_t>(choose.below(45));
        for (std::uint64_t left = choose.below(4) == 3 ? 40 : 1; left != 0; --left) {
            request(actor, call);
        }
    }

    void respond(Choices& choose) {
        for (std::uint64_t left = choose.below(4) == 3 ? 40 : 1; left != 0; --left) {
            respond_once(choose);
        }
    }

    // One account is refused again and again.
    void refuse(Choices& choose) {
        Actor const actor = any_actor(choose);
        bool const denied = choose.below(4) == 3;
        for (std::uint64_t left = choose.below(3) == 2 ? 70 : 1; left != 0; --left) {
            if (denied) {
                deny(actor);
            } else {
                refuse(actor);
            }
        }
    }

    void drain(Choices& choose) {
        ModelRing& ring = choose.below(2) == 0 ? calls_ : refusals_;
        std::size_t const room = choose.below(2) == 0 ? 200 : 1 + choose.below(20);
        auto batch = world_.drain(ring.ring, room);
        std::size_t const next = ring.written.size();
        std::size_t const oldest = next > ring.holds ? next - ring.holds : 0;
        std::size_t const first = std::max(ring.end, oldest);
        std::size_t const count = std::min(room, next - first);
        std::map<std::uint64_t, std::uint64_t> noted;
        if (batch) {
            is_as_written(*batch, ring, first, count);
            noted = notes_of(*batch, room - count);
        } else {
            RC_ASSERT(first == ring.end && count == 0);
            RC_ASSERT(ring.ring != refusals_.ring || counted_.empty());
        }
        if (!batch || choose.below(4) == 3) { // the log takes no seal now
            return;
        }
        RC_ASSERT(world_.settle(*batch));
        RC_ASSERT(!world_.settle(*batch)); // nor the same one twice
        ring.end = first + count;
        for (auto const& [bucket, refused] : noted) {
            counted_.erase(bucket);
        }
        ring.batches.push_back(std::move(*batch));
        if (ring.ring == refusals_.ring) {
            released_ = ring.end;
        }
    }

    void every_record_is_sealed_once_or_counted_lost() {
        for (ModelRing* ring : {&calls_, &refusals_}) {
            for (auto& batch : world_.drain_all(ring->ring, 17)) {
                ring->batches.push_back(std::move(batch));
            }
            std::vector<Seal> seals;
            std::uint64_t lost = 0;
            std::size_t index = 0;
            for (auto const& [seal, records] : ring->batches) {
                RC_ASSERT(seal.first == index + seal.lost);
                lost += seal.lost;
                for (std::uint32_t at = 0; at < seal.count; ++at) {
                    RC_ASSERT(records[batch_overhead + at] == ring->written[seal.first + at]);
                }
                index = seal.end();
                seals.push_back(seal);
            }
            RC_ASSERT(index == ring->written.size());
            RC_ASSERT(world_.sealed(ring->ring).end == index);
            RC_ASSERT(world_.sealed(ring->ring).lost == lost);
            places_are_told(seals, index);
        }
        RC_ASSERT(world_.sealed(refusals_.ring).lost == 0);
        RC_ASSERT(world_.sealed(refusals_.ring).unrecorded == unrecorded_);
        RC_ASSERT(refusals_.written.size() + unrecorded_ == refused_);
        RC_ASSERT(world_.kernel.shadow_root() == world_.kernel.root());
    }

  private:
    struct Request {
        Actor actor;
        std::uint16_t call;
        CallMark mark;
    };

    Actor any_actor(Choices& choose) {
        auto const number = static_cast<std::uint32_t>(choose.below(20));
        return {.process = 100 + number,
                .thread = 200 + number,
                .account = 300 + number / 2,
                .bucket = number / 2,
                .sealer = number == 19};
    }

    void request(Actor const& actor, std::uint16_t call) {
        RequestRecord record{.index = calls_.written.size(),
                             .call = call,
                             .flags = actor.sealer ? sealers_own : std::uint8_t{0},
                             .account = actor.account,
                             .time_ns = ++time_,
                             .process = actor.process,
                             .thread = actor.thread};
        for (std::uint64_t& argument : record.arguments) {
            argument = ~++time_;
        }
        auto const mark =
            world_.calls.request(CallerWords{actor}, record.call, record.arguments, record.time_ns);
        RC_ASSERT(mark == mark_of(record.index, SyslogWorld::cpu));
        calls_.written.push_back(to_record(record));
        requests_.push_back({actor, record.call, mark});
    }

    void respond_once(Choices& choose) {
        if (requests_.empty()) {
            return;
        }
        auto const request = requests_[choose.below(requests_.size())].mark;
        ResponseRecord record{.index = calls_.written.size(), .time_ns = ++time_};
        record.request = request;
        record.value = choose.below(100);
        if (choose.below(2) == 0) {
            world_.calls.done(request, record.value, record.time_ns);
        } else {
            record.check = Check::rights;
            record.argument = 3;
            world_.calls.refused(request, {record.check, record.argument, record.value},
                                 record.time_ns);
        }
        calls_.written.push_back(to_record(record));
    }

    void refuse(Actor const& actor) {
        CallMark const mark = requests_.empty() ? CallMark{0} : requests_.back().mark;
        RefusalRecord const record{.call = 9,
                                   .flags = actor.sealer ? sealers_own : std::uint8_t{0},
                                   .account = actor.account,
                                   .time_ns = ++time_,
                                   .process = actor.process,
                                   .thread = actor.thread,
                                   .request = mark,
                                   .check = Check::slot,
                                   .argument = 1,
                                   .detail = 77,
                                   .given = time_};
        world_.refusals.refuse(actor, record.call, mark, {record.check, record.argument, 77},
                               record.given, record.time_ns);
        add(actor, to_record(record));
    }

    void deny(Actor const& actor) {
        DenialRecord record{.flags = actor.sealer ? sealers_own : std::uint8_t{0},
                            .account = actor.account,
                            .process = actor.process,
                            .rule = 6,
                            .decided_at = Sequence{++time_}};
        record.digest.bytes.fill(std::byte{8});
        world_.refusals.deny(actor, record.rule, record.decided_at, record.digest);
        add(actor, to_record(record));
    }

    // The rule, by search: in the interval that this refusal falls into, how many were recorded of
    // its bucket, and how many of all went beyond their reserve.
    void add(Actor const& actor, Record const& record) {
        using Refusals = SyslogWorld::Refusals;
        if (released_ > interval_start_) {
            interval_start_ = refusals_.written.size();
            used_.clear();
        }
        std::uint64_t const bucket = actor.bucket % Refusals::bucket_count;
        std::uint32_t beyond = 0;
        for (auto const& [other, used] : used_) {
            beyond += used > Refusals::reserve ? used - Refusals::reserve : 0;
        }
        ++refused_;
        if (used_[bucket] >= Refusals::reserve && beyond >= Refusals::spare) {
            ++counted_[bucket];
            ++unrecorded_;
            return;
        }
        ++used_[bucket];
        refusals_.written.push_back(record);
        refusals_.written.back().words[0] = refusals_.written.size() - 1;
    }

    void is_as_written(SealedBatch const& batch, ModelRing const& ring, std::size_t first,
                       std::size_t count) {
        auto const& [seal, records] = batch;
        RC_ASSERT(seal.ring == ring.ring && seal.first == first && seal.count == count);
        RC_ASSERT(seal.lost == first - ring.end);
        RC_ASSERT(seal.previous == world_.sealed(ring.ring).hash);
        for (std::size_t at = 0; at < count; ++at) {
            RC_ASSERT(records[batch_overhead + at] == ring.written[first + at]);
        }
        RC_ASSERT(check_batch(host::fastest_engine(), SyslogWorld::boot, seal, records).sound());
    }

    std::map<std::uint64_t, std::uint64_t> notes_of(SealedBatch const& batch, std::size_t room) {
        std::map<std::uint64_t, std::uint64_t> noted;
        if (batch.seal.ring == refusals_.ring) {
            RC_ASSERT(batch.seal.notes == std::min(counted_.size(), room));
        }
        for (std::uint32_t at = 0; at < batch.seal.notes; ++at) {
            auto const note = as<NoteRecord>(batch.records[batch_overhead + batch.seal.count + at]);
            RC_ASSERT(counted_.at(note.bucket) == note.count);
            noted[note.bucket] = note.count;
        }
        return noted;
    }

    static void places_are_told(std::vector<Seal> const& seals, std::uint64_t end) {
        std::uint64_t const kept_from = end / 2;
        for (std::uint64_t index = 0; index < end; ++index) {
            bool sealed = false;
            for (Seal const& seal : seals) {
                sealed = sealed || (index >= seal.first && index < seal.end());
            }
            RecordPlace const kept =
                index >= kept_from ? RecordPlace::sealed : RecordPlace::truncated;
            RC_ASSERT(place_of_record(index, seals, kept_from) ==
                      (sealed ? kept : RecordPlace::lost));
        }
        RC_ASSERT(place_of_record(end, seals, kept_from) == RecordPlace::unsealed);
    }

    SyslogWorld world_;
    ModelRing calls_{SyslogWorld::call_ring, SyslogWorld::call_records};
    ModelRing refusals_{SyslogWorld::refusal_ring, 128};
    std::vector<Request> requests_;
    std::map<std::uint64_t, std::uint64_t> counted_; // by bucket, not sealed yet
    std::map<std::uint64_t, std::uint32_t> used_;    // by bucket, in this interval
    std::size_t interval_start_{};
    std::size_t released_{};
    std::uint64_t refused_{};
    std::uint64_t unrecorded_{};
    std::uint64_t time_{};
};

RC_GTEST_PROP(syslog, comes_out_once_and_in_order_or_is_counted_lost, ()) {
    Choices choose{
        *rc::gen::container<std::vector<std::uint32_t>>(400, rc::gen::inRange(0U, 1U << 20U))};
    SyslogModel model;
    while (choose.more()) {
        switch (choose.below(8)) {
        case 0:
        case 1:
        case 2:
            model.request(choose);
            break;
        case 3:
        case 4:
            model.respond(choose);
            break;
        case 5:
        case 6:
            model.refuse(choose);
            break;
        default:
            model.drain(choose);
        }
    }
    model.every_record_is_sealed_once_or_counted_lost();
}

// Whatever others do, and however often: an account's reserve is there after every seal.
RC_GTEST_PROP(syslog, keeps_a_reserve_for_every_account_under_any_flood, ()) {
    using Refusals = SyslogWorld::Refusals;
    auto const floods = *rc::gen::container<std::vector<std::uint32_t>>(
        6, rc::gen::inRange(0U, 8 * Refusals::spare)); // the ring holds four times the spare
    auto const victim = *rc::gen::inRange(0U, Refusals::bucket_count);
    SyslogWorld world;
    std::uint32_t given = 0;
    auto const be_refused = [&] {
        world.refusals.refuse({.process = 7, .bucket = victim}, 1, {}, {Check::slot}, given++, 0);
    };
    for (std::uint32_t const flood : floods) {
        given = 0;
        be_refused();
        for (std::uint32_t count = 0; count < flood; ++count) {
            Actor const other{.bucket = (victim + 1 + count % 3) % Refusals::bucket_count};
            world.refusals.refuse(other, 1, {}, {Check::slot}, count, 0);
        }
        while (given < Refusals::reserve) {
            be_refused();
        }
        std::uint64_t found = 0;
        for (auto const& batch : world.drain_all(SyslogWorld::refusal_ring)) {
            for (Record const& record : BatchView{batch.records}.subspan(1, batch.seal.count)) {
                auto const refusal = as<RefusalRecord>(record);
                if (refusal.process == 7) {
                    RC_ASSERT(refusal.given == found);
                    ++found;
                }
            }
        }
        RC_ASSERT(found == Refusals::reserve);
    }
    RC_ASSERT(world.sealed(SyslogWorld::refusal_ring).lost == 0);
}

// A drain that its own calls make due again would never end.
RC_GTEST_PROP(syslog, is_never_due_because_of_the_sealer_alone, ()) {
    auto const own = *rc::gen::container<std::vector<bool>>(200, rc::gen::arbitrary<bool>());
    SyslogWorld world;
    std::uint64_t weight = 0;
    for (bool const sealer : own) {
        Actor const actor{.sealer = sealer};
        auto const mark = world.calls.request(CallerWords{actor}, 1, {}, 0);
        world.calls.done(mark, {}, 0);
        weight += sealer ? 0 : 2;
        RC_ASSERT(world.call_reader.is_due() == (weight >= SyslogWorld::call_records / 4));
        if (weight >= 20) {
            world.drain_all(SyslogWorld::call_ring, 10);
            weight = 0;
            RC_ASSERT(!world.call_reader.is_due());
        }
    }
}

// One flipped bit anywhere in a batch or its seal.
RC_GTEST_PROP(syslog, of_a_batch_every_bit_is_sealed, ()) {
    SyslogWorld world;
    Actor const actor{.process = 1, .thread = 2, .account = 3, .bucket = 4};
    auto const calls = *rc::gen::inRange(1U, 20U);
    for (std::uint64_t count = 0; count < calls; ++count) {
        auto const mark = world.calls.request(CallerWords{actor}, 5, {count}, count);
        world.calls.done(mark, count, count + 1);
        world.refusals.refuse(actor, 5, mark, {Check::rights, 0, 1}, count, count);
    }
    auto const ring = *rc::gen::element(SyslogWorld::call_ring, SyslogWorld::refusal_ring);
    SealedBatch batch = *world.drain(ring);
    HashEngine const& engine = host::portable_engine();
    RC_ASSERT(check_batch(engine, SyslogWorld::boot, batch.seal, batch.records).sound());
    auto const record = *rc::gen::inRange<std::size_t>(0, batch.records.size());
    auto const bit = *rc::gen::inRange<std::size_t>(0, 512);
    batch.records[record].words[bit / 64] ^= std::uint64_t{1} << bit % 64;
    RC_ASSERT(!check_batch(engine, SyslogWorld::boot, batch.seal, batch.records).sound());
}

} // namespace
} // namespace axiom::kernel::test
