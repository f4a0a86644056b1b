"""`lawfulhold read` on forms: what it prints, writes and returns."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from lawfulhold.cli import main
from lawfulhold.sources.forms import to_case
from lawfulhold.sources.forms.review import review_form
from tests.sources.forms.papers import filled, filled_reading, joined


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
