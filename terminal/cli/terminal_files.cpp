#include <terminal/cli/terminal_files.hpp>

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>

#include <terminal/cli/failure.hpp>
#include <terminal/cli/new_file.hpp>

namespace axiom::cli {

namespace {

std::unexpected<Error> refused(int error_number) noexcept {
    bool const is_missing = error_number == ENOENT || error_number == ENOTDIR;
    bool const is_denied = error_number == EACCES || error_number == EPERM;
    return fail(is_missing  ? Code::no_such_row
                : is_denied ? Code::access_refused
                            : Code::io_failed,
                static_cast<std::uint64_t>(error_number));
}

} // namespace

Result<void> TerminalFiles::open(std::string_view path) noexcept {
    file_ = host::Descriptor{::open(std::string{path}.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)};
    struct stat facts{};
    if (!file_.is_open() || ::fstat(file_.number(), &facts) != 0) {
        return refused(errno);
    }
    return S_ISDIR(facts.st_mode) ? refused(EISDIR) : Result<void>{};
}

Result<std::size_t> TerminalFiles::read(MutableBytes to) noexcept {
    for (;;) {
        ssize_t const got = ::read(file_.number(), to.data(), to.size());
        if (got >= 0) {
            return static_cast<std::size_t>(got);
        }
        if (errno != EINTR) {
            return refused(errno);
        }
    }
}

Result<void> TerminalFiles::create(std::string_view path) noexcept {
    path_ = path;
    made_.clear();
    return ::access(path_.c_str(), F_OK) == 0 ? Result<void>{fail(Code::already_exists)}
                                              : Result<void>{};
}

Result<void> TerminalFiles::write(Bytes from) noexcept {
    made_.insert(made_.end(), from.begin(), from.end());
    return {};
}

Result<void> TerminalFiles::keep() noexcept {
    try {
        return write_if_absent(path_, made_) ? Result<void>{}
                                             : Result<void>{fail(Code::already_exists)};
    } catch (cli::Failure const&) {
        return fail(Code::io_failed);
    }
}

void TerminalFiles::close() noexcept {
    file_.close();
    path_.clear();
    made_ = {};
}

} // namespace axiom::cli
