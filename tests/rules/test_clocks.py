"""Clocks across weekends, holidays, both daylight-saving changes and 29 February."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawfulhold import Case, Law, decide
from lawfulhold.rules.clocks import WEEKEND_AND_HOLIDAYS, counted_hours, end_of

NEW_YORK, PHOENIX = ZoneInfo("America/New_York"), ZoneInfo("America/Phoenix")


def at(text, zone=NEW_YORK):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("start", "flat", "counted", "why"),
    [
        ("2024-03-05T12:00", "2024-03-07T12:00", "2024-03-07T12:00", "within a week"),
        ("2024-03-01T17:00", "2024-03-03T17:00", "2024-03-05T17:00", "over a weekend"),
        ("2024-03-02T10:00", "2024-03-04T10:00", "2024-03-06T00:00", "begun on a Saturday"),
        (
            "2024-03-09T12:00",
            "2024-03-11T13:00",
            "2024-03-13T00:00",
            "clocks go forward on 10 March 2024: 48 elapsed hours end an hour later on the wall",
        ),
        ("2024-11-02T12:00", "2024-11-04T11:00", "2024-11-06T00:00", "clocks go back on 3 November 2024"),
        ("2024-02-28T12:00", "2024-03-01T12:00", "2024-03-01T12:00", "over 29 February"),
        ("2024-05-24T12:00", "2024-05-26T12:00", "2024-05-29T12:00", "over Memorial Day"),
        ("2026-07-02T12:00", "2026-07-04T12:00", "2026-07-07T12:00", "Independence Day observed on Friday 3 July 2026"),
        ("2024-12-31T12:00", "2025-01-02T12:00", "2025-01-03T12:00", "over New Year"),
    ],
)
def test_both_readings_of_the_48_hours(start, flat, counted, why):
    assert end_of(at(start), 48) == at(flat), why
    assert end_of(at(start), 48, WEEKEND_AND_HOLIDAYS) == at(counted), why


def test_a_zone_without_daylight_saving():
    assert end_of(at("2024-03-09T12:00", PHOENIX), 48) == at("2024-03-11T12:00", PHOENIX)


@given(
    st.datetimes(datetime(2012, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001
    st.sampled_from([1, 4, 24, 48, 72]),
)
def test_counted_hours_never_end_before_flat_ones_and_count_what_they_say(start, hours):
    begun = start.replace(tzinfo=UTC).astimezone(NEW_YORK)
    flat, counted = end_of(begun, hours), end_of(begun, hours, WEEKEND_AND_HOLIDAYS)
    assert (flat - begun).total_seconds() == hours * 3600 or flat.utcoffset() != begun.utcoffset()
    assert flat.astimezone(UTC) <= counted.astimezone(UTC)
    assert abs(counted_hours(begun, counted) - hours) < 1e-6


def decision(**facts):
    return decide(Case.model_validate({"jurisdiction": "US-TX", "agency": "sheriff", **facts}), Law())


def test_the_shorter_reading_governs_and_both_are_shown_in_the_agencys_zone():
    clocks = decision(
        date="2024-03-01T17:00",
        detainer={"form": "I-247A", "complete": True},
        papers={"judicial_warrant": False, "administrative_warrant": True},
        person={"citizen_proof": False, "lawful_status_proof": False},
    ).as_json()["clocks"]
    ends = {clock["ends_at"]: clock["governs"] for clock in clocks if clock["name"] == "longest hold"}
    assert ends["2024-03-03T17:00:00-06:00"] is True
    assert ends["2024-03-05T17:00:00-06:00"] is False


def test_a_hold_past_the_forms_48_hours_is_barred():
    for hours, allowed in ((47.9, True), (48.1, False)):
        found = decision(
            date="2024-03-01",
            detainer={"form": "I-247A", "complete": True},
            papers={"judicial_warrant": False, "administrative_warrant": True},
            person={"citizen_proof": False, "lawful_status_proof": False},
            custody={"hours_past_release": hours, "counted_hours_past_release": 10},
            agency={"kind": "sheriff", "delegated_officer": False},
        )
        assert (found.answers["hold"].answer != "prohibited") is allowed


def test_hours_are_computed_from_the_release_time():
    held = {"releasable_at": "2024-03-01T17:00"}
    found = decision(
        date="2024-03-04T17:00", custody=held, detainer={"form": "I-247A"}, papers={"judicial_warrant": False}
    )
    assert found.facts["custody.hours_past_release"] == 72
    assert found.facts["custody.counted_hours_past_release"] == 24


HELD = {
    "detainer": {"form": "I-247A", "complete": True},
    "papers": {"judicial_warrant": False, "administrative_warrant": True},
    "person": {"citizen_proof": False, "lawful_status_proof": False, "identification_shown": False},
    "agency": {"kind": "sheriff", "delegated_officer": False},
}


def test_elapsed_hours_of_times_without_an_offset_cross_the_change_of_the_clocks():
    found = decision(date="2024-11-04T09:30", custody={"releasable_at": "2024-11-02T10:00"}, **HELD)
    assert found.facts["custody.hours_past_release"] == 48.5
    assert found.answers["hold"].answer == "prohibited"


@pytest.mark.parametrize(
    ("date", "released", "answer"),
    [
        ("2024-02-10", "2024-02-01", "prohibited"),
        ("2024-02-10T09:00", "2024-02-01", "prohibited"),
        ("2024-02-10", "2024-02-01T10:00", "prohibited"),
        ("2024-02-09", "2024-02-07", "undetermined"),  # between 24 and 72 hours
        ("2024-02-08", "2024-02-07", "required"),  # at most 48
        ("2024-02-07", "2024-02-07", "required"),
    ],
)
def test_days_without_a_clock_time_never_count_as_no_time_held(date, released, answer):
    assert decision(date=date, custody={"releasable_at": released}, **HELD).answers["hold"].answer == answer


@pytest.mark.parametrize("custody", [{"hours_past_release": 60.5}, {"counted_hours_past_release": 30.5}])
def test_hours_of_which_one_count_is_given_leave_a_span_for_the_other(custody):
    found = decision(date="2024-02-10", custody=custody, agency={"kind": "sheriff", "delegated_officer": False})
    assert found.answers["hold"].answer == "undetermined"
    assert found.as_json()["answers"]["hold"]["missing"]
    assert found.card()
