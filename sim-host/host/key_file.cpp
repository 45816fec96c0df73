#include <sim-host/host/key_file.hpp>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <optional>

#include <fcntl.h>
#include <unistd.h>

#include <axiom/codec/plain_text.hpp>
#include <sim-host/fabric/descriptor.hpp>
#include <sim-host/platform/signature_sodium.hpp>

namespace axiom::host {

namespace {

constexpr int owner_only = 0600;

HostResult<SigningSeed> load(std::filesystem::path const& path) {
    std::ifstream file{path};
    std::string line;
    std::getline(file, line);
    auto const bytes = hash_from_hex(line);
    if (!file || !bytes) {
        return found_problem(Code::bad_key, path.string(),
                             "it should be one line of 64 hex digits");
    }
    return SigningSeed{bytes->bytes};
}

// Whole and durable under its name, or not there at all.
HostResult<SigningSeed> make(std::filesystem::path const& path) {
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    SigningSeed const seed = new_signing_seed();
    std::string const draft = path.string() + "." + std::to_string(::getpid());
    Descriptor const file{
        ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, owner_only)};
    if (!file.is_open()) {
        return system_problem(draft, "make", errno);
    }
    std::string const line = std::string{text_of(to_hex(Hash256{seed.bytes}))} + "\n";
    bool const kept =
        ::write(file.number(), line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
        ::fsync(file.number()) == 0 &&
        ::link(draft.c_str(), path.c_str()) == 0; // never over another
    int const why = errno;
    ::unlink(draft.c_str());
    if (!kept) {
        return why == EEXIST ? load(path) : system_problem(path.string(), "make", why);
    }
    Descriptor const folder{::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!folder.is_open() || ::fsync(folder.number()) != 0) {
        return system_problem(path.string(), "make", errno);
    }
    return seed;
}

} // namespace

std::filesystem::path default_key_path() {
    char const* const config = std::getenv("XDG_CONFIG_HOME");
    char const* const home = std::getenv("HOME");
    std::filesystem::path const file = std::filesystem::path{"axiom"} / "checkpoint.key";
    if (config != nullptr && *config != '\0') {
        return config / file;
    }
    return home != nullptr && *home != '\0' ? home / (".config" / file) : std::filesystem::path{};
}

HostResult<SigningSeed> load_or_make_key(std::filesystem::path const& path) {
    return std::filesystem::exists(path) ? load(path) : make(path);
}

} // namespace axiom::host
