#include <bench/support/second_process.hpp>

#include <array>
#include <csignal>
#include <exception>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bench/support/failure.hpp>

namespace axiom::bench {

SecondProcess::SecondProcess(std::function<void()> const& work) : process_{::fork()} {
    require(process_ >= 0, "a second process does not begin");
    if (process_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        try {
            work();
        } catch (std::exception const&) {
        }
        ::_exit(1);
    }
    stop();
}

void SecondProcess::go_on() const noexcept {
    ::kill(process_, SIGCONT);
}

void SecondProcess::stop() const noexcept {
    int status = 0;
    ::kill(process_, SIGSTOP);
    ::waitpid(process_, &status, WUNTRACED);
}

SecondProcess::~SecondProcess() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
}

SharedBytes::SharedBytes(std::size_t bytes) {
    void* const memory =
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    require(memory != MAP_FAILED, "no shared memory");
    bytes_ = {static_cast<std::byte*>(memory), bytes};
}

SharedBytes::~SharedBytes() {
    ::munmap(bytes_.data(), bytes_.size());
}

DescriptorPair::DescriptorPair(Conduit kind) {
    std::array<int, 2> ends{};
    if (kind == Conduit::socket) {
        require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0,
                "no socket");
        here_ = {ends[0], ends[0]};
        there_ = {ends[1], ends[1]};
        return;
    }
    require(::pipe2(ends.data(), O_CLOEXEC) == 0, "no pipe");
    here_.reads = ends[0];
    there_.writes = ends[1];
    require(::pipe2(ends.data(), O_CLOEXEC) == 0, "no pipe");
    there_.reads = ends[0];
    here_.writes = ends[1];
}

DescriptorPair::~DescriptorPair() {
    for (End const& end : {here_, there_}) {
        ::close(end.reads);
        if (end.writes != end.reads) {
            ::close(end.writes);
        }
    }
}

void DescriptorPair::End::send(Bytes bytes) const {
    while (!bytes.empty()) {
        ssize_t const written = ::write(writes, bytes.data(), bytes.size());
        require(written > 0, "a peer does not take what is written");
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

void DescriptorPair::End::receive(MutableBytes bytes) const {
    while (!bytes.empty()) {
        ssize_t const had = ::read(reads, bytes.data(), bytes.size());
        require(had > 0, "a peer does not write");
        bytes = bytes.subspan(static_cast<std::size_t>(had));
    }
}

} // namespace axiom::bench
