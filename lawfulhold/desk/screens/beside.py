"""A paper beside what was read from it: at intake, for a warrant, and for any paper on file."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from lawfulhold.desk.errors import Invalid, NotFound
from lawfulhold.desk.models import Custody, Detainer, Document, PaperPage, PaperReading, Warrant
from lawfulhold.desk.screens import intake, reading
from lawfulhold.desk.screens.acting import page, screen, told
from lawfulhold.desk.screens.forms import DeskForm
from lawfulhold.desk.services import looks, readings
from lawfulhold.desk.services.acting import By


class CaseNumberForm(DeskForm):
    """Which case a warrant is for."""

    number = forms.CharField(label="Number of the case", max_length=30)


def beside(row: PaperReading, form: forms.Form | None, proposals: Mapping[str, reading.Proposal]) -> dict[str, Any]:
    """What the templates need to show a paper beside a form (None: beside the list of its fields alone)."""
    if form is not None:
        goes_to = {one.mark: f"id_{name}" for name, one in reversed(list(proposals.items())) if one.mark and name in form.fields}
        for name in form.fields:
            if name in proposals:
                _describe(form, name)
    else:
        goes_to = {}
    marks = reading.marks(row, goes_to)
    found = row.found or {}
    known = reading.forms_in(row)
    # A text that the form itself holds is not shown twice: lines are for papers that are no form.
    texts = {} if known else found.get("lines", {})
    pages = [
        {"number": one.number, "width": one.width, "height": one.height, "marks": marks.get(one.number, []),
         "lines": texts.get(str(one.number), [])}
        for one in row.pages.defer("picture").order_by("number")
    ]
    return {
        "paper": row,
        "pages": pages,
        "more": found.get("more", 0),
        "proposals": proposals,
        "known": [
            {"reading": one, "index": index, "lines": reading.lines(one, index, proposals if form is not None else {}),
             "warrant": reading.is_warrant(one), "notes": reading.notes(one) if index == 0 else []}
            for index, one in enumerate(known)
        ],
        "being_read": row.read_at is None or row.read_at < row.asked_at,
    }


def _describe(form: forms.Form, name: str) -> None:
    """Tie what was read to its field, so that a screen reader says it too."""
    field = form.fields[name]
    ids = [f"id_{name}_helptext"] if field.help_text else []
    field.widget.attrs["aria-describedby"] = " ".join([*ids, f"id_{name}_paper"])


class WarrantPaper:
    """A paper on file from which an officer's warrant is recorded on a case."""

    def __init__(self, row: PaperReading, index: int) -> None:
        self.row, self.index = row, index
        self.proposals = reading.warrant_proposals(reading.forms_in(row)[index], index)
        self.initial = reading.initial(self.proposals)

    @classmethod
    def given(cls, by: By, custody: Custody, query: Mapping[str, str]) -> WarrantPaper:
        """The paper that an address names. Raises `Http404` for another case's paper, or one without such a warrant."""
        try:
            row = readings.reading_of(by, uuid.UUID(query.get("paper", "")))
            index = int(query.get("which", "0"))
        except (ValueError, NotFound):
            raise Http404 from None
        known = reading.forms_in(row)
        if not 0 <= index < len(known) or not reading.is_warrant(known[index]) or not _belongs(row, custody):
            raise Http404
        return cls(row, index)

    def attach(self, form: Any) -> None:
        """The form records this paper; none is asked for."""
        del form.fields["document"]
        form.paper = self.row.document

    def confirm(self, by: By, form: DeskForm) -> None:
        """What a person confirmed and corrected goes into the docket; a paper that waited at intake is done with."""
        same, other = reading.tally(self.proposals, form.cleaned_data)
        what = f"Form {form.value('type')}"
        waits = self.row.at_intake and self.row.state in PaperReading.OPEN
        if waits and not any(reading.is_detainer(one) for one in reading.forms_in(self.row)):
            readings.confirmed(by, self.row, what, same, other)
        else:
            readings.compared(by, self.row, what, same, other)

    def shown(self, form: DeskForm) -> dict[str, Any]:
        """What the template needs."""
        found = beside(self.row, form, self.proposals)
        found["known"] = [item for item in found["known"] if item["index"] == self.index]
        found["pages"] = [item for item in found["pages"] if item["number"] in reading.forms_in(self.row)[self.index].pages]
        return found


def _belongs(row: PaperReading, custody: Custody) -> bool:
    """Is it a paper of this case, or one that is on no case yet?"""
    if row.document.custody_id is not None:
        return row.document.custody_id == custody.pk
    others = Detainer.objects.filter(document=row.document).values_list("custody_id", flat=True)
    return all(number == custody.pk for number in others)


@screen("intake", "POST")
def received(request: HttpRequest, by: By, reading_id: Any) -> HttpResponse:
    """A paper that came in: the paper beside the form; a person confirms or corrects, then it is registered. Or it is set aside."""
    row = readings.reading_of(by, reading_id)
    step = request.POST.get("step", "") if request.method == "POST" else ""
    if row.state not in PaperReading.OPEN:
        return _done_with(request, by, row)
    if row.state == "waiting" and not step and "type" not in request.GET:
        return page(request, "paper/waiting.html", paper=row, back=reverse("intake"), type_it=True)
    if not step:
        looks.paper(by, row.document, "paper")
    known = reading.forms_in(row)
    proposals = reading.detainer_proposals(known[0]) if known and reading.is_detainer(known[0]) else {}
    form = intake.PaperDetainerForm(
        request.POST if step == "register" else None,
        initial={"received_at": by.local(), "channel": "fax", **reading.initial(proposals)},
    )
    aside = intake.WhyForm(request.POST if step == "set-aside" else None, auto_id="aside_%s")
    to_case = CaseNumberForm(request.POST if step == "to-case" else None, auto_id="case_%s")
    bound: DeskForm = {"set-aside": aside, "to-case": to_case}.get(step, form)
    if step and bound.is_valid():
        with told(bound):
            if step == "register":
                with transaction.atomic():
                    detainer = intake.register_typed(by, form, row.document)
                    same, other = reading.tally(proposals, form.cleaned_data)
                    readings.confirmed(by, row, f"Detainer {detainer.form}", same, other)
                messages.success(request, intake.REGISTERED)
                return redirect("detainer", detainer.pk)
            if step == "set-aside":
                readings.set_aside(by, row, aside.value("reason"))
                messages.success(request, "Set aside. It stays on file.")
                return redirect("intake")
            return _to_case(by, row, to_case)
    return page(
        request,
        "paper/received.html",
        bound,
        **beside(row, form, proposals),
        register_form=form,
        aside=aside,
        to_case=to_case,
        only_warrants=bool(known) and not proposals,
    )


def _to_case(by: By, row: PaperReading, form: CaseNumberForm) -> HttpResponse:
    """The form for a warrant on a case, with this paper. An unknown number is an error of the form."""
    custody = Custody.objects.filter(agency=by.agency, number=form.value("number").strip(), open=True).first()
    if custody is None:
        raise Invalid("There is no open case with this number.", advice="Look it up in the queue.", field="number")
    return redirect(f"{reverse('act', args=[custody.pk, 'warrant'])}?paper={row.pk}&which=0")


def _done_with(request: HttpRequest, by: By, row: PaperReading) -> HttpResponse:
    found = Detainer.objects.filter(agency=by.agency, document=row.document_id).order_by("entry__sequence").first()
    if found is not None:
        messages.info(request, "This paper is registered: here it is.")
        return redirect("detainer", found.pk)
    return redirect("review", row.document_id)


def document_of(by: By, document_id: Any) -> Document:
    """A document of this agency that still has its content. Raises `Http404`."""
    row = (
        Document.objects.filter(agency=by.agency, pk=document_id, purged_at__isnull=True)
        .select_related("custody")
        .defer("content")
        .first()
    )
    if row is None:
        raise Http404
    return row


@screen("read")
def picture(request: HttpRequest, by: By, document_id: Any, number: int) -> HttpResponse:
    """The picture of one page. The look is kept."""
    document = document_of(by, document_id)
    found = PaperPage.objects.filter(reading__document=document, number=number).first()
    if found is None:
        raise Http404
    looks.paper(by, document, f"page {number} of document")
    return HttpResponse(
        bytes(found.picture),
        content_type="image/png",
        headers={"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"},
    )


@screen("read", "POST")
def review(request: HttpRequest, by: By, document_id: Any) -> HttpResponse:
    """Any paper on file beside what was read from it, and beside what is on record where it is a detainer."""
    document = document_of(by, document_id)
    if request.method == "POST":
        looks.paper(by, document, "read by machine")
        readings.ask(by, document)
        return redirect("review", document.pk)
    looks.paper(by, document, "document beside its reading")
    row = PaperReading.objects.filter(document=document).first()
    detainer = Detainer.objects.filter(agency=by.agency, document=document).order_by("entry__sequence").first()
    custody = document.custody or (detainer.custody if detainer else None)
    if row is None or row.read_at is None or row.read_at < row.asked_at:
        back = reverse("case", args=[custody.pk]) if custody else reverse("intake")
        return page(request, "paper/waiting.html", paper=row, document=document, back=back, type_it=False)
    known = reading.forms_in(row)
    compared = []
    if detainer is not None and known and reading.is_detainer(known[0]):
        compared = _compared(detainer, reading.detainer_proposals(known[0]))
    recorded = set(Warrant.objects.filter(document=document).in_force().values_list("type", flat=True))
    return page(
        request,
        "paper/review.html",
        **beside(row, None, {}),
        document=document,
        detainer=detainer,
        custody=custody,
        compared=compared,
        recorded=recorded,
    )


def _compared(detainer: Detainer, proposals: Mapping[str, reading.Proposal]) -> list[dict[str, Any]]:
    """What the machine read beside what a person put on record, field by field."""
    record: dict[str, Any] = {
        "form": detainer.form,
        "edition": detainer.edition,
        "dhs_number": detainer.dhs_number,
        "issued_by": detainer.issued_by,
        "addressed_to": detainer.addressed_to,
        **{name.replace("-", "_"): value for name, value in detainer.subject.items()},
        **{name: "yes" if value else "no" for name, value in detainer.facts.items()},
    }
    fields = intake.DetainerForm.base_fields
    return [
        {"words": fields[name].label, "read": one, "record": record.get(name, ""),
         "same": one.value is not None and str(record.get(name, "")).strip() == str(one.value).strip()}
        for name, one in proposals.items()
        if name != "sent_at" and (one.words or record.get(name))
    ]
