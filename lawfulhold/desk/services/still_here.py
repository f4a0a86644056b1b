"""A release or a transfer that was recorded on the wrong case: the person never left. Nothing is overwritten; a new row corrects the one that was wrong."""

from __future__ import annotations

from typing import Any

from lawfulhold.desk.errors import Invalid, NotFound, RuleOfTheDesk
from lawfulhold.desk.models import Custody, Detainer, DetainerEvent, HandOver, HoldEvent, Release, Transfer, Warrant
from lawfulhold.desk.services import alerts, clocks, docket, standing, work
from lawfulhold.desk.services.acting import By


def still_here(by: By, custody_id: Any, reason: str, *, seen: int | None = None) -> Release | Transfer:
    """The last release or transfer of this case was recorded by mistake. It stays in the docket, and a new row corrects it.

    The case is open again: its detainers are live as before, those that came meanwhile too, a hold that ended with the mistake alone runs on within its
    limit, the alerts are planned anew, and the case is decided again where facts or law have changed. A desk that was told of a transfer is told that
    nobody comes. Raises `Invalid` without a reason, `NotFound` when neither a release nor a transfer is on record, `RuleOfTheDesk` for a case that was
    purged.
    """
    by.must("correct release")
    if not reason.strip():
        raise Invalid("Say how the mistake was found, and who left instead.", field="reason")
    with docket.changing(by, custody_id, seen) as custody:
        old = _last(custody)
        if custody.purged_at is not None:
            raise RuleOfTheDesk(
                "purged", "This case was purged after its retention time.", advice="Book the person anew, with this number in a note."
            )
        row = _correction(old, custody, reason.strip()[:500])
        numbers = ", ".join(
            Custody.objects.filter(agency=by.agency, person_id=custody.person_id, began_at__gte=old.at)
            .exclude(pk=custody.pk).order_by("began_at").values_list("number", flat=True)
        )  # fmt: skip
        twice = f" The person was booked again meanwhile ({numbers}): the same custody may now stand twice." if numbers else ""
        what = "release" if isinstance(old, Release) else f"transfer to {old.recipient}"
        says = f"Still here: the {what} of {by.local(old.at):%Y-%m-%d %H:%M} was recorded by mistake.{twice}"
        docket.enter(by, "still-here", says, row, *_live_again(by, custody, old), *_hold_runs_on(by, custody, old), custody=custody)
        clocks.plan_anew(custody)
        alerts.alert(
            by, custody, "release-due", f"still-here:{row.pk}", f"{custody.number}: {says}", "now",
            "supervisor" if numbers else "clerk", custody.release_due_at,
        )  # fmt: skip
        for offered in HandOver.objects.filter(transfer=old, to_agency__isnull=False) if isinstance(old, Transfer) else ():
            work.plan(offered.to_agency, "nobody-comes", f"nobody-comes:{offered.pk}", by.at, {"hand_over": str(offered.pk)}, at=by.at)
    return row


@work.handles("nobody-comes")
def tell_that_nobody_comes(by: By, payload: dict[str, Any]) -> str | None:
    """The desk that was told of a person and a detainer hears that the transfer was recorded by mistake."""
    offered = HandOver.objects.select_related("agency", "detainer", "transfer").get(pk=payload["hand_over"])
    says = f"{offered.agency} recorded a transfer by mistake: nobody comes with the detainer ({offered.detainer.form}) of {by.local(offered.transfer.at):%Y-%m-%d %H:%M}."
    if offered.acknowledged_at is not None:
        says += f" {offered.acknowledged_by} acknowledged it here: return that paper."
    alerts.alert(by, None, "pass-on", f"nobody-comes:{offered.pk}", says, "now", "clerk", offered.transfer.at)
    return None


def _last(custody: Custody) -> Release | Transfer:
    """What was recorded last: the release or the transfer (one to a court, too)."""
    rows = [*Release.objects.filter(custody=custody).in_force(), *Transfer.objects.filter(custody=custody).in_force()]
    if not rows:
        raise NotFound("No release or transfer is on record in this case.")
    return max(rows, key=lambda row: row.entry_id)


def _correction(old: Release | Transfer, custody: Custody, note: str) -> Release | Transfer:
    if isinstance(old, Release):
        return Release(custody=custody, due_at=old.due_at, at=old.at, reason=Release.STILL_HERE, decision=custody.decision, note=note, corrects=old)
    return Transfer(
        custody=custody, to=Transfer.STILL_HERE, for_ice=False, facility=old.facility, recipient=old.recipient, decision=custody.decision,
        at=old.at, note=note, corrects=old,
    )  # fmt: skip


def _live_again(by: By, custody: Custody, old: Release | Transfer) -> list[DetainerEvent]:
    """The detainers that ended or were passed on with that mistake, and those that seemed to come after it, are live."""
    ended = DetainerEvent.objects.filter(entry_id=old.entry_id, kind__in=("ended", "passed-on")).values("detainer")
    rows = []
    for detainer in Detainer.objects.filter(custody=custody, state__in=("ended", "after-release")):
        came_after = detainer.state == "after-release"
        if came_after or Detainer.objects.filter(pk__in=ended).filter(pk=detainer.pk).exists():
            detainer.live, detainer.state = True, "matched"
            detainer.save(update_fields=["live", "state"])
            kind, note = ("matched", "Nobody had left: that was recorded by mistake") if came_after else ("live-again", "")
            rows.append(DetainerEvent(detainer=detainer, kind=kind, at=by.at, custody=custody, note=note))
    return rows


def _hold_runs_on(by: By, custody: Custody, old: Release | Transfer) -> list[HoldEvent]:
    """A hold that ended with that mistake runs on; not past its limit, nor on a warrant that has ended, nor against a citizenship claim."""
    ended = HoldEvent.objects.filter(hold__custody=custody, kind="ended", recorded_at=old.recorded_at, reason=old.ends_holds)
    row = ended.in_force().select_related("hold").last()
    if row is None or row.hold.limit_at <= by.at or custody.claim_open or standing.suspended(row.hold):
        return []
    if row.hold.warrant_id and not Warrant.objects.filter(pk=row.hold.warrant_id, ended="").in_force().exists():
        return []
    return [HoldEvent(hold=row.hold, kind="runs-on", at=by.at, reason=f"The {'release' if isinstance(old, Release) else 'transfer'} was recorded by mistake.", corrects=row)]
