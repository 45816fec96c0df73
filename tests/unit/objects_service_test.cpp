// The messages of the store of objects, as clients of every kind send them.

#include <gtest/gtest.h>

#include <services/objects/service.hpp>
#include <sim-host/platform/memory_store.hpp>
#include <tests/support/failing_store.hpp>
#include <tests/support/object_world.hpp>
#include <tests/support/scripted_kernel.hpp>

namespace axiom::objects {
namespace {

using test::ObjectWorld;
using test::ScriptedKernel;

constexpr LoopSize size{.couriers = 0, .conversations = 2};

class ObjectsService : public testing::Test {
  protected:
    ObjectsService() { EXPECT_TRUE(world_.open()); }

    /// Handles what was requested until nothing is left.
    void serve_all() {
        std::vector<std::byte> memory(Loop::bytes_for(size) + ObjectService::bytes_for());
        Arena arena{MutableBytes{memory}};
        Loop loop{calls_, arena, size};
        ASSERT_TRUE(loop.begin());
        ObjectService service{world_.store(), ObjectWorld::engine(), arena};
        served_to_the_end_ = serve<ObjectsApi>(loop, service);
    }
    template <class Asks> Result<typename Asks::Answer> answer(std::uint64_t token) {
        return kernel_.answer_to<Asks>(token);
    }

    host::MemoryStore medium_{ObjectWorld::small_geometry};
    test::FailingStore failing_{medium_};
    ObjectWorld world_{failing_};
    ScriptedKernel kernel_;
    kernel::UserCalls calls_{kernel_.trap()};
    bool served_to_the_end_{};
};

TEST_F(ObjectsService, AContentInPiecesIsStoredAndFetchedInPieces) {
    auto const content = ObjectWorld::sample(piece_bytes_max + 10, 1);
    Bytes const all{content};
    kernel_.request(1, Begin{}, 5);
    kernel_.request(2, Append{.upload = 1, .offset = 0, .piece = all.first(piece_bytes_max)}, 5);
    kernel_.request(3, Append{.upload = 1, .offset = piece_bytes_max, .piece = all.last(10)}, 5);
    kernel_.request(4, Finish{.upload = 1}, 5);
    Hash256 const id = ObjectWorld::id_of(content);
    kernel_.request(5, Stat{.id = id});
    kernel_.request(6, Fetch{.id = id, .offset = piece_bytes_max});
    kernel_.request(7, Fetch{.id = id, .offset = content.size()});
    kernel_.request(8, ListObjects{});
    kernel_.request(9, Fetch{.id = id, .offset = content.size() + 1});
    serve_all();
    EXPECT_EQ(answer<Begin>(1)->upload, 1U);
    Stored const stored = answer<Finish>(4).value();
    EXPECT_EQ(stored.id, id);
    EXPECT_EQ(stored.bytes, content.size());
    EXPECT_EQ(answer<Stat>(5)->owner, 5U);
    auto const fetched = answer<Fetch>(6);
    ASSERT_TRUE(fetched);
    EXPECT_EQ(fetched->total_bytes, content.size());
    EXPECT_TRUE(equal_bytes(fetched->piece, all.last(10)));
    EXPECT_TRUE(answer<Fetch>(7)->piece.empty());
    EXPECT_EQ(answer<ListObjects>(8)->objects.size(), 1U);
    EXPECT_EQ(answer<Fetch>(9).error().code, Code::out_of_range);
}

TEST_F(ObjectsService, AnUploadIsItsClients) {
    kernel_.request(1, Begin{}, 5);
    kernel_.request(2, Append{.upload = 1, .offset = 0, .piece = bytes_of("x")}, 6);
    kernel_.request(3, Finish{.upload = 1}, 6);
    kernel_.request(4, Abandon{.upload = 1}, 6);
    kernel_.request(5, Append{.upload = 1, .offset = 0, .piece = bytes_of("x")}, 5);
    kernel_.request(6, Abandon{.upload = 1}, 5);
    kernel_.request(7, Finish{.upload = 1}, 5);
    serve_all();
    for (std::uint64_t const token : {2U, 3U, 4U, 7U}) {
        EXPECT_EQ(answer<Finish>(token).error().code, Code::no_such_row) << token;
    }
    EXPECT_TRUE(answer<Append>(5));
    EXPECT_EQ(world_.store().totals().objects, 0U);
}

TEST_F(ObjectsService, APieceComesOnceAndInOrder) {
    kernel_.request(1, Begin{});
    kernel_.request(2, Append{.upload = 1, .offset = 1, .piece = bytes_of("b")});
    kernel_.request(3, Append{.upload = 1, .offset = 0, .piece = bytes_of("ab")});
    kernel_.request(4, Append{.upload = 1, .offset = 0, .piece = bytes_of("ab")});
    kernel_.request(5, Finish{.upload = 1});
    serve_all();
    EXPECT_EQ(answer<Append>(2).error().code, Code::out_of_range);
    EXPECT_TRUE(answer<Append>(3));
    EXPECT_EQ(answer<Append>(4).error().code, Code::out_of_range);
    EXPECT_EQ(answer<Finish>(5)->id, ObjectWorld::id_of(bytes_of("ab")));
}

TEST_F(ObjectsService, WhoBeginsTooMuchLosesTheOldestAndOthersLoseNothing) {
    std::uint64_t token = 0;
    kernel_.request(++token, Begin{}, 5); // upload 1
    for (std::size_t times = 0; times <= client_uploads_max; ++times) {
        kernel_.request(++token, Begin{}, 6); // uploads 2 to 6: the last takes 2's place
    }
    for (std::uint64_t client = 10; client < 10 + uploads_max - client_uploads_max - 1; ++client) {
        kernel_.request(++token, Begin{}, client);
    }
    kernel_.request(100, Begin{}, 99);
    kernel_.request(101, Finish{.upload = 2}, 6);
    kernel_.request(102, Finish{.upload = 3}, 6);
    kernel_.request(103, Finish{.upload = 1}, 5);
    kernel_.request(104, AskTotals{});
    serve_all();
    EXPECT_EQ(answer<Begin>(100).error().code, Code::too_many_uploads);
    EXPECT_EQ(answer<Finish>(101).error().code, Code::no_such_row);
    EXPECT_TRUE(answer<Finish>(102));
    EXPECT_TRUE(answer<Finish>(103));
    EXPECT_EQ(answer<AskTotals>(104)->uploads, uploads_max - 2);
}

TEST_F(ObjectsService, AFullStoreEndsTheUploadAndNothingElse) {
    std::uint64_t token = 1;
    kernel_.request(token, Begin{});
    std::uint64_t offset = 0;
    auto const content = ObjectWorld::sample(3U << 20U, 1); // more than the medium has
    for (; offset < content.size(); offset += piece_bytes_max) {
        std::size_t const bytes = std::min<std::size_t>(piece_bytes_max, content.size() - offset);
        kernel_.request(
            ++token,
            Append{.upload = 1, .offset = offset, .piece = Bytes{content}.subspan(offset, bytes)});
    }
    kernel_.request(5001, Finish{.upload = 1});
    kernel_.request(5002, Begin{});
    kernel_.request(5003, Finish{.upload = 2});
    serve_all();
    std::size_t full = 0;
    for (std::uint64_t each = 2; each <= token; ++each) {
        auto const appended = answer<Append>(each);
        full += !appended && appended.error().code == Code::objects_full ? 1 : 0;
    }
    EXPECT_EQ(full, 1U);
    EXPECT_EQ(answer<Finish>(5001).error().code, Code::no_such_row);
    EXPECT_TRUE(answer<Begin>(5002));
}

TEST_F(ObjectsService, WithItsMediumItEnds) {
    failing_.plan({.operation = 0, .from_then_on = true, .code = Code::io_failed});
    kernel_.request(1, Begin{});
    kernel_.request(2, Append{.upload = 1, .offset = 0, .piece = bytes_of("ab")});
    kernel_.request(3, Finish{.upload = 1});
    kernel_.request(4, AskTotals{});
    serve_all();
    EXPECT_TRUE(served_to_the_end_);
    EXPECT_EQ(answer<Finish>(3).error().code, Code::io_failed);
    EXPECT_EQ(kernel_.reply_to(4), nullptr);
}

// Whoever keeps it has forgotten that it was opened: whoever asks is to ask the next one.
TEST_F(ObjectsService, WithAMediumThatWasBegunAnewItEndsUnanswered) {
    failing_.plan({.operation = 0, .from_then_on = true, .code = Code::not_a_log});
    kernel_.request(1, Begin{});
    kernel_.request(2, Append{.upload = 1, .offset = 0, .piece = bytes_of("ab")});
    kernel_.request(3, Finish{.upload = 1});
    kernel_.request(4, AskTotals{});
    serve_all();
    EXPECT_EQ(answer<Finish>(3).error().code, Code::unanswered);
    EXPECT_EQ(kernel_.reply_to(4), nullptr);
}

TEST_F(ObjectsService, WhatIsNoMessageIsRefused) {
    kernel_.raw_request(1, Append::method, std::vector<std::byte>(20, std::byte{0xFF}));
    kernel_.raw_request(2, Fetch::method, {});
    kernel_.raw_request(3, 99, {});
    kernel_.request(4, Begin{});
    serve_all();
    for (std::uint64_t const token : {1U, 2U, 3U}) {
        ASSERT_NE(kernel_.reply_to(token), nullptr);
        EXPECT_NE(kernel_.reply_to(token)->words.words[0], 0U) << token;
    }
    EXPECT_TRUE(answer<Begin>(4));
}

} // namespace
} // namespace axiom::objects
