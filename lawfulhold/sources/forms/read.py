"""Read a form in this process: open, recognise, find, answer. `lawfulhold.sources.forms.read_form` runs it in a bounded process of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from lawfulhold.sources.forms.answers import Draw, Reader
from lawfulhold.sources.forms.kinds import file_kind
from lawfulhold.sources.forms.limits import MAXIMUM_PAGES_BY_OCR
from lawfulhold.sources.forms.locate import Located, find_forms, locate_again, printed_number, stand_alike
from lawfulhold.sources.forms.ocr import MISSING, program, recognise
from lawfulhold.sources.forms.page import Line, Page, Picture, Word, lines_of
from lawfulhold.sources.forms.pdf import Paper, picture_page
from lawfulhold.sources.forms.picture import DOTS, open_pictures, paper_shape, ready, smoothed, softened, without_rules
from lawfulhold.sources.forms.reading import Box, FormError, FormReading, How, PageSpan

NOT_A_FORM = "is not one of the forms that are known (I-247A, I-247D, I-247N, I-247X, I-247G, I-247, I-200, I-205); read it as a report, or by eye"


def read_here(path: Path, name: str | None = None) -> FormReading:
    """Read the form in a file (PDF or picture). Raises `FormError` when there is none or the file cannot be read."""
    name = name or str(path)
    pages, draw, paper = open_pages(path, name)
    try:
        return read_pages(pages, draw, name)
    finally:
        if paper:
            paper.close()


def read_pages(pages: Sequence[Page], draw: Draw, name: str) -> FormReading:
    """Read the form on pages that are open. Scanned pages get their words, and are straightened. Raises `FormError`."""
    recognise_pages(pages, draw, name)
    found = find_forms(pages)
    if not found:
        raise FormError(NOT_A_FORM, name)
    for one in found:
        _look_again(one, draw, name)
    return _packet([_reading(one, draw, name) for one in found])


def _look_again(located: Located, draw: Draw, name: str) -> None:
    """Recognise scanned pages once more, in a heavier picture, where labels were not found; and the foot of the first page, where the edition stands.
    Faxes are always recognised once more: a label is believed where both recognitions have it. Labels that are found in neither are looked for in words
    that are less alike, and not believed."""
    scans = [page for page in located.pages[:4] if page.how == "scan"]
    if not scans:
        return
    twice = {page.number for page in scans if page.twice}
    if twice or any(one.name not in located.places for one in located.layout.fields):
        again = []
        for page in scans:
            if page.twice:
                page.second = softened(draw(page))
            clean = without_rules(page.second) if page.second else page.clean or without_rules(draw(page))
            again.append(replace(page, words=_words_of(clean, name, blur=0.8, size=0.6)))
        first = set(located.places)
        second = locate_again(located, again)
        located.doubtful = {place.layout.name for place in (*located.places.values(), *second.places.values())
                            if place.page in twice and not stand_alike(located.places.get(place.layout.name), second.places.get(place.layout.name))}
        for field_name, place in second.places.items():
            located.places.setdefault(field_name, place)
        on_paper = located.on_paper()
        missing = any(one.name not in located.places for one in located.layout.fields)
        for words in (again, located.pages) if missing else ():
            for field_name, place in locate_again(located, words, faint=True).places.items():
                if field_name not in located.places and (field_name in on_paper or not place.layout.optional):
                    located.places[field_name] = place
                    located.doubtful.add(field_name)
        # An answer beside which another label was found only now may hold that one's answer too.
        late = [place for field_name, place in located.places.items() if field_name not in first]
        located.doubtful |= {field_name for field_name, place in located.places.items() if any(place.reaches(other) for other in late if other is not place)}
        located.number, located.edition = located.number or second.number, located.edition or second.edition
    if located.edition is None or located.edition[0].replace("-", "/") not in located.layout.editions:
        _read_foot(located, scans[0], draw(scans[0]), name)


def _read_foot(located: Located, page: Page, picture: Picture, name: str) -> None:
    """The number and edition at the foot, cut out and recognised several times. An edition is kept when two readings have the figures
    of a known one: its stroke is often lost."""
    left, top, right, bottom = picture.crop((0, page.height - 70, page.width, page.height))
    strip = picture.grey[top:bottom, left:right]
    sizes = ((1.2, 1.0), (1.2, 0.75), (0.6, 0.6), (1.8, 1.0))
    pictures = [smoothed(strip, blur, size) for blur, size in sizes]
    found: list[tuple[str, Line]] = []
    for words, (_, size) in zip(recognise(pictures, 6, name), sizes, strict=True):
        scale = picture.dots * size
        shifted = [Word(word.text, _below(_points(word, scale), top / picture.dots), word.confidence) for word in words]
        printed = printed_number(lines_of(page.number, shifted))
        if printed and printed[0] == located.layout.form:
            located.number = located.number or (page.number, printed[2].box, printed[2].text)
            digits = re.sub(r"\D", "", printed[2].text.partition("(")[2].partition(")")[0])
            found += [(edition, printed[2]) for edition in located.layout.editions if edition.replace("/", "") == digits]
    editions = [edition for edition, _ in found]
    best = max(found, key=lambda one: editions.count(one[0]), default=None)
    if best and editions.count(best[0]) >= 2:
        located.edition = best[0], page.number, best[1].box, best[1].text


def _below(box: Box, down: float) -> Box:
    return box[0], box[1] + down, box[2], box[3] + down


def open_pages(path: Path, name: str) -> tuple[list[Page], Draw, Paper | None]:
    """The pages of a PDF or picture, with what draws them."""
    kind = file_kind(path, name)
    if kind == "pdf":
        paper = Paper(path, name)
        return paper.pages, paper.draw, paper
    if kind != "picture":
        raise FormError("is no PDF and no picture; a form is read from a PDF or a scan", name)
    try:
        pages = [picture_page(image, number, dots) for number, (image, dots) in enumerate(open_pictures(path, name), 1)]
    except ValueError as error:
        raise FormError(f"is no sheet of paper: {error}", name) from error

    def draw(page: Page) -> Picture:
        assert page.picture is not None
        return page.picture

    return pages, draw, None


def recognise_pages(pages: Sequence[Page], draw: Draw, name: str, most: int = MAXIMUM_PAGES_BY_OCR) -> None:
    """Give the scanned pages their words. A page that is upside down or on its side is turned first."""
    scans = [page for page in pages if page.how == "scan"]
    if len(scans) > most:
        raise FormError(f"has {len(scans)} scanned pages; at most {most} are recognised; give only the form and its attachments", name)
    if scans and program() is None:
        raise FormError(MISSING, name)
    for page in scans:
        picture = draw(page)
        words: list[Word] = []
        if not _is_wide(picture):  # the forms are higher than wide: a page that is not lies on its side
            page.clean = without_rules(picture)
            words = _words_of(page.clean, name)
        page.words = words if _sense(words) >= 0.45 else _turned(page, picture, words, name)


def _words_of(picture: Picture, name: str, blur: float = 1.2, size: float = 0.75) -> list[Word]:
    """The words in a picture that has no ruled lines any more. Small and a little blurred is read best: the dots of a fax run together into letters."""
    grey = smoothed(picture.grey, blur, size)
    found = recognise([grey], 11, name, dpi=round(72 * picture.dots * size))[0]
    return [Word(word.text, _points(word, picture.dots * size), word.confidence) for word in found]


def _points(word: Word, dots: float) -> tuple[float, float, float, float]:
    left, top, right, bottom = word.box
    return left / dots, top / dots, right / dots, bottom / dots


def _sense(words: Sequence[Word]) -> float:
    """How much of the page reads like words: near 0 for a page that is upside down."""
    letters = [word for word in words if len(word.text) > 2]
    return sum(word.confidence for word in letters) / len(letters) if len(letters) > 15 else 0.0


def _turned(page: Page, picture: Picture, words: list[Word], name: str) -> list[Word]:
    """The words of a page that does not read like words, turned so that it does. A third of the page shows which way is up."""
    turned = {turns: _turned_picture(picture, turns) for turns in ((1, 3) if _is_wide(picture) else (2, 1, 3))}
    senses = {turns: _sense(_words_of(without_rules(_upper_third(one)), name)) for turns, one in turned.items()}
    best = max(senses, key=lambda turns: senses[turns])
    clean = without_rules(turned[best])
    tried = _words_of(clean, name)
    if _sense(tried) <= _sense(words) + 0.15:
        return words or _words_of(without_rules(picture), name)
    page.picture, page.clean = turned[best], clean
    page.width, page.height = page.picture.ink.shape[1] / DOTS, page.picture.ink.shape[0] / DOTS
    return tried


def _is_wide(picture: Picture) -> bool:
    height, width = picture.ink.shape
    return bool(width > height)


def _turned_picture(picture: Picture, turns: int) -> Picture:
    image = Image.fromarray(np.ascontiguousarray(np.rot90(picture.grey, turns)))
    return ready(image if turns == 2 else paper_shape(image, (1, 1)))


def _upper_third(picture: Picture) -> Picture:
    rows = slice(len(picture.ink) // 12, 5 * len(picture.ink) // 12)
    return Picture(picture.grey[rows], picture.ink[rows], picture.dots)


def _reading(located: Located, draw: Draw, name: str) -> FormReading:
    fields = Reader(located, draw, name).fields()
    layout = located.layout
    kinds = {page.how for page in located.pages[:1]}
    how: How = "scan" if "scan" in kinds else "fillable" if "fillable" in kinds else "text"
    notes = [] if located.sure else [f"It is taken for a Form {layout.form} ({layout.title}); look at the number printed at its foot."]
    if layout.note:
        notes.append(layout.note)
    # Words that the file itself holds are what is printed: no edition is then sure too.
    edition, edition_sure, spans = None, how != "scan" and located.number is not None, {}
    if located.number:
        number, box, words = located.number
        spans["form"] = PageSpan(name, number, box, words)
    if located.edition:
        edition, number, box, words = located.edition
        edition = edition.replace("-", "/")
        edition_sure = how != "scan" or edition in layout.editions
        spans["edition"] = PageSpan(name, number, box, words)
    return FormReading(name, layout.form, edition, fields, how, tuple(page.number for page in located.pages), located.sure, edition_sure, spans, (),
                       tuple(notes))


def _packet(readings: list[FormReading]) -> FormReading:
    """The detainer first, what else is in the file behind it."""
    from lawfulhold.sources.forms.layouts import layouts

    first = next((one for one in readings if not layouts()[one.form].is_warrant), readings[0])
    others = tuple(one for one in readings if one is not first)
    return replace(first, attachments=others) if others else first
