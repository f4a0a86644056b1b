"""Lists of offences: from a statute number or NCIC code to level, grade and the lists of the law (law/offences)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from lawfulhold import files
from lawfulhold.facts.dates import PartialDate
from lawfulhold.rules.conditions import Options
from lawfulhold.rules.law import LATEST_DAY, Law, _cached, _keep

_SECTION = re.compile(r"\d[\w.:/-]*(?:\([0-9A-Za-z]+\))*")


def offences_of(place: str, law: Law) -> dict[str, Any] | None:
    """The offence file of a place (its lists, and its offences), or None when it has none."""
    known: dict[str, Any] = law.__dict__.setdefault("_offences", {})
    if place not in known:
        paths = [folder / "offences" / f"{place}.yaml" for folder in (law.folder, *law.overlays)]
        paths = [path for path in paths if path.is_file()]
        known[place] = None
        if paths:
            import hashlib

            data = files.read_bytes(paths[-1])
            key = f"offences-{hashlib.sha256(data).hexdigest()}"
            content = _cached(key)
            if content is None:
                content = files.parse(files.to_text(data, str(paths[-1])), str(paths[-1]))
                _keep(key, content)
            known[place] = content
    result: dict[str, Any] | None = known[place]
    return result


LOOKED_UP_BY = ("statute", "ncic", "place", "convicted_on")
_MOST_KEPT = 20_000


def resolved(charge: Mapping[str, Any], state: str, law: Law) -> dict[str, Any]:
    """As `resolve`, with what the file says of a statute number kept for the next charge under it."""
    if "statute" not in charge and "ncic" not in charge:
        return dict(charge)
    known: dict[Any, dict[str, Any]] = law.__dict__.setdefault("_resolved", {})
    key = (state, *[charge.get(name) for name in LOOKED_UP_BY])
    if key not in known:
        if len(known) >= _MOST_KEPT:
            known.clear()
        known[key] = resolve({name: charge[name] for name in LOOKED_UP_BY if name in charge}, state, law)
    return {**known[key], **charge}


def resolve(charge: Mapping[str, Any], state: str, law: Law) -> dict[str, Any]:
    """A charge with what its statute number settles.

    Takes the known facts of the charge, the state of the case (a statute number without a place is taken as that
    state's) and the law. Returns the facts with level, grade and lists added where the charge does not give them
    itself. A number that is not in the file, or that leaves the grade open, stays unknown (or known to be one of
    several).
    """
    found = dict(charge)
    place = str(charge.get("place") or state)
    content = offences_of(place, law)
    if not content:
        return found
    matches = _matches(charge, content, law.__dict__.setdefault("_listed", {}).setdefault(place, {}))
    if not matches:
        return found
    found.setdefault("place", place)
    for name in ("level", "grade"):
        if name not in found:
            values = Options(
                value
                for item in matches
                for value in (item[name] if isinstance(item.get(name), list) else [item.get(name)])
            )
            if None not in values:
                found[name] = next(iter(values)) if len(values) == 1 else values
    complete = {entry["id"]: bool(entry.get("complete")) for entry in content.get("lists") or ()}
    for name, whole in complete.items():
        if f"on_list:{name}" in found:
            continue
        truths = {(item.get("lists") or {}).get(name, False if whole else None) for item in matches}
        truth = truths.pop() if len(truths) == 1 else None
        if isinstance(truth, bool):
            found[f"on_list:{name}"] = truth
    return found


_Listed = list[tuple[Mapping[str, Any], int]]


def _matches(
    charge: Mapping[str, Any], content: Mapping[str, Any], known: dict[str, _Listed]
) -> list[Mapping[str, Any]]:
    """The offences that a charge names, on the day of its conviction; `known` keeps what is listed under a number."""
    on = charge.get("convicted_on")
    offences = content.get("offences") or ()
    statute, code = str(charge.get("statute") or ""), charge.get("ncic")
    if not section_of(statute):
        return [
            item
            for item in offences
            if code and code in [str(one) for one in item.get("ncic") or ()] and _in_span(item, on)
        ]
    if statute not in known:
        if len(known) >= _MOST_KEPT:
            known.clear()
        known[statute] = _listed(statute, offences)
    best: list[Mapping[str, Any]] = []
    longest = 0
    for item, length in known[statute]:
        if not _in_span(item, on):
            continue
        if length > longest:
            best, longest = [item], length
        elif length == longest and item not in best:
            best.append(item)
    return best


def _listed(statute: str, offences: Iterable[Mapping[str, Any]]) -> _Listed:
    """The offences that a statute number names, whatever the day, each with how much of the number it names."""
    number = section_of(statute) or ""
    found: _Listed = []
    for item in offences:
        for listed in item.get("statutes") or ():
            wanted = section_of(str(listed)) or ""
            if not wanted or not (number == wanted or number.startswith(wanted + "(")):
                continue
            if _same_code(statute, str(listed)) and not _other_subject(statute, item, listed):
                found.append((item, len(wanted)))
    return found


_GENERAL = {"cod", "sec", "sta", "gen", "ann", "rev", "ch", "cha", "tit", "art", "sub", "law", "the", "of"}


@lru_cache(maxsize=65_536)
def _same_code(given: str, listed: str) -> bool:
    """Do both citations name the same code ('Penal Code', 'Health & Safety Code')? Words that one leaves out do not
    count.
    """
    first, second = _code_words(given), _code_words(listed)
    return not first or not second or bool(first & second)


# Codes of one state that number their sections alike, by their first letters; and how papers shorten them.
_SUBJECTS = {"pen", "veh", "hea", "bus", "wel", "fam", "gov", "lab"}
_SHORT = {"PC": "pen", "PL": "pen", "VC": "veh", "HS": "hea", "BP": "bus", "WI": "wel"}


def _other_subject(given: str, item: Mapping[str, Any], listed: object) -> bool:
    """Does the citation name another code ('Vehicle Code 187') than the entry, or its source, does (Penal Code 187)?"""
    wanted = _subjects(str(listed)) or _subjects(str(item.get("cite") or ""))
    named = _subjects(given)
    return bool(named and wanted) and not named & wanted


@lru_cache(maxsize=65_536)
def _subjects(text: str) -> frozenset[str]:
    start = re.split(r"\d", text, maxsplit=1)[0]
    short = {_SHORT[word] for word in re.findall(r"\b[A-Z]{2}\b", start.replace("&", "")) if word in _SHORT}
    return frozenset(short | (_SUBJECTS & _code_words(text)))


@lru_cache(maxsize=65_536)
def _code_words(text: str) -> frozenset[str]:
    words = re.findall(r"[A-Za-z]{3,}", re.split(r"\d", text, maxsplit=1)[0].lower())
    return frozenset({word[:3] for word in words} - _GENERAL)


_day = lru_cache(maxsize=4_096)(date.fromisoformat)


def _in_span(item: Mapping[str, Any], on: Any) -> bool:
    if not isinstance(on, PartialDate):
        return True
    first = _day(str(item.get("from") or "1700-01-01"))
    last = _day(str(item["to"])) if item.get("to") else LATEST_DAY
    return first <= on.last and on.first <= last


@lru_cache(maxsize=65_536)
def section_of(text: str | None) -> str | None:
    """The section number within a citation: 'Conn. Gen. Stat. § 53a-70(a)(2)' gives '53a-70(a)(2)'."""
    if not text:
        return None
    found = _SECTION.findall(str(text).replace(" (", "("))
    if not found:
        return None
    marked = re.search(r"§+\s*(" + _SECTION.pattern + ")", str(text).replace(" (", "("))
    return (marked.group(1) if marked else max(found, key=len)).lower().rstrip(".:-/")
