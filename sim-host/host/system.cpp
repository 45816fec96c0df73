#include <sim-host/host/system.hpp>

namespace axiom::host {

namespace {

constexpr std::uint32_t frames = 1U << 18U;
constexpr kernel::KernelCapacities rows{.accounts = 64,
                                        .processes = 128,
                                        .threads = 256,
                                        .spaces = 128,
                                        .regions = 1024,
                                        .endpoints = 256,
                                        .notifications = 256,
                                        .contexts = 256,
                                        .interrupts = 16,
                                        .ports = 16,
                                        .capabilities = 4096,
                                        .rings = kernel::rings_max};

// The first account has it all, and gives of it.
constexpr kernel::Quota everything{.pages = frames,
                                   .objects = 2000,
                                   .capabilities = 4000,
                                   .threads = 250,
                                   .cpu_us = 64'000'000,
                                   .log_bytes = 100'000'000};

} // namespace

HostKernelOptions system_options(SystemPlace const& place) {
    auto const program = [&place](char const* name, std::string folder = {}) {
        return ProgramFile{.path = place.programs / name, .folder = std::move(folder)};
    };
    // In the order of services/init/program.cpp.
    return {.cpus = place.cpus,
            .frames = frames,
            .rows = rows,
            .limit = everything,
            .programs = {program("service_init"), program("device_storage", place.data),
                         program("service_axiomd")},
            .argument = 0,
            .debug_output = {},
            .on_fault = {}};
}

} // namespace axiom::host
