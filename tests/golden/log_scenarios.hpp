#pragma once
// Small logs, each for one part of the format, written by today's writer with choices that a seed
// makes. Run once for each version of the format, their bytes are kept in tests/golden/logs.

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <sim-host/platform/memory_store.hpp>

namespace axiom::test {

struct MadeLog {
    // NOLINTNEXTLINE(google-explicit-constructor): most scenarios leave nothing beside their log
    MadeLog(std::unique_ptr<host::MemoryStore> made, std::string beside = {})
        : store{std::move(made)}, snapshot{std::move(beside)} {}

    std::unique_ptr<host::MemoryStore> store;
    std::string snapshot; // of a pruned log: the bytes of the one that stands for what is gone
};

struct LogScenario {
    std::string_view name;
    MadeLog (*make)();
};

[[nodiscard]] std::span<LogScenario const> log_scenarios();

} // namespace axiom::test
