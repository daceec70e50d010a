"""Values on their way from one process to another: small ones through the pipe, large arrays through shared memory.

Arrays arrive read-only: they are views of bytes.
"""

import pickle
import shutil
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.shared_memory import SharedMemory
from typing import Any

import numpy as np

_SHARED_MEMORY = "/dev/shm"
_SHARED_FROM = 1 << 20
"""Bytes of arrays from which shared memory is worth its two system calls."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A value as bytes.

    Attributes:
        pickled: The value without its arrays.
        arrays: The arrays' bytes, or views of them; empty if they lie in shared memory.
        lengths: Bytes of each array in shared memory.
        shared: Name of that memory; empty if there is none.
    """

    pickled: bytes
    arrays: tuple[bytes | np.ndarray, ...]
    lengths: tuple[int, ...] = ()
    shared: str = ""

    @property
    def nbytes(self) -> int:
        """Bytes on the way."""
        return len(self.pickled) + sum(map(len, self.arrays))


def pack(value: Any, *, may_share: bool = True) -> Packed:
    """`value` ready to be sent, once: shared memory is given back where it is unpacked.

    Args:
        value: Can be pickled.
        may_share: Whether who unpacks it is on this machine.
    """
    found: list[pickle.PickleBuffer] = []
    pickled = pickle.dumps(value, protocol=5, buffer_callback=found.append)
    views = [buffer.raw() for buffer in found]
    lengths = tuple(view.nbytes for view in views)
    if not may_share or sum(lengths) < _SHARED_FROM or not _has_room(sum(lengths)):
        return Packed(pickled, tuple(map(bytes, views)))
    memory = SharedMemory(create=True, size=sum(lengths))
    assert memory.buf is not None
    start = 0
    for view, length in zip(views, lengths, strict=True):
        memory.buf[start : start + length] = view
        start += length
    memory.close()
    return Packed(pickled, (), lengths, memory.name)


def pack_apart(value: Any) -> Packed:
    """`value` ready to be sent by who carries large buffers apart, as Ray's object store does: nothing is copied."""
    found: list[pickle.PickleBuffer] = []
    pickled = pickle.dumps(value, protocol=5, buffer_callback=found.append)
    return Packed(pickled, tuple(np.asarray(buffer.raw()) for buffer in found))


def _has_room(size: int) -> bool:
    """Whether shared memory holds so much: where it does not, writing to it would end the process."""
    try:
        return shutil.disk_usage(_SHARED_MEMORY).free > 2 * size
    except OSError:  # elsewhere than on Linux it is no file system
        return True


def give_back(packed: Packed) -> None:
    """Frees the shared memory of a value that nobody unpacks, or that a process of another family has unpacked."""
    if not packed.shared:
        return
    try:
        memory = SharedMemory(packed.shared)
    except FileNotFoundError:  # unpacked: who made it is not to look for it at the end
        resource_tracker.unregister(f"/{packed.shared}", "shared_memory")
        return
    memory.close()
    memory.unlink()


def unpack(packed: Packed) -> Any:
    """The value that was packed."""
    arrays = [bytes(array) for array in packed.arrays]  # of a view a copy: what it looks at need not stay
    if packed.shared:
        memory = SharedMemory(packed.shared)
        assert memory.buf is not None
        start = 0
        for length in packed.lengths:
            arrays.append(bytes(memory.buf[start : start + length]))
            start += length
        memory.close()
        memory.unlink()
    return pickle.loads(packed.pickled, buffers=arrays)
