#pragma once
// Model: what the system knows, for whoever has read its documents and nothing of its sources.
//
//   docs/system-toml.md          who is begun again, and how often within ten seconds
//   services/init/favours.hpp    who ends loses what it was granted; a start gives the manifest's
//   services/actions, board      an effect that is done stays; each kind's promise
//   services/objects             contents under their hash, never removed
//   services/jobs                the same program on the same input comes to the same

#include <map>
#include <set>
#include <string>

namespace axiom::test::running {

/// Of services: WHOM may call WHAT beyond the manifest.
using Favour = std::pair<std::string, std::string>;

struct Model {
    std::set<std::string> stopped; // somebody asked for that
    std::set<Favour> favours;      // {whom, what}
    std::map<std::string, std::string> board;
    std::set<std::size_t> objects;         // contents that were put, by number
    std::map<std::string, unsigned> ended; // how often since the system was started
    std::uint64_t serial{};                // so that nothing is said twice

    [[nodiscard]] bool runs(std::string const& service) const { return !stopped.contains(service); }
    [[nodiscard]] bool may_end(std::string const& service) const {
        constexpr unsigned ends_max = 6; // below the ten of its manifest
        auto const times = ended.find(service);
        return runs(service) && (times == ended.end() || times->second < ends_max);
    }

    void process_ends(std::string const& service) {
        std::erase_if(favours, [&](Favour const& each) { return each.first == service; });
        ++ended[service];
    }
    void machine_ends() {
        favours.clear();
        stopped.clear();
        ended.clear();
    }
};

/// The content of this number: some are empty, some fill more than one message.
[[nodiscard]] std::string content_of(std::size_t number);

} // namespace axiom::test::running
