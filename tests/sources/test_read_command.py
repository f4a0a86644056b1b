"""`lawfulhold read`: what it prints, writes and returns."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from lawfulhold.cli import main
from lawfulhold.sources import read_reports
from lawfulhold.sources.review import review

EXAMPLES = Path(__file__).parents[2] / "examples" / "reports"
RELEASE = str(EXAMPLES / "bridgeport-release.txt")


def test_it_prints_the_timeline_with_the_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", RELEASE]) == 0
    printed = capsys.readouterr().out
    assert "2023-03-20  released-from-custody by Bridgeport Correctional Center" in printed
    assert "74 days from the release to the ICE arrest" in printed


def test_it_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "--json", RELEASE]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["cases"][0]["place"]["state"] == "CT"
    assert found["drafts"][0]["jurisdiction"] == "US-CT"


def test_it_writes_drafts_that_decide_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", RELEASE, "--out", str(tmp_path / "drafts")]) == 0
    path = tmp_path / "drafts" / "bridgeport-release-a.yaml"
    assert yaml.safe_load(path.read_text(encoding="utf-8"))["date"] == "2023-03-20"
    assert main(["decide", str(path)]) == 0
    assert "HOLD PAST RELEASE" in capsys.readouterr().out


def test_it_sets_claims_beside_the_law(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", RELEASE, "--decide"]) == 0
    assert "THE CLAIM" in capsys.readouterr().out


def test_a_bad_file_is_one_line_and_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"abc\0def")
    assert main(["read", str(bad), RELEASE]) == 2
    printed = capsys.readouterr()
    assert printed.err.count("\n") == 1
    assert str(bad) in printed.err
    assert "released-from-custody" in printed.out


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("x", encoding="utf-8")
    assert main(["read", RELEASE, "--out", str(blocker / "drafts")]) == 2
    assert "--out" in capsys.readouterr().err


def test_review_drops_what_is_refused() -> None:
    reading = read_reports([Path(RELEASE)])
    before = len(reading.cases[0].events)
    said: list[str] = []
    answers = iter([""] * 30)

    def ask(question: str) -> str:
        return "d" if said[-2].strip().startswith("event · ice-arrest") else next(answers)

    assert review(reading, ask, said.append) == 1
    assert len(reading.cases[0].events) == before - 1
    assert not [event for event in reading.cases[0].events if event.type == "ice-arrest"]


def test_review_stops_when_told() -> None:
    reading = read_reports([Path(RELEASE)])
    assert review(reading, lambda question: "q", lambda line: None) == 0
