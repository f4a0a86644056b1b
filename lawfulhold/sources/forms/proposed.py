"""What is proposed for an answer that is not believed. A person looks at it: a better guess saves typing, and nothing here makes an answer sure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from lawfulhold.sources.forms.layouts import FieldLayout, frequent_titles, frequent_words
from lawfulhold.sources.forms.locate import plain
from lawfulhold.sources.forms.values import country_like, states, value_of
from lawfulhold.sources.forms.vote import vote

_KEPT = 0.25  # of the readings
_ORDINALS = {"1": "1st", "2": "2nd", "3": "3rd"}
_TITLE_ALIKE, _TITLE_AHEAD = 76, 4  # of 100: how alike a title has to be to a frequent one, and how much more than to the next


def proposed(layout: FieldLayout, voted: str, readings: Sequence[str]) -> str | None:
    """The likeliest value of a field whose `readings`, voted to `voted`, are not believed. None when what was read is the end of the field's own label, or words
    that the form has printed there."""
    kind = layout.kind
    if _ends_label(voted, layout.labels):
        return None
    text = _best_shaped(kind, voted, readings)
    if kind in {"name", "text", "address"}:
        text = _strokes_kept(text, readings)
    if kind == "address":
        text = _towns_agreed(_without_print(text, layout.near), readings)
    if layout.name.endswith("_name_title"):
        officer, comma, title = text.partition(", ")
        return value_of(kind, likely("name", officer) + comma + (_title(title) if comma else ""))[0]
    return value_of(kind, _title(text) if layout.name.endswith("_title") else likely(kind, text))[0]


def _best_shaped(kind: str, voted: str, readings: Sequence[str]) -> str:
    """The voted text, or where it has not the shape of its kind, what those readings say that have it."""
    if _has_shape(kind, voted):
        return voted
    shaped = [reading for reading in readings if _has_shape(kind, reading)]
    if len(shaped) < 2:
        return voted
    together = vote(shaped).text
    return together if _has_shape(kind, together) else Counter(shaped).most_common(1)[0][0]


def _has_shape(kind: str, text: str) -> bool:
    """As `value_of` says; a number has no gap, and one that begins with three letters is an event number and has ten figures."""
    if kind == "number" and (" " in text.strip() or (re.match(r"[A-Z]{3}\d{6}", text) and not re.fullmatch(r"[A-Z]{3}\d{10}", text))):
        return False
    return value_of(kind, text)[1]


def _strokes_kept(text: str, readings: Sequence[str]) -> str:
    """The text with an `e` for a `c` where a quarter of the readings have it: a fax loses the level stroke of an `e` and adds none to a `c`."""
    alike = [reading for reading in readings if len(reading) == len(text)]
    return "".join("e" if letter == "c" and sum(reading[place] == "e" for reading in alike) >= max(2, _KEPT * len(readings)) else letter
                   for place, letter in enumerate(text))


def _ends_label(text: str, labels: Sequence[str]) -> bool:
    return len(plain(text)) >= 3 and any(plain(label).rstrip(":").endswith(plain(text)) for label in labels)


def _without_print(text: str, printed: Sequence[str]) -> str:
    """An address without the lines that the form has printed near it, and without bits between its lines and under its postal number."""
    lines = [line for line in text.split("\n") if len(plain(line)) < 10 or not any(fuzz.partial_ratio(plain(line), plain(words)) >= 80 for words in printed)]
    lines = [line for line in lines if len(plain(line)) > 3 or re.search(r"\d", line)] or lines
    return re.sub(r"(\b[A-Za-z]{2}\W{0,3}\d{5})\n[^\d]{1,8}$", r"\1", "\n".join(lines))


def _towns_agreed(text: str, readings: Sequence[str]) -> str:
    """An address in which the town of its last line is written as above, where it is part of a name: as more readings have it."""
    lines = text.split("\n")
    counts = Counter(word for reading in readings for word in re.findall(r"[A-Za-z]{4,}", reading))
    for word in re.findall(r"[A-Za-z]{4,}", lines[-1]) if len(lines) > 1 else ():
        for other in re.findall(r"[A-Za-z]{4,}", " ".join(lines[:-1])):
            if word != other and Levenshtein.distance(word, other) <= max(1, len(word) // 4) and not {word, other} <= frequent_words():
                right = max(word, other, key=lambda one: (one[0].isupper(), counts[one]))
                text = re.sub(rf"\b({word}|{other})\b", right, text)
    return text


def _title(text: str) -> str:
    """An officer's title without bits of specks; where a word of it is none that is frequent, the frequent title that it nearly is."""
    words = [likely("text", word) for word in re.sub(r"[^\w' -]+", " ", text).split()]
    while len(words) > 1 and len(words[-1]) <= 3 and words[-1] not in frequent_words():
        words.pop()
    title = " ".join(words)
    if all(word in frequent_words() for word in words):
        return title
    best, *others = process.extract(title, frequent_titles(), scorer=fuzz.ratio, limit=2)
    return best[0] if best[1] >= _TITLE_ALIKE and all(best[1] - other[1] >= _TITLE_AHEAD for other in others) else title


def likely(kind: str, text: str) -> str:
    """What is proposed for a reading that is not believed: a word that is nearly one frequent word, and none itself, is that word; signs behind words go;
    of the few letters of a sex the one that can be it; the country that the words nearly are; a number without the bits of its label in front, an event
    number alone; a person's name with one comma and no lone small letters behind it."""
    if kind == "number":
        events = re.findall(r"\b[A-Z]{3}\d{10}\b", text)
        return events[0] if len(events) == 1 else re.sub(r"^\W*\w{1,2}\W* (?=\S{6,}$)", "", text)
    if kind == "sex":
        letters = re.findall("[MFX]", text)
        return letters[0] if len(text) <= 3 and len(letters) == 1 else text
    if kind == "a-number":
        return re.sub(r"^A ?T(?=\d{8}$)", "A7", text)
    if kind == "country":
        return country_like(text) or text
    if kind == "name":
        text = re.sub(r"(?<=[A-Z])\.(?=[A-Z]+\b(?!\.))|,? [a-z]{1,3}$", "", text)
        return re.sub(r"^([^,]+,[^,]+),", r"\1", text)
    if kind not in {"text", "address"}:
        return text
    text = re.sub(r"\b([123]) ?[a-z]{1,2}(?= degree\b)", lambda found: _ORDINALS[found[1]], re.sub(r"(?<=[A-Za-z])[:;?!]+(?=\s|$)|(?<=[a-z])'(?=[a-z]{2})", "", text))
    return re.sub(r"[A-Za-z]{5,}", _frequent_like, re.sub(r"(?<=, )([A-Za-z]{2})(?:\W{0,3}(\d{5}))?$", _state_in_capitals, text))


def _frequent_like(found: re.Match[str]) -> str:
    word, far = found[0], max(1, (len(found[0]) - 2) // 3)
    if word in frequent_words() or word.removesuffix("s") in frequent_words():
        return word
    near = [known for known in frequent_words() if abs(len(known) - len(word)) <= far and Levenshtein.distance(word, known, score_cutoff=far) <= far]
    return near[0] if len(near) == 1 else word


def _state_in_capitals(found: re.Match[str]) -> str:
    """The end of an address, `co '34967`, as `CO 34967`."""
    return " ".join(part for part in (found[1].upper(), found[2]) if part) if found[1].upper() in states() else found[0]
