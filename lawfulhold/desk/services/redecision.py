"""Deciding every open case again: after counsel adopted a version of the law, and on a day on which the law changes by its own dates.

It goes in batches, each a transaction of its own, over the cases that are not decided under the version in force: so it goes on where it stopped, and
other people write in between. Facts did not change, so the kept sheets are put to the law as they are: read and decided first, by a second process
(`deciding.Beside`) where there are many, and written only if nothing changed meanwhile.
"""

from __future__ import annotations

import os
import uuid
from collections import Counter, deque
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import TextField
from django.db.models.functions import Cast

from lawfulhold.desk.encryption import EncryptedJSON
from lawfulhold.desk.errors import Invalid
from lawfulhold.desk.models import Agency, Alert, CounselRequest, Custody, Decision, Finding, LawVersion, PersonDetails
from lawfulhold.desk.services import alerts, consequences, deciding, decisions, docket, facts, law, standing, work
from lawfulhold.desk.services.acting import By
from lawfulhold.rules.decide import Decision as Ruling
from lawfulhold.rules.decide import book_of

BATCH = 500
_NEEDED = ("number", "release_due_at", "live_detainers", "counsel_asked", "hold_id", "decision_id", "sheet_id")
NEAR = timedelta(hours=48)
"""A changed answer to a case that is released sooner than this gets an alert of its own; the others stand in the list of what changed."""


@dataclass
class Result:
    """What deciding again came to: how many cases, how many answers changed and from what to what, the cases to look at."""

    decided: int = 0
    changed: int = 0
    by_change: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)

    def says(self) -> str:
        """In a sentence."""
        told = "; ".join(f"{what}: {count}" for what, count in self.by_change.most_common(6))
        failed = f"; {len(self.failed)} could not be decided ({', '.join(self.failed[:3])})" if self.failed else ""
        return f"{self.decided} open cases decided again, {self.changed} answers changed{f' ({told})' if told else ''}{failed}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A case as it was read to be decided: its kept facts, still encrypted, the moment for which the law is asked, and the decision until now."""

    case: uuid.UUID
    number: str
    sheet: uuid.UUID
    digest: str
    sealed_facts: str | None
    asked_for: datetime
    before: decisions.Before


@dataclass(frozen=True, slots=True)
class Ready:
    """A decision ready to be written, with its entry; `content` as in `decisions.finding_of`."""

    row: Decision
    entry: docket.Sealed
    content: dict[str, Any] | None


Answers = dict[uuid.UUID, Ready | str]
"""The decision of each case, or why it could not be decided."""


def answers(agency: Agency, version: LawVersion, asked: Sequence[Asked]) -> Answers:
    """Decide these cases under a version of the law. Writes nothing.

    Each step is taken for all of them before the next one: what a step needs stays in the processor's caches.
    """
    found: Answers = {}
    stored = EncryptedJSON()
    known = [stored.from_db_value(one.sealed_facts, None, None) or {} for one in asked]
    decided: list[tuple[Asked, Ruling]] = []
    for one, known_facts in zip(asked, known, strict=True):
        try:
            decided.append((one, decisions.ask(agency, version, known_facts, one.asked_for, one.number)))
        except Invalid as error:
            found[one.case] = error.says
    findings = [decisions.finding_of(answered) for _, answered in decided]
    rows = [
        decisions.made(one.case, one.before, version, one.sheet, answered, digest, one.asked_for, "law")
        for (one, answered), (digest, _) in zip(decided, findings, strict=True)
    ]
    for (one, _), (digest, content), row in zip(decided, findings, rows, strict=True):
        more = {"facts": one.digest, "finding": digest}
        sealed = docket.seal(docket.Writing("decision", decisions.sentence(row), [row], more=more))
        found[one.case] = Ready(row, sealed, content)
    return found


def run(by: By, *, most_batches: int | None = None) -> Result:
    """Decide every open case that is not decided under the adopted version. Returns what changed. Stops when counsel adopts another one meanwhile:
    that adoption has its own run.

    With many cases a second process decides the next batch while this one writes the last.
    """
    result = Result()
    by.agency.refresh_from_db(fields=["law"])
    version = by.agency.law
    if version is None:
        return result
    law.law_of(version)
    _first_decisions(by, result)
    skipped: set[uuid.UUID] = set()
    batches = 0
    while waiting := [pk for pk in _waiting(by, version) if pk not in skipped]:
        parts = deque(waiting[start : start + BATCH] for start in range(0, len(waiting), BATCH))
        with ExitStack() as stack:
            beside = stack.enter_context(deciding.Beside()) if len(parts) > 2 and (os.cpu_count() or 1) > 1 else None
            while parts or (beside is not None and beside.busy):
                if most_batches is not None and batches >= most_batches:
                    return result
                asked, found = _next(by, version, parts, beside)
                if not _write(by, version, asked, found, result, skipped):
                    return result
                batches += 1
    return result


def _first_decisions(by: By, result: Result) -> None:
    """The cases whose detainer was matched before the agency had adopted any law."""
    rows = Custody.objects.filter(agency=by.agency, open=True, decision__isnull=True, live_detainers__gt=0)
    for pk, number in list(rows.values_list("pk", "number")):
        try:
            with transaction.atomic():
                docket.chain_head(by.agency)
                custody = Custody.objects.select_for_update(of=("self",)).get(pk=pk)
                if custody.open and custody.decision_id is None:
                    standing.refresh(by, custody)
                    result.decided += custody.decision_id is not None
        except Invalid as error:
            result.failed.append(f"{number}: {error.says}")


def _waiting(by: By, version: LawVersion) -> list[uuid.UUID]:
    """The open cases that are not decided under this version, those that are released first before the others."""
    rows = Custody.objects.filter(agency=by.agency, open=True, decision__isnull=False, sheet__isnull=False)
    rows = rows.exclude(law=version)
    return list(rows.order_by("release_due_at", "pk").values_list("pk", flat=True))


def _next(
    by: By, version: LawVersion, parts: deque[list[uuid.UUID]], beside: deciding.Beside | None
) -> tuple[list[Asked], Answers]:
    """The next batch with its answers: from the other process when it has them, else decided here."""
    found: Answers | None = None
    if beside is not None and beside.busy and (beside.ready() or not parts):
        asked, found = beside.take()
    else:
        asked = _read(by, parts.popleft())
    while beside is not None and parts and beside.wants():
        beside.give(by.agency, version, _read(by, parts.popleft()))
    return asked, answers(by.agency, version, asked) if found is None else found


def _read(by: By, cases: Sequence[uuid.UUID]) -> list[Asked]:
    rows = Custody.objects.filter(pk__in=cases).annotate(sealed_facts=Cast("sheet__facts", TextField()))
    before = [f"decision__{name}" for name in decisions.Before._fields]
    return [
        Asked(pk, number, sheet, digest, sealed, facts.asked_moment(due, by.at), decisions.Before(*decision))
        for pk, number, sheet, digest, sealed, due, *decision in rows.values_list(
            "pk", "number", "sheet_id", "sheet__digest", "sealed_facts", "release_due_at", *before
        )
    ]


def _write(
    by: By, version: LawVersion, asked: Sequence[Asked], found: Answers, result: Result, skipped: set[uuid.UUID]
) -> bool:
    """Write the decisions of one batch, in one transaction. A case that was decided or whose facts or release changed since it was read is decided
    anew, here. Writes nothing and returns False when this version is no longer the agency's."""
    read = {one.case: one for one in asked}
    with transaction.atomic():
        docket.chain_head(by.agency)
        if not Agency.objects.filter(pk=by.agency.pk, law=version).exists():
            return False
        rows = (
            Custody.objects.select_for_update(of=("self",))
            .filter(agency=by.agency, open=True, pk__in=read)
            .exclude(law=version)
        )
        writings: list[docket.Writing] = []
        alerted: list[docket.Writing] = []
        findings: dict[str, dict[str, Any] | None] = {}
        made: list[tuple[Custody, Decision]] = []
        careful: list[Custody] = []
        unsettled: list[tuple[Custody, Decision]] = []
        for custody in rows.only(*_NEEDED).order_by("release_due_at", "pk"):
            one, ready = read[custody.pk], found[custody.pk]
            asked_for = facts.asked_moment(custody.release_due_at, by.at)
            if (one.sheet, one.before.pk, one.asked_for) != (custody.sheet_id, custody.decision_id, asked_for):
                ready = answers(by.agency, version, _read(by, [custody.pk]))[custody.pk]
            if isinstance(ready, str):
                skipped.add(custody.pk)
                result.failed.append(f"{custody.number}: {ready}")
                continue
            row = ready.row
            findings[row.finding_id] = ready.content or findings.get(row.finding_id)
            made.append((custody, row))
            writings.append(docket.Writing("decision", "", [row], custody, sealed=ready.entry))
            if row.changes:
                result.changed += 1
                result.by_change.update(f"{item['question']} {item['from']} → {item['to']}" for item in row.changes)
            near = custody.release_due_at is not None and custody.release_due_at < by.at + NEAR
            asks = row.hold == "unsettled" and custody.live_detainers and not custody.counsel_asked
            if custody.hold_id is not None or (near and asks):
                careful.append(custody)
                continue
            if row.changes and near:
                changed = Alert(custody_id=custody.pk, **consequences.changed(custody, row))
                alerted.append(docket.Writing("alert", changed.says, [changed], custody))
            if asks:
                unsettled.append((custody, row))
        _keep(findings, made)
        docket.enter_many(by, [*writings, *alerted])
        _point_to(made)
        for custody in careful:
            _consequences(by, Custody.objects.select_related("hold", "decision").get(pk=custody.pk))
        _ask_counsel(by, unsettled)
        result.decided += len(made)
    return True


def _keep(found: dict[str, dict[str, Any] | None], made: list[tuple[Custody, Decision]]) -> None:
    """Keep the findings. One that was written out before may be missing in the database (a batch rolled back): it is written again."""
    findings = {digest: content for digest, content in found.items() if content is not None}
    wanted = set(found) - set(findings)
    missing = wanted - set(Finding.objects.filter(digest__in=wanted).values_list("digest", flat=True))
    for custody, row in made:
        if row.finding_id in missing:
            assert custody.sheet is not None
            anew = decisions.ask(row.law.agency, row.law, custody.sheet.facts or {}, row.asked_for, custody.number)
            findings[row.finding_id] = decisions.rewritten(anew)
            missing.discard(row.finding_id)
    decisions.keep_findings(findings)


def _point_to(made: list[tuple[Custody, Decision]]) -> None:
    """The cases show their new decisions: one statement, whatever the size of the batch."""
    if not made:
        return
    keys = [row.pk.hex if connection.vendor == "sqlite" else row.pk for _, row in made]
    marks = ", ".join(["%s"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE desk_custody SET decision_id = d.id, law_id = d.law_id, hold_answer = d.hold, notify_answer = d.notify, "
            "transfer_answer = d.transfer, missing = d.missing, version = desk_custody.version + 1 "
            f"FROM desk_decision AS d WHERE d.id IN ({marks}) AND desk_custody.id = d.custody_id",  # nosec B608: marks only
            keys,
        )
        if cursor.rowcount != len(made):
            raise RuntimeError(f"{cursor.rowcount} of {len(made)} cases took up their decision")


def _consequences(by: By, custody: Custody) -> None:
    """The cases that cannot wait: a hold runs, or the release is near and the answer changed."""
    assert custody.decision is not None
    held = custody.hold_id is not None
    consequences.of_decision(by, custody, custody.decision, custody.decision.supersedes)
    if held:
        standing.work_out(custody, by.at)
        custody.save(update_fields=list(custody.standing))
    elif not custody.counsel_asked and custody.hold_answer == "unsettled" and custody.live_detainers:
        custody.counsel_asked = True
        custody.save(update_fields=["counsel_asked"])


def _ask_counsel(by: By, cases: list[tuple[Custody, Decision]]) -> None:
    """The law does not settle these under the new version: each is put to counsel, who hears of all of them at once."""
    rows = [
        CounselRequest(
            custody_id=custody.pk,
            why="unsettled",
            asks=consequences.UNSETTLED,
            due_at=custody.release_due_at,
            decision_id=row.pk,
        )
        for custody, row in cases
    ]
    docket.enter_many(
        by,
        [
            docket.Writing("counsel-asked", f"Counsel was asked: {request.asks}", [request], custody)
            for request, (custody, _) in zip(rows, cases, strict=True)
        ],
    )
    Custody.objects.filter(pk__in=[custody.pk for custody, _ in cases]).update(counsel_asked=True)


@work.handles("redecide", "batches", lane="law")
def redecide(by: By, payload: dict[str, Any]) -> str | None:
    """After an adoption: decide again, then say what changed."""
    by.agency.refresh_from_db(fields=["law"])
    if str(by.agency.law_id) != payload["law"]:
        return "a later version has been adopted since"
    result = run(by)
    says = result.says()
    if alerts.alert(
        by, None, "changed", f"redecided:{payload['law']}", f"New version of the law: {says}.", "warn", "supervisor"
    ):
        docket.enter(
            by,
            "redecided",
            f"New version of the law: {says}.",
            law=payload["law"],
            decided=result.decided,
            changed=result.changed,
            by_change=dict(result.by_change),
        )
        waiting = CounselRequest.objects.filter(agency=by.agency, why="unsettled", answered_at__isnull=True).count()
        if waiting:
            told = f"New version of the law: {waiting} cases wait for counsel, since the law does not settle whether they may be held."
            alerts.alert(by, None, "counsel", f"unsettled:{payload['law']}", told, "warn", "counsel")
    return says


def changes_on(agency: Agency, day: date) -> bool:
    """Does the law of the agency's place change on this day by its own dates?"""
    if agency.law is None:
        return False
    adopted = law.law_of(agency.law)
    place = law.asked_place(agency, agency.law)
    return day in book_of(adopted, place, adopted.agencies.kind(agency.kind)).starts


@work.handles("redecide-day", "batches", lane="law")
def redecide_day(by: By, payload: dict[str, Any]) -> str | None:
    """On a day on which the law changes by its own dates: every open case is decided again."""
    if not changes_on(by.agency, date.fromisoformat(payload["day"])):
        return "the law does not change on this day"
    every = Custody.objects.filter(agency=by.agency, open=True, decision__isnull=False).values_list("pk", flat=True)
    return f"the law changes on this day: {_again(by, list(every))}"


@work.handles("redecide-facts", "batches", lane="law")
def redecide_facts(by: By, payload: dict[str, Any]) -> str | None:
    """Once a day, and after a change of the agency's settings: the open cases whose person had a birthday, or whose agency's facts are others now, are
    decided again. With `every` in the payload all of them."""
    rows = Custody.objects.filter(agency=by.agency, open=True, decision__isnull=False)
    if payload.get("every"):
        return _again(by, list(rows.values_list("pk", flat=True)))
    born = dict(
        PersonDetails.objects.filter(agency=by.agency, person__custodies__in=rows)
        .in_force()
        .order_by("entry_id")
        .values_list("person_id", "date_of_birth")
    )
    today = by.local().date()
    agency = {"kind": by.agency.kind, "name": by.agency.name, **by.agency.facts}
    other = [
        pk
        for pk, person, sheet in rows.values_list("pk", "person_id", "sheet__facts").iterator(chunk_size=2_000)
        if sheet is not None
        and (sheet.get("person", {}).get("age") != facts.age_on(today, born.get(person, "")) or _agency_differs(agency, sheet))
    ]
    return _again(by, other)


def _agency_differs(agency: dict[str, Any], sheet: dict[str, Any]) -> bool:
    """Is what the agency says of itself no longer what stands in the case? What was stated in the case itself has a source there and stays."""
    kept, sources = sheet.get("agency", {}), sheet.get("sources", {})
    names = {name for name in (*kept, *agency) if f"agency.{name}" not in sources}
    return any(kept.get(name) != agency.get(name) for name in names)


def _again(by: By, cases: Sequence[uuid.UUID]) -> str:
    """Decide these cases again where something changed, each in a transaction of its own. One whose facts contradict each other stops no other."""
    count, failed = 0, []
    for pk in cases:
        try:
            with transaction.atomic():
                docket.chain_head(by.agency)
                custody = Custody.objects.select_for_update(of=("self",)).select_related("hold").get(pk=pk)
                before = custody.decision_id
                if custody.open:
                    decisions.decide_if_changed(by, custody)
                if custody.decision_id != before:
                    standing.refresh(by, custody)
                    count += 1
        except Invalid:
            failed.append(custody.number)
    told = f"; their facts contradict each other: {', '.join(failed[:10])}" if failed else ""
    return f"{count} cases decided again{told}"


def preview(by: By, policy: str | None = None, most: int = 2_000) -> tuple[Result, list[tuple[Custody, str, str, str]]]:
    """What adopting the shipped law (with this policy) would change for the open cases, before counsel signs: counts, and (case, question, from, to) of
    at most 200 of them. Writes nothing."""
    import tempfile
    from pathlib import Path

    from lawfulhold.rules.law import Law

    text = policy if policy is not None else law.policy_text(by.agency.law) if by.agency.law else ""
    offered = law.offer(by.agency, text)
    result = Result()
    rows: list[tuple[Custody, str, str, str]] = []
    with tempfile.TemporaryDirectory() as name:
        for file, content in {**offered.files, **offered.policy}.items():
            path = Path(name) / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        proposed = Law(name)
        place = law.policy_code(by.agency) if offered.policy else by.agency.jurisdiction
        shadow = LawVersion(agency=by.agency, policy_code=place if offered.policy else "")
        from lawfulhold import decide

        for custody in Custody.objects.filter(agency=by.agency, open=True, decision__isnull=False).select_related(
            "sheet", "decision"
        )[:most]:
            assert custody.sheet is not None
            assert custody.decision is not None
            case = facts.case_of(by.agency, shadow, custody.sheet.facts or {}, _asked(custody, by.at), custody.number)
            answered = decide(case, proposed)
            result.decided += 1
            for question in ("hold", "notify", "transfer"):
                before, after = getattr(custody.decision, question), answered.answers[question].answer
                if before != after:
                    result.by_change[f"{question} {before} → {after}"] += 1
                    result.changed += 1
                    if len(rows) < 200:
                        rows.append((custody, question, before, after))
    return result, rows


def _asked(custody: Custody, at: datetime) -> datetime:
    return facts.asked_moment(custody.release_due_at, at)
