"""Reads a whole log, written from docs/log-format.md."""
import struct

from blake3 import derive_key
from proofs import (ZERO, Checkpoint, Header, Keys, PublicTree, Reader, Record, Refused,
                    block_root, link, padded, require)

SEGMENT_CHECK = 'axiom-os 2026-11 segment header v1'
PRUNE_ROOT = 'axiom-os 2026-11 content v1'
FRAME_CHECK = 'axiom-os 2026-11 frame check v1'
BLOCK, WATERMARK, END, PRUNED = 1, 2, 3, 4
ZEROS = bytes(1 << 20)
CLAIMS_AHEAD_MAX = 1 << 20


def is_zero(view):
    return all(view[at:at + len(ZEROS)] == ZEROS[:len(view) - at]
               for at in range(0, len(view), len(ZEROS)))


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
    def __init__(self, view, at, segment):
        require(at + 320 <= len(view), 'frame_damaged', at)
        raw = bytes(view[at:at + 320])
        (magic, self.type, version, offset, self.content, self.stride, self.attachments_at,
         self.attachments_bytes, check) = struct.unpack('<4sHHQIIII32s', raw[:64])
        require(magic == b'AXFR' and offset == at, 'frame_damaged', at)
        covered = raw[:32] + segment.nonce + raw[64:]
        require(check == derive_key(FRAME_CHECK, covered), 'frame_damaged',
                at)
        require(version == 1 and BLOCK <= self.type <= PRUNED, 'unknown_version', at, 'frame')
        self.record = Record(raw[64:])
        self.view, self.at = view[at:at + self.stride], at

    def check_lengths(self, medium):
        end, sealing = 64 + self.content, self.type in (BLOCK, PRUNED)
        sizes = (self.content, self.stride, self.attachments_at, self.attachments_bytes)
        require(not any(size % 64 for size in sizes), 'out_of_range', self.at)
        require(256 <= self.content <= 1 << 20 and self.attachments_bytes <= 2 << 20 and
                end <= self.stride <= 3276864 and len(self.view) == self.stride, 'out_of_range',
                self.at)
        if self.attachments_bytes:
            require(self.attachments_at >= end and
                    (self.at + self.attachments_at) % medium.block_bytes == 0 and
                    (self.at + self.stride) % medium.block_bytes == 0 and
                    self.attachments_at + self.attachments_bytes <= self.stride, 'out_of_range',
                    self.at)
        else:
            require(self.attachments_at == 0, 'out_of_range', self.at)
        require((self.record.count != 0) == sealing, 'not_canonical', self.at)
        require(sealing or (self.content == 256 and not self.attachments_bytes), 'not_canonical',
                self.at)


class Walk:
    """The longest valid prefix of a log, and what lies beyond it."""

    def __init__(self, medium, lost_from=None):
        self.medium, self.lost_from = medium, lost_from
        self.next, self.head, self.watermark, self.epoch, self.boot = 0, ZERO, 0, 0, 0
        self.log_id, self.tree, self.keys = None, PublicTree(), None
        self.states = {}  # tree size -> (root, entries, head)
        self.boots, self.sealed, self.checkpoints, self.repairs, self.forks = 0, 0, 0, 0, 0
        self.checkpoint_at, self.ended_in_order, self.late_segments = None, False, 0
        self.zero_attachments, self.reduced = {}, {}  # sequence -> first of its block; its leaf
        self.attached = set()  # sequences whose attachment is there
        self.erased_by, self.pruned = set(), []
        self.place = (0, 0)

    # Segments -----------------------------------------------------------------------------------

    def find_segments(self):
        self.loose, self.damaged, found = [], 0, {}
        for slot in range(self.medium.slots):
            view = self.medium.slot(slot)
            raw = view[:256]
            try:
                header = None if is_zero(raw) else SegmentHeader(raw, self.medium)
            except Refused as problem:
                if problem.code == 'unknown_version':
                    raise
                header, self.damaged = None, self.damaged + 1
            other = found.get(header.number) if header else None
            if header and (other is None or header.generation > other[0].generation):
                found[header.number], header = (header, view), None
                if other:
                    self.loose.append(other[1])
                continue
            self.loose.append(view)
        self.segments = [found[number] for number in sorted(found)]
        require(self.segments and self.segments[0][0].number == 0, 'not_a_log')

    def run(self):
        """Walks to the end. Refused names the first entry that is damaged."""
        self.find_segments()
        torn = None
        try:
            for index, (header, view) in enumerate(self.segments):
                self.enter(index, header, view)
                self.frames(index, header, view)
        except Refused as problem:
            torn = problem
        if self.acknowledged_beyond(torn is not None):
            cause = torn or Refused('chain_break', self.next, 'a segment is missing')
            raise Refused('rot_below_watermark', self.next, f'{cause.code}: {cause.what}')
        lost = self.first_lost()
        if lost is not None:
            self.__init__(self.medium, lost)
            return self.run()
        self.torn = torn
        self.judge_claims()
        self.judge_attachments()
        return self.judge_reduced()

    def enter(self, index, header, view):
        require(header.number == index, 'chain_break', self.next, 'a segment is missing')
        if index == 0:
            self.log_id = header.log_id
            require(header.previous_end == 0, 'chain_break', 0)
        require(header.log_id == self.log_id, 'wrong_log', self.next)
        require((header.first, header.previous_head) == (self.next, self.head), 'chain_break',
                self.next)
        require(header.epoch >= self.epoch and header.watermark >= self.watermark, 'chain_break',
                self.next)
        require((header.blocks_before, header.tree_root) == (self.tree.size, self.tree.root()),
                'block_mismatch', self.next, 'tree')
        require(is_zero(view[256:self.medium.block_bytes]), 'padding_not_zero', self.next)
        self.place = (index, self.medium.block_bytes)

    def frames(self, index, header, view):
        at, size = self.medium.block_bytes, self.medium.segment_bytes
        successor = self.segments[index + 1][0] if index + 1 < len(self.segments) else None
        keeper = successor if header.generation == 0 else None  # who says where frames end
        while True:
            self.place = (index, at)
            if keeper is not None and at >= keeper.previous_end:
                require(at == keeper.previous_end, 'frame_damaged', self.next, 'previous end')
                break
            if keeper is None and (size - at < 320 or is_zero(view[at:at + 64])):
                break
            frame = Frame(view, at, header)
            frame.check_lengths(self.medium)
            self.take(frame)
            at += frame.stride
        if not is_zero(view[at:]):
            late = keeper is not None and keeper.epoch > header.epoch
            require(late, 'padding_not_zero', self.next, f'segment {index} after {at}')
            self.late_segments += 1

    # Frames -------------------------------------------------------------------------------------

    def take(self, frame):
        record = frame.record
        require((record.first, record.previous_head) == (self.next, self.head), 'chain_break',
                self.next)
        require(record.epoch >= self.epoch and record.boot >= self.boot and
                self.watermark <= record.watermark <= record.first, 'block_mismatch', self.next)
        lost = record.count != 0 and record.first == self.lost_from
        require(not lost, 'attachment_missing', self.next)
        if record.count == 0:
            require(record.log_id == self.log_id, 'wrong_log', self.next)
            require(record.head == self.head and record.root == ZERO, 'block_mismatch', self.next)
            require(is_zero(frame.view[320:]), 'padding_not_zero', self.next)
        else:
            entries, leaves = self.contents(frame)
            self.check_chain(record, entries, leaves)
            zero = self.attachments(frame, entries)
            for index, (header, body) in enumerate(entries):
                if header is not None and header.domain == 1:
                    self.take_log_entry(header, body, self.links[index])
            self.reduced.update((record.first + index, leaves[index])
                                for index, pair in enumerate(entries) if pair[0] is None)
            self.zero_attachments.update((sequence, record.first) for sequence in zero)
            self.next, self.head = record.first + record.count, record.head
            self.tree.append(record.raw)
            self.states[self.tree.size] = (self.tree.root(), self.next, self.head)
        self.watermark, self.epoch, self.boot = record.watermark, record.epoch, record.boot
        self.ended_in_order = frame.type == END

    def contents(self, frame):
        """Headers and padded bodies (None, None where reduced), and all leaves."""
        record, view, at = frame.record, frame.view, 320
        end = 64 + frame.content
        width = 8 if frame.type == BLOCK else 1
        table = bytes(view[at:at + padded(width * record.count)])
        require(at + len(table) <= end, 'truncated', record.first)
        require(not any(table[width * record.count:]), 'padding_not_zero', record.first)
        at += len(table)
        entries, leaves = [], []
        for index in range(record.count):
            sequence = record.first + index
            if frame.type == PRUNED and table[index] != 1:
                require(table[index] == 0, 'out_of_range', sequence)
                require(at + 64 <= end, 'truncated', sequence)
                require(is_zero(view[at + 32:at + 64]), 'padding_not_zero', sequence)
                entries.append((None, None))
                leaves.append(bytes(view[at:at + 32]))
                at += 64
                continue
            require(at + 192 <= end, 'truncated', sequence)
            header = Header(view[at:at + 192])
            require(header.sequence == sequence, 'chain_break', sequence)
            length = padded(header.body_bytes)
            require(at + 192 + length <= end, 'truncated', sequence)
            body = bytes(view[at + 192:at + 192 + length])
            header.check_body(body)
            leaf = header.leaf()
            tag = table[8 * index:8 * index + 8] if frame.type == BLOCK else leaf[:8]
            require(tag == leaf[:8], 'leaf_mismatch', sequence)
            entries.append((header, body))
            leaves.append(leaf)
            at += 192 + length
        require(at == end, 'trailing_bytes', record.first)
        return entries, leaves

    def check_chain(self, record, entries, leaves):
        require(block_root(leaves) == record.root, 'block_mismatch', record.first, 'root')
        self.links, head = [], record.previous_head
        for leaf in leaves:
            head = link(head, leaf)
            self.links.append(head)
        require(head == record.head, 'chain_break', record.first, 'links')
        log_id = self.log_id
        for index, (header, _) in enumerate(entries):
            if header is None or (header.domain, header.kind) != (1, 8):
                continue
            require(index == 0, 'wrong_log', header.sequence, 'a fork within a block')
            log_id = self.links[0]
        if record.first == 0:
            require(self.links[0] == self.log_id, 'wrong_log', 0, 'genesis')
        require(record.log_id == log_id, 'wrong_log', record.first)
        self.log_id = log_id

    def attachments(self, frame, entries):
        at = frame.attachments_at
        end = at + frame.attachments_bytes
        require(is_zero(frame.view[64 + frame.content:at or frame.stride]), 'padding_not_zero',
                self.next)
        zero = set()
        for header, _ in entries:
            if header is None or header.attachment_bytes == 0:
                continue
            length = padded(header.attachment_bytes)
            require(at + length <= end, 'truncated', header.sequence)
            data = bytes(frame.view[at:at + length])
            if any(data):
                header.check_attachment(data)
                self.attached.add(header.sequence)
            else:
                zero.add(header.sequence)
            at += length
        require(at == end and (end == 0 or is_zero(frame.view[end:])), 'padding_not_zero',
                self.next)
        return zero

    # Entries of the log's own domain ------------------------------------------------------------

    def take_log_entry(self, header, body, own_link):
        kind, at = header.kind, header.sequence
        require((kind == 1) == (at == 0), 'not_canonical', at, 'genesis')
        read = Reader(body[:header.body_bytes])
        if kind in (1, 8):
            key, parent = Keys.origin(header, body)
            require(parent == self.head, 'chain_break', at)
            self.keys, self.forks = Keys(key, own_link, at), self.forks + (kind == 8)
        elif kind == 2:
            require(read.number(8) == self.boots + 1, 'out_of_range', at, 'boot')
            self.boots += 1
            read.bytes(8)
            require(read.bytes(32) == self.link_before(at), 'chain_break', at, 'boot')
        elif kind == 3:
            read.bytes(8)
            require(read.bytes(32) == self.link_before(at), 'chain_break', at, 'attach')
        elif kind == 5:
            self.take_checkpoint(read, at)
        elif kind in (6, 7):
            self.keys.take(header, body)
        elif kind == 10:
            read.decision()
            first, end, _snapshot = (read.number(8) for _ in range(3))
            self.pruned.append((first, end, read.bytes(32), read.number(8), at))
        elif kind == 11:
            read.decision()
            target = read.number(8)
            require(target < at, 'cause_unknown', at)
            self.erased_by.add(target)
        elif kind == 16:
            self.repairs += 1

    def link_before(self, at):
        index = at - self.next
        return self.head if index == 0 else self.links[index - 1]

    def take_checkpoint(self, read, at):
        note = read.text(4096).encode()
        read.finish()
        checkpoint = Checkpoint(note)
        require(checkpoint.log_id == self.log_id, 'wrong_log', at, 'checkpoint')
        checkpoint.check_signed(self.keys.key)
        require(checkpoint.entries > self.keys.since, 'bad_proof', at, 'does not cover its key')
        state = self.states.get(checkpoint.size)
        require(state == (checkpoint.root, checkpoint.entries, checkpoint.head), 'bad_proof', at,
                'checkpoint')
        self.checkpoints += 1
        if checkpoint.entries >= self.sealed:
            self.sealed, self.checkpoint_at = checkpoint.entries, at

    # The end ------------------------------------------------------------------------------------

    def acknowledged_beyond(self, stopped):
        index, offset = self.place
        for number, (header, view) in enumerate(self.segments):
            if number < index or not stopped:
                continue
            if number > index and header.watermark > self.next:
                return True
            start = offset if number == index else self.medium.block_bytes
            start += -start % self.medium.block_bytes
            for at in range(start, self.medium.segment_bytes, self.medium.block_bytes):
                if bytes(view[at:at + 4]) == b'AXFR' and self.vouches(Frame, view, at, header):
                    return True
        for view in self.loose:
            for at in range(0, self.medium.segment_bytes, self.medium.block_bytes):
                if bytes(view[at + 64:at + 72]) == b'AXIOMBLK' and self.vouches_alone(view, at):
                    return True
        return False

    def vouches(self, form, view, at, header):
        try:
            return form(view, at, header).record.watermark > self.next
        except Refused:
            return False

    def vouches_alone(self, view, at):
        try:
            return Record(view[at + 64:at + 320]).watermark > self.next
        except Refused:
            return False

    def first_lost(self):
        """The first block above the watermark of which an attachment never arrived, if any."""
        return min((first for sequence, first in self.zero_attachments.items()
                    if sequence not in self.erased_by and first >= self.watermark), default=None)

    def judge_claims(self):
        claimed = self.medium.claimed_epoch()
        require(claimed <= self.epoch + CLAIMS_AHEAD_MAX, 'claims_ahead', claimed)

    def owed(self):
        """Attachments that an Erase entry names and that are still there."""
        return self.erased_by & self.attached

    def judge_attachments(self):
        unexplained = self.zero_attachments.keys() - self.erased_by
        require(not unexplained, 'attachment_missing', min(unexplained, default=0))

    def judge_reduced(self):
        for sequence in self.reduced:
            require(any(first <= sequence < end for first, end, *_ in self.pruned),
                    'entry_missing', sequence)
        for first, end, root, count, at in self.pruned:
            leaves = [self.reduced[sequence] for sequence in sorted(self.reduced)
                      if first <= sequence < end]
            require(len(leaves) <= count, 'entry_missing', at, 'more is gone than was pruned')
            fold = ZERO
            for leaf in leaves:
                fold = derive_key(PRUNE_ROOT, fold + leaf)
            require(len(leaves) < count or fold == root, 'bad_proof', at, 'others were pruned')

    def sealed_until(self):
        if self.checkpoint_at is not None and self.sealed == self.checkpoint_at and \
                self.next == self.sealed + 1:
            return self.next
        return self.sealed
