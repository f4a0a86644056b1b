"""From what was recognised to what is proposed: signs that recognition takes for others, and what never becomes sure by that."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from lawfulhold.sources.forms.boxes import read_box
from lawfulhold.sources.forms.layouts import layouts
from lawfulhold.sources.forms.locate import Located, Place, find_forms, locate_again
from lawfulhold.sources.forms.page import Page, Picture, Word
from lawfulhold.sources.forms.proposed import likely, proposed
from lawfulhold.sources.forms.scanned import Crop, doubt, read_crops
from lawfulhold.sources.forms.values import letter_or_figure, value_of, within
from lawfulhold.sources.forms.vote import vote
from tests.sources.forms.papers import needs_tesseract


@pytest.mark.parametrize(("kind", "recognised", "value"), [
    ("date", "05,27/2025", "2025-05-27"),  # strokes taken for other signs, or lost
    ("date", "05 22.1956", "1956-05-22"),
    ("date", "0702/1958", "1958-07-02"),
    ("date", "02/20/20211", None),  # nine figures are no day
    ("date", "1522019", None),
    ("datetime", "01,08/2020 14:30", "2020-01-08T14:30"),
    ("number", "HAR6 345887282", "HAR6345887282"),  # an event number has no gap
    ("number", "5NA9657 150445", "SNA9657150445"),
    ("number", "2025-84930)", "2025-84930"),
    ("number", "B123456", "B123456"),  # a jail's number keeps its letter
    ("number", "381Z76232", "381276232"),
    ("a-number", "A33O706573", "A330706573"),
    ("name", "FUENTES -UGALDE, Quyen", "FUENTES-UGALDE, Quyen"),
])
def test_what_was_recognised_becomes_a_value_or_has_not_the_shape_of_one(kind: str, recognised: str, value: str | None) -> None:
    found, shaped = value_of(kind, within(kind, recognised))
    assert (found if shaped else None) == value


def test_a_number_that_begins_with_a_letter_or_a_figure_is_told() -> None:
    assert letter_or_figure("B123456")
    assert not letter_or_figure("BOS1517924460")
    assert not letter_or_figure("2025-84930")


@pytest.mark.parametrize(("kind", "reading", "proposal"), [
    ("text", "Ines Higuera, Suporvigory Detention and Deportation Officer", "Ines Higuera, Supervisory Detention and Deportation Officer"),
    ("text", "Possession: of a controlled substance", "Possession of a controlled substance"),
    ("address", "Granby Countv Jail\n12 Elm Terrace", "Granby County Jail\n12 Elm Terrace"),
    ("name", "JAIL, Countv", "JAIL, Countv"),  # a name is never made a word of the forms
    ("number", "10 355402899", "355402899"),
    ("number", "ATL2117965713 bate 08/27/2022", "ATL2117965713"),
    ("number", "2024 123", "2024 123"),
    ("address", "1 Mill Road\nFallow Creek, CO'96174", "1 Mill Road\nFallow Creek, CO 96174"),
    ("text", "Assault 3 d degree", "Assault 3rd degree"),
    ("a-number", "AT99827519", "A799827519"),
    ("sex", "cM", "M"),
    ("sex", "MF", "MF"),
    ("address", "1 Mill Road\nFallow Creek, co '96174", "1 Mill Road\nFallow Creek, CO 96174"),
    ("text", "06/04/2025 Hollins, Co", "06/04/2025 Hollins, CO"),
    ("country", "EL. SALVADOR", "EL SALVADOR"),
    ("country", "HONDUKAS", "HONDURAS"),
    ("country", "NIGER1A", "NIGER1A"),  # Niger or Nigeria
    ("name", "DE L.A PENA, Oscar, Dmitri ot", "DE LA PENA, Oscar Dmitri"),
    ("name", "PENA, J.R.", "PENA, J.R."),
])
def test_what_is_proposed_for_a_reading_that_is_not_believed(kind: str, reading: str, proposal: str) -> None:
    assert likely(kind, reading) == proposal


@pytest.mark.parametrize(("form", "field", "readings", "proposal"), [
    # what has the shape of its kind is preferred, however often the other was read
    ("I-247A", "date", ["14/07/2018", "14/07/2018", "14/07/2018", "04/07/2018", "04/07/2018"], "2018-04-07"),
    ("I-247A", "date", ["14/07/2018", "14/07/2018", "04/07/2018"], "14/07/2018"),  # once is not enough
    ("I-247A", "file_number", ["A85441 5682", "A85441 5682", "A854415682", "A854415682"], "A854415682"),
    ("I-247A", "event_number", ["HAR64967077211", "HAR64967077211", "HAR6496707721", "HAR6496707721"], "HAR6496707721"),
    ("I-247A", "local_booking_number", ["2025+71698", "2025+71698", "2025-71698", "2025-71698"], "2025-71698"),
    # a title without bits of specks, and with the letters of the frequent one
    ("I-247A", "officer_name_title", ["Oscar Lozano, Immigration officer \\ JP"], "Oscar Lozano, Immigration Officer"),
    ("I-205", "officer_title", ["\\rieia Office Director"], "Field Office Director"),
    ("I-247A", "local_officer_name_title", ["Ana Quispe, Matron"], "Ana Quispe, Matron"),
    # a town that stands in an address twice; print of the form under it
    ("I-247A", "from", ["ERO Fallow Creek Field Office\nFallow Creck, MA 94108", "ERO Fallow Creek Field Office\nFallow Creek, MA 94108"],
     "ERO Fallow Creek Field Office\nFallow Creek, MA 94108"),
    ("I-247", "to", ["Granby County Jail\nGranby, CO 14488\nMAINTAIN CUSTODV OF ALIEN FOR AP"], "Granby County Jail\nGranby, CO 14488"),
    ("I-247", "from", ["PERIOD NOT TO EXCEED 48 HOURS"], None),
    ("I-247A", "from", ["Customs and Border Protection\nGranby, CO 14488"], "Customs and Border Protection\nGranby, CO 14488"),
    ("I-247A", "to", ["Hollins County Jail\nM A\n88 Capi'tol Avenue\nHollins, PA 61220\nae"], "Hollins County Jail\n88 Capitol Avenue\nHollins, PA 61220"),
    # the end of the field's own label is no answer
    ("I-247A", "last_offense", ["tion"], None),
    ("I-247X", "served_on_alien_date", ["subject on"], None),
    # a stroke is lost sooner than added
    ("I-247A", "name_of_alien", ["QUISPE, Uricl", "QUISPE, Uricl", "QUISPE, Uricl", "QUISPE, Uriel", "QUISPE, Uriel"], "QUISPE, Uriel"),
    ("I-247A", "name_of_alien", ["QUISPE, Marcos", "QUISPE, Marcos", "QUISPE, Marcos", "QUISPE, Marcos", "QUISPE, Mareos"], "QUISPE, Marcos"),
])
def test_what_is_proposed_where_the_readings_differ(form: str, field: str, readings: list[str], proposal: str | None) -> None:
    (layout,) = [one for one in layouts()[form].fields if one.name == field]
    assert proposed(layout, vote(readings).text, readings) == proposal


@pytest.mark.parametrize(("kind", "reading", "why"), [
    ("address", "Granby County Jail ERO Hollins Field Office\nGranby, CA 44340 Hollins, CA 49263", "two postal numbers"),
    ("address", "Granby County Jail\n12 Mill Road\nGranby, CA 44340", None),
    ("text", "Possession: of a controlled substance", "a sign behind a word"),
    ("text", "Possession of a controlled substance", None),
    ("text", "Brookmere, CT 1", "a lone letter or figure"),
    ("name", "KOROMA, Ines M", None),
    ("name", "KOROMA, ines", "small letters"),
    ("name", "KOROMA, Ines", None),
])
def test_what_all_readings_agree_on_may_still_be_doubted(kind: str, reading: str, why: str | None) -> None:
    found = doubt(kind, reading)
    assert found is None if why is None else found is not None and why in found


@needs_tesseract
@pytest.mark.parametrize(("high", "sure"), [(16.0, True), (2.9, False)])
def test_a_blank_is_believed_only_where_a_line_of_writing_has_room(high: float, sure: bool) -> None:
    """A caption for which a word of the sentence under the line above was taken leaves next to none."""
    layout = next(one for one in layouts()["I-200"].fields if one.name == "served_language")
    paper = Picture(np.full((300, 900), 255, dtype=np.uint8), np.zeros((300, 900), dtype=np.bool_), 300 / 72)
    place = Place(layout, 1, (80, 40, 115, 48), (20, 40 - high, 190, 40))
    (found,) = read_crops([Crop(place, paper, paper)], "paper")
    assert (found.value, found.sure) == (None, sure)
    assert bool(found.note) is not sure


def _statements(*rows: str, high: int | None = None) -> Page:
    """A scanned detainer of such statements; word number `high` of the last is made higher by a streak."""
    words = []
    for number, row in enumerate(rows):
        left = 70.0
        for place, word in enumerate(row.split(" ")):
            width, streak = 4.5 * len(word), 9.0 if number == len(rows) - 1 and place == high else 0.0
            words.append(Word(word, (left, 60 + 24 * number - streak, left + width, 68 + 24 * number + streak), 0.9))
            left += width + 3
    return Page(1, 612, 792, "scan", words=words)


_DETAINER = ("IMMIGRATION DETAINER - NOTICE OF ACTION", "Subject ID: 300000001 File No: A 100 200 300", "Event #: HAR2401000123 Date: 03/01/2024",
             "Name of Alien: KOROMA, Ines", "Date of Birth: 05/06/1990 Citizenship: GUATEMALA Sex: F",
             "1. DHS HAS DETERMINED THAT PROBABLE CAUSE EXISTS THAT THE SUBJECT IS A REMOVABLE ALIEN", "2. DHS TRANSFERRED THE ALIEN TO YOUR CUSTODY")


def _located(page: Page) -> Located:
    (found,) = find_forms([page])
    return found


def test_the_box_of_a_statement_is_sought_left_of_its_first_word_though_a_streak_made_that_higher() -> None:
    row = "Upon completion of the proceeding or investigation for which the alien was brought to you"
    for high in (None, 0, 1):
        place = _located(_statements(*_DETAINER, row, high=high)).places["box_2_transferred_for_proceeding"]
        assert place.label[0] == 70
        assert place.region[2] < 70


def test_a_faint_label_is_found_only_when_faint_ones_are_asked_for() -> None:
    page = _statements(*_DETAINER, "Ipon complctuon ol thc procccding ot mvcstigatum lot whuh thc ahcn was biought to vou")
    located = _located(page)
    assert "box_2_transferred_for_proceeding" not in located.places
    again = locate_again(located, [page], faint=True)
    assert again.places["box_2_transferred_for_proceeding"].label[0] == 70
    assert {name: place.label for name, place in located.places.items()}.items() <= {name: place.label for name, place in again.places.items()}.items()


def test_an_answer_beside_which_another_label_stands_reaches_it() -> None:
    places = _located(_statements(*_DETAINER)).places
    alone = _located(_statements(*(row.replace(" File No: A 100 200 300", "") for row in _DETAINER))).places
    assert not places["subject_id"].reaches(places["file_number"])
    assert alone["subject_id"].reaches(places["file_number"])
    assert not alone["event_number"].reaches(places["file_number"])


def test_a_letter_is_no_box() -> None:
    """Four bars of little more than four points are an `o` or a `D`, not a box."""
    image = Image.new("L", (160, 100), 255)
    ImageDraw.Draw(image).rectangle((52, 40, 69, 57), outline=0, width=4)
    grey = np.asarray(image, dtype=np.uint8)
    found = read_box(Picture(grey, grey < 128, 300 / 72), (5, 4, 22, 20), 8.0)
    assert found is None or not found.sure
