#include <terminal/cli/syslog_text.hpp>

#include <filesystem>

#include <terminal/cli/log_access.hpp>
#include <terminal/cli/number_text.hpp>
#include <terminal/cli/printable.hpp>

namespace axiom::cli {

namespace {

using host::SyslogVerdict;
using kernel::BatchFlaw;

std::string_view sentence_of(BatchFlaw flaw) {
    switch (flaw) {
    case BatchFlaw::none:
        break;
    case BatchFlaw::size:
        return "it is not as long as was sealed";
    case BatchFlaw::header:
        return "its header is not what was sealed";
    case BatchFlaw::hash:
        return "its bytes are not what was sealed";
    case BatchFlaw::index:
        return "its records do not follow each other";
    case BatchFlaw::record:
        return "it has a record of no known form";
    case BatchFlaw::note:
        return "its notes do not add up";
    }
    return "it is sound";
}

std::string where(SyslogVerdict::Flaw const& flaw) {
    return printable(flaw.file) + ", byte " + std::to_string(flaw.offset);
}

} // namespace

std::optional<SyslogVerdict> syslog_beside(std::string const& log_path) {
    std::string const folder = host::batches_beside(log_path);
    if (!std::filesystem::is_directory(folder)) {
        return std::nullopt;
    }
    auto const log = open_log(log_path);
    return value_or_stop(host::check_kept_batches(*log, folder),
                         "cannot check what is kept of the SysLog");
}

void print_syslog(SyslogVerdict const& verdict, Console& console) {
    console.write("calls       " + counted(verdict.records, "record", "records") + " kept, as " +
                  std::to_string(verdict.kept) + " of " + counted(verdict.sealed, "seal", "seals") +
                  " have them");
    if (verdict.lost != 0) {
        console.write("; " + counted(verdict.lost, "record", "records") + " lost before");
    }
    if (verdict.unsealed != 0) {
        console.write("; " + counted(verdict.unsealed, "batch", "batches") + " without a seal");
    }
    console.line();
    for (SyslogVerdict::Flaw const& flaw : verdict.flaws) {
        console.write(Style::red, "tampering   ");
        console.line("the batch that entry " + std::to_string(flaw.seal.value) + " sealed (" +
                     where(flaw) +
                     ") is not that batch: " + std::string{sentence_of(flaw.verdict.flaw)});
    }
}

Json json_of(SyslogVerdict const& verdict) {
    Json flaws = Json::array();
    for (SyslogVerdict::Flaw const& flaw : verdict.flaws) {
        flaws.push_back({{"seal", flaw.seal.value},
                         {"file", printable(flaw.file)},
                         {"offset", flaw.offset},
                         {"what", sentence_of(flaw.verdict.flaw)}});
    }
    return {{"seals", verdict.sealed},      {"kept", verdict.kept}, {"records", verdict.records},
            {"unsealed", verdict.unsealed}, {"lost", verdict.lost}, {"flaws", flaws}};
}

} // namespace axiom::cli
