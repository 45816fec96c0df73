#pragma once
// SharedObject: memory without a name that can be handed to another process.
//
// Its size is sealed, so that who was given it cannot make it shorter under somebody who reads.

#include <cstddef>

#include <sim-host/fabric/descriptor.hpp>
#include <sim-host/platform/problem.hpp>

namespace axiom::host {

class SharedObject {
  public:
    SharedObject() = default;

    /// Zeros.
    [[nodiscard]] static HostResult<SharedObject> create(std::size_t bytes);

    [[nodiscard]] bool exists() const noexcept { return descriptor_.is_open(); }
    [[nodiscard]] int descriptor() const noexcept { return descriptor_.number(); }

    /// A descriptor through which nobody can write.
    [[nodiscard]] HostResult<Descriptor> read_only() const;

  private:
    explicit SharedObject(Descriptor descriptor) noexcept : descriptor_{std::move(descriptor)} {}

    Descriptor descriptor_;
};

} // namespace axiom::host
