#pragma once
// Entries without a log: what tests of reducers hand to them.
//
// Only the log makes `Ordered` and `Durable`, by a pass that nobody else can construct. A test of a
// reducer alone has no log, so it forges the pass from its bytes. Nothing outside tests/ may
// include this.

#include <array>
#include <bit>
#include <vector>

#include <axiom/base/arena.hpp>
#include <axiom/codec/value.hpp>
#include <axiom/domain/encoded_bound.hpp>
#include <axiom/domain/kind.hpp>
#include <axiom/log/ordered.hpp>

namespace axiom::test {

[[nodiscard]] inline LogPass forged_pass() {
    return std::bit_cast<LogPass>(std::uint8_t{0});
}

template <class T> [[nodiscard]] Ordered<T> ordered(Sequence sequence, T value) {
    return Ordered<T>{forged_pass(), sequence, std::move(value)};
}

template <class T> [[nodiscard]] Durable<T> durable(Sequence sequence, T value) {
    return Durable<T>{forged_pass(), ordered(sequence, std::move(value))};
}

/// An arena over storage of its own; give it a library's `bytes_for`.
class OwnedArena {
  public:
    explicit OwnedArena(std::size_t bytes) : storage_(bytes), arena_{storage_} {}
    // NOLINTNEXTLINE(google-explicit-constructor): it is one
    operator Arena&() { return arena_; }

  private:
    std::vector<std::byte> storage_;
    Arena arena_;
};

template <class T> [[nodiscard]] std::vector<std::byte> encoded(T const& value) {
    std::vector<std::byte> bytes(encoded_bytes_max<T>());
    auto const written = encode_whole(bytes, value).value();
    bytes.resize(written.size());
    return bytes;
}

/// An entry that owns its body, as a replay would hand it over.
struct OwnedEntry {
    EntryHeader header{};
    std::vector<std::byte> body;

    [[nodiscard]] Ordered<Entry> ordered() const {
        return test::ordered(header.sequence, Entry{header, body});
    }
};

/// An entry of kind number `kind`; gated bodies get a decision of rule 0.
template <class Content>
[[nodiscard]] OwnedEntry entry_of(DomainInfo const& domain, std::uint16_t kind,
                                  Content const& content) {
    OwnedEntry entry;
    entry.header.domain = domain.number;
    entry.header.kind = kind;
    entry.header.entry_class = domain.find(kind)->entry_class;
    entry.body = domain.find(kind)->gated ? encoded(Gated<Content>{{}, content}) : encoded(content);
    entry.header.body_bytes = static_cast<std::uint32_t>(entry.body.size());
    return entry;
}

template <class Kind, class Content>
    requires std::is_enum_v<Kind>
[[nodiscard]] OwnedEntry entry_of(DomainInfo const& domain, Kind kind, Content const& content) {
    return entry_of(domain, static_cast<std::uint16_t>(kind), content);
}

} // namespace axiom::test
