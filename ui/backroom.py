"""What the desktop asks of the store and the archive. All of it runs on the gateway's one thread, none on the window's.

The rest of the desktop sees the frozen records that come back, never a workspace.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from csqa.errors import CsqaError, UserFixable
from csqa.messages import Language

if TYPE_CHECKING:
    from csqa.archive import Archive, ImportOptions
    from csqa.cards.form import Form
    from csqa.pipeline import Request
    from csqa.rules.rulebook import RuleBook
    from csqa.store.listing import CallFilter, CallOrder
    from csqa.store.listing import CallRow as CallRow  # noqa: PLC0414 - for the rest of ui
    from csqa.store.search import SearchHit as SearchHit  # noqa: PLC0414
    from csqa.store.workspace import Workspace
    from ui.dossier import Dossier

METADATA_NAME = "metadata.csv"
"""A table of this name beside recordings tells what is known about them."""

DEFAULT_BOOK = "general"
"""The rule book, and the form, that nearly every call is judged with."""


class Shelf(StrEnum):
    """The groups of calls that the library shows at a click."""

    ALL = "all"
    REVIEW = "review"
    FAIL = "fail"
    PASS = "pass"
    TROUBLE = "trouble"


@dataclass(frozen=True)
class Sorting:
    """By which column (a ``CallOrder``'s value) calls are put in order, and which way."""

    column: str = "id"
    descending: bool = True


@dataclass(frozen=True)
class Summary:
    """How many calls each shelf holds."""

    folder: Path
    writable: bool
    counts: dict[Shelf, int]

    @property
    def total(self) -> int:
        """All calls."""
        return self.counts[Shelf.ALL]


@dataclass(frozen=True)
class Page:
    """Rows of the table of calls from ``offset`` on."""

    shelf: Shelf
    sorting: Sorting
    offset: int
    rows: tuple[CallRow, ...]


@dataclass(frozen=True)
class Hits:
    """Where ``text`` was said."""

    text: str
    found: tuple[SearchHit, ...]


@dataclass(frozen=True)
class Found:
    """What an import found in the paths given."""

    taken: tuple[Path, ...]
    skipped: tuple[str, ...]


@dataclass(frozen=True)
class EngineStart:
    """How an engine is started."""

    command: tuple[str, ...]
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Prepared:
    """What is left to do for a file: the engine's ``line``, or nothing, for it is there as ``call``."""

    line: bytes
    engine: EngineStart
    call: int | None = None


class Stage(StrEnum):
    """How far an engine is with a file."""

    OPENED = "opened"
    LISTENING = "listening"
    RECOGNISING = "recognising"
    JUDGING = "judging"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Told:
    """What a line of the engine said: ``done`` of ``total`` seconds in this stage; how it ended."""

    stage: Stage
    done: float = 0.0
    total: float = 0.0
    call: int | None = None
    error: CsqaError | None = None


class Backroom:
    """An open workspace with what is needed to fill it and to look at it. For one thread only."""

    def __init__(self) -> None:
        """Begin without a workspace."""
        self._workspace: Workspace | None = None
        self._archive: Archive | None = None
        self._writable = False
        self._requests: dict[Path, Request] = {}
        self._contents: dict[Path, str] = {}
        self._books: dict[str, RuleBook | None] = {}
        self._forms: dict[str, Form | None] = {}

    def open(self, folder: Path) -> Summary:
        """Open the workspace in ``folder``, made where there is none; to look only where another program writes.

        Raises UserFixable.
        """
        from csqa.archive import Archive
        from csqa.store.workspace import Workspace

        self.close()
        self._writable = True
        try:
            self._workspace = Workspace.open_or_create(folder)
        except UserFixable as error:
            if error.code != "store.locked":
                raise
            self._workspace, self._writable = Workspace.open(folder, write=False), False
        self._archive = Archive(self._workspace)
        return self.summary()

    def close(self) -> None:
        """Let the workspace go."""
        if self._workspace is not None:
            self._workspace.close()
        self._workspace = self._archive = None

    def summary(self) -> Summary:
        """Count the calls."""
        workspace = self._open_workspace()
        counts = {shelf: workspace.count(_filter(shelf)) for shelf in Shelf}
        return Summary(workspace.folder, self._writable, counts)

    def page(self, shelf: Shelf, sorting: Sorting, offset: int, limit: int) -> Page:
        """Return rows of the table of calls."""
        rows = self._open_workspace().calls(
            _filter(shelf), _order(sorting.column), limit, offset, descending=sorting.descending
        )
        return Page(shelf, sorting, offset, rows)

    def search(self, text: str) -> Hits:
        """Return where ``text`` was said, the newest calls first."""
        return Hits(text, self._open_workspace().search(text))

    def dossier(self, call: int, language: Language) -> Dossier:
        """Return a call made ready to be looked at. Raises UserFixable where it has no finished inspection."""
        from ui.preparing import build_dossier

        inspection = self._open_workspace().inspection(call)
        book, form = self._book(inspection.book.id), self._form(inspection.scorecard.form)
        return build_dossier(call, inspection, book, form, language)

    def warm_up(self) -> None:
        """Load what showing a call needs, before one is asked for: numpy, the page, the rules' and the form's texts."""
        import ui.preparing
        import ui.views.review  # noqa: F401

        self._book(DEFAULT_BOOK)
        self._form(DEFAULT_BOOK)

    def find(self, paths: Sequence[Path]) -> Found:
        """Look which of ``paths``, and of the files in those that are folders, are recordings."""
        from csqa.archive import find_files
        from csqa.hear.decode import SUPPORTED_SUFFIXES
        from csqa.pipeline import TRANSCRIPT_SUFFIXES

        found = find_files(paths)
        known = SUPPORTED_SUFFIXES | TRANSCRIPT_SUFFIXES
        # what is not there, or cannot be looked into, is taken too: it fails by itself and says why
        taken = tuple(path for path in found.taken if path.suffix.lower() in known or not path.is_file())
        unknown = [path.name for path in (*found.taken, *found.skipped) if path not in taken]
        return Found(taken, tuple(unknown))

    def samples(self) -> Found:
        """Find the recordings that travel with CSQA."""
        from csqa.bundled import bundled_samples
        from csqa.hear.decode import SUPPORTED_SUFFIXES

        files = sorted(bundled_samples().iterdir())
        return Found(tuple(path for path in files if path.suffix.lower() in SUPPORTED_SUFFIXES), ())

    def prepare(self, path: Path) -> Prepared:
        """Return what an engine is to do for ``path``. Raises UserFixable."""
        from csqa.archive import AlreadyThere
        from csqa.engine import engine_command, engine_environment
        from csqa.frames import to_json

        assert self._archive is not None
        prepared = self._archive.prepare(path, self._options_for(path))
        engine = EngineStart(tuple(engine_command()), engine_environment())
        if isinstance(prepared, AlreadyThere):
            return Prepared(b"", engine, prepared.call)
        self._requests[path] = prepared
        return Prepared(to_json(prepared).encode() + b"\n", engine)

    def keep(self, path: Path, line: bytes) -> Told:
        """Store what the engine told of ``path`` and say how far it is. Raises ValueError where it told nonsense."""
        from csqa.engine import parse_event

        assert self._archive is not None
        event = parse_event(line.decode())
        self._archive.keep(self._requests[path], event)
        return self._told(path, event)

    def fail(self, path: Path, error: CsqaError) -> None:
        """Note that ``path`` could not be inspected."""
        from csqa.engine import Failed

        if self._archive is not None and path in self._requests:
            self._archive.keep(self._requests.pop(path), Failed(error))

    def _told(self, path: Path, event: object) -> Told:
        from csqa.engine import Failed
        from csqa.pipeline import Heard, Inspected, Listening, Opened, PassageDone
        from csqa.spans import total

        match event:
            case Opened(recording):
                self._contents[path] = recording.sha256
                return Told(Stage.LISTENING, 0.0, recording.duration)
            case Listening(seconds, duration):
                return Told(Stage.LISTENING, seconds, duration)
            case Heard(_, passages):
                return Told(Stage.RECOGNISING, 0.0, sum(total(passage.pieces) for passage in passages))
            case PassageDone(_, done, whole, _):
                return Told(Stage.JUDGING if done >= whole else Stage.RECOGNISING, done, whole)
            case Inspected():
                self._requests.pop(path, None)
                content = self._contents.pop(path, None)
                call = self._open_workspace().find_by_content(content) if content else None
                return Told(Stage.DONE, call=call)
            case Failed(error):
                self._requests.pop(path, None)
                return Told(Stage.FAILED, error=error)
        raise ValueError(f"unknown event {event!r}")

    def _options_for(self, path: Path) -> ImportOptions:
        """Return how a file is inspected: as the workspace's settings say, with the metadata that lies beside it."""
        from csqa.archive import ImportOptions
        from csqa.hear.metadata import MetadataTable, name_pattern, read_metadata
        from csqa.settings import load_settings, locations

        settings = load_settings(locations().settings_file, self._open_workspace().folder / "settings.toml")
        beside = path.parent / METADATA_NAME
        pattern = settings.workspace.name_pattern
        return ImportOptions(
            recognition=settings.recognition,
            usual_layout=settings.workspace.lanes.layout,
            book=settings.workspace.book,
            form=settings.workspace.form,
            metadata=MetadataTable(
                read_metadata(beside) if beside.is_file() else {}, name_pattern(pattern) if pattern else None
            ),
        )

    def _book(self, name: str) -> RuleBook | None:
        """Return the rule book of that id, for its texts, where it is one that travels with CSQA."""
        if name not in self._books:
            from csqa.rules.rulebook import bundled_books, load_book

            self._books[name] = load_book(name) if name in bundled_books() else None
        return self._books[name]

    def _form(self, name: str) -> Form | None:
        """Return the form of that id, for its title, where it is one that travels with CSQA."""
        if name not in self._forms:
            from csqa.cards.form import bundled_forms, load_form

            self._forms[name] = load_form(name) if name in bundled_forms() else None
        return self._forms[name]

    def _open_workspace(self) -> Workspace:
        assert self._workspace is not None, "asked before a workspace was open"
        return self._workspace


def _order(column: str) -> CallOrder:
    from csqa.store.listing import CallOrder

    return CallOrder(column)


def _filter(shelf: Shelf) -> CallFilter:
    from csqa.cards.scorecard import CardOutcome
    from csqa.store.calls import CallState
    from csqa.store.listing import CallFilter

    match shelf:
        case Shelf.ALL:
            return CallFilter()
        case Shelf.TROUBLE:
            return CallFilter(states=(CallState.FAILED,))
    return CallFilter(outcomes=(CardOutcome(shelf.value),))
