#pragma once
// Both verifiers on many media: ours says its verdict at once, the independent one is asked about
// all of them together, and the two are held against each other.
//
// They agree when
//   - what the independent one refuses is never `sealed`, and what is sealed it accepts;
//   - they come to the same head, tree and end, and to the same seal, where both accept;
//   - what it accepts whole, ours does not call tampering.

#include <string>
#include <vector>

#include <sim-host/verify/verdict.hpp>
#include <tests/support/second_opinion.hpp>
#include <tests/support/temporary_folder.hpp>

namespace axiom::test {

class Jury {
  public:
    /// Keeps at most `media_max` of what it hears, each `stride`-th; the rest is not compared.
    explicit Jury(std::size_t media_max, std::size_t stride = 1)
        : media_max_{media_max}, stride_{stride} {}

    /// The medium as it is now, and what ours says of it.
    void hear(Store& store, host::Verdict const& verdict, std::string what);

    /// The same of a log in a folder, which stays where it is.
    void hear_folder(std::string path, host::Verdict const& verdict, std::string what);

    /// Asks about everything that was heard and expects that both agree. How many that were.
    std::size_t decide();

  private:
    struct Case {
        std::string path;
        std::string what;
        host::Verdict verdict;
    };

    std::size_t media_max_;
    std::size_t stride_;
    std::size_t heard_{};
    TemporaryFolder folder_{TemporaryFolder::quick_parent()};
    std::vector<Case> cases_;
};

/// AXIOM_LONG=1: a campaign, `many` of whatever it is; else `few`.
[[nodiscard]] std::size_t few_or_many(std::size_t few, std::size_t many);

} // namespace axiom::test
