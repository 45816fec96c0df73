#pragma once
// HostThread: a thread of the kernel's, in its process, with the slot by which it enters.

#include <memory>

#include <sim-host/fabric/shared_object.hpp>
#include <sim-host/fabric/trap_slot.hpp>
#include <sim-host/machine/service_process.hpp>

namespace axiom::host {

class HostThread {
  public:
    [[nodiscard]] static HostResult<std::shared_ptr<HostThread>>
    create(std::shared_ptr<ServiceProcess> process);

    HostThread(HostThread const&) = delete;
    HostThread& operator=(HostThread const&) = delete;
    ~HostThread();

    [[nodiscard]] TrapSlot& slot() const noexcept { return *slot_; }
    [[nodiscard]] ServiceProcess& process() const noexcept { return *process_; }
    [[nodiscard]] int slot_descriptor() const noexcept { return object_.descriptor(); }

  private:
    HostThread() = default;

    SharedObject object_;
    TrapSlot* slot_{};
    std::shared_ptr<ServiceProcess> process_;
};

} // namespace axiom::host
