#include <services/console/admission.hpp>

#include <algorithm>
#include <array>

#include <axiom/action/action_kinds.hpp>
#include <axiom/codec/plain_text.hpp>
#include <services/init/api.hpp>
#include <services/policy/api.hpp>

namespace axiom::console {

namespace {

constexpr kernel::Nanoseconds patience{30'000'000'000};
constexpr kernel::Nanoseconds pause{20'000'000};
constexpr std::string_view engine_name = "policy";
constexpr std::array<std::string_view, 2> for_recovery{"init", "axiomd"};
constexpr std::size_t commit_bytes_max = 128;

// `user 1000`.
struct UserName {
    std::array<std::byte, 32> letters{};
    std::size_t size{};

    explicit UserName(std::uint64_t user) noexcept {
        Writer writer{letters};
        static_cast<void>(write_text(writer, "user "));
        static_cast<void>(write_decimal(writer, user));
        size = writer.size();
    }
    [[nodiscard]] std::string_view view() const noexcept {
        return text_of(Bytes{letters}.first(size));
    }
};

action::Commit session_action(std::string_view action, std::string_view user) noexcept {
    return {.action = action, .object = user, .effects = {}};
}

engine::Propose proposal(std::string_view reason, std::uint64_t cause, Bytes commit) noexcept {
    return {.domain = static_cast<std::uint16_t>(DomainNumber::actions),
            .kind = static_cast<std::uint16_t>(action::Kind::commit),
            .cause = cause,
            .reason = reason,
            .content = commit};
}

// Cut where a letter ends.
std::string_view cut(std::string_view text, std::size_t most) noexcept {
    std::size_t size = std::min(text.size(), most);
    while (size > 0 && size < text.size() &&
           (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) {
        --size;
    }
    return text.substr(0, size);
}

} // namespace

bool Admission::may_ask(Access access, std::string_view service) noexcept {
    return access == Access::all ||
           (access == Access::recovery &&
            std::ranges::find(for_recovery, service) != for_recovery.end());
}

Task<Nothing> Admission::admit(Visitor& visitor) noexcept {
    visitor.entry = 0;
    if (!slots_.policy) {
        visitor.access = Access::all;
        co_return Nothing{};
    }
    visitor.access = Access::none;
    std::uint64_t const deadline = loop_->now().value + patience.value;
    for (;;) {
        auto const engine = co_await look();
        if (!engine) {
            co_return std::unexpected{engine.error()};
        }
        if (*engine == Engine::ready) {
            CO_DO(decide(visitor));
            co_return Nothing{};
        }
        if (*engine == Engine::down || loop_->now().value >= deadline) {
            without_engine(visitor);
            co_return Nothing{};
        }
        co_await loop_->after(pause);
    }
}

// What init says of the engine. Without init, it is taken to be there.
Task<Admission::Engine> Admission::look() noexcept {
    if (!slots_.init) {
        co_return Engine::ready;
    }
    MessageBytes held;
    auto const told = co_await ask(*loop_, *slots_.init, init::ListServices{}, patience, held);
    if (!told) {
        co_return Engine::not_yet;
    }
    for (init::ServiceStatus const& each : told->services) {
        bool const is_down =
            each.state == init::ServiceState::stopped || each.state == init::ServiceState::down;
        if (each.name.view() == engine_name && is_down) {
            co_return Engine::down;
        }
    }
    co_return told->named ? Engine::ready : Engine::not_yet;
}

Task<Nothing> Admission::decide(Visitor& visitor) noexcept {
    std::array<std::byte, commit_bytes_max> room;
    UserName const user{visitor.line.user};
    auto const commit =
        encode_whole(MutableBytes{room}, session_action(attach_action, user.view()));
    if (!commit) {
        co_return std::unexpected{commit.error()};
    }
    MessageBytes held;
    auto const decided = co_await ask(*loop_, *slots_.policy,
                                      proposal("a terminal attaches", 0, *commit), patience, held);
    if (!decided) {
        without_engine(visitor); // it ended meanwhile, or the log takes nothing
    } else if (decided->verdict == engine::Verdict::allow) {
        visitor.access = Access::all;
        visitor.entry = decided->sequence;
    } else {
        visitor.reason =
            HeldText<welcome_reason_bytes_max>{cut(decided->explanation, welcome_reason_bytes_max)};
    }
    co_return Nothing{};
}

void Admission::without_engine(Visitor& visitor) const noexcept {
    visitor.access = may_recover_ ? Access::recovery : Access::none;
    visitor.reason = HeldText<welcome_reason_bytes_max>{
        may_recover_ ? "the policy engine does not decide: init and axiomd alone can be asked, and "
                       "nothing of this session is recorded; service start policy"
                     : "the policy engine does not decide, and the manifest lets nobody in without "
                       "it (argument = 1)"};
}

Task<Nothing> Admission::depart(Visitor const& visitor) noexcept {
    if (visitor.entry == 0 || !slots_.policy) {
        co_return Nothing{};
    }
    std::array<std::byte, commit_bytes_max> room;
    UserName const user{visitor.line.user};
    auto const commit =
        encode_whole(MutableBytes{room}, session_action(detach_action, user.view()));
    if (!commit) {
        co_return std::unexpected{commit.error()};
    }
    MessageBytes held;
    CO_DO(ask(*loop_, *slots_.policy, proposal("a terminal has gone", visitor.entry, *commit),
              patience, held));
    co_return Nothing{};
}

} // namespace axiom::console
