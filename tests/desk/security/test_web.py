"""What every answer of the desk carries, and what it refuses before anything is looked at: headers, CSP, CSRF, cookies, the deploy checks, bandit."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

from lawfulhold.desk.models import Entry
from tests.desk.people import PASSWORD, Jail

DESK = Path(__file__).resolve().parents[3] / "lawfulhold" / "desk"


def answers(jail: Jail) -> dict[str, Any]:
    signed_in = Client()
    signed_in.force_login(jail.users["ana"])
    return {
        "sign-in": Client().get("/accounts/login/"), "queue": signed_in.get("/"), "api": Client().get("/api/v1/me"), "nothing": signed_in.get("/no/such/page/"),
        "described": Client().get("/api/v1/openapi.json"),
    }


@pytest.mark.django_db
def test_every_answer_carries_the_headers_that_protect_it(texas: Jail) -> None:
    for name, answer in answers(texas).items():
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy, name
        assert "unsafe" not in policy, name
        assert "http:" not in policy, name
        assert "frame-ancestors 'none'" in policy, name
        assert answer["X-Frame-Options"] == "DENY", name
        assert answer["X-Content-Type-Options"] == "nosniff", name
        assert answer["Referrer-Policy"] == "same-origin", name
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin", name
        assert "no-store" in answer["Cache-Control"] or "no-cache" in answer["Cache-Control"], name
        assert "camera=()" in answer["Permissions-Policy"], name


@pytest.mark.django_db
def test_no_page_holds_a_script_or_a_style_of_its_own(texas: Jail) -> None:
    import re

    for name, answer in answers(texas).items():
        if not answer["Content-Type"].startswith("text/html"):
            continue
        page = answer.content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)", page), name
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"", page), name
        assert not re.search(r"(src|href)=\"(https?:)?//", page.replace('href="https://www.', "")), name


@pytest.mark.django_db
def test_a_form_from_another_site_is_refused_and_stores_nothing(texas: Jail) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(texas.users["ana"])
    custody = texas.book()
    before = Entry.objects.count()
    for path in (f"/case/{custody.pk}/facts/", f"/case/{custody.pk}/release/", f"/case/{custody.pk}/do/claim/", "/intake/new/", "/law/", "/subpoenas/new/"):
        assert client.post(path, {"anything": "1"}).status_code in (403, 404), path
    assert Entry.objects.count() == before
    assert client.post("/accounts/login/", {"login": "ana@larkspur", "password": PASSWORD}).status_code == 403


@pytest.mark.django_db
def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(texas: Jail) -> None:
    client = Client()
    client.force_login(texas.users["ana"])
    client.get("/")
    morsel = client.cookies[django_settings.SESSION_COOKIE_NAME]
    assert morsel["samesite"] == "Lax"
    assert morsel["httponly"]


@pytest.mark.django_db
def test_somebody_who_is_not_signed_in_sees_the_sign_in_page_and_nothing_else(texas: Jail) -> None:
    from django.urls import get_resolver

    custody = texas.book()
    paths = ["/", "/intake/", "/search/", "/audit/", "/reports/", "/law/", "/counsel/", "/subpoenas/", f"/case/{custody.pk}/", f"/case/{custody.pk}/release/"]
    known = [path for path in paths if _resolves(path)]
    assert known
    for path in known:
        answer = Client().get(path)
        assert answer.status_code in (302, 401, 403), path
        if answer.status_code == 302:
            assert answer["Location"].startswith("/accounts/login/"), path
    assert get_resolver()


def _resolves(path: str) -> bool:
    from django.urls import Resolver404, resolve

    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def test_the_deploy_checks_have_nothing_to_say(tmp_path: Path) -> None:
    environment = {**os.environ, "LAWFULHOLD_DESK_DATA": str(tmp_path), "LAWFULHOLD_DESK_HOSTS": "desk.larkspur.example", "DJANGO_SETTINGS_MODULE": "lawfulhold.desk.settings"}
    environment.pop("LAWFULHOLD_DESK_KEYS", None)
    words = [sys.executable, "-W", "error::DeprecationWarning:lawfulhold", "-m", "lawfulhold.desk", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no issues" in done.stdout
    assert (tmp_path / "keys.txt").stat().st_mode & 0o077 == 0


def test_bandit_finds_nothing_that_is_not_answered() -> None:
    pytest.importorskip("bandit", reason="pip install -e '.[dev]'")
    words = [sys.executable, "-m", "bandit", "-q", "-r", str(DESK), "-f", "json", "--severity-level", "medium", "--confidence-level", "medium"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=180, check=False)
    found = [f"{item['filename']}:{item['line_number']} {item['test_id']} {item['issue_text']}" for item in json.load(io.StringIO(done.stdout))["results"]]
    assert found == []


def test_every_installed_package_of_the_desk_is_one_that_it_asks_for() -> None:
    """An advisory service needs the network; what can be said offline is that the versions installed are those that are asked for."""
    import tomllib
    from importlib.metadata import PackageNotFoundError, version

    from packaging.requirements import Requirement

    project = tomllib.loads((DESK.parents[1] / "pyproject.toml").read_text())
    for line in project["project"]["optional-dependencies"]["desk"]:
        asked = Requirement(line)
        try:
            installed = version(asked.name)
        except PackageNotFoundError:
            pytest.skip(f"{asked.name} is not installed")
        assert asked.specifier.contains(installed, prereleases=True), line
