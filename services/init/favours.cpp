#include <services/init/favours.hpp>

#include <algorithm>

#include <axiom/base/mutant.hpp>
#include <services/runtime/message.hpp>
#include <services/runtime/slots.hpp>

namespace axiom::init {

namespace right = kernel::right;

namespace {

constexpr kernel::Rights to_call = right::write;

} // namespace

Result<Nothing> Favours::grant(Hash256 const& token, std::size_t what, std::size_t whom) noexcept {
    clear_ended();
    if (auto const had = find(what, whom)) {
        return favours_[*had].token == token ? Result<Nothing>{Nothing{}}
                                             : fail(Code::already_exists);
    }
    std::size_t free = 0;
    while (free < favours_.size() && favours_[free].is_used) {
        ++free;
    }
    if (free == favours_.size()) {
        return fail(Code::table_full, favours_max);
    }
    favours_[free] = {.is_used = true,
                      .token = token,
                      .what = what,
                      .whom = whom,
                      .process = brood_->status(whom).process};
    if (auto const given = give(free); !given) {
        clear(free);
        return refused_by_kernel(given.error());
    }
    return Nothing{};
}

// Behind what its manifest gives; slots that it uses itself are passed over.
kernel::Answer<void> Favours::give(std::size_t favour) noexcept {
    Favour& given = favours_[favour];
    std::string_view const label = brood_->name(given.what);
    TRY(kernel_->derive(brood_->endpoint(given.what),
                        {.process = std::nullopt, .slot = slot_of(favour)},
                        {.rights = to_call | right::grant | right::revoke,
                         .badge = brood_->badge_of(given.whom),
                         .label = label}));
    std::uint32_t const first = slots::granted.value + brood_->grants_of(given.whom);
    for (given.slot = first;; ++given.slot) {
        auto const derived = kernel_->derive(
            slot_of(favour),
            {.process = brood_->process(given.whom), .slot = kernel::Slot{given.slot}},
            {.rights = to_call, .badge = 0, .label = label});
        if (derived || given.slot + 1 == first + favours_max) {
            return derived;
        }
    }
}

Result<Nothing> Favours::revoke(Hash256 const& token, std::size_t what, std::size_t whom) noexcept {
    clear_ended();
    if (std::ranges::find(taken_back_, token) != taken_back_.end()) {
        return Nothing{};
    }
    auto const found = find(what, whom);
    if (!found) {
        return fail(Code::no_such_row);
    }
    clear(*found);
    taken_back_[taken_back_count_++ % taken_back_.size()] = token;
    return Nothing{};
}

void Favours::clear_ended() noexcept {
    for (std::size_t favour = 0; favour < favours_.size(); ++favour) {
        Favour const& given = favours_[favour];
        bool const has_ended =
            given.is_used && !AXIOM_MUTANT(favour_outlives_its_holder) &&
            (!brood_->runs(given.whom) || brood_->status(given.whom).process != given.process);
        if (has_ended) {
            clear(favour);
        }
    }
}

std::optional<std::size_t> Favours::find(std::size_t what, std::size_t whom) const noexcept {
    for (std::size_t favour = 0; favour < favours_.size(); ++favour) {
        Favour const& given = favours_[favour];
        if (given.is_used && given.what == what && given.whom == whom) {
            return favour;
        }
    }
    return std::nullopt;
}

void Favours::clear(std::size_t favour) noexcept {
    if (AXIOM_MUTANT(favour_outlives_its_end)) {
        favours_[favour] = {};
        return;
    }
    static_cast<void>(kernel_->revoke(slot_of(favour), true)); // it may never have come to be
    favours_[favour] = {};
}

} // namespace axiom::init
