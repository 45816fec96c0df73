// system.toml: what it resolves to, and what is said of one that is wrong.

#include <gtest/gtest.h>

#include <axiom/codec/value.hpp>
#include <sim-host/host/manifest.hpp>

namespace axiom::host {
namespace {

constexpr char const* sound = R"(
[region.shared]
memory = "8 KiB"

[service.second]
program = "p"
cpu = "2ms of 10ms"
memory = "1 MiB"
restart = "always"
gets = [{ service = "first", rights = ["write"] }, { region = "shared", rights = ["read"] }]

[service.first]
program = "q"
priority = 33
cpu = "10ms of 10ms"
memory = "2 MiB"
restart = "never"
gets = [{ log = true, rights = ["read", "manage"] }]
)";

std::string wrong(std::string_view text) {
    auto const resolved = parse_manifest(text, "system.toml");
    return resolved ? "nothing" : resolved.error().text;
}

// The sound one with a line changed.
std::string with(std::string_view line, std::string_view other) {
    std::string text = sound;
    return text.replace(text.find(line), line.size(), other);
}

TEST(Manifest, ResolvesNamesToNumbersInTheOrderInWhichServicesAreWritten) {
    auto const resolved = parse_manifest(sound, "system.toml");
    ASSERT_TRUE(resolved) << resolved.error().text;
    auto const& services = resolved->manifest.services;
    ASSERT_EQ(services.size(), 2U);
    EXPECT_EQ(services[0].name.view(), "second");
    EXPECT_EQ(services[0].budget_us, 2000U);
    EXPECT_EQ(services[0].gets[0].source, init::Source::service);
    EXPECT_EQ(services[0].gets[0].index, 1U);
    EXPECT_EQ(services[0].gets[0].rights, kernel::right::write);
    EXPECT_EQ(services[0].gets[1].source, init::Source::region);
    EXPECT_EQ(services[1].priority, 33U);
    EXPECT_EQ(services[1].restart, init::Restart::never);
    EXPECT_EQ(services[1].gets[0].rights, kernel::right::read | kernel::right::manage);
    EXPECT_EQ(resolved->manifest.regions[0].bytes, 8192U);
    EXPECT_EQ(resolved->programs,
              (std::vector<NamedProgram>{{.name = "service_init"}, {.name = "p"}, {.name = "q"}}));
    EXPECT_EQ(resolved->programs[services[1].program].name, "q");
    EXPECT_FALSE(services[1].recovery);
}

TEST(Manifest, IsReadFromItsEncodingAsItWas) {
    auto const resolved = parse_manifest(sound, "system.toml");
    ASSERT_TRUE(resolved);
    std::vector<std::byte> const bytes = encoded(resolved->manifest);
    Reader reader{bytes};
    init::Manifest read;
    ASSERT_TRUE(decode_value(reader, read));
    EXPECT_TRUE(reader.finish());
    EXPECT_EQ(encoded(read), bytes);
}

TEST(Manifest, ALineIsGivenToOneServiceWhoseProgramRaisesIt) {
    auto const resolved = parse_manifest(
        with("restart = \"never\"\ngets = [",
             "restart = \"never\"\nrecovery = true\ngets = [{ line = 3, rights = [\"read\"] }, "),
        "system.toml");
    ASSERT_TRUE(resolved) << resolved.error().text;
    init::Service const& service = resolved->manifest.services[1];
    EXPECT_TRUE(service.recovery);
    EXPECT_EQ(service.gets[0].source, init::Source::line);
    EXPECT_EQ(service.gets[0].index, 3U);
    EXPECT_EQ(resolved->programs[service.program].line, 3U);
    std::string const other = "{ region = \"shared\", rights = [\"read\"] }";
    EXPECT_EQ(wrong(with(other, "{ line = 0, rights = [] }")),
              "system.toml:10:61: line 0 is the power button's");
    EXPECT_EQ(wrong(with(other, "{ line = 16, rights = [] }")),
              "system.toml:10:61: \"line\" must be a number from 0 to 15");
    EXPECT_EQ(wrong(with(other, "{ line = 2, rights = [] }, { line = 2, rights = [] }")),
              "system.toml:10:88: line 2 is another service's");
    EXPECT_EQ(wrong(with(other, "{ line = 2, rights = [] }, { line = 3, rights = [] }")),
              "system.toml:10:79: a service has one line at most");
    EXPECT_EQ(wrong(with("restart = \"never\"", "restart = \"never\"\nrecovery = 1")),
              "system.toml:18:12: \"recovery\" must be true or false");
}

TEST(Manifest, ADeviceMayKeepAFolderWithinTheDataFolderAndNoneElsewhere) {
    auto const resolved = parse_manifest(
        with("program = \"q\"", "program = \"q\"\nfolder = \"things-2\""), "system.toml");
    ASSERT_TRUE(resolved) << resolved.error().text;
    EXPECT_EQ(resolved->programs[resolved->manifest.services[1].program].folder, "things-2");
    for (std::string const folder : {"", "/", "..", "../log", "a/b", "Log"}) {
        EXPECT_EQ(wrong(with("program = \"q\"", "program = \"q\"\nfolder = \"" + folder + "\"")),
                  "system.toml:14:10: \"" + folder +
                      "\" is no folder's name: small letters, digits and -");
    }
}

TEST(Manifest, WhatIsWrongIsSaidWithItsPlaceAndWhatWasPerhapsMeant) {
    EXPECT_EQ(wrong(with("priority = 33", "priorty = 33")),
              "system.toml:14:1: unknown key \"priorty\"; did you mean \"priority\"?");
    EXPECT_EQ(wrong(with("service = \"first\"", "service = \"frist\"")),
              "system.toml:10:21: unknown service \"frist\"; did you mean \"first\"?");
    EXPECT_EQ(wrong(with("region = \"shared\"", "region = \"elsewhere\"")),
              "system.toml:10:63: unknown region \"elsewhere\"; there is: shared");
    EXPECT_EQ(wrong(with("[\"read\", \"manage\"]", "[\"raed\"]")),
              "system.toml:18:33: unknown right \"raed\"; did you mean \"read\"?");
    EXPECT_EQ(wrong(with("restart = \"never\"", "restart = \"newer\"")),
              "system.toml:17:11: unknown restart \"newer\"; did you mean \"never\"?");
    EXPECT_EQ(wrong(with("memory = \"2 MiB\"", "memory = \"2 MB\"")),
              "system.toml:16:10: \"2 MB\" is no size; write it like \"32 MiB\"");
    EXPECT_EQ(wrong(with("cpu = \"2ms of 10ms\"", "cpu = \"20ms of 10ms\"")),
              "system.toml:7:7: \"20ms of 10ms\" is no share of a CPU; write it like "
              "\"2ms of 10ms\"");
    EXPECT_EQ(wrong(with("priority = 33", "priority = 63")),
              "system.toml:14:12: \"priority\" must be a number from 0 to 62");
    EXPECT_EQ(wrong(with("program = \"q\"\n", "")),
              "system.toml:12:1: \"program\" is missing here");
    EXPECT_TRUE(wrong(with("program = \"q\"", "program = ")).starts_with("system.toml:13:"));
}

TEST(Manifest, OneRegionMayHoldTheCheckpointKey) {
    auto const held =
        parse_manifest(with("memory = \"8 KiB\"", "memory = \"8 KiB\"\nholds = \"checkpoint-key\""),
                       "system.toml");
    ASSERT_TRUE(held) << held.error().text;
    EXPECT_EQ(held->key_region, 0U);
    EXPECT_FALSE(parse_manifest(sound, "system.toml")->key_region);
    EXPECT_EQ(
        wrong(with("memory = \"8 KiB\"", "memory = \"8 KiB\"\nholds = \"checkpoint-kye\"")),
        "system.toml:4:9: nothing is called \"checkpoint-kye\"; did you mean \"checkpoint-key\"?");
}

TEST(Manifest, GivesEachServiceAPrincipalOfItsOwn) {
    auto const resolved = parse_manifest(with("restart = \"never\"", //
                                              "restart = \"never\"\nprincipal = 7"),
                                         "system.toml");
    ASSERT_TRUE(resolved) << resolved.error().text;
    auto const& services = resolved->manifest.services;
    EXPECT_GT(services[0].principal, init::named_principal_max);
    EXPECT_EQ(services[1].principal, 7U);
    EXPECT_EQ(wrong(with("restart = \"never\"", "restart = \"never\"\nprincipal = 1")),
              "system.toml:18:13: principal 1 is not a service's");
    std::string twice = with("restart = \"always\"", "restart = \"always\"\nprincipal = 7");
    twice.replace(twice.find("restart = \"never\""), 17, "restart = \"never\"\nprincipal = 7");
    EXPECT_EQ(wrong(twice), "system.toml:19:13: principal 7 is another service's");
}

TEST(Manifest, ALineThatTheParserDidNotExpectIsNamed) {
    EXPECT_EQ(wrong("[\n"), "system.toml:1:1: this line is no TOML");
    EXPECT_EQ(wrong("a = 1\n[\n"), "system.toml:2:1: this line is no TOML");
}

TEST(Manifest, LettersBeyondAsciiStandInTextsAndCommentsOnly) {
    EXPECT_EQ(wrong("# é\n[é]\n"), "system.toml:2:1: this line is no TOML");
    EXPECT_TRUE(wrong("# é\naé = 1\n").starts_with("system.toml:2:2: "));
    std::string const said = wrong(with("program = \"q\"", "program = \"q\"\n\"é\" = \"é\""));
    EXPECT_TRUE(said.starts_with("system.toml:14:1: unknown key \"é\"")) << said;
}

TEST(Manifest, WhatIsQuotedOfItMovesNoCursor) {
    std::string const said = wrong(with("program = \"q\"", "\"pro\\u001b[2Jgram\" = \"q\""));
    EXPECT_TRUE(said.starts_with("system.toml:13:1: unknown key \"pro\\x1b[2Jgram\"")) << said;
}

TEST(Manifest, LetsOneServiceProposeInOthersNames) {
    std::string const one = with("rights = [\"read\", \"manage\"]", "rights = [\"write\"]");
    EXPECT_EQ(wrong(one), "nothing");
    std::string const two = one + "\n[service.third]\nprogram = \"r\"\ncpu = \"1ms of 10ms\"\n"
                                  "memory = \"1 MiB\"\nrestart = \"never\"\n"
                                  "gets = [{ log = true, rights = [\"write\"] }]\n";
    EXPECT_EQ(wrong(two), "system.toml:25:17: another service proposes in others' names already");
}

} // namespace
} // namespace axiom::host
