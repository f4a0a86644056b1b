"""Reading papers by machine, in the background and in a process of its own: what is read is proposed, a person confirms or corrects it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import transaction

from lawfulhold.desk.errors import Invalid, NotFound, RuleOfTheDesk
from lawfulhold.desk.models import Document, PaperPage, PaperReading
from lawfulhold.desk.services import docket, documents, work
from lawfulhold.desk.services.acting import By
from lawfulhold.sources.forms import FormError
from lawfulhold.sources.forms.shown import show_form

IN_MEMORY = Path("/dev/shm")  # nosec B108
"""A folder in memory, where the system has one: no plain copy of a paper on a disk."""


def receive(by: By, content: bytes, name: str) -> PaperReading:
    """Keep a paper that came in, and have it read. The same file again, while it still waits, is the same paper.

    Raises `Invalid` for a file that is no paper.
    """
    by.must("intake")
    paper = documents.document(content, name, "received")
    with transaction.atomic():
        docket.chain_head(by.agency)
        found = PaperReading.objects.filter(
            agency=by.agency, document__sha256=paper.sha256, at_intake=True, state__in=PaperReading.OPEN
        ).first()
        if found is not None:
            return found
        docket.enter(by, "paper-received", "A paper was received. It is kept, and read by machine.", paper)
        row = PaperReading.objects.create(
            agency=by.agency, document=paper, at_intake=True, asked_at=by.at, asked_name=by.name
        )
        _plan(by, row)
    return row


def ask(by: By, document: Document) -> PaperReading:
    """Have a paper on file read (again). Returns its reading, which waits until it was done."""
    by.must("read")
    if document.purged_at is not None:
        raise NotFound("This paper was purged after its retention time.")
    with transaction.atomic():
        row, new = PaperReading.objects.select_for_update().get_or_create(
            document=document, defaults={"agency": by.agency, "asked_at": by.at, "asked_name": by.name}
        )
        if not new:
            if row.state == "waiting" and row.asked_at > by.at - work.STALE:
                return row
            row.state = row.state if row.done_at else "waiting"
            row.asked_at, row.asked_name = by.at, by.name
            row.save(update_fields=["state", "asked_at", "asked_name"])
        _plan(by, row)
    return row


def _plan(by: By, row: PaperReading) -> None:
    key = f"read-paper:{row.pk}:{row.asked_at.isoformat()}"
    work.plan(by.agency, "read-paper", key, by.at, {"reading": str(row.pk)}, at=by.at)


@work.handles("read-paper", "batches", lane="papers")
def read(by: By, payload: dict[str, Any]) -> str | None:
    """Read one paper. A paper that cannot be read is marked so, with the reason; it is then typed beside its picture."""
    row = PaperReading.objects.filter(pk=payload["reading"]).select_related("document").first()
    if row is None or row.document.content is None:
        return "the paper is gone"
    content, state, says, form = bytes(row.document.content), "read", "", ""
    found: dict[str, Any] | None = None
    pages: list[PaperPage] = []
    try:
        with tempfile.TemporaryDirectory(dir=IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else None) as folder:
            path = Path(folder) / "paper"
            path.touch(mode=0o600)
            path.write_bytes(content)
            shown = show_form(path, "paper")
    except FormError as error:
        state, says = "unreadable", f"The paper {error.what}."
    else:
        found = {
            "reading": shown.reading.as_json() if shown.reading else None,
            "lines": {str(page.number): list(page.lines) for page in shown.pages},
            "more": shown.more,
        }
        pages = [
            PaperPage(reading=row, number=page.number, width=page.width, height=page.height, picture=page.picture)
            for page in shown.pages
        ]
        if shown.reading is None:
            state, says = "unreadable", f"The paper {shown.why}."
        else:
            form = shown.reading.form
    with transaction.atomic():
        now = PaperReading.objects.select_for_update().get(pk=row.pk)
        now.state = now.state if now.done_at else state
        now.form, now.found, now.says, now.read_at = form, found, says[:500], by.at
        now.save(update_fields=["state", "form", "found", "says", "read_at"])
        now.pages.all().delete()
        PaperPage.objects.bulk_create(pages)
    return f"{state}, {form or 'no known form'}"


def reading_of(by: By, reading_id: Any) -> PaperReading:
    """A reading of this agency. Raises `NotFound`."""
    row = PaperReading.objects.filter(agency=by.agency, pk=reading_id).select_related("document").first()
    if row is None or row.document.purged_at is not None:
        raise NotFound("There is no such paper in this agency.")
    return row


def waiting(by: By) -> list[PaperReading]:
    """Papers that came in and are neither registered nor set aside, the oldest first."""
    rows = PaperReading.objects.filter(agency=by.agency, at_intake=True, state__in=PaperReading.OPEN)
    return list(rows.select_related("document").defer("found", "document__content").order_by("asked_at")[:100])


def done(by: By, row: PaperReading, state: str, says: str, **more: Any) -> None:
    """The paper is done with, once: what became of it goes into the docket. Raises `RuleOfTheDesk` when somebody else was first."""
    with transaction.atomic():
        docket.chain_head(by.agency)
        open_rows = PaperReading.objects.filter(pk=row.pk, state__in=PaperReading.OPEN)
        if open_rows.update(state=state, done_at=by.at) != 1:
            raise RuleOfTheDesk(
                "paper-done", "Somebody else has registered this paper, or set it aside, meanwhile.",
                advice="Look at the register before you go on.",
            )
        docket.enter(by, f"paper-{state}", says, document=str(row.document_id), **more)


def compared(by: By, row: PaperReading, what: str, as_read: Sequence[str], corrected: Sequence[str]) -> None:
    """The same for a paper that was done with before."""
    docket.enter(
        by, "paper-used", _compared(what, as_read, corrected), document=str(row.document_id),
        confirmed=sorted(as_read), corrected=sorted(corrected),
    )


def _compared(what: str, as_read: Sequence[str], corrected: Sequence[str]) -> str:
    return f"{what} registered from its paper: {len(as_read)} fields as read by machine and confirmed, {len(corrected)} corrected."


def confirmed(by: By, row: PaperReading, what: str, as_read: Sequence[str], corrected: Sequence[str]) -> None:
    """A person compared what was read with the paper: which fields stood as read, which were corrected. Never the values."""
    done(by, row, "used", _compared(what, as_read, corrected), confirmed=sorted(as_read), corrected=sorted(corrected))


def set_aside(by: By, row: PaperReading, reason: str) -> None:
    """The paper is nothing to register: it stays on file, with the reason."""
    by.must("intake")
    if not reason.strip():
        raise Invalid("Say why it is set aside.", field="reason")
    done(by, row, "set-aside", f"A received paper was set aside: {reason.strip()[:300]}")
