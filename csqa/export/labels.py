"""What stands in headings and cells, in the reader's language, and how times and points are written."""

from __future__ import annotations

from dataclasses import dataclass

from csqa.messages import Language, Reason, sentence


@dataclass(frozen=True)
class Labels:
    """The words of the export room in one language."""

    language: Language

    def __call__(self, code: str, **parameters: object) -> str:
        """Say the catalogue's ``export.<code>``."""
        return sentence(Reason(f"export.{code}", parameters), self.language)

    def why(self, reason: Reason) -> str:
        """Say a reason of any room."""
        return sentence(reason, self.language)

    def listed(self, names: list[str]) -> str:
        """Join names as the language does."""
        return ("、" if self.language is Language.CHINESE else ", ").join(names)


def clock(seconds: float) -> str:
    """Write a time of a call as ``00:21.3``, or ``1:02:03.4`` from an hour on; what is under a tenth is cut off."""
    milliseconds = round(seconds * 1000)
    return f"{_whole(milliseconds)}.{milliseconds // 100 % 10}"


def length(seconds: float) -> str:
    """Write how long a call is as ``04:36``, or ``1:02:03`` from an hour on; what is under a second is cut off."""
    return _whole(round(seconds * 1000))


def _whole(milliseconds: int) -> str:
    minutes, rest = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes:02d}:{rest:02d}"


def points(value: float) -> str:
    """Write points with one decimal where they are not whole."""
    return f"{value:.1f}".removesuffix(".0")
