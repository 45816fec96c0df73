// The thread of the host that stands for a device.

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

#include <poll.h>
#include <sys/eventfd.h>

#include <sim-host/devices/worker.hpp>
#include <sim-host/fabric/descriptor.hpp>

namespace axiom::host {
namespace {

class Numbered final : public Work {
  public:
    Numbered(int number, std::atomic<bool> const& may_run) : number_{number}, may_run_{&may_run} {}
    void run() noexcept override {
        while (!may_run_->load()) {
            std::this_thread::yield();
        }
        done_ = true;
    }
    [[nodiscard]] int number() const { return number_; }
    [[nodiscard]] bool done() const { return done_; }

  private:
    int number_;
    std::atomic<bool> const* may_run_;
    bool done_{};
};

TEST(DeviceWorker, WorksAreDoneInTheOrderInWhichTheyWereGivenAndTheLineIsRaisedForThem) {
    constexpr int works = 5;
    Descriptor const line{::eventfd(0, EFD_CLOEXEC)};
    std::atomic<bool> may_run{};
    Worker worker{works, line.number()};
    for (int number = 0; number < works; ++number) {
        ASSERT_TRUE(worker.has_room());
        worker.give(std::make_unique<Numbered>(number, may_run));
    }
    EXPECT_FALSE(worker.has_room());
    EXPECT_EQ(worker.take(), nullptr); // whoever drives it does not wait
    may_run.store(true);
    std::uint64_t raised = 0;
    for (int number = 0; number < works; ++number) {
        std::unique_ptr<Work> work;
        while (work == nullptr) {
            pollfd look{.fd = line.number(), .events = POLLIN, .revents = 0};
            if (raised < works) {
                ASSERT_EQ(::poll(&look, 1, 10'000), 1);
                eventfd_t more{};
                ::eventfd_read(line.number(), &more);
                raised += more;
            }
            work = worker.take();
        }
        EXPECT_EQ(static_cast<Numbered const&>(*work).number(), number);
        EXPECT_TRUE(static_cast<Numbered const&>(*work).done());
    }
    EXPECT_TRUE(worker.has_room());
    EXPECT_EQ(worker.take(), nullptr);
}

TEST(DeviceWorker, EndsWithoutWhatHasNotBegun) {
    Descriptor const line{::eventfd(0, EFD_CLOEXEC)};
    std::atomic<bool> const may_run{true};
    Worker worker{100, line.number()};
    for (int number = 0; number < 100; ++number) {
        worker.give(std::make_unique<Numbered>(number, may_run));
    }
}

} // namespace
} // namespace axiom::host
