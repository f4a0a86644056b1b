"""Which reports tell one case, and what becomes of their differences."""

from __future__ import annotations

from lawfulhold.sources import read_reports

RELEASE = """date: 2023-06-15

ERO Boston arrested a 41-year-old Peruvian national June 2 in Stratford, Connecticut. The Bridgeport Correctional Center ignored a detainer and released him on March 20.

Bridgeport police arrested him March 3 and charged him with third-degree assault. ICE lodged the detainer on March 6.
"""
PAPER = """date: 2023-06-20

A Peruvian man, 41, was arrested by ICE in Stratford, Connecticut, on June 2. Bridgeport police arrested him in March and charged him with third-degree assault. The Bridgeport Correctional Facility let him go on March 20 despite an ICE detainer.
"""
ANOTHER = """date: 2023-06-20

ERO Boston arrested a 41-year-old Peruvian national June 9 in Norwalk, Connecticut. Norwalk police arrested him April 3 and charged him with larceny. The Norwalk police released him April 4 despite a detainer.
"""


def test_two_accounts_of_one_case_are_merged_and_the_more_exact_date_stays() -> None:
    reading = read_reports({"release": RELEASE, "paper": PAPER})
    assert len(reading.cases) == 1
    case = reading.cases[0]
    assert case.files == ["release", "paper"]
    arrest = [event for event in case.events if event.type == "criminal-arrest"]
    assert [event.when.date for event in arrest] == ["2023-03-03"]
    assert {span.file for span in [arrest[0].span, *arrest[0].also]} == {"release", "paper"}
    differences = {difference.fact: difference for difference in case.differences}
    assert {str(version.value) for version in differences["criminal-arrest.date"].versions} == {"2023-03-03", "2023-03"}
    assert differences["criminal-arrest.date"].kind == "more-exact"
    assert {str(version.value) for version in differences["place.facility"].versions} == {"Bridgeport Correctional Center", "Bridgeport Correctional Facility"}


def test_the_order_of_the_reports_does_not_matter() -> None:
    forward = read_reports({"release": RELEASE, "paper": PAPER}).cases[0]
    backward = read_reports({"paper": PAPER, "release": RELEASE}).cases[0]
    assert sorted((event.type, event.when.date) for event in forward.events) == sorted((event.type, event.when.date) for event in backward.events)


def test_nationality_and_age_alone_never_make_two_cases_one() -> None:
    assert len(read_reports({"release": RELEASE, "another": ANOTHER}).cases) == 2


def test_another_nationality_keeps_cases_apart() -> None:
    assert len(read_reports({"release": RELEASE, "paper": PAPER.replace("Peruvian", "Chilean")}).cases) == 2


def test_a_contradiction_is_listed_and_both_versions_stay() -> None:
    wrong = PAPER.replace("on June 2", "on June 3")
    case = read_reports({"release": RELEASE, "paper": wrong}).cases
    assert len(case) == 1
    assert {event.when.date for event in case[0].events if event.type == "ice-arrest"} == {"2023-06-02", "2023-06-03"}
    assert [difference.kind for difference in case[0].differences if difference.fact == "ice-arrest.date"] == ["contradiction"]


def test_cases_of_one_report_are_never_merged() -> None:
    text = "date: 2023-06-15\n\nICE arrested two men. A 30-year-old citizen of Peru was arrested June 2 in Stratford, Connecticut. A 31-year-old citizen of Peru was arrested June 2 in Stratford, Connecticut.\n"
    assert len(read_reports({"one": text}).cases) == 2
