// The text form: what it takes, and what is refused as a whole, with code and place (threat 12).

#include <gtest/gtest.h>

#include <tests/support/policy_world.hpp>

namespace {

using namespace axiom;
using namespace axiom::policy;

constexpr std::string_view header = "axiom-policy 1\n";
constexpr std::string_view full = R"(axiom-policy 1
# who may do what
group admins
    principal 1
    role operator        # by the identity domain
    group auditors
end
group auditors
    principal 18446744073709551615
end

rule 20 "no erasing by hand"
    priority 200
    deny "erasing needs \"two\" people"
    action erase
end
rule 10 "web logs"
    priority 100
    allow
    principal 7
    domain records
    kind 2
    action append
    object prefix "logs/\\web"
    capability 17
    cause entry 55
    cause kind actions 1 within 4
    time from 1s until 2d
    rate 10 per 90s by object
    expires 36h
    rights 0x3f
    approval admins
    role writer
    group admins
end
)";

struct policy_text : testing::Test {
    test::PolicyWorld world;

    void refuses(std::string const& text, Code code, std::uint32_t line, std::uint32_t column = 0) {
        auto const bytes = world.parse(text);
        ASSERT_FALSE(bytes) << text;
        EXPECT_EQ(bytes.error().code, code) << bytes.error().rendered;
        EXPECT_EQ(bytes.error().place.line, line) << bytes.error().rendered;
        if (column != 0) {
            EXPECT_EQ(bytes.error().place.column, column) << bytes.error().rendered;
        }
    }

    /// Refuses a rule's field at line 5.
    void refuses_field(std::string const& field, Code code = Code::policy_syntax) {
        refuses(std::string{header} + "rule 1 \"a\"\npriority 1\nallow\n" + field + "\nend\n", code,
                5);
    }
};

TEST_F(policy_text, what_is_printed_parses_to_the_same_bytes) {
    auto const bytes = world.parse(full);
    ASSERT_TRUE(bytes) << bytes.error().rendered;
    ASSERT_TRUE(world.install(*bytes));
    auto const printed = world.print();
    auto const again = world.parse(printed);
    ASSERT_TRUE(again) << again.error().rendered << printed;
    EXPECT_EQ(*again, *bytes);
    ASSERT_TRUE(world.install(*again));
    EXPECT_EQ(world.print(), printed);
}

TEST_F(policy_text, order_and_layout_and_comments_do_not_reach_the_bytes) {
    auto const one = world.parse("axiom-policy 1\ngroup b\nprincipal 2\nprincipal 1\nend\n"
                                 "group a\nend\nrule 2 \"x\"\nallow\npriority 1\naction q\n"
                                 "domain log\nend\nrule 1 \"y\"\npriority 1\nallow\nend");
    auto const two = world.parse("\n\n axiom-policy 1 # here\ngroup a\nend\ngroup b\n"
                                 "\tprincipal 0x1\nprincipal 2\nend\nrule 1 \"y\"\npriority 1\n"
                                 "allow\nend\nrule 2 \"x\"\npriority 1\nallow\ndomain 1\n"
                                 "action q\nend\n\n");
    ASSERT_TRUE(one && two);
    EXPECT_EQ(*one, *two);
}

TEST_F(policy_text, unknown_fields_are_refused_with_the_nearest_known_one) {
    auto const bytes = world.parse("axiom-policy 1\nrule 1 \"a\"\npriority 1\nallow\n"
                                   "  princpal 1\nend\n");
    ASSERT_FALSE(bytes);
    EXPECT_EQ(bytes.error().rendered,
              "5:3: policy_unknown_name: unknown field \"princpal\"; did you mean \"principal\"?");
    refuses("axiom-policy 1\nrul 1 \"a\"\n", Code::policy_unknown_name, 2, 1);
    refuses("axiom-policy 1\ngroup a\nprinciple 1\nend\n", Code::policy_unknown_name, 3, 1);
    refuses("axiom-policy 1\nend\n", Code::policy_unknown_name, 2);
}

TEST_F(policy_text, duplicates_are_refused_where_the_second_stands) {
    refuses("axiom-policy 1\nrule 1 \"a\"\npriority 1\nallow\nend\nrule 1 \"b\"\npriority 2\n"
            "allow\nend\n",
            Code::policy_duplicate, 6);
    refuses("axiom-policy 1\nrule 1 \"a\"\npriority 1\nallow\naction x\nkind 1\ndomain log\n"
            "action y\nend\n",
            Code::policy_duplicate, 8);
    refuses("axiom-policy 1\nrule 1 \"a\"\npriority 1\npriority 1\nallow\nend\n",
            Code::policy_duplicate, 4);
    refuses("axiom-policy 1\nrule 1 \"a\"\npriority 1\nallow\ndeny \"x\"\nend\n",
            Code::policy_duplicate, 5);
    refuses("axiom-policy 1\nrule 1 \"a\"\npriority 1\nallow\nobject \"x\"\n"
            "object prefix \"y\"\nend\n",
            Code::policy_duplicate, 2);
    refuses("axiom-policy 1\ngroup a\nend\ngroup b\nend\ngroup a\nend\n", Code::policy_duplicate,
            6);
    refuses("axiom-policy 1\ngroup a\nprincipal 1\nprincipal 2\nprincipal 1\nend\n",
            Code::policy_duplicate, 5);
}

TEST_F(policy_text, groups_in_a_circle_are_refused_by_name) {
    auto const bytes = world.parse("axiom-policy 1\ngroup start\ngroup one\nend\n"
                                   "group one\ngroup two\nend\ngroup two\ngroup one\nend\n");
    ASSERT_FALSE(bytes);
    EXPECT_EQ(bytes.error().code, Code::policy_cycle);
    EXPECT_TRUE(bytes.error().rendered.contains("\"one\"") ||
                bytes.error().rendered.contains("\"two\""))
        << bytes.error().rendered;
    refuses("axiom-policy 1\ngroup a\ngroup a\nend\n", Code::policy_cycle, 2);
}

TEST_F(policy_text, groups_nest_eight_deep_and_not_nine) {
    auto const nested = [](int depth) {
        std::string text{header};
        for (int level = 0; level < depth; ++level) {
            auto const inner = "group g" + std::to_string(level + 1) + "\n";
            text += "group g" + std::to_string(level) + "\n" + (level + 1 < depth ? inner : "") +
                    "end\n";
        }
        return text;
    };
    EXPECT_TRUE(world.parse(nested(8)));
    refuses(nested(9), Code::policy_too_large, 2);
}

TEST_F(policy_text, names_that_are_not_defined_are_refused) {
    refuses_field("group nobody", Code::policy_unknown_name);
    refuses_field("approval nobody", Code::policy_unknown_name);
    refuses("axiom-policy 1\ngroup a\ngroup b\nend\n", Code::policy_unknown_name, 3);
}

TEST_F(policy_text, each_field_refuses_what_lies_outside_its_bounds) {
    for (auto const* field : {"principal",
                              "principal x",
                              "principal -1",
                              "principal 18446744073709551616",
                              "principal 01",
                              "principal 1 2",
                              "principal 0x",
                              "principal 0xG",
                              "principal \"1\"",
                              "domain 0",
                              "domain 65536",
                              "domain nowhere",
                              "action",
                              "action Append",
                              "action \"a\"",
                              "action abcdefghijklmnopqrstuvwxyzabcdefg",
                              "object x",
                              "object \"\"",
                              "object prefix",
                              "object prefix \"\"",
                              "capability 0",
                              "cause 5",
                              "cause entry",
                              "cause entry 5 within 0",
                              "cause entry 5 within 9",
                              "cause kind records",
                              "cause kind records 0",
                              "cause kind 70000 1",
                              "time",
                              "time from 5 until 5",
                              "time from 0",
                              "time from 6 until 5",
                              "time until 0",
                              "time until 5 from 1",
                              "rate 0 per 1s by rule",
                              "rate 1 per 0 by rule",
                              "rate 1 per 1s",
                              "rate 1 per 1s by moon",
                              "rate 4294967296 per 1s by rule",
                              "rate 1 by rule",
                              "expires 0",
                              "expires 1w",
                              "expires 36600d",
                              "expires 1.5h",
                              "rights 0",
                              "rights -1",
                              "allow now"}) {
        auto const text = std::string{header} + "rule 1 \"a\"\npriority 1\n" +
                          (std::string_view{field} == "allow now" ? "" : "allow\n") + field +
                          "\nend\n";
        auto const bytes = world.parse(text);
        ASSERT_FALSE(bytes) << field;
        EXPECT_EQ(bytes.error().code, Code::policy_syntax) << field;
    }
    refuses("axiom-policy 1\nrule 1 \"a\"\npriority 1\nallow\nkind 3\nend\n", Code::policy_syntax,
            2);
    refuses("axiom-policy 1\nrule 1 \"a\"\npriority 1\ndeny \"x\"\nexpires 1s\nend\n",
            Code::policy_syntax, 2);
}

TEST_F(policy_text, a_rule_needs_id_label_priority_and_effect) {
    refuses("axiom-policy 1\nrule \"a\"\nend\n", Code::policy_syntax, 2);
    refuses("axiom-policy 1\nrule 0 \"a\"\nend\n", Code::policy_syntax, 2);
    refuses("axiom-policy 1\nrule 4294967296 \"a\"\nend\n", Code::policy_syntax, 2);
    refuses("axiom-policy 1\nrule 1 a\nend\n", Code::policy_syntax, 2);
    refuses("axiom-policy 1\nrule 1 \"a\" b\nend\n", Code::policy_syntax, 2);
    refuses("axiom-policy 1\nrule 1 \"a\"\nallow\nend\n", Code::policy_syntax, 2);
    refuses("axiom-policy 1\nrule 1 \"a\"\npriority 1\nend\n", Code::policy_syntax, 2);
    refuses("axiom-policy 1\nrule 1 \"a\"\npriority 1\ndeny\nend\n", Code::policy_syntax, 4);
    refuses("axiom-policy 1\nrule 1 \"a\"\npriority 1\ndeny \"\"\nend\n", Code::policy_syntax, 4);
    refuses("axiom-policy 1\nrule 1 \"" + std::string(65, 'a') + "\"\nend\n", Code::policy_syntax,
            2, 8);
    refuses("axiom-policy 1\nrule 1 \"a\"\npriority 4294967296\nend\n", Code::policy_syntax, 3);
}

TEST_F(policy_text, a_file_that_was_cut_is_refused) {
    auto const whole = std::string{full};
    for (std::size_t length = 0; length < whole.size(); ++length) {
        auto const bytes = world.parse(whole.substr(0, length));
        bool const between = length > 15 && (whole.substr(0, length).ends_with("end\n") ||
                                             whole.substr(0, length).ends_with("end") ||
                                             whole.substr(0, length).ends_with("end\n\n"));
        bool const head_only = length >= 14 && length <= whole.find("group");
        if (!between && !head_only) {
            EXPECT_FALSE(bytes) << whole.substr(0, length);
        }
    }
}

TEST_F(policy_text, bytes_that_no_line_may_hold_are_refused_at_their_place) {
    refuses("\xEF\xBB\xBF"
            "axiom-policy 1\n",
            Code::policy_syntax, 1, 1);
    refuses("axiom-policy 1\r\n", Code::policy_syntax, 1, 15);
    refuses(std::string{"axiom-policy 1\n\0\n", 17}, Code::policy_syntax, 2, 1);
    refuses("axiom-policy 1\n# \x1b[2J\n", Code::policy_syntax, 2, 3);
    refuses("axiom-policy 1\n# \xC0\x80\n", Code::policy_syntax, 2);
    refuses("axiom-policy 1\nrule 1 \"a\xC2\x85\"\n", Code::policy_syntax, 2, 8);
    refuses("axiom-policy 1\nrule 1 \"a\n\"\n", Code::policy_syntax, 2, 8);
    refuses("axiom-policy 1\nrule 1 \"a\\n\"\n", Code::policy_syntax, 2, 8);
    refuses("axiom-policy 1\nrule 1 \"a\"b\n", Code::policy_syntax, 2, 11);
    refuses("axiom-policy 1\nrule 1 a\"b\"\n", Code::policy_syntax, 2, 9);
    refuses("axiom-policy 1\na b c d e f g h i\n", Code::policy_syntax, 2, 17);
}

TEST_F(policy_text, the_header_comes_first_and_names_a_known_version) {
    refuses("", Code::policy_syntax, 1);
    refuses("rule 1 \"a\"\n", Code::policy_syntax, 1);
    refuses("axiom-policy\n", Code::policy_syntax, 1);
    refuses("axiom-policy 1 1\n", Code::policy_syntax, 1);
    refuses("axiom-policy 2\n", Code::unknown_version, 1, 14);
}

TEST_F(policy_text, long_lines_and_files_and_a_million_rules_are_refused) {
    EXPECT_TRUE(world.parse(std::string{header} + "#" + std::string(1023, ' ') + "\n"));
    refuses(std::string{header} + "#" + std::string(1024, ' ') + "\n", Code::policy_too_large, 2,
            1025);
    refuses(std::string(text_bytes_max + 1, '\n'), Code::policy_too_large, 1);
    std::string rules{header};
    for (int id = 1; rules.size() < text_bytes_max - 100; ++id) {
        rules += "rule " + std::to_string(id) + " \"\"\npriority 1\nallow\nend\n";
        if (id == 512) {
            EXPECT_TRUE(world.parse(rules));
        }
    }
    refuses(rules, Code::policy_too_large, 2 + 512 * 4);
    std::string million{header};
    for (int id = 1; id <= 1'000'000; ++id) {
        million += "rule " + std::to_string(id) + " \"\"\npriority 1\nallow\nend\n";
    }
    refuses(million, Code::policy_too_large, 1);
}

TEST_F(policy_text, tables_that_overflow_are_refused) {
    std::string groups{header};
    for (int index = 0; index < 65; ++index) {
        groups += "group g" + std::to_string(index) + "\nend\n";
    }
    refuses(groups, Code::policy_too_large, 2 + 64 * 2);
    std::string members = std::string{header} + "group g\n";
    for (int index = 0; index < 513; ++index) {
        members += "principal " + std::to_string(index) + "\n";
    }
    refuses(members + "end\n", Code::policy_too_large, 3 + 512);
    std::string texts{header};
    for (int id = 1; id <= 400; ++id) {
        texts += "rule " + std::to_string(id) + " \"\"\npriority 1\nallow\nobject \"" +
                 std::string(250, 'x') + "\"\nend\n";
    }
    auto const bytes = world.parse(texts);
    ASSERT_FALSE(bytes);
    EXPECT_EQ(bytes.error().code, Code::policy_too_large);
}

} // namespace
