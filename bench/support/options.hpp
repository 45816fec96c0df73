#pragma once
// What a bench program is told on its command line (bench/README.md), and what every part of it
// needs.

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <bench/support/results.hpp>
#include <bench/support/workload.hpp>

namespace axiom::bench {

struct Options {
    std::filesystem::path folder{"build/bench-data"};
    std::size_t pairs{24};
    bool quick{false};
    std::vector<std::string> only; // beginnings of ids; empty is everything

    /// Whether the line `id` is wanted.
    [[nodiscard]] bool wants(std::string_view id) const noexcept;

    /// `full`, or a small number in quick mode.
    [[nodiscard]] std::size_t size(std::size_t full, std::size_t small) const noexcept {
        return quick ? small : full;
    }
};

/// Throws `std::runtime_error` for an argument that it does not know.
[[nodiscard]] Options parse_options(int count, char const* const* arguments);

/// A fresh folder below the data folder, removed with all it holds at the end.
class Scratch {
  public:
    Scratch(Options const& options, std::string_view name);
    ~Scratch();
    Scratch(Scratch const&) = delete;
    Scratch& operator=(Scratch const&) = delete;

    [[nodiscard]] std::filesystem::path const& path() const noexcept { return path_; }

  private:
    std::filesystem::path path_;
};

/// Says on stderr what is being measured.
void progress(std::string_view what);

} // namespace axiom::bench
