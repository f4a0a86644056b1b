"""`lawfulhold outcomes`: what became of the detainers in a table."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any


def add_parsers(commands: Any) -> None:
    """Add `outcomes` to the parsers of `lawfulhold`."""
    parser = commands.add_parser(
        "outcomes", help="count what became of the detainers in a table, with charts and a report"
    )
    parser.add_argument(
        "table", type=Path, metavar="TABLE", help="folder of an import, or a Parquet table that was imported or decided"
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="folder for tables, charts and report; without it a summary is printed"
    )
    parser.add_argument(
        "--by",
        default="state,facility,month,form,law",
        metavar="LIST",
        help="state, facility, month, year, form, type, reason, law (default %(default)s)",
    )
    parser.add_argument(
        "--suppress", type=int, metavar="N", help="hide counts of 1 to N-1, and what would give them away"
    )
    parser.add_argument(
        "--keep-repeats", action="store_true", help="count rows that the release's rule tells are repeats"
    )
    parser.add_argument("--tables", default="csv,md", metavar="LIST", help="csv, parquet, md (default %(default)s)")
    parser.add_argument("--charts", default="svg", metavar="LIST", help="svg, png, html or none (default %(default)s)")
    parser.add_argument("--json", action="store_true", help="print the counts as JSON")
    parser.set_defaults(run=_outcomes)


def _outcomes(options: argparse.Namespace) -> int:
    from lawfulhold.errors import InputError
    from lawfulhold.outcomes.report import PAGE, count_outcomes, lead, write_outcomes
    from lawfulhold.outcomes.write import WRITERS, markdown, number, records

    formats = _choices(options.tables, WRITERS, "--tables")
    drawn = [] if options.charts == "none" else _choices(options.charts, ("svg", "png", "html"), "--charts")
    if options.suppress is not None and options.suppress < 2:
        raise InputError("--suppress needs a number from 2: counts below it are hidden")
    outcomes = count_outcomes(
        options.table,
        [each.strip() for each in options.by.split(",") if each.strip()],
        suppress_below=options.suppress,
        keep_repeats=options.keep_repeats,
    )
    if options.out is not None:
        write_outcomes(outcomes, options.out, formats=formats, chart_formats=drawn)
        print(f"written to {options.out}; open {options.out / PAGE}", file=sys.stderr)
    if options.json:
        print(outcomes.as_json())
    elif options.out is None:
        for table in outcomes.tables.values():
            rows = records(table)
            print(f"\nOutcomes {table.title}\n")
            print(markdown([*rows[:20], rows[-1]] if len(rows) > 21 else rows))
        print(f"\n{lead(outcomes)}")
        for each in outcomes.spreads:
            median = "*" if each.median is None else f"{each.median:,.1f} {each.unit}"
            print(f"{each.name}: {number(each.count)} of {number(each.of)} rows, median {median}")
    return 0


def _choices(text: str, known: Any, option: str) -> list[str]:
    from lawfulhold.errors import InputError

    wanted = [each.strip() for each in text.split(",") if each.strip()]
    for each in wanted:
        if each not in known:
            raise InputError(f"{option} does not know {each!r}; choose from {', '.join(known)}")
    return wanted
