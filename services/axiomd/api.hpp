#pragma once
// The messages of axiomd, which keeps the Axiom on its medium.

#include <axiom/log/entry.hpp>
#include <kernel/abi/object.hpp>
#include <kernel/abi/rights.hpp>
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

/// A segment of the medium, read again and hashed: every body against its commitment, every entry
/// against the chain. Whoever goes on with `next` holds `head` against the next `head_before`.
struct Checked {
    std::uint64_t first{};      // the segment's first entry
    std::uint64_t next{};       // behind its last
    std::uint64_t blocks{};     // of entries
    std::uint64_t checkpoint{}; // the newest of its entries that is a checkpoint; 0: none
    Hash256 head_before{};      // as its header has it
    Hash256 head{};             // link of its last entry
};
/// The segment that holds an entry. What is wrong with it is told as for a log that is verified;
/// a signature is not looked at. `entry_missing` for an entry that is not durable.
struct CheckSegment {
    static constexpr std::uint64_t method = 10;
    using Answer = Checked;
    std::uint64_t sequence{};
};

inline constexpr std::size_t found_max = 64;
inline constexpr std::uint32_t find_text_bytes_max = 128;

/// Entries in rising order, and before which one to go on; 0 behind the log's first.
struct Found {
    std::uint64_t before{};
    List<std::uint64_t, found_max> entries;
};
/// The newest entries before one, of one segment of the medium. `entry_missing` for what is not
/// durable.
struct Find {
    static constexpr std::uint64_t method = 11;
    using Answer = Found;
    std::uint64_t before{};
    std::uint16_t domain{};  // 0: any
    std::uint16_t kind{};    // 0: any
    std::string_view text{}; // in the body, byte by byte; empty: any
};

/// A capability of this boot, by numbers that are never used again within it.
struct CapabilityStatus {
    std::uint64_t id{};
    std::uint64_t parent{}; // what it was derived from; 0: the machine's own
    std::uint64_t holder{}; // the process that holds it
    std::uint32_t slot{};   // in that process's space
    kernel::ObjectType object{};
    std::uint64_t number{}; // of the object among those of its type
    kernel::Rights rights{};
    std::uint8_t depth{};
    std::uint64_t badge{};
    HeldText<16> label;
};
inline constexpr std::size_t capabilities_listed_max = 48;

struct Capabilities {
    List<CapabilityStatus, capabilities_listed_max> capabilities;
    std::uint32_t next{}; // where to go on; 0: that was all
};
/// As the kernel's shadow knows them: all that is durable.
struct ListCapabilities {
    static constexpr std::uint64_t method = 12;
    using Answer = Capabilities;
    std::uint32_t from{};   // 0, or where the last answer ended
    std::uint64_t holder{}; // only of this process; 0: of all
    std::uint64_t id{};     // only this one; 0: all
};

/// What a process holds, and what may be spent for it.
struct ProcessLoad {
    std::uint64_t number{};
    std::uint64_t principal{};
    bool lives{};
    std::uint32_t threads{};
    std::uint32_t capabilities{};
    std::uint64_t pages{};         // used by the account that pays for it
    std::uint64_t pages_max{};     // which may use so many
    std::uint64_t log_bytes_max{}; // and write so many to the log, a second
    std::uint64_t budget_us{};     // of CPU time in each period
    std::uint64_t period_us{};
};
inline constexpr std::size_t loads_max = 32;

struct Load {
    List<ProcessLoad, loads_max> processes;
    std::uint32_t next{}; // where to go on; 0: that was all
};
struct AskLoad {
    static constexpr std::uint64_t method = 13;
    using Answer = Load;
    std::uint32_t from{}; // 0, or where the last answer ended
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
        Fields{Field{"next", &Followed::next, "from where to ask on"},
               Field{"rest", &Followed::rest, "bytes of that entry still to come"},
               Field{"watermark", &Followed::watermark, "what lies below is durable"},
               Field{"entries", &Followed::entries, "each its header and its padded body",
                     at_most<axiomd::piece_bytes_max>}};
};
template <> struct axiom::Schema<axiom::axiomd::Follow> {
    using Follow = axiomd::Follow;
    static constexpr auto fields =
        Fields{Field{"from", &Follow::from, "the first entry that is wanted"},
               Field{"offset", &Follow::offset, "bytes of it that are there already"},
               Field{"domains", &Follow::domains, "bit N: the domain of number N"},
               Field{"durable", &Follow::durable, "only what is durable"},
               Field{"wait_ms", &Follow::wait_ms, "how long to wait for something"}};
};
template <> struct axiom::Schema<axiom::axiomd::Saved> {
    using Saved = axiomd::Saved;
    static constexpr auto fields = Fields{
        Field{"next", &Saved::next, "it is the state before this entry"},
        Field{"log_id", &Saved::log_id, "of the log"},
        Field{"total_bytes", &Saved::total_bytes, "of all pieces"},
        Field{"piece", &Saved::piece, "from the offset on", at_most<axiomd::piece_bytes_max>}};
};
template <> struct axiom::Schema<axiom::axiomd::SaveState> {
    using SaveState = axiomd::SaveState;
    static constexpr auto fields =
        Fields{Field{"offset", &SaveState::offset, "from here on"},
               Field{"next", &SaveState::next, "that came with the first piece"}};
};
template <> struct axiom::Schema<axiom::axiomd::EntryPiece> {
    using Piece = axiomd::EntryPiece;
    static constexpr auto fields = Fields{
        Field{"log_id", &Piece::log_id, "of the log that it is of"},
        Field{"total_bytes", &Piece::total_bytes, "of all pieces"},
        Field{"piece", &Piece::piece, "from the offset on", at_most<axiomd::piece_bytes_max>}};
};
template <> struct axiom::Schema<axiom::axiomd::ReadEntry> {
    using ReadEntry = axiomd::ReadEntry;
    static constexpr auto fields = Fields{Field{"sequence", &ReadEntry::sequence, "which entry"},
                                          Field{"offset", &ReadEntry::offset, "from here on"}};
};
template <> struct axiom::Schema<axiom::axiomd::Checked> {
    using Checked = axiomd::Checked;
    static constexpr auto fields =
        Fields{Field{"first", &Checked::first, "the segment's first entry"},
               Field{"next", &Checked::next, "behind its last"},
               Field{"blocks", &Checked::blocks, "blocks of entries"},
               Field{"checkpoint", &Checked::checkpoint, "its newest checkpoint, or 0"},
               Field{"head_before", &Checked::head_before, "as its header has it"},
               Field{"head", &Checked::head, "link of its last entry"}};
};
template <> struct axiom::Schema<axiom::axiomd::CheckSegment> {
    static constexpr auto fields =
        Fields{Field{"sequence", &axiomd::CheckSegment::sequence, "an entry of it"}};
};
template <> struct axiom::Schema<axiom::axiomd::Found> {
    static constexpr auto fields =
        Fields{Field{"before", &axiomd::Found::before, "where to go on, or 0"},
               Field{"entries", &axiomd::Found::entries, "in rising order"}};
};
template <> struct axiom::Schema<axiom::axiomd::Find> {
    using Find = axiomd::Find;
    static constexpr auto fields = Fields{Field{"before", &Find::before, "only older entries"},
                                          Field{"domain", &Find::domain, "only of this domain"},
                                          Field{"kind", &Find::kind, "only of this kind"},
                                          Field{"text", &Find::text, "only with this in the body",
                                                at_most<axiomd::find_text_bytes_max>}};
};
template <> struct axiom::Schema<axiom::axiomd::CapabilityStatus> {
    using Status = axiomd::CapabilityStatus;
    static constexpr auto fields =
        Fields{Field{"id", &Status::id, "its number within this boot"},
               Field{"parent", &Status::parent, "what it was derived from, or 0"},
               Field{"holder", &Status::holder, "the process that holds it"},
               Field{"slot", &Status::slot, "where in its space"},
               Field{"object", &Status::object, "what it stands for"},
               Field{"number", &Status::number, "which one of these"},
               Field{"rights", &Status::rights, "what it lets do"},
               Field{"depth", &Status::depth, "how many derivations deep"},
               Field{"badge", &Status::badge, "what receivers see"},
               Field{"label", &Status::label, "what people call it"}};
};
template <> struct axiom::Schema<axiom::axiomd::Capabilities> {
    using Capabilities = axiomd::Capabilities;
    static constexpr auto fields =
        Fields{Field{"capabilities", &Capabilities::capabilities, "by their rows"},
               Field{"next", &Capabilities::next, "where to go on, or 0"}};
};
template <> struct axiom::Schema<axiom::axiomd::ListCapabilities> {
    using Asks = axiomd::ListCapabilities;
    static constexpr auto fields = Fields{Field{"from", &Asks::from, "where to begin"},
                                          Field{"holder", &Asks::holder, "of whom, or 0"},
                                          Field{"id", &Asks::id, "which one, or 0"}};
};
template <> struct axiom::Schema<axiom::axiomd::ProcessLoad> {
    using Load = axiomd::ProcessLoad;
    static constexpr auto fields =
        Fields{Field{"number", &Load::number, "its number within this boot"},
               Field{"principal", &Load::principal, "on whose behalf it acts"},
               Field{"lives", &Load::lives, "whether it has not ended"},
               Field{"threads", &Load::threads, "that live"},
               Field{"capabilities", &Load::capabilities, "that it holds"},
               Field{"pages", &Load::pages, "used by its account"},
               Field{"pages_max", &Load::pages_max, "that the account may use"},
               Field{"log_bytes_max", &Load::log_bytes_max, "to the log, a second"},
               Field{"budget_us", &Load::budget_us, "CPU time in each period"},
               Field{"period_us", &Load::period_us, "the period"}};
};
template <> struct axiom::Schema<axiom::axiomd::Load> {
    static constexpr auto fields =
        Fields{Field{"processes", &axiomd::Load::processes, "by their rows"},
               Field{"next", &axiomd::Load::next, "where to go on, or 0"}};
};
template <> struct axiom::Schema<axiom::axiomd::AskLoad> {
    static constexpr auto fields = Fields{Field{"from", &axiomd::AskLoad::from, "where to begin"}};
};
template <> struct axiom::Schema<axiom::axiomd::Clock> {
    using Clock = axiomd::Clock;
    static constexpr auto fields =
        Fields{Field{"is_armed", &Clock::is_armed, "something waits for log time"},
               Field{"log_ms", &Clock::log_ms, "log time"},
               Field{"wall_ns", &Clock::wall_ns, "since 1970, advisory"}};
};
template <> struct axiom::Schema<axiom::axiomd::State> {
    using State = axiomd::State;
    static constexpr auto fields = Fields{Field{"next", &State::next, "before this entry"},
                                          Field{"hash", &State::hash, "over every domain"}};
};
template <> struct axiom::Schema<axiom::axiomd::Standing> {
    using Standing = axiomd::Standing;
    static constexpr auto fields =
        Fields{Field{"next", &Standing::next, "the first sequence that is not durable"},
               Field{"head", &Standing::head, "link of the entry before it"},
               Field{"boot", &Standing::boot, "the boot's number"},
               Field{"epoch", &Standing::epoch, "the writer's epoch"}};
};

namespace axiom::axiomd {

using AxiomdApi = Api<AskStanding, Finish, Follow, SaveState, AskState, Checkpoint, AskClock,
                      ReadEntry, Settle, CheckSegment, Find, ListCapabilities, AskLoad>;

} // namespace axiom::axiomd
