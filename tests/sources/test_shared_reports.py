"""The labelled articles and the verbatim reports, where they are at hand (SHARED names their folder; beside the repository by default)."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import pytest

from bench.reader import read_articles, read_seeds

SHARED = Path(os.environ.get("SHARED", Path(__file__).resolve().parents[3] / "shared"))

if not (SHARED / "articles").is_dir():
    warnings.warn(f"SKIPPED: no labelled articles at {SHARED}/articles; set SHARED to check the accuracy of the reader", stacklevel=1)
    pytest.skip(f"no labelled articles at {SHARED}/articles", allow_module_level=True)


def test_the_tuned_articles_are_read_to_the_target() -> None:
    score = read_articles(SHARED / "articles", kept_out=False)
    assert score.precision("event") >= 0.95
    assert score.recall("event") >= 0.85
    assert min(score.precision("place"), score.recall("place")) >= 0.95
    assert min(score.precision("charge"), score.recall("charge")) >= 0.9


@pytest.mark.parametrize("kept_out", [False, True])
def test_nothing_is_invented(kept_out: bool) -> None:
    assert read_articles(SHARED / "articles", kept_out=kept_out).given["invented"] == 0


def test_the_seeds_give_every_event_and_six_cases() -> None:
    score = read_seeds(SHARED / "seeds")
    assert score.recall("event") == 1.0
    assert score.given["cases after merging"] == 6
    assert score.given["invented"] == 0
