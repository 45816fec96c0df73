// Entries as text; see terminal/cli/entry_text.hpp.

#include <terminal/cli/entry_text.hpp>

#include <algorithm>

#include <axiom/codec/utf8.hpp>
#include <services/records/kinds.hpp>
#include <sim-host/inspect/catalog.hpp>
#include <terminal/cli/printable.hpp>
#include <terminal/cli/time_text.hpp>

namespace axiom::cli {

namespace {

DomainInfo const* domain_of(EntryHeader const& header) noexcept {
    for (DomainInfo const* const domain : host::known_domains()) {
        if (domain->number == header.domain) {
            return domain;
        }
    }
    return nullptr;
}

std::string hex(Bytes bytes) {
    StringSink sink;
    json_hex(sink, bytes);
    return sink.value().substr(1, sink.value().size() - 2);
}

std::string_view attachment_state(host::AttachmentState state) {
    switch (state) {
    case host::AttachmentState::none:
        return "none";
    case host::AttachmentState::present:
        return "present";
    case host::AttachmentState::erased:
        return "erased";
    case host::AttachmentState::reduced:
        return "pruned";
    }
    return "none";
}

} // namespace

KindInfo const* kind_of(EntryHeader const& header) noexcept {
    DomainInfo const* const domain = domain_of(header);
    return domain == nullptr ? nullptr : domain->find(header.kind);
}

std::string kind_text(EntryHeader const& header) {
    DomainInfo const* const domain = domain_of(header);
    KindInfo const* const kind = kind_of(header);
    std::string const domain_name = domain != nullptr
                                        ? std::string{domain->name}
                                        : std::to_string(static_cast<unsigned>(header.domain));
    return domain_name + "." +
           (kind != nullptr ? std::string{kind->name} : std::to_string(header.kind));
}

std::string short_hash(Hash256 const& hash, std::size_t digits) {
    return std::string{text_of(to_hex(hash)).substr(0, digits)};
}

std::string producer_text(ProducerId producer) {
    StringSink sink;
    json_hex_number(sink, producer.value);
    return sink.value().substr(1, sink.value().size() - 2); // without JSON's quotes
}

Json body_json(host::EntryView const& view) {
    KindInfo const* const kind = kind_of(view.entry.header);
    if (kind == nullptr || view.entry.body.empty()) {
        return view.entry.body.empty() ? Json(nullptr) : Json(hex(view.entry.body));
    }
    StringSink sink;
    kind->json(sink, view.entry.body);
    return Json::parse(sink.value(), nullptr, false);
}

std::string object_of(host::EntryView const& view) {
    if (view.reduced) {
        return {};
    }
    if (view.entry.header.domain == DomainNumber::records &&
        view.entry.header.kind == static_cast<std::uint16_t>(records::Kind::line)) {
        auto const line = decode_whole<Gated<records::Line>>(view.entry.body);
        return line ? std::string{line->content.object} : std::string{};
    }
    Json body = body_json(view);
    if (body.is_object() && body.contains("content")) {
        body = body["content"];
    }
    for (char const* const name : {"object", "name", "label"}) {
        if (body.is_object() && body.contains(name) && body[name].is_string()) {
            return body[name];
        }
    }
    return {};
}

bool is_about(host::EntryView const& view, std::string_view name) {
    std::string const object = object_of(view);
    return object == name || printable(object) == name;
}

Json entry_json(host::EntryView const& view) {
    Json out{{"sequence", view.sequence.value}, {"hash", short_hash(view.link, 64)}};
    if (view.reduced) {
        out["pruned"] = true;
        out["leaf"] = short_hash(view.leaf, 64);
        return out;
    }
    EntryHeader const& header = view.entry.header;
    out["kind"] = kind_text(header);
    out["time"] = time_text(header.time);
    out["time_ns"] = std::to_string(header.time.value);
    out["boot"] = view.record != nullptr ? view.record->boot.value : 0;
    out["actor"] = header.principal.value;
    Json causes = Json::array();
    for (Sequence const cause : header.causes) {
        if (cause.value != 0) {
            causes.push_back(cause.value);
        }
    }
    out["causes"] = causes;
    if (header.producer.value != 0) {
        out["producer"] = producer_text(header.producer);
        out["number"] = header.producer_number.value;
    }
    out["object"] = object_of(view);
    out["body"] = body_json(view);
    out["attachment"] = attachment_state(view.attachment);
    if (view.attachment == host::AttachmentState::present) {
        if (is_utf8(view.data)) {
            out["data"] = text_of(view.data);
        } else {
            out["data_hex"] = hex(view.data);
        }
    }
    return out;
}

std::string summary_of(host::EntryView const& view, std::size_t columns) {
    if (view.reduced) {
        return "(pruned: only the leaf is left)";
    }
    if (view.attachment == host::AttachmentState::present) {
        return printable_cut(
            text_of(view.data.first(std::min<std::size_t>(view.data.size(), 4 * columns))),
            columns);
    }
    if (view.attachment == host::AttachmentState::erased) {
        return "(attachment erased)";
    }
    return printable_cut(body_json(view).dump(-1, ' ', false, Json::error_handler_t::replace),
                         columns);
}

} // namespace axiom::cli
