"""The command `lawfulhold`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

from lawfulhold.errors import InputError

EXIT_BAD_INPUT = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. Returns the exit status: 0, or 2 when some input was wrong."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        options = _parser(words[0] if words else "").parse_args(words)
        return int(options.run(options))
    except InputError as error:
        print(f"lawfulhold: {error}", file=sys.stderr)
        return EXIT_BAD_INPUT
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        print("lawfulhold: stopped", file=sys.stderr)
        return 130


def _parser(wanted: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lawfulhold",
        description="What the law of a place, on a day, lets an agency do with an immigration detainer. Not legal "
        "advice.",
    )
    parser.add_argument("--version", action="version", version=f"lawfulhold {_version()}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_decide(commands)
    _add_schema(commands)
    from lawfulhold.rules.cli import add_law_parser

    add_law_parser(commands)
    everything = wanted in ("", "-h", "--help")
    for module in dict.fromkeys(module for name, module in OTHER_COMMANDS.items() if everything or wanted == name):
        _add_from(module, commands, everything)
    return parser


OTHER_COMMANDS: dict[str, str] = {
    "read": "lawfulhold.sources.cli",
    "import": "lawfulhold.tables.cli",
    "decide-table": "lawfulhold.tables.cli",
    "what-if": "lawfulhold.tables.cli",
    "generate": "lawfulhold.tables.cli",
    "outcomes": "lawfulhold.outcomes.cli",
    "desk": "lawfulhold.desk.cli",
}


def _add_from(module: str, commands: Any, everything: bool) -> None:
    """Add the commands of a part of the package.

    A part whose libraries are not installed is named only when it is wanted.
    """
    import importlib

    try:
        part = importlib.import_module(module)
        (part.add_parsers if hasattr(part, "add_parsers") else part.add_parser)(commands)
    except ModuleNotFoundError as error:
        if everything:
            return
        if (error.name or "").startswith("lawfulhold"):
            raise
        raise InputError(f"this command needs {error.name}; install it with: pip install 'lawfulhold[all]'") from None


def _version() -> str:
    from lawfulhold import __version__

    return __version__


def _add_decide(commands: Any) -> None:
    parser = commands.add_parser("decide", help="decide cases: what must, may, must not be done, and why")
    parser.add_argument("files", nargs="+", metavar="FILE", help="case files (YAML or JSON); - reads standard input")
    parser.add_argument("--json", action="store_true", help="print the decision as JSON (a list for several cases)")
    parser.add_argument(
        "--explain", action="store_true", help="show every provision considered and why it does or does not apply"
    )
    parser.add_argument("--law", metavar="DIR", help="another folder of law files, or an overlay upon the shipped ones")
    parser.add_argument("--on", metavar="DATE", help="decide as if the release were on this date")
    parser.set_defaults(run=_decide)


def _decide(options: argparse.Namespace) -> int:
    from lawfulhold.facts.dates import parse_date
    from lawfulhold.rules.decide import decide
    from lawfulhold.rules.law import Law

    law = Law.at(options.law)
    on = None
    if options.on is not None:
        try:
            on = parse_date(options.on)
        except ValueError as error:
            raise InputError(f"--on: {error}") from None
    failed = False
    decisions = []
    seen: dict[str, str] = {}
    for name in options.files:
        try:
            for case in _cases(name):
                if case.case is not None:
                    if case.case in seen:
                        raise InputError(
                            f"case {case.case} was given already (in {seen[case.case]}); give each case its own id",
                            name,
                            _line_of_case(name, case.case),
                        )
                    seen[case.case] = name
                asked = case
                if on:  # the release itself moves: an earlier release time would count hours past it
                    custody = case.custody.model_copy(update={"releasable_at": None})
                    asked = case.model_copy(update={"date": on, "custody": custody})
                try:
                    decisions.append(decide(asked, law))
                except InputError as error:
                    if error.where:
                        raise
                    raise InputError(error.what, name, _line_of_case(name, case.case)) from None
        except InputError as error:
            print(f"lawfulhold: {error}", file=sys.stderr)
            failed = True
    if options.json:
        found = [decision.as_json() for decision in decisions]
        several = len(options.files) > 1 or len(found) != 1
        if found or not failed:
            print(json.dumps(found if several else found[0], indent=2, ensure_ascii=False))
    else:
        for decision in decisions:
            print(decision.card())
            if options.explain:
                from lawfulhold.rules.write import explanation

                print(explanation(decision))
    return EXIT_BAD_INPUT if failed else 0


_stdin: list[str] = []


def _content(name: str) -> str:
    from lawfulhold import files

    if name == "-":
        if not _stdin:
            data = sys.stdin.buffer.read(files.LARGEST + 1)
            if len(data) > files.LARGEST:
                raise InputError(f"is larger than {files.LARGEST:,} bytes, the most that is read", "-")
            _stdin.append(files.to_text(data, "-"))
        return _stdin[0]
    return files.to_text(files.read_bytes(name), name)


def _cases(name: str) -> Any:
    from lawfulhold.facts.read import read_cases

    return read_cases(_content(name), name)


def _line_of_case(name: str, identifier: str | None) -> int | None:
    for number, line in enumerate(_content(name).splitlines(), 1):
        if identifier and line.strip().strip("-{, ").replace('"', "").startswith("case:") and identifier in line:
            return number
    return 1


def _add_schema(commands: Any) -> None:
    parser = commands.add_parser("schema", help="print a JSON Schema")
    parser.add_argument("model", choices=("case", "decision", "law"))
    parser.set_defaults(run=_schema)


def _schema(options: argparse.Namespace) -> int:
    from lawfulhold.rules.schema import schema

    print(json.dumps(schema(options.model), indent=2, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
