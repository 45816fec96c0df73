// Key files; see terminal/cli/key_file.hpp.

#include <terminal/cli/key_file.hpp>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>

#include <axiom/base/hash256.hpp>
#include <sim-host/platform/host_file.hpp>
#include <sim-host/platform/signature_sodium.hpp>

namespace axiom::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t key_text_bytes = 65;

bool exists(std::string const& path) {
    struct stat status{};
    return ::stat(path.c_str(), &status) == 0;
}

SigningSeed make_key(std::string const& path) {
    std::error_code error;
    fs::path const folder = fs::path{path}.parent_path();
    if (!folder.empty() && fs::create_directories(folder, error)) {
        fs::permissions(folder, fs::perms::owner_all, error);
    }
    auto const file = value_or_stop(
        host::HostFile::open(AT_FDCWD, path, {.writable = true, .create_new = true}, path),
        "the key file cannot be made");
    SigningSeed const seed = host::new_signing_seed();
    std::string const text = std::string{text_of(to_hex(Hash256{seed.bytes}))} + "\n";
    value_or_stop(file.write(0, bytes_of(text)));
    value_or_stop(file.flush_all());
    return seed;
}

} // namespace

std::string default_key_path() {
    char const* const config = std::getenv("XDG_CONFIG_HOME");
    if (config != nullptr && *config != '\0') {
        return std::string{config} + "/axiom/checkpoint.key";
    }
    char const* const home = std::getenv("HOME");
    if (home != nullptr && *home != '\0') {
        return std::string{home} + "/.config/axiom/checkpoint.key";
    }
    throw Failure{.exit = Exit::environment,
                  .code = "no_configuration_folder",
                  .sentence = "there is no place for the key",
                  .cause = "neither XDG_CONFIG_HOME nor HOME is set",
                  .next = "give --key FILE"};
}

SigningSeed load_key(std::string const& path, Console& console) {
    auto const file =
        value_or_stop(host::HostFile::open(AT_FDCWD, path, {.follow_links = true}, path),
                      "the checkpoint key cannot be opened");
    std::uint64_t const size = value_or_stop(file.size());
    std::array<std::byte, key_text_bytes> text{};
    bool sound = size == text.size() || size + 1 == text.size();
    if (sound) {
        value_or_stop(file.read(0, MutableBytes{text}.first(size)));
    }
    auto const seed = hash_from_hex(text_of(Bytes{text}.first(key_text_bytes - 1)));
    sound = sound && seed && (size != text.size() || text.back() == std::byte{'\n'});
    if (!sound) {
        throw usage(path + " holds no checkpoint key: it should be one line of 64 hex digits",
                    "give the right file with --key");
    }
    struct stat status{};
    if (::fstat(file.descriptor(), &status) == 0 && (status.st_mode & 077U) != 0) {
        console.remark("others may read the key " + path + "; chmod 600 it");
    }
    return SigningSeed{seed->bytes};
}

SigningSeed load_or_make_key(std::string const& path, Console& console) {
    if (exists(path)) {
        return load_key(path, console);
    }
    SigningSeed const seed = make_key(path);
    console.remark("made a checkpoint key: " + path + " (keep a copy; it is not in the log)");
    return seed;
}

void warn_if_beside(std::string const& key, std::string const& log, Console& console) {
    std::error_code error;
    fs::path const key_folder = fs::weakly_canonical(fs::path{key}, error).parent_path();
    fs::path const log_path = fs::weakly_canonical(fs::path{log}, error);
    std::string const inside = log_path.string() + "/";
    bool const in_log = key_folder == log_path || key_folder.string().starts_with(inside);
    if (in_log || key_folder == log_path.parent_path()) {
        console.remark("the key " + key + " lies " + (in_log ? "inside" : "beside") +
                       " the log: seals then show accident, not attack");
    }
}

} // namespace axiom::cli
