"""Papers that several tests read: drawn once, read once in this process."""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pypdf
import pytest

from lawfulhold.sources.forms.read import read_here
from lawfulhold.sources.forms.reading import FormReading
from tests.sources.forms.drawing import Drawn, draw_form

needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="SCANS ARE NOT TESTED: Tesseract is not installed (apt-get install tesseract-ocr)")
PERSON = {"subject_id": "345678901", "event_number": "HAR2401000123", "file_number": "A 201 345 678", "date": "03/01/2024", "name_of_alien": "KOROMA, Ines",
          "date_of_birth": "05/06/1990", "citizenship": "GUATEMALA", "sex": "F", "notify_phone": "(203) 555-0142", "return_number": "(203) 555-0143",
          "officer_name_title": "Oscar Lozano, Deportation Officer", "officer_signature": "signed"}
SIGNED = {"I-247A": frozenset({"box_1a_final_order", "notify_ice"}), "I-200": frozenset({"basis_proceedings"}), "I-205": frozenset({"order_immigration_judge"})}


def read_bytes(content: bytes, ending: str = "pdf", name: str = "paper") -> FormReading:
    """What is read from the bytes of a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"paper.{ending}")
        path.write_bytes(content)
        return read_here(path, name)


def joined(papers: Sequence[bytes]) -> bytes:
    """One PDF of several."""
    writer = pypdf.PdfWriter()
    for paper in papers:
        writer.append(io.BytesIO(paper))
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


@cache
def filled(form: str, seed: int = 7, mode: str = "printed") -> Drawn:
    """A form about one invented person, signed, with the boxes of `SIGNED` or by chance."""
    return draw_form(form, seed, mode, values=PERSON, marked=SIGNED.get(form))


@cache
def filled_reading(form: str, seed: int = 7, mode: str = "printed") -> FormReading:
    """What is read from `filled`."""
    return read_bytes(filled(form, seed, mode).pdf)


@cache
def packet_reading(*forms: str) -> FormReading:
    """What is read from one PDF of several `filled` forms."""
    return read_bytes(joined([filled(form).pdf for form in forms]), name="packet.pdf")


@cache
def blank_reading() -> FormReading:
    """What is read from a detainer on which nobody has written."""
    return read_bytes(draw_form("I-247A", 7, values=dict.fromkeys(filled("I-247A").truth, ""), marked=frozenset()).pdf)
