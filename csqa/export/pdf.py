"""The report as PDF: a summary and then a page or two a call.

Chinese is set in Adobe's STSong-Light, which readers bring themselves: the file carries no font and this computer needs
none. Import this module late; reportlab is not small.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.platypus import (
    CondPageBreak,
    KeepTogether,
    LongTable,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)
from reportlab.platypus.doctemplate import ActionFlowable

from csqa.cards.inspection import Inspection
from csqa.disk import written_whole
from csqa.export.labels import Labels
from csqa.export.pages import CallPage, FindingView, SectionView, SummaryLine, call_page, summary_line
from csqa.messages import Language

_FONT = "STSong-Light"
_INK, _QUIET, _LINE, _GROUND = "#1c2430", "#59636f", "#c9cfd7", "#f0f2f5"
_COLOURS = {
    "pass": "#1b6b34", "fail": "#b3202e", "review": "#5b3aa6", "violation": "#b3202e", "doubt": "#5b3aa6",
    "yes": "#1b6b34", "no": "#b3202e", "open": "#5b3aa6", "n/a": _QUIET,
}  # fmt: skip
_IN_FONT = str.maketrans({"✓": "√", "✗": "×", "◐": "◎", "–": "-", "·": "・"})
"""Signs that the font lacks, and those that it has in their place."""
_MARGIN = 16 * mm
_FRAME_PADDING = 6
_WIDTH = A4[0] - 2 * _MARGIN - 2 * _FRAME_PADDING
_IN_MEMORY = 8 * 1024 * 1024
_LAST_OF_UCS2 = 0xFFFF


def write_pdf(inspections: Iterable[Inspection], path: Path, language: Language = Language.CHINESE) -> None:
    """Write a summary of all calls and then the card of each. Raises UserFixable where the file cannot be written."""
    registerFont(UnicodeCIDFont(_FONT))
    labels = Labels(language)
    lines: list[SummaryLine] = []
    # The summary comes first but is known last; the pages wait on disk where they are many.
    with written_whole(path) as file, tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as pages:
        for number, inspection in enumerate(inspections, start=1):
            page = call_page(number, inspection, labels)
            lines.append(summary_line(page, inspection))
            pickle.dump(page, pages)
        pages.seek(0)
        story: list[Any] = list(_summary(lines, labels))
        story.append(_Following(story, _stored(pages, len(lines)), labels))
        document = SimpleDocTemplate(
            file,
            pagesize=A4,
            leftMargin=_MARGIN,
            rightMargin=_MARGIN,
            topMargin=_MARGIN,
            bottomMargin=_MARGIN,
            title=labels("title"),
            creator="CSQA",
        )
        document.build(story, onFirstPage=_foot, onLaterPages=_foot)


class _Following(ActionFlowable):  # type: ignore[misc]
    """Puts the next call's parts into the story, and itself behind them: so the story is never longer than a call."""

    def __init__(self, story: list[Any], pages: Iterator[CallPage], labels: Labels) -> None:
        super().__init__()
        self._story = story
        self._pages = pages
        self._labels = labels

    def apply(self, doc: object) -> None:
        page = next(self._pages, None)
        if page is not None:
            self._story += [PageBreak(), *_call(page, self._labels), self]


def _stored(pages: IO[bytes], count: int) -> Iterator[CallPage]:
    for _ in range(count):
        page: CallPage = pickle.load(pages)  # noqa: S301 - written a moment ago by ourselves
        yield page


def _foot(canvas: Any, document: Any) -> None:
    canvas.saveState()
    canvas.setFont(_FONT, 8)
    canvas.setFillColor(HexColor(_QUIET))
    canvas.drawRightString(A4[0] - _MARGIN, 9 * mm, str(document.page))
    canvas.restoreState()


def _style(size: float, colour: str = _INK, **more: Any) -> ParagraphStyle:
    return ParagraphStyle(
        f"{size}-{colour}-{more}", fontName=_FONT, fontSize=size, leading=size * 1.5, textColor=HexColor(colour),
        wordWrap="CJK", **more,
    )  # fmt: skip


def _paragraph(text: str, size: float = 9.5, colour: str = _INK, **more: Any) -> Paragraph:
    """Return a paragraph of ``text``; what the font cannot show is told by a box."""
    in_font = text.translate(_IN_FONT).replace(" ・ ", "・")
    shown = "".join(each if ord(each) <= _LAST_OF_UCS2 else "□" for each in in_font)
    return Paragraph(escape(shown), _style(size, colour, **more))


def _summary(lines: list[SummaryLine], labels: Labels) -> Iterator[Any]:
    yield _paragraph(labels("title"), 18)
    yield _paragraph(labels("report.machine"), 9, _QUIET)
    yield Spacer(1, 4 * mm)
    if not lines:
        yield _paragraph(labels("report.empty"))
        return
    heads = ("column.file", "column.agent", "column.started-at", "report.length", "column.score", "column.outcome")
    rows: list[list[Any]] = [[_paragraph(labels(head), 8.5, _QUIET) for head in (*heads, "report.findings")]]
    rows += [
        [
            _paragraph(line.name, 8.5),
            _paragraph(line.agent, 8.5),
            _paragraph(line.started_at, 8.5),
            _paragraph(line.length, 8.5),
            _paragraph(line.score, 8.5),
            _paragraph(line.outcome_name, 8.5, _COLOURS[line.outcome]),
            _paragraph(" ".join(f"{word} {count}" for _, word, count in line.counts), 8.5),
        ]
        for line in lines
    ]
    widths = [0.26, 0.11, 0.17, 0.08, 0.08, 0.1, 0.2]
    table = LongTable(rows, colWidths=[_WIDTH * share for share in widths], repeatRows=1)
    table.setStyle(_grid())
    yield table


def _call(page: CallPage, labels: Labels) -> Iterator[Any]:
    head = Table(
        [
            [
                [_paragraph(page.name, 13), _paragraph(page.facts, 8.5, _QUIET)],
                [
                    _paragraph(f"{page.score} / {page.maximum}", 15, _COLOURS[page.outcome], alignment=TA_RIGHT),
                    _paragraph(
                        f"{page.outcome_name} · {page.pass_mark}", 8.5, _COLOURS[page.outcome], alignment=TA_RIGHT
                    ),
                ],
            ]
        ],
        colWidths=[_WIDTH * 0.7, _WIDTH * 0.3],
    )
    head.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]))
    yield head
    for note in page.notes:
        yield _paragraph(note, 9, _QUIET)
    for reason in page.review:
        yield _paragraph(f"◎ {reason}", 9, _COLOURS["review"])
    yield _heading(labels("report.findings"))
    for finding in page.findings:
        yield from _finding(finding, labels)
    if not page.findings:
        yield _paragraph(labels("report.no-findings"), colour=_QUIET)
    if page.pauses:
        yield _heading(labels("report.waits-heard"))
        for pause in page.pauses:
            yield _paragraph(pause)
    yield CondPageBreak(50 * mm)
    yield _paragraph(labels("report.scorecard"), 11.5, spaceBefore=8, spaceAfter=3)
    yield _card(page.sections)
    yield Spacer(1, 2 * mm)
    yield _paragraph(page.versions, 8, _QUIET)


def _heading(text: str) -> Any:
    return _paragraph(text, 11.5, spaceBefore=8, spaceAfter=3, keepWithNext=1)


def _finding(finding: FindingView, labels: Labels) -> Iterator[Any]:
    confidence = labels("report.confidence", share=finding.confidence)
    yield KeepTogether(
        [
            _paragraph(f"{finding.mark} {finding.title}", 10, _COLOURS[finding.outcome], spaceBefore=4),
            _paragraph(f"{finding.word} · {finding.severity} · {confidence}", 8, _QUIET),
            _paragraph(finding.why),
        ]
    )
    for place in finding.places:
        quote = f"「{place.quote}」" if place.quote else ""
        parts = (place.time, place.speaker_name, quote, place.shows)
        yield _paragraph(" ".join(part for part in parts if part), 9, leftIndent=10)
        if place.substitute:
            yield _paragraph(f"{labels('report.better')}{place.substitute}", 9, _COLOURS["pass"], leftIndent=10)


def _card(sections: tuple[SectionView, ...]) -> Any:
    rows: list[list[Any]] = []
    shaded: list[tuple[Any, ...]] = []
    for section in sections:
        shaded.append(("BACKGROUND", (0, len(rows)), (-1, len(rows)), HexColor(_GROUND)))
        shaded.append(("SPAN", (0, len(rows)), (1, len(rows))))
        rows.append([_paragraph(section.title, 9), "", _paragraph(section.points, 9, alignment=TA_RIGHT)])
        for question in section.questions:
            colour = _COLOURS[question.state]
            notes = [_paragraph(question.note, 8, _QUIET)] if question.note else []
            rows.append(
                [
                    _paragraph(f"{question.mark} {question.word}", 9, colour),
                    [_paragraph(question.title, 9, _QUIET if question.state == "n/a" else _INK), *notes],
                    _paragraph(question.points, 9, alignment=TA_RIGHT),
                ]
            )
    table = LongTable(rows, colWidths=[_WIDTH * 0.18, _WIDTH * 0.62, _WIDTH * 0.2])
    table.setStyle(_grid(*shaded))
    return table


def _grid(*more: tuple[Any, ...]) -> TableStyle:
    return TableStyle(
        [
            ("LINEBELOW", (0, 0), (-1, -1), 0.5, HexColor(_LINE)),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            *more,
        ]
    )
