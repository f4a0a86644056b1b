"""The command `lawfulhold read`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lawfulhold.rules.decide import Decision
    from lawfulhold.sources.forms import FormReading
    from lawfulhold.sources.reading import Reading

EXIT_BAD_INPUT = 2
UNPLACED = "A form does not say whose custody it is: name the place and the kind of agency, such as --jurisdiction US-CT --agency state-corrections."


def add_parser(commands: Any) -> None:
    """Add `read` to the subcommands of `lawfulhold`."""
    parser = commands.add_parser("read", help="read reports and forms into draft case files, each fact with its words",
                                 description="Read press releases, news reports (text, HTML) and forms (PDF, picture) into cases. Reports of one case are brought together. Every fact keeps the words "
                                 "it rests on; what a paper does not say stays unknown.")
    parser.add_argument("files", nargs="+", metavar="FILE", help="reports and forms")
    parser.add_argument("--out", metavar="DIR", help="write a draft case file for each case into this folder")
    parser.add_argument("--json", action="store_true", help="print what was read as JSON")
    parser.add_argument("--review", action="store_true", help="go through the facts one by one, and keep, drop or correct them")
    parser.add_argument("--names", action="store_true", help="keep personal names (left out by default: a case does not need them)")
    parser.add_argument("--decide", action="store_true", help="set each case, and each claim about it, beside the law of its place and day")
    parser.add_argument("--jurisdiction", metavar="CODE", help="of forms: the place whose law is asked, such as US-CT (a form does not say it)")
    parser.add_argument("--agency", metavar="KIND", help="of forms: the kind of agency that holds the person, such as sheriff (law/agencies.yaml)")
    parser.add_argument("--date", metavar="DATE", help="of forms: the day of release, such as 2024-02-01")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Read the files named. Returns 0, or 2 when some file could not be read (the others are read all the same)."""
    from lawfulhold.sources.reports import read_reports

    reports, forms, failed = _sorted(options.files)
    reading = read_reports(reports, names=options.names)
    for problem in reading.problems:
        print(f"lawfulhold: {problem}", file=sys.stderr)
        failed = True
    if options.review:
        _review(reading)
    written = _write_drafts(reading, forms, options) if options.out else []
    if options.json:
        _print_json(reading, forms, options)
    else:
        _print_cases(reading, options)
        _print_forms(forms, options)
        for path in written:
            print(f"written: {path}")
    return EXIT_BAD_INPUT if failed else 0


def _review(reading: Reading) -> None:
    """Go through the reading with a person. All is said on standard error, so that `--json` still prints nothing but JSON."""
    from lawfulhold.sources.review import review

    def say(line: str) -> None:
        print(line, file=sys.stderr)

    def ask(question: str) -> str:
        print(question, end="", file=sys.stderr, flush=True)
        return input()

    say(str(review(reading, ask, say)))


def _sorted(names: list[str]) -> tuple[dict[str, Path | str], list[FormReading], bool]:
    """The reports (by name: a path, or the text of a PDF), the forms that were read, and whether a PDF or picture is neither."""
    from lawfulhold.sources.forms import FormError, detect, pdf_text, read_form

    reports: dict[str, Path | str] = {}
    forms: list[FormReading] = []
    failed = False
    for name in names:
        if not _is_paper(name):
            reports[name] = Path(name)
            continue
        try:
            forms.append(read_form(name, name))
        except FormError as error:
            if detect(name) == "report":
                reports[name] = pdf_text(name)
            else:
                print(f"lawfulhold: {error}", file=sys.stderr)
                failed = True
    return reports, forms, failed


def _is_paper(name: str) -> bool:
    """True for a PDF or a picture, by its first bytes: those are read as forms."""
    from lawfulhold.sources.forms import FormError
    from lawfulhold.sources.forms.kinds import file_kind

    try:
        return file_kind(Path(name), name) in {"pdf", "picture"}
    except FormError:
        return False


def _form_draft(form: FormReading, options: argparse.Namespace) -> dict[str, Any]:
    """The draft case of a form, with the place, agency and day that the command line adds."""
    from lawfulhold.sources.forms import to_case

    draft = {"case": Path(form.file).stem}
    for key, value in (("jurisdiction", options.jurisdiction), ("agency", options.agency), ("date", options.date)):
        if value:
            draft[key] = value
    return draft | to_case(form)


def _print_forms(forms: list[FormReading], options: argparse.Namespace) -> None:
    from lawfulhold.sources.forms.show import form_in_words

    for form in forms:
        draft = _form_draft(form, options)
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


def _write_drafts(reading: Reading, forms: list[FormReading], options: argparse.Namespace) -> list[Path]:
    from lawfulhold.errors import InputError

    target = Path(options.out)
    texts = {f"{draft['case']}.yaml": "# Draft, read from reports: a person checks every fact against its source before it is used.\n" + _as_yaml(draft)
             for draft in _drafts(reading)}
    for form in forms:
        draft = _form_draft(form, options)
        name, number = f"{draft['case']}.yaml", 2
        while name in texts:
            name, number = f"{draft['case']}-{number}.yaml", number + 1
        texts[name] = _form_file(draft | {"case": name.removesuffix(".yaml")})
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (target / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror or error}); name another folder with --out", options.out) from None
    return [target / name for name in texts]


def _form_file(draft: dict[str, Any]) -> str:
    """The draft case of a form as a file: what a person adds and looks at stands above it."""
    from lawfulhold.sources.forms import case_only

    missing = [name for name in ("jurisdiction", "agency", "date") if name not in draft]
    lines = ["Draft, read from a form: a person checks every fact against the paper before it is used."]
    lines += [f"Add what the form does not say: {', '.join(missing)}."] if missing else []
    lines += [f"Look: {sentence}" for sentence in draft["review"]]
    return "".join(f"# {line}\n" for line in lines) + _as_yaml(case_only(draft))


def _as_yaml(draft: dict[str, Any]) -> str:
    import yaml

    return yaml.safe_dump(draft, sort_keys=False, allow_unicode=True, width=120)


def _print_json(reading: Reading, forms: list[FormReading], options: argparse.Namespace) -> None:
    from lawfulhold.sources.forms.show import without_names

    found = reading.as_json()
    found["forms"] = [form.as_json() if options.names else without_names(form.as_json()) for form in forms]
    drafts = [_form_draft(form, options) for form in forms]
    found["drafts"] = _drafts(reading) + drafts
    if options.decide:
        found["decisions"] = [decision.as_json() for decision in _decisions(reading).values()]
        made = (_form_decision(draft, form.file) for draft, form in zip(drafts, forms, strict=True))
        found["decisions"] += [decision.as_json() for decision in made if decision is not None]
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


def _beside_law(reading: Reading) -> dict[str, str]:
    """By the name of each draft, the law of its place and day in short and its claims beside it."""
    from lawfulhold.errors import InputError
    from lawfulhold.rules.law import Law
    from lawfulhold.sources.beside_law import decide_both, law_in_words

    law = Law()
    found: dict[str, str] = {}
    for draft in _drafts(reading):
        try:
            found[draft["case"]] = law_in_words(*decide_both(draft, law))
        except (InputError, ValueError) as error:
            found[draft["case"]] = f"  No law could be asked: {str(error).splitlines()[0]}; check the draft (--out DIR writes it)."
    return found


def _print_cases(reading: Reading, options: argparse.Namespace) -> None:
    from lawfulhold.sources.draft import case_name
    from lawfulhold.sources.show import case_in_words

    beside = _beside_law(reading) if options.decide else {}
    for case in reading.cases:
        print(case_in_words(case))
        if options.decide:
            print("\n" + beside.get(case_name(case.identifier), "  The report does not tell the state: no law can be asked."))
    if reading.instruments:
        print("Laws and rulings named: " + "; ".join(sorted({instrument.name for instrument in reading.instruments})))
    if not reading.cases and not reading.problems and reading.texts:
        print("No case is told in these reports.")
