"""How well reports are read: events, places and charges against hand-made labels, and how fast.

    python bench/reader.py [--shared ../shared] [--part tuned|held-out|seeds|speed] [--misses]

The labelled articles are divided once, by their place in the sorted list: every third (the 3rd, 6th, ...) was never read while the patterns
were written. An event counts as found when type and case match and the date equals the label's at the label's precision; a
date where the label has none is wrong. Nothing of the articles is kept here.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from rapidfuzz import fuzz

from lawfulhold.sources.cases import read_cases
from lawfulhold.sources.clean import read_file
from lawfulhold.sources.dates import number_value
from lawfulhold.sources.marks import nationality_words, state_code
from lawfulhold.sources.reading import Fact, ReadCase
from lawfulhold.sources.reports import read_reports
from lawfulhold.sources.vocabulary import pattern_file

PLACE = ("agency", "facility", "city", "county", "state")
PERSON = ("age", "nationality", "nationality_as_given", "sex")


@dataclass
class Score:
    """Counts of right, given and labelled values, by kind of value."""

    right: Counter[str] = field(default_factory=Counter)
    given: Counter[str] = field(default_factory=Counter)
    labelled: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    def add(self, kind: str, given: int, labelled: int, right: int) -> None:
        """Count values of a kind."""
        self.given[kind] += given
        self.labelled[kind] += labelled
        self.right[kind] += right

    def precision(self, kind: str) -> float:
        """Right among the given; 1 when none was given."""
        return self.right[kind] / self.given[kind] if self.given[kind] else 1.0

    def recall(self, kind: str) -> float:
        """Right among the labelled; 1 when none was labelled."""
        return self.right[kind] / self.labelled[kind] if self.labelled[kind] else 1.0


def held_out(index: int) -> bool:
    """True for every third article of the sorted list: those are kept out of tuning."""
    return index % 3 == 2


def right_date(label: Any, found: str | None) -> bool:
    """True when `found` equals the label's date at the label's precision, or both are unknown."""
    if label is None:
        return found is None
    return found is not None and found[:len(str(label))] == str(label)


def plain(value: Any) -> str:
    """A value in the form in which values are compared: small letters, no article, police departments alike."""
    text = str(value).lower().replace("’", "'").removeprefix("the ")
    text = re.sub(r"\bcorrections?\b", "corrections", text)
    return re.sub(r"\bpolice department\b", "police", text).strip()


def score_case(label: dict[str, Any], case: ReadCase | None, score: Score, name: str) -> None:
    """Add one labelled case and the case read for it (None when it was not found) to the score."""
    _score_events(label["events"], case, score, name)
    _score_charges(label["charges"], case, score, name)
    read = case.as_json() if case else {"person": {}, "place": {}}
    for group, fields, labels in (("place", PLACE, label["jurisdiction"]), ("person", PERSON, label["person"])):
        for key in fields:
            wanted, got = labels.get(key), read[group].get(key)
            right = wanted is not None and got is not None and plain(wanted) == plain(got)
            for kind in (group, key):
                score.add(kind, got is not None, wanted is not None, right)
            if not right and (wanted is not None or got is not None):
                score.misses.append(f"{name} {key}: label {wanted!r}, read {got!r}")


def _score_events(labels: list[dict[str, Any]], case: ReadCase | None, score: Score, name: str) -> None:
    events = list(case.events) if case else []
    score.add("event", len(events), len(labels), 0)
    score.add("event type", len(events), len(labels), 0)
    left = list(labels)
    for exact in (True, False):
        for event in list(events):
            label = next((one for one in left if one["type"] == event.type and (not exact or right_date(one["date"], event.when.date))), None)
            if label is None:
                continue
            left.remove(label)
            events.remove(event)
            score.right["event type"] += 1
            if exact:
                score.right["event"] += 1
                if label.get("as_written") is not None:
                    got = event.when.as_written or ""
                    score.add("as written", bool(got), 1, plain(label["as_written"]).removeprefix("on ") == plain(got).rstrip("."))
            else:
                score.misses.append(f"{name} {event.type}: label {label['date']} ({label.get('as_written')}), read {event.when.date} ({event.when.as_written})")
    score.misses += [f"{name} event not found: {one['type']} {one['date']}" for one in left]
    score.misses += [f"{name} event not labelled: {one.type} {one.when.date} «{one.span.words[:90]}»" for one in events]


def _score_charges(labels: list[dict[str, Any]], case: ReadCase | None, score: Score, name: str) -> None:
    charges = list(case.charges) if case else []
    score.add("charge", len(charges), len(labels), 0)
    for label in labels:
        match = next((one for one in charges if one.status == label["status"] and fuzz.ratio(plain(one.wording), plain(label["wording"])) >= 90), None)
        if match is None:
            score.misses.append(f"{name} charge not found: {label['status']} {label['wording']}")
            continue
        charges.remove(match)
        score.right["charge"] += 1
    score.misses += [f"{name} charge not labelled: {one.status} {one.wording}" for one in charges]


def pair(labels: list[dict[str, Any]], cases: list[ReadCase]) -> list[tuple[dict[str, Any], ReadCase | None]]:
    """Each labelled case with the read case that agrees with it most, none used twice."""
    free = list(cases)
    pairs: list[tuple[dict[str, Any], ReadCase | None]] = []
    for label in labels:
        best = max(free, key=lambda case: _agreement(label, case), default=None)
        if best is not None:
            free.remove(best)
        pairs.append((label, best))
    return pairs + [({"events": [], "charges": [], "jurisdiction": {}, "person": {}}, case) for case in free]


def _agreement(label: dict[str, Any], case: ReadCase) -> float:
    person = case.as_json()["person"]
    same = sum(2.0 for key in ("age", "nationality") if label["person"].get(key) is not None and label["person"][key] == person.get(key))
    events = {(one["type"], one["date"]) for one in label["events"]}
    return same + sum((event.type, event.when.date) in events for event in case.events)


def invented(case: ReadCase, text: str) -> list[str]:
    """Facts whose words do not stand where the span says, or whose value is not in its words. It must stay empty."""
    wrong = []
    spans = [event.span for event in case.events] + [charge.span for charge in case.charges] + [fact.span for fact in (*case.person.values(), *case.place.values())]
    spans += [claim.span for claim in case.claims]
    spans += [span for event in case.events for span in event.named.values()]
    wrong += [f"span {span.start}-{span.end}" for span in spans if text[span.start:span.end] != span.words or not span.words]
    for event in case.events:
        if event.when.date and not event.when.as_written:
            wrong.append(f"{event.type}: a date without words")
        if event.when.as_written and event.when.as_written not in event.span.words:
            wrong.append(f"{event.type}: {event.when.as_written!r} is not in {event.span.words!r}")
        wrong += [f"{event.type}: {key} {getattr(event, key)!r}" for key in ("by", "to", "place")
                  if getattr(event, key) and not _told(getattr(event, key), event.named[key].words if key in event.named else event.span.words)]
    wrong += [f"charge {charge.wording!r}" for charge in case.charges if charge.wording not in charge.span.words]
    wrong += [f"{key} {fact.value!r} is not in {fact.span.words!r}" for key, fact in (*case.place.items(), *case.person.items()) if not _rests_on(key, fact, text)]
    return wrong


def _one_line(words: str) -> str:
    return " ".join(words.replace("’", "'").lower().split())


def _told(value: str, words: str) -> bool:
    """True when these words name it; of `Aurora, CO` the city stands in them, and the state in full or in short."""
    city, _, state = value.rpartition(", ")
    if city and state.isupper() and len(state) == len("CO"):
        return _one_line(city) in _one_line(words) and state in {state_code(part.strip(" ,")) for part in re.split(r", ?", words)}
    return _one_line(value) in _one_line(words)


SEXES = {"male": "he|him|himself|his|man|men|male|father|boy|brothers?|son", "female": "she|her|hers|herself|woman|women|female|mother|girl|sisters?|daughter"}


def _rests_on(key: str, fact: Fact, text: str) -> bool:
    """True when the words of a fact say its value: as written, or by the tables of states, cities, counties, nations and numbers."""
    value, words = str(fact.value), " ".join(fact.span.words.split())
    places = pattern_file("places")
    if key == "age":
        return value in re.findall(r"\d+", words) or fact.value in {number_value(word) for word in re.findall(r"[a-z]+(?:-[a-z]+)?", words.lower().replace("-year", " year"))}
    if key == "sex":
        return re.search(rf"\b(?:{SEXES[value]})\b", words, re.IGNORECASE) is not None
    if key == "nationality":
        return any(country == value and name in words for name, country in nationality_words().items())
    if key == "citizen_claim":
        return "citizen" in words.lower()
    if key == "state":
        stated = {code for code, state in places["states"].items() if state["name"].lower() in words.lower() or any(name in words for name in state["also"])} | {state_code(words.strip(" .,"))}
        by_city = {code for city, code in places["cities"].items() if city.lower() in words.lower()}
        narrowed = {code for code, listed in places["counties"].items() if any(name in words for name in str(listed).split(", "))} | {
            code for office, states in places["offices"].items() if office in text for code in states}
        return value in stated | by_city | (narrowed if fact.basis == "narrowed" else set())
    if fact.basis == "table" and re.search(rf"{re.escape(value)}[^.;]{{0,40}}\({re.escape(words.removeprefix('the ').removeprefix('The '))}\)", " ".join(text.split())):
        return True
    return _one_line(value) in _one_line(words)


def read_articles(folder: Path, *, kept_out: bool) -> Score:
    """The score of one part of the labelled articles."""
    score = Score()
    for index, path in enumerate(sorted(folder.glob("*.txt"))):
        if held_out(index) is not kept_out:
            continue
        labels = yaml.safe_load(path.with_suffix(".yaml").read_text(encoding="utf-8"))
        document = read_file(path)
        cases = read_cases(document)
        for label, case in pair(labels["cases"], cases):
            score_case(label, case, score, path.stem)
        wrong = [one for case in cases for one in invented(case, document.text)]
        score.add("invented", len(wrong), 0, 0)
        score.misses += [f"{path.stem} INVENTED {one}" for one in wrong]
    return score


def read_seeds(folder: Path) -> Score:
    """The score of the verbatim reports against what a careful reader finds in them (`bench/reader_seeds.yaml`)."""
    score = Score()
    expected = yaml.safe_load((Path(__file__).parent / "reader_seeds.yaml").read_text(encoding="utf-8"))
    for name, labels in expected["reports"].items():
        document = read_file(folder / name)
        cases = read_cases(document)
        for label, case in pair(labels, cases):
            score_case(label, case, score, name.removesuffix(".txt"))
        wrong = [one for case in cases for one in invented(case, document.text)]
        score.add("invented", len(wrong), 0, 0)
        score.misses += [f"{name} INVENTED {one}" for one in wrong]
    reading = read_reports(sorted(folder.glob("seed-*.txt")))
    score.add("cases after merging", len(reading.cases), expected["cases"], min(len(reading.cases), expected["cases"]))
    return score


def speed(folder: Path, count: int = 1_000) -> tuple[float, float]:
    """Seconds by the clock and of the processor to read `count` reports, the articles again and again under other names."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))]
    many = {f"report-{number}": texts[number % len(texts)] for number in range(count)}
    start, used = time.perf_counter(), time.process_time()
    read_reports(many)
    return time.perf_counter() - start, time.process_time() - used


ROWS = ("event", "event type", "as written", "charge", "place", *PLACE, "person", *PERSON)


def table(scores: dict[str, Score]) -> str:
    """The scores side by side."""
    lines = [f"{'':22}" + "".join(f"{name:>30}" for name in scores), f"{'':22}" + "".join(f"{'precision  recall   (n)':>30}" for _ in scores)]
    for row in ROWS:
        cells = "".join(f"{score.precision(row):>14.3f}{score.recall(row):>8.3f}{score.labelled[row]:>8}" for score in scores.values())
        lines.append(f"{row:22}{cells}")
    lines.append(f"{'invented facts':22}" + "".join(f"{score.given['invented']:>30}" for score in scores.values()))
    for name, score in scores.items():
        if score.labelled["cases after merging"]:
            lines.append(f"{name}: {score.given['cases after merging']} cases after merging, {score.labelled['cases after merging']} expected")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Print the table. Returns 1 when the shared material is not there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--part", choices=["tuned", "held-out", "seeds", "speed"], action="append")
    parser.add_argument("--misses", action="store_true", help="list every disagreement (never for the held-out part)")
    options = parser.parse_args(arguments)
    if not (options.shared / "articles").is_dir():
        print(f"{options.shared}: no labelled articles there; name the folder with --shared", file=sys.stderr)
        return 1
    parts = options.part or ["tuned", "held-out", "seeds", "speed"]
    scores: dict[str, Score] = {}
    if "tuned" in parts:
        scores["tuned"] = read_articles(options.shared / "articles", kept_out=False)
    if "held-out" in parts:
        scores["held out"] = read_articles(options.shared / "articles", kept_out=True)
    if "seeds" in parts:
        scores["seeds"] = read_seeds(options.shared / "seeds")
    if scores:
        print(table(scores))
    if options.misses:
        for name, score in scores.items():
            if name != "held out":
                print(f"\n{name}:", *score.misses, sep="\n  ")
    if "speed" in parts:
        clock, processor = speed(options.shared / "articles")
        print(f"1,000 reports: {clock:.1f} s by the clock, {processor:.1f} s of one processor")
    return 0


if __name__ == "__main__":
    sys.exit(main())
