"""What is heard beside the words: pauses, delays, interruptions, pace, loudness, noise, shares of talk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import Annotated

from csqa.hear.recording import Sound
from csqa.messages import Reason
from csqa.roles import Speaker
from csqa.rules.base import Condition, Judging
from csqa.rules.criteria.base import (
    Answer,
    Criterion,
    Spot,
    Stance,
    criterion,
    spot_of_pause,
    spot_of_span,
    spot_of_turn,
    told,
)
from csqa.rules.holds import Length, length_of
from csqa.rules.phrases import NO_PHRASES, Phrases, Turns, find_in_turns
from csqa.spans import Span, intersection, total
from csqa.talk.conversation import Conversation, Overlap, Pause, PauseKind, SpeakerMeasures, Turn
from csqa.talk.cues import is_backchannel
from csqa.talk.plain import plain, spoken_length

_LENGTHS = {Length.OVER: True, Length.UNDER: False}


def _no_sound(one: Criterion) -> Answer:
    return Answer(None, 0.5, Condition(one.label or Reason("verdict.no-sound"), None), lacks="sound")


def _answered(one: Criterion, code: str, spots: Sequence[Spot], times: int = 1, **parameters: object) -> Answer:
    """Hold where there are places enough, perhaps where only unsure ones make them enough."""
    sure = sum(spot.sure for spot in spots)
    held: bool | None = True if sure >= times else (None if len(spots) >= times else False)
    confidence = max((spot.confidence for spot in spots), default=0.95)
    return Answer(held, confidence, Condition(told(one, code, count=len(spots), **parameters), held), tuple(spots))


class Whose(StrEnum):
    """Whose pauses are meant."""

    WAIT = "wait"
    THINKING = "thinking"
    ANY = "any"


@criterion("pause")
@dataclass(frozen=True, kw_only=True)
class Pauses(Criterion):
    """There is a pause: the customer's wait, somebody's thinking, or any.

    With two clocks it must be long by both; what is long by one only, or on the edge, is a maybe.
    """

    pause: Annotated[Whose, "wait: the agent owed the word; thinking: the customer did; any."]
    longer_than: Annotated[float, "Seconds that it lasts at least."] = 0.0
    shorter_than: Annotated[float | None, "Seconds that it lasts at most."] = None
    tolerance: Annotated[float, "Half width in seconds of the grey band."] = 0.3
    sounds: Annotated[tuple[Sound, ...], "What fills it; empty: anything."] = ()
    announced: Annotated[bool | None, "Whether the agent asked the customer to wait; not given: either."] = None
    unless_before: Annotated[Phrases, "Not where this is said in the turn before it."] = NO_PHRASES
    unless_after: Annotated[Phrases, "Not where this is said in the turn after it."] = NO_PHRASES
    times: Annotated[int, "How many such pauses there must be."] = 1

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer with the pauses."""
        conversation = judging.conversation
        last = len(conversation.turns)
        spots: list[Spot] = []
        for pause in conversation.pauses:
            long = self._long(pause, conversation)
            if long is False or not self._meant(pause) or self._excepted(pause, judging):
                continue
            reason = Reason("criterion.pause-here", {"seconds": pause.span.duration})
            spots.append(spot_of_pause(pause, reason, 0.95 if long else 0.5, last, sure=long is True))
        if scope is not None:
            spots = [spot for spot in spots if spot.turn in scope]
        return _answered(self, "criterion.pause", spots, self.times, seconds=self.longer_than)

    def _long(self, pause: Pause, conversation: Conversation) -> bool | None:
        if self.shorter_than is not None and pause.span.duration > self.shorter_than:
            return False
        return _LENGTHS.get(length_of(pause, self.longer_than, self.tolerance, conversation))

    def _meant(self, pause: Pause) -> bool:
        kinds = {Whose.WAIT: {PauseKind.WAIT}, Whose.THINKING: {PauseKind.THINKING}}.get(self.pause, set(PauseKind))
        return (
            pause.kind in kinds
            and (not self.sounds or pause.sound in self.sounds)
            and (self.announced is None or pause.announced == self.announced)
        )

    def _excepted(self, pause: Pause, judging: Judging) -> bool:
        turns = judging.conversation.turns
        for phrases, index in ((self.unless_before, pause.previous_turn), (self.unless_after, pause.next_turn)):
            if phrases and index is not None and find_in_turns(phrases, NO_PHRASES, (turns[index],), judging.heard):
                return True
        return False


@criterion("delay")
@dataclass(frozen=True, kw_only=True)
class Delay(Criterion):
    """A party takes long to answer after the other has finished; announced holds are no delays."""

    delay: Annotated[Speaker, "Who answers."]
    longer_than: Annotated[float, "Seconds."]
    shorter_than: Annotated[float | None, "Seconds from which it is no longer a delay but a wait."] = None
    times: Annotated[int, "How many such delays there must be."] = 1

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer with the delays."""
        conversation = judging.conversation
        announced = {pause.next_turn for pause in conversation.pauses if pause.announced}
        owed = {pause.next_turn: pause.owed_by for pause in conversation.pauses}
        spots: list[Spot] = []
        for before, turn in zip(conversation.turns, conversation.turns[1:], strict=False):
            gap = turn.span.start - before.span.end
            if turn.speaker is not self.delay or before.speaker is self.delay or turn.index in announced:
                continue
            if owed.get(turn.index, self.delay) is not self.delay:
                continue
            if gap > self.longer_than and (self.shorter_than is None or gap <= self.shorter_than):
                reason = Reason("criterion.delay-here", {"seconds": gap})
                spots.append(spot_of_span(Span(before.span.end, turn.span.start), self.delay, reason, 0.9, turn.index))
        return _answered(self, "criterion.delay", spots, self.times, seconds=self.longer_than)


@criterion("interrupts")
@dataclass(frozen=True, kw_only=True)
class Interrupts(Criterion):
    """A party cuts in while the other is speaking, and the other gives way."""

    interrupts: Annotated[Speaker, "Who cuts in."]
    shortest: Annotated[float, "Seconds that both speak at once at least."] = 0.8
    other_spoke: Annotated[float, "Seconds that the other had been speaking at least: less is starting together."] = 1.0
    yields_within: Annotated[float, "Within so many seconds of being cut in on the other stops; 0: need not stop."] = (
        1.0
    )
    backchannel_most: Annotated[int, "Up to so many spoken characters 嗯 and 好的 only show that one listens."] = 4
    times: Annotated[int, "How often."] = 1
    unless: Annotated[Phrases, "Not where this is said on cutting in: 不好意思打断一下."] = NO_PHRASES

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer with the places; where the other goes on for a while it is only a maybe."""
        conversation = judging.conversation
        spots: list[Spot] = []
        for overlap in conversation.overlaps:
            own = self._turn(conversation, overlap, self.interrupts)
            other = self._turn(conversation, overlap, _other(self.interrupts))
            if overlap.interrupter is not self.interrupts or own is None or other is None:
                continue
            if overlap.span.duration < self.shortest or overlap.span.start - other.span.start < self.other_spoke:
                continue
            if is_backchannel(own.text) and spoken_length(own.text) <= self.backchannel_most:
                continue
            if self.unless and find_in_turns(self.unless, NO_PHRASES, (own,), judging.heard):
                continue
            goes_on = (
                total(
                    intersection(
                        conversation.speech.get(other.speaker, ()), (Span(overlap.span.end, other.span.end + 1e-3),)
                    )
                )
                if other.span.end > overlap.span.end
                else 0.0
            )
            yields = (
                overlap.span.duration + goes_on <= self.shortest + self.yields_within or goes_on <= self.yields_within
            )
            reason = Reason("criterion.interrupts-here", {"seconds": overlap.span.duration})
            spots.append(
                spot_of_span(overlap.span, self.interrupts, reason, 0.85 if yields else 0.5, own.index, sure=yields)
            )
        return _answered(self, "criterion.interrupts", spots, self.times)

    def _turn(self, conversation: Conversation, overlap: Overlap, speaker: Speaker) -> Turn | None:
        turns = [turn for turn in conversation.turns_of(speaker) if turn.span.overlaps(overlap.span)]
        return turns[-1] if speaker is self.interrupts and turns else (turns[0] if turns else None)


def _other(speaker: Speaker) -> Speaker:
    return Speaker.CUSTOMER if speaker is Speaker.AGENT else Speaker.AGENT


def _measures(conversation: Conversation, speaker: Speaker) -> SpeakerMeasures | None:
    return next((one for one in conversation.measures if one.speaker is speaker), None)


@criterion("pace")
@dataclass(frozen=True, kw_only=True)
class Pace(Criterion):
    """A party's pace over the call lies within limits, in characters a minute of its own speech, marks excluded."""

    pace: Annotated[Speaker, "Whose pace."]
    at_least: Annotated[float, "Characters a minute."] = 0.0
    at_most: Annotated[float, "Characters a minute."] = 1000.0
    usual: Annotated[tuple[float, ...], "The standard's own band, told beside the figure: least, most."] = ()
    tolerance: Annotated[float, "Share by which the limits may be passed before it surely is outside."] = 0.03
    shortest: Annotated[int, "With fewer spoken characters a pace is not measured."] = 30

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer by the figure; on the edge of a limit it cannot be told."""
        measured = _measures(judging.conversation, self.pace)
        spoken = sum(spoken_length(turn.text) for turn in judging.conversation.turns_of(self.pace))
        if measured is None or measured.characters_per_minute is None or spoken < self.shortest:
            return Answer(None, 0.5, Condition(told(self, "criterion.too-short"), None), lacks="talk")
        rate = measured.characters_per_minute
        held: bool | None = self.at_least <= rate <= self.at_most
        edges = (limit for limit in (self.at_least, self.at_most) if abs(rate - limit) <= self.tolerance * limit)
        if any(edges):
            held = None
        band = list(self.usual) or [self.at_least, self.at_most]
        within = band[0] <= rate <= band[1]
        code = "criterion.pace" if within else "criterion.pace-outside-band"
        reason = Reason(code, {"rate": rate, "least": band[0], "most": band[1]})
        return Answer(held, 0.9, Condition(reason, held))


@criterion("loudness")
@dataclass(frozen=True, kw_only=True)
class Loudness(Criterion):
    """A party's speech is as loud as it should be over the whole call, in dBFS (median)."""

    loudness: Annotated[Speaker, "Whose loudness."]
    at_least: Annotated[float, "dBFS."] = -100.0
    at_most: Annotated[float, "dBFS."] = 0.0

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer by the figure; within one decibel of a limit it cannot be told."""
        measured = _measures(judging.conversation, self.loudness)
        if measured is None or measured.median_level is None:
            return _no_sound(self)
        level = measured.median_level
        held: bool | None = self.at_least <= level <= self.at_most
        if min(abs(level - self.at_least), abs(level - self.at_most)) < 1.0:
            held = None
        reason = Reason("criterion.loudness", {"level": level, "least": self.at_least, "most": self.at_most})
        return Answer(held, 0.9, Condition(reason, held))


@criterion("louder")
@dataclass(frozen=True, kw_only=True)
class Louder(Criterion):
    """A party's voice jumps: one and a half seconds of a turn are so much louder than the party's usual level."""

    louder: Annotated[float, "Decibels above the party's median turn."]
    by: Annotated[Speaker, "Whose voice."] = Speaker.AGENT
    not_before: Annotated[float, "Seconds at the start of the call that do not count: level controls settle."] = 2.0
    times: Annotated[int, "In how many turns."] = 1

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer with the loud turns; within one decibel of the limit they are a maybe."""
        turns = [turn for turn in judging.conversation.turns_of(self.by) if turn.level is not None]
        if not turns:
            return _no_sound(self)
        usual = median(turn.level for turn in turns if turn.level is not None)
        spots: list[Spot] = []
        for turn in turns:
            rise = (turn.loudest if turn.loudest is not None else usual) - usual
            if rise < self.louder - 1.0 or turn.span.end < self.not_before or (scope and turn.index not in scope):
                continue
            reason = Reason("criterion.louder-here", {"rise": rise})
            sure = rise >= self.louder
            spots.append(spot_of_turn(turn, reason, 0.85 if sure else 0.5, sure=sure))
        return _answered(self, "criterion.louder", spots, self.times, rise=self.louder)


@criterion("faster")
@dataclass(frozen=True, kw_only=True)
class Faster(Criterion):
    """A party suddenly speaks faster: a turn's pace is so much above the party's own over the call."""

    faster: Annotated[float, "Share above the party's own pace: 0.3 is 30 % faster."]
    by: Annotated[Speaker, "Whose pace."] = Speaker.AGENT
    shortest: Annotated[int, "Turns with fewer spoken characters are not measured."] = 12

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer with the fast turns."""
        if not judging.conversation.has_sound:
            return _no_sound(self)
        measured = _measures(judging.conversation, self.by)
        usual = measured.characters_per_minute if measured else None
        spots: list[Spot] = []
        for turn in judging.conversation.turns_of(self.by) if usual else ():
            length, seconds = spoken_length(turn.text), total(turn.speech)
            if length < self.shortest or seconds <= 0 or (scope is not None and turn.index not in scope):
                continue
            rise = 60 * length / seconds / (usual or 1.0) - 1
            if rise > self.faster:
                spots.append(spot_of_turn(turn, Reason("criterion.faster-here", {"share": rise}), 0.8))
        return _answered(self, "criterion.faster", spots)


@criterion("noisy")
@dataclass(frozen=True, kw_only=True)
class Noisy(Criterion):
    """The background on a party's lane is loud beside the party's voice."""

    noisy: Annotated[Speaker, "Whose lane."]
    at_most: Annotated[float, "Decibels between voice and background, up to which it is noisy."] = 12.0

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer by the figure."""
        measured = _measures(judging.conversation, self.noisy)
        if measured is None or measured.median_level is None or measured.noise_level is None:
            return _no_sound(self)
        distance = measured.median_level - measured.noise_level
        held: bool | None = distance < self.at_most
        if abs(distance - self.at_most) < 2.0:
            held = None
        first = next(iter(judging.conversation.turns_of(self.noisy)), None)
        reason = Reason("criterion.noisy", {"distance": distance, "limit": self.at_most})
        spots = (spot_of_turn(first, reason, 0.8, sure=held is True),) if first and held is not False else ()
        return Answer(held, 0.8, Condition(reason, held), spots)


@criterion("drawl")
@dataclass(frozen=True, kw_only=True)
class Drawl(Criterion):
    """Particles at the ends of sentences are drawn out, too often a minute of the agent's speech."""

    drawl: Annotated[float, "Seconds from which a particle is drawn out."]
    particles: Annotated[tuple[str, ...], "The particles."] = ("啊", "呢", "吧", "嗯", "哦", "的", "嘛", "呀")
    a_minute: Annotated[float, "More of them a minute than this."] = 3.0
    least: Annotated[int, "Fewer of them in a call are never too many."] = 4

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer with the turns; word times are only good where there is sound, and never quite sure."""
        measured = _measures(judging.conversation, Speaker.AGENT)
        if not judging.conversation.has_sound or measured is None:
            return _no_sound(self)
        particles = {plain(one) for one in self.particles}
        spots: list[Spot] = []
        for turn in judging.conversation.turns_of(Speaker.AGENT):
            for word in turn.words:
                bare = "".join(one for one in plain(word.text) if one.isalnum())
                if bare in particles and word.end - word.start > self.drawl:
                    reason = Reason("criterion.drawl-here", {"word": bare, "seconds": word.end - word.start})
                    spots.append(spot_of_turn(turn, reason, 0.6))
        often = 60 * len(spots) / measured.speech_seconds > self.a_minute if measured.speech_seconds else False
        held = often and len(spots) >= self.least
        reason = told(self, "criterion.drawl", count=len(spots), limit=self.a_minute)
        return Answer(held, 0.7, Condition(reason, held), tuple(spots) if held else ())


@criterion("talk_share")
@dataclass(frozen=True, kw_only=True)
class TalkShare(Criterion):
    """A party's share of all that is said, over the call or between two places, lies within limits."""

    talk_share: Annotated[Speaker, "Whose share."]
    at_least: Annotated[float, "Share, 0-1."] = 0.0
    at_most: Annotated[float, "Share, 0-1."] = 1.0
    since: Annotated[Criterion | None, "Counted from the first place of this on; not given: from the start."] = None
    until: Annotated[Criterion | None, "Counted up to the first place of this; not given: to the end."] = None
    shortest: Annotated[float, "Seconds of speech below which a share says nothing."] = 20.0

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer by the figure."""
        conversation = judging.conversation
        start, end = 0.0, conversation.duration
        if self.since is not None:
            spots = self.since.evaluate(judging, Stance.NEUTRAL).spots
            start = spots[0].span.end if spots else start
        if self.until is not None:
            spots = self.until.evaluate(judging, Stance.NEUTRAL).spots
            end = next((spot.span.start for spot in spots if spot.span.start > start), end)
        within = (Span(start, max(start, end)),)
        own = total(intersection(conversation.speech.get(self.talk_share, ()), within))
        everyone = sum(total(intersection(spans, within)) for spans in conversation.speech.values())
        if everyone < self.shortest:
            return Answer(None, 0.5, Condition(told(self, "criterion.too-short"), None), lacks="talk")
        share = own / everyone
        held = self.at_least <= share <= self.at_most
        reason = Reason("criterion.talk-share", {"share": share, "least": self.at_least, "most": self.at_most})
        return Answer(held, 0.9, Condition(reason, held))


@criterion("wait_share")
@dataclass(frozen=True, kw_only=True)
class WaitShare(Criterion):
    """The customer's waits take up more of the call than this."""

    wait_share: Annotated[float, "Share of the call, 0-1."]

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer with the waits."""
        conversation = judging.conversation
        waits = [pause for pause in conversation.pauses if pause.kind is PauseKind.WAIT]
        share = total(pause.span for pause in waits) / conversation.duration if conversation.duration else 0.0
        held = share > self.wait_share
        longest = max((pause.span.duration for pause in waits), default=0.0)
        told_ = {"share": share, "limit": self.wait_share, "count": len(waits), "longest": longest}
        last = len(conversation.turns)
        spots = tuple(
            spot_of_pause(one, Reason("criterion.pause-here", {"seconds": one.span.duration}), 0.9, last)
            for one in waits
        )
        return Answer(held, 0.95, Condition(Reason("criterion.wait-share", told_), held), spots if held else ())
