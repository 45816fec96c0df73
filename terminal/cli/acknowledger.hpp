#pragma once
// Acknowledger: prints `acked LINE SEQUENCE HASH` for lines whose entries are durable, and only for
// those.
//
// It subscribes to the log's durable entries, so what it prints has been handed out behind the
// watermark by the log itself. Hashes are links, which it folds over every entry from where the
// session began. What it has not printed yet holds the log's ring, so when the ring is full the
// session has it print (LogSession::when_full).

#include <sim-host/log/log_session.hpp>
#include <terminal/cli/console.hpp>

namespace axiom::cli {

class Acknowledger {
  public:
    /// Follows `session` from its durable end; prints lines of `producer`.
    Acknowledger(host::LogSession& session, ProducerId producer, Console& console);
    ~Acknowledger();
    Acknowledger(Acknowledger const&) = delete;
    Acknowledger& operator=(Acknowledger const&) = delete;

    /// Prints what has become durable since.
    void print();

    [[nodiscard]] std::uint64_t printed() const noexcept { return printed_; }

  private:
    void print_line(EntryHeader const& header);

    host::LogSession& session_;
    ProducerId producer_;
    Console& console_;
    HashEngine const& engine_;
    Hash256 head_{};
    SubscriberIndex subscriber_{};
    std::uint64_t printed_{};
    std::string text_;
};

} // namespace axiom::cli
