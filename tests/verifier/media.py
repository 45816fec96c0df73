"""Media of docs/log-format.md, section 3: a folder of segment files, or an image."""
import mmap
import os
import re
import struct
import zlib

from proofs import Refused, require

AREA = 262144


def _sealed(text, magic):
    return text[:8] == magic and struct.unpack('<I', text[60:])[0] == zlib.crc32(text[:60])


class Medium:
    """`slots` of equal length; `slot(n)` is a view of one of them."""

    def __init__(self, path, start=0):
        self.folder = path if os.path.isdir(path) else None
        area_path = os.path.join(path, 'medium') if self.folder else path
        self.start = start
        self._area = self._map(area_path)
        require(len(self._area) >= start + AREA, 'not_a_log', 0, area_path)
        self._read_header()
        if self.folder:
            self.slots = self._count_files()
        else:
            self.slots = self._claims()[2]
            end = start + self.slots_start + self.slots * self.segment_bytes
            require(end <= len(self._area), 'size_changed', 0, 'the image is too short')

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
                    self.segment_bytes % block == 0 and self.segment_bytes >= 2 * block,
                    'out_of_range', 0, 'geometry')
            return
        raise Refused('not_a_log', 0, 'no medium header')

    def claimed_epoch(self):
        """The highest epoch that a writer claimed; 0 when neither copy of the record is whole."""
        return max(self._records(), default=(0, 0, 0))[1]

    def _claims(self):
        found = self._records()
        require(found, 'not_a_log', 0, 'no record of claims')
        return max(found)

    def _records(self):
        return [struct.unpack('<QQI', text[8:28])
                for text in (self._place(65536), self._place(131072))
                if _sealed(text, b'AXRECORD') and not any(text[28:60])]

    def _count_files(self):
        names = os.listdir(os.path.join(self.folder, 'segments'))
        numbers = [int(name[:8]) for name in names if re.fullmatch(r'[0-9]{8}\.axm', name)]
        return max(numbers, default=-1) + 1

    def slot(self, number):
        if self.folder:
            view = self._map(os.path.join(self.folder, 'segments', f'{number:08}.axm'))
            require(len(view) == self.segment_bytes, 'size_changed', number, 'segment file')
            return view
        at = self.start + self.slots_start + number * self.segment_bytes
        return self._area[at:at + self.segment_bytes]
