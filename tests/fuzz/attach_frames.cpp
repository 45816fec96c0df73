// Any bytes on a line where terminals attach: frames are found wherever they lie, the same ones
// however the bytes come, and what is in them is a value or refused.
//
// Input: how many bytes come at a time (u8), then the bytes. `{N}` stands for a whole frame of the
// N-th sample, so that a search need not find checksums.

#include <algorithm>
#include <cstdint>
#include <vector>

#include <axiom/base/assert.hpp>
#include <services/console/frame.hpp>

namespace {

using namespace axiom;
using namespace axiom::console;

struct Read {
    std::vector<std::vector<std::byte>> payloads;
    std::uint64_t passed_over{};
    std::size_t left{}; // that may still become a frame

    friend bool operator==(Read const&, Read const&) = default;
};

void add_sample(std::vector<std::byte>& to, std::uint8_t which) {
    std::array<std::byte, frame_bytes_max> bytes{};
    Result<Bytes> frame = fail(Code::no_room);
    switch (which % 4) {
    case 0:
        frame = put_frame(bytes, FrameKind::hello, which, Hello{.version = protocol_version});
        break;
    case 1:
        frame = put_frame(bytes, FrameKind::ask, which,
                          Ask{.service = "init", .method = which, .body = Bytes{bytes}.first(0)});
        break;
    case 2:
        frame = put_frame(bytes, FrameKind::welcome, which, Welcome{.version = 1, .reason = "no"});
        break;
    default:
        frame = put_frame(bytes, FrameKind::answer, which, Answer{.code = 7, .body = {}});
    }
    AXIOM_ASSERT(frame);
    to.insert(to.end(), frame->begin(), frame->end());
}

std::vector<std::byte> stream_of(std::uint8_t const* data, std::size_t size) {
    std::vector<std::byte> stream;
    for (std::size_t at = 0; at < size; ++at) {
        if (at + 2 < size && data[at] == '{' && data[at + 2] == '}') {
            add_sample(stream, data[at + 1]);
            at += 2;
        } else {
            stream.push_back(static_cast<std::byte>(data[at]));
        }
    }
    return stream;
}

void look_into(Frame const& frame) {
    static_cast<void>(value_in<Hello>(frame));
    static_cast<void>(value_in<Welcome>(frame));
    static_cast<void>(value_in<Answer>(frame));
    if (auto const asked = value_in<Ask>(frame)) {
        AXIOM_ASSERT(asked->service.size() <= service_name_bytes_max);
    }
}

Read read(std::vector<std::byte> const& stream, std::size_t piece) {
    FrameReader reader;
    Read found;
    std::size_t in_frames = 0;
    for (std::size_t at = 0; at < stream.size();) {
        MutableBytes const room = reader.room();
        AXIOM_ASSERT(!room.empty());
        std::size_t const bytes = std::min({piece, stream.size() - at, room.size()});
        copy_bytes(room, Bytes{stream}.subspan(at, bytes));
        reader.came(bytes);
        at += bytes;
        while (auto const frame = reader.next()) {
            AXIOM_ASSERT(frame->payload.size() <= payload_bytes_max);
            look_into(*frame);
            found.payloads.emplace_back(frame->payload.begin(), frame->payload.end());
            in_frames += frame_head_bytes + frame->payload.size();
        }
    }
    found.passed_over = reader.passed_over();
    AXIOM_ASSERT(found.passed_over + in_frames <= stream.size());
    found.left = stream.size() - in_frames - static_cast<std::size_t>(found.passed_over);
    AXIOM_ASSERT(found.left < frame_bytes_max);
    return found;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size < 1 || size > 40'000) {
        return 0;
    }
    std::vector<std::byte> const stream = stream_of(data + 1, size - 1);
    AXIOM_ASSERT(read(stream, 1 + std::size_t{data[0]}) == read(stream, stream.size() + 1));
    return 0;
}
