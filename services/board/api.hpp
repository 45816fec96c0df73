#pragma once
// The messages of a board: values under keys, and notes, kept outside the system.
//
// A value is put once for each token, however often it is asked for. Notes are posted as often as
// they are asked for, and the board says whether a token's was. Both are kept when this is
// answered.

#include <services/runtime/serve.hpp>

namespace axiom::board {

inline constexpr std::uint32_t key_bytes_max = 64;
inline constexpr std::uint32_t value_bytes_max = 1024;

/// `bad_text` for what does not fit a line.
struct Put {
    static constexpr std::uint64_t method = 1;
    using Answer = Nothing;
    Hash256 token{};
    std::string_view key;
    std::string_view value;
};

/// `bad_text` for what does not fit a line.
struct Post {
    static constexpr std::uint64_t method = 2;
    using Answer = Nothing;
    Hash256 token{};
    std::string_view note;
};

struct Told {
    bool posted{};
};
struct WasPosted {
    static constexpr std::uint64_t method = 3;
    using Answer = Told;
    Hash256 token{};
};

struct Value {
    std::string_view value;
};
/// `no_such_row`: nothing is there.
struct Get {
    static constexpr std::uint64_t method = 4;
    using Answer = Value;
    std::string_view key;
};

} // namespace axiom::board

template <> struct axiom::Schema<axiom::board::Put> {
    static constexpr auto fields = Fields{
        Field{"token", &board::Put::token, "of the effect"},
        Field{"key", &board::Put::key, "under which", at_most<board::key_bytes_max>},
        Field{"value", &board::Put::value, "what lies there", at_most<board::value_bytes_max>}};
};
template <> struct axiom::Schema<axiom::board::Post> {
    static constexpr auto fields = Fields{
        Field{"token", &board::Post::token, "of the effect"},
        Field{"note", &board::Post::note, "what is posted", at_most<board::value_bytes_max>}};
};
template <> struct axiom::Schema<axiom::board::Told> {
    static constexpr auto fields = Fields{Field{"posted", &board::Told::posted, "whether it was"}};
};
template <> struct axiom::Schema<axiom::board::WasPosted> {
    static constexpr auto fields =
        Fields{Field{"token", &board::WasPosted::token, "of the effect"}};
};
template <> struct axiom::Schema<axiom::board::Value> {
    static constexpr auto fields = Fields{
        Field{"value", &board::Value::value, "what lies there", at_most<board::value_bytes_max>}};
};
template <> struct axiom::Schema<axiom::board::Get> {
    static constexpr auto fields =
        Fields{Field{"key", &board::Get::key, "under which", at_most<board::key_bytes_max>}};
};

namespace axiom::board {

using BoardApi = Api<Put, Post, WasPosted, Get>;

} // namespace axiom::board
