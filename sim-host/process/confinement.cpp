#include <sim-host/process/confinement.hpp>

#include <cerrno>
#include <csignal>
#include <cstdlib>

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <sched.h>
#include <seccomp.h>
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

bool close_all_but_the_agent_s() noexcept {
    int const null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    bool done = null >= 0;
    for (int standard = 0; standard <= 2; ++standard) {
        done = done && ::dup2(null, standard) == standard;
    }
    return done && ::syscall(SYS_close_range, agent_descriptor + 1, ~0U, 0) == 0;
}

// A user namespace gives the right to make the others, and to mount.
bool enter_namespaces() noexcept {
    return ::unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNS |
                     CLONE_NEWCGROUP) == 0;
}

bool enter_empty_root() noexcept {
    constexpr char place[] = "/proc/self/fdinfo"; // a folder that is there on every host
    return ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           ::mount("none", place, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=4k") == 0 &&
           ::chdir(place) == 0 && ::syscall(SYS_pivot_root, ".", ".") == 0 &&
           ::umount2(".", MNT_DETACH) == 0 && ::chdir("/") == 0 &&
           ::mount(nullptr, "/", nullptr,
                   MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC,
                   nullptr) == 0;
}

bool drop_privileges() noexcept {
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    __user_cap_data_struct none[2]{};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           ::syscall(SYS_capset, &header, none) == 0;
}

// What the agent, the traps and the C library's threads and memory need. Anything else is a fault
// of the thread, but what the C library tries first and does without.
bool allow_few_system_calls() noexcept {
    scmp_filter_ctx const rules = ::seccomp_init(SCMP_ACT_TRAP);
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
           // The descriptor's kind, which a standard library may ask for of its own accord.
           ::seccomp_rule_add(rules, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(getrandom), 0) == 0 &&
           ::seccomp_rule_add(rules, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(newfstatat), 0) == 0 &&
           ::seccomp_load(rules) == 0;
    ::seccomp_release(rules);
    return done;
}

} // namespace

Layers confine() noexcept {
    constexpr rlim_t descriptors_max = 32; // the agent closes what it has mapped
    Layers layers;
    auto const add_if = [&layers](bool done, Layer layer) {
        if (done) {
            layers.add(layer);
        }
    };
    add_if(::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && ::getppid() != 1, Layer::dies_with_kernel);
    add_if(close_all_but_the_agent_s(), Layer::no_descriptors);
    bool const namespaces = enter_namespaces();
    add_if(namespaces, Layer::namespaces);
    add_if(namespaces && enter_empty_root(), Layer::empty_root);
    add_if(limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_NOFILE, descriptors_max),
           Layer::limits);
    add_if(drop_privileges(), Layer::no_privileges);
    add_if(::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0, Layer::not_dumpable);
    if (!allow_few_system_calls()) {
        std::_Exit(EXIT_FAILURE);
    }
    layers.add(Layer::system_calls);
    return layers;
}

} // namespace axiom::host
