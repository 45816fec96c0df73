// Lines of a descriptor; see terminal/cli/line_reader.hpp.

#include <terminal/cli/line_reader.hpp>

#include <cerrno>
#include <cstring>

#include <poll.h>
#include <unistd.h>

namespace axiom::cli {

namespace {

constexpr std::size_t read_bytes = 256 * 1024;

} // namespace

LineReader::LineReader(int descriptor, std::size_t line_bytes_max)
    : descriptor_{descriptor}, line_bytes_max_{line_bytes_max},
      buffer_(2 * line_bytes_max + read_bytes) {}

std::string_view LineReader::take(std::size_t bytes, std::size_t skipped) {
    ++number_;
    if (bytes > line_bytes_max_) {
        throw Failure{.exit = Exit::answer_is_no,
                      .code = "too_long",
                      .sentence = "line " + std::to_string(number_) + " is longer than " +
                                  std::to_string(line_bytes_max_) + " bytes",
                      .cause = "the lines before it were taken, it and what follows were not",
                      .next = "shorten the line and run the same command again: it resumes there"};
    }
    std::string_view const line{buffer_.data() + begin_, bytes};
    begin_ += bytes + skipped;
    scanned_ = begin_;
    return line;
}

// Reads once; false when interrupted.
bool LineReader::fill() {
    if (buffer_.size() - end_ < read_bytes) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        scanned_ -= begin_;
        end_ -= begin_;
        begin_ = 0;
    }
    ssize_t const count = ::read(descriptor_, buffer_.data() + end_, read_bytes);
    if (count < 0 && errno == EINTR) {
        return false;
    }
    if (count < 0 && errno == EAGAIN) {
        pollfd waiting{.fd = descriptor_, .events = POLLIN, .revents = 0};
        return ::poll(&waiting, 1, -1) >= 0 || errno != EINTR;
    }
    if (count < 0) {
        bool const unusable = errno == EBADF || errno == EISDIR;
        throw Failure{.exit = unusable ? Exit::usage : Exit::storage,
                      .code = "input_failed",
                      .sentence = "standard input cannot be read",
                      .cause = std::strerror(errno),
                      .next = "pipe lines into the command, or give it a file: < FILE"};
    }
    ended_ = count == 0;
    end_ += static_cast<std::size_t>(count);
    return true;
}

std::optional<std::string_view> LineReader::next(int const volatile& interrupted) {
    while (true) {
        void const* const found = std::memchr(buffer_.data() + scanned_, '\n', end_ - scanned_);
        if (found != nullptr) {
            auto const at =
                static_cast<std::size_t>(static_cast<char const*>(found) - buffer_.data());
            return take(at - begin_, 1);
        }
        scanned_ = end_;
        if (end_ - begin_ > line_bytes_max_) {
            return take(end_ - begin_, 0); // refuses
        }
        if (ended_) {
            return end_ == begin_ ? std::nullopt : std::optional{take(end_ - begin_, 0)};
        }
        if (interrupted != 0 || (!fill() && interrupted != 0)) {
            return std::nullopt;
        }
    }
}

bool LineReader::has_more_now() {
    while (!ended_ && end_ - begin_ <= line_bytes_max_ &&
           std::memchr(buffer_.data() + scanned_, '\n', end_ - scanned_) == nullptr) {
        scanned_ = end_;
        pollfd ready{.fd = descriptor_, .events = POLLIN, .revents = 0};
        if (::poll(&ready, 1, 0) <= 0 || !fill()) {
            return false; // what is there is no whole line yet
        }
    }
    return true;
}

} // namespace axiom::cli
