#include <services/permissions/service.hpp>

#include <algorithm>
#include <array>

#include <axiom/action/action_kinds.hpp>
#include <axiom/domain/gated.hpp>
#include <axiom/log/limits.hpp>
#include <services/actions/executors.hpp>

namespace axiom::permissions {

namespace {

constexpr kernel::Nanoseconds patience{25'000'000'000}; // the engine waits for the log's medium
constexpr auto actions_number = static_cast<std::uint16_t>(DomainNumber::actions);
constexpr auto commit_number = static_cast<std::uint16_t>(action::Kind::commit);
constexpr std::string_view grant_action = "grant";
constexpr std::string_view revoke_action = "revoke";

// More than a commit has, whatever its effects are told.
constexpr std::size_t entry_room = std::size_t{2} * axiomd::piece_bytes_max;

bool is_about_permissions(std::string_view action) noexcept {
    constexpr std::array names{grant_action, revoke_action, engine::approve_action,
                               engine::refuse_action};
    return std::ranges::find(names, action) != names.end();
}

// `calculator to console`
class ObjectText {
  public:
    ObjectText(std::string_view what, std::string_view between, std::string_view whom) noexcept {
        for (std::string_view const part : {what, between, whom}) {
            std::copy_n(part.data(), part.size(), letters_.data() + size_);
            size_ += part.size();
        }
    }
    [[nodiscard]] std::string_view view() const noexcept { return {letters_.data(), size_}; }

  private:
    std::array<char, 2 * service_name_bytes_max + 8> letters_{};
    std::size_t size_{};
};

// What the log's keeper tells is looked at as if anybody had told it. Nothing: no commit of an
// action.
Result<Step> step_in(Bytes bytes, std::uint64_t sequence) noexcept {
    EntryHeader header;
    if (bytes.size() < entry_header_bytes) {
        return fail(Code::truncated, bytes.size());
    }
    copy_bytes(std::as_writable_bytes(std::span{&header, 1}), bytes.first(entry_header_bytes));
    bool const is_it =
        header.sequence.value == sequence && header.body_bytes <= bytes.size() - entry_header_bytes;
    if (!is_it) {
        return fail(Code::truncated, sequence);
    }
    if (header.domain != DomainNumber::actions || header.kind != commit_number) {
        return fail(Code::no_such_row, sequence);
    }
    Bytes const body = bytes.subspan(entry_header_bytes, header.body_bytes);
    auto const gated = TRY(decode_whole<Gated<action::Commit>>(body));
    TRY(policy::check(gated.decision));
    policy::Condition const* const approval =
        policy::find(gated.decision, policy::ConditionKind::second_approver);
    return Step{.sequence = sequence,
                .principal = header.principal.value,
                .approver = approval == nullptr ? 0 : approval->value,
                .rule = gated.decision.rule,
                .cause = header.causes[0].value,
                .action = HeldText<engine::name_bytes_max>{gated.content.action},
                .object = HeldText<engine::object_bytes_max>{gated.content.object}};
}

} // namespace

template <class Asks> Task<engine::Decided> Permissions::pass_on(Asks asks) noexcept {
    MessageBytes held;
    CO_TRY(engine::Decided decided, ask(*loop_, slots_.policy, asks, patience, held));
    std::string_view const words = decided.explanation; // stays until the answer is encoded
    copy_bytes(told_, bytes_of(words));
    decided.explanation = text_of(Bytes{told_}.first(words.size()));
    co_return decided;
}

Task<engine::RequestList> Permissions::on(Request const& /*request*/,
                                          Pending const& asks) noexcept {
    MessageBytes held;
    CO_TRY(engine::RequestList const told,
           ask(*loop_, slots_.policy, engine::ListRequests{.before = asks.before, .waiting = true},
               patience, held));
    co_return told;
}

Task<engine::RequestDetail> Permissions::on(Request const& /*request*/, Show const& asks) noexcept {
    MessageBytes held;
    CO_TRY(engine::RequestDetail told,
           ask(*loop_, slots_.policy, engine::AskRequest{.number = asks.number}, patience, held));
    Bytes const content = told.content;
    copy_bytes(told_, content);
    told.content = Bytes{told_}.first(content.size());
    co_return told;
}

Task<engine::Decided> Permissions::on(Request const& /*request*/, Approve const& asks) noexcept {
    return pass_on(engine::Approve{.number = asks.number, .reason = asks.reason});
}

Task<engine::Decided> Permissions::on(Request const& /*request*/, Refuse const& asks) noexcept {
    return pass_on(engine::Refuse{.number = asks.number, .reason = asks.reason});
}

Task<engine::Decided> Permissions::on(Request const& /*request*/, Revoke const& asks) noexcept {
    ObjectText const object{asks.what, " from ", asks.whom};
    action::Commit commit{.action = revoke_action, .object = object.view(), .effects = {}};
    commit.effects.push_back({.kind = action::EffectKind::repeatable,
                              .executor = actions::revoke_executor,
                              .parameters = {},
                              .content = {}});
    std::array<std::byte, 512> room;
    auto const content = encode_whole(MutableBytes{room}, commit);
    if (!content) {
        co_return std::unexpected{content.error()};
    }
    auto const decided = co_await pass_on(engine::Propose{.domain = actions_number,
                                                          .kind = commit_number,
                                                          .cause = 0,
                                                          .wait_ms = engine::request_ms_max,
                                                          .reason = "revoked by permissions",
                                                          .content = *content});
    co_return decided;
}

// The first sequence that is not durable.
Task<std::uint64_t> Permissions::end() noexcept {
    MessageBytes held;
    CO_TRY(axiomd::Standing const standing,
           ask(*loop_, slots_.axiomd, axiomd::AskStanding{}, patience, held));
    co_return standing.next;
}

Task<Step> Permissions::read(std::uint64_t sequence) noexcept {
    std::array<std::byte, entry_room> room;
    std::size_t read = 0;
    for (;;) {
        MessageBytes held;
        CO_TRY(
            axiomd::EntryPiece const told,
            ask(*loop_, slots_.axiomd,
                axiomd::ReadEntry{.sequence = sequence, .offset = static_cast<std::uint32_t>(read)},
                patience, held));
        if (told.piece.empty() || told.piece.size() > room.size() - read) {
            co_return fail(Code::no_such_row, sequence); // too large for what is looked for
        }
        copy_bytes(MutableBytes{room}.subspan(read), told.piece);
        read += told.piece.size();
        if (read >= told.total_bytes) {
            co_return step_in(Bytes{room}.first(read), sequence);
        }
    }
}

// `no_such_row`: there is none.
Task<Step> Permissions::newest(Sought sought) noexcept {
    CO_TRY(std::uint64_t before, end());
    while (before != 0) {
        MessageBytes held;
        CO_TRY(axiomd::Found const found, ask(*loop_, slots_.axiomd,
                                              axiomd::Find{.before = before,
                                                           .domain = actions_number,
                                                           .kind = commit_number,
                                                           .text = sought.object},
                                              patience, held));
        if (found.before >= before) {
            co_return fail(Code::out_of_range, found.before); // it would never end
        }
        for (std::size_t at = found.entries.size(); at > 0; --at) {
            auto const step = co_await read(found.entries[at - 1]);
            bool const is = step && step->action.view() == sought.action &&
                            step->object.view() == sought.object;
            if (is) {
                co_return *step;
            }
        }
        before = found.before;
    }
    co_return fail(Code::no_such_row);
}

Task<Steps> Permissions::on(Request const& /*request*/, History const& asks) noexcept {
    CO_TRY(std::uint64_t const last, end());
    std::uint64_t before = asks.before == 0 ? last : std::min(asks.before, last);
    Steps told;
    while (before != 0) {
        MessageBytes held;
        CO_TRY(
            axiomd::Found const found,
            ask(*loop_, slots_.axiomd,
                axiomd::Find{
                    .before = before, .domain = actions_number, .kind = commit_number, .text = {}},
                patience, held));
        if (found.before >= before) {
            co_return fail(Code::out_of_range, found.before);
        }
        for (std::size_t at = found.entries.size(); at > 0; --at) {
            auto const step = co_await read(found.entries[at - 1]);
            if (!step || !is_about_permissions(step->action.view())) {
                continue;
            }
            told.steps.push_back(*step);
            if (told.steps.full()) {
                told.before = step->sequence;
                co_return told;
            }
        }
        before = found.before;
    }
    co_return told;
}

Task<Origin> Permissions::on(Request const& /*request*/, Provenance const& asks) noexcept {
    Origin origin;
    ObjectText const granted{asks.what, " to ", asks.whom};
    ObjectText const revoked{asks.what, " from ", asks.whom};
    auto step = co_await newest({.action = grant_action, .object = granted.view()});
    if (!step && step.error().code != Code::no_such_row) {
        co_return std::unexpected{step.error()};
    }
    if (!step) {
        co_return origin;
    }
    auto const taken = co_await newest({.action = revoke_action, .object = revoked.view()});
    if (taken && taken->sequence > step->sequence) {
        origin.revoked = taken->sequence;
    }
    // A cause is older than what it causes, so the chain ends.
    while (step && !origin.chain.full()) {
        origin.chain.push_back(*step);
        std::uint64_t const cause = step->cause;
        if (cause == 0 || cause >= step->sequence) {
            break;
        }
        auto next = co_await read(cause);
        step = std::move(next);
    }
    co_return origin;
}

} // namespace axiom::permissions
