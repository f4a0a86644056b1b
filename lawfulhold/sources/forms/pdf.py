"""Pages of a PDF: text with boxes (pdfium), the fields of a fillable form (pypdf), pictures drawn on demand (pdfium)."""

from __future__ import annotations

import contextlib
import logging
import math
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np
import pypdf
import pypdfium2 as pdfium
from PIL import Image
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject
from pypdfium2 import raw

from lawfulhold.sources.forms.limits import (
    MAXIMUM_CHARACTERS_A_PAGE,
    MAXIMUM_PAGES,
    MAXIMUM_SIDE_POINTS,
    MAXIMUM_VALUE,
    MAXIMUM_WIDGETS,
    MAXIMUM_WORDS_A_PAGE,
)
from lawfulhold.sources.forms.page import Grey, Page, Picture, Widget, Word
from lawfulhold.sources.forms.picture import COARSE, DOTS, FEW, has_few_lines, ink_of, paper_shape, ready
from lawfulhold.sources.forms.reading import Box, FormError

logging.getLogger("pypdf").setLevel(logging.CRITICAL)
_TEXT_DOTS = 200 / 72
_UNREADABLE = "the two states of the box in the file differ"


class Paper:
    """An open PDF. `pages` have words and fields; `draw` gives a page its picture."""

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        try:
            self.document = pdfium.PdfDocument(str(path))
            count = len(self.document)
        except pdfium.PdfiumError as error:
            if "password" in str(error).lower():
                raise FormError("is locked with a password; save it without one", name) from error
            raise FormError("is not a PDF that can be opened (damaged or cut off); ask for it again", name) from error
        if count == 0:
            raise FormError("has no pages; ask for it again", name)
        if count > MAXIMUM_PAGES:
            raise FormError(f"has {count:,} pages; at most {MAXIMUM_PAGES} are read; give only the form and its attachments", name)
        with contextlib.suppress(pdfium.PdfiumError):
            self.document.init_forms()
        widgets = _widgets(path)
        self.pages = [self._page(number, widgets.get(number, [])) for number in range(count)]

    def close(self) -> None:
        """Close the file."""
        self.document.close()

    def _page(self, number: int, widgets: list[tuple[str, str, str | bool | None, Box, str | None]]) -> Page:
        try:
            page = self.document[number]
            _put_upright(page)
            width, height = page.get_size()
        except pdfium.PdfiumError as error:
            raise FormError(f"has a damaged page {number + 1}; ask for it again", self.name) from error
        if not (0 < width <= MAXIMUM_SIDE_POINTS and 0 < height <= MAXIMUM_SIDE_POINTS):
            raise FormError(f"has a page {number + 1} of {width / 72:.0f} by {height / 72:.0f} inches, which is no sheet of paper", self.name)
        shown = _Shown(page, width, height)
        pictures, hidden, dots = _objects(page)
        large = any(_area(shown.box(box)) >= 0.6 * width * height for box in pictures)
        words = [] if large else _page_words(page, shown, hidden, self.name)
        how = "scan" if large or (pictures and len(words) < 12) else "text"
        if how == "scan":
            words = []
        placed = [Widget(label, kind, value, shown.box(box), note) for label, kind, value, box, note in widgets]
        filled = bool(placed) and how == "text"
        return Page(number + 1, width, height, "fillable" if filled else "scan" if how == "scan" else "text", words, placed, source=page,
                    coarse=how == "scan" and dots < COARSE, twice=how == "scan" and dots < FEW)

    def draw(self, page: Page) -> Picture:
        """The picture of a page; scans are straightened and cleaned, printed pages are drawn as they are."""
        if page.picture is None:
            dots = DOTS if page.how == "scan" else _TEXT_DOTS
            try:
                image = page.source.render(scale=dots, grayscale=True, may_draw_forms=True).to_pil().convert("L")
            except (pdfium.PdfiumError, MemoryError, ValueError) as error:
                raise FormError(f"has a page {page.number} that cannot be drawn (damaged); ask for it again", self.name) from error
            if page.how == "scan":
                shaped = paper_shape(image, (1, 1))
                page.picture = ready(shaped)
                page.coarse = page.coarse or has_few_lines(shaped)
                page.twice = page.twice or page.coarse
                page.width, page.height = shaped.width / DOTS, shaped.height / DOTS
            else:
                grey = cast(Grey, np.asarray(image, dtype=np.uint8))
                page.picture = Picture(grey, ink_of(grey), dots)
        return page.picture


def _put_upright(page: Any) -> None:
    """Turn a page whose text runs up, down or upside down, as the page is shown. In memory only; the places in spans are then those of the upright page."""
    with contextlib.suppress(pdfium.PdfiumError):
        text = page.get_textpage()
        count = text.count_chars()
        angles = [raw.FPDFText_GetCharAngle(text.raw, index) for index in range(0, count, max(1, count // 200))]
        quarters = [round(math.degrees(angle) / 90) % 4 for angle in angles if angle >= 0]
        most = max(set(quarters), key=quarters.count, default=0)
        upright = -90 * most % 360
        if len(quarters) >= 30 and quarters.count(most) >= 0.8 * len(quarters) and upright != page.get_rotation():
            page.set_rotation(upright)


class _Shown:
    """From the file's coordinates to points from the top left corner of the page as it is shown."""

    def __init__(self, page: Any, width: float, height: float) -> None:
        self.turn = int(page.get_rotation() or 0) % 360
        left, bottom, right, top = page.get_cropbox()
        self.left, self.bottom, self.right, self.top = min(left, right), min(bottom, top), max(left, right), max(bottom, top)
        self.width, self.height = width, height

    def point(self, x: float, y: float) -> tuple[float, float]:
        if self.turn == 90:
            return y - self.bottom, x - self.left
        if self.turn == 180:
            return self.right - x, y - self.bottom
        if self.turn == 270:
            return self.top - y, self.right - x
        return x - self.left, self.top - y

    def box(self, box: Box) -> Box:
        """The box `left, bottom, right, top` of the file, as shown: `left, top, right, bottom`."""
        (ax, ay), (bx, by) = self.point(box[0], box[1]), self.point(box[2], box[3])
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


def _area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def _objects(page: Any) -> tuple[list[Box], list[Box], float]:
    """Boxes of the pictures and of the invisible texts on a page, and the fewest dots to the inch of its largest picture."""
    pictures: list[Box] = []
    hidden: list[Box] = []
    largest, dots = 0.0, math.inf
    with contextlib.suppress(pdfium.PdfiumError, RecursionError):
        for number, item in enumerate(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_TEXT], max_depth=4)):
            if number > MAXIMUM_CHARACTERS_A_PAGE:
                break
            if item.type == raw.FPDF_PAGEOBJ_IMAGE:
                pictures.append(item.get_bounds())
                if _area(pictures[-1]) > largest:
                    largest, dots = _area(pictures[-1]), _dots(item, pictures[-1])
            elif raw.FPDFTextObj_GetTextRenderMode(item.raw) == raw.FPDF_TEXTRENDERMODE_INVISIBLE:
                hidden.append(item.get_bounds())
    return pictures, hidden, dots


def _dots(item: Any, box: Box) -> float:
    """Dots to the inch of a picture, in the direction that has fewer. It may be turned on the page."""
    sides = sorted((box[2] - box[0], box[3] - box[1]))
    dots = sorted(item.get_px_size())
    return float(min(72 * count / max(1e-3, side) for count, side in zip(dots, sides, strict=True)))


def _page_words(page: Any, shown: _Shown, hidden: list[Box], name: str) -> list[Word]:
    try:
        text = page.get_textpage()
        count = text.count_chars()
    except pdfium.PdfiumError:
        return []
    if count > MAXIMUM_CHARACTERS_A_PAGE:
        raise FormError(f"has a page of {count:,} characters; a form has at most {MAXIMUM_CHARACTERS_A_PAGE:,} on a page", name)
    words: list[Word] = []
    letters: list[tuple[str, Box]] = []

    def close() -> None:
        if letters:
            boxes = [box for _, box in letters]
            box = min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)
            written = unicodedata.normalize("NFC", "".join(letter for letter, _ in letters))
            words.append(Word(written, box))
            letters.clear()

    for index in range(count):
        code = raw.FPDFText_GetUnicode(text.raw, index)
        letter = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code <= 0xDFFF else ""
        if not letter or letter.isspace() or letter in "\ufffe\uffff\x02":
            close()
            continue
        found = text.get_charbox(index, loose=True)
        middle = (found[0] + found[2]) / 2, (found[1] + found[3]) / 2
        if any(box[0] <= middle[0] <= box[2] and box[1] <= middle[1] <= box[3] for box in hidden):
            continue
        place = shown.box(found)
        if letters and (place[0] - letters[-1][1][2] > 0.35 * max(4.0, place[3] - place[1]) or place[0] < letters[-1][1][0] - 2
                        or abs(place[1] - letters[-1][1][1]) > 0.6 * max(4.0, place[3] - place[1])):
            close()
        letters.append((letter, place))
    close()
    if len(words) > MAXIMUM_WORDS_A_PAGE:
        raise FormError(f"has a page of {len(words):,} words; a form has at most {MAXIMUM_WORDS_A_PAGE:,} on a page", name)
    return words


def _widgets(path: Path) -> dict[int, list[tuple[str, str, str | bool | None, Box, str | None]]]:
    """The form fields by page (from 0): name, kind, value, box in the file's coordinates, and what is odd about it."""
    found: dict[int, list[tuple[str, str, str | bool | None, Box, str | None]]] = {}
    try:
        reader = pypdf.PdfReader(str(path), strict=False)
        if reader.is_encrypted:
            reader.decrypt("")
        if "/AcroForm" not in cast(DictionaryObject, reader.trailer["/Root"]):
            return {}
        total = 0
        for number, page in enumerate(reader.pages):
            for one in _annotations(page):
                total += 1
                if total > MAXIMUM_WIDGETS:
                    return found
                widget = _widget(one)
                if widget:
                    found.setdefault(number, []).append(widget)
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError, OSError, OverflowError):
        return found
    return found


def _annotations(page: Any) -> Iterator[DictionaryObject]:
    listed = page.get("/Annots")
    listed = listed.get_object() if isinstance(listed, IndirectObject) else listed
    for one in listed if isinstance(listed, ArrayObject) else ():
        item = one.get_object()
        if isinstance(item, DictionaryObject) and item.get("/Subtype") == "/Widget":
            yield item


def _widget(item: DictionaryObject) -> tuple[str, str, str | bool | None, Box, str | None] | None:
    chain = [item]
    while "/Parent" in chain[-1] and len(chain) < 20:
        parent = chain[-1]["/Parent"].get_object()
        if not isinstance(parent, DictionaryObject):
            break
        chain.append(parent)

    def first(key: str) -> Any:
        for one in chain:
            if key in one:
                value = one[key]
                return value.get_object() if isinstance(value, IndirectObject) else value
        return None

    label = ".".join(str(one["/T"]) for one in reversed(chain) if "/T" in one)
    if first("/TU"):
        label = f"{label} {first('/TU')}"
    sides = [float(side) for side in item["/Rect"]]  # type: ignore[attr-defined]
    box = min(sides[0], sides[2]), min(sides[1], sides[3]), max(sides[0], sides[2]), max(sides[1], sides[3])
    kind, value = first("/FT"), first("/V")
    if kind == "/Btn":
        if int(first("/Ff") or 0) & (1 << 16):
            return None  # a push button
        return label[:200], "check", _ticked(item, value), box, None if _agrees(item, value) else _UNREADABLE
    if kind == "/Sig":
        return label[:200], "signature", value is not None, box, None
    if isinstance(value, list):
        value = ", ".join(str(one) for one in value)
    text = str(value)[:MAXIMUM_VALUE] if value is not None and not isinstance(value, DictionaryObject) else None
    return label[:200], "choice" if kind == "/Ch" else "text", text, box, None


def _ticked(item: DictionaryObject, value: Any) -> bool:
    state = item.get("/AS", value)
    return state is not None and str(state) not in {"/Off", "Off", ""}


def _agrees(item: DictionaryObject, value: Any) -> bool:
    """True unless the box's value and its look contradict each other."""
    if "/AS" not in item or value is None or "/Parent" in item:
        return True
    return (str(item["/AS"]) == "/Off") == (str(value) in {"/Off", "Off", ""})


def picture_page(image: Image.Image, number: int, dots: float = math.inf) -> Page:
    """A page from a scanned picture."""
    return Page(number, image.width / DOTS, image.height / DOTS, "scan", picture=ready(image), coarse=dots < COARSE, twice=dots < FEW)
