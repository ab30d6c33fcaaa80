"""``csqa rules``: list, validate and test rule books, and judge stored calls again."""

from __future__ import annotations

import argparse
import json

from csqa.archive import AgentChange, AgentTally, Archive, CallChange
from csqa.cli.printing import Voice
from csqa.errors import UserFixable
from csqa.messages import sentence
from csqa.roles import Speaker
from csqa.rules import trying
from csqa.rules.base import Outcome
from csqa.rules.cases import all_cases, load_cases, run_cases
from csqa.rules.rulebook import ConfiguredRule, RuleBook, load_book
from csqa.rules.schema import book_schema
from csqa.settings import load_settings, locations
from csqa.store.workspace import Workspace


def list_rules(options: argparse.Namespace, voice: Voice) -> int:
    """List the rules of a book with their settings."""
    book = load_book(options.book)
    if options.json:
        for rule in book.rules:
            voice.json_line(_rule_json(rule, voice))
        return 0
    titles = [voice.text(f"cli.column.{name}") for name in ("rule", "name", "severity", "kind")]
    voice.table(
        titles,
        [
            (rule.id, rule.title(voice.language), voice.text(f"cli.severity.{rule.severity}"), rule.kind.name)
            for rule in book.rules
        ],
    )
    return 0


def _rule_json(rule: ConfiguredRule, voice: Voice) -> dict[str, object]:
    return {
        "rule": rule.id,
        "name": rule.title(voice.language),
        "kind": rule.kind.name,
        "severity": rule.severity.value,
        "section": rule.section,
        "source": rule.source,
        "settings": dict(rule.recorded_settings),
        "help": rule.help(voice.language),
    }


def check(options: argparse.Namespace, voice: Voice) -> int:
    """Validate a book."""
    book = load_book(options.book)
    voice.line(
        voice.text("cli.book-sound", book=book.identity.id, version=book.identity.version, rules=len(book.rules))
    )
    return 0


def test(options: argparse.Namespace, voice: Voice) -> int:
    """Run a book's regression cases."""
    book = load_book(options.book)
    cases = load_cases(options.cases) if options.cases else all_cases(book)
    results = run_cases(book, cases)
    wrong = [result for result in results if not result.passed]
    for result in wrong:
        for difference in result.differences:
            voice.line(
                voice.text(
                    "cli.case-failed",
                    case=result.case.name,
                    rule=difference.rule,
                    expected=_outcome(difference.expected, voice),
                    found=_outcome(difference.found, voice),
                )
            )
    voice.line(voice.text("cli.cases-run", count=len(results), wrong=len(wrong)))
    return 1 if wrong else 0


def try_sentence(options: argparse.Namespace, voice: Voice) -> int:
    """Tell which rules find their wording in a sentence, whatever the call around it."""
    book = load_book(options.book)
    if options.rule is not None and options.rule not in {rule.id for rule in book.rules}:
        raise UserFixable("rules.no-such-rule", rule=options.rule, book=book.identity.id)
    trials = [
        trial
        for trial in trying.try_sentence(book, options.text, Speaker(options.by))
        if options.rule in {None, trial.rule}
    ]
    found = [trial for trial in trials if trial.found is not trying.Found.NO]
    for trial in trials if options.json or options.rule else found:
        if options.json:
            places = [sentence(place.reason, voice.language) for place in trial.places]
            voice.json_line({"rule": trial.rule, "found": trial.found.value, "places": places})
        else:
            voice.line(_trial_line(trial, book, voice))
    if not found and not options.json and not options.rule:
        voice.note("cli.nothing-found")
    return 0


def _trial_line(trial: trying.Trial, book: RuleBook, voice: Voice) -> str:
    title = book.rule(trial.rule).title(voice.language)
    places = "; ".join(dict.fromkeys(sentence(place.reason, voice.language) for place in trial.places))
    return f"{voice.text(f'cli.trial-{trial.found}')} {trial.rule} {title} {places}".rstrip()


def schema(options: argparse.Namespace, voice: Voice) -> int:
    """Print the JSON Schema of rule books, for editors."""
    voice.line(json.dumps(book_schema(), ensure_ascii=False, indent=2))
    return 0


def rescore(options: argparse.Namespace, voice: Voice) -> int:
    """Judge stored calls again, without their sound, and tell what changes."""
    changed = 0
    agents = AgentTally()
    chosen = load_settings(locations().settings_file, options.workspace / "settings.toml").workspace
    book, form = options.book or chosen.book, options.form or chosen.form
    with Workspace.open(options.workspace, write=not options.dry_run) as workspace:
        for change in Archive(workspace).rejudge(book, form, dry_run=options.dry_run):
            changed += change.differs
            agents.add(change)
            if options.json:
                voice.json_line(_change_json(change))
            elif change.differs:
                voice.line(_change_line(change, voice))
    for agent in agents.changes():
        if not options.json:
            voice.line(_agent_line(agent, voice))
    voice.note("cli.rescore-would" if options.dry_run else "cli.rescored", changed=changed)
    return 0


def _change_json(change: CallChange) -> dict[str, object]:
    return {
        "call": change.call,
        "file": change.name,
        "agent": change.agent_name,
        "score": {"before": change.before.score, "after": change.after.score},
        "outcome": {"before": change.before.outcome.value, "after": change.after.outcome.value},
        "rules": [{"rule": each.rule, "before": each.before, "after": each.after} for each in change.rules],
    }


def _change_line(change: CallChange, voice: Voice) -> str:
    rules = "; ".join(
        f"{each.rule}: {_outcome(each.before, voice)} → {_outcome(each.after, voice)}" for each in change.rules
    )
    return f"{change.call} {change.name} {change.before.score:.1f} → {change.after.score:.1f} {rules}"


def _agent_line(agent: AgentChange, voice: Voice) -> str:
    return voice.text(
        "cli.agent-changes",
        name=agent.name or voice.text("cli.unknown-agent"),
        changed=agent.changed,
        calls=agent.calls,
        before=agent.before,
        after=agent.after,
    )


def _outcome(outcome: Outcome | None, voice: Voice) -> str:
    return voice.text(f"cli.verdict.{outcome}") if outcome else "–"
