"""The desk under load: a jail with 20,000 open cases, fifty people at work, and a new version of the law.

    python -m bench.desk [--cases 20000] [--people 50] [--seconds 40] [--database postgresql]

One run: a real PostgreSQL (or SQLite) is started, the cases are written with their docket, then measured are: the queries of the queue, the pages as
fifty people see them over HTTP (they read the queue, open cases, and somebody writes all the time), the deciding again of every open case after counsel
adopted a policy, and the verifying of the docket. Nothing leaves the machine.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import defaultdict
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

OFFENCES = (
    ("53a-103", "felony", "D"),
    ("53a-56", "felony", "C"),
    ("53a-125b", "misdemeanor", "C"),
    ("53a-61", "misdemeanor", "A"),
    ("14-227a", "misdemeanor", None),
    ("53a-135", "felony", "C"),
    ("21a-279", "misdemeanor", "A"),
    ("53a-181", "misdemeanor", "B"),
    ("53a-70", "felony", "B"),
    ("53a-54a", "felony", "A"),
)
NAMES = (
    "Quintana",
    "Ibarra",
    "Okoro",
    "Varga",
    "Delacroix",
    "Nguyen",
    "Marlow",
    "Santos",
    "Kowalski",
    "Rivera",
    "Haddad",
    "Pereira",
    "Chen",
    "Osei",
)
POLICY = """code: US-CT-POLICY
name: Order of the example agency
layer: local
parent: US-CT
provisions:
  - {id: own-transfer, question: transfer, effect: prohibited, binds: [all], from: 2020-01-01, unless: papers.judicial_warrant,
     says: Nobody is handed over without a warrant of a judge., cite: General Order 9, read: full-text, confidence: high}
"""


def main() -> int:
    """Run the benchmark and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--only", choices=("all", "queue", "again", "http"), default="all")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="desk-bench-")))
        os.environ["LAWFULHOLD_DESK_DATA"] = str(folder)
        os.environ["LAWFULHOLD_DESK_SECOND_FACTOR"] = "no"
        if options.database == "postgresql":
            from tests.desk import postgres

            os.environ["DATABASE_URL"] = stack.enter_context(postgres.server(safe=True))
        else:
            os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'desk.sqlite3'}"
        return run(options, folder)


def run(options: argparse.Namespace, folder: Path) -> int:
    """All figures, on the database that the environment names."""
    from lawfulhold.desk.cli import setup

    setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    print(f"{options.cases:,} open cases on {options.database}, {os.cpu_count()} processors")
    agency, users = jail(options.people)
    start = time.perf_counter()
    fill(agency, users[0], options.cases)
    print(f"  written with their docket in {time.perf_counter() - start:.1f} s")
    vacuum()
    if options.only in ("all", "queue"):
        queue(agency)
    if options.only in ("all", "http"):
        pages(agency, users, options)
    if options.only in ("all", "again"):
        again(agency)
    if options.only == "all":
        verify(agency)
    return 0


def jail(people: int) -> tuple[Any, list[Any]]:
    """An agency in Connecticut, whose rules are among the longest, with so many clerks; its counsel has adopted the law."""
    from django.contrib.auth.hashers import make_password
    from django.utils import timezone

    from lawfulhold.desk.services import accounts, acting, law

    agency = accounts.make_agency(
        "bench", "Example agency", "US-CT", "state-corrections", facilities=(("CT0BENCH1", "Example jail"),)
    )
    console = acting.console(agency)
    hashed = make_password("bench")
    counsel = accounts.add(console, "counsel", "counsel", first_name="Carol", last_name="Lindqvist", hashed=hashed)[0]
    users = [
        accounts.add(console, f"clerk{number}", "clerk", first_name="Ana", last_name=f"Reyes {number}", hashed=hashed)[
            0
        ]
        for number in range(people)
    ]
    law.adopt(acting.person(counsel, timezone.now()), "As shipped.")
    agency.refresh_from_db()
    return agency, users


def fill(agency: Any, user: Any, count: int) -> None:
    """Write so many booked persons with a matched detainer, their facts and their first decision, in batches."""
    from django.utils import timezone

    from lawfulhold.desk.services import acting

    chance = random.Random(2026)
    user.agency = agency
    by = acting.person(user, timezone.now())
    for start in range(0, count, 500):
        _batch(by, chance, start, min(500, count - start))


def _batch(by: Any, chance: random.Random, start: int, size: int) -> None:
    from django.db import transaction

    from lawfulhold.desk.models import Custody, Decision, Detainer, FactSheet
    from lawfulhold.desk.services import decisions, docket, facts

    with transaction.atomic():
        writings, sheets, cases = [], [], []
        for number in range(start, start + size):
            custody, rows, known = _case(by, chance, number)
            writings.append(docket.Writing("imported", "Taken over from the old system.", rows, custody))
            sheets.append(
                FactSheet(id=uuid.uuid4(), custody=custody, digest=facts.digest_of(known), facts=known, made_at=by.at)
            )
            cases.append(custody)
        docket.enter_many(by, writings)
        FactSheet.objects.bulk_create(sheets)
        findings, writings, made = {}, [], []
        for custody, sheet in zip(cases, sheets, strict=True):
            asked_for = facts.asked_moment(custody.release_due_at, by.at)
            answered = decisions.ask(by.agency, by.agency.law, sheet.facts, asked_for, custody.number)
            found, content = decisions.finding_of(answered)
            if content is not None:
                findings[found] = content
            row = decisions.made(custody.pk, None, by.agency.law, sheet.pk, answered, found, asked_for, "first")
            writings.append(
                docket.Writing(
                    "decision", decisions.sentence(row), [row], custody, {"facts": sheet.digest, "finding": found}
                )
            )
            made.append(row)
        decisions.keep_findings(findings)
        docket.enter_many(by, writings)
        for custody, row in zip(cases, made, strict=True):
            decisions.set_answers(custody, row)
        Custody.objects.bulk_update(
            cases,
            ["decision", "sheet", "law", "hold_answer", "notify_answer", "transfer_answer", "missing"],
            batch_size=100,
        )
        assert (
            Decision.objects.filter(custody__in=[case.pk for case in cases]).count()
            == size
            == Detainer.objects.filter(custody__in=cases).count()
        )


def _case(by: Any, chance: random.Random, number: int) -> tuple[Any, list[Any], dict[str, Any]]:
    from lawfulhold.desk.encryption import blind
    from lawfulhold.desk.models import (
        Booking,
        Charge,
        Custody,
        Detainer,
        DetainerEvent,
        Facility,
        Identifier,
        Person,
        PersonDetails,
        ReleaseDue,
        Service,
        Stay,
    )

    surname, born = chance.choice(NAMES), datetime(1960 + number % 45, 1 + number % 12, 1 + number % 28)  # noqa: DTZ001
    booked = by.at - timedelta(hours=chance.uniform(2, 24 * 200))
    due = by.at + timedelta(hours=chance.uniform(0.1, 24 * 60)) if chance.random() < 0.6 else None
    section, level, grade = chance.choice(OFFENCES)
    charge: dict[str, Any] = {
        "statute": f"Conn. Gen. Stat. § {section}",
        "place": "US-CT",
        "status": chance.choice(("charged", "convicted")),
        "current": True,
    }
    if chance.random() < 0.3:
        charge |= {"level": level} | ({"grade": grade} if grade else {})
    if charge["status"] == "convicted":
        charge["convicted_on"] = f"{2012 + number % 13}-0{1 + number % 9}"
    person = Person()
    custody = Custody(
        person=person,
        number=f"2026-{number:06d}",
        began_at=booked,
        surname_index=blind("surname", surname),
        release_due_at=due,
        state="release-pending" if due else "waiting",
        live_detainers=1,
        unserved=int(number % 3 == 0),
    )
    facility = Facility.objects.get(identifier="CT0BENCH1") if not hasattr(_case, "place") else _case.place  # type: ignore[attr-defined]
    _case.place = facility  # type: ignore[attr-defined]
    custody.facility = facility
    fbi, booking = f"F{number:07d}", f"N{number:07d}"
    received = booked + timedelta(hours=1)
    detainer = Detainer(
        form="I-247A",
        edition="3/17",
        received_at=received,
        channel="fax",
        subject={"surname": surname, "fbi": fbi},
        surname_index=blind("surname", surname),
        facts={"complete": True},
        state="matched",
        custody=custody,
        served_at=None if number % 3 == 0 else received,
    )
    rows: list[Any] = [
        person,
        PersonDetails(
            person=person,
            surname=surname,
            given_names="Example",
            surname_index=blind("surname", surname),
            date_of_birth=f"{born:%Y-%m-%d}",
            source="old system",
        ),
        Identifier(person=person, kind="fbi", value=fbi, index=blind("fbi", fbi)),
        custody,
        Stay(custody=custody, facility=facility, arrived_at=booked),
        Booking(custody=custody, number=booking, index=blind("booking", booking), booked_at=booked, basis="arrest"),
        Charge(custody=custody, facts=charge),
        detainer,
        DetainerEvent(detainer=detainer, kind="matched", at=received, custody=custody),
    ]
    if detainer.served_at is not None:
        rows.append(
            Service(
                custody=custody,
                detainer=detainer,
                paper="detainer-copy",
                language="Spanish",
                at=received,
                given_by="old system",
                given_to="person",
            )
        )
    known: dict[str, Any] = {
        "agency": {"kind": by.agency.kind, "name": by.agency.name},
        "charges": [charge],
        "detainer": {
            "form": "I-247A",
            "lodged": True,
            "complete": True,
            "received_at": by.local(received).isoformat(timespec="minutes"),
            "identity_matches": True,
        },
        "papers": {"administrative_warrant": chance.random() < 0.8},
        "person": {"age": 2026 - born.year, "citizen_proof": False},
        "custody": {"stage": "prison"},
        "sources": {"papers.administrative_warrant": "paper attached"},
    }
    for name, likely in (("judicial_warrant", 0.7), ("removal_order", 0.3)):
        if chance.random() < likely:
            known["papers"][name] = chance.random() < 0.05
    if chance.random() < 0.7:
        known["person"]["watchlist_match"] = chance.random() < 0.02
    if chance.random() < 0.6:
        known["record_complete"] = True
    if due is not None:
        known["custody"]["releasable_at"] = by.local(due).isoformat(timespec="minutes")
        rows.append(ReleaseDue(custody=custody, at=due, basis="sentence-complete", note="time computation"))
    return custody, rows, known


def vacuum() -> None:
    """What an idle night does for the planner."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


# ---------------------------------------------------------------------------------------------- figures


def told(times: list[float]) -> str:
    """Median, 99th percentile and longest, in milliseconds."""
    ordered = sorted(times)
    last = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return f"median {statistics.median(ordered) * 1000:.0f} ms, p99 {last * 1000:.0f} ms, longest {ordered[-1] * 1000:.0f} ms ({len(ordered)} times)"


def queue(agency: Any) -> None:
    """The queries of the queue."""
    from django.utils import timezone

    from lawfulhold.desk.services import queue as service

    now = timezone.now()
    for view in ("detainers", "due", "open"):
        times = []
        for turn in range(40):
            start = time.perf_counter()
            rows, _ = service.page(agency, view, now, 1 + turn % 3)
            times.append(time.perf_counter() - start)
        assert rows or view == "due"
        print(f"  queue, {view}: {told(times)}")
    times = []
    for _ in range(20):
        start = time.perf_counter()
        service.totals(agency, now)
        times.append(time.perf_counter() - start)
    print(f"  totals of the views: {told(times)}")


def again(agency: Any) -> None:
    """Deciding every open case again after counsel adopted a policy."""
    from django.utils import timezone

    from lawfulhold.desk.models import User
    from lawfulhold.desk.services import acting, law, redecision

    counsel = User.objects.get(username="counsel")
    law.adopt(acting.person(counsel, timezone.now()), "The agency's own order.", POLICY)
    agency.refresh_from_db()
    start = time.perf_counter()
    result = redecision.run(acting.worker(agency))
    spent = time.perf_counter() - start
    print(
        f"  decided again: {result.decided:,} cases in {spent:.1f} s ({spent / max(1, result.decided) * 1000:.2f} ms each); {result.changed:,} answers changed"
    )


def verify(agency: Any) -> None:
    """The whole docket with its records, and what is kept beside them; where each open case stands takes some milliseconds a case and is left out."""
    from lawfulhold.desk.services import docket

    start = time.perf_counter()
    count, _, faults = docket.verify(agency, cases=False)
    print(f"  docket verified: {count:,} entries in {time.perf_counter() - start:.1f} s, {len(faults)} faults")


def pages(agency: Any, users: list[Any], options: argparse.Namespace) -> None:
    """Fifty people over HTTP: most look at the queue, some open a case, one writes all the time. Times are as the person waits, the whole page read."""
    from django.db import connections
    from django.test import Client

    from lawfulhold.desk.models import Custody

    cookies = []
    for user in users:
        client = Client()
        client.force_login(user)
        cookies.append("; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items()))
    cases = list(
        Custody.objects.filter(agency=agency, open=True).order_by("release_due_at").values_list("pk", flat=True)[:2_000]
    )
    connections.close_all()
    port = 8500 + os.getpid() % 400
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "lawfulhold.desk.cli",
            "start",
            "--port",
            str(port),
            "--processes",
            str(options.processes),
            "--no-worker",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        times: dict[str, list[float]] = defaultdict(list)
        sizes: dict[str, int] = {}
        stop = time.monotonic() + options.seconds
        threads = [
            threading.Thread(target=_person, args=(port, cookie, cases, stop, times, sizes, number))
            for number, cookie in enumerate(cookies)
        ]
        writer = threading.Thread(target=_writer, args=(agency, users[0], cases, stop, times))
        for thread in [*threads, writer]:
            thread.start()
        for thread in [*threads, writer]:
            thread.join()
    finally:
        server.terminate()
        server.wait(20)
    for name in ("queue", "case", "write"):
        if times[name]:
            size = f", {sizes[name] / 1000:.0f} KB" if name in sizes else ""
            print(
                f"  {name}{' page' if name != 'write' else ' (a fact stated)'}, {len(users)} people{size}: {told(times[name])}"
            )


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/accounts/login/")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.3)
    raise RuntimeError("the desk did not start")


def _person(
    port: int,
    cookie: str,
    cases: list[Any],
    stop: float,
    times: dict[str, list[float]],
    sizes: dict[str, int],
    number: int,
) -> None:
    chance = random.Random(number)
    time.sleep(chance.uniform(0, 5))
    warm = True
    while time.monotonic() < stop:
        case = chance.random() < 0.2
        path = f"/case/{chance.choice(cases)}/" if case else "/"
        start = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", path, headers={"Cookie": cookie, "X-Desk-Refresh": "1"})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        spent = time.perf_counter() - start
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {answer.headers.get('Location')}")
        if not warm:
            times["case" if case else "queue"].append(spent)
            sizes["case" if case else "queue"] = len(body)
        warm = False
        time.sleep(chance.uniform(2, 8))


def _writer(agency: Any, user: Any, cases: list[Any], stop: float, times: dict[str, list[float]]) -> None:
    from django.db import connections
    from django.utils import timezone

    from lawfulhold.desk.services import acting, facts

    chance = random.Random(1)
    user.agency = agency
    while time.monotonic() < stop:
        start = time.perf_counter()
        facts.state_facts(
            acting.person(user, timezone.now()),
            chance.choice(cases),
            {"person.prior_removal": chance.random() < 0.5},
            f"interview {chance.random()}",
        )
        times["write"].append(time.perf_counter() - start)
        time.sleep(0.5)
    connections.close_all()


if __name__ == "__main__":
    print(json.dumps({"started": time.strftime("%Y-%m-%d %H:%M")}))
    sys.exit(main())
