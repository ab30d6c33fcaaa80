"""The two kinds of failure: what the user can mend, and what is our fault.

Errors carry a code and parameters, never a sentence: ``csqa.messages`` says them in the user's language. They survive
pickling and a trip through JSON, because most of them are raised in the engine's process and shown in another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self


class CsqaError(Exception):
    """Base of both kinds: a ``code`` such as ``"hear.file-empty"`` and JSON-able ``parameters``."""

    def __init__(self, code: str, **parameters: object) -> None:
        """Keep ``code`` and ``parameters``; what is not plain JSON (a path, say) is kept as its string."""
        self.code = code
        self.parameters = {key: _plain(value) for key, value in parameters.items()}
        super().__init__(code, self.parameters)

    def __reduce__(self) -> tuple[Any, ...]:
        """Rebuild from the same code and parameters in another process."""
        return _rebuild, (type(self), self.code, self.parameters)

    def to_json(self) -> dict[str, Any]:
        """Return ``{"code": …, "parameters": …}``."""
        return {"code": self.code, "parameters": self.parameters}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Rebuild what ``to_json`` wrote. Raises KeyError where it is something else."""
        return cls(data["code"], **data["parameters"])


class UserFixable(CsqaError):
    """Something that the user can mend: a bad file, a full disk, a missing model. Always has a hint."""


class Bug(CsqaError):
    """Something that should not happen; its traceback belongs in the log."""


def printable(text: str) -> str:
    """Return ``text`` with what cannot be written in UTF-8 replaced: file names in no encoding of this system."""
    return text.encode("utf-8", "replace").decode()


def _plain(value: object) -> object:
    if isinstance(value, str):
        return printable(value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return printable(str(value))


def _rebuild(kind: type[CsqaError], code: str, parameters: dict[str, Any]) -> CsqaError:
    return kind(code, **parameters)
