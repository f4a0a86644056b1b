"""The drop folder of an agency: `in`, `done` and `refused`, with a report beside each file.

A file is read whole. Each row is done once under a key made of the file's content and the row's number, in one
transaction with its docket entry. After a kill at any moment the file still lies in `in` and is done again: the rows
that were done give the same answer, the others go on. The file is moved last.
"""

from __future__ import annotations

import csv
import fcntl
import hashlib
import io
import logging
import os
import re
import stat
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import OperationalError

from lawfulhold.desk.api.text import neutral
from lawfulhold.desk.drop import tables
from lawfulhold.desk.errors import DeskError, Invalid, RuleOfTheDesk
from lawfulhold.desk.models import Agency
from lawfulhold.desk.roles import PROGRAMS
from lawfulhold.desk.services import alerts, docket, idempotency
from lawfulhold.desk.services.acting import By

log = logging.getLogger(__name__)
LARGEST = 20_000_000
SETTLED = 3.0
"""Seconds for which a file must not have changed: one that is still being written is left alone."""
KEPT_DAYS = 7
HEADER = ("row", "outcome", "case", "column", "reason", "what to do")
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,120}\.csv$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one row."""

    row: int
    outcome: str
    case: str = ""
    column: str = ""
    reason: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one file."""

    name: str
    taken: bool
    counts: dict[str, int]
    report: Path


def place_of(agency: Agency) -> Path:
    """The agency's folder, made when it is not there; only its owner can read it."""
    place = Path(settings.DESK_DROP_FOLDER) / agency.slug
    for name in ("in", "done", "refused"):
        (place / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def sweep(now: datetime, agency: Agency | None = None) -> list[Done]:
    """Do the files of every agency (or of one) that lie there whole."""
    if not Path(settings.DESK_DROP_FOLDER).is_dir():
        return []
    found = []
    for each in [agency] if agency is not None else Agency.objects.all():
        place = Path(settings.DESK_DROP_FOLDER) / each.slug
        if not (place / "in").is_dir():
            continue
        with _alone(place) as alone:
            if alone:
                _forget(place)
                found += [done for path in _waiting(place) if (done := _one(each, place, path, now)) is not None]
    return found


@contextmanager
def _alone(place: Path) -> Iterator[bool]:
    """Whether this process is the only one at the folder."""
    with (place / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


def _waiting(place: Path) -> list[Path]:
    """Files that have settled, bookings first, then by their age."""
    order = {name: number for number, name in enumerate(tables.KINDS)}
    found = []
    for path in (place / "in").iterdir():
        try:
            status = path.lstat()
        except OSError:
            continue
        if path.suffix.lower() == ".csv" and time.time() - status.st_mtime >= SETTLED:
            rank = min((order[name] for name in order if path.name.lower().startswith(name)), default=99)
            found.append((rank, status.st_mtime, path.name, path))
    return [path for *_, path in sorted(found)]


def _one(agency: Agency, place: Path, path: Path, now: datetime) -> Done | None:
    by = By(agency, None, f"drop folder ({path.name[:120]})", PROGRAMS, now)
    digest = hashlib.sha256(path.name.encode("utf-8", "surrogateescape")).hexdigest()
    try:
        content = _read(path)
        digest = hashlib.sha256(content).hexdigest()
        kind = tables.kind_of(path.name)
        rows = tables.rows_of(content, kind)
    except DeskError as error:
        return _finish(
            by,
            place,
            path,
            digest,
            [Line(0, "refused", column=error.field or "", reason=error.says, advice=error.advice)],
            taken=False,
        )
    except OSError as error:
        log.warning("drop folder: %s: %s", path.name, error.strerror)
        return None
    try:
        lines = [_row(by, kind, digest, number, row) for number, row in rows]
    except OperationalError:
        log.warning("drop folder: the database is busy; %s is gone on with later", path.name)
        return None
    return _finish(by, place, path, digest, lines, taken=True)


def _read(path: Path) -> bytes:
    """The file's content, read whole. Raises `Invalid` for one that is no plain file, too large or badly named."""
    if not _NAME.match(path.name):
        raise Invalid("The name of a file has letters, digits, blanks, dots, hyphens, and ends in .csv.")
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK) if not path.is_symlink() else -1
    if descriptor < 0:
        raise Invalid("That is a link, not a file.")
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Invalid("That is not a plain file.")
        if status.st_size > LARGEST:
            raise Invalid(f"The file is larger than {LARGEST // 1_000_000} MB.", advice="Split it.")
        content = file.read(LARGEST + 1)
    if not content.strip():
        raise Invalid("The file is empty.")
    return content


def _row(by: By, kind: tables.Kind, digest: str, number: int, row: dict[str, str]) -> Line:
    try:
        case, given = tables.given(kind, row, by.zone)
        result, _ = idempotency.once(
            by, f"drop:{digest[:48]}:{number}", {"row": row}, lambda: kind.act(by, case, given)
        )
    except RuleOfTheDesk as error:
        if error.rule == "booking-once":
            return Line(number, "there already", reason=error.says)
        return Line(number, "refused", column=error.field or "", reason=error.says, advice=error.advice)
    except DeskError as error:
        return Line(number, "refused", column=error.field or "", reason=error.says, advice=error.advice)
    return Line(number, "accepted", case=str(result.get("number") or result.get("id") or ""))


def _finish(by: By, place: Path, path: Path, digest: str, lines: list[Line], *, taken: bool) -> Done:
    """Note the file in the docket, write the report, and move the file last."""
    counts = dict(Counter(line.outcome for line in lines))
    says = ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) if taken else lines[0].reason
    words = f"File {neutral(path.name)[:120]}: {says or 'no rows'}"

    def noted() -> dict[str, str]:
        docket.enter(by, "drop-file", words[:500], sha256=digest, counts=counts, taken=taken)
        if not taken or counts.get("refused"):
            alerts.alert(by, None, "work", f"drop:{digest[:48]}", f"{words}. See the report."[:500], "warn", "clerk")
        return {"says": words[:500]}

    idempotency.once(by, f"drop:{digest[:48]}:file:{int(taken)}", {"sha256": digest}, noted)
    folder = place / ("done" if taken else "refused")
    stem = re.sub(r"[^A-Za-z0-9._-]", "_", path.name)[:100].removesuffix(".csv")
    report = folder / f"{stem}.{digest[:12]}.report.csv"
    _write(report, lines)
    os.replace(path, folder / f"{stem}.{digest[:12]}.csv")
    for each in (folder, path.parent):
        _settle(each)
    return Done(path.name, taken, counts, report)


def _write(path: Path, lines: list[Line]) -> None:
    """The report, whole or not at all; no cell of it is run by a spreadsheet."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(HEADER)
    for line in lines:
        cells = (line.row or "", line.outcome, line.case, line.column, line.reason, line.advice)
        writer.writerow([neutral(cell) for cell in cells])
    temporary = path.with_suffix(".part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(text.getvalue().encode("utf-8-sig"))
        file.flush()
        os.fsync(descriptor)
    os.replace(temporary, path)


def _settle(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _forget(place: Path) -> None:
    """Files that were done hold names in plain text: they go after a week, and so do the reports beside them."""
    for path in [*(place / "done").iterdir(), *(place / "refused").iterdir()]:
        try:
            if time.time() - path.lstat().st_mtime > KEPT_DAYS * 86_400:
                path.unlink()
        except OSError:
            continue
