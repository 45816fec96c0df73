#pragma once
// What the independent verifier (tests/verifier, written from docs/ alone) says of a log, and
// whether our own walk says the same.
//
// Programs of tests run from the top of the tree, where the verifier lies.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <axiom/store/recovery.hpp>
#include <sim-host/platform/memory_store.hpp>
#include <sim-host/verify/verdict.hpp>

namespace axiom::test {

struct SecondOpinion {
    bool holds{};
    host::Soundness soundness{};
    std::string code; // why it does not hold
    std::uint64_t where{};
    std::uint64_t entries{};
    std::string log_id;
    std::string head;
    std::uint64_t tree_size{};
    std::string tree_root;
    std::uint64_t sealed_until{};
    std::uint64_t erased{};
    std::uint64_t checkpoints{};
    std::uint64_t late_segments{};
    std::uint64_t forks{};
    std::string key; // in force
    std::uint64_t key_number{};
    std::uint64_t era{};
    std::uint64_t erasures_owed{};
    std::uint64_t reduced{};
    bool torn{};
    std::string text; // all of the verdict, for a failure's message
};

/// Runs the verifier on a data folder or an image.
[[nodiscard]] SecondOpinion second_opinion(std::string const& path);

/// The same on many at once.
[[nodiscard]] std::vector<SecondOpinion> second_opinions(std::vector<std::string> const& paths);

/// Copies all slots and the claimed epoch of `store` into a new folder.
void save_folder(Store& store, std::string const& path);

/// The same on a copy of `store` in a folder that is gone afterwards.
[[nodiscard]] SecondOpinion second_opinion(Store& store);

/// The same of many, asked at once.
[[nodiscard]] std::vector<SecondOpinion>
second_opinions(std::span<std::unique_ptr<host::MemoryStore> const> stores);

/// Expects that both accept the log and agree on entries, head, tree, log id and a torn tail; and
/// that our verifier, where no tail is torn, comes to the same keys, forks and checkpoints.
void expect_same_opinion(Store& store);

} // namespace axiom::test
