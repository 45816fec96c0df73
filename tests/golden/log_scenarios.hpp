#pragma once
// Small logs, each for one part of the format, written by today's writer with choices that a seed
// makes. Run once for each version of the format, their bytes are kept in tests/golden/logs.

#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include <sim-host/platform/memory_store.hpp>

namespace axiom::test {

struct LogScenario {
    std::string_view name;
    std::unique_ptr<host::MemoryStore> (*make)();
};

[[nodiscard]] std::span<LogScenario const> log_scenarios();

} // namespace axiom::test
