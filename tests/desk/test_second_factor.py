"""The second factor from the person's side: set up with a code, asked for at the next sign-in, recovery codes work once; no page asks the outside."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client

from tests.desk.people import PASSWORD, Jail

ACTIVATE = "/accounts/2fa/totp/activate/"


@pytest.fixture
def browser(texas: Jail, clock: object, settings: Any) -> Client:
    """Ana's browser, signed in with her password alone, at a desk that wants two factors."""
    settings.DESK_SECOND_FACTOR = True
    cache.clear()
    client = Client()
    found = client.post("/accounts/login/", {"login": "ana@larkspur", "password": PASSWORD})
    assert found.status_code == 302
    return client


def code_for(secret: str) -> str:
    """The six figures that an app on a phone shows now."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def first_page(browser: Client) -> Any:
    """The page that sets the second factor up: the desk sends there, and the password is asked for once more."""
    asked = browser.get("/", follow=True)
    assert asked.redirect_chain[0][0] == ACTIVATE
    return browser.post(asked.redirect_chain[-1][0], {"password": PASSWORD}, follow=True)


def set_up(browser: Client) -> str:
    """Set the second factor up; returns its secret."""
    page = first_page(browser)
    secret = page.context["form"].secret
    browser.post(ACTIVATE, {"code": code_for(secret)}, follow=True)
    return str(secret)


def test_the_page_shows_a_picture_and_the_secret_and_asks_the_outside_for_nothing(browser: Client) -> None:
    page = first_page(browser)
    html = page.content.decode()
    assert page.context["form"].secret in html, "who cannot photograph the picture types the secret"
    sources = re.findall(r'src="([^"]+)"', html)
    assert any(source.startswith("data:image/svg+xml") for source in sources)
    assert not [source for source in sources if source.startswith(("http", "//"))]
    assert "<script>" not in html
    assert "style=" not in html
    assert "Lawful Hold desk" in html


def test_a_wrong_code_sets_nothing_up(browser: Client) -> None:
    page = first_page(browser)
    right = code_for(page.context["form"].secret)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    again = browser.post(ACTIVATE, {"code": wrong})
    assert again.status_code == 200
    assert again.context["form"].errors["code"]
    assert not Authenticator.objects.exists()
    assert browser.get("/").headers["Location"] == ACTIVATE


def test_with_the_right_code_the_desk_opens_and_recovery_codes_are_there(browser: Client) -> None:
    set_up(browser)
    assert browser.get("/").status_code == 200
    assert set(Authenticator.objects.values_list("type", flat=True)) == {"totp", "recovery_codes"}
    codes = browser.get("/accounts/2fa/recovery-codes/")
    assert codes.status_code == 200
    assert len(re.findall(r"\b\d{8}\b", codes.content.decode())) >= 10


def test_the_next_sign_in_takes_the_code_and_the_same_code_never_twice(browser: Client, clock: Any) -> None:
    secret = set_up(browser)
    clock.shift(60)
    code = code_for(secret)
    other, third = Client(), Client()
    for client in (other, third):
        asked = client.post("/accounts/login/", {"login": "ana@larkspur", "password": PASSWORD})
        assert asked.headers["Location"].startswith("/accounts/2fa/authenticate/")
        assert client.get("/accounts/2fa/authenticate/").status_code == 200
    assert other.post("/accounts/2fa/authenticate/", {"code": "000000" if code != "000000" else "111111"}).status_code == 200
    assert other.get("/").status_code == 302
    assert other.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    assert other.get("/").status_code == 200
    third.post("/accounts/2fa/authenticate/", {"code": code})
    assert third.get("/").status_code == 302, "somebody who looked over the shoulder comes too late"


def test_a_recovery_code_opens_once(browser: Client) -> None:
    set_up(browser)
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    opened = []
    for _ in range(2):
        client = Client()
        client.post("/accounts/login/", {"login": "ana@larkspur", "password": PASSWORD})
        client.post("/accounts/2fa/authenticate/", {"code": code})
        opened.append(client.get("/").status_code)
    assert opened == [200, 302]


def test_the_factor_is_not_taken_off_without_the_password(browser: Client, clock: Any) -> None:
    set_up(browser)
    clock.shift(1_000)
    found = browser.post("/accounts/2fa/totp/deactivate/")
    assert found.status_code == 302
    assert "reauthenticate" in found.headers["Location"]
    assert Authenticator.objects.filter(type="totp").exists()
