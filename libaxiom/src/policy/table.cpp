// Installing: one pass over the canonical bytes that fills rows and refuses everything that the one
// canonical form of some policy would not contain.
#include <axiom/policy/table.hpp>

#include <axiom/codec/value.hpp>
#include <axiom/crypto/hash.hpp>
#include <axiom/policy/canonical.hpp>

#include <axiom/policy/groups.hpp>

namespace axiom::policy {

namespace {

/// Reads `canonical`, which lies in the table's own storage.
class Installer {
  public:
    explicit Installer(PolicyTable& table) noexcept : table_{table}, from_{table.bytes()} {}

    Result<void> run() noexcept {
        auto const format = TRY(from_.word<std::uint16_t>());
        if (format != format_version) {
            return fail(Code::unknown_version, 0, format);
        }
        auto const groups = TRY(count(groups_max));
        for (std::uint16_t index = 0; index < groups; ++index) {
            TRY(group());
        }
        auto const rules = TRY(count(rules_max));
        for (std::uint16_t index = 0; index < rules; ++index) {
            TRY(rule());
        }
        TRY(from_.finish());
        TRY(rule_ids_differ());
        return named_groups();
    }

  private:
    Result<std::uint16_t> count(std::size_t most) noexcept {
        std::size_t const start = from_.offset();
        auto const value = TRY(from_.word<std::uint16_t>());
        if (value > most) {
            return fail(Code::policy_too_large, start, value);
        }
        return value;
    }

    [[nodiscard]] TextRef ref(std::string_view text) const noexcept {
        if (text.empty()) {
            return {};
        }
        auto const* const first = reinterpret_cast<std::byte const*>(text.data());
        return {static_cast<std::uint32_t>(first - table_.storage.data()),
                static_cast<std::uint32_t>(text.size())};
    }

    Result<void> group() noexcept {
        std::size_t const start = from_.offset();
        auto const name = TRY(decode_name(from_));
        if (table_.group_count > 0) {
            int const step =
                order(table_.text(table_.group_rows[table_.group_count - 1].name), name);
            if (step >= 0) {
                return fail(step == 0 ? Code::policy_duplicate : Code::not_canonical, start);
            }
        }
        auto const members = TRY(count(members_max));
        GroupRow& row = table_.group_rows[table_.group_count++];
        row = {.name = ref(name), .first_member = table_.member_count, .members = members};
        Member before{};
        for (std::uint16_t index = 0; index < members; ++index) {
            std::size_t const place = from_.offset();
            auto const member = TRY(decode_member(from_));
            if (index > 0) {
                int const step = order(before, member);
                if (step >= 0) {
                    return fail(step == 0 ? Code::policy_duplicate : Code::not_canonical, place);
                }
            }
            if (table_.member_count == members_max) {
                return fail(Code::policy_too_large, place);
            }
            table_.member_rows[table_.member_count++] = {
                .kind = member.kind, .text = ref(member.text), .number = member.number};
            before = member;
        }
        return {};
    }

    Result<void> rule() noexcept {
        std::size_t const start = from_.offset();
        auto const head = TRY(decode_rule_head(from_));
        if (table_.rule_count > 0) {
            RuleRow const& before = table_.rule_rows[table_.rule_count - 1];
            bool const after = before.priority > head.priority ||
                               (before.priority == head.priority && before.id < head.id);
            if (!after) {
                return fail(before.id == head.id ? Code::policy_duplicate : Code::not_canonical,
                            start);
            }
        }
        auto const clauses = TRY(count(clause_kinds));
        RuleRow& row = table_.rule_rows[table_.rule_count++];
        row = {.id = head.id,
               .priority = head.priority,
               .label = ref(head.label),
               .reason = ref(head.reason),
               .first_clause = table_.clause_count,
               .clauses = static_cast<std::uint8_t>(clauses),
               .effect = head.effect};
        for (std::uint16_t index = 0; index < clauses; ++index) {
            TRY(clause(row, index));
        }
        return clauses_agree(row, start);
    }

    Result<void> clause(RuleRow const& rule, std::uint16_t index) noexcept {
        std::size_t const start = from_.offset();
        auto const clause = TRY(decode_clause(from_));
        if (index > 0) {
            ClauseKind const before = table_.clause_rows[table_.clause_count - 1].kind;
            if (before >= clause.kind) {
                return fail(before == clause.kind ? Code::policy_duplicate : Code::not_canonical,
                            start);
            }
        }
        if (rule.effect == Effect::deny && shape_of(clause.kind).term) {
            return fail(Code::not_canonical, start);
        }
        if (table_.clause_count == clauses_max) {
            return fail(Code::policy_too_large, start);
        }
        table_.clause_rows[table_.clause_count++] = {.kind = clause.kind,
                                                     .small = clause.small,
                                                     .text = ref(clause.text),
                                                     .number = clause.number,
                                                     .other = clause.other};
        return {};
    }

    [[nodiscard]] Result<void> clauses_agree(RuleRow const& rule,
                                             std::size_t start) const noexcept {
        bool const kind_alone = table_.find(rule, ClauseKind::kind) != nullptr &&
                                table_.find(rule, ClauseKind::domain) == nullptr;
        bool const two_objects = table_.find(rule, ClauseKind::object) != nullptr &&
                                 table_.find(rule, ClauseKind::object_prefix) != nullptr;
        return kind_alone || two_objects ? fail(Code::not_canonical, start, rule.id)
                                         : Result<void>{};
    }

    /// Neighbours were compared on the way; rules of different priority were not.
    [[nodiscard]] Result<void> rule_ids_differ() const noexcept {
        auto const rules = table_.rules();
        for (std::size_t index = 1; index < rules.size(); ++index) {
            for (std::size_t before = 0; before < index; ++before) {
                if (rules[before].id == rules[index].id) {
                    return fail(Code::policy_duplicate, from_.offset(), rules[index].id);
                }
            }
        }
        return {};
    }

    Result<void> named_groups() noexcept {
        auto const outcome = resolve_groups(table_);
        if (outcome) {
            return {};
        }
        Error const error = outcome.error();
        TextRef place{};
        switch (static_cast<GroupFault>(error.detail)) {
        case GroupFault::member:
            place = table_.member_rows[error.where].text;
            break;
        case GroupFault::clause:
            place = table_.clause_rows[error.where].text;
            break;
        case GroupFault::group:
            place = table_.group_rows[error.where].name;
            break;
        }
        return fail(error.code, place.offset);
    }

    PolicyTable& table_;
    Reader from_;
};

} // namespace

Hash256 version_of(HashEngine const& engine, Bytes canonical) noexcept {
    return hash_bytes(engine, context::policy_version, canonical);
}

std::uint64_t name_id(HashEngine const& engine, std::string_view name) noexcept {
    return hash_bytes(engine, context::name_id, bytes_of(name)).prefix();
}

RuleRow const* PolicyTable::find(std::uint32_t rule_id) const noexcept {
    for (RuleRow const& row : rules()) {
        if (row.id == rule_id) {
            return &row;
        }
    }
    return nullptr;
}

ClauseRow const* PolicyTable::find(RuleRow const& rule, ClauseKind kind) const noexcept {
    for (ClauseRow const& row : clauses(rule)) {
        if (row.kind == kind) {
            return &row;
        }
    }
    return nullptr;
}

void PolicyTable::clear() noexcept {
    version = {};
    bytes_used = 0;
    rule_count = 0;
    clause_count = 0;
    group_count = 0;
    member_count = 0;
}

Result<void> install(PolicyTable& table, Bytes canonical, HashEngine const& engine) noexcept {
    table.clear();
    if (canonical.size() > policy_bytes_max) {
        return fail(Code::policy_too_large, policy_bytes_max, canonical.size());
    }
    copy_bytes(table.storage, canonical);
    table.bytes_used = static_cast<std::uint32_t>(canonical.size());
    auto const outcome = Installer{table}.run();
    if (!outcome) {
        table.clear();
        return outcome;
    }
    table.version = version_of(engine, canonical);
    for (std::size_t index = 0; index < table.group_count; ++index) {
        GroupRow& group = table.group_rows[index];
        group.name_id = name_id(engine, table.text(group.name));
    }
    return {};
}

} // namespace axiom::policy
