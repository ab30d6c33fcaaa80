"""All that is known of one inspected call: what the pipeline makes, the store keeps, and exports are written from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

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
