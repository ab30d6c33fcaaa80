"""Errors as people read them: what went wrong, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from csqa.errors import CsqaError
    from csqa.messages import Language


def said(error: CsqaError, language: Language) -> str:
    """Say what went wrong and what to do about it."""
    from csqa.messages import error_hint, error_sentence  # loads late: nothing has gone wrong yet

    return f"{error_sentence(error, language)} {error_hint(error, language)}".strip()
