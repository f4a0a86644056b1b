"""What a report claims about an agency ("ignored", "refused to honor", "required by the law to ..."), to be set beside the law."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from lawfulhold.sources.asserted import asserted, conditional
from lawfulhold.sources.clauses import Clause, clause_of, clauses
from lawfulhold.sources.clean import Document, readable
from lawfulhold.sources.marks import ACTORS, Marked
from lawfulhold.sources.reading import Claim, Instrument, Span
from lawfulhold.sources.triggers import LINES_READ
from lawfulhold.sources.vocabulary import filled, pattern_file

_LOCAL = ("corrections", "sheriff", "police", "court", "jail", "localactor", "place")
_CITATION = re.compile(r"§|U\.?S\.?C\b|\bC\.?F\.?R\b|\d F\.|\bv\. [A-Z]|\bU\.S\. \d|\bStat\. ")


# What an agency is said to have done.
_ACTS = frozenset({"ignored", "refused", "not-honored", "honored", "released", "not-told", "told", "violated"})
# Of these the words themselves say what was done; the others begin with a denial.
_DEEDS = _ACTS - {"not-honored", "not-told"}


@dataclass(frozen=True, slots=True)
class _Kind:
    kind: str
    question: str
    says: str
    find: re.Pattern[str]


@cache
def _kinds() -> list[_Kind]:
    entries = pattern_file("claims")
    return [_Kind(entry["kind"], entry["question"], entry["says"], re.compile(filled(entry["find"], entries["words"]))) for entry in entries["claims"]]


def find_claims(marked: Marked) -> list[Claim]:
    """The claims of a sentence, at most one of each kind. `about` is the agency that the claim names, or None."""
    if not re.search(r"<(?:detainer|ice|federalcourt)>|\blaws?\b|\bact\b|u\.?s\.?c\b|statute|legally|order|sanctuary|warrant|subpoena|policy|honor", marked.line):
        return []
    found: dict[str, Claim] = {}
    line = marked.line[:LINES_READ]
    parts = clauses(line)
    for kind in _kinds():
        match = next((match for match in kind.find.finditer(line) if _told(kind.kind, line, match.start(), parts)), None)
        if not match or kind.kind in found:
            continue
        start, end = match.span()
        actors = [mark for position, mark in marked.of_kind(*_LOCAL) if not mark.data.get("dateline")]
        before = [mark for position, mark in marked.marks_in(0, start) if mark.kind in _LOCAL and not mark.data.get("dateline")]
        about = before[-1] if before else (actors[0] if actors else None)
        begin = marked.start + marked.place(start)
        finish = marked.start + marked.place(end)
        last = marked.mark_at(_last_mark(marked, end))
        if last is not None:
            finish = max(finish, marked.start + last.end)
        span = _whole_words(marked.document, begin, finish)
        if span.end > span.start:
            found[kind.kind] = Claim(kind.says, kind.question, kind.kind, about.words if about else None, span, 0.85)
    return list(found.values())


def _told(kind: str, line: str, start: int, parts: list[Clause]) -> bool:
    """True when what an agency did is said to have been done; other claims (what a law asks) always are."""
    return kind not in _ACTS or (not conditional(line[:start]) and (kind not in _DEEDS or asserted(line, start, parts[clause_of(start, parts)])))


def _whole_words(document: Document, begin: int, finish: int) -> Span:
    """The span without a word that it cuts off at its end, and without what follows a quotation mark that was opened before it."""
    if document.text[finish - 1:finish + 1].isalnum() and finish < len(document.text):
        finish = begin + max(document.text[begin:finish].rfind(" "), 1)
    words = readable(document.text[begin:finish])
    if words.count('"') % 2:
        finish = begin + words.rindex('"')
    return document.span(begin, begin + len(document.text[begin:finish].rstrip(" ,:-–—")))


def _last_mark(marked: Marked, end: int) -> int:
    positions = [position for position, mark in marked.of_kind(*ACTORS, "detainer", "person", "he", "they", "group") if position < end <= position + len(mark.kind) + 2]
    return positions[-1] if positions else -1


def find_instruments(document: Document) -> list[Instrument]:
    """The laws, rulings and orders that a report names: by name ("Trust Act"), and by citation (through eyecite)."""
    found: dict[str, Instrument] = {}
    for match in re.finditer(pattern_file("claims")["laws"], document.text):
        words = re.sub(r"^(?:The|Under|In|By|A|An|And|But|Despite|Since|When|With) ", "", match.group())
        start = match.end() - len(words)
        found.setdefault(words, Instrument(words, "law", document.span(start, match.end())))
    if _CITATION.search(document.text):
        from eyecite import get_citations

        for citation in get_citations(document.text):
            start, end = citation.span()  # type: ignore[no-untyped-call]
            span = document.span(start, end)
            found.setdefault(span.words, Instrument(span.words, type(citation).__name__.removesuffix("Citation").lower() or "citation", span))
    return list(found.values())
