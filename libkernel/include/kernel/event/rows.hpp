#pragma once
// The rows of the kernel's tables: authority as a value.
//
// Rows refer to each other by handle, never by address. Every object row begins with its payer and
// with how many rows refer to it, capabilities among them: an object lives as long as something
// refers to it, and no longer.

#include <axiom/codec/held_text.hpp>
#include <axiom/log/ids.hpp>

#include <kernel/abi/message.hpp>
#include <kernel/abi/object.hpp>
#include <kernel/abi/rights.hpp>
#include <kernel/event/quota.hpp>

namespace axiom::kernel {

struct ObjectHead {
    RowHandle payer{};          // an account; that of the first account is none
    std::uint32_t references{}; // by capabilities and by other objects
};

struct AccountRow {
    ObjectHead head{};
    Quota limit{};
    Quota used{};
};

enum class Life : std::uint8_t { alive, ended };

/// What an object has of another, and through which capability: it goes when that is revoked
/// (event/ties.hpp).
struct Bound {
    RowHandle target{};    // generation 0: nothing
    RowHandle through{};   // none: nobody is left who could take it back
    std::uint64_t badge{}; // that capability's
};

struct ProcessRow {
    ObjectHead head{};
    PrincipalId principal{}; // opaque: copied, and compared with its creator's
    Bound space{};           // none once it has ended
    std::uint8_t ceiling{};  // the highest priority of threads in it, and of those that it creates
    Life life{};
    std::uint64_t exit_code{};
};

struct ThreadRow {
    ObjectHead head{};
    Bound process{}; // counts as no reference
    Bound context{}; // where its time comes from; none while it may not run
    Bound faults{};  // the endpoint that its faults go to; none: they end it
    Bound budgets{}; // the endpoint that hears of a used-up budget; none: it is waited for
    Bound signals{}; // the notification that wakes it while it receives
    std::uint8_t priority{};
    Life life{};
    std::uint64_t exit_code{};
};

/// An object of which authority has nothing to say but who pays for it and who knows it.
template <ObjectType type> struct BareRow {
    ObjectHead head{};
};
using SpaceRow = BareRow<ObjectType::space>;
using EndpointRow = BareRow<ObjectType::endpoint>;
using NotificationRow = BareRow<ObjectType::notification>;
using LogRow = BareRow<ObjectType::log>; // the Axiom; its entries are not here

struct RegionRow {
    ObjectHead head{};
    std::uint64_t pages{};
    bool device{};              // registers of a device, else memory
    std::uint64_t first_page{}; // of a device's region; memory has its pages from the machine
};

struct ContextRow {
    ObjectHead head{};
    std::uint64_t budget_us{};
    std::uint64_t period_us{};
};

/// A row of `all_lines` stands for the whole machine's and is what single ones are carved from.
inline constexpr std::uint64_t all_lines = ~std::uint64_t{0};

struct InterruptRow {
    ObjectHead head{};
    std::uint64_t line{};
    Bound notification{}; // what it signals
    std::uint8_t bit{};   // and with which bit
};

struct PortsRow {
    ObjectHead head{};
    std::uint32_t first{};
    std::uint32_t count{};
};

inline constexpr std::size_t label_max = 16;
inline constexpr std::uint8_t depth_max = 64;

struct CapabilityRow {
    RowHandle holder{}; // a process
    Slot slot{};
    ObjectName object{};
    Rights rights{};
    std::uint64_t badge{};
    RowHandle parent{}; // the capability that it was derived from; none for the machine's own
    std::uint8_t depth{};
    LogTime expires{}; // none: 0
    HeldText<label_max> label{};
};

/// How far a ring of the SysLog is sealed, and what of it never will be.
struct RingRow {
    std::uint64_t end{}; // index after the last record sealed
    std::uint64_t lost{};
    std::uint64_t unrecorded{};
    Hash256 hash{}; // of the last seal
};

} // namespace axiom::kernel

template <> struct axiom::EnumNames<axiom::kernel::Life> {
    static constexpr std::string_view names[] = {"alive", "ended"};
};
template <> struct axiom::Schema<axiom::kernel::ObjectHead> {
    using Row = kernel::ObjectHead;
    static constexpr auto fields =
        Fields{Field{"payer", &Row::payer, "the account that pays"},
               Field{"references", &Row::references, "rows that refer to it"}};
};
template <> struct axiom::Schema<axiom::kernel::Bound> {
    using Row = kernel::Bound;
    static constexpr auto fields =
        Fields{Field{"target", &Row::target, "the object; none: nothing"},
               Field{"through", &Row::through, "the capability that it came through"},
               Field{"badge", &Row::badge, "that capability's", {}, Notation::hex}};
};
template <> struct axiom::Schema<axiom::kernel::AccountRow> {
    using Row = kernel::AccountRow;
    static constexpr auto fields = Fields{Field{"head", &Row::head, "as of every object"},
                                          Field{"limit", &Row::limit, "what it may spend"},
                                          Field{"used", &Row::used, "what it has spent"}};
};
template <> struct axiom::Schema<axiom::kernel::ProcessRow> {
    using Row = kernel::ProcessRow;
    static constexpr auto fields = Fields{
        Field{"head", &Row::head, "as of every object"},
        Field{"principal", &Row::principal, "on whose behalf it acts", {}, Notation::hex},
        Field{"space", &Row::space, "its address space"},
        Field{"ceiling", &Row::ceiling, "highest priority of its threads, and of those it makes"},
        Field{"life", &Row::life, "whether it has ended"},
        Field{"exit_code", &Row::exit_code, "what it ended with"}};
};
template <> struct axiom::Schema<axiom::kernel::ThreadRow> {
    using Row = kernel::ThreadRow;
    static constexpr auto fields =
        Fields{Field{"head", &Row::head, "as of every object"},
               Field{"process", &Row::process, "whose it is"},
               Field{"context", &Row::context, "its scheduling context"},
               Field{"faults", &Row::faults, "endpoint of its faults"},
               Field{"budgets", &Row::budgets, "endpoint that hears of used-up budgets"},
               Field{"signals", &Row::signals, "notification that wakes it"},
               Field{"priority", &Row::priority, "higher goes first"},
               Field{"life", &Row::life, "whether it has ended"},
               Field{"exit_code", &Row::exit_code, "what it ended with"}};
};
template <> struct axiom::Schema<axiom::kernel::RegionRow> {
    using Row = kernel::RegionRow;
    static constexpr auto fields =
        Fields{Field{"head", &Row::head, "as of every object"},
               Field{"pages", &Row::pages, "pages of 4 KiB"},
               Field{"device", &Row::device, "registers of a device, else memory"},
               Field{"first_page", &Row::first_page, "number of a device's first page"}};
};
template <> struct axiom::Schema<axiom::kernel::ContextRow> {
    using Row = kernel::ContextRow;
    static constexpr auto fields =
        Fields{Field{"head", &Row::head, "as of every object"},
               Field{"budget_us", &Row::budget_us, "CPU time in each period"},
               Field{"period_us", &Row::period_us, "the period"}};
};
template <> struct axiom::Schema<axiom::kernel::InterruptRow> {
    using Row = kernel::InterruptRow;
    static constexpr auto fields =
        Fields{Field{"head", &Row::head, "as of every object"},
               Field{"line", &Row::line, "its number; all ones: every line"},
               Field{"notification", &Row::notification, "what it signals"},
               Field{"bit", &Row::bit, "with which bit"}};
};
template <> struct axiom::Schema<axiom::kernel::PortsRow> {
    using Row = kernel::PortsRow;
    static constexpr auto fields = Fields{Field{"head", &Row::head, "as of every object"},
                                          Field{"first", &Row::first, "the first port"},
                                          Field{"count", &Row::count, "how many"}};
};
template <axiom::kernel::ObjectType type> struct axiom::Schema<axiom::kernel::BareRow<type>> {
    using Row = kernel::BareRow<type>;
    static constexpr auto fields = Fields{Field{"head", &Row::head, "as of every object"}};
};
template <> struct axiom::Schema<axiom::kernel::CapabilityRow> {
    using Row = kernel::CapabilityRow;
    static constexpr auto fields =
        Fields{Field{"holder", &Row::holder, "the process that holds it"},
               Field{"slot", &Row::slot, "where in its space"},
               Field{"object", &Row::object, "what it stands for"},
               Field{"rights", &Row::rights, "what it lets do"},
               Field{"badge", &Row::badge, "what receivers see", {}, Notation::hex},
               Field{"parent", &Row::parent, "what it was derived from"},
               Field{"depth", &Row::depth, "how many derivations deep"},
               Field{"expires", &Row::expires, "log time of its end; 0: none"},
               Field{"label", &Row::label, "what people call it"}};
};
template <> struct axiom::Schema<axiom::kernel::RingRow> {
    using Row = kernel::RingRow;
    static constexpr auto fields =
        Fields{Field{"end", &Row::end, "index after the last record sealed"},
               Field{"lost", &Row::lost, "records overwritten before they were read"},
               Field{"unrecorded", &Row::unrecorded, "refusals that were only counted"},
               Field{"hash", &Row::hash, "of the last seal"}};
};
