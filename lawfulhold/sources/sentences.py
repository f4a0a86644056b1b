"""Sentences of a paragraph, split by syntok, with the joints of this field mended ("Jan. 26", "ROCKVILLE, Md. — On ...")."""

from __future__ import annotations

import re

from syntok import segmenter

MAXIMUM_SENTENCE = 2_000
_ABBREVIATION = re.compile(
    r"\b(?:Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|Gen|Sen|Rep|Gov|Lt|Sgt|Dr|Mr|Mrs|Ms|No|St|Mt|Ft|Ala|Ariz|Ark|Calif|Colo|Conn|Del|Fla|Ga|Ill|Ind|Kans?|Ky|La|Md|Mass|"
    r"Mich|Minn|Miss|Mo|Mont|Neb|Nev|Okla|Ore|Pa|Penn|Tenn|Tex|Vt|Va|Wash|Wisc?|Wyo|[A-Z]\.[A-Z]|[ap]\.m|vs?|Jr|Sr)\.$")
_CONTINUES = re.compile(r"\s*(?:[a-z0-9(—–,;-]|—|–)")
_STARTS = re.compile(r"(?<=[a-z0-9][.!?]) (?=(?:He|She|They|The|ICE|ERO|On|In)\b)|(?<=U\.S\.) (?=(?:He|She|They|The|On|In|ICE|ERO) [a-z])|(?<=[.!?][\"”]) (?=[A-Z])")


def sentences(text: str) -> list[tuple[int, int]]:
    """The sentences of `text` as character ranges, in order. Very long ones are cut at `MAXIMUM_SENTENCE` characters."""
    found: list[tuple[int, int]] = []
    for paragraph in segmenter.analyze(text):
        for tokens in paragraph:
            words = list(tokens)
            if not words:
                continue
            start, end = words[0].offset, words[-1].offset + len(words[-1].value)
            previous = text[found[-1][0]:found[-1][1]] if found else ""
            if found and _ABBREVIATION.search(previous) and _CONTINUES.match(text[start:end]):
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
    return [piece for start, end in found for piece in _pieces(text, start, end)]


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    cuts = [start]
    for match in _STARTS.finditer(text[start:end]):
        cuts.append(start + match.end())
    pieces: list[tuple[int, int]] = []
    for first, last in zip(cuts, [*cuts[1:], end], strict=True):
        for cut in range(first, last, MAXIMUM_SENTENCE):
            pieces.append((cut, min(cut + MAXIMUM_SENTENCE, last)))
    return pieces
