"""Roles, sign-in, second factor, lock-out, session limits, accounts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from lawfulhold.desk import roles
from lawfulhold.desk import settings as desk_settings
from lawfulhold.desk.errors import Invalid, NotAllowed, NotFound
from lawfulhold.desk.models import Entry, Look, Sign, User
from lawfulhold.desk.services import (
    accounts,
    acting,
    booking,
    claims,
    contacts,
    holds,
    intake,
    looks,
    release,
    tidy,
    transfers,
)
from tests.desk.people import PASSWORD, Jail, make_jail


def test_an_auditor_and_an_administrator_change_no_case(texas: Jail) -> None:
    custody, detainer = texas.decided()
    for name in ("otto", "ada", "ida"):
        by = texas.by(name)
        for attempt in (
            lambda by=by: intake.cancel(by, detainer.pk, texas.now),
            lambda by=by: release.set_due(by, custody.pk, texas.now, "court-order", note="x"),
            lambda by=by: contacts.send(by, custody.pk, "acknowledged", channel="fax"),
            lambda by=by: holds.hold(by, custody.pk, "statute"),
            lambda by=by: claims.make(by, custody.pk, "person", "x"),
            lambda by=by: booking.correct_details(by, custody.pk, "x", language="x"),
            lambda by=by: transfers.transfer(by, custody.pk, "ice", recipient="x"),
        ):
            with pytest.raises(NotAllowed):
                attempt()


def test_a_hold_and_a_hand_over_are_a_supervisors(texas: Jail) -> None:
    custody, _ = texas.decided()
    custody = texas.due(texas.served(custody))
    for name in ("ana", "carol"):
        with pytest.raises(NotAllowed):
            holds.hold(texas.by(name), custody.pk, "statute")
        with pytest.raises(NotAllowed):
            transfers.transfer(texas.by(name), custody.pk, "ice", recipient="x")


def test_a_case_of_another_agency_is_not_there(texas: Jail) -> None:
    other = make_jail("other", "Other County Sheriff", "US-TX", "sheriff", "America/Chicago")
    custody = other.book()
    with pytest.raises(NotFound):
        booking.correct_details(texas.by("ana"), custody.pk, "x", language="x")
    with pytest.raises(NotFound):
        looks.look(texas.by("ana"), custody.pk)


def test_every_action_is_given_to_somebody() -> None:
    for action, allowed in roles.ACTIONS.items():
        assert allowed <= set(roles.ROLES), action
        assert allowed, action
    assert not [action for action, allowed in roles.ACTIONS.items() if roles.OUTSIDE in allowed]


def test_a_look_at_a_case_is_kept_and_a_refused_one_too(texas: Jail) -> None:
    custody = texas.book()
    looks.look(texas.by("ana"), custody.pk)
    with pytest.raises(NotAllowed):
        looks.look(texas.by("ada"), custody.pk)
    assert list(Look.objects.filter(custody=custody).order_by("pk").values_list("who", "refused")) == [
        ("Ana Reyes, clerk", False), ("Ada Nwosu, administrator", True)]


# ---------------------------------------------------------------------------------------------- signing in


@pytest.fixture
def browser(texas: Jail) -> Client:
    cache.clear()
    return Client()


def sign_in(browser: Client, password: str = PASSWORD, name: str = "ana@larkspur") -> int:
    return browser.post("/accounts/login/", {"login": name, "password": password}).status_code


def test_a_person_signs_in_and_it_is_kept(browser: Client) -> None:
    assert sign_in(browser) == 302
    assert Sign.objects.filter(username="ana@larkspur", what="signed in").exists()


def test_five_wrong_passwords_lock_the_name_even_for_the_right_one(browser: Client) -> None:
    for _ in range(5):
        assert sign_in(browser, "wrong") == 200
    assert sign_in(browser) == 200
    assert "_auth_user_id" not in browser.session
    assert Sign.objects.filter(username="ana@larkspur", what="wrong password").count() >= 5
    assert sign_in(browser, name="ben@larkspur") == 302


@pytest.fixture
def kept_in_the_database(browser: Client, settings: Settings) -> Iterator[str]:
    """Counts are kept as at a real desk, in the database; the name of their table."""
    settings.CACHES = desk_settings.CACHES
    call_command("createcachetable", verbosity=0)
    yield desk_settings.CACHES["default"]["LOCATION"]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE desk_cache")


def test_a_lock_out_outlives_many_others(kept_in_the_database: str, browser: Client) -> None:
    for _ in range(5):
        sign_in(browser, "wrong")
    for number in range(1_000):
        cache.set(f"wrong-{number}", 1)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {kept_in_the_database}")
        assert cursor.fetchone()[0] > 1_000
    assert sign_in(browser) == 200
    assert "_auth_user_id" not in browser.session


def test_what_has_run_out_goes_with_the_work_of_the_day(kept_in_the_database: str, browser: Client, texas: Jail) -> None:
    sign_in(browser)
    cache.set("short", 1, 60)
    cache.set("long", 1, 86_400)
    tidy.run_out(timezone.now() + timedelta(hours=3))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT cache_key FROM {kept_in_the_database}")
        assert [key for (key,) in cursor.fetchall()] == [":1:long"]
    Session.objects.update(expire_date=timezone.now() - timedelta(minutes=1))
    tidy.run_out(timezone.now())
    assert not Session.objects.exists()


def test_behind_a_proxy_the_address_is_the_persons_and_otherwise_no_header_is_believed(browser: Client, settings: Settings) -> None:
    def addresses(proxies: int, forwarded: str) -> set[str]:
        settings.DESK_PROXIES = proxies
        Sign.objects.all().delete()
        for _ in range(2):
            browser.post("/accounts/login/", {"login": "nobody", "password": "wrong"}, headers={"x-forwarded-for": forwarded})
            browser.get("/api/v1/queue", headers={"x-forwarded-for": forwarded, "authorization": "Bearer lh_wrong"})
        assert Sign.objects.filter(what="wrong token").count() == 2
        return set(Sign.objects.values_list("address", flat=True))

    assert addresses(0, "203.0.113.9") == {"127.0.0.1"}
    assert addresses(1, "203.0.113.9") == {"203.0.113.9"}
    assert addresses(1, "10.1.1.1, 203.0.113.9") == {"203.0.113.9"}, "what the sender wrote stands to the left of what the proxy saw"
    assert addresses(2, "10.1.1.1, 203.0.113.9, 198.51.100.4") == {"203.0.113.9"}
    assert addresses(1, "not an address") == {"127.0.0.1"}
    assert addresses(2, "203.0.113.9") == {"127.0.0.1"}


def test_one_address_behind_the_proxy_does_not_close_the_desk_to_the_others(browser: Client, settings: Settings) -> None:
    settings.DESK_PROXIES = 1
    for number in range(22):
        browser.post("/accounts/login/", {"login": f"x{number}", "password": "wrong"}, headers={"x-forwarded-for": "203.0.113.9"})
    ours = {"login": "ana@larkspur", "password": PASSWORD}
    assert browser.post("/accounts/login/", ours, headers={"x-forwarded-for": "203.0.113.9"}).status_code != 302
    assert browser.post("/accounts/login/", ours, headers={"x-forwarded-for": "198.51.100.4"}).status_code == 302


def test_nobody_signs_up(browser: Client) -> None:
    before = User.objects.count()
    browser.post("/accounts/signup/", {"username": "eve", "password1": PASSWORD, "password2": PASSWORD})
    assert User.objects.count() == before


def test_without_a_second_factor_a_person_reaches_only_its_setting_up(browser: Client, settings: Settings) -> None:
    settings.DESK_SECOND_FACTOR = True
    sign_in(browser)
    found = browser.get("/")
    assert (found.status_code, found.headers["Location"]) == (302, "/accounts/2fa/totp/activate/")


def test_with_a_second_factor_the_code_is_asked_for(browser: Client, settings: Settings) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    settings.DESK_SECOND_FACTOR = True
    TOTP.activate(User.objects.get(username="ana@larkspur"), generate_totp_secret())
    found = browser.post("/accounts/login/", {"login": "ana@larkspur", "password": PASSWORD})
    assert found.headers["Location"].startswith("/accounts/2fa/authenticate/")
    assert "_auth_user_id" not in browser.session


def test_a_session_ends_without_a_person_at_it_and_after_its_hours(browser: Client, clock: object, settings: Settings, texas: Jail) -> None:
    sign_in(browser)
    browser.get("/accounts/password/change/")
    for minutes in (20, 40, 60):
        clock.move_to(texas.now + timedelta(minutes=minutes))  # type: ignore[attr-defined]
        assert browser.get("/accounts/password/change/").status_code == 200
    clock.move_to(texas.now + timedelta(minutes=91))  # type: ignore[attr-defined]
    assert browser.get("/accounts/password/change/").status_code == 302


def test_a_page_that_refreshes_itself_keeps_no_session_alive(browser: Client, clock: object, texas: Jail) -> None:
    sign_in(browser)
    browser.get("/accounts/password/change/")
    for minutes in range(5, 40, 5):
        clock.move_to(texas.now + timedelta(minutes=minutes))  # type: ignore[attr-defined]
        last = browser.get("/accounts/password/change/", headers={"X-Desk-Refresh": "1"})
    assert last.status_code == 302


def test_a_closed_account_is_out_with_the_next_click(browser: Client, texas: Jail) -> None:
    sign_in(browser)
    assert browser.get("/accounts/password/change/").status_code == 200
    accounts.close(texas.by("ada"), "ana@larkspur", "left the county")
    assert browser.get("/accounts/password/change/").status_code == 302
    with pytest.raises(NotAllowed, match="closed"):
        texas.by("ana").must("intake")


# ---------------------------------------------------------------------------------------------- accounts


def test_an_administrator_makes_an_account_and_it_is_an_entry(texas: Jail) -> None:
    user, password = accounts.add(texas.by("ada"), "nia", "clerk", first_name="Nia", last_name="Bloom")
    assert user.check_password(password)
    assert Entry.objects.filter(agency=texas.agency, kind="account").latest("sequence").content["account"] == user.pk
    with pytest.raises(NotAllowed):
        accounts.add(texas.by("sam"), "eve", "clerk", first_name="Eve", last_name="Stone")
    with pytest.raises(Invalid, match="taken"):
        accounts.add(texas.by("ada"), "nia", "clerk", first_name="Nia", last_name="Bloom")
    with pytest.raises(Invalid, match="organisation"):
        accounts.add(texas.by("ada"), "ice1", "outside", first_name="Ida", last_name="Falk")


def test_nobody_gives_themselves_a_role(texas: Jail) -> None:
    with pytest.raises(Invalid, match="Somebody else"):
        accounts.change_role(texas.by("ada"), "ada@larkspur", "supervisor", "needed")
    assert accounts.change_role(texas.by("ada"), "ana@larkspur", "supervisor", "promoted").role == "supervisor"


def test_the_review_of_accounts_names_outside_accounts_first(texas: Jail) -> None:
    rows = accounts.review(texas.agency, texas.now)
    assert rows[0]["user"].outside == "ICE ERO"
    assert rows[0]["looks"] == 0


def test_the_command_line_acts_as_an_administrator(texas: Jail) -> None:
    by = acting.console(texas.agency, texas.now)
    assert by.role == "administrator"
    assert accounts.new_password(by, "ana@larkspur").count("-") == 3


def test_an_agency_names_a_place_and_a_kind_that_the_law_knows(db: None) -> None:
    with pytest.raises(Invalid, match="US-TX"):
        accounts.make_agency("x", "X", "US-TXX", "sheriff")
    with pytest.raises(Invalid, match="kind of agency"):
        accounts.make_agency("x", "X", "US-TX", "sherif")
    assert accounts.make_agency("x", "X", "US-TX", "county-sheriff").timezone == "America/Chicago"
