#pragma once
// The messages of axiomd, which keeps the Axiom on its medium.

#include <axiom/log/entry.hpp>
#include <services/runtime/serve.hpp>

namespace axiom::axiomd {

/// Where the log stands on its medium.
struct Standing {
    std::uint64_t next{}; // the first sequence that is not durable
    Hash256 head{};       // link of the entry before it
    std::uint32_t boot{};
    std::uint64_t epoch{};
};
struct AskStanding : WithoutFields {
    static constexpr std::uint64_t method = 1;
    using Answer = Standing;
};

/// Stores what waits, says that the log ended in order, and ends.
struct Finish : WithoutFields {
    static constexpr std::uint64_t method = 2;
    using Answer = Standing;
};

/// Bytes of the log or of a state in one answer.
inline constexpr std::uint32_t piece_bytes_max = 3968;

/// Entries of some domains, in order. Whole ones, or a piece of one that is larger than an answer.
struct Followed {
    std::uint64_t next{};      // from where to ask on
    std::uint32_t rest{};      // so many bytes of entry `next` are still to come
    std::uint64_t watermark{}; // what lies below is durable
    Bytes entries{};           // each its header and its padded body
};
/// Answered when there is something, or empty after a while. `entry_missing` when axiomd no longer
/// holds an entry so old (detail: the oldest): whoever follows begins anew, with `SaveState`.
/// `table_full` when too many wait.
struct Follow {
    static constexpr std::uint64_t method = 3;
    using Answer = Followed;
    std::uint64_t from{};
    std::uint32_t offset{};  // so many bytes of entry `from` are there already
    std::uint64_t domains{}; // bit N: the domain of number N
    bool durable{};          // else as soon as it is ordered
    std::uint32_t wait_ms{}; // at most; 0: not at all
};
inline constexpr std::uint32_t follow_wait_ms_max = 10'000;
inline constexpr std::uint64_t all_domains = ~std::uint64_t{0};
[[nodiscard]] constexpr std::uint64_t only(DomainNumber domain) noexcept {
    return std::uint64_t{1} << static_cast<std::uint16_t>(domain);
}

/// A piece of a state: that before entry `next`.
struct Saved {
    std::uint64_t next{};
    Hash256 log_id{};
    std::uint32_t total_bytes{};
    Bytes piece{};
};
/// A snapshot of every domain (axiom/domain/snapshot.hpp), a piece at a time: what whoever follows
/// begins with. A piece behind the first names the `next` that came with that; `table_full` when
/// the snapshot has gone since, because others wanted newer ones.
struct SaveState {
    static constexpr std::uint64_t method = 4;
    using Answer = Saved;
    std::uint32_t offset{};
    std::uint64_t next{};
};

/// Signs what is there, as an entry that is durable when this is answered. `wrong_key` without the
/// log's key.
struct Checkpoint : WithoutFields {
    static constexpr std::uint64_t method = 6;
    using Answer = Standing;
};

struct Clock {
    bool is_armed{};         // something waits for log time
    std::uint64_t log_ms{};  // log time
    std::uint64_t wall_ns{}; // since 1970, advisory
};
struct AskClock : WithoutFields {
    static constexpr std::uint64_t method = 7;
    using Answer = Clock;
};

/// A piece of a durable entry: its header and its padded body.
struct EntryPiece {
    Hash256 log_id{}; // which log it is of: forks change that
    std::uint32_t total_bytes{};
    Bytes piece{};
};
/// However old it is: it is read from the medium. `entry_missing` for one that is not durable, or
/// that pruning has reduced.
struct ReadEntry {
    static constexpr std::uint64_t method = 8;
    using Answer = EntryPiece;
    std::uint64_t sequence{};
    std::uint32_t offset{};
};

/// Stores what waits: whatever was ordered before this was asked lies below `next`.
struct Settle : WithoutFields {
    static constexpr std::uint64_t method = 9;
    using Answer = Standing;
};

struct State {
    std::uint64_t next{}; // before this entry
    Hash256 hash{};       // over every domain
};
struct AskState : WithoutFields {
    static constexpr std::uint64_t method = 5;
    using Answer = State;
};

} // namespace axiom::axiomd

template <> struct axiom::Schema<axiom::axiomd::Followed> {
    using Followed = axiomd::Followed;
    static constexpr auto fields =
        std::tuple{Field{"next", &Followed::next, "from where to ask on"},
                   Field{"rest", &Followed::rest, "bytes of that entry still to come"},
                   Field{"watermark", &Followed::watermark, "what lies below is durable"},
                   Field{"entries", &Followed::entries, "each its header and its padded body",
                         at_most<axiomd::piece_bytes_max>}};
};
template <> struct axiom::Schema<axiom::axiomd::Follow> {
    using Follow = axiomd::Follow;
    static constexpr auto fields =
        std::tuple{Field{"from", &Follow::from, "the first entry that is wanted"},
                   Field{"offset", &Follow::offset, "bytes of it that are there already"},
                   Field{"domains", &Follow::domains, "bit N: the domain of number N"},
                   Field{"durable", &Follow::durable, "only what is durable"},
                   Field{"wait_ms", &Follow::wait_ms, "how long to wait for something"}};
};
template <> struct axiom::Schema<axiom::axiomd::Saved> {
    using Saved = axiomd::Saved;
    static constexpr auto fields = std::tuple{
        Field{"next", &Saved::next, "it is the state before this entry"},
        Field{"log_id", &Saved::log_id, "of the log"},
        Field{"total_bytes", &Saved::total_bytes, "of all pieces"},
        Field{"piece", &Saved::piece, "from the offset on", at_most<axiomd::piece_bytes_max>}};
};
template <> struct axiom::Schema<axiom::axiomd::SaveState> {
    using SaveState = axiomd::SaveState;
    static constexpr auto fields =
        std::tuple{Field{"offset", &SaveState::offset, "from here on"},
                   Field{"next", &SaveState::next, "that came with the first piece"}};
};
template <> struct axiom::Schema<axiom::axiomd::EntryPiece> {
    using Piece = axiomd::EntryPiece;
    static constexpr auto fields = std::tuple{
        Field{"log_id", &Piece::log_id, "of the log that it is of"},
        Field{"total_bytes", &Piece::total_bytes, "of all pieces"},
        Field{"piece", &Piece::piece, "from the offset on", at_most<axiomd::piece_bytes_max>}};
};
template <> struct axiom::Schema<axiom::axiomd::ReadEntry> {
    using ReadEntry = axiomd::ReadEntry;
    static constexpr auto fields =
        std::tuple{Field{"sequence", &ReadEntry::sequence, "which entry"},
                   Field{"offset", &ReadEntry::offset, "from here on"}};
};
template <> struct axiom::Schema<axiom::axiomd::Clock> {
    using Clock = axiomd::Clock;
    static constexpr auto fields =
        std::tuple{Field{"is_armed", &Clock::is_armed, "something waits for log time"},
                   Field{"log_ms", &Clock::log_ms, "log time"},
                   Field{"wall_ns", &Clock::wall_ns, "since 1970, advisory"}};
};
template <> struct axiom::Schema<axiom::axiomd::State> {
    using State = axiomd::State;
    static constexpr auto fields = std::tuple{Field{"next", &State::next, "before this entry"},
                                              Field{"hash", &State::hash, "over every domain"}};
};
template <> struct axiom::Schema<axiom::axiomd::Standing> {
    using Standing = axiomd::Standing;
    static constexpr auto fields =
        std::tuple{Field{"next", &Standing::next, "the first sequence that is not durable"},
                   Field{"head", &Standing::head, "link of the entry before it"},
                   Field{"boot", &Standing::boot, "the boot's number"},
                   Field{"epoch", &Standing::epoch, "the writer's epoch"}};
};

namespace axiom::axiomd {

using AxiomdApi =
    Api<AskStanding, Finish, Follow, SaveState, AskState, Checkpoint, AskClock, ReadEntry, Settle>;

} // namespace axiom::axiomd
