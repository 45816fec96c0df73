#include <tests/support/kernel_audit.hpp>

#include <algorithm>
#include <map>

namespace axiom::kernel::test {

namespace {

bool waits_in_a_queue(Wait wait) {
    return wait == Wait::send || wait == Wait::call || wait == Wait::receive ||
           wait == Wait::signal;
}

std::string thread_text(std::uint32_t index) {
    return "thread " + std::to_string(index);
}

class Audit {
  public:
    explicit Audit(MachineWorld const& world) : world_{world}, kernel_{world.kernel} {}

    std::string first_violation() {
        for (std::uint32_t index = 0; index < kernel_.threads(); ++index) {
            check_thread(index);
        }
        check_loans();
        check_endpoints();
        for (std::uint32_t cpu = 0; cpu < MachineWorld::cpus; ++cpu) {
            check_cpu(cpu);
        }
        check_frames();
        check_mappings();
        return found_;
    }

  private:
    void expect(bool holds, std::string const& what) {
        if (!holds && found_.empty()) {
            found_ = what;
        }
    }

    // By the table, and by what is kept beside it for readers.
    bool is_there(SlotView const& through) const {
        return kernel_.state().capabilities().is_live(through.capability) &&
               kernel_.state().slots().still(through);
    }

    void check_thread(std::uint32_t index) {
        Thread const& thread = kernel_.thread(index);
        auto const& table = kernel_.state().threads();
        RowHandle const handle{index, table.generation(index)};
        bool const alive = table.is_live(handle) && table.row(index).life == Life::alive;
        Wait const wait = thread.seen().wait();
        std::string const who = thread_text(index);
        expect(alive == (thread.buffer != nullptr), who + ": alive in one plane only");
        std::uint32_t running = 0;
        for (std::uint32_t cpu = 0; cpu < MachineWorld::cpus; ++cpu) {
            running += kernel_.running(Cpu{cpu}) == index ? 1 : 0;
        }
        if (!alive) {
            expect(wait == Wait::idle && running == 0 && !thread.ready.queued &&
                       !thread.waiting.queued,
                   who + ": has ended, and yet it is somewhere");
            return;
        }
        expect(thread.self == handle, who + ": is not whom its row names");
        expect(wait != Wait::claimed, who + ": was claimed and left so");
        std::uint32_t const places = running + (thread.ready.queued ? 1 : 0);
        expect(places == (wait == Wait::none ? 1U : 0U),
               who + ": runs or is ready in " + std::to_string(places) + " places, waits for " +
                   std::to_string(static_cast<int>(wait)));
        expect(thread.waiting.queued == waits_in_a_queue(wait), who + ": queues for nothing");
        if (waits_in_a_queue(wait)) {
            expect(thread.by_fault || is_there(thread.through),
                   who + ": waits through a capability that has gone");
        }
        if (wait == Wait::reply || wait == Wait::fault) {
            expect(kernel_.thread(thread.server).buffer != nullptr,
                   who + ": waits for a server that has ended");
            ++callers_[thread.server];
            lent_[thread.server] = std::max<unsigned>(lent_[thread.server], thread.effective());
        }
        if (wait == Wait::thread_end || wait == Wait::process_end) {
            expect(is_there(thread.through), who + ": waits for an end that it may not know");
        }
    }

    void check_loans() {
        for (std::uint32_t index = 0; index < kernel_.threads(); ++index) {
            Thread const& thread = kernel_.thread(index);
            if (thread.buffer == nullptr) {
                continue;
            }
            std::string const who = thread_text(index);
            expect(thread.serving() == callers_[index],
                   who + ": serves another number than call it");
            unsigned const least = std::max<unsigned>(thread.priority, lent_[index]);
            expect(thread.effective() >= least, who + ": runs below one of its callers");
            expect(thread.serving() != 0 || thread.effective() == thread.priority,
                   who + ": keeps what was lent to it");
        }
    }

    void check_endpoints() {
        std::map<std::uint32_t, unsigned> sides; // 1: a sender waits, 2: a receiver
        for (std::uint32_t index = 0; index < kernel_.threads(); ++index) {
            Thread const& thread = kernel_.thread(index);
            Wait const wait = thread.seen().wait();
            if (wait == Wait::send || wait == Wait::call || wait == Wait::receive) {
                sides[thread.target.row.index] |= wait == Wait::receive ? 2U : 1U;
            }
        }
        for (auto const& [endpoint, both] : sides) {
            expect(both != 3, "endpoint " + std::to_string(endpoint) +
                                  ": a sender and a receiver wait beside each other");
        }
    }

    void check_cpu(std::uint32_t cpu) {
        std::uint32_t const running = kernel_.running(Cpu{cpu});
        std::string const where = "CPU " + std::to_string(cpu);
        expect(world_.decisions[cpu].thread == running, where + ": was told to run another");
        int const level = running == no_thread ? -1 : kernel_.thread(running).effective();
        for (std::uint32_t index = 0; index < kernel_.threads(); ++index) {
            Thread const& thread = kernel_.thread(index);
            if (thread.ready.queued && thread.cpu == cpu) {
                expect(thread.queued_priority <= level ||
                           world_.decisions[cpu].timer_ns <= world_.now,
                       where + ": " + thread_text(index) + " is ready and goes before what runs");
            }
        }
    }

    void check_frames() {
        std::uint64_t used = 0;
        auto const& state = kernel_.state();
        state.regions().for_each(
            [&](std::uint32_t, RegionRow const& row) { used += row.device ? 0 : row.pages; });
        for (std::uint32_t index = 0; index < kernel_.threads(); ++index) {
            used += kernel_.thread(index).buffer != nullptr ? message_pages : 0;
        }
        expect(used + kernel_.frames().free() == kernel_.frames().frames(),
               "frames: some are neither free nor anybody's");
    }

    void check_mappings() {
        auto const& table = kernel_.state().capabilities();
        std::map<std::pair<std::uint32_t, std::uint64_t>, int> pages;
        for (std::uint32_t index = 0; index < table.capacity(); ++index) {
            auto const* const where = kernel_.mapping(index);
            if (where == nullptr) {
                continue;
            }
            std::string const what = "capability " + std::to_string(index);
            bool const live = table.is_live({index, table.generation(index)});
            expect(live, what + ": is mapped and gone");
            if (!live) {
                continue;
            }
            Rights const rights = table.row(index).rights;
            expect(table.row(index).object.type == ObjectType::region, what + ": is no region");
            for (std::uint64_t page = 0; page < where->pages; ++page) {
                auto const key = std::pair{where->space, where->address + page * 4096};
                ++pages[key];
                auto const found = world_.machine.pages.find(key);
                expect(found != world_.machine.pages.end(), what + ": is mapped in the book only");
                if (found != world_.machine.pages.end()) {
                    Access const access = found->second.access;
                    expect((!access.write || rights.covers(right::write)) &&
                               (!access.execute || rights.covers(right::execute)) &&
                               rights.covers(right::read),
                           what + ": its mapping allows more than it");
                }
            }
        }
        expect(pages.size() == world_.machine.pages.size(), "pages are mapped through nothing");
    }

    MachineWorld const& world_;
    Kernel const& kernel_;
    std::string found_;
    std::map<std::uint32_t, std::uint32_t> callers_;
    std::map<std::uint32_t, unsigned> lent_;
};

} // namespace

std::string audit(MachineWorld const& world) {
    return Audit{world}.first_violation();
}

} // namespace axiom::kernel::test
