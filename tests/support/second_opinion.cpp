#include <tests/support/second_opinion.hpp>

#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sim-host/platform/file_store.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <sim-host/platform/signature_sodium.hpp>
#include <sim-host/verify/verifier.hpp>
#include <tests/support/first_opinion.hpp>
#include <tests/support/temporary_folder.hpp>

namespace axiom::test {

namespace {

std::string run(std::string const& command) {
    std::unique_ptr<FILE, int (*)(FILE*)> const pipe{::popen(command.c_str(), "r"), &::pclose};
    std::string output;
    std::array<char, 4096> piece;
    while (pipe) {
        std::size_t const got = std::fread(piece.data(), 1, piece.size(), pipe.get());
        if (got == 0) {
            break;
        }
        output.append(piece.data(), got);
    }
    return output;
}

std::vector<std::byte> slot_of(Store& store, SlotIndex slot) {
    std::vector<std::byte> bytes(static_cast<std::size_t>(store.geometry().segment_bytes));
    EXPECT_TRUE(store.read({slot, 0}, bytes));
    return bytes;
}

void copy_store(Store& from, Store& to) {
    for (std::uint32_t index = 0; index < from.slots(); ++index) {
        auto const slot = to.extend();
        ASSERT_TRUE(slot);
        ASSERT_TRUE(to.write({*slot, 0}, slot_of(from, SlotIndex{index})));
    }
    Epoch const epoch = *from.claimed_epoch();
    if (epoch.value != 0) {
        ASSERT_TRUE(to.claim_epoch(epoch));
    }
    ASSERT_TRUE(to.flush());
}

host::Soundness soundness_of(int exit) {
    return exit == 0   ? host::Soundness::sealed
           : exit == 3 ? host::Soundness::tampering
           : exit == 8 ? host::Soundness::version
                       : host::Soundness::incomplete;
}

SecondOpinion read_opinion(std::string const& output) {
    auto const json = nlohmann::json::parse(output, nullptr, false);
    if (json.is_discarded() || !json.contains("verdict")) {
        ADD_FAILURE() << "the second verifier did not answer: " << output;
        return {};
    }
    SecondOpinion opinion;
    opinion.holds = json["verdict"] != "refused";
    opinion.soundness = soundness_of(json["exit"]);
    opinion.text = output;
    if (!opinion.holds) {
        opinion.code = json["code"];
        opinion.where = json["where"];
        return opinion;
    }
    opinion.entries = json["entries"];
    opinion.log_id = json["log_id"].is_null() ? "" : json["log_id"];
    opinion.head = json["head"];
    opinion.tree_size = json["tree_size"];
    opinion.tree_root = json["tree_root"];
    opinion.sealed_until = json["sealed_until"];
    opinion.erased = json["erased"];
    opinion.erasures_owed = json["erasures_owed"];
    opinion.checkpoints = json["checkpoints"];
    opinion.late_segments = json["late_segments"];
    opinion.forks = json["forks"];
    opinion.key = json["key"].is_null() ? "" : json["key"];
    opinion.key_number = json["key_number"];
    opinion.era = json["era"];
    opinion.reduced = json["reduced"];
    opinion.torn = !json["torn"].is_null();
    return opinion;
}

} // namespace

std::vector<SecondOpinion> second_opinions(std::vector<std::string> const& paths) {
    TemporaryFolder const folder;
    std::string const list = folder.name("paths");
    {
        std::ofstream file{list};
        for (std::string const& path : paths) {
            file << path << '\n';
        }
    }
    std::istringstream lines{
        run("python3 tests/verifier/verify.py log --json --paths-from '" + list + "' 2>&1")};
    std::vector<SecondOpinion> opinions;
    for (std::string line; std::getline(lines, line);) {
        opinions.push_back(read_opinion(line));
    }
    return opinions;
}

SecondOpinion second_opinion(std::string const& path) {
    return read_opinion(run("python3 tests/verifier/verify.py log '" + path + "' --json 2>&1"));
}

void save_folder(Store& store, std::string const& path) {
    auto const copy = host::FileStore::create(path, store.geometry());
    if (!copy) {
        ADD_FAILURE() << copy.error().text;
        return;
    }
    copy_store(store, **copy);
}

SecondOpinion second_opinion(Store& store) {
    TemporaryFolder folder{TemporaryFolder::quick_parent()};
    folder.hold_no_logs();
    save_folder(store, folder.name("log"));
    return second_opinion(folder.name("log"));
}

std::vector<SecondOpinion>
second_opinions(std::span<std::unique_ptr<host::MemoryStore> const> stores) {
    TemporaryFolder folder{TemporaryFolder::quick_parent()};
    folder.hold_no_logs();
    std::vector<std::string> paths;
    for (auto const& store : stores) {
        paths.push_back(folder.name(std::to_string(paths.size())));
        save_folder(*store, paths.back());
    }
    return second_opinions(paths);
}

namespace {

void expect_same_verdict(Store& store, SecondOpinion const& second) {
    host::Verdict const verdict = host::verify(
        store, {.engine = &host::fastest_engine(), .signatures = &host::signature_engine()});
    EXPECT_LE(verdict.worst, host::Severity::incomplete) << second.text;
    EXPECT_EQ(second.checkpoints, verdict.checkpoints);
    EXPECT_EQ(second.forks, verdict.forks());
    EXPECT_EQ(second.key, hex(verdict.keys.current().key));
    EXPECT_EQ(second.key_number, verdict.keys.current().number);
    EXPECT_EQ(second.era, verdict.keys.current().era);
}

} // namespace

void expect_same_opinion(Store& store) {
    auto const first = first_opinion(store, nullptr);
    SecondOpinion const second = second_opinion(store);
    ASSERT_TRUE(first) << text_of(first.error().code).name << "; the other says " << second.text;
    ASSERT_TRUE(second.holds) << second.text;
    EXPECT_EQ(second.entries, first->chain.next.value) << second.text;
    EXPECT_EQ(second.log_id, hex(first->chain.log_id));
    EXPECT_EQ(second.head, hex(first->chain.head));
    EXPECT_EQ(second.tree_size, first->chain.tree.size().value);
    EXPECT_EQ(second.tree_root, hex(first->chain.tree.root(host::portable_engine())));
    EXPECT_EQ(second.torn, first->torn) << second.text;
    if (!second.torn) {
        expect_same_verdict(store, second);
    }
}

} // namespace axiom::test
