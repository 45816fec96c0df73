#pragma once
// WritableLog: a data folder opened for writing with its key, as every verb that appends needs it.

#include <memory>
#include <string>

#include <sim-host/log/log_session.hpp>
#include <sim-host/platform/file_store.hpp>
#include <sim-host/platform/system_entropy.hpp>
#include <terminal/cli/console.hpp>
#include <terminal/cli/invocation.hpp>

namespace axiom::cli {

/// `--key FILE`, for every verb that writes.
[[nodiscard]] OptionRow key_option();

/// --key, else the default place.
[[nodiscard]] std::string key_path(Invocation const& given);

class WritableLog {
  public:
    /// Recovers and takes over the log at `path`. What is refused leaves it as it was.
    WritableLog(std::string const& path, std::string const& key, Console& console);
    ~WritableLog();
    WritableLog(WritableLog const&) = delete;
    WritableLog& operator=(WritableLog const&) = delete;

    [[nodiscard]] host::LogSession& session() noexcept { return *session_; }
    [[nodiscard]] host::FileStore& store() noexcept { return *store_; }
    [[nodiscard]] host::SystemEntropy& entropy() noexcept { return entropy_; }

    /// Seals, makes durable, ends in order.
    void close();

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
    host::SystemEntropy entropy_;
    SigningSeed seed_;
    host::SnapshotFolder snapshots_;
    std::unique_ptr<host::FileStore> store_;
    std::unique_ptr<host::LogSession> session_;
};

struct NewLog {
    std::string label;
    std::uint64_t segment_bytes{};
};

/// Makes a log at `path`, which is absent or an empty folder. It appears there whole or not at all.
void create_log(std::string const& path, std::string const& key, NewLog const& options,
                Console& console);

/// Exit::denied with what the policy said. `what` is the action that it refused.
[[nodiscard]] Failure denied(policy::Answer const& answer, std::string const& what);

} // namespace axiom::cli
