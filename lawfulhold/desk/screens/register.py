"""What is looked up across cases: search, counsel's desk, contacts with ICE, reports, audit."""

from __future__ import annotations

import csv
import io
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from lawfulhold.desk.models import (
    CHANNELS,
    DETAINER_STATES,
    OUTCOMES,
    ChainHead,
    Contact,
    Custody,
    Entry,
    Look,
    PolicyReview,
    Sign,
)
from lawfulhold.desk.screens.acting import page, screen, told
from lawfulhold.desk.screens.forms import Day, DeskForm, OneOf
from lawfulhold.desk.services import alerts, contacts, docket, looks, notices, queue, register
from lawfulhold.desk.services.acting import By
from lawfulhold.desk.services.counsel import waiting as waiting_for_counsel

CASES_ON_A_PAGE = 200
"""With more open cases than this a page would take too long to work out where each one stands: the command does it."""

KINDS = (
    ("booking", "Booking number"),
    ("case", "Case number"),
    ("surname", "Surname"),
    ("fbi", "FBI number"),
    ("sid", "SID"),
    ("a-number", "A-number"),
)


class SearchForm(DeskForm):
    """Exact values of this agency's own register."""

    kind = forms.ChoiceField(label="Look up by", choices=KINDS)
    value = forms.CharField(label="Value", max_length=100)


@screen("read", "POST")
def search(request: HttpRequest, by: By) -> HttpResponse:
    """Look up a case of this agency. It does not look for people: exact values, own register, every search kept. By
    POST, so that no name stands in an address.
    """
    form = SearchForm(request.POST or None)
    rows: Any = None
    if request.method == "POST" and form.is_valid():
        found = queue.search(by.agency, form.value("kind"), form.value("value"))
        looks.searched(by, form.value("kind"), len(found))
        rows = queue.rows_of(found, by.at)
    return page(request, "search.html", form, rows=rows, now=by.at)


@screen("read")
def counsel(request: HttpRequest, by: By) -> HttpResponse:
    """What waits for counsel, the most urgent first, and what counsel has answered."""
    assert by.user is not None
    waiting = waiting_for_counsel(by)
    reviews = PolicyReview.objects.filter(agency=by.agency, closed_by__isnull=True).order_by("-recorded_at")[:50]
    answered = (
        Entry.objects.filter(agency=by.agency, kind="opinion", content__isnull=False)
        .select_related("custody")
        .order_by("-sequence")[:30]
    )
    return page(
        request,
        "counsel.html",
        rows=waiting.select_related("custody", "subpoena", "decision")[:100],
        total=waiting.count(),
        reviews=reviews,
        answered=answered,
        now=by.at,
        alerts=alerts.unseen(by.user)[:20] if by.role == "counsel" else [],
    )


@screen("read")
def ice(request: HttpRequest, by: By) -> HttpResponse:
    """Every contact with ICE, newest first; detainers without a reply; people not served."""
    rows = (
        Contact.objects.filter(agency=by.agency)
        .in_force()
        .select_related("custody", "decision", "detainer")
        .order_by("-at")[:100]
    )
    unanswered, unserved = contacts.detainers_without_answer(by), notices.unserved(by)
    return page(
        request,
        "ice.html",
        rows=rows,
        unanswered=unanswered[:50],
        unanswered_total=unanswered.count(),
        unserved=unserved[:50],
        unserved_total=unserved.count(),
        now=by.at,
    )


class ReportForm(DeskForm):
    """The days of a report."""

    first = Day(label="From")
    last = Day(label="To")


class ReconcileForm(DeskForm):
    """ICE's own list."""

    file = forms.FileField(label="ICE's list (CSV with the columns facility, dhs_number, surname, sent, outcome)")


@screen("report", "POST")
def reports(request: HttpRequest, by: By) -> HttpResponse:
    """Counts out of the register, and ICE's list set against it."""
    today = by.local().date()
    given = request.GET if "first" in request.GET else None
    form = ReportForm(given, initial={"first": today.replace(month=1, day=1), "last": today})
    first, last = today.replace(month=1, day=1), today
    if given is not None and form.is_valid():
        with told(form):
            register.span(by.agency, form.value("first"), form.value("last"))
            first, last = form.value("first"), form.value("last")
    counted = register.counts(by.agency, first, last)
    tables = (
        (
            "Detainers received, by state",
            "State",
            [(DETAINER_STATES.get(name, name), count) for name, count in sorted(counted.by_state.items())],
            counted.received,
        ),
        (
            "Detainers received, by channel",
            "Channel",
            [(CHANNELS.get(name, name), count) for name, count in sorted(counted.by_channel.items())],
            counted.received,
        ),
        (
            "Custodies that ended, by outcome",
            "Outcome",
            [(OUTCOMES.get(name, name), count) for name, count in sorted(counted.outcomes.items())],
            sum(counted.outcomes.values()),
        ),
        (
            "Custodies that ended, by the law's answer on the hold",
            "Answer",
            sorted(counted.hold_answers.items()),
            sum(counted.hold_answers.values()),
        ),
    )
    if request.GET.get("as") == "csv":
        return _csv(tables, counted)
    reconcile = ReconcileForm(request.POST or None, request.FILES or None)
    differences: Any = None
    if request.method == "POST" and reconcile.is_valid():
        with told(reconcile):
            differences = register.reconcile(by.agency, _lines(reconcile.value("file").read()), first, last)
    return page(
        request,
        "reports.html",
        form if form.is_bound and form.errors else None,
        report_form=form,
        reconcile=reconcile,
        counted=counted,
        tables=tables,
        first=first,
        last=last,
        differences=differences,
        query=request.GET.urlencode(),
    )


def _lines(content: bytes) -> list[dict[str, str]]:
    from lawfulhold.desk.errors import Invalid

    if len(content) > 5_000_000:
        raise Invalid("The list is larger than 5 MB.", field="file")
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig")), strict=True)
        rows = [{str(key): str(value or "") for key, value in row.items() if isinstance(key, str)} for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid(f"This is not a CSV in UTF-8: {error}", field="file") from None
    missing = {"facility", "dhs_number", "surname", "sent"} - set(reader.fieldnames or ())
    if missing:
        raise Invalid(f"The list lacks the columns {', '.join(sorted(missing))}.", field="file")
    return rows


def _csv(tables: Any, counted: register.Counts) -> HttpResponse:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["table", "row", "count", "of", "from", "to"])
    for title, _, rows, total in tables:
        for name, count in rows:
            writer.writerow([title, name, count, total, counted.first, counted.last])
    for name, value in counted.sums.items():
        writer.writerow(["Sums", name, value, counted.cases, counted.first, counted.last])
    return HttpResponse(
        out.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="report-{counted.first}-{counted.last}.csv"'},
    )


class AuditForm(DeskForm):
    """Which part of the audit."""

    view = OneOf(label="Show", choices=[("docket", "Docket"), ("looks", "Looks at records"), ("signs", "Sign-ins")])


@screen("read audit", "POST")
def audit(request: HttpRequest, by: By) -> HttpResponse:
    """The docket, who looked at what, who signed in; the chain verified on request."""
    view = request.GET.get("view", "docket")
    given = request.GET.get("before", "")
    before = int(given) if given.isdecimal() and len(given) < 15 else None
    result: Any = None
    if request.method == "POST":
        few = Custody.objects.filter(agency=by.agency, open=True).count() <= CASES_ON_A_PAGE
        count, last, faults = docket.verify(by.agency, cases=few)
        result = {"count": count, "last": last, "faults": faults[:50], "cases": few}
    rows: Any
    if view == "looks":
        rows = Look.objects.filter(agency=by.agency).select_related("custody").order_by("-pk")
        rows = rows.filter(pk__lt=before) if before else rows
    elif view == "signs":
        rows = Sign.objects.filter(agency=by.agency).order_by("-pk")
        rows = rows.filter(pk__lt=before) if before else rows
    else:
        view = "docket"
        rows = Entry.objects.filter(agency=by.agency).select_related("custody").order_by("-sequence")
        rows = rows.filter(sequence__lt=before) if before else rows
    found = list(rows[:100])
    last_shown = (found[-1].sequence if view == "docket" else found[-1].pk) if len(found) == 100 else None
    return page(
        request,
        "audit.html",
        view=view,
        rows=found,
        result=result,
        before=last_shown,
        head=ChainHead.objects.filter(agency=by.agency).first(),
        names=by.role != "administrator",
        views=(("docket", "Docket"), ("looks", "Looks at records"), ("signs", "Sign-ins")),
    )


def nothing(request: HttpRequest) -> Any:
    """For an account whose role reads no cases."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    return page(request, "nothing.html")
