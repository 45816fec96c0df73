"""Segment headers, frames and what a frame holds: docs/log-format.md, sections 4 to 7."""
import struct

from blake3 import derive_key
from proofs import Header, Record, Refused, padded, require

SEGMENT_CHECK = 'axiom-os 2026-11 segment header v1'
FRAME_CHECK = 'axiom-os 2026-11 frame check v1'
BLOCK, WATERMARK, END, PRUNED = 1, 2, 3, 4
HEAD_BYTES = 320
ZEROS = bytes(1 << 20)


def is_zero(view):
    return all(view[at:at + len(ZEROS)] == ZEROS[:len(view) - at]
               for at in range(0, len(view), len(ZEROS)))


def rounded(at, unit):
    return (at + unit - 1) // unit * unit


class SegmentHeader:
    FORM = struct.Struct('<8sIIQQIIQQQQQQ8s32s32s32s32s32s')

    def __init__(self, raw, medium):
        raw = bytes(raw)
        (magic, version, suite, self.number, segment_bytes, block_bytes, self.generation,
         self.epoch, self.boot, self.first, self.watermark, self.blocks_before, self.previous_end,
         zero, self.log_id, self.previous_head, self.nonce, self.tree_root,
         check) = self.FORM.unpack(raw)
        require(magic == b'AXIOMSEG', 'not_a_log')
        require(check == derive_key(SEGMENT_CHECK, raw[:224]), 'frame_damaged')
        require(version == 1 and suite == 1, 'unknown_version', 0, f'segment format {version}')
        require((segment_bytes, block_bytes) == (medium.segment_bytes, medium.block_bytes),
                'size_changed')
        require(zero == bytes(8), 'reserved_not_zero')


class Frame:
    """A prefix and a record that hold; the content is looked at by whoever asks for it."""

    def __init__(self, view, at, segment, block_bytes):
        require(at + HEAD_BYTES <= len(view), 'frame_damaged', at)
        raw = bytes(view[at:at + HEAD_BYTES])
        (magic, self.type, version, offset, self.content, self.stride, self.attachments_at,
         self.attachments_bytes, check) = struct.unpack('<4sHHQIIII32s', raw[:64])
        require(magic == b'AXFR' and offset == at, 'frame_damaged', at)
        require(check == derive_key(FRAME_CHECK, raw[:32] + segment.nonce + raw[64:]),
                'frame_damaged', at)
        require(version == 1 and BLOCK <= self.type <= PRUNED and raw[72:74] == b'\1\0',
                'unknown_version', at, 'frame')
        self.view, self.at = view[at:at + self.stride], at
        self._check_lengths(block_bytes)
        self.record = Record(raw[64:])
        sealing = self.type in (BLOCK, PRUNED)
        require((self.record.count != 0) == sealing, 'not_canonical', at)
        require(sealing or (self.content == 256 and not self.attachments_bytes and
                            not any(self.record.root)), 'not_canonical', at)

    def _check_lengths(self, block_bytes):
        content_end = self.at + 64 + self.content
        next_block = rounded(content_end, block_bytes)
        end = self.at + self.stride
        sizes = (self.content, self.stride, self.attachments_bytes)
        fits = not any(size % 64 for size in sizes) and 256 <= self.content <= 1 << 20 and \
            self.attachments_bytes <= 2 << 20 and len(self.view) == self.stride
        if self.attachments_bytes:
            fits = fits and self.at + self.attachments_at == next_block and \
                end == rounded(next_block + self.attachments_bytes, block_bytes)
        else:
            fits = fits and self.attachments_at == 0 and end in (content_end, next_block)
        require(fits, 'out_of_range', self.at)

    def contents(self):
        """Headers and padded bodies (None, None where reduced), and all leaves."""
        entries, leaves, read = [], [], EntryReader(self)
        require(not any(read.table_padding), 'padding_not_zero', self.record.first)
        for _ in range(self.record.count):
            header, body, leaf = read.next()
            entries.append((header, body))
            leaves.append(leaf)
        require(read.at == read.end, 'trailing_bytes', self.record.first)
        return entries, leaves

    def attachments(self, entries):
        """(entry, padded bytes) of each attachment, after what lies around them is checked."""
        at = self.attachments_at
        end = at + self.attachments_bytes
        first = self.record.first
        require(is_zero(self.view[64 + self.content:at or self.stride]), 'padding_not_zero', first)
        found = []
        for header, _ in entries:
            if header is None or header.attachment_bytes == 0:
                continue
            found.append((header, self.attachment(header, at)))
            at += padded(header.attachment_bytes)
        require(at == end and (end == 0 or is_zero(self.view[end:])), 'padding_not_zero', first)
        return found

    def attachment(self, header, at):
        """What lies at the place of an entry's attachment."""
        length = padded(header.attachment_bytes)
        end = self.attachments_at + self.attachments_bytes
        require(at + length <= end, 'truncated', header.sequence)
        return bytes(self.view[at:at + length])

    def first_damaged(self):
        """The first entry that is not what was committed to; None when each is."""
        try:
            read = EntryReader(self)
        except Refused:
            return self.record.first  # there is no table of them
        at = self.attachments_at
        for sequence in range(self.record.first, self.record.first + self.record.count):
            try:
                header, _, _ = read.next()
                if header is None or header.attachment_bytes == 0:
                    continue
                data = self.attachment(header, at)
            except Refused:
                return sequence
            if any(data) and not header.attachment_holds(data):
                return sequence
            at += len(data)
        return None


class EntryReader:
    """The entries of a block, one after the other, each held against its tag and its body."""

    def __init__(self, frame):
        self.view, self.sequence = frame.view, frame.record.first
        self.has_tags, count = frame.type == BLOCK, frame.record.count
        self.at, self.end = HEAD_BYTES, 64 + frame.content
        self.width = 8 if self.has_tags else 1
        table = self._take(padded(self.width * count))
        self.table, self.table_padding = table[:self.width * count], table[self.width * count:]

    def next(self):
        """Header, padded body and leaf; no header and no body of an entry that is reduced."""
        sign, self.table = self.table[:self.width], self.table[self.width:]
        found = self._whole(sign) if self.has_tags or sign == b'\1' else self._reduced(sign)
        self.sequence += 1
        return found

    def _reduced(self, sign):
        require(sign == b'\0', 'out_of_range', self.sequence)
        kept = self._take(64)
        require(not any(kept[32:]), 'padding_not_zero', self.sequence)
        return None, None, kept[:32]

    def _whole(self, sign):
        raw = self._take(192)
        leaf = derive_key('axiom-os 2026-11 entry leaf v1', raw)
        require(not self.has_tags or sign == leaf[:8], 'leaf_mismatch', self.sequence)
        header = read_header(raw, self.sequence, self.has_tags)
        body = self._take(padded(header.body_bytes))
        header.check_body(body)
        return header, body, leaf

    def _take(self, length):
        require(self.at + length <= self.end, 'truncated', self.sequence)
        self.at += length
        return bytes(self.view[self.at - length:self.at])


def read_header(raw, sequence, has_tag):
    """The header at its place. Its version is believed when the tag has vouched for it."""
    try:
        header = Header(raw)
    except Refused as problem:
        believed = problem.code != 'unknown_version' or has_tag
        raise Refused(problem.code if believed else 'leaf_mismatch', sequence) from None
    require(header.sequence == sequence, 'chain_break', sequence)
    return header
