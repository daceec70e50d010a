"""A picture file as bytes -> an upright RGB picture -> the tensor that the network sees, and back.

Colour profiles are left alone, as Keras does: the weights were trained on such pixels, the same file gives the
same probabilities as in a Keras script, and no profile of a stranger is run.
"""

import struct
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from math import ceil
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, features
from PIL.AvifImagePlugin import AvifImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile
from pillow_heif import HeifImageFile

from explorer.errors import ImageError
from explorer.vision.pictures.formats import (
    FORMATS,
    identify,
    is_cut_off,
    refuse_laborious,
    size_before_opening,
)

__all__ = ["FORMATS", "MAX_BYTES", "MAX_PIXELS", "as_seen", "decode", "network_input"]

MAX_BYTES: Final = 20 * 2**20
"""20 MB, 2**20 bytes each as Streamlit's upload limit counts them."""

MAX_PIXELS: Final = 50_000_000
"""50 megapixels: the largest common phone photographs (48) pass."""

# The plugins' own classes, not `Image.open`: that one hides the reason of a failure, warns about sizes below our
# limit's own message, and would need HEIC in Pillow's process-wide table.
_OPEN: dict[str, Callable[[BytesIO], ImageFile]] = {
    "PNG": PngImageFile,
    "JPEG": JpegImageFile,
    "WebP": WebPImageFile,
    "GIF": GifImageFile,
    "BMP": BmpImageFile,
    "TIFF": TiffImageFile,
    "HEIC": HeifImageFile,
    "AVIF": AvifImageFile,
}

# What Pillow's own openers take for a damaged file, and what it and pillow-heif raise while they read pixels.
_BAD_INPUT = (OSError, SyntaxError, ValueError, LookupError, TypeError, EOFError, RuntimeError, struct.error)

_ONE_AT_A_TIME = threading.Lock()


def decode(data: bytes) -> Image.Image:
    """Upright RGB picture (mode "RGB", 8 bits) from the bytes of a picture file.

    The first frame or page; turned as EXIF (in HEIC: the container) says; transparency over white; CMYK by
    Pillow's plain formula. 16-bit gray is scaled by 1/257. Integers of 32 bits and floats have no agreed white: it
    is the smallest of 1 (floats only), 255 and 65,535 that no pixel exceeds; where pixels are negative or larger,
    the darkest becomes black and the brightest white; pixels that are not numbers are black.

    Raises:
        ImageError: empty, above `MAX_BYTES` or `MAX_PIXELS` (known before pixels are decoded), not a picture, not
            one of `FORMATS`, cut off, damaged, or made to unpack without end.
    """
    if not data:
        raise ImageError("Expected a picture, but the file is empty (0 bytes). Save or download it again.")
    if len(data) > MAX_BYTES:
        raise ImageError(
            f"Expected a file of at most {MAX_BYTES // 2**20} MB, got {ceil(len(data) / 2**20 * 10) / 10} MB. "
            "Save the picture smaller or as JPEG."
        )
    kind = identify(data)
    if kind == "AVIF" and not features.check("avif"):
        raise ImageError("This is AVIF, which the Pillow installed here cannot read. Export it as PNG or JPEG.")
    refuse_laborious(kind, data)
    _refuse_pixels(size_before_opening(kind, data))
    with _quiet():
        try:
            image = _OPEN[kind](BytesIO(data))
            _refuse_pixels(image.size)
            image.load()
            # A HEIC decoder turns the picture itself; EXIF has no say there (ISO/IEC 23008-12).
            return _to_rgb(image if kind == "HEIC" else _upright(image))
        except Image.DecompressionBombError as error:
            raise ImageError(
                f"Expected at most {MAX_PIXELS // 10**6} megapixels, got several times as many. Scale the picture down."
            ) from error
        except _BAD_INPUT as error:
            raise _explained(kind, data, error) from error


def network_input(image: Image.Image, size: int, channels: int = 3) -> NDArray[np.float32]:
    """The picture as the square that a network sees: (1, size, size, channels), RGB or gray, float32 in [-1, 1].

    As `keras.utils.load_img(target_size=(size, size), interpolation="bilinear")` and
    `keras.applications.xception.preprocess_input` give it, without importing Keras. The picture is squashed to a
    square, so nothing at its edges is lost. Bilinear in Pillow averages all pixels when it shrinks; `load_img`'s
    default, "nearest", drops all but one in a hundred of a phone's photograph, and a shift by one pixel then
    changes the answer.

    Args:
        image: RGB picture, as `decode` returns it.
        size: Side in px.
        channels: 3, or 1 for gray: Pillow's "L", the luma of ITU-R 601-2.

    Source: keras/src/utils/image_utils.py; keras/src/applications/imagenet_utils.py, mode "tf".
    """
    resized = image if image.size == (size, size) else image.resize((size, size), Image.Resampling.BILINEAR)
    coloured = resized if channels == 3 else resized.convert("L")
    tensor = np.asarray(coloured, dtype=np.float32).reshape(1, size, size, channels)
    return tensor / np.float32(127.5) - np.float32(1)


def as_seen(tensor: NDArray[np.float32]) -> Image.Image:
    """The picture inside the tensor (1, H, W, 3 or 1), range [-1, 1]: the exact inverse of the scaling."""
    pixels = np.rint((tensor[0] + 1) * 127.5).clip(0, 255).astype(np.uint8)
    return Image.fromarray(pixels if pixels.shape[-1] == 3 else pixels[..., 0])


@contextmanager
def _quiet() -> Iterator[None]:
    """Decode one picture at a time, without Pillow's warnings.

    Filters of warnings belong to the whole process, so two threads must not change them at once; and what is
    ignored is ignored from Pillow only, so that nothing else falls silent meanwhile. One picture at a time also
    bounds memory: 50 megapixels take up to a gigabyte while they are decoded.
    """
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"PIL\.")
        yield


def _refuse_pixels(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > MAX_PIXELS:
        raise ImageError(
            f"Expected at most {MAX_PIXELS // 10**6} megapixels, got {width * height / 1e6:,.1f} "
            f"({width} x {height} px). Scale the picture down."
        )


def _explained(kind: str, data: bytes, error: Exception) -> ImageError:
    """The decoder's failure in words for the person who chose the file."""
    reason = str(error).strip().rstrip(".")
    if kind == "PNG" and ("too large" in reason or "Too much memory" in reason):  # Pillow's limits for text chunks
        return ImageError(
            f"Expected a picture, but this {kind} file holds text that unpacks to far more than its size: a "
            "decompression bomb. It was not decoded; open it in a picture program and save it without metadata."
        )
    if reason in ("unknown pixel mode", "unknown data organization"):
        return ImageError(
            f"Expected pixels of a common kind, but this {kind} file holds a kind that is not read (for example "
            "floats in several channels). Export it as PNG or JPEG."
        )
    if is_cut_off(kind, data):
        return ImageError(
            f"Expected a whole {kind} file, but it is cut off: it ends before the picture does. "
            "Copy or download it again."
        )
    detail = f" ({reason})" if " " in reason else ""  # a bare key or number explains nothing
    return ImageError(
        f"Expected a readable {kind} file, but it is damaged{detail}. "
        "Open it in a picture program and save it again, or choose another."
    )


def _upright(image: ImageFile) -> Image.Image:
    """Turned as EXIF says. Pillow's `exif_transpose` would also write the EXIF anew, and can fail at that."""
    try:
        orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
    except _BAD_INPUT:
        return image  # unreadable EXIF says nothing about the pixels, which are fine
    turn = _TURN.get(orientation)
    return image if turn is None else image.transpose(turn)


_TURN = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""By the EXIF orientation; 1 is upright. Source: EXIF 2.32, tag 274."""


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return _gray_8_bit(image).convert("RGB")
    if image.mode in ("P", "PA") and image.palette is None:
        raise ValueError("the palette is missing")
    if image.has_transparency_data:
        with_alpha = image.convert("RGBA")
        white = Image.new("RGB", image.size, "white")
        white.paste(with_alpha, mask=with_alpha.getchannel("A"))
        return white
    return image.convert("RGB")


def _gray_8_bit(image: Image.Image) -> Image.Image:
    values: NDArray[Any] = np.asarray(image)
    black, white = (0.0, 65_535.0) if image.mode.startswith("I;16") else _black_and_white(values)
    with np.errstate(invalid="ignore"):  # signalling NaNs
        gray = values.astype(np.float64)
    gray -= black
    gray *= 255 / (white - black)
    np.nan_to_num(gray, copy=False, nan=0, posinf=255, neginf=0)
    levels = np.rint(gray, out=gray).clip(0, 255).astype(np.uint8)
    if isinstance(image, TiffImageFile) and image.tag_v2.get(_PHOTOMETRIC) == _WHITE_IS_ZERO:
        levels = 255 - levels  # Pillow does this up to 8 bits only
    transparent = image.info.get("transparency")
    if isinstance(transparent, int):
        levels[values == transparent] = 255
    return Image.fromarray(levels)


_PHOTOMETRIC, _WHITE_IS_ZERO = 262, 0


def _black_and_white(values: NDArray[Any]) -> tuple[float, float]:
    """The values that become 0 and 255, by the rule in `decode`."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0, 1.0
    darkest, brightest = float(finite.min()), float(finite.max())
    usual = (255.0, 65_535.0) if values.dtype.kind == "i" else (1.0, 255.0, 65_535.0)
    for white in usual:
        if darkest >= 0 and brightest <= white:
            return 0.0, white
    return darkest, brightest if brightest > darkest else darkest + max(1, abs(darkest))
