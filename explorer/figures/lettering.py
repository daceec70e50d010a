"""Words set into pixels, in the fonts that come with the project: the same on every machine."""

from functools import cache
from math import ceil

from PIL import Image, ImageDraw, ImageFont

from explorer.figures.raster import FONTS

LEAST_PX = 7
"""Smallest letters that can be read."""

CAPITAL = 0.727
"""Height of a capital letter or a digit as a share of the font's size."""


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The semibold font whose lines are about 1.2 `size` px high."""
    return ImageFont.truetype(FONTS / "Inter-SemiBold.otf", size)


def width(text: str, size: int) -> int:
    """Pixels that `text` takes from left to right."""
    return ceil(font(size).getlength(text))


def fitted(text: str, room: int, size: int) -> tuple[str, int]:
    """`text` and the size, at most `size`, at which it fits into `room` px; cut off with a dot where none does."""
    while size > LEAST_PX and width(text, size) > room:
        size -= 1
    if width(text, size) <= room:
        return text, size
    while text and width(f"{text}…", size) > room:
        text = text[:-1].rstrip()
    return (f"{text}…" if text else ""), size


def write_centred(picture: Image.Image, text: str, box: tuple[int, int, int, int], size: int, ink: str) -> None:
    """Writes `text` into the middle of `box` (left, top, right, bottom), made smaller or cut off to fit its width."""
    left, top, right, bottom = box
    text, size = fitted(text, right - left, size)
    baseline = round((top + bottom + CAPITAL * size) / 2)
    ImageDraw.Draw(picture).text(((left + right) / 2, baseline), text, ink, font(size), anchor="ms")
