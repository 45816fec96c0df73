#pragma once
// What the stores of a host have in common: the medium area with its epoch, how they were opened,
// the rule that a failed flush is final, and the words for the last refusal.

#include <atomic>
#include <mutex>
#include <string>

#include <axiom/port/store.hpp>
#include <sim-host/platform/medium_area.hpp>

namespace axiom::host {

enum class OpenMode : std::uint8_t {
    read,      // no lock, nothing is written
    write,     // `writer_alive` when another process holds the lock
    take_over, // writes even then: only for a writer known to be dead or about to be fenced off
};

class HostStore : public Store {
  public:
    HostStore(HostStore const&) = delete;
    HostStore& operator=(HostStore const&) = delete;
    virtual ~HostStore() = default;

    [[nodiscard]] StoreGeometry geometry() const noexcept final { return geometry_; }
    [[nodiscard]] Result<Epoch> claimed_epoch() noexcept final;
    [[nodiscard]] Result<void> claim_epoch(Epoch epoch) noexcept final;

    /// Takes the claimed epoch back to `epoch`. Only for a claim that no writer made
    /// (store::claim_is_plausible), by whoever has opened the log for writing.
    [[nodiscard]] Result<void> reset_claim(Epoch epoch) noexcept;

    /// What the last refusal was about, with the path and the system's words; empty before the
    /// first.
    [[nodiscard]] std::string last_problem() const;

  protected:
    /// `start` is where the medium begins in `medium_file`.
    HostStore(HostFile medium_file, std::uint64_t start, StoreGeometry geometry, OpenMode mode)
        : medium_file_{std::move(medium_file)}, medium_{medium_file_, start}, geometry_{geometry},
          mode_{mode} {}

    [[nodiscard]] HostFile const& medium_file() const noexcept { return medium_file_; }
    [[nodiscard]] MediumArea const& medium() const noexcept { return medium_; }
    [[nodiscard]] bool is_writable() const noexcept { return mode_ != OpenMode::read; }

    /// Refuses a change when opened for reading or after a failed flush.
    [[nodiscard]] Result<void> check_writable() const noexcept;
    [[nodiscard]] Result<void> check_range(SlotOffset at, std::uint64_t bytes) const noexcept;

    /// After a failed flush, and after one of which it is not known what it covered.
    void end_writing() noexcept { flush_failed_.store(true); }

    /// Keeps the words of `problem` and, if it is a failed flush, ends all writing. The answer's
    /// `where` is the offset in `at.slot`, its `detail` the slot.
    [[nodiscard]] Failure refuse(Problem problem, SlotOffset at = {}) noexcept;

  private:
    void keep_words(std::string words) noexcept;

    HostFile medium_file_;
    MediumArea medium_;
    StoreGeometry geometry_;
    OpenMode mode_;
    std::atomic<bool> flush_failed_{false};
    mutable std::mutex words_mutex_;
    std::string last_problem_;
};

} // namespace axiom::host
