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
    bool named{}; // the log names all principals of the manifest
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

/// Lets a service call another one beyond what the manifest says, until that is taken back or it
/// ends. Whoever carries actions out asks for it, and nobody else: `not_permitted`. Under one token
/// once. `no_such_row` for who is not there or does not run, `already_exists`, `table_full`,
/// `kernel_refused`.
struct GrantService {
    static constexpr std::uint64_t method = 7;
    using Answer = Nothing;
    Hash256 token{};
    Name what; // the service that may be called
    Name whom; // by this one
};
/// Takes it back, and what came of it. The same errors.
struct RevokeService {
    static constexpr std::uint64_t method = 8;
    using Answer = Nothing;
    Hash256 token{};
    Name what;
    Name whom;
};

/// Ends the process of this number, as if it had failed: its manifest says whether it begins again.
/// `no_such_row` for one that is no running service's.
struct KillProcess {
    static constexpr std::uint64_t method = 9;
    using Answer = Nothing;
    std::uint64_t number{};
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
        Fields{Field{"name", &Status::name, "what people call it"},
               Field{"state", &Status::state, "whether it runs"},
               Field{"restarts", &Status::restarts, "how often it was begun again lately"},
               Field{"last_code", &Status::last_code, "with which it ended last"},
               Field{"process", &Status::process, "its process's number within this boot"},
               Field{"priority", &Status::priority, "0 to 63, higher goes first"},
               Field{"memory_bytes", &Status::memory_bytes, "memory that it may use"}};
};
template <> struct axiom::Schema<axiom::init::Services> {
    static constexpr auto fields =
        Fields{Field{"services", &init::Services::services, "in the manifest's order"},
               Field{"named", &init::Services::named, "the log names their principals"}};
};
template <> struct axiom::Schema<axiom::init::StartService> {
    static constexpr auto fields =
        Fields{Field{"name", &init::StartService::name, "which service"}};
};
template <> struct axiom::Schema<axiom::init::StopService> {
    static constexpr auto fields = Fields{Field{"name", &init::StopService::name, "which service"}};
};
template <> struct axiom::Schema<axiom::init::RestartService> {
    static constexpr auto fields =
        Fields{Field{"name", &init::RestartService::name, "which service"}};
};
template <> struct axiom::Schema<axiom::init::ProcessStatus> {
    using Status = init::ProcessStatus;
    static constexpr auto fields =
        Fields{Field{"index", &Status::index, "its row"},
               Field{"number", &Status::number, "its number within this boot"},
               Field{"principal", &Status::principal, "on whose behalf it acts"},
               Field{"lives", &Status::lives, "whether it has not ended"},
               Field{"code", &Status::code, "with which it ended"}};
};
template <> struct axiom::Schema<axiom::init::Processes> {
    using Processes = init::Processes;
    static constexpr auto fields =
        Fields{Field{"processes", &Processes::processes, "by their rows"},
               Field{"next", &Processes::next, "where to go on, 0 after the last"}};
};
template <> struct axiom::Schema<axiom::init::ListProcesses> {
    static constexpr auto fields =
        Fields{Field{"from", &init::ListProcesses::from, "0, or where the last answer ended"}};
};
template <> struct axiom::Schema<axiom::init::GrantService> {
    static constexpr auto fields =
        Fields{Field{"token", &init::GrantService::token, "of the effect"},
               Field{"what", &init::GrantService::what, "who may be called"},
               Field{"whom", &init::GrantService::whom, "by whom"}};
};
template <> struct axiom::Schema<axiom::init::RevokeService> {
    static constexpr auto fields =
        Fields{Field{"token", &init::RevokeService::token, "of the effect"},
               Field{"what", &init::RevokeService::what, "who may no longer be called"},
               Field{"whom", &init::RevokeService::whom, "by whom"}};
};
template <> struct axiom::Schema<axiom::init::KillProcess> {
    static constexpr auto fields =
        Fields{Field{"number", &init::KillProcess::number, "its number within this boot"}};
};

namespace axiom::init {

using InitApi = Api<ShutDown, ListServices, StartService, StopService, RestartService,
                    ListProcesses, GrantService, RevokeService, KillProcess>;

} // namespace axiom::init
