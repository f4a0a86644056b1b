"""Fixtures of the desk's tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("django", reason="the desk's extra is not installed: pip install -e '.[desk,dev]'")
pytest.importorskip("pytest_django", reason="pip install -e '.[dev]'")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.desk.settings")

import django

django.setup()

from tests.desk.people import NOW, Jail, make_jail


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The test database has the guards of the docket too."""
    from django.db import connection

    from lawfulhold.desk import guards

    with django_db_blocker.unblock():
        guards.make(connection)


@pytest.fixture
def clock() -> Iterator[object]:
    """The clock stands at `people.NOW` (it ticks); `clock.move_to(...)` sets it."""
    import time_machine

    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture
def texas(db: None) -> Jail:
    """A county jail in Texas, where the law requires the hold."""
    return make_jail("larkspur", "Larkspur County Sheriff", "US-TX", "sheriff", "America/Chicago")


@pytest.fixture
def connecticut(db: None) -> Jail:
    """A state jail in Connecticut, where the law forbids the hold but for its exceptions."""
    return make_jail("ct-doc", "Connecticut Department of Correction, invented facility", "US-CT", "state-corrections", "America/New_York")


@pytest.fixture
def wyoming(db: None) -> Jail:
    """A county jail in Wyoming, where the law is silent."""
    return make_jail("bitterroot", "Bitterroot County Sheriff", "US-WY", "sheriff", "America/Denver")
