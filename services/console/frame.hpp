#pragma once
// Frames: what goes over a line in pieces that are whole or are not there.
//
//     frame := "AX" | kind u8 | zero u8 | length u32 | number u32 | crc u32 | payload
//
// Little-endian; `length` is the payload's; `number` is the asker's own, and its answer has the
// same; `crc` is CRC-32 over the twelve bytes before it and the payload. A reader that finds
// something else passes over it to the next "AX": a line may lose bytes, and others may have been
// on it before.

#include <optional>

#include <axiom/base/result.hpp>
#include <axiom/codec/value.hpp>
#include <services/console/api.hpp>

namespace axiom::console {

inline constexpr std::size_t frame_head_bytes = 16;
inline constexpr std::size_t payload_bytes_max = body_bytes_max + 64;
inline constexpr std::size_t frame_bytes_max = frame_head_bytes + payload_bytes_max;

struct Frame {
    FrameKind kind{};
    std::uint32_t number{};
    Bytes payload{};
};

/// Puts the head before a payload that already lies behind it in `to`. The whole frame.
[[nodiscard]] Bytes seal_frame(MutableBytes to, FrameKind kind, std::uint32_t number,
                               std::size_t payload_bytes) noexcept;

/// The whole frame of a value, in `to`. `no_room`, and what its schema refuses.
template <class Value>
[[nodiscard]] Result<Bytes> put_frame(MutableBytes to, FrameKind kind, std::uint32_t number,
                                      Value const& value) noexcept {
    if (to.size() < frame_head_bytes) {
        return fail(Code::no_room);
    }
    Writer writer{to.subspan(frame_head_bytes)};
    TRY(encode_value(writer, value));
    return seal_frame(to, kind, number, writer.size());
}

/// The value in a frame's payload; text and bytes borrow from it.
template <class Value> [[nodiscard]] Result<Value> value_in(Frame const& frame) noexcept {
    Reader reader{frame.payload};
    Value value{};
    TRY(decode_value(reader, value));
    TRY(reader.finish());
    return value;
}

/// Finds the frames in a stream of bytes.
class FrameReader {
  public:
    /// Where the next bytes go; as many as fit. Never empty after `next` has found nothing.
    [[nodiscard]] MutableBytes room() noexcept { return MutableBytes{bytes_}.subspan(end_); }
    /// So many have come there.
    void came(std::size_t bytes) noexcept { end_ += bytes; }

    /// The next whole frame, until `came` is called again.
    [[nodiscard]] std::optional<Frame> next() noexcept;

    /// Bytes that were part of no frame.
    [[nodiscard]] std::uint64_t passed_over() const noexcept { return passed_over_; }

  private:
    void pass_over(std::size_t bytes) noexcept;

    std::array<std::byte, 2 * frame_bytes_max> bytes_{};
    std::size_t start_{}; // of what is not taken yet
    std::size_t end_{};
    std::uint64_t passed_over_{};
};

} // namespace axiom::console
