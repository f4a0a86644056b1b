"""The missing facts of a case as a form: one question each, with what each answer would do."""

from __future__ import annotations

from typing import Any

from django import forms

from lawfulhold.desk.models import Decision
from lawfulhold.desk.screens.forms import YES_NO, DeskForm, Known
from lawfulhold.desk.services import decisions, facts
from lawfulhold.facts.vocabulary import case_facts

BY_PAPER = (
    "papers.judicial_warrant",
    "papers.criminal_warrant",
    "papers.federal_criminal_warrant",
    "papers.felony_warrant",
    "papers.immigration_crime_warrant",
    "papers.state_detention_order",
    "papers.removal_order_federal_judge",
)
"""A judge's paper is recorded with issuer and signature, not ticked: here it can only be said that there is none."""
ELSEWHERE = {"person.citizen_claim": "claim", "person.citizen_proof": "claim-answer", "detainer.served": "serve"}


class FactsForm(DeskForm):
    """Made for one decision."""

    source = forms.CharField(
        label="Where you know this from",
        max_length=300,
        help_text="Which paper, which query, who said so. It stands beside each fact.",
    )

    def __init__(self, *args: Any, decision: Decision, **kwargs: Any) -> None:
        self.notes: dict[str, str] = {}
        self.elsewhere: list[dict[str, Any]] = []
        made: dict[str, Any] = {}
        charges: list[str] = []
        known = case_facts()
        for item in decisions.missing_facts(decision):
            name = item["fact"]
            if name.startswith("any_charge") or name == "record_complete":
                charges.append(item["ask"])
                continue
            if name in facts.FROM_RECORDS:
                self.elsewhere.append({**item, "act": ELSEWHERE.get(name, "")})
                continue
            if name not in known:
                continue
            field = _field(name, known[name], item["ask"])
            field.help_text = _effect(item)
            made[name.replace(".", "__")] = field
        if charges:
            made["record_complete"] = Known(
                label="Are all charges and convictions of this person recorded here, "
                "after a look into the criminal history?",
                help_text=f"It settles: {' '.join(charges)} If there is such a charge or conviction, add it first.",
            )
        self.base_fields = {**made, "source": self.base_fields["source"]}
        self.asks_for_charges = bool(charges)
        super().__init__(*args, **kwargs)

    def stated(self) -> dict[str, Any]:
        """The facts that were answered, under the names that the law uses."""
        return {
            name.replace("__", "."): value
            for name, value in self.cleaned_data.items()
            if name != "source" and value not in (None, "")
        }


def _field(name: str, fact: Any, ask: str) -> forms.Field:
    if fact.kind == "bool":
        field = Known(label=ask)
        if name in BY_PAPER:
            field.choices = [("", "Not known"), ("no", "No: queried, there is none")]
            return field
        if name == "person.citizen_proof":
            field.choices = [("", "Not known"), ("no", "No")]
            return field
        field.choices = list(YES_NO)
        return field
    if fact.kind == "enum":
        return forms.ChoiceField(
            label=ask,
            required=False,
            choices=[("", "Not known"), *((option, option.replace("-", " ")) for option in fact.options)],
        )
    if fact.kind == "number":
        return forms.FloatField(label=ask, required=False, min_value=0)
    return forms.CharField(label=ask, required=False, max_length=100)


_WORDS = {"required": "must", "permitted": "may", "prohibited": "must not", "unsettled": "not settled"}
_VALUES = {"true": "yes", "false": "no"}


def _effect(item: dict[str, Any]) -> str:
    """What each answer would do by itself: `yes → may`."""
    said = [
        f"{_VALUES.get(value, value)} → {_WORDS[result]}"
        for value, result in item["answers"].items()
        if result in _WORDS
    ]
    return f"For {item['question']}: {'; '.join(said)}." if said else ""
