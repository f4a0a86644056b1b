"""What can be done with a case: each act has a form, a right, and the service that does it. The services hold the
rules; the forms only ask.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms

from lawfulhold.desk.models import (
    CHANNELS,
    Bail,
    CitizenshipClaim,
    ClaimAnswer,
    Contact,
    Custody,
    Document,
    Facility,
    Hold,
    Opinion,
    ReleaseDue,
    Service,
    Transfer,
    Warrant,
)
from lawfulhold.desk.models.custody import OUTCOMES
from lawfulhold.desk.screens.forms import Day, DeskForm, Moment, OneOf, Paper, Words, document_of
from lawfulhold.desk.services import (
    booking,
    claims,
    contacts,
    counsel,
    decisions,
    documents,
    facts,
    holds,
    intake,
    notices,
    release,
    transfers,
)
from lawfulhold.desk.services.acting import By
from lawfulhold.desk.templatetags.desk import ANSWERS, QUESTIONS

REPLY_CHANNELS = [
    (name, CHANNELS[name]) for name in ("fax", "e-mail", "phone", "mail", "by-hand", "teletype", "portal")
]
LANGUAGES = [
    (name, name)
    for name in (
        "English",
        "Spanish",
        "Chinese",
        "Vietnamese",
        "Haitian Creole",
        "Portuguese",
        "Arabic",
        "Other, see note",
    )
]
UNKNOWN = ("", "Not known")


class CaseForm(DeskForm):
    """A form on one case."""

    def __init__(self, *args: Any, by: By, custody: Custody, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.custody = by, custody
        self.prepare()

    def prepare(self) -> None:
        """Fill in choices that depend on the case."""

    def choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Set the choices of a field."""
        field: Any = self.fields[name]
        field.choices = choices


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
        from lawfulhold.desk.models import Charge

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


class DueForm(CaseForm):
    """T0, from the paper that frees."""

    basis = OneOf(label="What frees the person", choices=list(ReleaseDue.BASES.items()))
    at = Moment(
        label="Release time, as the paper gives it",
        required=False,
        help_text="Not the clock on the wall. Leave it empty only when the time is no longer known.",
    )
    note = forms.CharField(label="Which paper (its number)", max_length=500, required=False)
    document = Paper(label="The paper")


class BailForm(CaseForm):
    """Bail. No detainer is looked at."""

    what = OneOf(label="What happened", choices=list(Bail.EVENTS.items()))
    amount = forms.DecimalField(label="Amount in dollars", min_value=0, decimal_places=2, max_digits=12, required=False)
    at = Moment(label="When")
    court = forms.CharField(label="Court", max_length=200, required=False)
    keeps = forms.BooleanField(
        label="Another charge or sentence still keeps the person (a detainer is none)", required=False
    )
    document = Paper(label="Order or receipt")


class HoldForm(CaseForm):
    """A hold with its authority."""

    authority = OneOf(label="Authority", choices=list(Hold.AUTHORITIES.items()))
    warrant = forms.ChoiceField(label="Judge's warrant or order", required=False)
    note = Words(label="Note", required=False, max_length=1000)

    def prepare(self) -> None:
        """Judge's warrants in force."""
        rows = Warrant.objects.filter(custody=self.custody, judicial=True, ended="").in_force()
        self.choose("warrant", [("", "None")] + [(str(row.pk), f"{row}, signed by {row.signed_by}") for row in rows])


class ReasonForm(CaseForm):
    """A reason."""

    reason = forms.CharField(label="Why", max_length=500)


class SendForm(CaseForm):
    """Something to ICE: only what the decision in force allows is offered."""

    kind = OneOf(label="What goes out")
    channel = forms.ChoiceField(label="How", choices=REPLY_CHANNELS)
    number = forms.CharField(label="Number or address", max_length=200, required=False)
    official = forms.CharField(label="Whom at ICE", max_length=200, required=False)
    content = Words(
        label="What is said",
        required=False,
        help_text="A decline and an acknowledgement have fixed words that say nothing of any person.",
    )
    answer = forms.CharField(label="What ICE answered", max_length=500, required=False)
    proof = Paper(label="Proof (fax report, mail)")

    def prepare(self) -> None:
        """Only what may go."""
        self.may = contacts.all_that_may_go(self.custody)
        self.choose("kind", [(item.kind, Contact.KINDS[item.kind]) for item in self.may if item.allowed])


class FromIceForm(CaseForm):
    """Something from ICE."""

    kind = OneOf(
        label="What it is",
        choices=[(name, Contact.KINDS[name]) for name in contacts.IN],
        help_text="A detainer is registered at intake, a cancellation at the detainer.",
    )
    channel = forms.ChoiceField(label="How it came", choices=REPLY_CHANNELS)
    official = forms.CharField(label="Who at ICE", max_length=200, required=False)
    number = forms.CharField(label="Number or address", max_length=200, required=False)
    content = Words(label="What was said")
    at = Moment(label="When", required=False)


class ConfirmForm(CaseForm):
    """ICE's answer, or the proof of sending."""

    contact = OneOf(label="Which contact")
    answer = Words(label="What ICE answered", required=False)
    proof = Paper(label="Proof")

    def prepare(self) -> None:
        """What went out."""
        rows = Contact.objects.filter(custody=self.custody, direction="out").in_force().order_by("-at")
        self.choose(
            "contact",
            [(str(row.pk), f"{Contact.KINDS[row.kind]}, {self.by.local(row.at):%Y-%m-%d %H:%M}") for row in rows],
        )


class ServeForm(CaseForm):
    """A paper given to the person."""

    paper = OneOf(label="Which paper", choices=list(Service.PAPERS.items()))
    language = forms.ChoiceField(label="Language of the paper", choices=LANGUAGES)
    given_to = OneOf(label="Given to", choices=list(Service.TO.items()), initial="person")
    at = Moment(label="When", required=False, help_text="Empty: now.")
    refused_to_sign = forms.BooleanField(
        label="The person refused to sign (the paper is served all the same)", required=False
    )
    interpreter = forms.CharField(label="Interpreter", max_length=200, required=False)
    proof = Paper(label="The signed proof of service")


class DutyForm(CaseForm):
    """A duty done."""

    provision = forms.ChoiceField(label="Duty")
    note = forms.CharField(label="How it was done", max_length=1000)
    at = Moment(label="When", required=False, help_text="Empty: now.")
    proof = Paper(label="Proof")

    def prepare(self) -> None:
        """The duties of the decision in force."""
        self.choose(
            "provision",
            [(item["provision"], f"{item['says']} ({item['cite']})"[:160]) for item in notices.duties(self.custody)],
        )


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


class TransferForm(CaseForm):
    """The person leaves for somewhere else."""

    to = OneOf(
        label="To", choices=list(Transfer.TO.items()), help_text="Whoever fetches for ICE is ICE, whoever pays them."
    )
    recipient = forms.CharField(label="Who takes the person over", max_length=200)
    identification = forms.CharField(label="Identification seen", max_length=200, required=False)
    facility = forms.ChoiceField(label="Facility", required=False)
    warrant = forms.ChoiceField(label="Warrant shown", required=False)
    note = forms.CharField(label="Note", max_length=500, required=False)
    receipt = Paper(label="Receipt for person and property")

    def prepare(self) -> None:
        """Other places, by their identifiers, and the warrants on record."""
        places = Facility.objects.exclude(agency=self.by.agency)[:200]
        self.choose("facility", [("", "None")] + [(place.identifier, str(place)) for place in places])
        rows = Warrant.objects.filter(custody=self.custody, ended="").in_force()
        self.choose("warrant", [("", "None")] + [(str(row.pk), str(row)) for row in rows])


class MoveForm(CaseForm):
    """To another facility of this agency."""

    facility = forms.ChoiceField(label="Facility")

    def prepare(self) -> None:
        """The agency's own places."""
        self.choose(
            "facility", [(place.identifier, str(place)) for place in Facility.objects.filter(agency=self.by.agency)]
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


# ---------------------------------------------------------------------------------------------- what each does

Do = Callable[[By, Custody, Any, int | None], Any]


def _charge(by: By, custody: Custody, form: Any, seen: int | None) -> None:
    from lawfulhold.desk.models import Charge

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


def _claim(by: By, custody: Custody, form: Any, seen: int | None) -> None:
    claims.make(
        by,
        custody.pk,
        form.value("made_by"),
        form.value("says"),
        document=document_of(form, "document", "claim", custody=custody),
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


def _due(by: By, custody: Custody, form: Any, seen: int | None) -> None:
    release.set_due(
        by,
        custody.pk,
        form.value("at"),
        form.value("basis"),
        document=document_of(form, "document", "release-paper", custody=custody),
        note=form.value("note"),
        seen=seen,
    )


def _bail(by: By, custody: Custody, form: Any, seen: int | None) -> None:
    release.bail(
        by,
        custody.pk,
        form.value("what"),
        amount=form.value("amount"),
        at=form.value("at"),
        court=form.value("court"),
        frees=not form.value("keeps"),
        document=document_of(form, "document", "bail", custody=custody),
        seen=seen,
    )


def _send(by: By, custody: Custody, form: Any, seen: int | None) -> None:
    contacts.send(
        by,
        custody.pk,
        form.value("kind"),
        channel=form.value("channel"),
        content=form.value("content"),
        number=form.value("number"),
        official=form.value("official"),
        answer=form.value("answer"),
        proof=document_of(form, "proof", "proof", custody=custody),
        seen=seen,
    )


def _from_ice(by: By, custody: Custody, form: Any, seen: int | None) -> None:
    contacts.received(
        by,
        custody.pk,
        form.value("kind"),
        form.value("content"),
        channel=form.value("channel"),
        official=form.value("official"),
        number=form.value("number"),
        at=form.value("at"),
        seen=seen,
    )


def _serve(by: By, custody: Custody, form: Any, seen: int | None) -> None:
    notices.serve(
        by,
        custody.pk,
        form.value("paper"),
        language=form.value("language"),
        given_to=form.value("given_to"),
        at=form.value("at"),
        refused_to_sign=form.value("refused_to_sign"),
        interpreter=form.value("interpreter"),
        proof=document_of(form, "proof", "proof-of-service", custody=custody),
        seen=seen,
    )


def _duty(by: By, custody: Custody, form: Any, seen: int | None) -> None:
    notices.duty_done(
        by,
        custody.pk,
        form.value("provision"),
        form.value("note"),
        at=form.value("at"),
        proof=document_of(form, "proof", "proof", custody=custody),
        seen=seen,
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


def _transfer(by: By, custody: Custody, form: Any, seen: int | None) -> None:
    transfers.transfer(
        by,
        custody.pk,
        form.value("to"),
        recipient=form.value("recipient"),
        facility_identifier=form.value("facility"),
        identification=form.value("identification"),
        warrant_id=form.value("warrant") or None,
        note=form.value("note"),
        receipt=document_of(form, "receipt", "receipt", custody=custody),
        seen=seen,
    )


def _details(by: By, custody: Custody, form: Any, seen: int | None) -> None:
    changed = {name: str(form.value(name) or "") for name in form.changed_data if name not in ("source", "seen")}
    booking.correct_details(by, custody.pk, form.value("source"), seen=seen, **changed)


def _photo(by: By, custody: Custody, form: Any, seen: int | None) -> None:
    file = form.value("photo")
    booking.add_photo(by, custody.pk, documents.document(file.read(), file.name, "photo"))


@dataclass(frozen=True, slots=True)
class Act:
    """One act: what it is called, who may, what is asked, what is done, what is said before and after."""

    title: str
    action: str
    form: type[CaseForm]
    do: Do
    intro: str = ""
    done: str = "Written."
    button: str = "Write it down"


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
        lambda by, custody, form, seen: intake.end_warrant(by, form.value("warrant"), form.value("reason")),
    ),
    "claim": Act(
        "Citizenship claim",
        "claim",
        ClaimForm,
        _claim,
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
    "due": Act(
        "Release time",
        "release",
        DueForm,
        _due,
        "The moment when nothing but the immigration papers keeps the person.",
        "The release time is set.",
    ),
    "bail": Act(
        "Bail",
        "release",
        BailForm,
        _bail,
        "A detainer is no reason to refuse, delay or set bail. Nothing here looks at one.",
    ),
    "hold": Act(
        "Record a hold",
        "hold",
        HoldForm,
        lambda by, custody, form, seen: holds.hold(
            by,
            custody.pk,
            form.value("authority"),
            warrant_id=form.value("warrant") or None,
            note=form.value("note"),
            seen=seen,
        ),
        "A hold is recorded with its authority before the release time, or the person is released.",
        "The hold is on record with its authority and its limit.",
        "Record the hold",
    ),
    "hold-end": Act(
        "End the hold",
        "release",
        ReasonForm,
        lambda by, custody, form, seen: holds.end(by, custody.pk, form.value("reason"), seen=seen),
        "Afterwards the release is due.",
        "The hold has ended. Release now.",
    ),
    "send": Act(
        "Tell ICE",
        "contact",
        SendForm,
        _send,
        "Only what the decision in force allows is offered. What is written here is the record of what went out.",
        "On record. Attach the proof when you have it.",
    ),
    "from-ice": Act("From ICE", "contact", FromIceForm, _from_ice),
    "confirm": Act(
        "ICE's answer, or proof of sending",
        "contact",
        ConfirmForm,
        lambda by, custody, form, seen: contacts.confirm(
            by, form.value("contact"), form.value("answer"), document_of(form, "proof", "proof", custody=custody)
        ),
    ),
    "serve": Act(
        "Paper given to the person",
        "serve",
        ServeForm,
        _serve,
        "Print the paper first, under Papers. The copy of the detainer is what makes the detainer served.",
        "Service is on record.",
    ),
    "duty": Act("A duty done", "serve", DutyForm, _duty, "", "Ticked off.", "Tick off"),
    "ask": Act(
        "Ask counsel",
        "ask counsel",
        AskForm,
        lambda by, custody, form, seen: counsel.ask(
            by, custody.pk, form.value("asks"), due_at=form.value("due_at"), seen=seen
        ),
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
    "transfer": Act("Transfer or hand-over", "transfer", TransferForm, _transfer, "", "Recorded."),
    "move": Act(
        "Move within this agency",
        "intake",
        MoveForm,
        lambda by, custody, form, seen: transfers.move(by, custody.pk, form.value("facility"), seen=seen),
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
        lambda by, custody, form, seen: release.outcome(
            by, custody.pk, form.value("value"), form.value("source"), form.value("note")
        ),
        "Where it is learned later than the release: ICE came late, ICE corrected its list.",
    ),
}
KINDS_OF_OPINION = Opinion.KINDS
