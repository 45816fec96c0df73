#pragma once
// Logs as files of what is not zero in them; tests/golden/logs/README.md gives the form.

#include <memory>
#include <string>
#include <string_view>

#include <sim-host/platform/memory_store.hpp>

namespace axiom::test {

/// Every byte of a store that is not zero, with its geometry and claimed epoch.
[[nodiscard]] std::string save_sparse(Store& store);

/// And back; `saved` is well formed.
[[nodiscard]] std::unique_ptr<host::MemoryStore> load_sparse(std::string_view saved);

} // namespace axiom::test
