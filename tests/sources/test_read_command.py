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
from lawfulhold.sources.review import CorrectionError, items, review

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
    assert "“refused to honor an immigration detainer and released him”" in printed
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


KENT = """date: 2024-05-20

ICE arrested a 31-year-old Bolivian national in Dover, Delaware, on May 14. Dover police arrested him on March 3, 2024 for forgery. The Kent County Jail released him on April 11 despite a detainer.
"""
LINN = """date: 2024-06-20

ICE arrested a 42-year-old Chilean national in Albany, Oregon, on June 14. Albany police arrested him on May 3, 2024 for burglary. The Linn County Jail released him on June 1 despite a detainer.
"""


@pytest.fixture
def two_of_a_name(tmp_path: Path) -> list[str]:
    """Reports of two cases in two states, in files of one name."""
    paths = [tmp_path / folder / "report.txt" for folder in ("first", "second")]
    for path, text in zip(paths, (KENT, LINN), strict=True):
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
    return [str(path) for path in paths]


def test_files_of_one_name_give_a_draft_each(two_of_a_name: list[str], tmp_path: Path) -> None:
    assert main(["read", "--out", str(tmp_path / "drafts"), *two_of_a_name]) == 0
    drafts = {path.name: yaml.safe_load(path.read_text(encoding="utf-8"))["jurisdiction"][:5] for path in (tmp_path / "drafts").iterdir()}
    assert drafts == {"report-a.yaml": "US-DE", "report-2-a.yaml": "US-OR"}


def test_each_case_of_a_shared_name_is_printed_under_its_own_law(two_of_a_name: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "--decide", *two_of_a_name]) == 0
    delaware, oregon = capsys.readouterr().out.split("report-2#a")
    assert "The law of Delaware" in delaware
    assert "The law of Oregon" in oregon
    assert "Oregon" not in delaware


@pytest.mark.parametrize("names", [("名前.txt", "Имя.txt"), ("a b.txt", "a-b.txt"), ("###.txt", "+++.txt"), ("report.txt", "report.html"), ("x" * 240 + "1.txt", "x" * 240 + "2.txt")])
def test_no_two_reports_share_a_draft(names: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = [tmp_path / name for name in names]
    for path, text in zip(paths, (KENT, LINN), strict=True):
        path.write_text(text, encoding="utf-8")
    assert main(["read", "--out", str(tmp_path / "drafts"), *map(str, paths)]) == 0
    assert len(list((tmp_path / "drafts").iterdir())) == 2


def test_a_draft_that_a_person_changed_is_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["read", RELEASE, "--out", str(tmp_path)]
    path = tmp_path / "bridgeport-release-a.yaml"
    assert main(command) == 0
    read = path.read_text(encoding="utf-8")
    path.write_text("# looked at by a person\n" + read, encoding="utf-8")
    capsys.readouterr()
    for says in ("was left as it is", "unchanged:"):
        assert main(command) == 0
        assert says in capsys.readouterr().out
        assert path.read_text(encoding="utf-8").startswith("# looked at by a person")
        assert (tmp_path / "bridgeport-release-a-2.yaml").read_text(encoding="utf-8") == read
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("value", ["2024-02-31", "2024-13-01", "0000-01-01", "2024-00", "2024-2-1", "20240201"])
def test_a_day_that_is_not_in_the_calendar_is_no_correction(value: str) -> None:
    reading = read_reports([Path(RELEASE)])
    (event,) = [item for item in items(reading.cases[0]) if item.label.startswith("event · ice-arrest")]
    with pytest.raises(CorrectionError, match="no date of the calendar"):
        event.correct(value)
    event.correct("2024-02-29")
    assert "2024-02-29" in [one.when.date for one in reading.cases[0].events if one.type == "ice-arrest"]


def test_a_folder_that_cannot_be_written_is_named_before_the_review(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("x", encoding="utf-8")
    asked: list[str] = []
    monkeypatch.setattr("builtins.input", lambda question="": asked.append(question) or "")
    assert main(["read", RELEASE, "--review", "--out", str(blocker)]) == 2
    assert "--out" in capsys.readouterr().err
    assert not asked


def test_a_review_that_is_broken_off_keeps_what_was_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    answers = iter(["d"])

    def answer(question: str = "") -> str:
        try:
            return next(answers)
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr("builtins.input", answer)
    assert main(["read", RELEASE, "--review", "--out", str(tmp_path)]) == 0
    assert "1 dropped; stopped before the end" in capsys.readouterr().err
    assert "age" not in yaml.safe_load((tmp_path / "bridgeport-release-a.yaml").read_text(encoding="utf-8"))["person"]


def test_json_has_the_second_answer_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", RELEASE, "--json", "--decide"]) == 0
    found = json.loads(capsys.readouterr().out)
    (told,), (complete,) = found["decisions"], found["if_nothing_left_out"]
    assert told["answers"]["hold"]["answer"] == "undetermined"
    assert complete["decision"]["answers"]["hold"]["answer"] == "prohibited"
    assert any("no warrant of a judge" in words for words in complete["silence_taken_for"])


@pytest.mark.parametrize(("option", "value", "says"), [("--jurisdiction", "US-CTT", "did you mean US-CT?"), ("--agency", "sherif", "did you mean sheriff?"), ("--date", "2024-02-31", "not a day of the calendar")])
def test_an_option_that_is_not_known_is_told_before_anything_is_read(option: str, value: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "nowhere.txt", option, value]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"lawfulhold: {option}: ")
    assert says in said
    assert "nowhere.txt" not in said


def test_a_report_is_read_from_standard_input(tmp_path: Path) -> None:
    ran = subprocess.run([sys.executable, "-m", "lawfulhold.cli", "read", "-", "--json"], input=LINN, capture_output=True, text=True, check=True)
    (case,) = json.loads(ran.stdout)["cases"]
    assert (case["files"], case["place"]["state"]) == (["-"], "OR")


def test_a_review_does_not_take_the_report_for_its_answers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "-", "--review"]) == 2
    assert "give the report as a file" in capsys.readouterr().err
