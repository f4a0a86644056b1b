"""The failures that were seen in real jails, F1 to F28 (docs/desk-failures.md), each at the level of the desk's own rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from lawfulhold.desk.errors import Invalid, NotAllowed, RuleOfTheDesk
from lawfulhold.desk.models import (
    Alert,
    CitizenshipClaim,
    Contact,
    CounselRequest,
    Custody,
    Detainer,
    DetainerEvent,
    Entry,
    Facility,
    HandOver,
    Hold,
    LawVersion,
    Look,
    PolicyReview,
    Release,
    Transfer,
)
from lawfulhold.desk.papers import timeline
from lawfulhold.desk.services import (
    birthplaces,
    booking,
    claims,
    contacts,
    counsel,
    decisions,
    docket,
    documents,
    facts,
    holds,
    intake,
    law,
    looks,
    matching,
    notices,
    queue,
    redecision,
    register,
    release,
    transfers,
    work,
)
from lawfulhold.rules.clocks import end_of
from tests.desk.people import Jail, make_jail


def rule_of(error: pytest.ExceptionInfo[RuleOfTheDesk]) -> str:
    return error.value.rule


def texas_hold(jail: Jail) -> tuple[Custody, Hold]:
    custody, _ = jail.decided()
    custody = jail.due(jail.served(custody))
    return jail.fresh(custody), holds.hold(jail.by("sam"), custody.pk, "statute")


# ---------------------------------------------------------------------------------------------- identity


def test_f01_a_detainer_is_not_attached_by_surname(texas: Jail) -> None:
    custody = texas.book(date_of_birth="1985-01-30")
    namesake = texas.detainer(subject={"surname": "Quintana", "given_names": "Rafael"})
    assert matching.candidates(texas.by("ana"), namesake)[0].agree == ()
    with pytest.raises(RuleOfTheDesk) as refused:
        matching.match(texas.by("ana"), namesake.pk, custody.pk)
    assert rule_of(refused) == "match-identifiers"
    other = texas.detainer(subject={"surname": "Quintana", "date_of_birth": "1990-03-04", "fbi": "5550001AA1"})
    with pytest.raises(RuleOfTheDesk, match="is not that of the person in custody"):
        matching.match(texas.by("ana"), other.pk, custody.pk)
    assert texas.fresh(custody).live_detainers == 0


def test_f01_one_hard_identifier_is_not_enough(texas: Jail) -> None:
    custody = texas.book()
    detainer = texas.detainer()
    with pytest.raises(RuleOfTheDesk, match="two hard identifiers"):
        matching.match(texas.by("ana"), detainer.pk, custody.pk)


def test_f01_the_second_look_is_another_persons(texas: Jail) -> None:
    custody = texas.book()
    detainer = texas.detainer(custody)
    matching.match(texas.by("ana"), detainer.pk, custody.pk)
    assert texas.fresh(custody).live_detainers == 0
    with pytest.raises(RuleOfTheDesk, match="another person's"):
        matching.second_look(texas.by("ana"), detainer.pk, True, looked_at="picture")
    with pytest.raises(Invalid, match="what was looked at"):
        matching.second_look(texas.by("ben"), detainer.pk, True)
    matching.second_look(texas.by("ben"), detainer.pk, False, looked_at="another face")
    assert Detainer.objects.get(pk=detainer.pk).state == "doubt"
    assert texas.fresh(custody).live_detainers == 0


def test_f01_a_detainer_on_the_wrong_person_comes_off_at_once_and_the_hold_ends(texas: Jail) -> None:
    custody, _ = texas_hold(texas)
    detainer = custody.detainers.get()
    matching.take_off(texas.by("ana"), detainer.pk, "her mother brought the tribal enrolment card")
    custody = texas.fresh(custody)
    assert (custody.live_detainers, custody.hold, custody.hold_answer) == (0, None, "prohibited")
    assert Detainer.objects.get(pk=detainer.pk).state == "doubt"
    assert Alert.objects.filter(custody=custody, kind="cancelled", level="now").exists()


def test_f02_a_citizenship_claim_stops_the_hold_until_it_is_answered(texas: Jail) -> None:
    custody, hold = texas_hold(texas)
    claims.make(texas.by("ben"), custody.pk, "family", "born in Laredo; mother brings the birth certificate")
    custody = texas.fresh(custody)
    assert custody.state == "suspended"
    assert CounselRequest.objects.filter(custody=custody, why="claim", answered_at__isnull=True).exists()
    assert Alert.objects.filter(custody=custody, kind="claim", level="now").exists()
    with pytest.raises(RuleOfTheDesk, match="claim"):
        transfers.transfer(texas.by("sam", hold.starts_at + timedelta(hours=1)), custody.pk, "ice", recipient="Deportation officer", identification="badge 4411")
    claim = CitizenshipClaim.objects.get(custody=custody)
    with pytest.raises(NotAllowed):
        claims.answer(texas.by("ana"), claim.pk, "not-shown", "asked")
    claims.answer(texas.by("carol"), claim.pk, "citizen", "certified birth certificate, Webb County")
    custody = texas.fresh(custody)
    assert custody.hold is None
    assert custody.hold_answer == "prohibited"


def test_f02_a_claim_before_the_hold_bars_it(texas: Jail) -> None:
    custody, _ = texas.decided()
    custody = texas.due(texas.served(custody))
    claims.make(texas.by("ana"), custody.pk, "person", "says he was born in Houston")
    with pytest.raises(RuleOfTheDesk) as refused:
        holds.hold(texas.by("sam"), custody.pk, "statute")
    assert rule_of(refused) == "hold-claim"
    claims.answer(texas.by("sam"), CitizenshipClaim.objects.get(custody=custody).pk, "not-shown", "vital records asked; no such birth")
    assert holds.hold(texas.by("sam"), custody.pk, "statute").authority == "statute"


def test_f02_the_jails_own_file_makes_the_claim(texas: Jail) -> None:
    custody, _ = texas.matched(birthplace="Philadelphia, PA")
    assert custody.claim_open
    assert CitizenshipClaim.objects.get(custody=custody).made_by == "own-file"


BORN_HERE = (
    "Philadelphia, PA", "Philadelphia", "PHILADELPHIA, PENNSYLVANIA", "Philadelphia, PA 19104", "Laredo, Texas", "LAREDO, TEXAS", "LAREDO TEXAS", "TEXAS", "Laredo TX",
    "El Paso, Tx", "Houston/TX", "Houston, TX, USA", "Laredo, Tex.", "USA", "usa", "U.S.", "UNITED STATES", "united states of america", "Estados Unidos", "EE.UU.",
    "NEW YORK", "Nueva York", "Born in Chicago", "Washington, D.C.", "San Juan, Puerto Rico", "PUERTO RICO", "San José, CA", "New Mexico", "Mexico, MO", "Jamaica, New York",
    "Paris, TX", "ATLANTA GEORGIA", "Tbilisi, Georgia",
)
BORN_ELSEWHERE = (
    "Guatemala", "MEXICO", "México", "Ciudad de México", "Tijuana, Baja California", "Estados Unidos Mexicanos", "San Pedro Sula, Honduras", "República Dominicana",
    "Florida, Uruguay", "Colorado, Costa Rica", "Memphis, Egypt", "Samoa", "London, England", "Guatemalan",
)
LEFT_OPEN = ("", "unknown", "Springfield", "Georgia", "Monterrey, Nuevo León", "San Jose", "Nuevo Laredo", "San Luis Río Colorado, Sonora")


@pytest.mark.parametrize(("written", "expected"), [
    *((written, "us") for written in BORN_HERE), *((written, "abroad") for written in BORN_ELSEWHERE), *((written, "") for written in LEFT_OPEN),
])
def test_f02_a_birthplace_in_the_united_states_is_seen_in_the_file(written: str, expected: str) -> None:
    # "Tbilisi, Georgia" is taken as a claim on purpose: looking once too often costs an hour, not looking costs a citizen's freedom.
    assert birthplaces.country_of(written) == expected


@pytest.mark.parametrize("written", ["LAREDO, TEXAS", "Philadelphia"])
def test_f02_capitals_or_a_city_alone_make_the_claim(texas: Jail, written: str) -> None:
    custody, _ = texas.decided(birthplace=written)
    custody = texas.due(texas.served(custody))
    assert custody.claim_open
    with pytest.raises(RuleOfTheDesk) as refused:
        holds.hold(texas.by("sam"), custody.pk, "statute")
    assert rule_of(refused) == "hold-claim"


@pytest.mark.parametrize("written", ["", "Springfield"])
def test_f02_a_birthplace_that_names_no_country_is_asked_about_before_a_hold(texas: Jail, written: str) -> None:
    def case() -> Custody:
        custody, _ = texas.decided(birthplace=written)
        custody = texas.due(texas.served(custody))
        with pytest.raises(RuleOfTheDesk, match="before citizenship was asked about") as refused:
            holds.hold(texas.by("sam"), custody.pk, "statute")
        assert (rule_of(refused), custody.claim_open) == ("hold-birthplace", False)
        return custody

    asked, corrected, claimed = case(), case(), case()
    release.check(texas.by("ana"), asked.pk, "citizenship", "claim")
    with pytest.raises(RuleOfTheDesk):
        holds.hold(texas.by("sam"), asked.pk, "statute")
    release.check(texas.by("ana"), asked.pk, "citizenship", "nothing", "says that she was born in Tegucigalpa")
    assert holds.hold(texas.by("sam"), asked.pk, "statute")
    booking.correct_details(texas.by("ana"), corrected.pk, "consular card", birthplace="Tegucigalpa, Honduras")
    assert holds.hold(texas.by("sam"), corrected.pk, "statute")
    claims.make(texas.by("ana"), claimed.pk, "person", "born in Springfield, Illinois")
    claims.answer(texas.by("carol"), CitizenshipClaim.objects.get(custody=claimed).pk, "not-shown", "no such birth in Sangamon County")
    assert holds.hold(texas.by("sam"), claimed.pk, "statute")


# ---------------------------------------------------------------------------------------------- release and bail


def test_f03_nobody_is_held_past_the_release_time_without_an_authority(connecticut: Jail) -> None:
    custody, _ = connecticut.decided()
    custody = connecticut.due(connecticut.served(custody))
    assert custody.hold_answer == "prohibited"
    for authority in ("statute", "permission", "opinion"):
        with pytest.raises(RuleOfTheDesk) as refused:
            holds.hold(connecticut.by("sam"), custody.pk, authority)
        assert rule_of(refused) == "hold-authority"
    with pytest.raises(Invalid, match="without one there is no hold"):
        holds.hold(connecticut.by("sam"), custody.pk, "")
    assert not Hold.objects.filter(custody=custody).exists()


def test_f03_after_the_release_time_it_is_too_late_to_find_a_permission(wyoming: Jail) -> None:
    custody, _ = wyoming.decided()
    custody = wyoming.due(wyoming.served(custody), hours=1)
    counsel.opine(wyoming.by("carol"), custody.pk, custody.decision.pk, "hold", "permitted", "Board resolution 2026-4 and a warrant of removal")
    late = wyoming.now + timedelta(hours=1, minutes=10)
    with pytest.raises(RuleOfTheDesk) as refused:
        holds.hold(wyoming.by("sam", late), custody.pk, "opinion")
    assert rule_of(refused) in ("hold-in-time", "hold-authority")
    minutes = holds.late_minutes(wyoming.fresh(custody), late)
    assert minutes == pytest.approx(10)


def test_f03_the_minutes_past_the_release_time_run_on_the_screen(connecticut: Jail) -> None:
    custody, _ = connecticut.decided()
    custody = connecticut.due(custody, hours=1)
    work.run_due(connecticut.now + timedelta(hours=1, seconds=5))
    custody = connecticut.fresh(custody)
    assert custody.state == "release-due"
    rows, _ = queue.page(connecticut.agency, "now", connecticut.now + timedelta(hours=2))
    assert [(row.custody.pk, row.says, row.urgent) for row in rows] == [(custody.pk, "Release now", "now")]
    alerts = Alert.objects.filter(custody=custody, kind="release-due", level="now")
    assert "Release on time" in alerts.get().says


def test_f04_a_detainer_does_not_block_bail(texas: Jail) -> None:
    custody, _ = texas.decided()
    assert release.eligible_to_bail(custody)
    release.bail(texas.by("ana"), custody.pk, "set", amount=Decimal("500"), at=texas.now - timedelta(hours=2), court="County court 2")
    release.bail(texas.by("ana"), custody.pk, "posted", amount=Decimal("500"))
    custody = texas.fresh(custody)
    assert custody.release_due_at == texas.now
    with pytest.raises(Invalid, match="Only a court"):
        release.bail(texas.by("ana"), custody.pk, "denied-by-court")


def test_f05_nobody_is_booked_because_of_a_detainer(texas: Jail) -> None:
    for basis in ("detainer", "ICE detainer", "ice hold"):
        with pytest.raises(RuleOfTheDesk, match="not a reason to book"):
            texas.book(basis=basis)
    assert not Custody.objects.exists()


def test_f06_a_judges_warrant_is_not_missed_beside_a_refused_detainer(connecticut: Jail) -> None:
    custody, _ = connecticut.decided()
    custody = connecticut.checked(connecticut.due(custody, hours=-1))
    intake.record_warrant(connecticut.by("ana"), custody.pk, type="federal-criminal", issuer="U.S. District Court, D. Conn.", issuer_office="federal-magistrate",
                          signed_by="Magistrate Judge R. Alder", statute="18 U.S.C. 922(g)")
    with pytest.raises(RuleOfTheDesk) as refused:
        release.release(connecticut.by("ana"), custody.pk, "release-time")
    assert rule_of(refused) == "warrant-outstanding"
    assert Alert.objects.filter(custody=custody, kind="warrant").exists()


def test_f06_the_release_waits_until_somebody_has_queried_warrants(connecticut: Jail) -> None:
    custody, _ = connecticut.decided()
    custody = connecticut.due(custody, hours=-1)
    with pytest.raises(RuleOfTheDesk, match="warrants, detainers, identity"):
        release.release(connecticut.by("ana"), custody.pk, "release-time")
    release.check(connecticut.by("ana"), custody.pk, "warrants", "judge", "NCIC hit")
    release.check(connecticut.by("ana"), custody.pk, "detainers", "live")
    release.check(connecticut.by("ana"), custody.pk, "identity", "same")
    with pytest.raises(RuleOfTheDesk, match="not recorded"):
        release.release(connecticut.by("ana"), custody.pk, "release-time")


@pytest.mark.parametrize(("type_", "office", "rule"), [
    ("I-200", "federal-judge", "warrant-kind"), ("I-205", "state-judge", "warrant-kind"), ("federal-criminal", "immigration-officer", "warrant-kind"),
    ("judicial-civil", "immigration-judge", "warrant-kind"), ("federal-criminal", "state-judge", "warrant-kind"),
])
def test_f07_an_officers_paper_is_not_a_judges(texas: Jail, type_: str, office: str, rule: str) -> None:
    custody = texas.book()
    with pytest.raises(RuleOfTheDesk) as refused:
        intake.record_warrant(texas.by("ana"), custody.pk, type=type_, issuer="x", issuer_office=office, signed_by="y", statute="8 U.S.C. 1226")
    assert rule_of(refused) == rule


@pytest.mark.parametrize("left_out", ["issuer", "signed_by", "statute"])
def test_f07_issuer_signature_and_statute_are_required(texas: Jail, left_out: str) -> None:
    custody = texas.book()
    values = {"issuer": "ICE", "signed_by": "Officer Vance", "statute": "8 U.S.C. 1226", left_out: "  "}
    with pytest.raises(Invalid):
        intake.record_warrant(texas.by("ana"), custody.pk, type="I-200", issuer_office="immigration-officer", **values)


def test_f07_an_i200_does_not_make_a_judicial_warrant(connecticut: Jail) -> None:
    custody, _ = connecticut.decided()
    intake.record_warrant(connecticut.by("ana"), custody.pk, type="I-200", issuer="ICE Hartford", issuer_office="immigration-officer", signed_by="Officer Vance",
                          statute="8 U.S.C. 1226")
    custody = connecticut.due(connecticut.served(custody))
    with pytest.raises(RuleOfTheDesk, match="No warrant or order signed by a judge"):
        holds.hold(connecticut.by("sam"), custody.pk, "warrant")
    assert custody.hold_answer == "prohibited"


# ---------------------------------------------------------------------------------------------- intake


def test_f08_every_channel_ends_in_one_register(texas: Jail) -> None:
    for channel in ("fax", "mail", "e-mail", "teletype", "by-hand", "import"):
        texas.detainer(channel=channel, dhs_number=f"D-{channel}", received_number="512-555-0100")
    assert queue.to_match(texas.agency).count() == 6
    found = register.counts(texas.agency, date(2026, 11, 1), date(2026, 11, 30))
    assert (found.received, found.by_channel["fax"], found.by_channel["teletype"]) == (6, 1, 1)


def test_f08_the_list_that_ice_sends_is_set_against_the_register(texas: Jail) -> None:
    texas.detainer(dhs_number="D-1")
    lines = [{"facility": texas.facility.identifier, "dhs_number": "D-1", "surname": "Quintana"},
             {"facility": texas.facility.identifier, "dhs_number": "D-2", "surname": "Ibarra", "outcome": "declined"}]
    found = register.reconcile(texas.agency, lines, date(2026, 11, 1), date(2026, 11, 30))
    assert [item.kind for item in found] == ["agrees", "not-received"]


def test_f09_sent_received_and_served_are_separate_moments(texas: Jail) -> None:
    custody, detainer = texas.decided()
    assert detainer.sent_at is not None
    assert detainer.sent_at < detainer.received_at
    assert detainer.served_at is None
    texas.served(custody)
    assert Detainer.objects.get(pk=detainer.pk).served_at == texas.now
    with pytest.raises(Invalid, match="before it was sent"):
        texas.detainer(sent_at=texas.now, received_at=texas.now - timedelta(hours=3))


def test_f10_a_detainer_received_after_the_release_is_neither_honored_nor_declined(texas: Jail) -> None:
    custody = texas.book()
    custody = texas.checked(texas.due(custody, hours=-2))
    release.release(texas.by("ana", texas.now - timedelta(hours=1)), custody.pk, "release-time", at=texas.now - timedelta(hours=1))
    detainer = texas.detainer(custody, received_at=texas.now, sent_at=None)
    matching.match(texas.by("ana"), detainer.pk, custody.pk)
    matching.second_look(texas.by("ben"), detainer.pk, True, looked_at="picture")
    detainer.refresh_from_db()
    assert (detainer.state, detainer.live) == ("after-release", False)
    custody = texas.fresh(custody)
    assert custody.outcome == "received-after-release"
    found = register.counts(texas.agency, date(2026, 11, 1), date(2026, 11, 30))
    assert found.outcomes == {}
    assert found.sums["after_release"] == 1


def test_f11_a_namesake_place_is_flagged_by_its_identifier(texas: Jail) -> None:
    Facility.objects.create(identifier="TX0000099", name=texas.facility.name, state="TX", county="Another Larkspur")
    row = texas.detainer(addressed_facility="TX0000099")
    assert "not a facility of this agency" in Alert.objects.get(kind="namesake", key=f"namesake:{row.pk}").says
    with pytest.raises(RuleOfTheDesk, match="is not a facility of"):
        texas.book(facility_identifier="TX0000099")
    with pytest.raises(Invalid, match="identifier"):
        texas.book(facility_identifier=texas.facility.name)
    found = register.reconcile(texas.agency, [{"facility": "TX0000099", "dhs_number": "", "surname": "Quintana", "outcome": "declined"}], date(2026, 11, 1),
                               date(2026, 11, 30))
    assert found[0].kind == "other-place"


def test_f12_a_detainer_goes_on_with_the_person_and_the_next_desk_acknowledges_it(texas: Jail, connecticut: Jail) -> None:
    custody, detainer = connecticut.decided()
    transfers.transfer(connecticut.by("sam"), custody.pk, "facility", recipient="Sgt. Lowe", facility_identifier=texas.facility.identifier)
    custody = connecticut.fresh(custody)
    assert (custody.state, custody.outcome) == ("transferred", "moved-on")
    work.run_due(connecticut.now)
    assert Alert.objects.filter(agency=texas.agency, kind="pass-on").exists()
    offered = transfers.offered_to(texas.agency)
    assert [item.detainer_id for item in offered] == [detainer.pk]
    received = transfers.acknowledge(texas.by("ana"), offered[0].pk)
    assert (received.channel, received.state) == ("with-transfer", "received")
    work.run_due(connecticut.now + timedelta(minutes=1))
    assert DetainerEvent.objects.filter(detainer=detainer, kind="acknowledged").exists()
    assert not docket.verify(connecticut.agency)[2]
    assert not docket.verify(texas.agency)[2]


def test_f12_a_detainer_that_nobody_acknowledges_comes_back_to_the_sender(connecticut: Jail) -> None:
    custody, _ = connecticut.decided()
    elsewhere = Facility.objects.create(identifier="MA0140000", name="Worcester jail, invented", state="MA")
    transfers.transfer(connecticut.by("sam"), custody.pk, "facility", recipient="Worcester intake", facility_identifier=elsewhere.identifier)
    work.run_due(connecticut.now + timedelta(hours=4, minutes=1))
    assert "has not acknowledged" in Alert.objects.get(custody=custody, kind="pass-on").says
    assert HandOver.objects.get(custody=custody).acknowledged_at is None


def test_f13_told_but_not_collected_is_not_declined(texas: Jail) -> None:
    custody, hold = texas_hold(texas)
    contacts.send(texas.by("ana"), custody.pk, "notice-of-release", channel="fax", number="956-555-0101", official="Duty officer Marsh", content="Release 2026-11-18 14:00")
    over = hold.limit_at + timedelta(minutes=1)
    work.run_due(over)
    custody = texas.fresh(custody)
    assert custody.hold is None
    texas.checked(custody, over)
    release.release(texas.by("ana", over), custody.pk, "limit")
    assert texas.fresh(custody).outcome == "notified-not-collected"
    release.outcome(texas.by("ana", over + timedelta(hours=5)), custody.pk, "late", "call of ICE at 19:40")
    assert texas.fresh(custody).outcome == "late"


def test_f14_nothing_goes_to_ice_that_the_decision_does_not_allow(connecticut: Jail) -> None:
    custody, _ = connecticut.decided()
    custody = connecticut.due(custody)
    assert custody.notify_answer == "prohibited"
    for kind in ("notice-of-release", "will-hold", "interview", "information", "hand-over"):
        with pytest.raises(RuleOfTheDesk) as refused:
            contacts.send(connecticut.by("ana"), custody.pk, kind, channel="e-mail", content="He leaves at four.")
        assert rule_of(refused) == "ice-allowed"
    assert not Contact.objects.filter(custody=custody, direction="out").exists()
    assert Entry.objects.filter(custody=custody, kind="contact-refused").count() == 5


def test_f14_a_refusal_says_nothing_of_the_person(connecticut: Jail) -> None:
    custody, _ = connecticut.decided()
    sent = contacts.send(connecticut.by("ana"), custody.pk, "decline", channel="fax", content="He leaves at four through the back door.")
    assert "four" not in sent.content
    assert "54-192h" in sent.content
    assert "says nothing on whether any person" in sent.content


def test_f14_an_opinion_cannot_lift_a_bar(connecticut: Jail) -> None:
    custody, _ = connecticut.decided()
    with pytest.raises(RuleOfTheDesk) as refused:
        counsel.opine(connecticut.by("carol"), custody.pk, custody.decision.pk, "notify", "permitted", "ICE asked nicely")
    assert rule_of(refused) == "opinion-within-law"


def test_f15_the_minutes_between_release_time_and_release_are_measured_for_all(texas: Jail) -> None:
    for surname, with_detainer, minutes in (("Quintana", True, 90), ("Marlow", False, 20)):
        custody = texas.decided(surname=surname)[0] if with_detainer else texas.book(surname=surname)
        custody = texas.due(custody, hours=-2)
        moment = texas.now - timedelta(hours=2) + timedelta(minutes=minutes)
        texas.checked(custody, moment)
        release.release(texas.by("sam", moment), custody.pk, "release-time", note="could not be served in time")
    found = register.counts(texas.agency, date(2026, 11, 1), date(2026, 11, 30))
    assert (found.minutes_with_detainer["median"], found.minutes_without["median"]) == (90, 20)


def test_f15_waiting_for_ice_is_no_reason_to_wait(texas: Jail) -> None:
    assert not [word for word in Release.REASONS if "ice" in word and "wait" in word]
    custody, _ = texas.decided()
    custody = texas.due(custody)
    with pytest.raises(Invalid):
        release.release(texas.by("ana"), custody.pk, "waiting for ICE")


def test_f16_a_contractor_who_fetches_for_ice_is_ice(connecticut: Jail) -> None:
    custody, _ = connecticut.decided()
    custody = connecticut.due(custody, hours=-0.1)
    with pytest.raises(RuleOfTheDesk) as refused:
        transfers.transfer(connecticut.by("sam"), custody.pk, "for-ice", recipient="Transport Services Inc.", identification="driver 12")
    assert rule_of(refused) == "ice-allowed"
    place = Facility.objects.create(identifier="CTICE0001", name="Processing centre", state="CT", operator="ICE (contractor)")
    with pytest.raises(RuleOfTheDesk):
        transfers.transfer(connecticut.by("sam"), custody.pk, "facility", recipient="Processing centre", facility_identifier=place.identifier)
    assert not Transfer.objects.filter(custody=custody).exists()


def test_f17_a_cancelled_detainer_closes_at_once_and_ends_the_hold(texas: Jail) -> None:
    custody, _ = texas_hold(texas)
    detainer = custody.detainers.get()
    intake.cancel(texas.by("ana"), detainer.pk, texas.now, note="I-247A marked as cancelled")
    custody = texas.fresh(custody)
    detainer.refresh_from_db()
    assert (detainer.live, detainer.state, custody.live_detainers, custody.hold) == (False, "cancelled", 0, None)
    assert custody.hold_answer == "prohibited"
    assert Alert.objects.filter(custody=custody, kind="cancelled", level="now").exists()
    intake.cancel(texas.by("ben"), detainer.pk, texas.now)
    assert DetainerEvent.objects.filter(detainer=detainer, kind="cancelled").count() == 1


def test_f18_no_service_no_hold(texas: Jail) -> None:
    custody, detainer = texas.decided()
    custody = texas.due(custody)
    with pytest.raises(RuleOfTheDesk) as refused:
        holds.hold(texas.by("sam"), custody.pk, "statute")
    assert rule_of(refused) == "hold-served"
    assert list(notices.unserved(texas.by("ana"))) == [detainer]
    notices.serve(texas.by("ana"), custody.pk, "detainer-copy", language="Spanish", refused_to_sign=True)
    assert not notices.unserved(texas.by("ana"))
    assert holds.hold(texas.by("sam"), custody.pk, "statute").limit_at > texas.now


def test_f18_a_copy_given_to_the_lawyer_alone_is_not_service_on_the_person(texas: Jail) -> None:
    custody, _ = texas.decided()
    notices.serve(texas.by("ana"), custody.pk, "detainer-copy", language="English", given_to="lawyer")
    assert texas.fresh(custody).unserved == 1


def test_f19_one_case_per_custody_with_the_newest_live_detainer_on_top(texas: Jail) -> None:
    custody, first = texas.matched()
    second = texas.detainer(custody, dhs_number="D-2", received_at=texas.now - timedelta(hours=1), sent_at=None, form="I-247G")
    matching.match(texas.by("ana"), second.pk, custody.pk)
    matching.second_look(texas.by("ben"), second.pk, True, looked_at="picture")
    custody = texas.fresh(custody)
    assert Custody.objects.count() == 1
    assert custody.live_detainers == 2
    assert custody.sheet.facts["detainer"]["form"] == "I-247G"
    intake.cancel(texas.by("ana"), second.pk, texas.now)
    custody = texas.fresh(custody)
    assert (custody.live_detainers, custody.sheet.facts["detainer"]["form"]) == (1, "I-247A")
    assert first.form == "I-247A"


def test_f19_the_same_paper_again_counts_once(texas: Jail) -> None:
    texas.detainer(dhs_number="D-1")
    again = texas.detainer(dhs_number="D-1", channel="mail")
    assert again.state == "duplicate"
    found = register.counts(texas.agency, date(2026, 11, 1), date(2026, 11, 30))
    assert (found.received, found.duplicates) == (1, 1)


def test_f19_one_scan_may_hold_the_detainers_of_two_people(texas: Jail) -> None:
    fax = b"%PDF-1.4 two detainers"
    rafael, eve = texas.book(), texas.book(surname="Marsh", given_names="Eve", date_of_birth="1988-01-02")
    registered = [
        texas.detainer(custody, document=documents.document(fax, "fax.pdf", "detainer"), **more)
        for custody, more in ((rafael, {}), (eve, {}), (rafael, {"dhs_number": "D-2"}), (rafael, {}))
    ]
    assert [row.state for row in registered] == ["received", "received", "received", "duplicate"]
    brother = {"surname": "Quintana", "given_names": "Adam", "date_of_birth": "1991-05-06"}
    assert texas.detainer(subject=brother, document=documents.document(fax, "fax.pdf", "detainer")).state == "received"


def test_f19_what_was_wrongly_taken_for_the_same_paper_can_be_doubted_and_matched(texas: Jail) -> None:
    custody = texas.book()
    texas.detainer(custody, dhs_number="D-1")
    again = texas.detainer(custody, dhs_number="D-1")
    assert (again.state, again.live) == ("duplicate", False)
    doubted = matching.doubt(texas.by("ana"), again.pk, "a second page behind the first")
    assert (doubted.state, doubted.live) == ("doubt", True)
    matching.match(texas.by("ana"), again.pk, custody.pk)
    matching.second_look(texas.by("ben"), again.pk, True, looked_at="both pages")
    assert texas.fresh(custody).live_detainers == 1
    assert docket.verify(texas.agency)[2] == []


# ---------------------------------------------------------------------------------------------- clocks and law


def test_f20_both_readings_of_the_48_hours_are_shown_and_the_shorter_governs(texas: Jail) -> None:
    custody, _ = texas.decided()
    friday = texas.now + timedelta(days=2, hours=2)
    release.set_due(texas.by("ana"), custody.pk, friday, "sentence-complete", note="time computation 7")
    custody = texas.fresh(texas.served(custody))
    found = {bool(row["excludes"]): row for row in holds.readings(custody.decision)}
    assert set(found) == {True, False}
    assert found[False]["governs"]
    assert not found[True]["governs"]
    hold = holds.hold(texas.by("sam"), custody.pk, "statute")
    assert hold.limit_at == friday + timedelta(hours=48)
    assert datetime.fromisoformat(found[True]["ends_at"]) == friday + timedelta(days=4)


def test_f20_counsel_may_choose_the_other_reading(texas: Jail) -> None:
    version = law.adopt(texas.by("carol"), "8 CFR 287.7(d) is what binds us; memorandum of 3 November.", reading="counted")
    assert version.number == 2
    custody, _ = texas.decided()
    friday = texas.now + timedelta(days=2, hours=2)
    release.set_due(texas.by("ana"), custody.pk, friday, "sentence-complete", note="time computation 7")
    custody = texas.fresh(texas.served(custody))
    assert holds.hold(texas.by("sam"), custody.pk, "statute").limit_at == friday + timedelta(days=4)


def test_f20_the_limit_counts_elapsed_hours_over_the_change_of_the_clocks(texas: Jail) -> None:
    from zoneinfo import ZoneInfo

    start = datetime(2026, 10, 31, 20, 0, tzinfo=ZoneInfo("America/Chicago"))
    end = end_of(start, 48)
    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=48)
    assert (end.hour, end.day) == (19, 2)


def test_f20_at_the_limit_the_hold_ends_by_itself(texas: Jail) -> None:
    custody, hold = texas_hold(texas)
    work.run_due(hold.limit_at - timedelta(minutes=59))
    assert texas.fresh(custody).hold == hold
    work.run_due(hold.limit_at)
    custody = texas.fresh(custody)
    assert custody.hold is None
    assert custody.state == "release-due"
    assert Alert.objects.filter(custody=custody, kind="hold-limit", level="now", says__contains="Release now").exists()


POLICY = """
code: US-WY-POLICY
name: General Order 14 of the Bitterroot County Sheriff
layer: local
parent: US-WY
provisions:
  - id: bitterroot-hold
    question: hold
    effect: {effect}
    binds: [sheriff]
    from: 2020-01-01
    {more}
    says: The sheriff's own order on detainers, invented for the tests.
    cite: General Order 14
    read: full-text
    confidence: high
"""


def test_f21_a_change_of_law_decides_every_open_case_again(wyoming: Jail) -> None:
    cases = [wyoming.decided(surname=name, date_of_birth=f"198{index}-01-01")[0] for index, name in enumerate(("Quintana", "Ibarra", "Okoro"))]
    assert {case.hold_answer for case in cases} == {"unsettled"}
    version = law.adopt(wyoming.by("carol"), "The order of the sheriff, adopted.", POLICY.format(effect="prohibited", more="unless: papers.judicial_warrant"))
    assert "prohibited" not in {wyoming.fresh(case).hold_answer for case in cases}
    work.run_due(wyoming.now + timedelta(minutes=1))
    for case in cases:
        found = wyoming.fresh(case)
        assert (found.hold_answer, found.law_id) == ("prohibited", version.pk)
        assert found.decision.because == "law"
        assert {"question": "hold", "from": "unsettled", "to": "prohibited"} in found.decision.changes
        assert found.decision.supersedes_id == case.decision_id
    entry = Entry.objects.filter(agency=wyoming.agency, kind="redecided").latest("sequence")
    assert entry.content["changed"] == 3


def test_f21_nothing_is_done_under_the_old_law_in_between(wyoming: Jail) -> None:
    custody, _ = wyoming.decided()
    law.adopt(wyoming.by("carol"), "The order of the sheriff, adopted.", POLICY.format(effect="prohibited", more=""))
    with pytest.raises(RuleOfTheDesk) as refused:
        decisions.answer_to(wyoming.fresh(custody), "hold")
    assert rule_of(refused) == "decision-current"


def test_f21_on_a_day_on_which_the_law_changes_by_its_dates_cases_are_decided_again(wyoming: Jail) -> None:
    law.adopt(wyoming.by("carol"), "The order of the sheriff, adopted.", POLICY.format(effect="prohibited", more="").replace("2020-01-01", "2026-11-20"))
    custody, _ = wyoming.decided()
    assert custody.hold_answer == "unsettled"
    assert redecision.redecide_day(wyoming.desk(), {"day": "2026-11-19"}) == "the law does not change on this day"
    redecision.redecide_day(wyoming.desk(wyoming.now + timedelta(days=2)), {"day": "2026-11-20"})
    custody = wyoming.fresh(custody)
    assert (custody.hold_answer, custody.decision.because) == ("prohibited", "day")


# ---------------------------------------------------------------------------------------------- the door, the record


def test_f22_the_wrong_person_at_the_door_stops_the_release(connecticut: Jail) -> None:
    custody, _ = connecticut.decided()
    custody = connecticut.checked(connecticut.due(custody, hours=-1))
    release.check(connecticut.by("ana"), custody.pk, "door", "not-the-same", "stood in the wrong line")
    with pytest.raises(RuleOfTheDesk) as refused:
        release.release(connecticut.by("ana"), custody.pk, "release-time")
    assert rule_of(refused) == "identity"
    release.check(connecticut.by("ana"), custody.pk, "door", "same")
    release.release(connecticut.by("ana"), custody.pk, "release-time")


def test_f23_the_timeline_of_one_custody_can_be_handed_out_redacted_and_signed(connecticut: Jail) -> None:
    custody, _ = connecticut.decided()
    connecticut.due(custody)
    by = connecticut.by("otto")
    sealed = timeline.timeline(by, custody, (), "personal", names=False)
    text = str(sealed["timeline"]["lines"])
    assert "Quintana" not in text
    assert "Ana" not in text
    assert [line["kind"] for line in sealed["timeline"]["lines"]][:3] == ["booked", "detainer-received", "detainer-first-match"]
    assert "does not say" in timeline.faults_of(connecticut.agency, sealed)[0], "made, and never handed out"
    timeline.keep(by, custody, sealed)
    assert timeline.faults_of(connecticut.agency, sealed) == []
    sealed["timeline"]["lines"][1]["says"] = "Nothing was ever received."
    assert "seal is broken" in timeline.faults_of(connecticut.agency, sealed)[0]
    assert timeline.faults_of(connecticut.agency, {"timeline": 3}) == ["It is no timeline of a desk: take the JSON file that was made beside the PDF."]


def test_f24_what_is_not_known_is_said_to_be_unknown(texas: Jail) -> None:
    custody = texas.book()
    found = decisions.ask_again(texas.by("ana"), custody.pk)
    assert "person.citizen_proof" not in str(found.sheet.facts)
    custody, _ = texas.matched(surname="Ibarra", date_of_birth="1971-02-02")
    assert custody.hold_answer == "undetermined"
    assert {item["fact"] for item in decisions.missing_facts(custody.decision)} >= {"person.citizen_proof", "person.lawful_status_proof"}
    release.outcome(texas.by("ana"), custody.pk, "unknown", "the file was lost in the move")
    assert texas.fresh(custody).outcome == "unknown"


def test_f25_the_report_comes_from_the_register(texas: Jail) -> None:
    for number in range(3):
        texas.detainer(dhs_number=f"D-{number}")
    texas.decided(surname="Ibarra", date_of_birth="1971-02-02")
    found = register.counts(texas.agency, date(2026, 1, 1), date(2026, 12, 31))
    assert found.received == Detainer.objects.filter(agency=texas.agency).count() == 4
    assert found.by_state == {"received": 3, "matched": 1}


def test_f26_an_outside_account_sees_only_what_a_decision_allows_and_every_look_is_kept(connecticut: Jail, texas: Jail) -> None:
    custody, _ = connecticut.decided()
    with pytest.raises(NotAllowed):
        looks.look(connecticut.by("ida"), custody.pk)
    kept = Look.objects.get(agency=connecticut.agency, user=connecticut.users["ida"])
    assert (kept.refused, kept.outside, kept.custody_id) == (True, "ICE ERO", custody.pk)
    held, _ = texas.decided()
    looks.look(texas.by("ida"), held.pk)
    allowed = Look.objects.get(agency=texas.agency, user=texas.users["ida"])
    assert (allowed.refused, allowed.decision_id) == (False, held.decision_id)
    looks.seal(texas.desk(texas.now + timedelta(hours=1)), {})
    assert Entry.objects.filter(agency=texas.agency, kind="looks-sealed").exists()


def test_f27_an_own_order_is_flagged_when_what_it_rests_on_has_ended(wyoming: Jail) -> None:
    text = POLICY.format(effect="prohibited", more="rests_on: [wy-hb133-policy-bar-2025, us-287-7-d-48-hours]")
    law.adopt(wyoming.by("carol"), "The order of the sheriff.", text)
    assert not PolicyReview.objects.exists()
    first = LawVersion.objects.filter(agency=wyoming.agency).latest("number")
    before = law.law_of(first)
    after = law.law_of(first)
    changed = law.dependents(before, "US-WY-POLICY", after, "US-WY-POLICY", date(2024, 1, 1))
    assert [(item.id, above) for item, above, _ in changed] == [("bitterroot-hold", "wy-hb133-policy-bar-2025")]
    with pytest.raises(Invalid, match="rests on"):
        law.adopt(wyoming.by("carol"), "Again.", text.replace("wy-hb133-policy-bar-2025", "wy-no-such-act"))


def test_f27_an_own_order_on_a_repealed_act_calls_counsel(texas: Jail) -> None:
    jail = make_jail("sagebrush", "Sagebrush County Sheriff", "US-TX", "sheriff", "America/Chicago")
    text = POLICY.format(effect="prohibited", more="rests_on: [tx-2251-hold-2017]").replace("US-WY", "US-TX")
    law.adopt(jail.by("carol"), "The old order of 2017.", text)
    review = PolicyReview.objects.get(agency=jail.agency)
    assert "ended on 2024-12-31" in review.says
    assert Alert.objects.filter(agency=jail.agency, kind="policy", for_role="counsel").exists()


def test_f28_the_type_of_paper_comes_first_and_authority_and_clock_follow_from_it(connecticut: Jail) -> None:
    custody, _ = connecticut.decided()
    custody = connecticut.due(custody)
    with pytest.raises(Invalid):
        intake.record_warrant(connecticut.by("ana"), custody.pk, type="", issuer="ICE", issuer_office="immigration-officer", signed_by="x", statute="y")
    warrant = intake.record_warrant(connecticut.by("ana"), custody.pk, type="federal-criminal", issuer="U.S. District Court", issuer_office="federal-magistrate",
                                    signed_by="Magistrate Judge R. Alder", statute="8 U.S.C. 1326")
    hold = holds.hold(connecticut.by("sam"), custody.pk, "warrant", warrant_id=warrant.pk)
    assert (hold.authority, hold.warrant_id, hold.detainer_id) == ("warrant", warrant.pk, None)
    assert "looked at again" in hold.limit_cite
    intake.end_warrant(connecticut.by("ana"), warrant.pk, "recalled by the court")
    assert connecticut.fresh(custody).hold is None


def test_f28_a_hold_on_the_detainer_and_a_hold_on_a_warrant_are_not_exchanged(texas: Jail) -> None:
    custody, _ = texas.decided()
    custody = texas.due(texas.served(custody))
    with pytest.raises(RuleOfTheDesk):
        holds.hold(texas.by("sam"), custody.pk, "warrant")
    with pytest.raises(RuleOfTheDesk, match="another authority"):
        holds.hold(texas.by("sam"), custody.pk, "permission")


def test_the_facts_of_a_case_say_where_they_come_from(texas: Jail) -> None:
    custody, _ = texas.decided()
    told = custody.sheet.facts["sources"]["papers.judicial_warrant"]
    assert told == "NCIC query and booking file (Ana Reyes, clerk, 2026-11-18 09:00)"
    with pytest.raises(Invalid, match="Say where"):
        facts.state_facts(texas.by("ana"), custody.pk, {"papers.judicial_warrant": True}, " ")


def test_a_booking_number_is_used_once(texas: Jail) -> None:
    texas.book(booking_number="A-1")
    with pytest.raises(RuleOfTheDesk):
        texas.book(booking_number="a 1")
