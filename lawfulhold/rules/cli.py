"""`lawfulhold law ...`: the law for people."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from lawfulhold.errors import InputError


def add_law_parser(commands: Any) -> None:
    """Add `law` and its verbs to the command's parsers."""
    law = commands.add_parser("law", help="read, check, compare and publish the law")
    verbs = law.add_subparsers(dest="verb", required=True, metavar="VERB")

    def verb(name: str, run: Any, text: str) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = verbs.add_parser(name, help=text)
        parser.add_argument(
            "--law", metavar="DIR", help="another folder of law files, or an overlay upon the shipped ones"
        )
        parser.set_defaults(run=run)
        return parser

    verb("check", _check, "report everything wrong with law files").add_argument("codes", nargs="*", metavar="CODE")
    verb("test", _test, "run the scenarios").add_argument("codes", nargs="*", metavar="CODE")


def _law(options: argparse.Namespace) -> Any:
    from lawfulhold.rules.law import Law

    return Law.at(options.law)


def _codes(law: Any, wanted: list[str]) -> list[str]:
    for code in wanted:
        if code not in law.codes:
            from lawfulhold.errors import nearest

            raise InputError(f"unknown jurisdiction {code}{nearest(code.upper(), law.codes)}")
    return wanted or list(law.codes)


def _check(options: argparse.Namespace) -> int:
    from lawfulhold.rules.check import check

    law = _law(options)
    codes = _codes(law, options.codes)
    count = 0
    for problem in check(law, codes):
        print(problem)
        count += 1
    print(f"{len(codes)} law files, {count} finding{'' if count == 1 else 's'}", file=sys.stderr)
    return 2 if count else 0


def _test(options: argparse.Namespace) -> int:
    from lawfulhold.rules.scenarios import run_scenarios

    law = _law(options)
    passed = failed = 0
    for code in _codes(law, options.codes):
        for outcome in run_scenarios(law, code):
            if not outcome.differing:
                passed += 1
                continue
            failed += 1
            for question, expected, answered in outcome.differing:
                print(
                    f"{outcome.scenario.path}:{outcome.scenario.line}: {outcome.scenario.id}: {question} is {answered}, expected {expected}"
                )
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0
