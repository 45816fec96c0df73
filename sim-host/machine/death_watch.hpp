#pragma once
// DeathWatch: notices that a service process has died.

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <axiom/domain/hashed_table.hpp>
#include <sim-host/machine/service_process.hpp>

namespace axiom::host {

class DeathWatch {
  public:
    /// `tell` is called, by a thread of its own, when `next` has something.
    explicit DeathWatch(std::function<void()> tell);
    DeathWatch(DeathWatch const&) = delete;
    DeathWatch& operator=(DeathWatch const&) = delete;
    ~DeathWatch();

    /// The process lives in this address space.
    void watch(RowHandle space, std::shared_ptr<ServiceProcess> process);

    /// A space whose process has died.
    [[nodiscard]] std::optional<RowHandle> next();

  private:
    struct Watched {
        RowHandle space{};
        std::shared_ptr<ServiceProcess> process;
    };
    void run();

    std::function<void()> tell_;
    std::mutex mutex_;
    std::vector<Watched> watched_;
    std::vector<RowHandle> died_;
    bool ends_{};
    Descriptor changed_; // an eventfd
    std::thread thread_;
};

} // namespace axiom::host
