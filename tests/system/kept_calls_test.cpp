// What is called in a running system is sealed in its log and kept beside it; `axiom trace` shows
// it and `axiom verify` holds it against the seals.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <span>
#include <sstream>

#include <nlohmann/json.hpp>

#include <tests/support/file_bytes.hpp>
#include <tests/system/cli_program.hpp>

namespace axiom::test {
namespace {

constexpr int answer_is_no = 1;
constexpr int usage = 2;
constexpr int tampering = 3;
constexpr int not_found = 7;

// A system that ran for a moment and was switched off.
class KeptCalls : public testing::Test {
  protected:
    KeptCalls() {
        Outcome const ran =
            axiom_.run({"run", "--data", data_, "--key", axiom_.path("key"), "--script", "-"},
                       "axiom status\nps\nshutdown\n");
        EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
    }

    [[nodiscard]] Outcome axiom(std::vector<std::string> words) const {
        words.insert(words.end(), {"--from", data_});
        return axiom_.run(words);
    }
    [[nodiscard]] std::string batches() const { return data_ + "/syslog/00000001.batches"; }

    void flip(std::size_t at) const {
        std::fstream file{batches(), std::ios::in | std::ios::out | std::ios::binary};
        file.seekg(static_cast<std::streamoff>(at));
        char const byte = static_cast<char>(file.get() ^ 1);
        file.seekp(static_cast<std::streamoff>(at));
        file.put(byte);
    }

    CliProgram axiom_;
    std::string data_{axiom_.path("data")};
};

TEST_F(KeptCalls, AreHeldAgainstTheSealsOfTheLog) {
    Outcome const verified = axiom({"verify"});
    EXPECT_EQ(verified.status, 0) << verified.out << verified.err;
    EXPECT_NE(verified.out.find("\ncalls       "), std::string::npos) << verified.out;
    auto const document = nlohmann::json::parse(axiom({"verify", "--json"}).out);
    EXPECT_GT(document.at("syslog").at("records"), 0);
    EXPECT_EQ(document.at("syslog").at("kept"), document.at("syslog").at("seals"));
    EXPECT_EQ(document.at("syslog").at("unsealed"), 0);
    EXPECT_EQ(document.at("syslog").at("flaws"), nlohmann::json::array());
}

TEST_F(KeptCalls, ARecordThatWasChangedIsTampering) {
    constexpr std::size_t in_the_first_record = 64 + 33;
    flip(in_the_first_record);
    Outcome const verified = axiom({"verify"});
    EXPECT_EQ(verified.status, tampering) << verified.out;
    EXPECT_NE(verified.out.find("sealed: its bytes are not what was sealed"), std::string::npos)
        << verified.out;
    Outcome const traced = axiom({"trace"});
    EXPECT_NE(traced.err.find("1 batch is not what the log sealed, and left out"),
              std::string::npos)
        << traced.err;
}

TEST_F(KeptCalls, AHeaderThatWasChangedIsTampering) {
    constexpr std::size_t in_the_previous_hash = 40;
    flip(in_the_previous_hash);
    Outcome const verified = axiom({"verify"});
    EXPECT_EQ(verified.status, tampering) << verified.out;
    EXPECT_NE(verified.out.find("its header is not what was sealed"), std::string::npos);
}

TEST_F(KeptCalls, NoBitOfAHeaderCanBeChanged) {
    for (std::size_t byte = 0; byte < 64; byte += 3) {
        flip(byte);
        EXPECT_EQ(axiom({"verify"}).status, tampering) << byte;
        flip(byte);
    }
    EXPECT_EQ(axiom({"verify"}).status, 0);
}

TEST_F(KeptCalls, WhatIsNoBatchOfTheLogIsTampering) {
    std::string const whole = bytes_in(batches());
    std::string const noise(5000, 'n');
    std::string made_up = whole.substr(0, 64); // a header that goes on from nothing
    made_up[8] = 77;
    made_up[16] = made_up[17] = 0;
    for (std::string const& there : {noise, whole + noise, whole + made_up}) {
        std::ofstream{batches(), std::ios::binary} << there;
        EXPECT_EQ(axiom({"verify"}).status, tampering);
    }
}

TEST_F(KeptCalls, ABatchThatIsKeptTwiceCountsOnce) {
    std::filesystem::copy_file(batches(), data_ + "/syslog/00000002.batches");
    auto const document = nlohmann::json::parse(axiom({"verify", "--json"}).out);
    EXPECT_EQ(document.at("syslog").at("kept"), document.at("syslog").at("seals"));
    EXPECT_EQ(document.at("syslog").at("again"), document.at("syslog").at("seals"));
    Outcome const traced = axiom({"trace"});
    std::filesystem::remove(data_ + "/syslog/00000002.batches");
    EXPECT_EQ(axiom({"trace"}).out, traced.out);
}

TEST_F(KeptCalls, WhatIsGoneIsCountedAndNoTampering) {
    std::filesystem::remove(batches());
    auto const document = nlohmann::json::parse(axiom({"verify", "--json"}).out);
    EXPECT_EQ(document.at("exit"), 0);
    EXPECT_EQ(document.at("syslog").at("kept"), 0);
    EXPECT_GT(document.at("syslog").at("seals"), 0);
    Outcome const traced = axiom({"trace"});
    EXPECT_EQ(traced.status, not_found) << traced.out;
    EXPECT_NE(traced.err.find("axiom run --data"), std::string::npos) << traced.err;
}

TEST_F(KeptCalls, ATornBatchEndsItsFileAndTheOthersAreKept) {
    std::filesystem::resize_file(batches(), std::filesystem::file_size(batches()) - 1);
    auto const document = nlohmann::json::parse(axiom({"verify", "--json"}).out);
    std::size_t const seals = document.at("syslog").at("seals");
    EXPECT_EQ(document.at("exit"), 0);
    EXPECT_EQ(document.at("syslog").at("kept"), seals - 1);
}

// Where the batches of a file begin; a header of 64 bytes says how many more there are.
std::vector<std::pair<std::size_t, std::size_t>> batches_in(std::string const& bytes) {
    std::vector<std::pair<std::size_t, std::size_t>> places;
    auto const word = [&](std::size_t at) {
        std::size_t value = 0;
        for (std::size_t byte = 4; byte-- > 0;) {
            value = value << 8U | static_cast<unsigned char>(bytes[at + byte]);
        }
        return value;
    };
    for (std::size_t at = 0; at < bytes.size();) {
        std::size_t const length = 64 * (1 + word(at + 16) + word(at + 20));
        places.emplace_back(at, length);
        at += length;
    }
    return places;
}

TEST_F(KeptCalls, WhatIsMissingAndWhatIsTornIsSaidWithTheCalls) {
    std::string const whole = bytes_in(batches());
    auto const places = batches_in(whole);
    ASSERT_GT(places.size(), 2U);
    auto const gaps_of = [&](std::string const& bytes) {
        std::ofstream{batches(), std::ios::binary} << bytes;
        auto const gaps = nlohmann::json::parse(axiom({"trace", "-c", "--json"}).out).at("gaps");
        std::istringstream rows{axiom({"trace", "--json"}).out};
        nlohmann::json last;
        for (std::string line; std::getline(rows, line);) {
            last = nlohmann::json::parse(line);
        }
        if (last.at("schema") == "axiom.trace.gaps/1") {
            last.erase("schema");
            EXPECT_EQ(last, gaps);
        } else {
            EXPECT_EQ(bytes, whole);
        }
        return gaps;
    };
    auto const none = gaps_of(whole);
    EXPECT_EQ(none.at("missing").at("batches"), 0);
    EXPECT_EQ(none.at("dropped").at("batches"), 0);
    EXPECT_EQ(none.at("torn_bytes"), 0);

    auto const [at, length] = places[1];
    auto const middle = gaps_of(whole.substr(0, at) + whole.substr(at + length));
    EXPECT_EQ(middle.at("missing").at("batches"), 1);
    EXPECT_EQ(middle.at("missing").at("records"), length / 64 - 1);
    for (char const* const summary : {"-n1000000", "-c"}) {
        Outcome const traced = axiom({"trace", summary});
        EXPECT_EQ(traced.status, 0);
        EXPECT_NE(traced.err.find("1 sealed batch ("), std::string::npos) << traced.err;
        EXPECT_NE(traced.err.find("missing between or behind"), std::string::npos) << traced.err;
    }
    auto const first = gaps_of(whole.substr(places[0].second));
    EXPECT_EQ(first.at("dropped").at("batches"), 1);
    EXPECT_EQ(first.at("missing").at("batches"), 0);

    auto const torn = gaps_of(whole.substr(0, whole.size() - 1));
    EXPECT_EQ(torn.at("torn_bytes"), places.back().second - 1);
    EXPECT_EQ(torn.at("missing").at("batches"), 1);
    EXPECT_NE(axiom({"trace"}).err.find("are a torn batch"), std::string::npos);
}

TEST_F(KeptCalls, AProcessAndItsThreadAreTakenAsTheyArePrinted) {
    std::string const line = axiom({"trace", "-n", "1"}).out;
    std::size_t const slash = line.find('/');
    std::size_t const from = line.rfind(' ', slash) + 1;
    std::string const printed = line.substr(from, line.find(' ', slash) - from);
    Outcome const traced = axiom({"trace", "-p", printed});
    EXPECT_EQ(traced.status, 0) << printed << traced.err;
    EXPECT_NE(traced.out.find(line), std::string::npos);
    std::istringstream out{traced.out};
    for (std::string each; std::getline(out, each);) {
        EXPECT_NE(each.find(' ' + printed + ' '), std::string::npos) << each;
    }
    EXPECT_EQ(axiom({"trace", "-p", "4000000000/1"}).status, answer_is_no);
    for (char const* const wrong : {"x", "1/", "/1", "1/2/3", "1/x", ""}) {
        EXPECT_EQ(axiom({"trace", "-p", wrong}).status, usage) << wrong;
    }
}

TEST_F(KeptCalls, AreShownWithTheEntriesThatTheyMade) {
    Outcome const traced = axiom({"trace", "--call", "create"});
    ASSERT_EQ(traced.status, 0) << traced.err;
    EXPECT_NE(traced.out.find("create(account="), std::string::npos) << traced.out;
    std::size_t const at = traced.out.find(", entry ");
    ASSERT_NE(at, std::string::npos) << traced.out;
    std::string const entry = traced.out.substr(at + 8, traced.out.find('\n', at) - at - 8);
    EXPECT_EQ(axiom({"show", entry}).status, 0);
}

TEST_F(KeptCalls, AreShownByProcessByOutcomeAndByNumber) {
    auto const lines = [&](std::vector<std::string> const& words) {
        std::vector<nlohmann::json> calls;
        std::istringstream out{axiom(words).out};
        for (std::string line; std::getline(out, line);) {
            calls.push_back(nlohmann::json::parse(line));
        }
        return calls;
    };
    auto const all = lines({"trace", "--json"});
    ASSERT_GT(all.size(), 10U);
    EXPECT_TRUE(std::ranges::is_sorted(all, {}, [](auto const& call) {
        return call.at("time_ns").template get<std::uint64_t>();
    }));
    for (auto const& call : lines({"trace", "--json", "--refused"})) {
        EXPECT_EQ(call.at("outcome"), "refused");
        EXPECT_FALSE(call.at("why").template get<std::string>().empty());
    }
    auto const of_one = lines({"trace", "--json", "-p", "1"});
    ASSERT_FALSE(of_one.empty());
    for (auto const& call : of_one) {
        EXPECT_EQ(call.at("process"), 1);
    }
    auto const newest = lines({"trace", "--json", "-n", "3"});
    EXPECT_TRUE(std::ranges::equal(newest, std::span{all}.last(3)));
}

TEST_F(KeptCalls, AreCountedByName) {
    auto const counted = nlohmann::json::parse(axiom({"trace", "-c", "--json"}).out).at("calls");
    std::istringstream out{axiom({"trace", "--json"}).out};
    std::map<std::string, std::uint64_t> calls;
    for (std::string line; std::getline(out, line);) {
        ++calls[nlohmann::json::parse(line).at("call")];
    }
    EXPECT_EQ(counted.size(), calls.size());
    for (auto const& row : counted) {
        EXPECT_EQ(row.at("calls"), calls[row.at("call")]) << row;
    }
    EXPECT_NE(axiom({"trace", "-c"}).out.find("REFUSED"), std::string::npos);
}

TEST_F(KeptCalls, WhatIsNotThereIsSaid) {
    Outcome const unknown = axiom({"trace", "--call", "no_such_call"});
    EXPECT_EQ(unknown.status, usage);
    EXPECT_NE(unknown.err.find("no_such_call"), std::string::npos) << unknown.err;
    EXPECT_EQ(axiom({"trace", "--boot", "99"}).status, not_found);
    EXPECT_EQ(axiom({"trace", "-p", "4000000000"}).status, answer_is_no);
}

TEST_F(KeptCalls, ASystemsLogIsNotPruned) {
    Outcome const refused = axiom({"prune", "--keep-boots", "0", "--reason", "x"});
    EXPECT_EQ(refused.status, 10) << refused.err;
    EXPECT_NE(refused.err.find("system_needs_all"), std::string::npos) << refused.err;
}

TEST_F(KeptCalls, ASecondBootHasCallsOfItsOwn) {
    Outcome const again = axiom_.run(
        {"run", "--data", data_, "--key", axiom_.path("key"), "--script", "-"}, "shutdown\n");
    ASSERT_EQ(again.status, 0) << again.err;
    EXPECT_EQ(axiom({"trace", "--boot", "1"}).status, 0);
    EXPECT_EQ(axiom({"trace", "--boot", "2"}).status, 0);
    EXPECT_EQ(axiom({"verify"}).status, 0);
}

} // namespace
} // namespace axiom::test
