// A ring between two who do what they like, one of whom writes anywhere: whatever comes out lies
// where it should, nobody reads or writes beyond the ring, and everybody is done at once.
//
// Input: steps of ten bytes, what is done and with which word.

#include <array>
#include <cstdint>
#include <cstring>

#include <axiom/base/assert.hpp>
#include <services/runtime/ring_consumer.hpp>
#include <services/runtime/ring_producer.hpp>

namespace {

using namespace axiom;

constexpr std::uint32_t slots = 4;
constexpr std::size_t step_bytes = 10;

struct alignas(detail::ring_line_bytes) Room {
    std::array<std::byte, RingMemory::bytes_for(slots)> bytes{};
};

class Play {
  public:
    void step(Bytes input) {
        auto const what = static_cast<unsigned>(input[0]) % 8;
        std::uint64_t const word = load_le<std::uint64_t>(input.subspan(2));
        switch (what) {
        case 0:
        case 1:
            write_anywhere(static_cast<std::size_t>(input[1]), word);
            break;
        case 2:
            static_cast<void>(producer_.put(message(word)));
            break;
        case 3:
            static_cast<void>(producer_.add(message(word)));
            break;
        case 4:
            producer_.publish();
            break;
        case 5:
            static_cast<void>(shared_.put(message(word)));
            break;
        case 6:
            static_cast<void>(consumer_.pass_over(static_cast<std::uint32_t>(word % 3)));
            break;
        default:
            take();
        }
    }

  private:
    static Bytes message(std::uint64_t word) {
        static constexpr std::array<std::byte, ring_message_bytes_max> bytes{};
        return Bytes{bytes}.first(word % (ring_message_bytes_max + 1));
    }
    // A line or one of the first words of a slot: what is behind them is a message's.
    void write_anywhere(std::size_t where, std::uint64_t word) {
        std::size_t const lines = room_.bytes.size() / detail::ring_line_bytes;
        std::size_t const at = where % lines * detail::ring_line_bytes + where / lines % 2 * 8;
        std::memcpy(room_.bytes.data() + at, &word, sizeof word);
    }
    void take() {
        std::array<std::byte, ring_message_bytes_max> to{};
        bool const flawed = consumer_.flaw() != RingFlaw::none;
        auto const taken = consumer_.take(to);
        AXIOM_ASSERT(!taken || (taken->data() == to.data() && taken->size() <= to.size()));
        AXIOM_ASSERT(!flawed || consumer_.flaw() != RingFlaw::none);
        if (consumer_.about_to_sleep()) {
            consumer_.awake();
        }
    }

    Room room_;
    RingMemory memory_ = *RingMemory::over(room_.bytes, slots);
    RingConsumer consumer_{memory_};
    RingProducer producer_{memory_};
    SharedRingProducer shared_{memory_, 1};
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    Bytes input = std::as_bytes(std::span{data, size});
    Play play;
    for (; input.size() >= step_bytes; input = input.subspan(step_bytes)) {
        play.step(input.first(step_bytes));
    }
    return 0;
}
