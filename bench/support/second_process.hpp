#pragma once
// SecondProcess: a process beside this one, which does one thing until it is ended. What both share
// is what was mapped or opened before it began.

#include <cstddef>
#include <functional>

#include <sys/types.h>

#include <axiom/base/bytes.hpp>

namespace axiom::bench {

class SecondProcess {
  public:
    /// `work` goes on for ever, in the new process, while it has a turn.
    explicit SecondProcess(std::function<void()> const& work);
    ~SecondProcess();
    SecondProcess(SecondProcess const&) = delete;
    SecondProcess& operator=(SecondProcess const&) = delete;

    /// While it lives the process runs: one that spins takes no CPU from another side's turn.
    class Turn {
      public:
        explicit Turn(SecondProcess const& of) : of_{&of} { of.go_on(); }
        ~Turn() { of_->stop(); }
        Turn(Turn const&) = delete;
        Turn& operator=(Turn const&) = delete;

      private:
        SecondProcess const* of_;
    };

  private:
    void go_on() const noexcept;
    void stop() const noexcept;

    pid_t process_;
};

/// Zeros, at a page's beginning, which a process that begins later shares.
class SharedBytes {
  public:
    explicit SharedBytes(std::size_t bytes);
    ~SharedBytes();
    SharedBytes(SharedBytes const&) = delete;
    SharedBytes& operator=(SharedBytes const&) = delete;

    [[nodiscard]] MutableBytes bytes() const noexcept { return bytes_; }

  private:
    MutableBytes bytes_;
};

/// Two descriptors of which each reads what is written to the other: a Unix socket, or pipes.
enum class Conduit { socket, pipe };
class DescriptorPair {
  public:
    explicit DescriptorPair(Conduit kind);
    ~DescriptorPair();
    DescriptorPair(DescriptorPair const&) = delete;
    DescriptorPair& operator=(DescriptorPair const&) = delete;

    struct End {
        int reads{-1};
        int writes{-1};
        void send(Bytes bytes) const;
        void receive(MutableBytes bytes) const;
    };
    [[nodiscard]] End const& here() const noexcept { return here_; }
    [[nodiscard]] End const& there() const noexcept { return there_; }

  private:
    End here_;
    End there_;
};

} // namespace axiom::bench
