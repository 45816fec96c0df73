#pragma once
// Search: every state that a universe can come to in so many steps, the nearest first.
//
// Only fingerprints are kept, with each state's parent and which of its choices led there: a state
// is brought back by making its path again, and from then on by copying the universe's memory. So a
// state costs about fifty bytes, whatever the universe's size.

#include <functional>
#include <string>
#include <vector>

#include <tests/explore/choices.hpp>
#include <tests/explore/fingerprint.hpp>
#include <tests/explore/judge.hpp>
#include <tests/explore/stranded.hpp>

namespace axiom::kernel::explore {

/// Which of its choices was made in each state, from the start.
using Path = std::vector<std::uint16_t>;

[[nodiscard]] std::string text_of(Path const& path);
[[nodiscard]] std::optional<Path> path_of(std::string_view text);

struct Violation {
    std::string what;
    Path path;
};

struct Bounds {
    std::uint32_t depth{};      // steps
    std::uint64_t states_max{}; // at most so many are kept
};

struct Progress {
    std::uint32_t depth{};    // steps to the states whose choices are being tried
    std::uint64_t states{};   // that were reached
    std::uint64_t expanded{}; // whose choices were tried
    std::uint64_t transitions{};
};

struct Outcome {
    Progress reached;
    std::uint32_t depth{};    // everything within so many steps was looked at
    bool complete{};          // to the depth that was asked for; else the states were too many
    bool closed{};            // nothing new is to be reached at any depth
    std::uint64_t stranded{}; // states in which a thread waits that nobody can wake
    Path first_stranded;
    std::optional<Violation> violation;
};

struct Comparison {
    std::uint64_t paths{};
    std::uint64_t missing{}; // states that the run did not come to
    Path first_missing;
    Path twin; // the state that one on the way there was taken for
};

/// A universe with its memory, and copies of that.
class Laboratory {
  public:
    explicit Laboratory(Setup const& setup);

    [[nodiscard]] Universe& universe() { return *universe_; }
    [[nodiscard]] std::size_t bytes() const { return memory_.size(); }

    [[nodiscard]] std::vector<std::byte> image() const { return {memory_.begin(), memory_.end()}; }
    void set(std::vector<std::byte> const& image) {
        std::memcpy(memory_.data(), image.data(), memory_.size());
    }
    void save() { std::memcpy(saved_.data(), memory_.data(), memory_.size()); }
    void restore() { std::memcpy(memory_.data(), saved_.data(), memory_.size()); }
    void restart() { std::memcpy(memory_.data(), first_.data(), memory_.size()); }

  private:
    // For alignment, and not on a page of its own.
    struct alignas(64) Line {
        std::array<std::byte, 64> bytes;
    };
    std::vector<Line> lines_;
    std::vector<std::byte> aside_;
    MutableBytes memory_;
    std::vector<std::byte> saved_;
    std::vector<std::byte> first_;
    Universe* universe_{};
};

class Search {
  public:
    explicit Search(Setup const& setup);

    /// Breadth first. `tell` is called from time to time.
    [[nodiscard]] Outcome run(Bounds const& bounds,
                              std::function<void(Progress const&)> const& tell);

    /// After a run to `depth`: whether every path of so many steps, none left out because its state
    /// is known, comes to the same states.
    [[nodiscard]] Comparison compare_with_every_path(std::uint32_t depth);

    /// What does not hold before the first step; empty: everything does.
    [[nodiscard]] std::string at_the_start() {
        laboratory_.restart();
        return Judge::state(laboratory_.universe());
    }

    /// Makes a path, step by step: `tell(step, event, what is wrong)`. False: it is none.
    bool replay(Path const& path,
                std::function<void(std::size_t, Event const&, std::string const&)> const& tell);

    [[nodiscard]] std::size_t bytes_per_state() const;
    [[nodiscard]] std::size_t bytes_of_a_universe() const { return laboratory_.bytes(); }

    /// The path that is being made; for whoever must tell of a crash.
    [[nodiscard]] Path current() const;

  private:
    struct State {
        std::uint32_t parent{};
        std::uint16_t choice{};
        std::uint16_t depth{};
    };

    [[nodiscard]] std::size_t place_of(Fingerprint const& fingerprint) const;
    [[nodiscard]] bool insert(Fingerprint const& fingerprint, std::uint32_t state);
    void grow();
    void note_missing(Path const& path, std::vector<Fingerprint> const& on_the_way,
                      Comparison& comparison) const;
    [[nodiscard]] Path path_to(std::uint32_t state) const;
    void go_to(std::uint32_t state);
    [[nodiscard]] std::optional<Violation> try_choices(std::uint32_t state, Bounds const& bounds,
                                                       Outcome& outcome);

    Laboratory laboratory_;
    Choices choices_;
    Judge judge_;
    std::vector<State> states_;
    std::vector<Fingerprint> places_; // open addressing; both zero: free
    std::vector<std::uint32_t> place_states_;
    std::size_t taken_{};
    std::uint32_t expanding_{};
    std::uint16_t trying_{};
};

} // namespace axiom::kernel::explore
