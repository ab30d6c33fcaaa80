"""Cuts the speech of a call into passages, each as much of one lane as the recogniser hears at once, and maps back.

The recogniser's work goes by windows, not by seconds: half a window costs as much as a full one. So a passage packs a
lane's pieces of speech one after the other, with a short silence between them, and the long pauses of the call (the
other party's talk) are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING

from csqa.hear.recording import Hearing, LaneHearing, Recording
from csqa.roles import Speaker
from csqa.spans import Span, union

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SAMPLE_RATE = 16_000
"""Samples a second of all that the recogniser hears."""

GAP_SECONDS = 0.3
"""Silence between two pieces of a passage: enough for the recogniser to take them for two utterances."""

PAD_SECONDS = 0.2
"""Sound kept before and after a piece: soft beginnings and endings of words, and the room that they were said in.

On the sample calls 0.2 s with gaps of 0.3 s gave fewer wrong characters than 0.1 s or 0.3 s, and than other gaps.
"""

_BLOCK_SECONDS = 30.0
"""How much of the recording is read at once: the first passages go to the recogniser soon."""

_LEVEL_SECONDS = 0.1
"""Spacing of ``LaneHearing.levels``."""


@dataclass(frozen=True)
class Passage:
    """What goes to the recogniser at once: pieces of one lane in order of time, as they lie in the recording.

    ``index`` is its place among the call's passages, ``lane`` the lane's among the hearing's.
    """

    index: int
    lane: int
    speaker: Speaker
    pieces: tuple[Span, ...]


@dataclass(frozen=True)
class PassageAudio:
    """A passage and its sound: float32 mono at 16 kHz, its pieces one after the other with silence between them."""

    passage: Passage
    samples: NDArray[np.float32]


def plan(hearing: Hearing, window_seconds: float) -> tuple[Passage, ...]:
    """Pack the speech of every lane into passages for a recogniser that hears ``window_seconds`` at once.

    No speech is left out and no lanes are mixed; the passages of all lanes are ordered by when they start.
    """
    longest = window_seconds - max(0.5, window_seconds / 15)  # sound beyond the window would be lost without a word
    packed = [
        (lane_index, pieces)
        for lane_index, lane in enumerate(hearing.lanes)
        for pieces in _packed(_stretches(lane, hearing.duration, longest), longest)
    ]
    packed.sort(key=lambda each: (each[1][0].start, each[0]))
    return tuple(
        Passage(index, lane, hearing.lanes[lane].speaker, pieces) for index, (lane, pieces) in enumerate(packed)
    )


def clip_seconds(pieces: Sequence[Span]) -> float:
    """Length of the clip that a passage of these pieces makes, in seconds."""
    return _Layout(pieces).length / SAMPLE_RATE


def piece_at(passage: Passage, time_in_clip: float) -> int:
    """Index of the piece that is heard ``time_in_clip`` seconds into the clip; in a gap the nearer one."""
    layout = _Layout(passage.pieces)
    sample = time_in_clip * SAMPLE_RATE
    middles = ((offset + end) / 2 for offset, end in zip(layout.offsets[1:], layout.ends, strict=False))
    return sum(sample >= middle for middle in middles)


def locate(passage: Passage, time_in_clip: float, piece: int | None = None) -> float:
    """Return when in the recording that is heard which is ``time_in_clip`` seconds into the passage's clip.

    The answer lies inside the piece that is heard then, or inside ``piece`` where that is given: a word that the
    recogniser lets run on into a gap ends where its piece does.
    """
    index = piece_at(passage, time_in_clip) if piece is None else piece
    span = passage.pieces[index]
    into = time_in_clip - _Layout(passage.pieces).offsets[index] / SAMPLE_RATE
    return min(max(span.start + into, span.start), span.end)


def place(passage: Passage, time: float) -> float:
    """Return when in the passage's clip that is heard which lies at ``time`` in the recording, inside a piece.

    Raises ValueError where no piece of the passage holds ``time``.
    """
    for span, offset in zip(passage.pieces, _Layout(passage.pieces).offsets, strict=True):
        if span.start <= time <= span.end:
            return offset / SAMPLE_RATE + time - span.start
    raise ValueError(f"{time} s is in no piece of passage {passage.index}")


def collect(recording: Recording, passages: Sequence[Passage]) -> Iterator[PassageAudio]:
    """Read the recording once and give each passage with its sound as soon as all of it has been read.

    Memory holds only the passages that have begun and are not complete. Where the file ends early, what is missing of
    a passage is silence.
    """
    from csqa.hear.decode import blocks

    waiting = sorted((_Filling(passage) for passage in passages), key=lambda each: each.starts)
    open_now: list[_Filling] = []
    for block in blocks(recording, _BLOCK_SECONDS):
        first = round(block.start * SAMPLE_RATE)
        after = first + block.samples.shape[1]
        while waiting and waiting[0].starts < after:
            open_now.append(waiting.pop(0))
        for filling in open_now:
            filling.take(block.samples[filling.passage.lane], first)
        yield from (filling.audio() for filling in open_now if filling.ends <= after)
        open_now = [filling for filling in open_now if filling.ends > after]
    yield from (filling.audio() for filling in (*open_now, *waiting))


def halves(audio: PassageAudio) -> tuple[PassageAudio, PassageAudio]:
    """Part a passage near the middle of its clip: between two pieces, or where its only piece is quietest."""
    pieces = audio.passage.pieces
    layout = _Layout(pieces)
    if len(pieces) > 1:
        second = min(range(1, len(pieces)), key=lambda index: abs(layout.offsets[index] - layout.length / 2))
        earlier, later = pieces[:second], pieces[second:]
        end, start = layout.ends[second - 1], layout.offsets[second]
    else:
        end = start = _quietest_sample(audio.samples, layout.length // 3, layout.length * 2 // 3)
        cut = pieces[0].start + start / SAMPLE_RATE
        earlier, later = (Span(pieces[0].start, cut),), (Span(cut, pieces[0].end),)
    return (
        PassageAudio(replace(audio.passage, pieces=earlier), audio.samples[:end]),
        PassageAudio(replace(audio.passage, pieces=later), audio.samples[start:]),
    )


class _Layout:
    """Where the pieces lie in the clip, in samples: ``offsets`` and ``ends`` a piece, ``length`` of the whole."""

    def __init__(self, pieces: Sequence[Span]) -> None:
        sizes = [_sample(piece.end) - _sample(piece.start) for piece in pieces]
        gap = _sample(GAP_SECONDS)
        self.offsets = tuple(accumulate((size + gap for size in sizes[:-1]), initial=0))
        self.ends = tuple(offset + size for offset, size in zip(self.offsets, sizes, strict=True))
        self.length = self.ends[-1]


class _Filling:
    """A passage whose sound is being gathered."""

    def __init__(self, passage: Passage) -> None:
        self.passage = passage
        self.starts = _sample(passage.pieces[0].start)
        self.ends = _sample(passage.pieces[-1].end)
        self._layout = _Layout(passage.pieces)
        self._samples: NDArray[np.float32] | None = None

    def take(self, block: NDArray[np.float32], first: int) -> None:
        """Copy what ``block`` has of the pieces; it begins at sample ``first`` of the recording."""
        clip = self._clip()
        for piece, offset in zip(self.passage.pieces, self._layout.offsets, strict=True):
            start, end = _sample(piece.start), _sample(piece.end)
            left, right = max(start, first), min(end, first + block.size)
            if left < right:
                clip[offset + left - start : offset + right - start] = block[left - first : right - first]

    def audio(self) -> PassageAudio:
        """Return the gathered sound."""
        return PassageAudio(self.passage, self._clip())

    def _clip(self) -> NDArray[np.float32]:
        import numpy as np

        if self._samples is None:
            self._samples = np.zeros(self._layout.length, np.float32)
        return self._samples


def _sample(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE)


def _stretches(lane: LaneHearing, duration: float, longest: float) -> Iterator[Span]:
    """Give the lane's speech with a little silence around it, cut where a stretch is longer than ``longest``."""
    for speech in union(lane.speech, bridge=2 * PAD_SECONDS):
        start = max(speech.start - PAD_SECONDS, 0.0)
        end = max(min(speech.end + PAD_SECONDS, duration), speech.end)
        yield from _cut(Span(start, end), lane.levels, longest)


def _cut(span: Span, levels: Sequence[int], longest: float) -> Iterator[Span]:
    """Cut ``span`` where the lane is quietest, until no part is longer than ``longest``."""
    while span.duration > longest:
        where = _quietest(span.start + longest / 2, span.start + longest, levels)
        yield Span(span.start, where)
        span = Span(where, span.end)
    yield span


def _quietest_sample(samples: NDArray[np.float32], after: int, before: int) -> int:
    """Return the middle of the quietest tenth of a second between two samples."""
    frame = _sample(_LEVEL_SECONDS)
    energies = {at: float((samples[at : at + frame] ** 2).mean()) for at in range(after, before - frame, frame // 2)}
    return min(energies, key=lambda at: energies[at], default=(after + before - frame) // 2) + frame // 2


def _quietest(after: float, before: float, levels: Sequence[int]) -> float:
    """Return the middle of the quietest tenth of a second that lies wholly between the two times."""
    first = int(after / _LEVEL_SECONDS) + 1
    last = min(int(before / _LEVEL_SECONDS), len(levels))
    if last <= first:
        return before
    best = min(range(first, last), key=lambda index: (levels[index], -index))
    return (best + 0.5) * _LEVEL_SECONDS


def _packed(stretches: Iterable[Span], longest: float) -> Iterator[tuple[Span, ...]]:
    """Put stretches together, in order of time, as long as the clip stays within ``longest``.

    A pause that is no longer than the silence which would take its place is kept as it is.
    """
    held: tuple[Span, ...] = ()
    for stretch in stretches:
        if held and held[-1].gap_to(stretch) <= GAP_SECONDS:
            longer = (*held[:-1], Span(held[-1].start, stretch.end))
        else:
            longer = (*held, stretch)
        if held and clip_seconds(longer) > longest:
            yield held
            longer = (stretch,)
        held = longer
    if held:
        yield held
