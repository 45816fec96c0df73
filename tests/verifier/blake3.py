"""BLAKE3 in derive-key mode, 32 bytes of output, written from its specification.

The compression is unrolled by the loop that writes its source: seven rounds with the message
schedule in place, which is what makes plain Python fast enough for test logs.
"""
import functools
import struct

IV = (0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
      0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19)
PERMUTATION = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
LANES = ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
         (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14))

CHUNK_START, CHUNK_END, PARENT, ROOT = 1, 2, 4, 8
DERIVE_KEY_CONTEXT, DERIVE_KEY_MATERIAL = 32, 64


def _source():
    lines = ['def compress(cv, block, counter, length, flags):',
             '    ' + ', '.join(f'm{i}' for i in range(16)) + ' = unpack(block)',
             '    ' + ', '.join(f'v{i}' for i in range(8)) + ' = cv',
             f'    v8, v9, v10, v11 = {IV[:4]}',
             '    v12, v13, v14, v15 = counter & 0xFFFFFFFF, counter >> 32, length, flags']
    order = list(range(16))
    for _ in range(7):
        for lane, (a, b, c, d) in enumerate(LANES):
            for word, turns in ((order[2 * lane], (16, 12)), (order[2 * lane + 1], (8, 7))):
                lines += [f'    v{a} = (v{a} + v{b} + m{word}) & 0xFFFFFFFF',
                          f'    x = v{d} ^ v{a}',
                          f'    v{d} = (x >> {turns[0]}) | (x << {32 - turns[0]}) & 0xFFFFFFFF',
                          f'    v{c} = (v{c} + v{d}) & 0xFFFFFFFF',
                          f'    x = v{b} ^ v{c}',
                          f'    v{b} = (x >> {turns[1]}) | (x << {32 - turns[1]}) & 0xFFFFFFFF']
        order = [order[i] for i in PERMUTATION]
    lines.append('    return (' + ', '.join(f'v{i} ^ v{i + 8}' for i in range(8)) + ')')
    return '\n'.join(lines)


_scope = {'unpack': struct.Struct('<16I').unpack}
exec(_source(), _scope)  # the text above and nothing else
compress = _scope['compress']


def _chunk(key, chunk, counter, flags, last):
    cv = key
    end = max(64, (len(chunk) + 63) // 64 * 64)
    for at in range(0, end, 64):
        block = chunk[at:at + 64]
        mode = flags | (CHUNK_START if at == 0 else 0)
        if at + 64 == end:
            mode |= CHUNK_END | last
        cv = compress(cv, block.ljust(64, b'\0'), counter, len(block), mode)
    return cv


def _hash(key, data, flags):
    if len(data) <= 1024:
        return struct.pack('<8I', *_chunk(key, data, 0, flags, ROOT))
    level = [_chunk(key, data[at:at + 1024], at // 1024, flags, 0)
             for at in range(0, len(data), 1024)]
    while len(level) > 1:
        last = ROOT if len(level) == 2 else 0
        above = [compress(key, struct.pack('<16I', *level[i], *level[i + 1]), 0, 64,
                          flags | PARENT | last) for i in range(0, len(level) - 1, 2)]
        level = above + level[len(above) * 2:]
    return struct.pack('<8I', *level[0])


@functools.cache
def _context_key(context):
    return struct.unpack('<8I', _hash(IV, context.encode(), DERIVE_KEY_CONTEXT))


def derive_key(context, data):
    """32 bytes of BLAKE3 in derive-key mode over `data`."""
    return _hash(_context_key(context), bytes(data), DERIVE_KEY_MATERIAL)
