#pragma once
// The numbers that entries carry, each a type of its own.

#include <axiom/base/strong.hpp>

namespace axiom {

using Sequence = Strong<struct SequenceTag>;         // an entry's place in its log; genesis is 0
using BootNumber = Strong<struct BootNumberTag>;     // 0 until the first `Boot` entry
using Epoch = Strong<struct EpochTag>;               // fencing: which writer; rises at takeover
using PrincipalId = Strong<struct PrincipalIdTag>;   // on whose behalf; opaque to the kernel
using ProcessId = Strong<struct ProcessIdTag>;       // who called; 0 is the log itself
using CapabilityId = Strong<struct CapabilityIdTag>; // which right was exercised; 0 is none
using AccountId = Strong<struct AccountIdTag>;       // who pays for the bytes
using ProducerId = Strong<struct ProducerIdTag>;     // a numbered source of proposals; 0 is none
using ProducerNumber = Strong<struct ProducerNumberTag>; // from 1, without gaps, per producer
using LogTime = Strong<struct LogTimeTag>;               // milliseconds, carried by `Tick` entries
using WallTime = Strong<struct WallTimeTag>;             // nanoseconds since 1970, advisory only

} // namespace axiom
