"""Text answers of a scanned form: every field is cut out and recognised several times, in different pictures of it. Readings that differ are not believed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np
from PIL import Image, ImageFilter
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from lawfulhold.sources.forms.layouts import frequent_words
from lawfulhold.sources.forms.locate import Place, plain
from lawfulhold.sources.forms.ocr import recognise
from lawfulhold.sources.forms.page import Grey, Ink, Picture, lines_of
from lawfulhold.sources.forms.picture import smoothed
from lawfulhold.sources.forms.proposed import proposed
from lawfulhold.sources.forms.reading import Box
from lawfulhold.sources.forms.values import letter_or_figure, odd_signs, stamp_in, value_of, within
from lawfulhold.sources.forms.vote import Vote, vote

AGREED, EASY, BELIEVED = 0.75, 0.8, 0.72
_NAME_BELIEVED = 0.8  # in the few dots of a fax, where no list of words checks a name: all readings may take an `e` for a `c`
_COARSE_AGREED = 0.85
_PARTICLES = frozenset(("de", "del", "la", "las", "los", "da", "das", "do", "dos", "di", "du", "van", "von", "y", "e", "el", "al", "bin", "ibn", "and"))
_BLANK, _FAINT = 1.2, 3.0
_LEAST_ROOM = 14.0, 6.0  # points across and down


@dataclass(slots=True)
class Crop:
    """A field to be recognised: its place, and the page's picture without ruled lines and with them. `second` is another picture of a coarse page: what is
    read there must not be left to one picture."""

    place: Place
    picture: Picture
    raw: Picture
    second: Picture | None = None
    few_dots: bool = False


@dataclass(frozen=True, slots=True)
class CropRead:
    """What was recognised."""

    value: str | None
    words: str
    sure: bool
    confidence: float
    box: Box
    note: str | None


@dataclass(slots=True)
class _Cut:
    box: Box
    amount: float
    dirt: float = 0.0
    readings: list[tuple[str, float]] = field(default_factory=list)
    on_line: list[str] = field(default_factory=list)
    on_second: list[str] = field(default_factory=list)
    grey: Grey = field(default_factory=lambda: np.zeros((1, 1), dtype=np.uint8))
    ink: Ink = field(default_factory=lambda: np.zeros((1, 1), dtype=np.bool_))
    raw: Grey = field(default_factory=lambda: np.zeros((1, 1), dtype=np.uint8))
    second: Grey = field(default_factory=lambda: np.zeros((1, 1), dtype=np.uint8))


def _filtered(grey: Grey, kind: ImageFilter.Filter, blur: float, size: float) -> Grey:
    return smoothed(cast(Grey, np.asarray(Image.fromarray(grey).filter(kind), dtype=np.uint8)), blur, size)


def _stretched(grey: Grey, across: float, down: float) -> Grey:
    image = Image.fromarray(smoothed(grey, 1.4, 1.0))
    size = max(1, round(image.width * across)), max(1, round(image.height * down))
    return cast(Grey, np.asarray(image.resize(size, Image.Resampling.LANCZOS), dtype=np.uint8))


def _leaning(grey: Grey) -> Grey:
    image = Image.fromarray(smoothed(grey, 1.2, 0.8))
    return cast(Grey, np.asarray(image.transform((image.width + 8, image.height), Image.Transform.AFFINE, (1, 0.12, -4, 0, 1, 0), Image.Resampling.BICUBIC,
                                                 fillcolor=255), dtype=np.uint8))


# The pictures in which an answer is recognised. They differ in what makes recognition err: blur, size, weight of the strokes, ruled lines wiped out or left.
VERSIONS: dict[str, Callable[[_Cut], Grey]] = {
    "plain": lambda cut: smoothed(cut.grey, 1.2, 1.0),
    "small": lambda cut: smoothed(cut.grey, 1.8, 0.5),
    "heavy": lambda cut: _filtered(cut.grey, ImageFilter.MinFilter(3), 1.2, 0.75),
    "sharp": lambda cut: smoothed(cut.grey, 0.6, 0.5),
    "bare": lambda cut: smoothed(np.where(cut.ink, 0, 255).astype(np.uint8), 1.6, 0.75),
    "ruled": lambda cut: smoothed(cut.raw, 1.2, 1.0),
    "ruled small": lambda cut: smoothed(cut.raw, 1.8, 0.5),
    "ruled heavy": lambda cut: _filtered(cut.raw, ImageFilter.MinFilter(3), 1.2, 0.75),
    "heaviest": lambda cut: _filtered(cut.grey, ImageFilter.MinFilter(5), 1.0, 0.66),
    "light": lambda cut: _filtered(smoothed(cut.grey, 1.0, 1.0), ImageFilter.MaxFilter(3), 1.0, 0.75),
    "wide": lambda cut: _stretched(cut.grey, 0.9, 0.65),
    "tall": lambda cut: _stretched(cut.grey, 0.6, 0.8),
    "leaning": lambda cut: _leaning(cut.grey),
    "second": lambda cut: smoothed(cut.second, 1.0, 1.0),
    "second small": lambda cut: smoothed(cut.second, 1.4, 0.6),
    "second sharp": lambda cut: smoothed(cut.second, 0.6, 0.5),
}
FIRST, MORE = ("plain", "small", "ruled"), ("heavy", "sharp", "bare", "ruled small", "ruled heavy", "heaviest", "light", "wide", "tall", "leaning")
SECOND = ("second", "second small", "second sharp")
_TAILS = frozenset("gqyj")


def read_crops(crops: Sequence[Crop], name: str) -> list[CropRead]:
    """Recognise all fields, in as few runs of Tesseract as there are kinds of pictures."""
    cuts = [_cut(crop) for crop in crops]
    for versions in (FIRST, MORE, SECOND):
        work = [number for number, (crop, cut) in enumerate(zip(crops, cuts, strict=True))
                if cut.amount >= _BLANK and (crop.second is not None if versions is SECOND else not (cut.readings and _is_settled(crop, cut)))]
        for mode in (6, 7):
            numbers = [number for number in work if (crops[number].place.layout.kind == "address") == (mode == 6)]
            pictures = [VERSIONS[version](cuts[number]) for number in numbers for version in versions]
            found = recognise(pictures, mode, name)
            for place, number in enumerate(numbers):
                for version, words in zip(versions, found[place * len(versions):(place + 1) * len(versions)], strict=True):
                    lines = lines_of(0, words)
                    text = ("\n" if mode == 6 else " ").join(line.text for line in lines)
                    text = _cleared(crops[number], text)
                    if text:
                        cuts[number].readings.append((text, sum(word.confidence for word in words) / len(words)))
                        if version.startswith("ruled"):
                            cuts[number].on_line.append(text)
                        if versions is SECOND:
                            cuts[number].on_second.append(text)
    return [_decide(crop, cut) for crop, cut in zip(crops, cuts, strict=True)]


def _cleared(crop: Crop, text: str) -> str:
    """A reading without bits of specks and of the label's own further lines."""
    kind = crop.place.layout.kind
    text = _trim(text)
    if kind == "address" and "\n" in text:
        first, rest = text.split("\n", 1)
        if any(fuzz.ratio(plain(first), plain(more)) >= 55 for more in crop.place.layout.continues):
            text = rest
        # An address ends with its state and postal number; a few small letters under it are specks.
        text = re.sub(r"([A-Z]{2} \d{5})(?:\n[a-z .]{1,8})+$", r"\1", text)
    return within(kind, _without_label(text, crop.place.layout.labels) if crop.place.layout.where == "right" else text)


def _without_label(text: str, labels: Sequence[str]) -> str:
    """A reading without the last word of its own label, where the label was found without it."""
    first, _, rest = text.partition(" ")
    ends = [plain(label.split(" ")[-1]) for label in labels]
    if len(plain(first)) >= 6 and any(len(end) >= 8 and fuzz.partial_ratio(plain(first), end) >= 75 for end in ends):
        return rest
    return text


def _is_settled(crop: Crop, cut: _Cut) -> bool:
    """True when the first readings are alike, have the right shape, and were easy."""
    texts = {text for text, _ in cut.readings}
    return (crop.second is None and len(cut.readings) == len(FIRST) and len(texts) == 1 and min(confidence for _, confidence in cut.readings) >= EASY
            and value_of(crop.place.layout.kind, next(iter(texts)))[1])


def _cut(crop: Crop) -> _Cut:
    """The part of the picture where the answer stands, tight around its ink, in three versions."""
    one = crop.place.layout
    chosen = _Cut(crop.place.region, 0.0)
    # An address stands under its label; other answers right of it, or under it where nothing is there.
    regions = (*crop.place.more, crop.place.region) if one.kind == "address" else (crop.place.region, *crop.place.more)
    for region in regions:
        left, top, right, bottom = crop.picture.crop(region)
        ink = crop.picture.ink[top:bottom, left:right]
        bounds = _text_bounds(ink, crop.picture.dots, one.kind, one.where)
        if bounds is None:
            inner = ink[round(0.2 * len(ink)):round(0.8 * len(ink)), round(3 * crop.picture.dots):round(-3 * crop.picture.dots)]
            chosen.dirt = max(chosen.dirt, float(inner.sum()) / crop.picture.dots**2)
            continue
        y0, y1, x0, x1 = bounds
        if region in crop.place.more and one.kind != "address" and (x0 <= 0.8 * crop.picture.dots or x1 >= ink.shape[1] - 0.8 * crop.picture.dots):
            # A line of print that runs through under the label is no answer.
            chosen.dirt = _FAINT
            continue
        amount = float(ink[y0:y1, x0:x1].sum()) / crop.picture.dots**2
        box = cast(Box, tuple(side / crop.picture.dots for side in (left + x0, top + y0, left + x1, top + y1)))
        if amount > chosen.amount:
            chosen.box, chosen.amount = box, amount
        if amount >= _FAINT:
            break
    if chosen.amount >= _BLANK:
        left, top, right, bottom = crop.picture.crop((chosen.box[0] - 2, chosen.box[1] - 1.5, chosen.box[2] + 2, chosen.box[3] + 1.5))
        chosen.grey = np.pad(crop.picture.grey[top:bottom, left:right], 9, constant_values=255)
        chosen.ink = np.pad(crop.picture.ink[top:bottom, left:right], 9)
        chosen.raw = np.pad(crop.raw.grey[top:bottom, left:right], 9, constant_values=255)
        if crop.second is not None:
            chosen.second = np.pad(crop.second.grey[top:bottom, left:right], 9, constant_values=255)
    return chosen


def _text_bounds(ink: np.ndarray[tuple[int, int], np.dtype[np.bool_]], dots: float, kind: str, where: str) -> tuple[int, int, int, int] | None:
    """Rows and columns of the answer in a region: the lowest line over a caption, the highest right of a label, all lines of an address."""
    if ink.size == 0:
        return None
    start = _after_label(ink, dots) if where == "right" and kind != "address" else 0
    ink = ink[:, start:]
    rows = ink.sum(axis=1) > 1
    bands = [band for band in _runs(rows, round(0.7 * dots)) if band[1] - band[0] >= 2.5 * dots]
    if not bands:
        return None
    if kind != "address":
        # Letters cut off at the edge of the region belong to the line beside it.
        whole = [band for band in bands if band[1] - band[0] >= 4 * dots] or bands
        bands = [whole[-1] if where == "above" else max(whole, key=lambda band: int(ink[band[0]:band[1]].sum()))]
    y0, y1 = bands[0][0], bands[-1][1]
    groups = _runs(ink[y0:y1].sum(axis=0) > 1, round(5 * dots))
    # Specks and bits of stamps stand apart from the answer, and are smaller than a letter.
    letters = [group for group in groups if _is_writing(ink[y0:y1, group[0]:group[1]], dots)]
    if not letters:
        return None
    return y0, y1, start + letters[0][0], start + letters[-1][1]


def _is_writing(ink: np.ndarray[tuple[int, int], np.dtype[np.bool_]], dots: float) -> bool:
    rows = np.flatnonzero(ink.any(axis=1))
    return bool(rows.size) and int(rows[-1]) - int(rows[0]) >= 3.4 * dots and float(ink.sum()) >= 1.6 * dots**2


def _after_label(ink: np.ndarray[tuple[int, int], np.dtype[np.bool_]], dots: float) -> int:
    """Where the answer may begin: behind the colon, or the last letter, of the label."""
    runs = _runs(ink.sum(axis=0) > 0, round(0.8 * dots))
    if not runs:
        return 0
    start, end = runs[0]
    # The colon is narrow; of the label's last letter a part may stick out at the left edge. A lone letter farther in is an answer.
    of_label = (start <= 2.4 * dots and end - start <= 2.2 * dots) or (start <= 0.3 * dots and end <= 4 * dots)
    return end if of_label and (len(runs) == 1 or runs[1][0] - end >= 1.2 * dots) else 0


def _runs(flags: np.ndarray[tuple[int], np.dtype[np.bool_]], gap: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for position in np.flatnonzero(flags):
        place = int(position)
        if found and place - found[-1][1] <= gap:
            found[-1] = found[-1][0], place + 1
        else:
            found.append((place, place + 1))
    return found


def _trim(text: str) -> str:
    """Without what recognition makes of specks: lines, and words at the ends of lines, that have no letter and no figure."""
    lines = []
    for line in text.split("\n"):
        words = [word for word in re.sub(r"[|_~=«»©®°•‘’“”\"<>]+", lambda sign: "'" if sign[0] in "‘’" else " ", line).split(" ") if word]
        while words and not re.search(r"[^\W_]", words[0]):
            words.pop(0)
        while words and not re.search(r"[^\W_]", words[-1]):
            words.pop()
        # Nothing that is written ends or begins with a lone small letter: it is a speck at the edge.
        while len(words) > 1 and re.fullmatch(r"[a-z|!.,]|[a-z][.,;:]", words[-1]):
            words.pop()
        while len(words) > 1 and re.fullmatch(r"[a-z|!.,]", words[0]):
            words.pop(0)
        if words:
            line = " ".join(words).lstrip(".,:;'*-").rstrip(",:;'*-")
            lines.append(_commas(re.sub(r" (?=[,;])", "", line.replace("{", "(").replace("}", ")"))))
    return "\n".join(line for line in lines if len(re.findall(r"[^\W_]", line)) > (1 if "\n" in text else 0))


def _commas(line: str) -> str:
    """A full stop behind a long or frequent word, or before a state and its postal number, is a comma of which a dot was lost: abbreviations are short."""
    line = re.sub(r"\. (?=[A-Z]{2} \d{5}\b)", ", ", line)
    return re.sub(r"([A-Za-z]+)\. (?=[A-Z])", lambda found: f"{found[1]}, " if len(found[1]) >= 5 or found[1] in frequent_words() else found[0], line)


def _tails(voted: Vote, on_line: Vote) -> Vote:
    """The voted text with the letters that hang below the line as they are read with the line: where it was wiped out, a `g` lost its foot and is a `q`."""
    if len(voted.text) != len(on_line.text):
        return voted
    letters = [lined if letter in _TAILS and lined in _TAILS else letter for letter, lined in zip(voted.text, on_line.text, strict=True)]
    text = "".join(letters)
    return Vote(text, voted.support if text == voted.text else min(voted.support, on_line.support**2), voted.against)


def doubt(kind: str, text: str) -> str | None:
    """Why a reading that all agree on may still be wrong: signs within words, a name in small letters, a word that is nearly a frequent one."""
    if len(text) < 2:
        return "is a single letter"
    if re.search(r"[A-Za-z][:;!?.][A-Za-z]{2}|\d[.,]\d", text):
        return "has a sign within a word"
    if re.search(r"[A-Za-z][:;?!](?:\s|$)", text):
        return "has a sign behind a word"
    if re.search(r"\s[a-z0-9]$", text):
        return "ends with a lone letter or figure"
    if kind == "address" and len(re.findall(r"\b[A-Z]{2} \d{5}\b", text)) > 1:
        return "has two postal numbers: two addresses may stand in it"
    words = re.findall(r"[A-Za-z']+", text)
    if kind == "name" and any(word[0].islower() and word not in _PARTICLES for word in words):
        return "has a name in small letters"
    for word in words:
        if len(word) < 5 or word in frequent_words() or word.removesuffix("s") in frequent_words():
            continue
        if any(len(known) >= 5 and Levenshtein.distance(word, known, score_cutoff=1) == 1 for known in frequent_words()):
            return f"has a word, {word}, that is nearly a frequent one"
    return None


def _coarse_doubt(kind: str, value: str | None, voted: Vote, cut: _Cut) -> str | None:
    """Why a reading of a coarse picture is not believed. There all readings may take one letter for another: words are checked by a list, figures by a second
    picture; names and addresses cannot be checked."""
    if kind in {"name", "address"}:
        return f"so few dots to the inch do not show the letters of {'a name' if kind == 'name' else 'an address'} surely"
    if kind == "text" and any(word not in frequent_words() for word in re.findall(r"\w+", voted.text)):
        return "has a word or a number that cannot be checked in so few dots to the inch"
    if voted.support < _COARSE_AGREED or value_of(kind, vote(cut.on_second).text)[0] != value:
        return f"the readings of a coarse picture differ ({voted.support:.0%} agree on its weakest letter)"
    return None


def _has_room(place: Place) -> bool:
    """True when a line of writing fits where the answer is looked for."""
    return any(right - left >= _LEAST_ROOM[0] and bottom - top >= _LEAST_ROOM[1] for left, top, right, bottom in (place.region, *place.more))


def _decide(crop: Crop, cut: _Cut) -> CropRead:
    kind = crop.place.layout.kind
    if cut.amount < _BLANK:
        if not _has_room(crop.place):
            return CropRead(None, "", False, 0.4, cut.box, "there is no room for an answer here: its label may have been taken for another word")
        clean = cut.dirt < (_FAINT if crop.second is None else _BLANK)
        return CropRead(None, "", clean, 0.95 if clean else 0.5, cut.box, None if clean else "specks or a faint mark stand here")
    if not cut.readings:
        if cut.amount < _FAINT:
            return CropRead(None, "", False, 0.5, cut.box, "specks or a faint mark stand here")
        return CropRead(None, "", False, 0.1, cut.box, "something is written here that could not be read")
    voted = vote([text for text, _ in cut.readings])
    if kind in {"text", "name", "address"}:
        voted = _tails(voted, vote(cut.on_line))
    value, shaped = value_of(kind, voted.text)
    confidence = sum(confidence for _, confidence in cut.readings) / len(cut.readings)
    note = None
    if len(re.findall(r"[^\W_]", voted.text)) <= 2 and kind != "sex" and (not shaped or voted.support < AGREED):
        value = None  # one or two letters on which the readings differ: specks, or what nobody could read
    if re.fullmatch(r"\W*[a-z0-9]\W*", voted.text) and kind != "sex":
        value = None  # a lone small letter or figure is no answer
    if value is None:
        note = "something is written here that could not be read"
    elif any(stamp_in(text) for text, _ in cut.readings):
        note = "a stamp stands over it"
    elif odd_signs(voted.text):
        note = odd_signs(voted.text)
    elif kind == "number" and " " in voted.text:
        note = "there is a gap in the number"
    elif kind == "number" and letter_or_figure(voted.text):
        note = "begins with a sign that may be a letter or a figure"
    elif not shaped:
        note = f"is not written as a {kind} should be" if kind != "country" else "is not a country that is known"
    elif voted.support < AGREED or len(cut.readings) < 3:
        note = f"the readings differ ({voted.support:.0%} agree on its weakest letter)"
    elif kind in {"name", "text", "address"}:
        note = doubt(kind, voted.text)
    if note is None and crop.second is not None:
        note = _coarse_doubt(kind, value, voted, cut)
    believed = min(0.97, voted.support * (0.5 + confidence / 2))
    if note is None and believed < (_NAME_BELIEVED if crop.few_dots and kind == "name" else BELIEVED):
        note = "is hard to read"
    if value is not None and note is not None:
        value = proposed(crop.place.layout, voted.text, [text for text, _ in cut.readings])
    return CropRead(value, voted.text, note is None, believed, cut.box, note)
