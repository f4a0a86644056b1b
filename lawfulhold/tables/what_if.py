"""The same caseload under two versions of the law: what changes, by place and by question."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from lawfulhold.errors import InputError
from lawfulhold.tables.decide_table import QUESTIONS, Run, Table
from lawfulhold.tables.engines import duckdb_file
from lawfulhold.tables.folders import replaced_folder

if TYPE_CHECKING:
    from lawfulhold.rules.law import Law

SUMMARY = "what-if.json"


@dataclass(frozen=True)
class Version:
    """One side of a comparison: the law, and the day as of which it is asked (None: each row's own day)."""

    text: str
    law: Law
    on: date | None


@dataclass(frozen=True)
class Shift:
    """So many rows of a place have one answer under the first law and another under the second."""

    place: str
    question: str
    first: str
    second: str
    rows: int


@dataclass
class WhatIf:
    """The comparison. `shifts` holds every pair of answers, equal ones too, so that they add up to `rows` for each question."""

    rows: int
    first: str
    second: str
    first_version: str
    second_version: str
    questions: tuple[str, ...]
    assumed: tuple[str, ...] = ()
    agency_assumed: str | None = None
    shifts: list[Shift] = field(default_factory=list)

    def changed(self, question: str, place: str | None = None) -> tuple[int, int]:
        """Rows whose answer changes, of how many."""
        found = [each for each in self.shifts if each.question == question and place in (None, each.place)]
        return sum(each.rows for each in found if each.first != each.second), sum(each.rows for each in found)

    def as_json(self) -> str:
        """The comparison as JSON text."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False)


def version_of(text: str) -> Version:
    """A version of the law from its name.

    ``shipped`` is the law of this package, a folder is another law or an overlay upon the shipped one, a date is the shipped law as it stood that
    day, and ``folder@date`` is both. Raises `InputError` for anything else.
    """
    from lawfulhold.facts.dates import parse_date
    from lawfulhold.rules.law import Law

    place, _, written = text.partition("@")
    if not written and _is_date(place):
        place, written = "shipped", place
    on = None
    if written:
        try:
            given = parse_date(written)
        except ValueError as error:
            raise InputError(f"--law {text}: {error}") from None
        if not given.is_day:
            raise InputError(f"--law {text}: name a whole day, YYYY-MM-DD")
        on = given.first
    return Version(text, Law.at(None if place == "shipped" else place), on)


def _is_date(text: str) -> bool:
    return len(text) >= 4 and text[:4].isdigit()


def what_if(
    source: Path,
    first: Version,
    second: Version,
    *,
    questions: Sequence[str] = QUESTIONS,
    agency: str | None = None,
    assume: Sequence[str] = (),
    memory: str = "2GB",
    progress: Callable[[str, int, int], None] = lambda _name, _done, _whole: None,
) -> WhatIf:
    """Decide the rows of a table under two versions of the law and count what changes."""
    with duckdb_file(source, memory) as engine:
        table = Table(
            engine, [Run(first.law, first.on), Run(second.law, second.on)], questions, agency=agency, assume=assume
        )
        table.decide(progress)
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for (_, rows, combination), before, after in zip(table.combinations, *table.cells, strict=True):
        for question in questions:
            counts[combination.place or "(blank)", question, before[question].answer, after[question].answer] += rows
    shifts = [Shift(*key, rows) for key, rows in sorted(counts.items())]
    total = sum(rows for _, rows, _ in table.combinations)
    return WhatIf(
        total,
        first.text,
        second.text,
        first.law.version(),
        second.law.version(),
        tuple(questions),
        tuple(assume),
        table.agency,
        shifts,
    )


def markdown(result: WhatIf) -> str:
    """The comparison as Markdown: for each question what changes in all, and by place."""
    lines = [
        f"# {result.first} against {result.second}",
        "",
        f"{result.rows:,} rows. Law versions {result.first_version} and {result.second_version}.",
        "",
    ]
    if result.agency_assumed or result.assumed:
        assumed = ", ".join((*result.assumed, *([f"agency {result.agency_assumed}"] if result.agency_assumed else [])))
        lines += [f"Assumed where a row does not say: {assumed}.", ""]
    for question in result.questions:
        changed, of = result.changed(question)
        lines += [
            f"## {question}",
            "",
            f"{changed:,} of {of:,} rows change ({changed / of:.2%})." if of else "No rows.",
            "",
        ]
        moved = [each for each in result.shifts if each.question == question and each.first != each.second]
        if moved:
            lines += ["| place | from | to | rows | of |", "|---|---|---|---:|---:|"]
            for each in sorted(moved, key=lambda each: (-each.rows, each.place)):
                lines.append(
                    f"| {each.place} | {each.first} | {each.second} | {each.rows:,} | {result.changed(question, each.place)[1]:,} |"
                )
            lines.append("")
    return "\n".join(lines)


def write_what_if(result: WhatIf, out: Path) -> None:
    """Write ``changes.csv``, ``changes.md`` and ``what-if.json`` into the folder `out`, which appears whole or not at all."""
    from lawfulhold.outcomes.write import write_csv

    with replaced_folder(out, SUMMARY) as folder:
        rows = [asdict(each) | {"changed": each.first != each.second} for each in result.shifts]
        write_csv(rows, folder / "changes.csv")
        (folder / "changes.md").write_text(markdown(result), encoding="utf-8")
        (folder / SUMMARY).write_text(result.as_json(), encoding="utf-8")
