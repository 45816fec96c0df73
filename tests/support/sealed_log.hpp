#pragma once
// A real log on any store, made by the real writer: with attachments, several blocks and segments,
// boots, checkpoints and an orderly end. What verifiers are tried on.

#include <atomic>
#include <span>

#include <sim-host/log/live_log.hpp>
#include <tests/support/small_log.hpp>

namespace axiom::test {

/// Entropy that follows from a seed, so that the same calls make the same bytes.
class SeededEntropy final : public Entropy {
  public:
    explicit SeededEntropy(std::uint64_t seed) noexcept : state_{seed} {}
    Result<void> fill(MutableBytes to) noexcept override;

  private:
    std::atomic<std::uint64_t> state_; // a live log's helpers ask too
};

class SealedLog {
  public:
    /// Makes the log; its genesis names the key of `seed`. `label` makes logs differ.
    SealedLog(Store& store, SigningSeed const& seed, std::string_view label = "tried");

    /// Takes on a log that was made with the same seed.
    struct Existing {};
    SealedLog(Store& store, SigningSeed const& seed, Existing existing);

    /// From its next boot on it has no helper threads: it writes when it is told to, and only then.
    void work_alone() noexcept { works_alone_ = true; }

    /// Begins a boot of the log.
    void open();

    /// Appends `count` ticks, each with `attachment_bytes` of data attached when not 0; a commit
    /// every `group`.
    void add(std::uint64_t count, std::size_t attachment_bytes = 0, std::uint64_t group = 5);

    /// Appends a signed checkpoint over everything durable, and commits it.
    Sequence seal();

    /// As `seal`, but with what `forge` made of the checkpoint, signed by `seed`.
    Sequence seal_forged(SigningSeed const& seed, void (*forge)(Checkpoint&));

    /// Erases: the entry only. `wipe` does the rest.
    Sequence erase(Sequence target);

    /// Replaces the key; from here on `next` seals.
    Sequence rotate(SigningSeed const& next);
    Sequence lose(SigningSeed const& next, std::string_view reason = "lost");

    /// Begins a log of its own on this one, which is closed; from here on `next` seals.
    void fork(SigningSeed const& next, std::string_view reason = "restored");

    void close();

    [[nodiscard]] host::LiveLog& live() { return *live_; }
    [[nodiscard]] Hash256 log_id();
    [[nodiscard]] Checkpoint checkpoint();
    [[nodiscard]] std::string note(); // of everything durable, signed

  private:
    [[nodiscard]] host::LiveLogOptions options();
    Sequence append(LogKind kind, Bytes body, bool gated = false);

    Store& store_;
    SigningSeed seed_;
    SeededEntropy entropy_;
    std::array<DomainInfo const*, 1> domains_{&log_domain};
    std::unique_ptr<host::LiveLog> live_;
    std::uint64_t now_{};
    bool works_alone_{};
};

} // namespace axiom::test
