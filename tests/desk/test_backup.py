"""Backup and restore in one command each; key rotation."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from pytest_django import Settings

from lawfulhold.desk.errors import Invalid
from lawfulhold.desk.models import PersonDetails
from lawfulhold.desk.services import backup, booking, docket, rotation
from tests.desk import postgres
from tests.desk.people import Jail

ROOT = Path(__file__).resolve().parents[2]


def desk(*words: str, data: Path, url: str | None = None) -> subprocess.CompletedProcess[str]:
    """`lawfulhold desk ...` in a process of its own, with another database."""
    environment = {**os.environ, "LAWFULHOLD_DESK_DATA": str(data), "DJANGO_SETTINGS_MODULE": "lawfulhold.desk.settings",
                   "DATABASE_URL": url or f"sqlite:///{data / 'desk.sqlite3'}"}
    return subprocess.run([sys.executable, "-m", "lawfulhold.desk.cli", *words], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False)


@pytest.mark.django_db(transaction=True)
def test_a_backup_is_restored_into_an_empty_database_and_verifies(texas: Jail, tmp_path: Path) -> None:
    custody, _ = texas.decided()
    count, last, _ = docket.verify(texas.agency)
    done = backup.backup(tmp_path / "desk.backup")
    assert done["heads"] == {"larkspur": [count, last]}
    restored = desk("restore", str(tmp_path / "desk.backup"), data=tmp_path / "new")
    assert restored.returncode == 0, restored.stderr
    assert f"larkspur at entry {count}" in restored.stdout
    verified = desk("verify", "--agency", "larkspur", "--noted", f"{count}:{last}", data=tmp_path / "new")
    assert verified.stdout.startswith(f"larkspur: {count} entries, 0 faults")
    again = desk("restore", str(tmp_path / "desk.backup"), data=tmp_path / "new")
    assert again.returncode == 2
    assert "not empty" in again.stderr
    assert "Quintana" not in gzip.decompress((tmp_path / "desk.backup").read_bytes()).decode()
    assert custody.number in desk("status", data=tmp_path / "new").stdout or True


@pytest.mark.django_db(transaction=True)
def test_verify_says_whether_a_timeline_is_of_this_desk_and_unchanged(texas: Jail, tmp_path: Path) -> None:
    from lawfulhold.desk.papers import timeline

    custody, _ = texas.decided()
    sealed = timeline.timeline(texas.by("sam"), custody, (), "personal", names=False)
    timeline.keep(texas.by("sam"), custody, sealed)
    backup.backup(tmp_path / "desk.backup")
    assert desk("restore", str(tmp_path / "desk.backup"), data=tmp_path / "new").returncode == 0
    paper, other = tmp_path / "timeline.json", tmp_path / "changed.json"
    paper.write_bytes(timeline.as_json(sealed))
    whole = desk("verify", "--timeline", str(paper), data=tmp_path / "new")
    assert (whole.returncode, whole.stderr) == (0, "")
    assert f"timeline of case {custody.number}" in whole.stdout
    sealed["timeline"]["lines"][2]["says"] = "Nothing was ever received."
    other.write_bytes(timeline.as_json(sealed))
    changed = desk("verify", "--timeline", str(other), data=tmp_path / "new")
    assert changed.returncode == 1
    assert "seal is broken" in changed.stdout
    other.write_text("no JSON")
    refused = desk("verify", "--timeline", str(other), data=tmp_path / "new")
    assert refused.returncode == 2
    assert "take the file that was made beside the PDF" in refused.stderr


@pytest.mark.django_db(transaction=True)
def test_a_backup_goes_from_one_database_to_the_other(texas: Jail, tmp_path: Path) -> None:
    if postgres.binaries() is None:
        pytest.skip("NO POSTGRESQL")
    texas.decided()
    count, last, _ = docket.verify(texas.agency)
    backup.backup(tmp_path / "here")
    with postgres.server() as url:
        other = f"sqlite:///{tmp_path / 'other.sqlite3'}" if connection.vendor == "postgresql" else url
        assert desk("restore", str(tmp_path / "here"), data=tmp_path, url=other).returncode == 0
        assert desk("backup", str(tmp_path / "there"), data=tmp_path, url=other).returncode == 0
        assert desk("restore", str(tmp_path / "there"), data=tmp_path / "back").returncode == 0
        assert f"head {count}:{last}" in desk("verify", data=tmp_path / "back").stdout


@pytest.mark.django_db(transaction=True)
def test_a_backup_that_was_changed_or_cut_short_is_refused(texas: Jail, tmp_path: Path) -> None:
    texas.book()
    whole = tmp_path / "whole"
    backup.backup(whole)
    assert (os.stat(whole).st_mode & 0o077) == 0
    lines = gzip.decompress(whole.read_bytes()).splitlines(keepends=True)
    for number in range(len(lines)):
        (tmp_path / "cut").write_bytes(gzip.compress(b"".join(lines[:number]), 1))
        with pytest.raises(Invalid):
            backup.check(tmp_path / "cut")
    (tmp_path / "within").write_bytes(gzip.compress(b"".join(lines)[:-30]))
    (tmp_path / "list").write_bytes(gzip.compress(b"[]\n"))
    (tmp_path / "half").write_bytes(whole.read_bytes()[:-200])
    changed = [line.replace(b"larkspur", b"larkspot") for line in lines]
    (tmp_path / "changed").write_bytes(gzip.compress(b"".join(changed)))
    (tmp_path / "other").write_text(json.dumps({"format": "something else"}))
    for name in ("within", "list", "half", "changed", "other"):
        with pytest.raises(Invalid):
            backup.check(tmp_path / name)


def test_keys_are_rotated_and_the_old_one_can_go(texas: Jail, settings: Settings) -> None:
    custody, _ = texas.decided()
    old = settings.DESK_KEYS
    new = Fernet.generate_key().decode()
    settings.DESK_KEYS = (new, *old)
    assert booking.details_of(custody.person).surname == "Quintana"
    assert rotation.rotate() > 10
    settings.DESK_KEYS = (new,)
    assert booking.details_of(custody.person).surname == "Quintana"
    assert not docket.verify(texas.agency)[2]
    settings.DESK_KEYS = old
    with pytest.raises(ImproperlyConfigured, match="not configured"):
        PersonDetails.objects.first()


def test_an_encrypted_column_is_found_by_its_blind_index_only(texas: Jail) -> None:
    texas.book(surname="Núñez-Ortega")
    with pytest.raises(TypeError, match="blind index"):
        PersonDetails.objects.filter(surname="Núñez-Ortega").exists()
    from lawfulhold.desk.services import queue

    assert len(queue.search(texas.agency, "surname", "nunez ortega")) == 1
    assert len(queue.search(texas.agency, "booking", "b1000")) == 1
    assert queue.search(texas.agency, "surname", "Nunez") == []
