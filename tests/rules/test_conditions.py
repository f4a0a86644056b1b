"""Conditions: what they may say, and their truth when facts are unknown."""

from __future__ import annotations

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawfulhold.facts.dates import parse_date
from lawfulhold.rules.conditions import ConditionError, Options, compile_tree, parse, to_text

T, F, U = True, False, None


@pytest.mark.parametrize(
    ("a", "b", "both", "either"),
    [
        (T, T, T, T),
        (T, F, F, T),
        (T, U, U, T),
        (F, T, F, T),
        (F, F, F, F),
        (F, U, F, U),
        (U, T, U, T),
        (U, F, F, U),
        (U, U, U, U),
    ],
)
def test_truth_tables_of_the_document(a, b, both, either):
    facts = {
        name: value
        for name, value in (("papers.judicial_warrant", a), ("person.watchlist_match", b))
        if value is not None
    }
    assert compile_tree(parse("papers.judicial_warrant and person.watchlist_match"))(facts) is both
    assert compile_tree(parse("papers.judicial_warrant or person.watchlist_match"))(facts) is either
    assert compile_tree(parse("not papers.judicial_warrant"))(facts) is (None if a is None else not a)


def truth(text, **facts):
    return compile_tree(parse(text))({name.replace("__", "."): value for name, value in facts.items()})


def test_a_list_of_charges_says_nothing_about_other_convictions():
    felony = "any_charge(status = 'convicted' and level = 'felony')"
    charged = ({"status": "charged", "level": "felony"},)
    assert truth(felony, charges=charged) is None
    assert truth(felony, charges=charged, record_complete=True) is False
    assert truth(felony, charges=({"status": "convicted", "level": "felony"},)) is True
    assert truth(felony, charges=({"status": "convicted"},), record_complete=True) is None
    assert truth(felony) is None
    assert truth(felony, charges=(), record_complete=True) is False


def test_a_grade_known_to_be_one_of_two_decides_where_both_agree():
    ab = "any_charge(grade in ('A', 'B'))"
    assert truth(ab, charges=({"grade": Options(("A", "B"))},)) is True
    assert truth(ab, charges=({"grade": Options(("B", "C"))},)) is None
    assert truth(ab, charges=({"grade": Options(("C", "D"))},), record_complete=True) is False


@pytest.mark.parametrize(
    ("convicted", "asked", "within"),
    [
        ("2019-02-28", date(2024, 2, 28), True),
        ("2019-02-27", date(2024, 2, 28), False),
        ("2019-02-28", date(2024, 2, 29), True),
        ("2019-03-01", date(2024, 2, 29), True),
        ("2019", date(2024, 6, 1), None),
        ("2020", date(2024, 6, 1), True),
        ("2024-06-02", date(2024, 6, 1), False),
    ],
)
def test_within_five_years_counts_back_from_the_day_asked(convicted, asked, within):
    charge = {"convicted_on": parse_date(convicted), "as_of": asked}
    assert truth("any_charge(within_years(convicted_on, 5))", charges=(charge,), record_complete=True) is within


@pytest.mark.parametrize(
    "text",
    [
        "papers.judicial_warrant",
        "not papers.judicial_warrant",
        "person.age >= 18 and person.age < 21",
        "detainer.form in ('I-247A', 'I-247D')",
        "any_charge(status = 'convicted' and (level = 'felony' or on_list('x')) and within_months(convicted_on, 6))",
        "not (papers.judicial_warrant or person.watchlist_match) and custody.hours_past_release > 48",
    ],
)
def test_a_condition_written_out_reads_the_same(text):
    assert parse(to_text(parse(text))) == parse(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("papers.judical_warrant", "did you mean papers.judicial_warrant"),
        ("person.age > '18'", "is a number"),
        ("person.age", "not yes or no"),
        ("detainer.form > 'I-247A'", "has no order"),
        ("papers.judicial_warrant is null", "`is` is not used"),
        ("grade = 'A'", "any_charge"),
        ("any_charge(papers.judicial_warrant)", "fact of the case"),
        ("any_charge(any_charge(level = 'felony'))", "does not stand inside"),
        ("on_list('x')", "inside any_charge"),
        ("within_years(person.age, 5)", "takes a date"),
        ("lower(detainer.form) = 'x'", "is not a fact|compares no fact"),
        ("person.age = custody.hours_past_release", "two facts"),
        ("exists(select 1)", "is not|no function|SQL"),
        ("1 = 1", "no fact"),
        ("", "SQL|empty"),
        ("papers.judicial_warrant; drop table x", "SQL"),
        ("agency.kind = 'sheriff'", "no fact"),
    ],
)
def test_a_condition_that_cannot_be_is_refused_in_words(text, says):
    with pytest.raises(ConditionError, match=says):
        parse(text)


@given(st.text(max_size=60))
def test_any_text_is_a_condition_or_a_condition_error(text):
    with contextlib.suppress(ConditionError):
        parse(text)
