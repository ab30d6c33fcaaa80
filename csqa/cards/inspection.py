"""All that is known of one inspected call: what the pipeline makes, the store keeps, and exports are written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from csqa.cards.form import Form
from csqa.cards.scorecard import Scorecard
from csqa.hear.recording import Hearing, Recording
from csqa.rules.base import BookIdentity, Verdict
from csqa.talk.conversation import Conversation
from csqa.words.transcript import Transcript


@dataclass(frozen=True)
class Inspection:
    """One call from file to scorecard.

    ``source`` is the file that was inspected; ``recording`` and ``hearing`` are ``None`` where that was a transcript
    without sound. Metadata stands in the conversation.
    """

    source: Path
    recording: Recording | None
    hearing: Hearing | None
    transcript: Transcript
    conversation: Conversation
    book: BookIdentity
    verdicts: tuple[Verdict, ...]
    scorecard: Scorecard


@dataclass(frozen=True)
class Judged:
    """What judging a call comes to, and by what.

    ``form`` is what the card was filled in on (a bundled one is known again by its id and version), ``book_text`` the
    rule book's TOML, so that old verdicts can be read with it, ``fingerprints`` what each of its rules depends on.
    """

    book: BookIdentity
    verdicts: tuple[Verdict, ...]
    scorecard: Scorecard
    form: Form | None = None
    book_text: str | None = None
    fingerprints: Mapping[str, str] | None = None
