#pragma once
// Session: somebody at a terminal: how services are reached, where text goes, what was set.

#include <axiom/codec/text_sink.hpp>
#include <terminal/core/link.hpp>
#include <terminal/core/words.hpp>

namespace axiom::terminal {

struct Session {
    Link* link{};
    TextSink* out{};
    Variables variables{};
    bool ends{};         // somebody typed `exit`
    MessageBytes held{}; // the last answer's bytes
};

} // namespace axiom::terminal
