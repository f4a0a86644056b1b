"""Two people are never one because nothing but their names tells them apart; names themselves are not shown."""

from __future__ import annotations

import pytest

from lawfulhold.sources import read_reports
from lawfulhold.sources.called import may_be_one, name_parts
from lawfulhold.sources.reading import ReadCase

CUSTODY = "{name} was arrested by Denver police on May 1, 2024 for robbery. ICE lodged a detainer with the Denver County Jail. The jail released {name} on May 3, 2024.\n"
FIRST = "Juan Perez, 30, was arrested by Denver police on May 1, 2024."


def told_of(case: ReadCase) -> list[str]:
    return [f"{event.type} {event.when.date}" for event in case.events]


def cases_of(text: str) -> list[list[str]]:
    return [told_of(case) for case in read_reports({"report": text + "\n"}).cases]


@pytest.mark.parametrize("name", ["Luis Garcia", "Luis Perez", "Juan Garcia"])
def test_another_name_keeps_reports_apart(name: str) -> None:
    cases = read_reports({"one": CUSTODY.format(name="Juan Perez"), "two": CUSTODY.format(name=name)}).cases
    assert [case.files for case in cases] == [["one"], ["two"]]


@pytest.mark.parametrize("name", ["Juan Perez", "Juan Pérez", "Perez Juan", "Juan Carlos Perez", "Juan Perez-Garcia"])
def test_one_name_however_written_keeps_nothing_apart(name: str) -> None:
    assert len(read_reports({"one": CUSTODY.format(name="Juan Perez"), "two": CUSTODY.format(name=name)}).cases) == 1


def test_a_name_that_is_not_told_keeps_nothing_apart() -> None:
    assert may_be_one(name_parts("Juan Perez"), frozenset())
    assert may_be_one(name_parts("Juan Perez"), name_parts("Perez"))
    assert not may_be_one(name_parts("Juan de la Cruz"), name_parts("Luis de la Rosa"))


def test_names_kept_to_tell_people_apart_are_not_shown() -> None:
    (case,) = read_reports({"one": CUSTODY.format(name="Juan Perez")}).cases
    assert case.called == {"juan", "perez"}
    assert "called" not in repr(case)
    assert "called" not in case.as_json()


@pytest.mark.parametrize("age", [", 28,", ", 30,", ""])
def test_two_people_with_one_last_name_are_two_cases(age: str) -> None:
    text = f"{FIRST}\n\nLuis Perez{age} was arrested by Aurora police on June 2, 2024. ICE lodged a detainer with the Aurora jail."
    assert cases_of(text) == [["criminal-arrest 2024-05-01"], ["criminal-arrest 2024-06-02", "detainer-lodged None"]]


@pytest.mark.parametrize("told", [
    "ICE arrested Garcia in Denver on May 9, 2024.", "ICE arrested Lutherans in Denver on May 9, 2024.", "Garcia was convicted of murder in 2023 and ICE arrested Garcia in Denver on May 9, 2024.",
    "ICE arrested Garcia in Denver on May 9, 2024. He was convicted of murder in 2023.", "Garcia was convicted of murder in 2023.", "On May 9, 2024, Garcia was deported. He had been convicted of murder in 2023.",
    "ICE lodged a detainer against Garcia.", "Garcia, 28, was arrested by ICE on May 9, 2024.", "Fifteen had been released on June 2.",
])
def test_what_somebody_else_did_is_nobodys_whose_name_is_another(told: str) -> None:
    (case,) = read_reports({"report": f"{FIRST} {told}\n"}).cases
    assert told_of(case) == ["criminal-arrest 2024-05-01"]
    assert case.charges == []


def test_somebody_else_told_of_in_full_is_a_case_of_their_own() -> None:
    assert cases_of(f"{FIRST} Luis Garcia was convicted of murder in 2023 and ICE arrested Garcia in Denver on May 9, 2024. The Denver jail released Perez on May 12, 2024.") == [
        ["criminal-arrest 2024-05-01", "released-from-custody 2024-05-12"], ["conviction 2023", "ice-arrest 2024-05-09"]]
    assert cases_of(f"{FIRST} ICE arrested Garcia in Denver on May 9, 2024. Luis Garcia was deported on May 20, 2024.") == [
        ["criminal-arrest 2024-05-01"], ["ice-arrest 2024-05-09", "removal 2024-05-20"]]


def test_each_of_two_names_of_a_sentence_has_what_is_told_of_it() -> None:
    assert cases_of(f"{FIRST}\n\nLuis Garcia was arrested by Aurora police on June 2, 2024. ICE arrested Perez on June 5, 2024, and Garcia was released on June 7, 2024.") == [
        ["criminal-arrest 2024-05-01", "ice-arrest 2024-06-05"], ["criminal-arrest 2024-06-02", "released-from-custody 2024-06-07"]]


def test_a_party_is_nobody_by_name() -> None:
    assert cases_of("Denver police arrested a 30-year-old Honduran man on May 1, 2024. ICE arrested Democrats in Denver on May 9, 2024.") == [["criminal-arrest 2024-05-01"]]
