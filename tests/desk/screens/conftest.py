"""Screens as a person sees them: signed in, with the pages' own forms."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lawfulhold.desk.models import Custody
from tests.desk.people import Jail


class Desk:
    """A person at a screen."""

    def __init__(self, jail: Jail, name: str) -> None:
        self.jail, self.name = jail, name
        self.client = Client()
        self.client.force_login(jail.users[name], backend="allauth.account.auth_backends.AuthenticationBackend")

    def get(self, name: str, *args: Any, **query: str) -> Any:
        """A page by its name."""
        return self.client.get(reverse(name, args=args), query)

    def post(self, name: str, *args: Any, **data: Any) -> Any:
        """Send a form; the answer after the redirect."""
        return self.client.post(reverse(name, args=args), data, follow=True)

    def act(self, custody: Custody, name: str, **data: Any) -> Any:
        """One act on a case, from the version that the person sees now."""
        data.setdefault("seen", str(Custody.objects.get(pk=custody.pk).version))
        return self.post("act", custody.pk, name, **data)


def text_of(response: Any) -> str:
    """What a page says, without its markup."""
    said = re.sub(r"<(script|style)[^>]*>.*?</\1>", " ", response.content.decode(), flags=re.S)
    said = re.sub(r"<[^>]+>", " ", said)
    return re.sub(r"\s+", " ", said.replace("&#x27;", "'").replace("&amp;", "&").replace("&quot;", '"')).strip()


@pytest.fixture
def at(clock: object) -> Callable[[Jail, str], Desk]:
    """`at(jail, "ana")`: Ana at a screen of that jail."""
    return Desk
