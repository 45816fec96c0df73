#pragma once
// The messages of init, which looks after the services.

#include <services/init/manifest.hpp>
#include <services/runtime/serve.hpp>

namespace axiom::init {

enum class ServiceState : std::uint8_t {
    runs,
    waits,   // to be begun again
    stopped, // somebody asked for that
    down,    // it has ended too often, or for good
};

struct ServiceStatus {
    Name name;
    ServiceState state{};
    std::uint16_t restarts{};  // within its manifest's time
    std::uint64_t last_code{}; // with which it ended last
    std::uint64_t process{};   // the newest, by its number within this boot
    std::uint8_t priority{};
    std::uint64_t memory_bytes{};
};
inline constexpr std::size_t statuses_max = 32;

struct Services {
    List<ServiceStatus, statuses_max> services;
};
/// All of the manifest, in its order.
struct ListServices : WithoutFields {
    static constexpr std::uint64_t method = 2;
    using Answer = Services;
};

/// `not_found`; `writer_alive` when it runs or is about to.
struct StartService {
    static constexpr std::uint64_t method = 3;
    using Answer = Nothing;
    Name name;
};
/// `not_found`; `not_permitted` for a service that the log rests on.
struct StopService {
    static constexpr std::uint64_t method = 4;
    using Answer = Nothing;
    Name name;
};
/// Its end and its new beginning. `not_found`.
struct RestartService {
    static constexpr std::uint64_t method = 5;
    using Answer = Nothing;
    Name name;
};

struct ProcessStatus {
    std::uint32_t index{};     // its row
    std::uint64_t number{};    // counted within this boot, never used again
    std::uint64_t principal{}; // on whose behalf it acts
    bool lives{};
    std::uint64_t code{}; // with which it ended
};
inline constexpr std::size_t processes_max = 64;

struct Processes {
    List<ProcessStatus, processes_max> processes;
    std::uint64_t next{}; // where to go on; 0: that was all
};
struct ListProcesses {
    static constexpr std::uint64_t method = 6;
    using Answer = Processes;
    std::uint64_t from{};
};

/// Ends the system in order: the log last, then the machine.
struct ShutDown : WithoutFields {
    static constexpr std::uint64_t method = 1;
    using Answer = Nothing;
};

} // namespace axiom::init

template <> struct axiom::EnumNames<axiom::init::ServiceState> {
    static constexpr std::string_view names[] = {"runs", "waits", "stopped", "down"};
};
template <> struct axiom::Schema<axiom::init::ServiceStatus> {
    using Status = init::ServiceStatus;
    static constexpr auto fields =
        std::tuple{Field{"name", &Status::name, "what people call it"},
                   Field{"state", &Status::state, "whether it runs"},
                   Field{"restarts", &Status::restarts, "how often it was begun again lately"},
                   Field{"last_code", &Status::last_code, "with which it ended last"},
                   Field{"process", &Status::process, "its process's number within this boot"},
                   Field{"priority", &Status::priority, "0 to 63, higher goes first"},
                   Field{"memory_bytes", &Status::memory_bytes, "memory that it may use"}};
};
template <> struct axiom::Schema<axiom::init::Services> {
    static constexpr auto fields =
        std::tuple{Field{"services", &init::Services::services, "in the manifest's order"}};
};
template <> struct axiom::Schema<axiom::init::StartService> {
    static constexpr auto fields =
        std::tuple{Field{"name", &init::StartService::name, "which service"}};
};
template <> struct axiom::Schema<axiom::init::StopService> {
    static constexpr auto fields =
        std::tuple{Field{"name", &init::StopService::name, "which service"}};
};
template <> struct axiom::Schema<axiom::init::RestartService> {
    static constexpr auto fields =
        std::tuple{Field{"name", &init::RestartService::name, "which service"}};
};
template <> struct axiom::Schema<axiom::init::ProcessStatus> {
    using Status = init::ProcessStatus;
    static constexpr auto fields =
        std::tuple{Field{"index", &Status::index, "its row"},
                   Field{"number", &Status::number, "its number within this boot"},
                   Field{"principal", &Status::principal, "on whose behalf it acts"},
                   Field{"lives", &Status::lives, "whether it has not ended"},
                   Field{"code", &Status::code, "with which it ended"}};
};
template <> struct axiom::Schema<axiom::init::Processes> {
    using Processes = init::Processes;
    static constexpr auto fields =
        std::tuple{Field{"processes", &Processes::processes, "by their rows"},
                   Field{"next", &Processes::next, "where to go on, 0 after the last"}};
};
template <> struct axiom::Schema<axiom::init::ListProcesses> {
    static constexpr auto fields =
        std::tuple{Field{"from", &init::ListProcesses::from, "0, or where the last answer ended"}};
};

namespace axiom::init {

using InitApi =
    Api<ShutDown, ListServices, StartService, StopService, RestartService, ListProcesses>;

} // namespace axiom::init
