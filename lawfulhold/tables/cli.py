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


def _add_import(commands: Any) -> None:
    parser = commands.add_parser("import", help="read public detainer tables into one canonical table")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help=".xlsx, .csv, .csv.gz or .parquet, in any order")
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
        report = import_files(options.files, options.out, release=options.release, progress=progress, memory=options.memory)
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
                print(f"    carried along: {', '.join(sheet.unknown_columns[:12])}{' ...' if len(sheet.unknown_columns) > 12 else ''}")
    for reason, count in report.reasons.items():
        print(f"  quarantined: {reason} ({count:,})")
    for column, values in report.unknown_values.items():
        print(f"  not on the list: {column}: {', '.join(f'{value!r} ({count:,})' for value, count in list(values.items())[:8])}")
    for release, found in report.duplicates.items():
        if found["rule"] != "none":
            print(f"  repeats ({release}, {found['rule']}): {found['likely']:,} rows, {found['to_drop']:,} to drop, "
                  f"{found['cannot_tell']:,} cannot be told")
    if report.synthetic_rows:
        print(f"  {report.synthetic_rows:,} rows are SYNTHETIC")
    print(f"written to {options.out}", file=sys.stderr)
    return 0


def _add_generate(commands: Any) -> None:
    parser = commands.add_parser("generate", help="write synthetic rows in the form of a release, marked as such")
    parser.add_argument("out", type=Path, metavar="OUT", help=".parquet, .csv, .csv.gz or .xlsx")
    parser.add_argument("--release", default="npr_fy08_fy17", metavar="ID", help="see `lawfulhold import --list-releases` (default %(default)s)")
    parser.add_argument("--rows", type=int, default=10_000, metavar="N", help="number of rows (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="the same seed gives the same rows (default %(default)s)")
    parser.add_argument("--mess", type=float, default=0.0, metavar="SHARE", help="share of rows with redactions, NA and dates as text")
    parser.add_argument("--quiet", action="store_true", help="no progress bars")
    parser.set_defaults(run=_generate)


def _generate(options: argparse.Namespace) -> int:
    from lawfulhold.errors import InputError
    from lawfulhold.tables.generator import generate
    from lawfulhold.tables.progress import bars

    if not 0 <= options.mess <= 1 or options.seed < 0:
        raise InputError("--mess is a share from 0 to 1, --seed a number from 0")
    with bars(options.quiet) as progress:
        generate(options.release, options.rows, options.out, seed=options.seed, mess=options.mess,
                 progress=lambda done: progress(options.out.name, done, options.rows))
    print(f"{options.rows:,} SYNTHETIC rows in the form of {options.release} in {options.out}", file=sys.stderr)
    return 0
