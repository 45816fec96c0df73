#include <services/actions/targets.hpp>

#include <axiom/base/mutant.hpp>
#include <axiom/codec/plain_text.hpp>
#include <services/board/api.hpp>
#include <services/init/api.hpp>

namespace axiom::actions {

using action::EffectKind;
using action::PreparedEffect;

namespace {

// What its target says no to for good; all else may be otherwise later.
bool is_final(Error const& error) noexcept {
    return error.code == Code::bad_text || error.code == Code::too_long;
}

// `board to console`; empty when it is none, or a name is longer than one.
struct ServicePair {
    std::string_view what;
    std::string_view whom;
};
ServicePair pair_in(std::string_view object, std::string_view between) noexcept {
    std::size_t const at = find_text(object, between);
    if (at == object.size()) {
        return {};
    }
    ServicePair const pair{.what = object.substr(0, at),
                           .whom = object.substr(at + between.size())};
    bool const fit = pair.what.size() <= init::name_bytes_max &&
                     pair.whom.size() <= init::name_bytes_max && !pair.whom.empty();
    return fit ? pair : ServicePair{};
}

// Init's no is for good: who is not there now may be another one later.
Result<action::OutcomeStatus> status_of(Result<Nothing> const& done) noexcept {
    if (!done && done.error().code == Code::unanswered) {
        return std::unexpected{done.error()};
    }
    return done ? action::OutcomeStatus::done : action::OutcomeStatus::failed;
}

} // namespace

Task<Reached> Targets::reach(action::EffectPlace effect, ActionWords words, PreparedEffect what,
                             Hash256 token) noexcept {
    if (what.executor == grant_executor || what.executor == revoke_executor) {
        CO_TRY(Status const status, change_authority(words, what.executor, token));
        co_return Reached{.status = status};
    }
    if (what.executor == job_executor) {
        auto const ran = co_await run_job(effect, what.parameters, token);
        co_return ran;
    }
    if (what.kind == EffectKind::once) {
        co_return Reached{.status = print(what.parameters)};
    }
    auto const asked = co_await ask_board(what, token);
    if (!asked && AXIOM_MUTANT(refused_effect_is_done)) {
        co_return Reached{.status = Status::done};
    }
    if (!asked && !is_final(asked.error())) {
        co_return std::unexpected{asked.error()};
    }
    co_return Reached{.status = asked ? Status::done : Status::failed};
}

Task<Nothing> Targets::ask_board(PreparedEffect what, Hash256 token) noexcept {
    std::string_view const text = text_of(what.parameters);
    MessageBytes held;
    if (what.kind == EffectKind::queryable) {
        auto const posted = co_await ask(*loop_, slots_.board,
                                         board::Post{.token = token, .note = text}, patience, held);
        co_return posted;
    }
    std::size_t const equals = text.find('=');
    if (equals == std::string_view::npos) {
        co_return fail(Code::bad_text);
    }
    board::Put const put{
        .token = token, .key = text.substr(0, equals), .value = text.substr(equals + 1)};
    auto const done = co_await ask(*loop_, slots_.board, put, patience, held);
    co_return done;
}

Task<bool> Targets::was_posted(Hash256 token) noexcept {
    MessageBytes held;
    CO_TRY(board::Told const told,
           ask(*loop_, slots_.board, board::WasPosted{.token = token}, patience, held));
    co_return told.posted;
}

// By what the action says that the policy has allowed, and by nothing else.
Task<action::OutcomeStatus> Targets::change_authority(ActionWords words, std::string_view executor,
                                                      Hash256 token) noexcept {
    bool const grants = executor == grant_executor;
    auto const pair = pair_in(words.object, grants ? " to " : " from ");
    if (words.action != (grants ? "grant" : "revoke") || pair.what.empty()) {
        co_return Status::failed;
    }
    init::Name const what{pair.what};
    init::Name const whom{pair.whom};
    MessageBytes held;
    if (grants) {
        auto const done = co_await ask(
            *loop_, slots_.init, init::GrantService{.token = token, .what = what, .whom = whom},
            patience, held);
        co_return status_of(done);
    }
    auto const done = co_await ask(*loop_, slots_.init,
                                   init::RevokeService{.token = token, .what = what, .whom = whom},
                                   patience, held);
    co_return status_of(done);
}

// `unanswered` while it runs: the others are not kept waiting for it.
Task<Reached> Targets::run_job(action::EffectPlace effect, Bytes parameters,
                               Hash256 token) noexcept {
    MessageBytes held;
    auto const carried = co_await ask(*loop_, slots_.jobs,
                                      jobs::Carry{.token = token,
                                                  .commit = effect.commit.value,
                                                  .index = effect.index,
                                                  .parameters = parameters},
                                      patience, held);
    if (!carried && is_final(carried.error())) {
        co_return Reached{.status = Status::failed};
    }
    if (!carried) {
        co_return std::unexpected{carried.error()};
    }
    if (carried->state <= jobs::JobState::running) {
        co_return fail(Code::unanswered, effect.commit.value);
    }
    bool const is_done = carried->state == jobs::JobState::ended && carried->detail == 0 &&
                         carried->reason == static_cast<std::uint8_t>(jobs::Reason::exited);
    co_return Reached{.status = is_done ? Status::done : Status::failed, .job = *carried};
}

// Of one piece, as text that moves no cursor.
action::OutcomeStatus Targets::print(Bytes parameters) noexcept {
    std::array<char, action::parameters_bytes_max + 1> line{};
    for (std::size_t at = 0; at < parameters.size(); ++at) {
        auto const letter = std::to_integer<unsigned char>(parameters[at]);
        line[at] = letter < ' ' || letter == 0x7FU ? '?' : static_cast<char>(letter);
    }
    line[parameters.size()] = '\n';
    bool const printed =
        loop_->kernel().debug_write({line.data(), parameters.size() + 1}).has_value();
    return printed ? Status::done : Status::failed;
}

} // namespace axiom::actions
