"""Read a set of reports: each by itself, then those of one case together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from lawfulhold.sources.cases import read_cases
from lawfulhold.sources.claims import find_instruments
from lawfulhold.sources.clean import Document, UnreadableError, read_bytes, read_file, read_paper, read_text
from lawfulhold.sources.draft import unique_name
from lawfulhold.sources.merge import merge_cases
from lawfulhold.sources.names import put_out
from lawfulhold.sources.reading import Fact, Instrument, PaperText, Problem, ReadCase, Reading, Span
from lawfulhold.sources.vocabulary import misspelt

MAXIMUM_REPORTS = 100_000
Given = str | bytes | Path | PaperText


def read_reports(paths_or_texts: Iterable[Path | str] | Mapping[str, Given], *, names: bool = False) -> Reading:
    """Read press releases and news reports into cases.

    Takes paths of text or HTML files (`Path`, or `str` that names an existing file), texts (any other `str`), or a mapping of names to texts,
    contents of files (`bytes`), paths, or the text of a PDF or picture (`forms.paper_text`). A case is named after its report; a second report of that name gets a number. `names`
    keeps personal names, which are left out by default: a case does not need them. Returns a `Reading`: the cases after merging, the
    cases of each report, the texts that spans count in, and the files that could not be read, each with what is wrong and what to do. Raises
    nothing for a bad file; `InputError` for a pattern file (`patterns/`) that cannot be used.
    """
    try:
        return _read_all(paths_or_texts, names)
    except re.error as error:
        raise misspelt(error) from None


def _read_all(paths_or_texts: Iterable[Path | str] | Mapping[str, Given], names: bool) -> Reading:
    reading = Reading([], [], {})
    labels: dict[str, int] = {}
    for number, (name, document, problem) in enumerate(_documents(paths_or_texts)):
        if number >= MAXIMUM_REPORTS:
            reading.problems.append(Problem(name, f"is beyond {MAXIMUM_REPORTS:,} reports; read them in parts"))
            break
        if document is None:
            reading.problems.append(Problem(name, problem or "cannot be read"))
            continue
        _read_one(reading, document, names, labels)
    reading.cases = merge_cases(reading.single)
    put_out(reading)
    return reading


def _read_one(reading: Reading, document: Document, names: bool, labels: dict[str, int]) -> None:
    try:
        cases: list[ReadCase] = read_cases(document, names=names)
        instruments: list[Instrument] = find_instruments(document)
    except UnreadableError as error:
        reading.problems.append(Problem(document.name, str(error)))
        return
    _less_sure(cases, document)
    label = unique_name(Path(document.name).stem, labels) if cases else ""
    for case in cases:
        case.identifier = f"{label}#{case.identifier}"
    reading.single += cases
    reading.instruments += instruments
    reading.texts[document.name] = document.text
    if not document.has_own_text:
        reading.made_texts.add(document.name)
    if not names:
        reading.people[document.name] = frozenset(document.people)


def _less_sure(cases: list[ReadCase], document: Document) -> None:
    """What was read from a picture is as sure as the least sure of its words was recognised."""
    if document.paper is None or not document.paper.recognised:
        return

    def share(span: Span) -> float:
        sure = document.recognised(span.start, span.end)
        return 1.0 if sure is None else sure

    def fact(one: Fact) -> Fact:
        return replace(one, confidence=one.confidence * share(one.span))

    for case in cases:
        case.person = {key: fact(one) for key, one in case.person.items()}
        case.place = {key: fact(one) for key, one in case.place.items()}
        case.claims = [replace(claim, confidence=claim.confidence * share(claim.span)) for claim in case.claims]
        for event in case.events:
            event.confidence *= share(event.span)
        for charge in case.charges:
            charge.confidence *= share(charge.span)


def _documents(paths_or_texts: Iterable[Path | str] | Mapping[str, Given]) -> Iterable[tuple[str, Document | None, str | None]]:
    if isinstance(paths_or_texts, Mapping):
        for name, given in paths_or_texts.items():
            yield _opened(name, given)
        return
    for number, one in enumerate(paths_or_texts, 1):
        if isinstance(one, Path):
            yield _opened(str(one), one)
        elif "\n" not in one and len(one) < 1_000 and _exists(one):
            yield _opened(one, Path(one))
        else:
            yield _opened(f"text-{number}", one)


def _exists(name: str) -> bool:
    try:
        return Path(name).exists()
    except (OSError, ValueError):
        return False


def _opened(name: str, given: Given) -> tuple[str, Document | None, str | None]:
    try:
        if isinstance(given, Path):
            document = read_file(given, name)
        elif isinstance(given, PaperText):
            document = read_paper(given, name)
        else:
            document = read_bytes(given, name) if isinstance(given, bytes) else read_text(given, name)
    except UnreadableError as error:
        return name, None, str(error)
    return name, document, None
