"""WAV files whose header tells less sound than there is, as a recorder leaves them that died before it closed them."""

from __future__ import annotations

import struct
from pathlib import Path

_LEFT_OVER_SECONDS = 1.0
"""Sound that the header may forget before its length is distrusted."""


def understates_sound(path: Path) -> bool:
    """Tell whether ``path`` is a WAV file with much more behind its data chunk than the header accounts for.

    What follows the data chunk of a whole file is another chunk or nothing; what follows in a file that was never
    closed is sound. A data size of zero is not looked at here: it is plain to see. Raises OSError.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        head = file.read(12)
        if len(head) < 12 or head[:4] != b"RIFF" or head[8:] != b"WAVE":
            return False
        bytes_a_second = 0
        while len(chunk := file.read(8)) == 8:
            name, length = struct.unpack("<4sI", chunk)
            start = file.tell()
            if name == b"fmt " and len(detail := file.read(12)) == 12:
                bytes_a_second = struct.unpack("<8xI", detail)[0]
            end = start + length + length % 2
            if name == b"data":
                file.seek(end)
                left_over = size - end
                return left_over > _LEFT_OVER_SECONDS * max(bytes_a_second, 1) and not _names_chunk(file.read(4))
            file.seek(end)
    return False


def _names_chunk(name: bytes) -> bool:
    return len(name) == 4 and all(0x20 <= byte < 0x7F for byte in name)
