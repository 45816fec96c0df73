#pragma once
// Medium: answers the messages of services/store/api.hpp with a store of this host.
//
// A flush that failed is final: what was written before it may be lost, and no later flush says
// so. So the whole process ends with it, and the next one, which nobody has opened, answers
// `not_a_log` to whoever goes on as if nothing had been.

#include <functional>

#include <services/store/api.hpp>

namespace axiom::host {

class Medium {
  public:
    using Opener = std::function<Result<Store*>()>;

    /// `shared` is the region that it and its client hold. What the opener opens outlives it.
    Medium(MutableBytes shared, Opener opener) : shared_{shared}, opener_{std::move(opener)} {}

    /// Whether the store is as good as it ever was.
    [[nodiscard]] bool goes_on() const noexcept { return goes_on_; }

    [[nodiscard]] Result<store_api::Opened> on(Request const&, store_api::Open const&) noexcept;
    [[nodiscard]] Result<store_api::Extended> on(Request const&, store_api::Extend const&) noexcept;
    [[nodiscard]] Result<Nothing> on(Request const&, store_api::Read const& asks) noexcept;
    [[nodiscard]] Result<Nothing> on(Request const&, store_api::Write const& asks) noexcept;
    [[nodiscard]] Result<Nothing> on(Request const&, store_api::Flush const&) noexcept;
    [[nodiscard]] Result<Nothing> on(Request const&, store_api::Discard const& asks) noexcept;
    [[nodiscard]] Result<store_api::Claimed> on(Request const&,
                                                store_api::ClaimedEpoch const&) noexcept;
    [[nodiscard]] Result<Nothing> on(Request const&, store_api::ClaimEpoch const& asks) noexcept;
    [[nodiscard]] static Result<store_api::Random> on(Request const&,
                                                      store_api::AskRandom const&) noexcept;

  private:
    [[nodiscard]] Result<void> check_open() const noexcept;
    [[nodiscard]] Result<void> check(std::uint32_t slot, std::uint64_t offset,
                                     std::uint64_t bytes) const noexcept;
    [[nodiscard]] Result<void> final_if_failed(Result<void> done) noexcept;

    MutableBytes shared_;
    Opener opener_;
    Store* store_{};
    bool goes_on_{true};
};

} // namespace axiom::host
