// axiom ingest: each line of stdin becomes a durable entry, once.
//
//     line ─▶ policy ─▶ append ─▶ (group) ─▶ flush ─▶ acked LINE SEQUENCE HASH
//
// Lines are numbered; number and producer are the log's idempotency key, so the same input given
// again continues where it stopped, and input that differs from what was taken is refused.

#include <csignal>
#include <filesystem>
#include <functional>

#include <unistd.h>

#include <axiom/codec/utf8.hpp>
#include <axiom/log/chain.hpp>
#include <sim-host/platform/folder_names.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/sha256.hpp>
#include <terminal/cli/acknowledger.hpp>
#include <terminal/cli/gated_change.hpp>
#include <terminal/cli/line_facts.hpp>
#include <terminal/cli/line_reader.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/log_writing.hpp>
#include <terminal/cli/number_text.hpp>
#include <terminal/cli/printable.hpp>
#include <terminal/cli/progress.hpp>

namespace axiom::cli {

namespace {

static_assert(records::object_bytes_max == 128, "--object says so");

// A group is handed to the disk when it has come to this, or when the input pauses.
constexpr std::uint64_t group_lines = 4096;
constexpr std::uint64_t group_bytes = 2U << 20U;

int volatile interrupted = 0;

void interrupt(int /*signal*/) {
    interrupted = 1;
}

void watch_signals() {
    struct sigaction action{};
    action.sa_handler = interrupt; // without SA_RESTART: a read that waits returns
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
}

ProducerId producer_of(std::string_view name) {
    Bytes const part = bytes_of(name);
    std::uint64_t const id = host::sha256(&part, 1).prefix();
    return ProducerId{id == 0 ? 1 : id};
}

// Salts in bulk: one call to the system for many lines.
class Salts {
  public:
    explicit Salts(host::SystemEntropy& entropy) : entropy_{entropy}, bytes_(64 * 1024) {}

    Bytes next() {
        if (left_.empty()) {
            value_or_stop(entropy_.fill(bytes_));
            left_ = bytes_;
        }
        Bytes const salt = left_.first(attachment_salt_bytes);
        left_ = left_.subspan(attachment_salt_bytes);
        return salt;
    }

  private:
    host::SystemEntropy& entropy_;
    std::vector<std::byte> bytes_;
    Bytes left_;
};

// Salt and line in padded storage; the buffer is kept between lines.
class Packing {
  public:
    host::Attachment pack(Bytes salt, std::string_view line) {
        std::size_t const bytes = salt.size() + line.size();
        std::size_t const padded = padded_bytes(bytes);
        if (buffer_.size() < padded) {
            buffer_.resize(padded);
        }
        MutableBytes const to = MutableBytes{buffer_}.first(padded);
        copy_bytes(to, salt);
        copy_bytes(to.subspan(salt.size()), bytes_of(line));
        zero_bytes(to.subspan(bytes));
        return {to, static_cast<std::uint32_t>(bytes)};
    }

  private:
    std::vector<std::byte> buffer_;
};

Failure differs(std::uint64_t line, Sequence sequence) {
    return {.exit = Exit::answer_is_no,
            .code = "already_exists",
            .sentence = "line " + std::to_string(line) + " is not the line that entry " +
                        std::to_string(sequence.value) + " took under this number",
            .cause = "this producer's lines are numbered, and the log keeps what came first",
            .next = "give the same input again, or another --producer"};
}

// A block never crosses segments, so what one segment cannot hold, this log can never take.
Failure does_not_fit(std::uint64_t line, std::size_t bytes_max) {
    return {.exit = Exit::answer_is_no,
            .code = "too_long",
            .sentence = "line " + std::to_string(line) + " does not fit into a segment of this log",
            .cause = "a segment holds entries of at most " + std::to_string(bytes_max) +
                     " bytes; the lines before it were taken, it and what follows were not",
            .next = "shorten the line, or begin a log with larger segments: axiom ingest "
                    "--segment-mib"};
}

// Without somebody who reads them, acknowledgements are worth nothing.
Failure nobody_reads(std::string const& path) {
    return {.exit = Exit::storage,
            .code = "output_failed",
            .sentence = "nobody reads the acknowledgements any more",
            .cause = "what was taken is durable in " + path + "; the lines behind it were not read",
            .next = "run the same command again: it resumes there"};
}

class Ingest {
  public:
    Ingest(Invocation const& given, Console& console)
        : console_{console}, path_{given.text("to")}, name_{given.text("producer")},
          producer_{producer_of(name_)}, facts_{given},
          reader_{STDIN_FILENO, attachment_data_bytes_max},
          log_{path_, key_path(given), console, {.copies = wanted_copies(given)}},
          salts_{log_.entropy()}, progress_{console, "ingesting lines", 0} {
        act_as_given(given, log_);
        charge(AccountId{given.number("account")});
    }

    Exit run() {
        std::uint64_t const last = open_stream();
        compare_up_to(last);
        Acknowledger acks{log_.session(), producer_, console_};
        try {
            take_lines(acks);
        } catch (Failure const&) {
            finish(acks); // what was taken before the refusal is kept and acknowledged
            throw;
        }
        finish(acks);
        progress_.clear();
        remark_outcome(acks.printed());
        log_.close();
        return interrupted == 0 ? Exit::success : Exit::answer_is_no;
    }

  private:
    void charge(AccountId account) {
        bool known = account.value == 0;
        log_.session().domains().log().for_each_account(
            [&](AccountRow const& row) { known = known || row.account == account; });
        if (!known) {
            throw not_found("this log has no account " + std::to_string(account.value),
                            "axiom account list, or axiom account set " +
                                std::to_string(account.value));
        }
        log_.session().charge(account);
    }

    // An id that other verbs print would be the name of a new producer here.
    void refuse_id_for_name() {
        auto const id = name_.starts_with("0x") ? parse_id(name_) : std::nullopt;
        records::StreamRow const* const row =
            id ? log_.session().domains().records().find(ProducerId{*id}) : nullptr;
        if (row != nullptr) {
            std::string const named = printable(row->name.view());
            throw usage(name_ + " is the id of the producer " + named +
                            "; --producer takes its name",
                        "--producer " + named);
        }
    }

    std::uint64_t open_stream() {
        records::StreamRow const* const row = log_.session().domains().records().find(producer_);
        if (row != nullptr) {
            if (row->name.view() != name_) {
                throw usage("another producer of this log has the same id: " +
                                std::string{row->name.view()},
                            "choose another --producer");
            }
            return row->last_line;
        }
        refuse_id_for_name();
        propose({.domain = DomainNumber::records,
                 .kind = static_cast<std::uint16_t>(records::Kind::stream),
                 .object = name_,
                 .causes = {},
                 .producer = {},
                 .number = {}},
                records::Stream{.producer = producer_, .name = name_, .source = "axiom ingest"},
                {});
        log_.value_or_stop(log_.session().commit());
        return 0;
    }

    // The lines that the log has already: each is hashed with its stored salt and compared.
    void compare_up_to(std::uint64_t last) {
        if (last == 0) {
            return;
        }
        auto const log = open_log(path_);
        bool more = true;
        value_or_stop(log->for_each({{}, log->end()}, [&](host::EntryView const& view) {
            EntryHeader const& header = view.entry.header;
            bool const ours = !view.reduced && header.producer == producer_ &&
                              header.domain == DomainNumber::records &&
                              header.kind == static_cast<std::uint16_t>(records::Kind::line);
            if (!ours) {
                return true;
            }
            more = skip_to(header.producer_number.value) && compare(view);
            return more && header.producer_number.value < last;
        }));
        more = more && skip_to(last + 1, false);
        if (uncompared_ != 0) {
            console_.remark(counted(uncompared_, "line was", "lines were") +
                            " skipped uncompared: erased or pruned from the log");
        }
        resumed_ = reader_.number();
    }

    // Reads on until the line `number` was read; false when the input ends before.
    bool skip_to(std::uint64_t number, bool read_it = true) {
        while (reader_.number() + 1 < number) {
            if (!reader_.next(interrupted)) {
                return false;
            }
            ++uncompared_;
        }
        if (!read_it) {
            return true;
        }
        auto const line = reader_.next(interrupted);
        line_ = line.value_or(std::string_view{});
        return line.has_value();
    }

    bool compare(host::EntryView const& view) {
        EntryHeader const& header = view.entry.header;
        if (view.attachment == host::AttachmentState::present) {
            host::Attachment const attachment = packing_.pack(view.salt, line_);
            if (attachment.bytes != header.attachment_bytes ||
                attachment_commitment(host::fastest_engine(), attachment.padded) !=
                    header.attachment_commitment) {
                throw differs(reader_.number(), view.sequence);
            }
        } else if (line_.size() + attachment_salt_bytes != header.attachment_bytes) {
            throw differs(reader_.number(), view.sequence);
        } else {
            ++uncompared_; // its length is all that is known
        }
        facts_.read(line_, view.sequence);
        facts_.became(view.sequence);
        return true;
    }

    void take_lines(Acknowledger& acks) {
        std::uint64_t lines = 0;
        std::uint64_t bytes = 0;
        while (interrupted == 0) {
            if (!reader_.has_more_now()) {
                // The input pauses: nobody shall wait for a group to fill up.
                log_.value_or_stop(log_.session().commit());
                acks.print();
                log_.keep_copies();
                lines = bytes = 0;
            }
            auto const line = reader_.next(interrupted);
            if (!line) {
                return;
            }
            take(*line);
            bytes += line->size();
            if (++lines >= group_lines || bytes >= group_bytes) {
                log_.value_or_stop(log_.session().submit());
                log_.value_or_stop(log_.session().keep_time());
                acks.print();
                log_.keep_copies();
                progress_.update(reader_.number());
                lines = bytes = 0;
            }
        }
    }

    void take(std::string_view line) {
        Sequence const next = log_.session().live().next_sequence();
        facts_.read(line, next);
        Sequence const taken =
            propose({.domain = DomainNumber::records,
                     .kind = static_cast<std::uint16_t>(records::Kind::line),
                     .object = facts_.object(),
                     .causes = {facts_.cause(), Sequence{}},
                     .producer = producer_,
                     .number = ProducerNumber{reader_.number()}},
                    records::Line{.object = facts_.object(), .number = reader_.number()},
                    packing_.pack(salts_.next(), line));
        facts_.became(taken);
    }

    template <class Content>
    Sequence propose(host::Wish const& wish, Content const& content,
                     std::optional<host::Attachment> attachment) {
        auto const proposed = log_.session().propose(wish, content, attachment);
        if (!proposed && proposed.error().code == Code::too_long) {
            throw does_not_fit(reader_.number(), log_.session().live().entry_bytes_max());
        }
        auto const granted = log_.value_or_stop(
            proposed, "line " + std::to_string(reader_.number()) + " was not taken");
        if (!granted.appended) {
            std::uint64_t const line = reader_.number();
            throw denied(log_.session(), wish, granted.answer,
                         (line == 0 ? "opening the stream"
                                    : "line " + std::to_string(line) + " of the stream") +
                             " `" + printable(name_) + "`");
        }
        return granted.appended->sequence;
    }

    void finish(Acknowledger& acks) {
        auto const sealed = log_.session().checkpoint();
        acks.print(); // what is durable is told, sealed or not
        log_.value_or_stop(sealed);
    }

    void remark_outcome(std::uint64_t acked) {
        if (resumed_ != 0) {
            console_.remark(counted(resumed_, "line was", "lines were") + " there already");
        }
        if (facts_.unknown_causes() != 0) {
            console_.remark(counted(facts_.unknown_causes(), "line names", "lines name") +
                            " a cause that is no earlier line or entry");
        }
        if (facts_.forgotten_ids() != 0) {
            console_.remark(counted(facts_.forgotten_ids(), "id", "ids") +
                            " of old lines were forgotten; a cause among them is unknown");
        }
        if (facts_.not_json() != 0) {
            console_.remark(
                counted(facts_.not_json(), "line is no JSON object", "lines are no JSON objects"));
        }
        if (facts_.unusable_objects() != 0) {
            console_.remark(counted(facts_.unusable_objects(), "line names", "lines name") +
                            " an object that is no name: empty, longer than " +
                            std::to_string(records::object_bytes_max) + " bytes, or no UTF-8");
        }
        console_.remark(counted(acked, "new line is", "new lines are") + " durable in " + path_ +
                        (interrupted != 0 ? " (interrupted)" : ""));
    }

    Console& console_;
    std::string path_;
    std::string name_;
    ProducerId producer_;
    LineFacts facts_;
    LineReader reader_;
    WritableLog log_;
    Salts salts_;
    Packing packing_;
    Progress progress_;
    std::string_view line_;
    std::uint64_t resumed_{};
    std::uint64_t uncompared_{};
};

Exit run(Invocation const& given, Console& console) {
    std::string const path = given.text("to");
    std::string const name = given.text("producer");
    if (name.size() > records::stream_name_bytes_max || !is_utf8(bytes_of(name))) {
        throw usage("--producer takes at most " + std::to_string(records::stream_name_bytes_max) +
                    " bytes of UTF-8");
    }
    std::uint64_t const mib = given.number("segment-mib");
    if (mib == 0) {
        throw usage("--segment-mib takes a number from 1 to 1024");
    }
    check_copies_apart(path, wanted_copies(given));
    watch_signals();
    std::error_code error;
    namespace fs = std::filesystem;
    bool const absent =
        !fs::exists(path, error) ||
        (fs::is_directory(path, error) && value_or_stop(host::folder_names(path)).empty());
    if (absent && !mirror_has_log(wanted_copies(given))) {
        std::string const label =
            given.has("label") ? given.text("label") : fs::path{path}.filename().string();
        if (label.size() > label_bytes_max || !is_utf8(bytes_of(label))) {
            throw usage(
                "--label takes at most " + std::to_string(label_bytes_max) + " bytes of UTF-8",
                given.has("label") ? "shorten it" : "give --label: the folder's name is none");
        }
        create_log(path, key_path(given), {.label = label, .segment_bytes = mib << 20U}, console);
    }
    if (!absent && !holds_log(path)) {
        check_log_path(path);
        throw Failure{.exit = Exit::incompatible,
                      .code = std::string{text_of(Code::not_a_log).name},
                      .sentence = path + " is there, and is no log's folder",
                      .cause = {},
                      .next = "name a log, or a folder that is absent or empty: the log is made "
                              "there"};
    }
    if (::isatty(STDIN_FILENO) == 1) {
        console.remark("reading lines from the terminal; Ctrl-D ends");
    }
    try {
        Ingest ingest{given, console};
        return ingest.run();
    } catch (OutputClosed const&) {
        throw nobody_reads(path);
    }
}

} // namespace

extern VerbRow const ingest_verb;
VerbRow const ingest_verb{
    .name = "ingest",
    .group = "write",
    .sentence = "make each line of stdin a durable entry; the log is created if it is absent",
    .text =
        "Lines are kept verbatim as attachments, at most 1 MiB each. When a line is on stable "
        "storage, `acked LINE SEQUENCE HASH` is printed: what was acked is never lost.\n\n"
        "Run again with the same input it resumes: the lines that the log has are compared by "
        "hash and skipped; a difference stops with exit 1 and the line. Every entry carries the "
        "decision of the log's policy.\n\n"
        "--object and --cause name members of NDJSON lines; of one that is given twice the last "
        "counts. A cause is the --id of an earlier line of this input, or `entry:N` for the entry "
        "of that sequence; null says that there is none. A cause that is neither, or whose line "
        "was pruned or is more than a million ids back, is not recorded, and is counted.",
    .ends_unread = true,
    .options = {{.name = "to",
                 .kind = ValueKind::path,
                 .value = "LOG",
                 .sentence = "the log's folder",
                 .required = true},
                {.name = "producer",
                 .kind = ValueKind::name,
                 .value = "NAME",
                 .sentence = "whose lines these are; each producer has numbers of its own",
                 .fallback = "stdin"},
                as_option(),
                {.name = "account",
                 .kind = ValueKind::number,
                 .value = "ID",
                 .sentence = "charge the lines to this account; one beyond its log rate is refused "
                             "(log_rate), and running again resumes there",
                 .fallback = "0"},
                key_option(),
                mirror_option(),
                archive_option(),
                {.name = "object",
                 .kind = ValueKind::name,
                 .value = "FIELD",
                 .sentence = "the member that names what the line is about, in at most 128 bytes"},
                {.name = "cause",
                 .kind = ValueKind::name,
                 .value = "FIELD",
                 .sentence = "the member that names what caused the line"},
                {.name = "id",
                 .kind = ValueKind::name,
                 .value = "FIELD",
                 .sentence = "the member by which later lines name this one as a cause",
                 .fallback = "id"},
                {.name = "label",
                 .kind = ValueKind::text,
                 .value = "TEXT",
                 .sentence = "what a new log is called; by default its folder's name"},
                {.name = "segment-mib",
                 .kind = ValueKind::number,
                 .value = "MIB",
                 .sentence = "size of a new log's segments, each written with zeros beforehand; "
                             "three are kept free",
                 .fallback = "16",
                 .number_max = 1024}},
    .examples = {{"journalctl -o json | axiom ingest --to axiom --object _SYSTEMD_UNIT",
                  "the journal, by unit"},
                 {"axiom ingest --to axiom --producer app < events.ndjson",
                  "an application's events"},
                 {"axiom ingest --to axiom --as collector --account 7 < events.ndjson",
                  "on behalf of an identity, within an account's rate"}},
    .run = run};

} // namespace axiom::cli
