// Reading a policy; see terminal/cli/policy_file.hpp.

#include <terminal/cli/policy_file.hpp>

#include <axiom/policy/draft.hpp>
#include <axiom/policy/parse.hpp>
#include <axiom/policy/source.hpp>
#include <sim-host/platform/hash_engines.hpp>
#include <terminal/cli/console.hpp>
#include <terminal/cli/trust.hpp>

namespace axiom::cli {

std::unique_ptr<policy::PolicyTable> policy_from_file(std::string const& path) {
    std::vector<std::byte> const text = file_argument(path, policy_file_bytes_max);
    auto const draft = std::make_unique<policy::PolicyDraft>();
    std::vector<std::byte> room(policy::policy_bytes_max);
    auto const canonical = policy::parse_policy(text_of(Bytes{text}), *draft, room);
    if (!canonical) {
        StringSink sink;
        policy::render(sink, canonical.error());
        bool const newer = canonical.error().code == Code::unknown_version;
        throw Failure{.exit = newer ? Exit::incompatible : Exit::usage,
                      .code = std::string{text_of(canonical.error().code).name},
                      .sentence = path + " is no policy",
                      .cause = path + ":" + sink.value(),
                      .next = std::string{text_of(canonical.error().code).next}};
    }
    auto table = std::make_unique<policy::PolicyTable>();
    value_or_stop(policy::install(*table, *canonical, host::fastest_engine()),
                  path + " is no policy");
    return table;
}

} // namespace axiom::cli
