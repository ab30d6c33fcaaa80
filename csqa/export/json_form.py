"""An inspection as JSON for other programs; what ``csqa inspect --json`` prints.

Fields may be added, none renamed or dropped: scripts outside the project read them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from csqa.cards.inspection import Inspection
from csqa.cards.scorecard import QuestionResult, Scorecard, SectionResult
from csqa.frames import to_plain
from csqa.messages import Language, sentence
from csqa.roles import LaneLayout, Speaker
from csqa.rules.base import Evidence, Verdict
from csqa.spans import Span
from csqa.talk.conversation import Pause, Turn
from csqa.words.transcript import Segment, Transcript

_TIME_DIGITS = 3
_SHARE_DIGITS = 3
_POINT_DIGITS = 2


def inspection_json(inspection: Inspection, language: Language = Language.CHINESE) -> dict[str, Any]:
    """Return ``inspection`` as plain JSON; explanations and titles are in ``language``, times in seconds."""
    conversation = inspection.conversation
    return {
        "file": str(inspection.source),
        "sha256": inspection.recording.sha256 if inspection.recording else None,
        "duration": _time(conversation.duration),
        "lanes": _lanes(inspection),
        "speakers_estimated": conversation.speakers_estimated,
        "ended_early": conversation.ended_early,
        "metadata": to_plain(conversation.metadata),
        "model": to_plain(inspection.transcript.model),
        "book": {
            "id": inspection.book.id,
            "version": inspection.book.version,
            "title": inspection.book.title,
            "sha256": inspection.book.sha256,
        },
        "speech": {speaker.value: _spans(spans) for speaker, spans in conversation.speech.items()},
        "transcript": {
            "segments": [
                _segment(segment, _party(segment, conversation.turns)) for segment in inspection.transcript.segments
            ]
        },
        "dropped": _dropped(inspection.transcript),
        "pauses": [_pause(pause) for pause in conversation.pauses],
        "overlaps": [
            {**_times(overlap.span), "interrupter": overlap.interrupter.value} for overlap in conversation.overlaps
        ],
        "verdicts": [_verdict(verdict, language) for verdict in inspection.verdicts],
        "scorecard": _scorecard(inspection.scorecard, language),
    }


def _lanes(inspection: Inspection) -> list[str]:
    if inspection.recording is None:
        return []
    layout = inspection.recording.layout
    return [layout.value] if layout is LaneLayout.MONO else [speaker.value for speaker in layout.speakers]


def _party(segment: Segment, turns: Sequence[Turn]) -> Speaker:
    """Return who speaks; where the transcript does not tell, the party whose turns share most time or are nearest."""
    if segment.speaker is not Speaker.UNKNOWN or not turns:
        return segment.speaker
    shared: dict[Speaker, float] = {}
    for turn in turns:
        shared[turn.speaker] = shared.get(turn.speaker, 0.0) + turn.span.shared(segment.span)
    if any(shared.values()):
        return max(shared, key=lambda speaker: shared[speaker])
    return min(turns, key=lambda turn: turn.span.away_from(segment.span)).speaker


def _segment(segment: Segment, speaker: Speaker) -> dict[str, Any]:
    return {
        **_times(segment.span),
        "speaker": speaker.value,
        "text": segment.text,
        "confidence": _share(segment.confidence),
        "words": [
            {**_times(word.span), "text": word.text, "confidence": _share(word.confidence)} for word in segment.words
        ],
    }


def _dropped(transcript: Transcript) -> list[dict[str, Any]]:
    return [
        {**_times(each.span), "speaker": each.speaker.value, "text": each.text, "reason": each.code}
        for each in transcript.dropped
    ]


def _pause(pause: Pause) -> dict[str, Any]:
    return {
        **_times(pause.span),
        "kind": pause.kind.value,
        "owed_by": pause.owed_by.value if pause.owed_by else None,
        "sound": pause.sound.value,
        "announced": pause.announced,
        "thanked": pause.thanked,
        "by_words": _times(pause.by_words) if pause.by_words else None,
    }


def _verdict(verdict: Verdict, language: Language) -> dict[str, Any]:
    return {
        "rule": verdict.rule,
        "verdict": verdict.outcome.value,
        "severity": verdict.severity.value,
        "confidence": _share(verdict.confidence),
        "explanation": sentence(verdict.reason, language),
        "reason": to_plain(verdict.reason),
        "evidence": [_evidence(piece, language) for piece in verdict.evidence],
        "settings": to_plain(verdict.settings),
    }


def _evidence(piece: Evidence, language: Language) -> dict[str, Any]:
    return {
        **_times(piece.span),
        "speaker": piece.speaker.value if piece.speaker else None,
        "text": piece.text,
        "explanation": sentence(piece.reason, language),
        "substitute": piece.substitute,
        "turn": piece.turn,
        "confidence": _share(piece.confidence),
    }


def _scorecard(card: Scorecard, language: Language) -> dict[str, Any]:
    return {
        "form": card.form,
        "version": card.version,
        "score": _points(card.score),
        "max": _points(card.maximum),
        "outcome": card.outcome.value,
        "provisional": card.provisional,
        "pass_mark": card.pass_mark,
        "review": [sentence(reason, language) for reason in card.review],
        "sections": [_section(section, language) for section in card.sections],
    }


def _section(section: SectionResult, language: Language) -> dict[str, Any]:
    return {
        "id": section.id,
        "title": section.say_title(language),
        "score": _points(section.score),
        "max": _points(section.maximum),
        "questions": [_question(question, language) for question in section.questions],
    }


def _question(question: QuestionResult, language: Language) -> dict[str, Any]:
    return {
        "id": question.id,
        "title": question.say_title(language),
        "answer": question.answer.value if question.answer else None,
        "machine_answer": question.machine_answer.value if question.machine_answer else None,
        "score": _points(question.score),
        "max": _points(question.maximum),
        "rules": list(question.rules),
        "fatal": question.fatal,
        "covered_by": question.covered_by,
        "person": question.person,
        "person_reason": question.person_reason,
    }


def _times(span: Span) -> Mapping[str, float]:
    return {"start": _time(span.start), "end": _time(span.end)}


def _spans(spans: Iterable[Span]) -> list[list[float]]:
    return [[_time(span.start), _time(span.end)] for span in spans]


def _time(seconds: float) -> float:
    return round(seconds, _TIME_DIGITS)


def _share(value: float | None) -> float | None:
    return None if value is None else round(value, _SHARE_DIGITS)


def _points(value: float) -> float:
    return round(value, _POINT_DIGITS)
