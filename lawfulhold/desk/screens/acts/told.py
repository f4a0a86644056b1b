"""Who is told what: ICE, the person, and the proof of it."""

from __future__ import annotations

from django import forms

from lawfulhold.desk.models import CHANNELS, Contact, Service
from lawfulhold.desk.screens.acts.base import Act, CaseForm, gives
from lawfulhold.desk.screens.forms import Moment, OneOf, Paper, Words, document_of
from lawfulhold.desk.services import contacts, notices

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


ACTS: dict[str, Act] = {
    "send": Act(
        "Tell ICE",
        "contact",
        SendForm,
        gives(contacts.send, "kind", named="channel content number official answer", paper=("proof", "proof")),
        "Only what the decision in force allows is offered. What is written here is the record of what went out.",
        "On record. Attach the proof when you have it.",
    ),
    "from-ice": Act(
        "From ICE", "contact", FromIceForm, gives(contacts.received, "kind", "content", named="channel official number at")
    ),
    "confirm": Act(
        "ICE's answer, or proof of sending",
        "contact",
        ConfirmForm,
        lambda by, custody, form, seen: contacts.confirm(
            by,
            form.value("contact"),
            form.value("answer"),
            document_of(form, "proof", "proof", custody=custody),
            seen=seen,
        ),
    ),
    "serve": Act(
        "Paper given to the person",
        "serve",
        ServeForm,
        gives(
            notices.serve,
            "paper",
            named="language given_to at refused_to_sign interpreter",
            paper=("proof", "proof-of-service"),
        ),
        "Print the paper first, under Papers. The copy of the detainer is what makes the detainer served.",
        "Service is on record.",
    ),
    "duty": Act(
        "A duty done",
        "serve",
        DutyForm,
        gives(notices.duty_done, "provision", "note", named="at", paper=("proof", "proof")),
        "",
        "Ticked off.",
        "Tick off",
    ),
}
