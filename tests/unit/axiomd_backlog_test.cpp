// The newest entries, for those who follow the log.

#include <gtest/gtest.h>

#include <vector>

#include <axiom/base/arena.hpp>
#include <axiom/store/entry_cursor.hpp>
#include <services/axiomd/backlog.hpp>

namespace axiom::axiomd {
namespace {

constexpr RingSize small{.bytes = std::size_t{64} << 10U, .entries = 8};

std::vector<std::byte> entry_of(std::uint64_t sequence, DomainNumber domain,
                                std::size_t body_bytes) {
    EntryHeader header{.kind = 1,
                       .domain = domain,
                       .sequence = Sequence{sequence},
                       .body_bytes = static_cast<std::uint32_t>(body_bytes)};
    header.body_commitment.bytes[0] = std::byte{1};
    std::vector<std::byte> bytes(entry_bytes(body_bytes));
    copy_bytes(bytes, header_bytes(header));
    for (std::size_t at = 0; at < body_bytes; ++at) {
        bytes[entry_header_bytes + at] = static_cast<std::byte>(sequence + at);
    }
    return bytes;
}

class Delivered final : public EntrySink {
  public:
    void entry(Ordered<Entry> const& entry) noexcept override {
        sequences.push_back(entry.sequence().value);
        body_bytes.push_back(entry.value().body.size());
    }
    void reduced(Sequence, Hash256 const&) noexcept override { ADD_FAILURE(); }

    std::vector<std::uint64_t> sequences;
    std::vector<std::size_t> body_bytes;
};

class AxiomdBacklog : public testing::Test {
  protected:
    AxiomdBacklog() : memory_(AppendRing::bytes_for(small)), arena_{MutableBytes{memory_}} {}

    void add(std::uint64_t sequence, DomainNumber domain = DomainNumber::kernel,
             std::size_t body_bytes = 8) {
        backlog_.add(entry_of(sequence, domain, body_bytes), Sequence{sequence});
    }
    Result<Followed> collect(Follow const& asks) {
        return backlog_.collect(asks, backlog_.end(), room_);
    }
    std::vector<std::uint64_t> sequences(Bytes run, std::uint64_t from) {
        Delivered delivered;
        EXPECT_TRUE(EntryCursor::deliver_run(run, Sequence{from}, delivered));
        return delivered.sequences;
    }

    std::vector<std::byte> memory_;
    Arena arena_;
    Backlog backlog_{arena_, small, Sequence{5}};
    std::array<std::byte, piece_bytes_max> room_{};
};

using Sequences = std::vector<std::uint64_t>;

TEST_F(AxiomdBacklog, GivesWhatIsThereInOrder) {
    add(5);
    add(6);
    auto const found = collect({.from = 5, .domains = all_domains});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->next, 7U);
    EXPECT_EQ(sequences(found->entries, 5), (Sequences{5, 6}));
    auto const rest = collect({.from = 7, .domains = all_domains});
    ASSERT_TRUE(rest);
    EXPECT_TRUE(rest->entries.empty());
    EXPECT_EQ(rest->next, 7U);
}

TEST_F(AxiomdBacklog, PassesOverDomainsThatNobodyAskedFor) {
    add(5, DomainNumber::kernel);
    add(6, DomainNumber::policy);
    add(7, DomainNumber::kernel);
    auto const found = collect({.from = 5, .domains = only(DomainNumber::policy)});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->next, 8U);
    EXPECT_EQ(sequences(found->entries, 5), (Sequences{6}));
}

TEST_F(AxiomdBacklog, TakesAnEntryThatComesAgainOnce) {
    add(5);
    add(5);
    add(6);
    add(5);
    EXPECT_EQ(backlog_.end(), Sequence{7});
}

TEST_F(AxiomdBacklog, TheOldestMakeRoomAndWhoAsksForThemIsToldWhereToBegin) {
    for (std::uint64_t sequence = 5; sequence < 25; ++sequence) {
        add(sequence);
    }
    EXPECT_EQ(backlog_.first(), Sequence{17});
    auto const found = collect({.from = 16, .domains = all_domains});
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error(), (Error{Code::entry_missing, 16, 17}));
    EXPECT_EQ(sequences(collect({.from = 24, .domains = all_domains})->entries, 24),
              (Sequences{24}));
}

TEST_F(AxiomdBacklog, AnEntryThatIsLargerThanAnAnswerComesInPieces) {
    constexpr std::size_t body = 9000;
    add(5, DomainNumber::records, body);
    add(6);
    std::vector<std::byte> run;
    Follow asks{.from = 5, .domains = all_domains};
    for (int piece = 0; piece < 3; ++piece) {
        auto const found = collect(asks);
        ASSERT_TRUE(found);
        EXPECT_EQ(found->rest == 0, piece == 2);
        EXPECT_EQ(found->next, piece == 2 ? 7U : 5U);
        run.insert(run.end(), found->entries.begin(), found->entries.end());
        asks.offset = static_cast<std::uint32_t>(run.size());
    }
    Delivered delivered;
    ASSERT_TRUE(EntryCursor::deliver_run(run, Sequence{5}, delivered));
    EXPECT_EQ(delivered.sequences, (Sequences{5, 6}));
    EXPECT_EQ(delivered.body_bytes[0], body);
    asks.offset = entry_bytes(body);
    EXPECT_EQ(collect(asks).error().code, Code::out_of_range);
}

TEST_F(AxiomdBacklog, WhatIsNoRunOfEntriesIsNotDelivered) {
    Delivered delivered;
    std::vector<std::byte> const whole = entry_of(5, DomainNumber::kernel, 8);
    EXPECT_EQ(
        EntryCursor::deliver_run(Bytes{whole}.first(100), Sequence{5}, delivered).error().code,
        Code::truncated);
    EXPECT_EQ(
        EntryCursor::deliver_run(Bytes{whole}.first(192), Sequence{5}, delivered).error().code,
        Code::truncated);
    EXPECT_EQ(EntryCursor::deliver_run(whole, Sequence{6}, delivered).error().code,
              Code::chain_break);
    EXPECT_TRUE(delivered.sequences.empty());
}

} // namespace
} // namespace axiom::axiomd
