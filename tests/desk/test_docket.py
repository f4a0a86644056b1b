"""The docket: every change is an entry, the chain shows what was touched, and nothing is overwritten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from lawfulhold.desk import guards
from lawfulhold.desk.models import Charge, Entry, Hold, PersonDetails, RecordsAreNeverChanged, Warrant
from lawfulhold.desk.services import booking, docket, facts
from tests.desk.people import Jail


def faults(jail: Jail) -> list[str]:
    return [fault.says for fault in docket.verify(jail.agency)[2]]


def test_every_step_of_a_case_is_an_entry_and_the_chain_verifies(texas: Jail) -> None:
    custody, _ = texas.decided()
    count, last, found = docket.verify(texas.agency)
    assert not found
    assert count == Entry.objects.filter(agency=texas.agency).count()
    kinds = list(custody.entries.order_by("sequence").values_list("kind", flat=True))
    assert kinds[:4] == ["booked", "detainer-first-match", "detainer-matched", "decision"]
    assert len(last) == 64


def test_a_changed_entry_is_found(texas: Jail) -> None:
    texas.decided()
    guards.drop(connection)
    Entry.objects.filter(agency=texas.agency, sequence=3).update(actor_name="Somebody Else, clerk")
    assert faults(texas) == ["was changed after it was written"]


def test_a_column_that_came_later_is_no_change_until_something_is_written_into_it(texas: Jail, monkeypatch: pytest.MonkeyPatch) -> None:
    values = docket.values_of
    with monkeypatch.context() as before:
        before.setattr(docket, "values_of", lambda record: {name: value for name, value in values(record).items() if name != "lawyer"})
        custody = texas.book()
    assert faults(texas) == []
    guards.drop(connection)
    PersonDetails.objects.filter(person=custody.person).update(lawyer="Somebody")
    assert faults(texas) != []


def test_changed_content_is_found(texas: Jail) -> None:
    texas.decided()
    entry = Entry.objects.get(agency=texas.agency, sequence=3)
    Entry.objects.filter(pk=entry.pk).update(content={**entry.content, "says": "Nothing happened."})
    assert "its content was changed" in faults(texas)


def test_an_entry_taken_out_is_found(texas: Jail) -> None:
    custody = texas.book()
    guards.drop(connection)
    with transaction.atomic():
        booking.correct_details(texas.by("ana"), custody.pk, "passport", language="Mam")
    entry = Entry.objects.filter(agency=texas.agency).latest("sequence")
    PersonDetails.objects.filter(entry=entry).delete()
    entry.delete()
    assert "the head of the docket stands at entry" in faults(texas)[0]


def test_a_docket_cut_short_together_with_its_head_is_found_by_the_hash_noted_earlier(texas: Jail) -> None:
    custody = texas.book()
    count, last, _ = docket.verify(texas.agency)
    booking.correct_details(texas.by("ana"), custody.pk, "passport", language="Mam")
    later, noted, _ = docket.verify(texas.agency)
    guards.drop(connection)
    entry = Entry.objects.filter(agency=texas.agency).latest("sequence")
    PersonDetails.objects.filter(entry=entry).delete()
    entry.delete()
    texas.agency.head.sequence, texas.agency.head.hash = count, last
    texas.agency.head.save()
    assert not faults(texas)
    assert docket.verify(texas.agency, noted=(later, noted))[2]


def test_a_changed_record_is_found_though_the_chain_is_whole(texas: Jail) -> None:
    custody = texas.book()
    Charge.objects.filter(custody=custody).update(source="somewhere else")
    assert [fault for fault in faults(texas) if fault.startswith("charge ")]


def test_a_record_without_an_entry_is_found(texas: Jail) -> None:
    custody = texas.book()
    entry = custody.entries.latest("sequence")
    PersonDetails(person=custody.person, surname="Doe", agency=texas.agency, entry=entry, recorded_at=texas.now, recorded_name="nobody").save()
    assert any("stands in no entry" in fault for fault in faults(texas))


def test_a_record_that_was_taken_away_is_found(texas: Jail) -> None:
    custody = texas.book()
    Charge.objects.filter(custody=custody).delete()
    assert any("is gone" in fault for fault in faults(texas))


def test_the_database_itself_refuses_to_change_an_entry(texas: Jail) -> None:
    texas.book()
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        Entry.objects.filter(agency=texas.agency, sequence=2).update(kind="nothing")


def test_a_record_is_corrected_never_changed(texas: Jail) -> None:
    custody = texas.book()
    details = booking.details_of(custody.person)
    details.surname = "Quintanilla"
    with pytest.raises(RecordsAreNeverChanged):
        details.save()
    with pytest.raises(RecordsAreNeverChanged):
        details.delete()
    corrected = booking.correct_details(texas.by("ana"), custody.pk, "passport", surname="Quintanilla")
    assert corrected.corrects == details
    assert booking.details_of(custody.person) == corrected
    assert PersonDetails.objects.get(pk=details.pk).surname == "Quintana"


def test_the_database_refuses_a_hold_without_authority_and_a_warrant_without_signature(texas: Jail) -> None:
    custody, _ = texas.decided()
    shared = {"agency": texas.agency, "entry": custody.entries.latest("sequence"), "recorded_at": texas.now, "recorded_name": "x", "custody": custody}
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold(decision=custody.decision, authority="", cite="", starts_at=texas.now, limit_at=texas.now + timedelta(hours=1), limit_cite="x", approved_by="x", **shared).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Warrant(type="bench", issuer="Court", issuer_office="state-judge", signed_by="", statute="x", judicial=True, **shared).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Warrant(type="I-200", issuer="ICE", issuer_office="immigration-officer", signed_by="x", statute="x", judicial=True, **shared).save()


def test_the_same_facts_again_write_nothing(texas: Jail) -> None:
    custody, _ = texas.decided()
    before = Entry.objects.filter(agency=texas.agency).count()
    facts.state_facts(texas.by("ana"), custody.pk, {"papers.judicial_warrant": False}, "NCIC query and booking file")
    assert Entry.objects.filter(agency=texas.agency).count() == before


def test_personal_data_cannot_be_read_in_the_database(texas: Jail) -> None:
    custody, _ = texas.decided()
    with connection.cursor() as cursor:
        for table in ("desk_persondetails", "desk_identifier", "desk_booking", "desk_entry", "desk_factsheet", "desk_detainer"):
            cursor.execute(f"SELECT * FROM {table}")
            told = str(cursor.fetchall())
            assert "Quintana" not in told
            assert "B-1000" not in told
            assert "1990-03-04" not in told
    assert booking.details_of(custody.person).surname == "Quintana"
