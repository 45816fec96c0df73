#pragma once
// Example: adds up what it is told, for as long as it runs.

#include <services/example/api.hpp>

namespace axiom::example {

class Example {
  public:
    [[nodiscard]] static Serving serving() noexcept { return Serving::goes_on; }

    [[nodiscard]] Result<Total> on(Request const& request, Add const& asks) noexcept;

  private:
    std::uint64_t total_{};
};

} // namespace axiom::example
