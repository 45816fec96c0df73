"""Checks a receipt by docs/checkpoint-and-proofs.md alone; numbers in comments are its sections.

usage: receipt.py FILE LOG-ID      exit 0 and what it proves, or 3 and why it proves nothing
"""

import base64
import binascii
import hashlib
import re
import struct
import sys
from pathlib import Path

import ed25519
from blake3 import derive_key
from proofs import is_key_name

BODY, ATTACHMENT, LEAF, LINK, NODE, RECORD = (
    f"axiom-os 2026-11 {use} v1"
    for use in (
        "entry body commitment", "entry attachment commitment", "entry leaf", "entry link",
        "block tree node", "block record",
    )
)
NO_HASH = bytes(32)
LOG_DOMAIN, GENESIS, KEY_ROTATE, KEY_LOST, FORK = 1, 1, 6, 7, 8


class Refused(Exception):
    pass


def require(condition, why):
    if not condition:
        raise Refused(why)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def padded(data):
    return data + bytes(-len(data) % 64)


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        require(count <= len(self.data) - self.at, "truncated")
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self, width):
        return int.from_bytes(self.take(width), "little")

    def text(self, most):
        length = self.number(4)
        require(length <= most, "text too long")
        return self.take(length).decode()

    def finish(self):
        require(self.at == len(self.data), "bytes follow the end")


class Placed:
    """An entry with its way to the root of the public tree (7)."""

    def __init__(self, reader, with_body):
        self.header, self.record = reader.take(192), reader.take(256)
        self.leaf_index = reader.number(8)
        block_hashes, tree_hashes = reader.number(1), reader.number(1)
        require(reader.take(6) == bytes(6), "reserved bytes")
        require(block_hashes <= 8 and tree_hashes <= 64, "too many hashes")
        self.block_path = [reader.take(32) for _ in range(block_hashes)]
        self.tree_path = [reader.take(32) for _ in range(tree_hashes)]

        version, self.kind, self.domain, entry_class, flags = struct.unpack(
            "<HHHBB", self.header[:8]
        )
        self.sequence, self.body_bytes, self.attachment_bytes = struct.unpack(
            "<QII", self.header[8:24]
        )
        self.body_commitment, self.attachment_commitment = self.header[128:160], self.header[160:]
        require(version == 1 and entry_class <= 1 and flags == 0, "header")
        require(self.header[120:128] == bytes(8), "header's reserved bytes")
        require(self.body_bytes <= 65536, "body too long")
        require(self.attachment_bytes == 0 or 32 <= self.attachment_bytes <= 1048608, "attachment")
        require((self.body_bytes == 0) == (self.body_commitment == NO_HASH), "body commitment")
        require(
            (self.attachment_bytes == 0) == (self.attachment_commitment == NO_HASH),
            "attachment commitment",
        )
        self.body = None
        if with_body:
            require(self.body_bytes > 0, "a body that the entry does not have")
            whole = reader.take(len(padded(bytes(self.body_bytes))))
            self.body = whole[: self.body_bytes]
            require(whole == padded(self.body), "padding")

        magic, record_version, zero, self.count, self.first = struct.unpack(
            "<8sHHIQ", self.record[:24]
        )
        require(magic == b"AXIOMBLK" and record_version == 1 and zero == 0, "block record")
        require(self.record[48:64] == bytes(16) and self.record[224:] == bytes(32), "block record")
        require(1 <= self.count <= 256, "count of the block")
        self.log_id, self.previous_head, self.head, self.root = (
            self.record[at : at + 32] for at in (64, 96, 128, 160)
        )
        self.leaf = derive_key(LEAF, self.header)

    @property
    def index(self):
        return self.sequence - self.first

    def entry_hash(self):
        """The link, where the record shows it."""
        if self.index + 1 == self.count:
            return self.head
        if self.index == 0:
            return derive_key(LINK, self.previous_head + self.leaf)
        return None


def block_root(node, index, count, path):  # 3
    path = list(path)
    while count > 1:
        if index ^ 1 < count:
            require(path, "path too short")
            sibling = path.pop(0)
            node = derive_key(NODE, node + sibling if index % 2 == 0 else sibling + node)
        index, count = index // 2, (count + 1) // 2
    require(not path, "path too long")
    return node


def tree_root(node, index, size, proof):  # 4
    require(index < size, "leaf outside the tree")
    proof, last = list(proof), size - 1
    while last > 0:
        if index % 2 == 1 or index < last:
            require(proof, "proof too short")
            sibling = proof.pop(0)
            node = sha256(b"\1", sibling, node) if index % 2 else sha256(b"\1", node, sibling)
        index, last = index // 2, last // 2
    require(not proof, "proof too long")
    return node


class Checkpoint:  # 5
    FORM = re.compile(
        r"(axiom-os\.org/log/([0-9a-f]{64}))\n(0|[1-9][0-9]*)\n([A-Za-z0-9+/]{43}=)\n"
        r"entries (0|[1-9][0-9]*)\nhead ([0-9a-f]{64})\n"
        r"epoch (0|[1-9][0-9]*)\nboot (0|[1-9][0-9]*)\n"
    )

    def __init__(self, note):
        require(len(note) <= 4096 and not re.search(rb"[\x00-\x09\x0b-\x1f]", note), "note")
        text, blank, self.signatures = note.rpartition(b"\n\n")
        require(blank and self.signatures.endswith(b"\n"), "note")
        self.text = text + b"\n"
        form = self.FORM.fullmatch(self.text.decode())
        require(form, "checkpoint's text")
        self.origin = form[1]
        self.log_id, self.head = bytes.fromhex(form[2]), bytes.fromhex(form[6])
        self.size, self.entries, self.epoch, self.boot = (int(form[at]) for at in (3, 5, 7, 8))
        self.root = read_base64(form[4])
        require(max(self.size, self.entries, self.epoch, self.boot) < 2**64, "number")
        require(1 <= self.size <= self.entries <= 256 * self.size, "sizes")

    def require_signature(self, key):
        key_id = sha256(self.origin.encode(), b"\n\1", key)[:4]
        signed = False
        for line in self.signatures.decode()[:-1].split("\n"):
            parts = line.split(" ")
            require(len(parts) == 3 and parts[0] == "\u2014", "signature line")
            require(is_key_name(parts[1]), "signature line")
            raw = read_base64(parts[2])
            require(len(raw) > 4, "signature line")
            if parts[1] == self.origin and raw[:4] == key_id:
                require(ed25519.verify(key, self.text, raw[4:]), "signature of the checkpoint")
                signed = True
        require(signed, "not signed by the key in force")


def read_base64(text):
    raw = base64.b64decode(text, validate=True)
    require(base64.b64encode(raw).decode() == text, "base64")
    return raw


def require_place(entry, checkpoint):  # 7, step 2
    end = entry.first + entry.count
    require(0 <= entry.index < entry.count and end <= checkpoint.entries, "place in the block")
    require((entry.leaf_index + 1 == checkpoint.size) == (end == checkpoint.entries), "last block")
    require(end != checkpoint.entries or entry.head == checkpoint.head, "head")
    require((entry.leaf_index == 0) == (entry.first == 0), "first block")
    require(entry.first != 0 or entry.previous_head == NO_HASH, "previous head")
    require(derive_key(RECORD, entry.record[:192]) == entry.record[192:224], "record's hash")
    if entry.body is not None:
        require(derive_key(BODY, padded(entry.body)) == entry.body_commitment, "body")
    reached = block_root(entry.leaf, entry.index, entry.count, entry.block_path)
    require(reached == entry.root, "path in the block")
    record_leaf = sha256(b"\0", entry.record)
    reached = tree_root(record_leaf, entry.leaf_index, checkpoint.size, entry.tree_path)
    require(reached == checkpoint.root, "path in the tree")


def origin_key(origin, previous, log_id):  # 6, and 7 step 3
    link = derive_key(LINK, previous + origin.leaf)
    require(link == log_id and origin.entry_hash() in (None, link), "log id")
    require(origin.domain == LOG_DOMAIN, "origin")
    body = Reader(origin.body)
    if origin.sequence == 0:
        require(origin.kind == GENESIS and previous == NO_HASH, "genesis")
        body.text(128)
        body.take(32)
    else:
        require(origin.kind == FORK and origin.index == 0, "fork")
        require(body.take(32) == previous, "parent's head")
    return body.take(32)


def follow_keys(entries, previous, log_id):  # 6
    origin = entries[0]
    key, number, era, last = origin_key(origin, previous, log_id), 0, 0, origin.sequence
    for entry in entries[1:]:
        require(entry.domain == LOG_DOMAIN and entry.sequence > last, "order of the keys")
        body = Reader(entry.body)
        new_key, number, last = body.take(32), number + 1, entry.sequence
        require(body.number(4) == number and new_key != key, "number of the key")
        if entry.kind == KEY_ROTATE:
            title, lines = "key-rotate", [log_id.hex(), number, key.hex(), new_key.hex()]
            signers = [key, new_key]
        else:
            require(entry.kind == KEY_LOST, "kind of a key entry")
            era += 1
            require(body.number(4) == era, "era")
            body.text(256)
            title, lines = "key-lost", [log_id.hex(), number, era, new_key.hex()]
            signers = [new_key]
        statement = "".join(f"{line}\n" for line in [f"axiom-os.org/{title}/v1", *lines]).encode()
        for signer in signers:
            require(ed25519.verify(signer, statement, body.take(64)), "signature of a key change")
        body.finish()
        key = new_key
    return key, number, era


def check(receipt, log_id, attachment=None):
    """What the receipt proves to somebody who knows the log's id; raises Refused."""
    reader = Reader(receipt)
    require(reader.take(8) == b"AXIOMRCP" and reader.number(2) == 1, "not a receipt")
    flags, key_entries, note_bytes = reader.number(2), reader.number(2), reader.number(2)
    require(flags <= 3 and 1 <= key_entries <= 32 and 1 <= note_bytes <= 4096, "head")
    previous = reader.take(32)
    subject = Placed(reader, flags & 1)
    salt = reader.take(32) if flags & 2 else None
    keys = [Placed(reader, True) for _ in range(key_entries)]
    checkpoint = Checkpoint(reader.take(note_bytes))
    reader.finish()

    require(checkpoint.log_id == log_id, "another log")
    for entry in [subject, *keys]:
        require_place(entry, checkpoint)
        inherited = entry.first + entry.count <= keys[0].sequence
        require(entry.log_id == log_id or inherited, "block of another log")
    key, number, era = follow_keys(keys, previous, log_id)
    checkpoint.require_signature(key)
    require(salt is None or subject.attachment_bytes > 0, "salt without attachment")
    if attachment is not None:
        require(len(attachment) == subject.attachment_bytes > 0, "length of the attachment")
        require(salt in (None, attachment[:32]), "salt")
        found = derive_key(ATTACHMENT, padded(attachment))
        require(found == subject.attachment_commitment, "attachment")
    return {
        "sequence": subject.sequence,
        "leaf": subject.leaf.hex(),
        "entry_hash": subject.entry_hash().hex() if subject.entry_hash() else None,
        "body": subject.body.hex() if subject.body is not None else None,
        "era": era,
        "key_number": number,
        "origin": keys[0].sequence,
    }


def check_or_refuse(receipt, log_id, attachment=None):
    """As check; where Python itself stumbles over a hostile receipt, that is a refusal too."""
    try:
        return check(receipt, log_id, attachment)
    except (UnicodeDecodeError, binascii.Error) as error:
        raise Refused(str(error)) from error


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        verdict = check_or_refuse(Path(sys.argv[1]).read_bytes(), bytes.fromhex(sys.argv[2]))
    except Refused as refusal:
        print(f"{sys.argv[1]}: proves nothing: {refusal}", file=sys.stderr)
        sys.exit(3)
    for name, value in verdict.items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    main()
