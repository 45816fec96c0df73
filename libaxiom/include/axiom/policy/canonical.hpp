#pragma once
// The canonical binary form of a policy, written piece by piece.
//
//     policy := format u16 (1) | group count u16 | group* | rule count u16 | rule*
//     group  := name text | member count u16 | member*
//     member := kind u8 | principal u64  or  name text
//     rule   := id u32 | priority u32 | effect u8 | label text | reason text | clause count u16 |
//     clause* clause := kind u8 | [number u64] [other u64] [small u8] [text], as `clause_shapes`
//     says text   := length u32 | UTF-8
//
// All little-endian. Groups stand by rising name, members by rising kind then value, rules by
// falling priority then rising id, clauses by rising kind; nothing twice. So one meaning has one
// encoding, and the bytes are already in the order in which rules are asked.

#include <axiom/base/result.hpp>
#include <axiom/codec/reader.hpp>
#include <axiom/codec/writer.hpp>
#include <axiom/policy/rule.hpp>

namespace axiom::policy {

[[nodiscard]] Result<void> encode(Writer& to, Clause const& clause) noexcept;
[[nodiscard]] Result<void> encode(Writer& to, Member const& member) noexcept;
[[nodiscard]] Result<void> encode_name(Writer& to, std::string_view name) noexcept;

/// Reads and checks one piece; texts borrow from the reader's bytes.
[[nodiscard]] Result<Clause> decode_clause(Reader& from) noexcept;
[[nodiscard]] Result<Member> decode_member(Reader& from) noexcept;
[[nodiscard]] Result<std::string_view> decode_name(Reader& from) noexcept;
[[nodiscard]] Result<RuleHead> decode_rule_head(Reader& from) noexcept;

/// Negative, zero or positive: whether `left` stands before, at or after `right` in canonical
/// order.
[[nodiscard]] int order(Member const& left, Member const& right) noexcept;
[[nodiscard]] int order(std::string_view left, std::string_view right) noexcept;

} // namespace axiom::policy
