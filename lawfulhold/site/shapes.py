"""Make `static/shapes.json` from the npm package us-atlas (Census Bureau shapes of 2017, already projected).

Run by hand, once for an edition: `python -m lawfulhold.site.shapes us-atlas-3.0.1.tgz`. The file then holds the shapes
of the states, each under its code of the law files, where its label stands, and the middle of every county.
"""

from __future__ import annotations

import json
import re
import sys
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

# Number of the state in the Census (FIPS 5-2) and its postal code.
_NUMBERS = """\
01 AL 02 AK 04 AZ 05 AR 06 CA 08 CO 09 CT 10 DE 11 DC 12 FL 13 GA 15 HI 16 ID 17 IL 18 IN 19 IA 20 KS 21 KY 22 LA 23 ME
24 MD 25 MA 26 MI 27 MN 28 MS 29 MO 30 MT 31 NE 32 NV 33 NH 34 NJ 35 NM 36 NY 37 NC 38 ND 39 OH 40 OK 41 OR 42 PA 44 RI
45 SC 46 SD 47 TN 48 TX 49 UT 50 VT 51 VA 53 WA 54 WV 55 WI 56 WY
"""
FIPS = dict(zip(_NUMBERS.split()[::2], _NUMBERS.split()[1::2], strict=True))
# Cities and the like that are no county of their own: where they stand.
CITIES = (
    ("US-IL", "CHICAGO", "COOK"),
    ("US-MA", "BOSTON", "SUFFOLK"),
    ("US-NY", "NYC", "NEWYORK"),
    ("US-MD", "BALTIMORECOUNTY", "BALTIMORE"),
    ("US-TX", "AUSTIN", "TRAVIS"),
    ("US-TX", "HOUSTON", "HARRIS"),
    ("US-WA", "SEATTLE", "KING"),
    ("US-GA", "ATLANTA", "FULTON"),
    ("US-CA", "OAKLAND", "ALAMEDA"),
    ("US-PA", "PITTSBURGH", "ALLEGHENY"),
    ("US-NJ", "NEWARK", "ESSEX"),
    ("US-OR", "PORTLAND", "MULTNOMAH"),
)
# Labels that would stand at the water's edge, moved inland.
BESIDE = {
    "US-FL": (14, 0),
    "US-LA": (-12, 0),
    "US-MI": (4, 6),
    "US-ID": (0, 14),
    "US-KY": (8, 0),
    "US-WV": (-4, 3),
    "US-MN": (-8, 0),
}
Point = tuple[float, float]


def letters(name: str) -> str:
    """The letters of a name, by which places are matched: 'St. Mary's' gives 'STMARYS'."""
    return re.sub(r"[^A-Z]", "", name.upper())


def main(package: str) -> None:
    """Write `static/shapes.json` from the package's archive."""
    with tarfile.open(package) as archive:
        states, counties = (_member(archive, f"package/{name}-albers-10m.json") for name in ("states", "counties"))
    labels, areas = {}, {}
    del states["objects"]["nation"]
    for geometry in states["objects"]["states"]["geometries"]:
        code = f"US-{FIPS[geometry.pop('id')]}"
        ring = max(_rings(states, geometry), key=lambda one: abs(_area(one)))
        x, y = _middle(ring)
        dx, dy = BESIDE.get(code, (0, 0))
        labels[code], areas[code] = (round(x + dx, 1), round(y + dy, 1)), round(abs(_area(ring)))
        geometry["properties"] = {"code": code}
    middles: dict[str, dict[str, Point]] = {}
    for geometry in counties["objects"]["counties"]["geometries"]:
        state = FIPS.get(geometry["id"][:2])
        rings = list(_rings(counties, geometry)) if state else []
        if rings:
            slug = letters(geometry["properties"]["name"])
            middles.setdefault(f"US-{state}", {})[slug] = _middle(max(rings, key=lambda one: abs(_area(one))))
    for state, city, county in CITIES:
        middles[state].setdefault(city, middles[state][county])
    content = {"topology": states, "labels": labels, "areas": areas, "counties": middles}
    target = Path(__file__).parent / "static" / "shapes.json"
    target.write_text(json.dumps(content, separators=(",", ":"), sort_keys=True) + "\n", encoding="utf-8")


def _member(archive: tarfile.TarFile, name: str) -> dict[str, Any]:
    file = archive.extractfile(name)
    assert file is not None, name
    content: dict[str, Any] = json.load(file)
    return content


def _rings(topology: dict[str, Any], geometry: dict[str, Any]) -> Iterator[list[Point]]:
    """The outer rings of a shape, in the units of the map."""
    polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry.get("arcs", [])
    (scale_x, scale_y), (left, top) = topology["transform"]["scale"], topology["transform"]["translate"]
    for polygon in polygons:
        ring: list[Point] = []
        for number in polygon[0]:
            x = y = 0
            arc = []
            for dx, dy in topology["arcs"][number if number >= 0 else ~number]:
                x, y = x + dx, y + dy
                arc.append((x * scale_x + left, y * scale_y + top))
            ring += arc if number >= 0 else arc[::-1]
        yield ring


def _area(ring: Sequence[Point]) -> float:
    return sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in zip(ring, [*ring[1:], ring[0]], strict=True)) / 2


def _middle(ring: Sequence[Point]) -> Point:
    """The centre of mass of a ring."""
    x_sum = y_sum = 0.0
    for (x, y), (next_x, next_y) in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = x * next_y - next_x * y
        x_sum, y_sum = x_sum + (x + next_x) * cross, y_sum + (y + next_y) * cross
    area = _area(ring)
    if abs(area) < 0.01:  # a small city that the simplification has flattened
        return round(sum(x for x, _ in ring) / len(ring), 1), round(sum(y for _, y in ring) / len(ring), 1)
    return round(x_sum / (6 * area), 1), round(y_sum / (6 * area), 1)


if __name__ == "__main__":
    main(sys.argv[1])
