#include <sim-host/machine/interrupt_lines.hpp>

#include <array>
#include <cerrno>

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <axiom/base/assert.hpp>

namespace axiom::host {

namespace {

constexpr std::uint64_t the_end = ~std::uint64_t{0};

bool watch(int looks, int operation, int descriptor, std::uint32_t events,
           std::uint64_t word) noexcept {
    epoll_event event{.events = events, .data = {.u64 = word}};
    return ::epoll_ctl(looks, operation, descriptor, &event) == 0;
}

} // namespace

HostResult<std::unique_ptr<InterruptLines>> InterruptLines::create(std::uint32_t lines,
                                                                   std::function<void()> tell) {
    std::unique_ptr<InterruptLines> made{new InterruptLines{lines, std::move(tell)}};
    made->looks_ = Descriptor{::epoll_create1(EPOLL_CLOEXEC)};
    made->ends_ = Descriptor{::eventfd(0, EFD_CLOEXEC)};
    bool done = made->looks_.is_open() && made->ends_.is_open() &&
                watch(made->looks_.number(), EPOLL_CTL_ADD, made->ends_.number(), EPOLLIN, the_end);
    for (std::uint64_t line = 0; line < lines && done; ++line) {
        Descriptor& raised = made->lines_[line].raised;
        raised = Descriptor{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
        done = raised.is_open() &&
               watch(made->looks_.number(), EPOLL_CTL_ADD, raised.number(), EPOLLONESHOT, line);
    }
    if (!done) {
        return system_problem("interrupt lines", "make", errno);
    }
    made->thread_ = std::thread{[lines_of = made.get()] { lines_of->run(); }};
    return made;
}

InterruptLines::~InterruptLines() {
    if (thread_.joinable()) {
        ::eventfd_write(ends_.number(), 1);
        thread_.join();
    }
}

void InterruptLines::raise(std::uint64_t line) noexcept {
    ::eventfd_write(descriptor(line), 1);
}

std::optional<std::uint64_t> InterruptLines::next() noexcept {
    for (std::uint64_t line = 0; line < lines_.size(); ++line) {
        Line& each = lines_[line];
        if (each.pending.load(std::memory_order_relaxed) && !each.masked.load() &&
            each.pending.exchange(false)) {
            return line;
        }
    }
    return std::nullopt;
}

// What is pending and not masked is told of by whoever did the second of the two.
void InterruptLines::mask(std::uint64_t line, bool masked) noexcept {
    if (line >= lines_.size()) {
        return;
    }
    lines_[line].masked.store(masked);
    if (!masked && lines_[line].pending.load()) {
        tell_();
    } else if (!masked) {
        arm(line);
    }
}

void InterruptLines::arm(std::uint64_t line) noexcept {
    bool const armed =
        watch(looks_.number(), EPOLL_CTL_MOD, descriptor(line), EPOLLIN | EPOLLONESHOT, line);
    AXIOM_ASSERT(armed); // it was added once, and is never closed
}

void InterruptLines::run() {
    for (;;) {
        std::array<epoll_event, 16> found{};
        int const count =
            ::epoll_wait(looks_.number(), found.data(), static_cast<int>(found.size()), -1);
        for (int index = 0; index < count; ++index) {
            std::uint64_t const line = found[static_cast<std::size_t>(index)].data.u64;
            if (line == the_end) {
                return;
            }
            eventfd_t raised{};
            ::eventfd_read(descriptor(line), &raised); // it may be nobody's by now
            lines_[line].pending.store(true);
            if (!lines_[line].masked.load()) {
                tell_();
            }
        }
    }
}

} // namespace axiom::host
