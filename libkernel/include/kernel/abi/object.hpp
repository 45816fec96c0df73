#pragma once
// The kinds of object that a capability can stand for, and how an object is named.

#include <array>
#include <cstdint>
#include <string_view>

#include <axiom/codec/schema.hpp>
#include <axiom/domain/hashed_table.hpp>

namespace axiom::kernel {

/// Numbers are for good.
enum class ObjectType : std::uint8_t {
    account,      // pays for whatever is created with it
    process,      // holds capabilities; has an address space and threads
    thread,       // executes; has a scheduling context
    space,        // an address space
    region,       // memory, or a device's registers
    endpoint,     // where messages meet
    notification, // 64 bits that can be waited for
    context,      // a scheduling context: CPU time, so much in each period
    interrupt,    // one interrupt line, or all of them
    ports,        // a range of I/O ports
    log,          // the Axiom itself: there is one
};

inline constexpr std::size_t object_types = 11;

/// Names one object of this boot for good: no later one has this type and generation.
struct ObjectName {
    ObjectType type{};
    RowHandle row{};

    friend bool operator==(ObjectName const&, ObjectName const&) noexcept = default;
};

/// A place in a process's capability space.
using Slot = Strong<struct SlotTag, std::uint32_t>;

/// Slots of a process: [0, slots_max).
inline constexpr std::uint32_t slots_max = 1U << 16U;

/// None of them.
inline constexpr Slot no_slot{~std::uint32_t{0}};

/// Priorities of threads: [0, priorities), higher goes first. A thread's own is at most the ceiling
/// of its process, and of the one that creates it.
inline constexpr std::uint8_t priorities = 64;

} // namespace axiom::kernel

template <> struct axiom::EnumNames<axiom::kernel::ObjectType> {
    static constexpr std::string_view names[] = {"account",   "process",  "thread",       "space",
                                                 "region",    "endpoint", "notification", "context",
                                                 "interrupt", "ports",    "log"};
};
template <> struct axiom::Schema<axiom::RowHandle> {
    static constexpr auto fields =
        Fields{Field{"index", &RowHandle::index, "its place in the table"},
               Field{"generation", &RowHandle::generation, "its number; never given again"}};
};
template <> struct axiom::Schema<axiom::kernel::ObjectName> {
    using ObjectName = kernel::ObjectName;
    static constexpr auto fields = Fields{Field{"type", &ObjectName::type, "what it is"},
                                          Field{"row", &ObjectName::row, "which one"}};
};
