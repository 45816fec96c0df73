#include <sim-host/probe/attempts.hpp>

#include <array>
#include <csignal>
#include <cstdint>
#include <cstdlib>

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sim-host/fabric/agent_orders.hpp>
#include <sim-host/fabric/descriptor.hpp>
#include <sim-host/process/confinement.hpp>

namespace axiom::host {

namespace {

constexpr int inherited = 50;              // a descriptor that nobody meant to hand on
constexpr std::uint64_t secret = 0x5EC2E7; // in the memory of every process here

// What the parent holds while its child tries.
struct Surroundings {
    Descriptor listener;
    in_port_t port{};
};

Surroundings surround() noexcept {
    Surroundings made{.listener = Descriptor{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)}};
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t bytes = sizeof here;
    auto* const address = reinterpret_cast<sockaddr*>(&here);
    bool const listens = ::bind(made.listener.number(), address, bytes) == 0 &&
                         ::listen(made.listener.number(), 1) == 0 &&
                         ::getsockname(made.listener.number(), address, &bytes) == 0;
    made.port = listens ? here.sin_port : in_port_t{};
    return made;
}

bool reaches_the_network(Surroundings const& around) noexcept {
    Descriptor const socket{::socket(AF_INET, SOCK_STREAM, 0)};
    sockaddr_in there{};
    there.sin_family = AF_INET;
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    there.sin_port = around.port;
    return ::connect(socket.number(), reinterpret_cast<sockaddr const*>(&there), sizeof there) == 0;
}

bool writes_a_file() noexcept {
    static_cast<void>(std::signal(SIGXFSZ, SIG_IGN));
    Descriptor const file{static_cast<int>(::syscall(SYS_memfd_create, "probe", 0))};
    return ::write(file.number(), "x", 1) == 1;
}

bool opens_a_folder_of_the_host() noexcept {
    return Descriptor{::open("/etc", O_RDONLY | O_DIRECTORY)}.is_open();
}

// It asks for a right that the namespace would give it.
bool uses_a_privilege() noexcept {
    return ::chroot("/") == 0;
}

bool makes_another_system_call() noexcept {
    return ::socket(AF_UNIX, SOCK_STREAM, 0) >= 0;
}

bool tries(Layer layer, Surroundings const& around) noexcept {
    switch (layer) {
    case Layer::no_descriptors:
        return ::fcntl(inherited, F_GETFD) != -1;
    case Layer::limits:
        return writes_a_file();
    case Layer::namespaces:
        return reaches_the_network(around);
    case Layer::own_root:
        return opens_a_folder_of_the_host();
    case Layer::no_privileges:
        return uses_a_privilege();
    case Layer::system_calls:
        return makes_another_system_call();
    case Layer::dies_with_kernel:
    case Layer::not_dumpable:
        break; // others try those on it
    }
    return false;
}

// Exit statuses of a child that tries.
constexpr int was_refused = 0;
constexpr int has_succeeded = 1;
constexpr int without_layer = 2; // plus one of those

bool confine_child(Layer layer, Layers by) noexcept {
    ::dup2(STDIN_FILENO, inherited);
    if (!by.has(Layer::system_calls)) {
        return confine_by({}, by).has(layer);
    }
    return confine({}).has(layer);
}

std::optional<Tried> tried_by(pid_t child) noexcept {
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) != child) {
        return std::nullopt;
    }
    if (!WIFEXITED(status)) { // it was ended for what it tried
        return Tried{.layer_was_there = true};
    }
    int const code = WEXITSTATUS(status);
    return Tried{.layer_was_there = (code & without_layer) == 0,
                 .succeeded = (code & has_succeeded) != 0};
}

std::optional<Tried> attempt_by_child(Layer layer, Layers by) noexcept {
    Surroundings const around = surround();
    pid_t const child = ::fork();
    if (child == 0) {
        bool const there = confine_child(layer, by);
        std::_Exit((tries(layer, around) ? has_succeeded : was_refused) +
                   (there ? 0 : without_layer));
    }
    return tried_by(child);
}

// What a child says, and that it has ended, comes through a pipe that it holds as its only
// descriptor: its id, and whether the layer is there.
struct Word {
    pid_t child{};
    bool layer_is_there{};
};

pid_t begin_idle_child(Layer layer, Layers by, Descriptor const& says) noexcept {
    pid_t const child = ::fork();
    if (child == 0) {
        ::dup2(says.number(), agent_descriptor);
        Word const word{.child = ::getpid(), .layer_is_there = confine_child(layer, by)};
        bool const told = ::write(agent_descriptor, &word, sizeof word) == sizeof word;
        while (told) {
            ::pause();
        }
        std::_Exit(EXIT_SUCCESS);
    }
    return child;
}

struct Pipe {
    Descriptor reads;
    Descriptor writes;

    static Pipe make() noexcept {
        int ends[2]{-1, -1};
        static_cast<void>(::pipe2(ends, O_CLOEXEC));
        return {Descriptor{ends[0]}, Descriptor{ends[1]}};
    }
    [[nodiscard]] bool hears(Word& word) const noexcept {
        return ::read(reads.number(), &word, sizeof word) == sizeof word;
    }
    /// Whether whoever held the other end has ended by then.
    [[nodiscard]] bool falls_silent(int within_ms) const noexcept {
        pollfd look{.fd = reads.number(), .events = 0, .revents = 0};
        return ::poll(&look, 1, within_ms) == 1 && (look.revents & POLLHUP) != 0;
    }
};

// The parent of the child ends: does the child go on?
std::optional<Tried> attempt_to_outlive(Layers by) noexcept {
    constexpr int within_ms = 3000;
    Pipe pipe = Pipe::make();
    Pipe gate = Pipe::make(); // the parent goes when it closes
    pid_t const parent = ::fork();
    if (parent == 0) {
        gate.writes.close();
        static_cast<void>(begin_idle_child(Layer::dies_with_kernel, by, pipe.writes));
        pipe.writes.close();
        Word none;
        static_cast<void>(gate.hears(none));
        std::_Exit(EXIT_SUCCESS);
    }
    pipe.writes.close();
    Word word;
    bool const begun = parent > 0 && pipe.hears(word);
    gate.writes.close();
    if (parent > 0) {
        ::waitpid(parent, nullptr, 0);
    }
    if (!begun) {
        return std::nullopt;
    }
    bool const ended = pipe.falls_silent(within_ms);
    if (!ended) {
        ::kill(word.child, SIGKILL);
    }
    return Tried{.layer_was_there = word.layer_is_there, .succeeded = !ended};
}

bool reads_memory_of(pid_t process) noexcept {
    static std::uint64_t const here = secret;
    std::uint64_t seen = 0;
    iovec const into{.iov_base = &seen, .iov_len = sizeof seen};
    iovec const from{.iov_base = const_cast<std::uint64_t*>(&here), .iov_len = sizeof here};
    return ::process_vm_readv(process, &into, 1, &from, 1, 0) == sizeof seen && seen == secret;
}

// By another process of the same user: one that has no privileges, whoever the user is.
std::optional<Tried> attempt_to_look_in(Layers by) noexcept {
    pid_t const parent = ::fork();
    if (parent == 0) {
        __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
        __user_cap_data_struct none[2]{};
        ::syscall(SYS_capset, &header, none);
        Pipe pipe = Pipe::make();
        pid_t const child = begin_idle_child(Layer::not_dumpable, by, pipe.writes);
        pipe.writes.close();
        Word word;
        bool const begun = child > 0 && pipe.hears(word);
        bool const looked = begun && reads_memory_of(child);
        if (child > 0) {
            ::kill(child, SIGKILL);
            ::waitpid(child, nullptr, 0);
        }
        std::_Exit((looked ? has_succeeded : was_refused) +
                   (word.layer_is_there ? 0 : without_layer));
    }
    return tried_by(parent);
}

} // namespace

std::string_view attempt_against(Layer layer) noexcept {
    constexpr std::array<std::string_view, layer_names.size()> words{
        "to go on when the kernel process has ended",
        "to use a descriptor that its parent had open",
        "to write a byte into a file without a name",
        "to connect to a socket of this machine",
        "to open /etc",
        "to change its root",
        "that another process of this user reads its memory",
        "to make a socket"};
    return words.at(static_cast<std::size_t>(layer));
}

std::optional<Tried> attempt(Layer layer, Layers confined_by) noexcept {
    switch (layer) {
    case Layer::dies_with_kernel:
        return attempt_to_outlive(confined_by);
    case Layer::not_dumpable:
        return attempt_to_look_in(confined_by);
    default:
        return attempt_by_child(layer, confined_by);
    }
}

} // namespace axiom::host
