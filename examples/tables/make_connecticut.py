"""Write connecticut.csv: an invented caseload for the comparison of the Connecticut law before and after its amendments.

    python examples/tables/make_connecticut.py

Nobody stands behind a row. The statutes are those that the amendments are about; how often each occurs is invented.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

OFFENCES = [  # statute, status, weight
    ("53a-54a", "convicted", 1),
    ("53a-55", "convicted", 2),
    ("53a-56", "convicted", 2),
    ("53a-70", "convicted", 3),
    ("53a-71", "convicted", 4),
    ("53a-72a", "convicted", 5),
    ("53a-64bb", "convicted", 5),
    ("53a-103", "convicted", 12),
    ("53a-135", "convicted", 8),
    ("53-21(a)(2)", "convicted", 4),
    ("53-21(a)(1)", "convicted", 8),
    ("53a-103", "charged", 14),
    ("53a-135", "charged", 8),
    ("53a-181", "charged", 30),
    ("53a-181", "convicted", 20),
]
AGENCIES = [("state-corrections", 60), ("municipal-police", 25), ("judicial-marshal", 15)]
NAMES = [
    "synthetic",
    "row",
    "jurisdiction",
    "agency",
    "date",
    "detainer.form",
    "detainer.notice_requested",
    "papers.judicial_warrant",
    "papers.administrative_warrant",
    "papers.removal_order",
    "person.watchlist_match",
    "person.citizen_proof",
    "person.gang_listed",
    "person.arrest_warrant",
    "person.risk_found",
    "agency.agreement_287g",
    "agency.delegated_officer",
    "custody.bail_posted",
    "charge1.statute",
    "charge1.place",
    "charge1.status",
    "charge1.level",
    "charge1.grade",
    "charge1.on_list:ct-2025-additions",
    "record_complete",
]
BREACH_OF_PEACE = "53a-181"  # not in the repository's list of offences, so the table itself says what it is


def rows(count: int = 400, seed: int = 192) -> list[list[object]]:
    """The rows; the same seed gives the same ones."""
    rnd = random.Random(seed)
    found: list[list[object]] = []
    for number in range(1, count + 1):
        statute, status, _ = rnd.choices(OFFENCES, [weight for *_, weight in OFFENCES])[0]
        agency = rnd.choices([name for name, _ in AGENCIES], [weight for _, weight in AGENCIES])[0]
        breach = statute == BREACH_OF_PEACE
        found.append(
            [
                "SYNTHETIC",
                number,
                "US-CT",
                agency,
                f"2024-{rnd.randint(1, 12):02d}-{rnd.randint(1, 28):02d}",
                "I-247A",
                "true",
                str(rnd.random() < 0.02).lower(),
                "true",
                str(rnd.random() < 0.15).lower(),
                str(rnd.random() < 0.01).lower(),
                "false",
                str(rnd.random() < 0.03).lower(),
                str(rnd.random() < 0.08).lower(),
                str(rnd.random() < 0.05).lower(),
                "none",
                "false",
                str(rnd.random() < 0.7).lower(),
                f"Conn. Gen. Stat. § {statute}",
                "US-CT",
                status,
                "misdemeanor" if breach else "",
                "B" if breach else "",
                "false" if breach else "",
                "true",
            ]
        )
    return found


if __name__ == "__main__":
    with (Path(__file__).parent / "connecticut.csv").open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([NAMES, *rows()])
