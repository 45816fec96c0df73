// The state as facts; see terminal/cli/state_facts.hpp.

#include <terminal/cli/state_facts.hpp>

#include <sim-host/platform/string_text.hpp>
#include <terminal/cli/entry_text.hpp>
#include <terminal/cli/printable.hpp>

namespace axiom::cli {

namespace {

Json accounts_of(LogState const& log) {
    Json accounts = Json::object();
    log.for_each_account([&](AccountRow const& row) {
        accounts[std::to_string(row.account.value)] = {{"bytes_per_second", row.bytes_per_second},
                                                       {"burst_bytes", row.burst_bytes}};
    });
    return accounts;
}

Json principals_of(identity::IdentityDomain const& identities) {
    Json principals = Json::object();
    identities.for_each_principal([&](identity::PrincipalRow const& row) {
        principals[std::to_string(row.principal.value)] = {
            {"label", printable(row.label.view())},
            {"parent", row.parent.value},
            {"enabled", row.enabled},
            {"key", row.key.is_zero() ? Json(nullptr) : Json(host::hex_text(row.key))},
            {"roles", Json::array()}};
    });
    identities.for_each_role([&](identity::RoleRow const& row) {
        principals[std::to_string(row.principal.value)]["roles"].push_back(
            printable(row.role.view()));
    });
    return principals;
}

void flatten(Json const& value, std::string const& path, std::map<std::string, std::string>& to) {
    if (value.is_object()) {
        for (auto const& [name, member] : value.items()) {
            flatten(member, path.empty() ? name : path + "." + name, to);
        }
        return;
    }
    to[path] = value.is_string() ? value.get<std::string>()
                                 : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace

Json state_facts(host::DomainSet& domains) {
    LogState const& log = domains.log();
    LogFacts const& facts = log.facts();
    auto const& policy = domains.policy().standing();
    Json marks = Json::object();
    log.for_each_mark(
        [&](MarkRow const& mark) { marks[std::string{mark.name.view()}] = mark.sequence.value; });
    Json producers = Json::object();
    log.for_each_producer(
        [&](ProducerRow const& row) { producers[producer_text(row.producer)] = row.last.value; });
    return {{"boot", facts.boot.value},
            {"epoch", facts.epoch.value},
            {"log_time", facts.now.value},
            {"checkpoint_key", host::hex_text(log.checkpoint_key())},
            {"policy", host::hex_text(policy.active)},
            {"policy_on_trial", policy.on_trial},
            {"accounts", accounts_of(log)},
            {"marks", marks},
            {"principals", principals_of(domains.identity())},
            {"producers", producers}};
}

std::map<std::string, std::string> flattened(Json const& facts) {
    std::map<std::string, std::string> values;
    flatten(facts, {}, values);
    return values;
}

} // namespace axiom::cli
