// A binary heap that knows where each thread's deadline is; see kernel/task/deadlines.hpp.

#include <kernel/task/deadlines.hpp>

#include <kernel/abi/call.hpp>

namespace axiom::kernel {

void Deadlines::put(std::size_t at, Deadline const& deadline) noexcept {
    heap_[at] = deadline;
    place_[deadline.thread] = static_cast<std::uint32_t>(at + 1);
}

void Deadlines::rise(std::size_t at, Deadline const& deadline) noexcept {
    while (at != 0 && heap_[(at - 1) / 2].at_ns > deadline.at_ns) {
        put(at, heap_[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    put(at, deadline);
}

void Deadlines::sink(std::size_t at, Deadline const& deadline) noexcept {
    while (true) {
        std::size_t child = at * 2 + 1;
        if (child >= count_) {
            break;
        }
        if (child + 1 < count_ && heap_[child + 1].at_ns < heap_[child].at_ns) {
            ++child;
        }
        if (heap_[child].at_ns >= deadline.at_ns) {
            break;
        }
        put(at, heap_[child]);
        at = child;
    }
    put(at, deadline);
}

void Deadlines::set(Deadline const& deadline) noexcept {
    if (place_[deadline.thread] == 0) {
        rise(count_++, deadline);
        return;
    }
    std::size_t const at = place_[deadline.thread] - 1;
    if (deadline.at_ns < heap_[at].at_ns) {
        rise(at, deadline);
    } else {
        sink(at, deadline);
    }
}

std::optional<Deadline> Deadlines::take_due(std::uint64_t now_ns) noexcept {
    if (count_ == 0 || heap_[0].at_ns > now_ns) {
        return std::nullopt;
    }
    Deadline const first = heap_[0];
    place_[first.thread] = 0;
    Deadline const last = heap_[--count_];
    if (count_ != 0) {
        sink(0, last);
    }
    return first;
}

std::uint64_t Deadlines::next_ns() const noexcept {
    return count_ == 0 ? for_ever : heap_[0].at_ns;
}

} // namespace axiom::kernel
