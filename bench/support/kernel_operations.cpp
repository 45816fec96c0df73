// Operations of the kernel, each over a kernel of its own; see kernel_operations.hpp.

#include <bench/support/kernel_operations.hpp>

#include <bench/support/failure.hpp>
#include <bench/support/kernel_fixture.hpp>

namespace axiom::bench {

using namespace kernel;

namespace {

constexpr std::uint32_t endpoint = KernelFixture::free_slot;
constexpr std::uint32_t region = endpoint + 1;
constexpr std::uint32_t first_thread = endpoint + 2;
constexpr std::uint32_t children = endpoint + 16;
constexpr std::size_t few = 64;
constexpr std::size_t many = 2000;

// A call that is answered at once, with the arguments that stand ready for it.
class Called : public KernelOperation {
  public:
    Called(KernelSize const& size, Call number, KernelFixture::Arguments const& arguments = {})
        : fixture_{size}, frame_{static_cast<std::uint64_t>(number), arguments} {}

    void run() override {
        Kernel& kernel = fixture_.kernel();
        for (std::size_t count = 0; count < many; ++count) {
            decision_ = &kernel.call(Cpu{0}, ++fixture_.now_ns, frame_);
        }
        require(kernel.thread(decision_->thread).answer.done(), "the call is done");
    }
    [[nodiscard]] std::size_t times() const noexcept override { return many; }

  protected:
    KernelFixture fixture_;
    CallFrame frame_;
    Decision const* decision_{};
};

class Lookup final : public Called {
  public:
    Lookup() : Called{{}, Call::time} { fixture_.create(ObjectType::endpoint, endpoint); }

    void run() override {
        SlotViews const& slots = fixture_.kernel().state().slots();
        RowHandle const process = fixture_.kernel().thread(0).process;
        std::uint64_t found = 0;
        for (std::size_t count = 0; count < many; ++count) {
            found += look(slots, process, Slot{endpoint}, {0, ObjectType::endpoint, right::write})
                         .has_value();
        }
        require(found == many, "the capability is found");
    }
};

class Records final : public Called {
  public:
    Records()
        : Called{{}, Call::time}, memory_(Syslog::bytes_for(1)), arena_{MutableBytes{memory_}},
          syslog_{arena_, 1, BootNumber{1}} {}

    void run() override {
        Syslog::Calls& calls = syslog_.calls(0);
        CallerWords const caller{Actor{.process = 1, .thread = 1, .account = 1}};
        std::span const given{frame_.arguments};
        for (std::size_t count = 0; count < many; ++count) {
            CallMark const mark = calls.request(caller, 1, given.first<4>(), ++fixture_.now_ns);
            calls.answered(mark, 0, 0, fixture_.now_ns);
        }
    }

  private:
    std::vector<std::byte> memory_;
    Arena arena_;
    Syslog syslog_;
};

// Two threads of one process, of which the server waits before the client calls.
class CallAndReply final : public Called {
  public:
    explicit CallAndReply(KernelSize const& size) : Called{size, Call::time} {
        fixture_.create(ObjectType::endpoint, endpoint);
        fixture_.start_thread(Cpu{0}, first_thread, 10);
        client_ = fixture_.start_thread(Cpu{0}, first_thread + 2, 10);
        fixture_.retire_first();
        fixture_.enter(Cpu{0}, Call::receive, {endpoint, for_ever});
        require(fixture_.kernel().running(Cpu{0}) == client_, "the client runs");
    }

    void run() override {
        Kernel& kernel = fixture_.kernel();
        CallFrame const call{static_cast<std::uint64_t>(Call::call), {endpoint, 0, for_ever, 1, 2}};
        CallFrame reply{static_cast<std::uint64_t>(Call::reply_receive),
                        {0, 0, endpoint, for_ever, 3, 4}};
        for (std::size_t count = 0; count < many; ++count) {
            decision_ = &kernel.call(Cpu{0}, ++fixture_.now_ns, call);
            reply.arguments[0] =
                kernel.thread(decision_->thread).answer.words[ReceivedWords::token];
            decision_ = &kernel.call(Cpu{0}, ++fixture_.now_ns, reply);
        }
        require(decision_->thread == client_ && kernel.thread(client_).answer.words[3] == 3,
                "the reply has come");
    }

  private:
    std::uint32_t client_{};
};

class Switch final : public Called {
  public:
    Switch() : Called{{}, Call::yield} {
        fixture_.start_thread(Cpu{0}, first_thread, 10);
        fixture_.start_thread(Cpu{0}, first_thread + 2, 10);
        fixture_.retire_first();
    }
};

// Children of one capability, in the same process or another.
class Derive final : public Called {
  public:
    explicit Derive(bool for_another) : Called{{}, Call::derive} {
        fixture_.create(ObjectType::endpoint, endpoint);
        std::uint64_t process = KernelFixture::own;
        if (for_another) {
            process = region;
            fixture_.create(ObjectType::space, process + 1);
            fixture_.call(Call::create,
                          {KernelFixture::account_slot, KernelFixture::own, process,
                           static_cast<std::uint64_t>(ObjectType::process), 1, 0, process + 1});
        }
        frame_.arguments = {endpoint, process, 0, right::all.bits, 0, 0};
    }

    void prepare() override { fixture_.call(Call::revoke, {endpoint, 0}); }
    void run() override {
        for (std::size_t count = 0; count < few; ++count) {
            frame_.arguments[2] = children + count;
            decision_ = &fixture_.kernel().call(Cpu{0}, ++fixture_.now_ns, frame_);
        }
        require(fixture_.kernel().thread(0).answer.done(), "the child is made");
    }
    [[nodiscard]] std::size_t times() const noexcept override { return few; }
};

class Revoke final : public Called {
  public:
    explicit Revoke(std::uint32_t descendants)
        : Called{{.capabilities = descendants + 256}, Call::revoke, {endpoint, 0}},
          descendants_{descendants} {
        fixture_.create(ObjectType::endpoint, endpoint);
    }

    void prepare() override {
        for (std::uint32_t count = 0; count < descendants_; ++count) {
            fixture_.call(Call::derive,
                          {endpoint, KernelFixture::own, children + count, right::all.bits, 0, 0});
        }
    }
    void run() override {
        decision_ = &fixture_.kernel().call(Cpu{0}, ++fixture_.now_ns, frame_);
        require(fixture_.kernel().thread(0).answer.done(), "the children are taken back");
    }
    [[nodiscard]] std::size_t times() const noexcept override { return 1; }

  private:
    std::uint32_t descendants_;
};

class MapAndUnmap final : public Called {
  public:
    MapAndUnmap() : Called{{}, Call::map} { fixture_.create(ObjectType::region, region, 0, 1); }

    void run() override {
        CallFrame const map{static_cast<std::uint64_t>(Call::map),
                            {KernelFixture::space_slot, region, 0x10000, 1}};
        CallFrame const unmap{static_cast<std::uint64_t>(Call::unmap), {region}};
        for (std::size_t count = 0; count < many; ++count) {
            decision_ = &fixture_.kernel().call(Cpu{0}, ++fixture_.now_ns, map);
            decision_ = &fixture_.kernel().call(Cpu{0}, ++fixture_.now_ns, unmap);
        }
        require(fixture_.kernel().thread(0).answer.done(), "the page is unmapped");
    }
};

class Frames final : public KernelOperation {
  public:
    Frames() : memory_(FramePool::bytes_for(frames)), pool_{arena_, frames} {
        pool_.give_run(Frame{0}, frames);
    }

    void run() override {
        for (std::size_t count = 0; count < many; ++count) {
            auto const block = pool_.take(0);
            pool_.give(*block);
        }
        require(pool_.free() == frames, "all frames are back");
    }
    [[nodiscard]] std::size_t times() const noexcept override { return many; }

  private:
    static constexpr std::uint32_t frames = 4096;
    std::vector<std::byte> memory_;
    Arena arena_{MutableBytes{memory_}};
    FramePool pool_;
};

template <class Operation, auto... arguments>
std::unique_ptr<KernelOperation> make(Options const& /*options*/) {
    return std::make_unique<Operation>(arguments...);
}

// In quick mode a hundredth of them.
template <std::uint32_t descendants>
std::unique_ptr<KernelOperation> make_revoke(Options const& options) {
    return std::make_unique<Revoke>(
        static_cast<std::uint32_t>(options.size(descendants, descendants / 100 + 1)));
}

template <Call number, bool with_syslog>
std::unique_ptr<KernelOperation> make_call(Options const& /*options*/) {
    return std::make_unique<Called>(KernelSize{.with_syslog = with_syslog}, number);
}

template <bool with_syslog>
std::unique_ptr<KernelOperation> make_call_and_reply(Options const& /*options*/) {
    return std::make_unique<CallAndReply>(KernelSize{.with_syslog = with_syslog});
}

constexpr std::nullopt_t none = std::nullopt;
constexpr OperationLine lines[]{
    {"null", "null call (time), recorded; the trap comes to it", 60, 100,
     make_call<Call::time, true>},
    {"null.bare", "null call, not recorded", none, none, make_call<Call::time, false>},
    {"lookup", "lookup of a capability, and its check", none, 1000, make<Lookup>},
    {"record", "SysLog record: request and response", 25, none, make<Records>},
    {"ipc", "call + reply, four words, recorded; two traps come to it", 250, 1000,
     make_call_and_reply<true>},
    {"ipc.bare", "call + reply, not recorded", none, none, make_call_and_reply<false>},
    {"switch", "thread switch: yield between equals", none, 500, make<Switch>},
    {"derive", "derive, in the same process", none, 1e6, make<Derive, false>},
    {"grant", "grant: derive into another process", none, 1e6, make<Derive, true>},
    {"revoke.1", "revoke of 1 descendant", none, 1e7, make_revoke<1>},
    {"revoke.100", "revoke of 100 descendants", none, 1e7, make_revoke<100>},
    {"revoke.10000", "revoke of 10,000 descendants", none, 1e7, make_revoke<10'000>},
    {"map", "map + unmap of a page; page tables come to it", 600, none, make<MapAndUnmap>},
    {"frame", "small allocation: take and give back a frame", 25, 100, make<Frames>},
};

} // namespace

std::span<OperationLine const> kernel_operations() noexcept {
    return lines;
}

} // namespace axiom::bench
