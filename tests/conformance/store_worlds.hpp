#pragma once
// The stores that the conformance suite runs against: each world makes an empty one, and says
// whether what was flushed is still there when it is opened anew.

#include <memory>
#include <string>
#include <vector>

#include <axiom/port/store.hpp>

namespace axiom::test {

inline constexpr StoreGeometry small_geometry{.storage_block_bytes = 4096,
                                              .segment_bytes = 16 * 4096};

class StoreWorld {
  public:
    StoreWorld() = default;
    StoreWorld(StoreWorld const&) = delete;
    StoreWorld& operator=(StoreWorld const&) = delete;
    virtual ~StoreWorld() = default;

    /// The one store of this world, with `small_geometry`, room for at least four slots, none made
    /// yet.
    [[nodiscard]] virtual Store& store() = 0;

    /// Closes the store and opens it again; false where the medium is gone with the object.
    [[nodiscard]] virtual bool reopen() = 0;
};

struct StoreKind {
    std::string name;
    std::unique_ptr<StoreWorld> (*make)();
};

[[nodiscard]] std::vector<StoreKind> store_kinds();

} // namespace axiom::test
