"""Files that are damaged, locked, far too large or made to do harm: one clear error each, in bounded time and memory."""

from __future__ import annotations

import io
import random
import re
import time
import zlib
from pathlib import Path

import pypdf
import pytest

from lawfulhold.cli import main
from lawfulhold.sources.forms import FormError, detect, looks_like_form, read_form
from lawfulhold.sources.forms.bounded import run_bounded
from lawfulhold.sources.forms.kinds import file_kind
from lawfulhold.sources.forms.read import read_here
from tests.sources.forms.degrade import as_png, scanned
from tests.sources.forms.drawing import draw_form
from tests.sources.forms.papers import filled, read_bytes


def page_pdf(stream: bytes, more: str = "", pages: int = 1) -> bytes:
    """A PDF whose pages are one page, named again and again; its content is `stream`, already deflated."""
    kids = " ".join(["3 0 R"] * pages)
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Count {pages}/Kids[{kids}]>>".encode(),
               f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<<{more}>>>>".encode(),
               b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(stream), stream)]
    out = io.BytesIO(b"")
    out.write(b"%PDF-1.7\n")
    places = []
    for number, one in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, one))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))
    return out.getvalue()


def bomb(size: int) -> bytes:
    """Deflated zeros: `size` bytes of them, a million at a time."""
    packer = zlib.compressobj(9)
    first, again = (packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + again * (size // 1_000_000 - 1) + packer.flush()


def png_header(width: int, height: int) -> bytes:
    """A PNG that says that it is so large, with next to nothing in it."""
    def chunk(kind: bytes, content: bytes) -> bytes:
        return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")

    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes((1, 0, 0, 0, 0)))
            + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b""))


def named(name: str) -> bytes:
    """A fillable detainer with this name, written as form-filling programs write it."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(draw_form("I-247A", 7, "fillable", values={"name_of_alien": "KOROMA, Ines"}).pdf))
    fields = [item.get_object() for item in writer.pages[0]["/Annots"]]  # type: ignore[attr-defined]
    (field,) = [one for one in fields if one.get("/V") == "KOROMA, Ines"]
    field[pypdf.generic.NameObject("/V")] = pypdf.generic.TextStringObject(name)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def locked() -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(filled("I-247A").pdf))
    writer.encrypt("secret", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


REFUSED = {
    "empty": (lambda: b"", "is empty"),
    "nothing of a PDF but its first line": (lambda: b"%PDF-1.7\n" + random.Random(1).randbytes(3000), "damaged or cut off"),
    "locked": (locked, "locked with a password"),
    "10,000 pages": (lambda: page_pdf(zlib.compress(b" "), pages=10_000), "has 10,000 pages; at most 60"),
    "a page of a thousand feet": (lambda: page_pdf(zlib.compress(b" ")).replace(b"[0 0 612 792]", b"[0 0 14000 14000]"), "no sheet of paper"),
    "a picture of 60,000 by 60,000 dots": (lambda: png_header(60_000, 60_000), "dots; scan it at 300"),
    "a picture cut off": (lambda: as_png(scanned(filled("I-200").pdf, 1, dpi=100))[:4000], "damaged picture"),
    "text called a PDF": (lambda: b"The sheriff released the man on Monday.", "is no PDF and no picture"),
    "a spreadsheet called a PDF": (lambda: b"PK\x03\x04" + bytes(100), "is no PDF and no picture"),
    "a letter": (lambda: page_pdf(zlib.compress(b"BT /F 12 Tf 72 700 Td (Dear Sheriff, we write about the detainer and the warrant of removal.) Tj ET"),
                                  "/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"), "is not one of the forms that are known"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_it_is_refused_with_what_is_wrong(kind: str, tmp_path: Path) -> None:
    content, wrong = REFUSED[kind]
    path = tmp_path / "paper.pdf"
    path.write_bytes(content())
    # What may take much time or memory is opened as people's files are, in a bounded process; for the others the reader itself is asked.
    read = read_form if re.search(r"\d\d,000|thousand|cut off", kind) else read_here
    start = time.monotonic()
    with pytest.raises(FormError, match=re.escape(wrong)) as caught:
        read(path, "paper.pdf")
    assert str(caught.value).startswith("paper.pdf: ")
    assert time.monotonic() - start < 60


def test_a_bomb_ends_in_bounded_time_and_memory(tmp_path: Path) -> None:
    """3 GB of content in 3 MB: more than the process may take."""
    path = tmp_path / "bomb.pdf"
    path.write_bytes(page_pdf(bomb(3_000_000_000)))
    start = time.monotonic()
    with pytest.raises(FormError):
        read_form(path)
    assert time.monotonic() - start < 120


def test_a_file_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(filled("I-247A").pdf)
    with pytest.raises(FormError, match="took more than 0 seconds"):
        run_bounded("read", path, "paper.pdf", seconds=0.01)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_form_cut_off_is_read_or_refused_but_never_half_believed(share: float, tmp_path: Path) -> None:
    drawn = filled("I-247A")
    path = tmp_path / "paper.pdf"
    path.write_bytes(drawn.pdf[:round(len(drawn.pdf) * share)])
    with pytest.raises(FormError):
        read_here(path, "paper.pdf")


@pytest.mark.parametrize("seed", range(6))
def test_bytes_changed_by_chance_never_break_the_reader(seed: int, tmp_path: Path) -> None:
    """A reading or a `FormError`, nothing else."""
    rng = random.Random(seed)
    content = bytearray(draw_form("I-200", 7, "fillable" if seed % 2 else "printed").pdf)
    for _ in range(40):
        content[rng.randrange(20, len(content))] = rng.randrange(256)
    path = tmp_path / "paper.pdf"
    path.write_bytes(bytes(content))
    try:
        assert read_form(path).file == "paper.pdf"
    except FormError as error:
        assert ";" in error.what or ":" in error.what


def test_the_ending_of_the_name_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "warrant.txt"
    path.write_bytes(filled("I-200").pdf)
    assert read_form(path).form == "I-200"
    assert looks_like_form(path)


def test_writing_that_turns_the_direction_is_marked() -> None:
    found = read_bytes(named("KOROMA, \u202esenI")).fields["name_of_alien"]
    assert not found.sure
    assert found.note == "has signs that turn the direction of writing"


def test_letters_that_look_like_others_are_marked() -> None:
    found = read_bytes(named("КOROMA, Ines")).fields["name_of_alien"]
    assert not found.sure
    assert found.note == "mixes letters of several scripts in one word"


def test_a_name_in_arabic_letters_is_kept_as_written() -> None:
    found = read_bytes(named("محمد علي")).fields["name_of_alien"]
    assert (found.value, found.sure) == ("محمد علي", True)


def test_a_box_whose_value_and_look_differ_is_not_believed() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(draw_form("I-200", 8, "fillable", marked=frozenset({"basis_proceedings"})).pdf))
    changed = 0
    for item in writer.pages[0]["/Annots"]:  # type: ignore[attr-defined]
        one = item.get_object()
        if one.get("/FT") == "/Btn" and str(one.get("/AS")) != "/Off":
            one[pypdf.generic.NameObject("/AS")] = pypdf.generic.NameObject("/Off")
            changed += 1
    assert changed == 1
    buffer = io.BytesIO()
    writer.write(buffer)
    assert not read_bytes(buffer.getvalue()).fields["basis_proceedings"].sure


def test_what_is_a_form_a_report_or_neither(tmp_path: Path) -> None:
    kinds = {"form": filled("I-200").pdf, "report": b"ICE arrested a man in Hartford on Monday.", "neither": bytes(400)}
    for kind, content in kinds.items():
        path = tmp_path / f"{kind}.pdf"
        path.write_bytes(content)
        assert detect(path) == kind


def test_a_scan_without_text_recognition_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "scan.png"
    path.write_bytes(as_png(scanned(filled("I-200").pdf, 1, dpi=100)))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FormError, match="apt-get install tesseract-ocr"):
        read_form(path)


def test_the_command_says_which_file_and_reads_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad, good = tmp_path / "bad.pdf", tmp_path / "good.pdf"
    bad.write_bytes(locked())
    good.write_bytes(filled("I-200").pdf)
    assert main(["read", str(bad), str(good)]) == 2
    printed = capsys.readouterr()
    assert printed.err == f"lawfulhold: {bad}: is locked with a password; save it without one\n"
    assert "Form I-200, edition 09/16" in " ".join(printed.out.split())


@pytest.mark.parametrize(("content", "kind"), [
    (b"BM said on Friday that ICE arrested a man.", "text"),
    (b"BM\x36\x30\x2a\0\0\0\0\0\x36\0\0\0", "picture"),
    (b"MZ, a man of 30, was arrested by ICE.", "text"),
    (b"MZ\x90\0\x03\0\0\0", "other"),
    (b"The file starts with %PDF-1.4, says the sheriff.", "text"),
    (b"%PDF-1.4\n1 0 obj", "pdf"),
    (b"\xef\xbb\xbf%PDF-1.4\n1 0 obj", "pdf"),
    (b"X-Fax: 1\r\n\r\n%PDF-1.4\n1 0 obj", "pdf"),
    (b"\0\0\0 %PDF-1.4\n1 0 obj", "pdf"),
])
def test_a_text_may_begin_with_the_letters_of_another_kind(content: bytes, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "paper"
    path.write_bytes(content)
    assert file_kind(path, "paper") == kind
