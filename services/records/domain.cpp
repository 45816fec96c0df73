// The reducer of the records domain.

#include <services/records/domain.hpp>

#include <array>

#include <axiom/base/mutant.hpp>
#include <axiom/domain/gated.hpp>

namespace axiom::records {
namespace {

constexpr std::array kinds{
    kind_row<Gated<Stream>>(static_cast<std::uint16_t>(Kind::stream), "stream",
                            "A stream of records opens."),
    kind_row<Gated<Line>>(static_cast<std::uint16_t>(Kind::line), "line",
                          "One line of a stream; its text is the attachment.", {.prunable = true}),
};

} // namespace

DomainInfo const records_domain{.number = DomainNumber::records,
                                .name = "records",
                                .version = 1,
                                .form = DomainForm::table,
                                .kinds = kinds};

RecordsDomain::RecordsDomain(Arena& arena, Capacities const& capacities) noexcept
    : streams_{arena, capacities.streams}, index_{arena, capacities.streams} {}

std::size_t RecordsDomain::bytes_for(Capacities const& capacities) noexcept {
    return HashedTable<StreamRow>::bytes_for(capacities.streams) +
           KeyIndex::bytes_for(capacities.streams);
}

std::optional<std::uint32_t> RecordsDomain::row_of(ProducerId producer) const noexcept {
    return index_.find(producer.value,
                       [&](std::uint32_t row) { return streams_.row(row).producer == producer; });
}

StreamRow const* RecordsDomain::find(ProducerId producer) const noexcept {
    auto const row = row_of(producer);
    return row ? &streams_.row(*row) : nullptr;
}

Result<void> RecordsDomain::apply(Ordered<Entry> const& entry) noexcept {
    EntryHeader const& header = entry.value().header;
    Bytes const body = entry.value().body;
    switch (static_cast<Kind>(header.kind)) {
    case Kind::stream:
        return open(TRY(decode_gated<Stream>(body)), entry.sequence());
    case Kind::line:
        return add(TRY(decode_gated<Line>(body)), header);
    }
    return fail(Code::unknown_kind, header.kind);
}

Result<void> RecordsDomain::open(Stream const& stream, Sequence at) noexcept {
    if (stream.producer == ProducerId{}) {
        return fail(Code::out_of_range);
    }
    if (stream.name.empty()) {
        return fail(Code::bad_text);
    }
    if (row_of(stream.producer)) {
        return fail(Code::already_exists, stream.producer.value);
    }
    if (streams_.full()) {
        return fail(Code::table_full, streams_.capacity());
    }
    StreamRow row{};
    row.producer = stream.producer;
    row.name = HeldText<stream_name_bytes_max>{stream.name};
    row.source = HeldText<stream_source_bytes_max>{stream.source};
    row.last = at;
    index_.insert(stream.producer.value, streams_.add(row).index);
    return {};
}

Result<void> RecordsDomain::add(Line const& line, EntryHeader const& header) noexcept {
    auto const found = row_of(header.producer);
    if (!found) {
        return fail(Code::no_such_row, header.producer.value);
    }
    if (line.number <= streams_.row(*found).last_line) {
        return fail(Code::out_of_range, line.number, streams_.row(*found).last_line);
    }
    if (header.attachment_bytes < attachment_salt_bytes) {
        return fail(Code::attachment_missing, header.sequence.value);
    }
    StreamRow& row = streams_.edit(*found);
    if (AXIOM_MUTANT(address_reaches_state)) {
        row.bytes += reinterpret_cast<std::uintptr_t>(this);
    }
    ++row.lines;
    row.bytes += header.attachment_bytes - attachment_salt_bytes;
    row.last_line = line.number;
    row.last = header.sequence;
    return {};
}

void RecordsDomain::clear() noexcept {
    streams_.clear();
    index_.clear();
}

Hash256 RecordsDomain::root(HashEngine const& engine) noexcept {
    return combine_roots(engine, std::array{streams_.root(engine)});
}

Result<void> RecordsDomain::save(Writer& to) const noexcept {
    return streams_.save(to);
}

std::size_t RecordsDomain::save_bytes_max() const noexcept {
    return HashedTable<StreamRow>::save_bytes_max(streams_.capacity());
}

Result<void> RecordsDomain::load(Reader& from) noexcept {
    auto loaded = streams_.load(from);
    if (loaded) {
        loaded = index_rows();
    }
    if (!loaded) {
        clear();
    }
    return loaded;
}

/// Fills the index and checks what replay would guarantee.
Result<void> RecordsDomain::index_rows() noexcept {
    Result<void> outcome{};
    streams_.for_each([&](std::uint32_t index, StreamRow const& row) {
        bool const sound =
            row.producer != ProducerId{} && !row.name.view().empty() && row.lines <= row.last_line;
        if (!sound) {
            outcome = fail(Code::out_of_range, index);
        } else if (row_of(row.producer)) {
            outcome = fail(Code::already_exists, row.producer.value);
        }
        index_.insert(row.producer.value, index);
    });
    return outcome;
}

} // namespace axiom::records
