// The state hash of a released reducer never changes: a log with every domain, entry by entry.

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include <tests/support/state_world.hpp>

namespace {

using namespace axiom;

std::vector<std::byte> from_hex(std::string const& text) {
    std::vector<std::byte> bytes;
    for (std::size_t at = 0; text != "-" && at + 1 < text.size(); at += 2) {
        bytes.push_back(static_cast<std::byte>(std::stoul(text.substr(at, 2), nullptr, 16)));
    }
    return bytes;
}

TEST(state_vectors, every_entry_leads_to_its_recorded_state_hash) {
    std::ifstream file{"tests/golden/state/history.txt"};
    std::string line;
    std::getline(file, line); // what the columns are
    test::StateWorld world;
    std::size_t entries = 0;
    while (std::getline(file, line)) {
        std::istringstream columns{line};
        std::string header;
        std::string body;
        std::string state;
        columns >> header >> body >> state;
        test::OwnedEntry entry;
        auto const bytes = from_hex(header);
        ASSERT_EQ(bytes.size(), sizeof entry.header);
        std::memcpy(static_cast<void*>(&entry.header), bytes.data(), bytes.size());
        entry.body = from_hex(body);
        ASSERT_TRUE(world.shadows.apply(entry.ordered())) << entries;
        EXPECT_EQ(text_of(to_hex(world.state_hash())), state) << entries;
        ++entries;
    }
    EXPECT_EQ(entries, 25U);
    EXPECT_EQ(world.shadows.standing(DomainNumber::records)->rejected, 1U);
    EXPECT_EQ(world.shadows.standing(DomainNumber::actions)->rejected, 1U);
}

} // namespace
