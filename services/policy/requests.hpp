#pragma once
// Requests: what waits for somebody else's approval, and what became of it while there is room.
//
// A request takes nobody else's room: each principal has so many that wait, and whoever asks for
// the same thing again is told of the one that is there. What waits is never dropped for something
// newer; of what has been settled the oldest makes room. It lies in memory alone: before its
// approval is an entry, nothing has happened.

#include <span>

#include <axiom/base/arena.hpp>
#include <services/policy/request_api.hpp>
#include <services/policy/wanted.hpp>

namespace axiom::engine {

struct HeldRequest {
    RequestRow row{};
    std::uint16_t domain{};
    std::uint16_t kind{};
    std::uint64_t cause{};
    std::uint64_t token{}; // names who asked, to the kernel; 0: no more
    bool taken{};          // its approval is an entry, and the wanted one is on its way
    Hash256 policy{};      // version of the policy that would allow it
    HeldText<reason_bytes_max> words;
    std::uint32_t content_bytes{};
    std::array<std::byte, content_bytes_max> content_held{};

    [[nodiscard]] Bytes content() const noexcept {
        return Bytes{content_held}.first(content_bytes);
    }
    [[nodiscard]] bool waits() const noexcept {
        return row.number != 0 && row.state == RequestState::waits && !taken;
    }
    /// Borrows from this.
    [[nodiscard]] Wanted wanted() const noexcept {
        return {.domain = DomainNumber{domain},
                .kind = kind,
                .action = row.action.view(),
                .object = row.object.view(),
                .content = content()};
    }
};

/// Who asks for what, and for how long.
struct Wish {
    std::uint64_t principal{};
    Wanted wanted{};
    std::uint64_t cause{};
    std::string_view reason{};
    std::string_view group{};
    std::uint32_t rule{};
    Hash256 policy{};
    std::uint64_t decided_at{};
    std::uint64_t now_ms{}; // log time
    std::uint64_t wait_ms{};
};

class Requests {
  public:
    static constexpr std::size_t kept_max = 64;
    static constexpr std::size_t of_a_principal_max = 8; // that wait

    [[nodiscard]] static std::size_t bytes_for() noexcept {
        return Arena::bytes_for<HeldRequest>(kept_max);
    }

    explicit Requests(Arena& arena) noexcept : kept_{arena.make<HeldRequest>(kept_max)} {}

    /// One that waits for the same thing, of the same principal; null: there is none.
    [[nodiscard]] HeldRequest* find_same(std::uint64_t principal, Wanted const& wanted) noexcept;
    /// Whether one more of this principal may wait.
    [[nodiscard]] bool has_room(std::uint64_t principal) noexcept;
    /// While there is room.
    HeldRequest& add(Wish const& wish, std::uint64_t token) noexcept;

    /// Null: it is not, or no longer, here. 0 is the newest.
    [[nodiscard]] HeldRequest* find(std::uint64_t number) noexcept;
    [[nodiscard]] RequestList list(ListRequests const& asks) const noexcept;

    /// Ends those whose time is up, and those that another policy would have allowed. Each is told
    /// to `ended`, which gives its token back.
    template <class Ended>
    void pass(std::uint64_t now_ms, Hash256 const& policy, Ended&& ended) noexcept {
        for (HeldRequest& each : kept_) {
            if (!each.waits()) {
                continue;
            }
            bool const late = now_ms >= each.row.deadline_ms;
            if (late || each.policy != policy) {
                each.row.state = late ? RequestState::expired : RequestState::lapsed;
                each.words = HeldText<reason_bytes_max>{late ? std::string_view{}
                                                             : "the policy has changed"};
                ended(each);
            }
        }
    }

  private:
    [[nodiscard]] HeldRequest* place() noexcept;

    std::span<HeldRequest> kept_;
    std::uint64_t last_{};
};

} // namespace axiom::engine
