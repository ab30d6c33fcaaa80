"""What is in a workspace: calls, one call, search, exports, and whether the workspace is sound."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from csqa.cards.inspection import Inspection
from csqa.cli.describing import describe, speaker_name
from csqa.cli.printing import Voice, clock
from csqa.export.json_form import inspection_json
from csqa.frames import to_plain
from csqa.store.workspace import Workspace


def calls(options: argparse.Namespace, voice: Voice) -> int:
    """List the calls."""
    with Workspace.open(options.workspace, write=False) as workspace:
        if options.json:
            for row in workspace.calls():
                voice.json_line(to_plain(row))
        else:
            print_calls(workspace, voice)
    return 0


def print_calls(workspace: Workspace, voice: Voice) -> None:
    """Print the table of calls with score, outcome and findings."""
    titles = [
        voice.text(f"cli.column.{name}") for name in ("id", "file", "agent", "length", "score", "outcome", "findings")
    ]
    rows = []
    for row in workspace.calls():
        outcome = f"outcome.{row.outcome}" if row.outcome else f"state.{row.state}"
        rows.append(
            (
                str(row.id),
                row.name,
                row.agent_name or "",
                clock(row.duration or 0.0),
                "" if row.score is None else f"{row.score:.1f}",
                voice.text(f"cli.{outcome}"),
                findings_of(workspace, row.id, voice),
            )
        )
    voice.table(titles, rows)


def findings_of(workspace: Workspace, call: int, voice: Voice) -> str:
    """Name the rules that a call breaks or may break."""
    found = workspace.findings(call)
    raise NotImplementedError(found)


def show(options: argparse.Namespace, voice: Voice) -> int:
    """Print all that is known of one call."""
    with Workspace.open(options.workspace, write=False) as workspace:
        inspection = workspace.inspection(workspace.resolve(options.call))
    if options.json:
        voice.json_line(inspection_json(inspection, voice.language))
    else:
        describe(inspection, voice, whole=True)
    return 0


def search(options: argparse.Namespace, voice: Voice) -> int:
    """Find what was said."""
    with Workspace.open(options.workspace, write=False) as workspace:
        for hit in workspace.search(options.text):
            if options.json:
                voice.json_line(to_plain(hit))
            else:
                voice.line(f"{hit.call} {hit.name} {clock(hit.start)} {speaker_name(hit.speaker, voice)} {hit.text}")
    return 0


def export(options: argparse.Namespace, voice: Voice) -> int:
    """Write scorecards for people outside."""
    with Workspace.open(options.workspace, write=False) as workspace:
        write_export(workspace, options.format, options.out, voice)
    voice.note("cli.exported", path=options.out.absolute())
    return 0


def write_export(workspace: Workspace, kind: str, path: Path, voice: Voice) -> None:
    """Write every inspected call as ``kind`` to ``path``."""
    from csqa.export import report, tables

    writers = {
        "xlsx": tables.write_xlsx,
        "csv": tables.write_csv,
        "json": tables.write_json,
        "html": report.write_html,
        "pdf": report.write_pdf,
    }
    writers[kind](_inspections(workspace), path, voice.language)


def _inspections(workspace: Workspace) -> Iterator[Inspection]:
    for call in workspace.inspected_calls():
        yield workspace.inspection(call)


def check(options: argparse.Namespace, voice: Voice) -> int:
    """Look whether the workspace is sound."""
    with Workspace.open(options.workspace, write=False) as workspace:
        problems = workspace.check()
    for problem in problems:
        voice.line(voice.text(problem.code, **problem.parameters))
    if not problems:
        voice.line(voice.text("cli.workspace-sound"))
    return 1 if problems else 0
