"""Who acts, for which agency, at which moment. Made once at the edge (a screen, the API, the worker) and passed down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from lawfulhold.desk.errors import NotAllowed
from lawfulhold.desk.models import Agency, Token, User
from lawfulhold.desk.roles import PROGRAMS, may


@dataclass(frozen=True, slots=True)
class By:
    """Who acts: `name` is what records show, `at` the moment, read once."""

    agency: Agency
    user: User | None
    name: str
    role: str
    at: datetime

    def must(self, action: str) -> None:
        """Raise `NotAllowed` unless this role does this."""
        if self.user is not None and not self.user.is_active:
            raise NotAllowed("This account is closed.")
        if not may(self.role, action):
            raise NotAllowed(
                f"The role {self.role} may not do this ({action}).", advice="Ask somebody whose role does."
            )

    @property
    def zone(self) -> ZoneInfo:
        """The agency's time zone."""
        return ZoneInfo(self.agency.timezone)

    def local(self, moment: datetime | None = None) -> datetime:
        """The moment (now, when none is given) in the agency's zone."""
        return (moment or self.at).astimezone(self.zone)


def person(user: User, at: datetime | None = None) -> By:
    """A person who is signed in. Raises `NotAllowed` for one who belongs to no agency."""
    if user.agency is None:
        raise NotAllowed("This account belongs to no agency.", advice="Ask the administrator.")
    return By(user.agency, user, user.words, user.role, at or timezone.now())


def program(token: Token, at: datetime | None = None) -> By:
    """A program at the API."""
    return By(token.agency, None, f"{token.name} (program)", PROGRAMS, at or timezone.now())


def worker(agency: Agency, at: datetime | None = None) -> By:
    """The desk itself, in the background."""
    return By(agency, None, "the desk", "worker", at or timezone.now())


def console(agency: Agency, at: datetime | None = None) -> By:
    """Somebody at the command line of the machine itself: an administrator."""
    import getpass

    return By(agency, None, f"command line ({getpass.getuser()})", "administrator", at or timezone.now())
