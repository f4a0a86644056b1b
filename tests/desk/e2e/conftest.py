"""A real headless Chromium at the desk. Skipped, loudly, where there is none."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from tests.desk.people import PASSWORD, Jail

CHROMIUM = next(
    (
        path
        for path in (os.environ.get("CHROMIUM", ""), "/usr/bin/chromium", "/usr/bin/chromium-browser")
        if path and Path(path).exists()
    ),
    "",
)
SHOTS = os.environ.get("DESK_SHOTS")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, started once."""
    if not CHROMIUM:
        warnings.warn(
            "NO CHROMIUM: the end-to-end tests of the desk were not run (apt-get install chromium)", stacklevel=1
        )
        pytest.skip("no Chromium on this machine; apt-get install chromium")
    sync = pytest.importorskip("playwright.sync_api", reason="pip install playwright")
    with pytest.MonkeyPatch.context() as patch, sync.sync_playwright() as driver:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's driver runs a loop in this thread
        found = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


class Screen:
    """One person at one browser."""

    def __init__(self, browser: Any, address: str, jail: Jail, name: str, **context: Any) -> None:
        self.context = browser.new_context(
            base_url=address, viewport=context.pop("viewport", {"width": 1280, "height": 900}), **context
        )
        self.page = self.context.new_page()
        self.jail, self.name, self.outside, self.complaints = jail, name, [], []
        self.page.on(
            "request",
            lambda request: (
                None if request.url.startswith((address, "data:", "about:")) else self.outside.append(request.url)
            ),
        )
        self.page.on(
            "console", lambda message: self.complaints.append(message.text) if message.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.set_default_timeout(15_000)
        self.sign_in()

    def sign_in(self) -> None:
        """Through the sign-in page, as a person does."""
        self.page.goto(reverse("account_login"))
        self.page.fill("input[name=login]", self.jail.users[self.name].username)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("main button[type=submit]")
        self.page.wait_for_selector(".desk-nav")

    def open(self, name: str, *args: Any) -> Any:
        """A page by its name."""
        self.page.goto(reverse(name, args=args))
        return self.page

    def says(self) -> str:
        """What the page says."""
        return re.sub(r"\s+", " ", self.page.inner_text("main"))

    def fill(self, **values: Any) -> None:
        """Fill in fields by their names: text, choices, ticks."""
        for name, value in values.items():
            field = self.page.locator(f"main [name='{name}']")
            if "__" in name and not field.count():
                continue  # a fact that this case does not turn on is not asked for
            kind = field.first.evaluate("element => element.tagName + '.' + element.type")
            if kind == "INPUT.radio":
                self.page.check(f"main [name='{name}'][value='{value}']")
            elif kind == "INPUT.checkbox":
                field.first.set_checked(bool(value))
            elif kind.startswith("SELECT"):
                field.first.select_option(value)
            else:
                field.first.fill(str(value))

    def send(self, words: str) -> None:
        """Press the button with these words."""
        self.page.locator("main").get_by_role("button", name=words).first.click()
        self.page.wait_for_load_state()
        wrong = self.page.locator("main .alert-error[role=alert], main .usa-error-message").all_inner_texts()
        assert not [text for text in wrong if text.strip() and "cannot reach" not in text], wrong

    def act(self, custody: Any, name: str, button: str = "Write it down", **values: Any) -> None:
        """One act on a case; afterwards the case page is open."""
        self.open("act", custody, name)
        self.fill(**values)
        self.send(button)
        assert "/do/" not in self.page.url, self.says()[:900]

    def paper(self, custody: Any, name: str, language: str) -> bytes:
        """A paper, fetched with the person's session."""
        answer = self.context.request.get(reverse("paper", args=[custody, name, language]))
        assert answer.status == 200, answer.text()[:500]
        return bytes(answer.body())

    def shot(self, name: str, **more: Any) -> None:
        """A picture of the page, when pictures are wanted."""
        if SHOTS:
            self.page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True, **more)

    def violations(self) -> list[str]:
        """What axe finds."""
        axe = pytest.importorskip(
            "axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python"
        ).Axe()
        found = axe.run(self.page).response["violations"]
        return [f"{item['id']}: {item['help']}: {[node['html'][:140] for node in item['nodes'][:3]]}" for item in found]


@pytest.fixture
def sit(browser: Any, live_server: Any, clock: Any) -> Iterator[Callable[..., Screen]]:
    """`sit(jail, "ana")`: Ana signs in at a browser of her own."""
    opened: list[Screen] = []

    def one(jail: Jail, name: str, **context: Any) -> Screen:
        opened.append(Screen(browser, live_server.url, jail, name, **context))
        return opened[-1]

    yield one
    for screen in opened:
        screen.context.close()
        assert not screen.outside, f"asked the outside: {screen.outside}"
        assert not screen.complaints, f"the browser complained: {screen.complaints}"
