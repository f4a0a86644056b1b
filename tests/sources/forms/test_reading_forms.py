"""Every form, every edition, every box and field, from fillable and printed PDFs."""

from __future__ import annotations

import io
import re

import pypdf
import pypdfium2
import pytest

from bench.forms import expected
from lawfulhold.sources.forms import FormReading
from lawfulhold.sources.forms.layouts import layouts
from tests.sources.forms.degrade import flattened
from tests.sources.forms.drawing import FORMS, Drawn, draw_form
from tests.sources.forms.papers import PERSON, blank_reading, filled, filled_reading, packet_reading, read_bytes
from tests.sources.forms.sheets import EDITIONS


def told(reading: FormReading, drawn: Drawn) -> dict[str, tuple[object, object]]:
    """The fields that were read otherwise than drawn, or not surely: name → what was read, what is true."""
    different: dict[str, tuple[object, object]] = {}
    for name, value in drawn.truth.items():
        found = reading.fields.get(name)
        truth = expected(found.kind, value) if found else value
        if found is None or not found.sure or found.value != truth:
            different[name] = found and (found.value, found.sure, found.note), truth
    return different


def boxes_of(form: str, edition: str | None = None) -> list[str]:
    """The boxes of a form, in its order."""
    truth = draw_form(form, 3, edition=edition, marked=frozenset()).truth
    return [name for name, value in truth.items() if isinstance(value, bool) and not name.endswith("signature")]


@pytest.mark.parametrize(("form", "edition"), [(form, edition) for form, editions in EDITIONS.items() for edition in editions])
def test_each_form_and_edition_is_known_and_every_second_box_is_read_ticked(form: str, edition: str) -> None:
    boxes = boxes_of(form, edition)
    drawn = draw_form(form, 3, "printed", edition=edition, marked=frozenset(boxes[::2]))
    reading = read_bytes(drawn.pdf)
    assert (reading.form, reading.edition, reading.form_sure, reading.edition_sure) == (form, edition or None, True, True)
    assert f"Form {form}" in reading.spans["form"].words
    assert {name: reading.fields[name].value for name in boxes} == {name: name in boxes[::2] for name in boxes}
    assert told(reading, drawn) == {}


@pytest.mark.parametrize("form", FORMS)
def test_every_field_of_a_fillable_form_is_read_and_the_other_boxes_ticked(form: str) -> None:
    boxes = boxes_of(form)
    drawn = draw_form(form, 3, "fillable", marked=frozenset(boxes[1::2]), values=PERSON)
    reading = read_bytes(drawn.pdf)
    assert reading.how == "fillable"
    assert {name: reading.fields[name].value for name in boxes} == {name: name in boxes[1::2] for name in boxes}
    assert told(reading, drawn) == {}


@pytest.mark.parametrize("form", FORMS)
def test_every_field_of_a_printed_form_is_read(form: str) -> None:
    assert told(filled_reading(form), filled(form)) == {}


@pytest.mark.parametrize("form", ["I-247A", "I-205"])
def test_a_flattened_form_is_read_from_its_text(form: str) -> None:
    drawn = filled(form, mode="fillable")
    reading = read_bytes(flattened(drawn.pdf))
    assert reading.how == "text"
    assert told(reading, drawn) == {}


@pytest.mark.parametrize("form", FORMS)
def test_every_field_of_the_layout_is_on_the_test_form(form: str) -> None:
    """So that no field is left out of what is measured."""
    drawn: set[str] = set()
    for edition in EDITIONS[form]:
        drawn |= set(draw_form(form, 3, edition=edition).truth)
    served = {one.name for one in layouts()[form].fields if one.name.startswith("served_")}
    every = {one.name for one in layouts()[form].fields}
    assert drawn == (every - served if form == "I-247" else every)  # the editions of 2011 and 2012 have no block of service


@pytest.mark.parametrize("form", ["I-247A", "I-247", "I-200", "I-205"])
def test_each_value_stands_where_its_span_says(form: str) -> None:
    reading = filled_reading(form)
    document = pypdfium2.PdfDocument(filled(form).pdf)
    checked = 0
    for one in reading.fields.values():
        assert one.span is not None
        assert one.span.file == "paper"
        assert one.span.page == 1
        if one.kind in {"check", "signature"} or not one.value:
            continue
        left, top, right, bottom = one.span.box
        page = document[0]
        words = page.get_textpage().get_text_bounded(left - 1, page.get_height() - bottom + 2, right + 1, page.get_height() - top - 2)
        assert re.sub(r"\s+", " ", one.span.words).strip() == re.sub(r"\s+", " ", words).strip()
        checked += 1
    assert checked >= 5


def test_the_span_of_a_ticked_box_is_the_box() -> None:
    """A box moved down the page moves its span."""
    first, second = (read_bytes(draw_form("I-200", 7, marked=frozenset({"basis_proceedings"}), values={"served_place": place}).pdf).fields for place in ("", "Granby"))
    span = first["basis_proceedings"].span
    assert span is not None
    assert span.words == "X"
    assert first["basis_charging_document"].span is not None
    assert first["basis_charging_document"].span.box[1] < span.box[1]
    assert second["served_place"].value == "Granby"


def test_a_blank_form_is_blank_in_every_field() -> None:
    assert [name for name, one in blank_reading().fields.items() if one.value or not one.sure] == []


@pytest.mark.parametrize(("form", "seed", "field"), [("I-247X", 708, "citizenship"), ("I-200", 711, "date")])
def test_a_line_of_print_under_a_label_with_nothing_beside_it_is_no_answer(form: str, seed: int, field: str) -> None:
    """The last words of a paragraph end where the label stands over them."""
    drawn = draw_form(form, seed)
    assert drawn.truth[field] is None
    found = read_bytes(drawn.pdf).fields[field]
    assert found.value is None
    assert found.sure


def test_a_date_that_is_no_day_is_not_believed() -> None:
    found = read_bytes(draw_form("I-247A", 7, values={"date_of_birth": "13/45/1990"}).pdf).fields["date_of_birth"]
    assert not found.sure
    assert found.value == "13/45/1990"


def test_a_warrant_behind_a_detainer_is_its_attachment() -> None:
    reading = packet_reading("I-247A", "I-200")
    assert (reading.form, [one.form for one in reading.attachments]) == ("I-247A", ["I-200"])
    assert reading.attachments[0].pages == (2,)
    assert told(reading, filled("I-247A")) == {}
    assert told(reading.attachments[0], filled("I-200")) == {}


def test_pages_in_the_wrong_order_are_put_right() -> None:
    paper = pypdf.PdfReader(io.BytesIO(draw_form("I-247A", 7, notice=True).pdf))
    writer = pypdf.PdfWriter()
    for page in (paper.pages[1], *pypdf.PdfReader(io.BytesIO(filled("I-205").pdf)).pages, paper.pages[0]):
        writer.add_page(page)
    buffer = io.BytesIO()
    writer.write(buffer)
    reading = read_bytes(buffer.getvalue())
    assert (reading.form, reading.pages, [one.form for one in reading.attachments]) == ("I-247A", (3,), ["I-205"])


@pytest.mark.parametrize(("content", "shown"), [(0, 90), (0, 180), (90, 0), (270, 90)])
def test_a_turned_page_is_read(content: int, shown: int) -> None:
    """The content turned, the page said to be turned, or both."""
    drawn = filled("I-200")
    writer = pypdf.PdfWriter()
    page = writer.add_page(pypdf.PdfReader(io.BytesIO(drawn.pdf)).pages[0])
    if content:
        page.rotate(content).transfer_rotation_to_content()
    if shown:
        page.rotate(shown)
    buffer = io.BytesIO()
    writer.write(buffer)
    assert told(read_bytes(buffer.getvalue()), drawn) == {}


def test_the_reading_is_the_same_after_json() -> None:
    reading = packet_reading("I-247A", "I-205")
    assert FormReading.from_json(reading.as_json()) == FormReading.from_json(FormReading.from_json(reading.as_json()).as_json())
    assert FormReading.from_json(reading.as_json()).value("file_number") == "A201345678"
