"""Claims of citizenship: each suspends the hold and calls counsel, whoever makes it, the agency's own file included."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from lawfulhold.desk.errors import Invalid, NotFound
from lawfulhold.desk.models import CitizenshipClaim, ClaimAnswer, Custody, Document, HoldEvent
from lawfulhold.desk.services import alerts, booking, counsel, docket, moments, release, standing
from lawfulhold.desk.services.acting import By
from lawfulhold.desk.services.birthplaces import born_in_the_us, country_of


def make(
    by: By,
    custody_id: Any,
    made_by: str,
    says: str,
    *,
    made_at: datetime | None = None,
    document: Document | None = None,
    seen: int | None = None,
) -> CitizenshipClaim:
    """Record a claim: the hold is suspended and counsel is called, now. Raises `Invalid` for a moment in the future or before the booking."""
    by.must("claim")
    if made_by not in CitizenshipClaim.SOURCES:
        raise Invalid(f"A claim is made by one of {', '.join(CitizenshipClaim.SOURCES)}.", field="made_by")
    if not says.strip():
        raise Invalid("Write what was said or found.", field="says")
    with docket.changing(by, custody_id, seen) as custody:
        moment = moments.past(by, made_at, "made_at", custody)
        return _make(by, custody, made_by, says.strip(), moment, document)


def _make(
    by: By, custody: Custody, made_by: str, says: str, made_at: datetime, document: Document | None = None
) -> CitizenshipClaim:
    row = CitizenshipClaim(custody=custody, made_at=made_at, made_by=made_by, says=says, document=document)
    docket.enter(
        by,
        "claim",
        f"Citizenship claim by {CitizenshipClaim.SOURCES[made_by].lower()}.",
        *[item for item in (document, row) if item is not None],
        custody=custody,
    )
    hold = custody.hold
    if hold is not None and hold.authority != "warrant" and not standing.suspended(hold):
        docket.enter(
            by,
            "hold-suspended",
            "The hold is suspended by a citizenship claim.",
            HoldEvent(hold=hold, kind="suspended", at=by.at, reason="Citizenship claim", claim=row),
            custody=custody,
        )
    counsel.ask_automatically(
        by,
        custody,
        "claim",
        "A citizenship claim has been made. Until it is answered nobody is held on the detainer.",
        custody.release_due_at,
    )
    alerts.alert(
        by,
        custody,
        "claim",
        f"claim:{row.pk}",
        f"{custody.number}: citizenship claim. The hold is suspended; counsel is called.",
        "now",
        "clerk",
        custody.release_due_at,
    )
    return row


def look_in_own_file(by: By, custody: Custody) -> CitizenshipClaim | None:
    """When a detainer comes on a case whose own file names a birthplace in the United States, the file itself makes the claim."""
    birthplace = booking.details_of(custody.person).birthplace
    if (
        not birthplace
        or not born_in_the_us(birthplace)
        or CitizenshipClaim.objects.filter(custody=custody, made_by="own-file").exists()
    ):
        return None
    return _make(by, custody, "own-file", f"The agency's own file gives the birthplace {birthplace}.", by.at)


def to_be_asked(custody: Custody) -> str:
    """The question that is open before anybody is held, '' when none is: the agency's own file names no other country as the birthplace, no
    claim was made and answered, and nobody has looked for citizenship and asked (the look of that name in the release checklist)."""
    birthplace = booking.details_of(custody.person).birthplace
    looked = release.checklist(custody)["citizenship"]
    if (
        country_of(birthplace) == "abroad"
        or (looked is not None and looked.found == "nothing")
        or ClaimAnswer.objects.filter(claim__custody=custody).exists()
    ):
        return ""
    given = f"gives the birthplace “{birthplace}”, which names no other country known here" if birthplace else "gives no birthplace"
    return f"The agency's own file {given}."


def answer(
    by: By, claim_id: Any, result: str, reason: str, *, document: Document | None = None, seen: int | None = None
) -> ClaimAnswer:
    """Answer a claim: shown, status shown, not shown after it was looked into, or withdrawn. Counsel's or a supervisor's, with the reason."""
    by.must("answer claim")
    if result not in ClaimAnswer.RESULTS:
        raise Invalid(f"The result is one of {', '.join(ClaimAnswer.RESULTS)}.", field="result")
    if not reason.strip():
        raise Invalid("Say what was looked at, whom was asked, and what they said.", field="reason")
    claim = CitizenshipClaim.objects.filter(agency=by.agency, pk=claim_id).first()
    if claim is None:
        raise NotFound("There is no such claim.")
    with docket.changing(by, claim.custody_id, seen) as custody:
        row = ClaimAnswer(
            claim=claim,
            at=by.at,
            result=result,
            reason=reason.strip()[:1000],
            document=document,
            corrects=claim.answers.in_force().last(),
        )
        docket.enter(
            by,
            "claim-answered",
            f"Citizenship claim answered: {ClaimAnswer.RESULTS[result].lower()}. {row.reason}"[:900],
            *[item for item in (document, row) if item is not None],
            custody=custody,
        )
        open_ones = CitizenshipClaim.objects.filter(custody=custody, answers__isnull=True).exists()
        if not open_ones:
            counsel.answered(by, custody, "claim")
        hold = custody.hold
        if (
            not open_ones
            and result in ("not-shown", "withdrawn")
            and hold is not None
            and standing.suspended(hold)
            and custody.hold_limit_at is not None
            and custody.hold_limit_at > by.at
        ):
            docket.enter(
                by,
                "hold-resumed",
                "The claim is answered; the hold goes on within its limit.",
                HoldEvent(hold=hold, kind="resumed", at=by.at, reason=f"Claim answered: {result}", claim=claim),
                custody=custody,
            )
    return row
