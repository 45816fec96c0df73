#pragma once
// RingPair: two rings in memory that two processes share, one each way; both ends look without
// sleeping.

#include <array>

#include <bench/support/failure.hpp>
#include <bench/support/second_process.hpp>
#include <services/runtime/ring_consumer.hpp>
#include <services/runtime/ring_producer.hpp>

namespace axiom::bench {

class RingPair {
  public:
    static constexpr std::uint32_t slots = 1024;

    class End {
      public:
        End(RingMemory reads, RingMemory writes) : reads_{reads}, writes_{writes} {}

        void send(Bytes message) {
            RingPut put = RingPut::full;
            while ((put = writes_.put(message)) == RingPut::full) {
            }
            require(put == RingPut::done, "the ring is flawed");
        }
        /// The other end sees it with all others of its batch.
        void add(Bytes message) {
            RingPut put = RingPut::full;
            while ((put = writes_.add(message)) == RingPut::full) {
                writes_.publish();
            }
            require(put == RingPut::done, "the ring is flawed");
        }
        void publish() noexcept { writes_.publish(); }

        /// In memory of this end, until the next.
        Bytes receive() {
            for (;;) {
                if (auto const taken = reads_.take(room_)) {
                    return *taken;
                }
            }
        }

      private:
        RingConsumer reads_;
        RingProducer writes_;
        std::array<std::byte, ring_message_bytes_max> room_{};
    };

    [[nodiscard]] End here() const { return {memory(0), memory(1)}; }
    [[nodiscard]] End there() const { return {memory(1), memory(0)}; }

  private:
    [[nodiscard]] RingMemory memory(std::size_t which) const {
        std::size_t const bytes = RingMemory::bytes_for(slots);
        auto const memory = RingMemory::over(shared_.bytes().subspan(which * bytes, bytes), slots);
        require(memory.has_value(), "memory for a ring");
        return *memory;
    }

    SharedBytes shared_{2 * RingMemory::bytes_for(slots)};
};

} // namespace axiom::bench
