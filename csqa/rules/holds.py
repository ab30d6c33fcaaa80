"""Waits brought together as holds, and a wait's length held against a limit by both clocks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from csqa.hear.recording import Sound
from csqa.roles import Speaker
from csqa.rules.heard import Heard
from csqa.talk.conversation import Conversation, Pause, PauseKind, Turn
from csqa.talk.cues import asks_to_wait, is_backchannel, reports_progress
from csqa.talk.plain import spoken_length

SHORT_REPLY = 8
"""A customer's words up to this length (spoken characters) do not end a hold: 好的，我等着."""

CLOCK_SLACK = 1.0
"""Seconds that the word clock may run over the sound clock before a short wait is doubted."""


class Length(StrEnum):
    """A wait against a limit: surely over, surely under, on the edge, over by one clock only, or over but never ended.

    ``OPEN`` is a wait that lasts to the end of the recording: nobody knows how long the customer was still there.
    """

    OVER = "over"
    UNDER = "under"
    EDGE = "edge"
    SPLIT = "split"
    OPEN = "open"


@dataclass(frozen=True)
class Hold:
    """A stretch in which the customer waits: one wait, or several with only reports of progress between them.

    ``after`` is the agent's first turn afterwards, ``None`` where the agent does not speak again.
    """

    waits: tuple[Pause, ...]
    after: Turn | None

    @property
    def first(self) -> Pause:
        """The wait that it begins with."""
        return self.waits[0]

    @property
    def announced(self) -> bool:
        """Whether the agent asked the customer to wait."""
        return self.first.announced

    @property
    def longest(self) -> Pause:
        """The longest of its waits."""
        return max(self.waits, key=lambda wait: wait.span.duration)

    def notice(self, conversation: Conversation, seconds: float) -> tuple[Turn, ...]:
        """The agent's turns that end within ``seconds`` before it."""
        start = self.first.span.start
        return tuple(
            turn
            for turn in conversation.turns
            if turn.speaker is Speaker.AGENT and turn.span.start < start and turn.span.end >= start - seconds
        )


def length_of(wait: Pause, limit: float, tolerance: float, conversation: Conversation) -> Length:
    """Hold ``wait`` against ``limit`` seconds; within ``tolerance`` of it a wait is on the edge.

    With two clocks, a wait that is long by the sound must not be short by the words, nor the other way round.
    """
    seconds = wait.span.duration
    if wait.next_turn is None and wait.span.end >= conversation.duration:
        return Length.OPEN if seconds >= limit - tolerance else Length.UNDER
    words = None if wait.by_words is None else wait.by_words.duration
    if abs(seconds - limit) <= tolerance + 1e-6:
        return Length.EDGE
    if seconds > limit:
        return Length.OVER if words is None or words >= limit - tolerance else Length.SPLIT
    agrees = words is None or words <= limit + tolerance or words - seconds <= CLOCK_SLACK
    return Length.UNDER if agrees else Length.SPLIT


def longest_of(hold: Hold, limit: float, tolerance: float, conversation: Conversation) -> Length:
    """Hold the longest of a hold's waits against ``limit``; an open one only where no other is surely over."""
    lengths = {length_of(wait, limit, tolerance, conversation) for wait in hold.waits}
    return Length.OVER if Length.OVER in lengths else length_of(hold.longest, limit, tolerance, conversation)


def holds_of(heard: Heard) -> tuple[Hold, ...]:
    """All waits for the agent as holds, in order; ring-back, when somebody else is being called, is none."""
    if "holds" not in heard.memory:
        heard.memory["holds"] = _holds(heard.conversation)
    found: tuple[Hold, ...] = heard.memory["holds"]
    return found


def _holds(conversation: Conversation) -> tuple[Hold, ...]:
    groups: list[list[Pause]] = []
    for pause in conversation.pauses:
        if pause.kind is not PauseKind.WAIT or pause.sound is Sound.RINGBACK:
            continue
        if groups and groups[-1][0].announced and _goes_on(groups[-1][-1], pause, conversation):
            groups[-1].append(pause)
        else:
            groups.append([pause])
    return tuple(Hold(tuple(group), _agent_after(group[-1], conversation)) for group in groups)


def _goes_on(earlier: Pause, later: Pause, conversation: Conversation) -> bool:
    """Tell whether only reports of progress, and a customer who goes on waiting, lie between two waits."""
    if earlier.next_turn is None or later.previous_turn is None:
        return False
    between = conversation.turns[earlier.next_turn : later.previous_turn + 1]
    return bool(between) and all(_keeps_holding(turn) for turn in between)


def _keeps_holding(turn: Turn) -> bool:
    if turn.speaker is Speaker.AGENT:
        return reports_progress(turn.text) or asks_to_wait(turn.text) or is_backchannel(turn.text)
    return is_backchannel(turn.text) or spoken_length(turn.text) <= SHORT_REPLY


def _agent_after(pause: Pause, conversation: Conversation) -> Turn | None:
    for turn in conversation.turns:
        if turn.speaker is Speaker.AGENT and turn.span.start >= pause.span.end - 1e-6:
            return turn
    return None
