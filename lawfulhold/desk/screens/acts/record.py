"""What is known of the case: charges, warrants, claims of citizenship, the person."""

from __future__ import annotations

from typing import Any

from django import forms

from lawfulhold.desk.models import Charge, CitizenshipClaim, ClaimAnswer, Custody, Document, Warrant
from lawfulhold.desk.models.custody import OUTCOMES
from lawfulhold.desk.screens.acts.base import UNKNOWN, Act, CaseForm, gives
from lawfulhold.desk.screens.forms import Day, OneOf, Paper, Words, document_of
from lawfulhold.desk.services import booking, claims, documents, facts, intake, release
from lawfulhold.desk.services.acting import By


class ChargeForm(CaseForm):
    """A charge or conviction."""

    offence = forms.CharField(label="Offence, as written", max_length=300)
    statute = forms.CharField(
        label="Statute", max_length=200, required=False, help_text="Such as Conn. Gen. Stat. § 53a-103."
    )
    place = forms.CharField(
        label="Law of which place",
        max_length=20,
        required=False,
        help_text="US-CT for Connecticut, US for a federal charge.",
    )
    status = forms.ChoiceField(
        label="How far it has come",
        required=False,
        choices=[
            UNKNOWN,
            ("arrested", "Arrested"),
            ("charged", "Charged"),
            ("convicted", "Convicted"),
            ("dismissed", "Dismissed"),
            ("acquitted", "Acquitted"),
        ],
    )
    level = forms.ChoiceField(
        label="Level",
        required=False,
        choices=[UNKNOWN, ("felony", "Felony"), ("misdemeanor", "Misdemeanor"), ("violation", "Lesser violation")],
    )
    grade = forms.CharField(label="Class or degree", max_length=20, required=False)
    convicted_on = forms.CharField(
        label="Day of the conviction", max_length=10, required=False, help_text="2018, 2018-04 or 2018-04-17."
    )
    current = forms.BooleanField(label="The present custody is for it", required=False)
    corrects = forms.ChoiceField(label="It corrects", required=False)
    source = forms.CharField(label="Where this is known from", max_length=200, help_text="Which paper or query.")

    def prepare(self) -> None:
        """The charges that can be corrected."""
        rows = [row for row in Charge.objects.filter(custody=self.custody).in_force() if not row.withdrawn]
        self.choose(
            "corrects",
            [("", "Nothing; it is another charge")]
            + [(str(row.pk), row.facts.get("offence") or row.facts.get("statute") or "unnamed") for row in rows],
        )


class WarrantForm(CaseForm):
    """Who signed a warrant decides what it is."""

    type = forms.ChoiceField(label="Which paper is it?", choices=list(Warrant.TYPES.items()))
    issuer_office = OneOf(
        label="Who signed it?",
        choices=list(Warrant.OFFICES.items()),
        help_text="Read the signature line, not the heading.",
    )
    signed_by = forms.CharField(label="Name of who signed", max_length=200)
    issuer = forms.CharField(label="Court or office that issued it", max_length=200)
    statute = forms.CharField(label="Statute it names", max_length=200)
    signed_at = Day(label="Day of the signature", required=False)
    number = forms.CharField(label="Number", max_length=100, required=False)
    document = Paper(label="The paper")
    paper: Document | None = None
    """The paper on file that the form was read from, instead of one that is given now."""


class WarrantEndForm(CaseForm):
    """A warrant that was executed, recalled or quashed."""

    warrant = OneOf(label="Which warrant")
    reason = forms.CharField(
        label="What became of it", max_length=100, help_text="Executed, recalled, quashed; by whom."
    )

    def prepare(self) -> None:
        """The warrants in force."""
        self.choose(
            "warrant",
            [
                (str(row.pk), f"{row}, signed by {row.signed_by}")
                for row in Warrant.objects.filter(custody=self.custody, ended="").in_force()
            ],
        )


class ClaimForm(CaseForm):
    """A claim of citizenship."""

    made_by = OneOf(label="Who says so", choices=list(CitizenshipClaim.SOURCES.items()))
    says = Words(label="What was said or found")
    document = Paper(label="A paper, if there is one")


class ClaimAnswerForm(CaseForm):
    """The answer to a claim."""

    claim = OneOf(label="Which claim")
    result = OneOf(label="Result", choices=list(ClaimAnswer.RESULTS.items()))
    reason = Words(label="What was looked at, whom was asked, what they said", max_length=1000)
    document = Paper(label="The proof")

    def prepare(self) -> None:
        """The open claims."""
        rows = CitizenshipClaim.objects.filter(custody=self.custody, answers__isnull=True)
        self.choose(
            "claim",
            [
                (str(row.pk), f"{CitizenshipClaim.SOURCES[row.made_by]}, {self.by.local(row.made_at):%Y-%m-%d %H:%M}")
                for row in rows
            ],
        )


class DetailsForm(CaseForm):
    """Who the person is."""

    surname = forms.CharField(label="Surname", max_length=200)
    given_names = forms.CharField(label="Given names", max_length=200, required=False)
    date_of_birth = Day(label="Date of birth", required=False)
    birthplace = forms.CharField(label="Birthplace, as this agency's file has it", max_length=200, required=False)
    language = forms.CharField(label="Language", max_length=40, required=False)
    lawyer = forms.CharField(label="Lawyer, and how to reach them", max_length=300, required=False)
    designated = forms.CharField(label="Person designated for notices", max_length=300, required=False)
    source = forms.CharField(label="Where this is known from", max_length=200)

    def prepare(self) -> None:
        """What is known now."""
        known = booking.details_of(self.custody.person)
        for name in ("surname", "given_names", "date_of_birth", "birthplace", "language", "lawyer", "designated"):
            self.fields[name].initial = getattr(known, name)


class PhotoForm(CaseForm):
    """The person's picture."""

    photo = Paper(label="Picture", required=True, help_text="PNG or JPEG. The release desk looks at it.")


class OutcomeForm(CaseForm):
    """What was learned later."""

    value = OneOf(label="Outcome", choices=list(OUTCOMES.items()))
    source = forms.CharField(label="Where this is known from", max_length=300)
    note = forms.CharField(label="Note", max_length=500, required=False)


def _charge(by: By, custody: Custody, form: Any, seen: int | None) -> None:
    names = ("offence", "statute", "place", "status", "level", "grade", "convicted_on")
    given = {name: form.value(name) for name in names if form.value(name)}
    given["current"] = form.value("current")
    old = (
        Charge.objects.filter(custody=custody, pk=form.value("corrects")).in_force().first()
        if form.value("corrects")
        else None
    )
    facts.state_charge(by, custody.pk, given, form.value("source"), corrects=old, seen=seen)


def _warrant(by: By, custody: Custody, form: Any, seen: int | None) -> None:
    names = ("type", "issuer", "issuer_office", "signed_by", "statute", "signed_at", "number")
    intake.record_warrant(
        by,
        custody.pk,
        **{name: form.value(name) for name in names},
        document=form.paper or document_of(form, "document", "warrant", custody=custody),
        seen=seen,
    )


def _claim_answer(by: By, custody: Custody, form: Any, seen: int | None) -> None:
    claims.answer(
        by,
        form.value("claim"),
        form.value("result"),
        form.value("reason"),
        document=document_of(form, "document", "claim", custody=custody),
        seen=seen,
    )


def _details(by: By, custody: Custody, form: Any, seen: int | None) -> None:
    changed = {name: str(form.value(name) or "") for name in form.changed_data if name not in ("source", "seen")}
    booking.correct_details(by, custody.pk, form.value("source"), seen=seen, **changed)


def _photo(by: By, custody: Custody, form: Any, seen: int | None) -> None:
    file = form.value("photo")
    booking.add_photo(by, custody.pk, documents.document(file.read(), file.name, "photo"))


ACTS: dict[str, Act] = {
    "charge": Act(
        "Charge or conviction",
        "state facts",
        ChargeForm,
        _charge,
        "Earlier convictions stand in the same list.",
        "Recorded; the case was decided again.",
    ),
    "warrant": Act(
        "Warrant or order",
        "state facts",
        WarrantForm,
        _warrant,
        "A judge's paper and an officer's paper are different things. An I-200 or I-205 is signed by an immigration "
        "officer: it is never a judge's warrant.",
        "Recorded; the case was decided again.",
    ),
    "warrant-ended": Act(
        "A warrant has ended",
        "state facts",
        WarrantEndForm,
        lambda by, custody, form, seen: intake.end_warrant(by, form.value("warrant"), form.value("reason"), seen=seen),
    ),
    "claim": Act(
        "Citizenship claim",
        "claim",
        ClaimForm,
        gives(claims.make, "made_by", "says", paper=("document", "claim")),
        "Write down every claim, whoever makes it. It stops a hold on the detainer at once and calls counsel.",
        "Recorded. No hold on the detainer until it is answered.",
        "Record the claim",
    ),
    "claim-answer": Act(
        "Answer a citizenship claim",
        "answer claim",
        ClaimAnswerForm,
        _claim_answer,
        "",
        "The claim is answered; the case was decided again.",
    ),
    "details": Act(
        "Correct the person's details",
        "intake",
        DetailsForm,
        _details,
        "The earlier entry stays; this one corrects it.",
    ),
    "photo": Act("Picture", "intake", PhotoForm, _photo),
    "outcome": Act(
        "What became of it",
        "contact",
        OutcomeForm,
        gives(release.outcome, "value", "source", "note"),
        "Where it is learned later than the release: ICE came late, ICE corrected its list.",
    ),
}
