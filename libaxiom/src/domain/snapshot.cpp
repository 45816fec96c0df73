// Snapshots; libaxiom/include/axiom/domain/snapshot.hpp shows their bytes.

#include <axiom/domain/snapshot.hpp>

#include <axiom/base/mutant.hpp>
#include <axiom/crypto/hash.hpp>

namespace axiom {
namespace {

constexpr DomainNumber number_at(std::size_t index) noexcept {
    return DomainNumber{static_cast<std::uint16_t>(index + 1)};
}

Result<void> write_header(Writer& to, SnapshotInfo const& info, std::uint64_t total) noexcept {
    TRY(to.word(snapshot_magic));
    TRY(to.word(snapshot_version));
    TRY(to.word(info.domains));
    TRY(to.word(std::uint32_t{0}));
    TRY(to.word(total));
    TRY(to.word(info.sequence.value));
    TRY(to.bytes(info.log_id.view()));
    TRY(to.bytes(info.head.view()));
    TRY(to.bytes(info.state.view()));
    return encode_value(to, info.capacities);
}

Result<void> write_domain(Writer& to, MutableBytes all, DomainStanding const& standing,
                          Domain const& domain) noexcept {
    TRY(to.word(static_cast<std::uint16_t>(standing.number)));
    TRY(to.word(standing.version));
    TRY(to.word(std::uint32_t{0}));
    TRY(to.word(AXIOM_MUTANT(snapshot_forgets_rejected) ? 0 : standing.rejected));
    TRY(to.word(standing.touched.value));
    std::size_t const length_at = to.size();
    TRY(to.word(std::uint64_t{0}));
    std::size_t const start = to.size();
    TRY(domain.save(to));
    store_le(all.subspan(length_at), static_cast<std::uint64_t>(to.size() - start));
    return {};
}

Result<SnapshotInfo> read_header(Reader& from) noexcept {
    if (TRY(from.word<std::uint64_t>()) != snapshot_magic) {
        return fail(Code::not_canonical, 0);
    }
    if (TRY(from.word<std::uint16_t>()) != snapshot_version) {
        return fail(Code::unknown_version, 8);
    }
    SnapshotInfo info{};
    info.domains = TRY(from.word<std::uint16_t>());
    TRY(from.zeros(4));
    std::uint64_t const total = TRY(from.word<std::uint64_t>());
    if (total != from.offset() + from.left() + snapshot_digest_bytes) {
        return fail(Code::truncated, 16, total);
    }
    TRY(decode_value(from, info.sequence));
    TRY(decode_value(from, info.log_id));
    TRY(decode_value(from, info.head));
    TRY(decode_value(from, info.state));
    TRY(decode_value(from, info.capacities));
    return info;
}

/// The bytes before the digest, if the digest is theirs.
Result<Bytes> check_digest(HashEngine const& engine, Bytes from) noexcept {
    if (from.size() < snapshot_header_bytes + snapshot_digest_bytes) {
        return fail(Code::truncated, from.size());
    }
    Bytes const covered = from.first(from.size() - snapshot_digest_bytes);
    Hash256 const digest = hash_bytes(engine, context::snapshot, covered);
    if (!equal_bytes(digest.view(), from.subspan(covered.size()))) {
        return fail(Code::frame_damaged, covered.size());
    }
    return covered;
}

Result<void> load_domain(Shadows& shadows, Reader& from, Sequence sequence) noexcept {
    DomainStanding standing{};
    standing.number = DomainNumber{TRY(from.word<std::uint16_t>())};
    standing.version = TRY(from.word<std::uint16_t>());
    TRY(from.zeros(4));
    standing.rejected = TRY(from.word<std::uint64_t>());
    TRY(decode_value(from, standing.touched));
    std::uint64_t const length = TRY(from.word<std::uint64_t>());
    std::size_t const start = from.offset();
    Bytes const bytes = TRY(from.bytes(length));
    if (standing.touched > sequence) {
        return fail(Code::out_of_range, start);
    }
    Domain* const domain = TRY(shadows.restore(standing));
    Reader reader{bytes};
    TRY(domain->load(reader));
    return reader.finish();
}

/// The domains and versions in force are exactly those that the log's state names.
Result<void> check_versions(Shadows const& shadows) noexcept {
    for (std::size_t index = 1; index < domains_max; ++index) {
        DomainNumber const number = number_at(index);
        auto const standing = shadows.standing(number);
        if ((standing ? standing->version : 0) != shadows.log().version_of(number)) {
            return fail(Code::unknown_version, index + 1);
        }
    }
    return {};
}

Result<SnapshotInfo> load_parts(Shadows& shadows, Hash256 const& log_id, Bytes from) noexcept {
    Reader reader{TRY(check_digest(shadows.engine(), from))};
    SnapshotInfo const info = TRY(read_header(reader));
    if (info.log_id != log_id) {
        return fail(Code::wrong_log, 32);
    }
    if (!(info.capacities == shadows.log().capacities())) {
        return fail(Code::out_of_range, 128);
    }
    std::uint16_t before = 0;
    for (std::uint16_t count = 0; count < info.domains; ++count) {
        // Numbers rise from the log's, so that no domain comes twice.
        Reader ahead = reader;
        std::uint16_t const number = TRY(ahead.word<std::uint16_t>());
        if (number <= before || (count == 0 && number != 1)) {
            return fail(Code::not_canonical, reader.offset(), number);
        }
        before = number;
        TRY(load_domain(shadows, reader, info.sequence));
    }
    TRY(reader.finish());
    if (shadows.next().value != info.sequence.value + 1) {
        return fail(Code::not_canonical, 24, shadows.next().value);
    }
    TRY(check_versions(shadows));
    if (TRY(shadows.state_hash()) != info.state) {
        return fail(Code::state_mismatch, info.sequence.value);
    }
    return info;
}

} // namespace

std::size_t snapshot_bytes_max(Shadows& shadows) noexcept {
    std::size_t bytes = snapshot_header_bytes + snapshot_digest_bytes;
    for (std::size_t index = 0; index < domains_max; ++index) {
        if (Domain const* const domain = shadows.find(number_at(index))) {
            bytes += snapshot_domain_bytes + domain->save_bytes_max();
        }
    }
    return bytes;
}

Result<Bytes> save_snapshot(Shadows& shadows, Hash256 const& log_id, Hash256 const& head,
                            MutableBytes to) noexcept {
    if (shadows.next() == Sequence{}) {
        return fail(Code::no_such_row);
    }
    SnapshotInfo info{.sequence = Sequence{shadows.next().value - 1},
                      .log_id = log_id,
                      .head = head,
                      .state = TRY(shadows.state_hash()),
                      .capacities = shadows.log().capacities(),
                      .domains = 0};
    Writer writer{to};
    TRY(writer.zeros(snapshot_header_bytes));
    for (std::size_t index = 0; index < domains_max; ++index) {
        if (Domain const* const domain = shadows.find(number_at(index))) {
            TRY(write_domain(writer, to, *shadows.standing(number_at(index)), *domain));
            ++info.domains;
        }
    }
    Writer header{to.first(snapshot_header_bytes)};
    TRY(write_header(header, info, writer.size() + snapshot_digest_bytes));
    Hash256 const digest = hash_bytes(shadows.engine(), context::snapshot, writer.written());
    TRY(writer.bytes(digest.view()));
    return writer.written();
}

Result<SnapshotInfo> read_snapshot_info(HashEngine const& engine, Bytes from) noexcept {
    Reader reader{TRY(check_digest(engine, from))};
    return read_header(reader);
}

Result<SnapshotInfo> load_snapshot(Shadows& shadows, Hash256 const& log_id, Bytes from) noexcept {
    AXIOM_ASSERT(shadows.next() == Sequence{});
    auto const loaded = load_parts(shadows, log_id, from);
    if (!loaded) {
        shadows.clear();
    }
    return loaded;
}

Hash256 snapshot_digest(HashEngine const& engine, Bytes snapshot) noexcept {
    return hash_bytes(engine, context::snapshot, snapshot);
}

} // namespace axiom
