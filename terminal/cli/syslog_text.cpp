#include <terminal/cli/syslog_text.hpp>

#include <filesystem>

#include <terminal/cli/log_access.hpp>
#include <terminal/cli/number_text.hpp>
#include <terminal/cli/printable.hpp>

namespace axiom::cli {

namespace {

using host::SyslogVerdict;

std::string where(SyslogVerdict::Flaw const& flaw) {
    return printable(flaw.file) + ", byte " + std::to_string(flaw.offset);
}

} // namespace

std::optional<SyslogVerdict> syslog_beside(std::string const& log_path, bool ended_in_order) {
    std::string const folder = host::batches_beside(log_path);
    if (!std::filesystem::is_directory(folder)) {
        return std::nullopt;
    }
    auto const log = open_log(log_path);
    return value_or_stop(host::check_kept_batches(*log, folder, ended_in_order),
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
        console.write("; " + counted(verdict.unsealed, "batch", "batches") +
                      " that no seal reached when the machine stopped");
    }
    if (verdict.pruned != 0) {
        console.write("; " + counted(verdict.pruned, "batch", "batches") +
                      " of boots whose entries are pruned");
    }
    if (verdict.again != 0) {
        console.write("; " + counted(verdict.again, "batch", "batches") + " kept twice");
    }
    console.line();
    for (SyslogVerdict::Flaw const& flaw : verdict.flaws) {
        console.write(Style::red, "tampering   ");
        console.line("the calls kept in " + where(flaw) +
                     (flaw.seal ? ", which entry " + std::to_string(flaw.seal->value) + " sealed"
                                : std::string{}) +
                     ": " + std::string{flaw.what});
    }
}

Json json_of(SyslogVerdict const& verdict) {
    Json flaws = Json::array();
    for (SyslogVerdict::Flaw const& flaw : verdict.flaws) {
        Json row{{"file", printable(flaw.file)}, {"offset", flaw.offset}, {"what", flaw.what}};
        if (flaw.seal) {
            row["seal"] = flaw.seal->value;
        }
        flaws.push_back(std::move(row));
    }
    return {{"seals", verdict.sealed},    {"kept", verdict.kept},
            {"records", verdict.records}, {"unsealed", verdict.unsealed},
            {"pruned", verdict.pruned},   {"again", verdict.again},
            {"lost", verdict.lost},       {"flaws", flaws}};
}

} // namespace axiom::cli
