"""How the command line speaks: in the user's language, results to standard output, all else to standard error."""

from __future__ import annotations

import json
import locale
import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from csqa.errors import CsqaError, printable
from csqa.messages import Language, Reason, error_hint, error_sentence, error_text, sentence

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress


class Voice:
    """Says things to the person at the terminal."""

    def __init__(self, language: Language) -> None:
        """Speak ``language``, in UTF-8 wherever the output goes into a file or a pipe."""
        self.language = language
        for stream in (sys.stdout, sys.stderr):
            if stream is not None and hasattr(stream, "reconfigure") and not stream.isatty():
                stream.reconfigure(encoding="utf-8")

    @classmethod
    def of_this_user(cls, arguments: Sequence[str]) -> Voice:
        """Speak as ``--language`` or ``CSQA_LANGUAGE`` says, English where the system is English, else Chinese."""
        wanted = os.environ.get("CSQA_LANGUAGE", "")
        for index, argument in enumerate(arguments):
            if argument.startswith("--language="):
                wanted = argument.partition("=")[2]
            elif argument == "--language" and index + 1 < len(arguments):
                wanted = arguments[index + 1]
        if wanted in list(Language):
            return cls(Language(wanted))
        named = (os.environ.get(variable, "") for variable in ("LC_ALL", "LC_MESSAGES", "LANG"))
        system = next(filter(None, named), "") or locale.getlocale()[0] or ""
        return cls(Language.ENGLISH if system.lower().startswith("en") else Language.CHINESE)

    def text(self, code: str, **parameters: Any) -> str:
        """Return a sentence of the catalogue."""
        return sentence(Reason(code, parameters), self.language)

    def line(self, text: str = "") -> None:
        """Print a line of results."""
        print(text)

    def json_line(self, value: Any) -> None:
        """Print one object as one line."""
        print(json.dumps(value, ensure_ascii=False, allow_nan=False), flush=True)

    def note(self, code: str, **parameters: Any) -> None:
        """Say something that is not a result."""
        print(self.text(code, **parameters), file=sys.stderr, flush=True)

    def error(self, error: CsqaError) -> None:
        """Say what went wrong and what to do about it, in one line."""
        print(f"csqa: {error_text(error, self.language)}", file=sys.stderr, flush=True)

    def error_object(self, file: object, error: CsqaError) -> dict[str, Any]:
        """Return what stands in the place of a result that could not be had."""
        return {
            "file": printable(str(file)),
            "error": {
                "code": error.code,
                "message": error_sentence(error, self.language),
                "hint": error_hint(error, self.language),
            },
        }

    def table(self, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Print a table with aligned columns, wide characters counted as wide."""
        from rich import box
        from rich.table import Table
        from rich.text import Text

        drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for title in titles:
            drawn.add_column(title, overflow="fold")
        for row in rows:
            drawn.add_row(*(Text(cell) for cell in row))
        self._console().print(drawn)

    def _console(self) -> Console:
        from rich.console import Console

        return Console(width=None if sys.stdout.isatty() else 140, highlight=False)

    def progress(self) -> Progress:
        """Return a progress display on standard error; silent where that is no terminal."""
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        console = Console(stderr=True)
        return Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[done]}"),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )


def clock(seconds: float, *, tenths: bool = False) -> str:
    """Write a time in a call as ``mm:ss``, or ``h:mm:ss`` from an hour on; with tenths where a place is to be found."""
    parts = int(seconds * 10)
    hours, minutes, rest = parts // 36000, parts // 600 % 60, parts // 10 % 60
    written = f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"
    return f"{written}.{parts % 10}" if tenths else written
