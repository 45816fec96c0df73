#include <services/console/frame.hpp>

#include <algorithm>

#include <axiom/codec/crc32.hpp>

namespace axiom::console {

namespace {

constexpr std::byte first_mark{'A'};
constexpr std::byte second_mark{'X'};
constexpr std::size_t crc_offset = 12;
constexpr std::uint8_t kinds = 4;

// Over the head but itself, and the payload behind it: moved together.
std::uint32_t crc_of(Bytes frame) noexcept {
    std::array<std::byte, frame_bytes_max> covered{};
    copy_bytes(covered, frame.first(crc_offset));
    copy_bytes(MutableBytes{covered}.subspan(crc_offset), frame.subspan(frame_head_bytes));
    return crc32(Bytes{covered}.first(frame.size() - 4));
}

std::size_t payload_of(Bytes head) noexcept {
    return load_le<std::uint32_t>(head.subspan(4, 4));
}

bool may_be_head(Bytes head) noexcept {
    return head[0] == first_mark && head[1] == second_mark &&
           std::to_integer<std::uint8_t>(head[2]) < kinds && head[3] == std::byte{} &&
           payload_of(head) <= payload_bytes_max;
}

} // namespace

Bytes seal_frame(MutableBytes to, FrameKind kind, std::uint32_t number,
                 std::size_t payload_bytes) noexcept {
    MutableBytes const frame = to.first(frame_head_bytes + payload_bytes);
    frame[0] = first_mark;
    frame[1] = second_mark;
    frame[2] = static_cast<std::byte>(kind);
    frame[3] = std::byte{};
    store_le(frame.subspan(4), static_cast<std::uint32_t>(payload_bytes));
    store_le(frame.subspan(8), number);
    store_le(frame.subspan(crc_offset), crc_of(frame));
    return frame;
}

std::optional<Frame> FrameReader::next() noexcept {
    for (;;) {
        Bytes const rest = Bytes{bytes_}.subspan(start_, end_ - start_);
        auto const mark = std::ranges::find(rest, first_mark);
        pass_over(static_cast<std::size_t>(mark - rest.begin()));
        Bytes const frame = Bytes{bytes_}.subspan(start_, end_ - start_);
        if (frame.size() >= frame_head_bytes && !may_be_head(frame)) {
            pass_over(1);
            continue;
        }
        std::size_t const all =
            frame.size() < frame_head_bytes ? 0 : frame_head_bytes + payload_of(frame);
        if (all == 0 || frame.size() < all) {
            // The rest comes to the front, so that there is room for what is missing.
            std::copy(bytes_.begin() + static_cast<std::ptrdiff_t>(start_),
                      bytes_.begin() + static_cast<std::ptrdiff_t>(end_), bytes_.begin());
            end_ -= start_;
            start_ = 0;
            return std::nullopt;
        }
        if (load_le<std::uint32_t>(frame.subspan(crc_offset, 4)) != crc_of(frame.first(all))) {
            pass_over(1);
            continue;
        }
        start_ += all;
        return Frame{.kind = static_cast<FrameKind>(frame[2]),
                     .number = load_le<std::uint32_t>(frame.subspan(8, 4)),
                     .payload = frame.subspan(frame_head_bytes, all - frame_head_bytes)};
    }
}

void FrameReader::pass_over(std::size_t bytes) noexcept {
    start_ += bytes;
    passed_over_ += bytes;
}

} // namespace axiom::console
