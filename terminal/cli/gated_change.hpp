#pragma once
// One gated change of a log by a person: asked about first, on the log as it stands.
//
//     log as it stands ─▶ the verb's own check ─▶ policy ─▶ log opened for writing ─▶ both again
//                     └── refused: nothing was written ──┘
//
// Opening for writing begins a boot, which is an entry; so what is refused is found out before, and
// leaves the log byte for byte what it was. What was found is found again by the writer, because
// somebody may have written meanwhile.

#include <functional>
#include <memory>

#include <sim-host/replay/replayer.hpp>
#include <terminal/cli/invocation.hpp>
#include <terminal/cli/log_writing.hpp>

namespace axiom::cli {

/// `--as PRINCIPAL`, for every verb that proposes.
[[nodiscard]] OptionRow as_option();

/// A principal by its id (decimal, or 0x and hex) or its label. Exit::not_found for neither.
[[nodiscard]] PrincipalId principal_named(identity::IdentityDomain const& identities,
                                          std::string const& text);

/// The same for a question, which may be about an id that no identity has yet.
[[nodiscard]] PrincipalId principal_asked_for(identity::IdentityDomain const& identities,
                                              std::string const& text);

/// `7 (ann)`, or the id alone.
[[nodiscard]] std::string principal_text(identity::IdentityDomain const& identities,
                                         PrincipalId principal);

/// Who acts in this state: --as, else the log's creator.
[[nodiscard]] PrincipalId actor_of(Invocation const& given,
                                   identity::IdentityDomain const& identities);

/// From here on `log`'s proposals are those of --as.
void act_as_given(Invocation const& given, WritableLog& log);

struct GatedChange {
    host::Wish wish;
    std::string what;                            // "the mark `x`": what the policy is asked about
    std::function<void(host::DomainSet&)> check; // throws what the state forbids; may be null
    bool at_this_time{}; // log time moves to the wall's first: the change counts from it
};

/// The log that --from names, replayed to its end.
class LogAsItStands {
  public:
    explicit LogAsItStands(Invocation const& given);

    [[nodiscard]] host::OpenedLog& log() noexcept { return *log_; }
    [[nodiscard]] host::DomainSet& domains() noexcept { return *replayer_.domains(); }

    /// Throws what `change.check` or the policy refuses.
    void ask(Invocation const& given, GatedChange const& change);

  private:
    std::unique_ptr<host::OpenedLog> log_;
    host::Replayer replayer_;
};

/// Opens the log, asks again, appends `content` and makes it durable; the entry's sequence.
template <class Content>
Sequence make_change(Invocation const& given, Console& console, GatedChange const& change,
                     Content const& content) {
    WritableLog log{given.log_path(), key_path(given), console, {.copies = wanted_copies(given)}};
    act_as_given(given, log);
    if (change.at_this_time) {
        log.value_or_stop(log.session().pass_time());
    }
    if (change.check) {
        change.check(log.session().domains());
    }
    auto const granted = log.value_or_stop(log.session().propose(change.wish, content),
                                           change.what + " was not taken");
    if (!granted.appended) {
        throw denied(log.session(), change.wish, granted.answer, change.what);
    }
    log.value_or_stop(log.session().commit());
    log.close();
    return granted.appended->sequence;
}

} // namespace axiom::cli
