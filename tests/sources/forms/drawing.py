"""Draw test forms: the fields and the order of the real ones, our own artwork, invented people.

Every page says that it is a TEST FORM. `draw_form` returns the PDF and the truth: what a perfect reader would find in each field.
"""

from __future__ import annotations

import io
import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from reportlab.lib.colors import black, white
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

Truth = dict[str, str | bool | None]
WIDTH, HEIGHT = 612.0, 792.0
FORMS = ("I-247A", "I-247D", "I-247N", "I-247X", "I-247G", "I-247", "I-200", "I-205")
MARK = "TEST FORM — not a government form"

_FIRST = ("Ana", "Beatriz", "Carlos", "Dmitri", "Esperanza", "Farid", "Guadalupe", "Hamid", "Ines", "Jorge", "Kwame", "Lucia", "Mateo", "Nadia", "Oscar", "Pham",
          "Quyen", "Ramon", "Sofia", "Tomas", "Uriel", "Valentina", "Wilmer", "Ximena", "Yusuf", "Zoila")
_LAST = ("ABARCA", "BENITEZ", "CASTELLANOS", "DE LA PENA", "ESCOBEDO", "FUENTES", "GARRIDO", "HIGUERA", "IBARRA", "JURADO", "KOROMA", "LOZANO", "MALDONADO",
         "NKEMELU", "O'FARRILL", "PANIAGUA", "QUISPE", "RIVAROLA", "SAAVEDRA", "TRAORE", "UGALDE", "VILLATORO", "WANJIRU", "XIQUES", "YANEZ", "ZELAYA")
_COUNTRIES = ("GUATEMALA", "HONDURAS", "MEXICO", "EL SALVADOR", "ECUADOR", "BRAZIL", "HAITI", "VIETNAM", "NIGERIA", "INDIA", "COLOMBIA", "PERU", "UKRAINE", "CHINA")
_TOWNS = ("Ashby", "Brookmere", "Calder Falls", "Dunmore Heights", "Eastwick", "Fallow Creek", "Granby", "Hollins", "Inverness", "Juniper Bay")
_STREETS = ("Court Street", "Mill Road", "Capitol Avenue", "Justice Way", "Harbor Boulevard", "Old Post Road")
_STATES = ("CT", "NC", "VA", "TX", "CA", "MA", "GA", "CO", "PA", "OH")
_TITLES = ("Deportation Officer", "Immigration Officer", "Supervisory Detention and Deportation Officer", "Border Patrol Agent")
_OFFENSES = ("Burglary 3rd degree", "Larceny 2nd degree", "Assault 3rd degree", "Driving under the influence", "Possession of a controlled substance", "Robbery 1st degree")


@dataclass
class Style:
    """How a form is printed: it differs from form to form, as printers and editions do."""

    label_font: str = "Helvetica"
    label_size: float = 8.0
    value_font: str = "Courier"
    value_size: float = 10.0
    left: float = 40.0
    top: float = 34.0
    under: bool = False
    box: float = 8.0
    mark: str = "cross"
    rows: float = 19.0
    opaque: bool = False

    @classmethod
    def any(cls, rng: random.Random) -> Style:
        """A style by chance."""
        return cls(
            rng.choice(("Helvetica", "Helvetica", "Times-Roman")), rng.choice((7.6, 8.0, 8.5, 9.0)), rng.choice(("Courier", "Helvetica", "Times-Roman", "Courier-Bold")),
            rng.choice((9.5, 10.0, 10.5, 11.0)), rng.uniform(34, 50), rng.uniform(26, 44), rng.random() < 0.3, rng.choice((7.0, 8.0, 9.0)),
            rng.choice(("cross", "cross", "letter", "tick", "heavy")), rng.uniform(18, 21), rng.random() < 0.5)


def invented(rng: random.Random) -> dict[str, str]:
    """A person, an agency and an officer that do not exist."""
    town, office = rng.choice(_TOWNS), rng.choice(_TOWNS)
    state = rng.choice(_STATES)

    def day(first: int, last: int) -> str:
        return f"{rng.randint(1, 12):02}/{rng.randint(1, 28):02}/{rng.randint(first, last)}"

    def name() -> str:
        last = rng.choice(_LAST) + (f"-{rng.choice(_LAST)}" if rng.random() < 0.3 else "")
        return f"{last}, {rng.choice(_FIRST)}" + (f" {rng.choice(_FIRST)}" if rng.random() < 0.4 else "")

    return {
        "subject_id": str(rng.randint(300_000_000, 399_999_999)), "event_number": f"{rng.choice(('HAR', 'ATL', 'BOS', 'SNA'))}{rng.randint(10**9, 10**10 - 1)}",
        "file_number": f"A{rng.randint(10**8, 10**9 - 1)}" if rng.random() < 0.6 else f"A {rng.randint(100, 999)} {rng.randint(100, 999)} {rng.randint(100, 999)}",
        "date": day(2017, 2025), "to": f"{town} County Jail\n{rng.randint(1, 990)} {rng.choice(_STREETS)}\n{town}, {state} {rng.randint(10_000, 99_999)}",
        "from": f"ERO {office} Field Office\n{rng.randint(1, 990)} {rng.choice(_STREETS)}, Room {rng.randint(100, 999)}\n{office}, {state} {rng.randint(10_000, 99_999)}",
        "name_of_alien": name(), "date_of_birth": day(1955, 2006), "citizenship": rng.choice(_COUNTRIES), "sex": rng.choice("MF"),
        "notify_phone": f"({rng.randint(201, 989)}) {rng.randint(201, 989)}-{rng.randint(1000, 9999)}", "return_number": f"({rng.randint(201, 989)}) {rng.randint(201, 989)}-{rng.randint(1000, 9999)}",
        "officer_name_title": f"{rng.choice(_FIRST)} {rng.choice(_LAST).title()}, {rng.choice(_TITLES)}", "officer_signature": "signed",
        "cancel_prior_detainer_date": day(2017, 2025), "local_booking_number": f"{rng.randint(2017, 2025)}-{rng.randint(10_000, 99_999)}",
        "estimated_release": day(2017, 2026) + rng.choice(("", " 14:30", " 09:00")), "latest_charge_date": day(2016, 2025), "last_offense": rng.choice(_OFFENSES),
        "served_on_alien_date": day(2017, 2025), "served_otherwise_how": "handed over at booking",
        "local_officer_name_title": f"{rng.choice(_FIRST)} {rng.choice(_LAST).title()}, Records Sergeant", "local_officer_signature": "signed",
        "reason_other_what": "pending charge abroad", "served_place": f"{town} County Jail", "served_on": "", "served_language": rng.choice(("Spanish", "English", "Portuguese")),
        "serving_officer": f"{rng.choice(_FIRST)} {rng.choice(_LAST).title()}", "interpreter": f"{rng.choice(_FIRST)} {rng.choice(_LAST).title()}",
        "entry_place": f"{rng.choice(_TOWNS)}, {rng.choice(_STATES)}", "entry_date": day(1995, 2016), "provisions": f"Section 212(a)({rng.randint(2, 9)})(A)(i)",
        "expense": "the Government of the United States", "officer_title": rng.choice(("Field Office Director", "Deputy Field Office Director")),
        "issued_date_place": f"{day(2017, 2025)} {office}, {state}",
    }


@dataclass
class Drawn:
    """A drawn form: the PDF, what each field truly holds, the form and edition."""

    pdf: bytes
    truth: Truth
    form: str
    edition: str | None
    filled: tuple[str, ...] = ()


@dataclass
class Sheet:
    """A page being drawn from the top down. `down` is the place of the next line, from the top."""

    canvas: Canvas
    style: Style
    values: Mapping[str, str]
    marked: frozenset[str]
    mode: str
    rng: random.Random
    down: float = 0.0
    truth: Truth = field(default_factory=dict)
    count: int = 0

    def text(self, x: float, words: str, *, bold: bool = False, size: float | None = None) -> float:
        """Printed words at the present line; returns where they end."""
        font = self.style.label_font
        if bold:
            font = {"Helvetica": "Helvetica-Bold", "Times-Roman": "Times-Bold"}[font]
        size = size or self.style.label_size
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, HEIGHT - self.down, words)
        return x + stringWidth(words, font, size)

    def centred(self, words: str, size: float) -> None:
        """Bold words in the middle of the page."""
        font = {"Helvetica": "Helvetica-Bold", "Times-Roman": "Times-Bold"}[self.style.label_font]
        self.canvas.setFont(font, size)
        self.canvas.drawCentredString(WIDTH / 2, HEIGHT - self.down, words)

    def paragraph(self, x: float, words: str, right: float | None = None) -> None:
        """Printed words, broken into lines."""
        right = right or WIDTH - self.style.left
        line = ""
        for word in words.split(" "):
            if stringWidth(f"{line} {word}", self.style.label_font, self.style.label_size) > right - x and line:
                self.text(x, line)
                self.down += self.style.label_size + 1.6
                line = word
            else:
                line = f"{line} {word}".strip()
        self.text(x, line)
        self.down += self.style.label_size + 3.4

    def name(self, field_name: str) -> str:
        """The name of the field inside the PDF: its own, or one that says nothing."""
        self.count += 1
        return f"Text{self.count}" if self.style.opaque else f"form1.page1.{field_name}"

    def answer(self, field_name: str, x: float, width: float, *, rise: float = 0.0, lines: int = 1, rule: bool = True) -> None:
        """The answer to a field, on a line (`rise` points above the present one)."""
        value = self.values.get(field_name, "")
        base = HEIGHT - self.down + rise
        size = self.style.value_size
        if rule:
            self.canvas.setLineWidth(0.6)
            self.canvas.line(x, base - 2, x + width, base - 2)
        self.truth[field_name] = value or None
        if self.mode == "fillable":
            while any(stringWidth(line, "Helvetica", size) > width - 8 for line in value.split("\n")) and size > 5:
                size -= 0.5
            high = size + 4 if lines == 1 else lines * (size + 3) + 4
            self.canvas.acroForm.textfield(name=self.name(field_name), x=x, y=base - 2 - (high - size - 4), width=width, height=high, value=value, fontName="Helvetica",
                                           fontSize=min(size, 10), borderWidth=0, fillColor=white, textColor=black, fieldFlags="multiline" if lines > 1 else "")
            return
        font = self.style.value_font
        for number, line in enumerate(value.split("\n")):
            while stringWidth(line, font, size) > width - 2 and size > 6.5:
                size -= 0.5
            self.canvas.setFont(font, size)
            self.canvas.drawString(x + 2, base - number * (size + 2.5), line)

    def labelled(self, field_name: str, label: str, x: float, right: float, *, under: bool = False, rule: bool = True) -> None:
        """A label with its answer right of it, or under it."""
        end = self.text(x, label)
        if under:
            self.down += self.style.value_size + 2
            self.answer(field_name, x + 4, right - x - 8, rule=False)
            self.down -= self.style.value_size + 2
        else:
            self.answer(field_name, end + 4, right - end - 6, rule=rule)

    def check(self, field_name: str, x: float) -> float:
        """A box at the present line; returns where the words after it begin."""
        side = self.style.box
        bottom = HEIGHT - self.down - 1.2
        marked = field_name in self.marked
        self.truth[field_name] = marked
        if self.mode == "fillable":
            self.canvas.acroForm.checkbox(name=self.name(field_name), x=x, y=bottom, size=side, checked=marked, borderWidth=0.6, fillColor=white, buttonStyle="cross")
            return x + side + 5
        self.canvas.setLineWidth(0.7)
        self.canvas.rect(x, bottom, side, side)
        if marked:
            self._mark(x, bottom, side)
        return x + side + 5

    def _mark(self, x: float, bottom: float, side: float) -> None:
        kind = self.style.mark
        if kind == "letter":
            self.canvas.setFont("Helvetica-Bold", side + 1)
            self.canvas.drawCentredString(x + side / 2, bottom + 0.12 * side, "X")
            return
        self.canvas.setLineWidth(1.6 if kind == "heavy" else 1.0)
        if kind == "tick":
            self.canvas.setLineWidth(1.4)
            self.canvas.line(x + 1, bottom + side * 0.5, x + side * 0.4, bottom + 1)
            self.canvas.line(x + side * 0.4, bottom + 1, x + side + 1.5, bottom + side + 1.5)
            return
        over = 1.5 if self.rng.random() < 0.5 else -0.6
        self.canvas.line(x - over, bottom - over, x + side + over, bottom + side + over)
        self.canvas.line(x - over, bottom + side + over, x + side + over, bottom - over)

    def statement(self, field_name: str, words: str, x: float) -> None:
        """A box with its statement."""
        end = self.check(field_name, x)
        self.paragraph(end, words)

    def captions(self, items: list[tuple[str | None, str]], signature_room: float = 22.0,
                 left: float | None = None) -> None:
        """Lines with their captions under them, side by side. An item without a field is an empty line."""
        self.down += signature_room
        left = left or self.style.left
        each = (WIDTH - self.style.left - left) / len(items)
        for number, (field_name, caption) in enumerate(items):
            x = left + number * each + 6
            if field_name and field_name.endswith("signature"):
                self._signature(field_name, x, each - 16)
            elif field_name:
                self.answer(field_name, x, each - 16)
            else:
                self.canvas.line(x, HEIGHT - self.down - 2, x + each - 16, HEIGHT - self.down - 2)
        self.down += self.style.label_size + 2.5
        for number, (_, caption) in enumerate(items):
            self.canvas.setFont(self.style.label_font, self.style.label_size - 0.5)
            self.canvas.drawCentredString(left + number * each + each / 2, HEIGHT - self.down, caption)
        self.down += self.style.label_size + 4

    def _signature(self, field_name: str, x: float, width: float) -> None:
        base = HEIGHT - self.down
        self.canvas.setLineWidth(0.6)
        self.canvas.line(x, base - 2, x + width, base - 2)
        signed = bool(self.values.get(field_name))
        self.truth[field_name] = signed
        if signed:
            path = self.canvas.beginPath()
            at = x + self.rng.uniform(5, 40)
            path.moveTo(at, base + 2)
            for _ in range(self.rng.randint(5, 9)):
                path.curveTo(at + 4, base + self.rng.uniform(8, 19), at + self.rng.uniform(4, 10), base + self.rng.uniform(-3, 3), at + 12, base + self.rng.uniform(-1, 9))
                at += 12
            self.canvas.setLineWidth(1.1)
            self.canvas.drawPath(path)


def draw_form(form: str, seed: int, mode: str = "printed", *, edition: str | None = None, values: Mapping[str, str] | None = None,
              marked: frozenset[str] | None = None, style: Style | None = None, notice: bool = False) -> Drawn:
    """Draw a form, filled with an invented person.

    `mode`: `printed` (answers are text) or `fillable` (answers are form fields). `values` and `marked` (the boxes that are ticked) are by chance where not
    given. `notice` adds a second page for the person.
    """
    from tests.sources.forms.sheets import EDITIONS, SHEETS, chance_marks

    rng = random.Random(f"{form}/{seed}")
    style = style or Style.any(rng)
    chosen = invented(rng)
    for name in list(chosen):
        # Jails leave their half blank more often than not; DHS now and then leaves a field.
        mostly_blank = name.startswith(("local_", "served_", "estimated", "latest", "last_", "return_", "cancel_", "interpreter", "serving"))
        if rng.random() < (0.45 if mostly_blank else 0.06):
            chosen[name] = ""
    if chosen["served_on"] == "" and rng.random() < 0.5:
        chosen["served_on"] = chosen["name_of_alien"]
    chosen |= values or {}
    ticks = chance_marks(form, rng) if marked is None else marked
    edition = edition or rng.choice(EDITIONS[form])
    if "cancel_prior_detainer" not in ticks and not (values and "cancel_prior_detainer_date" in values):
        chosen["cancel_prior_detainer_date"] = ""
    if "served_otherwise" not in ticks:
        chosen["served_otherwise_how"] = ""
    if "reason_other" not in ticks:
        chosen["reason_other_what"] = ""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=1)
    canvas.setTitle(MARK)
    sheet = Sheet(canvas, style, chosen, ticks, mode, rng)
    _mark_page(canvas)
    sheet.down = style.top + 14
    SHEETS[form](sheet, edition)
    canvas.setFont(style.label_font, 7.5)
    revision = "Rev. " if form == "I-200" else ""
    canvas.drawString(style.left, 24, f"{'ICE' if form == 'I-205' else 'DHS'} Form {form} ({revision}{edition})" if edition else f"DHS Form {form}")
    canvas.drawRightString(WIDTH - style.left, 24, "Page 1 of 2" if notice else "Page 1 of 1")
    canvas.showPage()
    if notice:
        _mark_page(canvas)
        canvas.setFont(style.label_font, 9)
        for number, line in enumerate((
                "NOTICE TO THE DETAINEE", "The Department of Homeland Security has placed an immigration detainer on you.",
                "Ask for a copy. If you are a citizen of the United States, say so, and call the number of ICE.",
                "AVISO: el Departamento de Seguridad Nacional ha puesto una retención de inmigración.", "Pida una copia de esta orden.")):
            canvas.drawString(60, 700 - 22 * number, line)
        canvas.showPage()
    canvas.save()
    return Drawn(buffer.getvalue(), sheet.truth, form, edition or None, tuple(name for name, value in sheet.truth.items() if value))


def _mark_page(canvas: Canvas) -> None:
    canvas.setFont("Helvetica-Bold", 9)
    canvas.drawCentredString(WIDTH / 2, HEIGHT - 18, MARK)
    canvas.setFont("Helvetica", 7)
    canvas.drawCentredString(WIDTH / 2, 12, MARK)
