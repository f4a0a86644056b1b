"""What is known of a case, as the law's vocabulary has it: gathered from the records, kept as a sheet.

A fact that no record states is unknown. A warrant on record makes `papers.judicial_warrant` true; that there is none is known only when somebody
looked and said so.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from lawfulhold.desk.errors import Invalid
from lawfulhold.desk.models import (
    Agency,
    Charge,
    CitizenshipClaim,
    ClaimAnswer,
    Custody,
    Detainer,
    Fact,
    LawVersion,
    PersonDetails,
    ReleaseDue,
    Warrant,
)
from lawfulhold.desk.services import docket, law
from lawfulhold.desk.services.acting import By
from lawfulhold.facts.case import Case
from lawfulhold.facts.vocabulary import GROUPS, fact_names

# What the records themselves say is not typed in beside them.
FROM_RECORDS = (
    "detainer.received_at",
    "detainer.hours_since_receipt",
    "detainer.served",
    "detainer.cancelled",
    "detainer.lodged",
    "custody.releasable_at",
    "custody.hours_past_release",
    "custody.counted_hours_past_release",
    "person.citizen_claim",
    "person.age",
    "agency.kind",
    "agency.name",
)
RECORD_COMPLETE = "record_complete"


def facts_of(agency: Agency, custody: Custody, at: datetime) -> dict[str, Any]:
    """The facts of a case as plain data of a case file (without date and place)."""
    zone = ZoneInfo(agency.timezone)
    found: dict[str, dict[str, Any]] = {
        "detainer": {},
        "papers": {},
        "custody": {"stage": "prison" if agency.kind == "state-corrections" else "jail"},
        "person": {},
        "request": {},
    }
    sources: dict[str, str] = {}
    _detainer(custody, found["detainer"], zone)
    _papers(custody, found["papers"], sources)
    _release(custody, found["custody"], zone, at)
    _person(custody, found["person"], at.astimezone(zone).date(), sources)
    data: dict[str, Any] = {"agency": {"kind": agency.kind, "name": agency.name, **agency.facts}}
    charges = [
        item
        for item in Charge.objects.filter(custody=custody).in_force().order_by("entry_id", "external_id", "id")
        if not item.withdrawn
    ]
    if charges:
        data["charges"] = [item.facts for item in charges]
    for fact in Fact.objects.filter(custody=custody).in_force().order_by("entry_id"):
        if fact.name == RECORD_COMPLETE:
            data[RECORD_COMPLETE] = fact.value
        else:
            group, _, name = fact.name.partition(".")
            target = data["agency"] if group == "agency" else found.setdefault(group, {})
            if name in target and target[name] != fact.value and fact.name not in sources:
                target[name] = fact.value
            target.setdefault(name, fact.value)
        if fact.value is not None:
            sources.setdefault(
                fact.name, f"{fact.source} ({fact.recorded_name}, {fact.recorded_at.astimezone(zone):%Y-%m-%d %H:%M})"
            )
    for group, values in found.items():
        known = {name: value for name, value in values.items() if value is not None}
        if known:
            data[group] = known
    data["agency"] = {name: value for name, value in data["agency"].items() if value is not None}
    if data.get(RECORD_COMPLETE) is None:
        data.pop(RECORD_COMPLETE, None)
    if sources:
        data["sources"] = sources
    return data


def _detainer(custody: Custody, found: dict[str, Any], zone: ZoneInfo) -> None:
    every = Detainer.objects.filter(custody=custody).order_by("received_at", "entry_id")
    live = [item for item in every if item.live and item.state == "matched"]
    if not live:
        cancelled = [item for item in every if item.cancelled_at]
        found["lodged"] = False
        if cancelled:
            found.update(form=cancelled[-1].form, cancelled=True)
        return
    newest = live[-1]
    found.update(newest.facts)
    found.update(
        form=newest.form,
        edition=newest.edition or None,
        received_at=newest.received_at.astimezone(zone).isoformat(timespec="minutes"),
        served=newest.served_at is not None,
        identity_matches=True,
    )
    if newest.form not in ("I-247N", "I-247G"):
        found["lodged"] = True
    found.setdefault("notice_requested", True)


def _papers(custody: Custody, found: dict[str, Any], sources: dict[str, str]) -> None:
    for warrant in Warrant.objects.filter(custody=custody, ended="").in_force():
        says = f"{warrant}, signed by {warrant.signed_by}"
        names = []
        if warrant.judicial:
            names.append("judicial_warrant")
            if warrant.type in ("federal-criminal", "state-criminal", "bench"):
                names.append("criminal_warrant")
            if warrant.type == "federal-criminal":
                names.append("federal_criminal_warrant")
            if warrant.type == "detention-order":
                names.append("state_detention_order")
        elif warrant.type in Warrant.ADMINISTRATIVE:
            names.append("administrative_warrant")
            if warrant.type == "I-205":
                names.append("removal_warrant")
        for name in names:
            found[name] = True
            sources[f"papers.{name}"] = says


_BASIS_FACT = {
    "bail-posted": "bail_posted",
    "sentence-complete": "sentence_complete",
    "charges-dismissed": "charges_ended",
    "acquitted": "charges_ended",
    "no-charge": "charges_ended",
}


def _release(custody: Custody, found: dict[str, Any], zone: ZoneInfo, at: datetime) -> None:
    due = ReleaseDue.objects.filter(custody=custody).in_force().order_by("entry_id").last()
    if due is None or due.at is None:
        return
    found["releasable_at"] = due.at.astimezone(zone).isoformat(timespec="minutes")
    if due.basis in _BASIS_FACT:
        found[_BASIS_FACT[due.basis]] = True


def _person(custody: Custody, found: dict[str, Any], on: date, sources: dict[str, str]) -> None:
    details = PersonDetails.objects.filter(person_id=custody.person_id).in_force().order_by("entry_id").last()
    found["age"] = age_on(on, details.date_of_birth if details is not None else "")
    claims = CitizenshipClaim.objects.filter(custody=custody)
    answers = list(ClaimAnswer.objects.filter(claim__custody=custody).in_force())
    if claims.exists():
        found["citizen_claim"] = (
            any(item.result != "withdrawn" for item in answers) or claims.filter(answers__isnull=True).exists()
        )
    for result, name in (("citizen", "citizen_proof"), ("status", "lawful_status_proof")):
        shown = [item for item in answers if item.result == result]
        if shown:
            found[name] = True
            sources[f"person.{name}"] = shown[-1].reason[:200]
    if "citizen_proof" not in found and answers and all(item.result in ("not-shown", "withdrawn") for item in answers):
        found["citizen_proof"] = False


def age_on(day: date, date_of_birth: str) -> int | None:
    """How old somebody is on a day; None when the date of birth is not known."""
    if len(date_of_birth) != 10:
        return None
    born = date.fromisoformat(date_of_birth)
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def digest_of(facts: dict[str, Any]) -> str:
    """The hash of a sheet's facts."""
    return hashlib.sha256(docket.canonical(facts)).hexdigest()


def asked_moment(release_due_at: datetime | None, at: datetime) -> datetime:
    """For which moment the law is asked: the release, when it is known and still to come, else now."""
    return release_due_at if release_due_at is not None and release_due_at > at else at


def case_of(agency: Agency, version: LawVersion, facts: dict[str, Any], asked_for: datetime, number: str = "") -> Case:
    """The case that is put to the law. Raises `Invalid` for facts that cannot be."""
    from pydantic import ValidationError

    from lawfulhold.facts.read import describe

    local = asked_for.astimezone(ZoneInfo(agency.timezone))
    due = facts.get("custody", {}).get("releasable_at")
    data = {
        **facts,
        "case": number or None,
        "jurisdiction": law.asked_place(agency, version),
        "date": local.isoformat(timespec="minutes") if due else local.date().isoformat(),
    }
    received = facts.get("detainer", {}).get("received_at")
    if due and received:
        hours = (local - datetime.fromisoformat(received)).total_seconds() / 3600
        if hours >= 0:
            data["detainer"] = {**facts["detainer"], "hours_since_receipt": round(hours, 2)}
    try:
        return Case.model_validate(data)
    except ValidationError as error:
        detail: Any = error.errors()[0]
        raise Invalid(
            describe(detail, [step for step in detail["loc"] if not str(step).startswith("function")])
        ) from None


def check_fact(name: str, value: Any) -> Any:
    """The value as the vocabulary has it. Raises `Invalid` for an unknown fact, a value it cannot have, or a fact that records state."""
    if name in FROM_RECORDS:
        raise Invalid(f"{name} follows from the records; it is not typed in.", field=name)
    if name == "person.citizen_proof" and value is True:
        raise Invalid(
            "Proof of citizenship is recorded as a claim with its proof: that stops the hold at once and calls counsel.",
            field=name,
        )
    if name == RECORD_COMPLETE:
        if value not in (True, False, None):
            raise Invalid("Whether the record is complete is yes or no.", field=name)
        return value
    if name not in fact_names() or "." not in name:
        from lawfulhold.errors import nearest

        raise Invalid(f"There is no fact {name}{nearest(name, fact_names())}.", field=name)
    group, _, fact = name.partition(".")
    if value is None:
        return None
    from pydantic import ValidationError

    try:
        extra = {"kind": "sheriff"} if group == "agency" else {}
        model = GROUPS[group].model_validate({fact: value, **extra})
    except ValidationError as error:
        raise Invalid(f"{name}: {error.errors()[0]['msg']}", field=name) from None
    return model.model_dump(mode="json", include={fact})[fact]


def state_facts(by: By, custody_id: Any, facts: dict[str, Any], source: str, *, seen: int | None = None) -> Custody:
    """State facts of a case (or take them back, with None), naming where they come from. The case is decided again at once."""
    by.must("state facts")
    if not facts:
        raise Invalid("No fact was given.")
    if not source.strip():
        raise Invalid("Say where the facts come from (which paper, which query, who said so).", field="source")
    checked = {name: check_fact(name, value) for name, value in facts.items()}
    with docket.changing(by, custody_id, seen) as custody:
        rows = []
        for name, value in checked.items():
            before = Fact.objects.filter(custody=custody, name=name).in_force().order_by("entry_id").last()
            if before is not None and before.value == value and before.source == source.strip():
                continue
            rows.append(Fact(custody=custody, name=name, value=value, source=source.strip(), corrects=before))
        if rows:
            names = ", ".join(row.name.rpartition(".")[2].replace("_", " ") for row in rows)
            docket.enter(by, "facts", f"Facts stated: {names} (from {source.strip()}).", *rows, custody=custody)
    return custody


def state_charge(
    by: By,
    custody_id: Any,
    facts: dict[str, Any],
    source: str,
    *,
    corrects: Charge | None = None,
    external_id: str = "",
    withdrawn: bool = False,
    seen: int | None = None,
) -> Charge:
    """Record a charge or conviction, or correct one (its new state replaces the old row)."""
    from pydantic import ValidationError

    from lawfulhold.facts.case import Charge as ChargeFacts

    by.must("state facts")
    try:
        checked = ChargeFacts.model_validate({name: value for name, value in facts.items() if value not in (None, "")})
    except ValidationError as error:
        detail = error.errors()[0]
        raise Invalid(
            f"charge {'.'.join(str(step) for step in detail['loc'])}: {detail['msg']}", field=str(detail["loc"][0])
        ) from None
    kept = checked.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    with docket.changing(by, custody_id, seen) as custody:
        if corrects is None and external_id:
            corrects = Charge.objects.filter(custody=custody, external_id=external_id).in_force().first()
            if corrects is not None and corrects.facts == kept and corrects.withdrawn == withdrawn:
                return corrects
        charge = Charge(
            custody=custody, facts=kept, source=source, external_id=external_id, corrects=corrects, withdrawn=withdrawn
        )
        what = "withdrawn" if withdrawn else "corrected" if corrects else "recorded"
        docket.enter(
            by,
            "charge",
            f"Charge {what}: {kept.get('offence') or kept.get('statute') or 'unnamed'} ({kept.get('status', 'status unknown')}).",
            charge,
            custody=custody,
        )
    return charge
