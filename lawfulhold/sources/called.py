"""Whether two names may be of one person. Names only tell who is meant; they are not kept."""

from __future__ import annotations

import re
import unicodedata

_NO_PART = frozenset({"jr", "sr", "ii", "iii", "iv", "de", "del", "la", "las", "los", "da", "dos", "al", "el", "bin", "van", "von"})


def name_parts(words: str) -> frozenset[str]:
    """The parts of a name by which people are told apart: without accents, initials, small words and `Jr.`; a name with a hyphen is two parts."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", words) if not unicodedata.combining(sign))
    found = (re.sub(r"['’](?:s$)?", "", token) for token in re.split(r"[\s-]+", plain) if token[:1].isupper() and not token.endswith("."))
    return frozenset(token.lower() for token in found if len(token) > 1) - _NO_PART


def may_be_one(one: frozenset[str], other: frozenset[str]) -> bool:
    """True unless both names are known and cannot be of one person: two parts are the same, in any order, or the only one that is told."""
    return len(one & other) >= min(2, len(one), len(other))
