"""Transcripts in files: ``.json``, ``.srt`` and ``.vtt``."""

from __future__ import annotations

import codecs
import json
from pathlib import Path

from csqa.disk import write_text
from csqa.errors import UserFixable
from csqa.words.exchange import as_json, read_json
from csqa.words.labelled import tidied
from csqa.words.subtitles import read_subtitles, srt, vtt
from csqa.words.transcript import Transcript

SUFFIXES = (".json", ".srt", ".vtt")
"""File names that end so are transcripts."""

_LARGEST_BYTES = 100_000_000


def read_transcript(path: Path) -> Transcript:
    """Read a transcript, ours or from elsewhere.

    Speakers are told by their labels, else by what they say; segments without labels stay unknown. Segments are put in
    order, and where those of one speaker overlap they share the time. Raises UserFixable, with the number of the
    segment or line where there is one, where the file cannot be read as a transcript or something said would get lost.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise UserFixable("words.file-kind", file=path, known=SUFFIXES)
    text = _text(path)
    if suffix == ".json":
        return read_json(text, path)
    segments = tidied(read_subtitles(text, path), path)
    return Transcript(max((segment.end for segment in segments), default=0.0), segments)


def write_json(transcript: Transcript, path: Path) -> None:
    """Write ``transcript`` as JSON that ``read_transcript`` gives back. Raises UserFixable where the disk refuses."""
    write_text(path, json.dumps(as_json(transcript), ensure_ascii=False, indent=1) + "\n")


def write_srt(transcript: Transcript, path: Path) -> None:
    """Write ``transcript`` as SRT subtitles, the speaker before each text. Raises UserFixable."""
    write_text(path, srt(transcript.segments))


def write_vtt(transcript: Transcript, path: Path) -> None:
    """Write ``transcript`` as WebVTT subtitles with voice tags. Raises UserFixable."""
    write_text(path, vtt(transcript.segments))


def _text(path: Path) -> str:
    """Read a text file in whatever encoding Chinese programs write. Raises UserFixable."""
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise UserFixable("words.file-too-large", file=path)
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise UserFixable("words.file-missing", file=path) from error
    except OSError as error:
        raise UserFixable("words.file-unreadable", file=path, detail=error.strerror or str(error)) from error
    if not content.strip():
        raise UserFixable("words.file-empty", file=path)
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:  # which no text has: it is some other kind of file
            return text
    raise UserFixable("words.file-encoding", file=path)
