// transform: a tar stream in, the same tree out with its text files made uniform.
//
// A regular file that is UTF-8 without zero bytes loses a byte order mark, carriage returns at line
// ends (CR LF and CR become LF), spaces and tabs before line ends, and empty lines at its end; it
// ends with one line end unless it is empty. Everything else passes as it is, byte by byte.

#include <string.h>

#include "support/calls.hpp"
#include "support/output.hpp"
#include "support/tar.hpp"
#include "support/utf8.hpp"

namespace {

job::Output output;

constexpr char zeros[job::tar_block_bytes] = {};

// In place: the result is never longer than the text, but for the line end that may be missing,
// for which the reader's buffer has room. Gives the new length.
size_t uniform(char* text, size_t bytes) {
    size_t from = bytes >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    size_t to = 0;
    size_t line_end = 0; // behind the last byte that is neither space nor tab of this line
    size_t text_end = 0; // behind the last line that is not empty
    while (from < bytes) {
        char const each = text[from++];
        if (each == '\n' || each == '\r') {
            if (each == '\r' && from < bytes && text[from] == '\n') {
                ++from;
            }
            bool const empty = line_end == 0 || text[line_end - 1] == '\n';
            to = line_end;
            text[to++] = '\n';
            line_end = to;
            if (!empty) {
                text_end = to;
            }
            continue;
        }
        text[to++] = each;
        if (each != ' ' && each != '\t') {
            line_end = to;
        }
    }
    if (line_end > 0 && text[line_end - 1] != '\n') {
        text[line_end] = '\n';
        text_end = line_end + 1;
    }
    return text_end;
}

void put_member(job::TarHeader const& header, char const* data, size_t bytes) {
    output.put(&header, sizeof(header));
    output.put(data, bytes);
    output.put(zeros, job::padding_of(bytes));
}

} // namespace

int main() {
    static job::TarReader reader;
    while (job::TarMember const* const member = reader.next()) {
        if (!member->regular || member->size_is_extended ||
            !job::is_text(member->data, member->bytes)) {
            put_member(member->header, member->data, member->bytes);
            continue;
        }
        size_t const bytes = uniform(member->data, member->bytes);
        job::TarHeader header = member->header;
        job::set_size(header, bytes);
        put_member(header, member->data, bytes);
    }
    output.put(zeros, sizeof(zeros));
    output.put(zeros, sizeof(zeros));
    output.flush();
    return 0;
}
