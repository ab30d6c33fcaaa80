"""Files over HTTP, in pieces, going on where it broke off. The only network code of CSQA; ``csqa.weights`` calls it.

A file grows as ``NAME.part`` and takes its name once its hash is right. What was fetched stays through broken lines,
cancelling and a killed program, and the next try asks the server for the rest only.
"""

from __future__ import annotations

import hashlib
import http
import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csqa.disk import explained
from csqa.errors import UserFixable

_TIMEOUT_SECONDS = 30.0
_BLOCK = 256 * 1024
_FRUITLESS_TRIES = 4
"""So many tries in a row that bring not one byte, and the line is taken for dead."""
_FIRST_WAIT_SECONDS = 1.0


@dataclass(frozen=True)
class RemoteFile:
    """A file to fetch: ``size`` in bytes, and the hash that the server's list gives for it.

    Large files (Git LFS) have ``sha256``; the small ones have only the hash by which Git calls them, ``git_sha1``.
    """

    url: str
    name: str
    size: int
    sha256: str | None
    git_sha1: str | None

    def matches(self, path: Path) -> bool:
        """Tell whether ``path`` holds this very file."""
        if path.stat().st_size != self.size:
            return False
        with path.open("rb") as file:
            if self.sha256 is not None:
                return hashlib.file_digest(file, "sha256").hexdigest() == self.sha256
            blob = hashlib.sha1(b"blob %d\x00" % self.size, usedforsecurity=False)
            blob.update(file.read())
            return blob.hexdigest() == self.git_sha1


class _Stopped(Exception):
    """The line broke off or the server gave no answer; ``detail`` in the words of the system."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


def fetch_json(url: str) -> Any:
    """Return the JSON at ``url``. Raises UserFixable where the server cannot be reached, refuses, or gives no JSON."""
    try:
        with _open(url) as answer:
            return json.loads(answer.read())
    except _Stopped as error:
        raise UserFixable("fetching.failed", url=url, detail=error.detail) from error
    except (http.client.HTTPException, OSError) as error:
        raise UserFixable("fetching.failed", url=url, detail=str(error)) from error
    except ValueError as error:
        raise UserFixable("fetching.not-the-hub", url=url) from error


def fetch_file(
    remote: RemoteFile, target: Path, tell: Callable[[int], None], cancelled: Callable[[], bool] = lambda: False
) -> None:
    """Fetch ``remote`` to ``target`` unless it is there already, going on with what an earlier try left.

    ``tell`` hears how many bytes of the file are there; ``cancelled`` is asked before every block. Raises UserFixable
    where the line stays dead, the server refuses, the disk is full, what came is not what the list says, or the user
    cancelled.
    """
    if target.exists() and remote.matches(target):
        tell(remote.size)
        return
    part = target.with_name(f"{target.name}.part")
    for _ in range(2):  # what an earlier version of the file left spoils the first try
        _fetch_part(remote, part, tell, cancelled)
        if remote.matches(part):
            with explained(target):
                part.replace(target)
            return
        part.unlink()
    raise UserFixable("fetching.damaged", url=remote.url)


def _fetch_part(remote: RemoteFile, part: Path, tell: Callable[[int], None], cancelled: Callable[[], bool]) -> None:
    fruitless, wait = 0, _FIRST_WAIT_SECONDS
    with explained(part):
        part.touch()
    while (there := part.stat().st_size) < remote.size:
        tell(there)
        try:
            _append(remote, part, there, tell, cancelled)
        except _Stopped as error:
            if part.stat().st_size > there:
                fruitless, wait = 0, _FIRST_WAIT_SECONDS
                continue
            fruitless += 1
            if fruitless >= _FRUITLESS_TRIES:
                raise UserFixable("fetching.failed", url=remote.url, detail=error.detail) from error
            time.sleep(wait)
            wait *= 2
    tell(remote.size)


def _append(
    remote: RemoteFile, part: Path, there: int, tell: Callable[[int], None], cancelled: Callable[[], bool]
) -> None:
    """Fetch from byte ``there`` on until the end or until the line breaks. Raises _Stopped when it breaks."""
    with _open(remote.url, {"Range": f"bytes={there}-"} if there else {}) as answer:
        goes_on = answer.status == http.HTTPStatus.PARTIAL_CONTENT
        with explained(part), part.open("ab" if goes_on else "wb") as file:
            done = there if goes_on else 0
            while done < remote.size:
                if cancelled():
                    raise UserFixable("fetching.cancelled", file=remote.name)
                try:
                    block = answer.read(min(_BLOCK, remote.size - done))
                except (http.client.HTTPException, OSError) as error:
                    raise _Stopped(str(error)) from error
                if not block:
                    raise _Stopped("the connection was closed early")
                file.write(block)
                done += len(block)
                tell(done)


def _open(url: str, headers: dict[str, str] | None = None) -> http.client.HTTPResponse:
    if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
        raise UserFixable("fetching.bad-address", url=url)
    request = urllib.request.Request(url, headers={"User-Agent": "csqa", **(headers or {})})  # noqa: S310  (checked)
    try:
        answer: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS)  # noqa: S310
    except urllib.error.HTTPError as error:
        with error:
            if error.code in (http.HTTPStatus.TOO_MANY_REQUESTS, *range(500, 600)):
                raise _Stopped(f"HTTP {error.code}") from error
            raise UserFixable("fetching.refused", url=url, status=error.code) from error
    except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
        raise _Stopped(str(getattr(error, "reason", error))) from error
    return answer
