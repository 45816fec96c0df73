// Any bytes as a policy's test file, against a policy with a rule of each kind of clause.

#include <cstdint>
#include <cstdlib>

#include <axiom/policy/cases.hpp>

#include <tests/support/policy_world.hpp>

using namespace axiom;

namespace {

struct Counter final : policy::CaseSink {
    void result(policy::CaseResult const& result) noexcept override {
        ++(result.passed ? passed : failed);
    }
    std::size_t passed{};
    std::size_t failed{};
};

test::PolicyWorld const& world() {
    static auto const made = [] {
        auto fresh = std::make_unique<test::PolicyWorld>();
        fresh->use("group g\n principal 1\n role r\nend\n"
                   "rule 1 \"no\"\npriority 9\ndeny \"no\"\ngroup g\naction x\nend\n"
                   "rule 2 \"all\"\npriority 1\nallow\ndomain records\nkind 2\nprincipal 7\n"
                   "object prefix \"a\"\ncapability 5\ncause entry 3 within 8\n"
                   "cause kind records 1 within 8\ntime from 1 until 9\nexpires 1s\nrights 0x3\n"
                   "rate 2 per 1s by object\napproval g\nend\n");
        return fresh;
    }();
    return *made;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t data_bytes) {
    Counter counter;
    auto const outcome = policy::run_cases({reinterpret_cast<char const*>(data), data_bytes},
                                           world().table(), host::portable_engine(), counter);
    if (outcome && (outcome->passed != counter.passed || outcome->failed != counter.failed)) {
        std::abort();
    }
    return 0;
}
