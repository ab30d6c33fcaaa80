"""Where pipeline and store meet: import, resume, judge again. Command line and desktop both come through here.

The engines do the work in processes of their own and only tell of it; everything that is kept is written here, by one
writer, as it is told. A run that is killed leaves each call at its last finished passage, and the next one goes on
from there.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

from csqa.cards.form import Form
from csqa.cards.inspection import Judged
from csqa.cards.scorecard import CardOutcome
from csqa.cards.scoring import fill_in
from csqa.crew import Crew
from csqa.engine import Failed
from csqa.errors import CsqaError, UserFixable, printable
from csqa.frames import from_json, to_json
from csqa.hear.metadata import MetadataTable
from csqa.pipeline import Event, Heard, Inspected, Opened, PassageDone, Request, Workbench
from csqa.roles import LaneLayout
from csqa.rules.automaton import KnownBits
from csqa.rules.base import Outcome
from csqa.rules.fingerprints import fingerprints_of
from csqa.rules.judging import judge_heard, made_ready
from csqa.rules.rulebook import RuleBook
from csqa.settings import RecognitionSettings
from csqa.store.talks import StoredTalk
from csqa.store.workspace import Workspace

_HASH_BLOCK = 1 << 20


@dataclass(frozen=True)
class ImportOptions:
    """With what a batch of recordings is inspected.

    ``layout`` goes for all of them; ``usual_layout`` for those with two lanes of which nothing else is known.
    """

    recognition: RecognitionSettings = field(default_factory=RecognitionSettings)
    book: str = "general"
    form: str = "general"
    layout: LaneLayout | None = None
    usual_layout: LaneLayout | None = None
    metadata: MetadataTable = field(default_factory=MetadataTable)


@dataclass(frozen=True)
class FoundFiles:
    """What an import found in the paths given: files to take, and names that are no recordings."""

    taken: tuple[Path, ...]
    skipped: tuple[Path, ...]


@dataclass(frozen=True)
class AlreadyThere:
    """The same recording, by content, is in the workspace with a finished inspection."""

    path: Path
    call: int


@dataclass(frozen=True)
class Progress:
    """An event of one file of a batch; ``event`` is ``AlreadyThere`` where nothing had to be done."""

    path: Path
    event: Event | Failed | AlreadyThere


@dataclass(frozen=True)
class RuleChange:
    """A rule whose answer for a call changes; ``None`` where a book does not have it."""

    rule: str
    before: Outcome | None
    after: Outcome | None


@dataclass(frozen=True)
class CardFigures:
    """What a card comes to."""

    score: float
    outcome: CardOutcome


@dataclass(frozen=True)
class CallChange:
    """What judging a stored call again changes: its score, its outcome, the rules whose answer differs."""

    call: int
    name: str
    agent_name: str | None
    before: CardFigures
    after: CardFigures
    rules: tuple[RuleChange, ...]

    @property
    def differs(self) -> bool:
        """Whether anything changes at all."""
        return bool(self.rules) or self.before != self.after


@dataclass(frozen=True)
class AgentChange:
    """What judging again changes for an agent: ``name`` is ``None`` for calls of which nobody knows whose they are.

    ``before`` and ``after`` are mean scores over all of the agent's ``calls``, of which ``changed`` change.
    """

    name: str | None
    calls: int
    changed: int
    before: float
    after: float


class AgentTally:
    """Sums changes up by agent, one after another, so that an archive need not be held in memory."""

    def __init__(self) -> None:
        self._sums: dict[str | None, tuple[int, int, float, float]] = {}

    def add(self, change: CallChange) -> None:
        """Count a call."""
        calls, changed, before, after = self._sums.get(change.agent_name, (0, 0, 0.0, 0.0))
        self._sums[change.agent_name] = (
            calls + 1,
            changed + change.differs,
            before + change.before.score,
            after + change.after.score,
        )

    def changes(self) -> tuple[AgentChange, ...]:
        """The agents of whom calls change, those with most of them first."""
        summed = (
            AgentChange(name, calls, changed, before / calls, after / calls)
            for name, (calls, changed, before, after) in self._sums.items()
            if changed
        )
        return tuple(sorted(summed, key=lambda one: (-one.changed, one.name or "")))


def find_files(paths: Iterable[Path]) -> FoundFiles:
    """List the recordings in files and folders, in order of name.

    What is named itself is always taken, be it there or not, and so is a folder that cannot be looked into: it is done,
    or fails, by itself.
    """
    from csqa.hear.decode import SUPPORTED_SUFFIXES

    taken: dict[Path, None] = {}
    skipped: list[Path] = []
    for path in paths:
        for file in _files_in(path) if path.is_dir() else [path]:
            if file == path or file.is_dir() or file.suffix.lower() in SUPPORTED_SUFFIXES:
                taken[file] = None
            else:
                skipped.append(file)
    return FoundFiles(tuple(taken), tuple(skipped))


def _files_in(folder: Path) -> list[Path]:
    """List all files below ``folder`` but hidden ones, and the folders that cannot be looked into."""
    closed: list[Path] = []

    def refused(error: OSError) -> None:
        closed.append(Path(error.filename))

    files = [
        Path(parent, name)
        for parent, _, names in os.walk(folder, onerror=refused)
        for name in names
        if not name.startswith(".")
    ]
    return sorted([*files, *closed])


def content_hash(path: Path) -> str:
    """SHA-256 of a file, by which the same recording is known again under any name."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_HASH_BLOCK):
                digest.update(block)
    except FileNotFoundError as error:
        raise UserFixable("hear.file-missing", file=path) from error
    except OSError as error:
        raise UserFixable("hear.file-unreadable", file=path) from error
    return digest.hexdigest()


class Archive:
    """A workspace with the work that fills it. Not for several threads at once."""

    def __init__(self, workspace: Workspace) -> None:
        """Work on ``workspace``, which is open for writing."""
        self.workspace = workspace
        self._workbench = Workbench()
        self._calls: dict[Path, int] = {}
        self._known: dict[str, Mapping[str, str]] = {}
        self._smaller: dict[tuple[str, frozenset[str]], RuleBook] = {}

    def prepare(self, path: Path, options: ImportOptions) -> Request | AlreadyThere:
        """Return what is left to do for ``path``: all of it, the rest of an earlier run, or nothing.

        Raises UserFixable where the file cannot be read.
        """
        return self._prepared(path, content_hash(path), options)

    def _prepared(self, path: Path, sha256: str, options: ImportOptions) -> Request | AlreadyThere:
        metadata = options.metadata.of(path)
        request = Request(
            path=path.absolute(),
            layout=options.layout or metadata.layout,
            usual_layout=options.usual_layout,
            recognition=options.recognition,
            book=options.book,
            form=options.form,
            metadata=metadata,
        )
        call = self.workspace.find_by_content(sha256)
        if call is None:
            return request
        if self.workspace.is_inspected(call):
            self.workspace.follow_moved(call, request.path)
            return AlreadyThere(path, call)
        heard = self.workspace.stored_hearing(call)
        done = tuple(from_json(text, PassageDone) for _, text in sorted(self.workspace.passages_done(call).items()))
        return replace(request, heard=heard, done=done)

    def keep(self, request: Request, event: Event | Failed) -> None:
        """Write down what an engine told of ``request``, each event in a transaction of its own."""
        path = request.path
        match event:
            case Opened(recording):
                self._calls[path] = self.workspace.begin_call(recording)
            case Heard(hearing, _):
                self.workspace.save_hearing(self._calls[path], hearing)
            case PassageDone(words):
                self.workspace.save_passage(self._calls[path], words.passage.index, to_json(event))
            case Inspected(inspection):
                call = self.workspace.save_inspection(
                    inspection,
                    call=self._calls.pop(path, None),
                    form=self._workbench.form(request.form, request.book),
                    book_text=self._book_text(request.book),
                    fingerprints=self._fingerprints(self._workbench.book(request.book)),
                )
                rules = self._workbench.book(request.book)
                talk = made_ready(inspection.conversation, rules)
                judge_heard(talk, rules)  # looking for all phrases once rules most of them out
                self._keep_met(call, talk.known_bits(), rules)
            case Failed(error):
                self._keep_failure(path, error, self._calls.pop(path, None))
            case _:
                pass

    def _keep_failure(self, path: Path, error: CsqaError, call: int | None = None) -> None:
        self.workspace.save_failure(Path(printable(str(path.absolute()))), error, call=call)

    def run(self, files: Sequence[Path], options: ImportOptions, jobs: int = 1) -> Iterator[Progress]:
        """Inspect ``files`` with ``jobs`` engines, keep all that they tell, and tell it on.

        Closing the iterator, or an exception in its reader, kills the engines; what was kept stays. Raises UserFixable
        at once where the book or the form is wrong, since that is wrong for every file.
        """
        self._workbench.form(options.form, options.book)
        upcoming = deque(files)
        twins: list[Path] = []
        at_work: dict[Path, str] = {}
        with Crew(jobs) as crew:
            while upcoming or at_work:
                if upcoming and len(at_work) <= jobs:  # one more than there are engines, so that none has to wait
                    path = upcoming.popleft()
                    begun = self._begin(path, set(at_work.values()), options)
                    match begun:
                        case None:
                            twins.append(path)
                        case sha256, request:
                            at_work[request.path] = sha256
                            crew.give(request)
                        case _:
                            yield Progress(path, begun)
                    continue
                request, event = crew.told()
                self.keep(request, event)
                if isinstance(event, (Inspected, Failed)):
                    at_work.pop(request.path)
                    upcoming.extend(twins)
                    twins.clear()
                yield Progress(request.path, event)

    def _begin(
        self, path: Path, at_work: set[str], options: ImportOptions
    ) -> tuple[str, Request] | AlreadyThere | Failed | None:
        """Return the hash and the request for a file, or why it needs none; ``None`` where its twin is at work.

        A second copy of what is at work waits until that is done: then it is already there, or gets its own try.
        """
        try:
            sha256 = content_hash(path)
            if sha256 in at_work:
                return None
            prepared = self._prepared(path, sha256, options)
        except UserFixable as error:
            self._keep_failure(path, error)
            return Failed(error)
        return prepared if isinstance(prepared, AlreadyThere) else (sha256, prepared)

    def rejudge(self, book: str, form: str, *, dry_run: bool) -> Iterator[CallChange]:
        """Judge every stored call again, without its sound, and tell what changes; ``dry_run`` keeps nothing.

        What people have answered stays and counts. A call of which no rule has changed since it was judged stays as it
        is; a trial judges only the rules that have.
        """
        rules, card = self._workbench.book(book), self._workbench.form(form, book)
        text = None if dry_run else self._book_text(book)
        for talks in self.workspace.talks(rules.automaton.fingerprint):
            with nullcontext() if dry_run else self.workspace.together():
                changes = [self._judged_again(talk, rules, card, text) for talk in talks]
            yield from changes

    def _judged_again(self, talk: StoredTalk, rules: RuleBook, form: Form, text: str | None) -> CallChange:
        """Judge a stored call; with the book's ``text``, keep what comes of it."""
        known = self._fingerprints(rules)
        stale = {rule for rule, fingerprint in known.items() if talk.fingerprints.get(rule) != fingerprint}
        card_stays = talk.form == form.sha256 and talk.fingerprints.keys() == known.keys()
        if not stale and card_stays:
            return _change(talk, CardFigures(talk.score, talk.outcome), talk.outcomes)
        if text is None and len(stale) < len(rules.rules):
            fresh = judge_heard(
                made_ready(talk.conversation, rules, talk.met), self._only(rules, frozenset(stale)), brief=True
            )
            asked = {rule for question in form.questions for rule in question.rules} - stale
            verdicts = (*talk.verdicts_of(asked), *(verdict for verdict in fresh if verdict.rule in stale))
        else:
            ready = made_ready(talk.conversation, rules, talk.met)
            verdicts = judge_heard(ready, rules, brief=text is None)
            if text is not None and not talk.met:
                self._keep_met(talk.call, ready.known_bits(), rules)
        card = fill_in(form, verdicts, talk.answers)
        if text is not None:
            self.workspace.replace_verdicts(talk.call, Judged(rules.identity, verdicts, card, form, text, known))
        kept = {rule: outcome for rule, outcome in talk.outcomes.items() if rule in known and rule not in stale}
        outcomes = kept | {verdict.rule: verdict.outcome for verdict in verdicts if verdict.rule in known}
        return _change(talk, CardFigures(card.score, card.outcome), outcomes)

    def _fingerprints(self, rules: RuleBook) -> Mapping[str, str]:
        """What each rule of a book depends on, worked out once a book."""
        key = rules.identity.sha256
        if key not in self._known:
            self._known[key] = fingerprints_of(rules)
        return self._known[key]

    def _only(self, rules: RuleBook, wanted: frozenset[str]) -> RuleBook:
        """A book with only some rules, made once for all calls that need just these."""
        key = (rules.identity.sha256, wanted)
        if key not in self._smaller:
            self._smaller[key] = rules.only(wanted)
        return self._smaller[key]

    def _keep_met(self, call: int, met: Mapping[int, KnownBits], rules: RuleBook) -> None:
        """Keep which phrases were met in a call's turns, so that judging it again need not look for the others."""
        self.workspace.save_met(call, rules.automaton.fingerprint, met, rules.automaton.width)

    def _book_text(self, book: str) -> str:
        """Return the text of a book, all its files one after another, so that old verdicts can be read with it."""
        return "\n".join(path.read_text(encoding="utf-8") for path in self._workbench.book(book).files)


def _change(talk: StoredTalk, after: CardFigures, outcomes: Mapping[str, Outcome]) -> CallChange:
    return CallChange(
        call=talk.call,
        name=talk.name,
        agent_name=talk.agent_name,
        before=CardFigures(talk.score, talk.outcome),
        after=after,
        rules=_differing(talk.outcomes, outcomes),
    )


def _differing(before: Mapping[str, Outcome], after: Mapping[str, Outcome]) -> tuple[RuleChange, ...]:
    if after == before:
        return ()
    return tuple(
        RuleChange(rule, before.get(rule), after.get(rule))
        for rule in sorted(before.keys() | after.keys())
        if before.get(rule) != after.get(rule)
    )
