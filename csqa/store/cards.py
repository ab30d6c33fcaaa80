"""What was judged: books and forms by their text, verdicts with evidence, scorecards, and what people answered."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from csqa.cards.form import Form, bundled_forms, load_form, read_form
from csqa.cards.scorecard import Answer, CardOutcome, PersonAnswer, QuestionResult, Scorecard, SectionResult
from csqa.cards.scoring import fill_in
from csqa.errors import UserFixable
from csqa.frames import from_plain, to_plain
from csqa.messages import Reason
from csqa.roles import Speaker
from csqa.rules.base import BookIdentity, Condition, Evidence, Outcome, Severity, Verdict
from csqa.spans import Span
from csqa.store import calls
from csqa.store.database import Database
from csqa.store.encoding import conditions_of, conditions_text, parameters_text, reasons_of, reasons_text, to_text
from csqa.store.history import now


@dataclass(frozen=True)
class CallFinding:
    """A rule that a call breaks or may break, as a list shows it; ``title`` and ``title_en`` are of its question."""

    rule: str
    outcome: Outcome
    severity: Severity
    confidence: float
    title: str
    title_en: str


def keep_book(database: Database, book: BookIdentity, text: str | None = None) -> int:
    """Return the row of a rule book, made where it is new; ``text`` is its TOML, kept where it is given."""
    values = (book.sha256, book.id, book.version, book.title)
    row = database.read_one(
        "SELECT id, text FROM books WHERE sha256 = ? AND book = ? AND version = ? AND title = ?", values
    )
    if row is None:
        return database.insert(
            "books",
            {"sha256": book.sha256, "book": book.id, "version": book.version, "title": book.title, "text": text},
        )
    if text is not None and row["text"] is None:
        database.write("UPDATE books SET text = ? WHERE id = ?", [text, row["id"]])
    return int(row["id"])


def keep_form(database: Database, form: Form) -> int:
    """Return the row of a form, made where it is new."""
    row = database.read_one("SELECT id FROM forms WHERE sha256 = ?", [form.sha256])
    if row is not None:
        return int(row["id"])
    return database.insert(
        "forms", {"form": form.id, "version": form.version, "sha256": form.sha256, "text": form.text}
    )


def keep_fingerprints(database: Database, call: int, fingerprints: Mapping[str, str] | None) -> None:
    """Note what each rule of the book depended on when a call was judged; ``None``: nobody knows."""
    row = None if fingerprints is None else _shared(database, to_text(dict(fingerprints)))
    database.write("UPDATE calls SET fingerprints = ? WHERE id = ?", [row, call])


def save_verdicts(database: Database, call: int, verdicts: Sequence[Verdict]) -> None:
    """Keep a call's verdicts, in place of the former ones."""
    database.write("DELETE FROM verdicts WHERE call = ?", [call])  # evidence goes with them
    database.insert_all(
        "verdicts",
        [
            {
                "call": call,
                "position": position,
                "rule": verdict.rule,
                "outcome": verdict.outcome.value,
                "severity": verdict.severity.value,
                "confidence": verdict.confidence,
                "reason": verdict.reason.code,
                "reason_parameters": parameters_text(verdict.reason.parameters),
                "conditions": conditions_text(verdict.conditions) if verdict.outcome in _FOUND else "[]",
                "settings": _shared(database, parameters_text(verdict.settings)),
            }
            for position, verdict in enumerate(verdicts)
        ],
    )
    database.insert_all(
        "evidence",
        (
            {
                "call": call,
                "verdict": number,
                "position": position,
                "start": piece.span.start,
                "end": piece.span.end,
                "speaker": piece.speaker.value if piece.speaker else None,
                "text": piece.text,
                "reason": piece.reason.code,
                "reason_parameters": parameters_text(piece.reason.parameters),
                "turn": piece.turn,
                "confidence": piece.confidence,
                "substitute": piece.substitute,
            }
            for number, verdict in enumerate(verdicts)
            for position, piece in enumerate(verdict.evidence)
        ),
    )
    _save_reasonings(database, call, verdicts)


_FOUND = frozenset({Outcome.VIOLATION, Outcome.DOUBT})


def _save_reasonings(database: Database, call: int, verdicts: Sequence[Verdict]) -> None:
    """Keep the reasoning of what is no finding, deflated together: it is long, alike, and seldom read."""
    others = {
        str(position): to_plain(verdict.conditions)
        for position, verdict in enumerate(verdicts)
        if verdict.outcome not in _FOUND and verdict.conditions
    }
    database.write(
        "INSERT OR REPLACE INTO reasonings (call, conditions) VALUES (?, ?)",
        [call, zlib.compress(to_text(others).encode())],
    )


def _load_reasonings(database: Database, call: int) -> dict[int, tuple[Condition, ...]]:
    row = database.read_one("SELECT conditions FROM reasonings WHERE call = ?", [call])
    others = json.loads(zlib.decompress(row["conditions"])) if row else {}
    return {
        int(position): tuple(from_plain(each, Condition) for each in conditions)
        for position, conditions in others.items()
    }


def load_verdicts(database: Database, call: int) -> tuple[Verdict, ...]:
    """Return a call's verdicts in the order in which they were saved."""
    evidence: dict[int, list[Evidence]] = defaultdict(list)
    for row in database.read("SELECT * FROM evidence WHERE call = ? ORDER BY verdict, position", [call]):
        evidence[row["verdict"]].append(
            Evidence(
                span=Span(row["start"], row["end"]),
                speaker=None if row["speaker"] is None else Speaker(row["speaker"]),
                text=row["text"],
                reason=_reason(row),
                turn=row["turn"],
                confidence=row["confidence"],
                substitute=row["substitute"],
            )
        )
    others = _load_reasonings(database, call)
    rows = database.read(
        """
        SELECT verdicts.*, shared_texts.text AS settings_text
        FROM verdicts JOIN shared_texts ON shared_texts.id = verdicts.settings
        WHERE call = ? ORDER BY position
        """,
        [call],
    )
    return tuple(
        Verdict(
            rule=row["rule"],
            outcome=Outcome(row["outcome"]),
            severity=Severity(row["severity"]),
            confidence=row["confidence"],
            reason=_reason(row),
            evidence=tuple(evidence[row["position"]]),
            conditions=others.get(row["position"]) or conditions_of(row["conditions"]),
            settings=json.loads(row["settings_text"]),
        )
        for row in rows
    )


def save_scorecard(database: Database, call: int, card: Scorecard, form: Form | None) -> None:
    """Keep a call's scorecard, in place of the former one; ``form`` is what it was filled in on, where known."""
    database.write("DELETE FROM scorecards WHERE call = ?", [call])
    database.write("DELETE FROM answers WHERE call = ?", [call])
    layout = [
        [
            section.id,
            section.title,
            section.title_en,
            [[each.id, each.title, each.title_en, each.rules] for each in section.questions],
        ]
        for section in card.sections
    ]
    database.insert(
        "scorecards",
        {
            "call": call,
            "form": card.form,
            "version": card.version,
            "form_text": keep_form(database, form) if form else None,
            "score": card.score,
            "maximum": card.maximum,
            "outcome": card.outcome.value,
            "provisional": card.provisional,
            "pass_mark": card.pass_mark,
            "review": reasons_text(card.review),
            "layout": _shared(database, to_text(layout)),
            "sections": to_text([[section.score, section.maximum] for section in card.sections]),
        },
    )
    database.insert_all(
        "answers",
        (
            {
                "call": call,
                "position": position,
                "question": question.id,
                "answer": question.answer.value if question.answer else None,
                "machine_answer": question.machine_answer.value if question.machine_answer else None,
                "credit": question.credit,
                "score": question.score,
                "maximum": question.maximum,
                "fatal": question.fatal,
                "person": question.person,
                "person_reason": question.person_reason,
                "covered_by": question.covered_by,
            }
            for position, question in enumerate(card.questions)
        ),
    )


def load_scorecard(database: Database, call: int) -> Scorecard:
    """Return a call's scorecard. Raises UserFixable where it has none."""
    row = database.read_one(
        """
        SELECT scorecards.*, shared_texts.text AS layout_text
        FROM scorecards JOIN shared_texts ON shared_texts.id = scorecards.layout WHERE call = ?
        """,
        [call],
    )
    if row is None:
        raise calls.not_inspected(database, call)
    answers = iter(database.read("SELECT * FROM answers WHERE call = ? ORDER BY position", [call]))
    sections = zip(json.loads(row["layout_text"]), json.loads(row["sections"]), strict=True)
    return Scorecard(
        form=row["form"],
        version=row["version"],
        score=row["score"],
        maximum=row["maximum"],
        outcome=CardOutcome(row["outcome"]),
        provisional=bool(row["provisional"]),
        sections=tuple(
            SectionResult(
                id=identifier,
                title=title,
                score=score,
                maximum=maximum,
                questions=tuple(_question(question, next(answers)) for question in questions),
                title_en=title_en,
            )
            for (identifier, title, title_en, questions), (score, maximum) in sections
        ),
        pass_mark=row["pass_mark"],
        review=reasons_of(row["review"]),
    )


def load_form_of(database: Database, call: int) -> Form:
    """Return the form on which a call's card was filled in. Raises UserFixable where it is not kept."""
    row = database.read_one(
        """
        SELECT scorecards.form, forms.text FROM scorecards LEFT JOIN forms ON forms.id = scorecards.form_text
        WHERE call = ?
        """,
        [call],
    )
    if row is None:
        raise calls.not_inspected(database, call)
    if row["text"] is None:
        raise UserFixable("store.form-not-kept", form=row["form"])
    return read_form(row["text"], row["form"])


def form_for(card: Scorecard) -> Form | None:
    """Return the bundled form that ``card`` was filled in on; ``None`` where it was another or another version."""
    if card.form not in bundled_forms():
        return None
    form = load_form(card.form)
    return form if form.version == card.version else None


def save_person_answer(database: Database, call: int, question: str, answer: PersonAnswer | None) -> None:
    """Keep what a person answered to a question, in place of what was answered before; ``None`` takes it back."""
    database.write("DELETE FROM person_answers WHERE call = ? AND question = ?", [call, question])
    if answer is not None:
        database.insert(
            "person_answers",
            {
                "call": call,
                "question": question,
                "answer": answer.answer.value,
                "reason": answer.reason,
                "who": answer.who,
                "answered_at": now(),
            },
        )


def load_person_answers(database: Database, call: int) -> dict[str, PersonAnswer]:
    """Return what people answered, by question."""
    rows = database.read("SELECT * FROM person_answers WHERE call = ?", [call])
    return {row["question"]: PersonAnswer(Answer(row["answer"]), row["reason"], row["who"]) for row in rows}


def with_persons(
    database: Database, call: int, verdicts: Sequence[Verdict], card: Scorecard, form: Form | None
) -> Scorecard:
    """Return ``card`` with what people have answered to the call's questions; the same card where nobody has."""
    answers = load_person_answers(database, call)
    if not answers:
        return card
    if form is None:
        raise UserFixable("store.form-not-kept", form=card.form)
    return fill_in(form, verdicts, answers)


def findings(database: Database, which: Iterable[int]) -> Mapping[int, tuple[CallFinding, ...]]:
    """Return the violations and doubts of calls, the gravest first; a call without any has an empty entry."""
    wanted = list(which)
    found: dict[int, list[CallFinding]] = {call: [] for call in wanted}
    titles: dict[int, dict[str, tuple[str, str]]] = {}
    for begin in range(0, len(wanted), 500):  # SQLite takes no more than 999 values on old versions
        part = wanted[begin : begin + 500]
        statement = f"""
            SELECT verdicts.call, rule, verdicts.outcome, severity, confidence, layout
            FROM verdicts JOIN scorecards ON scorecards.call = verdicts.call
            WHERE verdicts.call IN ({", ".join("?" * len(part))}) AND verdicts.outcome IN ('violation', 'doubt')
            ORDER BY verdicts.call, position
        """  # noqa: S608 - only question marks
        for row in database.read(statement, part):
            if row["layout"] not in titles:
                titles[row["layout"]] = _rule_titles(database, row["layout"])
            title, title_en = titles[row["layout"]].get(row["rule"], (row["rule"], row["rule"]))
            found[row["call"]].append(
                CallFinding(
                    row["rule"], Outcome(row["outcome"]), Severity(row["severity"]), row["confidence"], title, title_en
                )
            )
    gravity = [*Severity]
    return {
        call: tuple(sorted(each, key=lambda one: (one.outcome is Outcome.DOUBT, gravity.index(one.severity))))
        for call, each in found.items()
    }


def _rule_titles(database: Database, layout: int) -> dict[str, tuple[str, str]]:
    row = database.read_one("SELECT text FROM shared_texts WHERE id = ?", [layout])
    sections = json.loads(row["text"]) if row else []
    return {
        rule: (title, title_en)
        for _, _, _, questions in sections
        for _, title, title_en, rules in questions
        for rule in rules
    }


def _question(layout: tuple[str, str, str, list[str]], row: sqlite3.Row) -> QuestionResult:
    identifier, title, title_en, rules = layout
    return QuestionResult(
        id=identifier,
        title=title,
        rules=tuple(rules),
        answer=Answer(row["answer"]) if row["answer"] else None,
        machine_answer=Answer(row["machine_answer"]) if row["machine_answer"] else None,
        credit=row["credit"],
        score=row["score"],
        maximum=row["maximum"],
        fatal=bool(row["fatal"]),
        person=row["person"],
        person_reason=row["person_reason"],
        covered_by=row["covered_by"],
        title_en=title_en,
    )


def _reason(row: sqlite3.Row) -> Reason:
    return Reason(row["reason"], json.loads(row["reason_parameters"]))


def _shared(database: Database, text: str) -> int:
    """Return the row of a text that many calls have in common."""
    known = database.remembered(text)
    if known is not None:
        return known
    digest = hashlib.sha256(text.encode()).hexdigest()
    row = database.read_one("SELECT id FROM shared_texts WHERE sha256 = ?", [digest])
    made = int(row["id"]) if row else database.insert("shared_texts", {"sha256": digest, "text": text})
    return database.remember(text, made)
