"""One inspected call in words: what was found, when, why, and how sure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from csqa.cards.inspection import Inspection
from csqa.cards.scorecard import Answer, Scorecard
from csqa.cli.printing import Voice, clock
from csqa.messages import Language, Reason, sentence
from csqa.roles import Speaker
from csqa.rules.base import Condition, Outcome, Severity, Verdict
from csqa.rules.lowering import lowered_by
from csqa.rules.rulebook import ConfiguredRule, bundled_books, load_book
from csqa.talk.conversation import Pause

MARKS = {
    Outcome.VIOLATION: "✗",
    Outcome.DOUBT: "◐",
    Outcome.MANUAL: "?",
    Outcome.PASS: "✓",
    Outcome.NOT_APPLICABLE: "–",
}
_OUTCOMES = tuple(MARKS)
_FINDINGS = frozenset({Outcome.VIOLATION, Outcome.DOUBT})
_SEVERITIES = (Severity.FATAL, Severity.MAJOR, Severity.MINOR, Severity.INFO)


def describe(inspection: Inspection, voice: Voice, *, whole: bool = False, only: Collection[str] = ()) -> None:
    """Print a call: score, pauses, verdicts with their evidence; ``whole`` adds the reasoning and the transcript.

    With ``only``, the verdicts of these rules are printed whole, whatever they are, and nothing else.
    """
    conversation, card = inspection.conversation, inspection.scorecard
    voice.line()
    voice.line(
        voice.text(
            "cli.call-title",
            name=inspection.source.name,
            agent=conversation.metadata.agent_name or voice.text("cli.unknown-agent"),
            length=clock(conversation.duration),
            score=card.score,
            maximum=card.maximum,
            outcome=voice.text(f"cli.outcome.{card.outcome}"),
        )
    )
    if conversation.speakers_estimated:
        voice.line("  " + voice.text("cli.speakers-estimated"))
    if conversation.ended_early:
        voice.line("  " + voice.text("cli.ended-early"))
    if not conversation.turns:
        voice.line("  " + voice.text("cli.no-speech"))
    for pause in conversation.pauses:
        voice.line("  " + _pause(pause, conversation.has_sound, voice))
    rules = _rules(inspection.book.id)
    names = {rule: each.title(voice.language) for rule, each in rules.items()}
    ordered = sorted(inspection.verdicts, key=_gravity)
    for verdict in ordered:
        if verdict.rule in only or (verdict.outcome in _FINDINGS and not only):
            _verdict(verdict, names.get(verdict.rule, verdict.rule), voice, whole=whole)
            if whole:
                _grounds(verdict, inspection, rules.get(verdict.rule), voice)
    if whole and not only:
        _card(card, voice)
        _transcript(inspection, voice)
        _others([verdict for verdict in ordered if verdict.outcome not in _FINDINGS], names, voice)


def _grounds(verdict: Verdict, inspection: Inspection, rule: ConfiguredRule | None, voice: Voice) -> None:
    """Print what lowers the confidence, and where the rule comes from."""
    lowered = [sentence(reason, voice.language) for reason in lowered_by(verdict, inspection.conversation)]
    if lowered:
        voice.line("      " + voice.text("cli.lowered-by", reasons=lowered))
    book = f"{inspection.book.id} {inspection.book.version}"
    source = voice.text("cli.rule-source", source=rule.source) if rule and rule.source else ""
    voice.line("      " + voice.text("cli.rule-of-book", book=book, rule=verdict.rule) + source)


def _others(verdicts: Sequence[Verdict], names: Mapping[str, str], voice: Voice) -> None:
    """Print the verdicts that are no findings, in a line each; what does not apply is only named."""
    voice.line(f"\n  {voice.text('cli.heading.others')}")
    apart = [verdict for verdict in verdicts if verdict.outcome is Outcome.NOT_APPLICABLE]
    for verdict in verdicts:
        if verdict.outcome is not Outcome.NOT_APPLICABLE:
            voice.line("  " + _verdict_line(verdict, names.get(verdict.rule, verdict.rule), voice))
    if apart:
        voice.line("  " + voice.text("cli.not-applying", names=[names.get(one.rule, one.rule) for one in apart]))


def _card(card: Scorecard, voice: Voice) -> None:
    """Print the points, so that the score can be reckoned up."""
    chinese = voice.language is Language.CHINESE
    titles = {each.id: each.title if chinese else each.title_en for each in card.questions}
    marks = {Answer.YES: "✓", Answer.NO: "✗", None: "◐"}
    voice.line(f"\n  {voice.text('cli.heading.card')}")
    for section in card.sections:
        if not section.maximum:
            continue
        title = section.title if chinese else section.title_en
        voice.line("  " + voice.text("cli.card-section", title=title, score=section.score, maximum=section.maximum))
        for each in section.questions:
            if each.answer is not Answer.NOT_APPLICABLE:
                covered = voice.text("cli.card-covered", title=titles[each.covered_by]) if each.covered_by else ""
                line = voice.text(
                    "cli.card-question",
                    mark=marks[each.answer],
                    title=titles[each.id],
                    score=each.score,
                    maximum=each.maximum,
                )
                voice.line(f"    {line}{covered}")


def _gravity(verdict: Verdict) -> tuple[int, int, float]:
    """Order violations before doubts, the gravest first, then as they come in the call."""
    first = min((piece.span.start for piece in verdict.evidence), default=0.0)
    return _OUTCOMES.index(verdict.outcome), _SEVERITIES.index(verdict.severity), first


def rule_names(book: str, voice: Voice) -> Mapping[str, str]:
    """Return the rules' names for people where ``book`` is one that CSQA brings; else none."""
    return {rule: each.title(voice.language) for rule, each in _rules(book).items()}


def _rules(book: str) -> Mapping[str, ConfiguredRule]:
    return {rule.id: rule for rule in load_book(book).rules} if book in bundled_books() else {}


def _pause(pause: Pause, has_sound: bool, voice: Voice) -> str:
    return voice.text(
        "cli.pause",
        start=clock(pause.span.start),
        end=clock(pause.span.end),
        seconds=pause.span.duration,
        kind=voice.text(f"cli.pause-kind.{pause.kind}"),
        sound=voice.text(f"cli.sound.{pause.sound}") if has_sound else "",
        notes="".join(
            voice.text(f"cli.pause-{note}")
            for note, held in (("announced", pause.announced), ("thanked", pause.thanked))
            if held
        ),
    )


def _verdict_line(verdict: Verdict, name: str, voice: Voice) -> str:
    return voice.text(
        "cli.verdict-line",
        mark=MARKS[verdict.outcome],
        outcome=voice.text(f"cli.verdict.{verdict.outcome}"),
        severity=voice.text(f"cli.severity.{verdict.severity}"),
        name=name,
        rule=verdict.rule,
        confidence=verdict.confidence,
        why=sentence(verdict.reason, voice.language),
    )


def _verdict(verdict: Verdict, name: str, voice: Voice, *, whole: bool) -> None:
    voice.line("  " + _verdict_line(verdict, name, voice))
    for piece in verdict.evidence:
        spoken = (
            voice.text("cli.quote", speaker=speaker_name(piece.speaker, voice), text=piece.text) if piece.text else ""
        )
        better = voice.text("cli.substitute", text=piece.substitute) if piece.substitute else ""
        why = sentence(piece.reason, voice.language)
        start, end = clock(piece.span.start, tenths=True), clock(piece.span.end, tenths=True)
        voice.line(f"      {start}–{end} {spoken}{why}{better}")
    if whole:
        _conditions(verdict.conditions, voice, depth=3)
        if verdict.settings:
            voice.line("      " + voice.text("cli.settings", settings=_settings(verdict.settings)))


def _settings(settings: Mapping[str, object]) -> str:
    told: list[str] = []
    for key, value in settings.items():
        if isinstance(value, Mapping):
            told += [f"{key}.{inner} = {each}" for inner, each in value.items()]
        elif isinstance(value, (bool, int, float, str)):
            told.append(f"{key} = {value}")
    return ", ".join(told)


def _conditions(conditions: Sequence[Condition], voice: Voice, depth: int) -> None:
    for condition in conditions:
        mark = {True: "✓", False: "✗", None: "◐"}[condition.held]
        voice.line("  " * depth + f"{mark} {_said(condition.reason, voice)}")
        _conditions(condition.parts, voice, depth + 1)


def _said(reason: Reason, voice: Voice) -> str:
    return sentence(reason, voice.language)


def _transcript(inspection: Inspection, voice: Voice) -> None:
    voice.line(f"\n  {voice.text('cli.heading.transcript')}")
    for turn in inspection.conversation.turns:
        voice.line(f"  {clock(turn.span.start)} {speaker_name(turn.speaker, voice)} {turn.text}")


def speaker_name(speaker: Speaker | None, voice: Voice) -> str:
    """Return a party's name in the reader's language."""
    return voice.text(f"cli.speaker.{speaker or Speaker.UNKNOWN}")
