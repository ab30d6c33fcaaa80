"""A call as talk: the one thing that a rule sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from csqa.hear.recording import CallMetadata, Sound, SoundSpan
from csqa.roles import Speaker
from csqa.spans import Span
from csqa.words.transcript import Word


class PauseKind(StrEnum):
    """Whose time a pause is: the customer waits, the customer thinks, or the call has not begun or is over."""

    WAIT = "wait"
    THINKING = "thinking"
    LEAD_IN = "lead-in"
    TAIL = "tail"


@dataclass(frozen=True)
class Turn:
    """What one party says until the other takes the word, or until a silence of two seconds.

    A backchannel (嗯, 好的) while the other goes on speaking is a turn of its own and does not end the other's.

    ``span`` goes by the sound where there is sound, else by the words. ``speech`` is the time in it that is really
    spoken. ``confidence`` is the words' mean (0–1), ``None`` where unknown. ``speaker_confidence`` is how sure it is
    who spoke: 1 on lanes of their own, less where one lane holds both. ``level`` is the median loudness of its speech,
    ``loudest`` the greatest mean loudness of one and a half seconds in it, in dBFS; both ``None`` without sound.
    """

    index: int
    speaker: Speaker
    span: Span
    text: str
    words: tuple[Word, ...] = ()
    speech: tuple[Span, ...] = ()
    confidence: float | None = None
    speaker_confidence: float = 1.0
    level: float | None = None
    loudest: float | None = None


@dataclass(frozen=True)
class Pause:
    """A stretch in which the party who owes the next word does not speak.

    ``span`` goes by the sound, ``by_words`` is the same gap by the recogniser's word times (``None`` where there are no
    word times, or no sound and so one clock only). ``previous_turn`` and ``next_turn`` are indices into the
    conversation's turns. ``announced`` tells that the agent asked the customer to wait before it, ``thanked`` that the
    agent's first turn after it thanks for the wait or apologises for it. A wait that lasts to the end of the recording
    may have been shorter: the customer may have hung up without a word.
    """

    span: Span
    kind: PauseKind
    owed_by: Speaker | None
    sound: Sound
    announced: bool
    thanked: bool
    by_words: Span | None = None
    previous_turn: int | None = None
    next_turn: int | None = None


@dataclass(frozen=True)
class Overlap:
    """Both parties speaking at once; ``interrupter`` began while the other was speaking."""

    span: Span
    interrupter: Speaker


@dataclass(frozen=True)
class SpeakerMeasures:
    """Figures of one party: seconds spoken, share of all speech (0–1), characters a minute of own speech, loudness.

    ``median_level`` is the loudness of the party's speech and ``noise_level`` that of the lane while nobody speaks on
    it, both in dBFS; ``None`` where they are not known.
    """

    speaker: Speaker
    speech_seconds: float
    talk_share: float
    characters_per_minute: float | None
    median_level: float | None
    noise_level: float | None = None


@dataclass(frozen=True)
class Conversation:
    """A call with everything a rule may ask about.

    ``has_sound`` is false for a transcript that came without audio: then pauses go by its own times, and rules that
    need sound do not apply. ``unheard`` is speech for which there are no words. ``speakers_estimated`` says that one
    lane held both parties and who spoke is a guess, ``ended_early`` that the recording breaks off before the call ends.
    """

    duration: float
    turns: tuple[Turn, ...]
    pauses: tuple[Pause, ...]
    overlaps: tuple[Overlap, ...]
    speech: Mapping[Speaker, tuple[Span, ...]]
    sounds: tuple[SoundSpan, ...] = ()
    measures: tuple[SpeakerMeasures, ...] = ()
    unheard: Mapping[Speaker, tuple[Span, ...]] = field(default_factory=dict)
    has_sound: bool = True
    speakers_estimated: bool = False
    ended_early: bool = False
    metadata: CallMetadata = field(default_factory=CallMetadata)

    def turns_of(self, speaker: Speaker) -> tuple[Turn, ...]:
        """The turns of one party, in order."""
        return tuple(turn for turn in self.turns if turn.speaker is speaker)
