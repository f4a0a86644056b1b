"""Pictures of pages made ready to read: bounded, turned upright, straightened, evenly lit, without specks and ruled lines."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, cast

import numpy as np
from PIL import Image, ImageFilter, UnidentifiedImageError

from lawfulhold.sources.forms.limits import MAXIMUM_PAGES_BY_OCR, MAXIMUM_PIXELS
from lawfulhold.sources.forms.page import Grey, Ink, Picture
from lawfulhold.sources.forms.reading import FormError

DOTS = 300 / 72
PAPER_WIDTH, PAPER_HEIGHT = 612.0, 792.0
COARSE = 120.0  # dots to the inch; a standard fax has 98 down
FEW = 250.0  # a fine fax has 196 down
_FEW_LINES = 0.89
_FORMATS = ("PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP", "PPM")


def open_pictures(path: Path, name: str) -> list[tuple[Image.Image, float]]:
    """The pages of an image file, in grey, in the shape of the paper, each with its dots to the inch in the direction that has fewer. Raises `FormError` for what is no image, too large or
    damaged."""
    Image.MAX_IMAGE_PIXELS = MAXIMUM_PIXELS
    pages: list[tuple[Image.Image, float]] = []
    try:
        with Image.open(path, formats=_FORMATS) as image:
            frames = int(getattr(image, "n_frames", 1))
            if frames > MAXIMUM_PAGES_BY_OCR:
                raise FormError(f"has {frames:,} pictures; at most {MAXIMUM_PAGES_BY_OCR} are read; split it", name)
            for number in range(frames):
                image.seek(number)
                if image.width * image.height > MAXIMUM_PIXELS:
                    raise FormError(f"has a picture of {image.width:,} by {image.height:,} dots; at most {MAXIMUM_PIXELS:,} dots are read; "
                                    "scan it at 300 dots to the inch or less", name)
                shaped = paper_shape(image.convert("L"), image.info.get("dpi"))
                inches = shaped.width / (72 * DOTS), shaped.height / (72 * DOTS)
                dots = min(image.width / inches[0], image.height / inches[1])
                pages.append((shaped, dots / 2 if has_few_lines(shaped) else dots))
    except FormError:
        raise
    except UnidentifiedImageError as error:
        raise FormError("is not a picture that can be read (PNG, JPEG, TIFF, GIF, BMP, WebP); scan it again", name) from error
    except Image.DecompressionBombError as error:
        raise FormError(f"has a picture of more than {MAXIMUM_PIXELS:,} dots; scan it at 300 dots to the inch or less", name) from error
    except (OSError, ValueError, SyntaxError, EOFError, KeyError, TypeError, IndexError) as error:
        raise FormError(f"is a damaged picture ({str(error)[:80] or type(error).__name__}); scan it again", name) from error
    return pages


def paper_shape(image: Image.Image, dpi: Any = None) -> Image.Image:
    """The picture at 300 dots to the inch. A fax has fewer dots down than across: the resolution it states, or its shape, tells."""
    across, down = image.width, image.height
    try:
        stated = (float(dpi[0]), float(dpi[1])) if dpi else None
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        stated = None
    ratio = stated[0] / stated[1] if stated and stated[0] > 0 and stated[1] > 0 and 0.3 < stated[0] / stated[1] < 3.5 else 1.0
    shape = down * ratio / max(1, across)
    if ratio == 1.0 and 1_600 <= across <= 1_800 and 0.5 < shape < 0.85:  # standard fax, 204 by 98 dots to the inch, that does not say so
        ratio = 204 / 98
        shape = down * ratio / across
    if across < 2_000:
        image = _without_single_dots(image)
    wide = PAPER_HEIGHT if shape < 0.9 else PAPER_WIDTH
    scale = wide * DOTS / max(1, across)
    size = max(1, round(across * scale)), max(1, round(down * ratio * scale))
    if size[0] * size[1] > MAXIMUM_PIXELS:
        raise ValueError("the picture is far longer than wide")
    # The lines of a standard fax stand so far apart that a sharper filter reads better.
    return image.resize(size, Image.Resampling.BICUBIC if scale * ratio > 1 and ratio < 1.5 else Image.Resampling.LANCZOS)


def has_few_lines(image: Image.Image) -> bool:
    """True when the picture was made higher from fewer lines, as programs do with standard faxes: dots differ clearly less from those below than from those
    beside them."""
    grey = np.asarray(image, dtype=np.int16)
    # How much neighbours differ, as a share of how much dots five apart do: what is written has no part in it.
    down, across = (float(np.abs(turned[1:] - turned[:-1]).mean()) / max(1e-6, float(np.abs(turned[5:] - turned[:-5]).mean())) for turned in (grey, grey.T))
    return down < _FEW_LINES * across


def softened(picture: Picture) -> Picture:
    """The same page in a second picture: the lines run together, and dark is parted from light anew. What both pictures show is there."""
    grey = np.asarray(Image.fromarray(picture.grey).filter(ImageFilter.BoxBlur((0.5, 1.5))), dtype=np.uint8)
    ink = ink_of(grey)
    return Picture(grey, ink & ~specks(ink, 2, 3), picture.dots)


def _without_single_dots(image: Image.Image) -> Image.Image:
    """A picture of few dots without the single ones that a line leaves; a dot of the smallest letters is larger."""
    grey = np.array(image, dtype=np.uint8)
    ink = grey < 128
    paper = ~ink
    grey[specks(ink, 1, 1)] = 255
    grey[specks(paper, 1, 1)] = 0
    return Image.fromarray(grey)


def even_light(grey: Grey) -> Grey:
    """Grey with the paper made white: divided by the light around each place."""
    height, width = grey.shape
    small = Image.fromarray(grey).resize((max(1, width // 24), max(1, height // 24)), Image.Resampling.BOX)
    light = small.filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.GaussianBlur(3)).resize((width, height), Image.Resampling.BILINEAR)
    paper = np.maximum(np.asarray(light, dtype=np.float32), 60.0)
    return cast(Grey, np.clip(grey.astype(np.float32) * 255.0 / paper, 0, 255).astype(np.uint8))


def smoothed(grey: Grey, blur: float, size: float) -> Grey:
    """The picture blurred, then made `size` times as large."""
    image = Image.fromarray(grey).filter(ImageFilter.GaussianBlur(blur))
    new = max(1, round(image.width * size)), max(1, round(image.height * size))
    return cast(Grey, np.asarray(image.resize(new, Image.Resampling.LANCZOS), dtype=np.uint8))


def sums(dots: Ink) -> np.ndarray[Any, np.dtype[np.int32]]:
    """Sums over every rectangle from the top left corner: `s[b, r] - s[t, r] - s[b, l] + s[t, l]` counts the dots of one."""
    total = np.zeros((dots.shape[0] + 1, dots.shape[1] + 1), dtype=np.int32)
    inner = total[1:, 1:]
    inner[:] = dots
    np.add.accumulate(inner, axis=0, out=inner)
    np.add.accumulate(inner, axis=1, out=inner)
    return total


def around_each(dots: Ink, reach: int) -> np.ndarray[Any, np.dtype[np.int32]]:
    """For every dot, how many are set in the square of `reach` dots around it."""
    total = sums(np.pad(dots, reach))
    side = 2 * reach + 1
    return cast("np.ndarray[Any, np.dtype[np.int32]]", total[side:, side:] - total[:-side, side:] - total[side:, :-side] + total[:-side, :-side])


def specks(ink: Ink, wide: int, high: int) -> Ink:
    """All the ink that stands alone in `wide` by `high` dots: a frame of one dot around it is free."""
    rows, columns = ink.shape
    framed = np.pad(ink, ((1, high + 1), (1, wide + 1)))
    level = _any_of(framed, wide + 2, 1)[:, :columns]
    tall = _any_of(framed, high, 0)[1:rows + 1]
    within = _any_of(tall, wide, 1)[:, 1:columns + 1]
    alone = within & ~(level[:rows] | level[high + 1:high + 1 + rows] | tall[:, :columns] | tall[:, wide + 1:wide + 1 + columns])
    return ink & _any_of(_any_of(np.pad(alone, ((high - 1, 0), (wide - 1, 0))), high, 0), wide, 1)


def _any_of(dots: Ink, count: int, axis: int) -> Ink:
    """For every dot, whether one of the `count` dots from there on, down (axis 0) or across (1), is set; the last ones have no value."""
    size = dots.shape[axis] - count + 1
    parts = [dots[step:step + size] if axis == 0 else dots[:, step:step + size] for step in range(count)]
    found = parts[0].copy()
    for part in parts[1:]:
        found |= part
    return found


def grown(dots: Ink, across: int, down: int) -> Ink:
    """Every dot made a block that reaches so many dots to each side."""
    found = dots.copy()
    for step in range(1, across + 1):
        found[:, step:] |= dots[:, :-step]
        found[:, :-step] |= dots[:, step:]
    rows = found.copy()
    for step in range(1, down + 1):
        found[step:] |= rows[:-step]
        found[:-step] |= rows[step:]
    return found


def upright(ink: Ink, high: int) -> Ink:
    """The ink that is at least `high` dots high: strokes of letters, not ruled lines."""
    foot = ink.copy()
    for step in range(1, high):
        foot[:-step] &= ink[step:]
        foot[-step:] = False
    found = foot.copy()
    for step in range(1, high):
        found[step:] |= foot[:-step]
    return found


def ink_of(grey: Grey) -> Ink:
    """Dark against light, by the threshold that parts the two best (Otsu), kept within reason."""
    counts = np.asarray(Image.fromarray(grey).histogram(), dtype=np.float64)
    levels = np.arange(256)
    below, above = np.cumsum(counts), counts.sum() - np.cumsum(counts)
    weight = np.cumsum(counts * levels)
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (weight / below - (weight[-1] - weight) / above) ** 2
    best = int(np.nanargmax(between)) if np.isfinite(between).any() else 128
    return grey <= min(max(best, 90), 190)


def slant(ink: Ink, limit: float = 4.0) -> float:
    """The angle in degrees by which the lines of text are turned, found where the sums along lines differ most."""
    image = Image.fromarray((ink * 255).astype(np.uint8)).resize((max(1, ink.shape[1] // 4), max(1, ink.shape[0] // 4)), Image.Resampling.BOX)

    def sharpness(angle: float) -> float:
        turned = np.asarray(image.rotate(angle, Image.Resampling.BILINEAR), dtype=np.float64).sum(axis=1)
        return float(((turned[1:] - turned[:-1]) ** 2).sum())

    best, step = 0.0, 0.5
    candidates = [angle * step for angle in range(-int(limit / step), int(limit / step) + 1)]
    while step > 0.04:
        best = max(candidates, key=sharpness)
        candidates = [best - step / 2, best, best + step / 2]
        step /= 2
    return best


def ready(image: Image.Image) -> Picture:
    """The picture of a scanned page, straightened and cleaned. `image` is grey at 300 dots to the inch."""
    grey = even_light(np.asarray(image, dtype=np.uint8))
    angle = slant(ink_of(grey))
    if abs(angle) > 0.05:
        grey = cast(Grey, np.asarray(Image.fromarray(grey).rotate(angle, Image.Resampling.BICUBIC, fillcolor=255), dtype=np.uint8))
    ink = ink_of(grey)
    lone = specks(ink, 2, 3)
    grey = grey.copy()
    grey[grown(lone, 2, 2)] = 255
    return Picture(grey, ink & ~lone, DOTS)


def ruled(ink: Ink, dots: float, points: float = 34.0, share: float = 0.6, gap: int = 0) -> Ink:
    """The ruled lines among the ink: thin, level, dark for at least `share` of any `points` (faxes break them up), and with hardly a stroke of a letter
    standing on them. Gaps of twice `gap` dots are closed before."""
    reach = max(4, math.ceil(points * dots))
    if ink.shape[1] <= reach:
        return np.zeros_like(ink)
    thin = ink & ~upright(ink, max(3, round(2.1 * dots)))
    strokes = grown(upright(ink, max(3, round(1.7 * dots))), 0, round(1.2 * dots))
    full = (_along(grown(thin, gap, 1), reach) >= share * reach) & (_along(strokes, reach) <= 0.1 * reach)
    marks = np.zeros((ink.shape[0], ink.shape[1] + 1), dtype=np.int8)
    marks[:, :full.shape[1]] += full
    marks[:, reach:] -= full[:, :ink.shape[1] + 1 - reach]
    level = np.cumsum(marks, axis=1, dtype=np.int16)[:, :ink.shape[1]] > 0
    # The feet of a row of letters look like a broken line, but are never as long as one.
    found = _long(level, round(1.8 * reach)) & thin
    # What hangs on the line belongs to it; feet of letters that stand free above it do not.
    for _ in range(2):
        near = found.copy()
        near[1:] |= found[:-1]
        near[:-1] |= found[1:]
        found = near & thin
    return found


def _long(level: Ink, least: int) -> Ink:
    """The runs along the rows that are at least so long."""
    edge = np.zeros((level.shape[0], 1), dtype=np.int8)
    steps = np.diff(np.concatenate([edge, level.astype(np.int8), edge], axis=1), axis=1)
    rows, starts = np.nonzero(steps == 1)
    ends = np.nonzero(steps == -1)[1]
    kept = ends - starts >= least
    found = np.zeros((level.shape[0], level.shape[1] + 1), dtype=np.int8)
    np.add.at(found, (rows[kept], starts[kept]), 1)
    np.add.at(found, (rows[kept], ends[kept]), -1)
    return np.cumsum(found, axis=1, dtype=np.int8)[:, :-1] > 0


def _along(ink: Ink, reach: int) -> np.ndarray[Any, np.dtype[np.int16]]:
    """How many of the next `reach` dots of the row are set. Sums that run over in 16 bits differ by no less."""
    total = np.zeros((ink.shape[0], ink.shape[1] + 1), dtype=np.int16)
    total[:, 1:] = ink
    np.add.accumulate(total, axis=1, out=total)
    return cast("np.ndarray[Any, np.dtype[np.int16]]", total[:, reach:] - total[:, :-reach])


def without_rules(picture: Picture) -> Picture:
    """The picture without ruled lines, and without the streaks that a dirty sensor leaves down the page."""
    rules = ruled(picture.ink, picture.dots)
    rest = picture.ink & ~rules
    streaks = np.ascontiguousarray(ruled(np.ascontiguousarray(rest.T), picture.dots, 40.0, 0.8, 4).T)
    wiped = rules | streaks
    ink = picture.ink & ~wiped
    ink &= ~specks(ink, 4, 3)
    wiped = picture.ink & ~ink
    grey = picture.grey.copy()
    grey[grown(wiped, 2, 2) & ~grown(ink, 1, 1)] = 255
    return Picture(grey, ink, picture.dots)
