// compress: the input as a gzip stream, by zlib. Repeatable: no time, no name in the header.
//
// zlib's sources are Debian's (package binutils-source), never copied into the tree.

#include <string.h>
#include <zlib.h>

#include "support/calls.hpp"

namespace {

constexpr int level = 6;
constexpr int window_bits_gzip = 15 + 16;
constexpr int memory_level = 8;
constexpr size_t piece_bytes = 65536;

Bytef input[piece_bytes];
Bytef output[piece_bytes];

} // namespace

int main() {
    z_stream stream{};
    if (deflateInit2(&stream, level, Z_DEFLATED, window_bits_gzip, memory_level,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
        job::give_up("zlib has no memory", 4);
    }
    bool last = false;
    while (!last) {
        size_t const got = job::read_input(input, sizeof(input));
        last = got < sizeof(input);
        stream.next_in = input;
        stream.avail_in = static_cast<uInt>(got);
        do {
            stream.next_out = output;
            stream.avail_out = sizeof(output);
            deflate(&stream, last ? Z_FINISH : Z_NO_FLUSH);
            job::write_output(output, sizeof(output) - stream.avail_out);
        } while (stream.avail_out == 0);
    }
    return 0;
}
