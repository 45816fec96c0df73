#include <sim-host/process/agent.hpp>

#include <csignal>
#include <map>
#include <memory>

#include <boost/interprocess/mapped_region.hpp>
#include <pthread.h>
#include <sys/mman.h>

#include <sim-host/fabric/channel.hpp>

namespace axiom::host {

namespace {

namespace ipc = boost::interprocess;

constexpr int as_long_as_it_takes_ms = -1;
constexpr int patience_ms = 5000;

// Memory that was handed over, as Boost.Interprocess maps it.
class HandedMemory {
  public:
    explicit HandedMemory(Descriptor const& descriptor) noexcept
        : handle_{ipc::ipcdetail::mapping_handle_from_file_handle(descriptor.number())} {}
    [[nodiscard]] ipc::mapping_handle_t get_mapping_handle() const noexcept { return handle_; }

  private:
    ipc::mapping_handle_t handle_;
};

ipc::mapped_region mapped(Descriptor const& memory, std::size_t bytes, bool writable,
                          void const* address = nullptr) {
    return {HandedMemory{memory}, writable ? ipc::read_write : ipc::read_only, 0, bytes, address};
}

struct Region {
    ipc::mapped_region mapping;
    bool held{};
};

// The mappings of the thread's two pages stay for as long as the process.
struct ThreadStart {
    ipc::mapped_region slot;
    ipc::mapped_region buffer;
    ServiceThread thread;
};

void* begin_thread(void* start) noexcept {
    run_thread(static_cast<ThreadStart*>(start)->thread);
}

class Agent {
  public:
    explicit Agent(ThreadEntry program) noexcept : program_{program} {}

    /// Whether it could.
    bool obey(AgentOrder const& order, Handed& handed) {
        switch (order.order) {
        case Order::start:
            return start(order, handed);
        case Order::map:
            regions_[order.address] = {.mapping = map(order, handed[0])};
            return true;
        case Order::unmap:
            return regions_.erase(order.address) == 1;
        case Order::hold:
            return hold(order);
        case Order::move:
            return move(order, handed[0]);
        }
        return false;
    }

  private:
    static ipc::mapped_region map(AgentOrder const& order, Descriptor const& memory) {
        return mapped(
            memory, order.bytes, order.writable != 0,
            // NOLINTNEXTLINE(performance-no-int-to-ptr): an order says addresses as numbers
            reinterpret_cast<void const*>(order.address));
    }

    bool hold(AgentOrder const& order) {
        auto const at = regions_.find(order.address);
        if (at == regions_.end() || at->second.held) {
            return false;
        }
        region_moves(true);
        at->second.held = true;
        // NOLINTNEXTLINE(performance-no-int-to-ptr): an order says addresses as numbers
        return ::mprotect(reinterpret_cast<void*>(order.address), order.bytes, PROT_READ) == 0;
    }

    bool move(AgentOrder const& order, Descriptor const& memory) {
        auto const at = regions_.find(order.address);
        if (at == regions_.end()) {
            return false;
        }
        if (!at->second.held) {
            region_moves(true);
        }
        at->second.mapping = {}; // who looks here now faults, and tries again
        at->second.mapping = map(order, memory);
        at->second.held = false;
        region_moves(false);
        return true;
    }

    bool start(AgentOrder const& order, Handed const& handed) {
        auto start =
            std::make_unique<ThreadStart>(mapped(handed[0], trap_slot_bytes, true),
                                          mapped(handed[1], sizeof(kernel::MessageBuffer), true));
        // The kernel process names a function of this process that one of its own threads named.
        // NOLINTNEXTLINE(performance-no-int-to-ptr): an order says addresses as numbers
        auto const entry = order.entry == 0 ? program_ : reinterpret_cast<ThreadEntry>(order.entry);
        start->thread = {.slot = static_cast<TrapSlot*>(start->slot.get_address()),
                         .buffer = static_cast<kernel::MessageBuffer*>(start->buffer.get_address()),
                         .entry = entry,
                         .argument = order.argument};
        pthread_t thread{};
        if (::pthread_create(&thread, nullptr, begin_thread, start.get()) != 0) {
            return false;
        }
        static_cast<void>(start.release());
        return true;
    }

    ThreadEntry program_;
    std::map<std::uint64_t, Region> regions_;
};

bool answer(AgentReply const& reply) noexcept {
    return channel_send(agent_descriptor, std::as_bytes(std::span{&reply, 1}), {}, patience_ms);
}

} // namespace

void run_agent(Layers layers, ThreadEntry program) noexcept {
    sigset_t wanted;
    ::sigemptyset(&wanted);
    ::sigaddset(&wanted, wanted_signal);
    ::pthread_sigmask(SIG_BLOCK, &wanted, nullptr); // its threads let it in once they have a slot
    Agent agent{program};
    bool goes_on = answer({.number = 0, .done = layers.bits});
    while (goes_on) {
        AgentOrder order{};
        Handed handed;
        auto const bytes =
            channel_receive(agent_descriptor, std::as_writable_bytes(std::span{&order, 1}), &handed,
                            as_long_as_it_takes_ms);
        if (bytes != sizeof order) {
            return;
        }
        bool done = false;
        try {
            done = agent.obey(order, handed);
        } catch (std::exception const&) { // the place is taken, or there is no memory
            done = false;
        }
        goes_on = answer({.number = order.number, .done = done ? 1U : 0U});
    }
}

} // namespace axiom::host
