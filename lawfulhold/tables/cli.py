"""`lawfulhold import`, `generate`, `decide-table` and `what-if`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any


def add_parsers(commands: Any) -> None:
    """Add the table commands to the parsers of `lawfulhold`."""
    _add_import(commands)
    _add_generate(commands)
    _add_decide_table(commands)
    _add_what_if(commands)


def _add_import(commands: Any) -> None:
    parser = commands.add_parser("import", help="read public detainer tables into one canonical table")
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help=".xlsx, .csv, .csv.gz or .parquet, in any order"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder for the table, the quarantine and the report")
    parser.add_argument("--release", metavar="ID", help="read the files as this release and no other")
    parser.add_argument("--list-releases", action="store_true", help="list the known releases and stop")
    parser.add_argument("--memory", default="2GB", metavar="SIZE", help="most memory for the query (default 2GB)")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--quiet", action="store_true", help="no progress bars")
    parser.set_defaults(run=_import)


def _import(options: argparse.Namespace) -> int:
    from lawfulhold.errors import InputError
    from lawfulhold.tables.importer import import_files
    from lawfulhold.tables.progress import bars
    from lawfulhold.tables.releases import releases

    if options.list_releases:
        for release in releases().values():
            print(f"{release.id:15} {release.title}; {release.window}; {len(release.headers)} columns")
        return 0
    if not options.files or options.out is None:
        raise InputError("name the files to import and a folder with --out DIR")
    with bars(options.quiet) as progress:
        report = import_files(
            options.files, options.out, release=options.release, progress=progress, memory=options.memory
        )
    if options.json:
        print(report.as_json())
        return 0
    print(f"read {report.read:,}, kept {report.kept:,}, quarantined {report.quarantined:,}")
    for file in report.files:
        for sheet in file.sheets:
            where = f"{Path(file.path).name}{f' [{sheet.sheet}]' if sheet.sheet else ''}"
            what = f"{sheet.release}: {sheet.kept:,} of {sheet.read:,} rows" if sheet.release else "left out"
            print(f"  {where}: {what}{''.join(f'; {note}' for note in sheet.notes)}")
            if sheet.unknown_columns:
                print(
                    f"    carried along: {', '.join(sheet.unknown_columns[:12])}{' ...' if len(sheet.unknown_columns) > 12 else ''}"
                )
    for reason, count in report.reasons.items():
        print(f"  quarantined: {reason} ({count:,})")
    for column, values in report.unknown_values.items():
        print(
            f"  not on the list: {column}: {', '.join(f'{value!r} ({count:,})' for value, count in list(values.items())[:8])}"
        )
    for name, found in report.duplicates.items():
        if found["rule"] != "none":
            print(
                f"  repeats ({name}, {found['rule']}): {found['likely']:,} rows, {found['to_drop']:,} to drop, "
                f"{found['cannot_tell']:,} cannot be told"
            )
    if report.synthetic_rows:
        print(f"  {report.synthetic_rows:,} rows are SYNTHETIC")
    print(f"written to {options.out}", file=sys.stderr)
    return 0


def _add_generate(commands: Any) -> None:
    parser = commands.add_parser("generate", help="write synthetic rows in the form of a release, marked as such")
    parser.add_argument("out", type=Path, metavar="OUT", help=".parquet, .csv, .csv.gz or .xlsx")
    parser.add_argument(
        "--release",
        default="npr_fy08_fy17",
        metavar="ID",
        help="see `lawfulhold import --list-releases` (default %(default)s)",
    )
    parser.add_argument("--rows", type=int, default=10_000, metavar="N", help="number of rows (default %(default)s)")
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="the same seed gives the same rows (default %(default)s)"
    )
    parser.add_argument(
        "--mess", type=float, default=0.0, metavar="SHARE", help="share of rows with redactions, NA and dates as text"
    )
    parser.add_argument("--quiet", action="store_true", help="no progress bars")
    parser.set_defaults(run=_generate)


def _generate(options: argparse.Namespace) -> int:
    from lawfulhold.errors import InputError
    from lawfulhold.tables.generator import generate
    from lawfulhold.tables.progress import bars

    if not 0 <= options.mess <= 1 or options.seed < 0:
        raise InputError("--mess is a share from 0 to 1, --seed a number from 0")
    with bars(options.quiet) as progress:
        generate(
            options.release,
            options.rows,
            options.out,
            seed=options.seed,
            mess=options.mess,
            progress=lambda done: progress(options.out.name, done, options.rows),
        )
    print(f"{options.rows:,} SYNTHETIC rows in the form of {options.release} in {options.out}", file=sys.stderr)
    return 0


def _add_decide_table(commands: Any) -> None:
    parser = commands.add_parser("decide-table", help="answer questions of law for every row of a table")
    parser.add_argument(
        "source", type=Path, metavar="IN", help="folder of an import, or a Parquet or CSV table whose columns are facts"
    )
    parser.add_argument(
        "out", type=Path, metavar="OUT", help="Parquet file (with Spark: folder) for the rows with their answers"
    )
    parser.add_argument(
        "--engine", choices=("duckdb", "spark"), default="duckdb", help="where it runs (default %(default)s)"
    )
    parser.add_argument(
        "--master", default="local[*]", metavar="URL", help="Spark: sc://host:port, or a master (default %(default)s)"
    )
    parser.add_argument("--law", metavar="DIR", help="another folder of law files, or an overlay upon the shipped ones")
    parser.add_argument("--on", metavar="DATE", help="decide as if every row were of this day")
    _add_common(parser)


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--question", default="hold,notify,transfer", metavar="LIST", help="questions (default %(default)s)"
    )
    parser.add_argument("--agency", metavar="KIND", help="kind of agency of every row that does not say it")
    parser.add_argument(
        "--assume",
        action="append",
        default=[],
        metavar="SET|FACT=VALUE",
        help="give rows a fact that they do not have; bare-detainer is a whole set (docs/tables.md)",
    )
    parser.add_argument("--memory", default="2GB", metavar="SIZE", help="most memory for DuckDB (default %(default)s)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("--quiet", action="store_true", help="no progress bars")
    parser.set_defaults(run=_decide_table if parser.prog.endswith("decide-table") else _what_if)


def _questions(options: argparse.Namespace) -> list[str]:
    return list(dict.fromkeys(each.strip() for each in options.question.split(",") if each.strip()))


def _decide_table(options: argparse.Namespace) -> int:
    from lawfulhold.errors import InputError
    from lawfulhold.facts.dates import parse_date
    from lawfulhold.rules.law import Law
    from lawfulhold.tables.decide_table import decide_file
    from lawfulhold.tables.progress import bars

    on = None
    if options.on:
        try:
            given = parse_date(options.on)
        except ValueError as error:
            raise InputError(f"--on: {error}") from None
        if not given.is_day:
            raise InputError("--on: name a whole day, YYYY-MM-DD")
        on = given.first
    with bars(options.quiet) as progress:
        report = decide_file(
            options.source,
            options.out,
            Law.at(options.law),
            questions=_questions(options),
            agency=options.agency,
            assume=options.assume,
            on=on,
            memory=options.memory,
            spark=options.master if options.engine == "spark" else None,
            progress=progress,
        )
    if options.json:
        print(report.as_json())
        return 0
    print(
        f"{report.rows:,} rows, {report.combinations:,} different combinations of facts, law version {report.law_version}"
    )
    for question in report.questions:
        answers = ", ".join(f"{answer} {count:,}" for answer, count in report.answers[question].items())
        print(f"  {question}: {report.determined[question]:.1%} determined ({answers})")
        for fact, count in list(report.missing[question].items())[:6]:
            print(f"    not known: {fact} ({count:,} rows)")
    print(f"written to {options.out}", file=sys.stderr)
    return 0


def _add_what_if(commands: Any) -> None:
    parser = commands.add_parser("what-if", help="the same table under two versions of the law: what changes")
    parser.add_argument(
        "source",
        type=Path,
        metavar="TABLE",
        help="folder of an import, or a Parquet or CSV table whose columns are facts",
    )
    parser.add_argument(
        "--law",
        action="append",
        required=True,
        metavar="VERSION",
        help="twice: shipped, a date, a folder (a bill as an overlay), or folder@date",
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder for changes.csv, changes.md and what-if.json")
    _add_common(parser)


def _what_if(options: argparse.Namespace) -> int:
    from lawfulhold.errors import InputError
    from lawfulhold.tables.progress import bars
    from lawfulhold.tables.what_if import markdown, version_of, what_if, write_what_if

    if len(options.law) != 2:
        raise InputError("give --law twice: the version before and the version after")
    first, second = (version_of(text) for text in options.law)
    with bars(options.quiet) as progress:
        result = what_if(
            options.source,
            first,
            second,
            questions=_questions(options),
            agency=options.agency,
            assume=options.assume,
            memory=options.memory,
            progress=progress,
        )
    if options.out is not None:
        write_what_if(result, options.out)
        print(f"written to {options.out}", file=sys.stderr)
    print(result.as_json() if options.json else markdown(result))
    return 0
