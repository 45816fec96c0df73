#pragma once
// The messages of whoever keeps a log's medium: axiom/port/store.hpp, said to another process.
//
// Bytes to be read or written lie in a region that both hold, from its start on.

#include <axiom/port/store.hpp>
#include <services/runtime/serve.hpp>

namespace axiom::store_api {

/// Bytes of the region at most; whole storage blocks.
inline constexpr std::uint64_t transfer_bytes_max = std::uint64_t{1} << 20U;

struct Opened { // of `Open`
    std::uint32_t storage_block_bytes{};
    std::uint64_t segment_bytes{};
    std::uint32_t slots{};
};
/// First of all. Whether there is a log the medium's bytes say.
struct Open : WithoutFields {
    static constexpr std::uint64_t method = 1;
    using Answer = Opened;
};
struct Extended {
    std::uint32_t slot{};
};
struct Extend : WithoutFields {
    static constexpr std::uint64_t method = 2;
    using Answer = Extended;
};
struct Read {
    static constexpr std::uint64_t method = 3;
    using Answer = Nothing;
    std::uint32_t slot{};
    std::uint64_t offset{};
    std::uint64_t bytes{};
};
struct Write {
    static constexpr std::uint64_t method = 4;
    using Answer = Nothing;
    std::uint32_t slot{};
    std::uint64_t offset{};
    std::uint64_t bytes{};
};
struct Flush : WithoutFields {
    static constexpr std::uint64_t method = 5;
    using Answer = Nothing;
};
struct Discard {
    static constexpr std::uint64_t method = 6;
    using Answer = Nothing;
    std::uint32_t slot{};
    std::uint64_t offset{};
};
struct Claimed {
    std::uint64_t epoch{};
};
struct ClaimedEpoch : WithoutFields {
    static constexpr std::uint64_t method = 7;
    using Answer = Claimed;
};
struct ClaimEpoch {
    static constexpr std::uint64_t method = 8;
    using Answer = Nothing;
    std::uint64_t epoch{};
};
struct Random {
    Hash256 bytes{};
    std::uint64_t wall_time_ns{};
};
/// What a log is begun with: 32 bytes that nobody knows, and what time it is said to be.
struct AskRandom : WithoutFields {
    static constexpr std::uint64_t method = 9;
    using Answer = Random;
};

} // namespace axiom::store_api

template <> struct axiom::Schema<axiom::store_api::Opened> {
    using Opened = store_api::Opened;
    static constexpr auto fields =
        Fields{Field{"storage_block_bytes", &Opened::storage_block_bytes, "what a write may tear"},
               Field{"segment_bytes", &Opened::segment_bytes, "bytes of a slot"},
               Field{"slots", &Opened::slots, "how many there are"}};
};
template <> struct axiom::Schema<axiom::store_api::Extended> {
    static constexpr auto fields =
        Fields{Field{"slot", &store_api::Extended::slot, "the new slot"}};
};
template <> struct axiom::Schema<axiom::store_api::Read> {
    using Read = store_api::Read;
    static constexpr auto fields =
        Fields{Field{"slot", &Read::slot, "where"}, Field{"offset", &Read::offset, "in it"},
               Field{"bytes", &Read::bytes, "how many, to the region's start"}};
};
template <> struct axiom::Schema<axiom::store_api::Write> {
    using Write = store_api::Write;
    static constexpr auto fields =
        Fields{Field{"slot", &Write::slot, "where"}, Field{"offset", &Write::offset, "in it"},
               Field{"bytes", &Write::bytes, "how many, from the region's start"}};
};
template <> struct axiom::Schema<axiom::store_api::Discard> {
    using Discard = store_api::Discard;
    static constexpr auto fields = Fields{Field{"slot", &Discard::slot, "where"},
                                          Field{"offset", &Discard::offset, "from here on"}};
};
template <> struct axiom::Schema<axiom::store_api::Claimed> {
    static constexpr auto fields =
        Fields{Field{"epoch", &store_api::Claimed::epoch, "the highest that was claimed"}};
};
template <> struct axiom::Schema<axiom::store_api::ClaimEpoch> {
    static constexpr auto fields =
        Fields{Field{"epoch", &store_api::ClaimEpoch::epoch, "above every earlier one"}};
};
template <> struct axiom::Schema<axiom::store_api::Random> {
    using Random = store_api::Random;
    static constexpr auto fields =
        Fields{Field{"bytes", &Random::bytes, "that nobody knows"},
               Field{"wall_time_ns", &Random::wall_time_ns, "since 1970, advisory"}};
};

namespace axiom::store_api {

using StoreApi =
    Api<Open, Extend, Read, Write, Flush, Discard, ClaimedEpoch, ClaimEpoch, AskRandom>;

} // namespace axiom::store_api
