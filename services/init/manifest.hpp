#pragma once
// Manifest: which services the system has, and exactly what each is given.
//
// People write it as system.toml (docs/system-toml.md). What init reads is its resolved form, which
// the boot medium carries: names are checked and numbers are known by then.

#include <axiom/base/hash256.hpp>
#include <axiom/codec/held_text.hpp>
#include <axiom/codec/list.hpp>
#include <axiom/codec/schema.hpp>
#include <kernel/abi/rights.hpp>

namespace axiom::init {

inline constexpr std::size_t name_bytes_max = 16; // as much as a capability's label holds
inline constexpr std::size_t services_max = 32;
inline constexpr std::size_t regions_max = 16;
inline constexpr std::size_t grants_max = 16;
inline constexpr std::size_t lines_max = 16;

/// Principals up to here are given by the manifest, and init has them named in the log; who is
/// given none acts as one above, which no policy knows.
inline constexpr std::uint64_t named_principal_max = 0xFFFF;

using Name = HeldText<name_bytes_max>;

/// Memory that several services share.
struct Region {
    Name name;
    std::uint64_t bytes{};
    Hash256 begins_with{}; // zeros: nothing
};

enum class Source : std::uint8_t {
    service, // the endpoint of another one: `index` in the manifest
    region,  // shared memory: `index` in the manifest
    log,     // the Axiom
    ports,   // all I/O ports
    line,    // the interrupt line of this number
    init,    // the endpoint of init itself
};

/// What a service finds in the next of its slots from `slots::granted` on.
struct Grant {
    Source source{};
    std::uint16_t index{};
    kernel::Rights rights{};
};

enum class Restart : std::uint8_t {
    never,    // its end is the system's
    on_fault, // when it did not end by itself
    always,
};

struct Service {
    Name name;
    std::uint64_t principal{}; // on whose behalf it acts
    std::uint32_t program{};   // its number where the platform keeps programs
    std::uint64_t argument{};  // with which it begins; what it means is the program's to say
    std::uint8_t priority{};
    std::uint32_t budget_us{}; // in each period
    std::uint32_t period_us{};
    std::uint64_t memory_bytes{}; // that it may use, shared regions apart
    std::uint32_t objects{};      // that it may make
    std::uint32_t capabilities{}; // that it may hold
    std::uint16_t threads{};      // that it may have
    std::uint64_t log_bytes{};    // a second
    Restart restart{};
    std::uint16_t restarts_max{};    // within
    std::uint32_t restart_seconds{}; // so long; one more, and it stays down
    bool recovery{};                 // the first account itself pays for its process
    List<Grant, grants_max> gets;
};

struct Manifest {
    List<Region, regions_max> regions;
    List<Service, services_max> services; // begun in this order
};

} // namespace axiom::init

template <> struct axiom::EnumNames<axiom::init::Source> {
    static constexpr std::string_view names[] = {"service", "region", "log",
                                                 "ports",   "line",   "init"};
};
template <> struct axiom::EnumNames<axiom::init::Restart> {
    static constexpr std::string_view names[] = {"never", "on_fault", "always"};
};
template <> struct axiom::Schema<axiom::init::Region> {
    using Region = init::Region;
    static constexpr auto fields =
        Fields{Field{"name", &Region::name, "what people call it"},
               Field{"bytes", &Region::bytes, "its size"},
               Field{"begins_with", &Region::begins_with, "what lies at its start"}};
};
template <> struct axiom::Schema<axiom::init::Grant> {
    using Grant = init::Grant;
    static constexpr auto fields =
        Fields{Field{"source", &Grant::source, "what kind of thing it is"},
               Field{"index", &Grant::index, "which service, region or line"},
               Field{"rights", &Grant::rights, "what may be done with it"}};
};
template <> struct axiom::Schema<axiom::init::Service> {
    using Service = init::Service;
    static constexpr auto fields = Fields{
        Field{"name", &Service::name, "what people call it"},
        Field{"principal", &Service::principal, "on whose behalf it acts"},
        Field{"program", &Service::program, "what it runs"},
        Field{"argument", &Service::argument, "with which it begins"},
        Field{"priority", &Service::priority, "0 to 63, higher goes first"},
        Field{"budget_us", &Service::budget_us, "CPU time in each period"},
        Field{"period_us", &Service::period_us, "the period"},
        Field{"memory_bytes", &Service::memory_bytes, "memory that it may use"},
        Field{"objects", &Service::objects, "objects that it may make"},
        Field{"capabilities", &Service::capabilities, "capabilities that it may hold"},
        Field{"threads", &Service::threads, "threads that it may have"},
        Field{"log_bytes", &Service::log_bytes, "bytes that it may write to the log a second"},
        Field{"restart", &Service::restart, "when it is begun again"},
        Field{"restarts_max", &Service::restarts_max, "how often, within"},
        Field{"restart_seconds", &Service::restart_seconds, "so many seconds"},
        Field{"recovery", &Service::recovery, "whether the first account pays for its process"},
        Field{"gets", &Service::gets, "what it is given, in the order of its slots"}};
};
template <> struct axiom::Schema<axiom::init::Manifest> {
    using Manifest = init::Manifest;
    static constexpr auto fields =
        Fields{Field{"regions", &Manifest::regions, "memory that several share"},
               Field{"services", &Manifest::services, "in the order in which they begin"}};
};
