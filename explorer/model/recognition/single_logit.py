"""One logit as two: how a network of one sigmoid unit tells two classes apart like any other.

One logit z becomes -z/2 and z/2, whose softmax is 1 - sigmoid(z) and sigmoid(z). Both classes have a logit of their
own then, and every reading of a network, heat maps among them, holds for them as it does for any.
"""

from dataclasses import replace

import numpy as np

from explorer.model.keras_files.stored_layers import StoredVariable
from explorer.model.keras_files.weight_files import WeightFile
from explorer.model.recognition.matching import kind_of


def dense_units(file: WeightFile) -> tuple[int, ...]:
    """Units of the dense layers of `file`, in order."""
    return tuple(layer.shapes[0][-1] for layer in file.layers if kind_of(layer) == "dense")


def with_two_units(file: WeightFile, path: str) -> WeightFile:
    """`file` with its one logit z as the two logits -z/2 and z/2, whose softmax is 1 - sigmoid(z) and sigmoid(z).

    Args:
        file: The file.
        path: Where the layer of the logit lies in it.
    """
    layers = tuple(
        replace(layer, variables=tuple(map(_halves, layer.variables))) if layer.path == path else layer
        for layer in file.layers
    )
    return replace(file, layers=layers)


def _halves(variable: StoredVariable) -> StoredVariable:
    half = np.asarray(variable.load()) / np.float32(2)
    values = np.concatenate([-half, half], axis=-1)
    values.flags.writeable = False
    return StoredVariable(variable.name, values.shape, variable.dtype, values)
