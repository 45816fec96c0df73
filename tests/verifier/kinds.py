"""What entries of the log's own domain say: docs/log-format.md, section 7. A body that says what it
must not is damage of its entry, wherever it stands; the walk goes on behind it."""
from proofs import Checkpoint, Keys, Reader, Refused, require

GENESIS, BOOT, ATTACH, CHECKPOINT, ROTATE, LOST, FORK, PRUNE, ERASE, REPAIRED = \
    1, 2, 3, 5, 6, 7, 8, 10, 11, 16
DOMAINS_MAX = 16


class Place:
    """What is known of an entry before its body is read."""

    def __init__(self, record, link_before, link):
        self.record, self.link_before, self.link = record, link_before, link


class LogEntries:
    def __init__(self):
        self.keys, self.boots, self.writers = None, 0, 0
        self.damage = []  # Refused, each with the entry that it names
        self.sealed, self.checkpoint_at, self.checkpoints = 0, None, 0
        self.repairs, self.forks = 0, 0
        self.erased_by, self.pruned = set(), []

    def take(self, header, body, place, tree_states):
        at, kind = header.sequence, header.kind
        read = Reader(body[:header.body_bytes])
        try:
            require((kind == GENESIS) == (at == 0), 'not_canonical', at, 'genesis')
            take = self.TAKES.get(kind)
            if take:
                take(self, read, at, place, tree_states)
                read.finish()
        except Refused as problem:
            self.damage.append(Refused(problem.code, at, problem.what))

    def _genesis(self, read, at, place, _states):
        read.text(128)
        read.bytes(32)
        key = read.bytes(32)
        read.bytes(8 + 32)
        read.text(128)
        read.bytes(8 * 4)
        read.list(DOMAINS_MAX, lambda: read.bytes(4))
        length = read.number(4)
        require(length <= 32768, 'too_long', at)
        read.bytes(length)
        read.finish()
        self.keys = Keys(key, place.link, at)

    def _boot(self, read, at, place, _states):
        boot, epoch, previous = read.number(8), read.number(8), read.bytes(32)
        read.bytes(4 * 32)
        read.list(DOMAINS_MAX, lambda: read.bytes(4))
        read.finish()
        before, self.boots = self.boots, boot
        require(boot == before + 1, 'out_of_range', at, 'boot')
        require(boot == place.record.boot, 'out_of_range', at)
        self._writer(epoch, at, place)
        require(previous == place.link_before, 'chain_break', at, 'boot')

    def _attach(self, read, at, place, _states):
        epoch, previous = read.number(8), read.bytes(32)
        read.finish()
        self._writer(epoch, at, place)
        require(previous == place.link_before, 'chain_break', at, 'attach')

    def _writer(self, epoch, at, place):
        before, self.writers = self.writers, epoch
        require(before < epoch <= place.record.epoch, 'out_of_range', at, 'epoch')

    def _fork(self, read, at, place, _states):
        read.bytes(32)  # the parent's head: checked where the block was read
        key = read.bytes(32)
        read.bytes(32)
        read.text(256)
        read.finish()
        self.keys, self.forks = Keys(key, place.link, at), self.forks + 1

    def _key(self, kind):
        def take(self, read, at, _place, _states):
            require(self.keys is not None, 'bad_key', at)
            self.keys.take(kind, read, at)
        return take

    def _checkpoint(self, read, at, place, states):
        note = read.text(4096).encode()
        read.finish()
        checkpoint = Checkpoint(note)
        require(checkpoint.log_id == place.record.log_id, 'wrong_log', at, 'checkpoint')
        if self.keys is None:
            return  # the log's beginning is damaged, and named
        checkpoint.check_signed(self.keys.key)
        require(checkpoint.entries > self.keys.since, 'bad_proof', at, 'does not cover its key')
        state = states.get(checkpoint.size)
        require(state == (checkpoint.root, checkpoint.entries, checkpoint.head), 'bad_proof', at,
                'checkpoint')
        self.checkpoints += 1
        if checkpoint.entries >= self.sealed:
            self.sealed, self.checkpoint_at = checkpoint.entries, at

    def _prune(self, read, at, _place, _states):
        read.decision()
        first, end, _snapshot = (read.number(8) for _ in range(3))
        root, count = read.bytes(32), read.number(8)
        read.text(256)
        read.finish()
        self.pruned.append((first, end, root, count, at))

    def _erase(self, read, at, _place, _states):
        read.decision()
        target = read.number(8)
        read.text(256)
        read.finish()
        require(target < at, 'cause_unknown', at)
        self.erased_by.add(target)

    def _repaired(self, read, _at, _place, _states):
        self.repairs += 1
        read.bytes(8 + 8 + 4)

    TAKES = {GENESIS: _genesis, BOOT: _boot, ATTACH: _attach, CHECKPOINT: _checkpoint,
             ROTATE: _key(None, ROTATE), LOST: _key(None, LOST), FORK: _fork, PRUNE: _prune,
             ERASE: _erase, REPAIRED: _repaired}

    def sealed_until(self, end):
        own_entry_only = self.sealed == self.checkpoint_at and end == self.sealed + 1
        return end if self.checkpoint_at is not None and own_entry_only else self.sealed
