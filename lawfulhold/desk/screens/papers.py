"""Papers to print, the timeline with its seal, and documents on file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse

from lawfulhold.desk.models import Document
from lawfulhold.desk.papers import make, timeline
from lawfulhold.desk.screens.acting import page, screen
from lawfulhold.desk.screens.case import heading
from lawfulhold.desk.screens.forms import DeskForm, OneOf
from lawfulhold.desk.services import documents, looks
from lawfulhold.desk.services.acting import By


def _file(content: bytes, name: str, media_type: str = "application/pdf") -> HttpResponse:
    safe = "".join(letter if letter.isalnum() or letter in "-." else "-" for letter in name)
    return HttpResponse(
        content,
        content_type=media_type,
        headers={"Content-Disposition": f'inline; filename="{safe}"', "X-Content-Type-Options": "nosniff"},
    )


@screen("read")
def paper(request: HttpRequest, by: By, custody_id: Any, name: str, language: str) -> HttpResponse:
    """A paper as PDF. The look is kept."""
    custody = looks.look(by, custody_id, f"paper: {name}"[:200])
    content, _ = make.paper(by, custody, name, language)
    return _file(content, f"{custody.number}-{name}-{language}.pdf")


class TimelineForm(DeskForm):
    """What is left out of the timeline, and why."""

    why = forms.ChoiceField(label="Why entries are left out", choices=list(timeline.WHY.items()))
    names = forms.BooleanField(
        label="Show names and numbers (else only roles, the person blacked out)", required=False, initial=True
    )
    language = forms.ChoiceField(label="Language of the headings", choices=[("en", "English"), ("es", "Español")])
    shape = OneOf(
        label="As", choices=[("pdf", "PDF to print"), ("json", "File that can be checked (JSON)")], initial="pdf"
    )


@screen("export", "POST")
def sealed(request: HttpRequest, by: By, custody_id: Any) -> HttpResponse:
    """Choose what is left out, then make the sealed timeline. Each making is a look that is kept."""
    custody = looks.look(by, custody_id, "timeline")
    entries = timeline.entries_of(custody)
    form = TimelineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        out = {int(value) for value in request.POST.getlist("out") if value.isdecimal() and len(value) < 12}
        made = timeline.timeline(by, custody, out, form.value("why"), names=form.value("names"))
        timeline.keep(by, custody, made)
        if form.value("shape") == "json":
            return _file(timeline.as_json(made), f"{custody.number}-timeline.json", "application/json")
        return _file(
            timeline.as_pdf(by, made, form.value("language")), f"{custody.number}-timeline-{form.value('language')}.pdf"
        )
    return page(
        request,
        "case/timeline.html",
        form,
        **heading(custody, by.at),
        entries=[(entry, entry.kind in timeline.OF_COUNSEL) for entry in entries],
    )


@screen("read")
def document(request: HttpRequest, by: By, document_id: Any) -> HttpResponse:
    """A document on file, as what it is and nothing else. The look is kept."""
    row = (
        Document.objects.filter(agency=by.agency, pk=document_id, purged_at__isnull=True)
        .select_related("custody")
        .first()
    )
    if row is None or row.content is None:
        raise Http404
    looks.paper(by, row, "document")
    return HttpResponse(documents.as_filed(row), headers=documents.safe_headers(row))
