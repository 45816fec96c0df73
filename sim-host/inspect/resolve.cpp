// References looked up in a log; see sim-host/inspect/reference.hpp.

#include <algorithm>

#include <axiom/codec/value.hpp>
#include <axiom/domain/kind.hpp>
#include <axiom/log/log_kinds.hpp>
#include <sim-host/inspect/reference.hpp>

namespace axiom::host {

namespace {

constexpr std::size_t number_digits_for_prefix = 8;

std::unexpected<Problem> no_entry(OpenedLog const& log, std::string_view text) {
    return found_problem(Code::no_such_row, log.path(),
                         "nothing here is named `" + std::string{text} + "`");
}

bool is_log_kind(EntryView const& view, LogKind kind) {
    EntryHeader const& header = view.entry.header;
    return !view.reduced && header.domain == DomainNumber::log &&
           header.kind == static_cast<std::uint16_t>(kind);
}

// The first entry of a boot is its `Boot` entry; block records say which boot they are of.
HostResult<Sequence> find_boot(OpenedLog& log, std::uint64_t boot, std::string_view text) {
    std::optional<Sequence> first;
    auto const walked = log.for_each_record([&](LeafIndex, BlockRecord const& record) {
        if (record.boot.value == boot) {
            first = record.first;
        }
        return record.boot.value < boot;
    });
    if (!walked) {
        return std::unexpected(walked.error());
    }
    if (!first) {
        return no_entry(log, text);
    }
    return *first;
}

struct Named {
    std::optional<Sequence> mark;
    std::optional<Sequence> hash;
    bool several{};
};

// One walk finds the newest mark of this name and the entries whose hash begins with it.
HostResult<Named> find_name(OpenedLog& log, std::string_view name) {
    Named found;
    bool const may_be_hash = is_hash_prefix(name);
    auto const walked = log.for_each({{}, log.end()}, [&](EntryView const& view) {
        if (may_be_hash && text_of(to_hex(view.link)).starts_with(name)) {
            found.several = found.hash.has_value();
            found.hash = view.sequence;
        }
        if (is_log_kind(view, LogKind::mark)) {
            auto const mark = decode_whole<Gated<Mark>>(view.entry.body);
            if (mark && mark->content.name == name) {
                found.mark = mark->content.sequence;
            }
        }
        return true;
    });
    if (!walked) {
        return std::unexpected(walked.error());
    }
    return found;
}

HostResult<Sequence> resolve_name(OpenedLog& log, std::string_view name) {
    auto const found = find_name(log, name);
    if (!found) {
        return std::unexpected(found.error());
    }
    if (found->hash && !found->several) {
        return *found->hash; // a mark must not take the place of what the log itself says
    }
    if (found->mark) {
        return *found->mark;
    }
    if (found->several) {
        return found_problem(Code::bad_text, log.path(),
                             "`" + std::string{name} +
                                 "` begins several entries' hashes: give more digits");
    }
    return no_entry(log, name);
}

HostResult<Sequence> resolve_base(OpenedLog& log, Reference const& reference,
                                  std::string_view text) {
    switch (reference.base) {
    case ReferenceBase::head:
        return Sequence{log.end().value - 1};
    case ReferenceBase::boot:
        return find_boot(log, reference.number, text);
    case ReferenceBase::boot_from_newest:
        if (reference.number > log.boot().value) {
            return no_entry(log, text);
        }
        return find_boot(log, log.boot().value + 1 - reference.number, text);
    case ReferenceBase::sequence:
        if (reference.number < log.end().value) {
            return Sequence{reference.number};
        }
        if (reference.name.size() < number_digits_for_prefix) {
            return no_entry(log, text);
        }
        return resolve_name(log, reference.name);
    case ReferenceBase::name:
        return resolve_name(log, reference.name);
    }
    return no_entry(log, text);
}

HostResult<Sequence> resolve(OpenedLog& log, Reference const& reference, std::string_view text) {
    if (log.end().value == 0) {
        return no_entry(log, text);
    }
    auto const base = resolve_base(log, reference, text);
    if (base && reference.back > base->value) {
        return no_entry(log, text);
    }
    return base ? HostResult<Sequence>{Sequence{base->value - reference.back}} : base;
}

Problem grammar_problem(Error const& error, std::string_view text) {
    return {error, 0,
            "`" + std::string{text} +
                "` names no entry: a sequence, a hash prefix, @, @~3, boot:-1 or a mark does"};
}

} // namespace

HostResult<Sequence> resolve_reference(OpenedLog& log, std::string_view text) {
    auto const reference = parse_reference(text);
    if (!reference) {
        return std::unexpected(grammar_problem(reference.error(), text));
    }
    return resolve(log, *reference, text);
}

HostResult<EntryRange> resolve_range(OpenedLog& log, std::string_view text) {
    auto const range = parse_range(text);
    if (!range) {
        return std::unexpected(grammar_problem(range.error(), text));
    }
    EntryRange resolved{.first = {}, .end = log.end()};
    if (range->first) {
        auto const first = resolve(log, *range->first, text);
        if (!first) {
            return std::unexpected(first.error());
        }
        resolved.first = *first;
    }
    if (range->last) {
        auto const last =
            range->single ? HostResult<Sequence>{resolved.first} : resolve(log, *range->last, text);
        if (!last) {
            return std::unexpected(last.error());
        }
        resolved.end = Sequence{last->value + 1};
    }
    return resolved;
}

} // namespace axiom::host
