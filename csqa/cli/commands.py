"""The commands and their options, and which function does each."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from csqa import __version__
from csqa.messages import Language, Reason, sentence
from csqa.roles import LaneLayout

if TYPE_CHECKING:
    from csqa.cli.printing import Voice

Run = Callable[[argparse.Namespace, "Voice"], int]

_LAYOUTS = [each.value for each in LaneLayout]
EXPORT_FORMATS = ("xlsx", "csv", "json", "html", "pdf")


def build_parser(language: Language) -> argparse.ArgumentParser:
    """Return the parser for all commands, its help in ``language``."""
    return _Builder(language).build()


class _Builder:
    """Puts the parser together; the methods are the commands."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def _say(self, code: str) -> str:
        return sentence(Reason(f"cli.help.{code}"), self._language)

    def build(self) -> argparse.ArgumentParser:
        parser = argparse.ArgumentParser(prog="csqa", description=self._say("csqa"))
        self._speaks(parser)
        parser.add_argument("--version", action="version", version=f"csqa {__version__}")
        commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
        self._demo(commands)
        self._inspect(commands)
        self._import(commands)
        self._look(commands)
        self._export(commands)
        self._rules(commands)
        self._models(commands)
        self._workspace(commands)
        return parser

    def _command(
        self,
        commands: argparse._SubParsersAction[argparse.ArgumentParser],
        name: str,
        run: str,
        code: str | None = None,
    ) -> argparse.ArgumentParser:
        said = self._say(code or name)
        parser = commands.add_parser(name, help=said, description=said)
        self._speaks(parser)
        parser.set_defaults(run=_late(run))
        return parser

    def _speaks(self, parser: argparse.ArgumentParser) -> None:
        languages = [each.value for each in Language]
        parser.add_argument("--language", choices=languages, default=argparse.SUPPRESS, help=self._say("language"))

    def _option(self, parser: argparse.ArgumentParser, name: str, code: str, **more: object) -> None:
        parser.add_argument(name, help=self._say(code), **more)  # type: ignore[arg-type]

    def _json(self, parser: argparse.ArgumentParser) -> None:
        self._option(parser, "--json", "json", action="store_true")

    def _in_workspace(self, parser: argparse.ArgumentParser) -> None:
        self._option(parser, "--workspace", "workspace-option", type=Path, required=True, metavar="DIR")

    def _judged_with(self, parser: argparse.ArgumentParser) -> None:
        self._option(parser, "--book", "book", metavar="B")
        self._option(parser, "--form", "form", metavar="F")

    def _recognised_with(self, parser: argparse.ArgumentParser) -> None:
        self._option(parser, "--model", "model", metavar="NAME-OR-DIR")
        self._option(parser, "--metadata", "metadata", type=Path, metavar="CSV-OR-JSON")
        self._option(
            parser,
            "--lanes",
            "lanes",
            choices=[each.value for each in LaneLayout],
            metavar="agent,customer|customer,agent|mono",
        )
        self._option(parser, "--threads", "threads", type=_at_least_one, metavar="N")

    def _demo(self, commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
        parser = self._command(commands, "demo", "csqa.cli.importing:demo")
        self._option(parser, "--out", "out", type=Path, metavar="DIR")

    def _inspect(self, commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
        parser = self._command(commands, "inspect", "csqa.cli.inspecting:inspect")
        self._option(parser, "files", "files", nargs="+", type=Path, metavar="FILE")
        self._option(parser, "--transcript", "transcript", type=Path, metavar="T")
        self._judged_with(parser)
        self._recognised_with(parser)
        self._json(parser)

    def _import(self, commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
        parser = self._command(commands, "import", "csqa.cli.importing:import_calls")
        self._option(parser, "paths", "paths", nargs="+", type=Path, metavar="PATH")
        self._in_workspace(parser)
        self._recognised_with(parser)
        self._judged_with(parser)
        self._option(parser, "--name-pattern", "name-pattern", metavar="P")
        self._option(parser, "--jobs", "jobs", type=_at_least_one, default=1, metavar="N")

    def _look(self, commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
        calls = self._command(commands, "calls", "csqa.cli.looking:calls")
        show = self._command(commands, "show", "csqa.cli.looking:show")
        self._option(show, "call", "call", metavar="CALL")
        self._option(show, "--rule", "show-rule", action="append", default=[], metavar="RULE")
        search = self._command(commands, "search", "csqa.cli.looking:search")
        self._option(search, "text", "text", metavar="TEXT")
        for parser in (calls, show, search):
            self._in_workspace(parser)
            self._json(parser)

    def _export(self, commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
        parser = self._command(commands, "export", "csqa.cli.looking:export")
        self._in_workspace(parser)
        self._option(parser, "--format", "format", choices=EXPORT_FORMATS, required=True)
        self._option(parser, "--out", "export-out", type=Path, required=True, metavar="PATH")

    def _rules(self, commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
        group = commands.add_parser("rules", help=self._say("rules"), description=self._say("rules"))
        verbs = group.add_subparsers(required=True, metavar="COMMAND", dest="verb")
        listing = self._command(verbs, "list", "csqa.cli.rule_books:list_rules", "rules-list")
        self._option(listing, "--book", "book", default="general", metavar="B")
        self._json(listing)
        check = self._command(verbs, "check", "csqa.cli.rule_books:check", "rules-check")
        self._option(check, "book", "book", metavar="BOOK")
        test = self._command(verbs, "test", "csqa.cli.rule_books:test", "rules-test")
        self._option(test, "book", "book", nargs="?", default="general", metavar="BOOK")
        self._option(test, "--cases", "cases", type=Path, metavar="FILE")
        trying = self._command(verbs, "try", "csqa.cli.rule_books:try_sentence", "rules-try")
        self._option(trying, "text", "rules-try-text", metavar="TEXT")
        self._option(trying, "--book", "book", default="general", metavar="B")
        self._option(trying, "--rule", "rules-try-rule", metavar="RULE")
        speakers = ["agent", "customer"]
        self._option(trying, "--by", "rules-try-by", choices=speakers, default="agent")
        self._json(trying)
        self._command(verbs, "schema", "csqa.cli.rule_books:schema", "rules-schema")
        rescore = self._command(verbs, "rescore", "csqa.cli.rule_books:rescore", "rules-rescore")
        self._in_workspace(rescore)
        self._judged_with(rescore)
        self._option(rescore, "--dry-run", "dry-run", action="store_true")
        self._json(rescore)

    def _models(self, commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
        group = commands.add_parser("models", help=self._say("models"), description=self._say("models"))
        verbs = group.add_subparsers(required=True, metavar="COMMAND", dest="verb")
        self._json(self._command(verbs, "list", "csqa.cli.models:list_models", "models-list"))
        download = self._command(verbs, "download", "csqa.cli.models:download", "models-download")
        self._option(download, "name", "model-name", metavar="NAME")
        self._option(download, "--mirror", "mirror", metavar="URL")
        add = self._command(verbs, "add", "csqa.cli.models:add", "models-add")
        self._option(add, "folder", "model-folder", type=Path, metavar="DIR")
        self._option(add, "--name", "model-name", metavar="NAME")
        verify = self._command(verbs, "verify", "csqa.cli.models:verify", "models-verify")
        self._option(verify, "name", "model-name", nargs="?", metavar="NAME-OR-DIR")

    def _workspace(self, commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
        group = commands.add_parser("workspace", help=self._say("workspace"), description=self._say("workspace"))
        verbs = group.add_subparsers(required=True, metavar="COMMAND", dest="verb")
        self._in_workspace(self._command(verbs, "check", "csqa.cli.looking:check", "workspace-check"))


def _late(target: str) -> Run:
    """Return a function that imports ``module:function`` when it is called: help and errors of use stay quick."""

    def run(options: argparse.Namespace, voice: Voice) -> int:
        module, _, name = target.partition(":")
        function: Run = getattr(import_module(module), name)
        return function(options, voice)

    return run


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} < 1")
    return number
