// Counting what generators reach; see tests/support/reached.hpp.

#include <tests/support/reached.hpp>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <map>
#include <string>

#include <gtest/gtest.h>

namespace axiom::test {

namespace {

class Cells final : public testing::EmptyTestEventListener {
  public:
    /// Listens from the first use on; GoogleTest owns it.
    static Cells& of_this_program() {
        static Cells* const cells = [] {
            auto* const made = new Cells;
            testing::UnitTest::GetInstance()->listeners().Append(made);
            return made;
        }();
        return *cells;
    }

    std::uint64_t& count(Cell cell) {
        return counts_[std::string{cell.operation}][std::string{cell.outcome}];
    }

    void OnTestEnd(testing::TestInfo const& /*info*/) override {
        char const* const parameters = std::getenv("RC_PARAMS");
        bool const one_case =
            parameters != nullptr && std::strstr(parameters, "reproduce") != nullptr;
        for (auto const& [operation, outcomes] : counts_) {
            std::cout << "reached: " << operation;
            for (auto const& [outcome, count] : outcomes) {
                std::cout << ' ' << outcome << '=' << count;
                EXPECT_TRUE(count != 0 || one_case)
                    << "no case reached " << operation << ", " << outcome;
            }
            std::cout << '\n';
        }
        counts_.clear();
    }

  private:
    std::map<std::string, std::map<std::string, std::uint64_t>> counts_;
};

} // namespace

void reached(Cell cell) {
    ++Cells::of_this_program().count(cell);
}

void must_reach(std::initializer_list<Cell> cells) {
    for (Cell const& cell : cells) {
        static_cast<void>(Cells::of_this_program().count(cell));
    }
}

} // namespace axiom::test
