"""The command `lawfulhold read`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lawfulhold.sources.reading import Reading

EXIT_BAD_INPUT = 2
_PAPERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*")


def add_parser(commands: Any) -> None:
    """Add `read` to the subcommands of `lawfulhold`."""
    parser = commands.add_parser("read", help="read reports and forms into draft case files, each fact with its words",
                                 description="Read press releases, news reports (text, HTML) and forms (PDF, picture) into cases. Reports of one case are brought together. Every fact keeps the words "
                                 "it rests on; what a paper does not say stays unknown.")
    parser.add_argument("files", nargs="+", metavar="FILE", help="reports and forms")
    parser.add_argument("--out", metavar="DIR", help="write a draft case file for each case into this folder")
    parser.add_argument("--json", action="store_true", help="print what was read as JSON")
    parser.add_argument("--review", action="store_true", help="go through the facts one by one, and keep or drop them")
    parser.add_argument("--names", action="store_true", help="keep personal names (left out by default: a case does not need them)")
    parser.add_argument("--decide", action="store_true", help="set each case, and each claim about it, beside the law of its place and day")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Read the files named. Returns 0, or 2 when some file could not be read (the others are read all the same)."""
    from lawfulhold.sources.reports import read_reports

    papers = [name for name in options.files if _is_paper(name)]
    reports = [Path(name) for name in options.files if name not in papers]
    reading = read_reports(reports, names=options.names)
    forms, failed = _read_forms(papers)
    for problem in reading.problems:
        print(f"lawfulhold: {problem}", file=sys.stderr)
        failed = True
    if options.review:
        from lawfulhold.sources.review import review

        review(reading)
    written = _write_drafts(reading, options.out) if options.out else []
    if options.json:
        _print_json(reading, forms, options)
    else:
        _print_cases(reading, options)
        for form in forms:
            print(json.dumps(form, indent=2, ensure_ascii=False))
        for path in written:
            print(f"written: {path}")
    return EXIT_BAD_INPUT if failed else 0


def _is_paper(name: str) -> bool:
    """True for a PDF or a picture, by its first bytes: those are read as forms."""
    try:
        with Path(name).open("rb") as file:
            return file.read(8).startswith(_PAPERS)
    except OSError:
        return False


def _read_forms(names: list[str]) -> tuple[list[dict[str, Any]], bool]:
    forms: list[dict[str, Any]] = []
    failed = False
    for name in names:
        try:
            from lawfulhold.errors import InputError
            from lawfulhold.sources import forms as part

            read_form = getattr(part, "read_form", None)
            if read_form is None:
                raise InputError("is a PDF or picture, and this installation reads only text and HTML; give its text", name)
            forms.append(read_form(Path(name)).as_json())
        except InputError as error:
            print(f"lawfulhold: {error}", file=sys.stderr)
            failed = True
    return forms, failed


def _drafts(reading: Reading) -> list[dict[str, Any]]:
    from lawfulhold.sources.draft import draft_cases

    return draft_cases(reading)


def _write_drafts(reading: Reading, folder: str) -> list[Path]:
    import yaml

    from lawfulhold.errors import InputError

    target = Path(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
        written = []
        for draft in _drafts(reading):
            path = target / f"{draft['case']}.yaml"
            text = "# Draft, read from reports: a person checks every fact against its source before it is used.\n"
            path.write_text(text + yaml.safe_dump(draft, sort_keys=False, allow_unicode=True, width=120), encoding="utf-8")
            written.append(path)
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror or error}); name another folder with --out", folder) from None
    return written


def _print_json(reading: Reading, forms: list[dict[str, Any]], options: argparse.Namespace) -> None:
    found = reading.as_json()
    found["forms"] = forms
    found["drafts"] = _drafts(reading)
    if options.decide:
        found["decisions"] = [decision.as_json() for decision in _decisions(reading).values()]
    print(json.dumps(found, indent=2, ensure_ascii=False))


def _decisions(reading: Reading) -> dict[str, Any]:
    from lawfulhold.errors import InputError
    from lawfulhold.facts.case import Case
    from lawfulhold.rules.decide import decide
    from lawfulhold.rules.law import Law

    law = Law()
    found: dict[str, Any] = {}
    for draft in _drafts(reading):
        try:
            found[draft["case"]] = decide(Case.model_validate(draft), law)
        except (InputError, ValueError) as error:
            print(f"lawfulhold: {draft['case']}: {str(error).splitlines()[0]}; check the draft", file=sys.stderr)
    return found


def _print_cases(reading: Reading, options: argparse.Namespace) -> None:
    from lawfulhold.sources.draft import case_name
    from lawfulhold.sources.show import case_in_words

    decisions = _decisions(reading) if options.decide else {}
    for case in reading.cases:
        print(case_in_words(case))
        decision = decisions.get(case_name(case.identifier))
        if decision is not None:
            print("\n  The law")
            print(decision.card())
        elif options.decide:
            print("\n  The report does not tell the state: no law can be asked.")
    if reading.instruments:
        print("Laws and rulings named: " + "; ".join(sorted({instrument.name for instrument in reading.instruments})))
    if not reading.cases and not reading.problems and reading.texts:
        print("No case is told in these reports.")
