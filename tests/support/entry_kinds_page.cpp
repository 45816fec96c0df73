// Walks the tables of kinds into Markdown.

#include <tests/support/entry_kinds_page.hpp>

#include <axiom/action/action_kinds.hpp>
#include <axiom/policy/rule.hpp>
#include <sim-host/inspect/catalog.hpp>

namespace axiom::test {
namespace {

constexpr char const* head =
    R"(# Entry kinds

Written by `gen_entry_kinds` from the tables that the codec uses; a test compares the two. The bytes of a body are its
fields in this order, without padding: unsigned integers little-endian in their width (`u8` to `u64`),
`enum` as its number, `bool` as one byte 0 or 1, `hash` as 32 bytes, `text` (UTF-8) and `bytes` as a `u32` length and then as many
bytes, `list` as a `u16` count and then the items, `struct` as its fields, which stand indented below it.

*Gated* kinds come through the policy engine only, and their body opens with its decision. *Ordered* entries take effect with their
order, *durable* ones when they are on stable storage. *Prunable* entries of a finished boot may be reduced to their leaves.
)";

class PageWriter final : public FieldVisitor {
  public:
    explicit PageWriter(std::string& to) : to_{to} {}

    void field(FieldInfo const& info, unsigned depth) noexcept override {
        to_ += "| ";
        for (unsigned level = 0; level < depth; ++level) {
            to_ += "· ";
        }
        to_ += "`" + std::string{info.name} + "` | " + std::string{info.type};
        if (info.bytes_max != 0) {
            to_ += ", at most " + std::to_string(info.bytes_max);
        }
        to_ += " | " + std::string{info.sentence} + " |\n";
    }

  private:
    std::string& to_;
};

void write_kind(std::string& to, KindInfo const& kind) {
    to += "\n### " + std::to_string(kind.number) + " `" + std::string{kind.name} + "`\n\n";
    to += std::string{kind.sentence} + " ";
    to += kind.entry_class == EntryClass::durable ? "Durable" : "Ordered";
    to += kind.gated ? ", gated" : "";
    to += kind.prunable ? ", prunable" : "";
    to += ".\n\n| field | type | meaning |\n|---|---|---|\n";
    PageWriter writer{to};
    kind.fields(writer);
}

template <class Enum> void write_enum(std::string& to, char const* field) {
    to += "| " + std::string{field} + " |";
    std::size_t number = 0;
    for (std::string_view const name : EnumNames<Enum>::names) {
        to += (number == 0 ? " " : ", ") + std::to_string(number) + " " + std::string{name};
        ++number;
    }
    to += " |\n";
}

} // namespace

std::string entry_kinds_page() {
    std::string page = head;
    for (DomainInfo const* const domain : host::known_domains()) {
        page += "\n## Domain " + std::to_string(static_cast<unsigned>(domain->number)) + ": " +
                std::string{domain->name} + ", version " + std::to_string(domain->version) + "\n";
        for (KindInfo const& kind : domain->kinds) {
            write_kind(page, kind);
        }
    }
    page += "\n## Numbers of the enums\n\n| field | numbers |\n|---|---|\n";
    write_enum<policy::ConditionKind>(page, "`kind` of a condition");
    write_enum<action::EffectKind>(page, "`kind` of an effect");
    write_enum<action::OutcomeStatus>(page, "`status` of an outcome");
    return page;
}

} // namespace axiom::test
