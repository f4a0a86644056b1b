"""Looks at a person's record: each is kept. An outside account sees a case only under a decision that allows it."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import transaction

from lawfulhold.desk.errors import NotAllowed, NotFound, RuleOfTheDesk
from lawfulhold.desk.models import Custody, Detainer, Document, Look
from lawfulhold.desk.roles import OUTSIDE
from lawfulhold.desk.services import decisions, docket, work
from lawfulhold.desk.services.acting import By


def look(by: By, custody_id: Any, what: str = "case") -> Custody:
    """Look at a case: returns it, and keeps who looked, when and at what. A look that is refused is kept too.

    Raises `NotFound`, or `NotAllowed` for an outside account without a decision that allows it and for a role that reads no cases.
    """
    custody = (
        Custody.objects.select_related("decision__finding", "decision__law", "facility", "hold", "person", "agency")
        .filter(agency=by.agency, pk=custody_id)
        .first()
    )
    if custody is None:
        raise NotFound("There is no such case in this agency.")
    allowed = by.role in ("program", "worker") or (by.user is not None and by.user.may("read"))
    decision = None
    if by.role == OUTSIDE:
        allowed, decision = _outside(custody)
    Look.objects.create(
        agency=by.agency,
        user=by.user,
        who=by.name,
        outside=by.user.outside if by.user else "",
        custody=custody,
        what=what[:200],
        decision=decision,
        refused=not allowed,
        at=by.at,
    )
    if not allowed:
        raise NotAllowed(
            "This account may not see this case.", advice="What the law allows ICE to be told is sent by the desk."
        )
    return custody


def _outside(custody: Custody) -> tuple[bool, Any]:
    try:
        answer = decisions.answer_to(custody, "access")
    except RuleOfTheDesk:
        return False, None
    return answer.allows and custody.live_detainers > 0, answer.decision


def paper(by: By, document: Document, what: str) -> None:
    """Look at a paper: kept with the case it is of, also where it came with a detainer that was matched later. The paper is named by its kind and
    hash, never by its title, so that a purge need not touch the looks, which are sealed.

    Raises `NotAllowed` as `look` does.
    """
    what = f"{what}: {document.kind} {document.sha256[:12]}"
    custody = document.custody_id
    if custody is None:
        custody = (
            Detainer.objects.filter(document=document, custody__isnull=False).values_list("custody_id", flat=True).first()
        )
    if custody is not None:
        look(by, custody, what)
        return
    by.must("read")
    Look.objects.create(
        agency=by.agency,
        user=by.user,
        who=by.name,
        outside=by.user.outside if by.user else "",
        what=f"{what}, on no record yet"[:200],
        at=by.at,
    )


def searched(by: By, what: str, found: int) -> None:
    """Keep a search: what kind, how many were found, never the words."""
    Look.objects.create(
        agency=by.agency,
        user=by.user,
        who=by.name,
        outside=by.user.outside if by.user else "",
        what=f"search by {what}: {found} found"[:200],
        at=by.at,
    )


@work.handles("seal-looks")
def seal(by: By, payload: dict[str, Any]) -> str | None:
    """Put a seal over the looks that have none: their hash goes into the docket."""
    with transaction.atomic():
        rows = list(Look.objects.filter(agency=by.agency, seal=None, at__lt=by.at).order_by("pk")[:50_000])
        if not rows:
            return "no looks"
        entry = docket.enter(
            by,
            "looks-sealed",
            f"{len(rows)} looks at records sealed.",
            first=rows[0].pk,
            last=rows[-1].pk,
            count=len(rows),
            sha256=digest_of(rows),
        )
        Look.objects.filter(pk__in=[row.pk for row in rows]).update(seal=entry)
    return f"{len(rows)} looks"


def digest_of(rows: list[Look]) -> str:
    """The hash over looks, in the order of their numbers."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(
            docket.canonical(
                [
                    row.pk,
                    row.user_id,
                    row.who,
                    row.outside,
                    row.custody_id,
                    row.what,
                    row.decision_id,
                    row.refused,
                    row.at,
                ]
            )
        )
    return digest.hexdigest()
