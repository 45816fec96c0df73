// The table of the kernel's kinds, and its domain; see kernel/event/domain.hpp.

#include <kernel/event/domain.hpp>

#include <array>

#include <kernel/event/apply.hpp>

namespace axiom::kernel {

namespace {

// Authority dies with power anyway, so its entries are ordered; of a finished boot they may go.
constexpr KindTraits traits{.entry_class = EntryClass::ordered, .prunable = true};

template <class Body>
constexpr KindInfo row(std::string_view name, std::string_view sentence) noexcept {
    return kind_row<Body>(static_cast<std::uint16_t>(kind_of<Body>), name, sentence, traits);
}

constexpr std::array kinds{
    row<Start>("start", "The kernel starts: first account, first process."),
    row<CreateAccount>("account", "An account is created under another."),
    row<Create>("create", "An object is created, with its first capability."),
    row<Derive>("derive", "A capability is derived from another."),
    row<Move>("move", "A capability moves to another slot."),
    row<Remove>("remove", "A capability is given up."),
    row<Revoke>("revoke", "Everything derived from a capability goes."),
    row<End>("end", "A process or a thread ends."),
    row<Bind>("bind", "A thread or an interrupt is bound to another object."),
    row<Transfer>("transfer", "Capabilities travel with a message."),
    row<Seal>("seal", "Records of the SysLog are sealed."),
};

} // namespace

constinit DomainInfo const kernel_domain{.number = DomainNumber::kernel,
                                         .name = "kernel",
                                         .version = 2,
                                         .form = DomainForm::table,
                                         .kinds = kinds};

Result<void> KernelDomain::apply(Ordered<Entry> const& entry) noexcept {
    return kernel::apply(state_, static_cast<Kind>(entry.value().header.kind), entry.value().body);
}

} // namespace axiom::kernel
