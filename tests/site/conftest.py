"""The site, built once from the shipped law, and a browser to open it with."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

pytest.importorskip("altair", reason="SITE NOT TESTED: install lawfulhold[site,dev]")
pytest.importorskip("pyarrow", reason="SITE NOT TESTED: install lawfulhold[site,dev]")

from lawfulhold.rules.law import Law
from lawfulhold.site.answers import answer_everything
from lawfulhold.site.build import build
from lawfulhold.site.situations import Situations

TODAY = date(2026, 11, 22)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="session")
def law():
    return Law()


@pytest.fixture(scope="session")
def site(tmp_path_factory, law):
    """Folder of the site."""
    folder = tmp_path_factory.mktemp("site") / "published site"
    assert build(law, folder, TODAY) == 0
    return folder


@pytest.fixture(scope="session")
def situations():
    return Situations()


@pytest.fixture(scope="session")
def answers(law, situations):
    return answer_everything(law, [code for code in law.codes if code != "US"], situations)


@pytest.fixture(scope="session")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="BROWSER TESTS SKIPPED: install lawfulhold[dev]")
    if CHROMIUM is None:
        pytest.skip("BROWSER TESTS SKIPPED: no chromium; install it with: apt-get install chromium")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


class Visit:
    """A page opened from disk, with everything it said and everything it asked for."""

    def __init__(self, page, folder: Path) -> None:
        self.page, self.folder = page, folder
        self.said: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        page.on("requestfailed", lambda request: self.said.append(f"failed: {request.url}"))
        page.on("request", lambda request: self.asked.append(request.url))

    def open(self, name: str):
        self.page.goto(f"{self.folder.as_uri()}/{name}")
        ready = {"index.html": "#map", "changes": "#years", "places/": "#chart"}
        for start, selector in ready.items():
            if name.startswith(start) and self.page.locator(selector).count():
                self.page.wait_for_selector(f"{selector}[data-ready=yes]", state="attached")
        return self.page


@pytest.fixture
def visit(browser, site):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    yield Visit(context.new_page(), site)
    context.close()
