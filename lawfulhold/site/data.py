"""The data of the pages, as scripts: a page opened from disk may load a script beside it, but may not fetch a file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from lawfulhold.rules.decide import EARLIEST_ANSWER
from lawfulhold.rules.law import Law
from lawfulhold.rules.write import BECAUSE_WORDS
from lawfulhold.site.answers import Answers
from lawfulhold.site.charts import TILE, WIDTH
from lawfulhold.site.shapes import letters
from lawfulhold.site.situations import Situations, state_of

ANSWER_WORDS = {
    "required": "Must",
    "permitted": "May",
    "prohibited": "Must not",
    "undetermined": "Depends on a fact",
    "unsettled": "Not settled",
}
SMALLEST_LABELLED = 1200  # square pixels of the map; a smaller state gets a square beside the coast
NEAREST = 12.0


def script(name: str, value: Any) -> str:
    """A script that keeps a value as `LawfulHold.name`."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=False)
    return f'"use strict";\nwindow.LawfulHold = window.LawfulHold || {{}};\nwindow.LawfulHold.{name} = {text};\n'


def read_shapes() -> dict[str, Any]:
    """The shapes of the states, where their labels stand, the middle of every county (`shapes.py` makes the file)."""
    content: dict[str, Any] = json.loads((Path(__file__).parent / "static" / "shapes.json").read_text(encoding="utf-8"))
    return content


def answers_data(
    law: Law, codes: Sequence[str], situations: Situations, answers: Answers, today: date
) -> dict[str, Any]:
    """Every answer, and the provisions behind them: `answers` of the scripts."""
    days = sorted({first for series in answers.series for first, _ in series.spans})
    day_numbers = {day: number for number, day in enumerate(days)}
    provisions = {item.id: item for code in ("US", *codes) for item in law.jurisdiction(code).provisions}
    used = list(dict.fromkeys(name for verdict in answers.verdicts for name in verdict.deciding))
    numbers = {name: number for number, name in enumerate(used)}
    asks: dict[str, int] = {}
    verdicts = []
    for verdict in answers.verdicts:
        ask = [asks.setdefault(text, len(asks)) for text in verdict.ask]
        verdicts.append([verdict.answer, verdict.because, [numbers[name] for name in verdict.deciding], ask])
    spans: dict[tuple[tuple[date, int], ...], int] = {}
    series: dict[str, list[int]] = {code: [] for code in codes}
    for one in answers.series:
        series[one.place].append(spans.setdefault(one.spans, len(spans)))
    return {
        "today": today.isoformat(),
        "first": EARLIEST_ANSWER.isoformat(),
        "version": law.version(),
        "words": ANSWER_WORDS,
        "because": {key: f"{text[0].upper()}{text[1:]}." for key, text in BECAUSE_WORDS.items()},
        "kinds": [{"key": key, "says": says} for key, says in situations.kinds.items()],
        "questions": [{"key": one.key, "says": one.says, "does": one.does} for one in situations.questions],
        "situations": [{"key": one.key, "says": one.says, "more": one.more} for one in situations.situations],
        "days": [day.isoformat() for day in days],
        "asks": list(asks),
        "provisions": [_provision_row(provisions[name]) for name in used],
        "verdicts": verdicts,
        "spans": [[part for first, verdict in one for part in (day_numbers[first], verdict)] for one in spans],
        "places": places_data(law, codes),
        "series": series,
    }


def _provision_row(item: Any) -> list[Any]:
    return [item.id, item.jurisdiction, " ".join(item.says.split()), item.cite, 1 if item.verified else 0]


def places_data(law: Law, codes: Sequence[str]) -> list[dict[str, Any]]:
    """Every place below the federal layer: code, name, state, and where it stands on the map, if it does.

    `kind` says how it is drawn: `state` (its shape), `tile` (a square beside the coast) or `local` (a circle).
    """
    shapes = read_shapes()
    states = [code for code in codes if law.jurisdiction(code).layer == "state"]
    rows: dict[str, dict[str, Any]] = {}
    for code in codes:
        rows[code] = {"code": code, "name": law.jurisdiction(code).name, "state": state_of(code)}
    for code in states:
        if code in shapes["labels"] and shapes["areas"][code] >= SMALLEST_LABELLED:
            x, y = shapes["labels"][code]
            rows[code] |= {"kind": "state", "x": x, "y": y, "label": code[3:]}
    # Small states, and places without a shape, as squares in a column beside the coast, from north to south.
    small = sorted(
        (code for code in states if "kind" not in rows[code]), key=lambda code: shapes["labels"].get(code, (0, 1000))[1]
    )
    for number, code in enumerate(small):
        rows[code] |= {"kind": "tile", "x": WIDTH - TILE, "y": 200 + number * (TILE + 5), "label": code[3:]}
    labels = [(row["x"], row["y"]) for row in rows.values() if "label" in row]
    taken = [(x + dx, y) for x, y in labels for dx in (-9.0, 0.0, 9.0)]
    for code in codes:
        if "kind" in rows[code] or rows[code]["state"] == code:
            continue
        where = shapes["counties"].get(rows[code]["state"], {}).get(letters(code.split("-", 2)[2]))
        if where:
            x, y = _free(where, taken)
            taken.append((x, y))
            rows[code] |= {"kind": "local", "x": round(x, 1), "y": round(y, 1)}
    return list(rows.values())


def _free(where: Sequence[float], taken: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The place itself, or the nearest spot beside it where no other circle stands."""
    x, y = where
    for dx, dy in (
        (0, 0),
        (0, 1),
        (0, -1),
        (1, 0),
        (-1, 0),
        (1, 1),
        (-1, -1),
        (1, -1),
        (-1, 1),
        (0, 2),
        (0, -2),
        (2, 0),
        (-2, 0),
        (2, 1),
        (-2, 1),
    ):
        spot = (x + dx * NEAREST, y + dy * NEAREST)
        if all(abs(spot[0] - other[0]) + abs(spot[1] - other[1]) >= NEAREST for other in taken):
            return spot
    return x, y


def charts_data(specs: Mapping[str, Any]) -> str:
    """The chart specifications as a script."""
    return script("charts", dict(specs))
