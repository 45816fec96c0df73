#include <services/policy/requests.hpp>

#include <algorithm>

namespace axiom::engine {

HeldRequest* Requests::find_same(std::uint64_t principal, Wanted const& wanted) noexcept {
    for (HeldRequest& each : kept_) {
        bool const same = each.waits() && each.row.principal == principal &&
                          each.domain == static_cast<std::uint16_t>(wanted.domain) &&
                          each.kind == wanted.kind &&
                          std::ranges::equal(each.content(), wanted.content);
        if (same) {
            return &each;
        }
    }
    return nullptr;
}

bool Requests::has_room(std::uint64_t principal) noexcept {
    auto const waiting = std::ranges::count_if(kept_, [&](HeldRequest const& each) {
        return each.row.number != 0 && each.row.principal == principal &&
               each.row.state == RequestState::waits;
    });
    return static_cast<std::size_t>(waiting) < of_a_principal_max && place() != nullptr;
}

// A free one, else that of the oldest which does not wait.
HeldRequest* Requests::place() noexcept {
    HeldRequest* found = nullptr;
    for (HeldRequest& each : kept_) {
        bool const may_go = each.row.number == 0 || each.row.state != RequestState::waits;
        if (may_go && (found == nullptr || each.row.number < found->row.number)) {
            found = &each;
        }
    }
    return found;
}

// Entries lie between an engine's end and the next one's first request, so that no number comes
// again.
HeldRequest& Requests::add(Wish const& wish, std::uint64_t token) noexcept {
    HeldRequest* const at = place();
    AXIOM_ASSERT(at != nullptr && wish.wanted.content.size() <= content_bytes_max);
    last_ = std::max(last_ + 1, wish.decided_at);
    *at = {};
    at->row = {.number = last_,
               .state = RequestState::waits,
               .principal = wish.principal,
               .asked_ms = wish.now_ms,
               .deadline_ms = wish.now_ms + std::min(wish.wait_ms, request_ms_max),
               .rule = wish.rule,
               .settled_by = 0,
               .decision = 0,
               .entry = 0,
               .action = HeldText<name_bytes_max>{wish.wanted.action},
               .object = HeldText<object_bytes_max>{wish.wanted.object},
               .group = HeldText<name_bytes_max>{wish.group},
               .reason = HeldText<reason_bytes_max>{wish.reason}};
    at->domain = static_cast<std::uint16_t>(wish.wanted.domain);
    at->kind = wish.wanted.kind;
    at->cause = wish.cause;
    at->token = token;
    at->policy = wish.policy;
    at->content_bytes = static_cast<std::uint32_t>(wish.wanted.content.size());
    copy_bytes(at->content_held, wish.wanted.content);
    return *at;
}

HeldRequest* Requests::find(std::uint64_t number) noexcept {
    std::uint64_t const wanted = number == 0 ? last_ : number;
    auto const found = std::ranges::find_if(
        kept_, [&](HeldRequest const& each) { return each.row.number == wanted; });
    return wanted == 0 || found == kept_.end() ? nullptr : &*found;
}

RequestList Requests::list(ListRequests const& asks) const noexcept {
    RequestList told;
    std::uint64_t before = asks.before == 0 ? ~std::uint64_t{0} : asks.before;
    for (;;) {
        HeldRequest const* next = nullptr;
        for (HeldRequest const& each : kept_) {
            bool const fits = each.row.number != 0 && each.row.number < before &&
                              (!asks.waiting || each.row.state == RequestState::waits);
            if (fits && (next == nullptr || each.row.number > next->row.number)) {
                next = &each;
            }
        }
        if (next == nullptr) {
            return told;
        }
        if (told.requests.size() == requests_listed_max) {
            told.before = before;
            return told;
        }
        told.requests.push_back(next->row);
        before = next->row.number;
    }
}

} // namespace axiom::engine
