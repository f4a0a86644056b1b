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
)
from lawfulhold.desk.screens import reading
from lawfulhold.desk.screens.acting import page, screen, told
from lawfulhold.desk.screens.forms import Day, DeskForm, Known, Moment, OneOf, Paper, document_of
from lawfulhold.desk.services import booking, documents, intake, matching
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


class DetainerForm(DeskForm):
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
            (
                "surname",
                "given_names",
                "date_of_birth",
                "birthplace",
                "booking_number",
                "fbi",
                "sid",
                "a_number",
                "passport",
            ),
        ),
        ("What it says", ("probable_cause", "complete", "notice_requested")),
    )

    def fieldsets(self) -> list[tuple[str, list[Any]]]:
        """The fields in their groups."""
        return [(title, [self[name] for name in names]) for title, names in self.groups]

    def subject(self) -> dict[str, str]:
        """What the paper says of the person."""
        found = {
            name: str(self.value(name) or "")
            for name in (
                "surname",
                "given_names",
                "date_of_birth",
                "birthplace",
                "booking_number",
                "fbi",
                "sid",
                "passport",
            )
        }
        return {**found, "a-number": self.value("a_number")}


class ReadForm(DeskForm):
    """A scan that is read before it is typed."""

    document = Paper(label="Scan of the detainer", required=True)


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


class BookForm(DeskForm):
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

    def fieldsets(self) -> list[tuple[str, list[Any]]]:
        """The fields in their groups."""
        return [(title, [self[name] for name in names]) for title, names in self.groups]


# ---------------------------------------------------------------------------------------------- the register


@screen("read")
def register(request: HttpRequest, by: By) -> HttpResponse:
    """What waits to be matched, what waits for a second person, and the newest of the register."""
    every = Detainer.objects.filter(agency=by.agency).select_related("custody").order_by("-received_at")
    return page(
        request,
        "intake/register.html",
        now=by.at,
        waiting=every.filter(state__in=("received", "doubt")).order_by("received_at")[:100],
        second=every.filter(state="second-look").order_by("received_at")[:100],
        newest=every.exclude(state__in=("received", "doubt", "second-look"))[:50],
        total=every.count(),
    )


@screen("intake", "POST")
def receive(request: HttpRequest, by: By) -> HttpResponse:
    """Register a detainer: type it, or have a scan read first and check what was read."""
    if request.method == "POST" and "read" in request.POST:
        return _read(request, by)
    form = DetainerForm(
        request.POST or None, request.FILES or None, initial={"received_at": by.local(), "channel": "fax"}
    )
    if request.method == "POST" and form.is_valid():
        with told(form):
            known = {
                name: form.value(name)
                for name in ("probable_cause", "complete", "notice_requested")
                if form.value(name) is not None
            }
            kept = document_of(form, "document", "detainer") or _kept_scan(by, request)
            row = intake.receive(
                by,
                form=form.value("form"),
                edition=form.value("edition"),
                channel=form.value("channel"),
                received_at=form.value("received_at"),
                sent_at=form.value("sent_at"),
                dhs_number=form.value("dhs_number"),
                issued_by=form.value("issued_by"),
                addressed_to=form.value("addressed_to"),
                addressed_facility=form.value("addressed_facility"),
                subject=form.subject(),
                facts_on_paper=known,
                document=kept,
            )
            messages.success(request, "Registered. It is on nobody's record yet: now match it to a person.")
            return redirect("detainer", row.pk)
    return page(request, "intake/receive.html", form, read_form=ReadForm(auto_id="read_%s"), scan="")


def _read(request: HttpRequest, by: By) -> HttpResponse:
    """Read a scan and show what was read, to be checked field by field. Nothing is kept yet."""
    read_form = ReadForm(request.POST, request.FILES, auto_id="read_%s")
    found: dict[str, Any] = {}
    scan = ""
    if read_form.is_valid():
        with told(read_form):
            file = read_form.value("document")
            content = file.read()
            documents.document(content, file.name, "detainer")
            found = reading.read(content, by.zone)
            scan = reading.carry(content, file.name)
            if not found:
                read_form.add_error(
                    "document",
                    "Nothing could be read from this scan; type the detainer below. The scan is kept with it.",
                )
    form = DetainerForm(initial={"received_at": by.local(), "channel": "fax", **found})
    return page(request, "intake/receive.html", form, read_form=read_form, scan=scan, was_read=bool(found))


def _kept_scan(by: By, request: HttpRequest) -> Document | None:
    """The scan that was read before, carried with the form under the desk's own key."""
    carried = request.POST.get("scan", "")
    if not carried:
        return None
    content, name = reading.carried(carried)
    return documents.document(content, name, "detainer")


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
    )


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
            by, row.pk, form.value("reason"), channel=form.value("channel"), official=form.value("official")
        )
        messages.success(request, "Returned to ICE. The reply says nothing about anybody.")
    elif step == "cancel":
        intake.cancel(
            by,
            row.pk,
            form.value("at"),
            note=form.value("note"),
            channel=form.value("channel"),
            official=form.value("official"),
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
            charge = {
                name: form.value(name)
                for name in ("offence", "statute", "status", "level", "grade")
                if form.value(name)
            }
            if charge:
                charge.update(place=by.agency.jurisdiction[:5], current=True)
            custody = booking.book(
                by,
                surname=form.value("surname"),
                given_names=form.value("given_names"),
                date_of_birth=form.value("date_of_birth"),
                birthplace=form.value("birthplace"),
                language=form.value("language"),
                booking_number=form.value("booking_number"),
                booked_at=form.value("booked_at"),
                facility_identifier=form.value("facility"),
                basis=form.value("basis"),
                arresting_agency=form.value("arresting_agency"),
                charges=[charge] if charge else [],
                identifiers={"fbi": form.value("fbi"), "sid": form.value("sid"), "a-number": form.value("a_number")},
            )
            messages.success(request, f"Booked as case {custody.number}.")
            return redirect("case", custody.pk)
    return page(request, "intake/book.html", form)
