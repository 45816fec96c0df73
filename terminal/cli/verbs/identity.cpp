// axiom identity list and axiom identity show: who there is, who acts, and who is what.

#include <sim-host/platform/string_text.hpp>
#include <terminal/cli/gated_change.hpp>
#include <terminal/cli/policy_text.hpp>
#include <terminal/cli/printable.hpp>

namespace axiom::cli {

namespace {

using identity::IdentityDomain;
using identity::PrincipalRow;

std::vector<std::string> roles_of(IdentityDomain const& identities, PrincipalId principal) {
    std::vector<std::string> roles;
    identities.for_each_role([&](identity::RoleRow const& row) {
        if (row.principal == principal) {
            roles.push_back(printable(row.role.view()));
        }
    });
    return roles;
}

std::string joined(std::vector<std::string> const& words) {
    std::string line;
    for (std::string const& word : words) {
        line += (line.empty() ? "" : ", ") + word;
    }
    return line;
}

// A disabled one acts no more; one that is enabled may stand below one that is not.
std::string_view standing_of(IdentityDomain const& identities, PrincipalRow const& row) {
    if (!row.enabled) {
        return "disabled";
    }
    return identities.acts(row.principal) ? "acts" : "below a disabled one";
}

Json json_of(IdentityDomain const& identities, PrincipalRow const& row) {
    return {{"principal", row.principal.value},
            {"label", printable(row.label.view())},
            {"parent", row.parent.value},
            {"enabled", row.enabled},
            {"acts", identities.acts(row.principal)},
            {"key", row.key.is_zero() ? Json(nullptr) : Json(host::hex_text(row.key))},
            {"roles", roles_of(identities, row.principal)}};
}

Exit list(Invocation const& given, Console& console) {
    LogAsItStands now{given};
    IdentityDomain const& identities = now.domains().identity();
    console.start_pager();
    identities.for_each_principal([&](PrincipalRow const& row) {
        if (console.json()) {
            console.record("axiom.identity/1", json_of(identities, row));
            return;
        }
        console.write(Style::bold, std::to_string(row.principal.value));
        console.write("\t").write(printable(row.label.view()));
        console.write("\t").write(standing_of(identities, row));
        std::string const roles = joined(roles_of(identities, row.principal));
        console.line(roles.empty() ? "" : "\t" + roles);
    });
    return Exit::success;
}

Exit show(Invocation const& given, Console& console) {
    LogAsItStands now{given};
    IdentityDomain const& identities = now.domains().identity();
    PrincipalRow const& row =
        *identities.find(principal_named(identities, given.text("PRINCIPAL")));
    if (console.json()) {
        console.document("axiom.identity/1", json_of(identities, row));
        return Exit::success;
    }
    auto const fact = [&](std::string_view name, std::string_view text) {
        console.write(Style::dim, name).write(std::string(9 - name.size(), ' ')).line(text);
    };
    fact("id", std::to_string(row.principal.value));
    fact("label", printable(row.label.view()));
    fact("parent", row.parent.value == 0 ? "none: it created the log"
                                         : principal_text(identities, row.parent));
    fact("standing", standing_of(identities, row));
    fact("key", row.key.is_zero() ? "none" : host::hex_text(row.key));
    std::vector<std::string> const roles = roles_of(identities, row.principal);
    fact("roles", roles.empty() ? "none" : joined(roles));
    return Exit::success;
}

} // namespace

extern VerbRow const identity_list_verb;
VerbRow const identity_list_verb{
    .name = "identity list",
    .group = "authority",
    .sentence = "list the identities of a log, with standing and roles",
    .text = "Columns are parted by tabs: id, label, standing (acts, disabled, below a disabled "
            "one), roles.",
    .reads_log = true,
    .options = {},
    .examples = {{"axiom identity list", "who is there"}},
    .run = list};

extern VerbRow const identity_show_verb;
VerbRow const identity_show_verb{.name = "identity show",
                                 .group = "authority",
                                 .sentence =
                                     "show one identity: who answers for it, its key and roles",
                                 .text = "Exit 7 when there is none of this id or label.",
                                 .reads_log = true,
                                 .options = {{.name = "PRINCIPAL",
                                              .kind = ValueKind::name,
                                              .sentence = "the identity: its id or label",
                                              .positional = true,
                                              .required = true}},
                                 .examples = {{"axiom identity show 1", "the log's creator"}},
                                 .run = show};

} // namespace axiom::cli
