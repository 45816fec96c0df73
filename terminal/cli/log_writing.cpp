// Logs opened and made for writing; see terminal/cli/log_writing.hpp.

#include <terminal/cli/log_writing.hpp>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <unistd.h>

#include <axiom/policy/founding.hpp>
#include <sim-host/inspect/catalog.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <sim-host/platform/string_text.hpp>
#include <terminal/cli/log_access.hpp>
#include <terminal/cli/new_file.hpp>
#include <terminal/cli/printable.hpp>
#include <terminal/cli/projection_access.hpp>
#include <terminal/cli/recovery_text.hpp>
#include <terminal/cli/replay_start.hpp>
#include <terminal/cli/time_text.hpp>

namespace axiom::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::uint32_t storage_block_bytes = 4096;

// One for a writer that must begin a segment, one for pruning to write to.
constexpr std::uint32_t reserve_slots = 2;

host::LiveLogOptions live_options(host::SystemEntropy& entropy) {
    host::LiveLogOptions options;
    options.engine = &host::fastest_engine();
    options.entropy = &entropy;
    options.domains = host::known_domains();
    options.now = wall_clock;
    options.state_bytes_max = state_bytes_allowed();
    options.reserve_slots = reserve_slots;
    return options;
}

void remove_draft(fs::path const& place) {
    std::error_code ignored;
    fs::remove_all(place, ignored);
}

} // namespace

OptionRow key_option() {
    return {.name = "key",
            .kind = ValueKind::path,
            .value = "FILE",
            .sentence = "the key that signs checkpoints; by default axiom/checkpoint.key in the "
                        "configuration folder"};
}

std::string key_path(Invocation const& given) {
    auto const key = given.given("key");
    return key ? *key : default_key_path();
}

WritableLog::WritableLog(std::string const& path, std::string const& key, Console& console,
                         OpeningWish const& wish)
    : console_{console}, path_{path}, key_{key}, snapshots_{path} {
    console.check_output();
    if (wish.opening == Opening::with_key) {
        take_key();
    }
    copies_ = std::make_unique<CopiedLog>(path, wish.copies, console);
    if (wish.opening == Opening::as_fork) {
        fork(wish);
    }
    bool const seals = wish.opening != Opening::without_key;
    bool bytes_went = false; // that whoever erased or pruned was stopped before
    host::LiveLogOptions live = live_options(entropy_);
    live.may_use_reserve = wish.may_use_reserve;
    live.before_bytes_go = [&] {
        bytes_went = true;
        static_cast<void>(remove_projections(path));
    };
    host::LogSessionOptions const options{
        .live = std::move(live),
        .signer = &host::signature_engine(),
        .checkpoint_seed = seals ? &seed_.seed : nullptr,
        .other_seed = [this](KeyRing const& ring) { return other_seed(ring); },
        .principal = {},
        .earlier = {},
        .snapshots = &snapshots_};
    auto session = host::LogSession::open(store(), options);
    if (!session && session.error().code == Code::wrong_key) {
        if (!key_is_there_) {
            static_cast<void>(load_key(key_, console_)); // says that there is none
        }
        throw wrong_key();
    }
    if (!session && (session.error().code == Code::snapshot_ahead ||
                     session.error().code == Code::entry_missing)) {
        throw failure_of_start(session.error());
    }
    session_ = value_or_stop(std::move(session), "the log cannot be taken over");
    remark_recovery(*session_, console);
    remark_on(session_->snapshots_refused(), console);
    if (session_->domains().log().facts().erased != 0) {
        // What the archive owes is paid while nothing is being written.
        value_or_stop(session_->commit());
        sweep();
    }
    if (bytes_went) {
        projection_stays_ = remove_projections(path); // somebody may have asked meanwhile
    }
    if (seals) {
        warn_if_beside(key_, path, console);
    }
}

// At the default place there may be no key, and yet the log's beside it: a stand-in, which no log
// knows, lets `other_seed` look.
void WritableLog::take_key() {
    key_is_there_ = !is_default_key_path(key_) || key_file_exists(key_);
    seed_.seed = key_is_there_ ? load_key(key_, console_) : host::new_signing_seed();
}

// The new key is durable before the entry that names it, and is made only when the log can be
// forked.
void WritableLog::fork(OpeningWish const& wish) {
    host::LiveLogOptions options = live_options(entropy_);
    host::ForkWish fork{.checkpoint_key = {}, .reason = wish.reason};
    options.admit = [&](LogState const&) -> Result<void> {
        seed_.seed = load_or_make_key(key_, console_);
        fork.checkpoint_key = public_key_of(seed_.public_key());
        return {};
    };
    host::ShadowReplay shadows{*options.engine};
    host::SnapshotStart snapshot{snapshots_, shadows, host::SnapshotStart::Ahead::ignored};
    auto const forked = host::LiveLog::fork(store(), options, fork, &snapshot);
    if (!forked && forked.error().code == Code::entry_missing) {
        throw failure_of_start(forked.error());
    }
    value_or_stop(forked, "the log cannot be forked");
}

// Keys that `axiom key rotate` and `axiom fork` made lie beside the default one, so whoever names
// no key finds them; a key that was named is not replaced by another.
SigningSeed const* WritableLog::other_seed(KeyRing const& ring) {
    ring_ = ring;
    right_key_ = find_key_file(folder_of(key_), ring.current().key);
    if (!right_key_ || !is_default_key_path(key_)) {
        return nullptr;
    }
    key_ = *right_key_;
    seed_.seed = load_key(key_, console_);
    console_.remark("the log's key is number " + std::to_string(ring.current().number) + ", in " +
                    key_);
    return &seed_.seed;
}

// Which key it is that was given, which one is in force since when, and where that lies.
Failure WritableLog::wrong_key() const {
    KeyRecord const& in_force = ring_->current();
    Hash256 const given = seed_.public_key();
    std::string sentence = key_ + " is not the log's checkpoint key";
    std::string cause = "key " + std::to_string(in_force.number) + " (" +
                        host::hex_text(in_force.key).substr(0, 16) + "…) is in force since entry " +
                        std::to_string(in_force.since.value);
    for (KeyRecord const& record : ring_->recent) {
        if (record.key == given) {
            sentence = key_ + " is the log's older key " + std::to_string(record.number);
        }
    }
    if (in_force.era != 0) {
        cause += ", of era " + std::to_string(in_force.era);
    }
    return {.exit = exit_for(Code::wrong_key),
            .code = std::string{text_of(Code::wrong_key).name},
            .sentence = std::move(sentence),
            .cause = std::move(cause),
            .next = right_key_
                        ? "give --key " + *right_key_
                        : "give the file of that key with --key; if nobody has it any more: axiom "
                          "key lost --new-key FILE --reason TEXT"};
}

WritableLog::~WritableLog() {
    session_.reset(); // closes in order if nobody has, which may want the key
}

void WritableLog::sweep() {
    copies_->archive(session_->sealed(), session_->domains().log().facts().erased);
}

void WritableLog::close() {
    value_or_stop(session_->close(), "the log cannot be closed in order");
    console_.note_done("what was asked for is done, and durable in " + path_);
    copies_->watch();
    sweep();
    copies_->finish();
    if (projection_stays_) {
        throw Failure{*projection_stays_};
    }
}

std::optional<Failure> WritableLog::try_close() {
    try {
        close();
    } catch (Failure const& failure) {
        return failure;
    }
    return std::nullopt;
}

void WritableLog::archive_or_stop() {
    value_or_stop(session_->checkpoint(), "the log cannot be sealed");
    sweep();
    copies_->check_archive();
}

void WritableLog::keep_copies() {
    copies_->watch();
    if (session_->sealed() != archived_) {
        archived_ = session_->sealed();
        sweep();
    }
}

Failure WritableLog::failure(Error const& error, std::string sentence) const {
    std::string const words = copies_->last_problem();
    return failure_of(error, std::move(sentence), words);
}

void create_log(std::string const& path, std::string const& key, NewLog const& options,
                Console& console) {
    console.check_output();
    refuse_inside_log(key, path); // else the key would be in the folder that becomes the log
    SigningSeed seed = load_or_make_key(key, console);
    warn_if_beside(key, path, console);
    fs::path target{path}; // as it is: behind a link, `x/..` is not where it seems
    if (!target.has_filename()) {
        target = target.parent_path();
    }
    // The log is made beside its place and moved there when it is whole.
    fs::path const place{making_place(target.string())};
    {
        host::SystemEntropy entropy;
        std::array<std::byte, policy::founding_policy_bytes_max> room{};
        Bytes const rules = value_or_stop(policy::founding_policy(host::creator_principal, room));
        char const* const user = std::getenv("USER");
        auto const genesis = value_or_stop(
            host::genesis_for({.label = options.label,
                               .creator_label = user != nullptr ? user : "creator",
                               .checkpoint_key = host::signature_engine().public_key(seed),
                               .policy = rules,
                               .capacities = default_capacities},
                              entropy));
        host::wipe(seed);
        auto const store =
            host::FileStore::create(place.string(), {.storage_block_bytes = storage_block_bytes,
                                                     .segment_bytes = options.segment_bytes});
        if (!store) {
            if (store.error().error.code != Code::already_exists) {
                remove_draft(place);
            }
            throw failure_of(store.error(), "the log cannot be made");
        }
        if (auto const made = host::LiveLog::create(**store, live_options(entropy), genesis);
            !made) {
            remove_draft(place);
            throw failure_of(made.error(), "the log cannot be made", (*store)->last_problem());
        }
    }
    if (std::rename(place.c_str(), target.c_str()) != 0) {
        int const error_number = errno;
        remove_draft(place);
        if (holds_log(path)) {
            return; // somebody made it meanwhile: it is there, and its writer decides who writes
        }
        throw Failure{.exit = Exit::storage,
                      .code = "io_failed",
                      .sentence = "the new log cannot be moved to " + path,
                      .cause = std::strerror(error_number),
                      .next = "name an absent or empty folder"};
    }
    auto const folder = value_or_stop(host::HostFile::open(
        AT_FDCWD, target.has_parent_path() ? target.parent_path().string() : ".",
        {.kind = host::FileKind::folder, .follow_links = true}, target.string()));
    value_or_stop(folder.flush_all());
    console.remark("made the log " + printable(path));
}

} // namespace axiom::cli
