#include <sim-host/host/system.hpp>

#include <cerrno>
#include <fstream>
#include <sstream>

#include <sim-host/attach/attach_socket.hpp>
#include <sim-host/host/key_file.hpp>
#include <sim-host/host/manifest.hpp>
#include <sim-host/platform/signature_sodium.hpp>

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

HostResult<std::string> whole_text(std::filesystem::path const& path) {
    std::ifstream file{path};
    std::stringstream text;
    text << file.rdbuf();
    return file ? HostResult<std::string>{text.str()}
                : system_problem(path.string(), "read", errno == 0 ? ENOENT : errno);
}

// A program that stands where a driver does keeps the data folder or one in it, or listens there;
// others keep nothing.
HostResult<ProgramFile> program_file(SystemPlace const& place, NamedProgram const& program) {
    bool const is_device = program.name.starts_with("device_");
    bool const listens = program.name == "device_attach";
    std::filesystem::path const folder = place.data / program.folder;
    std::error_code failed;
    if (is_device && (std::filesystem::create_directories(folder, failed), failed)) {
        return system_problem(folder.string(), "make", failed.value());
    }
    return ProgramFile{.path = place.programs / program.name,
                       .folder = is_device && !listens ? folder.string() : std::string{},
                       .listener = listens ? TRY(listen_in(folder)) : nullptr,
                       .line = is_device ? program.line : std::nullopt};
}

} // namespace

HostResult<HostKernelOptions> system_options(SystemPlace const& place) {
    std::string const text = TRY(whole_text(place.manifest));
    ResolvedManifest resolved = TRY(parse_manifest(text, place.manifest.string()));
    if (resolved.key_region && !place.key.empty()) {
        SigningSeed seed = TRY(load_or_make_key(place.key));
        resolved.manifest.regions[*resolved.key_region].begins_with.bytes = seed.bytes;
        wipe(seed);
    }
    std::vector<std::byte> module = encoded(resolved.manifest);
    HostKernelOptions options{.cpus = place.cpus,
                              .frames = frames,
                              .rows = rows,
                              .limit = everything,
                              .programs = {},
                              .argument = module.size(),
                              .module = std::move(module),
                              .debug_output = {},
                              .on_fault = {}};
    for (NamedProgram const& program : resolved.programs) {
        options.programs.push_back(TRY(program_file(place, program)));
    }
    return options;
}

} // namespace axiom::host
