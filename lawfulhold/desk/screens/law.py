"""The law that the agency has adopted, its own policy, and adopting a new version."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from lawfulhold.desk.models import READINGS, LawVersion
from lawfulhold.desk.screens.acting import page, screen, told
from lawfulhold.desk.screens.forms import DeskForm, Words
from lawfulhold.desk.services import law, redecision
from lawfulhold.desk.services.acting import By


class AdoptForm(DeskForm):
    """Counsel adopts."""

    policy = forms.CharField(
        label="The agency's own policy, as a law file",
        required=False,
        max_length=100_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
        help_text="It settles what the law leaves open, never what it forbids. Empty: none.",
    )
    reading = forms.ChoiceField(
        label="Which reading of the 48 hours governs", choices=list(READINGS.items()), required=False
    )
    comment = Words(label="What was reviewed, and why it is adopted", max_length=2_000)


@screen("read", "POST")
def show(request: HttpRequest, by: By) -> HttpResponse:
    """Which law is in force here; for counsel: what adopting would change, and adopting."""
    assert by.user is not None
    current = by.agency.law
    own = law.policy_text(current) if current else ""
    form = AdoptForm(
        request.POST or None, initial={"policy": own, "reading": current.reading if current else "shortest"}
    )
    offered: Any = None
    preview: Any = None
    changes: Any = ()
    if by.user.may("adopt law"):
        if request.method == "POST" and form.is_valid():
            with told(form):
                if "preview" in request.POST:
                    offered = law.offer(by.agency, form.value("policy"))
                    preview, changes = redecision.preview(by, form.value("policy"))
                else:
                    version = law.adopt(
                        by, form.value("comment"), form.value("policy"), reading=form.value("reading") or None
                    )
                    messages.success(
                        request, f"Adopted as version {version.number}. Every open case is being decided again."
                    )
                    return redirect("law")
        elif request.method != "POST":
            offered = law.offer(by.agency, own)
    return page(
        request,
        "law.html",
        form,
        current=current,
        reading=READINGS[current.reading] if current else "",
        own=own,
        offered=offered,
        preview=preview,
        changes=changes,
        starter=law.policy_template(by.agency),
        versions=LawVersion.objects.filter(agency=by.agency).order_by("-number")[:20],
    )
