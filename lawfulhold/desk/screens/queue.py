"""The queue: who is due for release when, what may be done, what is missing. It updates by itself."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lawfulhold.desk.models import Alert
from lawfulhold.desk.roles import may
from lawfulhold.desk.screens.acting import page, screen
from lawfulhold.desk.services import alerts, queue, transfers
from lawfulhold.desk.services.acting import By

SHOWN = 25
"""So many alerts at most: the urgent ones in sight, the others folded above the queue."""
URGENT = {"now": "late", "soon": "soon", "wait": ""}


def _context(request: HttpRequest, by: By) -> dict[str, Any]:
    view = request.GET.get("view", "detainers")
    given = request.GET.get("page", "1")
    number = max(1, int(given)) if given.isdecimal() and len(given) < 6 else 1
    rows, more = queue.page(by.agency, view, by.at, number)
    totals = queue.totals(by.agency, by.at)
    assert by.user is not None
    waiting = list(alerts.unseen(by.user)[:SHOWN])
    return {
        "rows": [{"row": row, "class": URGENT[row.urgent]} for row in rows],
        "more": more,
        "number": number,
        "view": view,
        "now": by.at,
        "views": [{"name": name, "words": words, "count": totals.get(name)} for name, words in queue.VIEWS.items()],
        "words": queue.VIEWS[view],
        **_in_sight(waiting),
        "offered": transfers.offered_to(by.agency),
    }


def _in_sight(waiting: list[Alert]) -> dict[str, list[Alert]]:
    """What stands above the queue, and what is folded: an earlier alert of a release is folded behind the later one of the same case."""
    last = {row.custody_id: row.pk for row in sorted(waiting, key=lambda row: row.recorded_at) if row.kind.startswith("release-")}
    urgent = [
        row for row in waiting
        if row.level == "now" and (not row.kind.startswith("release-") or last[row.custody_id] == row.pk)
    ]  # fmt: skip
    return {"alerts": urgent, "later": [row for row in waiting if row not in urgent]}


@screen("read")
def show(request: HttpRequest, by: By) -> HttpResponse:
    """The whole page."""
    return page(request, "queue.html", **_context(request, by))


@screen("read")
def part(request: HttpRequest, by: By) -> HttpResponse:
    """The part that updates itself."""
    response = render(request, "desk/queue_part.html", _context(request, by))
    response["X-Desk-Part"] = "queue"
    return response


def home(request: HttpRequest) -> Any:
    """The queue, or what else this role starts with."""
    user = request.user
    if user.is_authenticated and not may(user.role, "read"):
        return redirect("audit" if may(user.role, "read audit") else "nothing")
    return show(request)


@screen("decide", "POST")
def seen(request: HttpRequest, by: By, alert_id: Any) -> HttpResponse:
    """Somebody has seen an alert."""
    if request.method == "POST":
        alerts.see(by, alert_id)
    view = request.POST.get("view", "")
    return redirect(f"{reverse('queue')}?view={view}" if view in queue.VIEWS else "queue")


@screen("intake", "POST")
def acknowledge(request: HttpRequest, by: By, hand_over_id: Any) -> HttpResponse:
    """A detainer that came with a person from another desk is taken into this register."""
    if request.method == "POST":
        return redirect("detainer", transfers.acknowledge(by, hand_over_id).pk)
    return redirect("queue")
