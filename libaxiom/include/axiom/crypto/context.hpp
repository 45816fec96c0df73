#pragma once
// The derivation contexts: one string for each use of BLAKE3, so that a hash made for one use is
// never valid for another. docs/log-format.md lists them; any BLAKE3 library's derive-key mode
// reproduces them.
//
// The key of a context is itself a hash, constant for all time. The keys stand here so that no code
// computes them on a hot path; the test `contexts: keys follow from their strings` recomputes each.

#include <string_view>

#include <axiom/port/hash_engine.hpp>

namespace axiom {

struct HashContext {
    std::string_view text;
    ContextKey key;
};

namespace context {

/// the body of an entry, padded
inline constexpr HashContext entry_body{"axiom-os 2026-11 entry body commitment v1",
                                        {{0xa63ec486, 0x48158e5f, 0x4e701ce6, 0x116e2f7b,
                                          0xe632c9cb, 0xcffce292, 0x5df960e5, 0xc4e19523}}};

/// salt and attachment of an entry, padded
inline constexpr HashContext entry_attachment{"axiom-os 2026-11 entry attachment commitment v1",
                                              {{0x93b35d09, 0x9af0b946, 0x11351027, 0xb66919ac,
                                                0x63ab4bb2, 0x84aff719, 0x18957bcf, 0xcf15ff05}}};

/// the 192 bytes of an entry's header
inline constexpr HashContext entry_leaf{"axiom-os 2026-11 entry leaf v1",
                                        {{0xde8459e9, 0x897d2a97, 0xec6cfb66, 0x7f4a71ac,
                                          0x92cb4737, 0xd50ffdaf, 0x84dfc413, 0x072f4c46}}};

/// the previous link, then the leaf
inline constexpr HashContext entry_link{"axiom-os 2026-11 entry link v1",
                                        {{0xc64a3df6, 0x81363faf, 0x83cfe40a, 0x33f44321,
                                          0xe8347e95, 0x82166fdf, 0xb6eff9f1, 0x178b07e2}}};

/// two nodes of the tree over a block's leaves
inline constexpr HashContext block_node{"axiom-os 2026-11 block tree node v1",
                                        {{0xf9dcd020, 0x88d4bfec, 0xa01bf208, 0xdb66cfab,
                                          0x03a32cd0, 0xf917cf07, 0x339ed0f5, 0x0505ced4}}};

/// the first 192 bytes of a block record
inline constexpr HashContext block_record{"axiom-os 2026-11 block record v1",
                                          {{0xc5ec40fa, 0x741dd682, 0xc2345550, 0xd76a8751,
                                            0x7a93b6b4, 0xa0271c41, 0x039c02cc, 0x845cb161}}};

/// a frame's prefix in a segment
inline constexpr HashContext frame_check{"axiom-os 2026-11 frame check v1",
                                         {{0xe65b77cf, 0x48ef8bac, 0x42a5d273, 0xa4650764,
                                           0xdb9bf230, 0xef4b6fb8, 0xe8eeaeb4, 0xb32519bb}}};

/// the header of a segment
inline constexpr HashContext segment_header{"axiom-os 2026-11 segment header v1",
                                            {{0xac257733, 0x75d86d4c, 0x066fdb7f, 0xf67eddc0,
                                              0xa1f6944b, 0x8daef0f7, 0x2dd8d7d2, 0x83449220}}};

/// a row of a table of state
inline constexpr HashContext state_row{"axiom-os 2026-11 state row v1",
                                       {{0x7e86a6be, 0x6b3a0d4c, 0xbf646495, 0xd28e7a81, 0xa151cc67,
                                         0x450efe33, 0xb3ac6b51, 0x49282cfb}}};

/// four nodes of the tree over a table's rows
inline constexpr HashContext state_node{"axiom-os 2026-11 state node v1",
                                        {{0x7de7ea24, 0x59211d27, 0xcd0c3727, 0xffd0ee29,
                                          0xfc48d041, 0xd3ea6e69, 0xe2535e59, 0x05023226}}};

/// the roots of a domain's tables, and of all domains
inline constexpr HashContext state_root{"axiom-os 2026-11 state root v1",
                                        {{0x5a09e1f9, 0xadc1bf9f, 0x90d3b847, 0xdbfba236,
                                          0xf80fa657, 0x9f9a3173, 0x5be5c2b5, 0xeef8096d}}};

/// the bytes of a snapshot
inline constexpr HashContext snapshot{"axiom-os 2026-11 snapshot v1",
                                      {{0x3a025b81, 0x6271061e, 0xbd88ad60, 0x887ee7d5, 0xab50f3b5,
                                        0x601e05e8, 0x989f2514, 0x39aa500a}}};

/// the rules of a policy in canonical form
inline constexpr HashContext policy_version{"axiom-os 2026-11 policy version v1",
                                            {{0xc86aa40a, 0xe2fcbcf2, 0x175f1b19, 0xceb8c9e9,
                                              0xf315d2f6, 0x5a2d7158, 0xc984b580, 0x8e0837b5}}};

/// a name that becomes a 64-bit id
inline constexpr HashContext name_id{"axiom-os 2026-11 name id v1",
                                     {{0x06da8595, 0x3461814e, 0x59d4b983, 0x88e26b83, 0x55a6386c,
                                       0x3bd66cad, 0x0553cb8f, 0xb57c15cb}}};

/// log id, sequence and index of a prepared effect
inline constexpr HashContext effect_token{"axiom-os 2026-11 effect token v1",
                                          {{0xd89eff39, 0x2ed96d26, 0x351a2a47, 0xe2940385,
                                            0x790b2e9b, 0xdfce8a9d, 0x24cabb15, 0x4eb7ec18}}};

/// inputs, outputs and parameters named by their content
inline constexpr HashContext content{"axiom-os 2026-11 content v1",
                                     {{0x12931594, 0xf4604597, 0x10d8e6c2, 0xe68e9b32, 0x55d48a24,
                                       0x0ffbf509, 0x94463b83, 0xd24a56b2}}};

/// the capacities that genesis carries
inline constexpr HashContext capacities{"axiom-os 2026-11 capacities v1",
                                        {{0xc8669a16, 0x724c6453, 0x776a7dab, 0x765a9ce7,
                                          0xa5f218cb, 0xb6343fe2, 0x88a8833f, 0x50b9c250}}};

/// a record of the store of objects: its founding, its place, its head
inline constexpr HashContext object_record{"axiom-os 2026-11 object record v1",
                                           {{0xcdab8937, 0x8fe29870, 0x9723836c, 0x4e896afd,
                                             0xb66ad2b2, 0x14e29ec2, 0x51c42be3, 0x3480d5fa}}};
/// records of the SysLog, header first
inline constexpr HashContext syslog_batch{"axiom-os 2026-11 syslog batch v1",
                                          {{0x07041af2, 0x2530d346, 0x8098a2d0, 0x66bb7a2b,
                                            0xb2c83392, 0x249df2a2, 0x9c2b0313, 0x98e84101}}};

} // namespace context

} // namespace axiom
