"""Media of docs/log-format.md, section 3: a folder of segment files, or an image."""
import mmap
import os
import re
import struct
import zlib

from proofs import Refused, require

AREA = 262144
CLAIMS_AHEAD_MAX = 1 << 20


def _sealed(text, magic):
    return len(text) == 64 and text[:8] == magic and \
        struct.unpack('<I', text[60:])[0] == zlib.crc32(text[:60])


def _is_record(text):
    return _sealed(text, b'AXRECORD') and not any(text[28:60])


class Medium:
    """`slots` of equal length; `slot(n)` is a view of one of them."""

    def __init__(self, path, start=0):
        self.folder = path if os.path.isdir(path) else None
        self.gaps, self._slots = {}, {}  # slot -> where what is missing begins; its view
        area_path = os.path.join(path, 'medium') if self.folder else path
        self.start = start
        self._area = self._map(area_path)
        require(len(self._area) >= start + 64, 'not_a_log', 0, area_path)
        self._read_header()
        if self.folder:
            self.slots = self._count_files()
        else:
            self.slots = self._claims()[2]

    @staticmethod
    def _map(path):
        try:
            with open(path, 'rb') as file:
                return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except (OSError, ValueError) as problem:
            raise Refused('not_a_log', 0, str(problem)) from None

    def _place(self, offset):
        return bytes(self._area[self.start + offset:self.start + offset + 64])

    def _read_header(self):
        for text in (self._place(0), self._place(196608)):
            if not _sealed(text, b'AXMEDIUM'):
                continue
            version, self.block_bytes, self.segment_bytes, self.slots_start, _ = \
                struct.unpack('<IIQQI', text[8:36])
            require(version == 1, 'unknown_version', 0, 'medium')
            require(not any(text[36:60]), 'reserved_not_zero', 0, 'medium')
            block = self.block_bytes
            require(512 <= block <= 65536 and block & (block - 1) == 0 and
                    self.segment_bytes % block == 0 and
                    2 * block <= self.segment_bytes <= 1 << 30,
                    'out_of_range', 0, 'geometry')
            return
        raise Refused('not_a_log', 0, 'no medium header')

    def _claims(self):
        found = [struct.unpack('<QQI', text[8:28])
                 for text in (self._place(65536), self._place(131072))
                 if _is_record(text)]
        require(found, 'not_a_log', 0, 'no record of claims')
        return max(found)

    def _count_files(self):
        names = os.listdir(os.path.join(self.folder, 'segments'))
        numbers = [int(name[:8]) for name in names if re.fullmatch(r'[0-9]{8}\.axm', name)]
        return max(numbers, default=-1) + 1

    def slot(self, number):
        """What a slot holds; zeros where the medium ends too early, which is a gap."""
        if number not in self._slots:
            self._slots[number] = self._whole(number, self._present(number))
        return self._slots[number]

    def _present(self, number):
        if self.folder:
            name = os.path.join(self.folder, 'segments', f'{number:08}.axm')
            size = os.path.getsize(name) if os.path.exists(name) else 0
            return self._map(name)[:self.segment_bytes] if size else memoryview(b'')
        at = self.start + self.slots_start + number * self.segment_bytes
        return self._area[at:at + self.segment_bytes]

    def _whole(self, number, view):
        if len(view) == self.segment_bytes:
            return view
        there = len(view) // self.block_bytes * self.block_bytes
        self.gaps[number] = there
        return memoryview(bytes(view[:there]).ljust(self.segment_bytes, b'\0'))

    def has_missing_slot(self):
        return 0 in self.gaps.values()

    def lacks(self, view, start, end):
        """Whether bytes of [start, end) of the slot that `view` shows are missing."""
        return any(self._slots[number] is view and start < end and end > there
                   for number, there in self.gaps.items())

    # What is around the log -----------------------------------------------------------------------

    def problems(self, epoch):
        """(whether bytes are wrong, Refused) of the medium area and the folder."""
        area = bytearray(self._area[self.start:self.start + AREA])
        if self.folder:
            yield from self._long_files()
        if len(area) < AREA:
            yield False, Refused('size_changed', 0, 'the medium is cut')
            return
        headers = [self._take(area, at) for at in (0, 196608)]
        whole = [_sealed(text, b'AXMEDIUM') for text in headers]
        if not all(whole):
            yield True, Refused('frame_damaged', 0, 'a copy of the medium header')
        elif headers[0] != headers[1]:
            yield True, Refused('mirrors_differ', 0, 'the copies of the medium header')
        records = [self._take(area, at) for at in (65536, 131072)]
        claims = [struct.unpack('<Q', text[16:24])[0] for text in records if _is_record(text)]
        if len(claims) < 2:
            yield False, Refused('frame_damaged', 0, 'a copy of the record of claims')
        if max(claims, default=0) < epoch:
            yield True, Refused('rolled_back', 0, 'the record of claims')
        if max(claims, default=0) > epoch + CLAIMS_AHEAD_MAX:
            yield True, Refused('claims_ahead', 0, 'the record of claims')
        if any(area):
            yield True, Refused('padding_not_zero', 0, 'the medium')

    @staticmethod
    def _take(area, at):
        text = bytes(area[at:at + 64])
        area[at:at + 64] = bytes(64)
        return text

    def _long_files(self):
        if len(self._area) > AREA:
            yield True, Refused('trailing_bytes', 0, 'medium')
        folder = os.path.join(self.folder, 'segments')
        for name in os.listdir(folder):
            if name.endswith('.axm') and \
                    os.path.getsize(os.path.join(folder, name)) > self.segment_bytes:
                yield True, Refused('trailing_bytes', 0, name)
