"""What is known about calls beside their sound: a table exported from the telephone system, or the file's name."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path

from csqa.errors import UserFixable
from csqa.hear.recording import CallMetadata
from csqa.roles import LaneLayout

FIELDS = tuple(each.name for each in fields(CallMetadata) if each.name not in {"extra", "layout"})

_COLUMN_NAMES = {
    "文件": "file",
    "文件名": "file",
    "录音": "file",
    "录音文件": "file",
    "filename": "file",
    "通话编号": "call_id",
    "开始时间": "started_at",
    "通话时间": "started_at",
    "坐席": "agent_name",
    "客服": "agent_name",
    "坐席姓名": "agent_name",
    "工号": "agent_id",
    "班组": "team",
    "团队": "team",
    "客户号码": "customer_phone",
    "客户电话": "customer_phone",
    "方向": "direction",
    "队列": "queue",
    "技能组": "queue",
    "振铃秒数": "ring_seconds",
    "ring_s": "ring_seconds",
    "声道": "lanes",
    "layout": "lanes",
}
_TIME_FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%d",
    "%Y/%m/%d",
)
_DIGIT_FORMATS = {14: "%Y%m%d%H%M%S", 12: "%Y%m%d%H%M", 8: "%Y%m%d"}
"""Times without separators, by their number of digits: strptime alone would read 1230 as 12:03."""


_SHAPES = {
    "started_at": r"\d{4}[-.]?\d{2}[-.]?\d{2}(?:[-_ T]?\d{2}[-.:]?\d{2}(?:[-.:]?\d{2})?)?",
    "customer_phone": r"\+?[\d*]{3,20}",
    "ring_seconds": r"\d+(?:\.\d+)?",
    "agent_id": r"[^_\s]+?",
}
"""What some fields look like in a file's name, so that a separator inside one does not shift the others."""


@dataclass(frozen=True)
class MetadataTable:
    """Rows by file name, and a pattern for the names of the files that have no row."""

    rows: Mapping[str, CallMetadata] = field(default_factory=dict)
    pattern: re.Pattern[str] | None = None

    def of(self, path: Path) -> CallMetadata:
        """Return what is known of the call in ``path``: its row, gaps filled from its name."""
        row = self.rows.get(path.name) or self.rows.get(path.stem) or CallMetadata()
        found = self.pattern.fullmatch(path.stem) if self.pattern else None
        if found is None:
            return row
        named = _from_columns({key: value for key, value in found.groupdict().items() if value})
        gaps = {name: getattr(named, name) for name in FIELDS if getattr(row, name) is None}
        return replace(row, **gaps)


def name_pattern(pattern: str) -> re.Pattern[str]:
    """Turn ``{started_at}_{agent_id}_{customer_phone}`` into a pattern for file names without their suffix.

    ``{*}`` stands for anything. Raises UserFixable for a name that is no field of the metadata.
    """
    parts: list[str] = []
    for literal, name in re.findall(r"([^{}]*)(?:\{([^{}]*)\})?", pattern):
        parts.append(re.escape(literal))
        if name == "*":
            parts.append(".*?")
        elif name in FIELDS:
            parts.append(f"(?P<{name}>{_SHAPES.get(name, '.+?')})")
        elif name:
            raise UserFixable("metadata.unknown-field", field=name, pattern=pattern, known=list(FIELDS))
    try:
        return re.compile("".join(parts))
    except re.error as error:
        raise UserFixable("metadata.bad-pattern", pattern=pattern) from error


def read_metadata(path: Path) -> dict[str, CallMetadata]:
    """Read a CSV (UTF-8 or GB 18030, headed in English or Chinese) or a JSON list of objects, by file name.

    Raises UserFixable where the file cannot be read or has no column for the file's name.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserFixable("metadata.unreadable", file=path) from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    rows = _json_rows(text, path) if path.suffix.lower() == ".json" else _csv_rows(text, path)
    table: dict[str, CallMetadata] = {}
    for row in rows:
        columns = {_column(str(key)): str(value).strip() for key, value in row.items() if key and value is not None}
        name = columns.pop("file", "")
        if not name and not any(columns.values()):  # the empty rows that a spreadsheet leaves behind
            continue
        if not name:
            raise UserFixable("metadata.no-file-column", file=path)
        table[re.split(r"[\\/]", name)[-1]] = _from_columns(columns)
    return table


def _csv_rows(text: str, path: Path) -> list[dict[str, object]]:
    try:
        return [dict(row) for row in csv.DictReader(io.StringIO(text, newline=""))]
    except csv.Error as error:
        raise UserFixable("metadata.bad-csv", file=path) from error


def _json_rows(text: str, path: Path) -> list[dict[str, object]]:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise UserFixable("metadata.bad-json", file=path, line=error.lineno) from error
    rows = [data] if isinstance(data, dict) else data
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UserFixable("metadata.bad-json", file=path, line=1)
    return rows


def _column(name: str) -> str:
    plain = name.strip().lower()
    return _COLUMN_NAMES.get(plain, plain)


def _from_columns(columns: Mapping[str, str]) -> CallMetadata:
    known: dict[str, object] = {name: value for name, value in columns.items() if name in FIELDS and value}
    extra = {name: value for name, value in columns.items() if name not in FIELDS and value}
    if "ring_seconds" in known:
        seconds = _seconds(str(known["ring_seconds"]))
        if seconds is None:
            extra["ring_seconds"] = str(known.pop("ring_seconds"))
        else:
            known["ring_seconds"] = seconds
    if "started_at" in known:
        known["started_at"] = _iso_time(str(known["started_at"]))
    if "lanes" in extra:
        known["layout"] = _layout(extra.pop("lanes"))
    return CallMetadata(**known, extra=extra)  # type: ignore[arg-type]


def _layout(text: str) -> LaneLayout:
    try:
        return LaneLayout(text.replace(" ", "").lower())
    except ValueError as error:
        raise UserFixable("metadata.bad-lanes", lanes=text, known=[each.value for each in LaneLayout]) from error


def _seconds(text: str) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _iso_time(text: str) -> str:
    """Return ``text`` as ISO 8601 where it is a time in a usual form, else as it is."""
    digits = re.sub(r"(?<=\d)[-_ T](?=\d)", "", text)
    formats = [_DIGIT_FORMATS[len(digits)]] if digits.isdecimal() and len(digits) in _DIGIT_FORMATS else []
    for each, written in [*((each, digits) for each in formats), *((each, text) for each in _TIME_FORMATS)]:
        try:
            return datetime.strptime(written, each).isoformat()  # noqa: DTZ007 - call centres write local time
        except ValueError:
            continue
    return text
