"""Which reports tell one case, and what becomes of their differences."""

from __future__ import annotations

import pytest

from lawfulhold.sources import read_reports
from lawfulhold.sources.agreement import names_alike
from lawfulhold.sources.reading import ReadCase

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


TOLD = """date: {published}

The {jail} in Oregon released a {age}Bolivian national on August 3, 2022 despite a detainer. Police had arrested him on July 18, 2022 for {charge}. ICE arrested him on {ice} in Bend, Oregon.
"""


def told(*, published: str = "2022-08-20", jail: str = "Linn County Jail", age: str = "34-year-old ", charge: str = "burglary", ice: str = "August 9, 2022") -> str:
    return TOLD.format(published=published, jail=jail, age=age, charge=charge, ice=ice)


def together(*texts: str) -> list[list[str]]:
    """The files of each case, of reports named one, two, three, ..."""
    return [case.files for case in read_reports(dict(zip(("one", "two", "three", "four"), texts, strict=False))).cases]


def both(one: str, two: str) -> ReadCase:
    (case,) = read_reports({"one": one, "two": two}).cases
    return case


def listed(case: ReadCase) -> list[tuple[str, str, list[str]]]:
    return [(difference.fact, difference.kind, [str(version.value) for version in difference.versions]) for difference in case.differences]


@pytest.mark.parametrize(("one", "two"), [
    pytest.param(told(), told(age="35-year-old "), id="ages a year apart in reports of one day"),
    pytest.param(told(age="35-year-old "), told(age="34-year-old ", published="2023-02-01"), id="younger in the later report"),
    pytest.param(told(), told(jail="Benton County Jail"), id="another county"),
    pytest.param(told(jail="Springfield City Jail"), told(jail="Medford City Jail"), id="jails of two cities"),
    pytest.param(told(), told(charge="arson", ice="August 11, 2022"), id="other charges and another day of the arrest by ICE"),
])
def test_what_speaks_against_one_case_keeps_accounts_apart(one: str, two: str) -> None:
    assert together(one, two) == [["one"], ["two"]]


def test_accounts_that_agree_on_days_and_jail_are_one_case() -> None:
    assert together(told(), told()) == [["one", "two"]]
    assert together(told(), told(charge="arson")) == [["one", "two"]]


def test_a_birthday_between_two_reports_keeps_one_case_together() -> None:
    case = both(told(), told(age="35-year-old ", published="2023-02-01"))
    assert [(difference.kind, difference.note) for difference in case.differences if difference.fact == "person.age"] == [("more-exact", "a birthday may lie between the reports")]


OPERATION = "date: 2022-08-20\n\nICE arrested a {age}Bolivian national in Bend, Oregon, on August 9, 2022. He was convicted of {charge}.\n"


@pytest.mark.parametrize(("one", "two"), [
    (OPERATION.format(age="", charge="driving under the influence"), OPERATION.format(age="", charge="driving under the influence")),
    (OPERATION.format(age="34-year-old ", charge="driving under the influence"), OPERATION.format(age="34-year-old ", charge="robbery")),
    (OPERATION.format(age="34-year-old ", charge="driving under the influence"), OPERATION.format(age="35-year-old ", charge="driving under the influence")),
])
def test_one_day_of_an_operation_does_not_make_two_people_one(one: str, two: str) -> None:
    assert together(one, two) == [["one"], ["two"]]


def test_a_case_without_an_age_does_not_bring_two_ages_together() -> None:
    """It fits both equally well: whose it is cannot be said."""
    young, old, untold = told(), told(age="52-year-old "), told(age="")
    assert together(young, untold) == [["one", "two"]]
    assert together(young, untold, old) == [["one"], ["two"], ["three"]]
    assert together(untold, old, young) == [["one"], ["two"], ["three"]]


def test_a_case_joins_the_one_it_agrees_with_more() -> None:
    young, old, untold = told(), told(age="52-year-old ", ice="August 12, 2022"), told(age="")
    assert together(old, untold, young) == [["one"], ["two", "three"]]


def test_ages_never_make_a_chain() -> None:
    """The middle one fits its neighbours equally well, and they are two people."""
    chain = [told(age=f"{age}-year-old ", published=f"{2022 + number}-09-01") for number, age in enumerate((34, 35, 36))]
    assert together(*chain) == [["one"], ["two"], ["three"]]


def test_two_cases_of_one_report_are_not_brought_together_by_another() -> None:
    first, second = told(), told(age="52-year-old ")
    pair = f"{first}\n{second.split(chr(10), 2)[2]}"
    cases = read_reports({"pair": pair, "untold": told(age="")}).cases
    assert sorted(case.files for case in cases) == [["pair"], ["pair"], ["untold"]]


@pytest.mark.parametrize(("one", "two", "alike"), [
    ("Linn County Jail", "Linn County Detention Center", True),
    ("Salem Police Department", "Salem police", True),
    ("Salem City Police", "Salem Police Department", True),
    ("Salem Police Department", "West Salem Police Department", False),
    ("Baltimore County Jail", "Baltimore City Jail", False),
    ("Salem police", "Salem Sheriff's Office", False),
])
def test_names_are_alike_when_nothing_that_tells_agencies_apart_differs(one: str, two: str, alike: bool) -> None:
    assert names_alike(one, two) is alike


def test_another_city_is_a_contradiction_and_not_a_more_exact_name() -> None:
    text = "date: 2022-08-20\n\nThe Coffee Creek Correctional Facility in {city}, Oregon, released a 34-year-old Bolivian national on August 3, 2022 despite a detainer. ICE arrested him on August 9, 2022.\n"
    case = both(text.format(city="Linn"), text.format(city="West Linn"))
    assert ("place.city", "contradiction", ["Linn", "West Linn"]) in listed(case)


def test_another_day_of_the_detainer_is_listed() -> None:
    case = both(told() + "ICE lodged a detainer on July 19, 2022.\n", told() + "ICE lodged a detainer on July 25, 2022.\n")
    assert ("detainer-lodged.date", "contradiction", ["2022-07-19", "2022-07-25"]) in listed(case)


def test_honored_in_one_report_and_declined_in_another_is_listed() -> None:
    honored = told().replace(" despite a detainer", "") + "\nThe Linn County Jail honored the detainer.\n"
    assert [found for found in listed(both(told(), honored)) if found[0] == "detainer"] == [("detainer", "contradiction", ["detainer-honored", "detainer-declined"])]
    assert not [found for found in listed(both(told(), told())) if found[0] == "detainer"]


def test_convicted_in_one_report_and_dismissed_in_another_is_listed() -> None:
    case = both(told() + "He was convicted of burglary on July 29, 2022.\n", told() + "A judge dismissed the burglary charge on July 29, 2022.\n")
    assert ("charge.status", "contradiction", ["convicted: burglary", "dismissed: burglary"]) in listed(case)
