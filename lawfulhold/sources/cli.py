"""The command `lawfulhold read`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lawfulhold.rules.decide import Decision
    from lawfulhold.rules.law import Law
    from lawfulhold.sources.draft_files import Written
    from lawfulhold.sources.forms import FormReading
    from lawfulhold.sources.reading import PaperText, Problem, Reading

EXIT_BAD_INPUT = 2
STANDARD_INPUT = "-"
UNPLACED = "A form does not say whose custody it is: name the place and the kind of agency, such as --jurisdiction US-CT --agency state-corrections."


def add_parser(commands: Any) -> None:
    """Add `read` to the subcommands of `lawfulhold`."""
    parser = commands.add_parser("read", help="read reports and forms into draft case files, each fact with its words",
                                 description="Read press releases, news reports (text, HTML, PDF, picture) and forms (PDF, picture) into cases. Reports of one case are brought together. Every fact keeps the words "
                                 "it rests on; what a paper does not say stays unknown.")
    parser.add_argument("files", nargs="+", metavar="FILE", help="reports and forms; - reads a report from standard input")
    parser.add_argument("--out", metavar="DIR", help="write a draft case file for each case into this folder")
    parser.add_argument("--json", action="store_true", help="print what was read as JSON")
    parser.add_argument("--review", action="store_true", help="go through the facts one by one, and keep, drop or correct them")
    parser.add_argument("--names", action="store_true", help="keep personal names (left out by default: a case does not need them)")
    parser.add_argument("--decide", action="store_true", help="set each case, and each claim about it, beside the law of its place and day")
    parser.add_argument("--jurisdiction", metavar="CODE", help="of forms: the place whose law is asked, such as US-CT (a form does not say it)")
    parser.add_argument("--agency", metavar="KIND", help="of forms: the kind of agency that holds the person, such as sheriff (law/agencies.yaml)")
    parser.add_argument("--date", metavar="DATE", help="of forms: the day of release, such as 2024-02-01")
    parser.set_defaults(run=run)


@dataclass(slots=True)
class _Papers:
    """What was given: reports by name (a path, the text of a PDF or picture, or what came on standard input), forms that were read, and what is neither."""

    reports: dict[str, Path | PaperText | bytes] = field(default_factory=dict)
    forms: list[FormReading] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def run(options: argparse.Namespace) -> int:
    """Read the files named. Returns 0, or 2 when some file could not be read (the others are read all the same). Raises `InputError` for an option that
    cannot be used, before anything is read."""
    from lawfulhold.sources.draft_files import ready_folder
    from lawfulhold.sources.reports import read_reports

    _check(options)
    if options.out:
        ready_folder(Path(options.out))
    papers = _sorted(options.files)
    reading = read_reports(papers.reports, names=options.names)
    reading.problems[:0] = papers.problems
    for problem in reading.problems:
        print(f"lawfulhold: {problem}", file=sys.stderr)
    forms = _review(reading, papers.forms, options) if options.review else papers.forms
    drafts = _form_drafts(reading, forms, options)
    written = _write(reading, drafts, options) if options.out else []
    if options.json:
        _print_json(reading, forms, drafts, options)
        for one in written:
            if one.kept:
                print(f"lawfulhold: {one}", file=sys.stderr)
    else:
        _print_cases(reading, options)
        _print_forms(forms, drafts, options)
        for one in written:
            print(one)
    return EXIT_BAD_INPUT if reading.problems else 0


def _check(options: argparse.Namespace) -> None:
    """Raises `InputError` for a place, a kind of agency or a day that is not known, and for a review whose answers would come from where the report comes from."""
    from lawfulhold.errors import InputError

    if options.review and STANDARD_INPUT in options.files:
        raise InputError("the answers to a review come from standard input; give the report as a file", STANDARD_INPUT)
    from lawfulhold.facts.dates import parse_date
    from lawfulhold.rules.law import Law

    law = Law()
    checks: dict[str, Callable[[str], object]] = {"jurisdiction": law.jurisdiction, "agency": law.agencies.kind, "date": parse_date}
    for option in (option for option in checks if getattr(options, option)):
        try:
            checks[option](getattr(options, option))
        except (InputError, ValueError) as error:
            raise InputError(str(error), f"--{option}") from None


def _review(reading: Reading, forms: list[FormReading], options: argparse.Namespace) -> list[FormReading]:
    """Go through the reading and the forms with a person; returns the forms as the person leaves them. All is said on standard error, so that `--json` still
    prints nothing but JSON."""
    from lawfulhold.sources.forms.review import review_form
    from lawfulhold.sources.review import review

    def say(line: str) -> None:
        print(line, file=sys.stderr)

    def ask(question: str) -> str:
        print(question, end="", file=sys.stderr, flush=True)
        return input()

    done = review(reading, ask, say)
    left = [review_form(form, ask, say, done=done, names=options.names) for form in forms]
    say(str(done))
    return left


def _sorted(names: list[str]) -> _Papers:
    from lawfulhold.sources.forms import FormError
    from lawfulhold.sources.reading import Problem

    papers = _Papers()
    for name in dict.fromkeys(names):
        if name == STANDARD_INPUT:
            from lawfulhold.sources.clean import MAXIMUM_BYTES

            papers.reports[name] = sys.stdin.buffer.read(MAXIMUM_BYTES + 1)
        elif not _is_paper(name):
            papers.reports[name] = Path(name)
        else:
            try:
                _read_paper(name, papers)
            except FormError as error:
                papers.problems.append(Problem(name, error.what))
    return papers


def _read_paper(name: str, papers: _Papers) -> None:
    """A PDF or picture: as a form, or, when it shows none, its text as a report. Raises `FormError`."""
    from lawfulhold.sources.forms import FormError, paper_text, read_form
    from lawfulhold.sources.forms.case import by_detainer

    try:
        papers.forms += by_detainer(read_form(name, name))
    except FormError as error:
        from lawfulhold.sources.forms.read import NOT_A_FORM

        if error.what != NOT_A_FORM:
            raise
        papers.reports[name] = paper_text(name)


def _is_paper(name: str) -> bool:
    """True for a PDF or a picture, by its first bytes: those are read as forms."""
    from lawfulhold.sources.forms import FormError
    from lawfulhold.sources.forms.kinds import file_kind

    try:
        return file_kind(Path(name), name) in {"pdf", "picture"}
    except FormError:
        return False


def _form_drafts(reading: Reading, forms: list[FormReading], options: argparse.Namespace) -> list[dict[str, Any]]:
    """The draft case of each form, with the place, agency and day that the command line adds; none has the name of another draft."""
    from lawfulhold.sources.draft import case_name, unique_name
    from lawfulhold.sources.forms import to_case

    taken = {case_name(case.identifier): 1 for case in reading.cases}
    added = {key: value for key, value in (("jurisdiction", options.jurisdiction), ("agency", options.agency), ("date", options.date)) if value}
    return [{"case": case_name(unique_name(Path(form.file).stem, taken)), **added, **to_case(form)} for form in forms]


def _print_forms(forms: list[FormReading], drafts: list[dict[str, Any]], options: argparse.Namespace) -> None:
    from lawfulhold.sources.forms.show import form_in_words

    for form, draft in zip(forms, drafts, strict=True):
        print(form_in_words(form, draft, names=options.names))
        if options.decide:
            print("\n  The law")
            decision = _form_decision(draft, form.file)
            print(decision.card() if decision is not None else "  " + UNPLACED)
        print()


def _form_decision(draft: dict[str, Any], where: str) -> Decision | None:
    """The decision on a form's draft; None while it has no place and agency. Raises `InputError` for a place, agency or day that is not known."""
    import yaml

    from lawfulhold.facts.read import read_cases
    from lawfulhold.rules.decide import decide
    from lawfulhold.rules.law import Law
    from lawfulhold.sources.forms import case_only

    if "jurisdiction" not in draft or "agency" not in draft:
        return None
    (case,) = read_cases(yaml.safe_dump(case_only(draft)), f"draft of {where}")
    return decide(case, Law())


def _drafts(reading: Reading) -> list[dict[str, Any]]:
    from lawfulhold.sources.draft import draft_cases

    return draft_cases(reading)


def _write(reading: Reading, drafts: list[dict[str, Any]], options: argparse.Namespace) -> list[Written]:
    from lawfulhold.sources.draft_files import form_file, report_file, write_drafts

    texts = {draft["case"]: report_file(draft) for draft in _drafts(reading)}
    return write_drafts(Path(options.out), texts | {draft["case"]: form_file(draft) for draft in drafts})


def _print_json(reading: Reading, forms: list[FormReading], drafts: list[dict[str, Any]], options: argparse.Namespace) -> None:
    from lawfulhold.sources.forms.show import without_names
    from lawfulhold.sources.names import texts_shown

    found: dict[str, Any] = {}
    if options.decide:
        found = _decided(reading)
        made = (_form_decision(draft, form.file) for draft, form in zip(drafts, forms, strict=True))
        found["decisions"] += [decision.as_json() for decision in made if decision is not None]
    read = reading.as_json() | {"texts": texts_shown(reading)}
    read["forms"] = [form.as_json() if options.names else without_names(form.as_json()) for form in forms]
    read["drafts"] = _drafts(reading) + drafts
    print(json.dumps(read | found, indent=2, ensure_ascii=False))


def _decided(reading: Reading) -> dict[str, Any]:
    """The `decisions` on the drafts as told and, under `if_nothing_left_out`, those with silence filled in. A draft that no law can be asked about is a problem."""
    from lawfulhold.errors import InputError
    from lawfulhold.rules.law import Law
    from lawfulhold.sources.beside_law import decide_both
    from lawfulhold.sources.reading import Problem

    law, told, complete = Law(), [], []
    for draft in _drafts(reading):
        try:
            decision, filled, silence = decide_both(draft, law)
        except (InputError, ValueError) as error:
            reading.problems.append(Problem(draft["case"], f"{str(error).splitlines()[0]}; check the draft"))
            print(f"lawfulhold: {reading.problems[-1]}", file=sys.stderr)
            continue
        told.append(decision.as_json())
        if filled is not None:
            complete.append({"case": draft["case"], "silence_taken_for": silence, "decision": filled.as_json()})
    return {"decisions": told, "if_nothing_left_out": complete}


def _law_of(draft: dict[str, Any], law: Law) -> str:
    """The law of a draft's place and day in short, and its claims beside it."""
    from lawfulhold.errors import InputError
    from lawfulhold.sources.beside_law import decide_both, law_in_words

    try:
        return law_in_words(*decide_both(draft, law))
    except (InputError, ValueError) as error:
        return f"  No law could be asked: {str(error).splitlines()[0]}; check the draft (--out DIR writes it)."


def _print_cases(reading: Reading, options: argparse.Namespace) -> None:
    from lawfulhold.rules.law import Law
    from lawfulhold.sources.draft import case_name
    from lawfulhold.sources.show import case_in_words

    law = Law() if options.decide else None
    drafts = {draft["case"]: draft for draft in _drafts(reading)} if law else {}
    for case in reading.cases:
        print(case_in_words(case))
        if law:
            draft = drafts.get(case_name(case.identifier))
            print("\n" + (_law_of(draft, law) if draft else "  The report does not tell the state: no law can be asked."))
    if reading.instruments:
        print("Laws and rulings named: " + "; ".join(sorted({instrument.name for instrument in reading.instruments})))
    if not reading.cases and not reading.problems and reading.texts:
        print("No case is told in these reports.")
