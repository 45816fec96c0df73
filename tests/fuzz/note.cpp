// Signed notes from anywhere: whatever is accepted under our key has a text that our key signed.

#include <algorithm>
#include <string_view>

#include <axiom/tree/note.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/signature_sodium.hpp>

using namespace axiom;

namespace {

// The only texts that the seeds hold signatures for.
constexpr std::string_view signed_texts[] = {"one line\n", "first\n\nsecond\n"};

void check_opened(NoteKey const& key, Bytes input) {
    auto const text = open_note(host::portable_engine(), host::signature_engine(), key, input);
    AXIOM_ASSERT(!text || std::ranges::find(signed_texts, *text) != std::end(signed_texts));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    HashEngine const& engine = host::portable_engine();
    Bytes const input{reinterpret_cast<std::byte const*>(data), size};
    SigningSeed seed;
    seed.bytes.fill(std::byte{1});
    check_opened({"example.org/notes", host::signature_engine().public_key(seed)}, input);

    if (auto const key = read_verifier_key(engine, text_of(input))) {
        std::array<std::byte, 512> room;
        auto const written = write_verifier_key(engine, room, *key);
        AXIOM_ASSERT(written && equal_bytes(*written, input));
    }
    return 0;
}
