// Where two logs part; see sim-host/replay/log_difference.hpp.

#include <sim-host/replay/log_difference.hpp>

#include <algorithm>

#include <nlohmann/json.hpp>

#include <axiom/domain/kind.hpp>
#include <sim-host/inspect/catalog.hpp>
#include <sim-host/platform/string_text.hpp>

namespace axiom::host {

namespace {

using Json = nlohmann::ordered_json;

std::string hex(Bytes bytes) {
    StringSink to;
    json_hex(to, bytes);
    return to.take();
}

Json header_json(EntryHeader const& header) {
    return {{"kind", header.kind},
            {"domain", static_cast<unsigned>(header.domain)},
            {"class", static_cast<unsigned>(header.entry_class)},
            {"flags", header.flags},
            {"body_bytes", header.body_bytes},
            {"attachment_bytes", header.attachment_bytes},
            {"time", header.time.value},
            {"principal", header.principal.value},
            {"process", header.process.value},
            {"capability", header.capability.value},
            {"causes", {header.causes[0].value, header.causes[1].value}},
            {"syslog", {header.syslog.boot, header.syslog.ring, header.syslog.index}},
            {"decided_at", header.decided_at.value},
            {"producer", header.producer.value},
            {"producer_number", header.producer_number.value},
            {"account", header.account.value},
            {"body_commitment", hex_text(header.body_commitment)},
            {"attachment_commitment", hex_text(header.attachment_commitment)}};
}

Json body_json(Entry const& entry) {
    for (DomainInfo const* const domain : known_domains()) {
        KindInfo const* const kind =
            domain->number == entry.header.domain ? domain->find(entry.header.kind) : nullptr;
        if (kind == nullptr) {
            continue;
        }
        StringSink to;
        kind->json(to, entry.body);
        Json parsed = Json::parse(to.value(), nullptr, false);
        if (!parsed.is_discarded()) {
            return parsed;
        }
    }
    return hex(entry.body);
}

// A member that only one side has is `null` on the other.
std::string member(std::string name, std::string const& key) {
    name += '.';
    return name += key;
}

void compare(Json const& left, Json const& right, std::string const& name,
             std::vector<FieldDifference>& to) {
    if (left.is_object() && right.is_object()) {
        for (auto const& [key, value] : left.items()) {
            compare(value, right.value(key, Json{}), member(name, key), to);
        }
        for (auto const& [key, value] : right.items()) {
            if (!left.contains(key)) {
                compare(Json{}, value, member(name, key), to);
            }
        }
        return;
    }
    if (left != right) {
        to.push_back({name, left.dump(), right.dump()});
    }
}

} // namespace

std::vector<FieldDifference> differing_fields(OwnedEntry const& left, OwnedEntry const& right) {
    std::vector<FieldDifference> fields;
    if (left.view.reduced || right.view.reduced) {
        if (left.view.leaf != right.view.leaf) {
            fields.push_back({"leaf", hex_text(left.view.leaf), hex_text(right.view.leaf)});
        }
        return fields;
    }
    compare(header_json(left.view.entry.header), header_json(right.view.entry.header), "header",
            fields);
    compare(body_json(left.view.entry), body_json(right.view.entry), "body", fields);
    return fields;
}

HostResult<std::optional<LogDifference>> first_difference(OpenedLog& left, OpenedLog& right) {
    Sequence const common = std::min(left.end(), right.end());
    std::uint64_t low = 0;
    std::uint64_t high = common.value;
    while (low < high) { // entries below `low` are equal; the one at `high` differs or is missing
        std::uint64_t const middle = low + (high - low) / 2;
        OwnedEntry const a = TRY(left.entry(Sequence{middle}));
        OwnedEntry const b = TRY(right.entry(Sequence{middle}));
        if (a.view.link == b.view.link) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == common.value) {
        if (left.end() == right.end()) {
            return std::nullopt;
        }
        return LogDifference{.sequence = common,
                             .left_ended = left.end() == common,
                             .right_ended = right.end() == common,
                             .fields = {}};
    }
    OwnedEntry const a = TRY(left.entry(Sequence{low}));
    OwnedEntry const b = TRY(right.entry(Sequence{low}));
    return LogDifference{.sequence = Sequence{low},
                         .left_ended = false,
                         .right_ended = false,
                         .fields = differing_fields(a, b)};
}

} // namespace axiom::host
