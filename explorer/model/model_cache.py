"""A bounded store of built models, shared by threads."""

import gc
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Model = TypeVar("Model")


class ModelCache(Generic[Model]):
    """Keeps the models used last, at most `max_models` of them.

    A model is built once, however many threads ask for it; others can be built meanwhile. Room is made before
    a model is built, not after, so that `max_models` bounds the memory also while building. Keras models sit in
    reference cycles, hence the garbage collection whenever one is dropped; what a thread still uses lives on
    until it is done. TensorFlow keeps the memory of dropped models for later ones: the process stays at its highest
    mark, and the cache keeps that mark low.
    """

    def __init__(self, max_models: int) -> None:
        self._max_models = max_models
        self._slots: OrderedDict[Hashable, _Slot[Model]] = OrderedDict()
        self._lock = Lock()

    def get_or_build(self, key: Hashable, build: Callable[[], Model]) -> Model:
        """The model kept under `key`, or else what `build` returns. What `build` raises is passed on."""
        with self._lock:
            slot = self._slots.setdefault(key, _Slot())
            self._slots.move_to_end(key)
            dropped = len(self._slots) - self._max_models
            for _ in range(dropped):
                self._slots.popitem(last=False)
        if dropped > 0:
            gc.collect()
        with slot.lock:
            if slot.model is None:
                slot.model = build()
            return slot.model

    def clear(self) -> None:
        """Drop all models."""
        with self._lock:
            self._slots.clear()
        gc.collect()


class _Slot(Generic[Model]):
    """The place of one model, and the lock of the thread that builds it."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.model: Model | None = None
