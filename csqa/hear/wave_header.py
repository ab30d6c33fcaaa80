"""WAV files whose header does not fit their sound: a recorder that died before it closed them, a copy cut short."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import NamedTuple

_LEFT_OVER_SECONDS = 1.0
"""Sound that the header may forget before its length is distrusted."""

_PLACEHOLDER = 0x7FFF_0000
"""Data sizes from here on stand for "not known yet": 0xFFFFFFFF (FFmpeg), 0x7FFFF000 (SoX)."""


class _Data(NamedTuple):
    """Where the data chunk ends by the header, and where the file does, in bytes; what follows; the sound's rate."""

    end: int
    length: int
    size: int
    behind: bytes
    bytes_a_second: int


def understates_sound(path: Path) -> bool:
    """Tell whether ``path`` is a WAV file with much more behind its data chunk than the header accounts for.

    What follows the data chunk of a whole file is another chunk or nothing; what follows in a file that was never
    closed is sound. A data size of zero is not looked at here: it is plain to see. Raises OSError.
    """
    data = _data_chunk(path)
    if data is None:
        return False
    left_over = data.size - data.end
    return left_over > _LEFT_OVER_SECONDS * max(data.bytes_a_second, 1) and not _names_chunk(data.behind)


def missing_seconds(path: Path) -> float:
    """Seconds of sound that the header of a WAV file promises and the file no longer holds. Raises OSError."""
    data = _data_chunk(path)
    if data is None or data.length >= _PLACEHOLDER or not data.bytes_a_second:
        return 0.0
    return max(0, data.end - data.size) / data.bytes_a_second


def _data_chunk(path: Path) -> _Data | None:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        head = file.read(12)
        if len(head) < 12 or head[:4] != b"RIFF" or head[8:] != b"WAVE":
            return None
        bytes_a_second = 0
        while len(chunk := file.read(8)) == 8:
            name, length = struct.unpack("<4sI", chunk)
            start = file.tell()
            if name == b"fmt " and len(detail := file.read(12)) == 12:
                bytes_a_second = struct.unpack("<8xI", detail)[0]
            end = start + length + length % 2
            file.seek(end)
            if name == b"data":
                return _Data(end, length, size, file.read(4), bytes_a_second)
    return None


def _names_chunk(name: bytes) -> bool:
    return len(name) == 4 and all(0x20 <= byte < 0x7F for byte in name)
