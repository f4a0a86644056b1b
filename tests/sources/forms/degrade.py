"""Make a scan, or a fax, of a drawn form: turned a little, speckled, stamped, in few dots. Everything follows from the seed."""

from __future__ import annotations

import io
import random
import zlib
from typing import cast

import numpy as np
import pypdfium2 as pdfium
from PIL import Image, ImageDraw, ImageFilter, ImageFont

_STAMPS = ("RECEIVED", "FAXED", "COPY", "FILED")


def picture(pdf: bytes, dpi: int, page: int = 0) -> Image.Image:
    """A page as a grey picture."""
    document = pdfium.PdfDocument(pdf)
    document.init_forms()
    image = document[page].render(scale=dpi / 72, grayscale=True, may_draw_forms=True).to_pil().convert("L")
    document.close()
    return cast(Image.Image, image)


def flattened(pdf: bytes) -> bytes:
    """The same PDF with its form fields made part of the page."""
    document = pdfium.PdfDocument(pdf)
    document.init_forms()
    for page in document:
        page.flatten()
    buffer = io.BytesIO()
    document.save(buffer)
    document.close()
    return buffer.getvalue()


def scanned(pdf: bytes, seed: int, dpi: int = 300) -> Image.Image:
    """A clean office scan: a little turned, a little grey."""
    rng = random.Random(f"scan/{seed}/{zlib.crc32(pdf)}")
    image = picture(pdf, dpi).rotate(rng.uniform(-0.7, 0.7), Image.Resampling.BICUBIC, fillcolor=255)
    grey = np.asarray(image, dtype=np.float32)
    noise = np.random.default_rng(seed).normal(0, 4, grey.shape)
    return Image.fromarray(np.clip(grey * 0.93 + 8 + noise, 0, 255).astype(np.uint8))


def faxed(pdf: bytes, seed: int, fine: bool | None = None, stamps: bool = True) -> Image.Image:
    """A fax: 204 by 196 dots to the inch (fine) or 204 by 98 (standard), black and white, turned, speckled, with the line of the machine at the top, and a
    stamp or two. Standard faxes keep the shape of their dots, as fax files do."""
    rng = random.Random(f"fax/{seed}/{zlib.crc32(pdf)}")
    chance = np.random.default_rng(rng.randrange(2**32))
    fine = rng.random() < 0.75 if fine is None else fine
    image = picture(pdf, 204)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, image.width, 34), fill=255)
    draw.text((40, 8), f"{rng.randint(1, 12):02}/{rng.randint(1, 28):02}/2024 {rng.randint(0, 23):02}:{rng.randint(0, 59):02}  FROM: COUNTY RECORDS   TO: 5550100   P.{rng.randint(1, 9):03}/009",
              fill=0, font=ImageFont.load_default(20))
    if stamps and rng.random() < 0.6:
        _stamp(image, rng)
    image = image.rotate(rng.uniform(-1.6, 1.6), Image.Resampling.BICUBIC, fillcolor=255).filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 0.8)))
    if not fine:
        image = image.resize((image.width, round(image.height * 98 / 196)), Image.Resampling.BOX)
    grey = np.asarray(image, dtype=np.float32) + chance.normal(0, 18, (image.height, image.width))
    dots = grey < rng.uniform(120, 165)
    dots ^= chance.random(dots.shape) < rng.uniform(0.0005, 0.004)
    for _ in range(rng.randint(0, 2)):  # a dirty sensor leaves a line down the page
        column = rng.randint(10, dots.shape[1] - 10)
        dots[:, column] |= chance.random(dots.shape[0]) < 0.6
    for _ in range(rng.randint(0, 3)):  # lost scan lines
        row = rng.randint(60, dots.shape[0] - 10)
        dots[row] = dots[row - 1]
    result = Image.fromarray(np.where(dots, 0, 255).astype(np.uint8))
    result.info["dpi"] = (204, 196 if fine else 98)
    return result


def _stamp(image: Image.Image, rng: random.Random) -> None:
    size = rng.randint(34, 52)
    words = f"{rng.choice(_STAMPS)}\n{rng.choice(('JAN', 'MAY', 'OCT'))} {rng.randint(1, 28)} 2024"
    stamp = Image.new("L", (size * 8, size * 4), 0)
    pen = ImageDraw.Draw(stamp)
    pen.text((size, size // 2), words, fill=255, font=ImageFont.load_default(size), align="center")
    pen.rectangle((8, 8, stamp.width - 8, stamp.height - 8), outline=255, width=4)
    stamp = stamp.rotate(rng.uniform(-18, 18), expand=True)
    place = rng.randint(100, image.width - stamp.width - 100), rng.randint(150, image.height - stamp.height - 200)
    image.paste(Image.new("L", stamp.size, 40), place, stamp)


def as_tiff(image: Image.Image) -> bytes:
    """A fax file: group 4 TIFF with its resolution."""
    buffer = io.BytesIO()
    image.convert("1").save(buffer, "TIFF", compression="group4", dpi=image.info.get("dpi", (300, 300)))
    return buffer.getvalue()


def as_pdf(images: list[Image.Image]) -> bytes:
    """A scanned PDF: one picture a page."""
    buffer = io.BytesIO()
    first, *others = [image.resize((image.width, round(image.height * 196 / 98))) if image.info.get("dpi") == (204, 98) else image for image in images]
    first.save(buffer, "PDF", save_all=True, append_images=others, resolution=first.width / 8.5)
    return buffer.getvalue()


def as_png(image: Image.Image) -> bytes:
    """A PNG file."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG", dpi=image.info.get("dpi", (300, 300)))
    return buffer.getvalue()
