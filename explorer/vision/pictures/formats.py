"""What a picture file says of itself, read from its bytes before any decoder sees them.

The kind is told by content, never by a name's ending, so that only the decoders of `FORMATS` ever run:
no Ghostscript, no rarely used plugin. Files that are small but made to keep a decoder busy are refused here.
"""

import re
import struct
from collections.abc import Iterator

from explorer.errors import ImageError

FORMATS = ("PNG", "JPEG", "WebP", "GIF", "BMP", "TIFF", "HEIC", "AVIF")
"""Formats that are read; of animations and multi-page files the first (HEIC, AVIF: primary) picture."""

ENDINGS = ("png", "apng", "jpg", "jpeg", "jpe", "jfif", "webp", "gif", "bmp", "tif", "tiff", "heic", "heif", "avif")
"""What names of such files usually end in."""

MAX_PIECES = 200_000
"""Segments, chunks, strips or tiles in one file. A 50-megapixel TIFF in 16 x 16 px tiles has 195,313."""

MAX_SCANS = 100
"""Passes over the picture in one JPEG, libtiff's limit too. Progressive files have about ten."""

_READ = {
    "PNG": rb"\x89PNG\r\n\x1a\n",
    "JPEG": rb"\xff\xd8\xff",
    "WebP": rb"RIFF....WEBP",
    "GIF": rb"GIF8[79]a",
    "BMP": rb"BM.{12}[\x0c\x10\x28\x34\x38\x40\x6c\x7c]\0\0\0",
    "TIFF": rb"II[*+]\0|MM\0[*+]",
    "AVIF": rb"....ftyp(avi[fs]|mif1.{4}(.{4}){0,8}avif)",
    "HEIC": rb"....ftyp(he[iv][cxms]|mif1|msf1)",
}
_NOT_READ = {
    "a Photoshop file (PSD)": rb"8BPS",
    "an icon file (ICO)": rb"\0\0[\1\2]\0[\1-\xff]\0",
    "PostScript (EPS)": rb"%!PS|\xc5\xd0\xd3\xc6",
    "a PDF document": rb"%PDF-",
    "a JPEG 2000 picture": rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51",
    "a JPEG XL picture": rb"\0\0\0\x0cJXL |\xff\x0a",
    "an SVG drawing": rb"(\xef\xbb\xbf)?\s*(<\?xml.{0,200}?\?>\s*)?(<!.{0,400}?>\s*)*<svg",
    "a camera's raw file": rb"II\*\0.{4}CR|....ftypcrx |FUJIFILMCCD|IIRO|IIU\0",
    "a video": rb"....ftyp(isom|mp4.|qt  |M4V |avc1|3gp)|RIFF....AVI |\x1aE\xdf\xa3",
    "a Netpbm picture": rb"P[1-7]\s+(#[^\n]*\s+)?\d",
    "a DDS texture": rb"DDS |\xabKTX",
    "a GIMP file (XCF)": rb"gimp xcf",
    "an OpenEXR picture": rb"v/1\x01",
    "a QOI picture": rb"qoif",
}


def identify(data: bytes) -> str:
    """The entry of `FORMATS` that `data` is written in.

    Raises:
        ImageError: no picture, or a picture in a format that is not read.
    """
    for name, signature in _NOT_READ.items():
        if re.match(signature, data, re.DOTALL):
            raise ImageError(
                f"Expected a picture in {', '.join(FORMATS)}, but this is {name}. Export it as PNG or JPEG."
            )
    for name, signature in _READ.items():
        if re.match(signature, data, re.DOTALL):
            return name
    raise ImageError(
        f"Expected a picture in {', '.join(FORMATS)}, but this file is not a picture: it begins with "
        f"{data[:12]!r}. Its content counts, not the ending of its name; choose another file."
    )


def refuse_laborious(kind: str, data: bytes) -> None:
    """Refuse files in so many pieces that reading them would take minutes, however small the picture.

    Raises:
        ImageError: more than `MAX_PIECES` pieces or `MAX_SCANS` scans.
    """
    if kind == "PNG":
        _refuse_pieces(sum(1 for _ in _png_chunks(data)), "chunks")
    elif kind == "JPEG":
        # Scan markers inside metadata are counted too: the walk over the file is only for the rare suspect.
        suspect = data.count(b"\xff\xda") > MAX_SCANS
        pieces = scans = 0
        for marker, skipped in _jpeg_markers(data):
            if marker == _START_OF_SCAN:
                scans += 1
            if scans == 0:
                # Pillow reads fill bytes before the first scan one by one.
                pieces += 1 + skipped
                _refuse_pieces(pieces, "segments")
            elif not suspect:
                break
            if scans > MAX_SCANS:
                raise ImageError(
                    f"Expected at most {MAX_SCANS} scans in a JPEG file, got more: it would take far longer to "
                    "decode than its size suggests. Open it in a picture program and save it again."
                )
    elif kind == "TIFF":
        try:
            pieces = max(count for _, count, _ in _tiff_tags(data, _TIFF_OFFSETS))
        except (*_OUT_OF_FILE, ValueError):
            return  # no readable list of strips or tiles: Pillow says what is wrong
        _refuse_pieces(pieces, "strips or tiles")


def size_before_opening(kind: str, data: bytes) -> tuple[int, int]:
    """(width, height) in px that a decoder sets memory aside for while it only opens the file, or (0, 0).

    Of WebP the whole canvas, of TIFF one tile, which may be larger than the picture.
    """
    if kind == "WebP":
        chunk, header = data[12:16], data[20:30].ljust(10, b"\0")
        if chunk == b"VP8X":
            return (
                int.from_bytes(header[4:7], "little") + 1,
                int.from_bytes(header[7:10], "little") + 1,
            )
        if chunk == b"VP8L":
            bits = int.from_bytes(header[1:5], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        return int.from_bytes(header[6:8], "little") & 0x3FFF, int.from_bytes(header[8:10], "little") & 0x3FFF
    if kind == "TIFF":
        try:
            width, height = (values[0] for _, _, values in _tiff_tags(data, _TIFF_TILE_SIZE))
        except (*_OUT_OF_FILE, ValueError, IndexError):
            return 0, 0  # in strips, or not readable: Pillow says what is wrong
        return width, height
    return 0, 0


def is_cut_off(kind: str, data: bytes) -> bool:
    """Whether the file ends before it says it does: a download or copy that was interrupted.

    Meant for files that failed to decode: what follows the first picture of an animation is looked at too.
    """
    match kind:
        case "PNG":
            return b"IEND" not in _png_chunks(data)
        case "JPEG":
            return all(marker != _END_OF_IMAGE for marker, _ in _jpeg_markers(data))
        case "GIF":
            return not data.rstrip(b"\0").endswith(b";")
        case "WebP":
            return int.from_bytes(data[4:8], "little") + 8 > len(data)
        case "BMP":
            return int.from_bytes(data[2:6], "little") > len(data)
        case "HEIC" | "AVIF":
            return _boxes_end(data) > len(data)
    try:
        lists = {tag: values for tag, _, values in _tiff_tags(data, _TIFF_OFFSETS + _TIFF_BYTE_COUNTS)}
    except _OUT_OF_FILE:
        return True  # the directory itself lies beyond the end
    ends = [
        offset + length
        for start, count in zip(_TIFF_OFFSETS, _TIFF_BYTE_COUNTS, strict=True)
        for offset, length in zip(lists.get(start, ()), lists.get(count, ()), strict=False)
    ]
    return max(ends, default=0) > len(data)


def _refuse_pieces(count: int, what: str) -> None:
    if count > MAX_PIECES:
        raise ImageError(
            f"Expected at most {MAX_PIECES:,} {what} in one file, got more: it would take far longer to "
            "decode than its size suggests. Open it in a picture program and save it again."
        )


def _png_chunks(data: bytes) -> Iterator[bytes]:
    """Names of the chunks that are there in full. Source: PNG specification, 5.3."""
    at = 8
    while (end := at + 12 + int.from_bytes(data[at : at + 4], "big")) <= len(data):
        yield data[at + 4 : at + 8]
        at = end


_START_OF_SCAN, _END_OF_IMAGE = 0xDA, 0xD9
# Not a marker: stuffed zero, TEM and RST0 to RST7 (no length follows), SOI, fill byte.
_JPEG_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd8\xff]")


def _jpeg_markers(data: bytes) -> Iterator[tuple[int, int]]:
    """(marker, bytes skipped before it) up to the end of the first picture. Source: ITU-T T.81, B.1."""
    at = 2
    while found := _JPEG_MARKER.search(data, at):
        marker = found[0][1]
        yield marker, found.start() - at
        if marker == _END_OF_IMAGE:
            return
        at = found.end() + max(2, int.from_bytes(data[found.end() : found.end() + 2], "big"))


_TIFF_OFFSETS, _TIFF_BYTE_COUNTS, _TIFF_TILE_SIZE = (273, 324), (279, 325), (322, 323)
_TIFF_INTEGERS = {1: "B", 3: "H", 4: "I", 16: "Q"}
_OUT_OF_FILE = (struct.error, OverflowError)


def _tiff_tags(data: bytes, wanted: tuple[int, ...]) -> list[tuple[int, int, tuple[int, ...]]]:
    """(tag, count, first `MAX_PIECES` values) of integer tags of the first directory, in the file's order.

    Raises:
        struct.error, OverflowError: the directory or the values lie beyond the end of the file.

    Source: TIFF 6.0, section 2; BigTIFF.
    """
    order = "<" if data[:2] == b"II" else ">"
    big = 43 in data[2:4]
    start, entry_count, entry, inline = ("8xQ", "Q", "HHQ", 8) if big else ("4xI", "H", "HHI", 4)
    (directory,) = struct.unpack_from(order + start, data)
    (entries,) = struct.unpack_from(order + entry_count, data, directory)
    first = directory + struct.calcsize(order + entry_count)
    tags = []
    step = 20 if big else 12
    for at in range(first, first + min(entries, 65_535) * step, step):
        tag, kind, count = struct.unpack_from(order + entry, data, at)
        if tag in wanted and kind in _TIFF_INTEGERS:
            layout = f"{order}{min(count, MAX_PIECES)}{_TIFF_INTEGERS[kind]}"
            place = at + struct.calcsize(order + entry)
            if struct.calcsize(layout) > inline:
                (place,) = struct.unpack_from(order + ("Q" if big else "I"), data, place)
            tags.append((tag, count, struct.unpack_from(layout, data, place)))
    return tags


def _boxes_end(data: bytes) -> int:
    """Where the last top-level box ends, by its own account. Source: ISO/IEC 14496-12, 4.2."""
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        if size < 8:
            return len(data)  # 0: up to the end of the file
        at += size
    return at
