// index: a tar stream in, out where each symbol of its text files stands.
//
//     axiom-index 1
//     files F
//     PATH                                    F lines, in the archive's order; numbered from 1
//     symbols S
//     SYMBOL FILE:LINE,LINE FILE:LINE …       S lines, by the symbol's bytes
//
// A symbol is a letter or `_`, then letters, digits or `_`, of ASCII, 3 to 64 bytes in all. A line
// is named once for each symbol in it. A file counts when it is UTF-8 without zero bytes. Line ends
// in paths are written as `?`.

#include <stdlib.h>
#include <string.h>

#include "support/calls.hpp"
#include "support/output.hpp"
#include "support/tar.hpp"
#include "support/utf8.hpp"

namespace {

constexpr size_t symbol_bytes_min = 3;
constexpr size_t symbol_bytes_max = 64;

// Pieces of memory that are never given back.
class Shelf {
  public:
    void* take(size_t bytes) {
        constexpr size_t shelf_bytes = 1U << 20U;
        size_t const rounded = (bytes + 7U) & ~size_t{7};
        if (rounded > left_) {
            next_ = static_cast<char*>(malloc(shelf_bytes));
            left_ = shelf_bytes;
            if (next_ == nullptr) {
                job::give_up("no memory for the index", job::code_no_memory);
            }
        }
        void* const taken = next_;
        next_ += rounded;
        left_ -= rounded;
        return taken;
    }

  private:
    char* next_ = nullptr;
    size_t left_ = 0;
};

Shelf shelf;

struct Place {
    Place* next;
    uint32_t file;
    uint32_t line;
};

struct Symbol {
    Place* first;
    Place* last;
    uint32_t hash;
    uint32_t bytes;
    char text[symbol_bytes_max];
};

int compare(void const* left, void const* right) {
    auto const* const a = *static_cast<Symbol const* const*>(left);
    auto const* const b = *static_cast<Symbol const* const*>(right);
    uint32_t const shorter = a->bytes < b->bytes ? a->bytes : b->bytes;
    int const order = memcmp(a->text, b->text, shorter);
    return order != 0 ? order : a->bytes < b->bytes ? -1 : a->bytes > b->bytes ? 1 : 0;
}

// Open addressing, twice as large when it is half full.
class Symbols {
  public:
    void add(char const* text, size_t bytes, uint32_t file, uint32_t line) {
        if (2 * count_ >= capacity_) {
            grow();
        }
        Symbol*& at = slot(text, bytes, hash_of(text, bytes));
        if (at == nullptr) {
            at = make(text, bytes);
            ++count_;
        }
        Place const* const last = at->last;
        if (last != nullptr && last->file == file && last->line == line) {
            return;
        }
        auto* const place = static_cast<Place*>(shelf.take(sizeof(Place)));
        *place = {nullptr, file, line};
        (at->last == nullptr ? at->first : at->last->next) = place;
        at->last = place;
    }

    /// Sorted, at the front of what is returned; the table is of no further use.
    Symbol** sort() {
        size_t to = 0;
        for (size_t from = 0; from < capacity_; ++from) {
            if (table_[from] != nullptr) {
                table_[to++] = table_[from];
            }
        }
        qsort(table_, count_, sizeof(Symbol*), compare);
        return table_;
    }

    [[nodiscard]] size_t count() const { return count_; }

  private:
    // FNV-1a.
    static uint32_t hash_of(char const* text, size_t bytes) {
        uint32_t hash = 2166136261U;
        for (size_t index = 0; index < bytes; ++index) {
            hash = (hash ^ static_cast<unsigned char>(text[index])) * 16777619U;
        }
        return hash;
    }

    Symbol*& slot(char const* text, size_t bytes, uint32_t hash) {
        size_t at = hash & (capacity_ - 1);
        while (table_[at] != nullptr && (table_[at]->hash != hash || table_[at]->bytes != bytes ||
                                         memcmp(table_[at]->text, text, bytes) != 0)) {
            at = (at + 1) & (capacity_ - 1);
        }
        return table_[at];
    }

    static Symbol* make(char const* text, size_t bytes) {
        auto* const made = static_cast<Symbol*>(shelf.take(offsetof(Symbol, text) + bytes));
        made->first = nullptr;
        made->last = nullptr;
        made->hash = hash_of(text, bytes);
        made->bytes = static_cast<uint32_t>(bytes);
        memcpy(made->text, text, bytes);
        return made;
    }

    void grow() {
        Symbol** const old = table_;
        size_t const old_capacity = capacity_;
        capacity_ = old_capacity == 0 ? 4096 : 2 * old_capacity;
        table_ = static_cast<Symbol**>(calloc(capacity_, sizeof(Symbol*)));
        if (table_ == nullptr) {
            job::give_up("no memory for the index", job::code_no_memory);
        }
        for (size_t index = 0; index < old_capacity; ++index) {
            if (Symbol* const each = old[index]) {
                slot(each->text, each->bytes, each->hash) = each;
            }
        }
        free(old);
    }

    Symbol** table_ = nullptr;
    size_t capacity_ = 0;
    size_t count_ = 0;
};

struct File {
    File* next;
    char path[1];
};

struct Files {
    File* first = nullptr;
    File* last = nullptr;
    uint32_t count = 0;

    void add(char const* path) {
        size_t const bytes = strlen(path) + 1;
        auto* const made = static_cast<File*>(shelf.take(offsetof(File, path) + bytes));
        made->next = nullptr;
        memcpy(made->path, path, bytes);
        (last == nullptr ? first : last->next) = made;
        last = made;
        ++count;
    }
};

Symbols symbols;
Files files;
job::Output output;

bool begins_symbol(char each) {
    return (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') || each == '_';
}
bool continues_symbol(char each) {
    return begins_symbol(each) || (each >= '0' && each <= '9');
}

void take_text(char const* text, size_t bytes) {
    uint32_t line = 1;
    size_t at = 0;
    while (at < bytes) {
        char const each = text[at];
        if (!continues_symbol(each)) {
            line += each == '\n' ? 1 : 0;
            ++at;
            continue;
        }
        size_t const begin = at;
        while (at < bytes && continues_symbol(text[at])) {
            ++at;
        }
        size_t const length = at - begin;
        if (begins_symbol(each) && length >= symbol_bytes_min && length <= symbol_bytes_max) {
            symbols.add(text + begin, length, files.count, line);
        }
    }
}

void put_symbol(Symbol const& symbol) {
    output.put(symbol.text, symbol.bytes);
    uint32_t file = 0;
    for (Place const* place = symbol.first; place != nullptr; place = place->next) {
        if (place->file != file) {
            file = place->file;
            output.put(' ');
            output.number(file);
            output.put(':');
        } else {
            output.put(',');
        }
        output.number(place->line);
    }
    output.put('\n');
}

void put_path(char const* path) {
    for (; *path != 0; ++path) {
        output.put(*path == '\n' || *path == '\r' ? '?' : *path);
    }
    output.put('\n');
}

} // namespace

int main() {
    static job::TarReader reader;
    while (job::TarMember const* const member = reader.next()) {
        if (member->regular && job::is_text(member->data, member->bytes)) {
            files.add(member->path);
            take_text(member->data, member->bytes);
        }
    }
    output.text("axiom-index 1\nfiles ");
    output.number(files.count);
    output.put('\n');
    for (File const* file = files.first; file != nullptr; file = file->next) {
        put_path(file->path);
    }
    output.text("symbols ");
    output.number(symbols.count());
    output.put('\n');
    Symbol* const* const sorted = symbols.sort();
    for (size_t index = 0; index < symbols.count(); ++index) {
        put_symbol(*sorted[index]);
    }
    output.flush();
    return 0;
}
