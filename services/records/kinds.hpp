#pragma once
// The kinds and rows of the records domain (services/records/domain.hpp).

#include <axiom/codec/held_text.hpp>
#include <axiom/codec/schema.hpp>
#include <axiom/log/genesis.hpp>

namespace axiom::records {

/// Numbers of the domain's kinds; for good.
enum class Kind : std::uint16_t { stream = 1, line = 2 };

inline constexpr std::uint32_t stream_name_bytes_max = 64;
inline constexpr std::uint32_t stream_source_bytes_max = 256;
inline constexpr std::uint32_t object_bytes_max = 128;

/// Opens a stream. Its lines come under the header's producer of the same id.
struct Stream {
    ProducerId producer{};
    std::string_view name{};
    std::string_view source{};
};

/// One line; the text is the attachment.
struct Line {
    std::string_view object{};
    std::uint64_t number{};
};

struct StreamRow {
    ProducerId producer{};
    HeldText<stream_name_bytes_max> name{};
    HeldText<stream_source_bytes_max> source{};
    std::uint64_t lines{};
    std::uint64_t bytes{}; // of the lines, without salt
    std::uint64_t last_line{};
    Sequence last{}; // the entry of the newest line, or the one that opened the stream
};

} // namespace axiom::records

template <> struct axiom::Schema<axiom::records::Stream> {
    using Stream = records::Stream;
    static constexpr auto fields =
        Fields{Field{"producer", &Stream::producer, "whose lines they are", {}, Notation::hex},
               Field{"name", &Stream::name, "what people call it",
                     at_most<records::stream_name_bytes_max>},
               Field{"source", &Stream::source, "where the lines come from",
                     at_most<records::stream_source_bytes_max>}};
};
template <> struct axiom::Schema<axiom::records::Line> {
    using Line = records::Line;
    static constexpr auto fields =
        Fields{Field{"object", &Line::object, "what the line is about",
                     at_most<records::object_bytes_max>},
               Field{"number", &Line::number, "its number in the stream, from 1"}};
};
template <> struct axiom::Schema<axiom::records::StreamRow> {
    using StreamRow = records::StreamRow;
    static constexpr auto fields =
        Fields{Field{"producer", &StreamRow::producer, "whose lines they are"},
               Field{"name", &StreamRow::name, "what people call it"},
               Field{"source", &StreamRow::source, "where the lines come from"},
               Field{"lines", &StreamRow::lines, "how many lines"},
               Field{"bytes", &StreamRow::bytes, "how many bytes, without salt"},
               Field{"last_line", &StreamRow::last_line, "number of the newest line"},
               Field{"last", &StreamRow::last, "sequence of the newest line, or of the opening"}};
};
