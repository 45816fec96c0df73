#include <sim-host/host/manifest.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <stdexcept>

#include <axiom/codec/value.hpp>
#include <sim-host/host/toml_values.hpp>
#include <sim-host/machine/host_machine.hpp>
#include <sim-host/platform/string_text.hpp>
#include <terminal/view/printable.hpp>

namespace axiom::host {

namespace {

using init::Grant;
using init::Manifest;

// `2ms of 10ms`.
void read_cpu(toml::table const& table, init::Service& service) {
    constexpr std::array units{Unit{"us", 1}, Unit{"ms", 1000}, Unit{"s", 1'000'000}};
    constexpr std::string_view of = " of ";
    constexpr std::uint64_t period_us_max = 10'000'000;
    std::string const text = text_at(table, "cpu");
    std::size_t const middle = text.find(of);
    std::optional<std::uint64_t> budget;
    std::optional<std::uint64_t> period;
    if (middle != std::string::npos) {
        budget = measured(std::string_view{text}.substr(0, middle), units);
        period = measured(std::string_view{text}.substr(middle + of.size()), units);
    }
    if (!budget || !period || *budget == 0 || *budget > *period || *period > period_us_max) {
        throw Mistake{place(*table.get("cpu")),
                      "\"" + text + "\" is no share of a CPU; write it like \"2ms of 10ms\""};
    }
    service.budget_us = static_cast<std::uint32_t>(*budget);
    service.period_us = static_cast<std::uint32_t>(*period);
}

init::Name name_of(toml::key const& key) {
    if (key.str().empty() || key.str().size() > init::name_bytes_max) {
        throw Mistake{key.source().begin,
                      "\"" + std::string{key.str()} + "\" is no name: 1 to 16 bytes"};
    }
    return init::Name{key.str()};
}

class Parser {
  public:
    ResolvedManifest parse(toml::table const& root) {
        check_keys(root, {"region", "service"});
        read_regions(section(root, "region"));
        toml::table const& services = section(root, "service");
        for (auto const& [key, node] : services) {
            if (service_names_.size() == init::services_max) {
                throw Mistake{key.source().begin, "more services than 32"};
            }
            static_cast<void>(name_of(key));
            service_names_.emplace_back(key.str());
        }
        // In the order in which they are written, which is that in which they begin.
        std::vector<std::pair<toml::source_index, std::string>> order;
        for (auto const& [key, node] : services) {
            order.emplace_back(key.source().begin.line, key.str());
        }
        std::ranges::sort(order);
        service_names_.clear();
        for (auto const& [line, name] : order) {
            service_names_.push_back(name);
        }
        for (std::string const& name : service_names_) {
            resolved_.manifest.services.push_back(read_service(services, name));
        }
        return std::move(resolved_);
    }

  private:
    static toml::table const& section(toml::table const& root, std::string_view key) {
        static toml::table const none;
        toml::node const* const node = root.get(key);
        if (node == nullptr) {
            return none;
        }
        if (!node->is_table()) {
            throw Mistake{place(*node), "\"" + std::string{key} + "\" must be sections like [" +
                                            std::string{key} + ".name]"};
        }
        return *node->as_table();
    }

    static toml::table const& table_in(toml::table const& within, std::string_view key) {
        toml::node const& node = *within.get(key);
        if (!node.is_table()) {
            throw Mistake{place(node), "\"" + std::string{key} + "\" must be a section"};
        }
        return *node.as_table();
    }

    void read_regions(toml::table const& regions) {
        for (auto const& [key, node] : regions) {
            if (resolved_.manifest.regions.full()) {
                throw Mistake{key.source().begin, "more regions than 16"};
            }
            init::Name const name = name_of(key);
            toml::table const& table = table_in(regions, key.str());
            check_keys(table, {"memory", "holds"});
            if (table.contains("holds")) {
                note_key(table);
            }
            resolved_.manifest.regions.push_back(
                {.name = name, .bytes = memory_at(table, "memory")});
            region_names_.emplace_back(key.str());
        }
    }

    // The region that is read next.
    void note_key(toml::table const& table) {
        static std::vector<std::string> const words{"checkpoint-key"};
        std::string const word = text_at(table, "holds");
        if (word != words.front()) {
            throw Mistake{place(*table.get("holds")),
                          "nothing is called \"" + word + "\"" + perhaps(word, words)};
        }
        if (resolved_.key_region) {
            throw Mistake{place(*table.get("holds")), "another region holds it already"};
        }
        resolved_.key_region = resolved_.manifest.regions.size();
    }

    init::Service read_service(toml::table const& services, std::string const& name) {
        toml::table const& table = table_in(services, name);
        check_keys(table, {"program", "folder", "principal", "argument", "priority", "cpu",
                           "memory", "objects", "capabilities", "threads", "log_bytes", "restart",
                           "restarts", "restart_seconds", "recovery", "gets"});
        constexpr std::uint64_t priority_max = 62; // init's is above all
        init::Service service;
        service.name = init::Name{name};
        std::string const program = text_at(table, "program");
        service.principal = principal_at(table);
        service.argument = number_at(table, "argument", 0xFFFF'FFFF, 0);
        service.priority =
            static_cast<std::uint8_t>(number_at(table, "priority", priority_max, 20));
        read_cpu(table, service);
        service.memory_bytes = memory_at(table, "memory");
        service.objects = static_cast<std::uint32_t>(number_at(table, "objects", 10'000, 16));
        service.capabilities =
            static_cast<std::uint32_t>(number_at(table, "capabilities", 10'000, 64));
        service.threads = static_cast<std::uint16_t>(number_at(table, "threads", 100, 4));
        service.log_bytes = number_at(table, "log_bytes", 100'000'000, 100'000);
        service.restart = restart_at(table);
        service.restarts_max = static_cast<std::uint16_t>(number_at(table, "restarts", 1000, 10));
        service.restart_seconds =
            static_cast<std::uint32_t>(number_at(table, "restart_seconds", 86'400, 10));
        service.recovery = flag_at(table, "recovery");
        read_grants(table, service);
        service.program =
            program_number({.name = program, .line = line_of(service), .folder = folder_at(table)});
        return service;
    }

    // A folder within the data folder, whose name leads nowhere else.
    static std::string folder_at(toml::table const& table) {
        if (!table.contains("folder")) {
            return {};
        }
        std::string folder = text_at(table, "folder");
        constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789-";
        if (folder.empty() || folder.find_first_not_of(letters) != std::string::npos) {
            throw Mistake{place(*table.get("folder")),
                          "\"" + folder + "\" is no folder's name: small letters, digits and -"};
        }
        return folder;
    }

    // 1 is init's. Who has none is nobody that the log knows.
    std::uint64_t principal_at(toml::table const& table) {
        std::uint64_t const nobody =
            init::named_principal_max + 1 + resolved_.manifest.services.size();
        std::uint64_t const principal =
            number_at(table, "principal", init::named_principal_max, nobody);
        bool const taken =
            std::ranges::any_of(resolved_.manifest.services, [&](init::Service const& other) {
                return other.principal == principal;
            });
        if (principal < 2 || taken) {
            throw Mistake{place(*table.get("principal")),
                          "principal " + std::to_string(principal) +
                              (principal < 2 ? " is not a service's" : " is another service's")};
        }
        return principal;
    }

    static std::optional<std::uint64_t> line_of(init::Service const& service) {
        for (Grant const& grant : service.gets) {
            if (grant.source == init::Source::line) {
                return grant.index;
            }
        }
        return std::nullopt;
    }

    std::uint32_t program_number(NamedProgram const& program) {
        auto const at = std::ranges::find(resolved_.programs, program);
        if (at == resolved_.programs.end()) {
            resolved_.programs.push_back(program);
            return static_cast<std::uint32_t>(resolved_.programs.size() - 1);
        }
        return static_cast<std::uint32_t>(at - resolved_.programs.begin());
    }

    static init::Restart restart_at(toml::table const& table) {
        static std::vector<std::string> const words{"never", "on_fault", "always"};
        std::string const word = text_at(table, "restart");
        auto const at = std::ranges::find(words, word);
        if (at == words.end()) {
            throw Mistake{place(*table.get("restart")),
                          "unknown restart \"" + word + "\"" + perhaps(word, words)};
        }
        return static_cast<init::Restart>(at - words.begin());
    }

    void read_grants(toml::table const& table, init::Service& service) {
        toml::node const* const node = table.get("gets");
        if (node == nullptr) {
            return;
        }
        if (!node->is_array()) {
            throw Mistake{place(*node), "\"gets\" must be a list: [{ … }, { … }]"};
        }
        for (toml::node const& each : *node->as_array()) {
            if (!each.is_table()) {
                throw Mistake{place(each), "each of \"gets\" must be { … }"};
            }
            if (service.gets.full()) {
                throw Mistake{place(each), "more grants than 16"};
            }
            Grant const grant = read_grant(*each.as_table());
            if (grant.source == init::Source::line && line_of(service)) {
                throw Mistake{place(each), "a service has one line at most"};
            }
            service.gets.push_back(grant);
        }
    }

    [[nodiscard]] Grant read_grant(toml::table const& table) {
        check_keys(table, {"service", "region", "log", "ports", "line", "init", "rights"});
        Grant grant{.rights = rights_at(table)};
        if (table.contains("service")) {
            grant.source = init::Source::service;
            grant.index = index_of(table, "service", service_names_);
        } else if (table.contains("region")) {
            grant.source = init::Source::region;
            grant.index = index_of(table, "region", region_names_);
        } else if (table.contains("log")) {
            grant.source = init::Source::log;
            check_log_rights(table, grant.rights);
        } else if (table.contains("ports")) {
            grant.source = init::Source::ports;
        } else if (table.contains("init")) {
            grant.source = init::Source::init;
        } else if (table.contains("line")) {
            grant.source = init::Source::line;
            grant.index = line_at(table);
        } else {
            throw Mistake{place(table),
                          "what is granted is missing: service, region, log, ports or line"};
        }
        return grant;
    }

    // Whoever may write there answers for the policy: one service, or it means nothing.
    void check_log_rights(toml::table const& table, kernel::Rights rights) {
        bool const proposes = (rights.bits & kernel::right::write.bits) != 0;
        if (proposes && engine_) {
            throw Mistake{place(*table.get("log")),
                          "another service proposes in others' names already"};
        }
        engine_ = engine_ || proposes;
    }

    // Line 0 is init's.
    std::uint16_t line_at(toml::table const& table) {
        std::uint64_t const line = number_at(table, "line", interrupt_lines - 1, 0);
        if (line == power_button_line || (lines_ >> line & 1U) != 0) {
            throw Mistake{place(*table.get("line")),
                          "line " + std::to_string(line) +
                              (line == power_button_line ? " is the power button's"
                                                         : " is another service's")};
        }
        lines_ |= std::uint64_t{1} << line;
        return static_cast<std::uint16_t>(line);
    }

    static std::uint16_t index_of(toml::table const& table, std::string_view key,
                                  std::vector<std::string> const& known) {
        std::string const name = text_at(table, key);
        auto const at = std::ranges::find(known, name);
        if (at == known.end()) {
            throw Mistake{place(*table.get(key)), "unknown " + std::string{key} + " \"" + name +
                                                      "\"" + perhaps(name, known)};
        }
        return static_cast<std::uint16_t>(at - known.begin());
    }

    static kernel::Rights rights_at(toml::table const& table) {
        static std::vector<std::string> const words{"read",  "write",  "execute",
                                                    "grant", "revoke", "manage"};
        toml::node const* const node = table.get("rights");
        if (node == nullptr || !node->is_array()) {
            throw Mistake{place(table), "\"rights\" is missing: a list like [\"read\"]"};
        }
        kernel::Rights rights;
        for (toml::node const& each : *node->as_array()) {
            auto const word = each.value<std::string>();
            auto const at = std::ranges::find(words, word.value_or(""));
            if (at == words.end()) {
                throw Mistake{place(each), "unknown right \"" + word.value_or("") + "\"" +
                                               perhaps(word.value_or(""), words)};
            }
            rights.bits |= static_cast<std::uint8_t>(1U << (at - words.begin()));
        }
        return rights;
    }

    ResolvedManifest resolved_{.manifest = {}, .programs = {{.name = "service_init"}}};
    std::uint64_t lines_{}; // a bit for each that is given away
    bool engine_{};         // somebody proposes in others' names
    std::vector<std::string> region_names_;
    std::vector<std::string> service_names_;
};

// What it quotes is whoever wrote the file's.
std::string said(std::string const& name, toml::source_position at, std::string_view what) {
    StringSink printable;
    terminal::put_printable(printable, what);
    return name + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " +
           printable.value();
}

} // namespace

HostResult<ResolvedManifest> parse_manifest(std::string_view text, std::string const& name) {
    try {
        return Parser{}.parse(parse_toml(text, name));
    } catch (Mistake const& found) {
        return std::unexpected{Problem{.error = {Code::bad_text, found.at.line, found.at.column},
                                       .error_number = 0,
                                       .text = said(name, found.at, found.what)}};
    }
}

std::vector<std::byte> encoded(init::Manifest const& manifest) {
    std::vector<std::byte> bytes(std::size_t{256} << 10U);
    Writer writer{bytes};
    auto const written = encode_value(writer, manifest);
    AXIOM_ASSERT(written.has_value());
    bytes.resize(writer.size());
    return bytes;
}

} // namespace axiom::host
