"""A paper shown beside its reading: the picture has the page's shape, the boxes lie in it, and what is no form is shown too."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from lawfulhold.sources.forms import FormError
from lawfulhold.sources.forms.shown import show_form
from tests.sources.forms.drawing import draw_form


def test_every_box_of_the_reading_lies_on_a_picture_of_its_page(tmp_path: Path) -> None:
    paper = tmp_path / "detainer.pdf"
    paper.write_bytes(draw_form("I-247A", 5, "fillable").pdf)
    shown = show_form(paper)
    assert shown.reading is not None
    assert shown.reading.form == "I-247A"
    (page,) = shown.pages
    picture = Image.open(io.BytesIO(page.picture))
    assert picture.width / picture.height == pytest.approx(page.width / page.height, rel=0.01)
    boxes = [one.span.box for one in shown.reading.fields.values() if one.span]
    assert len(boxes) > 20
    for left, top, right, bottom in boxes:
        assert 0 <= left < right <= page.width
        assert 0 <= top < bottom <= page.height


def test_a_paper_that_is_no_form_is_drawn_with_its_lines_and_the_reason(tmp_path: Path) -> None:
    paper = tmp_path / "roster.pdf"
    canvas = Canvas(str(paper))
    canvas.drawString(72, 700, "Booking 1001   OKAFOR, Ben   cell 4")
    canvas.showPage()
    canvas.save()
    shown = show_form(paper)
    assert shown.reading is None
    assert "not one of the forms" in shown.why
    assert "Booking 1001 OKAFOR, Ben cell 4" in shown.pages[0].lines


def test_no_more_than_twelve_pages_are_drawn(tmp_path: Path) -> None:
    paper = tmp_path / "long.pdf"
    canvas = Canvas(str(paper))
    for number in range(20):
        canvas.drawString(72, 700, f"page {number} of a long paper that says nothing")
        canvas.showPage()
    canvas.save()
    shown = show_form(paper)
    assert (len(shown.pages), shown.more) == (12, 8)


def test_what_is_no_paper_at_all_is_refused(tmp_path: Path) -> None:
    paper = tmp_path / "x.pdf"
    paper.write_bytes(b"PK\x03\x04" + b"\0" * 50)
    with pytest.raises(FormError, match="no PDF"):
        show_form(paper)
