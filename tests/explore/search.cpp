#include <tests/explore/search.hpp>

#include <algorithm>
#include <charconv>
#include <new>

namespace axiom::kernel::explore {

std::string text_of(Path const& path) {
    std::string text;
    for (std::uint16_t const choice : path) {
        text += (text.empty() ? "" : ".") + std::to_string(choice);
    }
    return text;
}

std::optional<Path> path_of(std::string_view text) {
    Path path;
    while (!text.empty()) {
        std::uint16_t choice = 0;
        auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), choice);
        if (error != std::errc{}) {
            return std::nullopt;
        }
        path.push_back(choice);
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        if (!text.empty() && (text.front() != '.' || text.size() == 1)) {
            return std::nullopt;
        }
        text.remove_prefix(text.empty() ? 0 : 1);
    }
    return path;
}

Laboratory::Laboratory(Setup const& setup)
    : lines_((Universe::bytes_needed() + sizeof(Line) - 1) / sizeof(Line)),
      aside_(Universe::aside_bytes_needed()), memory_{std::as_writable_bytes(std::span{lines_})},
      saved_(memory_.size()) {
    static_assert(alignof(Universe) <= alignof(Line));
    // Never ended: its bytes are what is kept, and it owns nothing else.
    universe_ = new (memory_.data()) Universe{memory_, aside_, setup};
    static_cast<void>(universe_->root());
    static_cast<void>(universe_->shadow_root());
    first_.assign(memory_.begin(), memory_.end());
}

Search::Search(Setup const& setup)
    : laboratory_{setup}, choices_{setup}, places_(1U << 12U), place_states_(places_.size()) {}

std::size_t Search::bytes_per_state() const {
    return states_.empty() ? 0
                           : (places_.capacity() * (sizeof(Fingerprint) + sizeof(std::uint32_t)) +
                              states_.capacity() * sizeof(State)) /
                                 states_.size();
}

std::size_t Search::place_of(Fingerprint const& fingerprint) const {
    std::size_t at = fingerprint.low & (places_.size() - 1);
    while (places_[at] != Fingerprint{} && places_[at] != fingerprint) {
        at = (at + 1) & (places_.size() - 1);
    }
    return at;
}

bool Search::insert(Fingerprint const& fingerprint, std::uint32_t state) {
    if (taken_ * 2 >= places_.size()) {
        grow();
    }
    std::size_t const at = place_of(fingerprint);
    if (places_[at] == fingerprint) {
        return false;
    }
    places_[at] = fingerprint;
    place_states_[at] = state;
    ++taken_;
    return true;
}

void Search::grow() {
    std::size_t const count = places_.size() * 2;
    auto const places = std::exchange(places_, std::vector<Fingerprint>(count));
    auto const states = std::exchange(place_states_, std::vector<std::uint32_t>(count));
    for (std::size_t at = 0; at < places.size(); ++at) {
        if (places[at] != Fingerprint{}) {
            std::size_t const to = place_of(places[at]);
            places_[to] = places[at];
            place_states_[to] = states[at];
        }
    }
}

Path Search::path_to(std::uint32_t state) const {
    Path path;
    for (std::uint32_t at = state; at != 0; at = states_[at].parent) {
        path.push_back(states_[at].choice);
    }
    std::ranges::reverse(path);
    return path;
}

Path Search::current() const {
    Path path = path_to(expanding_);
    path.push_back(trying_);
    return path;
}

void Search::go_to(std::uint32_t state) {
    laboratory_.restart();
    for (std::uint16_t const choice : path_to(state)) {
        laboratory_.universe().apply(choices_.of(laboratory_.universe())[choice]);
    }
}

std::optional<Violation> Search::try_choices(std::uint32_t state, Bounds const& bounds,
                                             Outcome& outcome) {
    Universe& universe = laboratory_.universe();
    expanding_ = state;
    go_to(state);
    judge_.begin(universe);
    Fingerprint const from = fingerprint_of(universe);
    Sequence const entries = universe.entries();
    laboratory_.save();
    auto const& events = choices_.of(universe);
    for (std::size_t choice = 0; choice < events.size(); ++choice) {
        trying_ = static_cast<std::uint16_t>(choice);
        if (choice != 0) {
            laboratory_.restore();
        }
        auto const answer = universe.apply(events[choice]);
        ++outcome.reached.transitions;
        std::string wrong = judge_.step(universe, events[choice], answer);
        Fingerprint const fingerprint = fingerprint_of(universe);
        bool const is_new =
            wrong.empty() && insert(fingerprint, static_cast<std::uint32_t>(states_.size()));
        // An entry that has changed nothing is not believed to say so.
        bool const idle_entry = fingerprint == from && universe.entries() != entries;
        if (wrong.empty() && (is_new || idle_entry)) {
            wrong = judge_.hashes(universe);
        }
        if (is_new) {
            if (wrong.empty()) {
                wrong = Judge::state(universe);
            }
            states_.push_back(
                {state, trying_, static_cast<std::uint16_t>(states_[state].depth + 1)});
            ++outcome.reached.states;
            if (stranded_threads(universe) != 0 && outcome.stranded++ == 0) {
                outcome.first_stranded = current();
            }
        }
        if (!wrong.empty()) {
            return Violation{std::move(wrong), current()};
        }
        if (states_.size() >= bounds.states_max) {
            return std::nullopt;
        }
    }
    ++outcome.reached.expanded;
    return std::nullopt;
}

Outcome Search::run(Bounds const& bounds, std::function<void(Progress const&)> const& tell) {
    Outcome outcome;
    laboratory_.restart();
    judge_.begin(laboratory_.universe());
    static_cast<void>(insert(fingerprint_of(laboratory_.universe()), 0));
    states_.push_back({});
    outcome.reached.states = 1;
    if (auto wrong = Judge::state(laboratory_.universe()); !wrong.empty()) {
        outcome.violation = Violation{std::move(wrong), {}};
        return outcome;
    }
    for (std::uint32_t state = 0; state < states_.size(); ++state) {
        outcome.depth = outcome.reached.depth = states_[state].depth;
        if (outcome.depth >= bounds.depth) {
            outcome.complete = true;
            return outcome;
        }
        outcome.violation = try_choices(state, bounds, outcome);
        if (outcome.violation || states_.size() >= bounds.states_max) {
            return outcome;
        }
        if (state % 64 == 0) {
            tell(outcome.reached);
        }
    }
    outcome.complete = outcome.closed = true;
    return outcome;
}

Comparison Search::compare_with_every_path(std::uint32_t depth) {
    struct Level {
        std::vector<std::byte> image;
        std::vector<Event> events;
        std::size_t next{};
    };
    Universe& universe = laboratory_.universe();
    Comparison comparison;
    std::vector<Level> levels;
    std::vector<Fingerprint> on_the_way;
    Path path;
    auto const enter = [&] {
        on_the_way.push_back(fingerprint_of(universe));
        if (places_[place_of(on_the_way.back())] == Fingerprint{} && comparison.missing++ == 0) {
            note_missing(path, on_the_way, comparison);
        }
        if (levels.size() < depth) {
            levels.push_back({laboratory_.image(), choices_.of(universe), 0});
        } else {
            ++comparison.paths;
            on_the_way.pop_back();
            path.pop_back();
        }
    };
    laboratory_.restart();
    enter();
    while (!levels.empty()) {
        Level& top = levels.back();
        if (top.next == top.events.size()) {
            levels.pop_back();
            on_the_way.pop_back();
            if (!path.empty()) {
                path.pop_back();
            }
            continue;
        }
        laboratory_.set(top.image);
        path.push_back(static_cast<std::uint16_t>(top.next));
        universe.apply(top.events[top.next++]);
        enter();
    }
    return comparison;
}

// The last state on the way that was reached by another path, and so by no means the same.
void Search::note_missing(Path const& path, std::vector<Fingerprint> const& on_the_way,
                          Comparison& comparison) const {
    comparison.first_missing = path;
    for (std::size_t steps = 0; steps + 1 < on_the_way.size(); ++steps) {
        std::size_t const place = place_of(on_the_way[steps]);
        if (places_[place] != Fingerprint{}) {
            Path const known = path_to(place_states_[place]);
            if (!std::ranges::equal(
                    known, Path{path.begin(), path.begin() + static_cast<std::ptrdiff_t>(steps)})) {
                comparison.twin = known;
            }
        }
    }
}

bool Search::replay(
    Path const& path,
    std::function<void(std::size_t, Event const&, std::string const&)> const& tell) {
    Universe& universe = laboratory_.universe();
    laboratory_.restart();
    for (std::size_t step = 0; step < path.size(); ++step) {
        auto const& events = choices_.of(universe);
        if (path[step] >= events.size()) {
            return false;
        }
        Event const event = events[path[step]];
        // As when it was found: hashing makes rows clean, so what lies before is not hashed.
        bool const is_last = step + 1 == path.size();
        if (is_last) {
            judge_.begin(universe);
        }
        auto const answer = universe.apply(event);
        std::string wrong = is_last ? judge_.step(universe, event, answer) : std::string{};
        if (is_last && wrong.empty()) {
            wrong = judge_.hashes(universe);
        }
        if (wrong.empty()) {
            wrong = Judge::state(universe);
        }
        tell(step, event, wrong);
    }
    return true;
}

} // namespace axiom::kernel::explore
