"""Synthetic rows: marked, repeatable, and in the proportions of the published frequencies."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lawfulhold.errors import InputError
from lawfulhold.tables.generator import CHUNK_ROWS, MARK, generate, marginals, synthetic
from lawfulhold.tables.releases import releases


@pytest.mark.parametrize("release", sorted(releases()))
def test_every_row_says_that_it_is_synthetic(release: str) -> None:
    table = next(synthetic(release, 500))
    assert set(table.column("Synthetic").to_pylist()) == {MARK}
    assert table.column_names[:-1] == [texts[0] for texts in releases()[release].headers.values()]


def test_the_file_says_so_too(tmp_path: Path) -> None:
    generate("mar_2026", 50, tmp_path / "a.parquet")
    assert pq.read_schema(tmp_path / "a.parquet").metadata[b"lawfulhold_synthetic"] == b"SYNTHETIC"


def test_the_same_seed_gives_the_same_rows_and_another_seed_others() -> None:
    one, two, other = (pa.concat_tables(synthetic("mar_2026", 300, seed=seed)) for seed in (7, 7, 8))
    assert one.equals(two)
    assert not one.equals(other)


def test_a_longer_run_begins_with_the_rows_of_a_shorter_one() -> None:
    short = pa.concat_tables(synthetic("npr_fy08_fy17", 1000))
    long = pa.concat_tables(synthetic("npr_fy08_fy17", CHUNK_ROWS + 10))
    assert long.num_rows == CHUNK_ROWS + 10
    assert long.slice(0, 1000).equals(short)


def test_states_and_reasons_come_in_their_published_proportions() -> None:
    table = pa.concat_tables(synthetic("npr_fy08_fy17", 100_000))
    counts = {entry["values"]: entry["counts"] for entry in table.column("State").value_counts().to_pylist()}
    states = {state: sum(reasons.values()) for state, reasons in marginals()["states_by_reason"].items()}
    total = sum(states.values())
    for state in ("TEXAS", "CALIFORNIA", "FLORIDA"):
        assert counts[state] / 100_000 == pytest.approx(states[state] / total, abs=0.006)
    booked = sum(reason == "Booked into Detention" for reason in table.column("Detainer Lift Reason").to_pylist())
    years = marginals()["reasons_by_year"]
    expected = sum(reasons["Booked into Detention"] for reasons in years.values()) / sum(
        sum(reasons.values()) for reasons in years.values()
    )
    assert booked / 100_000 == pytest.approx(expected, abs=0.02)


def test_no_facility_is_a_real_one() -> None:
    table = pa.concat_tables(synthetic("mar_2026", 5000))
    assert {
        name.startswith("SYNTHETIC") or name == "OTHER-OTHER FACILITY"
        for name in table.column("Detainer Facility").to_pylist()
    } == {True}


@pytest.mark.parametrize(
    ("release", "name", "rows"), [("nothing", "a.csv", 5), ("mar_2026", "a.doc", 5), ("mar_2026", "a.csv", 0)]
)
def test_bad_wishes_end_in_one_line_and_leave_nothing(tmp_path: Path, release: str, name: str, rows: int) -> None:
    with pytest.raises(InputError):
        generate(release, rows, tmp_path / name)
    assert list(tmp_path.iterdir()) == []
