#pragma once
// The kinds of the kernel's domain: every change of authority is one of these.
//
// Bodies name rows by handle, so that an entry means the same on every machine and a replay that
// has gone astray is noticed at once. They were checked by `decide` (kernel/cap); the reducer
// checks again what it rests on (kernel/event/apply.hpp).

#include <axiom/codec/list.hpp>
#include <axiom/domain/kind.hpp>

#include <kernel/event/rows.hpp>

namespace axiom::kernel {

/// Numbers of the domain's kinds; for good.
enum class Kind : std::uint16_t {
    start = 1,
    account = 2,
    create = 3,
    derive = 4,
    move = 5,
    remove = 6,
    revoke = 7,
    end = 8,
    bind = 9,
    transfer = 10,
    seal = 11,
};

/// How many rows each of the kernel's tables may hold.
struct KernelCapacities {
    std::uint32_t accounts{};
    std::uint32_t processes{};
    std::uint32_t threads{};
    std::uint32_t spaces{};
    std::uint32_t regions{};
    std::uint32_t endpoints{};
    std::uint32_t notifications{};
    std::uint32_t contexts{};
    std::uint32_t interrupts{};
    std::uint32_t ports{};
    std::uint32_t capabilities{};
    std::uint32_t rings{}; // of the SysLog: two for each CPU

    friend bool operator==(KernelCapacities const&, KernelCapacities const&) noexcept = default;
};

/// The fields of `KernelCapacities` that bound tables of objects, in the order of their types. Of
/// the log there is one.
inline constexpr std::array<std::uint32_t KernelCapacities::*, object_types - 1> object_capacities{
    &KernelCapacities::accounts,      &KernelCapacities::processes, &KernelCapacities::threads,
    &KernelCapacities::spaces,        &KernelCapacities::regions,   &KernelCapacities::endpoints,
    &KernelCapacities::notifications, &KernelCapacities::contexts,  &KernelCapacities::interrupts,
    &KernelCapacities::ports};

/// How many rows the tables before that of `type` hold together.
[[nodiscard]] constexpr std::uint32_t rows_before(KernelCapacities const& rows,
                                                  ObjectType type) noexcept {
    std::uint32_t sum = 0;
    for (std::size_t before = 0; before < static_cast<std::size_t>(type); ++before) {
        sum += before < object_capacities.size() ? rows.*object_capacities[before] : 1;
    }
    return sum;
}

/// The same of all tables of objects.
[[nodiscard]] constexpr std::uint32_t objects_of(KernelCapacities const& rows) noexcept {
    // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange): behind the last
    return rows_before(rows, ObjectType{object_types});
}

/// Where a new capability goes.
struct Place {
    RowHandle process{};
    Slot slot{};
};

/// Follows `Boot`: the first account, the first process with its space, and the capabilities from
/// which all others descend, in its slots 0 to 6: account, process, space, every device register,
/// every interrupt line, every I/O port, the log.
struct Start {
    KernelCapacities capacities{};
    Quota limit{};
    PrincipalId principal{};
    std::uint64_t device_pages{}; // pages [1, device_pages) may be a device's registers
    std::uint32_t ports{};        // I/O ports [0, ports); 0 where the machine has none
};

inline constexpr std::uint32_t start_objects = 6; // the first account pays for all but itself
inline constexpr std::uint32_t start_capabilities = 7;
inline constexpr std::uint32_t ports_end = 1U << 16U;

struct CreateAccount {
    RowHandle source{}; // the capability to the account that pays
    Place into{};
    Quota limit{};
    HeldText<label_max> label{};
};

/// One object of any other type. What `first`, `count` and `uses` mean depends on the type;
/// what does not apply is zero.
struct Create {
    ObjectType type{};
    RowHandle source{}; // the capability to the account that pays, or to what this is carved from
    RowHandle payer{};  // an account
    Place into{};
    std::uint64_t first{}; // process: principal · region: device page · interrupt: line · ports:
                           // first · context: budget in us · thread: priority
    std::uint64_t count{}; // region: pages · ports: how many · context: period in us · process: how
                           // far its ceiling of priorities lies below that of its creator
    RowHandle uses{};      // process: its space · thread: its process
    RowHandle through{};   // the capability to that
    HeldText<label_max> label{};
};

struct Derive {
    RowHandle source{};
    Place into{};
    Rights rights{};
    std::uint64_t badge{};
    LogTime expires{};
    HeldText<label_max> label{};
};

struct Move {
    RowHandle capability{};
    Place into{};
};

/// The holder gives it up; what was derived from it now descends from its source.
struct Remove {
    RowHandle capability{};
};

/// Everything derived from it goes, in all processes; itself too if `itself`.
struct Revoke {
    RowHandle capability{};
    bool itself{};
};

/// Capabilities that travel with a message: the receiver holds a child of each.
struct Passed {
    RowHandle source{};
    Slot slot{};
};
struct Transfer {
    RowHandle receiver{}; // a process
    List<Passed, message_capabilities_max> passed;
};

/// A process with all its threads, or one thread.
struct End {
    ObjectName what{};
    std::uint64_t code{};
};

enum class Binding : std::uint8_t {
    context, // the thread's time comes from this scheduling context
    faults,  // the thread's faults go to this endpoint
    signals, // this notification wakes the thread while it receives
    line,    // the interrupt signals this notification
    budgets, // that the thread's time is used up goes to this endpoint; else it is waited for
};

/// `target` of generation 0 takes the binding away; so does the revoke of `through`.
struct Bind {
    Binding binding{};
    RowHandle subject{}; // a thread, or an interrupt
    RowHandle target{};
    RowHandle through{}; // the capability to that
    std::uint8_t bit{};  // of an interrupt
};

/// What the SysLog says of itself: records [first, first + count) of a ring lie behind `hash`.
/// Whatever stood in [first - lost, first) was overwritten before it was read.
struct Seal {
    std::uint32_t ring{};
    std::uint64_t first{};
    std::uint32_t count{};
    std::uint32_t notes{};      // how many accounts the refusals were of that were only counted
    std::uint64_t lost{};       // records
    std::uint64_t unrecorded{}; // refusals that were only counted since the ring's last seal
    Hash256 hash{};             // of the batch; see kernel/syslog/batch.hpp
    Hash256 previous{};         // the hash of the ring's last seal in this boot, or zeros

    [[nodiscard]] constexpr std::uint64_t end() const noexcept { return first + count; }
    friend bool operator==(Seal const&, Seal const&) noexcept = default;
};

/// Where `T` stands in a list of types; after its end: it does not.
template <class T, class List> inline constexpr std::size_t place_in = 0;
template <class T, class First, class... Rest>
inline constexpr std::size_t place_in<T, std::tuple<First, Rest...>> =
    std::is_same_v<T, First> ? 0 : 1 + place_in<T, std::tuple<Rest...>>;

/// The bodies of the kinds, in the order of their numbers.
using Bodies = std::tuple<Start, CreateAccount, Create, Derive, Move, Remove, Revoke, End, Bind,
                          Transfer, Seal>;
template <class Body> inline constexpr Kind kind_of{place_in<Body, Bodies> + 1};
static_assert(kind_of<Seal> == Kind::seal && std::tuple_size_v<Bodies> == 11);

/// A seal covers at most so many records and notes together.
inline constexpr std::uint32_t seal_records_max = 4096;

/// The SysLog has at most so many rings, of calls and of refusals in turn; each has fewer records
/// in a boot than `ring_index_end`.
inline constexpr std::uint32_t rings_max = 128;
inline constexpr std::uint64_t ring_index_end = std::uint64_t{1} << 58U;

/// The domain's table of kinds.
extern DomainInfo const kernel_domain;

} // namespace axiom::kernel

template <> struct axiom::EnumNames<axiom::kernel::Binding> {
    static constexpr std::string_view names[] = {"context", "faults", "signals", "line", "budgets"};
};
template <> struct axiom::Schema<axiom::kernel::KernelCapacities> {
    using Body = kernel::KernelCapacities;
    static constexpr auto fields =
        Fields{Field{"accounts", &Body::accounts, "accounts"},
               Field{"processes", &Body::processes, "processes"},
               Field{"threads", &Body::threads, "threads"},
               Field{"spaces", &Body::spaces, "address spaces"},
               Field{"regions", &Body::regions, "regions"},
               Field{"endpoints", &Body::endpoints, "endpoints"},
               Field{"notifications", &Body::notifications, "notifications"},
               Field{"contexts", &Body::contexts, "scheduling contexts"},
               Field{"interrupts", &Body::interrupts, "interrupts"},
               Field{"ports", &Body::ports, "ranges of I/O ports"},
               Field{"capabilities", &Body::capabilities, "capabilities"},
               Field{"rings", &Body::rings, "rings of the SysLog"}};
};
template <> struct axiom::Schema<axiom::kernel::Place> {
    using Body = kernel::Place;
    static constexpr auto fields =
        Fields{Field{"process", &Body::process, "in whose capability space"},
               Field{"slot", &Body::slot, "in which slot"}};
};
template <> struct axiom::Schema<axiom::kernel::Start> {
    using Body = kernel::Start;
    static constexpr auto fields =
        Fields{Field{"capacities", &Body::capacities, "how many rows each table may hold"},
               Field{"limit", &Body::limit, "what the first account may spend"},
               Field{"principal", &Body::principal, "of the first process", {}, Notation::hex},
               Field{"device_pages", &Body::device_pages, "end of what devices may occupy"},
               Field{"ports", &Body::ports, "I/O ports that the machine has"}};
};
template <> struct axiom::Schema<axiom::kernel::CreateAccount> {
    using Body = kernel::CreateAccount;
    static constexpr auto fields =
        Fields{Field{"source", &Body::source, "capability to the account that pays"},
               Field{"into", &Body::into, "where its capability goes"},
               Field{"limit", &Body::limit, "what it may spend"},
               Field{"label", &Body::label, "what people call it"}};
};
template <> struct axiom::Schema<axiom::kernel::Create> {
    using Body = kernel::Create;
    static constexpr auto fields =
        Fields{Field{"type", &Body::type, "what is created"},
               Field{"source", &Body::source, "capability that it descends from"},
               Field{"payer", &Body::payer, "the account that pays"},
               Field{"into", &Body::into, "where its capability goes"},
               Field{"first", &Body::first, "depends on the type"},
               Field{"count", &Body::count,
                     "depends on the type; process: how far below its creator's ceiling"},
               Field{"uses", &Body::uses, "a process's space, a thread's process"},
               Field{"through", &Body::through, "the capability to that"},
               Field{"label", &Body::label, "what people call it"}};
};
template <> struct axiom::Schema<axiom::kernel::Derive> {
    using Body = kernel::Derive;
    static constexpr auto fields =
        Fields{Field{"source", &Body::source, "the capability that it comes from"},
               Field{"into", &Body::into, "where it goes"},
               Field{"rights", &Body::rights, "its rights"},
               Field{"badge", &Body::badge, "its badge", {}, Notation::hex},
               Field{"expires", &Body::expires, "log time of its end; 0: none"},
               Field{"label", &Body::label, "what people call it"}};
};
template <> struct axiom::Schema<axiom::kernel::Move> {
    using Body = kernel::Move;
    static constexpr auto fields = Fields{Field{"capability", &Body::capability, "which one"},
                                          Field{"into", &Body::into, "where it goes"}};
};
template <> struct axiom::Schema<axiom::kernel::Remove> {
    using Body = kernel::Remove;
    static constexpr auto fields = Fields{Field{"capability", &Body::capability, "which one"}};
};
template <> struct axiom::Schema<axiom::kernel::Revoke> {
    using Body = kernel::Revoke;
    static constexpr auto fields =
        Fields{Field{"capability", &Body::capability, "whose descendants go"},
               Field{"itself", &Body::itself, "whether it goes too"}};
};
template <> struct axiom::Schema<axiom::kernel::Passed> {
    using Body = kernel::Passed;
    static constexpr auto fields =
        Fields{Field{"source", &Body::source, "the sender's capability"},
               Field{"slot", &Body::slot, "where the receiver finds a child of it"}};
};
template <> struct axiom::Schema<axiom::kernel::Transfer> {
    using Body = kernel::Transfer;
    static constexpr auto fields =
        Fields{Field{"receiver", &Body::receiver, "the process that receives"},
               Field{"passed", &Body::passed, "what it is given"}};
};
template <> struct axiom::Schema<axiom::kernel::End> {
    using Body = kernel::End;
    static constexpr auto fields = Fields{Field{"what", &Body::what, "a process or a thread"},
                                          Field{"code", &Body::code, "what it ended with"}};
};
template <> struct axiom::Schema<axiom::kernel::Bind> {
    using Body = kernel::Bind;
    static constexpr auto fields =
        Fields{Field{"binding", &Body::binding, "what is bound"},
               Field{"subject", &Body::subject, "a thread or an interrupt"},
               Field{"target", &Body::target, "to what; none: to nothing any more"},
               Field{"through", &Body::through, "the capability to that"},
               Field{"bit", &Body::bit, "of an interrupt"}};
};
template <> struct axiom::Schema<axiom::kernel::Seal> {
    using Body = kernel::Seal;
    static constexpr auto fields =
        Fields{Field{"ring", &Body::ring, "of the SysLog"},
               Field{"first", &Body::first, "index of the first record sealed"},
               Field{"count", &Body::count, "how many records"},
               Field{"notes", &Body::notes, "accounts whose refusals were partly only counted"},
               Field{"lost", &Body::lost, "records before the first that nobody read"},
               Field{"unrecorded", &Body::unrecorded, "refusals that were only counted"},
               Field{"hash", &Body::hash, "of the batch"},
               Field{"previous", &Body::previous, "hash of the ring's last seal, or zeros"}};
};
