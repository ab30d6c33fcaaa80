"""Waiting: how long, with what notice, with what thanks, how often an update."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from csqa.messages import Reason
from csqa.rules.base import Condition, Evidence, Finding, Judging, Outcome, Severity
from csqa.rules.evidence import of_hit, of_pause, of_turn
from csqa.rules.heard import Heard
from csqa.rules.holds import Hold, Length, holds_of, length_of, longest_of
from csqa.rules.kinds import rule
from csqa.rules.phrases import NO_PHRASES, BySound, Hit, Phrases, find_in_turns
from csqa.talk.conversation import Conversation, Pause, PauseKind, Turn
from csqa.talk.pauses import opening_of

_TOLERANCE_DOC = "Half width in seconds of the grey band around a limit, in which a person decides."
_NOTICE_DOC = "How long before the wait, in seconds, a notice still counts."


@dataclass(frozen=True)
class WaitLimit:
    """Settings of ``wait-limit``."""

    limit_seconds: Annotated[float, "Longest wait that passes, in seconds; the handbook's number."] = 7.0
    tolerance_seconds: Annotated[float, _TOLERANCE_DOC] = 0.3
    strict: Annotated[bool, "Whether a wait that was announced, explained and thanked for is as grave as any."] = False
    managed_severity: Annotated[Severity, "Severity of such a managed wait, unless strict."] = Severity.MINOR
    reason: Annotated[Phrases, "What gives the reason for a wait."] = NO_PHRASES
    eta: Annotated[Phrases, "What says how long it will take."] = NO_PHRASES
    eta_guards: Annotated[Phrases, "What looks like that but is not: a time past."] = NO_PHRASES
    thanks: Annotated[Phrases, "What thanks for the wait or apologises for it."] = NO_PHRASES
    notice_seconds: Annotated[float, _NOTICE_DOC] = 15.0
    thanks_within: Annotated[int, "Spoken characters at the start of the next turn in which thanks count."] = 25


@rule("wait-limit")
def judge_wait_limit(judging: Judging, settings: WaitLimit) -> Finding:
    """No wait for the agent lasts longer than the limit, by the sound and by the words.

    A wait is silence of the agent while it is the agent's move: after asking the customer to wait, after the customer's
    turn, or between own statements. Music does not shorten it, nor does a customer's 嗯 or 喂. What the customer takes
    after a question or own request is not counted, nor ring-back, nor what follows the goodbye. A wait that nobody ends
    but the recording is a doubt, as the customer may have hung up; their last 喂 proves how long they were there.
    """
    heard, conversation = judging.heard, judging.conversation
    if not conversation.turns:
        return Finding(Outcome.NOT_APPLICABLE, 1.0, Reason("verdict.nobody-speaks"))
    evidence: list[Evidence] = []
    conditions: list[Condition] = []
    outcome, severity, reason = Outcome.PASS, settings.managed_severity, None
    for hold in holds_of(heard):
        managed = _managed(hold, heard, settings)
        for wait in hold.waits:
            length = length_of(wait, settings.limit_seconds, settings.tolerance_seconds, conversation)
            if length is Length.UNDER:
                continue
            told = _told(wait, settings.limit_seconds)
            code = {
                Length.OVER: "verdict.wait-over",
                Length.EDGE: "verdict.wait-edge",
                Length.SPLIT: "verdict.wait-split",
                Length.OPEN: "verdict.wait-open",
            }
            sure = 0.5 if length is Length.OPEN else _sure_over(wait, settings.limit_seconds, conversation)
            held = False if length is Length.OVER else None
            conditions.append(Condition(Reason(code[length], told), held, managed))
            evidence.append(of_pause(wait, sure, code[length], **told))
            if length is Length.OVER:
                lenient = all(part.held for part in managed) and not settings.strict
                graver = settings.managed_severity if lenient else judging.severity
                if outcome is not Outcome.VIOLATION or graver.rank > severity.rank or reason is None:
                    reason = Reason("verdict.wait-over-managed" if lenient else "verdict.wait-over", told)
                severity = max(severity, graver, key=lambda one: one.rank)
                outcome = Outcome.VIOLATION
            elif outcome is Outcome.PASS:
                outcome, reason = Outcome.DOUBT, Reason(code[length], told)
    if outcome is Outcome.PASS:
        return _no_long_wait(judging, settings)
    assert reason is not None
    confidence = max(one.confidence for one in evidence)
    return Finding(outcome, confidence, reason, tuple(evidence), tuple(conditions), _violated(outcome, severity))


def _violated(outcome: Outcome, severity: Severity) -> Severity | None:
    return severity if outcome is Outcome.VIOLATION else None


def _no_long_wait(judging: Judging, settings: WaitLimit) -> Finding:
    conversation = judging.conversation
    waits = [wait for hold in holds_of(judging.heard) for wait in hold.waits]
    longest = max((wait.span.duration for wait in waits), default=0.0)
    told = {"seconds": longest, "limit": settings.limit_seconds}
    thinking = [one for one in conversation.pauses if one.kind is PauseKind.THINKING]
    if conversation.speakers_estimated and any(one.span.duration > settings.limit_seconds for one in thinking):
        return Finding(Outcome.DOUBT, 0.5, Reason("verdict.wait-whose", told))
    margin = (settings.limit_seconds - longest) / settings.limit_seconds
    code = "verdict.wait-within" if waits else "verdict.no-wait"
    condition = Condition(Reason(code, told), held=True)
    return Finding(Outcome.PASS, 0.6 + 0.39 * min(1.0, 2 * margin), Reason(code, told), (), (condition,))


def _managed(hold: Hold, heard: Heard, settings: WaitLimit) -> tuple[Condition, ...]:
    """What makes a long wait a managed one: announced, with reason and time, and thanked for."""
    notice = hold.notice(heard.conversation, settings.notice_seconds)
    reason = find_in_turns(settings.reason, NO_PHRASES, notice, heard, by_sound=BySound.IN_FAVOUR)
    eta = find_in_turns(settings.eta, settings.eta_guards, notice, heard, by_sound=BySound.IN_FAVOUR)
    thanks = _thanks(hold.after, settings.thanks, settings.thanks_within, heard)
    return (
        Condition(Reason("verdict.wait-announced"), hold.announced),
        Condition(Reason("verdict.wait-reason-given"), bool(reason)),
        Condition(Reason("verdict.wait-eta-given"), bool(eta)),
        Condition(Reason("verdict.wait-thanked"), bool(thanks)),
    )


def _told(wait: Pause, limit: float) -> dict[str, object]:
    """What the sentences about a wait need; ``clocks`` says what the second clock says, if there is one."""
    seconds = wait.span.duration
    words = wait.by_words.duration if wait.by_words is not None else seconds
    clocks = Reason("verdict.one-clock") if wait.by_words is None else Reason("verdict.two-clocks", {"words": words})
    return {"seconds": seconds, "limit": limit, "words": words, "clocks": clocks}


def _sure_over(wait: Pause, limit: float, conversation: Conversation) -> float:
    """How sure it is that ``wait`` is too long: the margin to the limit, the clocks' agreement, and who spoke."""
    seconds = wait.span.duration
    margin = min(1.0, abs(seconds - limit) / 2.0)
    words = wait.by_words.duration if wait.by_words is not None else None
    apart = 0.15 if words is None else min(0.4, abs(seconds - words) / max(seconds, 1.0))
    if not conversation.has_sound:
        apart = 0.1
    indices = [index for index in (wait.previous_turn, wait.next_turn) if index is not None]
    speakers = min((conversation.turns[index].speaker_confidence for index in indices), default=1.0)
    return (0.5 + 0.49 * margin) * (1 - apart) * speakers


@dataclass(frozen=True)
class WaitNotice:
    """Settings of ``wait-notice``."""

    phrases: Annotated[Phrases, "What the notice must hold."]
    guards: Annotated[Phrases, "What does not count though it looks alike."] = NO_PHRASES
    request_needed: Annotated[bool, "Whether the customer must also have been asked to wait."] = False
    announced_only: Annotated[bool, "Whether only waits that were announced are looked at."] = False
    from_seconds: Annotated[float, "Waits longer than this, in seconds, need the notice."] = 7.0
    tolerance_seconds: Annotated[float, _TOLERANCE_DOC] = 0.3
    notice_seconds: Annotated[float, _NOTICE_DOC] = 15.0


@rule("wait-notice")
def judge_wait_notice(judging: Judging, settings: WaitNotice) -> Finding:
    """Before a long wait the agent says what the notice must hold: a reason, a time, a question for consent."""
    heard, conversation = judging.heard, judging.conversation
    answers: list[_Answer] = []
    for hold in holds_of(heard):
        length = longest_of(hold, settings.from_seconds, settings.tolerance_seconds, conversation)
        if length is Length.UNDER or (settings.announced_only and not hold.announced):
            continue
        notice = hold.notice(conversation, settings.notice_seconds)
        hits = find_in_turns(settings.phrases, settings.guards, notice, heard, by_sound=BySound.IN_FAVOUR)
        asked = hold.announced or not settings.request_needed
        parts = (
            *((Condition(Reason("verdict.wait-announced"), hold.announced),) if settings.request_needed else ()),
            Condition(Reason("verdict.notice-phrase"), bool(hits)),
        )
        told = {"seconds": hold.longest.span.duration}
        if hits and asked:
            answers.append(_Answer(True, of_hit(hits[-1], "verdict.notice-found"), parts, hits[-1].confidence))
        else:
            turn = _ending_turn(hold, conversation)
            sure = heard.certainty(notice, notice[0].speaker) if notice else 0.9
            found = None if length is not Length.OVER else False
            shown = (
                of_turn(turn, "verdict.notice-missing", **told)
                if turn
                else of_pause(hold.first, sure, "verdict.notice-missing", **told)
            )
            answers.append(_Answer(found, shown, parts, sure))
    return _summed(answers, "notice", "verdict.no-long-wait", limit=settings.from_seconds)


@dataclass(frozen=True)
class _Answer:
    """What one hold answers: whether the demand is met (``None``: cannot be told), where, why, and how surely."""

    met: bool | None
    evidence: Evidence
    parts: tuple[Condition, ...]
    confidence: float
    besides: tuple[Evidence, ...] = ()


def _after(wait: Pause, conversation: Conversation) -> Turn | None:
    """The turn that ends a wait."""
    return None if wait.next_turn is None else conversation.turns[wait.next_turn]


def _summed(answers: Sequence[_Answer], subject: str, nothing: str, **told: object) -> Finding:
    """One finding from all holds: a hold that fails decides, then one that cannot be told."""
    if not answers:
        return Finding(Outcome.NOT_APPLICABLE, 1.0, Reason(nothing, told))
    conditions = tuple(Condition(one.evidence.reason, one.met, one.parts) for one in answers)
    failing = [one for one in answers if one.met is False] or [one for one in answers if one.met is None]
    evidence = tuple(item for one in failing or answers for item in (*one.besides, one.evidence))
    counted = {"count": len(answers), "failed": sum(one.met is False for one in answers), **told}
    failed = [one.confidence for one in answers if one.met is False]
    if failed:
        return Finding(
            Outcome.VIOLATION, max(failed), Reason(f"verdict.{subject}-failed", counted), evidence, conditions
        )
    if any(one.met is None for one in answers):
        return Finding(Outcome.DOUBT, 0.5, Reason(f"verdict.{subject}-edge", counted), evidence, conditions)
    sure = min(one.confidence for one in answers)
    return Finding(Outcome.PASS, sure, Reason(f"verdict.{subject}-kept", counted), evidence, conditions)


def _ending_turn(hold: Hold, conversation: Conversation) -> Turn | None:
    """The turn that ends the first wait: where a missing notice is told."""
    index = hold.first.next_turn
    return conversation.turns[index] if index is not None else hold.after


@dataclass(frozen=True)
class WaitThanks:
    """Settings of ``wait-thanks``."""

    phrases: Annotated[Phrases, "What thanks for the wait or apologises for it."]
    announced_seconds: Annotated[float, "Announced waits from this length, in seconds, need thanks."] = 3.0
    other_seconds: Annotated[float, "Other waits longer than this, in seconds, need thanks."] = 7.0
    tolerance_seconds: Annotated[float, _TOLERANCE_DOC] = 0.3
    within_characters: Annotated[int, "Spoken characters at the start of the next turn in which thanks count."] = 25


@rule("wait-thanks")
def judge_wait_thanks(judging: Judging, settings: WaitThanks) -> Finding:
    """After a wait the agent's first words thank for it. Thanks before the wait do not count."""
    answers: list[_Answer] = []
    within = settings.within_characters
    for hold in _to_be_thanked(judging.heard, settings):
        if hold.after is None:
            continue
        hit = _thanks(hold.after, settings.phrases, within, judging.heard)
        part = (Condition(Reason("verdict.wait-thanked"), hit is not None),)
        told = {"seconds": hold.longest.span.duration}
        if hit is not None:
            earlier = tuple(
                of_hit(one, "verdict.thanks-found")
                for wait in hold.waits[:-1]
                if (one := _thanks(_after(wait, judging.conversation), settings.phrases, within, judging.heard))
            )
            shown = of_hit(hit, "verdict.thanks-found")
            answers.append(_Answer(True, shown, part, hit.confidence, earlier))
            continue
        sure = judging.heard.certainty((hold.after,), hold.after.speaker)
        met = None if _only_on_the_edge(hold, settings, judging.heard) else False
        answers.append(_Answer(met, of_turn(hold.after, "verdict.thanks-missing", **told), part, sure))
    return _summed(answers, "thanks", "verdict.no-thanks-due", limit=settings.other_seconds)


@dataclass(frozen=True)
class WaitThanksTitle(WaitThanks):
    """Settings of ``wait-thanks-title``."""

    titles: Annotated[Phrases, "Forms of address: a surname with 先生 or 女士."] = NO_PHRASES
    title_guards: Annotated[Phrases, "What looks like one but is not: 您先生."] = NO_PHRASES
    known: Annotated[Phrases, "What tells the customer's surname, said by either party."] = NO_PHRASES


@rule("wait-thanks-title")
def judge_thanks_title(judging: Judging, settings: WaitThanksTitle) -> Finding:
    """Thanks for a wait address the customer by name, once the surname is known."""
    heard = judging.heard
    turns = judging.conversation.turns
    answers: list[_Answer] = []
    for hold in _to_be_thanked(heard, settings):
        if hold.after is None:
            continue
        hit = _thanks(hold.after, settings.phrases, settings.within_characters, heard)
        earlier = [turn for turn in turns if turn.index < hold.after.index]
        known = [
            found
            for speaker in {turn.speaker for turn in earlier}
            for found in find_in_turns(
                settings.known, NO_PHRASES, [one for one in earlier if one.speaker is speaker], heard
            )
        ]
        if hit is None or not known:
            continue
        named = find_in_turns(settings.titles, settings.title_guards, (hold.after,), heard)
        part = (
            Condition(Reason("verdict.surname-known"), held=True),
            Condition(Reason("verdict.title-said"), bool(named)),
        )
        found = of_hit(named[0], "verdict.title-found") if named else of_hit(hit, "verdict.title-missing")
        answers.append(_Answer(bool(named), found, part, hit.confidence))
    return _summed(answers, "title", "verdict.no-title-due")


def _to_be_thanked(heard: Heard, settings: WaitThanks) -> list[Hold]:
    return [
        hold
        for hold in holds_of(heard)
        if (hold.announced and hold.longest.span.duration >= settings.announced_seconds)
        or _length(hold, settings, heard) is not Length.UNDER
    ]


def _only_on_the_edge(hold: Hold, settings: WaitThanks, heard: Heard) -> bool:
    return not hold.announced and _length(hold, settings, heard) is not Length.OVER


def _length(hold: Hold, settings: WaitThanks, heard: Heard) -> Length:
    return longest_of(hold, settings.other_seconds, settings.tolerance_seconds, heard.conversation)


def _thanks(turn: Turn | None, phrases: Phrases, within: int, heard: Heard) -> Hit | None:
    """The thanks at the start of ``turn``, if there are any."""
    if turn is None:
        return None
    reach = len(opening_of(turn.text, within))
    hits = find_in_turns(phrases, NO_PHRASES, (turn,), heard, by_sound=BySound.IN_FAVOUR)
    return next((hit for hit in hits if hit.place.start < reach), None)


@dataclass(frozen=True)
class WaitUpdates:
    """Settings of ``wait-updates``."""

    interval_seconds: Annotated[float, "Time between updates, in seconds; the handbook's number."] = 30.0
    tolerance_seconds: Annotated[float, "How far, in seconds, an update may be late."] = 5.0


@rule("wait-updates")
def judge_wait_updates(judging: Judging, settings: WaitUpdates) -> Finding:
    """During a long hold the agent comes back with an update within the interval."""
    heard, conversation = judging.heard, judging.conversation
    limit = settings.interval_seconds + settings.tolerance_seconds
    answers: list[_Answer] = []
    for hold in holds_of(heard):
        if not hold.announced and hold.longest.span.duration <= settings.interval_seconds:
            continue
        updates = [conversation.turns[wait.next_turn] for wait in hold.waits[:-1] if wait.next_turn is not None]
        for wait in hold.waits:
            length = length_of(wait, limit, 0.0, conversation)
            told = _told(wait, limit)
            if length is Length.OVER:
                sure = _sure_over(wait, limit, conversation)
                answers.append(_Answer(False, of_pause(wait, sure, "verdict.update-late", **told), (), sure))
            elif length is not Length.UNDER:
                answers.append(_Answer(None, of_pause(wait, 0.5, "verdict.update-late", **told), (), 0.5))
            elif wait is hold.longest and not updates:
                answers.append(_Answer(True, of_pause(wait, 0.95, "verdict.update-not-due", **told), (), 0.95))
        answers += [_Answer(True, of_turn(turn, "verdict.update-given"), (), 0.95) for turn in updates]
    return _summed(answers, "update", "verdict.no-hold", limit=limit)
