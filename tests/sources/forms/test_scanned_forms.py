"""Scans and faxes, read by text recognition. `python -m bench.forms` measures hundreds of them; these show each kind once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from bench.forms import expected
from lawfulhold.sources.forms import FormReading, to_case
from lawfulhold.sources.forms.answers import Reader
from lawfulhold.sources.forms.boxes import BoxRead, agreed, read_box
from lawfulhold.sources.forms.layouts import layouts
from lawfulhold.sources.forms.locate import Located, Place
from lawfulhold.sources.forms.page import Page, Picture
from lawfulhold.sources.forms.pdf import Paper
from lawfulhold.sources.forms.picture import COARSE, open_pictures
from tests.sources.forms.degrade import as_pdf, as_png, as_tiff, faxed, scanned
from tests.sources.forms.drawing import Drawn, draw_form
from tests.sources.forms.papers import PERSON, SIGNED, filled, filled_reading, needs_tesseract, read_bytes


def counted(reading: FormReading, drawn: Drawn) -> tuple[float, list[str]]:
    """The share of fields that are right, and those that are wrong and sure."""
    right, wrong = 0, []
    for name, value in drawn.truth.items():
        found = reading.fields.get(name)
        if found is not None and found.value == expected(found.kind, value):
            right += 1
        elif found is not None and found.sure:
            wrong.append(name)
    return right / len(drawn.truth), wrong


@cache
def scan_on_its_side() -> FormReading:
    """A scanned warrant, in a PDF: on its side, its margins cut off, and one answer struck out by hand."""
    drawn = filled("I-205", 25)
    span = filled_reading("I-205", 25).fields["expense"].span
    assert span is not None
    page = scanned(drawn.pdf, 25)
    left, top, right, bottom = (side * 300 / 72 for side in span.box)
    pen = ImageDraw.Draw(page)
    for shift in (-4, 2):
        pen.line([(x, (top + bottom) / 2 + shift + 7 * np.sin(x / 19)) for x in range(round(left) - 6, round(right) + 8, 6)], fill=20, width=7)
    left, right = round(0.045 * page.width), round(0.955 * page.width)
    cut = Image.new("L", page.size, 250)
    cut.paste(page.crop((left, 60, right, page.height - 20)), (left, 60))
    return read_bytes(as_pdf([cut.rotate(90, expand=True)]))


@needs_tesseract
def test_a_scan_on_its_side_with_its_margins_cut_off_is_put_upright_and_read() -> None:
    drawn, reading = filled("I-205", 25), scan_on_its_side()
    share, wrong = counted(reading, drawn)
    assert (reading.form, reading.edition, reading.how) == ("I-205", "8/07", "scan")
    assert set(wrong) <= {"expense"}
    assert share >= 0.9
    tops = {name: one.span.box[1] for name, one in reading.fields.items() if one.span}
    assert len(tops) == len(reading.fields)
    assert tops["file_number"] < tops["entry_place"] < tops["officer_signature"]
    assert "judicial_warrant" not in to_case(reading).get("papers", {})


@needs_tesseract
def test_an_answer_struck_out_by_hand_on_a_scan_is_not_believed() -> None:
    struck = scan_on_its_side().fields["expense"]
    assert not struck.sure or struck.value != filled("I-205", 25).truth["expense"]


@needs_tesseract
def test_a_standard_fax_is_read_and_nothing_is_believed_that_so_few_dots_do_not_show() -> None:
    # The certificate of service is blank: what is written above it shows all that is asked here, in two thirds of the time.
    unserved = dict.fromkeys(("served_place", "served_on", "served_on_alien_date", "served_language", "serving_officer", "interpreter"), "")
    drawn = draw_form("I-200", 22, values=PERSON | unserved, marked=SIGNED["I-200"])
    reading = read_bytes(as_tiff(faxed(drawn.pdf, 22, fine=False)), "tiff")
    share, wrong = counted(reading, drawn)
    assert reading.form == "I-200"
    assert wrong == []
    assert share >= 0.7
    written = [one for one in reading.fields.values() if one.value and one.kind in {"name", "address", "signature"}]
    assert written
    assert not any(one.sure for one in written)
    assert all(one.note for one in reading.fields.values() if not one.sure)


@pytest.mark.parametrize(("kind", "coarse"), [("fine", False), ("standard", True), ("100", True)])
@pytest.mark.parametrize("ending", ["tiff", "pdf"])
def test_a_coarse_picture_is_known_in_a_fax_file_and_in_a_pdf_made_of_it(kind: str, coarse: bool, ending: str, tmp_path: Path) -> None:
    drawn = filled("I-200", 22).pdf
    image = faxed(drawn, 22, kind == "fine") if kind in {"fine", "standard"} else scanned(drawn, 22, int(kind))
    path = tmp_path / f"paper.{ending}"
    path.write_bytes(as_pdf([image]) if ending == "pdf" else as_tiff(image) if kind in {"fine", "standard"} else as_png(image))
    if ending == "pdf":
        paper = Paper(path, "paper")
        paper.draw(paper.pages[0])
        assert paper.pages[0].coarse is coarse
        paper.close()
    else:
        assert [dots < COARSE for _, dots in open_pictures(path, "paper")] == [coarse]


def test_two_looks_at_a_box_that_differ_are_not_believed() -> None:
    place = (10.0, 8.0, 18.0, 16.0)
    empty, ticked, weak = BoxRead(False, True, place, 0.95), BoxRead(True, True, place, 0.9), BoxRead(True, True, place, 0.72)
    for first, second, expects in ((empty, empty, (False, True)), (ticked, ticked, (True, True)), (ticked, weak, (True, False)), (None, ticked, (True, False)),
                                   (ticked, BoxRead(True, True, (10.0, 20.0, 18.0, 28.0), 0.9), (True, False))):
        found = agreed(first, second)
        assert found is not None
        assert (found.marked, found.sure) == expects
    differing = agreed(empty, ticked)
    assert differing is not None
    assert not differing.sure
    assert agreed(None, None) is None


def box_picture(draw_mark: object = None, *, broken: bool = False) -> Picture:
    """A box of 8 points at 300 dots to the inch, 10 points from the left."""
    image = Image.new("L", (160, 100), 255)
    pen = ImageDraw.Draw(image)
    pen.rectangle((42, 33, 75, 66), outline=0, width=3)
    if callable(draw_mark):
        draw_mark(pen)
    if broken:
        pen.line((55, 33, 62, 33), fill=255, width=8)
    grey = np.asarray(image, dtype=np.uint8)
    return Picture(grey, grey < 128, 300 / 72)


MARKS = {
    "a cross": lambda pen: (pen.line((44, 35, 73, 64), fill=0, width=4), pen.line((73, 35, 44, 64), fill=0, width=4)),
    "a cross far over the edge": lambda pen: (pen.line((34, 25, 84, 75), fill=0, width=4), pen.line((84, 25, 34, 75), fill=0, width=4)),
    "a tick over the corner": lambda pen: (pen.line((46, 50, 56, 62), fill=0, width=5), pen.line((56, 62, 88, 18), fill=0, width=5)),
    "filled by hand": lambda pen: [pen.line((44, y, 74, y + 3), fill=0, width=3) for y in range(37, 64, 5)],
}


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_that_overshoots_its_box_is_a_tick(mark: str) -> None:
    found = read_box(box_picture(MARKS[mark]), (5, 4, 22, 20), 8.0)
    assert found is not None
    assert found.marked is True


@pytest.mark.parametrize("broken", [False, True])
def test_an_empty_box_is_empty(broken: bool) -> None:
    found = read_box(box_picture(broken=broken), (5, 4, 22, 20), 8.0)
    assert found is not None
    assert (found.marked, found.sure) == (False, True)


def test_the_mark_of_the_next_box_is_not_taken_for_this_one() -> None:
    def next_box(pen: ImageDraw.ImageDraw) -> None:
        pen.rectangle((42, 72, 75, 105), outline=0, width=3)
        pen.line((36, 66, 75, 105), fill=0, width=4)
        pen.line((81, 66, 42, 105), fill=0, width=4)

    found = read_box(box_picture(next_box), (5, 4, 22, 20), 8.0)
    assert found is not None
    assert found.marked is not True


@needs_tesseract
@pytest.mark.parametrize("ticked", [True, False])
def test_a_box_recognised_as_a_part_of_its_first_word_is_read_and_not_believed(ticked: bool) -> None:
    """The label then begins where the box does."""
    layout = layouts()["I-247A"]
    one = next(field for field in layout.fields if field.name == "box_2_transferred_for_proceeding")
    page = Page(1, 40, 24, "scan", picture=box_picture(MARKS["a cross"] if ticked else None))
    for label_left, sure in ((20.0, True), (9.5, False)):
        place = Place(one, 1, (label_left, 8, 36, 16), (label_left - 12, 4, label_left - 0.4, 20))
        found = Reader(Located(layout, [page], True, {one.name: place}), lambda page: page.picture or box_picture(), "paper").fields()[one.name]
        assert (found.value, found.sure) == (ticked, sure)


def test_a_dot_in_a_box_is_not_a_tick() -> None:
    found = read_box(box_picture(lambda pen: pen.ellipse((56, 47, 60, 51), fill=0)), (5, 4, 22, 20), 8.0)
    assert found is not None
    assert found.marked is not True


def test_no_box_is_said_to_be_none() -> None:
    blank = np.full((100, 160), 255, dtype=np.uint8)
    assert read_box(Picture(blank, blank < 128, 300 / 72), (5, 4, 22, 20), 8.0) is None
