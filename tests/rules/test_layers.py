"""Layers: whose rule decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from lawfulhold.rules.law import LATEST_DAY, Provision
from lawfulhold.rules.layers import combine

FEDERAL, STATE, COUNTY = 0, 1, 2


def rule(name, effect, depth=STATE, **more):
    made = Provision(
        id=name,
        question="hold",
        effect=effect,
        binds=("all",),
        first=date(2012, 1, 1),
        last=LATEST_DAY,
        when=None,
        unless=None,
        says="",
        cite="",
        jurisdiction="US",
        depth=depth,
        read="full-text",
        confidence="high",
        verified=True,
    )
    return replace(made, **more)


def answer(*rules):
    return combine("hold", sorted(rules, key=lambda item: item.depth))


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([], "unsettled"),
        ([("permitted", STATE)], "permitted"),
        ([("permitted", STATE), ("prohibited", STATE)], "prohibited"),
        ([("required", STATE), ("permitted", STATE)], "required"),
        ([("required", STATE), ("prohibited", STATE)], "unsettled"),
        ([("required", STATE), ("prohibited", COUNTY)], "required"),
        ([("prohibited", STATE), ("required", COUNTY)], "prohibited"),
        ([("prohibited", FEDERAL), ("required", STATE)], "prohibited"),
        ([("permitted", FEDERAL), ("prohibited", COUNTY)], "prohibited"),
        ([("permitted", FEDERAL), ("required", COUNTY)], "required"),
        ([("permitted", COUNTY)], "permitted"),
        ([("unsettled", STATE), ("required", STATE)], "unsettled"),
        ([("unsettled", STATE), ("prohibited", COUNTY)], "unsettled"),
        ([("prohibited", FEDERAL), ("unsettled", STATE)], "prohibited"),
        ([("not-required", STATE)], "unsettled"),
    ],
)
def test_the_table_of_layers(rules, expected):
    assert answer(*[rule(f"r{index}", effect, depth) for index, (effect, depth) in enumerate(rules)]).answer == expected


def test_silence_is_never_permission_and_says_so():
    assert answer().because == "silent"
    assert answer(rule("looked", "not-required")).because == "silent"


def test_an_exception_that_overrides_its_rule_wins_while_it_applies():
    assert answer(rule("ban", "prohibited"), rule("exception", "permitted", overrides=("ban",))).answer == "permitted"


def test_an_overridden_exception_displaces_nothing():
    assert (
        answer(
            rule("ban", "prohibited"),
            rule("stay", "permitted", overrides=("ban",)),
            rule("reversal", "permitted", overrides=("stay",)),
        ).answer
        == "prohibited"
    )


def test_a_circle_of_overrides_ends():
    assert answer(rule("a", "prohibited", overrides=("b",)), rule("b", "permitted", overrides=("a",))).answer in (
        "prohibited",
        "permitted",
        "unsettled",
    )


def test_a_state_bar_on_local_policies_sets_county_limits_aside_and_nothing_else():
    bar = rule("no-local-limits", "prohibited", question="policy-bar", voids=("hold",))
    assert answer(bar, rule("sheriff-declines", "prohibited", COUNTY)).answer == "unsettled"
    assert answer(bar, rule("sheriff-declines", "prohibited", COUNTY), rule("duty", "required")).answer == "required"
    assert answer(bar, rule("state-ban", "prohibited")).answer == "prohibited"
    assert (
        answer(
            rule("county-bar", "prohibited", COUNTY, question="policy-bar", voids=("hold",)),
            rule("state-ban", "prohibited"),
        ).answer
        == "prohibited"
    )


def test_what_nobody_could_verify_never_decides_alone():
    assert answer(rule("maybe", "required", verified=False)).answer == "unsettled"
    assert answer(rule("maybe", "required", verified=False)).because == "unverified"
    assert answer(rule("maybe", "permitted", verified=False)).answer == "unsettled"
    assert answer(rule("maybe", "prohibited", verified=False), rule("sure", "permitted")).answer == "unsettled"
    assert answer(rule("maybe", "permitted", verified=False), rule("sure", "prohibited")).answer == "prohibited"
    assert answer(rule("maybe", "required", verified=False), rule("sure", "prohibited", FEDERAL)).answer == "prohibited"
    assert answer(rule("maybe", "required", verified=False), rule("sure", "required")).answer == "required"
