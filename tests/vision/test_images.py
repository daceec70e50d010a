import random
import struct
import subprocess
import sys
import warnings
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from explorer.errors import ImageError
from explorer.vision.pictures.images import MAX_BYTES, MAX_PIXELS, as_seen, decode, network_input
from explorer.vision.pictures.samples import SAMPLES

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
QUADRANTS = np.empty((48, 64, 3), np.uint8)
QUADRANTS[:24, :32], QUADRANTS[:24, 32:], QUADRANTS[24:, :32], QUADRANTS[24:, 32:] = RED, GREEN, BLUE, WHITE
COLOUR = (RED, GREEN, BLUE, WHITE)
GRAY_LEVELS = (0, 85, 170, 255)
GRAY = tuple((v, v, v) for v in GRAY_LEVELS)


def four(values: tuple[Any, ...], dtype: str) -> np.ndarray:
    """64 x 48 px, one value for each quadrant: top left, top right, bottom left, bottom right."""
    return np.repeat(np.repeat(np.array(values, dtype).reshape(2, 2), 24, 0), 32, 1)


def corners(image: Image.Image) -> tuple[Any, ...]:
    width, height = image.size
    return tuple(image.getpixel((x * width // 4, y * height // 4)) for y in (1, 3) for x in (1, 3))


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = BytesIO()
    if kind == "HEIC":
        pillow_heif.from_pillow(image).save(out, **options)
    else:
        image.save(out, kind, **options)
    return out.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, depth: int, colour: int, rows: bytes, *extra: bytes) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(extra) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def tiff(values: np.ndarray, sample_format: int, **tags: int) -> bytes:
    """Uncompressed little-endian TIFF of one channel. Sample format: 1 unsigned, 2 signed, 3 float."""
    height, width = values.shape
    entries = {256: width, 257: height, 258: values.itemsize * 8, 259: 1, 262: 1, 273: 8, 278: height}
    entries |= {279: values.nbytes, 339: sample_format} | {int(k[1:]): v for k, v in tags.items()}
    directory = b"".join(struct.pack("<HHII", k, 4, 1, v) for k, v in sorted(entries.items()))
    return (
        struct.pack("<2sHI", b"II", 42, 8 + values.nbytes)
        + values.astype(values.dtype.newbyteorder("<")).tobytes()
        + struct.pack("<H", len(entries))
        + directory
        + bytes(4)
    )


def adobe_cmyk() -> bytes:
    """CMYK as Photoshop writes it: stored inverted, with an Adobe marker, which libjpeg adds."""
    ink = 255 - np.dstack([QUADRANTS, np.full((48, 64), 255, np.uint8)])
    return encoded(Image.fromarray(ink, "CMYK"), "JPEG", quality=100, subsampling=0)


def gif_frames() -> bytes:
    first, second = Image.fromarray(QUADRANTS).quantize(4), Image.new("P", (64, 48), 0)
    return encoded(first, "GIF", save_all=True, append_images=[second])


RGB = Image.fromarray(QUADRANTS)
LEVELS = Image.fromarray(four(GRAY_LEVELS, "uint8"))
HALF_ALPHA = Image.fromarray(np.dstack([QUADRANTS, four((255, 0, 128, 255), "uint8")]))
OVER_WHITE = (RED, WHITE, (127, 127, 255), WHITE)
ROWS_16 = b"".join(b"\0" + row.astype(">u2").tobytes() for row in four((0, 85 * 257, 170 * 257, 65_535), "uint16"))

GOOD: dict[str, tuple[bytes, tuple[Any, ...], int]] = {
    "png": (encoded(RGB, "PNG"), COLOUR, 0),
    "png palette": (encoded(RGB.quantize(4), "PNG"), COLOUR, 0),
    "png gray": (encoded(LEVELS, "PNG"), GRAY, 0),
    "png 1 bit": (encoded(Image.fromarray(four((0, 1, 1, 0), "bool")), "PNG"), ((0,) * 3, WHITE, WHITE, (0,) * 3), 0),
    "png alpha": (encoded(HALF_ALPHA, "PNG"), OVER_WHITE, 0),
    "png gray alpha": (
        encoded(Image.merge("LA", (Image.new("L", (64, 48)), HALF_ALPHA.getchannel("A"))), "PNG"),
        ((0,) * 3, WHITE, (127,) * 3, (0,) * 3),
        0,
    ),
    "png palette, one colour transparent": (
        encoded(RGB.quantize(4), "PNG", transparency=RGB.quantize(4).getpixel((1, 1))),
        (WHITE, GREEN, BLUE, WHITE),
        0,
    ),
    "png rgb, one colour transparent": (encoded(RGB, "PNG", transparency=RED), (WHITE, GREEN, BLUE, WHITE), 0),
    "png 16 bit": (png(64, 48, 16, 0, ROWS_16), GRAY, 0),
    "png 16 bit, one level transparent": (
        png(64, 48, 16, 0, ROWS_16, chunk(b"tRNS", struct.pack(">H", 0))),
        (WHITE, *GRAY[1:]),
        0,
    ),
    "jpeg": (encoded(RGB, "JPEG", quality=100, subsampling=0), COLOUR, 2),
    "jpeg progressive": (encoded(RGB, "JPEG", quality=100, subsampling=0, progressive=True), COLOUR, 2),
    "jpeg gray": (encoded(LEVELS, "JPEG", quality=100), GRAY, 2),
    "jpeg cmyk": (adobe_cmyk(), COLOUR, 2),
    "webp lossless alpha": (encoded(HALF_ALPHA, "WEBP", lossless=True, exact=True), OVER_WHITE, 0),
    "webp lossy": (encoded(RGB, "WEBP", quality=100), COLOUR, 6),
    "gif, first frame": (gif_frames(), COLOUR, 0),
    "bmp": (encoded(RGB, "BMP"), COLOUR, 0),
    "bmp palette": (encoded(RGB.quantize(4), "BMP"), COLOUR, 0),
    "tiff lzw": (encoded(RGB, "TIFF", compression="tiff_lzw"), COLOUR, 0),
    "tiff jpeg": (encoded(RGB, "TIFF", compression="jpeg", quality=100), COLOUR, 6),
    "tiff cmyk": (encoded(RGB.convert("CMYK"), "TIFF"), COLOUR, 0),
    "tiff alpha": (encoded(HALF_ALPHA, "TIFF"), OVER_WHITE, 0),
    "tiff 16 bit": (tiff(four((0, 85 * 257, 170 * 257, 65_535), "uint16"), 1), GRAY, 0),
    "tiff 16 bit, white is zero": (tiff(four((65_535, 170 * 257, 85 * 257, 0), "uint16"), 1, t262=0), GRAY, 0),
    "tiff int32 up to 255": (tiff(four(GRAY_LEVELS, "int32"), 2), GRAY, 0),
    "tiff int32 up to 65535": (tiff(four((0, 85 * 257, 170 * 257, 65_535), "int32"), 2), GRAY, 0),
    "tiff int32 beyond": (tiff(four((-300, -200, -100, 0), "int32"), 2), GRAY, 0),
    "tiff float up to 1": (tiff(four((0, 1 / 3, 2 / 3, 1), "float32"), 3), GRAY, 0),
    "tiff float up to 255": (tiff(four(GRAY_LEVELS, "float32"), 3), GRAY, 0),
    "tiff float beyond": (tiff(four((-3e38, -1e38, 1e38, 3e38), "float32"), 3), GRAY, 0),
    "tiff float, not numbers": (
        tiff(four((np.nan, -np.inf, np.inf, 0.2), "float32"), 3),
        ((0,) * 3, (0,) * 3, WHITE, (51,) * 3),
        0,
    ),
    "tiff float, constant": (tiff(four((1e30,) * 4, "float32"), 3), ((0,) * 3,) * 4, 0),
    "tiff float, constant and negative": (tiff(four((-1e30,) * 4, "float32"), 3), ((0,) * 3,) * 4, 0),
    "heic": (encoded(RGB, "HEIC", quality=100, chroma=444), COLOUR, 6),
    "heic alpha": (encoded(HALF_ALPHA, "HEIC", quality=100, chroma=444), OVER_WHITE, 6),
    "heic gray": (encoded(LEVELS, "HEIC", quality=100), GRAY, 6),
    "avif": (encoded(RGB, "AVIF", quality=100, subsampling="4:4:4"), COLOUR, 6),
    "avif alpha": (encoded(HALF_ALPHA, "AVIF", quality=100, subsampling="4:4:4"), OVER_WHITE, 6),
}


@pytest.mark.parametrize("name", GOOD)
def test_every_kind_of_picture_has_its_colours(name: str) -> None:
    data, expected, tolerance = GOOD[name]
    image = decode(data)
    assert (image.mode, image.size) == ("RGB", (64, 48))
    np.testing.assert_allclose(corners(image), expected, atol=tolerance)


# Where row 0 and column 0 of the stored picture lie in the upright one. Source: EXIF 2.32, tag 274.
STORED: dict[int, Callable[[np.ndarray], np.ndarray]] = {
    1: lambda upright: upright,  # top, left
    2: lambda upright: upright[:, ::-1],  # top, right
    3: lambda upright: upright[::-1, ::-1],  # bottom, right
    4: lambda upright: upright[::-1],  # bottom, left
    5: lambda upright: upright.swapaxes(0, 1),  # left, top
    6: lambda upright: upright[:, ::-1].swapaxes(0, 1),  # right, top
    7: lambda upright: upright[::-1, ::-1].swapaxes(0, 1),  # right, bottom
    8: lambda upright: upright[::-1].swapaxes(0, 1),  # left, bottom
}


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIC", "AVIF"])
def test_turned_upright_once(kind: str, orientation: int) -> None:
    stored = Image.fromarray(np.ascontiguousarray(STORED[orientation](QUADRANTS)))
    exif = Image.Exif()
    exif[274] = orientation
    # A HEIC encoder turns the EXIF tag into the container's own rotation, and keeps the tag.
    image = decode(encoded(stored, kind, exif=exif.tobytes(), quality=100))
    assert image.size == (64, 48)
    np.testing.assert_allclose(corners(image), COLOUR, atol=6)


@pytest.mark.parametrize("exif", [b"Exif\0\0II*\0\xff\xff\xff\x7f\x01\x02", b"Exif\0\0no TIFF header at all"])
@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_unreadable_exif_is_no_reason_to_refuse_a_picture(kind: str, exif: bytes) -> None:
    np.testing.assert_allclose(corners(decode(encoded(RGB, kind, quality=100, exif=exif))), COLOUR, atol=6)


JPEG = GOOD["jpeg"][0]
SCAN = JPEG[JPEG.rindex(b"\xff\xda") : -2]
BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", r"the file is empty \(0 bytes\)"),
    "too many bytes": (JPEG + bytes(MAX_BYTES), r"at most 20 MB, got 20\.1 MB"),
    "too many pixels, png": (
        png(10_000, 5_001, 8, 2, b""),
        r"at most 50 megapixels, got 50\.0 \(10000 x 5001 px\)",
    ),
    "too many pixels, gif": (b"GIF89a\xff\xff\xff\xff\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\x08", "at most 50 megapixels"),
    "too many pixels, gif frame": (b"GIF89a\1\0\1\0\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\x08", "several times as many"),
    "too many pixels, webp": (
        b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\x3f\0\xff\x3f\0",
        r"16384 x 16384 px",
    ),
    "too many pixels, tiff": (tiff(four((0, 0, 0, 0), "uint8"), 1, t256=8_000, t257=8_000), r"got 64\.0"),
    "too large tile": (tiff(four((0, 0, 0, 0), "uint8"), 1, t322=9_000, t323=9_000, t324=8), r"got 81\.0"),
    "text": (b"Hello, I am no photograph.", r"not a picture: it begins with b'Hello, I am '"),
    "psd": (b"8BPS\0\1" + bytes(40), "this is a Photoshop file"),
    "ico": (encoded(RGB, "ICO"), "this is an icon file"),
    "eps": (encoded(RGB, "EPS"), r"this is PostScript \(EPS\)"),
    "svg": (b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>", "this is an SVG drawing"),
    "avif without a picture": (b"\0\0\0\x20ftypavif\0\0\0\0", "AVIF file, but it is"),
    "pdf": (encoded(RGB, "PDF"), "this is a PDF document"),
    "pixels of a kind that is not read": (tiff(four((0, 0, 0, 0), "float64"), 3), "holds a kind that is not read"),
    "bomb of text": (
        png(1, 1, 8, 0, b"\0\0", chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(5_000_000)))),
        "decompression bomb",
    ),
    "jpeg of many scans": (JPEG[:-2] + SCAN * 100 + JPEG[-2:], "at most 100 scans"),
    "jpeg of many segments": (JPEG[:2] + b"\xff\xfe\0\2" * 200_001 + JPEG[2:], "at most 200,000 segments"),
    "jpeg of many fill bytes": (JPEG[:2] + b"\xff" * 200_001 + JPEG[2:], "at most 200,000 segments"),
    "png of many chunks": (
        png(1, 1, 8, 0, b"\0\0", chunk(b"prVt", b"") * 200_001),
        "at most 200,000 chunks",
    ),
    "tiff of many strips": (
        struct.pack("<2sHIH", b"II", 42, 8, 1) + struct.pack("<HHII", 273, 4, 200_001, 26) + bytes(4 + 4 * 200_001),
        "at most 200,000 strips or tiles",
    ),
    "palette without colours": (png(1, 1, 8, 3, b"\0\0"), "the palette is missing"),
    "bigtiff whose directory is nowhere": (b"II+\0\x08\0\0\0" + b"\xff" * 8, "is cut off"),
    "damaged": (JPEG[:160] + bytes(60) + JPEG[220:], "readable JPEG file, but it is damaged"),
    **{
        f"cut off, {name}": (GOOD[name][0][: len(GOOD[name][0]) * 3 // 5], "is cut off")
        for name in ("png", "jpeg", "webp lossy", "gif, first frame", "bmp", "tiff lzw", "heic", "avif")
    },
    "cut off, tiff with its directory in front": (encoded(RGB, "TIFF")[:-1000], "is cut off"),
}


@pytest.mark.parametrize("name", BAD)
def test_every_failure_says_what_to_do(name: str) -> None:
    data, message = BAD[name]
    with pytest.raises(ImageError, match=message) as caught:
        decode(data)
    assert str(caught.value).startswith("Expected ") and str(caught.value).endswith(".")


def test_fifty_megapixels_pass() -> None:
    rows = zlib.compress(bytes(MAX_PIXELS // 8 + 5_000))
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 10_000, 5_000, 1, 0, 0, 0, 0))
    data = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    assert decode(data).size == (10_000, 5_000)


def mutated(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """One accident or attack: cut, flip, splice, header field, insertion or repetition."""
    at, length = rng.randrange(len(data)), rng.randrange(1, 64)
    match rng.randrange(6):
        case 0:
            return data[:at]
        case 1:
            damaged = bytearray(data)
            for _ in range(rng.choice((1, 4, 32))):
                damaged[rng.randrange(len(data))] = rng.randrange(256)
            return bytes(damaged)
        case 2:
            start = rng.randrange(len(other))
            return data[:at] + other[start : start + length] + data[at + rng.choice((0, length)) :]
        case 3:
            field = rng.choice((b"\xff\xff", b"\0\0", b"\x7f\xff\xff\xff", b"\0\0\xff\xff", bytes(4), rng.randbytes(2)))
            at = rng.randrange(min(len(data), 200))
            return data[:at] + field + data[at + len(field) :]
        case 4:
            return data[:at] + rng.randbytes(length) + data[at:]
        case _:
            return data[:at] + data[at : at + length] * rng.choice((2, 500)) + data[at + length :]


def test_mutated_files_give_a_picture_or_one_clear_message() -> None:
    rng = random.Random(1610_02357)
    originals = [data for data, _, _ in GOOD.values()]
    refused: list[str] = []
    with warnings.catch_warnings(record=True) as escaped:
        warnings.simplefilter("always")
        for turn in range(20 * len(originals)):
            data = mutated(originals[turn % len(originals)], rng.choice(originals), rng)
            try:
                image = decode(data)
            except ImageError as error:
                refused.append(str(error))
            else:
                assert image.mode == "RGB" and image.width * image.height <= MAX_PIXELS
    assert turn + 1 >= 500 and not escaped
    assert 200 < len(refused) < turn
    assert all(message.startswith("Expected ") for message in refused)
    for reason in ("is cut off", "is damaged", "not a picture", "megapixels"):
        assert any(reason in message for message in refused), reason


def test_threads_do_not_disturb_each_other_nor_the_filters_of_warnings() -> None:
    files = [entry for entry in GOOD.values() if entry[2] == 0] * 10
    before, interval = list(warnings.filters), sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            images = list(threads.map(lambda entry: decode(entry[0]), files))
    finally:
        sys.setswitchinterval(interval)
    assert [corners(image) for image in images] == [expected for _, expected, _ in files]
    assert warnings.filters == before


@pytest.mark.parametrize("size", [71, 150, 299, 400])
def test_network_sees_what_keras_would_show_it(size: int) -> None:
    import keras

    data = SAMPLES[0].file.read_bytes()
    loaded = keras.utils.load_img(BytesIO(data), target_size=(size, size), interpolation="bilinear")
    expected = keras.applications.xception.preprocess_input(keras.utils.img_to_array(loaded)[np.newaxis])
    tensor = network_input(decode(data), size)
    assert tensor.dtype == np.float32
    np.testing.assert_array_equal(tensor, expected)


def test_tensor_turns_back_into_the_same_picture() -> None:
    every_level = Image.fromarray(np.arange(256, dtype=np.uint8).reshape(16, 16)).convert("RGB")
    tensor = network_input(every_level, 16)
    assert (tensor.min(), tensor.max()) == (-1, 1)
    assert as_seen(tensor).tobytes() == every_level.tobytes()


def test_decoding_needs_no_tensorflow() -> None:
    script = (
        "import sys, explorer.vision.pictures.images; sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_samples_are_small_pictures_with_credit(sample: Any) -> None:
    assert sample.file.stat().st_size < 200_000
    assert max(decode(sample.file.read_bytes()).size) <= 640
    credits = (sample.file.parent / "CREDITS.md").read_text(encoding="utf-8")
    assert f"`{sample.file.name}` |" in credits and sample.credit in credits
