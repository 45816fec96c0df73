// Facts of lines; see terminal/cli/line_facts.hpp.

#include <terminal/cli/line_facts.hpp>

#include <utility>

#include <axiom/codec/utf8.hpp>
#include <services/records/kinds.hpp>
#include <sim-host/inspect/json_fields.hpp>
#include <terminal/cli/number_text.hpp>

namespace axiom::cli {

namespace {

// When so many ids have come since, older ones are forgotten: twice as many are remembered at most.
constexpr std::size_t ids_kept_min = std::size_t{1} << 20U;

// How a line names an entry of the log as its cause; no id of a line.
constexpr std::string_view entry_prefix{"entry:"};

} // namespace

LineFacts::LineFacts(Invocation const& given)
    : object_field_{given.text("object")}, cause_field_{given.text("cause")},
      id_field_{cause_field_.empty() ? std::string{} : given.text("id")},
      wanted_{!object_field_.empty() || !cause_field_.empty()} {}

void LineFacts::read(std::string_view line, Sequence next) {
    object_.clear();
    id_.clear();
    cause_ = {};
    if (!wanted_) {
        return;
    }
    auto fields = host::pick_fields(line, {object_field_, cause_field_, id_field_});
    not_json_ += fields.is_object ? 0 : 1;
    if (auto& object = fields.values[0]) {
        bool const usable = !object->empty() && object->size() <= records::object_bytes_max &&
                            is_utf8(bytes_of(*object));
        unusable_objects_ += usable ? 0 : 1;
        object_ = usable ? std::move(*object) : std::string{};
    }
    unusable_objects_ += fields.unusable[0] ? 1 : 0;
    unknown_causes_ += fields.unusable[1] ? 1 : 0;
    if (fields.values[1]) {
        cause_ = cause_named(*fields.values[1], next);
    }
    if (fields.values[2]) {
        id_ = std::move(*fields.values[2]);
    }
}

Sequence LineFacts::cause_named(std::string const& name, Sequence next) {
    if (name.starts_with(entry_prefix)) {
        auto const sequence = parse_number(std::string_view{name}.substr(entry_prefix.size()));
        if (sequence && *sequence < next.value) {
            return Sequence{*sequence};
        }
    } else if (auto const found = lines_.find(name); found != lines_.end()) {
        return found->second;
    } else if (auto const older = older_lines_.find(name); older != older_lines_.end()) {
        return older->second;
    }
    ++unknown_causes_;
    return {};
}

void LineFacts::became(Sequence sequence) {
    if (id_.empty()) {
        return;
    }
    if (lines_.size() >= ids_kept_min) {
        forgotten_ids_ += older_lines_.size();
        older_lines_ = std::exchange(lines_, {});
    }
    lines_[id_] = sequence;
}

} // namespace axiom::cli
