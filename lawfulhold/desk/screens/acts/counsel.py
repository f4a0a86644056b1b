"""Counsel is asked, and answers."""

from __future__ import annotations

from typing import Any

from django import forms

from lawfulhold.desk.models import Custody
from lawfulhold.desk.screens.acts.base import Act, CaseForm, gives
from lawfulhold.desk.screens.forms import Moment, OneOf, Words
from lawfulhold.desk.services import counsel, decisions
from lawfulhold.desk.services.acting import By
from lawfulhold.desk.templatetags.desk import ANSWERS, QUESTIONS


class AskForm(CaseForm):
    """A question to counsel."""

    asks = Words(label="Question", max_length=1000)
    due_at = Moment(label="Needed by", required=False)


class OpinionForm(CaseForm):
    """Counsel's answer, always with the reason."""

    question = forms.ChoiceField(label="Question")
    answer = OneOf(
        label="Counsel's answer", choices=[(name, ANSWERS[name][0]) for name in ("required", "permitted", "prohibited")]
    )
    reason = Words(
        label="Reason", rows=5, max_length=4000, help_text="It stands in the record beside what the law says."
    )

    def prepare(self) -> None:
        """The questions that the decision answers, each with the law's answer."""
        decision = self.custody.decision
        answers = decision.finding.answers["answers"] if decision else {}
        self.choose(
            "question",
            [
                (name, f"{QUESTIONS[name]} (law: {ANSWERS[answers[name]['answer']][0].lower()})")
                for name in decisions.QUESTIONS_SHOWN
                if name in answers
            ],
        )


def _opinion(by: By, custody: Custody, form: Any, seen: int | None) -> None:
    counsel.opine(
        by,
        custody.pk,
        custody.decision_id,
        form.value("question"),
        form.value("answer"),
        form.value("reason"),
        seen=seen,
    )


ACTS: dict[str, Act] = {
    "ask": Act(
        "Ask counsel",
        "ask counsel",
        AskForm,
        gives(counsel.ask, "asks", named="due_at"),
        "",
        "Counsel was asked.",
    ),
    "opinion": Act(
        "Counsel's opinion",
        "give opinion",
        OpinionForm,
        _opinion,
        "An opinion signs off, settles what the law leaves open, or narrows what it permits. "
        "What the law forbids stays forbidden.",
        "On record, with the reason.",
        "Give the opinion",
    ),
}
