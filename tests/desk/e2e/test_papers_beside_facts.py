"""A clerk gives a paper, sees it beside the facts, and registers what was compared; with and without scripts, on a wide screen and on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from lawfulhold.desk.models import Detainer, PaperReading
from lawfulhold.desk.services import readings, work
from tests.desk.screens.test_papers_beside_facts import detainer_paper, roster, with_warrant

pytestmark = pytest.mark.django_db(transaction=True)


def read_paper(jail, content, name="fax.pdf"):
    """A paper that came in and was read."""
    row = readings.receive(jail.by("ana", timezone.now()), content, name)
    work.run_due(timezone.now())
    return PaperReading.objects.get(pk=row.pk)


def test_from_the_paper_to_the_register(sit, texas, tmp_path: Path):
    paper = tmp_path / "fax.pdf"
    paper.write_bytes(detainer_paper())
    ana = sit(texas, "ana")
    ana.open("receive")
    ana.page.set_input_files("#read_document", str(paper))
    ana.send("Keep the paper and read it")
    assert "being read by machine" in ana.says()
    assert ana.violations() == []
    work.run_due(timezone.now())
    ana.page.wait_for_selector("rect#m0-name_of_alien", state="attached")  # the page goes on by itself
    assert ana.page.input_value("#id_surname") == "QUINTANA"
    ana.page.focus("#id_date_of_birth")
    assert ana.page.locator("rect.lit").evaluate_all("every => every.map(one => one.id)") == ["m0-date_of_birth"]
    ana.page.locator("rect#m0-file_number").hover()
    assert ana.page.locator(".on-paper.lit #id_a_number").count() == 1
    picture = ana.page.locator(".sheet img").first
    assert picture.evaluate("one => one.complete && one.naturalWidth > 600")
    box, page = ana.page.locator("rect#m0-name_of_alien").bounding_box(), picture.bounding_box()
    assert page["x"] <= box["x"] <= page["x"] + page["width"]
    assert page["y"] <= box["y"] <= page["y"] + page["height"]
    ana.shot("paper-beside")
    ana.fill(checked=True, received_at="2026-11-18T08:30")
    ana.send("Register")
    detainer = Detainer.objects.get()
    assert reverse("detainer", args=[detainer.pk]) in ana.page.url
    assert detainer.subject["date_of_birth"] == "1990-03-04"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_beside_a_paper(scheme, sit, texas):
    row, other = read_paper(texas, with_warrant()), read_paper(texas, roster(), "roster.pdf")
    custody, _ = texas.matched()
    sam = sit(texas, "sam", color_scheme=scheme)
    warrant = f"{reverse('act', args=[custody.pk, 'warrant'])}?paper={row.pk}&which=1"
    addresses = [
        reverse("receive"), reverse("intake"), reverse("received", args=[row.pk]), reverse("received", args=[other.pk]),
        reverse("review", args=[row.document_id]), reverse("review", args=[other.document_id]), warrant,
    ]  # fmt: skip
    found = {}
    for number, address in enumerate(addresses):
        sam.page.goto(address)
        sam.shot(f"paper-{scheme}-{number}")
        if violations := sam.violations():
            found[address] = violations
    assert not found, found


def test_a_phone_shows_the_paper_and_the_form_without_scrolling_sideways(sit, texas):
    row = read_paper(texas, detainer_paper())
    ana = sit(texas, "ana", viewport={"width": 360, "height": 740})
    for name, argument in (("received", row.pk), ("review", row.document_id)):
        ana.open(name, argument)
        ana.shot(f"paper-phone-{name}")
        assert ana.page.evaluate("document.documentElement.scrollWidth") <= 360, name


def test_without_scripts_a_link_lights_the_place_in_the_paper(browser, live_server, clock, texas):
    from tests.desk.e2e.conftest import Screen

    row = read_paper(texas, detainer_paper())
    ana = Screen(browser, live_server.url, texas, "ana", java_script_enabled=False)
    ana.open("received", row.pk)
    link = ana.page.locator("#id_surname_paper a")
    link.click()
    assert ana.page.url.endswith("#m0-name_of_alien")
    assert ana.page.locator("rect#m0-name_of_alien:target").count() == 1
    ana.context.close()
