"""Duties that are done by what the desk has on record: papers given to the person, each with its moment and its proof. What asks for more is ticked off
by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any

from django.db.models import Q

from lawfulhold.desk.models import Contact, Custody, Detainer, DutyDone, Service

BY_SERVICE: dict[str, tuple[str, ...]] = {
    "a copy of the detainer": ("detainer-copy",),
    "a copy of the Form I-247A, with the notice to the detainee": ("detainer-copy",),
    "a copy of the detainer, and whether the agency intends to comply with it": ("detainer-copy", "statement-of-intent"),
    "copy of the hold, notification or transfer request, with word of whether the agency intends to comply": (
        "detainer-copy",
        "statement-of-intent",
    ),
    "copy of the request with word of the department's intention; written consent form before an interview": (
        "detainer-copy",
        "statement-of-intent",
        "interview-consent",
    ),
    "written consent form": ("interview-consent",),
    "telling the person that he or she is held on an ICE detainer": ("notice-of-hold",),
    "a copy of what was told to ICE, and in writing the reason why the agency is complying": ("notice-of-notification",),
    "the same notification in writing, to the person and to the attorney or one designated person": (
        "notice-of-notification",
    ),
}
"""What a law file calls the paper of a duty → the papers of the desk that fulfil it. A paper that the files call otherwise is ticked off by hand."""


@dataclass(frozen=True, slots=True)
class Done:
    """That a duty was done: since when, how, recorded by whom, and the keys of the proofs."""

    at: datetime
    note: str
    recorded_name: str
    proofs: tuple[Any, ...]


def by_hand(row: DutyDone) -> Done:
    """A duty that somebody ticked off."""
    return Done(row.at, row.note, row.recorded_name, (row.proof_id,) if row.proof_id else ())


def by_acts(custody: Custody, duty: dict[str, Any]) -> tuple[Done | None, list[str]]:
    """Whether the services on record fulfil a duty (as the decision lists it): how, or None; and what is still to be given once something was."""
    papers = BY_SERVICE.get(duty["paper"] or "") if duty["question"] == "notice" else None
    if papers is None:
        return None, []
    given: list[Service] = []
    lacking: list[str] = []
    for paper in papers:
        found, lacks = _notifications(custody) if paper == "notice-of-notification" else _given(custody, paper)
        given += found
        lacking += lacks
    if lacking or not given:
        return None, lacking if given else []
    names = dict.fromkeys(row.recorded_name for row in given)
    proofs = tuple(row.proof_id for row in given if row.proof_id)
    return Done(max(row.at for row in given), "; ".join(row.note for row in given), ", ".join(names), proofs), []


def _services(custody: Custody, paper: str) -> list[Service]:
    return list(Service.objects.filter(custody=custody, paper=paper).in_force().select_related("contact").order_by("at", "entry_id"))


def _given(custody: Custody, paper: str) -> tuple[list[Service], list[str]]:
    """The first service of a paper on the person for the newest live detainer, or the one that ended with the custody (the copy: of that very one)."""
    of_the_case = custody.detainers.filter(Q(live=True, state="matched") | Q(state="ended"))
    newest: Detainer | None = of_the_case.order_by("live", "received_at").last()
    rows = [row for row in _services(custody, paper) if row.given_to == "person"]
    if newest is not None and paper == "detainer-copy":
        rows = [row for row in rows if row.detainer_id == newest.pk]
    elif newest is not None and paper != "interview-consent":
        rows = [row for row in rows if row.at >= newest.received_at - timedelta(minutes=1)]
    elif newest is None and paper != "interview-consent":
        rows = []
    return (rows[:1], []) if rows else ([], [Service.PAPERS[paper]])


def _notifications(custody: Custody) -> tuple[list[Service], list[str]]:
    """The copies of each notice of the release that went to ICE: one to the person and one to the lawyer or the designated person, after the notice
    and before the next one (or naming it)."""
    sent = list(Contact.objects.filter(custody=custody, direction="out", kind="notice-of-release").in_force().order_by("at"))
    rows = _services(custody, "notice-of-notification")
    given: list[Service] = []
    lacking: list[str] = []
    for contact, following in zip_longest(sent, sent[1:]):
        copies = [row for row in rows if _is_copy_of(row, contact, following)]
        for to, words in ((("person",), "to the person"), (("lawyer", "designated"), "to the lawyer or the designated person")):
            found = [row for row in copies if row.given_to in to]
            given += found[:1]
            lacking += [] if found else [f"{Service.PAPERS['notice-of-notification']}, {words}"]
    return given, list(dict.fromkeys(lacking))


def _is_copy_of(row: Service, contact: Contact, following: Contact | None) -> bool:
    if row.contact is not None:
        return contact.pk in _with_earlier(row.contact) or row.contact.pk in _with_earlier(contact)
    return row.at >= contact.at and (following is None or row.at < following.at)


def _with_earlier(contact: Contact) -> Sequence[Any]:
    """The keys of a contact and of those that it corrects (a proof that was added later)."""
    keys, at = [], contact
    while True:
        keys.append(at.pk)
        if at.corrects is None:
            return keys
        at = at.corrects
