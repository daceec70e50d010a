"""Photographs of which no two look alike: pieces of the samples, mirrored, as files of their own."""

import io
import random
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageOps

from explorer.vision.pictures.samples import SAMPLES

_LEAST_SHARE = 0.45
_PX = 360


@dataclass(frozen=True, slots=True)
class Photograph:
    """A picture file.

    Attributes:
        name: Of the file; no two people's are the same.
        data: Its bytes.
    """

    name: str
    data: bytes


def photographs(seed: int = 0) -> Iterator[Photograph]:
    """Without end, each another."""
    generator = random.Random(seed)
    samples = [Image.open(sample.file).convert("RGB") for sample in SAMPLES]
    number = 0
    while True:
        number += 1
        yield Photograph(f"photograph-{number:03d}.jpg", _jpeg(_piece(samples[number % len(samples)], generator)))


def _piece(sample: Image.Image, generator: random.Random) -> Image.Image:
    share = generator.uniform(_LEAST_SHARE, 0.9)
    size = [round(share * side) for side in sample.size]
    left, top = (generator.randrange(side - part) for side, part in zip(sample.size, size, strict=True))
    piece = sample.crop((left, top, left + size[0], top + size[1]))
    piece.thumbnail((_PX, _PX))
    return ImageOps.mirror(piece) if generator.random() < 0.5 else piece


def _jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=88)
    return file.getvalue()
