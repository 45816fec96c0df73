#pragma once
// Session: somebody at a terminal: how services are reached, where text goes, what was set.

#include <axiom/codec/text_sink.hpp>
#include <axiom/log/entry.hpp>
#include <terminal/core/files.hpp>
#include <terminal/core/link.hpp>
#include <terminal/core/words.hpp>

namespace axiom::terminal {

/// Who waits for a command that takes its time.
class Onlooker {
  public:
    /// Asked between its parts: what it wrote is to be seen now. False: it is to stop.
    [[nodiscard]] virtual bool goes_on() noexcept = 0;

  protected:
    ~Onlooker() = default;
};

struct Session {
    Link* link{};
    TextSink* out{};
    Files* files{};          // null: this terminal has none
    Onlooker* onlooker{};    // null: it goes on
    std::size_t columns{80}; // of a line
    Variables variables{};
    bool ends{};         // somebody typed `exit`
    MessageBytes held{}; // the last answer's bytes
    // The entries that were read last: the largest one, or an answer of small ones behind its end.
    std::array<std::byte, entry_bytes(body_bytes_max) + sizeof(MessageBytes)> entries{};

    [[nodiscard]] bool goes_on() const noexcept {
        return onlooker == nullptr || onlooker->goes_on();
    }
};

} // namespace axiom::terminal
