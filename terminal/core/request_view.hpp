#pragma once
// How requests that need an approval are shown.

#include <services/policy/request_api.hpp>
#include <terminal/view/table.hpp>

namespace axiom::terminal {

class RequestTable {
  public:
    explicit RequestTable(TextSink& out) noexcept;
    void put(engine::RequestRow const& row) noexcept;

  private:
    Table table_;
};

/// Who asks for what, why, who may approve, and how it ended; of an action, all its effects.
void put_request(TextSink& out, engine::RequestDetail const& told) noexcept;

/// One that somebody has just approved or refused. `request_settled`: it was approved, and what was
/// wanted lapsed all the same.
[[nodiscard]] Result<void> put_settled(TextSink& out, engine::RequestDetail const& told) noexcept;

} // namespace axiom::terminal
