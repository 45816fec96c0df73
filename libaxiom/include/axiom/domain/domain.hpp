#pragma once
// Domain: a pure library of state that sees only its own entries.
//
// `apply` is total. A known kind whose body does not decode, or whose precondition fails, leaves
// the state as it was and says why: the frame (domain/shadows.hpp) counts it as rejected and the
// writer is recorded as at fault. No domain reads a clock, an address, a thread or another domain.

#include <axiom/base/result.hpp>
#include <axiom/codec/reader.hpp>
#include <axiom/codec/writer.hpp>
#include <axiom/domain/kind.hpp>
#include <axiom/log/entry.hpp>
#include <axiom/log/ordered.hpp>
#include <axiom/port/hash_engine.hpp>

namespace axiom {

struct Genesis;
struct Boot;

class Domain {
  public:
    [[nodiscard]] virtual DomainInfo const& info() const noexcept = 0;

    /// Applies one entry of this domain, whose kind is in the table. An error means: rejected,
    /// unchanged.
    virtual Result<void> apply(Ordered<Entry> const& entry) noexcept = 0;

    /// What genesis gives this domain. The log accepts no genesis that a domain refuses here.
    virtual Result<void> genesis(Genesis const& genesis) noexcept = 0;

    /// A new boot: whatever is volatile ends here.
    virtual void boot(Boot const& boot) noexcept = 0;

    /// Log time has come to `now`: what has run out ends here, in id order.
    virtual void tick(LogTime now) noexcept = 0;

    /// An entry of any domain took effect under this decision: what its conditions step, steps
    /// here.
    virtual void decided(EntryHeader const& /*header*/,
                         policy::Decision const& /*decision*/) noexcept {}

    /// Back to what it was when constructed.
    virtual void clear() noexcept = 0;

    /// The hash of the canonical state, at a cost in proportion to what changed since it was last
    /// asked.
    [[nodiscard]] virtual Hash256 root(HashEngine const& engine) noexcept = 0;

    /// The canonical state; `load` accepts exactly what `save` makes, validates it, and on any
    /// refusal leaves the domain as it was when constructed.
    virtual Result<void> save(Writer& to) const noexcept = 0;
    virtual Result<void> load(Reader& from) noexcept = 0;

    /// An upper bound on what `save` writes.
    [[nodiscard]] virtual std::size_t save_bytes_max() const noexcept = 0;

  protected:
    ~Domain() = default;
};

} // namespace axiom
