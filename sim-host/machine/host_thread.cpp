#include <sim-host/machine/host_thread.hpp>

#include <cerrno>

#include <sys/mman.h>

namespace axiom::host {

HostResult<std::shared_ptr<HostThread>>
HostThread::create(std::shared_ptr<ServiceProcess> process) {
    std::shared_ptr<HostThread> thread{new HostThread};
    thread->object_ = TRY(SharedObject::create(trap_slot_bytes));
    void* const mapped = ::mmap(nullptr, trap_slot_bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
                                thread->object_.descriptor(), 0);
    if (mapped == MAP_FAILED) {
        return system_problem("trap slot", "map", errno);
    }
    thread->slot_ = new (mapped) TrapSlot;
    thread->process_ = std::move(process);
    return thread;
}

HostThread::~HostThread() {
    if (slot_ != nullptr) {
        ::munmap(slot_, trap_slot_bytes);
    }
}

} // namespace axiom::host
