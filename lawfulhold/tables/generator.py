"""Synthetic rows in the form of any release, drawn from published frequencies (marginals.yaml).

No row of a real file goes in. Facilities are invented and say so, and every row carries ``SYNTHETIC`` in a column of its own, so that a row
cannot lose the mark. The same release, number and seed give the same rows; a longer run begins with the rows of a shorter one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from lawfulhold.tables.errors import TableError
from lawfulhold.tables.folders import replaced_file
from lawfulhold.tables.releases import Release, releases, schema, vocabulary

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    Codes = np.ndarray[Any, np.dtype[Any]]

CHUNK_ROWS = 20_000
MARK = "SYNTHETIC"
MARK_HEADER = "Synthetic"
_TITLES = {"ddp_2025": 6, "mar_2026": 6, "dpr_2026": 6}
_SHEET_ROWS = 1_000_000


@cache
def marginals() -> Mapping[str, Any]:
    """The frequencies that rows are drawn from (marginals.yaml)."""
    data: Mapping[str, Any] = yaml.safe_load(
        files("lawfulhold.tables").joinpath("marginals.yaml").read_text(encoding="utf-8")
    )
    return data


def generate(
    release: str,
    rows: int,
    out: Path,
    *,
    seed: int = 1,
    mess: float = 0.0,
    progress: Callable[[int], None] = lambda _: None,
) -> None:
    """Write `rows` synthetic rows of `release` to `out`: .parquet, .csv, .csv.gz or .xlsx by its ending.

    `mess` is the share of rows that get a redaction, a text ``NA`` or a date written as text. Raises `TableError` for an unknown release or
    ending. The file appears whole or not at all.
    """
    if release not in releases():
        raise TableError(release, f"no such release; known are {', '.join(releases())}")
    if rows < 1:
        raise TableError(out, "at least one row is needed; give --rows a number above 0")
    ending = "".join(out.suffixes[-2:]) if out.name.endswith(".csv.gz") else out.suffix
    writers: Mapping[str, Callable[[Iterator[pa.Table], Path, Release], None]] = {
        ".parquet": _write_parquet,
        ".csv": _write_csv,
        ".csv.gz": _write_csv,
        ".xlsx": _write_xlsx,
    }
    if ending not in writers:
        raise TableError(
            out, f"cannot write {ending or 'a file without an ending'}; use .parquet, .csv, .csv.gz or .xlsx"
        )
    with replaced_file(out) as partial:
        writers[ending](
            _counted(synthetic(release, rows, seed=seed, mess=mess), progress), partial, releases()[release]
        )


def synthetic(release: str, rows: int, *, seed: int = 1, mess: float = 0.0) -> Iterator[pa.Table]:
    """The rows as Arrow tables of at most `CHUNK_ROWS`, with the headers of the release."""
    maker = _Bookings if releases()[release].table == "bookings" else _Detainers
    for number, start in enumerate(range(0, rows, CHUNK_ROWS)):
        table = maker(releases()[release], seed, number).table()
        table = table.slice(0, min(CHUNK_ROWS, rows - start))
        yield _messed(table, mess, seed, number) if mess else table


def _counted(tables: Iterator[pa.Table], progress: Callable[[int], None]) -> Iterator[pa.Table]:
    done = 0
    for table in tables:
        yield table
        done += table.num_rows
        progress(done)


class _Draw:
    """Random draws of one chunk."""

    def __init__(self, seed: int, chunk: int, size: int = CHUNK_ROWS) -> None:
        import numpy as np

        self.random = np.random.default_rng([seed, chunk])
        self.size = size

    def of(self, weights: Sequence[float] | Codes, size: int | None = None) -> Codes:
        """Indexes drawn with these weights."""
        import numpy as np

        edges = np.cumsum(np.asarray(weights, dtype=float))
        points = self.random.random(self.size if size is None else size) * edges[-1]
        found: Codes = np.searchsorted(edges, points, side="right").astype(np.int32)
        return found

    def text(self, shares: Mapping[str, float]) -> pa.Array:
        return words(list(shares), self.of(list(shares.values())))

    def chance(self, share: float) -> Codes:
        return self.random.random(self.size) < share


def words(texts: Sequence[str], codes: Codes, blank: Codes | None = None) -> pa.Array:
    """Texts picked by code, as an Arrow array; the empty text and rows of `blank` become null."""
    import pyarrow as pa

    mask = None if blank is None else blank
    array = pa.array(codes, pa.int32(), mask=mask)
    return pa.DictionaryArray.from_arrays(array, pa.array([text or None for text in texts], pa.string())).cast(
        pa.string()
    )


class _Detainers:
    """One chunk of synthetic detainers."""

    def __init__(self, release: Release, seed: int, chunk: int) -> None:
        self.release = release
        self.draw = _Draw(seed, chunk)
        self.modern = release.id != "npr_fy08_fy17"
        self.numbers = marginals()

    def table(self) -> pa.Table:
        """The chunk, in the column order of the release."""
        import pyarrow as pa
        import pyarrow.compute

        columns = self._columns()
        blank = self.numbers["blank_rates"].get(
            self.release.id, self.numbers["blank_rates"]["mar_2026"] if self.modern else {}
        )
        kinds = {column.name: column.type for column in schema().tables["detainers"].columns}
        names, arrays = [], []
        for name, texts in self.release.headers.items():
            array = columns.get(name)
            if array is None:
                array = self._other(name, kinds[name])
                rate = blank.get(name, 0.0)
                if rate:
                    array = pa.compute.if_else(pa.array(self.draw.chance(rate)), pa.scalar(None, array.type), array)
            names.append(texts[0])
            arrays.append(array)
        names.append(MARK_HEADER)
        arrays.append(pa.array([MARK] * self.draw.size, pa.string()))
        return pa.table(arrays, names=names)

    def _columns(self) -> dict[str, pa.Array]:
        """The columns that depend on each other."""
        import numpy as np
        import pyarrow as pa

        draw, numbers = self.draw, self.numbers
        days, months = self._days()
        state = draw.of([sum(reasons.values()) for reasons in numbers["states_by_reason"].values()])
        states = list(numbers["states_by_reason"])
        people = None
        if self.modern:
            people, days, state = self._people(days, state)
        facility, kind_texts = self._facility(state, states)
        reason_texts, reason = self._reasons(state, months)
        booked = np.array([text == "Booked into Detention" for text in reason_texts])[reason]
        gap = np.minimum(draw.random.lognormal(1.5, 1.5, draw.size), 2000).astype(np.int64)
        seconds = draw.random.integers(0, 86_400, draw.size)
        arrested = ~(draw.random.random(draw.size) < np.where(booked, 0.85, 0.05))
        moment = (days + gap) * 86_400 + seconds
        columns = {
            "detainer_prepare_date": pa.array(days.astype(np.int32), pa.int32()).cast(pa.date32()),
            "facility_state": words(states, state),
            "detention_facility": words(kind_texts, facility),
            "facility_city": words(
                [
                    f"SYNTHETIC CITY {i % self._per_state + 1:02d}" if states[i // self._per_state] else ""
                    for i in range(len(kind_texts))
                ],
                facility,
            ),
            "detention_facility_code": words(
                [self._code(states[i // self._per_state], i % self._per_state + 1) for i in range(len(kind_texts))],
                facility,
            ),
            "facility_aor": words(
                [f"{state.title()} Area of Responsibility" if state else "" for state in states],
                state,
                draw.chance(0.2),
            ),
            "detainer_lift_reason": words(reason_texts, reason),
            "detainer_type": self._forms(days),
            "apprehension_date": pa.array(moment, pa.int64(), mask=arrested).cast(pa.timestamp("s")),
        }
        if people is not None:
            columns["unique_identifier"] = people
        if self.release.id == "icfo_18038":
            wait = draw.random.integers(0, 120, draw.size)
            columns["projected_release_date"] = _dates(days + wait, draw.chance(0.4))
            columns["detainer_lift_date"] = _dates(
                days + wait + draw.random.integers(0, 3, draw.size), draw.chance(0.3)
            )
        convicted = ~draw.chance(0.28)
        charges = numbers["assumed"]["charges"]
        charge = draw.of([weight for _, _, weight in charges])
        before = draw.random.integers(10, 3000, draw.size)
        columns |= {
            "most_serious_conviction_charge": words([text for text, _, _ in charges], charge, convicted),
            "msc_charge_code": words([code for _, code, _ in charges], charge, convicted),
            "msc_conviction_date": _dates(days - before, convicted),
            "msc_charge_date": _dates(days - before - draw.random.integers(0, 300, draw.size), convicted),
            "birth_year": pa.array(draw.random.triangular(1950, 1992, 2007, draw.size).astype(np.int32), pa.int32()),
        }
        country = draw.of(list(numbers["assumed"]["citizenship_country"].values()))
        countries = list(numbers["assumed"]["citizenship_country"])
        columns["citizenship_country"] = words(countries, country)
        columns["birth_country"] = words(countries, country)
        return columns

    @property
    def _per_state(self) -> int:
        return int(self.numbers["facilities_per_state"])

    def _days(self) -> tuple[Codes, Codes]:
        """Day of each row since 1970, with the weekdays of the real week, and its year."""
        import numpy as np

        series = self.numbers["months_2022_2026" if self.modern else "months_2007_2015"]
        weekday = np.asarray(self.numbers["weekdays"], dtype=float)
        all_days, weights = [], []
        for month, count in series.items():
            start = np.datetime64(month, "D")
            days = np.arange(start, np.datetime64(month, "M") + 1, dtype="datetime64[D]").astype(np.int64)
            share = weekday[(days + 3) % 7]
            all_days.append(days)
            weights.append(share / share.sum() * count)
        days = np.concatenate(all_days)[self.draw.of(np.concatenate(weights))]
        years = days.astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970
        return days, years

    def _people(self, days: Codes, state: Codes) -> tuple[pa.Array, Codes, Codes]:
        """Pseudonyms; some rows repeat the person, day and state of the row before. One in eight has no identifier."""
        import numpy as np
        import pyarrow as pa

        repeat = self.draw.chance(self.numbers["repeats"])
        repeat[0] = False
        source = np.maximum.accumulate(np.where(repeat, 0, np.arange(self.draw.size)))
        text = self.draw.random.bytes(20 * self.draw.size).hex()
        offsets = np.arange(0, 40 * self.draw.size + 1, 40, dtype=np.int32)
        hexes = pa.StringArray.from_buffers(self.draw.size, pa.py_buffer(offsets), pa.py_buffer(text.encode()))
        hexes = hexes.take(pa.array(source))
        blank = self.draw.chance(0.125)[source]
        return pa.compute.if_else(pa.array(blank), pa.scalar(None, pa.string()), hexes), days[source], state[source]

    def _facility(self, state: Codes, states: Sequence[str]) -> tuple[Codes, list[str]]:
        """An invented facility of the state; the first ones get most."""
        shares = [1 / n ** self.numbers["facility_concentration"] for n in range(1, self._per_state + 1)]
        kinds = list(self.numbers["facility_kinds"])
        total = sum(self.numbers["facility_kinds"].values())
        names = []
        for name in states:
            for n in range(1, self._per_state + 1):
                place, kind = (n * 37) % total, 0
                for kind, weight in enumerate(self.numbers["facility_kinds"].values()):
                    place -= weight
                    if place < 0:
                        break
                names.append(f"{MARK} {kinds[kind].format(n=n)}" if name else "OTHER-OTHER FACILITY")
        return state * self._per_state + self.draw.of(shares), names

    @staticmethod
    def _code(state: str, number: int) -> str:
        letters = vocabulary()["states"].get(state, "US-XX").removeprefix("US-")
        return f"SYN{number:02d}{letters}"

    def _reasons(self, state: Codes, years: Codes) -> tuple[list[str], Codes]:
        """Lift reasons: before 2022 by year, or by state where the year is that of the state table; since 2022 in the newer words."""
        import numpy as np

        draw, numbers = self.draw, self.numbers
        texts = sorted({text for reasons in numbers["states_by_reason"].values() for text in reasons})
        result = np.zeros(draw.size, dtype=np.int32)
        groups: list[tuple[Codes, Mapping[str, float]]] = []
        if self.modern:
            blank = numbers["modern_blank"][self.release.id]
            for code, reasons in enumerate(numbers["states_by_reason"].values()):
                closed = {text: count for text, count in reasons.items() if text} or {"Case Closed": 1}
                shares = {text: count / sum(closed.values()) * (1 - blank) for text, count in closed.items()} | {
                    "": blank
                }
                groups.append((state == code, shares))
        else:
            groups = [((years == year), reasons) for year, reasons in numbers["reasons_by_year"].items() if year < 2014]
            groups += [
                ((years >= 2014) & (state == code), reasons)
                for code, reasons in enumerate(numbers["states_by_reason"].values())
            ]
        for rows, reasons in groups:
            picked = np.array([texts.index(text) for text in reasons], dtype=np.int32)
            result[rows] = picked[draw.of(list(reasons.values()), int(rows.sum()))]
        return [numbers["modern_reasons"].get(text, text) for text in texts] if self.modern else texts, result

    def _forms(self, days: Codes) -> pa.Array:
        import numpy as np

        texts: list[str] = []
        result = np.zeros(self.draw.size, dtype=np.int32)
        lower = -(10**9)
        for entry in self.numbers["forms"]:
            upper = int((np.datetime64(entry["until"], "M") + 1).astype("datetime64[D]").astype(np.int64))
            rows = (days >= lower) & (days < upper)
            result[rows] = self.draw.of(list(entry["shares"].values()), int(rows.sum())) + len(texts)
            texts += list(entry["shares"])
            lower = upper
        return words(texts, result)

    def _other(self, name: str, kind: str) -> pa.Array:
        """A column that stands alone."""
        import numpy as np
        import pyarrow as pa

        draw, assumed = self.draw, self.numbers["assumed"]
        if name in assumed:
            return draw.text(assumed[name])
        if kind == "yes-no":
            return words(["YES", "NO"], draw.of([assumed["share_of_yes"], 1 - assumed["share_of_yes"]]))
        if kind in ("date", "moment"):
            return _dates(draw.random.integers(10_000, 20_000, draw.size), draw.chance(0.0))
        if kind in ("number", "integer"):
            return pa.array(draw.random.integers(0, 60, draw.size).astype(np.int32), pa.int32())
        if name in ("birth_date", "alien_file_number", "case_id", "subject_id", "eid_dta_id"):
            return pa.array(["(b)(6), (b)(7)(c)"] * draw.size, pa.string())
        return pa.nulls(draw.size, pa.string())


def _dates(days: Codes, blank: Codes) -> pa.Array:
    import pyarrow as pa

    return pa.array(days.astype("int32"), pa.int32(), mask=blank).cast(pa.date32())


class _Bookings:
    """One chunk of synthetic jail bookings, one row a charge line; a booking may have an immigration hold (all numbers assumed)."""

    def __init__(self, release: Release, seed: int, chunk: int) -> None:
        self.release, self.chunk = release, chunk
        self.draw = _Draw(seed, chunk)

    def table(self) -> pa.Table:
        """The chunk, in the column order of the release."""
        import numpy as np
        import pyarrow as pa

        draw, size = self.draw, self.draw.size
        first = draw.chance(0.4)
        first[0] = True
        booking = np.cumsum(first) - 1
        count = int(booking[-1]) + 1
        booked = (17_000 + draw.random.integers(0, 600, count)) * 86_400 + draw.random.integers(0, 1440, count) * 60
        stay = np.maximum(draw.random.lognormal(1.2, 1.6, count), 0.02) * 86_400
        held = draw.random.random(count) < 0.1
        last = np.append(first[1:], True)
        hold_line = last & held[booking] & ~first
        past = np.where(draw.random.random(count) < 0.25, draw.random.lognormal(1.0, 1.5, count) * 3600, 0)
        ended = booked + stay
        line_end = np.where(
            hold_line, (ended + past)[booking], (booked + stay * draw.random.uniform(0.5, 1.0, count))[booking]
        )
        line_end = np.where(~hold_line & np.append(hold_line[1:], False), ended[booking], line_end)
        released = np.maximum(ended, ended + np.where(held, past, 0))
        felony = draw.random.random(count) < 0.6
        texts = ["THEFT 2", "DRUG PARA", "ASSAULT 4", "DUI", "BURGLARY 2", "HOLD IMMIGRAT"]
        charge = np.where(hold_line, 5, draw.of([1, 1, 1, 1, 1]))

        def moments(values: Codes) -> pa.Array:
            return pa.array((values // 60 * 60).astype(np.int64), pa.int64()).cast(pa.timestamp("s"))

        columns = {
            "booking_id": pa.array([f"SYN{self.chunk:03d}{number:06d}" for number in booking], pa.string()),
            "booked_at": moments(booked[booking]),
            "released_at": moments(released[booking]),
            "charge_released_at": moments(line_end),
            "charge": words(texts, charge),
            "charge_place": words(["SYN"], np.zeros(size, dtype=np.int32)),
            "charge_disposition": words(["PR", "Dismissed", "Immigration"], np.where(hold_line, 2, draw.of([1, 1]))),
            "final_disposition": words(["PR", "Immigration"], held[booking].astype(np.int32)),
            "charge_category": words(
                ["misdemeanor", "class C felony", "other"], np.where(hold_line, 2, felony[booking].astype(np.int32))
            ),
            "charge_type": words(["property", "other"], hold_line.astype(np.int32)),
            "top_charge_type": words(["property"], np.zeros(size, dtype=np.int32)),
            "top_seriousness": pa.array(np.where(felony[booking], 4, 3).astype(np.int32), pa.int32()),
            "felony": pa.array(felony[booking].astype(np.int32), pa.int32()),
            "misdemeanor": pa.array((~felony[booking]).astype(np.int32), pa.int32()),
        }
        names = [texts[0] for texts in self.release.headers.values()]
        return pa.table(
            [*(columns[name] for name in self.release.headers), pa.array([MARK] * size, pa.string())],
            names=[*names, MARK_HEADER],
        )


def _messed(table: pa.Table, share: float, seed: int, chunk: int) -> pa.Table:
    """The table as texts, with redactions, NA and written dates in a share of the rows. The first column is only written differently."""
    import pyarrow as pa
    import pyarrow.compute as pc

    draw = _Draw(seed, chunk + 1_000_000, table.num_rows)
    mess = marginals()["mess"]
    arrays = []
    for position, (field, column) in enumerate(zip(table.schema, table.columns, strict=True)):
        text = pc.cast(column, pa.string())
        if field.name == MARK_HEADER:
            arrays.append(text)
            continue
        if pa.types.is_date(field.type):
            written = pc.strftime(column.cast(pa.timestamp("s")), format="%m/%d/%Y")
            text = pc.if_else(pa.array(draw.chance(share)), written, text)
        if position > 0 and not pa.types.is_date(field.type):
            text = pc.if_else(pa.array(draw.chance(share)), pa.scalar(mess["blank"]), text)
            redaction = words(mess["redactions"], draw.of([1] * len(mess["redactions"])))
            text = pc.if_else(pa.array(draw.chance(share)), redaction, text)
        arrays.append(text)
    return pa.table(arrays, names=table.column_names)


def _write_parquet(tables: Iterator[pa.Table], path: Path, release: Release) -> None:
    import pyarrow.parquet as pq

    first = next(tables)
    layout = first.schema.with_metadata({"lawfulhold_synthetic": MARK, "lawfulhold_release": release.id})
    with pq.ParquetWriter(path, layout, compression="zstd") as writer:
        writer.write_table(first.cast(layout))
        for table in tables:
            writer.write_table(table.cast(layout))


def _write_csv(tables: Iterator[pa.Table], path: Path, release: Release) -> None:
    import pyarrow as pa
    import pyarrow.csv as pc

    first = next(tables)
    with (
        pa.output_stream(str(path), compression="gzip" if path.name.endswith(".gz") else None) as stream,
        pc.CSVWriter(stream, first.schema) as writer,
    ):
        writer.write_table(first)
        for table in tables:
            writer.write_table(table)


def _write_xlsx(tables: Iterator[pa.Table], path: Path, release: Release) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm:ss"})
    book.set_properties(
        {
            "title": f"{MARK} rows, no real person",
            "comments": f"{MARK}: made by lawfulhold generate in the form of {release.id}",
        }
    )
    sheet, row, number = None, 0, 0
    for table in tables:
        for cells in zip(*(column.to_pylist() for column in table.columns), strict=True):
            if sheet is None or row >= _SHEET_ROWS:
                number += 1
                sheet = book.add_worksheet(f"{MARK} {number}")
                titles = _TITLES.get(release.id, 0)
                for title in range(titles):
                    sheet.write(title, 0, f"{MARK} rows in the form of {release.title}" if title == 0 else None)
                sheet.write_row(titles, 0, table.column_names)
                row = titles + 1
            sheet.write_row(row, 0, cells)
            row += 1
    try:
        book.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(getattr(error.args[0], "errno", None), str(error)) from None
