"""A workbook that reads and prints well: headings that stay, filters, widths, colours with words, links."""

from __future__ import annotations

import datetime
import io
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from csqa.export.labels import Labels
from csqa.export.rows import Value

if TYPE_CHECKING:
    from xlsxwriter import Workbook as XlsxWorkbook

LAST_ROW = 1_048_575
"""Excel's last row, counted from 0."""
_MOST_LINKS = 65_530
"""Links that Excel allows in one sheet."""
_MOST_CHARACTERS = 32_767
"""Characters that Excel allows in one cell."""
_RISKY = "=+-@\t\r\n＝＋－＠"

_RED, _AMBER, _GREEN, _VIOLET = "#F8D7DA", "#FFE8C2", "#D8F0DC", "#E6DDF8"
_RED_TEXT, _AMBER_TEXT, _GREEN_TEXT, _VIOLET_TEXT = "#8A1C27", "#7A4B00", "#1B5E2A", "#4A2E8A"


def is_risky(text: str) -> bool:
    """Tell whether a spreadsheet might take ``text`` for a formula; full-width signs count where Chinese is typed."""
    return text[:1] != "" and text[0] in _RISKY


class Kind(Enum):
    """What a column holds."""

    TEXT = auto()
    LONG_TEXT = auto()
    NUMBER = auto()
    COUNT = auto()
    SHARE = auto()
    MOMENT = auto()
    LINK = auto()


@dataclass(frozen=True)
class Column:
    """A column: the key in its rows (also its heading's code), what it holds, its width in characters."""

    key: str
    kind: Kind
    width: float


class Book:
    """A workbook whose rows wait on disk, so that they may be more than memory holds.

    Zipped it comes together in memory: a zip file that a full disk refuses tries again while it is thrown away, and
    complains of that to the user's terminal. Excel's limits keep it far smaller than its rows.
    """

    def __init__(self, labels: Labels) -> None:
        """Begin a book; ``write_to`` finishes it, ``discard`` clears up in any case."""
        import xlsxwriter

        self.labels = labels
        self._rows = tempfile.TemporaryDirectory(prefix="csqa-", ignore_cleanup_errors=True)
        self._zipped = io.BytesIO()
        options = {"constant_memory": True, "strings_to_urls": False, "tmpdir": self._rows.name}
        self._book: XlsxWorkbook = xlsxwriter.Workbook(self._zipped, options)
        self._book.set_properties({"title": labels("title"), "application": "CSQA"})
        base = {"valign": "top", "font_name": labels("font"), "font_size": 10}
        self.formats = {
            Kind.TEXT: self._book.add_format(base),
            Kind.LONG_TEXT: self._book.add_format({**base, "text_wrap": True}),
            Kind.NUMBER: self._book.add_format({**base, "num_format": "0.0"}),
            Kind.COUNT: self._book.add_format({**base, "num_format": "0"}),
            Kind.SHARE: self._book.add_format({**base, "num_format": "0%"}),
            Kind.MOMENT: self._book.add_format({**base, "num_format": "yyyy-mm-dd hh:mm", "align": "left"}),
            Kind.LINK: self._book.add_format({**base, "font_color": "#0B57A4", "underline": 1}),
        }
        self.quoted = self._book.add_format({**base, "text_wrap": True, "quote_prefix": True})
        self.heading = self._book.add_format(
            {**base, "bold": True, "bg_color": "#1F4E5F", "font_color": "#FFFFFF", "text_wrap": True, "border": 1}
        )

    def sheet(self, code: str, columns: Sequence[Column], frozen: int = 1) -> Sheet:
        """Begin a sheet; ``frozen`` columns on its left stay in sight."""
        return Sheet(self, self._book.add_worksheet(self.labels(f"sheet.{code}")), columns, frozen)

    def shade(self, background: str, text: str) -> Any:
        """Return a colour for cells that meet a condition."""
        return self._book.add_format({"bg_color": background, "font_color": text})

    def write_to(self, file: BinaryIO) -> None:
        """Finish the book and write it to ``file``. Raises OSError where a disk refuses."""
        from xlsxwriter.exceptions import FileCreateError

        try:
            self._book.close()
        except FileCreateError as error:
            raise error.args[0] if isinstance(error.args[0], OSError) else OSError(str(error)) from error
        file.write(self._zipped.getbuffer())

    def discard(self) -> None:
        """Remove what waits on disk, whether the book was finished or not."""
        for sheet in self._book.worksheets():
            with suppress(OSError):  # a full disk, which has been told
                sheet._opt_close()  # closing the book itself would assemble it
        self._rows.cleanup()


class Sheet:
    """One sheet. Rows come in order; ``finish`` adds what needs to know how many there were."""

    def __init__(self, book: Book, sheet: Any, columns: Sequence[Column], frozen: int) -> None:
        self._book = book
        self._sheet = sheet
        self._columns = columns
        self._next = 1
        self._links = 0
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width)
            sheet.write_string(0, number, book.labels(f"column.{column.key}"), book.heading)
        sheet.freeze_panes(1, frozen)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer("&L&A&R&P / &N")

    def add(self, row: Mapping[str, Value], link: Path | None = None) -> None:
        """Add a row; ``link`` is the file that the link column leads to.

        A sheet that is as long as Excel allows takes no more, and says so in its last row.
        """
        if self._next >= LAST_ROW:
            if self._next == LAST_ROW:
                self._sheet.write_string(self._next, 0, self._book.labels("sheet-full"), self._book.heading)
                self._next += 1
            return
        for number, column in enumerate(self._columns):
            value = row[column.key]
            if value is not None and value != "":
                self._write(number, column, value, link)
        self._next += 1

    def finish(self) -> None:
        """Add filters and colours."""
        last = max(1, self._next - 1)
        self._sheet.autofilter(0, 0, last, len(self._columns) - 1)
        for number, column in enumerate(self._columns):
            for condition in _conditions(column.key, self._book):
                self._sheet.conditional_format(1, number, last, number, condition)

    def _write(self, number: int, column: Column, value: str | float, link: Path | None) -> None:
        shape = self._book.formats[column.kind]
        if not isinstance(value, str):
            self._sheet.write_number(self._next, number, value, shape)
            return
        if column.kind is Kind.MOMENT and (moment := _moment(value)):
            self._sheet.write_datetime(self._next, number, moment, shape)
            return
        if column.kind is Kind.LINK and link is not None and self._link(number, link, value, shape):
            return
        text = value[:_MOST_CHARACTERS]
        self._sheet.write_string(self._next, number, text, self._book.quoted if is_risky(text) else shape)

    def _link(self, number: int, link: Path, value: str, shape: Any) -> bool:
        """Write a link; false where Excel takes no more of them or its address is too long."""
        if self._links == _MOST_LINKS or not link.is_absolute():
            return False
        written: bool = self._sheet.write_url(self._next, number, _address(link), shape, value, str(link)[:255]) == 0
        self._links += written
        return written


def _address(path: Path) -> str:
    """Return the link to a file as Excel follows it on this system."""
    escaped = path.as_posix().replace("%", "%25").replace("#", "%23").replace(" ", "%20")
    if path.drive:
        return f"external:{escaped}"
    return f"File://{escaped}"  # in capitals: of "file:" xlsxwriter makes a Windows path, with backslashes


def _moment(text: str) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None


def _conditions(key: str, book: Book) -> list[dict[str, Any]]:
    """Return the colours of a column. The words stand there too: colour never says it alone."""
    say = book.labels
    if key == "outcome":
        return [
            _equal(say("outcome.pass"), book.shade(_GREEN, _GREEN_TEXT)),
            _equal(say("outcome.fail"), book.shade(_RED, _RED_TEXT)),
            _equal(say("outcome.review"), book.shade(_VIOLET, _VIOLET_TEXT)),
        ]
    if key == "verdict":
        return [
            _equal(say("verdict.violation"), book.shade(_RED, _RED_TEXT)),
            _equal(say("verdict.doubt"), book.shade(_VIOLET, _VIOLET_TEXT)),
        ]
    if key == "answer":
        return [
            _equal(say("answer.no"), book.shade(_RED, _RED_TEXT)),
            _equal(say("answer.open"), book.shade(_VIOLET, _VIOLET_TEXT)),
        ]
    if key in {"score", "mean-score", "lowest-score"}:
        return [{"type": "data_bar", "bar_color": "#9BD1C6", "min_type": "num", "min_value": 0,
                 "max_type": "num", "max_value": 100}]  # fmt: skip
    if key in {"fatal", "major"}:
        return [{"type": "cell", "criteria": ">", "value": 0, "format": book.shade(_RED, _RED_TEXT)}]
    if key == "minor":
        return [{"type": "cell", "criteria": ">", "value": 0, "format": book.shade(_AMBER, _AMBER_TEXT)}]
    if key == "doubts":
        return [{"type": "cell", "criteria": ">", "value": 0, "format": book.shade(_VIOLET, _VIOLET_TEXT)}]
    if key == "met-rate":
        return [{"type": "3_color_scale", "min_color": _RED, "mid_color": _AMBER, "max_color": _GREEN,
                 "min_type": "num", "min_value": 0, "mid_type": "num", "mid_value": 0.8,
                 "max_type": "num", "max_value": 1}]  # fmt: skip
    return []


def _equal(text: str, shape: Any) -> dict[str, Any]:
    return {"type": "cell", "criteria": "==", "value": f'"{text}"', "format": shape}
