#pragma once
// A client (CPU 1) and a server (CPU 2) of the first process, an endpoint and a notification.

#include <tests/support/machine_world.hpp>

namespace axiom::kernel::test {

inline constexpr std::uint32_t endpoint = 20;
inline constexpr std::uint32_t notification = 21;
inline constexpr std::uint64_t for_long = for_ever;

class KernelIpc : public testing::Test {
  protected:
    KernelIpc() {
        AXIOM_ASSERT(world_.create(ObjectType::endpoint, endpoint).done());
        AXIOM_ASSERT(world_.create(ObjectType::notification, notification).done());
        client_ = world_.start_thread(1, 30);
        server_ = world_.start_thread(2, 32);
        AXIOM_ASSERT(world_.thread_on(1) == client_ && world_.thread_on(2) == server_);
    }

    std::optional<CallAnswer> send(std::uint32_t cpu, std::uint64_t word,
                                   std::uint64_t timeout = for_long, std::uint64_t head = 0,
                                   std::uint64_t slot = endpoint) {
        return world_.call_if(cpu, Call::send, {slot, head, timeout, word, word + 1});
    }
    std::optional<CallAnswer> call(std::uint32_t cpu, std::uint64_t word,
                                   std::uint64_t timeout = for_long, std::uint64_t head = 0,
                                   std::uint64_t slot = endpoint) {
        return world_.call_if(cpu, Call::call, {slot, head, timeout, word, word + 1});
    }
    std::optional<CallAnswer> receive(std::uint32_t cpu, std::uint64_t timeout = for_long,
                                      std::uint64_t slot = endpoint) {
        return world_.call_if(cpu, Call::receive, {slot, timeout});
    }
    std::optional<CallAnswer> reply(std::uint32_t cpu, std::uint64_t token, std::uint64_t word,
                                    std::uint64_t head = 0) {
        return world_.call_if(cpu, Call::reply, {token, head, word, word + 1});
    }

    static std::uint64_t word(CallAnswer const& answer, std::size_t index = 0) {
        return answer.words[ReceivedWords::first + index];
    }
    static std::uint64_t token(CallAnswer const& answer) {
        return answer.words[ReceivedWords::token];
    }

    MachineWorld world_;
    std::uint32_t client_{};
    std::uint32_t server_{};
};

} // namespace axiom::kernel::test
