#include <services/objects/service.hpp>

namespace axiom::objects {

namespace {

// Whether it says something of what was asked, and nothing bad of the medium.
bool is_answer(Code code) noexcept {
    return code == Code::objects_full || code == Code::object_damaged ||
           code == Code::no_such_row || code == Code::out_of_range || code == Code::store_full;
}

} // namespace

std::size_t ObjectService::bytes_for() noexcept {
    return Arena::bytes_for<UnderWay>(uploads_max) +
           uploads_max * (Arena::bytes_for<std::byte>(chunk_bytes_max) +
                          Arena::bytes_for<Hash256>(chunks_of_object_max));
}

ObjectService::ObjectService(ObjectStore& store, HashEngine const& hashes, Arena& arena) noexcept
    : store_{&store}, hashes_{&hashes}, uploads_{arena.make<UnderWay>(uploads_max)} {
    for (UnderWay& each : uploads_) {
        each.chunk = arena.make<std::byte>(chunk_bytes_max);
        each.name = arena.make<Hash256>(chunks_of_object_max);
    }
}

// ── putting ────────────────────────────────────────────────────────────────────────────────────

Result<Upload> ObjectService::on(Request const& request, Begin const& /*asks*/) noexcept {
    UnderWay* free = nullptr;
    UnderWay* oldest = nullptr; // of this client
    std::size_t own = 0;
    for (UnderWay& each : uploads_) {
        if (each.number == 0) {
            free = &each;
        } else if (each.client == request.badge) {
            ++own;
            oldest = oldest == nullptr || each.number < oldest->number ? &each : oldest;
        }
    }
    UnderWay* const chosen = own >= client_uploads_max || free == nullptr ? oldest : free;
    if (chosen == nullptr) {
        return fail(Code::too_many_uploads, uploads_max);
    }
    chosen->number = ++last_number_;
    chosen->client = request.badge;
    chosen->bytes = 0;
    chosen->filled = 0;
    chosen->names = 0;
    chosen->stream.begin();
    return Upload{.upload = chosen->number};
}

Result<Nothing> ObjectService::on(Request const& request, Append const& asks) noexcept {
    UnderWay* const upload = TRY(find(request, asks.upload));
    if (asks.offset != upload->bytes || asks.piece.size() > object_bytes_max - upload->bytes) {
        return fail(Code::out_of_range, upload->bytes, object_bytes_max);
    }
    if (auto const added = add(*upload, asks.piece); !added) {
        upload->number = 0;
        return std::unexpected{noted(added.error())};
    }
    return Nothing{};
}

Result<Stored> ObjectService::on(Request const& request, Finish const& asks) noexcept {
    UnderWay* const upload = TRY(find(request, asks.upload));
    upload->number = 0; // however it ends
    if (auto const ended = end_chunk(*upload); !ended) {
        return std::unexpected{noted(ended.error())};
    }
    Hash256 const id = upload->stream.finish(*hashes_, context::content);
    auto const added =
        store_->add_object(id, upload->bytes, upload->client, upload->name.first(upload->names));
    if (!added) {
        return std::unexpected{noted(added.error())};
    }
    return Stored{.id = id, .bytes = upload->bytes, .was_there = added->was_there};
}

Result<Nothing> ObjectService::on(Request const& request, Abandon const& asks) noexcept {
    TRY(find(request, asks.upload))->number = 0;
    return Nothing{};
}

Result<ObjectService::UnderWay*> ObjectService::find(Request const& request,
                                                     std::uint64_t upload) noexcept {
    for (UnderWay& each : uploads_) {
        if (each.number != 0 && each.number == upload && each.client == request.badge) {
            return &each;
        }
    }
    return fail(Code::no_such_row, upload);
}

Result<void> ObjectService::add(UnderWay& upload, Bytes piece) noexcept {
    upload.stream.add(*hashes_, context::content, piece);
    upload.bytes += piece.size();
    while (!piece.empty()) {
        std::size_t const bytes = std::min(piece.size(), upload.chunk.size() - upload.filled);
        copy_bytes(upload.chunk.subspan(upload.filled), piece.first(bytes));
        upload.filled += bytes;
        piece = piece.subspan(bytes);
        if (upload.filled == upload.chunk.size()) {
            TRY(end_chunk(upload));
        }
    }
    return {};
}

Result<void> ObjectService::end_chunk(UnderWay& upload) noexcept {
    if (upload.filled != 0) {
        upload.name[upload.names] = TRY(store_->add_chunk(upload.chunk.first(upload.filled)));
        ++upload.names;
        upload.filled = 0;
    }
    return {};
}

// ── getting ────────────────────────────────────────────────────────────────────────────────────

Result<Object> ObjectService::on(Request const& /*request*/, Stat const& asks) noexcept {
    ObjectRow const row = TRY(store_->find(asks.id));
    return Object{.id = row.id, .bytes = row.bytes, .owner = row.owner};
}

Result<Fetched> ObjectService::on(Request const& /*request*/, Fetch const& asks) noexcept {
    ObjectRow const row = TRY(store_->find(asks.id));
    if (asks.offset > row.bytes) {
        return fail(Code::out_of_range, asks.offset, row.bytes);
    }
    std::size_t const bytes = std::min<std::uint64_t>(fetched_.size(), row.bytes - asks.offset);
    MutableBytes const piece = MutableBytes{fetched_}.first(bytes);
    if (auto const read = store_->read(asks.id, asks.offset, piece); !read) {
        return std::unexpected{noted(read.error())};
    }
    return Fetched{.total_bytes = row.bytes, .piece = piece};
}

Result<Objects> ObjectService::on(Request const& /*request*/, ListObjects const& asks) noexcept {
    Objects told;
    auto const rows = store_->all();
    std::uint64_t at = asks.from;
    for (; at < rows.size() && !told.objects.full(); ++at) {
        told.objects.push_back(
            {.id = rows[at].id, .bytes = rows[at].bytes, .owner = rows[at].owner});
    }
    told.next = at < rows.size() ? at : 0;
    return told;
}

Result<Totals> ObjectService::on(Request const& /*request*/, AskTotals const& /*asks*/) noexcept {
    StoreTotals const totals = store_->totals();
    auto const under_way =
        std::ranges::count_if(uploads_, [](UnderWay const& upload) { return upload.number != 0; });
    return Totals{.objects = totals.objects,
                  .content_bytes = totals.content_bytes,
                  .medium_bytes = totals.medium_bytes,
                  .medium_bytes_max = totals.medium_bytes_max,
                  .damaged = totals.damaged,
                  .uploads = static_cast<std::uint64_t>(under_way)};
}

Error ObjectService::noted(Error const& error) noexcept {
    failed_ = failed_ || !is_answer(error.code);
    // Whoever keeps the medium was begun anew and knows of no store; nor does this client need to.
    return error.code == Code::not_a_log ? Error{.code = Code::unanswered} : error;
}

} // namespace axiom::objects
