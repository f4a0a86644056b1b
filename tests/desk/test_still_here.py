"""A release or a transfer that was recorded on the wrong case is corrected, and nothing is overwritten: the case is open again, with its detainers, clocks and hold."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lawfulhold.desk.errors import Invalid, NotAllowed, NotFound, RuleOfTheDesk
from lawfulhold.desk.models import Alert, Custody, Detainer, Hold, Release, Transfer, Work
from lawfulhold.desk.services import booking, claims, docket, holds, intake, matching, register, release, retention, still_here, transfers, work
from tests.desk.people import Jail

MISTAKE = "Luis Marsh went home; the entry was made on the line below his."


def gone(jail: Jail, **more: float) -> tuple[Custody, Detainer, Release]:
    """A case that a clerk closed in place of another."""
    custody, detainer = jail.decided()
    custody = jail.checked(jail.due(jail.served(custody), **more))
    row = release.release(jail.by("sam"), custody.pk, "early", note="at the door")
    return jail.fresh(custody), detainer, row


def test_the_case_is_open_again_and_both_rows_stay(texas: Jail) -> None:
    custody, detainer, wrong = gone(texas)
    assert (custody.open, Detainer.objects.get().state) == (False, "ended")
    corrected = still_here.still_here(texas.by("sam"), custody.pk, MISTAKE)
    custody = texas.fresh(custody)
    assert (custody.open, custody.state, custody.outcome, custody.released_at) == (True, "release-pending", "", None)
    assert (custody.live_detainers, custody.hold_answer) == (1, "required")
    assert Detainer.objects.get(pk=detainer.pk).state == "matched"
    assert (corrected.corrects, corrected.note) == (wrong, MISTAKE)
    assert Release.objects.count() == 2
    assert not Release.objects.in_force().exists()
    assert register.counts(texas.agency, texas.now.date(), texas.now.date()).cases == 0
    assert "Still here: the release of" in Alert.objects.get(key=f"still-here:{corrected.pk}").says
    assert docket.verify(texas.agency)[2] == []


def test_the_alerts_come_again_and_the_checklist_is_gone_through_anew(texas: Jail) -> None:
    custody, _, _ = gone(texas, hours=5)
    work.run_due(texas.now + timedelta(hours=2))  # the alert of four hours before finds the case closed
    later = texas.by("sam", texas.now + timedelta(hours=2))
    still_here.still_here(later, custody.pk, MISTAKE)
    work.run_due(texas.now + timedelta(hours=2, minutes=1))
    assert Alert.objects.filter(custody=custody, kind="release-4h").exists()
    work.run_due(texas.now + timedelta(hours=5))
    assert Alert.objects.filter(custody=custody, kind="release-due", key__endswith=":0").exists()
    assert not Work.objects.filter(outcome="failed").exists()
    with pytest.raises(RuleOfTheDesk, match="Not yet looked at"):
        release.release(texas.by("sam", texas.now + timedelta(hours=5)), custody.pk, "release-time", note="no bed")
    texas.checked(custody, texas.now + timedelta(hours=5))
    release.release(texas.by("sam", texas.now + timedelta(hours=5)), custody.pk, "release-time", note="no bed")
    assert Release.objects.in_force().count() == 1
    assert docket.verify(texas.agency)[2] == []


def held(jail: Jail) -> tuple[Custody, Hold]:
    """A held person whose case was closed by a report of the jail's own system."""
    custody, _ = jail.decided()
    custody = jail.due(jail.served(custody), hours=1)
    row = holds.hold(jail.by("sam"), custody.pk, "statute")
    release.release(jail.by("ana"), custody.pk, "release-time", happened=True)
    assert jail.fresh(custody).hold is None
    return custody, row


def test_a_hold_that_ended_with_the_mistake_runs_on_to_its_limit(texas: Jail) -> None:
    custody, hold = held(texas)
    hour = texas.now + timedelta(hours=3)
    still_here.still_here(texas.by("sam", hour), custody.pk, MISTAKE)
    custody = texas.fresh(custody)
    assert (custody.state, custody.hold_id, custody.hold_limit_at) == ("hold-running", hold.pk, hold.limit_at)
    assert holds.late_minutes(custody, hour) == 0
    work.run_due(hold.limit_at + timedelta(minutes=1))
    assert texas.fresh(custody).hold is None
    assert docket.verify(texas.agency)[2] == []


@pytest.mark.parametrize("meanwhile", ["limit", "claim", "cancelled"])
def test_a_hold_does_not_run_on_past_its_limit_nor_against_what_happened_meanwhile(texas: Jail, meanwhile: str) -> None:
    custody, hold = held(texas)
    at = texas.now + timedelta(hours=3)
    if meanwhile == "limit":
        at = hold.limit_at + timedelta(hours=1)
    elif meanwhile == "claim":
        claims.make(texas.by("ana", at), custody.pk, "family", "born in Laredo")
    else:
        intake.cancel(texas.by("ana", at), Detainer.objects.get().pk, at)
    still_here.still_here(texas.by("sam", at), custody.pk, MISTAKE)
    custody = texas.fresh(custody)
    assert (custody.open, custody.hold) == (True, None)
    assert docket.verify(texas.agency)[2] == []


def test_a_detainer_that_seemed_to_come_after_the_release_is_live(texas: Jail) -> None:
    custody, _, _ = gone(texas)
    late = texas.detainer(custody, dhs_number="D-2", received_at=texas.now, sent_at=None)
    matching.match(texas.by("ana"), late.pk, custody.pk)
    matching.second_look(texas.by("ben"), late.pk, True, looked_at="picture")
    assert Detainer.objects.get(pk=late.pk).state == "after-release"
    still_here.still_here(texas.by("sam"), custody.pk, MISTAKE)
    assert texas.fresh(custody).live_detainers == 2
    assert docket.verify(texas.agency)[2] == []


def test_a_later_custody_of_the_person_is_told_about_and_the_old_number_says_where_to_correct(texas: Jail) -> None:
    custody, _, _ = gone(texas)
    number = booking.details_of(custody.person)
    assert number.surname == "Quintana"
    with pytest.raises(RuleOfTheDesk, match="a supervisor corrects it there"):
        texas.book(booking_number="B-1000")
    texas._bookings.clear()
    again = texas.book(booking_number="B-2000", booked_at=texas.now)
    assert again.person_id == custody.person_id
    still_here.still_here(texas.by("sam"), custody.pk, MISTAKE)
    alert = Alert.objects.get(key__startswith="still-here:")
    assert again.number in alert.says
    assert alert.for_role == "supervisor"


def test_only_a_supervisor_corrects_a_release_and_says_why(texas: Jail) -> None:
    custody, _, _ = gone(texas)
    for name in ("ana", "carol", "otto", "ada"):
        with pytest.raises(NotAllowed):
            still_here.still_here(texas.by(name), custody.pk, MISTAKE)
    with pytest.raises(Invalid, match="how the mistake was found"):
        still_here.still_here(texas.by("sam"), custody.pk, " ")
    still_here.still_here(texas.by("sam"), custody.pk, MISTAKE)
    with pytest.raises(NotFound, match="No release or transfer"):
        still_here.still_here(texas.by("sam"), custody.pk, MISTAKE)


def test_a_purged_case_is_not_opened_again(texas: Jail) -> None:
    custody, _, _ = gone(texas)
    type(texas.agency).objects.filter(pk=texas.agency.pk).update(retention_days=30)
    later = texas.now + timedelta(days=60)
    assert retention.purge_due(texas.desk(later)) == 1
    with pytest.raises((RuleOfTheDesk, NotFound)):
        still_here.still_here(texas.by("sam", later), custody.pk, MISTAKE)
    assert docket.verify(texas.agency)[2] == []


def handed_over(jail: Jail) -> tuple[Custody, Hold, Transfer]:
    """A held person whose case was closed by a hand-over that was another's."""
    custody, _ = jail.decided()
    custody = jail.due(jail.served(custody), hours=1)
    hold = holds.hold(jail.by("sam"), custody.pk, "statute")
    hour = jail.now + timedelta(hours=2)
    row = transfers.transfer(jail.by("sam", hour), custody.pk, "ice", recipient="Officer Vane", identification="badge 4411")
    return jail.fresh(custody), hold, row


def test_a_hand_over_on_the_wrong_case_is_corrected_and_counted_no_more(texas: Jail) -> None:
    custody, hold, wrong = handed_over(texas)
    assert (custody.open, custody.outcome, custody.hold) == (False, "collected", None)
    later = texas.now + timedelta(hours=3)
    with pytest.raises(NotAllowed):
        still_here.still_here(texas.by("ana", later), custody.pk, MISTAKE)
    corrected = still_here.still_here(texas.by("sam", later), custody.pk, MISTAKE)
    custody = texas.fresh(custody)
    assert (custody.open, custody.state, custody.outcome, custody.released_at) == (True, "hold-running", "", None)
    assert (custody.hold_id, custody.hold_limit_at, custody.live_detainers) == (hold.pk, hold.limit_at, 1)
    assert (corrected.corrects, corrected.note, Transfer.objects.count()) == (wrong, MISTAKE, 2)
    assert holds.handed_over(custody) is None
    assert register.counts(texas.agency, texas.now.date(), texas.now.date()).cases == 0
    assert "transfer to Officer Vane" in Alert.objects.get(key=f"still-here:{corrected.pk}").says
    assert docket.verify(texas.agency, cases=True)[2] == []
    transfers.transfer(texas.by("sam", later), custody.pk, "ice", recipient="Officer Vane", identification="badge 4411")
    assert texas.fresh(custody).outcome == "collected"


def test_the_looks_at_a_hand_over_that_was_anothers_are_gone_through_anew(texas: Jail) -> None:
    custody, _ = texas.decided()
    custody = texas.checked(texas.due(texas.served(custody), hours=1))
    hour = texas.now + timedelta(hours=1)
    transfers.transfer(texas.by("sam", hour), custody.pk, "other-agency", recipient="Sgt. Lowe")
    still_here.still_here(texas.by("sam", hour), custody.pk, MISTAKE)
    with pytest.raises(RuleOfTheDesk, match="Not yet looked at"):
        release.release(texas.by("sam", hour), custody.pk, "release-time", note="no bed")


@pytest.mark.parametrize("acknowledged", [False, True])
def test_the_next_desk_hears_that_nobody_comes(texas: Jail, connecticut: Jail, acknowledged: bool) -> None:
    custody, detainer = connecticut.matched()
    transfers.transfer(connecticut.by("sam"), custody.pk, "facility", recipient="Sgt. Lowe", facility_identifier=texas.facility.identifier)
    offered = transfers.offered_to(texas.agency)[0]
    if acknowledged:
        transfers.acknowledge(texas.by("ana"), offered.pk)
    still_here.still_here(connecticut.by("sam"), custody.pk, MISTAKE)
    assert transfers.offered_to(texas.agency) == []
    work.run_due(connecticut.now + timedelta(hours=5))
    assert not Alert.objects.filter(agency=texas.agency, key=f"pass-on:{offered.pk}").exists()
    told = Alert.objects.get(agency=texas.agency, key=f"nobody-comes:{offered.pk}")
    assert "nobody comes with the detainer (I-247A)" in told.says
    assert ("return that paper" in told.says) is acknowledged
    assert not Alert.objects.filter(agency=connecticut.agency, key=f"unacknowledged:{offered.pk}").exists()
    assert Detainer.objects.get(pk=detainer.pk).live
    if not acknowledged:
        with pytest.raises(RuleOfTheDesk, match="nobody comes with this paper"):
            transfers.acknowledge(texas.by("ana"), offered.pk)
    assert not Work.objects.filter(outcome="failed").exists()
    assert docket.verify(connecticut.agency, cases=True)[2] == docket.verify(texas.agency, cases=True)[2] == []


def test_a_way_to_court_on_the_wrong_case_is_corrected_while_the_case_is_open(texas: Jail) -> None:
    custody, _ = texas.decided()
    transfers.transfer(texas.by("sam"), custody.pk, "court", recipient="District court, bailiff")
    still_here.still_here(texas.by("sam"), custody.pk, MISTAKE)
    assert texas.fresh(custody).open
    assert not Transfer.objects.in_force().exists()
    with pytest.raises(NotFound):
        still_here.still_here(texas.by("sam"), custody.pk, MISTAKE)
