#include <tests/unit/syscall_faults.hpp>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <optional>

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace axiom::test {

namespace {

struct Plan {
    SyscallFault fault;
    bool any_call{};
    std::uint64_t counted{};
    std::uint64_t fired{};
    std::size_t transfer_max{}; // 0: as asked
    bool interrupt_next{};
};

std::optional<Plan> plan; // changed between the calls of one thread only

enum class Verdict : std::uint8_t { go_on, fail, nothing_moved };

Verdict judge(Call call) {
    if (!plan) {
        return Verdict::go_on;
    }
    bool const moves_bytes = call == Call::read || call == Call::write;
    if (plan->transfer_max != 0) {
        plan->interrupt_next = moves_bytes && !plan->interrupt_next;
        errno = EINTR;
        return plan->interrupt_next ? Verdict::fail : Verdict::go_on;
    }
    if (!plan->any_call && plan->fault.call != call) {
        return Verdict::go_on;
    }
    std::uint64_t const present = plan->counted++;
    bool const hit =
        present == plan->fault.nth || (plan->fault.from_then_on && present > plan->fault.nth);
    if (!hit) {
        return Verdict::go_on;
    }
    ++plan->fired;
    errno = plan->fault.error_number;
    return plan->fault.error_number == 0 ? Verdict::nothing_moved : Verdict::fail;
}

std::size_t shortened(std::size_t bytes) {
    return plan && plan->transfer_max != 0 ? std::min(bytes, plan->transfer_max) : bytes;
}

} // namespace

void plan_syscall_fault(SyscallFault fault, bool any_call) {
    plan = Plan{.fault = fault, .any_call = any_call};
}

void plan_short_transfers(std::size_t bytes_max) {
    plan = Plan{};
    plan->transfer_max = bytes_max;
}

std::uint64_t plan_no_syscall_fault() {
    std::uint64_t const fired = plan ? plan->fired : 0;
    plan.reset();
    return fired;
}

} // namespace axiom::test

using axiom::test::Call;
using axiom::test::judge;
using axiom::test::shortened;
using axiom::test::Verdict;

extern "C" {

ssize_t pread(int file, void* to, size_t bytes, off_t offset) {
    Verdict const verdict = judge(Call::read);
    if (verdict != Verdict::go_on) {
        return verdict == Verdict::fail ? -1 : 0;
    }
    return ::syscall(SYS_pread64, file, to, shortened(bytes), offset);
}

ssize_t pwrite(int file, void const* from, size_t bytes, off_t offset) {
    Verdict const verdict = judge(Call::write);
    if (verdict != Verdict::go_on) {
        return verdict == Verdict::fail ? -1 : 0;
    }
    return ::syscall(SYS_pwrite64, file, from, shortened(bytes), offset);
}

int fsync(int file) {
    return judge(Call::flush) == Verdict::go_on ? static_cast<int>(::syscall(SYS_fsync, file)) : -1;
}

int fdatasync(int file) {
    return judge(Call::flush) == Verdict::go_on ? static_cast<int>(::syscall(SYS_fdatasync, file))
                                                : -1;
}

int posix_fallocate(int file, off_t offset, off_t bytes) {
    if (judge(Call::reserve) != Verdict::go_on) {
        return errno;
    }
    return ::syscall(SYS_fallocate, file, 0, offset, bytes) == 0 ? 0 : errno;
}

int renameat2(int old_folder, char const* old_name, int new_folder, char const* new_name,
              unsigned flags) noexcept {
    if (judge(Call::name) != Verdict::go_on) {
        return -1;
    }
    return static_cast<int>(
        ::syscall(SYS_renameat2, old_folder, old_name, new_folder, new_name, flags));
}
}
