#pragma once
// The messages of the store of objects: contents under the hash of what they are.
//
//     put   Begin ─▶ Append … Append ─▶ Finish: the id, durable        or Abandon
//     get   Stat: how long it is ─▶ Fetch … Fetch
//
// An id is BLAKE3 of the content in the context `content`, as of any content that an outcome names.

#include <services/runtime/serve.hpp>

namespace axiom::objects {

/// What one message carries of a content.
inline constexpr std::uint32_t piece_bytes_max = 3840;

/// Uploads that one client, and that all of them may have under way.
inline constexpr std::size_t client_uploads_max = 4;
inline constexpr std::size_t uploads_max = 8;

inline constexpr std::size_t listed_max = 32;

struct Upload {
    std::uint64_t upload{};
};
/// `too_many_uploads`: if they are the client's own, its oldest gives way instead.
struct Begin : WithoutFields {
    static constexpr std::uint64_t method = 1;
    using Answer = Upload;
};

/// The next piece, from `offset` on, which is how much was appended before: else `out_of_range`, as
/// for more than an object may hold. `no_such_row`: there is no such upload of this client.
/// `objects_full`, and what the medium says: the upload is abandoned.
struct Append {
    static constexpr std::uint64_t method = 2;
    using Answer = Nothing;
    std::uint64_t upload{};
    std::uint64_t offset{};
    Bytes piece{};
};

struct Stored {
    Hash256 id{};
    std::uint64_t bytes{};
    bool was_there{}; // before
};
/// Durable when this is answered.
struct Finish {
    static constexpr std::uint64_t method = 3;
    using Answer = Stored;
    std::uint64_t upload{};
};

struct Abandon {
    static constexpr std::uint64_t method = 4;
    using Answer = Nothing;
    std::uint64_t upload{};
};

struct Object {
    Hash256 id{};
    std::uint64_t bytes{};
    std::uint64_t owner{}; // the principal that put it first
};
/// `no_such_row`: it is not there.
struct Stat {
    static constexpr std::uint64_t method = 5;
    using Answer = Object;
    Hash256 id{};
};

struct Fetched {
    std::uint64_t total_bytes{};
    Bytes piece{};
};
/// As much as one message carries from `offset` on; nothing at the end. `object_damaged`.
struct Fetch {
    static constexpr std::uint64_t method = 6;
    using Answer = Fetched;
    Hash256 id{};
    std::uint64_t offset{};
};

struct Objects {
    List<Object, listed_max> objects;
    std::uint64_t next{}; // where to go on; 0: that is all
};
/// In the order in which they were put.
struct ListObjects {
    static constexpr std::uint64_t method = 7;
    using Answer = Objects;
    std::uint64_t from{};
};

struct Totals {
    std::uint64_t objects{};
    std::uint64_t content_bytes{}; // each part once
    std::uint64_t medium_bytes{};  // taken of
    std::uint64_t medium_bytes_max{};
    std::uint64_t damaged{}; // places that the last start found neither empty nor whole
    std::uint64_t uploads{}; // under way
};
struct AskTotals : WithoutFields {
    static constexpr std::uint64_t method = 8;
    using Answer = Totals;
};

} // namespace axiom::objects

template <> struct axiom::Schema<axiom::objects::Upload> {
    static constexpr auto fields = Fields{Field{"upload", &objects::Upload::upload, "its number"}};
};
template <> struct axiom::Schema<axiom::objects::Append> {
    using Append = objects::Append;
    static constexpr auto fields =
        Fields{Field{"upload", &Append::upload, "which"},
               Field{"offset", &Append::offset, "how much came before"},
               Field{"piece", &Append::piece, "what comes now", at_most<objects::piece_bytes_max>}};
};
template <> struct axiom::Schema<axiom::objects::Stored> {
    using Stored = objects::Stored;
    static constexpr auto fields =
        Fields{Field{"id", &Stored::id, "where it is found"},
               Field{"bytes", &Stored::bytes, "how long it is"},
               Field{"was_there", &Stored::was_there, "whether it was before"}};
};
template <> struct axiom::Schema<axiom::objects::Finish> {
    static constexpr auto fields = Fields{Field{"upload", &objects::Finish::upload, "which"}};
};
template <> struct axiom::Schema<axiom::objects::Abandon> {
    static constexpr auto fields = Fields{Field{"upload", &objects::Abandon::upload, "which"}};
};
template <> struct axiom::Schema<axiom::objects::Object> {
    using Object = objects::Object;
    static constexpr auto fields = Fields{Field{"id", &Object::id, "hash of its content"},
                                          Field{"bytes", &Object::bytes, "how long it is"},
                                          Field{"owner", &Object::owner, "who put it first"}};
};
template <> struct axiom::Schema<axiom::objects::Stat> {
    static constexpr auto fields = Fields{Field{"id", &objects::Stat::id, "which"}};
};
template <> struct axiom::Schema<axiom::objects::Fetched> {
    using Fetched = objects::Fetched;
    static constexpr auto fields = Fields{
        Field{"total_bytes", &Fetched::total_bytes, "of the whole object"},
        Field{"piece", &Fetched::piece, "from the offset on", at_most<objects::piece_bytes_max>}};
};
template <> struct axiom::Schema<axiom::objects::Fetch> {
    using Fetch = objects::Fetch;
    static constexpr auto fields =
        Fields{Field{"id", &Fetch::id, "which"}, Field{"offset", &Fetch::offset, "from here on"}};
};
template <> struct axiom::Schema<axiom::objects::Objects> {
    using Objects = objects::Objects;
    static constexpr auto fields =
        Fields{Field{"objects", &Objects::objects, "in the order in which they were put"},
               Field{"next", &Objects::next, "where to go on, or 0"}};
};
template <> struct axiom::Schema<axiom::objects::ListObjects> {
    static constexpr auto fields =
        Fields{Field{"from", &objects::ListObjects::from, "0, or where to go on"}};
};
template <> struct axiom::Schema<axiom::objects::Totals> {
    using Totals = objects::Totals;
    static constexpr auto fields =
        Fields{Field{"objects", &Totals::objects, "how many"},
               Field{"content_bytes", &Totals::content_bytes, "of what is kept, each part once"},
               Field{"medium_bytes", &Totals::medium_bytes, "of the medium that are taken"},
               Field{"medium_bytes_max", &Totals::medium_bytes_max, "of the medium that may be"},
               Field{"damaged", &Totals::damaged, "places that are neither empty nor whole"},
               Field{"uploads", &Totals::uploads, "under way"}};
};

namespace axiom::objects {

using ObjectsApi = Api<Begin, Append, Finish, Abandon, Stat, Fetch, ListObjects, AskTotals>;

} // namespace axiom::objects
