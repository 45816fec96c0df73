#include <sim-host/platform/problem.hpp>

#include <cerrno>
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
        return Code::access_refused;
    case EBUSY:
        return Code::writer_alive;
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

std::unexpected<Problem> system_problem(std::string_view path, std::string_view action,
                                        int error_number, std::uint64_t where) {
    std::string text{path};
    text += ": ";
    text += action;
    text += ": ";
    text += std::generic_category().message(error_number);
    return std::unexpected(
        Problem{{code_of_errno(error_number), where, 0}, error_number, std::move(text)});
}

std::unexpected<Problem> found_problem(Code code, std::string_view path, std::string_view what,
                                       std::uint64_t where) {
    std::string text{path};
    text += ": ";
    text += what;
    return std::unexpected(Problem{{code, where, 0}, 0, std::move(text)});
}

} // namespace axiom::host
