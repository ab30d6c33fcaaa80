"""What fills the time in which nobody speaks: music, ring-back, busy tone, keys; what is none of these is silence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from csqa.hear.clicks import ClickListener
from csqa.hear.music import MusicFrames, MusicListener, music_in
from csqa.hear.recording import Sound
from csqa.hear.signals import WHOLE_RING, SignalListener, Signals
from csqa.spans import Span, difference, union

SHORTEST_SOUND = 0.2
"""What is left of a sound between two utterances and shorter than this (seconds) is not told."""

RING_REST = 4.0
"""The silence (seconds) that belongs to a ring."""

_SURELY_MUSIC = 0.3
_SURELY_MUSIC_WHEN_SHORT = 0.4
_SHORT = 1.0
"""Persistence above which speech amid music was no speech. Real speech: at most 0.24 over a second, 0.4 over 0.3 s."""
_BESIDE = 2.0
_AMID = 0.9
"""Share of a span that lies in music for it to be amid it."""


class SoundDetector:
    """Listens to one lane, slice by slice in order of time."""

    def __init__(self) -> None:
        self._music = MusicListener()
        self._signals = SignalListener()
        self._clicks = ClickListener()

    def feed(self, samples: NDArray[np.float32]) -> None:
        """Hear the next ``samples`` (mono, 16 kHz, full scale -1..1)."""
        for listener in (self._music, self._signals, self._clicks):
            listener.feed(samples)

    def finish(self, speech: Iterable[Span]) -> tuple[tuple[Span, ...], tuple[tuple[Span, Sound], ...]]:
        """Return ``speech`` without what was music or network tones, and the sounds between it in order of time."""
        frames = self._music.finish()
        signals = _without_notes(self._signals.finish(), frames)
        spoken = _without_music(difference(speech, _unmistakable(signals)), frames, _all_of(signals))
        sounds: list[tuple[Span, Sound]] = []
        taken = spoken
        for sound, spans in (
            (Sound.BUSY, signals.busy),
            (Sound.RINGBACK, tuple(_ringback(rings, spoken) for rings in signals.rings)),
            (Sound.KEYS, signals.keys),
            (Sound.MUSIC, music_in(frames, (*spoken, *_all_of(signals)))),
        ):
            free = [span for span in difference(spans, taken) if span.duration >= SHORTEST_SOUND]
            sounds += [(span, sound) for span in free]
            taken = union((*taken, *free))
        sounds += [(span, Sound.KEYS) for span in self._clicks.finish(taken)]
        return spoken, tuple(sorted(sounds))


def _without_notes(signals: Signals, frames: MusicFrames) -> Signals:
    """Drop single rings in or beside music: there it is a note that happens to be as high and as long."""
    notes = [rings[0] for rings in signals.rings if len(rings) == 1]
    kept = tuple(rings for rings in signals.rings if len(rings) > 1)
    without = replace(signals, rings=kept)
    music = music_in(frames, _all_of(without))
    real = (note for note in notes if not any(note.gap_to(each) < _BESIDE > each.gap_to(note) for each in music))
    return replace(without, rings=tuple(sorted((*kept, *((note,) for note in real)))))


def _all_of(signals: Signals) -> tuple[Span, ...]:
    return union((*(ring for rings in signals.rings for ring in rings), *signals.busy, *signals.keys))


def _unmistakable(signals: Signals) -> tuple[Span, ...]:
    """Tones that cannot be a voice: a cadence that came back. A single ring might be a long hum of assent."""
    return union((*(ring for rings in signals.rings if len(rings) > 1 for ring in rings), *signals.busy))


def _ringback(rings: tuple[Span, ...], spoken: tuple[Span, ...]) -> Span:
    """The rings with their rests: also the last one's, unless it was cut short by the pick-up or somebody speaks."""
    last = rings[-1].end
    rest = RING_REST if rings[-1].duration >= WHOLE_RING else 0.0
    return Span(rings[0].start, min([last + rest, *(span.start for span in spoken if span.start >= last)]))


def _without_music(speech: tuple[Span, ...], frames: MusicFrames, tones: tuple[Span, ...]) -> tuple[Span, ...]:
    """Drop spans amid a stretch of music that sound like that music themselves."""
    music = music_in(frames, tones)
    return tuple(span for span in speech if not (_is_amid(span, music) and _sounds_like_music(span, frames)))


def _is_amid(span: Span, music: tuple[Span, ...]) -> bool:
    return sum(span.shared(stretch) for stretch in music) >= _AMID * span.duration


def _sounds_like_music(span: Span, frames: MusicFrames) -> bool:
    needed = _SURELY_MUSIC if span.duration >= _SHORT else _SURELY_MUSIC_WHEN_SHORT
    return frames.persistence(span) >= needed
