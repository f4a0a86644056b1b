"""`lawfulhold read` on forms: what it prints, writes and returns."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
import yaml

from lawfulhold.cli import main
from lawfulhold.sources.forms import to_case
from lawfulhold.sources.forms.case import by_detainer
from lawfulhold.sources.forms.review import review_form
from tests.sources.forms.drawing import draw_form
from tests.sources.forms.papers import PERSON, SIGNED, filled, filled_reading, joined
from tests.sources.forms.test_hostile_forms import locked


@pytest.fixture
def packet(tmp_path: Path) -> str:
    path = tmp_path / "packet.pdf"
    path.write_bytes(joined([filled("I-247A").pdf, filled("I-205").pdf]))
    return str(path)


@pytest.fixture
def warrant(tmp_path: Path) -> str:
    """One short form, where that is all a test needs: every command opens its file in a process of its own."""
    path = tmp_path / "warrant.pdf"
    path.write_bytes(filled("I-200").pdf)
    return str(path)


def test_it_prints_what_is_ticked_and_keeps_names_back(packet: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", packet]) == 0
    printed = capsys.readouterr().out
    assert "[x] a final order of removal" in printed
    assert "Name of Alien: (kept back; --names shows it)" in printed
    assert "KOROMA" not in printed
    assert "papers.judicial_warrant: not said" in printed


def test_names_are_shown_when_they_are_asked_for(warrant: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", warrant, "--names"]) == 0
    assert "KOROMA, Ines" in capsys.readouterr().out


def test_json_has_every_field_with_its_place_and_no_name(packet: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", packet, "--json"]) == 0
    printed = capsys.readouterr().out
    assert "KOROMA" not in printed
    form = json.loads(printed)["forms"][0]
    assert form["fields"]["name_of_alien"]["kept_back"] is True
    assert form["fields"]["sex"]["span"]["page"] == 1
    assert form["attachments"][0]["form"] == "I-205"


def test_it_writes_a_draft_that_decide_reads(packet: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = ["--jurisdiction", "US-CT", "--agency", "state-corrections", "--date", "2024-03-05"]
    assert main(["read", packet, "--decide", "--out", str(tmp_path / "drafts"), *place]) == 0
    assert "HOLD PAST RELEASE FOR ICE?" in capsys.readouterr().out
    path = tmp_path / "drafts" / "packet.yaml"
    assert yaml.safe_load(path.read_text(encoding="utf-8"))["papers"]["administrative_warrant"] is True
    assert main(["decide", str(path)]) == 0


def test_without_a_place_it_says_what_to_add(warrant: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", warrant, "--decide", "--out", str(tmp_path / "drafts")]) == 0
    assert "--jurisdiction US-CT --agency" in capsys.readouterr().out
    assert "# Add what the form does not say: jurisdiction, agency, date." in (tmp_path / "drafts" / "warrant.yaml").read_text(encoding="utf-8")


def test_an_agency_that_is_not_known_is_one_clear_error(warrant: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", warrant, "--decide", "--jurisdiction", "US-CT", "--agency", "sherif"]) == 2
    assert "sheriff" in capsys.readouterr().err


def test_a_person_drops_a_ground_and_the_draft_follows() -> None:
    answers: Iterator[str] = iter(["d" if one.name in {"box_1a_final_order", "box_1_probable_cause"} else "" for one in sorted(
        filled_reading("I-247A").fields.values(), key=lambda field: field.sure) if not one.blank and not (one.sure and one.value is False)])
    left = review_form(filled_reading("I-247A"), lambda _: next(answers), lambda _: None)
    assert left.fields["box_1a_final_order"].value is None
    assert "probable_cause" not in to_case(left)["detainer"]
    assert next(answers, None) is None


def test_the_command_asks_about_each_field_and_the_draft_follows(warrant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    asked: list[str] = []

    def answer(question: str = "") -> str:
        asked.append(capsys.readouterr().err)
        return "d" if "signature" in asked[-1].lower() else ""

    monkeypatch.setattr("builtins.input", answer)
    assert main(["read", warrant, "--review", "--out", str(tmp_path / "drafts")]) == 0
    assert "KOROMA" not in "".join(asked), "names are kept back here too"
    assert "dropped" in capsys.readouterr().err
    draft = (tmp_path / "drafts" / "warrant.yaml").read_text(encoding="utf-8")
    assert "administrative_warrant" not in draft
    assert "dropped by a person" in draft


def test_answers_from_a_pipe_reach_the_draft_of_a_form(warrant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("maybe\nd\nd\nq\n"))
    assert main(["read", warrant, "--review", "--json"]) == 0
    printed = capsys.readouterr()
    fields = json.loads(printed.out)["forms"][0]["fields"].values()
    assert sum(field.get("note") == "dropped by a person" for field in fields) == 2
    assert "'maybe' is no answer" in printed.err
    assert "2 dropped; stopped before the end" in printed.err


def test_a_locked_paper_is_a_problem_in_json_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "locked.pdf"
    path.write_bytes(locked())
    assert main(["read", str(path), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["problems"] == [{"file": str(path), "message": "is locked with a password; save it without one"}]


def other_person(form: str) -> bytes:
    """A paper of somebody else, with another file number."""
    return draw_form(form, 9, "printed", values={**PERSON, "name_of_alien": "BELLO, Ramon", "file_number": "A 098 765 432"}, marked=SIGNED.get(form)).pdf


@pytest.mark.parametrize("of_the_first", [True, False])
def test_every_detainer_of_a_file_gets_a_draft_with_its_own_warrant(of_the_first: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The warrant lies behind both detainers; its file number says whose it is."""
    path = tmp_path / "packet.pdf"
    path.write_bytes(joined([filled("I-247A").pdf, other_person("I-247D"), filled("I-205").pdf if of_the_first else other_person("I-205")]))
    assert main(["read", str(path), "--out", str(tmp_path / "drafts")]) == 0
    drafts = [yaml.safe_load((tmp_path / "drafts" / f"{name}.yaml").read_text(encoding="utf-8")) for name in ("packet", "packet-2")]
    assert [draft["detainer"]["form"] for draft in drafts] == ["I-247A", "I-247D"]
    assert ["administrative_warrant" in draft.get("papers", {}) for draft in drafts] == [of_the_first, not of_the_first]
    assert "has 2 detainers, each a case of its own" in " ".join(capsys.readouterr().out.split())


def test_a_warrant_of_nobody_named_in_the_detainers_stands_alone() -> None:
    detainer, warrant = filled_reading("I-247A"), filled_reading("I-205")
    stranger = replace(warrant, pages=(5,), fields=dict(warrant.fields) | {"file_number": replace(warrant.fields["file_number"], value="A098765432")})
    packet = replace(detainer, attachments=(replace(filled_reading("I-247D"), pages=(3, 4)), stranger))
    assert [(part.form, len(part.attachments)) for part in by_detainer(packet)] == [("I-247A", 0), ("I-247D", 0), ("I-205", 0)]
