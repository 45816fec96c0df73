// axiom key: whatever happens on the way, the log has a key and its owner is told which.

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include <axiom/codec/plain_text.hpp>
#include <sim-host/inspect/catalog.hpp>
#include <sim-host/log/log_session.hpp>
#include <sim-host/platform/file_store.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <sim-host/platform/system_entropy.hpp>
#include <tests/system/cli_program.hpp>

namespace axiom::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class CliKey : public testing::Test {
  protected:
    void SetUp() override { ASSERT_EQ(ingest("one\ntwo\n").status, 0); }

    Outcome ingest(std::string const& lines, std::vector<std::string> more = {}) {
        std::vector<std::string> words{"ingest", "--to", "axiom"};
        words.insert(words.end(), more.begin(), more.end());
        return axiom_.run(words, lines);
    }
    json key() { return json::parse(axiom_.run({"key", "show", "--json"}).out, nullptr, false); }
    json verdict(std::vector<std::string> more = {}) {
        std::vector<std::string> words{"verify", "--json"};
        words.insert(words.end(), more.begin(), more.end());
        return json::parse(axiom_.run(words).out, nullptr, false);
    }
    std::uint64_t entries() { return verdict()["entries"]; }

    // The second verifier on the log as it is.
    int second_verifier() {
        return std::system(
            ("python3 tests/verifier/verify.py log '" + axiom_.path("axiom") + "' > /dev/null")
                .c_str());
    }
    int second_receipt(std::string const& file, std::string const& log_id) {
        return std::system(("python3 tests/verifier/verify.py receipt '" + axiom_.path(file) +
                            "' --log-id " + log_id + " > /dev/null")
                               .c_str());
    }

    CliProgram axiom_;
};

TEST_F(CliKey, ShowNamesTheKeyAndItsFile) {
    json const shown = key();
    EXPECT_EQ(shown["number"], 0);
    EXPECT_EQ(shown["era"], 0);
    EXPECT_EQ(shown["since"], 0);
    EXPECT_EQ(shown["by"], "genesis");
    EXPECT_EQ(shown["file"], axiom_.path("config/axiom/checkpoint.key"));
    EXPECT_EQ(shown["lies"], "elsewhere");
    EXPECT_EQ(axiom_.run({"verify", "--key", shown["verifier_key"]}).status, 0);
    Outcome const text = axiom_.run({"key", "show"});
    EXPECT_EQ(text.status, 0);
    EXPECT_NE(text.out.find(shown["key"].get<std::string>()), std::string::npos);
}

// A kill leaves what was being made under a name of its own, which may hold the secret.
TEST_F(CliKey, TheDraftOfAMakerThatDiedIsRemovedByTheNext) {
    fs::create_directory(axiom_.path("keys"));
    std::string const draft = axiom_.path("keys/k.making-2147483647"); // no process has it
    std::ofstream{draft} << std::string(64, 'a') << "\n";
    ASSERT_EQ(axiom_.run({"ingest", "--to", "other", "--key", "keys/k"}, "a\n").status, 0);
    EXPECT_FALSE(fs::exists(draft));
    EXPECT_EQ(std::distance(fs::directory_iterator{axiom_.path("keys")}, {}), 1);
}

TEST_F(CliKey, ShowSaysWhenTheKeyLiesBesideTheLog) {
    fs::create_directory(axiom_.path("place"));
    ASSERT_EQ(axiom_.run({"ingest", "--to", "place/log", "--key", "place/k"}, "a\n").status, 0);
    Outcome const shown =
        axiom_.run({"key", "show", "--from", "place/log", "--key", "place/k", "--json"});
    EXPECT_EQ(json::parse(shown.out)["lies"], "beside");
    EXPECT_NE(axiom_.run({"key", "show", "--from", "place/log", "--key", "place/k"})
                  .out.find("accident, not attack"),
              std::string::npos);
}

TEST_F(CliKey, ARotatedLogIsSealedByItsNewKeyAndReceiptsOfBothTimesHold) {
    json const before = key();
    ASSERT_EQ(axiom_.run({"receipt", "2", "-o", "old.axr"}).status, 0);
    Outcome const rotated = axiom_.run({"key", "rotate", "--json"});
    ASSERT_EQ(rotated.status, 0) << rotated.err;
    json const change = json::parse(rotated.out);
    EXPECT_EQ(change["number"], 1);
    EXPECT_EQ(change["era"], 0);
    json const after = key();
    EXPECT_EQ(after["key"], change["key"]);
    EXPECT_EQ(after["since"], change["entry"]);
    EXPECT_EQ(after["file"], change["file"]) << "found beside the default";
    EXPECT_EQ(after["before"][0]["key"], before["key"]);
    EXPECT_TRUE(fs::exists(axiom_.path("config/axiom/checkpoint.key"))) << "the old one stays";
    struct stat status{};
    ASSERT_EQ(::stat(change["file"].get<std::string>().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    EXPECT_EQ(verdict()["verdict"], "sealed");
    EXPECT_EQ(verdict()["sealed"]["key_number"], 1);
    EXPECT_EQ(verdict({"--key", before["key"]})["verdict"], "sealed")
        << "whoever trusted the old key may trust the new one";
    EXPECT_EQ(verdict({"--expect", "old.axr", "--key", after["key"]})["verdict"], "sealed");
    ASSERT_EQ(axiom_.run({"receipt", "2", "-o", "new.axr"}).status, 0);
    std::string const id = after["log_id"];
    for (std::string const file : {"old.axr", "new.axr"}) {
        EXPECT_EQ(axiom_.run({"receipt", "check", file, "--log-id", id}).status, 0) << file;
        EXPECT_EQ(second_receipt(file, id), 0) << file;
        EXPECT_EQ(axiom_.run({"receipt", "check", file, "--key", before["key"]}).status, 0) << file;
    }
    EXPECT_EQ(axiom_.run({"receipt", "check", "old.axr", "--key", after["key"]}).status, 3)
        << "it was signed before there was this key";
    EXPECT_EQ(second_verifier(), 0);
}

TEST_F(CliKey, ARotatedLogIsWrittenWithoutNamingItsKeyAndNotWithTheOlderOne) {
    std::string const old_key = axiom_.path("config/axiom/checkpoint.key");
    ASSERT_EQ(axiom_.run({"key", "rotate"}).status, 0);
    EXPECT_EQ(ingest("one\ntwo\nthree\n").status, 0) << "the newer key lies beside the default";
    std::uint64_t const before = entries();
    ASSERT_EQ(axiom_.run({"key", "rotate", "--new-key", "elsewhere/k2"}).status, 0);
    EXPECT_GT(entries(), before);
    std::uint64_t const now = entries();
    Outcome const refused = axiom_.run({"mark", "m", "--key", "config/axiom/checkpoint.key"});
    EXPECT_EQ(refused.status, 2) << refused.err;
    EXPECT_NE(refused.err.find("wrong_key"), std::string::npos) << refused.err;
    EXPECT_NE(refused.err.find("older key 0"), std::string::npos) << refused.err;
    EXPECT_NE(refused.err.find("key 2"), std::string::npos) << refused.err;
    EXPECT_EQ(entries(), now) << "nothing was written";
    EXPECT_EQ(axiom_.run({"mark", "m", "--key", "elsewhere/k2"}).status, 0);
    EXPECT_EQ(axiom_.run({"mark", "n"}).status, 2) << "not beside the default, so not found";
    EXPECT_TRUE(fs::exists(old_key));
}

// A key file that was made, and then the power went; the same words again take it.
TEST_F(CliKey, ARotationThatStoppedBeforeItsEntryIsTakenUpAgain) {
    std::ofstream{axiom_.path("k1")} << std::string(64, 'a') << "\n";
    ::chmod(axiom_.path("k1").c_str(), 0600);
    Outcome const rotated = axiom_.run({"key", "rotate", "--new-key", "k1"});
    EXPECT_EQ(rotated.status, 0) << rotated.err;
    EXPECT_NE(rotated.err.find("using the key that is in k1"), std::string::npos);
    EXPECT_EQ(key()["number"], 1);
    EXPECT_EQ(verdict()["verdict"], "sealed");
}

// The entry is durable and no checkpoint came after it: what a power cut between the two leaves.
TEST_F(CliKey, ARotationThatStoppedBeforeItsSealIsOnlySealed) {
    std::string const config = axiom_.path("config/axiom/");
    SigningSeed old_seed{};
    {
        std::ifstream file{config + "checkpoint.key"};
        std::string line;
        std::getline(file, line);
        old_seed.bytes = read_hex(line)->bytes;
    }
    SigningSeed next{};
    next.bytes.fill(std::byte{0xAB});
    std::string hex;
    for (int digit = 0; digit < 32; ++digit) {
        hex += "ab";
    }
    std::ofstream{config + "next.key"} << hex << "\n";
    {
        auto const store = host::FileStore::open(axiom_.path("axiom"), host::OpenMode::write);
        ASSERT_TRUE(store);
        host::SystemEntropy entropy;
        auto session = host::LogSession::open(**store, {.live = {.engine = &host::fastest_engine(),
                                                                 .entropy = &entropy,
                                                                 .domains = host::known_domains(),
                                                                 .now = [] { return WallTime{1}; }},
                                                        .signer = &host::signature_engine(),
                                                        .principal = {},
                                                        .earlier = {}});
        ASSERT_TRUE(session);
        KeyRotate const rotate =
            *make_key_rotate(host::signature_engine(), (*session)->domains().log().keys(),
                             (*session)->live().durable_position().log_id, {old_seed, next});
        std::array<std::byte, 256> body{};
        ASSERT_TRUE(
            (*session)->append(LogKind::key_rotate, *encode_whole(MutableBytes{body}, rotate)));
        ASSERT_TRUE((*session)->close());
    }
    EXPECT_EQ(axiom_.run({"verify"}).status, 4) << "the change is under no checkpoint";
    Outcome const taken_up = axiom_.run({"key", "rotate", "--json"});
    ASSERT_EQ(taken_up.status, 0) << taken_up.err;
    json const change = json::parse(taken_up.out);
    EXPECT_EQ(change["number"], 1);
    EXPECT_EQ(change["done_before"], true);
    EXPECT_EQ(change["file"], config + "next.key");
    EXPECT_EQ(verdict()["verdict"], "sealed");
    EXPECT_EQ(key()["number"], 1) << "not changed a second time";
}

// Killed at any moment: the log opens with the old key or the new one, and the next command says.
TEST_F(CliKey, ARotationThatIsKilledLeavesALogWithItsKey) {
    unsigned rotated = 0;
    for (unsigned round = 0; round < 25; ++round) {
        static_cast<void>(axiom_.run_and_kill({"key", "rotate"}, "", round * 2));
        ASSERT_TRUE(key()["file"].is_string()) << "the key in force is in a file";
        Outcome const mark = axiom_.run({"mark", "m" + std::to_string(round)});
        ASSERT_EQ(mark.status, 0) << round << mark.err;
        ASSERT_EQ(verdict()["verdict"], "sealed");
        rotated = key()["number"];
    }
    EXPECT_LE(rotated, 25U);
    EXPECT_EQ(second_verifier(), 0);
}

TEST_F(CliKey, NoRotationWithoutTheKeyInForceOrToAKeyThatTheLogHasHad) {
    ASSERT_EQ(axiom_.run({"key", "rotate", "--new-key", "k1"}).status, 0);
    std::uint64_t const before = entries();
    std::string const old_key = "config/axiom/checkpoint.key";
    EXPECT_EQ(axiom_.run({"key", "rotate", "--key", "absent"}).status, 7);
    EXPECT_EQ(axiom_.run({"key", "rotate", "--key", "."}).status, 2);
    EXPECT_EQ(axiom_.run({"key", "rotate", "--key", "/dev/null"}).status, 2);
    EXPECT_EQ(axiom_.run({"key", "rotate", "--key", old_key, "--new-key", "k2"}).status, 2);
    EXPECT_FALSE(fs::exists(axiom_.path("k2"))) << "made only for a log that takes it";
    Outcome const again = axiom_.run({"key", "rotate", "--key", "k1", "--new-key", "k1"});
    EXPECT_EQ(again.status, 2);
    EXPECT_NE(again.err.find("in force"), std::string::npos) << again.err;
    Outcome const back = axiom_.run({"key", "rotate", "--key", "k1", "--new-key", old_key});
    EXPECT_EQ(back.status, 2);
    EXPECT_NE(back.err.find("had before"), std::string::npos) << back.err;
    std::ofstream{axiom_.path("garbage")} << "no key\n";
    EXPECT_EQ(axiom_.run({"key", "rotate", "--key", "k1", "--new-key", "garbage"}).status, 2);
    for (std::vector<std::string> const& inside : std::vector<std::vector<std::string>>{
             {"key", "rotate", "--key", "k1", "--new-key", "axiom/k"},
             {"key", "lost", "--reason", "r", "--new-key", "axiom/k"}}) {
        Outcome const refused = axiom_.run(inside);
        EXPECT_EQ(refused.status, 2) << inside[1];
        EXPECT_NE(refused.err.find("lies in the log"), std::string::npos) << refused.err;
        EXPECT_FALSE(fs::exists(axiom_.path("axiom/k"))) << inside[1];
    }
    EXPECT_EQ(key()["number"], 1);
    EXPECT_GE(entries(), before);
}

TEST_F(CliKey, ALossBeginsAnEraThatVerdictAndReceiptName) {
    json const before = key();
    fs::remove(axiom_.path("config/axiom/checkpoint.key"));
    EXPECT_EQ(axiom_.run({"mark", "m"}).status, 7);
    EXPECT_TRUE(key()["file"].is_null());
    Outcome const lost =
        axiom_.run({"key", "lost", "--new-key", "k1", "--reason", "the disk died"});
    ASSERT_EQ(lost.status, 0) << lost.err;
    json const after = key();
    EXPECT_EQ(after["era"], 1);
    EXPECT_EQ(after["by"], "key_lost");
    EXPECT_EQ(after["reason"], "the disk died");
    EXPECT_EQ(axiom_.run({"mark", "m", "--key", "k1"}).status, 0);
    EXPECT_EQ(verdict()["sealed"]["era"], 1);
    EXPECT_NE(axiom_.run({"verify"}).out.find("era 1"), std::string::npos);
    EXPECT_EQ(axiom_.run({"verify", "--key", before["key"]}).status, 3) << "nobody signed for it";
    ASSERT_EQ(axiom_.run({"receipt", "2", "-o", "r.axr"}).status, 0);
    Outcome const checked = axiom_.run({"receipt", "check", "r.axr", "--log-id", after["log_id"]});
    EXPECT_EQ(checked.status, 0);
    EXPECT_NE(checked.out.find("era        1"), std::string::npos);
    EXPECT_EQ(second_receipt("r.axr", after["log_id"]), 0);
    EXPECT_EQ(second_verifier(), 0);
}

TEST_F(CliKey, GivingUpAKeyThatIsThereIsRemarkedOn) {
    Outcome const lost =
        axiom_.run({"key", "lost", "--new-key", "config/axiom/k1", "--reason", "stolen"});
    EXPECT_EQ(lost.status, 0) << lost.err;
    EXPECT_NE(lost.err.find("would have begun no era"), std::string::npos) << lost.err;
    EXPECT_EQ(key()["era"], 1);
}

TEST_F(CliKey, AKeyThatIsInForceIsNotLost) {
    std::uint64_t const before = entries();
    Outcome const lost =
        axiom_.run({"key", "lost", "--new-key", "config/axiom/checkpoint.key", "--reason", "no"});
    EXPECT_EQ(lost.status, 2);
    EXPECT_NE(lost.err.find("not lost"), std::string::npos) << lost.err;
    EXPECT_EQ(
        axiom_.run({"key", "lost", "--new-key", "k", "--reason", std::string(257, 'x')}).status, 2);
    EXPECT_EQ(axiom_.run({"key", "lost", "--new-key", "k"}).status, 2);
    EXPECT_FALSE(fs::exists(axiom_.path("k")));
    EXPECT_EQ(key()["era"], 0);
    EXPECT_GE(entries(), before);
}

} // namespace
} // namespace axiom::test
