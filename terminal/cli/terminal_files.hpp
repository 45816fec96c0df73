#pragma once
// TerminalFiles: this user's files as a terminal reads and makes them.

#include <string>
#include <vector>

#include <sim-host/fabric/descriptor.hpp>
#include <terminal/core/files.hpp>

namespace axiom::cli {

class TerminalFiles final : public terminal::Files {
  public:
    [[nodiscard]] Result<void> open(std::string_view path) noexcept override;
    [[nodiscard]] Result<std::size_t> read(MutableBytes to) noexcept override;
    [[nodiscard]] Result<void> create(std::string_view path) noexcept override;
    [[nodiscard]] Result<void> write(Bytes from) noexcept override;
    [[nodiscard]] Result<void> keep() noexcept override;
    void close() noexcept override;

  private:
    host::Descriptor file_;       // that is read
    std::string path_;            // that is made
    std::vector<std::byte> made_; // its bytes so far: an object's are bounded
};

} // namespace axiom::cli
