"""What the docket's chain does not cover by itself: things kept under their own hash, looks under their seal, and where cases and detainers stand.

The columns that say where a thing stands follow from records, and the rules of the desk read them: one that was changed by hand must be found.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from lawfulhold.desk.models import (
    Agency,
    Custody,
    Decision,
    Detainer,
    DetainerEvent,
    Document,
    Entry,
    FactSheet,
    Finding,
    LawText,
    LawVersion,
    Look,
    Release,
    Service,
    Transfer,
)
from lawfulhold.desk.services import decisions, docket, facts, looks, standing

Say = Callable[[int | None, str], None]
_BY_CLOCK = ({"release-pending", "release-due"}, {"screening", "waiting"})
"""States that pass into each other by the clock or by a decision, without a record of their own."""
_FROM_DECISION = ("sheet_id", "decision_id", "law_id", "hold_answer", "notify_answer", "transfer_answer", "missing")


def kept_under_hashes(agency: Agency, put_to_law: dict[str, str], fault: Say) -> None:
    """Findings, fact sheets, texts of the law and papers against their hashes. `put_to_law`: decision → hash of its facts, as entered."""
    findings = Finding.objects.filter(pk__in=Decision.objects.filter(agency=agency).values("finding"))
    for finding in findings.iterator(chunk_size=500):
        if hashlib.sha256(docket.canonical(finding.answers)).hexdigest() != finding.digest:
            fault(None, f"the finding {finding.digest[:12]} of the law was changed after it was written")
    digests = dict(FactSheet.objects.filter(custody__agency=agency).values_list("pk", "digest"))
    for pk, sheet in Decision.objects.filter(agency=agency).values_list("pk", "sheet_id").iterator(chunk_size=2_000):
        if str(pk) in put_to_law and digests.get(sheet) != put_to_law[str(pk)]:
            fault(None, f"the sheet of decision {pk} is not the one that was put to the law")
    for row in FactSheet.objects.filter(custody__agency=agency, facts__isnull=False).iterator(chunk_size=2_000):
        if facts.digest_of(row.facts) != row.digest:
            fault(None, f"the facts of sheet {row.pk} were changed after they were put to the law")
    names = {
        digest
        for version in LawVersion.objects.filter(agency=agency)
        for digest in {**version.files, **version.policy_files}.values()
    }
    texts = dict(LawText.objects.filter(pk__in=names).values_list("digest", "content"))
    for digest in sorted(names):
        if digest not in texts:
            fault(None, f"the text {digest[:12]} of an adopted law is gone")
        elif hashlib.sha256(texts[digest].encode()).hexdigest() != digest:
            fault(None, f"the text {digest[:12]} of an adopted law was changed")
    for document in Document.objects.filter(agency=agency, purged_at__isnull=True).iterator(chunk_size=10):
        if document.content is None:
            fault(None, f"the content of document {document.pk} is gone though it was never purged")
        elif hashlib.sha256(bytes(document.content)).hexdigest() != document.sha256:
            fault(None, f"the content of document {document.pk} is not what was filed")


def looks_under_seals(agency: Agency, fault: Say) -> None:
    """The looks at records against the seals over them in the docket."""
    for entry in Entry.objects.filter(agency=agency, kind="looks-sealed", content__isnull=False).order_by("sequence"):
        rows = list(Look.objects.filter(agency=agency, seal=entry).order_by("pk"))
        if (len(rows), looks.digest_of(rows)) != (entry.content["count"], entry.content["sha256"]):
            fault(entry.sequence, "the looks at records that it seals were changed, taken away or added to")


def detainers_as_recorded(agency: Agency, fault: Say) -> None:
    """Every detainer stands where its events, services and case say."""
    events: dict[Any, set[tuple[str, Any, Any]]] = {}
    for pk, *event in DetainerEvent.objects.filter(agency=agency).values_list("detainer", "kind", "at", "custody_id"):
        events.setdefault(pk, set()).add(tuple(event))
    served = set(
        Service.objects.filter(agency=agency, paper="detainer-copy", given_to="person").values_list("detainer", "at")
    )
    closed = _closed(agency)
    for row in Detainer.objects.filter(agency=agency).iterator(chunk_size=2_000):
        known = events.get(row.pk, set())
        kinds = {kind for kind, _, _ in known}
        wrong = []
        if row.served_at is not None and (row.pk, row.served_at) not in served:
            wrong.append("served")
        if row.cancelled_at is not None and ("cancelled", row.cancelled_at) not in {event[:2] for event in known}:
            wrong.append("cancelled")
        if row.state in _BY_EVENT and row.state not in kinds:
            wrong.append(f"state {row.state}")
        if row.state == "ended" and row.custody_id not in closed:
            wrong.append("state ended")
        if row.state == "matched" and ("matched", row.custody_id) not in {(kind, of) for kind, _, of in known}:
            wrong.append("the case it is on")
        if row.live is (row.state in _NOT_LIVE):
            wrong.append("live")
        if wrong:
            fault(None, f"detainer {row.pk} does not stand where its records say: {', '.join(wrong)}")


_BY_EVENT = ("matched", "after-release", "returned", "cancelled", "replaced", "duplicate")
_NOT_LIVE = ("after-release", "returned", "cancelled", "replaced", "duplicate", "ended")


def _closed(agency: Agency) -> set[Any]:
    """The cases that a release or a transfer has closed."""
    released = Release.objects.filter(agency=agency).in_force().values_list("custody_id", flat=True)
    gone = Transfer.objects.filter(agency=agency).in_force().exclude(to="court").values_list("custody_id", flat=True)
    return {*released, *gone}


def cases_as_recorded(agency: Agency, fault: Say) -> None:
    """Every open case stands where its records say, and every other one was closed by a release or a transfer."""
    now, closed = timezone.now(), _closed(agency)
    shut = Custody.objects.filter(agency=agency, open=False, purged_at__isnull=True)
    for pk, number in shut.values_list("pk", "number").iterator(chunk_size=2_000):
        if pk not in closed:
            fault(None, f"case {number} is closed though no release or transfer is on record")
    opened = Custody.objects.filter(agency=agency, open=True).select_related("decision__law", "agency")
    for custody in opened.iterator(chunk_size=500):
        worked_out = copy.copy(custody)
        standing.work_out(worked_out, now)
        wrong = [
            name
            for name in (Custody._meta.get_field(name).attname for name in custody.standing)
            if name not in ("version", "state", *_FROM_DECISION) and getattr(custody, name) != getattr(worked_out, name)
        ]
        pair = {custody.state, worked_out.state}
        if len(pair) == 2 and pair not in _BY_CLOCK:
            wrong.append("state")
        latest = Decision.objects.filter(custody=custody).order_by("-number").first()
        if latest is not None:
            decisions.set_answers(worked_out, latest)
            wrong += [name for name in _FROM_DECISION if getattr(custody, name) != getattr(worked_out, name)]
        if wrong:
            fault(None, f"case {custody.number} does not stand where its records say: {', '.join(wrong)}")

