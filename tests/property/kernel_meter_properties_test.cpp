// The meter of log bytes against sums over milliseconds.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <vector>

#include <kernel/core/log_meter.hpp>

namespace axiom::kernel {
namespace {

constexpr std::uint32_t accounts = 4;

struct World {
    std::vector<std::byte> memory = std::vector<std::byte>(LogMeter::bytes_for(accounts));
    Arena arena{MutableBytes{memory}};
    LogMeter meter{arena, accounts};

    // `bytes` where the account affords them, or nothing.
    std::uint64_t spent(RowHandle who, std::uint64_t rate, LogTime now, std::uint64_t bytes) {
        if (!meter.affords(who, rate, now, bytes)) {
            return 0;
        }
        meter.charge(who, bytes);
        return bytes;
    }

    std::uint64_t spent_to_the_last(RowHandle who, std::uint64_t rate, LogTime now) {
        std::uint64_t all = 0;
        for (std::uint64_t bytes = std::bit_ceil(rate * log_burst_seconds + 1); bytes != 0;
             bytes /= 2) {
            all += spent(who, rate, now, bytes);
        }
        return all;
    }
};

} // namespace

RC_GTEST_PROP(log_meter, admits_what_a_sum_over_milliseconds_does, ()) {
    World world;
    auto const rate = *rc::gen::inRange<std::uint64_t>(0, 3000);
    RowHandle const account{1, 5};
    world.meter.open(account, rate, LogTime{10});
    std::uint64_t left = log_burst_seconds * rate * 1000;
    std::uint64_t now = 10;
    auto const steps =
        *rc::gen::container<std::vector<std::pair<std::uint64_t, std::uint64_t>>>(rc::gen::pair(
            rc::gen::inRange<std::uint64_t>(0, 3000), rc::gen::inRange<std::uint64_t>(0, 5000)));
    for (auto const& [ms, bytes] : steps) {
        for (std::uint64_t each = 0; each < ms; ++each) {
            left = std::min(left + rate, log_burst_seconds * rate * 1000);
        }
        now += ms;
        bool const expected = left >= bytes * 1000;
        RC_ASSERT(world.meter.affords(account, rate, LogTime{now}, bytes) == expected);
        if (expected) {
            world.meter.charge(account, bytes);
            left -= bytes * 1000;
        }
    }
}

RC_GTEST_PROP(log_meter, gives_all_accounts_together_no_more_than_the_first_one_has, ()) {
    World world;
    auto const rate = *rc::gen::inRange<std::uint64_t>(1, 3000);
    RowHandle const first{0, 2};
    world.meter.open(first, rate, LogTime{0});
    std::vector<std::optional<std::pair<RowHandle, std::uint64_t>>> children(accounts);
    std::uint64_t first_rate = rate;
    std::uint64_t generation = 2;
    std::uint64_t now = 0;
    std::uint64_t written = 0;
    auto const steps = *rc::gen::inRange(1, 200);
    for (int step = 0; step < steps; ++step) {
        auto const index = *rc::gen::inRange<std::uint32_t>(0, accounts);
        auto const amount = *rc::gen::inRange<std::uint64_t>(0, 6000);
        switch (*rc::gen::inRange(0, 5)) {
        case 0:
            now += amount;
            break;
        case 1: // an account begins, in the place of one that ended
            if (index != 0 && !children[index]) {
                std::uint64_t const share = std::min(amount, first_rate);
                first_rate -= share;
                children[index] = {RowHandle{index, ++generation}, share};
                world.meter.open_from(first, children[index]->first, share, LogTime{now});
            }
            break;
        case 2:
            if (children[index]) {
                first_rate += children[index]->second;
                children[index].reset();
            }
            break;
        case 3:
            written += world.spent(first, first_rate, LogTime{now}, amount);
            break;
        default: // all that somebody has
            if (index != 0 && children[index]) {
                written += world.spent_to_the_last(children[index]->first, children[index]->second,
                                                   LogTime{now});
            } else {
                written += world.spent_to_the_last(first, first_rate, LogTime{now});
            }
        }
        RC_ASSERT(written * 1000 <= (log_burst_seconds * 1000 + now) * rate);
    }
}

} // namespace axiom::kernel
