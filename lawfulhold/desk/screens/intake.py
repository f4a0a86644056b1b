"""Intake: one register for every channel; matching by two hard identifiers and two persons."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from lawfulhold.desk.models import (
    CHANNELS,
    DETAINER_FORMS,
    Booking,
    Charge,
    Custody,
    Detainer,
    DetainerEvent,
    Document,
    Facility,
    PaperReading,
    Warrant,
)
from lawfulhold.desk.screens import reading
from lawfulhold.desk.screens.acting import page, screen, told
from lawfulhold.desk.screens.forms import Day, DeskForm, GroupedForm, Known, Moment, OneOf, Paper, document_of
from lawfulhold.desk.services import booking, intake, matching, readings
from lawfulhold.desk.services.acting import By

NUMBERS = {
    "booking_number": "Booking number",
    "fbi": "FBI number",
    "sid": "State identification number (SID)",
    "a_number": "A-number",
    "passport": "Passport number",
}
SUBJECT_WORDS = {
    "surname": "Surname",
    "given_names": "Given names",
    **matching.HARD,
    "birthplace": "Birthplace",
    "sex": "Sex",
    "nationality": "Nationality",
}


OF_THE_PERSON = (
    "surname",
    "given_names",
    "date_of_birth",
    "birthplace",
    "nationality",
    "sex",
    "booking_number",
    "fbi",
    "sid",
    "a_number",
    "passport",
)


class DetainerForm(GroupedForm):
    """A detainer as it was received."""

    document = Paper(label="The paper as received")
    form = forms.ChoiceField(
        label="Form", choices=list(DETAINER_FORMS.items()), help_text="Lower left corner of the page."
    )
    edition = forms.CharField(
        label="Edition", max_length=20, required=False, help_text="Beside the form number, such as 3/17."
    )
    channel = forms.ChoiceField(label="How it came", choices=[item for item in CHANNELS.items() if item[0] != "api"])
    received_at = Moment(label="Received", help_text="Date and time stamp of this agency.")
    sent_at = Moment(label="Sent, as the paper or the fax line says", required=False)
    dhs_number = forms.CharField(label="Subject ID or DHS file number", max_length=60, required=False)
    issued_by = forms.CharField(label="Issued by", max_length=200, required=False, help_text="Officer and office.")
    addressed_to = forms.CharField(
        label="Addressed to",
        max_length=300,
        required=False,
        help_text="As written on the paper, even when it is another place.",
    )
    addressed_facility = forms.CharField(label="Facility identifier (ORI) on the paper", max_length=20, required=False)
    surname = forms.CharField(label="Surname on the detainer", max_length=200)
    given_names = forms.CharField(label="Given names", max_length=200, required=False)
    date_of_birth = Day(label="Date of birth", required=False)
    birthplace = forms.CharField(label="Birthplace", max_length=200, required=False)
    nationality = forms.CharField(label="Citizenship, as the paper has it", max_length=100, required=False)
    sex = forms.CharField(label="Sex", max_length=20, required=False)
    booking_number = forms.CharField(label="Booking number", max_length=60, required=False)
    fbi = forms.CharField(label="FBI number", max_length=60, required=False)
    sid = forms.CharField(label="State identification number (SID)", max_length=60, required=False)
    a_number = forms.CharField(label="A-number", max_length=60, required=False)
    passport = forms.CharField(label="Passport number", max_length=60, required=False)
    probable_cause = Known(label="Is a probable-cause box in section 1 ticked?")
    complete = Known(label="Is every field filled, is it signed, and are its attachments there?")
    notice_requested = Known(label="Does it ask for notice of the release?")

    groups = (
        (
            "The paper",
            (
                "document",
                "form",
                "edition",
                "channel",
                "received_at",
                "sent_at",
                "dhs_number",
                "issued_by",
                "addressed_to",
                "addressed_facility",
            ),
        ),
        (
            "The person it names",
            OF_THE_PERSON,
        ),
        ("What it says", ("probable_cause", "complete", "notice_requested")),
    )

    def subject(self) -> dict[str, str]:
        """What the paper says of the person."""
        found = {name: str(value or "") for name, value in self.values(*OF_THE_PERSON).items()}
        found["a-number"] = found.pop("a_number")
        return found


class PaperDetainerForm(DetainerForm):
    """A detainer whose paper stands beside the form."""

    checked = forms.BooleanField(label="I compared every field with the paper.")

    groups = (
        (DetainerForm.groups[0][0], DetainerForm.groups[0][1][1:]),
        *DetainerForm.groups[1:],
        ("Before it is registered", ("checked",)),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["document"]


class ReadForm(DeskForm):
    """A scan that is read by machine before a person registers it."""

    document = Paper(label="Scan or PDF of the paper", required=True)


class MatchForm(DeskForm):
    """The first look."""

    custody = forms.UUIDField(widget=forms.HiddenInput)
    note = forms.CharField(label="Note", max_length=500, required=False)


class SecondForm(DeskForm):
    """The second look."""

    agrees = OneOf(
        label="Is the detainer about this person?",
        choices=(("yes", "Yes, it is this person"), ("no", "No, or I am not sure")),
    )
    looked_at = forms.CharField(
        label="What you looked at",
        max_length=500,
        required=False,
        help_text="Picture, numbers on the papers, the person at the counter.",
    )


class WhyForm(DeskForm):
    """A reason."""

    reason = forms.CharField(label="Why", max_length=400)


class ReturnForm(DeskForm):
    """Returned to ICE: the reply says nothing about anybody."""

    reason = forms.CharField(
        label="Why it is returned",
        max_length=400,
        help_text="Such as: no such person in this custody; addressed to another agency.",
    )
    channel = forms.ChoiceField(
        label="How", choices=[(name, CHANNELS[name]) for name in ("fax", "e-mail", "mail", "phone", "by-hand")]
    )
    official = forms.CharField(label="To whom at ICE", max_length=200, required=False)


class CancelForm(DeskForm):
    """ICE lifts a detainer."""

    at = Moment(label="When the cancellation was received")
    channel = forms.ChoiceField(
        label="How it came",
        choices=[(name, CHANNELS[name]) for name in ("fax", "e-mail", "mail", "phone", "by-hand", "teletype")],
    )
    official = forms.CharField(label="Who at ICE", max_length=200, required=False)
    note = forms.CharField(label="What it says", max_length=500, required=False)
    document = Paper(label="The paper")


class BookForm(GroupedForm):
    """A booking typed at the desk, where no jail management system sends it."""

    surname = forms.CharField(label="Surname", max_length=200)
    given_names = forms.CharField(label="Given names", max_length=200, required=False)
    date_of_birth = Day(label="Date of birth", required=False)
    birthplace = forms.CharField(label="Birthplace, as the agency's own file has it", max_length=200, required=False)
    language = forms.CharField(
        label="Language", max_length=40, required=False, help_text="Notices are printed in English and Spanish."
    )
    booking_number = forms.CharField(label="Booking number", max_length=60)
    booked_at = Moment(label="Booked")
    facility = forms.ChoiceField(label="Facility")
    basis = forms.ChoiceField(
        label="Reason of the booking", choices=list(Booking.BASES.items()), help_text="A detainer is never one."
    )
    arresting_agency = forms.CharField(label="Arresting agency", max_length=200, required=False)
    fbi = forms.CharField(label="FBI number", max_length=60, required=False)
    sid = forms.CharField(label="State identification number (SID)", max_length=60, required=False)
    a_number = forms.CharField(label="A-number", max_length=60, required=False)
    offence = forms.CharField(label="Charge: offence", max_length=300, required=False)
    statute = forms.CharField(label="Charge: statute", max_length=200, required=False)
    status = forms.ChoiceField(
        label="Charge: how far",
        required=False,
        choices=[("", "Not known"), ("arrested", "Arrested"), ("charged", "Charged"), ("convicted", "Convicted")],
    )
    level = forms.ChoiceField(
        label="Charge: level",
        required=False,
        choices=[
            ("", "Not known"),
            ("felony", "Felony"),
            ("misdemeanor", "Misdemeanor"),
            ("violation", "Lesser violation"),
        ],
    )
    grade = forms.CharField(label="Charge: class or degree", max_length=20, required=False)

    groups = (
        ("The person", ("surname", "given_names", "date_of_birth", "birthplace", "language")),
        (
            "The booking",
            ("booking_number", "booked_at", "facility", "basis", "arresting_agency", "fbi", "sid", "a_number"),
        ),
        ("The first charge", ("offence", "statute", "status", "level", "grade")),
    )

    def __init__(self, *args: Any, agency: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agency = agency
        field: Any = self.fields["facility"]
        field.choices = [(place.identifier, str(place)) for place in Facility.objects.filter(agency=agency)]


# ---------------------------------------------------------------------------------------------- the register


@screen("read")
def register(request: HttpRequest, by: By) -> HttpResponse:
    """What waits to be matched, what waits for a second person, and the newest of the register."""
    every = Detainer.objects.filter(agency=by.agency).select_related("custody").order_by("-received_at")
    return page(
        request,
        "intake/register.html",
        now=by.at,
        papers=readings.waiting(by),
        waiting=every.filter(state__in=("received", "doubt")).order_by("received_at")[:100],
        second=every.filter(state="second-look").order_by("received_at")[:100],
        newest=every.exclude(state__in=("received", "doubt", "second-look"))[:50],
        total=every.count(),
    )


@screen("intake", "POST")
def receive(request: HttpRequest, by: By) -> HttpResponse:
    """Register a detainer: give its paper, which is kept and read by machine, or type it."""
    reads = request.method == "POST" and "read" in request.POST
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    read_form = ReadForm(*(given if reads else (None, None)), auto_id="read_%s")
    form = DetainerForm(
        *((None, None) if reads else given), initial={"received_at": by.local(), "channel": "fax"}
    )
    if reads and read_form.is_valid():
        with told(read_form):
            file = read_form.value("document")
            return redirect("received", readings.receive(by, file.read(), file.name).pk)
    elif given[0] is not None and not reads and form.is_valid():
        with told(form):
            row = register_typed(by, form, document_of(form, "document", "detainer"))
            messages.success(request, REGISTERED)
            return redirect("detainer", row.pk)
    return page(request, "intake/receive.html", read_form if reads else form, type_form=form, read_form=read_form)


REGISTERED = "Registered. It is on nobody's record yet: now match it to a person."


def register_typed(by: By, form: DetainerForm, document: Document | None) -> Detainer:
    """Register what a person wrote, or confirmed, in the form."""
    known = {
        name: form.value(name)
        for name in ("probable_cause", "complete", "notice_requested")
        if form.value(name) is not None
    }
    names = (
        "form", "edition", "channel", "received_at", "sent_at", "dhs_number", "issued_by", "addressed_to",
        "addressed_facility",
    )  # fmt: skip
    return intake.receive(
        by, **form.values(*names), subject=form.subject(), facts_on_paper=known, document=document
    )


# ---------------------------------------------------------------------------------------------- one detainer


def _rows(candidate: matching.Candidate, detainer: Detainer) -> list[dict[str, str]]:
    """The detainer beside the agency's own file, line by line."""
    known: dict[str, str] = {
        "surname": candidate.details.surname,
        "given_names": candidate.details.given_names,
        "date_of_birth": candidate.details.date_of_birth,
        "birthplace": candidate.details.birthplace,
    }
    known["booking_number"] = ", ".join(
        row.number for row in Booking.objects.filter(custody=candidate.custody).in_force()
    )
    for kind, row in booking.identifiers_of(candidate.custody.person).items():
        known[kind] = row.value
    rows = []
    for name, words in SUBJECT_WORDS.items():
        ours, theirs = known.get(name, ""), detainer.subject.get(name, "")
        if not ours and not theirs:
            continue
        if name in candidate.agree or (name == "surname" and candidate.surname_agrees):
            verdict = "same"
        elif name in candidate.disagree or name == "surname":
            verdict = "differs"
        elif ours and theirs and name not in matching.HARD:
            verdict = "same" if ours.casefold() == theirs.casefold() else "differs"
        else:
            verdict = "missing"
        rows.append({"words": words, "hard": name in matching.HARD, "ours": ours, "theirs": theirs, "verdict": verdict})
    return rows


def _photo(custody: Custody) -> Document | None:
    return (
        Document.objects.filter(custody=custody, kind="photo", purged_at__isnull=True).order_by("-recorded_at").first()
    )


def _shown(by: By, detainer: Detainer, candidate: matching.Candidate) -> dict[str, Any]:
    return {
        "candidate": candidate,
        "rows": _rows(candidate, detainer),
        "photo": _photo(candidate.custody),
        "charges": [
            row.facts for row in Charge.objects.filter(custody=candidate.custody).in_force() if not row.withdrawn
        ],
        "form": MatchForm(initial={"custody": candidate.custody.pk}, auto_id=f"m{candidate.custody.pk}_%s"),
    }


@screen("read", "POST")
def detainer(request: HttpRequest, by: By, detainer_id: Any) -> HttpResponse:
    """One detainer: matched, doubted, returned, cancelled, taken off; each by its own button."""
    row = (
        Detainer.objects.filter(agency=by.agency, pk=detainer_id)
        .select_related("custody", "document", "addressed_facility")
        .first()
    )
    if row is None:
        row = intake.detainer_of(by, detainer_id)  # raises NotFound
    step = request.POST.get("step", "") if request.method == "POST" else ""
    bound: dict[str, DeskForm] = {
        "match": MatchForm(request.POST if step == "match" else None, auto_id="match_%s"),
        "second": SecondForm(request.POST if step == "second" else None, auto_id="second_%s"),
        "doubt": WhyForm(request.POST if step == "doubt" else None, auto_id="doubt_%s"),
        "return": ReturnForm(request.POST if step == "return" else None, auto_id="return_%s"),
        "cancel": CancelForm(
            request.POST if step == "cancel" else None,
            request.FILES if step == "cancel" else None,
            auto_id="cancel_%s",
            initial={"at": by.local()},
        ),
        "take-off": WhyForm(request.POST if step == "take-off" else None, auto_id="takeoff_%s"),
    }
    form = bound.get(step)
    if form is not None and form.is_valid():
        with told(form):
            return _do(request, by, row, step, form)
    if row.custody is not None:
        looked(by, row.custody, f"detainer ({row.form})")
    compared: list[dict[str, Any]] = []
    first: DetainerEvent | None = None
    if row.state in ("received", "doubt"):
        compared = [_shown(by, row, item) for item in matching.candidates(by, row)]
    elif row.state == "second-look":
        first = matching.first_look(row)
        assert first.custody is not None
        compared = [_shown(by, row, matching.compare(row, first.custody))]
    for item in compared:
        looked(by, item["candidate"].custody, f"compared with a detainer ({row.form})")
    return page(
        request,
        "intake/detainer.html",
        form,
        detainer=row,
        compared=compared,
        first=first,
        forms={name.replace("-", "_"): item for name, item in bound.items()},
        same_person=first is not None and first.recorded_by_id == request.user.pk,
        now=by.at,
        events=row.events.order_by("entry__sequence"),
        subject=[(SUBJECT_WORDS.get(name, name), value) for name, value in row.subject.items()],
        mine=_contacts(row),
        behind=_behind(row),
    )


def _behind(row: Detainer) -> list[dict[str, Any]]:
    """The officer's warrants that were read in the detainer's own paper, and whether each is on record."""
    paper = PaperReading.objects.filter(document_id=row.document_id).first() if row.document_id else None
    if paper is None:
        return []
    recorded = set(Warrant.objects.filter(document_id=row.document_id).in_force().values_list("type", flat=True))
    return [
        {"form": one.form, "index": index, "page": one.pages[0], "recorded": one.form in recorded, "paper": paper.pk}
        for index, one in enumerate(reading.forms_in(paper))
        if reading.is_warrant(one)
    ]


def _contacts(row: Detainer) -> Any:
    return row.contacts.order_by("at") if row.custody_id is None else []


def looked(by: By, custody: Custody, what: str) -> None:
    """Note that somebody looked at a person's record."""
    from lawfulhold.desk.services import looks

    looks.look(by, custody.pk, what)


def _do(request: HttpRequest, by: By, row: Detainer, step: str, form: DeskForm) -> HttpResponse:
    if step == "match":
        matching.match(by, row.pk, form.value("custody"), note=form.value("note"))
        messages.success(
            request, "First look noted. Another person has to look before the detainer goes on the record."
        )
    elif step == "second":
        agrees = form.value("agrees") == "yes"
        matched = matching.second_look(by, row.pk, agrees, looked_at=form.value("looked_at"))
        if agrees and matched.custody_id and matched.state == "matched":
            messages.success(request, "Matched. The case was put to the law.")
            return redirect("case", matched.custody_id)
        if agrees:
            messages.warning(request, "The detainer came after the release. It counts as neither honored nor declined.")
        else:
            messages.warning(request, "Not matched: the detainer is in doubt.")
    elif step == "doubt":
        matching.doubt(by, row.pk, form.value("reason"))
    elif step == "return":
        intake.return_to_ice(
            by, row.pk, **form.values("reason", "channel", "official")
        )
        messages.success(request, "Returned to ICE. The reply says nothing about anybody.")
    elif step == "cancel":
        intake.cancel(
            by,
            row.pk,
            form.value("at"),
            **form.values("note", "channel", "official"),
            document=document_of(form, "document", "cancellation"),
        )
        messages.success(request, "The detainer is closed. Tell the person.")
    elif step == "take-off":
        was = row.custody_id
        matching.take_off(by, row.pk, form.value("reason"))
        messages.success(
            request, f"Taken off the case {was and Custody.objects.get(pk=was).number}. It is in doubt again."
        )
    return redirect("detainer", row.pk)


@screen("intake", "POST")
def book(request: HttpRequest, by: By) -> HttpResponse:
    """Book a person by hand."""
    form = BookForm(request.POST or None, agency=by.agency, initial={"booked_at": timezone.localtime(by.at)})
    if request.method == "POST" and form.is_valid():
        with told(form):
            known = form.values("offence", "statute", "status", "level", "grade")
            charge = {name: value for name, value in known.items() if value}
            if charge:
                charge.update(place=by.agency.jurisdiction[:5], current=True)
            custody = booking.book(
                by,
                **form.values(
                    "surname",
                    "given_names",
                    "date_of_birth",
                    "birthplace",
                    "language",
                    "booking_number",
                    "booked_at",
                    "basis",
                    "arresting_agency",
                    facility_identifier="facility",
                ),
                charges=[charge] if charge else [],
                identifiers=form.values("fbi", "sid", **{"a-number": "a_number"}),
            )
            messages.success(request, f"Booked as case {custody.number}.")
            return redirect("case", custody.pk)
    return page(request, "intake/book.html", form)
