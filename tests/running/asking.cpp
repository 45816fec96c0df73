// What is asked and changes no authority: sums, contents, and a look at all.

#include <array>

#include <rapidcheck.h>

#include <services/axiomd/api.hpp>
#include <services/board/api.hpp>
#include <services/calculator/api.hpp>
#include <services/console/api.hpp>
#include <services/init/api.hpp>
#include <services/objects/api.hpp>
#include <sim-host/jobs/job_run.hpp>
#include <tests/running/objects.hpp>
#include <tests/running/step.hpp>

namespace axiom::test::running {

namespace {

// The console may call the calculator when it was granted that, and not otherwise.
class Calculate final : public Step {
  public:
    explicit Calculate(Model const& /*state*/)
        : left_{*rc::gen::inRange(-1000, 1000)}, right_{*rc::gen::inRange(-3, 1000)},
          sign_{any_of(std::vector<char>{'+', '*', '/'})} {}

    void checkPreconditions(Model const& state) const override { RC_PRE(state.runs("calculator")); }
    void run(Model const& state, World& world) const override {
        auto const value =
            world.read("calculator", calculator::Evaluate{.text = std::string_view{text()}});
        if (!state.favours.contains({"console", "calculator"})) {
            RC_ASSERT(!value);
            RC_ASSERT(value.error().code == Code::not_permitted);
            RC_ASSERT(value.error().where == console::no_capability);
            return;
        }
        if (sign_ == '/' && right_ == 0) {
            RC_ASSERT(!value);
            RC_ASSERT(value.error().code == Code::out_of_range);
            return;
        }
        RC_ASSERT(value);
        int const expected = sign_ == '+'   ? left_ + right_
                             : sign_ == '*' ? left_ * right_
                                            : left_ / right_;
        auto const magnitude = static_cast<std::int64_t>(value->magnitude);
        RC_ASSERT((value->negative ? -magnitude : magnitude) == expected);
    }
    [[nodiscard]] std::string name() const override { return "calculate"; }
    [[nodiscard]] std::string object() const override { return text(); }

  private:
    [[nodiscard]] std::string text() const {
        return std::to_string(left_) + sign_ + '(' + std::to_string(right_) + ')';
    }
    int left_;
    int right_;
    char sign_;
};

class PutObject final : public Step {
  public:
    explicit PutObject(Model const& /*state*/) : number_{*rc::gen::inRange<std::size_t>(0, 12)} {}

    void apply(Model& state) const override { state.objects.insert(number_); }
    void run(Model const& state, World& world) const override {
        auto const stored = put_object(world, content_of(number_));
        RC_ASSERT(stored.id == host::content_digest(bytes_of(content_of(number_))));
        RC_ASSERT(stored.bytes == content_of(number_).size());
        bool const was_there = std::ranges::any_of(state.objects, [&](std::size_t each) {
            return content_of(each) == content_of(number_);
        });
        RC_ASSERT((!was_there || stored.was_there)); // what jobs wrote may be there too
    }
    [[nodiscard]] std::string name() const override { return "put_object"; }
    [[nodiscard]] std::string object() const override { return std::to_string(number_); }

  private:
    std::size_t number_;
};

class GetObject final : public Step {
  public:
    explicit GetObject(Model const& /*state*/) : number_{*rc::gen::inRange<std::size_t>(0, 12)} {}

    void run(Model const& state, World& world) const override {
        std::string const content = content_of(number_);
        auto const got = get_object(world, host::content_digest(bytes_of(content)));
        if (state.objects.contains(number_)) {
            RC_ASSERT(got);
        }
        RC_ASSERT((!got || *got == content)); // another number's may be the same
    }
    [[nodiscard]] std::string name() const override { return "get_object"; }
    [[nodiscard]] std::string object() const override { return std::to_string(number_); }

  private:
    std::size_t number_;
};

class LookAtAll final : public Step {
  public:
    explicit LookAtAll(Model const& /*state*/) {}
    void run(Model const& state, World& world) const override { look_at_all(state, world); }
    [[nodiscard]] std::string name() const override { return "look_at_all"; }
};

void look_at_services(Model const& state, World& world) {
    auto const all = world.read("init", init::ListServices{});
    RC_ASSERT(all);
    for (init::ServiceStatus const& each : all->services) {
        bool const runs = each.state == init::ServiceState::runs;
        RC_ASSERT(runs == state.runs(std::string{each.name.view()}));
    }
}

// As the log has it: what each of them holds to call others with, beyond its manifest.
void look_at_favours(Model const& state, World& world) {
    std::set<Favour> held;
    for (char const* const whom : whoms) {
        RC_ASSERT(world.read("axiomd", axiomd::Settle{}));
        std::string const holder{whom};
        if (!state.runs(holder)) {
            continue;
        }
        axiomd::ListCapabilities question{.from = 0, .holder = world.process_of(holder), .id = 0};
        do {
            auto const some = world.read("axiomd", question);
            RC_ASSERT(some);
            for (axiomd::CapabilityStatus const& each : some->capabilities) {
                for (char const* const what : whats) {
                    if (each.object == kernel::ObjectType::endpoint && each.label.view() == what &&
                        holder != what) {
                        RC_ASSERT(each.rights == kernel::right::write);
                        RC_ASSERT(held.insert({holder, what}).second);
                    }
                }
            }
            question.from = some->next;
        } while (question.from != 0);
    }
    RC_ASSERT(held == state.favours);
}

} // namespace

void look_at_all(Model const& state, World& world) {
    look_at_services(state, world);
    look_at_favours(state, world);
    for (auto const& [key, value] : state.board) {
        auto const there = world.read("board", board::Get{.key = key});
        RC_ASSERT(there);
        RC_ASSERT(there->value == value);
    }
    for (std::size_t const number : state.objects) {
        std::string const content = content_of(number);
        auto const got = get_object(world, host::content_digest(bytes_of(content)));
        RC_ASSERT(got);
        RC_ASSERT(*got == content);
    }
    world.note_standing();
}

std::span<Factory const> asking() {
    static constexpr std::array factories{made<Calculate>, made<Calculate>, made<PutObject>,
                                          made<PutObject>, made<GetObject>, made<LookAtAll>};
    return factories;
}

} // namespace axiom::test::running
