// Key files; see terminal/cli/key_file.hpp.

#include <terminal/cli/key_file.hpp>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <axiom/tree/key_chain.hpp>
#include <sim-host/platform/folder_names.hpp>
#include <sim-host/platform/host_file.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <sim-host/platform/system_entropy.hpp>
#include <terminal/cli/key_text.hpp>
#include <terminal/cli/whole_path.hpp>

namespace axiom::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t key_text_bytes_min = 64; // without its newline

std::optional<std::string> default_place() {
    char const* const config = std::getenv("XDG_CONFIG_HOME");
    if (config != nullptr && *config != '\0') {
        return std::string{config} + "/axiom/checkpoint.key";
    }
    char const* const home = std::getenv("HOME");
    if (home != nullptr && *home != '\0') {
        return std::string{home} + "/.config/axiom/checkpoint.key";
    }
    return std::nullopt;
}

void flush_folder(std::string const& folder) {
    auto const opened = value_or_stop(
        host::HostFile::open(AT_FDCWD, folder,
                             {.kind = host::FileKind::folder, .follow_links = true}, folder),
        "the key's folder cannot be opened");
    value_or_stop(opened.flush_all(), "the key's folder cannot be made durable");
}

// Written under another name first, so that a crash never leaves half a key under this one; the
// link fails when the name is taken.
void write_key(std::string const& path, SigningSeed const& seed) {
    std::string const draft = path + ".making-" + std::to_string(::getpid());
    ::unlink(draft.c_str()); // of a process that died under the same number
    {
        auto const file = value_or_stop(
            host::HostFile::open(AT_FDCWD, draft, {.writable = true, .create_new = true}, draft),
            "the key file cannot be made");
        std::string const text = std::string{text_of(to_hex(Hash256{seed.bytes}))} + "\n";
        value_or_stop(file.write(0, bytes_of(text)), "the key file cannot be written");
        value_or_stop(file.flush_all(), "the key file cannot be made durable");
    }
    int const linked = ::link(draft.c_str(), path.c_str());
    int const error_number = errno;
    ::unlink(draft.c_str());
    if (linked != 0 && error_number == EEXIST) {
        throw usage(path + " exists already", "name a file that does not exist yet");
    }
    if (linked != 0) {
        throw Failure{.exit = Exit::storage,
                      .code = "io_failed",
                      .sentence = "the key file " + path + " cannot be made",
                      .cause = std::strerror(error_number),
                      .next = "name another place"};
    }
}

} // namespace

std::string default_key_path() {
    if (auto path = default_place()) {
        return std::move(*path);
    }
    throw Failure{.exit = Exit::environment,
                  .code = "no_configuration_folder",
                  .sentence = "there is no place for the key",
                  .cause = "neither XDG_CONFIG_HOME nor HOME is set",
                  .next = "give --key FILE"};
}

bool is_default_key_path(std::string const& path) {
    return default_place() == path;
}

HeldSeed::~HeldSeed() {
    host::wipe(seed);
}

Hash256 HeldSeed::public_key() const {
    return key_hash(host::signature_engine().public_key(seed));
}

bool key_file_exists(std::string const& path) {
    struct stat status{};
    return ::lstat(path.c_str(), &status) == 0;
}

std::string folder_of(std::string const& path) {
    fs::path const folder = fs::path{path}.parent_path();
    return folder.empty() ? "." : folder.string();
}

SigningSeed load_key(std::string const& path, Console& console) {
    auto opened = host::HostFile::open(AT_FDCWD, path, {.follow_links = true}, path);
    if (!opened && opened.error().error.code == Code::not_a_log &&
        opened.error().error_number != ENOENT && opened.error().error_number != ENOTDIR) {
        throw usage(path + " is no key file", "give the right file with --key");
    }
    auto const file = value_or_stop(std::move(opened), "the checkpoint key cannot be opened");
    std::uint64_t const size = value_or_stop(file.size());
    std::array<std::byte, key_text_bytes> text{};
    std::optional<SigningSeed> seed;
    if (size <= text.size()) {
        MutableBytes const read = MutableBytes{text}.first(size);
        value_or_stop(file.read(0, read));
        seed = key_from_text(text_of(read));
    }
    if (!seed) {
        throw usage(path + " holds no checkpoint key: it should be one line of 64 hex digits",
                    "give the right file with --key");
    }
    struct stat status{};
    if (::fstat(file.descriptor(), &status) == 0 && (status.st_mode & 077U) != 0) {
        console.remark("others may read the key " + path + "; chmod 600 it");
    }
    return *seed;
}

SigningSeed make_key(std::string const& path, Console& console) {
    host::SystemEntropy entropy;
    SigningSeed const seed{value_or_stop(draw_key(entropy), "no key is made")};
    std::error_code error;
    std::string const folder = folder_of(path);
    if (fs::create_directories(folder, error)) {
        fs::permissions(folder, fs::perms::owner_all, error);
    }
    write_key(path, seed);
    flush_folder(folder);
    console.remark("made a checkpoint key: " + path + " (keep a copy; it is not in the log)");
    return seed;
}

SigningSeed load_or_make_key(std::string const& path, Console& console) {
    struct stat status{};
    bool const exists = ::stat(path.c_str(), &status) == 0;
    return exists ? load_key(path, console) : make_key(path, console);
}

std::optional<std::string> find_key_file(std::string const& folder, Hash256 const& public_key) {
    for (std::string const& name : host::names_if_any(folder)) {
        std::string const path = folder + "/" + name;
        std::error_code ignored;
        std::uintmax_t const size =
            fs::is_regular_file(path, ignored) ? fs::file_size(path, ignored) : std::uintmax_t{0};
        if (size < key_text_bytes_min || size > key_text_bytes) {
            continue;
        }
        auto const file = host::HostFile::open(AT_FDCWD, path, {}, path);
        std::array<std::byte, key_text_bytes> text{};
        MutableBytes const read = MutableBytes{text}.first(static_cast<std::size_t>(size));
        if (!file || !file->read(0, read)) {
            continue; // not ours to read, so not ours to use
        }
        auto const seed = key_from_text(text_of(read));
        if (seed && key_hash(host::signature_engine().public_key(*seed)) == public_key) {
            return path;
        }
    }
    return std::nullopt;
}

KeyPlace place_of_key(std::string const& key, std::string const& log) {
    fs::path const key_folder = whole_path(key).parent_path();
    fs::path const log_path = whole_path(log);
    std::string const inside = log_path.string() + "/";
    if (key_folder == log_path || key_folder.string().starts_with(inside)) {
        return KeyPlace::inside_log;
    }
    return key_folder == log_path.parent_path() ? KeyPlace::beside_log : KeyPlace::elsewhere;
}

void warn_if_beside(std::string const& key, std::string const& log, Console& console) {
    KeyPlace const place = place_of_key(key, log);
    if (place != KeyPlace::elsewhere) {
        console.remark("the key " + key + " lies " +
                       (place == KeyPlace::inside_log ? "inside" : "beside") +
                       " the log: seals then show accident, not attack");
    }
}

} // namespace axiom::cli
