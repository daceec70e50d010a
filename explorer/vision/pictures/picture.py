"""A picture file that somebody chose, not yet looked at."""

from dataclasses import dataclass, field
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Picture:
    """The bytes of a picture file.

    Attributes:
        digest: SHA-256 of the bytes, in hexadecimal.
        data: The bytes.
        name: What people call it.
        file_name: What a copy of the file is called.
        alt: What it shows, for those who cannot see it.
    """

    digest: str
    data: bytes = field(compare=False, repr=False)
    name: str
    file_name: str
    alt: str


def picture(name: str, data: bytes, alt: str = "", file_name: str = "") -> Picture:
    """A picture file of that name; `alt` says what it shows, if anybody knows."""
    return Picture(sha256(data).hexdigest(), data, name, file_name or name, alt or f"Your picture {name}")
