"""What the rules of a book may name: its groups of words, and its conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from csqa.rules.criteria.base import Criterion
from csqa.rules.language import Pattern, WordGroups, read_phrases


@dataclass(frozen=True)
class Vocabulary:
    """Groups of words by name, and conditions by id as far as they are read; the same phrase is read once."""

    words: Mapping[str, Sequence[str]] = field(default_factory=WordGroups)
    conditions: dict[str, Criterion] = field(default_factory=dict)
    read: dict[str, tuple[Pattern, ...]] = field(default_factory=dict)

    def patterns(self, source: str) -> tuple[Pattern, ...]:
        """Read a phrase. Raises ``PhraseError``."""
        if source not in self.read:
            self.read[source] = read_phrases(source, self.words)
        return self.read[source]
