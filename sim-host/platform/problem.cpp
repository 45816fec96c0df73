#include <sim-host/platform/problem.hpp>

#include <cerrno>
#include <new>
#include <system_error>

namespace axiom::host {

Code code_of_errno(int error_number) noexcept {
    switch (error_number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return Code::store_full;
    case EACCES:
    case EPERM:
    case EMFILE: // no fault of the disk
    case ENFILE:
        return Code::access_refused;
    case EBUSY:
        return Code::writer_alive;
    case ENOMEM:
        return Code::no_memory;
    case EROFS:
        return Code::read_only;
    case EEXIST:
        return Code::already_exists;
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
    case ELOOP:
    case ENXIO:
        return Code::not_a_log;
    default:
        return Code::io_failed;
    }
}

namespace {

// Without memory for the words there is still the code.
template <class... Pieces> std::string joined(Pieces const&... pieces) noexcept {
    try {
        std::string text;
        (text.append(pieces), ...);
        return text;
    } catch (std::bad_alloc const&) {
        return {};
    }
}

} // namespace

std::unexpected<Problem> system_problem(std::string_view path, std::string_view action,
                                        int error_number, std::uint64_t where) noexcept {
    std::string text;
    try {
        text = joined(path, ": ", action, ": ", std::generic_category().message(error_number));
    } catch (std::bad_alloc const&) {
        text.clear();
    }
    return std::unexpected(
        Problem{{code_of_errno(error_number), where, 0}, error_number, std::move(text)});
}

std::unexpected<Problem> found_problem(Code code, std::string_view path, std::string_view what,
                                       std::uint64_t where) noexcept {
    return std::unexpected(Problem{{code, where, 0}, 0, joined(path, ": ", what)});
}

} // namespace axiom::host
