"""What a person chose for the desktop itself: language, theme, the workspace that opens. A small TOML of its own."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from csqa.messages import Language
from ui.theme import Scheme

ChoiceT = TypeVar("ChoiceT", bound=StrEnum)


@dataclass(frozen=True)
class Preferences:
    """The choices; ``workspace`` is the folder opened last, ``None`` before the first."""

    language: Language = Language.CHINESE
    scheme: Scheme = Scheme.SYSTEM
    workspace: Path | None = None


def preferences_file() -> Path:
    """Where they are kept, among the user's settings."""
    from csqa.settings import locations

    return locations().config / "desktop.toml"


def load_preferences(file: Path) -> Preferences:
    """Read ``file``. What is missing or makes no sense is as by default: a window must open to mend anything."""
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return Preferences()
    workspace = data.get("workspace")
    return Preferences(
        language=_choice(Language, data.get("language"), Language.CHINESE),
        scheme=_choice(Scheme, data.get("theme"), Scheme.SYSTEM),
        workspace=Path(workspace) if isinstance(workspace, str) and workspace else None,
    )


def save_preferences(preferences: Preferences, file: Path) -> None:
    """Write ``preferences``, whole or not at all. Raises UserFixable where the disk refuses."""
    from csqa.disk import write_text

    lines = [f'language = "{preferences.language}"', f'theme = "{preferences.scheme}"']
    if preferences.workspace is not None:
        # a JSON string is a TOML basic string: the same quotes, the same escapes
        lines.append(f"workspace = {json.dumps(str(preferences.workspace), ensure_ascii=False)}")
    write_text(file, "\n".join([*lines, ""]))


def _choice(kind: type[ChoiceT], value: object, default: ChoiceT) -> ChoiceT:
    return kind(value) if value in [each.value for each in kind] else default
