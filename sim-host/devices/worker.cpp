#include <sim-host/devices/worker.hpp>

#include <csignal>
#include <utility>

#include <sys/eventfd.h>

#include <axiom/base/assert.hpp>

namespace axiom::host {

Worker::Worker(std::size_t works_max, int line) : works_max_{works_max}, line_{line} {
    // Signals are for threads of the system's; this one has none of their slots.
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, &before);
    thread_ = std::thread{[this] { run(); }};
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Worker::~Worker() {
    {
        std::scoped_lock const alone{mutex_};
        ends_ = true;
    }
    given_.notify_one();
    thread_.join();
}

void Worker::give(std::unique_ptr<Work> work) {
    AXIOM_ASSERT(has_room());
    ++held_;
    {
        std::scoped_lock const alone{mutex_};
        waiting_.push_back(std::move(work));
    }
    given_.notify_one();
}

std::unique_ptr<Work> Worker::take() {
    std::scoped_lock const alone{mutex_};
    if (done_.empty()) {
        return nullptr;
    }
    std::unique_ptr<Work> work = std::move(done_.front());
    done_.pop_front();
    --held_;
    return work;
}

void Worker::run() {
    std::unique_lock alone{mutex_};
    for (;;) {
        given_.wait(alone, [this] { return ends_ || !waiting_.empty(); });
        if (ends_) {
            return;
        }
        std::unique_ptr<Work> work = std::move(waiting_.front());
        waiting_.pop_front();
        alone.unlock();
        work->run();
        alone.lock();
        done_.push_back(std::move(work));
        ::eventfd_write(line_, 1);
    }
}

} // namespace axiom::host
