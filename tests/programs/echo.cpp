// Answers each call: with argument 0 by one more than its first word, with argument 1 by the first
// word of a region that it maps.

#include <tests/programs/family.hpp>

namespace axiom {

void run_program(Platform const& platform, std::uint64_t argument) noexcept {
    test::Family const family{platform.trap};
    if (argument == 1) {
        family.must("map refused: ", family.kernel.map(test::child_space, test::child_region,
                                                       test::region_address, 0));
    }
    auto const* const shared =
        reinterpret_cast<std::uint64_t const volatile*>(test::region_address);
    std::uint64_t token = 0;
    kernel::Words answer{};
    for (;;) {
        auto const received = family.kernel.reply_receive(token, answer, test::child_endpoint,
                                                          kernel::as_long_as_it_takes);
        if (!family.must("receive refused: ", received)) {
            return;
        }
        token = received->token;
        answer.words[0] = argument == 1 ? *shared : received->message.words[0] + 1;
    }
}

} // namespace axiom
