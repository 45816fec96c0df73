#include <tests/explore/event.hpp>

#include <kernel/abi/object.hpp>

namespace axiom::kernel::explore {

namespace {

std::string value_text(std::uint64_t value) {
    return value == ~std::uint64_t{0} ? "-" : std::to_string(value);
}

std::string call_text(Event const& event) {
    CallInfo const& info = call_table.at(event.frame.number);
    std::string text{info.name};
    text += "(";
    std::string_view names = info.arguments;
    for (std::size_t index = 0; !names.empty(); ++index) {
        std::size_t const end = names.find(' ');
        std::string_view const name = names.substr(0, end);
        names = end == std::string_view::npos ? std::string_view{} : names.substr(end + 1);
        if (name.starts_with("word_")) {
            continue; // the same in every message
        }
        text += (index == 0 ? "" : ", ") + std::string{name} + " ";
        text += name == "type" && event.frame.arguments[index] < object_types
                    ? std::string{EnumNames<ObjectType>::names[event.frame.arguments[index]]}
                    : value_text(event.frame.arguments[index]);
    }
    text += ")";
    if (event.passes != 0) {
        text += " with what slot " + std::to_string(event.passes) + " holds";
    }
    if (event.window != no_window) {
        text += ", window " + std::to_string(event.window);
    }
    return text;
}

} // namespace

std::string text_of(Event const& event) {
    std::string const cpu = "cpu " + std::to_string(event.cpu) + ": ";
    switch (event.kind) {
    case Event::Kind::call:
        return cpu + (event.frame.number < calls
                          ? call_text(event)
                          : "unknown call " + std::to_string(event.frame.number));
    case Event::Kind::fault:
        return cpu + "a page fault";
    case Event::Kind::interrupt:
        return cpu + "interrupt of line " + std::to_string(event.frame.number);
    case Event::Kind::timer:
        return cpu + "timer, or another's wish";
    case Event::Kind::pass:
        break;
    }
    return "time passes";
}

} // namespace axiom::kernel::explore
