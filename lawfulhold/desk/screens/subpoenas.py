"""Subpoenas: logged as served, to counsel at once, produced only as far as counsel or a court allowed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Case, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from lawfulhold.desk.models import Custody, Subpoena, SubpoenaEvent
from lawfulhold.desk.screens.acting import page, screen, told
from lawfulhold.desk.screens.forms import DeskForm, Moment, OneOf, Paper, Words, document_of
from lawfulhold.desk.services import subpoenas
from lawfulhold.desk.services.acting import By


class LogForm(DeskForm):
    """A demand for records as served."""

    type = OneOf(
        label="What is it?", choices=list(Subpoena.TYPES.items()), help_text="They compel differently; read who signed."
    )
    number = forms.CharField(label="Number", max_length=60, required=False)
    issuer = forms.CharField(label="Issued by (office or court)", max_length=200)
    signed_by = forms.CharField(label="Signed by", max_length=200)
    addressed_to = forms.CharField(label="Addressed to, as written", max_length=300)
    served_at = Moment(label="Served")
    served_how = forms.CharField(label="How it was served", max_length=100)
    served_on = forms.CharField(label="On whom", max_length=200)
    return_at = Moment(label="Return date", required=False)
    asks = Words(label="What it asks for")
    case = forms.CharField(label="Case number, if it is about one person in custody", max_length=30, required=False)
    document = Paper(label="The paper")


class StepForm(DeskForm):
    """The next step."""

    kind = forms.ChoiceField(label="Step")
    says = Words(label="What was done or decided", max_length=1000)
    inventory = Words(
        label="Items, one in a line",
        required=False,
        help_text="What is to be given (comply, order), or what was given (produced).",
    )
    court = forms.CharField(label="Court", max_length=200, required=False)
    at = Moment(label="When, or the new return date", required=False)
    document = Paper(label="The paper")

    def __init__(self, *args: Any, answers: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["kind"]
        field.choices = [
            (name, words)
            for name, words in SubpoenaEvent.KINDS.items()
            if name != "to-counsel" and (answers or name not in SubpoenaEvent.COUNSELS)
        ]


@screen("read", "POST")
def listing(request: HttpRequest, by: By) -> HttpResponse:
    """The newest demands for records, those that go on before the others, and of them those with the nearest return date first."""
    every = Subpoena.objects.filter(agency=by.agency)
    ended = Case(When(state__in=subpoenas.DONE, then=1), default=0)
    rows = [
        {
            "row": row,
            "due": subpoenas.due(row),
            "type": Subpoena.TYPES[row.type],
            "compulsion": Subpoena.COMPULSION[row.type],
            "state": SubpoenaEvent.KINDS.get(row.state, row.state),
        }
        for row in every.order_by(ended, "-served_at")[:75]
    ]
    rows.sort(
        key=lambda item: (
            item["row"].state in subpoenas.DONE,
            item["due"] is None,
            item["due"] or item["row"].served_at,
        )
    )
    return page(request, "subpoenas/list.html", rows=rows, total=every.count(), now=by.at)


@screen("subpoena", "POST")
def log(request: HttpRequest, by: By) -> HttpResponse:
    """Log one as served."""
    form = LogForm(request.POST or None, request.FILES or None, initial={"served_at": by.local()})
    if request.method == "POST" and form.is_valid():
        with told(form):
            custody = None
            if form.value("case"):
                custody = Custody.objects.filter(agency=by.agency, number=form.value("case").strip()).first()
                if custody is None:
                    form.add_error("case", "There is no such case.")
            if not form.errors:
                names = (
                    "type",
                    "number",
                    "issuer",
                    "signed_by",
                    "addressed_to",
                    "served_at",
                    "served_how",
                    "served_on",
                    "return_at",
                    "asks",
                )
                row = subpoenas.log(
                    by,
                    **{name: form.value(name) for name in names},
                    custody_id=custody.pk if custody else None,
                    document=document_of(form, "document", "subpoena"),
                )
                messages.success(request, "Logged, and sent to counsel.")
                return redirect("subpoena", row.pk)
    return page(request, "subpoenas/log.html", form)


@screen("read", "POST")
def show(request: HttpRequest, by: By, subpoena_id: Any) -> HttpResponse:
    """One demand: its steps, what may be produced, the next step."""
    row = Subpoena.objects.filter(agency=by.agency, pk=subpoena_id).select_related("custody").first()
    if row is None:
        raise Http404
    assert by.user is not None
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = StepForm(*given, answers=by.user.may("answer subpoena"))
    if request.method == "POST" and form.is_valid():
        with told(form):
            subpoenas.step(
                by,
                row.pk,
                form.value("kind"),
                form.value("says"),
                at=form.value("at"),
                inventory=form.value("inventory").splitlines(),
                court=form.value("court"),
                document=document_of(form, "document", "subpoena"),
            )
            messages.success(request, "Written.")
            return redirect("subpoena", row.pk)
    return page(
        request,
        "subpoenas/one.html",
        form,
        row=row,
        due=subpoenas.due(row),
        permission=subpoenas.permission(row),
        type=Subpoena.TYPES[row.type],
        compulsion=Subpoena.COMPULSION[row.type],
        events=row.events.order_by("entry__sequence"),
        now=by.at,
        ended=row.state in subpoenas.DONE,
    )
