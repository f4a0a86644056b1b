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

    verb("list", _list, "every jurisdiction on a line")
    show = verb("show", _show, "a one-page memo of the law of a place")
    show.add_argument("code", metavar="CODE")
    show.add_argument("--on", metavar="DATE", help="the day (today when left out)")
    show.add_argument("--agency", metavar="KIND", help="only what binds this kind of agency")
    verb("history", _history, "a timeline of a place").add_argument("code", metavar="CODE")
    diff = verb("diff", _diff, "the smallest cases whose answer differs between two days")
    diff.add_argument("code", metavar="CODE")
    diff.add_argument("--from", dest="start", required=True, metavar="DATE")
    diff.add_argument("--to", dest="end", metavar="DATE", help="today when left out")
    diff.add_argument("--agency", default="sheriff", metavar="KIND", help="kind of agency (sheriff when left out)")
    compare = verb("compare", _compare, "the smallest cases whose answer differs between two places")
    compare.add_argument("codes", nargs=2, metavar="CODE")
    compare.add_argument("--on", metavar="DATE", help="the day (today when left out)")
    compare.add_argument("--agency", default="sheriff", metavar="KIND", help="kind of agency (sheriff when left out)")
    verb("search", _search, "provisions that hold these words").add_argument("text", nargs="+", metavar="TEXT")
    verb("cite", _cite, "everything about the source of a provision").add_argument("provision", metavar="PROVISION")
    verb("check", _check, "report everything wrong with law files").add_argument("codes", nargs="*", metavar="CODE")
    verb("test", _test, "run the scenarios").add_argument("codes", nargs="*", metavar="CODE")
    verb("prove", _prove, "prove that the law files hold together, for every set of facts").add_argument(
        "codes", nargs="*", metavar="CODE"
    )
    verb("coverage", _coverage, "print law/COVERAGE.md")
    new = verb("new", _new, "write the skeleton of a new law file")
    new.add_argument("code", metavar="CODE", help="such as US-OH-FRANKLIN")
    new.add_argument("--name", help="name of the place")
    site = verb("site", _site, "write a static site with map, pages and downloads")
    site.add_argument("out", metavar="OUT", help="folder to write")


def _day(text: str | None) -> Any:
    from datetime import date

    from lawfulhold.facts.dates import parse_date

    if text is None:
        return date.today()  # noqa: DTZ011
    try:
        day = parse_date(text)
    except ValueError as error:
        raise InputError(str(error)) from None
    if not day.is_day:
        raise InputError(f"{text} is not a whole date; write YYYY-MM-DD")
    return day.first


def _list(options: argparse.Namespace) -> int:
    from lawfulhold.rules.people import listing

    print(listing(_law(options)))
    return 0


def _show(options: argparse.Namespace) -> int:
    from lawfulhold.rules.people import memo

    print(memo(_law(options), options.code, _day(options.on), options.agency))
    return 0


def _history(options: argparse.Namespace) -> int:
    from lawfulhold.rules.people import history

    print(history(_law(options), options.code))
    return 0


def _needs_solver() -> None:
    try:
        import z3  # noqa: F401
    except ModuleNotFoundError:
        raise InputError("this needs z3-solver; install it with: pip install 'lawfulhold[prove]'") from None


def _diff(options: argparse.Namespace) -> int:
    _needs_solver()
    from lawfulhold.rules.people import difference_lines

    law = _law(options)
    start, end = _day(options.start), _day(options.end)
    name = law.agencies.name(law.agencies.kind(options.agency))
    print(f"{law.jurisdiction(options.code).name}, {name}: {start} → {end}")
    for line in difference_lines(law, law, (options.code, start), (options.code, end), options.agency):
        print(line)
    return 0


def _compare(options: argparse.Namespace) -> int:
    _needs_solver()
    from lawfulhold.rules.people import difference_lines

    law, day = _law(options), _day(options.on)
    first, second = options.codes
    name = law.agencies.name(law.agencies.kind(options.agency))
    print(f"{law.jurisdiction(first).name} → {law.jurisdiction(second).name}, {name}, on {day}")
    for line in difference_lines(law, law, (first, day), (second, day), options.agency):
        print(line)
    return 0


def _search(options: argparse.Namespace) -> int:
    from lawfulhold.rules.people import fill, search, span_in_words

    count = 0
    for item in search(_law(options), " ".join(options.text)):
        print(
            fill(
                f"{item.id} [{item.jurisdiction}] {item.question} {item.effect}, {span_in_words(item)}: {item.says} "
                f"[{item.cite}]",
                "",
                "    ",
            )
        )
        count += 1
    print(f"{count} provision{'' if count == 1 else 's'}", file=sys.stderr)
    return 0


def _cite(options: argparse.Namespace) -> int:
    from lawfulhold.rules.people import citation

    print(citation(_law(options).provision(options.provision)))
    return 0


def _prove(options: argparse.Namespace) -> int:
    _needs_solver()
    from lawfulhold.rules.prove import prove

    law = _law(options)
    codes = _codes(law, options.codes)

    def progress(code: str) -> None:
        if sys.stderr.isatty():
            print(f"\r{code:<30}", end="", file=sys.stderr, flush=True)

    count = 0
    for finding in prove(law, codes, progress):
        print(finding)
        count += 1
    print(
        f"{'' if count else 'proved: '}{len(codes)} places, every kind of agency, every day since 2012: "
        f"{count} finding{'' if count == 1 else 's'}",
        file=sys.stderr,
    )
    return 2 if count else 0


def _coverage(options: argparse.Namespace) -> int:
    from lawfulhold.rules.people import coverage

    print(coverage(_law(options)), end="")
    return 0


def _new(options: argparse.Namespace) -> int:
    import re
    from datetime import date
    from pathlib import Path

    from lawfulhold.rules.people import SKELETON, SKELETON_SCENARIOS

    law = _law(options)
    code = options.code.upper()
    if not re.fullmatch(r"US-[A-Z]{2}(-[A-Z-]+)?", code):
        raise InputError(f"{options.code} is not a code such as US-OH or US-OH-FRANKLIN")
    folder = Path(options.law) if options.law else law.folder
    parent = code.rsplit("-", code.count("-") - 1)[0] if code.count("-") > 1 else "US"
    parent = "-".join(code.split("-")[:2]) if code.count("-") > 1 else parent
    words = {
        "code": code,
        "name": options.name or code.split("-")[-1].title(),
        "layer": "local" if code.count("-") > 1 else "state",
        "parent": parent,
        "prefix": code.lower().removeprefix("us-"),
        "day": date.today().isoformat(),  # noqa: DTZ011
    }
    for path, text in (
        (folder / f"{code}.yaml", SKELETON),
        (folder / "scenarios" / f"{code}.yaml", SKELETON_SCENARIOS),
    ):
        if path.exists():
            raise InputError("is there already; edit it", str(path))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.format(**words), encoding="utf-8")
        except OSError as error:
            raise InputError(f"cannot be written: {error.strerror}", str(path)) from None
        print(path)
    return 0


def _site(options: argparse.Namespace) -> int:
    try:
        from lawfulhold.site.build import build
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("lawfulhold"):
            raise
        raise InputError(f"this needs {error.name}; install it with: pip install 'lawfulhold[site]'") from None
    return int(build(_law(options), options.out))


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
                    f"{outcome.scenario.path}:{outcome.scenario.line}: {outcome.scenario.id}: {question} is "
                    f"{answered}, expected {expected}"
                )
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0
