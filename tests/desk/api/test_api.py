"""What a jail management system does at the API: pushes, pulls, the same key twice, scopes, refusals that say what, where and what to do."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest

from lawfulhold.desk.api import tokens
from lawfulhold.desk.errors import Invalid, NotAllowed
from lawfulhold.desk.models import Agency, Booking, Charge, Custody, Detainer, Document, Entry, Look, Sign, Token
from lawfulhold.desk.services import docket, facts, matching, notices
from tests.desk.api.programs import BOOKING, DETAINER, Program, program
from tests.desk.people import ENOUGH, Jail, make_jail

pytestmark = pytest.mark.usefixtures("clock")


def booked(jms: Program, **more: Any) -> dict[str, Any]:
    answer = jms.post("/bookings", {**BOOKING, **more})
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_a_booking_is_pushed_and_its_answers_are_pulled(texas: Jail) -> None:
    jms = program(texas)
    case = booked(jms)
    assert (case["state"], case["booking_number"], case["eligible_to_bail"]) == ("booked", "26-4411", True)
    assert "Quintana" not in str(case)
    detainer = jms.post("/detainers", DETAINER).json()
    assert (detainer["state"], detainer["case_id"]) == ("received", None)
    matching.match(texas.by("ana"), detainer["id"], case["id"])
    matching.second_look(texas.by("ben"), detainer["id"], True, looked_at="picture and booking file")
    facts.state_facts(texas.by("ana"), case["id"], dict(ENOUGH["US-TX"]), "NCIC query")
    notices.serve(texas.by("ana"), case["id"], "detainer-copy", language="Spanish")
    found = jms.get("/cases/booking:26-4411/answers").json()
    assert found["answers"]["hold"]["answer"] == "required"
    assert found["answers"]["hold"]["provisions"][0]["cite"]
    assert found["case"]["live_detainers"] == 1
    due = jms.post(f"/cases/{case['id']}/release-time", {"at": "2026-11-18T20:00:00Z", "basis": "court-order", "paper": "order 26-0413"})
    assert due.json()["state"] == "release-pending"
    assert jms.get(f"/cases/{case['number']}/clocks").json()["clocks"]
    queue = jms.get("/queue", view="due").json()
    assert [row["id"] for row in queue["cases"]] == [case["id"]]
    assert queue["totals"]["due"] == 1
    assert Look.objects.filter(who="JMS (program)", what__startswith="API").count() == 2
    assert docket.verify(texas.agency)[2] == []


def test_a_release_reported_after_the_fact_is_recorded_and_the_supervisor_is_told(texas: Jail) -> None:
    jms = program(texas)
    case = booked(jms)
    answer = jms.post("/cases/booking:26-4411/release", {"at": "2026-11-18T14:58:00Z", "reason": "court", "note": "order 26-0413"})
    assert answer.status_code == 200, answer.content
    assert (answer.json()["state"], answer.json()["open"]) == ("released", False)
    again = jms.post(f"/cases/{case['id']}/release", {"at": "2026-11-18T14:58:00Z", "reason": "court"})
    assert (again.status_code, again.json()["error"]) == (409, "case-open")


def test_the_same_key_with_the_same_body_gives_the_same_answer_and_stores_nothing_new(texas: Jail) -> None:
    jms = program(texas)
    first = jms.post("/bookings", BOOKING, key="booking-26-4411")
    entries = Entry.objects.count()
    second = jms.post("/bookings", BOOKING, key="booking-26-4411")
    assert (second.status_code, second.json()) == (201, first.json())
    assert second["Idempotent-Replay"] == "true"
    assert (Custody.objects.count(), Entry.objects.count()) == (1, entries)


def test_the_same_key_with_another_body_is_a_conflict(texas: Jail) -> None:
    jms = program(texas)
    jms.post("/bookings", BOOKING, key="booking-26-4411")
    other = jms.post("/bookings", {**BOOKING, "booking_number": "26-4412"}, key="booking-26-4411")
    assert other.status_code == 409
    assert "another content" in other.json()["what"]
    assert other.json()["do"]
    assert Custody.objects.count() == 1
    path = jms.post("/cases/booking:26-4411/charges", {"charges": [{"external_id": "c2"}]}, key="booking-26-4411")
    assert path.status_code == 409


def test_a_key_under_which_something_was_refused_can_be_used_again(texas: Jail) -> None:
    jms = program(texas)
    assert jms.post("/bookings", {**BOOKING, "facility": "NOWHERE01"}, key="booking-26-4411").status_code == 422
    assert jms.post("/bookings", BOOKING, key="booking-26-4411").status_code == 201


def test_a_write_without_a_key_is_refused(texas: Jail) -> None:
    jms = program(texas)
    answer = jms.client.post("/api/v1/bookings", BOOKING, content_type="application/json", headers={"Authorization": f"Bearer {jms.words}"})
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.json()["where"]
    assert not Custody.objects.exists()


def test_a_charge_with_the_same_external_id_is_a_correction(texas: Jail) -> None:
    jms = program(texas)
    case = booked(jms)
    pleaded = {"external_id": "c1", "offence": "driving under the influence", "status": "convicted", "level": "misdemeanor", "convicted_on": "2026-11-17"}
    assert jms.post(f"/cases/{case['id']}/charges", {"charges": [pleaded]}).status_code == 200
    kept = Charge.objects.filter(custody_id=case["id"]).in_force()
    assert [row.facts["status"] for row in kept] == ["convicted"]
    assert Charge.objects.filter(custody_id=case["id"]).count() == 2
    jms.post(f"/cases/{case['id']}/charges", {"charges": [{**pleaded, "withdrawn": True}]})
    assert kept.get().withdrawn


def test_many_charges_are_taken_together_or_not_at_all(texas: Jail) -> None:
    jms = program(texas)
    case = booked(jms)
    answer = jms.post(f"/cases/{case['id']}/charges", {"charges": [{"external_id": "c7", "status": "charged"}, {"withdrawn": True}]})
    assert (answer.status_code, answer.json()["where"]) == (422, "charges.1.external_id")
    assert Charge.objects.filter(custody_id=case["id"]).count() == 1


# ---------------------------------------------------------------------------------------------- tokens


def test_a_token_is_kept_as_a_hash_only(texas: Jail) -> None:
    token, words = tokens.make(texas.by("ada"), "JMS", ["queue:read"])
    assert words not in str(Token.objects.filter(pk=token.pk).values())
    assert token.digest == tokens.digest_of(words)
    assert words not in str([entry.content for entry in Entry.objects.filter(agency=texas.agency)])


def test_a_token_without_the_scope_is_refused_and_that_is_kept(texas: Jail) -> None:
    jms = program(texas, "queue:read")
    answer = jms.post("/bookings", BOOKING)
    assert (answer.status_code, answer.json()["error"]) == (403, "not-allowed")
    assert "bookings:write" in answer.json()["what"]
    assert not Custody.objects.exists()
    assert Sign.objects.filter(agency=texas.agency, what="scope refused").count() == 1
    assert jms.get("/me").json()["scopes"] == ["queue:read"]


@pytest.mark.parametrize("path", ["/me", "/queue", "/events", "/cases/2026-000001", "/cases/2026-000001/answers"])
def test_no_token_no_answer(texas: Jail, path: str) -> None:
    jms = program(texas)
    jms.words = "lh_00000000_" + "A" * 43
    answer = jms.get(path)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["do"]


def test_a_revoked_token_and_one_over_its_time_are_refused(texas: Jail, clock: Any) -> None:
    jms = program(texas)
    assert jms.get("/me").status_code == 200
    tokens.revoke(texas.by("ada"), jms.words[:11], "the program was replaced")
    assert jms.get("/me").status_code == 401
    _, short = tokens.make(texas.by("ada"), "JMS 2", ["queue:read"], days=1)
    jms.words = short
    assert jms.get("/me").status_code == 200
    clock.move_to(texas.now + timedelta(days=1, seconds=1))
    assert jms.get("/me").status_code == 401


def test_only_an_administrator_makes_tokens_and_only_for_a_time(texas: Jail) -> None:
    for name in ("ana", "sam", "carol", "otto", "ida"):
        with pytest.raises(NotAllowed):
            tokens.make(texas.by(name), "JMS", ["queue:read"])
    with pytest.raises(Invalid, match="400 days"):
        tokens.make(texas.by("ada"), "JMS", ["queue:read"], days=5000)
    with pytest.raises(Invalid, match="queue:read"):
        tokens.make(texas.by("ada"), "JMS", ["queue:reed"])


def test_a_program_sees_its_own_agency_only(texas: Jail) -> None:
    case = booked(program(texas))
    other = make_jail("bitterroot", "Bitterroot County Sheriff", "US-WY", "sheriff", "America/Denver")
    stranger = program(other)
    for path in (f"/cases/{case['id']}", f"/cases/{case['id']}/answers", "/cases/booking:26-4411", f"/cases/{case['number']}"):
        assert stranger.get(path).status_code == 404
    assert stranger.post(f"/cases/{case['id']}/release", {"at": "2026-11-18T14:58:00Z"}).status_code == 404
    assert stranger.get("/queue", view="all").json()["cases"] == []
    assert all(row["case_id"] is None for row in stranger.get("/events").json()["events"])


def test_a_session_of_a_person_does_not_open_the_api(texas: Jail) -> None:
    jms = program(texas)
    jms.client.force_login(texas.users["sam"])
    assert jms.client.get("/api/v1/queue").status_code == 401


def test_too_many_requests_are_told_when_to_come_back(texas: Jail, settings: Any) -> None:
    settings.DESK_API_PER_MINUTE = 3
    jms = program(texas)
    answers = [jms.get("/me") for _ in range(4)]
    assert [item.status_code for item in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    settings.DESK_API_WRONG_PER_MINUTE = 2
    jms.words = "lh_wrong"
    assert [jms.get("/me").status_code for _ in range(3)] == [401, 401, 429]


# ---------------------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(("body", "status", "where"), [
    ("{", 400, "body"), ('{"a": NaN}', 400, "body"), ('{"surname": "A", "surname": "B"}', 400, "body"), ("[" * 100_000, 400, "body"),
    ("9" * 5_000, 400, "body"), (b"\xff\xfe{}", 400, "body"), ("[]", 422, ""), ("null", 422, ""),
])
def test_what_is_not_json_is_refused(texas: Jail, body: Any, status: int, where: str) -> None:
    answer = program(texas).post("/bookings", body)
    assert answer.status_code == status, answer.content
    assert answer.json()["what"]
    if where:
        assert answer.json()["where"] == where


@pytest.mark.parametrize(("change", "where"), [
    ({"surname": ""}, "surname"), ({"surname": "  "}, "surname"), ({"surname": "A" * 201}, "surname"), ({"surname": "Nul\x00l"}, "surname"),
    ({"surname": "\ud800"}, "surname"), ({"surname": "<script>alert(1)</script>"}, "surname"), ({"given_names": "<img src=x onerror=a>"}, "given_names"),
    ({"surname": "=HYPERLINK(\"http://example.org\")"}, "surname"), ({"birthplace": "+1+cmd|' /C calc'!A0"}, "birthplace"), ({"surname": "@SUM(A1)"}, "surname"),
    ({"date_of_birth": "1990-02-30"}, "date_of_birth"), ({"date_of_birth": "0001-01-01"}, "date_of_birth"), ({"booked_at": "2026-11-15T14:00:00"}, "booked_at"),
    ({"booked_at": "0001-01-01T00:00:00+23:00"}, "booked_at"), ({"booked_at": "2031-01-01T00:00:00Z"}, "booked_at"), ({"basis": "holiday"}, "basis"),
    ({"facility": "NOWHERE"}, "facility"), ({"nickname": "Rafa"}, "nickname"), ({"identifiers": {"fbl": "1"}}, "identifiers.fbl"),
    ({"charges": [{"status": "guilty"}]}, "charges.0.status"), ({"charges": [{"convicted_on": "2026-13"}]}, "charges.0.convicted_on"),
])
def test_a_booking_that_cannot_be_is_refused_with_its_place_and_nothing_is_stored(texas: Jail, change: dict[str, Any], where: str) -> None:
    jms = program(texas)
    before = Entry.objects.count()
    answer = jms.post("/bookings", {**BOOKING, **change})
    assert answer.status_code == 422, answer.content
    assert answer.json()["where"].endswith(where)
    assert answer.json()["what"]
    assert (Custody.objects.count(), Booking.objects.count(), Entry.objects.count()) == (0, 0, before)


def test_a_scan_that_is_not_what_its_name_says_is_refused(texas: Jail) -> None:
    jms = program(texas)

    def sent(name: str, content: bytes) -> Any:
        paper = {"name": name, "content": base64.b64encode(content).decode()}
        return jms.post("/detainers", {**DETAINER, "paper": paper})

    for name, content in (("scan.pdf", b"PK\x03\x04" + b"\0" * 200), ("scan.pdf", b"<html><script>alert(1)</script>"), ("scan.pdf", b"MZ\x90\0"),
                          ("scan.exe", b"%PDF-1.7 ..."), ("scan.png", b"%PDF-1.7 ..."), ("scan.pdf", b"\x1f\x8b" + b"\0" * 100), ("x.svg", b"<svg onload=a>")):
        answer = sent(name, content)
        assert answer.status_code == 422, (name, answer.content)
        assert not Detainer.objects.exists()
    assert sent("scan.pdf", b"%PDF-1.7 ...").status_code == 201
    assert Document.objects.get().media_type == "application/pdf"


def test_a_body_that_is_too_large_or_compressed_is_refused(texas: Jail, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
    jms = program(texas)
    large = jms.post("/bookings", {**BOOKING, "arresting_agency": "A" * 1_100_000})
    assert (large.status_code, large.json()["error"]) == (413, "too-large")
    bomb = jms.post("/bookings", b"\x1f\x8b\x08" + b"\0" * 100, **{"Content-Encoding": "gzip"})
    assert (bomb.status_code, bomb.json()["error"]) == (415, "media-type")
    assert jms.post("/bookings", "a=b", **{"Content-Type": "application/x-www-form-urlencoded"}).status_code == 415


def test_events_after_a_number_come_in_order(texas: Jail) -> None:
    jms = program(texas)
    start = Entry.objects.filter(agency=texas.agency).order_by("-sequence").first().sequence
    case = booked(jms)
    found = jms.get("/events", after=start).json()["events"]
    assert [row["event"] for row in found] == ["booked"]
    assert (found[0]["case_id"], found[0]["sequence"]) == (case["id"], start + 1)
    assert "Quintana" not in str(found)


def test_the_description_of_the_api_is_openapi_3_1_and_names_every_path(texas: Jail) -> None:
    described = program(texas).client.get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            assert operation["security"], path
            if method == "post" and path != "/api/v1/register/compare":
                assert "Idempotency-Key" in [item["name"] for item in operation["parameters"]], path


def test_an_agency_without_an_adopted_law_says_so(db: None) -> None:
    jail = make_jail("quarry", "Quarry County Sheriff", "US-TX", "sheriff", "America/Chicago", adopt=False)
    jms = program(jail)
    case = booked(jms, facility="QUARRY01")
    answer = jms.get(f"/cases/{case['id']}/answers")
    assert answer.status_code == 409
    assert Agency.objects.get(slug="quarry").law is None
