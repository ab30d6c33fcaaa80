"""Figures of talk: pace, share, loudness, and both speaking at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median

from csqa.hear.recording import Hearing
from csqa.roles import Speaker
from csqa.spans import Span, difference, intersection, total, union
from csqa.talk.conversation import Overlap, SpeakerMeasures, Turn
from csqa.talk.plain import spoken_length

OVERLAP_LEAST = 0.3
"""Both speaking at once for less than this (seconds) is the ordinary change of turns."""

BREATH = 1.0
"""Who draws breath for less than this (seconds) has gone on speaking."""

LEVEL_STEP = 0.1
"""Seconds between two levels of a lane."""

LOUD_STRETCH = 1.5
"""For so long (seconds) a voice must be raised before it counts as loud."""


def find_overlaps(speech: Mapping[Speaker, Sequence[Span]]) -> tuple[Overlap, ...]:
    """List where both parties speak at once for at least 0.3 s; who began later is the interrupter."""
    agent, customer = speech.get(Speaker.AGENT, ()), speech.get(Speaker.CUSTOMER, ())
    both = intersection(agent, customer)
    agent, customer = union(agent, BREATH), union(customer, BREATH)
    found: list[Overlap] = []
    for span in both:
        if span.duration < OVERLAP_LEAST:
            continue
        agent_began, customer_began = _began(agent, span), _began(customer, span)
        found.append(Overlap(span, Speaker.AGENT if agent_began > customer_began else Speaker.CUSTOMER))
    return tuple(found)


def measure_speakers(
    speech: Mapping[Speaker, Sequence[Span]], turns: Sequence[Turn], hearing: Hearing | None
) -> tuple[SpeakerMeasures, ...]:
    """Measure agent and customer; a party of whom nothing is heard is left out.

    Pace is characters of recognised talk a minute of the speech that holds them, marks excluded. The levels of a lane
    that holds both parties count for both.
    """
    seconds = {speaker: total(speech.get(speaker, ())) for speaker in (Speaker.AGENT, Speaker.CUSTOMER)}
    everyone = sum(seconds.values())
    measures: list[SpeakerMeasures] = []
    for speaker, own in seconds.items():
        if own <= 0:
            continue
        worded = [turn for turn in turns if turn.speaker is speaker]
        spoken = total(span for turn in worded for span in turn.speech)
        characters = sum(spoken_length(turn.text) for turn in worded)
        measures.append(
            SpeakerMeasures(
                speaker=speaker,
                speech_seconds=own,
                talk_share=own / everyone,
                characters_per_minute=60 * characters / spoken if spoken > 0 and characters else None,
                median_level=_median(_levels_in(_levels_of(hearing, speaker), speech[speaker])),
                noise_level=_noise_level(hearing, speaker),
            )
        )
    return tuple(measures)


def _began(speech: Sequence[Span], span: Span) -> float:
    return max((one.start for one in speech if one.overlaps(span)), default=span.start)


def with_levels(turns: Sequence[Turn], hearing: Hearing | None) -> tuple[Turn, ...]:
    """Note in each turn how loud its speech is; without sound, or on a lane without levels, they stay as they are."""
    measured: list[Turn] = []
    for turn in turns:
        levels = _levels_of(hearing, turn.speaker)
        spoken = _levels_in(levels, turn.speech)
        measured.append(replace(turn, level=_median(spoken), loudest=_loudest(spoken)) if spoken else turn)
    return tuple(measured)


def _levels_of(hearing: Hearing | None, speaker: Speaker) -> Sequence[int]:
    lanes = hearing.lanes if hearing else ()
    return next((one.levels for one in lanes if one.speaker in {speaker, Speaker.UNKNOWN}), ())


def _levels_in(levels: Sequence[int], speech: Sequence[Span]) -> list[int]:
    return [
        levels[index]
        for span in speech
        for index in range(round(span.start / LEVEL_STEP), min(len(levels), round(span.end / LEVEL_STEP)))
    ]


def _median(levels: Sequence[int]) -> float | None:
    return float(median(levels)) if levels else None


def _loudest(levels: Sequence[int]) -> float | None:
    """The greatest mean of ``LOUD_STRETCH`` seconds of levels; ``None`` where there are fewer."""
    width = round(LOUD_STRETCH / LEVEL_STEP)
    if len(levels) < width:
        return None
    running = greatest = sum(levels[:width])
    for leaving, coming in zip(levels, levels[width:], strict=False):
        running += coming - leaving
        greatest = max(greatest, running)
    return greatest / width


def _noise_level(hearing: Hearing | None, speaker: Speaker) -> float | None:
    """The median level of the party's lane while neither speech nor music or tones are on it."""
    levels = _levels_of(hearing, speaker)
    if hearing is None or not levels:
        return None
    lane = next(one for one in hearing.lanes if one.speaker in {speaker, Speaker.UNKNOWN})
    busy = union([*lane.speech, *(one.span for one in hearing.sounds if one.speaker is lane.speaker)], BREATH)
    quiet = difference((Span(0.0, len(levels) * LEVEL_STEP),), busy)
    return _median(_levels_in(levels, quiet))
