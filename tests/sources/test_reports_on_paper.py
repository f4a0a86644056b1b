"""Reports as PDFs and pictures: paragraphs as they stand on the page, the page in every span, and less trust in what a picture shows."""

from __future__ import annotations

import io
import json
import textwrap
from collections.abc import Sequence
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from lawfulhold.cli import main
from lawfulhold.sources import read_reports
from lawfulhold.sources.forms import FormError, paper_text
from lawfulhold.sources.reading import ReadCase
from tests.sources.forms.degrade import as_pdf, as_png, as_tiff, faxed, scanned
from tests.sources.forms.papers import needs_tesseract

HEADING = "ICE arrests man released in Maryland"
PARAGRAPHS = [
    "BALTIMORE, May 20, 2024 - ICE arrested a 34-year-old Peruvian national in Hyattsville, Maryland, on May 14.",
    "The Prince George's County Police Department arrested the man on March 3, 2024, and charged him with second-degree assault. ICE lodged an immigration "
    "detainer with the Prince George's County Department of Corrections on March 4.",
    "On April 11 the Prince George's County Department of Corrections refused to honor the detainer and released him."]
WHOLE = ["charge 2024-03-03", "criminal-arrest 2024-03-03", "detainer-declined 2024-04-11", "detainer-lodged 2024-03-04", "ice-arrest 2024-05-14", "released-from-custody 2024-04-11"]


def drawn(paragraphs: Sequence[str], width: int = 85, size: float = 11, lines_on_page: int = 50, gap: bool = True, columns: int = 1) -> bytes:
    """A PDF of running text, as a word processor makes it: a line holds `width` letters, a page `lines_on_page` lines in each column."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1)
    canvas.setFont("Helvetica", size)
    top, column, number = 780.0, 0, 0
    height = top
    for paragraph in paragraphs:
        for line in textwrap.wrap(paragraph, width):
            if number == lines_on_page:
                column, number, height = column + 1, 0, top
                if column == columns:
                    canvas.showPage()
                    canvas.setFont("Helvetica", size)
                    column = 0
            canvas.drawString(40 + 270 * column, height, line)
            height, number = height - 1.25 * size, number + 1
        height -= size if gap else 0
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def kept(tmp_path: Path, content: bytes, name: str = "report.pdf") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def cases_of(path: Path) -> list[ReadCase]:
    return read_reports({str(path): paper_text(path)}).cases


def events_of(case: ReadCase) -> list[str]:
    return sorted(f"{event.type} {event.when.date}" for event in case.events)


@pytest.mark.parametrize("drawing", [
    {}, {"gap": False}, {"width": 38}, {"width": 125, "size": 8}, {"lines_on_page": 3}, {"lines_on_page": 4, "width": 60}, {"width": 38, "lines_on_page": 9, "columns": 2}, {"width": 38, "lines_on_page": 5}],
    ids=["a page", "no empty lines", "a narrow column", "wide lines", "two pages", "short pages", "two columns", "narrow columns on pages"])
def test_a_report_on_paper_is_read_as_it_is_as_text(tmp_path: Path, drawing: dict[str, int]) -> None:
    (case,) = cases_of(kept(tmp_path, drawn([HEADING, *PARAGRAPHS], **drawing)))  # type: ignore[arg-type]
    assert case.published == "2024-05-20"
    assert events_of(case) == WHOLE


def test_page_numbers_do_not_part_a_sentence(tmp_path: Path) -> None:
    path = kept(tmp_path, drawn(["ICE arrested a 34-year-old Peruvian man in Hyattsville, Maryland, after the county", "2", "jail there had released him on April 11, 2024, in spite of a detainer. It was the third time that year."],
                                gap=False, lines_on_page=2))
    assert "after the county jail there had" in paper_text(path).text


def test_a_span_says_its_page_and_its_words_stand_in_the_text(tmp_path: Path) -> None:
    path = kept(tmp_path, drawn([HEADING, *PARAGRAPHS], lines_on_page=5))
    reading = read_reports({str(path): paper_text(path)})
    (case,) = reading.cases
    pages = {event.type: event.span.page for event in case.events}
    assert pages == {"ice-arrest": 1, "criminal-arrest": 1, "charge": 1, "detainer-lodged": 1, "detainer-declined": 2, "released-from-custody": 2}
    for event in case.events:
        assert reading.texts[str(path)][event.span.start:event.span.end] == event.span.words


def test_the_command_writes_the_page_into_the_draft(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = kept(tmp_path, drawn([HEADING, *PARAGRAPHS], lines_on_page=5))
    assert main(["read", str(path), "--json", "--out", str(tmp_path / "drafts")]) == 0
    found = json.loads(capsys.readouterr().out)
    release = next(event for event in found["cases"][0]["events"] if event["type"] == "released-from-custody")
    assert release["span"]["page"] == 2
    assert "report.pdf, page 2, characters" in (tmp_path / "drafts" / "report-a.yaml").read_text(encoding="utf-8")


@needs_tesseract
@pytest.mark.parametrize("ending", ["pdf", "png"])
def test_a_scanned_report_is_read_marked_and_less_sure(tmp_path: Path, capsys: pytest.CaptureFixture[str], ending: str) -> None:
    image = scanned(drawn([HEADING, *PARAGRAPHS]), 1)
    path = kept(tmp_path, as_pdf([image]) if ending == "pdf" else as_png(image), f"scan.{ending}")
    assert main(["read", "--json", str(path)]) == 0
    (case,) = json.loads(capsys.readouterr().out)["cases"]
    assert sorted(f"{event['type']} {event['date']}" for event in case["events"]) == WHOLE
    (typed,) = cases_of(kept(tmp_path, drawn([HEADING, *PARAGRAPHS])))
    sure = {event.type: event.confidence for event in typed.events}
    for event in case["events"]:
        assert event["span"]["from_picture"] is True
        assert event["confidence"] < sure[event["type"]]
    assert main(["read", str(path)]) == 0
    assert "Read from a picture: compare every fact with the paper." in capsys.readouterr().out


@needs_tesseract
def test_the_specks_of_a_fax_part_no_sentence_and_a_word_badly_read_is_unsure(tmp_path: Path) -> None:
    (case,) = cases_of(kept(tmp_path, as_tiff(faxed(drawn([HEADING, *PARAGRAPHS]), 3, fine=False)), "fax.tiff"))
    days = dict(told.split() for told in WHOLE)
    assert [event for event in case.events if event.when.date not in {None, days.get(event.type, "")} or event.type not in days] == [], "a day may be lost in a fax, none is another"
    assert {"ice-arrest", "released-from-custody", "detainer-declined"} <= {event.type for event in case.events}
    (arrest,) = [event for event in case.events if event.type == "ice-arrest"]
    assert "Maryland" in arrest.span.words or arrest.confidence < 0.75


def test_a_scanned_report_without_text_recognition_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    path = kept(tmp_path, as_png(scanned(drawn([HEADING, *PARAGRAPHS]), 1, dpi=100)), "scan.png")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["read", str(path)]) == 2
    assert "apt-get install tesseract-ocr" in capsys.readouterr().err


def test_a_paper_of_a_few_words_is_no_report(tmp_path: Path) -> None:
    with pytest.raises(FormError, match="too few words for a report"):
        paper_text(kept(tmp_path, drawn(["FAX COVER SHEET", "To: Ashby County Jail, Records", "Pages: 2"])))


def test_a_form_that_cannot_be_read_as_one_is_not_read_as_prose(tmp_path: Path) -> None:
    with pytest.raises(FormError, match="looks like a form"):
        paper_text(kept(tmp_path, drawn(["IMMIGRATION DETAINER - NOTICE OF ACTION", *PARAGRAPHS])))


def test_a_report_that_names_the_form_in_a_sentence_is_read(tmp_path: Path) -> None:
    named = [PARAGRAPHS[0], PARAGRAPHS[1].replace("immigration detainer with", "immigration detainer (DHS Form I-247A, Notice of Action) with"), PARAGRAPHS[2]]
    (case,) = cases_of(kept(tmp_path, drawn([HEADING, *named])))
    assert "detainer-lodged 2024-03-04" in {f"{event.type} {event.when.date}" for event in case.events}


def test_a_form_is_known_by_the_number_at_its_foot(tmp_path: Path) -> None:
    with pytest.raises(FormError, match="looks like a form"):
        paper_text(kept(tmp_path, drawn([HEADING, *PARAGRAPHS, "DHS Form I-247A (3/17)     Page 1 of 3"])))
