"""What is in a workspace: calls, one call, search, exports, and whether the workspace is sound."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from csqa.cli.describing import MARKS, describe, rule_names, speaker_name
from csqa.cli.printing import Voice, clock
from csqa.errors import UserFixable
from csqa.export.json_form import inspection_json
from csqa.frames import to_plain
from csqa.messages import sentence
from csqa.rules.base import Severity
from csqa.store.cards import CallFinding
from csqa.store.listing import CallRow
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
    columns = ("id", "file", "agent", "length", "score", "outcome", "findings")
    rows = workspace.calls()
    findings = workspace.findings_of([row.id for row in rows])
    voice.table(
        [voice.text(f"cli.column.{name}") for name in columns],
        [
            (
                str(row.id),
                row.name,
                row.agent_name or "",
                clock(row.duration or 0.0),
                "" if row.score is None else f"{row.score:.1f}",
                _outcome(row, voice),
                _findings(findings.get(row.id, ()), voice),
            )
            for row in rows
        ],
    )


def _outcome(row: CallRow, voice: Voice) -> str:
    if row.error is not None:
        return sentence(row.error, voice.language)
    return voice.text(f"cli.outcome.{row.outcome}") if row.outcome else voice.text("cli.unfinished")


def _findings(findings: Sequence[CallFinding], voice: Voice) -> str:
    """Name the rules that a call breaks or may break, the gravest first; what is only information is left out."""
    names = rule_names("general", voice)
    return " ".join(
        f"{MARKS[each.outcome]}{names.get(each.rule, each.title)}"
        for each in findings
        if each.severity is not Severity.INFO
    )


def show(options: argparse.Namespace, voice: Voice) -> int:
    """Print all that is known of one call."""
    with Workspace.open(options.workspace, write=False) as workspace:
        call = workspace.resolve(options.call)
        failure = workspace.call(call).error
        if failure is not None:
            raise UserFixable(failure.code, **failure.parameters)
        inspection = workspace.inspection(call)
    known = {verdict.rule for verdict in inspection.verdicts}
    for rule in options.rule:
        if rule not in known:
            raise UserFixable("rules.no-such-rule", rule=rule, book=inspection.book.id)
    if options.json:
        voice.json_line(inspection_json(inspection, voice.language))
    else:
        describe(inspection, voice, whole=True, only=options.rule)
    return 0


def search(options: argparse.Namespace, voice: Voice) -> int:
    """Find what was said."""
    with Workspace.open(options.workspace, write=False) as workspace:
        hits = workspace.search(options.text)
        for hit in hits:
            if options.json:
                voice.json_line(to_plain(hit))
            else:
                voice.line(f"{hit.call} {hit.name} {clock(hit.start)} {speaker_name(hit.speaker, voice)} {hit.text}")
    if not hits:
        voice.note("cli.nothing-found")
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
    writers[kind](workspace.inspections(), path, voice.language)


def check(options: argparse.Namespace, voice: Voice) -> int:
    """Look whether the workspace is sound."""
    with Workspace.open(options.workspace, write=False) as workspace:
        problems = workspace.check()
    for problem in problems:
        voice.line(sentence(problem, voice.language))
    if not problems:
        voice.line(voice.text("cli.workspace-sound"))
    return 1 if problems else 0
