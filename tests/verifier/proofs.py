"""Entries, records, trees, checkpoints and the chain of keys, as a walk over a log meets them."""
import base64
import hashlib
import re
import struct

from blake3 import derive_key
import ed25519

BODY = 'axiom-os 2026-11 entry body commitment v1'
ATTACHMENT = 'axiom-os 2026-11 entry attachment commitment v1'
LEAF = 'axiom-os 2026-11 entry leaf v1'
LINK = 'axiom-os 2026-11 entry link v1'
NODE = 'axiom-os 2026-11 block tree node v1'
RECORD = 'axiom-os 2026-11 block record v1'
ZERO = bytes(32)
WINDOW_MS_MAX = 1 << 52


class Refused(Exception):
    def __init__(self, code, where=0, what=''):
        super().__init__(f'{code} at {where}: {what}')
        self.code, self.where, self.what = code, where, what


def require(holds, code, where=0, what=''):
    if not holds:
        raise Refused(code, where, what)


def padded(length):
    return (length + 63) // 64 * 64


def pad(data):
    return data.ljust(padded(len(data)), b'\0')


def link(previous, leaf):
    return derive_key(LINK, previous + leaf)


class Reader:
    """Takes fields off the front of a body."""

    def __init__(self, data):
        self.data, self.at = bytes(data), 0

    def bytes(self, count):
        require(count <= len(self.data) - self.at, 'truncated', self.at)
        self.at += count
        return self.data[self.at - count:self.at]

    def number(self, width):
        return int.from_bytes(self.bytes(width), 'little')

    def text(self, most):
        length = self.number(4)
        require(length <= most, 'too_long', self.at)
        try:
            return self.bytes(length).decode('utf-8')
        except UnicodeDecodeError:
            raise Refused('bad_text', self.at) from None

    def list(self, most, item):
        count = self.number(2)
        require(count <= most, 'too_long', self.at)
        return [item() for _ in range(count)]

    def decision(self):
        """A gated body's opening: canonical, as docs/policy.md says."""
        self.bytes(4 + 32)
        before = -1
        for kind, subject, value, window in self.list(4, lambda: tuple(
                self.number(width) for width in (1, 8, 8, 8))):
            require(kind <= 3, 'out_of_range', self.at, 'condition')
            require(kind > before, 'not_canonical', self.at, 'condition')
            before = kind
            require((kind == 2 or window == 0) and (kind >= 2 or subject == 0), 'not_canonical',
                    self.at, 'condition')
            require(kind != 2 or (value and 0 < window <= WINDOW_MS_MAX), 'out_of_range', self.at,
                    'condition')

    def finish(self):
        require(self.at == len(self.data), 'trailing_bytes', self.at)


class Header:
    FORM = struct.Struct('<HHHBBQII12Q8s32s32s')

    def __init__(self, raw):
        require(len(raw) == 192, 'truncated')
        self.raw = bytes(raw)
        (version, self.kind, self.domain, entry_class, flags, self.sequence, self.body_bytes,
         self.attachment_bytes, *rest) = self.FORM.unpack(self.raw)
        *_, reserved, self.body_commitment, self.attachment_commitment = rest
        at = self.sequence
        require(version == 1, 'unknown_version', at)
        require(entry_class <= 1, 'out_of_range', at, 'class')
        require(flags == 0 and reserved == bytes(8), 'reserved_not_zero', at)
        require(self.body_bytes <= 65536 and self.attachment_bytes <= 1048608, 'out_of_range', at)
        require(self.attachment_bytes == 0 or self.attachment_bytes >= 32, 'out_of_range', at)
        require((self.body_bytes == 0) == (self.body_commitment == ZERO), 'not_canonical', at)
        require((self.attachment_bytes == 0) == (self.attachment_commitment == ZERO),
                'not_canonical', at)

    def leaf(self):
        return derive_key(LEAF, self.raw)

    def check_body(self, data):
        """`data` is the body with its padding."""
        require(len(data) == padded(self.body_bytes), 'truncated', self.sequence)
        require(not any(data[self.body_bytes:]), 'padding_not_zero', self.sequence)
        require(not data or derive_key(BODY, data) == self.body_commitment, 'commitment_mismatch',
                self.sequence, 'body')

    def attachment_holds(self, data):
        """`data` is salt and attachment with the padding."""
        return not any(data[self.attachment_bytes:]) and \
            derive_key(ATTACHMENT, data) == self.attachment_commitment


class Record:
    FORM = struct.Struct('<8sHHIQQQQ16s32s32s32s32s32s32s')

    def __init__(self, raw):
        require(len(raw) == 256, 'truncated')
        self.raw = bytes(raw)
        (magic, version, zero_0, self.count, self.first, self.boot, self.epoch, self.watermark,
         zero_1, self.log_id, self.previous_head, self.head, self.root, own,
         zero_2) = self.FORM.unpack(self.raw)
        require(magic == b'AXIOMBLK', 'block_mismatch', self.first, 'magic')
        require(version == 1, 'unknown_version', self.first)
        require(not zero_0 and not any(zero_1) and not any(zero_2), 'reserved_not_zero', self.first)
        require(self.count <= 256, 'out_of_range', self.first)
        require(own == derive_key(RECORD, self.raw[:192]), 'block_mismatch', self.first, 'own hash')


def block_root(leaves):
    nodes = list(leaves)
    while len(nodes) > 1:
        above = [derive_key(NODE, nodes[i] + nodes[i + 1]) for i in range(0, len(nodes) - 1, 2)]
        nodes = above + nodes[2 * len(above):]
    return nodes[0]


def sha(*parts):
    return hashlib.sha256(b''.join(parts)).digest()


class PublicTree:
    """The frontier of an RFC 6962 tree, and the root at every size that it had."""

    def __init__(self):
        self.size, self.peaks = 0, []  # (leaves below, hash), the largest first

    def append(self, raw_record):
        self.peaks.append((1, sha(b'\0', raw_record)))
        while len(self.peaks) > 1 and self.peaks[-1][0] == self.peaks[-2][0]:
            right, left = self.peaks.pop(), self.peaks.pop()
            self.peaks.append((2 * left[0], sha(b'\1', left[1], right[1])))
        self.size += 1

    def root(self):
        if not self.peaks:
            return sha()
        node = self.peaks[-1][1]
        for _, left in reversed(self.peaks[:-1]):
            node = sha(b'\1', left, node)
        return node


SPACES = set(' \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000') | \
    {chr(code) for code in range(0x2000, 0x200b)}


def is_key_name(name):
    return 0 < len(name.encode()) <= 256 and not any(
        c in SPACES or c == '+' or ord(c) <= 32 for c in name)


class Checkpoint:
    """A signed note, taken apart; nothing is verified before `check_signed`."""
    PREFIX = 'axiom-os.org/log/'

    def __init__(self, note):
        require(0 < len(note) <= 4096, 'too_long')
        try:
            text = note.decode('utf-8')
        except UnicodeDecodeError:
            raise Refused('bad_text') from None
        require(not any(ord(c) < 32 and c != '\n' for c in text), 'bad_text')
        end = text.rfind('\n\n')
        require(end >= 0 and text.endswith('\n') and not text.endswith('\n\n'), 'bad_text')
        self.text = text[:end + 1]
        self.signatures = [self._signature(line) for line in text[end + 2:-1].split('\n')]
        lines = self.text.split('\n')
        require(len(lines) == 8 and lines[7] == '', 'bad_text')
        self.origin = lines[0]
        self.log_id = self._hash(lines[0], self.PREFIX)
        self.size = self._number(lines[1])
        self.root = self._base64(lines[2], 32)
        self.entries = self._number(lines[3], 'entries ')
        self.head = self._hash(lines[4], 'head ')
        self.epoch = self._number(lines[5], 'epoch ')
        self.boot = self._number(lines[6], 'boot ')
        require(1 <= self.size <= self.entries <= 256 * self.size, 'out_of_range')

    @staticmethod
    def _after(line, prefix):
        require(line.startswith(prefix), 'bad_text')
        return line[len(prefix):]

    def _number(self, line, prefix=''):
        digits = self._after(line, prefix)
        require(re.fullmatch('0|[1-9][0-9]{0,19}', digits) and int(digits) < 2**64, 'bad_text')
        return int(digits)

    def _hash(self, line, prefix):
        digits = self._after(line, prefix)
        require(re.fullmatch('[0-9a-f]{64}', digits), 'bad_text')
        return bytes.fromhex(digits)

    @staticmethod
    def _base64(text, length=None):
        try:
            data = base64.b64decode(text, validate=True)
        except ValueError:
            raise Refused('bad_text') from None
        require(base64.b64encode(data).decode() == text and length in (None, len(data)), 'bad_text')
        return data

    def _signature(self, line):
        parts = line.split(' ')
        require(len(parts) == 3 and parts[0] == '\u2014' and is_key_name(parts[1]), 'bad_text')
        data = self._base64(parts[2])
        require(len(data) > 4, 'bad_text')
        return parts[1], data

    def check_signed(self, key):
        name = self.origin.encode()
        key_id = hashlib.sha256(name + b'\n\x01' + key).digest()[:4]
        ours = [data for signer, data in self.signatures
                if signer == self.origin and data[:4] == key_id]
        require(ours, 'bad_signature', 0, 'no signature of the key in force')
        for data in ours:
            require(ed25519.verify(key, self.text.encode(), data[4:]), 'bad_signature')


class Keys:
    """The chain of keys from an origin on."""

    def __init__(self, key, log_id, since):
        self.key, self.number, self.era, self.log_id, self.since = key, 0, 0, log_id, since

    def take(self, kind, read, at):
        """A KeyRotate (6) or KeyLost (7), read from its body."""
        key, number = read.bytes(32), read.number(4)
        require(number == self.number + 1, 'out_of_range', at)
        require(key != self.key, 'already_exists', at)
        era = self.era
        if kind == 6:
            by_old, by_new = read.bytes(64), read.bytes(64)
            lines = ['axiom-os.org/key-rotate/v1', self.log_id.hex(), str(number), self.key.hex(),
                     key.hex()]
        else:
            era = read.number(4)
            require(era == self.era + 1, 'out_of_range', at)
            read.text(256)
            by_old, by_new = None, read.bytes(64)
            lines = ['axiom-os.org/key-lost/v1', self.log_id.hex(), str(number), str(era),
                     key.hex()]
        read.finish()
        statement = ''.join(line + '\n' for line in lines).encode()
        require(by_old is None or ed25519.verify(self.key, statement, by_old), 'bad_signature', at)
        require(ed25519.verify(key, statement, by_new), 'bad_signature', at)
        self.key, self.number, self.era, self.since = key, number, era, at
