#pragma once
// Permissions: what waits for an approval, settled in this application's own name; and what the log
// says of where a permission comes from.
//
// It holds the policy engine and the log's keeper, nothing else, and decides nothing: whoever may
// call it acts as its principal, and what that one may do is the policy's to say.

#include <services/axiomd/api.hpp>
#include <services/permissions/api.hpp>
#include <services/runtime/ask.hpp>

namespace axiom::permissions {

/// Whom it asks.
struct PermissionsSlots {
    kernel::Slot policy{}; // write
    kernel::Slot axiomd{}; // write
};

class Permissions {
  public:
    Permissions(Loop& loop, PermissionsSlots slots) noexcept : loop_{&loop}, slots_{slots} {}

    [[nodiscard]] Frames& frames() noexcept { return loop_->frames(); }
    [[nodiscard]] static Serving serving() noexcept { return Serving::goes_on; }

    [[nodiscard]] Task<engine::RequestList> on(Request const& request,
                                               Pending const& asks) noexcept;
    [[nodiscard]] Task<engine::RequestDetail> on(Request const& request, Show const& asks) noexcept;
    [[nodiscard]] Task<engine::Decided> on(Request const& request, Approve const& asks) noexcept;
    [[nodiscard]] Task<engine::Decided> on(Request const& request, Refuse const& asks) noexcept;
    [[nodiscard]] Task<engine::Decided> on(Request const& request, Revoke const& asks) noexcept;
    [[nodiscard]] Task<Steps> on(Request const& request, History const& asks) noexcept;
    [[nodiscard]] Task<Origin> on(Request const& request, Provenance const& asks) noexcept;

  private:
    // The newest commit before an entry, of this action and object.
    struct Sought {
        std::string_view action{};
        std::string_view object{};
    };

    [[nodiscard]] Task<std::uint64_t> end() noexcept;
    [[nodiscard]] Task<Step> read(std::uint64_t sequence) noexcept;
    [[nodiscard]] Task<Step> newest(Sought sought) noexcept;
    template <class Asks> [[nodiscard]] Task<engine::Decided> pass_on(Asks asks) noexcept;

    Loop* loop_;
    PermissionsSlots slots_;
    MessageBytes told_{}; // the newest answer whose words are passed on
};

} // namespace axiom::permissions
