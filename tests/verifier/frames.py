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
        record, view, at = self.record, self.view, HEAD_BYTES
        end = 64 + self.content
        width = 8 if self.type == BLOCK else 1
        table = bytes(view[at:at + padded(width * record.count)])
        require(at + len(table) <= end, 'truncated', record.first)
        require(not any(table[width * record.count:]), 'padding_not_zero', record.first)
        at += len(table)
        entries, leaves = [], []
        for index in range(record.count):
            sequence = record.first + index
            if self.type == PRUNED and table[index] != 1:
                require(table[index] == 0, 'out_of_range', sequence)
                require(at + 64 <= end, 'truncated', sequence)
                require(is_zero(view[at + 32:at + 64]), 'padding_not_zero', sequence)
                entries.append((None, None))
                leaves.append(bytes(view[at:at + 32]))
                at += 64
                continue
            require(at + 192 <= end, 'truncated', sequence)
            raw = view[at:at + 192]
            leaf = derive_key('axiom-os 2026-11 entry leaf v1', bytes(raw))
            tag = table[8 * index:8 * index + 8] if self.type == BLOCK else None
            require(tag in (None, leaf[:8]), 'leaf_mismatch', sequence)
            header = read_header(raw, sequence, tag is not None)
            length = padded(header.body_bytes)
            require(at + 192 + length <= end, 'truncated', sequence)
            body = bytes(view[at + 192:at + 192 + length])
            header.check_body(body)
            entries.append((header, body))
            leaves.append(leaf)
            at += 192 + length
        require(at == end, 'trailing_bytes', record.first)
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
            length = padded(header.attachment_bytes)
            require(at + length <= end, 'truncated', header.sequence)
            found.append((header, bytes(self.view[at:at + length])))
            at += length
        require(at == end and (end == 0 or is_zero(self.view[end:])), 'padding_not_zero', first)
        return found

    def first_damaged(self, where):
        """The first entry that is not what was committed to; `where` when each is."""
        try:
            entries, _ = self.contents()
        except Refused as problem:
            return min(problem.where, where)
        at = self.attachments_at
        for header, _ in entries:
            if header is None or header.attachment_bytes == 0:
                continue
            length = padded(header.attachment_bytes)
            data = bytes(self.view[at:at + length])
            short = at + length > self.attachments_at + self.attachments_bytes
            if short or (any(data) and not header.attachment_holds(data)):
                return min(header.sequence, where)
            at += length
        return where


def read_header(raw, sequence, has_tag):
    """The header at its place. Its version is believed when the tag has vouched for it."""
    try:
        header = Header(raw)
    except Refused as problem:
        believed = problem.code != 'unknown_version' or has_tag
        raise Refused(problem.code if believed else 'leaf_mismatch', sequence) from None
    require(header.sequence == sequence, 'chain_break', sequence)
    return header
