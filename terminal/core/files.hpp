#pragma once
// Files: what a terminal has of its own, so that contents come into the system and out of it.
//
// They are those of whoever is at the terminal, and nothing of the system reaches them: on a host
// `axiom attach` and `axiom run` read and make what their own user names. A serial line has none.

#include <string_view>

#include <axiom/base/bytes.hpp>
#include <axiom/base/result.hpp>

namespace axiom::terminal {

/// One at a time. Each may be refused: `access_refused`, `no_such_row`, `already_exists`,
/// `io_failed`.
class Files {
  public:
    /// To be read from its start.
    [[nodiscard]] virtual Result<void> open(std::string_view path) noexcept = 0;
    /// How many came; 0 at the end only.
    [[nodiscard]] virtual Result<std::size_t> read(MutableBytes to) noexcept = 0;

    /// A new one, which nobody sees before `keep`.
    [[nodiscard]] virtual Result<void> create(std::string_view path) noexcept = 0;
    [[nodiscard]] virtual Result<void> write(Bytes from) noexcept = 0;
    [[nodiscard]] virtual Result<void> keep() noexcept = 0;

    /// Whatever is open, and not kept, is gone.
    virtual void close() noexcept = 0;

  protected:
    ~Files() = default;
};

} // namespace axiom::terminal
