// Any bytes as a policy's canonical form: refused at an offset within them, or a policy whose text
// parses back to exactly these bytes.

#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include <tests/support/policy_world.hpp>

using namespace axiom;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t data_bytes) {
    static auto const draft = std::make_unique<policy::PolicyDraft>();
    static auto const table = std::make_unique<policy::PolicyTable>();
    static std::array<std::byte, policy::policy_bytes_max> space;

    Bytes const canonical = std::as_bytes(std::span{data, data_bytes});
    auto const outcome = policy::install(*table, canonical, host::portable_engine());
    if (!outcome) {
        if (outcome.error().where > data_bytes || table->rule_count != 0) {
            std::abort();
        }
        return 0;
    }
    test::StringSink printed;
    policy::print_policy(printed, *table);
    auto const again = policy::parse_policy(printed.value, *draft, space);
    if (!again || !equal_bytes(*again, canonical)) {
        std::abort();
    }
    return 0;
}
