"""On which line of a TOML file something stands: ``tomllib`` does not tell."""

from __future__ import annotations

import re
from collections.abc import Iterator

Path = tuple[str | int, ...]
"""Keys and positions from the top of the file: ``("rules", 3, "settings", "limit")``."""

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")
_SYNTAX_LINE = re.compile(r"\(at line (\d+), column \d+\)")


class Lines:
    """The lines of a TOML text by path."""

    def __init__(self, text: str) -> None:
        """Walk through ``text`` once."""
        self._lines: dict[Path, int] = {}
        self._text = text.splitlines()
        self._walk()

    def of(self, path: Path) -> int:
        """The line (from 1) of ``path``, or of the nearest thing around it that has one."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def of_text(self, path: Path, text: str) -> int:
        """The line at or after ``path`` that holds ``text``: for a member of a long list."""
        begin = self.of(path)
        for number in range(begin, len(self._text) + 1):
            if text in self._text[number - 1]:
                return number
        return begin

    def _walk(self) -> None:
        table: Path = ()
        counts: dict[Path, int] = {}
        for number, line in self._statements():
            header = _HEADER.match(line)
            if header:
                table = self._table(header, counts)
                self._lines.setdefault(table, number)
                continue
            key = _KEY.match(line)
            if key:
                path = table
                for part in _parts(key.group(1)):
                    path = (*path, part)
                    self._lines.setdefault(path, number)

    def _table(self, header: re.Match[str], counts: dict[Path, int]) -> Path:
        """The path of a header; inside an array of tables its latest member is meant."""
        path: Path = ()
        parts = _parts(header.group(2))
        for index, part in enumerate(parts):
            path = (*path, part)
            if index == len(parts) - 1 and header.group(1) == "[[":
                counts[path] = counts.get(path, -1) + 1
            if path in counts:
                path = (*path, counts[path])
        return path

    def _statements(self) -> Iterator[tuple[int, str]]:
        """Lines on which a statement begins: those inside a long string or list are left out."""
        closing: str | None = None
        depth = 0
        for number, line in enumerate(self._text, start=1):
            if closing is not None:
                if closing in line:
                    closing = None
                continue
            if depth == 0:
                yield number, line
            for quotes in ('"""', "'''"):
                if line.count(quotes) % 2:
                    closing = quotes
            if closing is None and not (depth == 0 and _HEADER.match(line)):
                depth = max(0, depth + _depth_change(line))


def syntax_line(message: str) -> int:
    """The line that a ``TOMLDecodeError`` names in its message; 0 for the end of the file."""
    found = _SYNTAX_LINE.search(message)
    return int(found.group(1)) if found else 0


def _parts(dotted: str) -> list[str]:
    return [part.strip("\"'") for part in _PART.findall(dotted)]


def _depth_change(line: str) -> int:
    """Brackets opened less brackets closed, strings and comments left out."""
    bare = re.sub(r'"(?:\\.|[^"\\])*"|\'[^\']*\'', "", line).split("#", 1)[0]
    return bare.count("[") + bare.count("{") - bare.count("]") - bare.count("}")
