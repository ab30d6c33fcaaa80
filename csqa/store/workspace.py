"""A workspace: a folder with a database and settings, and everything that is kept in it and asked of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

from csqa.cards.form import Form
from csqa.cards.inspection import Inspection, Judged
from csqa.cards.scorecard import Answer, PersonAnswer, Scorecard
from csqa.cards.scoring import fill_in
from csqa.disk import write_text
from csqa.errors import CsqaError, UserFixable
from csqa.frames import to_json
from csqa.hear.recording import Hearing, Recording
from csqa.messages import Reason
from csqa.roles import Speaker
from csqa.rules.automaton import KnownBits
from csqa.rules.base import Verdict
from csqa.store import calls, cards, checking, conversations, history, listing, search, sounds
from csqa.store.calls import CallState
from csqa.store.cards import CallFinding
from csqa.store.database import DATABASE_NAME, Database, is_database
from csqa.store.history import HistoryEntry
from csqa.store.listing import EVERYTHING, CallFilter, CallOrder, CallRow
from csqa.store.search import SearchHit
from csqa.store.talks import StoredTalk, save_met, stored_talks
from csqa.talk.conversation import Conversation
from csqa.words.transcript import Transcript

SETTINGS_NAME = "settings.toml"
AUDIO_FOLDER = "audio"


class Workspace:
    """An open workspace. It belongs to the thread that opened it; each thread may open its own.

    One program at a time may write, any number may read meanwhile. What a method writes is there wholly or not at all.
    Every method raises UserFixable where the disk is full or fails, or the database is damaged.
    """

    def __init__(self, folder: Path, database: Database) -> None:
        """Use ``Workspace.open`` or ``Workspace.create``."""
        self.folder = folder
        self._database = database

    @classmethod
    def create(cls, folder: Path) -> Workspace:
        """Make a new workspace in ``folder`` and open it. Raises UserFixable where there is one already."""
        database = Database.create(folder)
        try:
            (folder / AUDIO_FOLDER).mkdir(exist_ok=True)
            if not (folder / SETTINGS_NAME).exists():
                write_text(folder / SETTINGS_NAME, "")
        except BaseException:
            database.close()
            raise
        return cls(folder, database)

    @classmethod
    def open(cls, folder: Path, *, write: bool = True) -> Workspace:
        """Open the workspace in ``folder``.

        Raises UserFixable where there is none, it is from a newer version or damaged, or, for writing, another program
        is writing to it or the folder cannot be written.
        """
        return cls(folder, Database(folder, write=write))

    @classmethod
    def open_or_create(cls, folder: Path) -> Workspace:
        """Open the workspace in ``folder`` for writing, made where there is none."""
        return cls.open(folder) if is_database(folder / DATABASE_NAME) else cls.create(folder)

    def close(self) -> None:
        """Close the database and let others write. Closing twice is no harm."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    # While a call is being inspected

    def find_by_content(self, sha256: str) -> int | None:
        """Return the call whose file has this content, whatever its name; ``None`` where there is none."""
        return calls.find_by_content(self._database, sha256)

    def is_inspected(self, call: int) -> bool:
        """Tell whether a call has a finished inspection."""
        return calls.is_inspected(self._database, call)

    def follow_moved(self, call: int, path: Path) -> None:
        """Note that a call's recording was found at ``path``, where it is no longer where it was."""
        if not self.call(call).path.exists():
            with self._database.transaction():
                calls.move(self._database, call, path)

    def begin_call(self, recording: Recording) -> int:
        """Make room for a recording and return its call; the one that is there where its content is known."""
        with self._database.transaction():
            call = calls.begin(self._database, recording)
            sounds.save_recording(self._database, call, recording)
        return call

    def save_hearing(self, call: int, hearing: Hearing) -> None:
        """Keep what was heard, before any word is known."""
        with self._database.transaction():
            sounds.save_hearing(self._database, call, hearing)

    def stored_hearing(self, call: int) -> Hearing | None:
        """Return what was heard; ``None`` where nothing is kept."""
        return sounds.load_hearing(self._database, call)

    def save_passage(self, call: int, index: int, payload: str) -> None:
        """Keep one finished passage, as JSON, so that a run that is killed goes on behind it."""
        with self._database.transaction():
            sounds.save_passage(self._database, call, index, payload)

    def passages_done(self, call: int) -> dict[int, str]:
        """Return the finished passages by index; none once the call is inspected."""
        return sounds.passages_done(self._database, call)

    def save_inspection(
        self,
        inspection: Inspection,
        *,
        call: int | None = None,
        form: Form | None = None,
        book_text: str | None = None,
        fingerprints: Mapping[str, str] | None = None,
    ) -> int:
        """Keep a finished inspection, in place of what was kept for the call, and return the call.

        Without ``call`` it is found by content, or made. ``form``, ``book_text`` and ``fingerprints`` are as in
        ``Judged``. Answers that people have given to this call's questions stay and count.
        """
        database = self._database
        with database.transaction():
            if call is None:
                call = self._call_of(inspection)
            if inspection.recording is not None:
                sounds.save_recording(database, call, inspection.recording)
            if inspection.hearing is not None:
                sounds.save_hearing(database, call, inspection.hearing)
            else:
                sounds.remove_hearing(database, call)
            conversations.save_transcript(database, call, inspection.transcript)
            conversations.save_conversation(database, call, inspection.conversation, inspection.transcript)
            judged = Judged(inspection.book, inspection.verdicts, inspection.scorecard, form, book_text, fingerprints)
            book, card = self._judge(call, judged)
            calls.note_inspected(database, call, inspection, card, book)
            sounds.remove_passages(database, call)
            history.record(database, call, "inspected", subject=inspection.source.name, after=_summary(card))
        return call

    def save_failure(self, path: Path, error: CsqaError, *, call: int | None = None) -> int:
        """Note that a file could not be inspected and why; return its call."""
        with self._database.transaction():
            call = calls.fail(self._database, path, error, call)
            history.record(self._database, call, "failed", subject=path.name, after=error.to_json())
        return call

    # Looking

    def calls(
        self,
        which: CallFilter = EVERYTHING,
        order: CallOrder = CallOrder.ID,
        limit: int | None = None,
        offset: int = 0,
        *,
        descending: bool = False,
    ) -> tuple[CallRow, ...]:
        """Return the calls that meet ``which``, as a list shows them."""
        return listing.rows(self._database, which, order, limit, offset, descending=descending)

    def call(self, call: int) -> CallRow:
        """Return one call as a list shows it. Raises UserFixable where there is no such call."""
        return listing.row_of(self._database, call)

    def count(self, which: CallFilter = EVERYTHING) -> int:
        """Return how many calls meet ``which``."""
        return listing.count(self._database, which)

    def inspected_calls(self) -> tuple[int, ...]:
        """Return the calls that have a finished inspection, in order of import."""
        return calls.inspected(self._database)

    def resolve(self, reference: str) -> int:
        """Return the call that a person means by its number, file name, or the first 4 or more digits of its hash.

        Raises UserFixable where there is none or more than one.
        """
        return calls.resolve(self._database, reference)

    def inspection(self, call: int) -> Inspection:
        """Return all that is known of an inspected call.

        It equals what was saved; tuples and reasons among a reason's parameters and a verdict's settings come back as
        the lists and dicts that they are in JSON. Raises UserFixable where the call has no finished inspection.
        """
        database = self._database
        with database.snapshot():
            transcript = conversations.load_transcript(database, call)
            return Inspection(
                source=calls.load_source(database, call),
                recording=sounds.load_recording(database, call),
                hearing=sounds.load_hearing(database, call),
                transcript=transcript,
                conversation=conversations.load_conversation(database, call, transcript),
                book=calls.load_book(database, call),
                verdicts=cards.load_verdicts(database, call),
                scorecard=cards.load_scorecard(database, call),
            )

    def inspections(self, which: CallFilter = EVERYTHING) -> Iterator[Inspection]:
        """Yield the inspected calls that meet ``which``, one at a time."""
        for call in listing.inspected_ids(self._database, which):
            yield self.inspection(call)

    def transcript(self, call: int) -> Transcript:
        """Return what was said in an inspected call."""
        return conversations.load_transcript(self._database, call)

    def conversation(self, call: int) -> Conversation:
        """Return an inspected call as rules see it: all that judging again needs."""
        return conversations.load_conversation(self._database, call)

    def verdicts(self, call: int) -> tuple[Verdict, ...]:
        """Return the machine's verdicts on a call."""
        return cards.load_verdicts(self._database, call)

    def scorecard(self, call: int) -> Scorecard:
        """Return the scorecard of an inspected call."""
        return cards.load_scorecard(self._database, call)

    def findings(self, call: int) -> tuple[CallFinding, ...]:
        """Return a call's violations and doubts, the gravest first."""
        return self.findings_of([call])[call]

    def findings_of(self, which: Iterable[int]) -> Mapping[int, tuple[CallFinding, ...]]:
        """Return the violations and doubts of many calls at once."""
        return cards.findings(self._database, which)

    def search(
        self, text: str, *, speaker: Speaker | None = None, limit: int = 200, offset: int = 0
    ) -> tuple[SearchHit, ...]:
        """Return segments in which every space-separated part of ``text`` was said, the newest calls first."""
        return search.find(self._database, text, speaker, limit, offset)

    def history(self, call: int | None = None, limit: int = 1000) -> tuple[HistoryEntry, ...]:
        """Return what was done, the newest first, to one call or to all."""
        return history.entries(self._database, call, limit)

    def check(self) -> tuple[Reason, ...]:
        """Return what is wrong with the workspace, the gravest first; nothing where all is well."""
        return tuple(checking.problems(self._database))

    # Judging again, and what people say

    def talks(self, phrases: str = "") -> Iterator[tuple[StoredTalk, ...]]:
        """Return all inspected calls as they can be judged again, some at a time.

        ``phrases`` is the fingerprint of those that will be looked for: what is kept of them comes with the calls.
        """
        return stored_talks(self._database, phrases)

    def save_met(self, call: int, phrases: str, met: Mapping[int, KnownBits], width: int) -> None:
        """Keep which phrases of a book (by their fingerprint) were met in the turns of a call."""
        with self._database.transaction():
            save_met(self._database, call, phrases, met, width)

    def together(self) -> AbstractContextManager[None]:
        """Keep what is kept meanwhile in one transaction."""
        return self._database.transaction()

    def replace_verdicts(self, call: int, judged: Judged) -> Scorecard:
        """Keep the verdicts, the scorecard and the book of a call that was judged again.

        Answers that people have given stay and count. Returns the card with them.
        """
        with self._database.transaction():
            before = cards.load_scorecard(self._database, call)
            book, card = self._judge(call, judged)
            calls.note_judged(self._database, call, judged.verdicts, card, book)
            history.record(
                self._database,
                call,
                "judged-again",
                subject=f"{judged.book.id} {judged.book.version}",
                before=_summary(before),
                after=_summary(card),
            )
        return card

    def set_answer(self, call: int, question: str, answer: Answer | None, reason: str, who: str) -> Scorecard:
        """Note a person's answer beside the machine's, ``None`` to take it back, and return the card with it.

        Raises UserFixable where the call has no card, the form is not kept, or has no such question.
        """
        database = self._database
        with database.transaction():
            form = cards.load_form_of(database, call)
            if question not in {each.id for each in form.questions}:
                raise UserFixable("store.no-such-question", question=question, form=form.id)
            former = cards.load_person_answers(database, call).get(question)
            given = None if answer is None else PersonAnswer(answer, reason, who)
            cards.save_person_answer(database, call, question, given)
            verdicts = cards.load_verdicts(database, call)
            card = fill_in(form, verdicts, cards.load_person_answers(database, call))
            cards.save_scorecard(database, call, card, form)
            calls.note_card(database, call, card)
            history.record(
                database, call, "answered", who=who, subject=question, before=_answer(former), after=_answer(given)
            )
        return card

    def person_answers(self, call: int) -> Mapping[str, PersonAnswer]:
        """Return what people answered to a call's questions."""
        return cards.load_person_answers(self._database, call)

    def set_state(self, call: int, state: CallState, who: str) -> None:
        """Move a call on, as its review goes."""
        with self._database.transaction():
            before = listing.row_of(self._database, call).state
            calls.set_state(self._database, call, state)
            history.record(self._database, call, "state", who=who, before=before.value, after=state.value)

    def back_up(self) -> Path:
        """Write a copy of the database into the backup folder and return where it lies."""
        return self._database.back_up("backup")

    def _call_of(self, inspection: Inspection) -> int:
        if inspection.recording is not None:
            return calls.begin(self._database, inspection.recording)
        return calls.begin_transcript(self._database, inspection.source, _transcript_hash(inspection))

    def _judge(self, call: int, judged: Judged) -> tuple[int, Scorecard]:
        """Keep verdicts and card, with what people have answered; return the book's row and the card as kept."""
        form = judged.form or cards.form_for(judged.scorecard)
        card = cards.with_persons(self._database, call, judged.verdicts, judged.scorecard, form)
        cards.save_verdicts(self._database, call, judged.verdicts)
        cards.save_scorecard(self._database, call, card, form)
        cards.keep_fingerprints(self._database, call, judged.fingerprints)
        return cards.keep_book(self._database, judged.book, judged.book_text), card


def _transcript_hash(inspection: Inspection) -> str:
    """Return the hash of a transcript's file, or of its content where the file is gone."""
    try:
        content = inspection.source.read_bytes()
    except OSError:
        content = to_json(inspection.transcript).encode()
    return hashlib.sha256(content).hexdigest()


def _summary(card: Scorecard) -> dict[str, object]:
    return {"form": card.form, "version": card.version, "score": card.score, "outcome": card.outcome.value}


def _answer(answer: PersonAnswer | None) -> dict[str, object] | None:
    return None if answer is None else {"answer": answer.answer.value, "reason": answer.reason}
