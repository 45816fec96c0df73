#pragma once
// Worker: a thread of the host that does what blocks, while the thread of the system that drives
// the device waits for its interrupt and takes no CPU of the machine.
//
//     driver   give ──▶ [ work | work ] ──▶ run ──▶ [ done | done ] ──▶ take
//                                            worker: raises the line
//
// A device of this host is that thread. The system's kernel schedules nothing of it, counts none of
// its time, and may stop the driver at any moment without it.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

namespace axiom::host {

/// What is to be done, and what came of it.
class Work {
  public:
    Work() = default;
    Work(Work const&) = delete;
    Work& operator=(Work const&) = delete;
    virtual ~Work() = default;

    /// By the worker, which may take its time.
    virtual void run() noexcept = 0;
};

class Worker {
  public:
    /// Holds so many at most, those included that are done and not taken. `line`: the descriptor by
    /// which it raises its interrupt line, each time when one is done.
    Worker(std::size_t works_max, int line);
    Worker(Worker const&) = delete;
    Worker& operator=(Worker const&) = delete;

    /// Returns when what runs is done; what has not begun never does.
    ~Worker();

    [[nodiscard]] bool has_room() const noexcept { return held_ < works_max_; }

    /// There is room.
    void give(std::unique_ptr<Work> work);

    /// The next that is done, in the order in which they were given; none: it is not.
    [[nodiscard]] std::unique_ptr<Work> take();

  private:
    void run();

    std::size_t works_max_;
    std::size_t held_{}; // the driver's
    int line_;
    std::mutex mutex_;
    std::condition_variable given_;
    std::deque<std::unique_ptr<Work>> waiting_;
    std::deque<std::unique_ptr<Work>> done_;
    bool ends_{};
    std::thread thread_;
};

} // namespace axiom::host
