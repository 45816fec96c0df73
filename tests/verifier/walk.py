"""Reads a whole log and comes to a verdict: docs/log-format.md, sections 4 to 8."""
from blake3 import derive_key
from frames import END, HEAD_BYTES, Frame, SegmentHeader, is_zero, rounded
from kinds import FORK, LogEntries, Place
from proofs import ZERO, PublicTree, Reader, Record, Refused, block_root, link, require

PRUNE_ROOT = 'axiom-os 2026-11 content v1'
SEALED, TAMPERING, INCOMPLETE, VERSION = 0, 3, 4, 8  # the command's exit codes


class Gap(Exception):
    """The medium lacks the bytes that would come next."""


class Walk:
    """The longest valid prefix of a log, what lies beyond it, and what that means."""

    def __init__(self, medium):
        self.medium = medium
        self.damage = []      # Refused, each naming an entry
        self.incomplete = []  # Refused: something is missing, cut or torn
        self._begin(None)

    def _begin(self, ends_before):
        self.ends_before = ends_before  # (first of its block, entry) of an attachment never there
        self.next, self.head, self.watermark, self.epoch, self.boot = 0, ZERO, 0, 0, 0
        self.log_id, self.tree, self.said = None, PublicTree(), LogEntries()
        self.states = {}  # tree size -> (root, entries, head)
        self.ended_in_order, self.late_segments, self.strays = False, 0, []
        self.missing, self.reduced = {}, {}  # sequence -> first of its block; its leaf
        self.attached, self.zero = set(), set()  # sequences whose attachment is there, or zeros
        self.first_is_whole, self.block, self.place = False, None, (0, 0)
        self.cause, self.rot, self.gap = None, None, False

    def run(self):
        """Comes to a verdict; Refused only for what a newer program wrote, or what is no log."""
        self._find_segments()
        while True:
            self._read()
            lost = self._first_lost()
            if lost is None:
                break
            self._begin(lost)
        self._judge()

    # Segments -----------------------------------------------------------------------------------

    def _find_segments(self):
        self.loose, found = [], {}
        for slot in range(self.medium.slots):
            view = self.medium.slot(slot)
            try:
                header = None if is_zero(view[:256]) else SegmentHeader(view[:256], self.medium)
            except Refused as problem:
                if problem.code == 'unknown_version':
                    raise
                header = None
            if header is None:
                self.loose.append((None, view))
                continue
            other = found.get(header.number)
            if other is None:
                found[header.number] = (header, view)
                continue
            newer = (header.epoch, header.generation) > (other[0].epoch, other[0].generation)
            found[header.number] = (header, view) if newer else other
            self.loose.append(other if newer else (header, view))
        self.segments = [found[number] for number in sorted(found)]

    def _read(self):
        try:
            for index, (header, view) in enumerate(self.segments):
                self._enter(index, header, view)
                self._frames(index, header, view)
        except Gap:
            self.gap = True
        except Refused as problem:
            if problem.code == 'unknown_version':
                raise
            self.cause = problem
        if self.gap or not self._acknowledged_beyond():
            return
        cause = self.cause or Refused('chain_break', self.next, 'a segment is missing')
        entry = cause.where if cause.code == 'attachment_missing' else self.next
        if self.block:
            damaged = self.block.first_damaged()
            entry = cause.where if damaged is None else damaged
        self.rot = Refused('rot_below_watermark', entry, str(cause))

    def _enter(self, index, header, view):
        self.place = (index, 0)
        if header.number != index:
            if self.medium.has_missing_slot():
                raise Gap
            raise Refused('chain_break', self.next, 'a segment is missing')
        if index == 0:
            self.log_id = header.log_id
            require(header.previous_end == 0, 'chain_break', 0)
        require(header.log_id == self.log_id, 'wrong_log', self.next)
        require((header.first, header.previous_head) == (self.next, self.head), 'chain_break',
                self.next)
        require(header.epoch >= self.epoch and header.boot >= self.boot and
                self.watermark <= header.watermark <= header.first, 'chain_break', self.next)
        require((header.blocks_before, header.tree_root) == (self.tree.size, self.tree.root()),
                'block_mismatch', self.next, 'tree')
        require(is_zero(view[256:self.medium.block_bytes]), 'padding_not_zero', self.next)
        self.watermark, self.epoch, self.boot = header.watermark, header.epoch, header.boot
        self.ended_in_order = False
        self.place = (index, self.medium.block_bytes)

    def _successor(self, index):
        behind = self.segments[index + 1:index + 2]
        return behind[0][0] if behind and behind[0][0].number == index + 1 else None

    def _frames(self, index, header, view):
        at, size = self.medium.block_bytes, self.medium.segment_bytes
        # Who says where the frames end: nobody when pruning has moved them.
        keeper = self._successor(index) if header.generation == 0 else None
        while True:
            self.place = (index, at)
            if keeper is not None and at >= keeper.previous_end:
                require(at == keeper.previous_end, 'frame_damaged', self.next, 'previous end')
                break
            if keeper is None and (size - at < HEAD_BYTES or is_zero(view[at:at + 64])):
                break
            try:
                frame = Frame(view, at, header, self.medium.block_bytes)
                self._take(frame)
            except Refused:
                length = self.block.stride if self.block else HEAD_BYTES
                if self.medium.lacks(view, at, at + length):
                    raise Gap from None
                raise
            at += frame.stride
        if not is_zero(view[at:]):
            late = keeper is not None and keeper.epoch > self.epoch
            require(late, 'padding_not_zero', self.next, f'segment {index} after {at}')
            self._late(header, view, at)

    def _late(self, header, view, at):
        """Whole frames of a fenced writer are counted; anything else there is named."""
        found = 0
        while at < len(view):
            end = rounded(at + 1, self.medium.block_bytes)
            if is_zero(view[at:end]):
                at = end
                continue
            try:
                frame = Frame(view, at, header, self.medium.block_bytes)
                if frame.record.count:
                    _, leaves = frame.contents()
                    require(block_root(leaves) == frame.record.root, 'block_mismatch')
                    require(links(frame.record, leaves)[-1] == frame.record.head, 'chain_break')
                else:
                    require(is_zero(frame.view[HEAD_BYTES:]), 'padding_not_zero')
            except Refused:
                self.strays.append(Refused('padding_not_zero', self.next, 'no late write'))
                break
            found, at = 1, at + frame.stride
        self.late_segments += found

    # Frames -------------------------------------------------------------------------------------

    def _take(self, frame):
        record = frame.record
        self.block = None
        require((record.first, record.previous_head) == (self.next, self.head), 'chain_break',
                self.next)
        require(record.epoch >= self.epoch and record.boot >= self.boot and
                self.watermark <= record.watermark <= record.first, 'block_mismatch', self.next)
        if record.count == 0:
            require(record.log_id == self.log_id, 'wrong_log', self.next)
            require(record.head == self.head, 'block_mismatch', self.next)
            require(is_zero(frame.view[HEAD_BYTES:]), 'padding_not_zero', self.next)
        else:
            lost = self.ends_before
            require(lost is None or record.first != lost[0], 'attachment_missing', lost and lost[1])
            self.block = frame
            self._take_block(frame)
            self.block = None
        self.watermark, self.epoch, self.boot = record.watermark, record.epoch, record.boot
        self.ended_in_order = frame.type == END

    def _take_block(self, frame):
        record = frame.record
        entries, leaves = frame.contents()
        require(block_root(leaves) == record.root, 'block_mismatch', record.first, 'root')
        chain = links(record, leaves)
        require(chain[-1] == record.head, 'chain_break', record.first, 'links')
        attachments = frame.attachments(entries)
        self._check_log_id(record, entries, chain)
        for header, data in attachments:
            (self.attached if any(data) else self.zero).add(header.sequence)
            if not any(data) or not header.attachment_holds(data):
                self.missing[header.sequence] = record.first
        for index, (header, body) in enumerate(entries):
            if header is None:
                self.reduced[record.first + index] = leaves[index]
            elif header.domain == 1:
                before = chain[index - 1] if index else self.head
                self.said.take(header, body, Place(record, before, chain[index]), self.states)
        if record.first == 0:
            header = entries[0][0]
            self.first_is_whole = header is not None and (header.domain, header.kind) == (1, 1)
        self.next, self.head = record.first + record.count, record.head
        self.tree.append(record.raw)
        self.states[self.tree.size] = (self.tree.root(), self.next, self.head)

    def _check_log_id(self, record, entries, chain):
        """Genesis and a Fork give their block and all after it their link as id."""
        log_id = self.log_id
        for index, (header, body) in enumerate(entries):
            if header is None or (header.domain, header.kind) != (1, FORK):
                continue
            require(index == 0, 'wrong_log', header.sequence, 'a fork within a block')
            read = Reader(body[:header.body_bytes])
            require(read.bytes(32) == record.previous_head, 'chain_break', record.first, 'fork')
            read.bytes(64)
            read.text(256)
            read.finish()
            log_id = chain[0]
        if record.first == 0:
            require(chain[0] == self.log_id, 'wrong_log', 0, 'genesis')
        require(record.log_id == log_id, 'wrong_log', record.first)
        self.log_id = log_id

    # The end ------------------------------------------------------------------------------------

    def _acknowledged_beyond(self):
        """Whether anything beyond vouches for the next entry."""
        if self.cause:
            index, offset = self.place
            for header, view in self.segments[index + (offset != 0):]:
                if header.watermark > self.next:
                    return True
            for number in range(index, len(self.segments)):
                header, view = self.segments[number]
                start = offset if number == index else 0
                if any(self._frame_vouches(header, view, at)
                       for at in places(view, b'AXFR', start)):
                    return True
        return any(self._record_vouches(view, at)
                   for _, view in self.loose for at in places(view, b'AXIOMBLK', 0))

    def _frame_vouches(self, header, view, at):
        try:
            return Frame(view, at, header, self.medium.block_bytes).record.watermark > self.next
        except Refused as problem:
            if problem.code == 'unknown_version':
                raise
            return False

    def _record_vouches(self, view, at):
        try:
            return Record(view[at:at + 256]).watermark > self.next
        except Refused:
            return False

    def _unexplained(self):
        return {sequence: first for sequence, first in self.missing.items()
                if sequence not in self.said.erased_by}

    def _first_lost(self):
        """Of the first block above the watermark of which an attachment never arrived: its first
        sequence, and the entry's."""
        if self.rot or self.gap:
            return None
        return min(((first, entry) for entry, first in self._unexplained().items()
                    if first >= self.watermark), default=None)

    def _judge(self):
        self.damage += self.said.damage
        if self.rot:
            self.damage.append(self.rot)
        elif self.cause:
            self.incomplete.append(self.cause)
        if self.gap or self.medium.gaps:
            self.incomplete.append(Refused('size_changed', self.next, 'bytes are missing'))
        # What explains that something is gone may be among what was not read.
        gone = self.incomplete if self.rot or self.gap else self.damage
        gone += [Refused('attachment_missing', at) for at in sorted(self._unexplained())]
        gone += [Refused('entry_missing', at) for at in self.reduced
                 if not any(first <= at < end for first, end, *_ in self.said.pruned)]
        self._judge_prunes()
        self.incomplete += [Refused('erasure_owed', at) for at in self.owed()]
        if self.tree.size and not self.first_is_whole:
            self.damage.append(Refused('not_a_log', 0, 'the first entry is no genesis'))
        if not self.tree.size:
            self.incomplete.append(Refused('not_a_log', 0, 'no entries'))
        self.incomplete += self.strays
        self._judge_loose()
        for exact, problem in self.medium.problems(self.epoch):
            (self.damage if exact else self.incomplete).append(problem)

    def _judge_prunes(self):
        for first, end, root, count, at in self.said.pruned:
            leaves = [self.reduced[entry] for entry in sorted(self.reduced) if first <= entry < end]
            fold = ZERO
            for leaf in leaves:
                fold = derive_key(PRUNE_ROOT, fold + leaf)
            if len(leaves) > count:
                self.damage.append(Refused('entry_missing', at, 'more is gone than was pruned'))
            elif len(leaves) < count:
                self.incomplete.append(Refused('pruning_owed', at, f'{count - len(leaves)} more'))
            elif fold != root:
                self.damage.append(Refused('bad_proof', at, 'others were pruned'))

    def owed(self):
        """Attachments that an Erase entry names and that are still there, in part or whole."""
        return self.said.erased_by & self.attached

    def _judge_loose(self):
        counted = {header.number: header for header, _ in self.segments}
        for header, view in self.loose:
            if header is None:
                if not is_zero(view):
                    self.incomplete.append(Refused('frame_damaged', self.next, 'a slot'))
                continue
            other = counted[header.number]
            older = (header.epoch, header.generation) < (other.epoch, other.generation)
            if header.log_id == other.log_id and older:
                self.incomplete.append(Refused('frame_damaged', self.next, 'left behind'))
            else:
                self.damage.append(Refused('wrong_log', header.first, 'a second copy'))

    def exit(self):
        if self.damage:
            return TAMPERING
        sealed = self.next != 0 and self.said.sealed_until(self.next) == self.next
        return SEALED if sealed and not self.incomplete else INCOMPLETE

    def first_damage(self):
        """The damage that the verdict names: that of the first entry."""
        return min(self.damage, key=lambda problem: problem.where, default=None)


def links(record, leaves):
    chain = []
    for leaf in leaves:
        chain.append(link(chain[-1] if chain else record.previous_head, leaf))
    return chain


def places(view, magic, start):
    """Multiples of 64 from `start` on where `magic` stands."""
    data = bytes(view)
    at = data.find(magic, start)
    while at >= 0:
        if at % 64 == 0:
            yield at
        at = data.find(magic, at + 1)
