"""The day of publication: found where reports tell it, and never taken for the day of an event."""

from __future__ import annotations

import pytest

from lawfulhold.sources.cases import read_cases
from lawfulhold.sources.clean import read_text
from lawfulhold.sources.published import day_line

ARREST = "ICE arrested a 34-year-old Peruvian national in Salem, Massachusetts, on May 14."
UNDATED = "ICE arrested a 34-year-old Peruvian national in Salem, Massachusetts."


def days(text: str) -> tuple[str | None, list[str | None]]:
    """The day of publication, and the days of the events."""
    document = read_text(text, "report")
    return document.published, [event.when.date for case in read_cases(document) for event in case.events]


@pytest.mark.parametrize("head", [
    "BOSTON, May 20, 2024 — ", "BOSTON, May 20, 2024 - ", "BOSTON, May 20, 2024 – ", "BOSTON, Mass., May 20, 2024 -- ", "BOSTON (May 20, 2024) — ", "(May 20, 2024) ", "May 20, 2024 - BOSTON - ",
    "BOSTON, MAY 20, 2024 /Newswire/ -- ", "BOSTON, Monday, May 20, 2024 - ", "Boston, Mass., May 20, 2024 — ", "May 20, 2024 — ",
    "May 20, 2024\n\n", "Monday, May 20, 2024\n\n", "05/20/2024\n\n", "Posted on May 20, 2024\n\n", "Posted 5:30 PM, May 20, 2024\n\n", "By Staff | May 20, 2024\n\n", "By Ada Finch, May 20, 2024\n\n",
    "Updated May 20, 2024 at 5:00 p.m. EDT\n\n", "By Ada Finch, Staff Writer | Updated May 20, 2024 5:00 PM\n\n", "Published: May 20, 2024 | Updated: May 21, 2024\n\n",
    "FOR IMMEDIATE RELEASE: May 20, 2024\n\n", "May 20, 2024 | Boston, MA, United States | Enforcement and Removal\n\n", "ICE arrests man in Salem\n\nBy Ada Finch\nMay 20, 2024\n\n",
])
def test_the_day_of_publication_is_found_at_the_head(head: str) -> None:
    assert days(head + ARREST) == ("2024-05-20", ["2024-05-14"])
    assert days(head + UNDATED) == ("2024-05-20", [None])


def test_it_is_found_at_the_foot_when_it_says_so() -> None:
    assert days(f"{ARREST}\n\nLast updated: 05/20/2024") == ("2024-05-20", ["2024-05-14"])


def test_a_header_counts_before_a_dateline_whose_day_still_dates_no_event() -> None:
    assert days(f"Date: 2024-05-21\n\nBOSTON, May 20, 2024 - {UNDATED}") == ("2024-05-21", [None])
    assert days(f"Date: 2024-05-21\n\nBOSTON, May 20 - {UNDATED}") == ("2024-05-21", [None])


def test_posted_counts_before_updated_and_before_a_dateline() -> None:
    assert days(f"Updated May 22, 2024\nPosted May 21, 2024\n\nBOSTON, May 20, 2024 - {ARREST}")[0] == "2024-05-21"


@pytest.mark.parametrize("text", [
    f"On May 20, 2024, {ARREST}", f"In Boston, May 20, 2024 - the hearing. {ARREST}",
    "March 3, 2024\n\nSalem police arrested a Peruvian man in Salem, Massachusetts.\n\nMay 14, 2024\n\nICE arrested him.",
    "LYNN, March 3, 2024 - Salem police arrested a Peruvian man in Salem, Massachusetts.\n\nBOSTON, May 14, 2024 - ICE arrested him.",
    "March 3, 2024\n\nSalem police arrested a Peruvian man in Salem, Massachusetts. ICE arrested him May 14, 2024.",
    "Released May 20, 2024\n\nICE arrested a Peruvian man in Salem, Massachusetts.",
])
def test_the_day_of_an_event_is_no_day_of_publication(text: str) -> None:
    assert days(text)[0] is None


def test_a_dated_entry_further_down_is_no_dateline() -> None:
    entry = "Denver police arrested the man, a 34-year-old Peruvian national, in Denver, Colorado."
    assert days(f"The case of a Peruvian man has drawn attention.\n\nMay 1, 2024 - {entry}") == (None, ["2024-05-01"])


def test_a_day_broken_over_two_lines_speaks_against_an_earlier_one() -> None:
    assert days(f"May 1, 2024\n\nSalem police let the man go long before the agents came for him again in May\n14, 2024. {UNDATED}")[0] is None


def test_a_day_still_to_come_does_not_speak_against_it() -> None:
    assert days(f"May 20, 2024\n\n{ARREST} A hearing is scheduled for June 4, 2024.")[0] == "2024-05-20"


@pytest.mark.parametrize("line", ["May 20, 2024 ICE arrests man", "Convicted May 20, 2024", "Born May 20, 1984", "The jail released him on May 20, 2024", "May 2024", "2024"])
def test_a_line_that_says_more_is_read(line: str) -> None:
    assert day_line(line) is None
