"""Files written whole or not at all, and what the operating system refuses put into words that help."""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from csqa.errors import UserFixable

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_SPARE_BYTES = 64 * 1024 * 1024
"""Left free beside what is to be written, so that the system itself can go on."""


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn a disk's refusal to write ``path`` into a ``UserFixable``: full, forbidden, no longer there."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise UserFixable("disk.full", folder=path.parent) from error
        if error.errno in _FORBIDDEN:
            raise UserFixable("disk.forbidden", file=path) from error
        raise UserFixable("disk.failed", file=path, detail=error.strerror or str(error)) from error


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """Open a file beside ``path`` for writing and put it in place of ``path`` only once it is complete.

    Folders are made as needed. Raises UserFixable where the disk refuses; then, and where the body raises, ``path`` is
    as it was.
    """
    part = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}.part")
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with part.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8 with plain line feeds, whole or not at all. Raises UserFixable."""
    with written_whole(path) as file:
        file.write(text.encode())


def need_space(folder: Path, size: int) -> None:
    """Raise UserFixable where the disk that holds ``folder`` lacks room for ``size`` more bytes."""
    existing = next(each for each in (folder, *folder.parents) if each.exists())
    free = shutil.disk_usage(existing).free
    if free < size + _SPARE_BYTES:
        raise UserFixable(
            "disk.too-small", folder=folder, needed_mb=(size + _SPARE_BYTES) // 1_000_000, free_mb=free // 1_000_000
        )
