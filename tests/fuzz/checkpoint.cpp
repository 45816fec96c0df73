// Checkpoint texts and notes from anywhere: what is read is written again as the very same bytes.

#include <axiom/tree/checkpoint.hpp>

using namespace axiom;

namespace {

void check_text(std::string_view text) {
    if (auto const checkpoint = read_checkpoint_text(text)) {
        std::array<std::byte, checkpoint_text_bytes_max> room;
        auto const written = write_checkpoint_text(room, *checkpoint);
        AXIOM_ASSERT(written && text_of(*written) == text);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    Bytes const input{reinterpret_cast<std::byte const*>(data), size};
    check_text(text_of(input));
    if (auto const parts = split_note(input)) {
        check_text(parts->text);
        AXIOM_ASSERT(read_claimed_checkpoint(input) == read_checkpoint_text(parts->text));
    }
    return 0;
}
