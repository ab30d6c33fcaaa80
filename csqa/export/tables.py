"""Scorecards as tables: an Excel workbook, CSV, and JSON for other programs.

Each writer takes any iterable and holds one inspection at a time, so that a whole archive can be written. A file is
there wholly or not at all; UserFixable is raised where it cannot be written, because Excel has it open, say.
"""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Iterable
from pathlib import Path

from csqa.cards.inspection import Inspection
from csqa.disk import written_whole
from csqa.export.json_form import inspection_json
from csqa.export.labels import Labels
from csqa.export.rows import Sums, Value, call_row, finding_rows, question_rows
from csqa.export.workbook import Book, Column, Kind, is_risky
from csqa.messages import Language

_CALLS = (
    Column("file", Kind.LINK, 30),
    Column("started-at", Kind.MOMENT, 16),
    Column("agent", Kind.TEXT, 12),
    Column("agent-id", Kind.TEXT, 10),
    Column("team", Kind.TEXT, 12),
    Column("duration", Kind.NUMBER, 9),
    Column("score", Kind.NUMBER, 9),
    Column("maximum", Kind.COUNT, 7),
    Column("outcome", Kind.TEXT, 9),
    Column("fatal", Kind.COUNT, 9),
    Column("major", Kind.COUNT, 7),
    Column("minor", Kind.COUNT, 7),
    Column("doubts", Kind.COUNT, 7),
    Column("violations", Kind.LONG_TEXT, 50),
    Column("review", Kind.LONG_TEXT, 50),
    Column("form", Kind.TEXT, 14),
    Column("book", Kind.TEXT, 14),
    Column("model", Kind.TEXT, 16),
)

_AGENTS = (
    Column("agent", Kind.TEXT, 14),
    Column("agent-id", Kind.TEXT, 10),
    Column("team", Kind.TEXT, 14),
    Column("calls", Kind.COUNT, 8),
    Column("minutes", Kind.NUMBER, 10),
    Column("mean-score", Kind.NUMBER, 12),
    Column("lowest-score", Kind.NUMBER, 12),
    Column("passed", Kind.COUNT, 8),
    Column("failed", Kind.COUNT, 8),
    Column("to-review", Kind.COUNT, 8),
    Column("fatal", Kind.COUNT, 9),
    Column("major", Kind.COUNT, 8),
    Column("minor", Kind.COUNT, 8),
    Column("doubts", Kind.COUNT, 8),
)

_QUESTIONS = (
    Column("section", Kind.TEXT, 16),
    Column("title", Kind.TEXT, 32),
    Column("applicable", Kind.COUNT, 10),
    Column("met", Kind.COUNT, 8),
    Column("missed", Kind.COUNT, 8),
    Column("open", Kind.COUNT, 8),
    Column("not-applicable", Kind.COUNT, 8),
    Column("met-rate", Kind.SHARE, 10),
    Column("points-lost", Kind.NUMBER, 10),
    Column("question", Kind.TEXT, 28),
)

_FINDINGS = (
    Column("place", Kind.LINK, 38),
    Column("agent", Kind.TEXT, 12),
    Column("rule-title", Kind.TEXT, 26),
    Column("verdict", Kind.TEXT, 8),
    Column("severity", Kind.TEXT, 10),
    Column("speaker", Kind.TEXT, 7),
    Column("quote", Kind.LONG_TEXT, 36),
    Column("shows", Kind.LONG_TEXT, 36),
    Column("substitute", Kind.LONG_TEXT, 30),
    Column("why", Kind.LONG_TEXT, 40),
    Column("from", Kind.NUMBER, 9),
    Column("until", Kind.NUMBER, 9),
    Column("confidence", Kind.SHARE, 8),
    Column("rule", Kind.TEXT, 26),
)

_ANSWERS = (
    Column("file", Kind.LINK, 30),
    Column("agent", Kind.TEXT, 12),
    Column("section", Kind.TEXT, 16),
    Column("title", Kind.TEXT, 32),
    Column("answer", Kind.TEXT, 9),
    Column("machine-answer", Kind.TEXT, 9),
    Column("question-score", Kind.NUMBER, 8),
    Column("question-maximum", Kind.NUMBER, 8),
    Column("why", Kind.LONG_TEXT, 50),
    Column("times", Kind.TEXT, 16),
    Column("quotes", Kind.LONG_TEXT, 40),
    Column("person", Kind.TEXT, 12),
    Column("person-reason", Kind.LONG_TEXT, 30),
)

_CSV_CALL = (
    "file", "path", "started-at", "agent", "agent-id", "team", "duration", "score", "maximum", "outcome",
)  # fmt: skip
_CSV_QUESTION = (
    "section", "question", "title", "answer", "machine-answer", "question-score", "question-maximum", "person",
    "person-reason", "rules", "why", "times", "quotes",
)  # fmt: skip
_CSV_VERSIONS = ("form", "book", "model")


def write_xlsx(inspections: Iterable[Inspection], path: Path, language: Language = Language.CHINESE) -> None:
    """Write a workbook: calls, agents, questions, findings with their evidence, and every answer.

    The agents' figures are the machine's, as their headings say: nothing counts for an agent before a person confirms.
    """
    labels = Labels(language)
    with written_whole(path) as file:
        book = Book(labels)
        try:
            _fill(book, inspections, labels)
            book.write_to(file)
        finally:
            book.discard()


def _fill(book: Book, inspections: Iterable[Inspection], labels: Labels) -> None:
    calls, agents = book.sheet("calls", _CALLS), book.sheet("agents", _AGENTS)
    questions, findings = book.sheet("questions", _QUESTIONS, frozen=2), book.sheet("findings", _FINDINGS)
    answers = book.sheet("answers", _ANSWERS)
    sums = Sums(labels)
    for inspection in inspections:
        sums.add(inspection)
        call = call_row(inspection, labels)
        calls.add(call, inspection.source)
        for finding in finding_rows(inspection, labels):
            findings.add({**call, **finding, "place": _place(call, finding)}, inspection.source)
        for question in question_rows(inspection, labels):
            answers.add({**call, **question}, inspection.source)
    for row in sums.agent_rows():
        agents.add(row)
    for row in sums.question_rows():
        questions.add(row)
    for sheet in (calls, agents, questions, findings, answers):
        sheet.finish()


def _place(call: dict[str, Value], finding: dict[str, Value]) -> str:
    return f"{call['file']} · {finding['time']}" if finding["time"] else str(call["file"])


def write_csv(inspections: Iterable[Inspection], path: Path, language: Language = Language.CHINESE) -> None:
    """Write a row a question, with the call's columns on each; UTF-8 with a mark, so that Excel reads the Chinese."""
    labels = Labels(language)
    columns = (*_CSV_CALL, *_CSV_QUESTION, *_CSV_VERSIONS)
    with written_whole(path) as file:
        file.write(codecs.BOM_UTF8)
        table = csv.writer(codecs.getwriter("utf-8")(file))
        table.writerow([labels(f"column.{column}") for column in columns])
        for inspection in inspections:
            call = call_row(inspection, labels)
            for question in question_rows(inspection, labels):
                row = {**call, **question}
                table.writerow([_cell(row[column]) for column in columns])


def _cell(value: Value) -> Value:
    """Return a cell that no spreadsheet takes for a formula."""
    return "'" + value if isinstance(value, str) and is_risky(value) else value


def write_json(inspections: Iterable[Inspection], path: Path, language: Language = Language.CHINESE) -> None:
    """Write a list of what ``csqa inspect --json`` gives, an inspection a line."""
    with written_whole(path) as file:
        file.write(b"[")
        for number, inspection in enumerate(inspections):
            line = json.dumps(inspection_json(inspection, language), ensure_ascii=False)
            file.write((",\n" if number else "\n").encode() + line.encode())
        file.write(b"\n]\n")
