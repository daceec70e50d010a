"""Weights on their way from the machine that asks to a node that lacks them.

A node asks for what it lacks; the file then lies in Ray's object store for as long as nodes fetch it. Known weights are
kept in the node's cache directory, so that they travel once a machine. A person's own file is read and gone: what was
made of it goes, like all that networks hold, with the session.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from weakref import WeakValueDictionary

import numpy as np
import ray

from explorer.errors import WeightsError
from explorer.model.sources.known import WeightsFile, WeightsSource
from explorer.model.sources.store import keep, path_of
from explorer.model.weights.trained_networks import TrainedNetwork, load_trained


class Lacks(Exception):
    """Raised where weights are needed whose file is not on this machine."""

    def __init__(self, source: WeightsSource) -> None:
        super().__init__(source)
        self.source = source


@dataclass(frozen=True)
class SentFile:
    """A file on its way.

    Attributes:
        content: Where its bytes lie in Ray's object store; None if the machine that asks has no such file.
    """

    content: "ray.ObjectRef[np.ndarray] | None"


class SentFiles:
    """On the machine that asks: files in the object store, each once, gone when no question needs them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sent: WeakValueDictionary[WeightsSource, SentFile] = WeakValueDictionary()

    def send(self, source: WeightsSource) -> SentFile:
        """The file of weights, in the store for as long as what is returned is kept."""
        with self._lock:
            sent = self._sent.get(source)
            if sent is None:
                path = source.path if isinstance(source, WeightsFile) else path_of(source)
                content = None if path is None else _content(path)
                sent = self._sent[source] = SentFile(None if content is None else ray.put(content))
            return sent


class ReceivedWeights:
    """On a node: weights from what lies here and from what was sent. Threads share it."""

    def __init__(self) -> None:
        self._of_thread = threading.local()

    @contextmanager
    def given(self, sent: Mapping[WeightsSource, SentFile]) -> Iterator[None]:
        """While this thread answers a question: the files that came with it."""
        self._of_thread.sent = sent
        try:
            yield
        finally:
            self._of_thread.sent = {}

    def load(self, source: WeightsSource) -> TrainedNetwork:
        """The network of trained weights.

        Raises:
            Lacks: If the file is not here.
            WeightsError: If it is nowhere, no such file, or cannot be kept.
        """
        sent: SentFile | None = self._of_thread.sent.get(source)
        if isinstance(source, WeightsFile):
            return self._load_own(source, sent)
        if path_of(source) is None:
            if sent is None:
                raise Lacks(source)
            if sent.content is not None:
                keep(source, ray.get(sent.content).data)
        return load_trained(source)

    def _load_own(self, source: WeightsFile, sent: SentFile | None) -> TrainedNetwork:
        """Always of what was sent: a file of the same path on this machine may be another."""
        if sent is None:
            raise Lacks(source)
        if sent.content is None:
            raise WeightsError(f"{source.path} could not be read on the machine that asks: is it still there?")
        with TemporaryDirectory(prefix="xception-explorer-") as folder:
            path = Path(folder, source.path.name)
            path.write_bytes(ray.get(sent.content).data)
            return load_trained(replace(source, path=path))


def _content(path: Path) -> np.ndarray | None:
    """The bytes of a file, read when they are copied; None if it cannot be read."""
    try:
        if not path.stat().st_size:
            return np.empty(0, np.uint8)
        return np.asarray(np.memmap(path, np.uint8, "r"))
    except OSError:
        return None
