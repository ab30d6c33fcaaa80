"""What the rules of a book may name: its groups of words, and its conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from csqa.rules.criteria.base import Criterion
from csqa.rules.language import Pattern, WordGroups, read_phrase, read_phrases


@dataclass(frozen=True)
class Vocabulary:
    """Groups of words by name, and conditions by id as far as they are read; the same phrase is read once."""

    words: Mapping[str, Sequence[str]] = field(default_factory=WordGroups)
    conditions: dict[str, Criterion] = field(default_factory=dict)
    read: dict[tuple[str, bool], tuple[Pattern, ...]] = field(default_factory=dict)

    def patterns(self, source: str, *, guarding: bool = False) -> tuple[Pattern, ...]:
        """Read a phrase; of a group that is ``guarding``, each member covers what its own gaps reach.

        Raises ``PhraseError``.
        """
        key = source, guarding
        if key not in self.read:
            self.read[key] = read_phrases(source, self.words) if guarding else (read_phrase(source, self.words),)
        return self.read[key]
