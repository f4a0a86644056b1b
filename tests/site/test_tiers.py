"""Each disagreement with another body's rating is explained, and the document is the one that the data give."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from bench.tiers import SHARED, compare

ROOT = Path(__file__).parents[2]
NOTES = yaml.safe_load((ROOT / "bench" / "tiers.yaml").read_text(encoding="utf-8"))


@pytest.mark.skipif(not SHARED.is_file(), reason="RATINGS ABSENT: our answers were not compared with the tiers")
def test_every_disagreement_with_the_tiers_is_explained_in_the_document(law):
    rows = compare(law, yaml.safe_load(SHARED.read_text(encoding="utf-8")), date.fromisoformat(str(NOTES["today"])))
    text = (ROOT / "docs" / "tiers.md").read_text(encoding="utf-8")
    table = text.split("## Where they disagree")[1].split("##")[0]
    listed = {line.split("|")[1].strip() for line in table.splitlines()[4:] if line.startswith("|")}
    differing = {row.name for row in rows if row.differs}
    assert listed == differing, "run: python -m bench.tiers > docs/tiers.md"
    for row in rows:
        if row.differs:
            assert NOTES["explanations"].get(row.code[3:]), f"{row.name}: explain it in bench/tiers.yaml"


def test_nothing_in_the_document_is_left_unexplained():
    assert "not explained yet" not in (ROOT / "docs" / "tiers.md").read_text(encoding="utf-8")
