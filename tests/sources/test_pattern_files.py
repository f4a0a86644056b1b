"""The pattern files: plain YAML that anybody may extend, and a slip in one is told with its file and line."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from lawfulhold.cli import main
from lawfulhold.sources import vocabulary

FILES = sorted(vocabulary.FOLDER.glob("*.yaml"))
RELEASE = str(Path(__file__).parents[2] / "examples" / "reports" / "bridgeport-release.txt")


@pytest.fixture
def patterns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the pattern files that may be spoilt. What was compiled from it is forgotten afterwards."""
    folder = tmp_path / "patterns"
    shutil.copytree(vocabulary.FOLDER, folder)
    monkeypatch.setattr(vocabulary, "FOLDER", folder)
    _forget()
    yield folder
    monkeypatch.undo()
    _forget()


def _forget() -> None:
    from lawfulhold.sources import charges, claims, clauses, dates, marks, names, people, places, triggers

    for module in (vocabulary, charges, claims, clauses, dates, marks, names, people, places, triggers):
        for one in vars(module).values():
            if callable(getattr(one, "cache_clear", None)):
                one.cache_clear()


def _spoil(path: Path, old: str, new: str) -> int:
    """Replace `old`, and say in which line it stood."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text[:text.index(old)].count("\n") + 1


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_every_pattern_file_reads_the_same_without_libyaml(path: Path) -> None:
    assert yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader) == vocabulary.pattern_file(path.stem)


def test_a_file_that_is_no_yaml_is_named_with_its_line(patterns: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = _spoil(patterns / "claims.yaml", "laws: '", "laws: [")
    assert main(["read", RELEASE]) == 2
    told = capsys.readouterr().err
    assert f"{patterns / 'claims.yaml'}:" in told
    assert abs(int(told.split("claims.yaml:")[1].split(":")[0]) - line) <= 2
    assert told.count("\n") == 1


def test_a_pattern_that_is_no_regular_expression_is_named_with_its_line(patterns: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = _spoil(patterns / "claims.yaml", "find: '\\bsubpoena", "find: '(\\bsubpoena")
    assert main(["read", RELEASE]) == 2
    assert f"{patterns / 'claims.yaml'}:{line}: has a pattern that is no regular expression (missing )" in capsys.readouterr().err


def test_an_entry_whose_key_is_misspelt_is_named_with_the_right_key(patterns: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = _spoil(patterns / "claims.yaml", "find: '\\bsubpoena", "fnd: '\\bsubpoena")
    assert main(["read", RELEASE]) == 2
    assert f"{patterns / 'claims.yaml'}:{line}: has no 'find' here; did you mean fnd?" in capsys.readouterr().err


def test_a_name_of_a_pattern_that_there_is_not_is_told(patterns: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _spoil(patterns / "claims.yaml", "{adverb} )*honored'}", "{advreb} )*honored'}")
    assert main(["read", RELEASE]) == 2
    assert "names {advreb}, which is not among: adverb, binds, bound, ignored, violates; did you mean adverb?" in capsys.readouterr().err
