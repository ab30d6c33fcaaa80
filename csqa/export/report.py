"""Scorecards as a report to read and print: one HTML file that needs nothing beside it, or a PDF."""

from __future__ import annotations

import datetime
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from csqa.cards.inspection import Inspection
from csqa.disk import written_whole
from csqa.export.labels import Labels
from csqa.export.pages import SummaryLine, call_page, summary_line
from csqa.messages import Language

if TYPE_CHECKING:
    from jinja2 import Environment

_HTML_LANGUAGES = {Language.CHINESE: "zh-CN", Language.ENGLISH: "en"}
_IN_MEMORY = 8 * 1024 * 1024


def write_html(inspections: Iterable[Inspection], path: Path, language: Language = Language.CHINESE) -> None:
    """Write a page that opens with a table of all calls and goes on with a card a call.

    It loads nothing from anywhere, follows the reader's light or dark setting, and prints a call a page. Times link
    into the recordings where these lie on this computer. Raises UserFixable where the file cannot be written.
    """
    labels = Labels(language)
    pages = _environment()
    lines: list[SummaryLine] = []
    # The table of calls comes first but is known last; the cards wait beside it, on disk where they are many.
    with written_whole(path) as file, tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as cards:
        card = pages.get_template("call.html")
        for number, inspection in enumerate(inspections, start=1):
            page = call_page(number, inspection, labels)
            lines.append(summary_line(page, inspection))
            cards.write(card.render(page=page, say=labels).encode())
        front = pages.get_template("report.html")
        made = datetime.datetime.now().astimezone().strftime("%Y-%m-%d %H:%M")
        file.write(front.render(lines=lines, say=labels, made=made, html_language=_HTML_LANGUAGES[language]).encode())
        cards.seek(0)
        shutil.copyfileobj(cards, file)
        file.write(b"</main>\n</body>\n</html>\n")


def write_pdf(inspections: Iterable[Inspection], path: Path, language: Language = Language.CHINESE) -> None:
    """Write the same as PDF, without the transcripts. Raises UserFixable where the file cannot be written."""
    from csqa.export import pdf  # loads late: reportlab is not small

    pdf.write_pdf(inspections, path, language)


def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("csqa.export"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
