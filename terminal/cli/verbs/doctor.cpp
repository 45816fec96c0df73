// axiom doctor: whether this machine has what the command needs, and what is missing.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <vector>

#include <sys/resource.h>
#include <sys/statvfs.h>

#include <sim-host/attach/hosted_system.hpp>
#include <sim-host/machine/isolation_report.hpp>
#include <sim-host/platform/file_store.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/system_entropy.hpp>
#include <terminal/cli/claims.hpp>
#include <terminal/cli/console.hpp>
#include <terminal/cli/invocation.hpp>
#include <terminal/cli/number_text.hpp>

namespace axiom::cli {

namespace {

struct Finding {
    std::string what;
    bool good;
    std::string detail;
    std::string next;
};

Finding randomness() {
    host::SystemEntropy entropy;
    Hash256 sample{};
    bool const good = entropy.fill(sample.bytes).has_value() && !sample.is_zero();
    return {"randomness", good, good ? "the system's generator answers" : "no random source",
            good ? "" : "no key or log is made without one"};
}

Finding engines() {
    std::string names;
    for (HashEngine const& engine : host::hash_engines()) {
        names += (names.empty() ? "" : ", ") + std::string{engine.name};
    }
    return {"hash engines", true,
            names + "; fastest here: " + std::string{host::fastest_engine().name}, ""};
}

Finding descriptors() {
    rlimit limit{};
    bool const known = ::getrlimit(RLIMIT_NOFILE, &limit) == 0;
    bool const enough = known && limit.rlim_cur >= 96;
    return {"open files", enough, "limit " + std::to_string(limit.rlim_cur) + ", 96 are needed",
            enough ? "" : "ulimit -n 1024"};
}

Finding configuration() {
    char const* const home = std::getenv("HOME");
    char const* const folder = std::getenv("XDG_CONFIG_HOME");
    bool const known = (folder != nullptr && *folder != '\0') || (home != nullptr && *home != '\0');
    return {"configuration folder", known,
            known ? "keys of new logs go there unless --key says otherwise"
                  : "neither HOME nor XDG_CONFIG_HOME is set",
            known ? "" : "set HOME, or give --key to ingest"};
}

// A system runs without some of them; its services are then less apart from this host.
std::vector<Finding> isolation() {
    auto const layers = host::probe_isolation(host::programs_folder());
    if (!layers) {
        return {{"isolation", false, layers.error().text,
                 "axiom run needs the programs that are built beside axiom"}};
    }
    std::vector<Finding> findings;
    for (host::LayerReport const& layer : *layers) {
        bool const good = layer.is_active && layer.holds;
        findings.push_back(
            {"isolation", good,
             layer.layer + (layer.is_active ? "" : " is not allowed here") + "; " +
                 (layer.holds ? "refused: " : "a service can do this: ") + layer.attempt,
             good ? "" : "allow user namespaces: sysctl kernel.unprivileged_userns_clone=1"});
    }
    return findings;
}

Finding log_folder(std::string const& path) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) {
        return {"log", true, path + " does not exist", ""};
    }
    if (!std::filesystem::is_directory(path, error)) {
        return {"log", true, path + " is a single file", ""};
    }
    auto const store = host::FileStore::open(path, host::OpenMode::read);
    if (!store) {
        return {"log", false, store.error().text,
                std::string{text_of(store.error().error.code).next}};
    }
    struct statvfs space{};
    std::string room;
    if (::statvfs(path.c_str(), &space) == 0) {
        std::uint64_t const free = static_cast<std::uint64_t>(space.f_bavail) * space.f_frsize;
        room = ", " + std::to_string(free >> 20U) + " MiB free";
    }
    return {"log", true, path + ": " + counted((*store)->slots(), "segment", "segments") + room,
            ""};
}

Exit run(Invocation const& given, Console& console) {
    if (given.has("reset-claims")) {
        return reset_claims(given.log_path(), console);
    }
    std::vector<Finding> findings = {randomness(), engines(), descriptors(), configuration(),
                                     log_folder(given.log_path())};
    std::ranges::move(isolation(), std::back_inserter(findings));
    bool all_good = true;
    Json rows = Json::array();
    for (Finding const& finding : findings) {
        all_good = all_good && finding.good;
        if (console.json()) {
            rows.push_back({{"what", finding.what},
                            {"good", finding.good},
                            {"detail", finding.detail},
                            {"next", finding.next}});
            continue;
        }
        console.write(finding.good ? Style::green : Style::red,
                      finding.good ? "ok      " : "missing ");
        console.write(finding.what).write(": ").line(finding.detail);
        if (!finding.next.empty()) {
            console.write("        next: ").line(finding.next);
        }
    }
    if (console.json()) {
        console.document("axiom.doctor/1", {{"good", all_good}, {"findings", rows}});
    }
    return all_good ? Exit::success : Exit::environment;
}

} // namespace

extern VerbRow const doctor_verb;
VerbRow const doctor_verb{
    .name = "doctor",
    .group = "start",
    .sentence = "say whether this machine has what the command needs",
    .text = "Exit 10 when something is missing; each finding says what to do about it. Of a system "
            "that `axiom run` starts it says by which layers its services are kept apart from this "
            "machine: for each it tries, from within, what the layer is there to prevent.\n\nWith "
            "--reset-claims it mends the one thing of a log that stands outside its hashes: the "
            "medium's record of which epoch was claimed. A forged or rotten record that is far "
            "above the log keeps every writer out (`claims_ahead`); it is set back to the epoch "
            "of the log's newest writer. Exit 1 when the record is as it should be.",
    .reads_log = true,
    .options = {{.name = "reset-claims",
                 .kind = ValueKind::flag,
                 .sentence = "set a record of claims back that no writer can have made; stop every "
                             "writer first"}},
    .examples = {{"axiom doctor", "is everything here?"},
                 {"axiom doctor --reset-claims --from log", "after `claims_ahead`"}},
    .run = run};

} // namespace axiom::cli
