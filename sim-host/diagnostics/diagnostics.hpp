#pragma once
// Diagnostics: lines for people, written by a thread of their own (spdlog).
//
//     CPU, machine ──▶ queue of a bounded length ──▶ stderr, or FILE, FILE.1, FILE.2 …
//                          └── full: the oldest goes, and a later line says how many
//
// What would end a line, move a cursor or show other text than is there is escaped.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include <axiom/base/bytes.hpp>

namespace spdlog {
class logger;
namespace details {
class thread_pool;
}
} // namespace spdlog

namespace axiom::host {

enum class DiagnosticLevel : std::uint8_t { debug, info, warning, error, off };

struct DiagnosticsOptions {
    DiagnosticLevel level{DiagnosticLevel::info};
    std::filesystem::path file; // empty: stderr
    std::size_t queue_lines{8192};
    std::size_t file_bytes{std::size_t{4} << 20U}; // then a new one is begun
    std::size_t older_files{3};
};

class Diagnostics {
  public:
    /// Throws what the file system says if the file cannot be opened.
    explicit Diagnostics(DiagnosticsOptions const& options);
    /// All that was said is written, as far as it was not lost.
    ~Diagnostics();
    Diagnostics(Diagnostics const&) = delete;
    Diagnostics& operator=(Diagnostics const&) = delete;

    /// From any thread; does not wait.
    void say(DiagnosticLevel level, std::string_view line) noexcept;

    /// What the system itself writes on its debug output: whole lines, each of level info.
    void say_of_system(Bytes text) noexcept;

    /// Lines that went so far because the writer could not keep up.
    [[nodiscard]] std::uint64_t lost() const noexcept;

  private:
    void tell_gap() noexcept;

    std::shared_ptr<spdlog::details::thread_pool> writer_;
    std::shared_ptr<spdlog::logger> logger_;
    std::atomic<std::uint64_t> told_{}; // of those that were lost
};

} // namespace axiom::host
