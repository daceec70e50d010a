"""A configuration of each network that is cheap to build, found from its knobs, and weights under which it is alive."""

from typing import Any

import keras
import numpy as np

from explorer.arch.knobs import INPUT_SIZE, Config, Decimal, Knob, WholeNumbers, knobs
from explorer.arch.network import Network
from explorer.configuration.registry import NETWORKS, graph_of
from explorer.model.weights.arrays import Provenance, Weights

CLASSES = 3
DENSE_UNITS = 16


def small(network: Network) -> Config:
    """The network at its smallest input, few classes, the narrowest width, and dense layers of few units."""
    default = network.config()
    values = {name: _small(name, knob, getattr(default, name)) for name, knob in knobs(network.config).items()}
    return network.config(**values)


def one_of_each_file() -> list[str]:
    """The smallest network of each file: those of one file share their description, and a tape takes long."""
    smallest: dict[str, str] = {}
    for name in sorted(NETWORKS, key=lambda name: len(graph_of(small(NETWORKS[name])).nodes)):
        smallest.setdefault(NETWORKS[name].describe.__module__, name)
    return list(smallest.values())


def _small(name: str, knob: Knob, default: Any) -> Any:
    if name == INPUT_SIZE:
        return knob.nearest(0)
    if name == "classes":
        return knob.nearest(CLASSES)
    match knob:
        case Decimal(low=low) if low > 0:  # a share that multiplies widths
            return low
        case WholeNumbers():
            return tuple(min(number, DENSE_UNITS) for number in default)
    return default


def weights_of(model: keras.Model) -> Weights:
    """The weights of a built model, by node and variable."""
    arrays = {
        layer.name: {weight.name: np.array(weight) for weight in layer.weights}
        for layer in model.layers
        if layer.weights
    }
    return Weights(arrays, Provenance("random", "random", "Random values."))


def images(shape: tuple[int, ...], count: int = 2) -> np.ndarray:
    """Noise from -1 to 1."""
    return np.random.default_rng(2).uniform(-1, 1, (count, *shape)).astype(np.float32)


def run_script(code: str) -> dict[str, Any]:
    """The variables of a generated script that has run."""
    variables: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(code, "generated.py", "exec"), variables)
    return variables


def plain_settings(model: keras.Model) -> dict[str, tuple]:
    """Each layer's class, its settings, and the layers that it reads."""
    return {
        layer.name: (
            type(layer).__name__,
            layer.get_config() | {"dtype": None},
            [parent.operation.name for node in layer._inbound_nodes for parent in node.parent_nodes],
        )
        for layer in model.layers
    }


def assert_close(got: np.ndarray, expected: np.ndarray, tolerance: float) -> None:
    """Equal to a share of the largest value."""
    assert got.shape == expected.shape
    assert np.isfinite(expected).all()
    np.testing.assert_allclose(got, expected, rtol=0, atol=tolerance * max(np.abs(expected).max(), 1e-6))
