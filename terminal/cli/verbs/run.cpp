// axiom run: a guided tour on real events of this machine; every command it shows it really runs.

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <axiom/store/recovery.hpp>
#include <sim-host/log/domain_set.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <terminal/cli/console.hpp>
#include <terminal/cli/entry_text.hpp>
#include <terminal/cli/log_access.hpp>

namespace axiom::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t shown_lines_max = 24;
constexpr std::size_t events_max = 2000;

std::string shell_word(std::string_view word) {
    bool const plain = word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                              "0123456789-_./=:@~,+") == std::string_view::npos;
    if (plain && !word.empty()) {
        return std::string{word};
    }
    std::string out = "'";
    for (char const letter : word) {
        out += letter == '\'' ? std::string{"'\\''"} : std::string{letter};
    }
    return out + "'";
}

// Runs a script of the shell; `text` is what it printed. Returns what `waitpid` says of it.
int run_script(std::string const& script, std::string& text) {
    std::array<int, 2> ends{};
    pid_t const child = ::pipe2(ends.data(), O_CLOEXEC) == 0 ? ::fork() : -1;
    if (child == 0) {
        ::dup2(ends[1], STDOUT_FILENO);
        std::signal(SIGPIPE, SIG_DFL);
        ::execlp("sh", "sh", "-c", script.c_str(), static_cast<char*>(nullptr));
        std::_Exit(127);
    }
    if (child < 0) {
        throw Failure{.exit = Exit::environment,
                      .code = "no_shell",
                      .sentence = "the tour cannot start a shell",
                      .cause = std::strerror(errno),
                      .next = "axiom doctor"};
    }
    ::close(ends[1]);
    std::array<char, 4096> piece{};
    ssize_t count = 0;
    while ((count = ::read(ends[0], piece.data(), piece.size())) > 0 ||
           (count < 0 && errno == EINTR)) {
        text.append(piece.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    }
    ::close(ends[0]);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

// The folder of the tour, removed at its end unless it is to be kept.
class Workshop {
  public:
    explicit Workshop(bool keep) : keep_{keep} {
        std::string pattern = (fs::temp_directory_path() / "axiom-tour-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) {
            throw Failure{.exit = Exit::environment,
                          .code = "no_temporary_folder",
                          .sentence = "no folder for the tour can be made",
                          .cause = pattern,
                          .next = "set TMPDIR to a folder that can be written"};
        }
        path_ = pattern;
    }
    ~Workshop() {
        std::error_code ignored;
        if (!keep_) {
            fs::remove_all(path_, ignored);
        }
    }
    Workshop(Workshop const&) = delete;
    Workshop& operator=(Workshop const&) = delete;

    [[nodiscard]] fs::path const& path() const noexcept { return path_; }

  private:
    bool keep_;
    fs::path path_;
};

class Tour {
  public:
    Tour(Console& console, fs::path const& place) : console_{console}, place_{place} {
        std::error_code error;
        fs::path const program = fs::read_symlink("/proc/self/exe", error);
        program_ = error ? "axiom" : program.string();
        ::setenv("AXIOM_LOG", (place / "log").c_str(), 1);
        ::setenv("XDG_CONFIG_HOME", (place / "config").c_str(), 1);
        ::setenv("XDG_CACHE_HOME", (place / "cache").c_str(), 1);
    }

    void say(std::string_view text) {
        console_.line().write(Style::bold, text).line();
        console_.flush();
    }

    /// Shows and runs a command line of the shell; returns its exit status. `axiom` in it is this
    /// program.
    int run(std::string const& command) {
        console_.write(Style::cyan, "$ " + command).line();
        console_.flush();
        std::string const script = "cd " + shell_word(place_.string()) + "; axiom() { " +
                                   shell_word(program_) + " \"$@\"; }; { " + command + "\n} 2>&1";
        std::string text;
        int const status = run_script(script, text);
        show(text);
        int const code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        if (code != 0) {
            console_.write(Style::dim, "  (exit " + std::to_string(code) + ")").line();
        }
        return code;
    }

    void must(std::string const& command) {
        if (int const code = run(command); code != 0) {
            throw Failure{.exit = Exit::internal,
                          .code = "tour",
                          .sentence = "a command of the tour ended with " + std::to_string(code),
                          .cause = command,
                          .next = "axiom doctor"};
        }
    }

  private:
    void show(std::string_view text) {
        std::size_t lines = 0;
        while (!text.empty() && lines < shown_lines_max) {
            std::size_t const end = std::min(text.find('\n'), text.size());
            console_.line("  " + std::string{text.substr(0, end)});
            text.remove_prefix(std::min(end + 1, text.size()));
            ++lines;
        }
        if (!text.empty()) {
            console_.line("  …");
        }
    }

    Console& console_;
    fs::path place_;
    std::string program_;
};

bool has_lines(fs::path const& path) {
    std::error_code error;
    return fs::file_size(path, error) > 0 && !error;
}

// The first source of real events that this machine has.
std::string gather_events(Tour& tour, fs::path const& place) {
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

void print_hashes(Console& console, std::string const& path) {
    auto const log = open_log(path);
    HashEngine const& engine = host::fastest_engine();
    host::ShadowReplay replay{engine};
    std::size_t const block = log->store().geometry().storage_block_bytes;
    std::vector<std::byte> buffer(round_up<std::size_t>(store::frame_bytes_max, block) + block);
    store::SegmentWindow window{log->store(), buffer};
    auto const recovered = value_or_stop(store::recover(engine, window, log->segments(), &replay));
    if (replay.stopped() || replay.domains() == nullptr) {
        throw failure_of(replay.stopped().value_or(Error{Code::not_a_log}),
                         "the log does not replay");
    }
    Hash256 const state = value_or_stop(replay.domains()->shadows().state_hash());
    console.line("head " + short_hash(recovered.chain.head, 64));
    console.line("state hash " + short_hash(state, 64));
}

void show_trust(Tour& tour, std::string const& newest, std::string const& log_id) {
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

void show_authority(Tour& tour, std::string const& newest) {
    if (find_verb("why") == nullptr || find_verb("whatif") == nullptr) {
        return;
    }
    tour.say("Why was an entry allowed? And what would a stranger be told?");
    tour.must("axiom why " + newest);
    tour.run("axiom whatif --principal 99 --action line");
}

Exit run(Invocation const& given, Console& console) {
    if (console.json()) {
        throw usage("the tour is for people: it has no JSON", "axiom run");
    }
    Workshop const workshop{given.has("keep")};
    fs::path const& place = workshop.path();
    Tour tour{console, place};

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

extern VerbRow const run_verb;
VerbRow const run_verb{
    .name = "run",
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
