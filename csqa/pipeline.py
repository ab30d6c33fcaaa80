"""The whole way: one recording in, events as it goes, the finished inspection at the end.

Nothing is written here. Whoever reads the events decides what to keep: the command line prints them, the engine sends
them on as lines, the archive stores them. What was already done in an earlier run comes back in with the request, so
that a killed run goes on where it stopped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from csqa.cards.form import Form, check_form, load_form
from csqa.cards.inspection import Inspection
from csqa.cards.scoring import fill_in
from csqa.hear.recording import CallMetadata, Hearing, Recording
from csqa.roles import LaneLayout
from csqa.rules.judging import judge
from csqa.rules.rulebook import RuleBook, load_book
from csqa.settings import RecognitionSettings
from csqa.spans import total
from csqa.talk.conversing import converse
from csqa.weights import find_model
from csqa.words.passages import Passage
from csqa.words.transcript import ModelIdentity, Transcript
from csqa.words.whisper import PassageWords

if TYPE_CHECKING:
    from csqa.words.whisper import Whisper

TRANSCRIPT_SUFFIXES = frozenset({".json", ".srt", ".vtt"})
"""Files that are read as transcripts rather than as sound."""


@dataclass(frozen=True)
class Request:
    """What to inspect and with what.

    ``path`` is a recording or a transcript; ``transcript`` a transcript to use with a recording instead of
    recognising it. ``layout`` ``None`` lets the file decide, with ``usual_layout`` for files of two lanes. ``book`` and
    ``form`` are names or files. ``heard`` and ``done`` bring back what an earlier run had finished; what was made for
    other lanes or with another model or settings is made again.
    """

    path: Path
    layout: LaneLayout | None = None
    usual_layout: LaneLayout | None = None
    transcript: Path | None = None
    recognition: RecognitionSettings = field(default_factory=RecognitionSettings)
    book: str = "general"
    form: str = "general"
    metadata: CallMetadata = field(default_factory=CallMetadata)
    heard: Hearing | None = None
    done: tuple[PassageDone, ...] = ()


@dataclass(frozen=True)
class Opened:
    """The file was found to be a recording."""

    recording: Recording


@dataclass(frozen=True)
class Listening:
    """So many seconds of ``duration`` have been heard."""

    seconds: float
    duration: float


@dataclass(frozen=True)
class Heard:
    """Speech and pauses are known; ``passages`` is what goes to the recogniser."""

    hearing: Hearing
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class PassageDone:
    """One passage has words. ``speech_done`` of ``speech_total`` seconds of speech are now transcribed.

    ``recognised_with`` is a hash of the model and the settings: words of another are not taken for this one's.
    """

    words: PassageWords
    speech_done: float
    speech_total: float
    recognised_with: str


@dataclass(frozen=True)
class Inspected:
    """The end: everything about the call."""

    inspection: Inspection


Event = Opened | Listening | Heard | PassageDone | Inspected


class Workbench:
    """What is loaded once and serves many requests: recognisers, rule books, forms.

    A book or form whose file has changed since is loaded again.
    """

    def __init__(self) -> None:
        self._recognisers: dict[tuple[str, str, int], Whisper] = {}
        self._books: dict[str, tuple[_Stamp, RuleBook]] = {}
        self._forms: dict[tuple[str, str], tuple[_Stamp, Form]] = {}

    def recogniser(self, settings: RecognitionSettings) -> Whisper:
        """Return the recogniser that ``settings`` name, loading it the first time."""
        from csqa.words.whisper import Whisper

        key = (settings.model, settings.device.value, settings.threads)
        if key not in self._recognisers:
            model = find_model(settings.model)
            self._recognisers[key] = Whisper.load(model, threads=settings.threads, device=settings.device.value)
        return self._recognisers[key]

    def book(self, name: str) -> RuleBook:
        """Return a rule book by name or file."""
        known = self._books.get(name)
        if known is None or known[0] != _stamp(known[1].files):
            book = load_book(name)
            known = self._books[name] = (_stamp(book.files), book)
        return known[1]

    def form(self, name: str, book: str) -> Form:
        """Return a form by name or file, checked against the book whose verdicts it is filled in from."""
        stamp = (*_stamp(self.book(book).files), *_stamp([Path(name)]))
        known = self._forms.get((name, book))
        if known is None or known[0] != stamp:
            form = load_form(name)
            check_form(form, frozenset(rule.id for rule in self.book(book).rules))
            known = self._forms[name, book] = (stamp, form)
        return known[1]


_Stamp = tuple[tuple[int, int], ...]


def _stamp(files: Iterable[Path]) -> _Stamp:
    """Tell whether files have changed: times and sizes of those that are there (a bundled one has only its name)."""
    found = (file.stat() for file in files if file.is_file())
    return tuple((status.st_mtime_ns, status.st_size) for status in found)


def inspect(request: Request, workbench: Workbench, emit: Callable[[Event], None]) -> Inspection:
    """Take one recording or transcript the whole way and return what was found.

    ``emit`` is told every event as it happens, ``Inspected`` last; what it raises ends the work. Raises UserFixable
    for whatever is wrong with the file, the model, the book or the form; the book and the form are looked at first, so
    that a slip in them does not cost a transcription.
    """
    workbench.form(request.form, request.book)
    if request.path.suffix.lower() in TRANSCRIPT_SUFFIXES:
        inspection = _judged(request, workbench, _read(request.path), recording=None, hearing=None)
    else:
        inspection = _from_sound(request, workbench, emit)
    emit(Inspected(inspection))
    return inspection


def _from_sound(request: Request, workbench: Workbench, emit: Callable[[Event], None]) -> Inspection:
    from csqa.hear.decode import open_recording
    from csqa.hear.listening import listen

    recording = open_recording(request.path, request.layout, request.metadata)
    if request.layout is None and request.usual_layout is not None and len(recording.layout.speakers) > 1:
        recording = replace(recording, layout=request.usual_layout)
    emit(Opened(recording))
    hearing = request.heard
    if hearing is None or tuple(lane.speaker for lane in hearing.lanes) != recording.layout.speakers:
        hearing = listen(recording, lambda seconds: emit(Listening(seconds, recording.duration)))
    if request.transcript is not None:
        emit(Heard(hearing, ()))
        transcript = _read(request.transcript)
    else:
        transcript = _recognised(request, workbench, recording, hearing, emit)
    return _judged(request, workbench, transcript, recording, hearing)


def _recognised(
    request: Request, workbench: Workbench, recording: Recording, hearing: Hearing, emit: Callable[[Event], None]
) -> Transcript:
    from csqa.words.assembling import assemble
    from csqa.words.normalise import add_words
    from csqa.words.passages import plan

    names = workbench.book(request.book).company.all_names
    add_words(names)
    recogniser = workbench.recogniser(request.recognition)
    passages = plan(hearing, recogniser.window_seconds)
    emit(Heard(hearing, passages))
    made_with = _fingerprint(recogniser.identity, request.recognition, names)
    done = [each.words for each in request.done if each.recognised_with == made_with and each.words.passage in passages]
    known = {words.passage.index for words in done}
    missing = tuple(passage for passage in passages if passage.index not in known)
    speech_total = _speech(passages)
    for words in _fresh_words(recogniser, recording, missing, request.recognition, names):
        done.append(words)
        speech_done = _speech(each.passage for each in done)
        emit(PassageDone(words, speech_done, speech_total, made_with))
    done.sort(key=lambda words: words.passage.index)
    return assemble(done, hearing, recogniser.identity)


def _fresh_words(
    recogniser: Whisper,
    recording: Recording,
    missing: tuple[Passage, ...],
    settings: RecognitionSettings,
    names: tuple[str, ...],
) -> Iterator[PassageWords]:
    from csqa.words.passages import collect

    if not missing:
        return
    yield from recogniser.transcribe(
        collect(recording, missing),
        batch_size=settings.batch_size,
        hotwords=(*settings.hotwords, *names),
        language=settings.language,
    )


def _speech(passages: Iterable[Passage]) -> float:
    return sum(total(passage.pieces) for passage in passages)


def _fingerprint(model: ModelIdentity, settings: RecognitionSettings, names: tuple[str, ...]) -> str:
    """Hash all that the words of a passage depend on, beside its sound."""
    told = (model.sha256, settings.language, *settings.hotwords, *names)
    return hashlib.sha256("\n".join(str(each) for each in told).encode()).hexdigest()


def _read(path: Path) -> Transcript:
    from csqa.words.files import read_transcript

    return read_transcript(path)


def _judged(
    request: Request,
    workbench: Workbench,
    transcript: Transcript,
    recording: Recording | None,
    hearing: Hearing | None,
) -> Inspection:
    book = workbench.book(request.book)
    conversation = converse(transcript, hearing, request.metadata)
    verdicts = judge(conversation, book)
    return Inspection(
        source=request.path,
        recording=recording,
        hearing=hearing,
        transcript=transcript,
        conversation=conversation,
        book=book.identity,
        verdicts=verdicts,
        scorecard=fill_in(workbench.form(request.form, request.book), verdicts),
    )
