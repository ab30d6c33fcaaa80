"""Pauses: when nobody owes nothing, and when somebody does.

A walk over the utterances keeps one thing in mind: whose move it is. After a customer's turn it is the agent's; after
an agent's question or request the customer's; after a request to wait the agent's, whatever the customer answers; after
a customer's 您等一下 the customer's. A stretch in which the party who owes the next word is silent is a pause. Speech
without words, a cough, does not begin the call: only words do.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from itertools import dropwhile

from csqa.hear.recording import Sound, SoundSpan
from csqa.roles import Speaker
from csqa.spans import Span, intersection, total
from csqa.talk.conversation import Pause, PauseKind, Turn
from csqa.talk.cues import Move, agent_cue, customer_asks_for_time, is_backchannel, says_goodbye, thanks_for_waiting
from csqa.talk.plain import spoken_length
from csqa.talk.turns import TurnUtterances
from csqa.talk.utterances import Utterance

SHORTEST = 1.0
"""Pauses shorter than this (seconds) are the rhythm of talk and not listed."""

ACKNOWLEDGEMENT = 2.0
"""A customer's backchannel within this many seconds of the agent's last word answers it; a later one only waits."""

FILLED = 0.5
"""Share of a pause that a sound must fill to name it."""

UNHEARD_BLIP = 0.3
"""Speech without words shorter than this (seconds) ends no pause."""

UNHEARD_ANSWER = 1.0
"""Speech of the customer without words from this length (seconds) on is taken for an answer."""

THANKS_WITHIN = 25
"""Spoken characters at the start of the agent's next turn in which thanks for the wait are looked for."""

CLOSING_WORDS = 12
"""A turn after the goodbye longer than this (spoken characters) opens the talk again."""


@dataclass(frozen=True)
class _Move:
    """Whose move it is; ``owed_by`` is ``None`` after a statement: whoever speaks next had the word."""

    owed_by: Speaker | None
    awaited: Move = Move.NOTHING
    announced: bool = False
    own_time: bool = False


_OPEN = _Move(None)


def find_pauses(
    utterances: Sequence[Utterance],
    turns: Sequence[TurnUtterances],
    duration: float,
    sounds: Sequence[SoundSpan],
    two_clocks: bool,
) -> tuple[Pause, ...]:
    """List the pauses of at least a second, in order of time, with who owed the next word and what fills them.

    ``two_clocks`` says that the utterances' spans go by the sound, so that the words' times are a second clock. Where
    the call ends with the agent's word owed and nobody's goodbye, the customer has waited up to the end: surely until
    their own last words, and then in a wait that lasts to ``duration``, as the recorder may have run on by itself.
    """
    places = {id(utterance): each.turn.index for each in turns for utterance in each.utterances}
    worth = [one for one in utterances if one.text or one.span.duration >= UNHEARD_BLIP]
    relevant = list(dropwhile(lambda one: not one.text, worth))
    over = _goodbye(turns, {Speaker.AGENT})
    said: dict[int, str] = {}
    pauses: list[Pause] = []
    cursor, murmured, move = 0.0, 0.0, _OPEN
    previous: Utterance | None = None
    still_there: Utterance | None = None

    def add(kind: PauseKind, owed_by: Speaker | None, end: float, following: Utterance | None) -> None:
        if end - cursor < SHORTEST:
            return
        span = Span(cursor, end)
        pauses.append(
            Pause(
                span=span,
                kind=kind,
                owed_by=owed_by,
                sound=_filling(span, sounds),
                announced=kind is PauseKind.WAIT and move.announced,
                thanked=False,
                by_words=_by_words(relevant, span, kind) if two_clocks else None,
                previous_turn=_turn_index(previous, places),
                next_turn=_turn_index(following, places),
            )
        )

    for utterance in relevant:
        waiting = cursor + ACKNOWLEDGEMENT <= utterance.span.start
        if (
            previous is not None
            and waiting
            and move.owed_by is Speaker.AGENT
            and utterance.speaker is Speaker.CUSTOMER
            and _only_waits(utterance)
        ):
            still_there = utterance if utterance.text else still_there
            murmured = max(murmured, utterance.span.end)
            continue
        add(*_kind(move, previous, utterance, over), utterance.span.start, utterance)
        place = places.get(id(utterance))
        so_far = utterance.text
        if place is not None:
            so_far = said[place] = said.get(place, "") + utterance.text
        move = _next_move(move, utterance, so_far)
        cursor = max(cursor, utterance.span.end, murmured)
        previous, still_there = utterance, None
    if move.owed_by is Speaker.AGENT and _goodbye(turns, set(Speaker)) == float("inf"):
        if still_there is not None:
            add(PauseKind.WAIT, Speaker.AGENT, still_there.span.start, still_there)
            cursor, previous = max(cursor, still_there.span.end), still_there
        add(PauseKind.WAIT, Speaker.AGENT, duration, None)
    elif relevant:
        add(PauseKind.TAIL, None, duration, None)
    return tuple(_with_thanks(pause, [each.turn for each in turns]) for pause in pauses)


def _next_move(move: _Move, utterance: Utterance, so_far: str) -> _Move:
    if utterance.speaker is Speaker.AGENT:
        return _after_agent(move, utterance, so_far)
    if utterance.speaker is Speaker.CUSTOMER:
        return _after_customer(move, utterance)
    return _OPEN


def _after_agent(move: _Move, utterance: Utterance, so_far: str) -> _Move:
    if not utterance.text:
        return _OPEN
    cue = agent_cue(so_far)
    if cue.move is Move.HOLD or (cue.progress and move.announced and cue.move is Move.NOTHING):
        return _Move(Speaker.AGENT, Move.HOLD, announced=True)
    if cue.move is not Move.NOTHING:
        return _Move(Speaker.CUSTOMER, cue.move)
    if move.owed_by is Speaker.CUSTOMER and (move.own_time or is_backchannel(so_far)):
        return move
    if move.announced and is_backchannel(so_far):
        return move
    return _OPEN


def _after_customer(move: _Move, utterance: Utterance) -> _Move:
    answered = _Move(Speaker.AGENT, announced=move.announced)
    if not utterance.text:
        return answered if utterance.span.duration >= UNHEARD_ANSWER else move
    if customer_asks_for_time(utterance.text) and not move.announced:
        return _Move(Speaker.CUSTOMER, own_time=True)
    if is_backchannel(utterance.text) and (move.awaited is Move.REQUEST or move.own_time):
        return move
    return answered


def _only_waits(utterance: Utterance) -> bool:
    return is_backchannel(utterance.text) if utterance.text else utterance.span.duration < UNHEARD_ANSWER


def _kind(
    move: _Move, previous: Utterance | None, following: Utterance, over: float
) -> tuple[PauseKind, Speaker | None]:
    if previous is None:
        return PauseKind.LEAD_IN, None
    if following.span.start > over:
        return PauseKind.TAIL, None
    owed_by = move.owed_by or following.speaker
    if owed_by is Speaker.CUSTOMER:
        return PauseKind.THINKING, Speaker.CUSTOMER
    return (PauseKind.WAIT, Speaker.AGENT) if owed_by is Speaker.AGENT else (PauseKind.THINKING, None)


def _goodbye(turns: Sequence[TurnUtterances], speakers: Set[Speaker]) -> float:
    """When one of ``speakers`` has said the last goodbye: after that only short words follow. Infinity: nobody has."""
    for each in reversed(turns):
        turn = each.turn
        if turn.speaker in speakers and says_goodbye(turn.text):
            return turn.span.end
        if spoken_length(turn.text) > CLOSING_WORDS:
            break
    return float("inf")


def _by_words(utterances: Sequence[Utterance], span: Span, kind: PauseKind) -> Span | None:
    """The same gap by word times: from the last word before to the first after; ``None`` without words on a side."""
    before = [one.by_words.end for one in utterances if one.by_words and one.span.end <= span.start]
    after = [one.by_words.start for one in utterances if one.by_words and one.span.start >= span.end]
    if not after or (not before and kind is not PauseKind.LEAD_IN):
        return None
    start = max(before, default=0.0)
    return Span(start, max(start, min(after)))


def _filling(span: Span, sounds: Sequence[SoundSpan]) -> Sound:
    """Name the sound that fills most of ``span``; silence where none fills half of it."""
    filled = {
        sound: total(intersection((span,), (one.span for one in sounds if one.sound is sound)))
        for sound in {one.sound for one in sounds if one.span.overlaps(span)}
    }
    if not filled:
        return Sound.SILENCE
    loudest = max(filled, key=lambda sound: (filled[sound], sound))
    return loudest if filled[loudest] >= FILLED * span.duration else Sound.SILENCE


def _turn_index(utterance: Utterance | None, places: dict[int, int]) -> int | None:
    return None if utterance is None else places.get(id(utterance))


def _with_thanks(pause: Pause, turns: Sequence[Turn]) -> Pause:
    if pause.kind is not PauseKind.WAIT:
        return pause
    after = next((turn for turn in turns if turn.speaker is Speaker.AGENT and turn.span.start >= pause.span.end), None)
    if after is None:
        return pause
    return replace(pause, thanked=thanks_for_waiting(opening_of(after.text, THANKS_WITHIN)))


def opening_of(text: str, spoken: int) -> str:
    """The first ``spoken`` characters of ``text``, marks not counted."""
    counted = 0
    for index, character in enumerate(text):
        if character.isalnum():
            counted += 1
            if counted > spoken:
                return text[:index]
    return text
