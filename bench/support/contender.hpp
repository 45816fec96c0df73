#pragma once
// Contender: one side of a comparison.
//
// The constructor sets up (fresh files, preallocated and written with zeros), the destructor tears
// down; only `run` is timed. A contender keeps its state between runs, so that every sample is
// taken in the same steady state and never pays for creation.

#include <cstddef>
#include <string_view>

namespace axiom::bench {

class Contender {
  public:
    virtual ~Contender() = default;

    Contender() = default;
    Contender(Contender const&) = delete;
    Contender& operator=(Contender const&) = delete;

    /// What the table calls this side.
    [[nodiscard]] virtual std::string_view name() const noexcept = 0;

    /// Does `batches` batches of the comparison's work; durable where the comparison says so.
    /// Throws `std::runtime_error` when the medium or the peer's library fails: a figure without
    /// its work is worse than none.
    virtual void run(std::size_t batches) = 0;
};

} // namespace axiom::bench
