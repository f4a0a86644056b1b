"""What can be set: every name is documented, and an agency's own settings change by an entry."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from lawfulhold.desk import cli, configuration, settings
from lawfulhold.desk.errors import Invalid, NotAllowed
from lawfulhold.desk.models import Agency, Entry
from lawfulhold.desk.services import accounts, docket, work
from tests.desk.people import Jail


def test_every_setting_stands_in_the_documentation() -> None:
    code = "".join(Path(str(module.__file__)).read_text(encoding="utf-8") for module in (configuration, settings))
    names = set(re.findall(r'\b(?:setting|flag|number)\("([A-Z_]+)"', code))
    assert len(names) > 15
    told = (Path(__file__).parents[2] / "docs" / "desk.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `([A-Z_]+)` \|", told, re.MULTILINE))
    assert listed == names


def test_a_setting_of_the_agency_changes_with_an_entry_and_decides_again_what_it_touches(texas: Jail) -> None:
    custody, _ = texas.matched()
    number = texas.fresh(custody).decision.number
    changed = accounts.set_agency(texas.by("ada"), {"delegated_officer": True}, retention_days=365)
    assert changed == ["days after which closed cases are purged: 0 → 365", "delegated officer: not known → yes"]
    entry = Entry.objects.filter(agency=texas.agency, kind="agency").get()
    assert "delegated officer: not known → yes" in entry.content["says"]
    work.run_due(texas.now + timedelta(seconds=1))
    custody = texas.fresh(custody)
    assert custody.decision.number == number + 1
    assert custody.decision.sheet.facts["agency"]["delegated_officer"] is True
    assert accounts.set_agency(texas.by("carol"), {"agency.delegated_officer": None}) == ["delegated officer: yes → not known"]
    assert accounts.set_agency(texas.by("carol"), retention_days=365) == []
    assert Entry.objects.filter(agency=texas.agency, kind="agency").count() == 2
    assert docket.verify(texas.agency)[2] == []


def test_another_zone_shows_and_counts_in_every_open_case(texas: Jail) -> None:
    custody, _ = texas.decided()
    custody = texas.due(custody)
    accounts.set_agency(texas.by("ada"), timezone="America/Denver")
    work.run_due(texas.now + timedelta(seconds=1))
    assert texas.fresh(custody).decision.sheet.facts["custody"]["releasable_at"].endswith("-07:00")


def test_what_cannot_be_set_is_refused_with_a_word(texas: Jail) -> None:
    for name in ("ana", "sam", "otto"):
        with pytest.raises(NotAllowed):
            accounts.set_agency(texas.by(name), retention_days=1)
    by = texas.by("ada")
    for says, facts, more in (
        ("not a time zone", {}, {"timezone": "Texas"}),
        ("0 [(]never[)]", {}, {"retention_days": -1}),
        ("no fact agency.moon", {"moon": True}, {}),
        ("follows from the records", {"kind": "state-police"}, {}),
        ("no setting 'jurisdiction'", {}, {"jurisdiction": "US-CA"}),
    ):
        with pytest.raises(Invalid, match=says):
            accounts.set_agency(by, facts, **more)
    assert Agency.objects.get(pk=texas.agency.pk).facts == {}


def test_the_command_prints_what_changed_and_how_it_stands(texas: Jail, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*words: str) -> str:
        monkeypatch.setattr("sys.argv", ["desk", "set-agency", "larkspur", *words])
        assert cli.main() == 0
        return capsys.readouterr().out

    assert "delegated officer: not known → no" in run("--fact", "delegated_officer=no", "--detainers-to", "fax 555-0100")
    assert "fax 555-0100" in run()
    assert "facts: none" in run("--fact", "delegated_officer=unknown")
