"""Any call-centre file as a stream of blocks at 16 kHz, a lane for each party."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from csqa.errors import UserFixable
from csqa.hear.readers import Chunk, Reader, open_reader
from csqa.hear.recording import CallMetadata, Recording
from csqa.hear.resample import SAMPLE_RATE, Resampler
from csqa.roles import LaneLayout

__all__ = ["SAMPLE_RATE", "SUPPORTED_SUFFIXES", "Block", "blocks", "breaks_off", "open_recording"]

# fmt: off
SUPPORTED_SUFFIXES = frozenset({
    ".3g2", ".3gp", ".aac", ".ac3", ".aif", ".aifc", ".aiff", ".amr", ".ape", ".asf", ".au", ".avi", ".caf", ".flac",
    ".flv", ".g722", ".gsm", ".m4a", ".m4b", ".mka", ".mkv", ".mov", ".mp2", ".mp3", ".mp4", ".mpeg", ".mpg", ".nist",
    ".oga", ".ogg", ".opus", ".rf64", ".snd", ".sph", ".spx", ".ts", ".voc", ".vox", ".w64", ".wav", ".wave", ".webm",
    ".wma", ".wv",
})
# fmt: on
"""Endings of names (lower case) that are looked at when a folder is imported; a file named by hand may end anyhow."""

_NOTHING_KNOWN = CallMetadata()
_HASH_BYTES = 1 << 20
_SAME_SOUND_DB = -30.0
"""Two channels differing by less than this from their louder one are copies: lossy coding makes a little difference."""
_AUDIBLE_DIFFERENCE_DBFS = -60.0
_SHORTFALL_SECONDS = 1.0
"""Ending this much before the header says makes one ask whether the file is still there, and whole."""


@dataclass(frozen=True)
class Block:
    """A piece of a recording: ``samples`` of shape (lanes, frames) at 16 kHz, beginning ``start`` seconds into it."""

    start: float
    samples: NDArray[np.float32]


def open_recording(path: Path, layout: LaneLayout | None = None, metadata: CallMetadata = _NOTHING_KNOWN) -> Recording:
    """Find out what ``path`` holds, without decoding it wherever the header or the packets tell.

    Without ``layout``, two channels are agent and customer, one is a mono mix, and so are two that hold the same
    sound. ``LaneLayout.MONO`` mixes any number of channels.

    Raises UserFixable: hear.file-missing, hear.file-unreadable, hear.file-empty, hear.not-audio, hear.no-sound,
    hear.unknown-codec, hear.no-samples, hear.damaged, hear.too-many-channels, hear.one-lane-only.
    """
    try:
        size, sha256 = _identity(path)
        if size == 0:
            raise UserFixable("hear.file-empty", file=path)
        reader = open_reader(path)
        return Recording(
            path=path,
            sha256=sha256,
            size=size,
            duration=reader.duration(),
            sample_rate=reader.sample_rate,
            channels=reader.channels,
            codec=reader.codec,
            layout=_checked_layout(path, reader, layout),
            metadata=metadata,
        )
    except OSError as error:
        raise _of_file(path, error) from error


def blocks(recording: Recording, seconds: float = 300.0) -> Iterator[Block]:
    """Decode ``recording`` as blocks of ``seconds`` (the last one shorter), lanes as in its layout.

    Memory stays that of one block. Truncated and damaged files give what can be decoded of them.

    Raises UserFixable: hear.file-missing and hear.file-unreadable also midway, hear.file-changed where the file is no
    longer the one that was opened, hear.damaged where nothing at all can be decoded.
    """
    path = recording.path
    try:
        _refuse_changed(recording)
        heard = 0
        for samples in _cut(_lanes_at_16k(open_reader(path), recording.layout), round(seconds * SAMPLE_RATE)):
            yield Block(heard / SAMPLE_RATE, samples)
            heard += samples.shape[1]
        if heard / SAMPLE_RATE < recording.duration - _SHORTFALL_SECONDS:
            _refuse_changed(recording)
    except OSError as error:
        raise _of_file(path, error) from error
    if heard == 0:
        raise UserFixable("hear.damaged", file=path)


def breaks_off(recording: Recording, seconds: float) -> bool:
    """Tell whether ``recording``, of which ``seconds`` could be decoded, clearly promises more sound than that.

    So it does where the file was cut short behind a header that tells its whole length, and where decoding came to a
    stop before its end. Raises UserFixable as ``blocks`` does.
    """
    try:
        promised = max(recording.duration, open_reader(recording.path).promised())
    except OSError as error:
        raise _of_file(recording.path, error) from error
    return seconds < promised - _SHORTFALL_SECONDS


def _identity(path: Path) -> tuple[int, str]:
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as file:
        while piece := file.read(_HASH_BYTES):
            digest.update(piece)
            size += len(piece)
    return size, digest.hexdigest()


def _checked_layout(path: Path, reader: Reader, asked: LaneLayout | None) -> LaneLayout:
    if asked is LaneLayout.MONO:
        return asked
    if reader.channels > 2:
        raise UserFixable("hear.too-many-channels", file=path, channels=reader.channels)
    if asked is not None:
        if reader.channels < 2:
            raise UserFixable("hear.one-lane-only", file=path)
        return asked
    if reader.channels == 1 or _same_on_both(reader.chunks()):
        return LaneLayout.MONO
    return LaneLayout.AGENT_CUSTOMER


def _same_on_both(chunks: Iterable[Chunk]) -> bool:
    """Tell whether two channels are copies; stops at the first second that says no, so true lanes cost little."""
    alike = False
    for rate, samples in _gathered(chunks):
        for second in np.array_split(samples, max(1, samples.shape[1] // rate), axis=1):
            power = float(np.mean(second**2, axis=1).max())
            difference = float(np.mean((second[0] - second[1]) ** 2))
            if difference > max(power * _power(_SAME_SOUND_DB), _power(_AUDIBLE_DIFFERENCE_DBFS)):
                return False
            alike = alike or power > _power(_AUDIBLE_DIFFERENCE_DBFS)
    return alike


def _lanes_at_16k(reader: Reader, layout: LaneLayout) -> Iterator[NDArray[np.float32]]:
    lanes = len(layout.speakers)
    resampler = Resampler(lanes)
    for rate, samples in _gathered(reader.chunks()):
        finite = np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0)
        yield resampler.push(rate, _as_lanes(finite, lanes))
    yield resampler.flush()


def _as_lanes(samples: NDArray[np.float32], lanes: int) -> NDArray[np.float32]:
    if lanes == 1:
        return np.asarray(samples.mean(axis=0, keepdims=True), dtype=np.float32)
    if samples.shape[0] >= lanes:
        return samples[:lanes]
    return np.repeat(samples[:1], lanes, axis=0)  # a stream that turns mono midway


def _gathered(chunks: Iterable[Chunk]) -> Iterator[Chunk]:
    """Put small pieces together to a second or so: a call of the resampler costs the same for short and long."""
    waiting: list[Chunk] = []
    for chunk in chunks:
        if waiting and (chunk.rate, len(chunk.samples)) != (waiting[0].rate, len(waiting[0].samples)):
            yield _joined(waiting)
            waiting = []
        waiting.append(chunk)
        if sum(piece.samples.shape[1] for piece in waiting) >= chunk.rate:
            yield _joined(waiting)
            waiting = []
    if waiting:
        yield _joined(waiting)


def _joined(chunks: list[Chunk]) -> Chunk:
    if len(chunks) == 1:
        return chunks[0]
    return Chunk(chunks[0].rate, np.concatenate([chunk.samples for chunk in chunks], axis=1))


def _cut(pieces: Iterable[NDArray[np.float32]], length: int) -> Iterator[NDArray[np.float32]]:
    """Yield arrays of exactly ``length`` frames, the last one shorter but never empty."""
    waiting: list[NDArray[np.float32]] = []
    count = 0
    for piece in pieces:
        waiting.append(piece)
        count += piece.shape[1]
        while count >= length:
            whole = np.concatenate(waiting, axis=1)
            yield whole[:, :length]
            waiting = [whole[:, length:]]
            count -= length
    if count:
        yield np.concatenate(waiting, axis=1)


def _refuse_changed(recording: Recording) -> None:
    if recording.path.stat().st_size != recording.size:
        raise UserFixable("hear.file-changed", file=recording.path)


def _of_file(path: Path, error: OSError) -> UserFixable:
    missing = isinstance(error, FileNotFoundError | NotADirectoryError)
    return UserFixable("hear.file-missing" if missing else "hear.file-unreadable", file=path)


def _power(decibels: float) -> float:
    return float(10 ** (decibels / 10))
