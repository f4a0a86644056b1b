"""Text recognition by Tesseract, as a separate program with a time limit."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lawfulhold.sources.forms.limits import OCR_SECONDS
from lawfulhold.sources.forms.page import Grey, Word
from lawfulhold.sources.forms.reading import FormError

MISSING = ("is a scan, and text recognition is not installed; install Tesseract (on Debian: apt-get install tesseract-ocr), "
           "or give the PDF that was printed")


def program() -> str | None:
    """The path of Tesseract, or None where it is not installed."""
    return shutil.which("tesseract")


def recognise(pictures: Sequence[Grey], mode: int, name: str, *, only: str | None = None, dpi: int = 300) -> list[list[Word]]:
    """The words in each picture, with boxes in dots.

    `mode` is Tesseract's page segmentation mode: 4 one column, 6 one block, 7 one line, 11 sparse text. `only` limits the signs. Raises `FormError`
    when Tesseract is missing, fails or takes too long.
    """
    tesseract = program()
    if tesseract is None:
        raise FormError(MISSING, name)
    if not pictures:
        return []
    with tempfile.TemporaryDirectory(prefix="lawfulhold-") as folder:
        paths = []
        for number, grey in enumerate(pictures):
            path = Path(folder, f"{number}.pgm")
            path.write_bytes(b"P5\n%d %d\n255\n" % (grey.shape[1], grey.shape[0]) + np.ascontiguousarray(grey).tobytes())
            paths.append(str(path))
        listing = Path(folder, "list.txt")
        listing.write_text("\n".join(paths) + "\n", encoding="utf-8")
        command = [tesseract, str(listing), str(Path(folder, "found")), "--psm", str(mode), "--dpi", str(dpi), "-l", "eng"]
        if only:
            command += ["-c", f"tessedit_char_whitelist={only}"]
        try:
            done = subprocess.run([*command, "tsv"], capture_output=True, timeout=OCR_SECONDS, check=False, stdin=subprocess.DEVNULL,
                                  env={**os.environ, "OMP_THREAD_LIMIT": "1"})
        except subprocess.TimeoutExpired as error:
            raise FormError(f"took more than {OCR_SECONDS} seconds to recognise; scan it again, straight and clean", name) from error
        result = Path(folder, "found.tsv")
        if done.returncode or not result.exists():
            raise FormError(f"could not be recognised by Tesseract ({done.stderr.decode(errors='replace').strip()[-120:]})", name)
        return _words(result, len(pictures))


def _words(path: Path, count: int) -> list[list[Word]]:
    found: list[list[Word]] = [[] for _ in range(count)]
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            text = (row.get("text") or "").strip()
            if row.get("level") != "5" or not text:
                continue
            left, top, width, height = (float(row[key]) for key in ("left", "top", "width", "height"))
            number = int(row["page_num"]) - 1
            if 0 <= number < count:
                found[number].append(Word(text, (left, top, left + width, top + height), max(0.0, float(row["conf"]) / 100)))
    return found
