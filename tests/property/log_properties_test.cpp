// The sequencer under random use, against a plain model: a list of what was taken.

#include <map>
#include <vector>

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <blake3.h>

#include <axiom/crypto/context.hpp>
#include <tests/support/log_world.hpp>
#include <tests/support/reached.hpp>

namespace {

using namespace axiom;
using namespace axiom::test;

// A hash by the official hasher, from the context's text: no code of ours takes part.
Hash256 official(HashContext const& context, std::vector<std::byte> const& input) {
    blake3_hasher hasher;
    blake3_hasher_init_derive_key_raw(&hasher, context.text.data(), context.text.size());
    blake3_hasher_update(&hasher, input.data(), input.size());
    Hash256 hash;
    blake3_hasher_finalize(&hasher, reinterpret_cast<std::uint8_t*>(hash.bytes.data()), 32);
    return hash;
}

std::vector<std::byte> joined(Bytes left, Bytes right) {
    std::vector<std::byte> all{left.begin(), left.end()};
    all.insert(all.end(), right.begin(), right.end());
    return all;
}

std::vector<std::byte> any_body() {
    auto const size =
        *rc::gen::weightedOneOf<std::size_t>({{8, rc::gen::inRange<std::size_t>(0, 200)},
                                              {1, rc::gen::inRange<std::size_t>(1000, 5000)}});
    auto const fill = *rc::gen::arbitrary<std::uint8_t>();
    return std::vector<std::byte>(size, std::byte{fill});
}

// What the model remembers of an entry.
struct Taken {
    std::vector<std::byte> body;
    std::uint16_t kind;
};

struct Model {
    std::vector<Taken> entries{{}};                                // genesis
    std::map<std::uint64_t, std::vector<std::uint64_t>> producers; // sequences by number less one
    std::uint64_t drained{1};
    std::uint64_t watermark{1};
    Hash256 head{};
};

// Checks a drained block against hashes that the official hasher makes of the model's entries.
void check_block(Model& model, DrainedBlock const& block) {
    RC_ASSERT(block.first.value == model.drained);
    RC_ASSERT(block.previous_head == model.head);
    for (std::size_t index = 0; index < block.entries.size(); ++index) {
        Taken const& taken = model.entries[model.drained + index];
        EntryHeader const header =
            decode_header({block.entries[index], entry_header_bytes}).value();
        RC_ASSERT(header.sequence.value == model.drained + index);
        RC_ASSERT(header.body_bytes == taken.body.size());
        std::vector<std::byte> padded = taken.body;
        padded.resize(padded_bytes(padded.size()));
        RC_ASSERT(header.body_commitment ==
                  (padded.empty() ? Hash256{} : official(context::entry_body, padded)));
        Hash256 const leaf = official(context::entry_leaf, joined(header_bytes(header), {}));
        RC_ASSERT(block.leaves[index] == leaf);
        model.head = official(context::entry_link, joined(model.head.view(), leaf.view()));
    }
    RC_ASSERT(block.head == model.head);
    model.drained += block.entries.size();
}

RC_GTEST_PROP(log, sequences_are_gapless_and_the_chain_is_the_defined_one, ()) {
    must_reach({{"append", "taken"}, {"append", "ring_full"}});
    LogWorld world{{.bytes = 16U << 10U, .entries = 64}}; // small, so that its room is used again
    world.begin();
    Model model;
    model.head = world.log.drained_head();
    auto const steps = *rc::gen::inRange(1, 120);
    for (int step = 0; step < steps; ++step) {
        switch (*rc::gen::inRange(0, 5)) {
        case 0: { // the store caught up, with some or all of what was drained
            auto const to = *rc::gen::inRange(model.watermark, model.drained + 1);
            world.log.durable_through(Sequence{to});
            model.watermark = to;
            break;
        }
        case 1: {
            auto const limit = *rc::gen::inRange<std::size_t>(1, 40);
            if (auto const block = world.log.drain({.entries_max = limit})) {
                check_block(model, *block);
            } else {
                RC_ASSERT(model.drained == model.entries.size());
            }
            break;
        }
        default: {
            auto const body = any_body();
            auto const kind = *rc::gen::element(plain_kind, durable_kind);
            auto const appended = world.log.append(LogWorld::proposal(kind, body));
            reached({"append", appended ? "taken" : "ring_full"});
            if (!appended) {
                RC_ASSERT(appended.error().code == Code::ring_full);
                RC_ASSERT(world.log.next_sequence().value == model.entries.size());
                break;
            }
            RC_ASSERT(appended->sequence.value == model.entries.size());
            RC_ASSERT(appended->entry.has_value());
            RC_ASSERT(text_of(appended->entry->value().body) == text_of(Bytes{body}));
            model.entries.push_back({body, kind});
        }
        }
        RC_ASSERT(world.log.watermark().value == model.watermark);
    }
}

RC_GTEST_PROP(log, only_what_the_watermark_has_passed_is_durable, ()) {
    LogWorld world;
    world.begin();
    std::vector<Ordered<Entry>> taken;
    auto const count = *rc::gen::inRange(1, 60);
    for (int index = 0; index < count; ++index) {
        taken.push_back(*world.log.append(LogWorld::proposal(durable_kind, {})).value().entry);
    }
    while (world.log.drain({.entries_max = 7})) {
    }
    auto const through = *rc::gen::inRange<std::uint64_t>(1, static_cast<std::uint64_t>(count) + 2);
    world.log.durable_through(Sequence{through});
    for (Ordered<Entry> const& entry : taken) {
        RC_ASSERT(world.log.durable(entry).has_value() == (entry.sequence().value < through));
    }
}

RC_GTEST_PROP(log, a_producer_s_repeat_is_answered_with_its_first_entry, ()) {
    must_reach({{"number", "gap"}, {"number", "too_old"}, {"number", "repeat"}});
    LogWorld world;
    world.begin();
    std::map<std::uint64_t, std::vector<std::uint64_t>> model;
    // Ranges grow with the size of a case; the window of 64 results needs long runs and far looks.
    auto const steps = *rc::gen::inRange(1, 500);
    for (int step = 0; step < steps; ++step) {
        auto const producer = *rc::gen::inRange<std::uint64_t>(1, 3);
        auto& sequences = model[producer];
        auto const back = *rc::gen::weightedOneOf<std::uint64_t>(
            {{4, rc::gen::just<std::uint64_t>(0)},
             {2, rc::gen::element<std::uint64_t>(1, 2, 9, 63, 64, 65, 70)}});
        auto const skip = *rc::gen::weightedElement<std::uint64_t>({{9, 1}, {1, 2}});
        std::uint64_t const number = back != 0 && back <= sequences.size()
                                         ? sequences.size() + 1 - back
                                         : sequences.size() + skip;
        Proposal proposal = LogWorld::proposal(plain_kind, {});
        proposal.producer = ProducerId{producer};
        proposal.producer_number = ProducerNumber{number};
        Sequence const before = world.log.next_sequence();
        auto const appended = world.log.append(proposal);
        if (number == sequences.size() + 1) {
            RC_ASSERT(appended.has_value() && appended->entry.has_value());
            RC_ASSERT(appended->sequence == before);
            sequences.push_back(appended->sequence.value);
        } else {
            RC_ASSERT(world.log.next_sequence() == before);
            reached({"number", number > sequences.size() + 1                        ? "gap"
                               : sequences.size() - number >= producer_results_kept ? "too_old"
                                                                                    : "repeat"});
            if (number > sequences.size() + 1) {
                RC_ASSERT(appended.error().code == Code::number_gap);
            } else if (sequences.size() - number >= producer_results_kept) {
                RC_ASSERT(appended.error().code == Code::too_old);
            } else {
                RC_ASSERT(!appended->entry.has_value());
                RC_ASSERT(appended->sequence.value == sequences[number - 1]);
            }
        }
        while (world.log.drain({})) {
        }
        world.log.durable_through(world.log.drained());
    }
}

RC_GTEST_PROP(log, subscribers_get_every_entry_once_in_order_and_the_ring_waits_for_them, ()) {
    LogWorld world{{.bytes = 512U << 10U, .entries = 32}};
    world.begin();
    auto const ordered = world.log.subscribe(Delivery::ordered).value();
    auto const durable = world.log.subscribe(Delivery::durable).value();
    std::uint64_t next_ordered = 1;
    std::uint64_t next_durable = 1;
    std::uint64_t end = 1;
    auto const steps = *rc::gen::inRange(1, 300);
    for (int step = 0; step < steps; ++step) {
        switch (*rc::gen::inRange(0, 4)) {
        case 0: {
            auto const appended = world.log.append(LogWorld::proposal(plain_kind, {}));
            std::uint64_t const held = end - std::min(next_ordered, next_durable);
            if (appended) {
                ++end;
            } else {
                RC_ASSERT(appended.error().code == Code::ring_full);
                RC_ASSERT(held >= 24 || world.log.watermark().value < end);
            }
            break;
        }
        case 1:
            while (world.log.drain({})) {
            }
            world.log.durable_through(world.log.drained());
            break;
        case 2: {
            auto const entry = world.log.next(ordered);
            RC_ASSERT(entry.has_value() == (next_ordered < end));
            if (entry) {
                RC_ASSERT(entry->sequence().value == next_ordered);
                RC_ASSERT(entry->value().header.sequence.value == next_ordered);
                ++next_ordered;
            }
            break;
        }
        default: {
            auto const entry = world.log.next(durable);
            RC_ASSERT(entry.has_value() == (next_durable < world.log.watermark().value));
            if (entry) {
                RC_ASSERT(entry->sequence().value == next_durable);
                RC_ASSERT(entry->value().header.sequence.value == next_durable);
                ++next_durable;
            }
        }
        }
    }
}

RC_GTEST_PROP(log, a_gated_kind_comes_only_through_the_engine_and_on_fresh_state, ()) {
    must_reach({{"proposal", "taken"}, {"proposal", "stale_decision"}});
    LogWorld world;
    world.begin();
    auto const right = EngineCapability::after_the_policy();
    Sequence last_change{0};
    auto const steps = *rc::gen::inRange(1, 60);
    for (int step = 0; step < steps; ++step) {
        Sequence const before = world.log.next_sequence();
        Proposal proposal = LogWorld::proposal(gated_kind, {});
        RC_ASSERT(world.log.append(proposal).error().code == Code::not_gated);
        proposal.decided_at = Sequence{*rc::gen::inRange<std::uint64_t>(0, before.value)};
        auto const appended = world.log.propose(right, proposal);
        reached({"proposal", appended ? "taken" : "stale_decision"});
        if (proposal.decided_at >= last_change) {
            RC_ASSERT(appended.has_value());
            last_change = appended->sequence;
        } else {
            RC_ASSERT(appended.error().code == Code::stale_decision);
            RC_ASSERT(world.log.next_sequence() == before);
        }
    }
}

} // namespace
