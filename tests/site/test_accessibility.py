"""No violation found by axe, on any kind of page, light or dark, wide or narrow."""

from __future__ import annotations

import pytest

from .conftest import Visit

axe_playwright = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="AXE NOT RUN: install lawfulhold[dev]"
)

PAGES = (
    "index.html",
    "places.html",
    "places/US.html",
    "places/US-CT.html",
    "places/US-CT-HARTFORD.html",
    "changes.html",
    "changes-2014.html",
    "downloads.html",
    "about.html",
)


def violations(page) -> list[str]:
    found = axe_playwright.Axe().run(page).response["violations"]
    return [f"{item['id']}: {item['help']} ({node['html'][:140]})" for item in found for node in item["nodes"]]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (390, "light")])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(browser, site, name, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    visit = Visit(context.new_page(), site)
    assert violations(visit.open(name)) == []
    context.close()


def test_axe_finds_nothing_when_everything_is_open(visit):
    page = visit.open("places/US-CT.html")
    page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")
    assert violations(page) == []
    page = visit.open("index.html#question=notify&on=2016-01-01")
    page.focus("#map")
    page.keyboard.press("ArrowRight")
    assert violations(page) == []


def test_every_control_is_reached_with_the_tab_key_in_reading_order(visit):
    page = visit.open("index.html")
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id"))
    wanted = ["question", "agency", "situation", "day", "earlier", "slider", "map", "local"]
    found = [name for name in dict.fromkeys(reached) if name in wanted]
    assert found == wanted
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


def test_the_skip_link_leads_to_the_content(visit):
    page = visit.open("index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
