"""The answers on a form: from the fields of a fillable PDF, from its text, or from its picture."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from lawfulhold.sources.forms.boxes import BoxRead, agreed, read_box, written
from lawfulhold.sources.forms.layouts import FieldLayout
from lawfulhold.sources.forms.locate import Located, Place, inside
from lawfulhold.sources.forms.page import Page, Picture, Widget, Word, around, lines_of
from lawfulhold.sources.forms.picture import softened, without_rules
from lawfulhold.sources.forms.reading import Box, FormField, PageSpan
from lawfulhold.sources.forms.scanned import Crop, read_crops
from lawfulhold.sources.forms.values import odd_signs, value_of

Draw = Callable[[Page], Picture]
_NARROW, _AROUND = 8.0, 90.0  # points; a line is known by its length
_MARKED_SIGNS = frozenset({"☒", "☑", "☓", "✓", "✔", "✗", "✘", "[x]", "(x)", "[✓]", "[✔]", "■", "▣"})
_EMPTY_SIGNS = frozenset({"☐", "□", "[", "[]", "[_]", "()", "❏", "❑"})


class Reader:
    """Reads the answers of one form that has been found on its pages."""

    def __init__(self, located: Located, draw: Draw, name: str) -> None:
        self.located, self.draw, self.name = located, draw, name
        self.pages = {page.number: page for page in located.pages}
        self.clean: dict[int, Picture] = {}
        self.second: dict[int, Picture] = {}
        self.second_clean: dict[int, Picture] = {}
        self.taken: set[int] = set()
        self.printed: dict[int, set[Box]] = {}

    def fields(self) -> dict[str, FormField]:
        """Every field of the form, in its order. Fields that an edition does not have are left out."""
        found: dict[str, FormField] = {}
        crops: list[Crop] = []
        on_paper = self.located.on_paper()
        for one in sorted(self.located.layout.fields, key=lambda each: each.kind != "check"):
            place = self.located.places.get(one.name)
            if place is None:
                if not one.optional or one.name in on_paper:
                    found[one.name] = self._field(one, None, False, None, 0.0, "its label was not found on the paper")
                continue
            page = self.pages[place.page]
            widget = self._widget(place, page)
            if widget is not None:
                found[one.name] = self._from_widget(one, widget, page)
            elif one.kind == "check":
                found[one.name] = self._box(one, place, page)
            elif one.kind == "signature":
                found[one.name] = self._signature(one, place, page)
            elif page.how == "scan":
                crops.append(Crop(place, self._without_rules(page), self.draw(page), self._second_without_rules(page), page.twice))
            else:
                found[one.name] = self._from_text(one, place, page)
        for crop, read in zip(crops, read_crops(crops, self.name), strict=True):
            span = PageSpan(self.name, crop.place.page, read.box, read.words)
            found[crop.place.layout.name] = self._field(crop.place.layout, read.value, read.sure, span, read.confidence, read.note)
        ordered = {one.name: found[one.name] for one in self.located.layout.fields if one.name in found}
        for name, boxes in self.located.layout.any_box.items():
            ordered[name] = self._any(name, [ordered[box] for box in boxes if box in ordered])
        return ordered

    def _field(self, one: FieldLayout, value: str | bool | None, sure: bool, span: PageSpan | None, confidence: float, note: str | None = None) -> FormField:
        if sure and one.name in self.located.doubtful:
            sure, confidence, note = False, min(confidence, 0.6), "its label is faint, or a second look at the picture does not find it at the same place"
        return FormField(one.name, value, sure, span, min(1.0, confidence), one.kind, one.called, one.personal, None if sure else note)

    def _without_rules(self, page: Page) -> Picture:
        if page.number not in self.clean:
            clean = page.clean or without_rules(self.draw(page))
            if page.how == "scan":
                clean = Picture(clean.grey.copy(), clean.ink.copy(), clean.dots)
                self._wipe_continued(clean, page)
            self.clean[page.number] = clean
        return self.clean[page.number]

    def _written(self, page: Page, region: Box) -> tuple[bool | None, float]:
        """What `written` finds in a region. Wiping out ruled lines takes longer than all the rest of a printed page: there it is done around the region only,
        first in a narrow band, which does for a blank, then in one where streaks down the page are known by their length too."""
        if page.how == "scan" or page.number in self.clean:
            return written(self._without_rules(page), region)
        found: tuple[bool | None, float] = None, 0.0
        for around_it in (_NARROW, _AROUND):
            picture = self.draw(page)
            left, top, right, bottom = region
            _, first, _, last = picture.crop((0, top - around_it, page.width, bottom + around_it))
            part = without_rules(Picture(picture.grey[first:last], picture.ink[first:last], picture.dots))
            down = first / picture.dots
            found = written(part, (left, top - down, right, bottom - down))
            if found[0] is False:
                break
        return found

    def _softened(self, page: Page) -> Picture:
        if page.number not in self.second:
            self.second[page.number] = page.second or softened(self.draw(page))
        return self.second[page.number]

    def _second_without_rules(self, page: Page) -> Picture | None:
        if page.coarse and page.number not in self.second_clean:
            self.second_clean[page.number] = softened(self._without_rules(page))
        return self.second_clean.get(page.number)

    def _wipe_continued(self, picture: Picture, page: Page) -> None:
        """Wipe out the further lines of labels, which stand where the answer begins."""
        for place in self.located.places.values():
            if place.page == page.number:
                for box in place.continued:
                    left, top, right, bottom = picture.crop((box[0] - 1, box[1] - 1, box[2] + 1, box[3] + 1))
                    picture.grey[top:bottom, left:right] = 255
                    picture.ink[top:bottom, left:right] = False

    def _is_printed(self, word: Word, page: Page) -> bool:
        return word.box in self._printed(page.number)

    def _printed(self, number: int) -> set[Box]:
        if number not in self.printed:
            self.printed[number] = set(self.located.printed.get(number, ()))
        return self.printed[number]

    # --- the fields of a fillable PDF

    def _widget(self, place: Place, page: Page) -> list[Widget] | None:
        wanted = {"check"} if place.layout.kind == "check" else {"signature", "text", "choice"} if place.layout.kind == "signature" else {"text", "choice"}
        found = []
        for number, widget in enumerate(page.widgets):
            if widget.kind not in wanted or (page.number * 10_000 + number) in self.taken:
                continue
            share = max(_overlap(widget.box, region) for region in (place.region, *place.more))
            if share > 0.5:
                found.append((share, number, widget))
        if not found:
            return None
        if place.layout.kind == "check":
            # The box nearest to the statement.
            found = [max(found, key=lambda one: one[2].box[2])]
        self.taken |= {page.number * 10_000 + number for _, number, _ in found}
        return [widget for _, _, widget in sorted(found, key=lambda one: (round(one[2].box[1] / 6), one[2].box[0]))]

    def _from_widget(self, one: FieldLayout, widgets: Sequence[Widget], page: Page) -> FormField:
        box = around(widget.box for widget in widgets)
        notes = [widget.note for widget in widgets if widget.note]
        if one.kind in {"check", "signature"}:
            marked = any(bool(widget.value.strip() if isinstance(widget.value, str) else widget.value) for widget in widgets)
            if one.kind == "signature" and not marked:
                # A form may be filled by machine and signed in ink.
                drawn, _ = self._written(page, box)
                marked = bool(drawn)
            return self._field(one, marked, not notes, PageSpan(self.name, page.number, box, "X" if marked else ""), 0.4 if notes else 1.0, "; ".join(notes))
        text = ("\n" if one.kind == "address" else " ").join(str(widget.value) for widget in widgets if widget.value)
        return self._text_field(one, text, PageSpan(self.name, page.number, box, text))

    # --- text

    def _from_text(self, one: FieldLayout, place: Place, page: Page) -> FormField:
        printed = self._printed(page.number)
        for region in (place.region, *place.more):
            words = [word for word in page.words if inside(word, region) and word.box not in printed and re.search(r"\w", word.text.strip("_"))]
            if not words or (region in place.more and one.kind != "address" and _runs_on(words, page)):
                continue
            lines = lines_of(page.number, words)
            if one.where == "above":
                lines = lines[-1:]
            elif one.kind != "address":
                lines = lines[:1]
            words = [word for line in lines for word in line.words]
            text = "\n".join(line.text for line in lines)
            span = PageSpan(self.name, page.number, around(word.box for word in words), text)
            if not self._is_visible(words, page):
                return self._field(one, None, False, span, 0.1, "the file holds words here that cannot be seen on the page")
            return self._text_field(one, text, span)
        span = PageSpan(self.name, page.number, place.region, "")
        drawn, amount = written(self.draw(page), _middle(place.region))
        if amount > 4:
            drawn, amount = self._written(page, _middle(place.region))
        if amount > 4 and drawn is not False:
            return self._field(one, None, False, span, 0.2, "something is drawn or stamped here that is not text")
        return self._field(one, None, True, span, 1.0)

    def _is_visible(self, words: Sequence[Word], page: Page) -> bool:
        picture = self.draw(page)
        for word in words:
            left, top, right, bottom = picture.crop(word.box)
            ink = picture.grey[top:bottom, left:right]
            if ink.size and int(ink.max()) - int(ink.min()) < 40:
                return False
        return True

    def _text_field(self, one: FieldLayout, text: str, span: PageSpan) -> FormField:
        value, shaped = value_of(one.kind, text)
        odd = odd_signs(text)
        if odd:
            return self._field(one, value, False, span, 0.4, odd)
        # The file's own words are what the paper says, whatever shape they have; only a date that is no day, or a number with letters, needs a look.
        doubtful = not shaped and one.kind in {"date", "datetime", "phone", "a-number", "sex"}
        return self._field(one, value, not doubtful, span, 0.6 if doubtful else 1.0, f"is not written as a {one.kind} should be")

    # --- boxes and signatures

    def _box(self, one: FieldLayout, place: Place, page: Page) -> FormField:
        if page.how != "scan":
            sign = self._box_sign(place, page)
            if sign is not None:
                word, marked = sign
                return self._field(one, marked, True, PageSpan(self.name, page.number, word.box, word.text), 1.0)
        letter = max(7.5, place.label[3] - place.label[1])
        found = self._look_at_box(page, place.region, letter)
        if found is None and page.how == "scan":
            # Recognition took the box and the first word for one word.
            _, top, _, bottom = place.region
            found = self._look_at_box(page, (place.label[0] - 3, top, place.label[0] + 2.1 * letter, bottom), letter)
            found = found and replace(found, sure=False, confidence=min(found.confidence, 0.6))
        if found is None:
            return self._field(one, None, False, PageSpan(self.name, page.number, place.region, ""), 0.0, "no box was found beside the statement")
        span = PageSpan(self.name, page.number, found.box, "X" if found.marked else "")
        return self._field(one, found.marked, found.sure and found.marked is not None, span, found.confidence, "the box is not clear")

    def _look_at_box(self, page: Page, region: Box, letter: float) -> BoxRead | None:
        found = read_box(self.draw(page), region, letter)
        return agreed(found, read_box(self._softened(page), region, letter)) if page.twice else found

    def _box_sign(self, place: Place, page: Page) -> tuple[Word, bool] | None:
        near = [word for word in page.words if inside(word, place.region)]
        joined = "".join(word.text for word in near).lower()
        if not near:
            return None
        if joined in _MARKED_SIGNS or re.fullmatch(r"[\[(][x✓✔][\])]", joined):
            return near[0], True
        if joined in _EMPTY_SIGNS or re.fullmatch(r"[\[(]_*[\])]", joined):
            return near[0], False
        return None

    def _signature(self, one: FieldLayout, place: Place, page: Page) -> FormField:
        left, top, right, bottom = place.region
        region = left, top + 2, right, bottom - 1.5
        span = PageSpan(self.name, page.number, place.region, "")
        words = [word for word in page.words if inside(word, place.region) and not self._is_printed(word, page) and word.text.strip("_ ")]
        if words and page.how != "scan":
            return self._field(one, True, True, PageSpan(self.name, page.number, around(word.box for word in words), " ".join(w.text for w in words)), 1.0)
        marked, amount = self._written(page, region)
        if marked and page.how == "scan" and any(word.confidence > 0.6 and word.text.lower().strip(".,:") in {"received", "copy", "faxed"} for word in words):
            marked = None
        if marked and page.coarse:
            return self._field(one, True, False, span, 0.6, "there is ink, but in so few dots a signature is not told from a stamp")
        return self._field(one, marked, marked is not None, span, 0.9 if marked is not None else 0.3, f"it is not clear whether there is a signature ({amount:.0f})")

    def _any(self, name: str, boxes: Sequence[FormField]) -> FormField:
        """True when a box is marked, False when surely none is."""
        marked = next((box for box in boxes if box.value is True and box.sure), None) or next((box for box in boxes if box.value is True), None)
        if marked:
            return FormField(name, True, marked.sure, marked.span, marked.confidence, "check", "probable cause (any of its grounds)", note=marked.note)
        sure = bool(boxes) and all(box.sure for box in boxes)
        return FormField(name, False if sure else None, sure, boxes[0].span if boxes else None, min((box.confidence for box in boxes), default=0.0), "check",
                         "probable cause (any of its grounds)", note=None if sure else "a box of the section is not clear")


def _runs_on(words: Sequence[Word], page: Page) -> bool:
    """True when the line goes on right of these words, or comes from left of them: a line of print under the label, and no answer."""
    first, last = min(words, key=lambda word: word.box[0]), max(words, key=lambda word: word.box[2])
    after = any(abs(word.middle - last.middle) < 3 and last.box[2] - 1 < word.box[0] < last.box[2] + 6 for word in page.words if word is not last)
    return after or any(abs(word.middle - first.middle) < 3 and first.box[0] - 6 < word.box[2] < first.box[0] + 1 for word in page.words if word is not first)


def _middle(region: Box) -> Box:
    """The inner part of a region, without what stands at its edge."""
    left, top, right, bottom = region
    return left + 2, top + 0.2 * (bottom - top), right - 6, bottom - 0.2 * (bottom - top)


def _overlap(inner: Box, outer: Box) -> float:
    """The share of `inner` that lies in `outer`."""
    across = min(inner[2], outer[2]) - max(inner[0], outer[0])
    down = min(inner[3], outer[3]) - max(inner[1], outer[1])
    area = max(1e-6, (inner[2] - inner[0]) * (inner[3] - inner[1]))
    return max(0.0, across) * max(0.0, down) / area
