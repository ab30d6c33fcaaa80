"""Which espeak-ng is installed: another version speaks a little differently."""

from __future__ import annotations

import ctypes


def installed_version() -> str | None:
    """Return the version of espeak-ng's library (``1.51``), or ``None`` where there is none."""
    try:
        library = ctypes.CDLL("libespeak-ng.so.1")
    except OSError:
        return None
    library.espeak_Info.restype = ctypes.c_char_p
    version: bytes = library.espeak_Info(None)
    return version.decode()
