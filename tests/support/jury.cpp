// Comparing verdicts; see tests/support/jury.hpp.

#include <tests/support/jury.hpp>

#include <cstdlib>

#include <gtest/gtest.h>

#include <axiom/codec/plain_text.hpp>

namespace axiom::test {

namespace {

std::string hex(Hash256 const& hash) {
    return std::string{text_of(to_hex(hash))};
}

std::string words_of(host::Verdict const& verdict) {
    std::string words = "worst " + std::to_string(static_cast<int>(verdict.worst)) + ", next " +
                        std::to_string(verdict.next.value);
    for (host::Finding const& finding : verdict.findings) {
        words += "; " + std::string{text_of(finding.code).name} + " (" +
                 std::to_string(static_cast<int>(finding.severity)) + ") " + finding.what;
    }
    return words;
}

void compare(host::Verdict const& ours, SecondOpinion const& other, std::string const& what) {
    std::string const both = what + "\n  ours: " + words_of(ours) + "\n  other: " + other.text;
    bool const sealed = ours.soundness() == host::Soundness::sealed;
    EXPECT_TRUE(other.holds || !sealed) << both;
    if (!other.holds) {
        return;
    }
    EXPECT_LE(ours.worst, host::Severity::incomplete) << both;
    if (ours.worst > host::Severity::note) {
        return; // a torn end or a medium that lacks something: ours counts more as part of the log
    }
    EXPECT_FALSE(other.torn) << both;
    EXPECT_EQ(other.entries, ours.next.value) << both;
    EXPECT_EQ(other.head, hex(ours.head)) << both;
    EXPECT_EQ(other.tree_size, ours.tree.size.value) << both;
    EXPECT_EQ(other.tree_root, hex(ours.tree.root)) << both;
    EXPECT_EQ(other.sealed_until == ours.next.value, sealed) << both;
}

} // namespace

void Jury::hear(Store& store, host::Verdict const& verdict, std::string what) {
    if (heard_++ % stride_ != 0 || cases_.size() >= media_max_) {
        return;
    }
    std::string const path = folder_.name(std::to_string(cases_.size()));
    save_folder(store, path);
    cases_.push_back({path, std::move(what), verdict});
}

void Jury::hear_folder(std::string path, host::Verdict const& verdict, std::string what) {
    cases_.push_back({std::move(path), std::move(what), verdict});
}

std::size_t Jury::decide() {
    folder_.hold_no_logs();
    std::vector<std::string> paths;
    for (Case const& each : cases_) {
        paths.push_back(each.path);
    }
    auto const opinions = second_opinions(paths);
    EXPECT_EQ(opinions.size(), cases_.size());
    std::size_t refused = 0;
    for (std::size_t index = 0; index < opinions.size(); ++index) {
        compare(cases_[index].verdict, opinions[index], cases_[index].what);
        refused += opinions[index].holds ? 0 : 1;
    }
    std::cout << "both verifiers: " << opinions.size() << " media, " << refused << " refused\n";
    return opinions.size();
}

std::size_t few_or_many(std::size_t few, std::size_t many) {
    return std::getenv("AXIOM_LONG") != nullptr ? many : few;
}

} // namespace axiom::test
