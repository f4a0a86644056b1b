"""The case: the answer with its reasons, what is missing, clocks, duties, papers, timeline; and the forms by which it
moves on.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from lawfulhold.desk.errors import RuleOfTheDesk
from lawfulhold.desk.models import (
    Alert,
    Bail,
    Booking,
    Charge,
    Check,
    CitizenshipClaim,
    Contact,
    CounselRequest,
    Custody,
    Decision,
    Detainer,
    Document,
    Entry,
    Hold,
    Opinion,
    Release,
    ReleaseDue,
    Service,
    Stay,
    Transfer,
    Warrant,
)
from lawfulhold.desk.papers import catalogue
from lawfulhold.desk.screens.acting import page, screen, seen_version, told
from lawfulhold.desk.screens.acts import ACTS
from lawfulhold.desk.screens.beside import WarrantPaper
from lawfulhold.desk.screens.forms import DeskForm, Paper, Words, document_of
from lawfulhold.desk.screens.questions import FactsForm
from lawfulhold.desk.services import booking, claims, contacts, decisions, facts, holds, looks, notices, queue, release
from lawfulhold.desk.services.acting import By
from lawfulhold.desk.templatetags.desk import QUESTIONS


def heading(custody: Custody, now: Any) -> dict[str, Any]:
    """What stands above every page of a case."""
    says, urgent = queue.action(custody, now, bool(queue.counsel_said_no([custody])))
    found = Booking.objects.filter(custody=custody).in_force().order_by("entry__sequence").last()
    return {
        "custody": custody,
        "person": booking.details_of(custody.person),
        "booking": found.number if found else "",
        "says": says,
        "urgent": urgent,
        "now": now,
    }


def standing_answers(custody: Custody) -> tuple[list[dict[str, Any]], str]:
    """Each question with the law's answer, counsel's, and why; and the reason when there is no answer that counts."""
    decision = custody.decision
    if decision is None:
        return [], "This case has no decision yet."
    answers = decision.finding.answers["answers"]
    rows, stale = [], ""
    opinions = decisions.opinions_on(decision)
    for name in QUESTIONS:
        if name not in answers:
            continue
        found = answers[name]
        try:
            counts = decisions.answer_to(custody, name, opinions)
            answer, opinion = counts.answer, counts.opinion
        except RuleOfTheDesk as error:
            answer, opinion, stale = found["answer"], None, error.says
        rows.append(
            {
                "name": name,
                "answer": answer,
                "law": found,
                "opinion": opinion,
                "main": name in ("hold", "notify", "transfer"),
            }
        )
    return rows, stale


def at_release(by: By, custody: Custody, answers: list[dict[str, Any]]) -> dict[str, str]:
    """What happens at the release time as the case stands: said beforehand, in one sentence."""
    if not custody.open:
        return {"action": "", "says": "This custody has ended."}
    hold = custody.hold
    if hold is not None and custody.state != "suspended":
        return {
            "action": "hold",
            "says": f"Held under its authority ({hold.cite}) until {by.local(custody.hold_limit_at or hold.limit_at):%a %Y-%m-%d %H:%M} "
            "at the longest.",
        }
    if custody.claim_open and custody.other_warrants:
        return {
            "action": "hold",
            "says": "A citizenship claim is open: nobody is held on the detainer until it is answered. A judge's warrant is on record: record the hold on it, "
            "or that it was recalled.",
        }
    if custody.claim_open:
        return {
            "action": "release",
            "says": "Release on time. A citizenship claim is open: nobody is held on the detainer until it is "
            "answered.",
        }
    if hold is not None:
        return {"action": "release", "says": "Release on time. The hold is suspended and no authority."}
    if not custody.live_detainers:
        return {"action": "release", "says": "Release on time. No live detainer is on this case."}
    if custody.decision is None or not answers:
        return {
            "action": "release",
            "says": "Not decided yet. Without an authority on record the person is released on time.",
        }
    row = answers[0]
    if row["opinion"] is not None and row["answer"] != row["law"]["answer"]:
        if row["answer"] == "prohibited":
            return {"action": "release", "says": "Release on time. Counsel: no hold."}
        return {
            "action": "release",
            "says": "Counsel settled that the person may be held. Record the hold with that authority before the "
            "release time, or release on time.",
        }
    given: dict[str, str] = custody.decision.finding.answers["at_release"]
    if given["action"] == "hold":
        return {
            "action": "hold",
            "says": f"{given['says']} Record the hold with its authority before the release time.",
        }
    return given


@screen("read")
def show(request: HttpRequest, by: By, custody_id: Any) -> HttpResponse:
    """The case page. The look is kept."""
    custody = looks.look(by, custody_id)
    if custody.purged_at is not None:
        return page(request, "case/purged.html", custody=custody)
    answers, stale = standing_answers(custody)
    decision = custody.decision
    detainers = list(Detainer.objects.filter(custody=custody).select_related("document").order_by("-received_at"))
    return page(
        request,
        "case/case.html",
        **heading(custody, by.at),
        answers=answers,
        stale=stale,
        at_release=at_release(by, custody, answers),
        decision=decision,
        facts_form=FactsForm(decision=decision, auto_id="fact_%s") if decision and custody.open else None,
        duties=notices.duties(custody),
        clocks=[row for row in decision.clocks if row["hours"]] if decision else [],
        detainers=detainers,
        warrants=Warrant.objects.filter(custody=custody).in_force().order_by("-recorded_at"),
        claims=[
            {"claim": row, "answer": row.answers.in_force().last(), "by": CitizenshipClaim.SOURCES[row.made_by]}
            for row in CitizenshipClaim.objects.filter(custody=custody).order_by("made_at")
        ],
        charges=[
            row
            for row in Charge.objects.filter(custody=custody).in_force().order_by("entry__sequence")
            if not row.withdrawn
        ],
        identifiers=[
            (booking.IDENTIFIERS.get(kind, kind), row.value)
            for kind, row in booking.identifiers_of(custody.person).items()
        ],
        due=ReleaseDue.objects.filter(custody=custody).in_force().order_by("entry__sequence").last(),
        bails=Bail.objects.filter(custody=custody).in_force().order_by("at"),
        bail_open=release.eligible_to_bail(custody),
        held=Hold.objects.filter(custody=custody).order_by("starts_at"),
        contacts=Contact.objects.filter(custody=custody).in_force().order_by("-at")[:25],
        may_send=contacts.all_that_may_go(custody) if decision else [],
        services=Service.objects.filter(custody=custody).in_force().order_by("-at")[:25],
        stays=Stay.objects.filter(custody=custody).in_force().select_related("facility").order_by("arrived_at"),
        released=Release.objects.filter(custody=custody).in_force().last(),
        late=holds.late_minutes(custody, by.at),
        gone=Transfer.objects.filter(custody=custody).in_force().order_by("at"),
        asked=CounselRequest.objects.filter(custody=custody).order_by("-recorded_at"),
        opinions=Opinion.objects.filter(custody=custody).order_by("-recorded_at"),
        documents=Document.objects.filter(custody=custody, purged_at__isnull=True)
        .exclude(kind="photo")
        .defer("content")
        .order_by("-recorded_at"),
        photo=Document.objects.filter(custody=custody, kind="photo", purged_at__isnull=True)
        .defer("content")
        .order_by("-recorded_at")
        .first(),
        entries=Entry.objects.filter(custody=custody, content__isnull=False)
        .exclude(kind__in=("alert", "alert-seen"))
        .order_by("-sequence")[:100],
        alerts=Alert.objects.filter(custody=custody, seen_at__isnull=True).order_by("about_at"),
        papers=catalogue.offered(custody),
        warnings=birthplace_warning(custody, detainers),
        changed=decision.changes if decision else [],
    )


def birthplace_warning(custody: Custody, detainers: list[Detainer]) -> list[str]:
    """The agency's own birthplace beside that of the detainer, when both are known and differ; and what has to be asked before a hold (failure F2)."""
    ours = booking.details_of(custody.person).birthplace
    said = []
    for row in detainers:
        theirs = row.subject.get("birthplace", "") if row.live else ""
        if ours and theirs and ours.casefold() != theirs.casefold():
            said.append(f"Our own file gives the birthplace {ours}; the detainer says {theirs}.")
    if custody.open and custody.live_detainers and custody.hold_answer != "prohibited" and claims.to_be_asked(custody):
        said.append(f"{claims.to_be_asked(custody)} Before any hold: ask, and note it.")
    return said


@screen("state facts", "POST")
def state(request: HttpRequest, by: By, custody_id: Any) -> HttpResponse:
    """State missing facts; the case is decided again at once and what changed is said."""
    custody = looks.look(by, custody_id, "facts")
    if custody.decision is None:
        raise RuleOfTheDesk(
            "decision-first", "This case has no decision yet.", advice="Match the detainer, or ask for a decision."
        )
    form = FactsForm(request.POST if request.method == "POST" else None, decision=custody.decision)
    if request.method == "POST" and form.is_valid():
        with told(form):
            before = custody.decision
            facts.state_facts(by, custody.pk, form.stated(), form.value("source"), seen=seen_version(request))
            _say_change(request, custody, before)
            return redirect("case", custody.pk)
    return page(request, "case/facts.html", form, **heading(custody, by.at))


def _say_change(request: HttpRequest, custody: Custody, before: Decision | None) -> None:
    now = Decision.objects.filter(custody=custody).order_by("-number").first()
    if now is None or (before is not None and now.pk == before.pk):
        messages.info(request, "Written. The answer stays as it was.")
    else:
        messages.success(request, decisions.sentence(now))


@screen("read", "POST")
def act(request: HttpRequest, by: By, custody_id: Any, name: str) -> HttpResponse:
    """One act on a case, on a page of its own."""
    if name not in ACTS:
        raise Http404
    chosen = ACTS[name]
    by.must(chosen.action)
    custody = looks.look(by, custody_id, chosen.title)
    initial: dict[str, Any] = {key: value for key, value in request.GET.items() if key in chosen.form.base_fields}
    initial.setdefault("at", by.local() if name == "bail" else "")
    read = WarrantPaper.given(by, custody, request.GET) if name == "warrant" and "paper" in request.GET else None
    if read is not None:
        initial.update(read.initial)
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = chosen.form(*given, by=by, custody=custody, initial={key: value for key, value in initial.items() if value})
    if read is not None:
        read.attach(form)
    if request.method == "POST" and form.is_valid():
        with told(form):
            before = custody.decision
            with transaction.atomic():
                chosen.do(by, custody, form, seen_version(request))
                if read is not None:
                    read.confirm(by, form)
            messages.success(request, chosen.done)
            now = Decision.objects.filter(custody=custody).order_by("-number").first()
            if now is not None and (before is None or now.pk != before.pk) and now.changes:
                messages.warning(request, decisions.sentence(now))
            return redirect("case", custody.pk)
    stands = holds.what_stands_against(by, custody) if name == "hold" else []
    refused = [item for item in form.may if not item.allowed] if name == "send" else []  # type: ignore[attr-defined]
    return page(
        request,
        "case/act.html",
        form,
        **heading(custody, by.at),
        act=chosen,
        name=name,
        beside=read.shown(form) if read is not None else None,
        stands=stands,
        refused=[(Contact.KINDS[item.kind], item.says) for item in refused],
        warrant_against=holds.what_stands_against(by, custody, "warrant") if name == "hold" else [],
    )


@screen("decide", "POST")
def decide(request: HttpRequest, by: By, custody_id: Any) -> HttpResponse:
    """Put the case to the law now."""
    if request.method == "POST":
        decision = decisions.ask_again(by, custody_id, seen=seen_version(request))
        messages.success(request, decisions.sentence(decision))
    return redirect("case", custody_id)


@screen("read")
def decision(request: HttpRequest, by: By, custody_id: Any, number: int) -> HttpResponse:
    """One decision with the facts it used, every provision considered, and whether it still follows from them."""
    custody = looks.look(by, custody_id, f"decision {number}")
    row = Decision.objects.filter(custody=custody, number=number).select_related("finding", "sheet", "law").first()
    if row is None:
        raise Http404
    from lawfulhold.rules.write import explanation

    replayed = decisions.replay(row)
    shown = [(name, replayed.answers[name], item) for name, item in row.finding.answers["answers"].items()]
    used: dict[str, Any] = {}
    for _, _, item in shown:
        used.update(item.get("facts", {}))
    return page(
        request,
        "case/decision.html",
        **heading(custody, by.at),
        decision=row,
        explanation=explanation(replayed),
        follows=decisions.matches(row),
        facts=_flat(row.sheet.facts or {}),
        reason=Decision.REASONS[row.because],
        answers=row.finding.answers["answers"],
    )


def _flat(known: dict[str, Any]) -> list[tuple[str, Any, str]]:
    sources = known.get("sources", {})
    rows = []
    for group, values in known.items():
        if group == "sources":
            continue
        if isinstance(values, dict):
            rows += [(f"{group}.{name}", value, sources.get(f"{group}.{name}", "")) for name, value in values.items()]
        elif group == "charges":
            rows += [
                (f"charge {index}", "; ".join(f"{name.replace('_', ' ')}: {value}" for name, value in item.items()), "")
                for index, item in enumerate(values, 1)
            ]
        else:
            rows.append((group, values, sources.get(group, "")))
    return rows


# ---------------------------------------------------------------------------------------------- the release


class ReleaseForm(DeskForm):
    """The person leaves."""

    reason = forms.ChoiceField(label="Why now", choices=list(Release.REASONS.items()))
    note = Words(label="Note", required=False, max_length=500)
    document = Paper(label="The court's order, where one is the reason")


@screen("release", "POST")
def at_the_door(request: HttpRequest, by: By, custody_id: Any) -> HttpResponse:
    """The release checklist, and the release."""
    custody = looks.look(by, custody_id, "release checklist")
    step = request.POST.get("step", "")
    form = ReleaseForm(
        *((request.POST, request.FILES) if step == "release" else ()),
        initial={"reason": "cancelled" if _all_cancelled(custody) else "release-time"},
    )
    check_form = DeskForm(request.POST if request.method == "POST" and step != "release" else None)
    if request.method == "POST" and step == "release" and form.is_valid():
        with told(form):
            row = release.release(
                by,
                custody.pk,
                form.value("reason"),
                note=form.value("note"),
                document=document_of(form, "document", "court-order", custody=custody),
                seen=seen_version(request),
            )
            messages.success(request, f"Released at {by.local(row.at):%H:%M}. Print the release record.")
            return redirect("case", custody.pk)
    elif request.method == "POST" and check_form.is_valid():
        with told(check_form):
            release.check(
                by,
                custody.pk,
                step,
                request.POST.get("found", ""),
                request.POST.get("note", ""),
                seen=seen_version(request),
            )
            return redirect(f"{request.path}#step-{step}")
    custody = looks.look(by, custody_id, "release checklist") if request.method == "POST" else custody
    answers, _ = standing_answers(custody)
    done = release.checklist(custody)
    steps = [
        {
            "name": name,
            "says": says,
            "choices": [(value, FOUND[value]) for value in found],
            "last": done[name],
            "needed": name in release.NEEDED,
            "found": FOUND.get(_found(done[name]), ""),
            "stop": _found(done[name]) in release.STOPS.get(name, ()),
        }
        for name, (says, found) in release.STEPS.items()
    ]
    return page(
        request,
        "case/door.html",
        form if step == "release" else check_form,
        **heading(custody, by.at),
        steps=steps,
        release_form=form,
        check_form=check_form,
        against=release.what_stands_against(by, custody, request.POST.get("reason", "release-time")),
        at_release=at_release(by, custody, answers),
        photo=Document.objects.filter(custody=custody, kind="photo", purged_at__isnull=True)
        .defer("content")
        .order_by("-recorded_at")
        .first(),
        detainers=Detainer.objects.filter(custody=custody).order_by("-received_at"),
        warrants=Warrant.objects.filter(custody=custody, ended="").in_force(),
        identifiers=[
            (booking.IDENTIFIERS.get(kind, kind), row.value)
            for kind, row in booking.identifiers_of(custody.person).items()
        ],
        late=holds.late_minutes(custody, by.at) if custody.release_due_at and custody.release_due_at <= by.at else None,
        papers=catalogue.offered(custody),
    )


def _found(check: Check | None) -> str:
    return check.found if check else ""


def _all_cancelled(custody: Custody) -> bool:
    every = list(Detainer.objects.filter(custody=custody))
    return bool(every) and all(row.cancelled_at for row in every)


FOUND = {
    "read": "Read",
    "no-paper": "There is no such paper",
    "none": "None",
    "judge": "A judge's warrant",
    "administrative-only": "Only an I-200 or I-205",
    "live": "Live",
    "cancelled": "Cancelled",
    "expired": "Expired",
    "same": "The same person",
    "not-the-same": "Not the same person",
    "doubt": "In doubt",
    "nothing": "Nothing found",
    "claim": "A claim: record it",
    "told": "Told",
    "not-allowed": "Not allowed",
    "not-told": "Allowed, not told",
    "given": "Given",
    "nothing-owed": "Nothing is owed",
    "refused": "Refused to sign",
}
