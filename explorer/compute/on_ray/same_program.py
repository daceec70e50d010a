"""Whether two machines run the same program: only then do they give the same answers."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import explorer

_LIBRARIES = ("numpy", "openvino", "keras", "h5py", "pillow")
"""What the numbers of an answer depend on. TensorFlow is left out: its package's name differs between systems."""


@dataclass(frozen=True, slots=True)
class Program:
    """What runs on a machine.

    Attributes:
        version: Of this program.
        source: Hash of its source files, in hexadecimal, cut.
        libraries: Name and version of those that numbers depend on.
    """

    version: str
    source: str
    libraries: tuple[tuple[str, str], ...]

    def differs_from(self, here: "Program") -> str:
        """In words how it differs from the one that runs here; empty if it does not."""
        if self.version != here.version:
            return f"explorer {self.version} is there, {here.version} here"
        if self.source != here.source:
            return f"explorer {self.version} has other source files there ({self.source}) than here ({here.source})"
        return ", ".join(
            f"{name} {theirs} is there, {ours} here"
            for (name, theirs), (_, ours) in zip(self.libraries, here.libraries, strict=True)
            if theirs != ours
        )


def program() -> Program:
    """The one of this process."""
    return _program()


@cache
def _program() -> Program:
    package = Path(explorer.__file__).parent
    files = sha256()
    for path in sorted(package.rglob("*.py")):
        files.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    libraries = tuple((name, version(name)) for name in _LIBRARIES)
    return Program(explorer.__version__, files.hexdigest()[:12], libraries)
