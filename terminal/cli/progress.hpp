#pragma once
// Progress: a bar on stderr, on a terminal, for what takes longer than a second.

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

#include <terminal/cli/console.hpp>

namespace axiom::cli {

class Progress {
  public:
    /// `total` in whatever unit `update` counts; 0 when nobody knows it.
    Progress(Console const& console, std::string const& label, std::uint64_t total);
    ~Progress();
    Progress(Progress const&) = delete;
    Progress& operator=(Progress const&) = delete;

    /// Any thread; cheap when it is not time to draw.
    void update(std::uint64_t done);

    /// Wipes the bar; what follows starts on a clean line.
    void clear();

  private:
    using Clock = std::chrono::steady_clock;

    void draw(std::uint64_t done, double seconds);

    bool shown_;
    bool drawn_{};
    std::string label_;
    std::uint64_t total_;
    Clock::time_point start_{Clock::now()};
    Clock::time_point next_;
    std::mutex mutex_;
};

} // namespace axiom::cli
