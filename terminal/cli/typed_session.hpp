#pragma once
// A session at a running system, typed by somebody or written in a script.

#include <csignal>

#include <sim-host/attach/attach_link.hpp>
#include <terminal/cli/console.hpp>
#include <terminal/core/command.hpp>

namespace axiom::cli {

/// What commands print goes where the command's output goes.
class ConsoleSink final : public TextSink {
  public:
    explicit ConsoleSink(Console& console) noexcept : console_{&console} {}
    using TextSink::text;
    void text(std::string_view piece) noexcept override { console_->write(piece); }

  private:
    Console* console_;
};

/// While it lives, ^C ends a command and not the program; what commands write is seen at once.
class Interruptible final : public terminal::Onlooker {
  public:
    explicit Interruptible(Console& console) noexcept;
    Interruptible(Interruptible const&) = delete;
    Interruptible& operator=(Interruptible const&) = delete;
    ~Interruptible();

    [[nodiscard]] bool goes_on() noexcept override;

  private:
    Console* console_;
    struct sigaction before_{};
};

/// The exit status that a line's outcome stands for.
[[nodiscard]] Exit exit_of(terminal::LineOutcome const& outcome) noexcept;

/// Everything that is typed, with history and completion, until the end or `exit`.
[[nodiscard]] Exit converse(terminal::Session& session, Console& console,
                            host::AttachLink const& link);

/// How a script is carried out.
enum class ScriptView : std::uint8_t {
    output_only, // as a program wants it
    shown,       // each line before its output, comments as sentences
};

/// The lines of a descriptor, until its end or `exit`. A line that begins with `!` is to be
/// refused; the first other line that is refused, and the first of those that is not, ends it.
[[nodiscard]] Exit follow_script(terminal::Session& session, Console& console, int descriptor,
                                 ScriptView view);

} // namespace axiom::cli
