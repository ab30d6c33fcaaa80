"""Makes a stored inspection ready to be looked at: names rules, says reasons, finds words and findings their places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from csqa.cards.scorecard import QuestionResult, Scorecard
from csqa.hear.peaks import FULL_SCALE, Pyramid
from csqa.hear.recording import LaneHearing
from csqa.messages import Language, Reason, sentence
from csqa.rules.base import Condition, Evidence, Outcome, Verdict
from csqa.rules.lowering import lowered_by
from csqa.spans import Span
from csqa.talk.conversation import Conversation, Pause, PauseKind, Turn
from ui.dossier import (
    FOUND,
    CardLines,
    Dossier,
    Judgement,
    Lane,
    Mark,
    PauseLine,
    Place,
    QuestionLine,
    SectionLine,
    SpokenWord,
    Step,
    TurnLine,
    TurnMark,
)

if TYPE_CHECKING:
    from csqa.cards.form import Form
    from csqa.cards.inspection import Inspection
    from csqa.rules.rulebook import ConfiguredRule, RuleBook

UNSURE_BELOW = 0.6
"""Words less sure than this look unsure. The recogniser's own probability; a display choice, no verdict rests on it."""


def build_dossier(
    call: int, inspection: Inspection, book: RuleBook | None, form: Form | None, language: Language
) -> Dossier:
    """Make ``inspection`` ready to be looked at; ``book`` and ``form`` give titles and texts where they are had."""
    conversation = inspection.conversation
    rules = {rule.id: rule for rule in book.rules} if book else {}
    judgements = {
        verdict.rule: _judgement(verdict, rules.get(verdict.rule), conversation, language)
        for verdict in inspection.verdicts
    }
    scored = _scored(inspection.scorecard)
    shown = (each for each in judgements.values() if each.found or each.rule in scored)
    marks = tuple(sorted(_marks(shown), key=lambda mark: (mark.span, mark.rule)))
    pauses = tuple(_pause_line(pause, marks, inspection.verdicts) for pause in conversation.pauses)
    hearing, model = inspection.hearing, inspection.transcript.model
    return Dossier(
        call=call,
        name=inspection.source.name,
        sound=inspection.recording.path if inspection.recording else None,
        duration=conversation.duration,
        facts=_facts(conversation),
        lanes=tuple(_lane(each, hearing.duration) for each in hearing.lanes) if hearing else (),
        lines=tuple(_lines(conversation, pauses, marks)),
        pauses=pauses,
        overlaps=conversation.overlaps,
        marks=marks,
        judgements=judgements,
        card=_card(inspection.scorecard, form, judgements, language),
        book=f"{book.title(language) if book else inspection.book.title} {inspection.book.version}",
        model=model.name if model else "",
        speakers_estimated=conversation.speakers_estimated,
        ended_early=conversation.ended_early,
        findings=tuple(mark for mark in marks if mark.outcome in FOUND),
    )


def _lane(lane: LaneHearing, duration: float) -> Lane:
    outline = Pyramid(lane.peaks)
    extremes = outline.view(0.0, max(duration, 1.0), 1)
    return Lane(lane.speaker, lane.speech, outline, float(abs(extremes.astype(int)).max()) / FULL_SCALE)


def _say(reason: Reason, language: Language) -> str:
    """Say a stored reason; one that an older version wrote and this one has no sentence for is named by its code."""
    try:
        return sentence(reason, language)
    except KeyError:
        return reason.code


def _facts(conversation: Conversation) -> dict[str, str]:
    known = conversation.metadata
    facts = {
        "started_at": (known.started_at or "").replace("T", " ")[:16],
        "agent": known.agent_name or "",
        "agent_id": known.agent_id or "",
        "team": known.team or "",
        "customer": known.customer_phone or "",
        "queue": known.queue or "",
    }
    return {name: value for name, value in facts.items() if value}


def _scored(card: Scorecard) -> frozenset[str]:
    """The rules that the card asks for."""
    return frozenset(rule for question in card.questions for rule in question.rules)


def _judgement(
    verdict: Verdict, rule: ConfiguredRule | None, conversation: Conversation, language: Language
) -> Judgement:
    return Judgement(
        rule=verdict.rule,
        title=rule.title(language) if rule else verdict.rule,
        outcome=verdict.outcome,
        severity=verdict.severity,
        confidence=verdict.confidence,
        why=_say(verdict.reason, language),
        places=tuple(_place(each, language) for each in verdict.evidence),
        steps=tuple(_step(each, language) for each in verdict.conditions),
        lowered=tuple(_say(reason, language) for reason in lowered_by(verdict, conversation)),
        settings=tuple(_settings(verdict.settings)),
        help=rule.help(language) if rule else "",
        source=rule.source if rule else "",
    )


def _place(evidence: Evidence, language: Language) -> Place:
    return Place(
        span=evidence.span,
        speaker=evidence.speaker,
        turn=evidence.turn,
        text=evidence.text,
        why=_say(evidence.reason, language),
        better=evidence.substitute,
        confidence=evidence.confidence,
    )


def _step(condition: Condition, language: Language) -> Step:
    parts = tuple(_step(part, language) for part in condition.parts)
    return Step(condition.held, _say(condition.reason, language), parts)


def _settings(settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Numbers, switches and names; those of a criterion by themselves, under the criterion's own names."""
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from _settings(value)
        elif isinstance(value, (bool, int, float, str)):
            yield name, _setting(value)


def _setting(value: Any) -> str:
    if isinstance(value, bool):
        return "✓" if value else "✗"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _marks(judgements: Iterable[Judgement]) -> Iterator[Mark]:
    for each in judgements:
        if each.outcome is Outcome.NOT_APPLICABLE:
            continue
        for number, place in enumerate(each.places):
            yield Mark(each.rule, number, each.title, each.outcome, each.severity, place.span, place.turn)


def _pause_line(pause: Pause, marks: Sequence[Mark], verdicts: Sequence[Verdict]) -> PauseLine:
    """Pair a pause with the finding that covers most of it, and with the limit that the finding's rule has."""
    about = [mark for mark in marks if mark.outcome in FOUND and mark.span.shared(pause.span) > pause.span.duration / 2]
    mark = max(about, key=lambda each: each.span.shared(pause.span), default=None)
    verdict = next((each for each in verdicts if mark and each.rule == mark.rule), None)
    limit = verdict.settings.get("limit_seconds") if verdict else None
    return PauseLine(pause, mark, float(limit) if isinstance(limit, (int, float)) else None)


def _lines(
    conversation: Conversation, pauses: Sequence[PauseLine], marks: Sequence[Mark]
) -> Iterator[TurnLine | PauseLine]:
    """Turns and the pauses between them, in order of time; before the first word and after the last only findings."""
    shown = (each for each in pauses if each.mark or each.pause.kind not in (PauseKind.LEAD_IN, PauseKind.TAIL))
    waiting = sorted(shown, key=lambda each: each.pause.span)
    for turn in conversation.turns:
        while waiting and waiting[0].pause.span.start < turn.span.start:
            yield waiting.pop(0)
        yield _turn_line(turn, [mark for mark in marks if mark.turn == turn.index])
    yield from waiting


def _turn_line(turn: Turn, marks: Sequence[Mark]) -> TurnLine:
    words = tuple(_spoken_words(turn))
    return TurnLine(
        index=turn.index,
        speaker=turn.speaker,
        span=turn.span,
        text=turn.text,
        words=words,
        marks=tuple(TurnMark(mark, *_covered(words, mark.span)) for mark in marks),
        labels=tuple(_labels(marks)),
        speaker_confidence=turn.speaker_confidence,
    )


def _labels(marks: Sequence[Mark]) -> Iterator[Mark]:
    """Findings first, each; then passes, one for each rule."""
    yield from (mark for mark in marks if mark.outcome in FOUND)
    passes = [mark for mark in marks if mark.outcome not in FOUND]
    yield from {mark.rule: mark for mark in reversed(passes)}.values()


def _spoken_words(turn: Turn) -> Iterator[SpokenWord]:
    """Find each word in the turn's text, in order; a word that is not there is passed over."""
    cursor = 0
    for word in turn.words:
        text = word.text.strip()
        begin = turn.text.find(text, cursor) if text else -1
        if begin < 0:
            continue
        cursor = begin + len(text)
        unsure = word.confidence is not None and word.confidence < UNSURE_BELOW
        yield SpokenWord(begin, cursor, word.span, unsure)


def _covered(words: Sequence[SpokenWord], span: Span) -> tuple[int, int]:
    """Return the characters spoken within ``span``: of words with at least half their time in it."""
    inside = [word for word in words if word.span.shared(span) >= max(word.span.duration / 2, 1e-3)]
    return (inside[0].begin, inside[-1].end) if inside else (0, 0)


def _card(card: Scorecard, form: Form | None, judgements: Mapping[str, Judgement], language: Language) -> CardLines:
    titles = {question.id: question.say_title(language) for question in card.questions}
    scored = _scored(card)
    return CardLines(
        title=f"{form.title.say(language) if form else card.form} {card.version}",
        score=card.score,
        maximum=card.maximum,
        outcome=card.outcome,
        provisional=card.provisional,
        waits=tuple(_say(reason, language) for reason in card.review),
        sections=tuple(
            SectionLine(
                section.say_title(language),
                section.score,
                section.maximum,
                tuple(_question(each, titles, judgements, language) for each in section.questions),
            )
            for section in card.sections
        ),
        unscored=tuple(each for rule, each in judgements.items() if each.found and rule not in scored),
    )


def _question(
    question: QuestionResult, titles: Mapping[str, str], judgements: Mapping[str, Judgement], language: Language
) -> QuestionLine:
    return QuestionLine(
        id=question.id,
        title=question.say_title(language),
        answer=question.answer,
        machine_answer=question.machine_answer,
        score=question.score,
        maximum=question.maximum,
        fatal=question.fatal,
        manual=not question.rules,
        covered_by=titles.get(question.covered_by) if question.covered_by else None,
        judgements=tuple(judgements[rule] for rule in question.rules if rule in judgements),
    )
