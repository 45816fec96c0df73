#pragma once
// A proposal: what somebody asks the log to append. The log adds the sequence and the hashes.

#include <optional>

#include <axiom/log/entry.hpp>
#include <axiom/log/ordered.hpp>

namespace axiom {

/// Log bytes of the recovery account's entries are never refused for want of ring space: a quarter
/// of the ring is kept for it, so that a full ring cannot stop its own cure.
inline constexpr AccountId recovery_account{1};

/// Why a proposal may be taken when space is short.
enum class Urgency : std::uint8_t {
    normal,
    giving_up, // power or space is given back: prepaid when it was taken, refused only by a full
               // ring
};

/// An attachment by its commitment: the log never sees the bytes. `bytes` counts salt and data.
struct AttachmentClaim {
    std::uint32_t bytes{};
    Hash256 commitment{};
};

/// Whose call it is. Filled from trusted context, never from a payload.
struct Caller {
    PrincipalId principal{};
    ProcessId process{};
    CapabilityId capability{};
    AccountId account{};
    SyslogPosition syslog{};
};

struct Proposal {
    DomainNumber domain{};
    std::uint16_t kind{};
    Urgency urgency{};
    Caller caller{};
    WallTime time{};
    std::array<Sequence, 2> causes{};
    Sequence decided_at{}; // of a gated kind: the sequence whose state the evaluator saw
    ProducerId producer{};
    ProducerNumber producer_number{};
    Bytes body;
    AttachmentClaim attachment{};
};

/// What became of a proposal: a new entry, or the one that this producer's number made before.
struct Appended {
    Sequence sequence{};
    std::optional<Ordered<Entry>> entry; // none for a repeat
};

/// The policy engine's right to propose gated kinds. Anybody could make one, so a project test
/// holds who does: the session of the host, which has just asked the policy, and the kernel's
/// log_propose, which has looked up the caller's capability for the log.
class EngineCapability {
  public:
    [[nodiscard]] static constexpr EngineCapability after_the_policy() noexcept { return {}; }

  private:
    constexpr EngineCapability() noexcept = default;
};

} // namespace axiom
