"""A jail management system at the API, as the tests use it."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from typing import Any

from django.test import Client

from lawfulhold.desk.api import tokens
from tests.desk.people import Jail

_NUMBERS = itertools.count(1)
BOOKING: dict[str, Any] = {
    "booking_number": "26-4411", "surname": "Quintana", "given_names": "Rafael", "date_of_birth": "1990-03-04", "birthplace": "Guatemala",
    "identifiers": {"fbi": "918270KA3", "sid": "S1000"}, "booked_at": "2026-11-15T14:00:00Z", "facility": "LARKSPUR01", "basis": "arrest",
    "charges": [{"external_id": "c1", "offence": "driving under the influence", "status": "charged", "level": "misdemeanor", "current": True, "place": "US-TX"}],
}
DETAINER: dict[str, Any] = {
    "form": "I-247A", "edition": "3/17", "dhs_number": "EVT-1", "facility": "LARKSPUR01", "sent_at": "2026-11-17T13:00:00Z",
    "received_at": "2026-11-17T14:00:00Z", "channel": "fax", "on_paper": {"probable_cause": True, "complete": True},
    "subject": {"surname": "Quintana", "given_names": "Rafael", "date_of_birth": "1990-03-04", "fbi": "918270KA3"},
}


@dataclass
class Program:
    """A program with a token: it posts and gets under /api/v1."""

    client: Client
    words: str

    def post(self, path: str, body: Any, key: str | None = None, **headers: str) -> Any:
        """Post JSON under a new idempotency key, or under the one given."""
        sent = body if isinstance(body, (bytes, str)) else json.dumps(body)
        given = {"Authorization": f"Bearer {self.words}", "Idempotency-Key": key or f"test-key-{next(_NUMBERS)}", **headers}
        return self.client.post(f"/api/v1{path}", sent, content_type=given.pop("Content-Type", "application/json"), headers=given)

    def get(self, path: str, **query: Any) -> Any:
        """Get."""
        return self.client.get(f"/api/v1{path}", query, headers={"Authorization": f"Bearer {self.words}"})


def program(jail: Jail, *scopes: str, name: str = "JMS") -> Program:
    """A program of the jail with these scopes (all of them, when none is named)."""
    _, words = tokens.make(jail.by("ada"), name, scopes or list(tokens.SCOPES))
    return Program(Client(), words)
