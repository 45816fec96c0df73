#pragma once
// Entries for a live log: ticks, numbered, with data attached where wanted; and what of them a
// medium still holds.

#include <map>
#include <vector>

#include <tests/support/live_world.hpp>

namespace axiom::test {

struct LiveEntry {
    std::uint64_t now{};
    std::size_t attachment_bytes{}; // of data; 0 is none
    ProducerId producer{};
    ProducerNumber number{};
};

inline Result<Appended> append_entry(host::LiveLog& live, LiveEntry const& entry) {
    std::array<std::byte, 16> room{};
    Proposal const proposal{
        .domain = DomainNumber::log,
        .kind = static_cast<std::uint16_t>(LogKind::tick),
        .producer = entry.producer,
        .producer_number = entry.number,
        .body = TRY(encode_whole(MutableBytes{room}, Tick{.now = LogTime{entry.now}, .wall = {}}))};
    if (entry.attachment_bytes == 0) {
        return live.append(proposal);
    }
    std::size_t const bytes = attachment_salt_bytes + entry.attachment_bytes;
    std::vector<std::byte> padded(padded_bytes(bytes), std::byte{0});
    std::fill_n(padded.begin(), bytes, static_cast<std::byte>(0x40U + entry.now % 64));
    return live.append(proposal, host::Attachment{padded, static_cast<std::uint32_t>(bytes)});
}

/// Header and body of every entry that opening `store` finds, without those that opening adds.
inline Result<std::vector<std::vector<std::byte>>> entries_on(Store& store) {
    LiveWorld world{store};
    SeenEntries seen;
    auto const live = TRY(world.open(&seen));
    seen.list.resize(live->recovered().chain.next.value);
    return std::move(seen.list);
}

} // namespace axiom::test
