#include <tests/explore/choices.hpp>

#include <algorithm>

namespace axiom::kernel::explore {

namespace {

constexpr std::uint64_t own = ~std::uint64_t{0};
constexpr std::uint64_t no_such_slot = slots_max;
constexpr std::uint64_t short_ns = 1'000'000;
constexpr std::uint32_t token_index_bits = 24; // as kernel/ipc makes tokens

using Values = std::vector<std::uint64_t>;

struct Held {
    std::uint64_t slot{};
    SlotView view{};
};

// Argument values: those that fit, and those that must be refused.
struct Range {
    Values good;
    Values bad;
};

std::vector<std::string_view> words_of(std::string_view names) {
    std::vector<std::string_view> found;
    while (!names.empty()) {
        std::size_t const end = names.find(' ');
        found.push_back(names.substr(0, end));
        names = end == std::string_view::npos ? std::string_view{} : names.substr(end + 1);
    }
    return found;
}

// The types of object that an argument of this name stands for.
std::optional<ObjectType> type_named(std::string_view name) {
    auto const& names = EnumNames<ObjectType>::names;
    auto const* const found = std::ranges::find(names, name);
    return found == std::end(names)
               ? std::nullopt
               : std::optional{static_cast<ObjectType>(found - std::begin(names))};
}

// What is in a value that is the same for whatever it stands for.
std::optional<Range> plain_range(std::string_view name) {
    if (name == "bytes" || name == "code" || name == "from" || name.starts_with("word_") ||
        name == "entry" || name == "stack" || name == "argument" || name == "masked" ||
        name == "value") {
        return Range{{0}, {}};
    }
    if (name == "itself" || name == "address") {
        return Range{{0, name == "itself" ? 1U : 4096U}, {}};
    }
    if (name == "access") {
        return Range{{0, 1, 2}, {3}};
    }
    if (name == "ring") {
        return Range{{~std::uint64_t{0}}, {}};
    }
    if (name == "verdict") {
        return Range{{0, 1}, {2}};
    }
    if (name == "store") { // the others end the log, and with it everything
        return Range{{0}, {3}};
    }
    if (name == "bits") {
        return Range{{1, 2}, {}};
    }
    if (name == "cpus") {
        return Range{{1, 2, 3}, {0}};
    }
    if (name == "port") {
        return Range{{16}, {20}};
    }
    return std::nullopt;
}

class CallsOf {
  public:
    CallsOf(Universe const& universe, Setup const& setup, std::uint32_t cpu,
            std::vector<Event>& events)
        : universe_{universe}, setup_{setup}, cpu_{cpu}, events_{events},
          process_{universe.thread_on(cpu).process} {
        for (std::uint32_t slot = 0; slot < slots_end; ++slot) {
            if (auto const view = universe.state().slots().find(process_, Slot{slot})) {
                held_.push_back({slot, *view});
            }
        }
        free_ = free_slot(process_);
    }

    void add(CallInfo const& info) {
        switch (info.call) {
        case Call::create:
            return add_create();
        case Call::derive:
            return add_derive();
        case Call::bind:
            return add_bind();
        default:
            add_product(info);
        }
    }

  private:
    std::uint64_t free_slot(RowHandle process) const {
        for (std::uint32_t slot = 0; slot < slots_end; ++slot) {
            if (!universe_.state().slots().find(process, Slot{slot})) {
                return slot;
            }
        }
        return slots_end;
    }

    // The lowest free slot of the process that another argument names.
    std::uint64_t destination(std::uint64_t process) const {
        if (process == own) {
            return free_;
        }
        auto const view =
            universe_.state().slots().find(process_, Slot{static_cast<std::uint32_t>(process)});
        bool const is_process = view && view->object.type == ObjectType::process;
        return is_process ? free_slot(view->object.row) : free_;
    }

    Values holding(ObjectType type) const {
        Values slots;
        for (Held const& each : held_) {
            if (each.view.object.type == type) {
                slots.push_back(each.slot);
            }
        }
        return slots;
    }

    Range slots_of(ObjectType type) const {
        Range range{.good = holding(type), .bad = {free_}};
        for (Held const& each : held_) {
            if (each.view.object.type != type) {
                range.bad.push_back(each.slot);
                break;
            }
        }
        return range;
    }

    Values everything() const {
        Values slots;
        for (Held const& each : held_) {
            slots.push_back(each.slot);
        }
        return slots;
    }

    Values processes() const {
        Values slots = holding(ObjectType::process);
        slots.insert(slots.begin(), own);
        return slots;
    }

    // Tokens of whoever waits for a reply: this process's are good.
    Range tokens(bool or_none) const {
        Range range{.good = {}, .bad = {1}};
        if (or_none) {
            range.good.push_back(0);
        }
        for (std::uint32_t index = 0; index < universe_.kernel().threads(); ++index) {
            Thread const& caller = universe_.kernel().thread(index);
            WaitWord const seen = caller.seen();
            if (seen.wait() == Wait::reply || seen.wait() == Wait::fault) {
                bool const ours = caller.server_process.load() == process_.generation;
                (ours ? range.good : range.bad)
                    .push_back(seen.number() << token_index_bits | index);
            }
        }
        return range;
    }

    Range range_of(CallInfo const& info, std::string_view name) const {
        if (auto const plain = plain_range(name)) {
            return *plain;
        }
        if (auto const type = type_named(name)) {
            bool const hands_on =
                info.arguments.contains(" slot") || info.arguments.contains("source");
            if (*type == ObjectType::process && hands_on) {
                return {.good = processes(), .bad = {free_}};
            }
            return slots_of(*type);
        }
        if (name == "source" || name == "slot") {
            bool const is_destination = info.arguments.contains("process");
            return is_destination && name == "slot" ? Range{{slots_end}, {0, no_such_slot}}
                                                    : Range{everything(), {free_, no_such_slot}};
        }
        if (name == "timeout") {
            return {.good = setup_.timeouts, .bad = {}};
        }
        if (name == "time") {
            return {.good = {0, short_ns}, .bad = {}};
        }
        if (name == "token") {
            return tokens(info.arguments.contains("timeout"));
        }
        if (name == "durable") {
            std::uint64_t const watermark = universe_.watermark().value;
            return {.good = {watermark}, .bad = {watermark + 1}};
        }
        if (name == "head") {
            Range range{.good = {0}, .bad = {std::uint64_t{1} << 20U}};
            if (!held_.empty()) {
                range.good.push_back(MessageHead::of(8, 1).word);
            }
            return range;
        }
        return {.good = {0}, .bad = {}};
    }

    void push(Call call, std::array<std::uint64_t, 8> const& arguments) {
        Event event{.kind = Event::Kind::call,
                    .cpu = cpu_,
                    .frame = {static_cast<std::uint64_t>(call), arguments}};
        std::string_view const names = call_table[static_cast<std::size_t>(call)].arguments;
        bool const takes =
            call == Call::receive || call == Call::reply_receive || call == Call::call;
        event.window = takes && free_ != slots_end ? static_cast<std::uint32_t>(free_) : no_window;
        std::size_t head = 0;
        for (std::string_view const name : words_of(names)) {
            if (name == "head") {
                break;
            }
            ++head;
        }
        if (head < arguments.size() && MessageHead{arguments[head]}.capabilities() != 0) {
            for (Held const& each : held_) { // each of what it holds may travel
                event.passes = static_cast<std::uint32_t>(each.slot);
                events_.push_back(event);
            }
            return;
        }
        events_.push_back(event);
        if (takes && event.window != no_window && call != Call::call) {
            event.window = no_window;
            events_.push_back(event);
        }
    }

    void push_to(Call call, std::array<std::uint64_t, 8> arguments) {
        arguments[2] = destination(arguments[1]);
        if (arguments[2] != slots_end) {
            push(call, arguments);
        }
    }

    // All combinations of what fits; and each misfit, once, among the first that fit.
    void add_product(CallInfo const& info) {
        std::vector<Range> ranges;
        for (std::string_view const name : words_of(info.arguments)) {
            ranges.push_back(range_of(info, name));
        }
        bool const places = info.arguments.contains("process slot");
        auto const put = [&](std::array<std::uint64_t, 8> const& arguments) {
            if (places && arguments[2] == slots_end) {
                push_to(info.call, arguments);
            } else {
                push(info.call, arguments);
            }
        };
        std::array<std::uint64_t, 8> first{};
        bool possible = true;
        for (std::size_t index = 0; index < ranges.size(); ++index) {
            Range const& range = ranges[index];
            possible = possible && !range.good.empty();
            first[index] = range.good.empty() ? free_ : range.good.front();
        }
        for (std::size_t index = 0; index < ranges.size(); ++index) {
            for (std::uint64_t const bad : ranges[index].bad) {
                auto arguments = first;
                arguments[index] = bad;
                put(arguments);
            }
        }
        std::vector<std::size_t> at(ranges.size());
        while (possible) {
            std::array<std::uint64_t, 8> arguments{};
            for (std::size_t index = 0; index < ranges.size(); ++index) {
                arguments[index] = ranges[index].good[at[index]];
            }
            put(arguments);
            std::size_t index = ranges.size();
            while (index != 0 && ++at[index - 1] == ranges[index - 1].good.size()) {
                at[--index] = 0;
            }
            possible = index != 0;
        }
    }

    // account, process, slot, type, first, count, uses, row
    void add_create() {
        Values accounts = holding(ObjectType::account);
        accounts.push_back(free_);
        for (std::uint64_t const account : accounts) {
            for (std::uint64_t const process : processes()) {
                auto const make = [&](ObjectType type, std::uint64_t first, std::uint64_t count,
                                      std::uint64_t uses, std::uint64_t row = 0) {
                    push_to(Call::create, {account, process, 0, static_cast<std::uint64_t>(type),
                                           first, count, uses, row});
                };
                make(ObjectType::account, 0, 0, own);
                for (std::uint64_t const space : holding(ObjectType::space)) {
                    make(ObjectType::process, 7, 0, space);
                }
                for (std::uint64_t const owner : holding(ObjectType::process)) {
                    make(ObjectType::thread, 10, 0, owner);
                    make(ObjectType::thread, universe_ceiling + 1, 0, owner);
                }
                make(ObjectType::space, 0, 0, own);
                make(ObjectType::region, 0, 1, own);
                make(ObjectType::region, 0, 3, own, 3);  // at a multiple of four pages
                make(ObjectType::region, 0, 1, own, 20); // of more pages than there can be
                make(ObjectType::endpoint, 0, 0, own);
                make(ObjectType::notification, 0, 0, own);
                make(ObjectType::context, 1000, 1000, own);
                for (std::uint64_t const from : holding(ObjectType::region)) {
                    make(ObjectType::region, 1, 1, from);
                }
                for (std::uint64_t const from : holding(ObjectType::ports)) {
                    make(ObjectType::ports, 17, 1, from);
                }
                for (std::uint64_t const from : holding(ObjectType::interrupt)) {
                    make(ObjectType::interrupt, 1, 0, from);
                }
            }
            if (account == free_) {
                return; // once
            }
        }
    }

    // source, process, slot, rights, badge
    void add_derive() {
        for (Held const& source : held_) {
            Rights const rights = source.view.rights;
            std::set<std::uint64_t> const asked{
                rights.bits, right::all.bits, (rights & right::read).bits,
                static_cast<std::uint64_t>(rights.bits & ~right::grant.bits)};
            bool const badged = source.view.object.type == ObjectType::endpoint ||
                                source.view.object.type == ObjectType::notification;
            for (std::uint64_t const process : processes()) {
                for (std::uint64_t const want : asked) {
                    push_to(Call::derive, {source.slot, process, 0, want, 0});
                }
                if (badged) {
                    push_to(Call::derive, {source.slot, process, 0, rights.bits, 4});
                    push_to(Call::derive, {source.slot, process, 0, rights.bits, 8});
                }
            }
        }
        push(Call::derive, {free_, own, free_, 1, 0});
    }

    // subject, target, bit, binding
    void add_bind() {
        auto const each = [&](ObjectType subject_type, ObjectType target_type, Binding binding) {
            Values targets = holding(target_type);
            targets.push_back(own);
            for (std::uint64_t const subject : holding(subject_type)) {
                for (std::uint64_t const target : targets) {
                    push(Call::bind, {subject, target, 0, static_cast<std::uint64_t>(binding)});
                }
            }
        };
        each(ObjectType::thread, ObjectType::context, Binding::context);
        each(ObjectType::thread, ObjectType::endpoint, Binding::faults);
        each(ObjectType::thread, ObjectType::endpoint, Binding::budgets);
        each(ObjectType::thread, ObjectType::notification, Binding::signals);
        each(ObjectType::interrupt, ObjectType::notification, Binding::line);
        if (!held_.empty()) { // of what is no thread
            push(Call::bind, {held_.front().slot, own, 0, 0});
        }
    }

    Universe const& universe_;
    Setup const& setup_;
    std::uint32_t cpu_;
    std::vector<Event>& events_;
    RowHandle process_;
    std::vector<Held> held_;
    std::uint64_t free_{};
};

bool is_without(Setup const& setup, Call call) {
    return std::ranges::find(setup.without, call) != setup.without.end();
}

} // namespace

std::vector<Event> const& Choices::of(Universe const& universe) {
    events_.clear();
    for (std::uint32_t cpu = 0; cpu < universe_cpus; ++cpu) {
        events_.push_back({.kind = Event::Kind::timer, .cpu = cpu});
        for (std::uint64_t line = 0; setup_->devices && line < machine_lines; ++line) {
            if (universe.machine().unmasked[line]) {
                events_.push_back(
                    {.kind = Event::Kind::interrupt, .cpu = cpu, .frame = {line, {}}});
            }
        }
        if (!universe.can_call(cpu)) {
            continue;
        }
        events_.push_back({.kind = Event::Kind::fault, .cpu = cpu});
        CallsOf calls_of{universe, *setup_, cpu, events_};
        for (CallInfo const& info : call_table) {
            if (!is_without(*setup_, info.call)) {
                calls_of.add(info);
            }
        }
        events_.push_back({.kind = Event::Kind::call, .cpu = cpu, .frame = {calls, {}}});
    }
    std::uint64_t const due = universe.due_ns();
    if (due != for_ever && due > universe.now_ns) {
        events_.push_back({.kind = Event::Kind::pass});
    }
    return events_;
}

std::set<std::string> Choices::unknown_arguments(Setup const& setup) {
    static std::set<std::string_view> const known{
        "source",  "slot",   "timeout", "time",    "token",  "head",  "type",
        "first",   "count",  "uses",    "row",     "rights", "badge", "expires",
        "subject", "target", "bit",     "binding", "durable"};
    std::set<std::string> found;
    for (CallInfo const& info : call_table) {
        for (std::string_view const name : words_of(info.arguments)) {
            if (!is_without(setup, info.call) && !plain_range(name) && !type_named(name) &&
                !known.contains(name)) {
                found.insert(std::string{info.name} + "." + std::string{name});
            }
        }
    }
    return found;
}

} // namespace axiom::kernel::explore
