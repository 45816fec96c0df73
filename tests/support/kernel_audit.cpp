#include <tests/support/kernel_audit.hpp>

#include <algorithm>
#include <map>
#include <vector>

namespace axiom::kernel::test {

namespace {

bool waits_in_a_queue(Wait wait) {
    return wait == Wait::send || wait == Wait::call || wait == Wait::receive ||
           wait == Wait::signal;
}

// Of what something is said; made into text only if it does not hold.
struct Named {
    char const* kind{};
    std::uint32_t index{};
};

Named thread_named(std::uint32_t index) {
    return {"thread", index};
}

// Who lends whom what, and what they run at for it.
class Loans {
  public:
    explicit Loans(Kernel const& kernel)
        : kernel_{kernel}, callers_(kernel.threads()), lent_(kernel.threads()),
          chain_(kernel.threads()) {}

    std::string first_wrong() {
        for (std::uint32_t round = 0; round < kernel_.threads(); ++round) {
            each([&](Thread const& thread) {
                if (thread.server != no_thread) {
                    auto& along = chain_[thread.server];
                    along = std::max(along, chain_[thread.index] + 1);
                }
            });
        }
        each([&](Thread const& thread) { check_lender(thread); });
        each([&](Thread const& thread) { check_server(thread); });
        return found_;
    }

  private:
    template <class Visit> void each(Visit visit) const {
        for (std::uint32_t index = 0; index < kernel_.threads(); ++index) {
            if (kernel_.thread(index).buffer != nullptr) {
                visit(kernel_.thread(index));
            }
        }
    }
    void expect(bool holds, Thread const& who, std::string_view what) {
        if (!holds && found_.empty()) {
            found_ = "thread " + std::to_string(who.index) + " ";
            found_ += what;
        }
    }

    void check_lender(Thread const& thread) {
        Wait const wait = thread.seen().wait();
        bool const is_served = wait == Wait::reply || wait == Wait::fault;
        bool const lends = thread.server != no_thread;
        expect(!is_served || lends, thread, "waits for a reply and lends nobody its priority");
        expect(!lends || is_served || wait == Wait::call, thread,
               "lends its priority and calls not");
        if (lends) {
            expect(kernel_.thread(thread.server).buffer != nullptr, thread,
                   is_served ? "waits for a server that has ended" : "lends to who has ended");
            ++callers_[thread.server];
            lent_[thread.server] = std::max<unsigned>(lent_[thread.server], thread.lent);
            expect(thread.lent == thread.effective() || chain_[thread.index] > loan_chain_max,
                   thread, "lends another priority than it has");
        } else if (wait == Wait::call) {
            std::uint32_t const server = kernel_.ipc().serving_thread(thread.target.row);
            std::uint32_t queued = 0;
            each([&](Thread const& other) {
                queued += other.waiting.queued && other.target == thread.target ? 1 : 0;
            });
            expect(server == no_thread || server == thread.index || queued > queued_loans_max,
                   thread, "queues and does not lend to who serves there");
        }
    }

    void check_server(Thread const& thread) {
        expect(thread.serving() == callers_[thread.index], thread,
               "serves another number than call it");
        unsigned const due = std::max<unsigned>(thread.priority, lent_[thread.index]);
        expect(thread.effective() >= due, thread, "runs below one of its callers");
        expect(thread.effective() <= due, thread, "keeps what was lent to it");
    }

    Kernel const& kernel_;
    std::vector<std::uint32_t> callers_;
    std::vector<unsigned> lent_;
    std::vector<std::uint32_t> chain_; // so many who wait for each other before it
    std::string found_;
};

class Audit {
  public:
    explicit Audit(Audited const& audited) : audited_{audited}, kernel_{*audited.kernel} {}

    std::string first_violation() {
        for (std::uint32_t index = 0; index < kernel_.threads(); ++index) {
            check_thread(index);
        }
        if (found_.empty()) {
            found_ = first_wrong_loan(kernel_);
        }
        check_endpoints();
        for (std::uint32_t cpu = 0; cpu < audited_.cpus.size(); ++cpu) {
            check_cpu(cpu);
        }
        check_frames();
        check_mappings();
        return found_;
    }

  private:
    void expect(bool holds, Named who, std::string_view what) {
        if (!holds && found_.empty()) {
            found_ = std::string{who.kind} + " " + std::to_string(who.index) + " ";
            found_ += what;
        }
    }
    void expect(bool holds, std::string_view what) {
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
        Named const who = thread_named(index);
        expect(alive == (thread.buffer != nullptr), who, "alive in one plane only");
        std::uint32_t running = 0;
        for (std::uint32_t cpu = 0; cpu < audited_.cpus.size(); ++cpu) {
            running += kernel_.running(Cpu{cpu}) == index ? 1 : 0;
        }
        if (!alive) {
            expect(wait == Wait::idle && running == 0 && !thread.ready.queued &&
                       !thread.waiting.queued,
                   who, "has ended, and yet it is somewhere");
            return;
        }
        expect(thread.self == handle, who, "is not whom its row names");
        RowHandle const signals = table.row(index).signals.target;
        expect(signals.generation == 0 || kernel_.ipc().bound_thread(signals) == index, who,
               "is bound to a notification that does not know it");
        expect(wait != Wait::claimed, who, "was claimed and left so");
        std::uint32_t const places = running + (thread.ready.queued ? 1 : 0);
        expect(places <= 1, who, "runs or is ready in several places");
        expect(places != 0 || wait != Wait::none, who, "may run, and is nowhere");
        expect(places == 0 || wait == Wait::none, who, "runs or is ready, and waits");
        expect(thread.waiting.queued == waits_in_a_queue(wait), who, "queues for nothing");
        if (waits_in_a_queue(wait)) {
            expect(thread.by_fault || is_there(thread.through), who,
                   "waits through a capability that has gone");
        }
        if (wait == Wait::thread_end || wait == Wait::process_end) {
            expect(is_there(thread.through), who, "waits for an end that it may not know");
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
            expect(both != 3, {"endpoint", endpoint},
                   "has a sender and a receiver wait beside each other");
        }
    }

    void check_cpu(std::uint32_t cpu) {
        std::uint32_t const running = kernel_.running(Cpu{cpu});
        Named const where{"CPU", cpu};
        if (comes_in(cpu)) {
            return; // it chooses anew before it goes on
        }
        expect(audited_.cpus[cpu].decision.thread == running, where, "was told to run another");
        int const level = running == no_thread ? -1 : kernel_.thread(running).effective();
        for (std::uint32_t index = 0; index < kernel_.threads(); ++index) {
            Thread const& thread = kernel_.thread(index);
            if (thread.ready.queued && thread.cpu == cpu) {
                expect(thread.queued_priority <= level, thread_named(index),
                       "is ready and goes before what runs on its CPU");
            }
            // Its own CPU, if it is about to come in, will tell another of it.
            bool const waits = thread.ready.queued && !comes_in(thread.cpu);
            bool const may_run_here = CpuSet{thread.affinity}.contains(Cpu{cpu});
            expect(running != no_thread || !waits || !may_run_here, thread_named(index),
                   "is ready beside a CPU that idles");
        }
    }

    [[nodiscard]] bool comes_in(std::uint32_t cpu) const {
        AuditedCpu const& told = audited_.cpus[cpu];
        return told.comes_in || told.decision.timer_ns <= audited_.now_ns;
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
            Named const what{"capability", index};
            bool const live = table.is_live({index, table.generation(index)});
            expect(live, what, "is mapped and gone");
            if (!live) {
                continue;
            }
            Rights const rights = table.row(index).rights;
            expect(table.row(index).object.type == ObjectType::region, what, "is no region");
            for (std::uint64_t page = 0; page < where->pages; ++page) {
                auto const key = std::pair{where->space, where->address + page * 4096};
                ++pages[key];
                Access const* const found = audited_.mapped(key.first, key.second);
                expect(found != nullptr, what, "is mapped in the book only");
                if (found != nullptr) {
                    Access const access = *found;
                    expect((!access.write || rights.covers(right::write)) &&
                               (!access.execute || rights.covers(right::execute)) &&
                               rights.covers(right::read),
                           what, "its mapping allows more than it");
                }
            }
        }
        expect(pages.size() == audited_.mapped_pages, "pages are mapped through nothing");
    }

    Audited const& audited_;
    Kernel const& kernel_;
    std::string found_;
};

} // namespace

std::string first_wrong_loan(Kernel const& kernel) {
    return Loans{kernel}.first_wrong();
}

std::string audit(Audited const& audited) {
    return Audit{audited}.first_violation();
}

} // namespace axiom::kernel::test
