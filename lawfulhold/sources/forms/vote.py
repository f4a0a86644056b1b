"""Several readings of one answer made into one, word by word and letter by letter, with how well they agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from lawfulhold.sources.forms.layouts import frequent_words


@dataclass(frozen=True, slots=True)
class Vote:
    """The text that most readings give; `support` is the share of readings behind its weakest letter, `against` the share behind the strongest rival."""

    text: str
    support: float
    against: float


def vote(readings: Sequence[str]) -> Vote:
    """The common text of some readings. Lines, words and letters are counted apart where readings have the same number of them: two readings that err in
    different words still agree on all the others."""
    if not readings:
        return Vote("", 0.0, 0.0)
    return _split(list(readings), len(readings), ("\n", " ", ""))


def _split(readings: list[str], total: int, separators: tuple[str, ...]) -> Vote:
    counts = Counter(readings)
    if len(counts) == 1 or not separators:
        text, most = counts.most_common(1)[0]
        rival = counts.most_common(2)[1][1] if len(counts) > 1 else 0
        return Vote(text, most / total, rival / total)
    if separators[0] == "":
        known = _frequent(counts)
        if known:
            return Vote(known, 0.75, 0.25)
    separator = separators[0]
    parts = [reading.split(separator) if separator else list(reading) for reading in readings]
    lengths = Counter(len(part) for part in parts)
    length = max(lengths, key=lambda each: (lengths[each], each))
    kept = [part for part in parts if len(part) == length]
    left_out = (len(parts) - len(kept)) / total
    votes = [_split([part[place] for part in kept], total, separators[1:]) for place in range(length)]
    text = separator.join(one.text for one in votes)
    return Vote(text, min(one.support for one in votes), max(left_out, *(one.against for one in votes)))


def _frequent(counts: Counter[str]) -> str | None:
    """The frequent word among the readings of one word, when all others look much like it."""
    known = [word for word in counts if word.strip(",.") in frequent_words()]
    if not known:
        return None
    best = max(known, key=lambda word: counts[word])
    close = sum(count for word, count in counts.items() if Levenshtein.distance(word.strip(",."), best.strip(",.")) <= 1 + len(best) // 5)
    return best if len(best) >= 4 and close >= 0.8 * counts.total() else None
