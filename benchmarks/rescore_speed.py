"""How fast an archive is judged again, from the database to the changes told, on one core, and in how much memory.

Run as ``python -m benchmarks.rescore_speed [CALLS] [FOLDER] [--profile]``. Calls of 40 turns are put together from the
labelled dialogues; every second turn gets a figure of its own and a misheard character, so that no two calls are alike
and little of what was found before can be found again. A FOLDER that holds a workspace of an earlier run is used again.
First everything is judged again and kept, as after a change of the book's phrases; then it is tried without keeping, as
after a change of a limit.
"""

from __future__ import annotations

import cProfile
import json
import pstats
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from csqa.archive import Archive
from csqa.cards.form import load_form
from csqa.cards.inspection import Inspection
from csqa.cards.scoring import fill_in
from csqa.hear.recording import CallMetadata
from csqa.roles import Speaker
from csqa.rules.cases import Case, CaseTurn
from csqa.rules.judging import judge
from csqa.rules.rulebook import RuleBook, load_book
from csqa.store.workspace import Workspace
from csqa.words.transcript import Segment, Transcript

TURNS = 40
DIALOGUES = Path(__file__).parents[1] / "tests" / "rules" / "data" / "dialogues.jsonl"
MISHEARD = {
    "时": "是",
    "在": "再",
    "做": "作",
    "他": "她",
    "和": "合",
    "帮": "邦",
    "单": "丹",
    "问": "闻",
    "货": "祸",
    "退": "腿",
}


def dialogues() -> list[list[tuple[Speaker, str]]]:
    """What is said in the labelled dialogues."""
    lines = DIALOGUES.read_text(encoding="utf-8").splitlines()
    return [[(Speaker(speaker), text) for speaker, _, text in json.loads(line)["turns"]] for line in lines]


def misheard(text: str, draw: random.Random) -> str:
    """The text with some characters misheard and a figure that no other turn has."""
    heard = "".join(MISHEARD.get(one, one) if draw.random() < 0.3 else one for one in text)
    return f"{heard}第{draw.randrange(10**6)}件。"


def calls(book: RuleBook, count: int) -> Iterator[Inspection]:
    """Made-up calls with word times."""
    talks = dialogues()
    form = load_form("general")
    draw = random.Random(7)
    for number in range(count):
        said = [turn for talk in draw.sample(talks, 4) for turn in talk][:TURNS]
        turns = []
        for position, (speaker, text) in enumerate(said):
            pause = draw.choice([0.3, 0.5, 0.8, 1.5, 9.0]) if position else 0.5
            turns.append(CaseTurn(speaker, misheard(text, draw) if draw.random() < 0.5 else text, pause))
        metadata = CallMetadata(agent_name=f"坐席{number % 40}", direction="in")
        talk = Case(str(number), tuple(turns), {}, sound=True, confidence=0.9, metadata=metadata).conversation()
        segments = tuple(
            Segment(turn.span.start, turn.span.end, turn.speaker, turn.text, tuple(turn.words), turn.confidence)
            for turn in talk.turns
        )
        verdicts = judge(talk, book)
        yield Inspection(
            source=Path(f"{number}.json"),
            recording=None,
            hearing=None,
            transcript=Transcript(talk.duration, segments),
            conversation=talk,
            book=book.identity,
            verdicts=verdicts,
            scorecard=fill_in(form, verdicts),
        )


def fill(folder: Path, count: int) -> None:
    book = load_book("general")
    with Workspace.create(folder) as workspace:
        for number, inspection in enumerate(calls(book, count)):
            workspace.save_inspection(inspection, form=load_form("general"))
            if number % 500 == 0:
                print(f"{number} calls made", file=sys.stderr)


def measure(folder: Path, *, keep: bool) -> None:
    with Workspace.open(folder, write=keep) as workspace:
        changed = total = 0
        start = time.perf_counter()
        marks = [_peak()]
        for change in Archive(workspace).rejudge("general", "general", dry_run=not keep):
            total += 1
            changed += change.differs
            if total % 1000 == 0:
                marks.append(_peak())
        elapsed = time.perf_counter() - start
    rules = len(load_book("general").rules)
    what = "judged again and kept" if keep else "tried"
    print(
        f"{what}: {total} calls, {rules} rules: {total / elapsed:.0f} calls/s, {total * rules / elapsed:.0f} verdicts/s"
    )
    print(f"  {changed} changed; peak memory at the start and after each thousand, MB: {marks}")


def _peak() -> int:
    """Peak memory of this process so far, in MB (Linux counts in KiB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    arguments = [one for one in sys.argv[1:] if one != "--profile"]
    count = int(arguments[0]) if arguments else 2000
    with tempfile.TemporaryDirectory() as made:
        folder = Path(arguments[1]) if len(arguments) > 1 else Path(made) / "workspace"
        if not folder.exists():
            fill(folder, count)
            measure(folder, keep=True)
        if "--profile" in sys.argv:
            profile = cProfile.Profile()
            profile.runcall(measure, folder, keep=False)
            pstats.Stats(profile).sort_stats("tottime").print_stats(30)
        else:
            measure(folder, keep=False)


if __name__ == "__main__":
    main()
