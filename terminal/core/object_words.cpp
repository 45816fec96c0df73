#include <terminal/core/object_words.hpp>

#include <algorithm>

namespace axiom::terminal {

namespace {

using namespace objects;

Result<Files*> files_of(Session& session) noexcept {
    return session.files != nullptr ? Result<Files*>{session.files} : fail(Code::access_refused);
}

Result<Stored> send(Session& session, Files& files, std::uint64_t upload) noexcept {
    std::array<std::byte, piece_bytes_max> piece{};
    std::uint64_t offset = 0;
    for (;;) {
        std::size_t const bytes = TRY(files.read(piece));
        if (bytes == 0) {
            return ask(*session.link, objects_name, Finish{.upload = upload}, session.held);
        }
        TRY(ask(*session.link, objects_name,
                Append{.upload = upload, .offset = offset, .piece = Bytes{piece}.first(bytes)},
                session.held));
        offset += bytes;
    }
}

// Every piece of an object, in order.
template <class Take>
Result<std::uint64_t> each_piece(Session& session, Hash256 const& id, Take const& take) noexcept {
    std::uint64_t offset = 0;
    for (;;) {
        Fetched const told =
            TRY(ask(*session.link, objects_name, Fetch{.id = id, .offset = offset}, session.held));
        TRY(take(told.piece));
        offset += told.piece.size();
        if (offset >= told.total_bytes) {
            return offset;
        }
        if (told.piece.empty()) {
            return fail(Code::short_transfer, offset, told.total_bytes);
        }
    }
}

} // namespace

Result<Hash256> id_in(std::string_view word) noexcept {
    auto const id = hash_from_hex(word);
    return id ? Result<Hash256>{*id} : fail(Code::bad_text);
}

void put_id(TextSink& to, Hash256 const& id) noexcept {
    to.text(text_of(to_hex(id)));
}

Result<Stored> put_file(Session& session, std::string_view path) noexcept {
    Files* const files = TRY(files_of(session));
    TRY(files->open(path));
    auto const upload = ask(*session.link, objects_name, Begin{}, session.held);
    auto const stored = upload ? send(session, *files, upload->upload)
                               : Result<Stored>{std::unexpected{upload.error()}};
    files->close();
    if (upload && !stored) {
        static_cast<void>(
            ask(*session.link, objects_name, Abandon{.upload = upload->upload}, session.held));
    }
    return stored;
}

Result<std::uint64_t> get_file(Session& session, Hash256 const& id,
                               std::string_view path) noexcept {
    Files* const files = TRY(files_of(session));
    TRY(ask(*session.link, objects_name, Stat{.id = id}, session.held)); // before a file is made
    TRY(files->create(path));
    auto bytes = each_piece(session, id, [&](Bytes piece) { return files->write(piece); });
    if (bytes) {
        if (auto const kept = files->keep(); !kept) {
            bytes = std::unexpected{kept.error()};
        }
    }
    files->close();
    return bytes;
}

Result<void> show_object(Session& session, Hash256 const& id) noexcept {
    TRY(each_piece(session, id, [&](Bytes piece) -> Result<void> {
        std::array<char, piece_bytes_max> shown{};
        for (std::size_t at = 0; at < piece.size(); ++at) {
            auto const letter = std::to_integer<unsigned char>(piece[at]);
            bool const is_plain =
                letter == '\n' || letter == '\t' || (letter >= ' ' && letter < 0x7F);
            shown[at] = is_plain ? static_cast<char>(letter) : '?';
        }
        session.out->text({shown.data(), piece.size()});
        return {};
    }));
    return {};
}

} // namespace axiom::terminal
