// axiom verify: read the whole log again and say what can be said of it.

#include <algorithm>
#include <thread>

#include <axiom/tree/receipt.hpp>
#include <sim-host/inspect/log_medium.hpp>
#include <sim-host/inspect/reference.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <sim-host/verify/host_log.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/log_sides.hpp>
#include <terminal/cli/progress.hpp>
#include <terminal/cli/syslog_text.hpp>
#include <terminal/cli/trust.hpp>
#include <terminal/cli/verdict_text.hpp>

namespace axiom::cli {

namespace {

std::optional<std::uint64_t> plain(std::optional<host::Reference> const& reference,
                                   std::uint64_t otherwise) {
    if (!reference) {
        return otherwise;
    }
    bool const number = reference->base == host::ReferenceBase::sequence && reference->back == 0;
    return number ? std::optional{reference->number} : std::nullopt;
}

// Numbers are taken as they are, so that a damaged log can be verified in parts; other references
// need a log that can be read.
host::SequenceRange range_of(std::string const& text, std::string const& path) {
    auto const parsed = host::parse_range(text);
    if (!parsed) {
        throw usage("`" + text + "` is no range of entries", "axiom verify --help");
    }
    constexpr std::uint64_t open_end = ~std::uint64_t{0};
    auto const first = plain(parsed->first, 0);
    auto const last = parsed->single ? first : plain(parsed->last, open_end - 1);
    if (first && last) {
        if (*last < *first) {
            throw usage("the range `" + text + "` ends before it begins");
        }
        return {Sequence{*first}, Sequence{std::min(*last, open_end - 1) + 1}};
    }
    auto const log = open_log(path);
    host::EntryRange const range = range_named(*log, text);
    return {range.first, range.end};
}

// The log is as it should be, and the range that was asked for is not in it: no damage, but a
// mistake in the words, or a log that is shorter than somebody thought. Only the check of the range
// names no place on the medium: a length in a frame that lies is out of range too, and damage.
bool only_the_range_is_wrong(host::Verdict const& verdict) {
    auto const is_heavy = [](host::Finding const& finding) {
        return finding.severity >= host::Severity::incomplete;
    };
    auto const is_of_the_range = [](host::Finding const& finding) {
        return finding.code == Code::out_of_range && !finding.slot && !finding.offset;
    };
    return verdict.worst == host::Severity::incomplete && verdict.findings_left_out == 0 &&
           verdict.soundness() == host::Soundness::incomplete &&
           std::ranges::all_of(verdict.findings, [&](host::Finding const& finding) {
               return !is_heavy(finding) || is_of_the_range(finding);
           });
}

Exit run(Invocation const& given, Console& console) {
    std::string const path = given.log_path();
    check_log_path(path);
    host::VerifyOptions options{.engine = &host::fastest_engine(),
                                .signatures = &host::signature_engine()};
    std::uint64_t const cores = std::max(1U, std::thread::hardware_concurrency());
    options.jobs = static_cast<unsigned>(given.has("jobs") ? given.number("jobs") : cores);
    std::vector<std::byte> receipt;
    std::vector<std::byte> since;
    if (auto const file = given.given("expect")) {
        receipt = file_argument(*file, receipt_bytes_max);
        options.receipt = Bytes{receipt};
    }
    if (auto const file = given.given("since")) {
        since = file_argument(*file, note_bytes_max);
        options.since = Bytes{since};
    }
    if (auto const key = given.given("key")) {
        options.key = public_key_argument(*key);
    }
    if (auto const id = given.given("log-id")) {
        options.log_id = log_id_argument(*id);
    }
    check_segment_files(path);
    auto const opened = host::open_log_medium(path);
    if (!opened) {
        throw unopened(path, opened.error(), "cannot open " + path);
    }
    if (has_medium_alone(path)) {
        host::Problem problem;
        problem.error = {Code::not_a_log};
        throw unopened(path, problem, "there is no segment in " + path);
    }
    auto const& store = *opened;
    if (auto const range = given.given("range")) {
        options.range = range_of(*range, path);
    }
    std::uint64_t const bytes = store->slots() * store->geometry().segment_bytes;
    Progress progress{console, "verifying", bytes};
    options.progress = [&](host::VerifyProgress const& done) { progress.update(done.bytes_done); };
    host::Verdict const verdict = host::verify_host_log(path, *store, options);
    progress.clear();
    if (given.has("range") && only_the_range_is_wrong(verdict)) {
        std::uint64_t const end = verdict.next.value;
        throw not_found("the range `" + given.text("range") + "` goes beyond the log's end" +
                            (end == 0 ? "" : ", which is entry " + std::to_string(end - 1)),
                        "axiom verify FIRST.. takes the log as far as it goes");
    }
    // What was called is held against a log that can be read; of a damaged one nothing is said.
    auto const calls = exit_of(verdict) == Exit::success || exit_of(verdict) == Exit::incomplete
                           ? syslog_beside(path, verdict.ended_in_order)
                           : std::nullopt;
    if (console.json()) {
        Json document = json_of(verdict);
        document["syslog"] = calls ? json_of(*calls) : Json{};
        console.document("axiom.verify/1", document);
    } else {
        print_verdict(verdict, console);
        if (calls) {
            print_syslog(*calls, console);
        }
    }
    return calls && !calls->flaws.empty() ? Exit::tampering : exit_of(verdict);
}

} // namespace

extern VerbRow const verify_verb;
VerbRow const verify_verb{
    .name = "verify",
    .group = "trust",
    .sentence = "read and hash every byte again, and say how far the log is sealed",
    .text =
        "Re-reads and re-hashes every byte that the verdict vouches for: headers, bodies, "
        "attachments, links, block records, the public tree, every checkpoint and the chain of "
        "their keys, and that everything unused is zero. A log that is being appended to is "
        "verified up to where it was when its end was read.\n\n"
        "The verdict names each damage, how far the log is sealed and by which key, what was "
        "pruned or erased, what it rests on outside the log, and what it does not show.\n\n"
        "With --expect, a receipt of a log that this one was forked from is confirmed as shared "
        "past when its entry lies before the fork, and named as forked away (exit 4) when it came "
        "after. Two copies that both went on under one id disagree with each other's receipts "
        "(exit 3): `axiom fork` makes one of them a log of its own. The parent's id or key is not "
        "taken for a fork's.\n\n"
        "Where the SysLog's batches lie beside the log, each that is kept is held against its "
        "seal: one that differs is tampering (exit 3), one that is gone is counted.\n\n"
        "Exit 0: verified and sealed. Exit 7: the log holds, but does not reach as far as the "
        "range, or there is no log, or none of its segments. Exit 4: an unsealed, cut or torn end, "
        "a gap, or an "
        "erasure or a pruning that is owed. Exit 3: "
        "bytes differ from what was committed to, or a signature does not hold. Exit 8: written "
        "by a newer program. Exit 11: the medium could not be read; 10: the system did not let "
        "this "
        "program read it.",
    .reads_log = true,
    .options =
        {{.name = "range",
          .kind = ValueKind::reference,
          .value = "RANGE",
          .sentence = "hash only these entries again; the rest is walked for its order alone",
          .positional = true},
         {.name = "since",
          .kind = ValueKind::path,
          .value = "CHECKPOINT",
          .sentence = "a signed checkpoint that you trust: what it covers is not hashed again"},
         {.name = "expect",
          .kind = ValueKind::path,
          .value = "RECEIPT",
          .sentence = "a receipt that you hold: a log that is older or another one is named"},
         {.name = "key",
          .kind = ValueKind::name,
          .value = "KEY",
          .sentence = "the checkpoint key: hex, name+id+base64, or a key file"},
         {.name = "log-id",
          .kind = ValueKind::name,
          .value = "ID",
          .sentence = "the log's id, which you know from elsewhere"},
         {.name = "jobs",
          .letter = 'j',
          .kind = ValueKind::number,
          .value = "NUMBER",
          .sentence = "cores to use; by default all",
          .number_max = 256}},
    .examples = {{"axiom verify", "verify ./axiom"},
                 {"axiom verify --expect receipt.axr",
                  "and hold it against a receipt from earlier"},
                 {"axiom verify 1000..2000", "only these entries"}},
    .run = run};

} // namespace axiom::cli
