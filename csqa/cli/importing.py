"""``csqa import`` and ``csqa demo``: recordings into a workspace."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from csqa.archive import AlreadyThere, Archive, ImportOptions, find_files
from csqa.bundled import bundled_samples
from csqa.cli.inspecting import settings_for, show
from csqa.cli.looking import print_calls, write_export
from csqa.cli.printing import Voice
from csqa.disk import explained
from csqa.engine import Failed
from csqa.hear.metadata import MetadataTable, name_pattern, read_metadata
from csqa.pipeline import Inspected
from csqa.roles import LaneLayout
from csqa.store.workspace import Workspace


@dataclass
class Tally:
    """How a batch went."""

    done: int = 0
    known: int = 0
    failed: int = 0


def import_calls(options: argparse.Namespace, voice: Voice) -> int:
    """Take files or folders into a workspace; what is already there by content is skipped."""
    settings = settings_for(options, options.workspace)
    pattern = options.name_pattern or settings.workspace.name_pattern
    wanted = ImportOptions(
        recognition=settings.recognition,
        book=settings.workspace.book,
        form=settings.workspace.form,
        layout=LaneLayout(options.lanes) if options.lanes else None,
        usual_layout=settings.workspace.lanes.layout,
        metadata=MetadataTable(
            rows=read_metadata(options.metadata) if options.metadata else {},
            pattern=name_pattern(pattern) if pattern else None,
        ),
    )
    found = find_files(options.paths)
    if found.skipped:
        voice.note("cli.not-recordings", count=len(found.skipped), names=[path.name for path in found.skipped[:5]])
    with Workspace.open_or_create(options.workspace) as workspace:
        tally = run_import(workspace, found.taken, wanted, voice, jobs=options.jobs)
    voice.note("cli.imported", done=tally.done, known=tally.known, failed=tally.failed)
    return 1 if tally.failed else 0


def run_import(
    workspace: Workspace, files: Sequence[Path], options: ImportOptions, voice: Voice, jobs: int = 1
) -> Tally:
    """Import ``files`` with a progress bar a file, telling each that fails."""
    tally = Tally()
    with voice.progress() as progress:
        overall = progress.add_task(voice.text("cli.importing"), total=len(files), done=f"0/{len(files)}")
        bars = {}
        for told in Archive(workspace).run(files, options, jobs=jobs):
            ended = isinstance(told.event, (Inspected, Failed, AlreadyThere))
            if not ended:
                if told.path not in bars:
                    bars[told.path] = progress.add_task(told.path.name, total=1.0, done="")
                show(progress, bars[told.path], told.event, voice)
                continue
            if told.path in bars:
                progress.remove_task(bars.pop(told.path))
            match told.event:
                case Inspected():
                    tally.done += 1
                case AlreadyThere():
                    tally.known += 1
                case Failed(error):
                    tally.failed += 1
                    voice.error(error)
            ready = tally.done + tally.known + tally.failed
            progress.update(overall, completed=ready, done=f"{ready}/{len(files)}")
    return tally


def demo(options: argparse.Namespace, voice: Voice) -> int:
    """Take the bundled samples all the way, offline, and say where everything lies."""
    folder = fresh_folder(options.out or Path("csqa-demo"))
    samples = bundled_samples()
    voice.note("cli.demo-begins", folder=folder)
    wanted = ImportOptions(metadata=MetadataTable(read_metadata(samples / "metadata.csv")))
    with Workspace.create(folder / "workspace") as workspace:
        tally = run_import(workspace, find_files([samples]).taken, wanted, voice)
        workbook, report = folder / "scorecards.xlsx", folder / "report.html"
        write_export(workspace, "xlsx", workbook, voice)
        write_export(workspace, "html", report, voice)
        print_calls(workspace, voice)
    for code, path in (("workspace", folder / "workspace"), ("workbook", workbook), ("report", report)):
        voice.line(voice.text(f"cli.demo-{code}", path=path.absolute()))
    voice.line(voice.text("cli.demo-next", workspace=folder / "workspace"))
    return 1 if tally.failed else 0


def fresh_folder(wanted: Path) -> Path:
    """Return ``wanted`` or, where something is already in it, the first free name beside it: nothing is overwritten."""
    candidate, number = wanted, 1
    with explained(wanted):
        while candidate.exists() and any(candidate.iterdir()):
            number += 1
            candidate = wanted.with_name(f"{wanted.name}-{number}")
        candidate.mkdir(parents=True, exist_ok=True)
    return candidate
