"""The tokenizer of multilingual Whisper, and the small part of its vocabulary that the model uses."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from tools.train_mini.recipe import CHUNK_SECONDS, POSITIONS_A_SECOND

if TYPE_CHECKING:
    from tokenizers import Tokenizer

VOCABULARY_SIZE = 51_865
END, START, CHINESE, TRANSCRIBE, PREVIOUS, NO_SPEECH, NO_TIMES, TIME_ZERO = (
    50257,
    50258,
    50260,
    50359,
    50361,
    50362,
    50363,
    50364,
)
_LANGUAGES = (
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi ml "
    "cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am "
    "yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su"
)
LANGUAGES = tuple(_LANGUAGES.split())
"""The 99 languages of multilingual Whisper in the order of their tokens."""

TIME_TOKENS = CHUNK_SECONDS * POSITIONS_A_SECOND + 1


def _merge_parts(ranks: dict[bytes, int], token: bytes, below: int) -> list[bytes]:
    """Merge the bytes of ``token`` as byte-pair encoding would with the ranks under ``below``."""
    parts = [bytes([byte]) for byte in token]
    while True:
        ranked = [(ranks.get(left + right, below), at) for at, (left, right) in enumerate(pairwise(parts))]
        rank, at = min(ranked, default=(below, 0))
        if rank >= below:
            return parts
        parts = [*parts[:at], parts[at] + parts[at + 1], *parts[at + 2 :]]


def build_tokenizer(tiktoken_file: Path, out: Path) -> None:
    """Write ``tokenizer.json`` from ``multilingual.tiktoken`` of the MIT-licensed openai-whisper package.

    One byte-pair word a Han character, so that a character always has the same ids, in prompts and hotwords too.
    """
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

    rows = (line.split() for line in tiktoken_file.read_text().splitlines() if line.strip())
    ranks = {base64.b64decode(token): int(rank) for token, rank in rows}
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    shown = {byte: chr(byte) for byte in printable}
    shown |= {byte: chr(256 + at) for at, byte in enumerate(sorted(set(range(256)) - set(printable)))}

    def name(token: bytes) -> str:
        return "".join(shown[byte] for byte in token)

    merges = []
    for token, rank in sorted(ranks.items(), key=lambda item: item[1]):
        if len(token) > 1 and len(parts := _merge_parts(ranks, token, rank)) == 2:
            merges.append((name(parts[0]), name(parts[1])))
    tokenizer = Tokenizer(models.BPE(vocab={name(token): rank for token, rank in ranks.items()}, merges=merges))
    split = (
        r"[\p{Han}]|[，。？！、：；]|'s|'t|'re|'ve|'m|'ll|'d"
        r"| ?[^\P{L}\p{Han}]+| ?\p{N}+| ?[^\s\p{L}\p{N}，。？！、：；]+|\s+(?!\S)|\s+"
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(split), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tasks = ["translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps"]
    special = [f"<|{word}|>" for word in ["endoftext", "startoftranscript", *LANGUAGES, *tasks]]
    tokenizer.add_special_tokens([AddedToken(word, special=True, normalized=False) for word in special])
    times = [f"<|{step * 0.02:.2f}|>" for step in range(1501)]
    tokenizer.add_tokens([AddedToken(word, special=False, normalized=False) for word in times])
    if tokenizer.get_vocab_size() != VOCABULARY_SIZE:
        raise ValueError(f"{tiktoken_file} gives {tokenizer.get_vocab_size()} tokens, not {VOCABULARY_SIZE}")
    tokenizer.save(str(out))


def syllable_parts(text: str, every_reading: bool = False) -> list[str]:
    """Return what the CTC head spells: the initial and the toned final of every character of ``text``.

    With ``every_reading``, those of all readings that a character can have.
    """
    from pypinyin import Style, pinyin

    initials = pinyin(text, style=Style.INITIALS, strict=False, errors="ignore", heteronym=every_reading)
    finals = pinyin(text, style=Style.FINALS_TONE3, strict=False, errors="ignore", heteronym=every_reading)
    parts = []
    for initial, final in zip(initials, finals, strict=True):
        parts += [part for part in initial if part] + [f"-{part}" for part in final if part]
    return parts


@dataclass(frozen=True)
class Vocabulary:
    """What one model can write: full token ids in ``used``, CTC units in ``units`` (row 0 of the head is the blank).

    Inside the network a token is its row, the place of its id in ``used``; the time tokens are the last rows.
    """

    used: tuple[int, ...]
    units: tuple[str, ...]

    @classmethod
    def of(cls, tokenizer: Tokenizer, characters: set[str]) -> Vocabulary:
        """Collect the ids of ``characters`` and the marks, and the syllable parts of all their readings."""
        written = {token for character in characters | set("，。？") for token in tokenizer.encode(character).ids}
        control = [END, START, CHINESE, TRANSCRIBE, PREVIOUS, NO_SPEECH, NO_TIMES]
        spoken = {part for character in characters for part in syllable_parts(character, every_reading=True)}
        return cls((*sorted(written), *control, *range(TIME_ZERO, TIME_ZERO + TIME_TOKENS)), tuple(sorted(spoken)))

    @cached_property
    def row(self) -> dict[int, int]:
        """Row of each full token id."""
        return {token: row for row, token in enumerate(self.used)}

    @cached_property
    def unit_row(self) -> dict[str, int]:
        """Row of each syllable part in the CTC head."""
        return {unit: row + 1 for row, unit in enumerate(self.units)}

    def time_row(self, seconds: float) -> int:
        """Return the row of the time token nearest to ``seconds``."""
        step = min(max(round(seconds * POSITIONS_A_SECOND), 0), TIME_TOKENS - 1)
        return len(self.used) - TIME_TOKENS + step
