"""What the tests of sudden death run in processes of their own: `python -m tests.desk.other_process write|work|again|answer|race|seed ...`.

Every acknowledged entry is written to standard output, one number a line, after its transaction has been committed.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta


def main(words: list[str]) -> int:
    """Run one of the modes."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.desk.settings")
    import django

    django.setup()
    mode, *rest = words
    return {"seed": seed, "write": write, "work": do_work, "again": again, "answer": answer, "race": race}[mode](*rest)


def seed(cases: str) -> int:
    """Make the tables and a jail with so many decided cases; each has its release time in five hours."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tests.desk.people import make_jail

    jail = make_jail("bitterroot", "Bitterroot County Sheriff", "US-WY", "sheriff", "America/Denver")
    for index in range(int(cases)):
        custody, _ = jail.decided(surname=f"Quintana{index}", date_of_birth=f"1980-01-{index % 28 + 1:02}")
        jail.due(custody, hours=5)
        print(custody.pk, flush=True)
    return 0


def _jail() -> object:
    from lawfulhold.desk.models import Agency, User
    from tests.desk.people import Jail

    agency = Agency.objects.get(slug="bitterroot")
    users = {user.username.split("@")[0]: user for user in User.objects.filter(agency=agency)}
    return Jail(agency, agency.facilities.get(), users)


def write(start: str) -> int:
    """Book people and state facts, on and on, until killed."""
    from lawfulhold.desk.models import Entry
    from lawfulhold.desk.services import booking, facts
    from tests.desk.people import ENOUGH, Jail

    jail = _jail()
    assert isinstance(jail, Jail)
    number = int(start)
    while True:
        number += 1
        custody = booking.book(jail.by("ana"), surname=f"Ibarra{number}", booking_number=f"K-{number}", booked_at=jail.now, facility_identifier=jail.facility.identifier,
                               basis="arrest", identifiers={"fbi": f"K{number}"})
        print(Entry.objects.filter(custody=custody).latest("sequence").sequence, flush=True)
        facts.state_facts(jail.by("ana"), custody.pk, dict(ENOUGH["US-WY"]), "query")
        print(Entry.objects.filter(custody=custody).latest("sequence").sequence, flush=True)


def do_work(hours: str) -> int:
    """Do the background work that is due so many hours later, then end; a claim left by a dead process is stale at once."""
    from lawfulhold.desk.services import work
    from tests.desk.people import NOW

    work.STALE = timedelta(seconds=-1)
    print("ready", flush=True)
    work.run_due(NOW + timedelta(hours=float(hours)), most=100_000)
    return 0


def again() -> int:
    """Decide every open case again, in small batches."""
    from lawfulhold.desk.services import redecision
    from tests.desk.people import Jail

    redecision.BATCH = 3
    jail = _jail()
    assert isinstance(jail, Jail)
    print("ready", flush=True)
    print(redecision.run(jail.desk()).says(), flush=True)
    return 0


def answer() -> int:
    """Run each piece of code that comes as a line of JSON, and answer with what it printed and its error, as a line of JSON. Ends with its input."""
    import contextlib
    import io
    import json
    import traceback

    from django.db import connections

    jail = _jail()
    for line in sys.stdin:
        said, error = io.StringIO(), ""
        with contextlib.redirect_stdout(said):
            try:
                exec(json.loads(line), {"jail": jail})
            except Exception:
                error = traceback.format_exc()
        connections.close_all()
        print(json.dumps([said.getvalue().strip(), error]), flush=True)
    return 0


def race(custody: str, seen: str, who: str) -> int:
    """When a line comes, state a fact of the case as it was seen. Ends with 0 when it was written, 3 when somebody else was first."""
    from lawfulhold.desk.errors import Overtaken
    from lawfulhold.desk.services import facts
    from tests.desk.people import Jail

    jail = _jail()
    assert isinstance(jail, Jail)
    by = jail.by(who)
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        facts.state_facts(by, custody, {"person.prior_removal": who == "ana"}, f"said by {who} at version {seen}", seen=int(seen))
    except Overtaken as error:
        print(error, flush=True)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
