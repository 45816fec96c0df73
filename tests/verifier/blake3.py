"""BLAKE3's derive-key mode in plain Python: slow, and none of anybody's code."""

import functools
import struct

IV = (
    0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
    0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
)
ORDER = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
LANES = (
    (0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
    (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14),
)
CHUNK_START, CHUNK_END, PARENT, ROOT = 1, 2, 4, 8
DERIVE_KEY_CONTEXT, DERIVE_KEY_MATERIAL = 32, 64
MASK = 0xFFFFFFFF


def rotate(word, count):
    return (word >> count | word << (32 - count)) & MASK


def compress(value, block, counter, length, flags):
    message = struct.unpack("<16I", block)
    state = [*value, *IV[:4], counter & MASK, counter >> 32, length, flags]
    for _ in range(7):
        for lane, (a, b, c, d) in enumerate(LANES):
            for word, first, second in ((message[2 * lane], 16, 12), (message[2 * lane + 1], 8, 7)):
                state[a] = (state[a] + state[b] + word) & MASK
                state[d] = rotate(state[d] ^ state[a], first)
                state[c] = (state[c] + state[d]) & MASK
                state[b] = rotate(state[b] ^ state[c], second)
        message = [message[index] for index in ORDER]
    return tuple(state[index] ^ state[index + 8] for index in range(8))


def hash_chunk(key, chunk, number, mode, last):
    value = key
    blocks = [chunk[at : at + 64] for at in range(0, len(chunk), 64)] or [b""]
    for index, block in enumerate(blocks):
        flags = mode | (CHUNK_START if index == 0 else 0)
        if index == len(blocks) - 1:
            flags |= CHUNK_END | last
        value = compress(value, block.ljust(64, b"\0"), number, len(block), flags)
    return value


def hash_tree(key, data, mode):
    chunks = [data[at : at + 1024] for at in range(0, len(data), 1024)] or [b""]
    if len(chunks) == 1:
        return struct.pack("<8I", *hash_chunk(key, chunks[0], 0, mode, ROOT))
    level = [hash_chunk(key, chunk, number, mode, 0) for number, chunk in enumerate(chunks)]
    while len(level) > 1:
        flags = mode | PARENT | (ROOT if len(level) == 2 else 0)
        parents = [
            compress(key, struct.pack("<16I", *level[at], *level[at + 1]), 0, 64, flags)
            for at in range(0, len(level) - 1, 2)
        ]
        level = parents + level[2 * len(parents) :]
    return struct.pack("<8I", *level[0])


@functools.cache
def context_key(context):
    return struct.unpack("<8I", hash_tree(IV, context.encode(), DERIVE_KEY_CONTEXT))


def derive_key(context, data):
    """32 bytes for `data` under the context string `context`."""
    return hash_tree(context_key(context), data, DERIVE_KEY_MATERIAL)
