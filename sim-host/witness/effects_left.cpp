// Effects and their entries; see sim-host/witness/effects_left.hpp.

#include <sim-host/witness/effects_left.hpp>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <axiom/action/effect_runner.hpp>
#include <axiom/domain/gated.hpp>
#include <services/actions/executors.hpp>
#include <sim-host/platform/string_text.hpp>

namespace axiom::host {

namespace {

using action::EffectKind;
using action::OutcomeStatus;

struct Effect {
    EffectKind kind{};
    std::string executor;
    std::string parameters;
    Hash256 token{};
    bool started{};
    std::optional<OutcomeStatus> outcome;
    std::uint64_t outcomes{};
};
using Place = std::pair<std::uint64_t, std::uint16_t>;
using Effects = std::map<Place, Effect>;

class Reading {
  public:
    explicit Reading(OpenedLog& log) : log_{&log} {}

    void take(EntryView const& view) {
        if (view.entry.header.domain != DomainNumber::actions) {
            return;
        }
        switch (static_cast<action::Kind>(view.entry.header.kind)) {
        case action::Kind::commit:
            return commit(view);
        case action::Kind::effect_started:
            if (auto const begun = decode_whole<action::EffectStarted>(view.entry.body)) {
                effects[place_of(begun->effect)].started = true;
            }
            return;
        case action::Kind::outcome:
            if (auto const ended = decode_whole<action::Outcome>(view.entry.body)) {
                Effect& effect = effects[place_of(ended->effect)];
                effect.outcome = ended->status;
                ++effect.outcomes;
            }
            return;
        }
    }

    Effects effects;

  private:
    static Place place_of(action::EffectPlace place) { return {place.commit.value, place.index}; }
    void commit(EntryView const& view) {
        auto const acted = decode_gated<action::Commit>(view.entry.body);
        for (std::uint16_t index = 0; acted && index < acted->effects.size(); ++index) {
            action::PreparedEffect const& what = acted->effects[index];
            effects[{view.sequence.value, index}] = {
                .kind = what.kind,
                .executor = std::string{what.executor},
                .parameters = std::string{text_of(what.parameters)},
                .token = action::effect_token(log_->engine(), log_->log_id(),
                                              {.commit = view.sequence, .index = index}),
                .started = false,
                .outcome = {},
                .outcomes = 0};
        }
    }

    OpenedLog* log_;
};

// `put TOKEN …` and `post TOKEN …`, by word and token.
std::map<std::string, std::uint64_t> board_lines(std::filesystem::path const& path) {
    std::map<std::string, std::uint64_t> lines;
    std::ifstream file{path};
    std::string line;
    while (std::getline(file, line) && !file.eof()) { // the last may be torn
        std::istringstream words{line};
        std::string word;
        std::string token;
        words >> word >> token;
        ++lines[word + ' ' + token];
    }
    return lines;
}

std::uint64_t times_in(std::string const& all, std::string const& text) {
    std::uint64_t count = 0;
    for (std::size_t at = all.find(text); at != std::string::npos; at = all.find(text, at + 1)) {
        ++count;
    }
    return count;
}

class Judge {
  public:
    Judge(LeftOutside const& left, EffectsLeft& found) : left_{&left}, found_{&found} {
        std::ifstream const file{left.said};
        std::ostringstream all;
        all << file.rdbuf();
        said_ = all.str();
    }

    void judge(Effects const& effects) {
        for (auto const& [place, effect] : effects) {
            count(effect);
            std::string const name = effect.executor + ' ' + std::to_string(place.first) + '.' +
                                     std::to_string(place.second);
            if (effect.outcomes > 1) {
                violated(name + " has " + std::to_string(effect.outcomes) + " outcomes");
            }
            if (left_->all_is_done && !effect.outcome) {
                violated(name + " is owed still");
            }
            look_outside(name, effect);
        }
        for (auto const& [line, times] : board_) {
            violated("nothing in the log has allowed the board's line: " + line);
        }
    }

  private:
    void count(Effect const& effect) {
        ++found_->effects;
        std::uint64_t& ended = !effect.outcome                            ? found_->owed
                               : *effect.outcome == OutcomeStatus::done   ? found_->done
                               : *effect.outcome == OutcomeStatus::failed ? found_->failed
                                                                          : found_->unknown;
        ++ended;
    }
    void look_outside(std::string const& name, Effect const& effect) {
        if (effect.executor == "console.print") {
            std::uint64_t const times = times_in(said_, effect.parameters + '\n');
            expect(name, effect, times, left_->all_was_said ? 1 : 0);
            if (times != 0 && !effect.started) {
                violated(name + " was printed, and no entry says that it was begun");
            }
        } else if (effect.executor == "board.put" || effect.executor == "board.post") {
            std::string const line = effect.executor.substr(6) + ' ' + hex_text(effect.token);
            auto const there = board_.find(line);
            std::uint64_t const times = there == board_.end() ? 0 : there->second;
            if (there != board_.end()) {
                board_.erase(there);
            }
            expect(name, effect, times, 1);
        }
    }
    void expect(std::string const& name, Effect const& effect, std::uint64_t times,
                std::uint64_t least_if_done) {
        bool const is_done = effect.outcome == OutcomeStatus::done;
        bool const has_failed = effect.outcome == OutcomeStatus::failed;
        std::uint64_t const least = is_done ? least_if_done : 0;
        std::uint64_t const most = has_failed ? 0 : 1;
        if (times < least || times > most) {
            violated(name + " is outside " + std::to_string(times) + " times; its log says " +
                     (effect.outcome
                          ? std::string{EnumNames<OutcomeStatus>::names[static_cast<std::size_t>(
                                *effect.outcome)]}
                          : "nothing"));
        }
        if (effect.outcome == OutcomeStatus::unknown && effect.kind != EffectKind::once) {
            violated(name + " ended as unknown, which its kind never does");
        }
    }
    void violated(std::string what) { found_->violations.push_back(std::move(what)); }

    LeftOutside const* left_;
    EffectsLeft* found_;
    std::map<std::string, std::uint64_t> board_ = board_lines(left_->board);
    std::string said_;
};

} // namespace

EffectsLeft effects_left(OpenedLog& log, LeftOutside const& left) {
    EffectsLeft found;
    Reading reading{log};
    auto const read = log.for_each({.first = {}, .end = log.end()}, [&](EntryView const& view) {
        reading.take(view);
        return true;
    });
    if (!read) {
        found.violations.push_back("the log cannot be read: " + read.error().text);
    }
    Judge{left, found}.judge(reading.effects);
    return found;
}

} // namespace axiom::host
