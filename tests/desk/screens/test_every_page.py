"""Every page opens for every role that may see it, says something, is small, and asks nothing of the outside."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from lawfulhold.desk.screens.acts import ACTS
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
