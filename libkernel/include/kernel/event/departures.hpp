#pragma once
// Departures: what has gone since whoever acts on the machine last asked.
//
// A cascade can take anything with it, up to everything at once, so what is kept is a set, one bit
// for each row, not a queue. Taken by execution under the authority lock; replays leave it alone.

#include <optional>

#include <axiom/base/mutant.hpp>
#include <axiom/domain/bit_tree.hpp>

#include <kernel/event/ties.hpp>

namespace axiom::kernel {

/// A row that no longer means what it meant. A process or a thread that ended departs then, and
/// again when its row is given up; a capability that was moved departs from where it was. Of ties
/// those depart that a revoke has let go, though their subject may have gone with them.
struct Departed {
    enum class What : std::uint8_t { capability, tie, object };

    What what{};
    ObjectType type{};     // of an object
    std::uint32_t index{}; // of a capability or an object
    Tie tie{};
};

class Departures {
  public:
    Departures(Arena& arena, KernelCapacities const& rows) noexcept
        : rows_{rows}, threads_{arena, rows.threads}, capabilities_{arena, rows.capabilities},
          ties_{arena, ties_before(rows, tie_kinds)}, objects_{arena, objects_of(rows)} {}

    [[nodiscard]] static std::size_t bytes_for(KernelCapacities const& rows) noexcept {
        return BitTree::bytes_for(rows.threads) + BitTree::bytes_for(rows.capabilities) +
               BitTree::bytes_for(ties_before(rows, tie_kinds)) +
               BitTree::bytes_for(objects_of(rows));
    }

    void note_capability(std::uint32_t index) noexcept { capabilities_.insert(index); }
    void note_tie(Tie tie) noexcept { ties_.insert(number_of(rows_, tie)); }
    void note(ObjectType type, std::uint32_t index) noexcept {
        if (type == ObjectType::thread && !AXIOM_MUTANT(threads_end_last)) {
            threads_.insert(index);
        } else {
            objects_.insert(rows_before(rows_, type) + index);
        }
    }

    /// Threads first, so that none goes on when what it stood on is taken away; then capabilities,
    /// so that who was blocked through one is told why; then ties, while what they led to has not
    /// gone yet.
    [[nodiscard]] std::optional<Departed> take() noexcept {
        return empty() ? std::nullopt : std::optional{take_first()};
    }

    void clear() noexcept {
        threads_.clear();
        capabilities_.clear();
        ties_.clear();
        objects_.clear();
    }

  private:
    [[nodiscard]] bool empty() const noexcept {
        return threads_.empty() && capabilities_.empty() && ties_.empty() && objects_.empty();
    }
    [[nodiscard]] Departed take_first() noexcept;

    KernelCapacities rows_;
    BitTree threads_;
    BitTree capabilities_;
    BitTree ties_;
    BitTree objects_; // but for threads
};

} // namespace axiom::kernel
