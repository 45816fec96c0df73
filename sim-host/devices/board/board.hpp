#pragma once
// Board: values and notes in a file, a line each.
//
//     line := "put " token " " key " " value LF  |  "post " token " " note LF
//
// A token is 64 hex digits. A line is on the medium before its request is answered; a file that
// did not take one is read anew by the next who keeps it.

#include <map>
#include <set>
#include <string>

#include <services/board/api.hpp>
#include <sim-host/fabric/descriptor.hpp>

namespace axiom::host {

class Board {
  public:
    /// Opens or makes the file. `io_failed`.
    [[nodiscard]] Result<void> open(char const* path);

    [[nodiscard]] Result<Nothing> on(Request const& request, board::Put const& asks) noexcept;
    [[nodiscard]] Result<Nothing> on(Request const& request, board::Post const& asks) noexcept;
    [[nodiscard]] Result<board::Told> on(Request const& request,
                                         board::WasPosted const& asks) noexcept;
    [[nodiscard]] Result<board::Value> on(Request const& request, board::Get const& asks) noexcept;

    [[nodiscard]] bool goes_on() const noexcept { return goes_on_; }

  private:
    void take(std::string const& line);
    [[nodiscard]] Result<void> append(std::string const& line) noexcept;

    Descriptor file_;
    std::map<std::string, std::string, std::less<>> values_;
    std::set<std::string, std::less<>> put_;
    std::set<std::string, std::less<>> posted_;
    bool goes_on_{true};
};

} // namespace axiom::host
