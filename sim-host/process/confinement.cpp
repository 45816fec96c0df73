#include <sim-host/process/confinement.hpp>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <sim-host/fabric/agent_orders.hpp>

namespace axiom::host {

namespace {

bool limit(__rlimit_resource_t what, rlim_t most) noexcept {
    rlimit const both{.rlim_cur = most, .rlim_max = most};
    return ::setrlimit(what, &both) == 0;
}

bool close_all_from(int first) noexcept {
    int const null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    bool done = null >= 0;
    for (int standard = 0; standard <= 2; ++standard) {
        done = done && ::dup2(null, standard) == standard;
    }
    ::close(null > 2 ? null : -1);
    return done && ::syscall(SYS_close_range, first, ~0U, 0) == 0;
}

// A user namespace gives the right to make the others, and to mount.
bool enter_namespaces() noexcept {
    return ::unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNS |
                     CLONE_NEWCGROUP) == 0;
}

// What the process stands in becomes its root, and nothing else is left.
bool enter_root_here() noexcept {
    return ::syscall(SYS_pivot_root, ".", ".") == 0 && ::umount2(".", MNT_DETACH) == 0 &&
           ::chdir("/") == 0;
}

bool enter_empty_root() noexcept {
    constexpr char place[] = "/proc/self/fdinfo"; // a folder that is there on every host
    return ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           ::mount("none", place, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=4k") == 0 &&
           ::chdir(place) == 0 && enter_root_here() &&
           ::mount(nullptr, "/", nullptr,
                   MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC,
                   nullptr) == 0;
}

bool enter_folder() noexcept {
    std::array<char, PATH_MAX> path{};
    std::string const link = "/proc/self/fd/" + std::to_string(folder_descriptor);
    return ::readlink(link.c_str(), path.data(), path.size() - 1) > 0 &&
           ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           ::mount(path.data(), path.data(), nullptr, MS_BIND, nullptr) == 0 &&
           ::chdir(path.data()) == 0 && enter_root_here();
}

bool drop_privileges() noexcept {
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    __user_cap_data_struct none[2]{};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           ::syscall(SYS_capset, &header, none) == 0;
}

// What the agent, the traps and the C library's threads and memory need. Anything else is a fault
// of the thread, but what the C library tries first and does without.
bool allow_few_system_calls(Needs const& needs) noexcept {
    scmp_filter_ctx rules = ::seccomp_init(SCMP_ACT_TRAP);
    if (rules == nullptr) {
        return false;
    }
    bool done = true;
    for (int const call : {SCMP_SYS(futex),
                           SCMP_SYS(futex_waitv),
                           SCMP_SYS(recvmsg),
                           SCMP_SYS(sendmsg),
                           SCMP_SYS(poll),
                           SCMP_SYS(close),
                           SCMP_SYS(munmap),
                           SCMP_SYS(madvise),
                           SCMP_SYS(brk),
                           SCMP_SYS(rt_sigreturn),
                           SCMP_SYS(restart_syscall),
                           SCMP_SYS(rt_sigprocmask),
                           SCMP_SYS(rt_sigaction),
                           SCMP_SYS(sigaltstack),
                           SCMP_SYS(sched_yield),
                           SCMP_SYS(gettid),
                           SCMP_SYS(getpid),
                           SCMP_SYS(set_robust_list),
                           SCMP_SYS(rseq),
                           SCMP_SYS(exit),
                           SCMP_SYS(exit_group),
                           SCMP_SYS(clock_gettime)}) {
        done = done && ::seccomp_rule_add(rules, SCMP_ACT_ALLOW, call, 0) == 0;
    }
    if (needs.folder) { // under its own root, which is one folder
        for (int const call : {SCMP_SYS(openat),    SCMP_SYS(newfstatat),     SCMP_SYS(fstat),
                               SCMP_SYS(statx),     SCMP_SYS(read),           SCMP_SYS(write),
                               SCMP_SYS(pread64),   SCMP_SYS(pwrite64),       SCMP_SYS(lseek),
                               SCMP_SYS(fsync),     SCMP_SYS(fdatasync),      SCMP_SYS(fallocate),
                               SCMP_SYS(ftruncate), SCMP_SYS(renameat),       SCMP_SYS(renameat2),
                               SCMP_SYS(rename),    SCMP_SYS(unlinkat),       SCMP_SYS(unlink),
                               SCMP_SYS(mkdirat),   SCMP_SYS(mkdir),          SCMP_SYS(fcntl),
                               SCMP_SYS(flock),     SCMP_SYS(getdents64),     SCMP_SYS(fstatfs),
                               SCMP_SYS(statfs),    SCMP_SYS(prlimit64),      SCMP_SYS(getrandom),
                               SCMP_SYS(fadvise64), SCMP_SYS(sync_file_range)}) {
            done = done && ::seccomp_rule_add(rules, SCMP_ACT_ALLOW, call, 0) == 0;
        }
    }
    if (needs.listener) { // at a socket that it was given: it makes none
        for (int const call :
             {SCMP_SYS(accept4), SCMP_SYS(accept), SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl),
              SCMP_SYS(epoll_wait), SCMP_SYS(eventfd2), SCMP_SYS(timerfd_create),
              SCMP_SYS(timerfd_settime), SCMP_SYS(recvfrom), SCMP_SYS(sendto), SCMP_SYS(getsockopt),
              SCMP_SYS(shutdown), SCMP_SYS(read), SCMP_SYS(write)}) {
            done = done && ::seccomp_rule_add(rules, SCMP_ACT_ALLOW, call, 0) == 0;
        }
        done =
            done && ::seccomp_rule_add(rules, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
                                       SCMP_A1(SCMP_CMP_MASKED_EQ, ~scmp_datum_t{0}, FIONBIO)) == 0;
        for (scmp_datum_t const what : {F_GETFL, F_SETFL}) {
            done = done &&
                   ::seccomp_rule_add(rules, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
                                      SCMP_A1(SCMP_CMP_MASKED_EQ, ~scmp_datum_t{0}, what)) == 0;
        }
    }
    // No memory that can be written or handed in becomes code.
    for (int const call : {SCMP_SYS(mmap), SCMP_SYS(mprotect)}) {
        done = done && ::seccomp_rule_add(rules, SCMP_ACT_ALLOW, call, 1,
                                          SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
    }
    // Threads of this process, and no processes. What clone3 asks for lies in memory.
    done = done &&
           ::seccomp_rule_add(rules, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                              SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD | CLONE_VM | 0x7E020000U,
                                      CLONE_THREAD | CLONE_VM)) == 0 &&
           ::seccomp_rule_add(rules, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0 &&
           ::seccomp_load(rules) == 0;
    ::seccomp_release(rules);
    return done;
}

} // namespace

Layers confine_by(Needs const& needs, Layers wanted) noexcept {
    rlim_t const descriptors_max = needs.folder ? 1024 : 32; // the agent closes what it has mapped
    Layers layers;
    auto const add = [&](Layer layer, auto&& give_away) {
        if (wanted.has(layer) && give_away()) {
            layers.add(layer);
        }
    };
    add(Layer::dies_with_kernel,
        [] { return ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && ::getppid() != 1; });
    add(Layer::no_descriptors, [&] {
        return close_all_from(1 + (needs.line     ? line_descriptor
                                   : needs.folder ? folder_descriptor
                                                  : agent_descriptor));
    });
    add(Layer::namespaces, enter_namespaces);
    add(Layer::own_root, [&] {
        return layers.has(Layer::namespaces) &&
               (needs.folder ? enter_folder() : enter_empty_root());
    });
    add(Layer::limits, [&] {
        return limit(RLIMIT_CORE, 0) && (needs.folder || limit(RLIMIT_FSIZE, 0)) &&
               limit(RLIMIT_NOFILE, descriptors_max);
    });
    add(Layer::no_privileges, drop_privileges);
    add(Layer::not_dumpable, [] { return ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0; });
    return layers;
}

Layers confine(Needs const& needs) noexcept {
    Layers layers = confine_by(needs, Layers::all());
    // Names of files mean those in its folder, or nothing is opened at all.
    if (needs.folder && !layers.has(Layer::own_root)) {
        std::_Exit(EXIT_FAILURE);
    }
    if (!allow_few_system_calls(needs)) {
        std::_Exit(EXIT_FAILURE);
    }
    layers.add(Layer::system_calls);
    return layers;
}

} // namespace axiom::host
