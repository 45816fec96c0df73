// The filter; see terminal/cli/entry_filter.hpp.

#include <terminal/cli/entry_filter.hpp>

#include <algorithm>

#include <sim-host/inspect/catalog.hpp>
#include <terminal/cli/entry_text.hpp>
#include <terminal/cli/failure.hpp>
#include <terminal/cli/number_text.hpp>
#include <terminal/cli/printable.hpp>
#include <terminal/cli/time_text.hpp>

namespace axiom::cli {

namespace {

std::optional<WallTime> time_option(Invocation const& given, std::string_view name) {
    auto const text = given.given(name);
    if (!text) {
        return std::nullopt;
    }
    auto const time = parse_time(*text, wall_clock());
    if (!time) {
        throw usage("--" + std::string{name} + " takes a time, not `" + *text + "`",
                    "give 2026-11-21, 2026-11-21T12:00:30Z, 2026-11-21T12:00:30.123Z, or how long "
                    "ago: 10m, 2h, 3d");
    }
    return time;
}

std::optional<std::uint64_t> number_option(Invocation const& given, std::string_view name) {
    return given.has(name) ? std::optional{given.number(name)} : std::nullopt;
}

std::optional<std::uint64_t> actor_option(Invocation const& given) {
    auto const text = given.given("actor");
    auto const id = text ? parse_id(*text) : std::nullopt;
    if (text && !id) {
        throw usage("--actor takes the id of a principal, decimal or 0x and hex, not `" +
                        printable(*text) + "`",
                    "axiom identity list");
    }
    return id;
}

bool is_number(std::string_view text) {
    return parse_number(text).has_value();
}

// Names that this program has, or numbers: a log may hold kinds that are newer.
bool is_kind_or_domain(std::string_view text) {
    std::size_t const dot = std::min(text.find('.'), text.size());
    std::string_view const domain_name = text.substr(0, dot);
    DomainInfo const* named = nullptr;
    for (DomainInfo const* const domain : host::known_domains()) {
        named = domain->name == domain_name ? domain : named;
    }
    if (named == nullptr && !is_number(domain_name)) {
        return false;
    }
    if (dot == text.size() || is_number(text.substr(dot + 1))) {
        return true;
    }
    return named != nullptr && std::ranges::any_of(named->kinds, [&](KindInfo const& kind) {
               return kind.name == text.substr(dot + 1);
           });
}

std::optional<std::string> kind_option(Invocation const& given) {
    auto const kind = given.given("kind");
    if (kind && !is_kind_or_domain(*kind)) {
        throw usage("there is no kind or domain `" + *kind + "`",
                    "axiom log --stat shows those that the log has");
    }
    return kind;
}

} // namespace

std::vector<OptionRow> filter_options() {
    return {
        {.name = "since",
         .kind = ValueKind::name,
         .value = "TIME",
         .sentence = "entries of this time or later: 2026-11-21T12:00Z, or how long ago: 10m, 2h"},
        {.name = "until",
         .kind = ValueKind::name,
         .value = "TIME",
         .sentence = "entries before this time"},
        {.name = "boot",
         .kind = ValueKind::number,
         .value = "N",
         .sentence = "entries of this boot"},
        {.name = "actor",
         .kind = ValueKind::name,
         .value = "ID",
         .sentence = "entries on behalf of the principal of this id, decimal or 0x and hex"},
        {.name = "object",
         .kind = ValueKind::text,
         .value = "NAME",
         .sentence = "entries about this object"},
        {.name = "kind",
         .kind = ValueKind::name,
         .value = "KIND",
         .sentence = "entries of this kind (records.line) or domain (records)"},
        {.name = "grep",
         .kind = ValueKind::name,
         .value = "TEXT",
         .sentence = "entries whose attachment or body contains this text"},
    };
}

EntryFilter::EntryFilter(Invocation const& given)
    : since_{time_option(given, "since")}, until_{time_option(given, "until")},
      boot_{number_option(given, "boot")}, actor_{actor_option(given)},
      object_{given.given("object")}, kind_{kind_option(given)}, grep_{given.given("grep")} {}

bool EntryFilter::takes_all() const noexcept {
    return !since_ && !until_ && !boot_ && !actor_ && !object_ && !kind_ && !grep_;
}

bool EntryFilter::takes(host::EntryView const& view) const {
    if (boot_ && (view.record == nullptr || view.record->boot.value != *boot_)) {
        return false;
    }
    bool const asks_entry = since_ || until_ || actor_ || object_ || kind_ || grep_;
    if (view.reduced || !asks_entry) {
        return !asks_entry;
    }
    EntryHeader const& header = view.entry.header;
    if ((since_ && header.time < *since_) || (until_ && header.time >= *until_) ||
        (actor_ && header.principal.value != *actor_)) {
        return false;
    }
    if (kind_) {
        std::string const kind = kind_text(header);
        bool const domain =
            kind.size() > kind_->size() && kind.starts_with(*kind_) && kind[kind_->size()] == '.';
        if (kind != *kind_ && !domain) {
            return false;
        }
    }
    if (object_ && !is_about(view, *object_)) {
        return false;
    }
    if (!grep_ || text_of(view.data).find(*grep_) != std::string_view::npos) {
        return true;
    }
    std::string const body = body_json(view).dump(-1, ' ', false, Json::error_handler_t::replace);
    return body.find(*grep_) != std::string::npos;
}

} // namespace axiom::cli
