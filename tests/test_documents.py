"""Documents that promise something are held to it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from lawfulhold.cli import OTHER_COMMANDS
from lawfulhold.facts.vocabulary import case_facts, charge_facts
from lawfulhold.rules.law import Law
from lawfulhold.rules.law_file import ProvisionEntry

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def output(*arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "lawfulhold", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


def test_the_card_in_the_readme_is_what_the_program_prints():
    card = README.split("`lawfulhold decide examples/cases/hartford-2024.yaml`")[1].split("```")[1].strip("\n")
    assert card.strip() == output("decide", "examples/cases/hartford-2024.yaml").strip()


def test_every_link_in_the_documents_leads_somewhere():
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
            if not target.startswith("http"):
                assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_every_command_is_named_in_the_readme():
    for name in ("decide", "law", "schema", *OTHER_COMMANDS):
        assert name in README, name


def test_every_field_of_a_provision_is_explained():
    text = (ROOT / "law" / "README.md").read_text(encoding="utf-8")
    for name, field in ProvisionEntry.model_fields.items():
        assert f"`{field.alias or name}`" in text or f"{field.alias or name}:" in text, name


def test_every_fact_has_a_meaning_and_a_question():
    for fact in (*case_facts().values(), *charge_facts().values()):
        assert len(fact.meaning) > 5, fact.name
        assert fact.ask.endswith("?"), fact.name


def test_coverage_is_the_one_of_the_law_files():
    assert (ROOT / "law" / "COVERAGE.md").read_text(encoding="utf-8") == output("law", "coverage"), (
        "run: lawfulhold law coverage > law/COVERAGE.md"
    )


def test_no_file_names_a_download_host_or_a_path_of_a_machine():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    if not tracked:
        pytest.skip("not a git checkout: tracked files were not looked at")
    for name in tracked:
        if name.endswith((".lock", "pyproject.toml")) or "requirements" in name:
            text = (ROOT / name).read_text(encoding="utf-8")
            assert "://" not in re.sub(r"#.*", "", text), name


def test_no_place_is_known_to_the_code_by_name():
    names = {place.name for place in Law() if place.layer == "state"} - {"Washington", "Virginia", "New York"}
    for path in (ROOT / "lawfulhold" / "rules").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for name in names:
            assert name not in text, f"{path.name} names {name}"


def test_the_schema_of_tables_is_the_one_of_the_program():
    from scripts.documents import tables_schema

    assert (ROOT / "docs" / "tables-schema.md").read_text(encoding="utf-8") == tables_schema()
