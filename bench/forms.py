"""How well forms are read, field by field: fillable, printed, scanned, faxed.

    python -m bench.forms [--kinds fillable,printed,scan,fax] [--each 3] [--first 1000] [--misses]

The forms are drawn, filled with invented people and degraded by `tests/sources/forms`; the same seed gives the same paper. For every field and
box: right and sure; right but marked unsure; wrong (or not read) and marked unsure; wrong and sure. Seeds below 1000 were looked at while the reader was
written; those from 1000 on were not.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from lawfulhold.sources.forms.read import read_here
from lawfulhold.sources.forms.reading import FormError
from lawfulhold.sources.forms.values import value_of
from tests.sources.forms.degrade import as_png, as_tiff, faxed, flattened, scanned
from tests.sources.forms.drawing import FORMS, Drawn, draw_form

KINDS = ("fillable", "flattened", "printed", "scan", "fax-fine", "fax-standard")
_GROUPS = ("answers", "blank", "boxes", "signatures")


def papers(kind: str, each: int, first: int) -> Iterator[tuple[str, Drawn, bytes, str]]:
    """Name, truth, file and file ending of every paper of one kind."""
    for form in FORMS:
        for seed in range(first, first + each):
            drawn = draw_form(form, seed, "fillable" if kind in {"fillable", "flattened"} else "printed")
            name = f"{form}/{seed}"
            if kind == "flattened":
                yield name, drawn, flattened(drawn.pdf), "pdf"
            elif kind == "scan":
                yield name, drawn, as_png(scanned(drawn.pdf, seed)), "png"
            elif kind.startswith("fax"):
                yield name, drawn, as_tiff(faxed(drawn.pdf, seed, kind == "fax-fine")), "tiff"
            else:
                yield name, drawn, drawn.pdf, "pdf"


def expected(kind: str, value: str | bool | None) -> str | bool | None:
    """The true value in the shape in which values are given."""
    return value_of(kind, value)[0] if isinstance(value, str) else value


def outcome(right: bool, sure: bool) -> str:
    """One of the four outcomes."""
    return ("right" if right else "wrong") + (" and sure" if sure else ", unsure")


def measure(kind: str, each: int, first: int, misses: bool) -> dict[str, Counter[str]]:
    """Counts of outcomes by group of fields, over all papers of one kind."""
    counts: dict[str, Counter[str]] = {group: Counter() for group in (*_GROUPS, "form")}
    with tempfile.TemporaryDirectory() as folder:
        for name, drawn, content, ending in papers(kind, each, first):
            path = Path(folder, f"paper.{ending}")
            path.write_bytes(content)
            try:
                reading = read_here(path, "paper")
            except FormError as error:
                counts["form"]["wrong, unsure"] += 1
                for value in drawn.truth.values():
                    counts["boxes" if isinstance(value, bool) else "answers" if value else "blank"]["wrong, unsure"] += 1
                if misses:
                    print(f"{kind} {name}: {error}")
                continue
            counts["form"][outcome(reading.form == drawn.form and reading.edition == drawn.edition, reading.form_sure and reading.edition_sure)] += 1
            if misses and (reading.form, reading.edition) != (drawn.form, drawn.edition):
                print(f"{kind} {name}: form {reading.form} {reading.edition}, truly {drawn.form} {drawn.edition}")
            for field_name, value in drawn.truth.items():
                found = reading.fields.get(field_name)
                group = "signatures" if field_name.endswith("signature") else "boxes" if isinstance(value, bool) else "answers" if value else "blank"
                truth = expected(found.kind, value) if found else value
                result = outcome(found is not None and found.value == truth, found is None or found.sure)
                if found is None:
                    result = "wrong, unsure"
                counts[group][result] += 1
                if misses and result != "right and sure":
                    print(f"{kind} {name} {field_name}: {result}: {found.value if found else 'no such field'!r}, truly {truth!r}"
                          + (f" ({found.note}, {found.confidence:.2f})" if found else ""))
    return counts


def report(kind: str, counts: dict[str, Counter[str]], seconds: float, papers_read: int) -> None:
    """Print one table."""
    print(f"\n{kind}: {papers_read} papers, {seconds / max(1, papers_read):.1f} s each")
    print(f"  {'':12}{'fields':>8}{'right and sure':>16}{'right, unsure':>15}{'wrong, unsure':>15}{'wrong and sure':>16}")
    every: Counter[str] = Counter()
    for group in (*_GROUPS, "all fields", "form"):
        found = every if group == "all fields" else counts[group]
        if group in _GROUPS:
            every += found
        total = found.total() or 1
        shares = [found[key] / total for key in ("right and sure", "right, unsure", "wrong, unsure", "wrong and sure")]
        print(f"  {group:12}{found.total():>8}{shares[0]:>16.2%}{shares[1]:>15.2%}{shares[2]:>15.2%}{shares[3]:>16.2%}")


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--each", type=int, default=3, help="papers of each form and kind")
    parser.add_argument("--first", type=int, default=1000, help="first seed")
    parser.add_argument("--misses", action="store_true", help="print every field that is not right and sure")
    given = parser.parse_args()
    for kind in given.kinds.split(","):
        start = time.perf_counter()
        counts = measure(kind, given.each, given.first, given.misses)
        report(kind, counts, time.perf_counter() - start, given.each * len(FORMS))
    return 0


if __name__ == "__main__":
    sys.exit(main())
