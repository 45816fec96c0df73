#pragma once
// Departures: what has gone since whoever acts on the machine last asked.
//
// A cascade can take anything with it, up to everything at once, so what is kept is a set, one bit
// for each row, not a queue. Taken by execution under the authority lock; replays leave it alone.

#include <optional>

#include <axiom/domain/bit_tree.hpp>

#include <kernel/event/kinds.hpp>

namespace axiom::kernel {

/// A row that no longer means what it meant. A process or a thread that ended departs then, and
/// again when its row is given up; a capability that was moved departs from where it was.
struct Departed {
    bool is_capability{};
    ObjectType type{}; // of an object
    std::uint32_t index{};
};

class Departures {
  public:
    Departures(Arena& arena, KernelCapacities const& rows) noexcept
        : rows_{rows}, capabilities_{arena, rows.capabilities}, objects_{arena, objects_of(rows)} {}

    [[nodiscard]] static std::size_t bytes_for(KernelCapacities const& rows) noexcept {
        return BitTree::bytes_for(rows.capabilities) + BitTree::bytes_for(objects_of(rows));
    }

    void note_capability(std::uint32_t index) noexcept { capabilities_.insert(index); }
    void note(ObjectType type, std::uint32_t index) noexcept {
        objects_.insert(rows_before(rows_, type) + index);
    }

    /// Capabilities first, so that who was blocked through one is told why.
    [[nodiscard]] std::optional<Departed> take() noexcept {
        return empty() ? std::nullopt : std::optional{take_first()};
    }

    void clear() noexcept {
        capabilities_.clear();
        objects_.clear();
    }

  private:
    [[nodiscard]] bool empty() const noexcept { return capabilities_.empty() && objects_.empty(); }
    [[nodiscard]] Departed take_first() noexcept;

    KernelCapacities rows_;
    BitTree capabilities_;
    BitTree objects_;
};

} // namespace axiom::kernel
