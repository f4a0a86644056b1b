"""Every page opens for every role that may see it, says something, is small, and asks nothing of the outside."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from lawfulhold.desk.models import CounselRequest
from lawfulhold.desk.screens.acts import ACTS
from lawfulhold.desk.services import consequences, docket
from tests.desk.screens.conftest import text_of

PAGES = (
    "queue",
    "intake",
    "receive",
    "book",
    "search",
    "counsel",
    "subpoenas",
    "subpoena-log",
    "contacts",
    "law",
    "reports",
    "audit",
)
OUTSIDE = re.compile(r"""(?:src|href|action)=["'](?:https?:)?//""")


@pytest.mark.parametrize("who", ["ana", "sam", "carol", "otto"])
def test_every_page_opens_or_refuses_with_a_sentence(who, texas, at):
    custody, detainer = texas.decided()
    desk = at(texas, who)
    addresses = [reverse(name) for name in PAGES] + [
        reverse("case", args=[custody.pk]),
        reverse("door", args=[custody.pk]),
        reverse("decision", args=[custody.pk, 1]),
        reverse("timeline", args=[custody.pk]),
        reverse("detainer", args=[detainer.pk]),
    ]
    addresses += [reverse("act", args=[custody.pk, name]) for name in ACTS]
    for address in addresses:
        response = desk.client.get(address)
        assert response.status_code in (200, 403), f"{who} {address}: {response.status_code} {text_of(response)[:300]}"
        assert len(response.content) < 100_000, address
        page = response.content.decode()
        assert not OUTSIDE.search(page), address
        assert "<style" not in page, address
        assert not re.search(r"\son\w+=|\sstyle=|<script(?![^>]*src=)", page), address


def test_nobody_signed_in_sees_only_the_sign_in_page(client, texas):
    custody, _ = texas.matched()
    for address in (reverse("queue"), reverse("case", args=[custody.pk]), reverse("reports")):
        response = client.get(address)
        assert response.status_code == 302
        assert "/accounts/login/" in response["Location"]


def test_a_case_of_another_agency_is_not_there(texas, wyoming, at):
    custody, _ = texas.matched()
    assert at(wyoming, "sam").get("case", custody.pk).status_code == 404


def test_urgent_alerts_stand_first_and_the_others_are_folded(texas, at):
    custody, _ = texas.decided()
    late = texas.due(custody, hours=2)
    from lawfulhold.desk.services import alerts, claims

    alerts.alert(texas.by("ana"), late, "changed", "changed:x", "an answer changed", "warn", "clerk", texas.now)
    claims.make(texas.by("ana"), custody.pk, "person", "I was born in Laredo.")
    alerts.alert(texas.by("ana"), late, "cancelled", "cancelled:x", "ICE cancelled it", "now", "clerk", late.release_due_at)
    page = at(texas, "ana").get("queue")
    html = page.content.decode()
    assert html.index("ICE cancelled it") < html.index("<details") < html.rindex("an answer changed")
    assert page.context["alerts"][0].level == "now"
    assert {row.level for row in page.context["later"]} == {"warn"}
    for hours in ("4h", "1h"):
        alerts.alert(texas.by("ana", texas.now + timedelta(hours=5 - int(hours[0]))), late, f"release-{hours}", f"release-{hours}:x", f"release in {hours}", "now", "clerk", late.release_due_at)
    again = at(texas, "ana").get("queue")
    assert "release-1h" in {row.kind for row in again.context["alerts"]}
    assert "release-4h" in {row.kind for row in again.context["later"]}, "the later alert says more"
    row = html[html.index("<tbody>") :]
    assert "Stopped" in row, "no hold while the claim is open, whatever the law says of the detainer"
    assert "hold to" not in row


def test_counsels_desk_stays_small_however_much_waits(wyoming, at):
    """After a change of law thousands of cases may wait for counsel at once: those needed first are shown, and how many there are."""
    custody, _ = wyoming.decided()
    by = wyoming.by("ana")
    rows = [
        CounselRequest(custody=custody, why="unsettled", asks=f"Question {number}. {consequences.UNSETTLED}", due_at=wyoming.now + timedelta(hours=500 - number))
        for number in range(400)
    ]
    docket.enter(by, "counsel-asked", "Counsel was asked.", *rows, custody=custody)
    response = at(wyoming, "carol").get("counsel")
    assert len(response.content) < 100_000
    said = text_of(response)
    assert "Waiting (401)" in said
    assert "The 100 that are needed first are shown." in said
    assert said.index("Question 399.") < said.index("Question 300.")
    assert "Question 299." not in said
