"""Program of its own: turn a HDF5 file into plain bytes. `hdf5_tree` runs it and reads the result.

It stands alone because the HDF5 library may crash, loop or ask for any amount of memory on a damaged or hostile
file; here that ends this process and nothing else. It imports nothing of `explorer`, and follows nothing that
leads out of the file: no soft or external link, no external or virtual data set.

Usage: python -P hdf5_dump.py FILE [TOP_LEVEL_GROUP_TO_LEAVE_OUT ...]

Standard output: the values of all floating-point data sets as little-endian float32, one after the other; then a
JSON object; then its length in bytes as a little-endian uint64. The object is either {"refused": reason} or
{"groups": {path: {attribute: value}}, "datasets": {path: {"shape", "dtype", "start", "finite"}}} with "start" the
position of the values in the output (null: not floating-point, so not written).

Exit status: 0, also if the file was refused; OUTPUT_FAILED, with the reason on standard error, if the output could
not be written.
"""

import json
import math
import os
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

import h5py
import numpy as np

ATTRIBUTES = ("layer_names", "weight_names", "name", "model_config")
MAX_OBJECTS = 20_000
MAX_DEPTH = 32
MAX_VALUE_BYTES = 2 << 30
MAX_TEXT_CHARACTERS = 16 << 20
MAX_MEMORY_BYTES = 3 << 29
# Values are read in slices, so that no array is in memory as a whole.
SLICE_BYTES = 32 << 20
# Trained weights hardly compress; a data set that says to be far larger than what is stored is a bomb.
MAX_EXPANSION = 100
EXPANSION_FLOOR_BYTES = 1 << 20
OUTPUT_FAILED = 3


class Refused(Exception):
    """The file holds something that no weights file needs."""


class OutputFailed(Exception):
    """The output could not be written: no fault of the file."""


def dump(file: h5py.File, leave_out: frozenset[str], out: BinaryIO) -> dict[str, Any]:
    """Write the values of `file` to `out`; the description of what it holds."""
    groups: dict[str, dict[str, Any]] = {}
    datasets: dict[str, dict[str, Any]] = {}
    pending: list[tuple[str, h5py.Group]] = [("", file)]
    written = characters = 0
    while pending:
        path, group = pending.pop()
        groups[path] = attributes(group)
        characters += sum(len("".join(value)) for value in groups[path].values())
        if characters > MAX_TEXT_CHARACTERS:
            raise Refused(f"its configuration and names are longer than {MAX_TEXT_CHARACTERS >> 20} Mi characters")
        if path.count("/") >= MAX_DEPTH:
            raise Refused(f"groups are nested more than {MAX_DEPTH} deep")
        for name in group:
            if not path and name in leave_out:
                continue
            inner = f"{path}/{name}".lstrip("/")
            if len(groups) + len(datasets) + len(pending) > MAX_OBJECTS:
                raise Refused(f"it holds more than {MAX_OBJECTS:,} groups and data sets")
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                raise Refused(f"{inner} is a link to somewhere else")
            item = group[name]
            if isinstance(item, h5py.Group):
                pending.append((inner, item))
            elif isinstance(item, h5py.Dataset):
                datasets[inner], size = copy(item, inner, written, out)
                written += size
    return {"groups": groups, "datasets": datasets}


def write(out: BinaryIO, data: bytes) -> None:
    """Write `data` through to the output."""
    try:
        out.write(data)
        out.flush()
    except OSError as error:
        raise OutputFailed(error.strerror or str(error)) from error


def copy(dataset: h5py.Dataset, path: str, start: int, out: BinaryIO) -> tuple[dict[str, Any], int]:
    """Write the values of `dataset` as float32. Its description, and how many bytes: 0 if it is not floating-point."""
    if dataset.external or dataset.is_virtual:
        raise Refused(f"the values of {path} are kept in another file")
    entry = {"shape": dataset.shape, "dtype": str(dataset.dtype)}
    bfloat16 = dataset.dtype.itemsize == 2 and attribute(dataset, "dtype") == "bfloat16"
    if dataset.shape is None or not (bfloat16 or dataset.dtype.str[1:] in ("f2", "f4", "f8")):
        return {**entry, "start": None, "finite": True}, 0
    size, stored = math.prod(dataset.shape) * 4, dataset.id.get_storage_size()
    if size == 0:
        raise Refused(f"{path} has no elements: its shape is {dataset.shape}")
    if start + size > MAX_VALUE_BYTES:
        raise Refused(f"its weights take more than {MAX_VALUE_BYTES >> 30} GiB, at {path} of shape {dataset.shape}")
    if size > EXPANSION_FLOOR_BYTES and size > MAX_EXPANSION * stored:
        raise Refused(f"{path} says to be of shape {dataset.shape}, but only {stored:,} bytes are stored")
    if bfloat16:
        entry["dtype"] = "bfloat16"
    finite = True
    for part in slices(dataset.shape):
        values = as_float32(dataset[part], bfloat16=bfloat16)
        finite = finite and bool(np.isfinite(values).all())
        write(out, values.tobytes())
    return {**entry, "start": start, "finite": finite}, size


def slices(shape: tuple[int, ...]) -> Iterator[tuple[slice | int, ...]]:
    """Indices of the parts of an array, in order, each of which is small."""
    rows = math.prod(shape[1:]) * 4
    if not shape or math.prod(shape) * 4 <= SLICE_BYTES:
        yield ()
    elif rows > SLICE_BYTES:
        for row in range(shape[0]):
            yield from ((row, *part) for part in slices(shape[1:]))
    else:
        step = SLICE_BYTES // rows
        yield from ((slice(first, first + step),) for first in range(0, shape[0], step))


def as_float32(values: np.ndarray, *, bfloat16: bool) -> np.ndarray:
    """`values` as little-endian float32, in C order."""
    if bfloat16:  # the upper half of a float32, in HDF5 an opaque type
        values = (np.asarray(values).view("<u2").astype("<u4") << 16).view("<f4")
    with np.errstate(over="ignore"):  # a float64 that does not fit becomes infinite, and is reported as such
        return np.ascontiguousarray(values, "<f4")


def attributes(group: h5py.Group) -> dict[str, Any]:
    """The attributes that Keras writes, texts as text; lists that Keras cut into numbered parts joined again."""
    found = {}
    for name in ATTRIBUTES:
        value = attribute(group, name)
        if value is None and attribute(group, f"{name}0") is not None:
            value, part = [], 0
            while (more := attribute(group, f"{name}{part}")) is not None:
                value += more
                part += 1
        if value is not None:
            found[name] = value
    return found


def attribute(item: h5py.Group | h5py.Dataset, name: str) -> str | list[str] | None:
    """An attribute that is a text or a list of texts; None if there is none."""
    if name not in item.attrs:
        return None
    value = item.attrs[name]
    if isinstance(value, np.ndarray):
        return [text(entry, name, item) for entry in value.ravel()]
    return text(value, name, item)


def text(value: object, name: str, item: h5py.Group | h5py.Dataset) -> str:
    """`value` as a str."""
    if isinstance(value, bytes):
        return value.decode()
    if not isinstance(value, str):
        raise Refused(f"the attribute {name} of {item.name} is not a text")
    return str(value)


def limit_memory() -> None:
    """Make an allocation without bound fail here instead of exhausting the machine."""
    if sys.platform == "linux":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        soft = MAX_MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(MAX_MEMORY_BYTES, hard)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def main(path: str, *leave_out: str) -> None:
    """Dump the file at `path` to standard output."""
    limit_memory()
    try:
        with h5py.File(path, "r") as file:
            result = dump(file, frozenset(leave_out), sys.stdout.buffer)
    except Refused as reason:
        result = {"refused": str(reason)}
    # What h5py raises for a damaged file; anything else is a bug and shows its traceback.
    except (OSError, RuntimeError, KeyError, ValueError, TypeError, OverflowError, MemoryError) as error:
        result = {"refused": f"it is damaged ({type(error).__name__}: {error})"}
    description = json.dumps(result).encode()
    write(sys.stdout.buffer, description + len(description).to_bytes(8, "little"))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except OutputFailed as reason:
        print(reason, file=sys.stderr, flush=True)
        os._exit(OUTPUT_FAILED)  # an ordinary exit would try to write what is left, and end in another status
