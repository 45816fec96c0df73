// The fields in which two entries differ, whichever of them has a field.

#include <map>
#include <string>

#include <gtest/gtest.h>

#include <services/records/domain.hpp>
#include <sim-host/replay/log_difference.hpp>
#include <tests/support/forged.hpp>

namespace axiom::host {
namespace {

OwnedEntry host_entry(test::OwnedEntry const& from) {
    OwnedEntry entry;
    entry.bytes = from.body;
    entry.view.entry = {.header = from.header, .body = entry.bytes};
    return entry;
}

// Field to `left -> right`.
std::map<std::string, std::string> fields_of(OwnedEntry const& left, OwnedEntry const& right) {
    std::map<std::string, std::string> fields;
    for (FieldDifference const& field : differing_fields(left, right)) {
        EXPECT_TRUE(fields.emplace(field.field, field.left + " -> " + field.right).second);
    }
    return fields;
}

TEST(LogDifferenceTest, AMemberThatOneSideLacksIsReportedWhicheverSideItIs) {
    auto const stream = host_entry(
        test::entry_of(records::records_domain, records::Kind::stream,
                       records::Stream{.producer = ProducerId{7}, .name = "s", .source = "x"}));
    auto const line = host_entry(test::entry_of(records::records_domain, records::Kind::line,
                                                records::Line{.object = "object", .number = 3}));
    auto const there = fields_of(stream, line);
    EXPECT_EQ(there.at("body.content.name"), "\"s\" -> null");
    EXPECT_EQ(there.at("body.content.object"), "null -> \"object\"");
    EXPECT_EQ(there.at("body.content.number"), "null -> 3");
    auto const back = fields_of(line, stream);
    EXPECT_EQ(back.at("body.content.name"), "null -> \"s\"");
    EXPECT_EQ(back.at("body.content.object"), "\"object\" -> null");
    EXPECT_EQ(back.size(), there.size());
    EXPECT_TRUE(fields_of(line, line).empty());
}

} // namespace
} // namespace axiom::host
