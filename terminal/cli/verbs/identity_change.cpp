// axiom identity add, disable, enable, role add, role remove and key: who there is, and who acts.

#include <axiom/codec/utf8.hpp>
#include <terminal/cli/gated_change.hpp>
#include <terminal/cli/printable.hpp>
#include <terminal/cli/trust.hpp>

namespace axiom::cli {

namespace {

using identity::Kind;

// What the domain refuses, in the words of this verb; nothing was written then.
void stop_unless(Result<void> const& taken, std::string const& who) {
    if (taken) {
        return;
    }
    Failure failure = failure_of(taken.error());
    switch (taken.error().code) {
    case Code::already_exists:
        failure.sentence = who + ": it is so already";
        break;
    case Code::no_such_row:
        failure.sentence = who + ": there is none, or it does not act";
        failure.next = "axiom identity list";
        break;
    case Code::policy_locks_out:
        failure.exit = Exit::answer_is_no;
        failure.sentence = who + ": that is the log's creator, and nobody could undo it";
        failure.next = "axiom identity list";
        break;
    case Code::out_of_range:
    case Code::bad_text:
        failure.exit = Exit::usage;
        failure.sentence = who + ": that is no id or label an identity can have";
        failure.next = "axiom identity add --help";
        break;
    default:
        failure.sentence = who + ": " + failure.sentence;
        break;
    }
    throw Failure{std::move(failure)};
}

template <class Content>
GatedChange change_of(Kind kind, std::string const& what, Content const& content) {
    return {.wish = {.domain = DomainNumber::identity,
                     .kind = static_cast<std::uint16_t>(kind),
                     .object = {},
                     .causes = {},
                     .producer = {},
                     .number = {}},
            .what = what,
            .check =
                [what, content](host::DomainSet& domains) {
                    stop_unless(domains.identity().check(content), what);
                },
            .at_this_time = false};
}

// The same words when it is done: `adding` becomes `added`.
std::string done(std::string const& what) {
    struct Words {
        std::string_view doing;
        std::string_view done;
    };
    constexpr Words words[] = {{"adding", "added"},       {"changing", "changed"},
                               {"disabling", "disabled"}, {"enabling", "enabled"},
                               {"giving", "gave"},        {"taking", "took"}};
    for (Words const& each : words) {
        if (what.starts_with(each.doing)) {
            return std::string{each.done} + what.substr(each.doing.size());
        }
    }
    return what;
}

template <class Content>
Exit carry_out(Invocation const& given, Console& console, LogAsItStands& now,
               GatedChange const& change, Content const& content) {
    now.ask(given, change);
    Sequence const at = make_change(given, console, change, content);
    if (console.json()) {
        console.document("axiom.identity-change/1",
                         {{"principal", content.principal.value},
                          {"action", std::string{host::action_of(change.wish)}},
                          {"entry", at.value}});
    } else {
        console.line(done(change.what) + " (entry " + std::to_string(at.value) + ")");
    }
    return Exit::success;
}

std::string text_within(Invocation const& given, std::string_view option, std::size_t bytes_max) {
    std::string const text = given.text(option);
    if (text.size() > bytes_max || !is_utf8(bytes_of(text))) {
        throw usage(std::string{option} + " takes at most " + std::to_string(bytes_max) +
                        " bytes of UTF-8",
                    "shorten it");
    }
    return text;
}

PrincipalId new_id(Invocation const& given, identity::IdentityDomain const& identities) {
    if (given.has("id")) {
        return PrincipalId{given.number("id")};
    }
    std::uint64_t highest = 0;
    identities.for_each_principal([&](identity::PrincipalRow const& row) {
        highest = std::max(highest, row.principal.value);
    });
    if (highest == ~std::uint64_t{0}) {
        throw usage("the highest id is taken", "choose a free one with --id");
    }
    return PrincipalId{highest + 1};
}

Hash256 public_key_of(Invocation const& given, std::string_view option) {
    auto const text = given.given(option);
    return text ? key_hash(public_key_argument(*text)) : Hash256{};
}

Exit add(Invocation const& given, Console& console) {
    std::string const label = text_within(given, "LABEL", label_bytes_max);
    Hash256 const key = public_key_of(given, "public-key");
    LogAsItStands now{given};
    identity::IdentityDomain const& identities = now.domains().identity();
    auto const parent = given.given("parent");
    identity::Add const content{.principal = new_id(given, identities),
                                .parent = parent ? principal_named(identities, *parent)
                                                 : actor_of(given, identities),
                                .key = key,
                                .label = label};
    return carry_out(given, console, now,
                     change_of(Kind::add,
                               "adding identity " + std::to_string(content.principal.value) + " (" +
                                   printable(label) + ")",
                               content),
                     content);
}

// The verbs that name a principal and nothing else.
template <class Content>
Exit change_principal(Invocation const& given, Console& console, Kind kind,
                      std::string_view doing) {
    LogAsItStands now{given};
    identity::IdentityDomain const& identities = now.domains().identity();
    Content const content{.principal = principal_named(identities, given.text("PRINCIPAL"))};
    std::string const what =
        std::string{doing} + " identity " + principal_text(identities, content.principal);
    return carry_out(given, console, now, change_of(kind, what, content), content);
}

template <class Content>
Exit change_role(Invocation const& given, Console& console, Kind kind, std::string_view doing) {
    std::string const role = text_within(given, "ROLE", identity::role_bytes_max);
    LogAsItStands now{given};
    identity::IdentityDomain const& identities = now.domains().identity();
    Content const content{.principal = principal_named(identities, given.text("PRINCIPAL")),
                          .role = role};
    std::string const what = std::string{doing} + " role `" + printable(role) + "`, identity " +
                             principal_text(identities, content.principal);
    return carry_out(given, console, now, change_of(kind, what, content), content);
}

Exit disable(Invocation const& given, Console& console) {
    return change_principal<identity::Disable>(given, console, Kind::disable, "disabling");
}

Exit enable(Invocation const& given, Console& console) {
    return change_principal<identity::Enable>(given, console, Kind::enable, "enabling");
}

Exit role_add(Invocation const& given, Console& console) {
    return change_role<identity::RoleAdd>(given, console, Kind::role_add, "giving");
}

Exit role_remove(Invocation const& given, Console& console) {
    return change_role<identity::RoleRemove>(given, console, Kind::role_remove, "taking");
}

Exit change_key(Invocation const& given, Console& console) {
    Hash256 const key = public_key_of(given, "PUBLIC-KEY");
    LogAsItStands now{given};
    identity::IdentityDomain const& identities = now.domains().identity();
    identity::KeyChange const content{
        .principal = principal_named(identities, given.text("PRINCIPAL")), .key = key};
    return carry_out(
        given, console, now,
        change_of(Kind::key_change,
                  "changing the key of identity " + principal_text(identities, content.principal),
                  content),
        content);
}

OptionRow const principal_row{.name = "PRINCIPAL",
                              .kind = ValueKind::name,
                              .sentence = "the identity: its id or label",
                              .positional = true,
                              .required = true};
OptionRow const role_row{.name = "ROLE",
                         .kind = ValueKind::name,
                         .sentence = "the role, as policies name it",
                         .positional = true,
                         .required = true};

constexpr std::string_view refusals =
    "The policy in force decides.\n\nExit 1 when it is so already, 6 when the policy denies it, 7 "
    "when there is no such identity; the log is then what it was.";

} // namespace

extern VerbRow const identity_add_verb;
VerbRow const identity_add_verb{
    .name = "identity add",
    .group = "authority",
    .sentence = "add an identity under another one",
    .text = "An identity acts while it and everyone above it is enabled; it is never removed, only "
            "disabled, so that an id in an old entry always means what it meant. What it may do "
            "is the policy's to say.\n\nThe policy in force decides. Exit 1 when id or label are "
            "taken, 6 when the policy denies it, 7 when there is no such parent.",
    .reads_log = true,
    .options = {{.name = "LABEL",
                 .kind = ValueKind::name,
                 .sentence = "its name, unlike every other",
                 .positional = true,
                 .required = true},
                {.name = "id",
                 .kind = ValueKind::number,
                 .value = "ID",
                 .sentence = "its number; by default one above the highest"},
                {.name = "parent",
                 .kind = ValueKind::name,
                 .value = "PRINCIPAL",
                 .sentence = "who answers for it; by default who adds it"},
                {.name = "public-key",
                 .kind = ValueKind::name,
                 .value = "KEY",
                 .sentence = "its Ed25519 public key, 64 hex digits; by default none"},
                as_option(),
                key_option(),
                mirror_option(),
                archive_option()},
    .examples = {{"axiom identity add collector", "somebody who may be allowed to record"},
                 {"axiom identity add door --parent collector --id 40", "below another one"}},
    .run = add};

extern VerbRow const identity_disable_verb;
VerbRow const identity_disable_verb{
    .name = "identity disable",
    .group = "authority",
    .sentence = "let an identity, and all below it, act no more",
    .text = refusals,
    .reads_log = true,
    .options = {principal_row, as_option(), key_option(), mirror_option(), archive_option()},
    .examples = {{"axiom identity disable collector", "until it is enabled again"}},
    .run = disable};

extern VerbRow const identity_enable_verb;
VerbRow const identity_enable_verb{
    .name = "identity enable",
    .group = "authority",
    .sentence = "let a disabled identity act again",
    .text = refusals,
    .reads_log = true,
    .options = {principal_row, as_option(), key_option(), mirror_option(), archive_option()},
    .examples = {{"axiom identity enable collector", "it acts again"}},
    .run = enable};

extern VerbRow const identity_role_add_verb;
VerbRow const identity_role_add_verb{
    .name = "identity role add",
    .group = "authority",
    .sentence = "give an identity a role",
    .text = refusals,
    .reads_log = true,
    .options = {principal_row, role_row, as_option(), key_option(), mirror_option(),
                archive_option()},
    .examples = {{"axiom identity role add ann operator", "policies may say `role operator`"}},
    .run = role_add};

extern VerbRow const identity_role_remove_verb;
VerbRow const identity_role_remove_verb{
    .name = "identity role remove",
    .group = "authority",
    .sentence = "take a role from an identity",
    .text = refusals,
    .reads_log = true,
    .options = {principal_row, role_row, as_option(), key_option(), mirror_option(),
                archive_option()},
    .examples = {{"axiom identity role remove ann operator", "she has it no more"}},
    .run = role_remove};

extern VerbRow const identity_key_verb;
VerbRow const identity_key_verb{
    .name = "identity key",
    .group = "authority",
    .sentence = "give an identity another public key",
    .text = refusals,
    .reads_log = true,
    .options = {principal_row,
                {.name = "PUBLIC-KEY",
                 .kind = ValueKind::name,
                 .sentence = "the new Ed25519 public key: 64 hex digits, or a file that holds it",
                 .positional = true,
                 .required = true},
                as_option(),
                key_option(),
                mirror_option(),
                archive_option()},
    .examples = {{"axiom identity key ann 5f0e…", "from here on this is hers"}},
    .run = change_key};

} // namespace axiom::cli
