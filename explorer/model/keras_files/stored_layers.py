"""Layers and their weights as found in a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from explorer.errors import WeightsError
from explorer.model.keras_files.hdf5_tree import Array

BATCH_NORMALIZATION = ("gamma", "beta", "moving_mean", "moving_variance")
# Keras' names and order of a layer's variables.
VARIABLES: Mapping[str, tuple[str, ...]] = {
    "conv2d": ("kernel", "bias"),
    "depthwise_conv2d": ("kernel", "bias"),
    "separable_conv2d": ("depthwise_kernel", "pointwise_kernel", "bias"),
    "batch_normalization": BATCH_NORMALIZATION,
    "dense": ("kernel", "bias"),
    "normalization": ("mean", "variance", "count"),
}
_COUNT = "count"  # how many pictures a normalization has seen: a whole number, and no weight


@dataclass(frozen=True, slots=True)
class StoredVariable:
    """One array of a layer.

    Attributes:
        name: Keras' name, as in `VARIABLES`; its number or the file's name for it in a layer of another class.
        shape: Its shape.
        dtype: Its type in the file, as `float32`.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    _values: np.ndarray = field(repr=False, compare=False)

    def load(self) -> np.ndarray:
        """The values: float32, read-only, finite. They are paged in from a temporary file when used."""
        return self._values


@dataclass(frozen=True, slots=True)
class StoredLayer:
    """A layer that owns weights.

    Attributes:
        name: Keras' name of the layer, None if the file does not tell.
        kind: Keras' class in snake case, as `separable_conv2d`; None if the file does not tell.
        path: Where it lies in the file.
        variables: In Keras' order.
        place: The names of the models around it and its own, which tell it from a layer of its name in another of
            them; None if the file does not tell.
    """

    name: str | None
    kind: str | None
    path: str
    variables: tuple[StoredVariable, ...]
    place: str | None = None

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """The shapes of its variables."""
        return tuple(variable.shape for variable in self.variables)


def plain_name(variable: str) -> str:
    """`mean` of `mean:0`, as TensorFlow counts the outputs of an operation."""
    return variable.partition(":")[0]


def stored_layer(
    name: str | None,
    kind: str | None,
    path: str,
    arrays: Sequence[tuple[str, Array]],
    shown_as: str,
    place: str | None = None,
) -> StoredLayer | None:
    """A layer of `arrays` by name, in their order; None if none of them are weights (a random generator's state).

    Raises:
        WeightsError: A variable is not floating-point, or not finite.
    """
    arrays = [(name, array) for name, array in arrays if array.values is not None or plain_name(name) != _COUNT]
    if all(array.values is None for _, array in arrays):
        return None
    variables = []
    for variable, array in arrays:
        where = f"{shown_as}: {variable} of layer {(name or path)!r}"
        if array.values is None:
            raise WeightsError(f"{where} is of type {array.dtype}, expected floating-point.")
        if not array.finite:
            raise WeightsError(f"{where} holds values that are not finite.")
        variables.append(StoredVariable(variable, array.shape, array.dtype, array.values))
    return StoredLayer(name, kind, path, tuple(variables), place)
