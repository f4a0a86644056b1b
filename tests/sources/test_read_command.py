"""`lawfulhold read`: what it prints, writes and returns."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from lawfulhold.cli import main
from lawfulhold.sources import read_reports
from lawfulhold.sources.draft import draft_cases
from lawfulhold.sources.review import items, review

EXAMPLES = Path(__file__).parents[2] / "examples" / "reports"
RELEASE = str(EXAMPLES / "bridgeport-release.txt")


def test_it_prints_the_timeline_with_the_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", RELEASE]) == 0
    printed = capsys.readouterr().out
    assert "2023-03-20  detainer not honored by Bridgeport Correctional Center; released from custody" in " ".join(printed.replace("\n", " ").split()).replace("2023-03-20 ", "2023-03-20  ")
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
    printed = " ".join(capsys.readouterr().out.split())
    assert "The law of Connecticut for Bridgeport Correctional Center (the state's department of corrections or state prison), 2023-03-20" in printed
    assert "As told: hold past release for ICE? depends on a fact" in printed
    assert "If the reports leave nothing out (no warrant of a judge" in printed
    assert "“the detainer was not honored”" in printed
    assert "→ The law left no choice: the agency was forbidden to hold the person past the release time (Conn. Gen. Stat. § 54-192h" in printed


def test_a_bad_file_is_one_line_and_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"abc\0def")
    assert main(["read", str(bad), RELEASE]) == 2
    printed = capsys.readouterr()
    assert printed.err.count("\n") == 1
    assert str(bad) in printed.err
    assert "released from custody" in " ".join(printed.out.split())


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("x", encoding="utf-8")
    assert main(["read", RELEASE, "--out", str(blocker / "drafts")]) == 2
    assert "--out" in capsys.readouterr().err


def answering(answers: dict[str, str], said: list[str]) -> Callable[[str], str]:
    """A person who answers as told when the label of a fact begins so, and keeps all else. Each answer is given once."""
    def ask(question: str) -> str:
        label = next(line for line in reversed(said) if " · " in line and "sure:" in line).strip()
        found = next((start for start in answers if label.startswith(start)), None)
        return answers.pop(found) if found else ""
    return ask


def test_review_drops_what_is_refused() -> None:
    reading = read_reports([Path(RELEASE)])
    before = len(reading.cases[0].events)
    said: list[str] = []
    done = review(reading, answering({"event · ice-arrest": "d"}, said), said.append)
    assert (done.dropped, done.corrected, done.finished) == (1, 0, True)
    assert len(reading.cases[0].events) == before - 1
    assert not [event for event in reading.cases[0].events if event.type == "ice-arrest"]


def test_review_corrects_and_the_draft_says_what_had_been_read() -> None:
    reading = read_reports([Path(RELEASE)])
    said: list[str] = []
    done = review(reading, answering({"event · released-from-custody": "= 2023-03-21", "charge · charged: third": "= dismissed", "person · age": "= 42"}, said), said.append)
    assert done.corrected == 3
    (draft,) = draft_cases(reading)
    assert draft["date"] == "2023-03-21"
    assert "corrected by a person; read as 2023-03-20" in draft["sources"]["date"]
    assert [charge["status"] for charge in draft["charges"]] == ["dismissed", "charged"]
    assert draft["person"]["age"] == 42


def test_review_asks_again_when_a_correction_does_not_fit() -> None:
    reading = read_reports([Path(RELEASE)])
    said: list[str] = []
    wrong = iter(["= forty", "perhaps", "d"])
    review(reading, lambda question: next(wrong) if "person · age" in said[-2] or "no age" in said[-1] or "no answer" in said[-1] else "q", said.append)
    assert "age" not in reading.cases[0].person
    assert any("give a number from 10 to 110" in line for line in said)


def test_review_stops_when_told() -> None:
    reading = read_reports([Path(RELEASE)])
    done = review(reading, lambda question: "q", lambda line: None)
    assert (done.dropped, done.finished) == (0, False)


def test_answers_from_a_pipe_reach_the_draft(tmp_path: Path) -> None:
    reading = read_reports([Path(RELEASE)])
    labels = [item.label for item in items(reading.cases[0])]
    answers = ["d" if label.startswith("charge · charged: second-degree") else "" for label in labels]
    command = [sys.executable, "-m", "lawfulhold.cli", "read", RELEASE, "--review", "--json", "--out", str(tmp_path)]
    ran = subprocess.run(command, input="\n".join(answers) + "\n", capture_output=True, text=True, check=True)
    assert f"{len(labels) - 1} kept, 0 corrected, 1 dropped" in ran.stderr
    assert len(json.loads(ran.stdout)["cases"][0]["charges"]) == 1
    draft = yaml.safe_load((tmp_path / "bridgeport-release-a.yaml").read_text(encoding="utf-8"))
    assert [charge["offence"] for charge in draft["charges"]] == ["third-degree assault"]


def test_answers_that_end_early_leave_the_rest_as_read() -> None:
    reading = read_reports([Path(RELEASE)])
    before = len(items(reading.cases[0]))

    def ask(question: str) -> str:
        raise EOFError

    assert not review(reading, ask, lambda line: None).finished
    assert len(items(reading.cases[0])) == before
