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
#include <terminal/cli/new_file.hpp>
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

// The text of a key, gone from memory when this is.
struct HeldText {
    HeldText() = default;
    ~HeldText() { host::wipe(MutableBytes{bytes}); }
    HeldText(HeldText const&) = delete;
    HeldText& operator=(HeldText const&) = delete;

    std::array<std::byte, key_text_bytes> bytes{};
};

bool write_key(std::string const& path, SigningSeed const& seed) {
    HeldText text;
    auto hex = to_hex(Hash256{seed.bytes});
    copy_bytes(MutableBytes{text.bytes}.first(hex.size()), bytes_of(text_of(hex)));
    host::wipe(std::as_writable_bytes(std::span{hex}));
    text.bytes.back() = std::byte{'\n'};
    return write_if_absent(path, text.bytes);
}

// None when something lies at `path` by the time that the key would.
std::optional<SigningSeed> try_make_key(std::string const& path, Console& console) {
    host::SystemEntropy entropy;
    SigningSeed const seed{value_or_stop(draw_key(entropy), "no key is made")};
    std::error_code error;
    std::string const folder = folder_of(path);
    if (fs::create_directories(folder, error)) {
        fs::permissions(folder, fs::perms::owner_all, error);
    }
    if (!write_key(path, seed)) {
        return std::nullopt;
    }
    console.remark("made a checkpoint key: " + path + " (keep a copy; it is not in the log)");
    return seed;
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

SigningSeed load_key(std::string const& path, Console& console) {
    auto opened = host::HostFile::open(AT_FDCWD, path, {.follow_links = true}, path);
    if (!opened && opened.error().error.code == Code::not_a_log &&
        opened.error().error_number != ENOENT && opened.error().error_number != ENOTDIR) {
        throw usage(path + " is no key file", "give the right file with --key");
    }
    auto const file = value_or_stop(std::move(opened), "the checkpoint key cannot be opened");
    std::uint64_t const size = value_or_stop(file.size());
    HeldText text;
    std::optional<SigningSeed> seed;
    if (size <= text.bytes.size()) {
        MutableBytes const read = MutableBytes{text.bytes}.first(size);
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
    SigningSeed const loaded = *seed;
    host::wipe(*seed);
    return loaded;
}

SigningSeed make_key(std::string const& path, Console& console) {
    auto const seed = try_make_key(path, console);
    if (!seed) {
        throw usage(path + " exists already", "name a file that does not exist yet");
    }
    return *seed;
}

// Somebody who makes another log may make the default key at the same time: whose is there counts.
SigningSeed load_or_make_key(std::string const& path, Console& console) {
    struct stat status{};
    bool const exists = ::stat(path.c_str(), &status) == 0;
    auto const made = exists ? std::nullopt : try_make_key(path, console);
    return made ? *made : load_key(path, console);
}

std::optional<std::string> find_key_file(std::string const& folder, Hash256 const& public_key) {
    for (std::string const& name : host::names_if_any(folder)) {
        std::string path = std::string{folder}.append("/").append(name);
        std::error_code ignored;
        std::uintmax_t const size =
            fs::is_regular_file(path, ignored) ? fs::file_size(path, ignored) : std::uintmax_t{0};
        if (size < key_text_bytes_min || size > key_text_bytes) {
            continue;
        }
        auto const file = host::HostFile::open(AT_FDCWD, path, {}, path);
        HeldText text;
        MutableBytes const read = MutableBytes{text.bytes}.first(static_cast<std::size_t>(size));
        if (!file || !file->read(0, read)) {
            continue; // not ours to read, so not ours to use
        }
        auto seed = key_from_text(text_of(read));
        bool const wanted =
            seed && key_hash(host::signature_engine().public_key(*seed)) == public_key;
        if (seed) {
            host::wipe(*seed);
        }
        if (wanted) {
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
