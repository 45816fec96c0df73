// axiom account set and axiom account list: how much log each account may fill.

#include <axiom/log/log_kinds.hpp>
#include <axiom/log/rate_bucket.hpp>
#include <terminal/cli/gated_change.hpp>

namespace axiom::cli {

namespace {

void check_room(host::DomainSet& domains, AccountId account) {
    std::uint32_t count = 0;
    bool known = false;
    domains.log().for_each_account([&](AccountRow const& row) {
        ++count;
        known = known || row.account == account;
    });
    if (!known && count >= domains.log().capacities().accounts) {
        throw failure_of(Error{Code::table_full, domains.log().capacities().accounts},
                         "the account was not set");
    }
}

Exit set(Invocation const& given, Console& console) {
    AccountId const account{given.number("ID")};
    if (account.value == 0) {
        throw usage("account 0 is whoever pays for nothing; it has no rate",
                    "choose an id from 1 on");
    }
    AccountEntry const content{.account = account,
                               .bytes_per_second = given.number("rate"),
                               .burst_bytes = given.number("burst")};
    GatedChange const change{
        .wish = {.domain = DomainNumber::log,
                 .kind = static_cast<std::uint16_t>(LogKind::account),
                 .object = {},
                 .causes = {},
                 .producer = {},
                 .number = {}},
        .what = "setting the log rate of account " + std::to_string(account.value),
        .check = [&](host::DomainSet& domains) { check_room(domains, account); },
        .at_this_time = true};
    LogAsItStands{given}.ask(given, change);
    Sequence const at = make_change(given, console, change, content);
    if (console.json()) {
        console.document("axiom.account-set/1", {{"account", account.value},
                                                 {"bytes_per_second", content.bytes_per_second},
                                                 {"burst_bytes", content.burst_bytes},
                                                 {"entry", at.value}});
    } else {
        console.line("account " + std::to_string(account.value) + " may fill " +
                     (content.bytes_per_second == 0
                          ? "as much as it likes"
                          : std::to_string(content.bytes_per_second) + " bytes a second, " +
                                std::to_string(content.burst_bytes) + " at once") +
                     " (entry " + std::to_string(at.value) + ")");
    }
    return Exit::success;
}

Exit list(Invocation const& given, Console& console) {
    LogAsItStands now{given};
    LogState const& state = now.domains().log();
    std::uint64_t count = 0;
    state.for_each_account([&](AccountRow const& stored) {
        ++count;
        AccountRow const row = refilled(stored, state.now());
        std::uint64_t const left = row.left / rate_unit;
        if (console.json()) {
            console.record("axiom.account/1", {{"account", row.account.value},
                                               {"bytes_per_second", row.bytes_per_second},
                                               {"burst_bytes", row.burst_bytes},
                                               {"left_bytes", left}});
            return;
        }
        console.write(Style::bold, std::to_string(row.account.value));
        console.line("\t" + std::to_string(row.bytes_per_second) + " bytes/s\tburst " +
                     std::to_string(row.burst_bytes) + "\tleft " + std::to_string(left));
    });
    return count != 0 ? Exit::success : Exit::answer_is_no;
}

} // namespace

extern VerbRow const account_set_verb;
VerbRow const account_set_verb{
    .name = "account set",
    .group = "authority",
    .sentence = "give an account a log rate, or another one",
    .text = "What an account adds to the log is charged to a bucket that is refilled in log time; "
            "when it is empty the account is refused (`log_rate`) and nobody else is affected. "
            "`axiom ingest --account ID` charges its lines.\n\nThe policy in force decides. Exit 6 "
            "when it denies it; the log is then what it was.",
    .reads_log = true,
    .options = {{.name = "ID",
                 .kind = ValueKind::number,
                 .sentence = "the account",
                 .positional = true,
                 .required = true},
                {.name = "rate",
                 .kind = ValueKind::number,
                 .value = "BYTES",
                 .sentence = "log bytes a second; 0 is no limit",
                 .number_max = account_rate_max,
                 .required = true},
                {.name = "burst",
                 .kind = ValueKind::number,
                 .value = "BYTES",
                 .sentence = "what it may save up and spend at once",
                 .number_max = account_rate_max,
                 .required = true},
                as_option(),
                key_option(),
                mirror_option(),
                archive_option()},
    .examples = {{"axiom account set 7 --rate 65536 --burst 1048576",
                  "64 KiB a second, 1 MiB at once"}},
    .run = set};

extern VerbRow const account_list_verb;
VerbRow const account_list_verb{
    .name = "account list",
    .group = "authority",
    .sentence = "list the accounts with a log rate, and what each has left",
    .text = "As of the log's own time, which moves while somebody writes. Exit 1 when there are "
            "none.",
    .reads_log = true,
    .options = {},
    .examples = {{"axiom account list", "who is nearly out"}},
    .run = list};

} // namespace axiom::cli
