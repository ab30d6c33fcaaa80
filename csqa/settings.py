"""What a user can set, read from TOML and checked; and where things live on each operating system."""

from __future__ import annotations

import dataclasses
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from csqa.bundled import MINI_MODEL
from csqa.disk import write_text
from csqa.errors import UserFixable
from csqa.roles import LaneLayout

HOME_VARIABLE = "CSQA_HOME"
"""Environment variable that puts everything below one folder: for tests, and for a copy on a USB stick."""

T = TypeVar("T")


@dataclass(frozen=True)
class Locations:
    """Folders of the user: models fetched or added, caches that may be deleted, logs, and settings."""

    models: Path
    cache: Path
    logs: Path
    config: Path

    @property
    def settings_file(self) -> Path:
        """The user's own settings, over which a workspace's settings win."""
        return self.config / "settings.toml"


def locations() -> Locations:
    """Return where things live: under ``CSQA_HOME`` where that is set, else where the system wants them."""
    if home := os.environ.get(HOME_VARIABLE):
        base = Path(home)
        return Locations(base / "models", base / "cache", base / "logs", base / "config")
    import platformdirs

    return Locations(
        models=platformdirs.user_data_path("csqa", appauthor=False) / "models",
        cache=platformdirs.user_cache_path("csqa", appauthor=False),
        logs=platformdirs.user_log_path("csqa", appauthor=False),
        config=platformdirs.user_config_path("csqa", appauthor=False),
    )


class Device(StrEnum):
    """What the recogniser runs on."""

    CPU = "cpu"
    CUDA = "cuda"
    AUTO = "auto"


def _between(least: int, most: int, default: int) -> Any:
    return field(default=default, metadata={"least": least, "most": most})


@dataclass(frozen=True)
class RecognitionSettings:
    """How speech becomes words.

    ``model`` is a name or a folder. ``threads`` 0 lets CSQA choose. ``batch_size`` is how many passages go through the
    model at once: more needs more memory, and brings no clear gain past 4 on a CPU. ``hotwords`` are company and
    product names that the recogniser should know.
    """

    model: str = MINI_MODEL
    device: Device = Device.CPU
    threads: int = _between(0, 64, 0)
    batch_size: int = _between(1, 64, 4)
    language: str = "zh"
    hotwords: tuple[str, ...] = ()


class UsualLanes(StrEnum):
    """Whose channel comes first where nothing else tells."""

    AUTOMATIC = "auto"
    AGENT_FIRST = "agent,customer"
    CUSTOMER_FIRST = "customer,agent"

    @property
    def layout(self) -> LaneLayout | None:
        """The layout that is meant; ``None`` leaves it to the file."""
        return None if self is UsualLanes.AUTOMATIC else LaneLayout(self.value)


@dataclass(frozen=True)
class WorkspaceSettings:
    """How calls of a workspace are taken in and judged.

    ``lanes`` is whose channel comes first in two-lane recordings. ``book`` and ``form`` are names or files, looked for
    beside the settings first. ``name_pattern`` reads metadata out of file names; empty reads none.
    """

    lanes: UsualLanes = UsualLanes.AUTOMATIC
    book: str = "general"
    form: str = "general"
    name_pattern: str = ""


@dataclass(frozen=True)
class Settings:
    """All settings, by the tables of ``settings.toml``."""

    recognition: RecognitionSettings = field(default_factory=RecognitionSettings)
    workspace: WorkspaceSettings = field(default_factory=WorkspaceSettings)


def load_settings(*paths: Path) -> Settings:
    """Read settings from files, a later one winning key by key; what none sets, or is not there, is as by default.

    Raises UserFixable naming file, key and remedy where a file is no TOML, or a key is unknown or has a bad value.
    """
    merged: dict[str, Any] = {}
    for path in paths:
        data = _read(path)
        _table(Settings, data, path, "")
        for name, table in data.items():
            merged[name] = {**merged.get(name, {}), **_beside(path.parent, table)}
    return _table(Settings, merged, paths[-1], "") if paths else Settings()


def _beside(folder: Path, table: Mapping[str, Any]) -> dict[str, Any]:
    """Make the name of a book or form that lies beside the settings a full path."""
    found = {key: folder / table[key] for key in ("book", "form") if str(table.get(key, "")).endswith(".toml")}
    return {**table, **{key: str(path.absolute()) for key, path in found.items() if path.is_file()}}


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise UserFixable("settings.unreadable", file=path, detail=error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise UserFixable("settings.encoding", file=path) from error
    except tomllib.TOMLDecodeError as error:
        raise UserFixable("settings.broken", file=path, detail=str(error)) from error


def save_settings(settings: Settings, path: Path) -> None:
    """Write ``settings`` to ``path``, whole or not at all. Raises UserFixable where the disk refuses."""
    lines: list[str] = []
    for table in dataclasses.fields(settings):
        lines.append(f"[{table.name}]")
        values = getattr(settings, table.name)
        lines += [f"{each.name} = {_toml(getattr(values, each.name))}" for each in dataclasses.fields(values)]
        lines.append("")
    write_text(path, "\n".join(lines))


def _table(kind: type[T], data: Mapping[str, Any], file: Path, prefix: str) -> T:
    hints = get_type_hints(kind)
    fields = {each.name: each for each in dataclasses.fields(kind)}  # type: ignore[arg-type]
    for key in data:
        if key not in fields:
            raise UserFixable("settings.unknown-key", file=file, key=prefix + key, known=sorted(fields))
    values = {key: _value(hints[key], value, fields[key], file, prefix + key) for key, value in data.items()}
    return kind(**values)


def _value(kind: Any, value: Any, spec: dataclasses.Field[Any], file: Path, key: str) -> Any:
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        if not isinstance(value, dict):
            raise UserFixable("settings.not-a-table", file=file, key=key)
        return _table(kind, value, file, f"{key}.")
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        if value not in [each.value for each in kind]:
            raise UserFixable("settings.bad-choice", file=file, key=key, value=value, known=[*kind])
        return kind(value)
    if kind == tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise UserFixable("settings.not-a-list", file=file, key=key)
        return tuple(value)
    if type(value) is not kind:  # not isinstance: true is no number
        raise UserFixable(f"settings.not-a-{kind.__name__}", file=file, key=key, value=value)
    if "least" in spec.metadata and not spec.metadata["least"] <= value <= spec.metadata["most"]:
        raise UserFixable("settings.out-of-range", file=file, key=key, value=value, **spec.metadata)
    return value


def _toml(value: Any) -> str:
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(item) for item in value)}]"
    return '"' + "".join(_toml_character(each) for each in value) + '"'


def _toml_character(each: str) -> str:
    if each in '"\\':
        return "\\" + each
    if each < " " or each == "\x7f":
        return f"\\u{ord(each):04x}"
    return each
