"""The words that name immigration authorities and their papers: one place for whoever asks, a hand-over, a booking, or bail."""

from __future__ import annotations

import re

_AUTHORITY = (
    r"(?<![\w.])(?:I\.?C\.?E\.?|E\.?R\.?O\.?|H\.?S\.?I\.?|D\.?H\.?S\.?|C\.?B\.?P\.?|U\.?S\.?B\.?P\.?|U\.?S\.?C\.?I\.?S\.?|(?:US)?INS|homeland\s+security|"
    r"border\s+(?:patrol|protection)|customs|immigration|deport\w*|enforcement\s+(?:and|&)\s+removal|removal\s+(?:officers?|operations?))(?!\w)"
)
_KEEPS = (
    r"\b(?:holds?|held|hld|detain(?:s|ed)?|detention|custody|pick\s*-?\s*up|warrants?|requests?|removal|transfers?|orders?|violations?|status|proceedings?|"
    r"only)\b"
)
_NAMED = re.compile(_AUTHORITY, re.IGNORECASE)
_KEPT_FOR = re.compile(rf"(?:{_AUTHORITY}|\baliens?\b).*{_KEEPS}|{_KEEPS}.*(?:{_AUTHORITY}|\baliens?\b)", re.IGNORECASE)
_PAPER = re.compile(
    r"\bdetainers?\b|\bI\s*-?\s*(?:247|200|205)|\b(?:warrant|order)s?\s+of\s+(?:removal|deportation)\b|\b(?:removal|deportation)\s+(?:order|warrant|proceeding)s?\b",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"\b(?:U\.?S\.?|federal|agenc(?:y|ies)|agents?|officers?|enforcement|the|for|of|by|and|no\s+bond|foreign\s+national|civil)(?!\w)|[\W_]", re.IGNORECASE
)
_DRUG = re.compile(r"\b(?:poss|deliver|sale|sell|traffick|manufactur|distribut|intent)\w*\b.*?\bice\b|\bice\b.*?\bmeth\w*", re.IGNORECASE)
_TITLE_8 = re.compile(r"(?<![\d.])8\s*(U\.?\s*S\.?\s*C|C\.?\s*F\.?\s*R)[A-Z.]*\s*(?:§+|sec\w*\.?)?\s*(\d+)?", re.IGNORECASE)
_CRIMES = ("1185", "1253", "1282", "1304", "1306", *(str(section) for section in range(1321, 1329)))
"""The sections of title 8 of the United States Code that make a crime; what else stands there is civil."""


def named_in(*texts: str) -> str:
    """The words in these texts that name an immigration authority, as written; '' when none does."""
    return next((found[0] for found in map(_NAMED.search, texts) if found), "")


def is_paper(offence: str, statute: str = "") -> bool:
    """Is what stands as a charge an immigration paper (a detainer, an administrative warrant, a hold for ICE, the name of the authority alone) and no
    charge? A crime under title 8, such as a return after a removal (8 U.S.C. 1326), is a charge, and so is one that has ICE for a drug."""
    titles = _TITLE_8.findall(f"{offence} {statute}")
    if titles and all(code[0] in "Uu" and section in _CRIMES for code, section in titles):
        return False
    text = _DRUG.sub(" ", f"{offence} {statute}")
    alone = bool(_NAMED.search(text)) and not _BESIDE.sub("", _NAMED.sub("", text))
    return bool(titles or alone or _PAPER.search(text) or _KEPT_FOR.search(text))
