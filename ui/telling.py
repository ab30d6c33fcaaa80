"""Errors as people read them: what went wrong, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from csqa.errors import CsqaError
    from csqa.messages import Language


def said(error: CsqaError, language: Language) -> str:
    """Say what went wrong and what to do about it."""
    from csqa.messages import error_text  # loads late: nothing has gone wrong yet

    return error_text(error, language)
