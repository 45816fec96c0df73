#include <sim-host/machine/death_watch.hpp>

#include <poll.h>
#include <sys/eventfd.h>

namespace axiom::host {

DeathWatch::DeathWatch(std::function<void()> tell)
    : tell_{std::move(tell)}, changed_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)},
      thread_{[this] { run(); }} {}

DeathWatch::~DeathWatch() {
    {
        std::scoped_lock const alone{mutex_};
        ends_ = true;
    }
    ::eventfd_write(changed_.number(), 1);
    thread_.join();
}

void DeathWatch::watch(RowHandle space, std::shared_ptr<ServiceProcess> process) {
    {
        std::scoped_lock const alone{mutex_};
        watched_.push_back({space, std::move(process)});
    }
    ::eventfd_write(changed_.number(), 1);
}

std::optional<RowHandle> DeathWatch::next() {
    std::scoped_lock const alone{mutex_};
    if (died_.empty()) {
        return std::nullopt;
    }
    RowHandle const space = died_.back();
    died_.pop_back();
    return space;
}

void DeathWatch::run() {
    std::vector<Watched> watched;
    std::vector<pollfd> looks;
    for (;;) {
        {
            std::scoped_lock const alone{mutex_};
            if (ends_) {
                return;
            }
            watched = watched_;
        }
        looks.assign(1, {.fd = changed_.number(), .events = POLLIN, .revents = 0});
        for (Watched const& each : watched) {
            looks.push_back({.fd = each.process->pidfd(), .events = POLLIN, .revents = 0});
        }
        ::poll(looks.data(), looks.size(), -1);
        eventfd_t seen{};
        ::eventfd_read(changed_.number(), &seen);
        bool somebody = false;
        for (std::size_t index = 0; index < watched.size(); ++index) {
            if (looks[index + 1].revents != 0) {
                watched[index].process->end();
                std::scoped_lock const alone{mutex_};
                std::erase_if(watched_, [&](Watched const& each) {
                    return each.process == watched[index].process;
                });
                died_.push_back(watched[index].space);
                somebody = true;
            }
        }
        if (somebody) {
            tell_();
        }
    }
}

} // namespace axiom::host
