#pragma once
// Brood: the services that init has begun, each with an account of its own, what its manifest
// names, and nothing else; begun again when they end, as their manifest allows.

#include <array>
#include <optional>

#include <kernel/abi/user_calls.hpp>
#include <services/init/api.hpp>
#include <services/runtime/spawn.hpp>

namespace axiom::init {

class Brood {
  public:
    /// Both outlive it. `endpoint` is init's own; slots from `first` on are free.
    Brood(kernel::UserCalls const& kernel, Manifest const& manifest, kernel::Slot endpoint,
          kernel::Slot first) noexcept
        : kernel_{&kernel}, manifest_{&manifest}, endpoint_{endpoint}, first_{first.value} {}

    /// Makes the memory that they share; init maps what begins with something.
    [[nodiscard]] kernel::Answer<void> make_regions() noexcept;

    /// Makes what else they share, and begins them all.
    [[nodiscard]] kernel::Answer<void> begin() noexcept;

    /// Looks who has ended, and begins again who may be: `now` is the machine's clock. False: one
    /// has ended whose end is the system's.
    [[nodiscard]] bool look_after(kernel::Nanoseconds now) noexcept;

    // ── as people ask ──────────────────────────────────────────────────────────────────────────

    [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const noexcept;
    [[nodiscard]] ServiceStatus status(std::size_t service) const noexcept;

    /// Begins one that does not run. False: it does, or is about to.
    [[nodiscard]] bool start(std::size_t service) noexcept;
    /// Ends one, which then stays down.
    void stop(std::size_t service) noexcept;

    /// The endpoint of the service at this index of the manifest.
    [[nodiscard]] kernel::Slot endpoint(std::size_t service) const noexcept {
        return slot_at(regions_max + service);
    }

    /// The region at this index of the manifest.
    [[nodiscard]] kernel::Slot region(std::size_t index) const noexcept { return slot_at(index); }

    [[nodiscard]] std::string_view name(std::size_t service) const noexcept {
        return manifest_->services[service].name.view();
    }
    [[nodiscard]] bool runs(std::size_t service) const noexcept { return members_[service].runs; }
    /// Its process, while it runs.
    [[nodiscard]] kernel::Slot process(std::size_t service) const noexcept {
        return child(service).process;
    }
    /// How many slots its manifest fills.
    [[nodiscard]] std::uint32_t grants_of(std::size_t service) const noexcept {
        return static_cast<std::uint32_t>(manifest_->services[service].gets.size());
    }
    /// The first slot that is not its.
    [[nodiscard]] kernel::Slot end() const noexcept { return account(services_max); }

    /// Ends the process of a running service, which may then begin again as its manifest says.
    [[nodiscard]] kernel::Answer<void> kill(std::size_t service) noexcept;

    /// With which others see the service call: on whose behalf it acts.
    [[nodiscard]] std::uint64_t badge_of(std::size_t service) const noexcept {
        return manifest_->services[service].principal;
    }

  private:
    struct Member {
        bool runs{};
        bool stopped{}; // somebody asked for that
        std::uint64_t last_code{};
        std::uint64_t process{};                    // its number
        std::uint16_t restarts{};                   // in this window
        kernel::Nanoseconds window{};               // began
        std::optional<kernel::Nanoseconds> again{}; // when it is to be begun again
    };

    static constexpr std::uint32_t slots_each = child_slots + 1; // and its account

    [[nodiscard]] kernel::Slot slot_at(std::size_t offset) const noexcept {
        return kernel::Slot{first_ + static_cast<std::uint32_t>(offset)};
    }
    [[nodiscard]] kernel::Slot line(std::size_t number) const noexcept {
        return slot_at(regions_max + services_max + number);
    }
    [[nodiscard]] kernel::Slot account(std::size_t service) const noexcept {
        return slot_at(regions_max + services_max + lines_max + slots_each * service);
    }
    [[nodiscard]] Child child(std::size_t service) const noexcept {
        return {kernel::Slot{account(service).value + 1}};
    }
    [[nodiscard]] kernel::Answer<void> make_lines(Service const& service) noexcept;
    [[nodiscard]] kernel::Answer<void> begin(std::size_t service) noexcept;
    [[nodiscard]] kernel::Answer<void> give(std::size_t service) noexcept;
    // What a grant is derived from, and what its capability is called then.
    struct Given {
        kernel::Slot source{};
        std::string_view label;
    };
    [[nodiscard]] Given given_by(Grant const& grant) const noexcept;
    void clear(std::size_t service) noexcept;
    [[nodiscard]] bool may_run_again(std::size_t service, std::uint64_t code,
                                     kernel::Nanoseconds now) noexcept;

    kernel::UserCalls const* kernel_;
    Manifest const* manifest_;
    kernel::Slot endpoint_;
    std::uint32_t first_;
    std::array<Member, services_max> members_{};
};

} // namespace axiom::init
