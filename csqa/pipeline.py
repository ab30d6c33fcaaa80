"""The whole way: one recording in, events as it goes, the finished inspection at the end.

Nothing is written here. Whoever reads the events decides what to keep: the command line prints them, the engine sends
them on as lines, the archive stores them. What was already done in an earlier run comes back in with the request, so
that a killed run goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
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
from csqa.words.transcript import Transcript
from csqa.words.whisper import PassageWords

if TYPE_CHECKING:
    from csqa.words.whisper import Whisper

TRANSCRIPT_SUFFIXES = frozenset({".json", ".srt", ".vtt"})
"""Files that are read as transcripts rather than as sound."""


@dataclass(frozen=True)
class Request:
    """What to inspect and with what.

    ``path`` is a recording or a transcript; ``transcript`` a transcript to use with a recording instead of
    recognising it. ``layout`` ``None`` lets the file decide. ``book`` and ``form`` are names or files. ``heard`` and
    ``done`` bring back what an earlier run had finished.
    """

    path: Path
    layout: LaneLayout | None = None
    transcript: Path | None = None
    recognition: RecognitionSettings = field(default_factory=RecognitionSettings)
    book: str = "general"
    form: str = "general"
    metadata: CallMetadata = field(default_factory=CallMetadata)
    heard: Hearing | None = None
    done: tuple[PassageWords, ...] = ()


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
    """One passage has words. ``speech_done`` of ``speech_total`` seconds of speech are now transcribed."""

    words: PassageWords
    speech_done: float
    speech_total: float


@dataclass(frozen=True)
class Inspected:
    """The end: everything about the call."""

    inspection: Inspection


Event = Opened | Listening | Heard | PassageDone | Inspected


class Workbench:
    """What is loaded once and serves many requests: recognisers, rule books, forms."""

    def __init__(self) -> None:
        self._recognisers: dict[tuple[str, str, int], Whisper] = {}
        self._books: dict[str, RuleBook] = {}
        self._forms: dict[tuple[str, str], Form] = {}

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
        if name not in self._books:
            self._books[name] = load_book(name)
        return self._books[name]

    def form(self, name: str, book: str) -> Form:
        """Return a form by name or file, checked against the book whose verdicts it is filled in from."""
        if (name, book) not in self._forms:
            form = load_form(name)
            check_form(form, frozenset(rule.id for rule in self.book(book).rules))
            self._forms[name, book] = form
        return self._forms[name, book]


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
    emit(Opened(recording))
    hearing = request.heard or listen(recording, lambda seconds: emit(Listening(seconds, recording.duration)))
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
    from csqa.words.passages import collect, plan

    settings = request.recognition
    names = workbench.book(request.book).company.all_names
    add_words(names)
    recogniser = workbench.recogniser(settings)
    passages = plan(hearing, recogniser.window_seconds)
    emit(Heard(hearing, passages))
    done = {words.passage.index: words for words in request.done if words.passage in passages}
    missing = tuple(passage for passage in passages if passage.index not in done)
    fresh = recogniser.transcribe(
        collect(recording, missing),
        batch_size=settings.batch_size,
        hotwords=(*settings.hotwords, *names),
        language=settings.language,
    )
    words = [*done.values(), *_told(fresh, passages, tuple(done.values()), emit)]
    words.sort(key=lambda each: each.passage.index)
    return assemble(words, hearing, recogniser.identity)


def _told(
    fresh: Iterable[PassageWords],
    passages: tuple[Passage, ...],
    done: tuple[PassageWords, ...],
    emit: Callable[[Event], None],
) -> Iterator[PassageWords]:
    """Pass the recogniser's results on, telling each with how much of the speech is done."""
    speech_total = sum(total(passage.pieces) for passage in passages)
    speech_done = sum(total(words.passage.pieces) for words in done)
    for words in fresh:
        speech_done += total(words.passage.pieces)
        emit(PassageDone(words, speech_done, speech_total))
        yield words


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
