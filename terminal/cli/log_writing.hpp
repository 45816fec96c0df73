#pragma once
// WritableLog: a data folder opened for writing with its key, as every verb that appends needs it.

#include <memory>
#include <optional>
#include <string>

#include <sim-host/log/log_session.hpp>
#include <sim-host/platform/file_store.hpp>
#include <sim-host/platform/system_entropy.hpp>
#include <terminal/cli/console.hpp>
#include <terminal/cli/invocation.hpp>
#include <terminal/cli/key_file.hpp>
#include <terminal/cli/log_copies.hpp>

namespace axiom::cli {

/// `--key FILE`, for every verb that writes.
[[nodiscard]] OptionRow key_option();

/// --key, else the default place.
[[nodiscard]] std::string key_path(Invocation const& given);

/// How a log is opened, other than with its key.
enum class Opening : std::uint8_t {
    with_key,    // `key` holds the key in force; or, at the default place, lies beside it
    without_key, // nothing is sealed until the session is given another key
    as_fork,     // another log begins first; `key` holds its key, or does not exist and is made
};

struct OpeningWish {
    Opening opening{Opening::with_key};
    std::string reason{}; // of a fork
    WantedCopies copies{};
    bool may_use_reserve{}; // for what makes room, and for what must go however full the medium is
};

class WritableLog {
  public:
    /// Recovers and takes over the log at `path`, with its copies. What is refused leaves it as it
    /// was.
    WritableLog(std::string const& path, std::string const& key, Console& console,
                OpeningWish const& wish = {});
    ~WritableLog();
    WritableLog(WritableLog const&) = delete;
    WritableLog& operator=(WritableLog const&) = delete;

    [[nodiscard]] host::LogSession& session() noexcept { return *session_; }
    [[nodiscard]] Store& store() noexcept { return copies_->store(); }
    [[nodiscard]] host::SnapshotFolder const& snapshots() const noexcept { return snapshots_; }
    [[nodiscard]] host::SystemEntropy& entropy() noexcept { return entropy_; }

    /// The file whose key seals this session; not always the one that was asked for.
    [[nodiscard]] std::string const& key_file() const noexcept { return key_; }

    /// Between groups: says when a copy has failed, and archives what was sealed since.
    void keep_copies();

    /// What is finished and sealed is in the archive, if there is one; else throws.
    void archive_or_stop();

    /// Seals, makes durable, ends in order, and brings the archive up to date. Throws when a copy
    /// failed, though the log itself is whole, or when a database for `axiom sql` stayed that holds
    /// what opening the log made zeros.
    void close();

    /// The same for verbs whose work is done by then, and is to be told first: what went wrong.
    [[nodiscard]] std::optional<Failure> try_close();

    /// The failure of an operation on this log, with the system's words if the store has any.
    [[nodiscard]] Failure failure(Error const& error, std::string sentence = {}) const;

    template <class T> T value_or_stop(Result<T> result, std::string sentence = {}) const {
        if (!result) {
            throw failure(result.error(), std::move(sentence));
        }
        if constexpr (!std::is_void_v<T>) {
            return std::move(*result);
        }
    }

  private:
    void take_key();
    void sweep();
    void fork(OpeningWish const& wish);
    SigningSeed const* other_seed(KeyRing const& ring);
    [[nodiscard]] Failure wrong_key() const;

    Console& console_;
    std::string path_;
    std::string key_;
    host::SystemEntropy entropy_;
    HeldSeed seed_;
    bool key_is_there_{true};     // else nothing lies at the default place
    std::optional<KeyRing> ring_; // when the key that was given is not the one in force
    std::optional<std::string> right_key_;
    host::SnapshotFolder snapshots_;
    std::unique_ptr<CopiedLog> copies_;
    std::unique_ptr<host::LogSession> session_;
    std::optional<Failure> projection_stays_;
    Sequence archived_{}; // what was sealed when the archive was looked after last
};

struct NewLog {
    std::string label;
    std::uint64_t segment_bytes{};
};

/// Makes a log at `path`, which is absent or an empty folder. It appears there whole or not at all.
void create_log(std::string const& path, std::string const& key, NewLog const& options,
                Console& console);

/// What the policy answered, in words.
struct Denial {
    policy::Verdict verdict{};
    std::uint32_t rule{};
    std::string actor;       // who was refused
    std::string explanation; // the evaluator's: the rule and its reason, or the smallest grant
};

/// Exit::denied with rule, actor, and what would change the answer. `what` is what was refused.
[[nodiscard]] Failure denied(Denial const& denial, host::Wish const& wish, std::string const& what);

/// The same for a wish that `session` was just refused.
[[nodiscard]] Failure denied(host::LogSession& session, host::Wish const& wish,
                             policy::Answer const& answer, std::string const& what);

} // namespace axiom::cli
