"""The failures seen in real jails (docs/desk-failures.md) at the level of the API."""

from __future__ import annotations

from typing import Any

import pytest

from lawfulhold.desk.api.paths import api
from lawfulhold.desk.models import Alert, Contact, Custody, Detainer, Entry, Facility, Look
from lawfulhold.desk.services import docket, holds
from tests.desk.api.programs import BOOKING, DETAINER, program
from tests.desk.people import Jail

pytestmark = pytest.mark.usefixtures("clock")


def test_f01_a_program_cannot_put_a_detainer_on_anybodys_record(texas: Jail) -> None:
    jms = program(texas)
    jms.post("/bookings", BOOKING)
    row = jms.post("/detainers", DETAINER).json()
    assert (row["state"], row["case_id"]) == ("received", None)
    assert not any("match" in path for path in api.get_openapi_schema(path_prefix="/")["paths"])
    assert jms.get("/cases/booking:26-4411").json()["live_detainers"] == 0


def test_f04_bail_is_taken_whatever_detainer_there_is(texas: Jail) -> None:
    jms = program(texas)
    custody, _ = texas.decided()
    answer = jms.post(f"/cases/{custody.pk}/bail", {"what": "posted", "amount": "500.00", "at": "2026-11-18T14:30:00Z"})
    assert answer.status_code == 200, answer.content
    assert answer.json()["eligible_to_bail"] is True
    assert answer.json()["release_due_at"].startswith("2026-11-18T14:30")


def test_f04_what_else_keeps_the_person_is_a_charge_that_was_pushed(texas: Jail) -> None:
    jms = program(texas)
    jms.post("/bookings", BOOKING)
    bail = {"what": "posted", "at": "2026-11-18T14:30:00Z"}
    refused = jms.post("/cases/booking:26-4411/bail", {**bail, "kept_by": "I-247A"})
    assert (refused.status_code, refused.json()["where"]) == (422, "kept_by")
    assert jms.post("/cases/booking:26-4411/bail", {**bail, "frees": False}).status_code == 422
    assert jms.post("/cases/booking:26-4411/bail", {**bail, "kept_by": "c1"}).json()["release_due_at"] is None
    assert "driving under the influence" in Entry.objects.get(kind="bail").content["says"]
    assert jms.post("/cases/booking:26-4411/bail", bail).json()["release_due_at"].startswith("2026-11-18T14:30")


@pytest.mark.parametrize("basis", ["detainer", "ICE", "ice detainer", "immigration detainer"])
def test_f05_a_booking_whose_reason_is_a_detainer_is_refused(texas: Jail, basis: str) -> None:
    answer = program(texas).post("/bookings", {**BOOKING, "basis": basis})
    assert (answer.status_code, answer.json()["error"]) == (409, "booking-basis")
    assert not Custody.objects.exists()


def test_f08_every_channel_ends_in_one_register_and_ice_gets_a_list_to_compare(texas: Jail) -> None:
    jms = program(texas)
    for number, channel in enumerate(("fax", "e-mail", "teletype", "mail", "api")):
        sent = jms.post("/detainers", {**DETAINER, "dhs_number": f"EVT-{number}", "channel": channel})
        assert sent.status_code == 201, sent.content
    lines = [{"facility": "LARKSPUR01", "dhs_number": f"EVT-{number}", "sent": "2026-11-17"} for number in range(7)]
    found = jms.post("/register/compare", {"first": "2026-11-10", "last": "2026-11-20", "lines": lines}).json()
    assert found["counts"] == {"agrees": 5, "not-received": 2}


def test_f09_sent_received_and_served_are_separate_and_what_never_came_is_not_declined(texas: Jail) -> None:
    jms = program(texas)
    row = jms.post("/detainers", DETAINER).json()
    assert row["sent_at"].startswith("2026-11-17T13")
    assert row["received_at"].startswith("2026-11-17T14")
    assert row["served_at"] is None
    backwards = jms.post("/detainers", {**DETAINER, "sent_at": "2026-11-17T15:00:00Z"})
    assert (backwards.status_code, backwards.json()["where"]) == (422, "sent_at")
    line = {"facility": "LARKSPUR01", "dhs_number": "EVT-404", "surname": "Nobody", "outcome": "declined"}
    found = jms.post("/register/compare", {"first": "2026-11-10", "last": "2026-11-16", "lines": [line]}).json()
    assert found["lines"][0]["kind"] == "not-received"


def test_f11_a_namesake_place_is_told_by_its_identifier_not_by_its_name(texas: Jail) -> None:
    jms = program(texas)
    Facility.objects.create(identifier="PALARKSP1", name="Larkspur County Sheriff jail", state="PA", county="Larkspur")
    row = jms.post("/detainers", {**DETAINER, "facility": "PALARKSP1"}).json()
    assert Alert.objects.filter(kind="namesake", key=f"namesake:{row['id']}").exists()
    line = {"facility": "PALARKSP1", "dhs_number": "EVT-9", "surname": "Quintana"}
    found = jms.post("/register/compare", {"first": "2026-11-10", "last": "2026-11-20", "lines": [line]}).json()
    assert found["lines"][0]["kind"] == "other-place"
    wrong = jms.post("/bookings", {**BOOKING, "facility": "PALARKSP1"})
    assert (wrong.status_code, wrong.json()["error"]) == (409, "own-facility")


def test_f14_a_notice_that_the_law_forbids_is_refused_and_the_refusal_is_kept(connecticut: Jail) -> None:
    jms = program(connecticut)
    custody, _ = connecticut.decided()
    custody = connecticut.due(custody)
    before = custody.notify_answer
    body = {"direction": "out", "kind": "notice-of-release", "channel": "fax", "content": "Release at 3 p.m."}
    answer = jms.post(f"/cases/{custody.pk}/contacts", body, key="notice-0001")
    assert before in ("prohibited", "undetermined", "unsettled")
    assert (answer.status_code, answer.json()["error"]) == (409, "ice-allowed")
    assert not Contact.objects.exists()
    assert Entry.objects.filter(custody=custody, kind="contact-refused").count() == 1
    again = jms.post(f"/cases/{custody.pk}/contacts", body, key="notice-0001")
    assert (again.status_code, again.json()) == (409, answer.json())
    assert Entry.objects.filter(custody=custody, kind="contact-refused").count() == 1
    assert docket.verify(connecticut.agency)[2] == []


def test_f14_no_path_of_the_api_sends_anything_to_ice(texas: Jail) -> None:
    described = api.get_openapi_schema(path_prefix="/")
    assert [path for path in described["paths"] if "contact" in path] == ["/cases/{case}/contacts"]
    jms = program(texas)
    custody, _ = texas.decided()
    sent = jms.post(f"/cases/{custody.pk}/contacts", {"direction": "out", "kind": "decline", "channel": "fax"})
    assert sent.status_code == 409


def test_f17_a_cancellation_from_the_jails_system_closes_the_detainer_and_ends_the_hold(texas: Jail) -> None:
    jms = program(texas)
    custody, detainer = texas.decided()
    custody = texas.due(texas.served(custody))
    holds.hold(texas.by("sam"), custody.pk, "statute")
    answer = jms.post(f"/detainers/{detainer.pk}/cancellation", {"at": "2026-11-18T14:55:00Z", "note": "lift by fax"})
    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    assert texas.fresh(custody).hold is None
    assert Alert.objects.filter(custody=custody, kind="cancelled", level="now").exists()


def test_f19_the_same_paper_pushed_twice_is_a_duplicate_and_one_case_keeps_them_all(texas: Jail) -> None:
    jms = program(texas)
    first, second = jms.post("/detainers", DETAINER).json(), jms.post("/detainers", DETAINER).json()
    assert (first["state"], second["state"]) == ("received", "duplicate")
    once, twice = (jms.post("/detainers", {**DETAINER, "dhs_number": "EVT-2"}, key="detainer-2").json() for _ in range(2))
    assert once["id"] == twice["id"]
    assert Detainer.objects.count() == 3
    again = jms.post("/bookings", BOOKING), jms.post("/bookings", BOOKING)
    assert [item.status_code for item in again] == [201, 409]
    assert again[1].json()["error"] == "booking-once"


def test_f26_every_look_of_a_program_is_kept_and_one_without_the_scope_sees_nothing(texas: Jail) -> None:
    custody, _ = texas.decided()
    jms = program(texas, "answers:read", name="Court interface")
    for path in ("", "/answers", "/clocks"):
        assert jms.get(f"/cases/{custody.pk}{path}").status_code == 200
    looks: Any = Look.objects.filter(custody=custody, who="Court interface (program)")
    assert looks.count() == 3
    blind = program(texas, "queue:read", name="Board")
    assert blind.get(f"/cases/{custody.pk}").status_code == 403
    assert not Look.objects.filter(who="Board (program)").exists()
