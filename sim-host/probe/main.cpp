// isolation_probe: tries from within a confined process what each layer is there to prevent.
//
//     isolation_probe               by all layers but the list of system calls, which would hide
//                                   the others; and that list by itself
//     isolation_probe --without     each attempt without the layer that it is against
//
// A line for each layer: its name, whether this host allows it, whether the attempt was refused,
// and what was tried, apart by tabs. Exit status 0: every attempt was refused.

#include <cstdio>
#include <string_view>

#include <sim-host/probe/attempts.hpp>

int main(int count, char const* const* words) {
    using namespace axiom::host;
    bool const without = count == 2 && std::string_view{words[1]} == "--without";
    if (count > 1 && !without) {
        std::fputs("usage: isolation_probe [--without]\n", stderr);
        return 2;
    }
    bool all_refused = true;
    for (std::size_t index = 0; index < layer_names.size(); ++index) {
        auto const layer = static_cast<Layer>(index);
        Layers by = Layers::all();
        if (layer != Layer::system_calls) {
            by.take(Layer::system_calls);
        }
        if (without) {
            by.take(layer);
        }
        auto const tried = attempt(layer, by);
        bool const refused = tried && !tried->succeeded;
        all_refused = all_refused && refused;
        std::printf("%s\t%s\t%s\t%s\n", layer_names.at(index).data(),
                    tried && tried->layer_was_there ? "active" : "not active",
                    refused ? "refused" : "succeeded", attempt_against(layer).data());
        std::fflush(stdout); // before another process is made
    }
    return all_refused ? 0 : 1;
}
