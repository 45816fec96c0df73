// axiom tour: a log on real events of this machine; every command that it shows it really runs.

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <terminal/cli/console.hpp>
#include <terminal/cli/entry_text.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/log_hashes.hpp>
#include <terminal/cli/shown_shell.hpp>
#include <terminal/cli/workshop.hpp>

namespace axiom::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t events_max = 2000;

bool has_lines(fs::path const& path) {
    std::error_code error;
    return fs::file_size(path, error) > 0 && !error;
}

// The first source of real events that this machine has.
std::string gather_events(ShownShell& tour, fs::path const& place) {
    std::string const take = " 2>/dev/null | head -n " + std::to_string(events_max) + " > events";
    struct Source {
        std::string command;
        std::string options;
    };
    std::array const sources{
        Source{"journalctl -o json --no-pager -n " + std::to_string(events_max) + take,
               " --object _SYSTEMD_UNIT"},
        Source{"dmesg" + take, ""},
        Source{"cat /var/log/dpkg.log" + take, ""},
        Source{"cat /var/log/syslog" + take, ""},
        Source{"{ cat /proc/stat /proc/meminfo /proc/self/status; ls -l /proc; }" + take, ""},
    };
    for (Source const& source : sources) {
        tour.run(source.command);
        if (has_lines(place / "events")) {
            return source.options;
        }
    }
    throw Failure{.exit = Exit::environment,
                  .code = "no_events",
                  .sentence = "this machine shows no events at all",
                  .cause = "neither a journal nor dmesg, logs or /proc can be read",
                  .next = "pipe your own: axiom ingest --to LOG < FILE"};
}

// Changes one byte in the middle of a copy's first entries, as somebody at the disk would.
void tamper(fs::path const& log) {
    fs::path const segment = log / "segments" / "00000000.axm";
    std::fstream file{segment, std::ios::in | std::ios::out | std::ios::binary};
    constexpr std::streamoff inside = 4096 + 700;
    file.seekg(inside);
    char const byte = static_cast<char>(file.get());
    file.seekp(inside);
    file.put(static_cast<char>(byte ^ 1));
}

void show_trust(ShownShell& tour, std::string const& newest, std::string const& log_id) {
    if (find_verb("verify") == nullptr || find_verb("receipt") == nullptr) {
        return;
    }
    tour.say("Is it sound? Every byte is read and hashed again.");
    tour.must("axiom verify");
    tour.say("A receipt proves one entry to somebody who does not have the log.");
    tour.must("axiom receipt " + newest + " --out receipt");
    tour.must("axiom receipt check receipt --log-id " + log_id);
    tour.say("Now somebody changes one byte on the disk, in a copy.");
    tour.run("cp -r log copy");
}

void show_authority(ShownShell& tour, std::string const& newest) {
    if (find_verb("why") == nullptr || find_verb("whatif") == nullptr) {
        return;
    }
    tour.say("Why was an entry allowed? And what would a stranger be told?");
    tour.must("axiom why " + newest);
    tour.run("axiom whatif --principal 99 --action line");
}

Exit run(Invocation const& given, Console& console) {
    if (console.json()) {
        throw usage("the tour is for people: it has no JSON", "axiom tour");
    }
    Workshop const workshop{"axiom-tour", given.has("keep")};
    fs::path const& place = workshop.path();
    ::setenv("AXIOM_LOG", (place / "log").c_str(), 1);
    ::setenv("XDG_CONFIG_HOME", (place / "config").c_str(), 1);
    ::setenv("XDG_CACHE_HOME", (place / "cache").c_str(), 1);
    ShownShell tour{console, place};

    tour.say("Real events of this machine, one a line:");
    std::string const options = gather_events(tour, place);
    tour.say("Each line becomes a durable entry; what is acked is on stable storage.");
    tour.must("axiom ingest --to log" + options + " < events > acked; tail -n 3 acked");
    tour.must("axiom ingest --to log" + options + " < events  # again: nothing is taken twice");
    tour.say("What is in it?");
    tour.must("axiom log -n 8 --oneline");
    tour.must("axiom log --stat");
    std::string const newest = "\"$(tail -n 1 acked | cut -d' ' -f2)\"";
    tour.must("axiom show " + newest);
    tour.must("axiom mark tour " + newest + "; axiom log tour -n 2 --oneline");
    tour.say("Questions in SQL go to a projection that may be deleted at any time.");
    tour.must("axiom sql 'select kind, count(*) as entries from entries group by kind'");
    show_trust(tour, newest, short_hash(open_log((place / "log").string())->log_id(), 64));
    if (find_verb("verify") != nullptr) {
        tamper(place / "copy");
        if (tour.run("axiom verify --from copy") == 0) {
            throw Failure{.exit = Exit::internal,
                          .code = "tour",
                          .sentence = "verify did not see a changed byte",
                          .cause = {},
                          .next = "please report this"};
        }
    }
    show_authority(tour, newest);
    tour.say("Whoever replays this log anywhere comes to the same two hashes:");
    print_hashes(console, (place / "log").string());
    if (given.has("keep")) {
        console.line("kept in " + place.string());
    }
    return Exit::success;
}

} // namespace

extern VerbRow const tour_verb;
VerbRow const tour_verb{
    .name = "tour",
    .group = "start",
    .sentence = "a guided tour of a log on real events of this machine",
    .text =
        "Makes a log in a temporary folder, fills it from the journal (or dmesg, logs, /proc), "
        "reads it, checks it, damages a copy and asks why. Every command that is shown is really "
        "run. The last two lines are the head and the state hash.",
    .options = {{.name = "keep", .kind = ValueKind::flag, .sentence = "keep the temporary folder"}},
    .examples = {},
    .run = run};

} // namespace axiom::cli
