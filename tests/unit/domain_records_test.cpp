// The records domain.

#include <tests/support/domain_fixture.hpp>

namespace {

using namespace axiom;
using records::Kind;
using records::Stream;

struct records_domain : test::DomainFixture {
    ProducerId const producer{5};
};

TEST_F(records_domain, lines_are_counted_by_number_and_bytes) {
    accepts(Kind::stream, Stream{producer, "stdin", "a pipe"});
    accepts(test::line_entry(producer, 1, 10));
    accepts(test::line_entry(producer, 2, 0));
    auto const* const row = world.records.find(producer);
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row->name.view(), "stdin");
    EXPECT_EQ(row->lines, 2U);
    EXPECT_EQ(row->bytes, 10U);
    EXPECT_EQ(row->last, Sequence{3});
}

TEST_F(records_domain, line_without_a_stream_is_refused) {
    refuses(test::line_entry(producer, 1), Code::no_such_row);
}

TEST_F(records_domain, line_number_that_does_not_rise_is_refused) {
    accepts(Kind::stream, Stream{producer, "stdin", ""});
    accepts(test::line_entry(producer, 7));
    refuses(test::line_entry(producer, 7), Code::out_of_range);
    refuses(test::line_entry(producer, 6), Code::out_of_range);
    accepts(test::line_entry(producer, 8));
}

TEST_F(records_domain, line_without_its_text_is_refused) {
    accepts(Kind::stream, Stream{producer, "stdin", ""});
    auto line = test::line_entry(producer, 1);
    line.header.attachment_bytes = 0;
    refuses(line, Code::attachment_missing);
}

TEST_F(records_domain, stream_twice_without_a_name_without_a_producer_or_without_room_is_refused) {
    accepts(Kind::stream, Stream{producer, "stdin", ""});
    refuses(Kind::stream, Stream{producer, "again", ""}, Code::already_exists);
    refuses(Kind::stream, Stream{ProducerId{6}, "", ""}, Code::bad_text);
    refuses(Kind::stream, Stream{ProducerId{}, "none", ""}, Code::out_of_range);
    for (std::uint64_t other = 10; other < 13; ++other) {
        accepts(Kind::stream, Stream{ProducerId{other}, "more", ""});
    }
    refuses(Kind::stream, Stream{ProducerId{13}, "one too many", ""}, Code::table_full);
}

TEST_F(records_domain, body_that_does_not_decode_is_refused) {
    auto line = test::line_entry(producer, 1);
    line.body.pop_back();
    refuses(line, Code::truncated);
    line.body.resize(line.body.size() + 2);
    refuses(line, Code::trailing_bytes);
}

TEST_F(records_domain, decision_that_is_not_canonical_is_refused) {
    accepts(Kind::stream, Stream{producer, "stdin", ""});
    Gated<records::Line> body{.decision = {}, .content = {"object", 1}};
    body.decision.conditions.push_back(
        {.kind = policy::ConditionKind::expiry, .subject = 3, .value = 1, .window_ms = 0});
    auto line = test::line_entry(producer, 1);
    line.body = test::encoded(body);
    refuses(line, Code::not_canonical);
}

} // namespace
