// Keys, ids and anchoring files; see terminal/cli/trust.hpp.

#include <terminal/cli/trust.hpp>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include <fcntl.h>
#include <unistd.h>

#include <axiom/codec/plain_text.hpp>
#include <axiom/tree/checkpoint.hpp>
#include <axiom/tree/note.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <terminal/cli/failure.hpp>

namespace axiom::cli {

namespace {

constexpr std::size_t key_file_bytes_max = 4096;

std::string trimmed(std::string const& text) {
    std::size_t const first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::optional<PublicKey> read_key(std::string const& text) {
    if (auto const hex = read_hex(text)) {
        return PublicKey{hex->bytes};
    }
    if (auto const key = read_verifier_key(host::fastest_engine(), text)) {
        return key->key;
    }
    return std::nullopt;
}

// Of a file that was named, and that is no part of any log.
Exit exit_for_unread(int error_number) noexcept {
    switch (error_number) {
    case ENOENT:
    case ENOTDIR:
        return Exit::not_found;
    case EISDIR:
    case ELOOP:
    case ENAMETOOLONG:
        return Exit::usage;
    case EACCES:
    case EPERM:
        return Exit::environment;
    default:
        return Exit::storage;
    }
}

// What comes from the file or pipe at `path`, as much as fits; nullopt with errno set when it
// cannot be read.
std::optional<std::size_t> read_from(std::string const& path, MutableBytes to) {
    int const file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (file < 0) {
        return std::nullopt;
    }
    std::size_t count = 0;
    ssize_t read = 1;
    while (read != 0 && count < to.size()) {
        read = ::read(file, to.data() + count, to.size() - count);
        if (read < 0 && errno != EINTR) {
            int const error_number = errno;
            ::close(file);
            errno = error_number;
            return std::nullopt;
        }
        count += read > 0 ? static_cast<std::size_t>(read) : 0;
    }
    ::close(file);
    return count;
}

} // namespace

std::vector<std::byte> file_argument(std::string const& path, std::size_t bytes_max) {
    std::vector<std::byte> bytes(bytes_max + 1);
    auto const count = read_from(path, bytes);
    if (!count) {
        int const error_number = errno;
        Exit const exit = exit_for_unread(error_number);
        throw Failure{.exit = exit,
                      .code = exit == Exit::not_found ? "not_found" : "io_failed",
                      .sentence = path + " cannot be read",
                      .cause = std::strerror(error_number),
                      .next = "check the path"};
    }
    if (*count > bytes_max) {
        throw usage(path + " is longer than " + std::to_string(bytes_max) +
                        " bytes, the most that such a file can have",
                    "give the right file, or a shorter one");
    }
    bytes.resize(*count);
    return bytes;
}

PublicKey public_key_argument(std::string const& text) {
    if (auto const key = read_key(text)) {
        return *key;
    }
    if (text.find('+') == std::string::npos) {
        std::vector<std::byte> const bytes = file_argument(text, key_file_bytes_max);
        std::string const line = trimmed(std::string{text_of(Bytes{bytes})});
        if (auto const seed = read_hex(line)) { // a file of bare hex is a signing key of ours
            return host::signature_engine().public_key({.bytes = seed->bytes});
        }
        if (auto const key = read_key(line)) {
            return *key;
        }
    }
    throw usage("`" + text + "` is no public key",
                "give 64 hex digits, a key like name+id+base64, a file with such a key, or the "
                "signing key's file");
}

Hash256 log_id_argument(std::string const& text) {
    std::string hex = text;
    if (hex.starts_with(origin_prefix)) {
        hex.erase(0, origin_prefix.size());
    }
    if (auto const id = read_hex(hex)) {
        return *id;
    }
    throw usage("`" + text + "` is no log id", "give the 64 hex digits that `axiom verify` prints");
}

} // namespace axiom::cli
