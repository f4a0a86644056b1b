"""The site, built once from the shipped law, and a browser to open it with."""

from __future__ import annotations

import importlib.util
import shutil
import warnings
from datetime import date
from pathlib import Path

import pytest

NEEDED = [name for name in ("altair", "jinja2", "pyarrow", "duckdb") if importlib.util.find_spec(name) is None]
if NEEDED:
    collect_ignore_glob = ["test_*.py"]
    warnings.warn(f"SITE NOT TESTED: {', '.join(NEEDED)} missing; install lawfulhold[site,dev]", stacklevel=1)

TODAY = date(2026, 11, 22)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def law():
    from lawfulhold.rules.law import Law

    return Law()


@pytest.fixture(scope="session")
def site(tmp_path_factory, law):
    """Folder of the site."""
    from lawfulhold.site.build import build

    folder = tmp_path_factory.mktemp("site") / "published site"
    assert build(law, folder, TODAY) == 0
    return folder


@pytest.fixture(scope="session")
def situations():
    from lawfulhold.site.situations import Situations

    return Situations()


@pytest.fixture(scope="session")
def answers(law, situations):
    from lawfulhold.site.answers import answer_everything

    return answer_everything(law, [code for code in law.codes if code != "US"], situations)


@pytest.fixture(scope="module")  # not longer: its driver runs a loop in this thread, which other tests (Django's) do not bear
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
