"""The release: T0 read from the paper that frees, bail that no detainer can block, the checklist, T1."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from lawfulhold.desk.errors import Invalid, RuleOfTheDesk
from lawfulhold.desk.models import (
    Bail,
    Charge,
    Check,
    ClaimAnswer,
    Custody,
    Detainer,
    DetainerEvent,
    Document,
    Hold,
    HoldEvent,
    Outcome,
    Release,
    ReleaseDue,
    Transfer,
    Warrant,
)
from lawfulhold.desk.models.custody import OUTCOMES
from lawfulhold.desk.services import alerts, clocks, counsel, decisions, docket, immigration, moments, standing
from lawfulhold.desk.services.acting import By

STEPS = {
    "paper": ("Read the release time from the paper that frees the person.", ("read", "no-paper")),
    "warrants": (
        "Query warrants again; tell a judge's from an administrative one.",
        ("none", "judge", "administrative-only"),
    ),
    "detainers": ("Open every detainer of the booking, newest first.", ("none", "live", "cancelled", "expired")),
    "identity": (
        "Compare name, date of birth, picture and number with the person at the counter.",
        ("same", "not-the-same", "doubt"),
    ),
    "citizenship": ("Look for citizenship in the agency's own file, and ask.", ("nothing", "claim")),
    "decision": ("Read the decision on file; decide again if anything changed.", ("read",)),
    "notified": ("Tell ICE where the law allows it; note who, when, how.", ("told", "not-allowed", "not-told")),
    "served": ("Give the person the papers that are owed.", ("given", "nothing-owed", "refused")),
    "door": ("At the last door: the right person, the right line.", ("same", "not-the-same")),
}
"""Step → what is to be done, and what can be found."""
NEEDED = ("warrants", "detainers", "identity")
LOOK_AGAIN = timedelta(hours=12)
"""A needed look that is older was not made at this release: one shift."""
STOPS = {"identity": ("not-the-same", "doubt"), "door": ("not-the-same",)}


def set_due(
    by: By,
    custody_id: Any,
    at: datetime | None,
    basis: str,
    *,
    document: Document | None = None,
    note: str = "",
    seen: int | None = None,
) -> ReleaseDue:
    """Record T0, the moment when nothing but the immigration papers keeps the person, as the paper says. None takes an earlier one back."""
    by.must("release")
    if basis not in ReleaseDue.BASES:
        raise Invalid(f"The basis is one of {', '.join(ReleaseDue.BASES)}.", field="basis")
    if (at is None) != (basis == "withdrawn"):
        raise Invalid("A release time that is no longer known is recorded as withdrawn, without a moment.", field="at")
    if document is None and not note.strip():
        raise Invalid("Name the paper that says so (its number, or attach it).", field="note")
    if at is not None and at.tzinfo is None:
        at = at.replace(tzinfo=by.zone)
    with docket.changing(by, custody_id, seen) as custody:
        if at is not None and at < custody.began_at:
            raise Invalid("The release time lies before the booking; check both.", field="at")
        return _set_due(by, custody, at, basis, document, note)


def _set_due(
    by: By, custody: Custody, at: datetime | None, basis: str, document: Document | None, note: str
) -> ReleaseDue:
    if not custody.open:
        raise RuleOfTheDesk("case-open", "This custody has ended.")
    before = ReleaseDue.objects.filter(custody=custody).in_force().order_by("entry_id").last()
    moved = before is not None and before.at is not None and before.at <= by.at and (at is None or at > before.at)
    if moved and by.role not in ("supervisor", "program"):
        raise RuleOfTheDesk(
            "release-moved",
            "The release time has passed: only a supervisor moves it later or takes it back.",
            advice="Release now, or call the supervisor with the paper that keeps the person.",
            field="at",
        )
    row = ReleaseDue(custody=custody, at=at, basis=basis, document=document, note=note.strip()[:500], corrects=before)
    when = f"{by.local(at):%Y-%m-%d %H:%M}" if at else "not known any more"
    docket.enter(
        by,
        "release-time",
        f"Release time: {when} ({ReleaseDue.BASES[basis].lower()}).",
        *[item for item in (document, row) if item is not None and item._state.adding],
        custody=custody,
    )
    if at is None:
        clocks.end_hold(by, custody, "The release time is not known any more; other custody keeps the person.")
    if moved and before is not None and before.at is not None:
        says = (
            f"The release time {by.local(before.at):%Y-%m-%d %H:%M} had passed when it was "
            f"{'taken back' if at is None else 'moved later'} by {by.name}."
        )
        alerts.alert(
            by, custody, "release-due", f"moved:{row.pk}", f"{custody.number}: {says}", "now", "supervisor", at
        )
        if custody.live_detainers:
            counsel.ask_automatically(
                by, custody, "release-moved", f"{says} No hold on a detainer is recorded before counsel has spoken.", at
            )
    return row


def moved_after_it_passed(custody: Custody) -> ReleaseDue | None:
    """The newest record that moved a release time later, or took it back, after that time had passed; None when none did."""
    rows = ReleaseDue.objects.filter(custody=custody, corrects__at__isnull=False).select_related("corrects")
    for row in rows.order_by("-entry_id"):
        earlier = row.corrects.at
        if earlier is not None and earlier <= row.recorded_at and (row.at is None or row.at > earlier):
            return row
    return None


def eligible_to_bail(custody: Custody) -> bool:
    """May the person post bail? Only a court's word counts; a detainer is not looked at."""
    last = Bail.objects.filter(custody=custody).in_force().order_by("at", "entry_id").last()
    return last is None or last.what not in ("denied-by-court", "revoked")


def name_of_charge(charge: Charge) -> str:
    """What a charge is called: its offence, else its statute."""
    return str(charge.facts.get("offence") or charge.facts.get("statute") or "unnamed charge")


def charges_that_can_keep(custody: Custody) -> list[Charge]:
    """The booking's own charges that are not withdrawn, dismissed or ended by an acquittal."""
    rows = Charge.objects.filter(custody=custody, withdrawn=False).in_force().order_by("entry_id", "external_id", "id")
    return [row for row in rows if row.facts.get("status") not in ("dismissed", "acquitted")]


def _charge_that_keeps(custody: Custody, key: Any) -> Charge:
    found = [row for row in charges_that_can_keep(custody) if str(row.pk) == str(key)]
    if not found:
        raise Invalid(
            "That is no charge of this booking that still stands.",
            advice="Record the charge that keeps the person first, then name it here; a detainer is none.",
            field="kept_by",
        )
    if immigration.is_paper(name_of_charge(found[0]), str(found[0].facts.get("statute") or "")):
        raise RuleOfTheDesk(
            "bail-detainer",
            f"{name_of_charge(found[0])!r} is an immigration paper and no charge. It keeps nobody who may post bail.",
            advice="Take the bail, and the release is due. Correct the charge.",
            field="kept_by",
        )
    return found[0]


def bail(
    by: By,
    custody_id: Any,
    what: str,
    *,
    amount: Decimal | None = None,
    at: datetime | None = None,
    court: str = "",
    kept_by: Any = None,
    document: Document | None = None,
    seen: int | None = None,
) -> Bail:
    """Record bail as set or posted, or a court's order. When it is posted (or release is ordered) the release time is now, unless another charge of
    the booking, named by `kept_by` (its key), keeps the person. Nothing here asks whether there is a detainer.

    Raises `Invalid` for a moment in the future or before the booking, and for a charge that is none of this booking or keeps nobody any more;
    `RuleOfTheDesk` for a "charge" that is an immigration paper, and for bail that a court denied.
    """
    by.must("release")
    if what not in Bail.EVENTS:
        raise Invalid(f"What happened is one of {', '.join(Bail.EVENTS)}.", field="what")
    if what in ("denied-by-court", "revoked") and not court.strip():
        raise Invalid("Only a court denies or revokes bail: name it.", field="court")
    if amount is not None and (amount < 0 or amount > Decimal("9999999999")):
        raise Invalid("That amount cannot be.", field="amount")
    with docket.changing(by, custody_id, seen) as custody:
        moment = moments.past(by, at, custody=custody)
        keeps = _charge_that_keeps(custody, kept_by) if kept_by else None
        if what == "posted" and not eligible_to_bail(custody):
            raise RuleOfTheDesk(
                "bail-court",
                "The court denied or revoked bail.",
                advice="A detainer would be no reason; a court's order is.",
            )
        row = Bail(custody=custody, what=what, amount=amount, at=moment, court=court.strip()[:200], document=document)
        docket.enter(
            by,
            "bail",
            f"{Bail.EVENTS[what]}{f': {amount:,.2f} dollars' if amount is not None else ''}."
            + (f" Another charge keeps the person: {name_of_charge(keeps)}." if keeps else ""),
            *[item for item in (document, row) if item is not None],
            custody=custody,
            **({"kept_by": str(keeps.pk)} if keeps else {}),
        )
        due_already = custody.release_due_at is not None and custody.release_due_at <= moment
        if keeps is None and what in ("posted", "own-recognizance") and not due_already:
            basis = "bail-posted" if what == "posted" else "court-order"
            _set_due(
                by,
                custody,
                moment,
                basis,
                None,
                "bail receipt" if what == "posted" else f"order of {court or 'the court'}",
            )
    return row


def check(by: By, custody_id: Any, step: str, found: str, note: str = "", *, seen: int | None = None) -> Check:
    """Record one look of the release checklist."""
    by.must("release")
    if step not in STEPS or found not in STEPS[step][1]:
        raise Invalid(f"{step}: found is one of {', '.join(STEPS.get(step, ('', ()))[1]) or 'nothing'}.", field="found")
    with docket.changing(by, custody_id, seen) as custody:
        row = Check(custody=custody, step=step, at=by.at, found=found, note=note.strip()[:500])
        docket.enter(by, "check", f"Checklist: {STEPS[step][0]} Found: {found}.", row, custody=custody)
        if step in STOPS and found in STOPS[step]:
            alerts.alert(
                by,
                custody,
                "release-due",
                f"identity:{row.pk}",
                f"{custody.number}: the person at the counter is not surely the one of this case. Stop.",
                "now",
                "supervisor",
            )
    return row


def checklist(custody: Custody) -> dict[str, Check | None]:
    """Each step with the last look at it. Looks at a release or transfer that was recorded by mistake were of somebody else, and count no more."""
    found: dict[str, Check | None] = dict.fromkeys(STEPS)
    looks = Check.objects.filter(custody=custody).in_force()
    for corrected in (
        Release.objects.filter(custody=custody, reason=Release.STILL_HERE).order_by("entry_id").last(),
        Transfer.objects.filter(custody=custody, to=Transfer.STILL_HERE).order_by("entry_id").last(),
    ):
        if corrected is not None:
            looks = looks.filter(entry_id__gt=corrected.entry_id)
    for row in looks.order_by("at", "entry_id"):
        found[row.step] = row
    return found


def judges_warrants(custody: Custody) -> QuerySet[Warrant]:
    """The judge's warrants and orders in force on a case. An order of detention ends with its hold."""
    run_out = Hold.objects.filter(warrant__type="detention-order", pk__in=standing.ended_holds(custody)).values("warrant_id")
    rows: QuerySet[Warrant] = Warrant.objects.filter(custody=custody, judicial=True, ended="").in_force().exclude(pk__in=run_out)
    return rows


def what_stands_against(by: By, custody: Custody, reason: str) -> list[RuleOfTheDesk]:
    """What has to be done before the door opens. None of it is ICE's convenience."""
    found: list[RuleOfTheDesk] = []
    done = checklist(custody)
    missing = [step for step in NEEDED if done[step] is None]
    old = [step for step, look in done.items() if step in NEEDED and look is not None and look.at < by.at - LOOK_AGAIN]
    if old:
        found.append(
            RuleOfTheDesk(
                "checklist",
                f"Looked at more than {LOOK_AGAIN.total_seconds() / 3600:.0f} hours ago: {', '.join(old)}.",
                advice="Look again. " + " ".join(STEPS[step][0] for step in old),
            )
        )
    if missing:
        found.append(
            RuleOfTheDesk(
                "checklist",
                f"Not yet looked at: {', '.join(missing)}.",
                advice=" ".join(STEPS[step][0] for step in missing),
            )
        )
    for step, stops in STOPS.items():
        last = done[step]
        if last is not None and last.found in stops:
            found.append(
                RuleOfTheDesk(
                    "identity",
                    "The person at the counter is not surely the one of this case.",
                    advice="Look again at picture and number.",
                )
            )
    warrants = list(judges_warrants(custody))
    if warrants and reason != "court":
        found.append(
            RuleOfTheDesk(
                "warrant-outstanding",
                f"A judge's warrant is on record: {warrants[0]}.",
                advice="Execute it, or record that it was recalled; a refused detainer does not answer it.",
            )
        )
    last = done["warrants"]
    if last is not None and last.found == "judge" and not warrants:
        found.append(
            RuleOfTheDesk(
                "warrant-outstanding",
                "The query found a judge's warrant that is not recorded.",
                advice="Record the warrant first.",
            )
        )
    return found


def release(
    by: By,
    custody_id: Any,
    reason: str,
    *,
    at: datetime | None = None,
    note: str = "",
    document: Document | None = None,
    happened: bool = False,
    seen: int | None = None,
) -> Release:
    """Record T1: the person left. `document` is the court's order, where one is the reason.

    `happened` is for a release that the jail's own system reports after the fact: it is recorded as it was, and what was not looked at is said to the
    supervisor. Otherwise raises `RuleOfTheDesk` with what has to be done first. When the law requires a hold that can still be recorded, only a
    supervisor releases, with a note.
    """
    by.must("release")
    if reason not in Release.REASONS:
        raise Invalid(f"The reason is one of {', '.join(Release.REASONS)}.", field="reason")
    with docket.changing(by, custody_id, seen) as custody:
        if not custody.open:
            raise RuleOfTheDesk("case-open", "This custody has ended already.")
        moment = moments.past(by, at, custody=custody)
        against = what_stands_against(by, custody, reason)
        if not happened:
            _reason_borne_out(custody, reason, note, moment)
            if against:
                raise against[0]
            _when_the_law_requires(by, custody, reason, note)
            if reason == "court":
                _order_of_a_court(by, custody, document)
            if _runs(custody, moment) and reason in ("release-time", "early"):
                raise RuleOfTheDesk(
                    "hold-runs",
                    "A hold with its authority is on record.",
                    advice="End the hold first, or name what ends it.",
                    field="reason",
                )
        row = Release(
            custody=custody,
            due_at=custody.release_due_at or moment,
            at=moment,
            reason=reason,
            decision=custody.decision,
            note=note.strip()[:500],
            checklist={
                step: {"found": seen_.found, "at": seen_.at.isoformat(), "by": seen_.recorded_name} if seen_ else None
                for step, seen_ in checklist(custody).items()
            },
        )
        clocks.end_hold(by, custody, row.ends_holds)
        rows: list[Any] = [*([document] if document is not None else []), row]
        for detainer in Detainer.objects.filter(custody=custody, live=True):
            detainer.live, detainer.state = False, "ended"
            detainer.save(update_fields=["live", "state"])
            rows.append(DetainerEvent(detainer=detainer, kind="ended", at=moment, custody=custody))
        late = max(0.0, (moment - row.due_at).total_seconds() / 60)
        docket.enter(
            by,
            "released",
            f"Released at {by.local(moment):%Y-%m-%d %H:%M}, {late:.0f} minutes after the release time: {Release.REASONS[reason].lower()}."
            f"{moments.entered_late(by, moment)}",
            *rows,
            custody=custody,
            minutes=round(late, 1),
        )
        if moments.entered_late(by, moment):
            says = f"{custody.number}: the release is given as of {by.local(moment):%Y-%m-%d %H:%M} by {by.name}.{moments.entered_late(by, moment)}"
            alerts.alert(by, custody, "release-due", f"entered-late:{row.pk}", says, "warn", "supervisor", moment)
        if happened and against:
            alerts.alert(
                by,
                custody,
                "release-due",
                f"unchecked:{row.pk}",
                f"{custody.number}: released without the checklist. {against[0].says}",
                "warn",
                "supervisor",
            )
    return row


def _reason_borne_out(custody: Custody, reason: str, note: str, moment: datetime) -> None:
    """The reason of a release is counted in the reports: it has to follow from the record. Raises `RuleOfTheDesk`."""
    held = list(Hold.objects.filter(custody=custody))
    runs = _runs(custody, moment)
    wanting = {
        "limit": ""
        if any(standing.limit_of(row, custody) <= moment for row in held)
        else "the limit of the hold is not reached"
        if held
        else "no hold was on record",
        "authority-ended": "the hold still runs" if runs else "" if held else "no hold was on record",
        "cancelled": "no cancellation is on record"
        if not Detainer.objects.filter(custody=custody, cancelled_at__isnull=False).exists()
        else "a hold still runs"
        if runs
        else "",
        "citizenship": ""
        if ClaimAnswer.objects.filter(claim__custody=custody, result="citizen").in_force().exists()
        else "no claim was answered so",
        "court": "" if note.strip() else "name the order in the note",
    }.get(reason, "")
    if wanting:
        raise RuleOfTheDesk(
            "release-reason",
            f"“{Release.REASONS[reason]}” is not borne out: {wanting}.",
            advice="" if reason == "court" else "Record that first, or give the release time as the reason.",
            field="note" if reason == "court" else "reason",
        )


def _runs(custody: Custody, moment: datetime) -> bool:
    """Does a hold run: on record, not suspended, within its limit?"""
    return custody.hold is not None and not standing.suspended(custody.hold) and standing.limit_of(custody.hold, custody) > moment


def _when_the_law_requires(by: By, custody: Custody, reason: str, note: str) -> None:
    """Raises `RuleOfTheDesk` when the law requires a hold that could still be recorded, and nobody but a clerk has let it go. Where it could not (its limit
    has passed, or a release time that had passed was moved), nobody waits for a supervisor."""
    if reason not in ("release-time", "early", "authority-ended", "cancelled") or custody.claim_open or custody.decision is None:
        return
    if decisions.answer_that_counts(custody, "hold") != "required" or not custody.live_detainers or custody.hold is not None:
        return
    if by.role == "supervisor" and note.strip():
        return
    if reason == "authority-ended" and not _ended_by_a_clerk(custody):
        return
    from lawfulhold.desk.services import holds

    if any(error.rule in ("hold-limit", "hold-in-time") for error in holds.what_stands_against(by, custody)):
        return
    raise RuleOfTheDesk(
        "hold-required",
        "The law requires a hold here.",
        advice="Record the hold with its authority; or a supervisor releases and notes why it cannot be held.",
        field="reason",
    )


def _ended_by_a_clerk(custody: Custody) -> bool:
    """Was it a clerk's act that ended the last hold?"""
    last = HoldEvent.objects.filter(hold__custody=custody, kind="ended").in_force().order_by("entry_id").last()
    return last is not None and last.recorded_by is not None and last.recorded_by.role == "clerk"


def _order_of_a_court(by: By, custody: Custody, document: Document | None) -> None:
    """A court's order that sets aside a hold, a hold that the law requires, or a judge's warrant, is seen by more than one pair of eyes: its scan is on
    file, or a supervisor releases. Raises `RuleOfTheDesk`."""
    if by.role == "supervisor" or document is not None:
        return
    due = ReleaseDue.objects.filter(custody=custody).in_force().order_by("entry_id").last()
    if due is not None and due.basis == "court-order" and due.document_id is not None:
        return
    required = custody.live_detainers and not custody.claim_open and decisions.answer_that_counts(custody, "hold") == "required"
    if required or _runs(custody, by.at) or judges_warrants(custody).exists():
        raise RuleOfTheDesk(
            "release-order",
            "The court's order is not on file, and a hold or a judge's warrant stands against the release.",
            advice="Attach the order, or call the supervisor.",
            field="document",
        )


def outcome(
    by: By, custody_id: Any, value: str, source: str, note: str = "", *, seen: int | None = None
) -> Outcome:
    """What became of a custody where that is learned later (ICE came late, ICE corrected its list): a new row, with its source."""
    by.must("contact")
    if value not in OUTCOMES:
        raise Invalid(f"The outcome is one of {', '.join(OUTCOMES)}.", field="value")
    if not source.strip():
        raise Invalid("Say where this is known from.", field="source")
    with docket.changing(by, custody_id, seen) as custody:
        before = Outcome.objects.filter(custody=custody).in_force().order_by("entry_id").last()
        row = Outcome(
            custody=custody, value=value, source=source.strip()[:300], note=note.strip()[:500], corrects=before
        )
        docket.enter(by, "outcome", f"Outcome: {OUTCOMES[value]} ({row.source}).", row, custody=custody)
    return row
