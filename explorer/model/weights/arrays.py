"""The weights of a network as plain arrays, and the state they are in."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod, sqrt
from types import MappingProxyType
from typing import Literal

import numpy as np

from explorer.arch.graph import Graph, output_shapes
from explorer.arch.head import Output
from explorer.arch.ops import Shape, Variable
from explorer.arch.preprocessing import SIGNED, Preprocessing
from explorer.counting.tally import tally
from explorer.model.budget import require

State = Literal["pretrained", "altered", "random"]
Arrays = Mapping[str, Mapping[str, np.ndarray]]
"""Weights by name of the node, then of the variable, in the operation's order."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where weights come from and what was done to them: shown wherever something computed with them is.

    Attributes:
        state: "pretrained": the network is the trained one. "altered": trained, then operated on; still of use.
            "random": nothing learnt.
        source: Short name: of a known source, a file, or "random".
        story: One line on what they were trained for.
        changes: In sentences, how this network departs from the one that was trained, and what had to be assumed of
            that.
        output: What is done with the logits; "sigmoid": the classes are independent of each other.
        caution: What every answer by these weights says, in a sentence: that it is no diagnosis.
    """

    state: State
    source: str
    story: str
    changes: tuple[str, ...] = ()
    output: Output = "softmax"
    caution: str = ""

    @property
    def sentences(self) -> tuple[str, ...]:
        """All that is to be said beside an answer."""
        return (self.caution, *self.changes) if self.caution else self.changes


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """All arrays of a network, float32 and read-only.

    Attributes:
        arrays: By node and variable.
        provenance: Where they come from.
        preprocessing: What is done to a picture before a network with these weights sees it.
    """

    arrays: Arrays
    provenance: Provenance
    preprocessing: Preprocessing = SIGNED

    def __post_init__(self) -> None:
        frozen = {
            node: MappingProxyType({name: _read_only(array) for name, array in of_node.items()})
            for node, of_node in self.arrays.items()
        }
        object.__setattr__(self, "arrays", MappingProxyType(frozen))

    def __reduce__(self) -> tuple[type["Weights"], tuple[dict[str, dict[str, np.ndarray]], Provenance, Preprocessing]]:
        """So that they can be pickled, which read-only mappings cannot."""
        arrays = {node: dict(of_node) for node, of_node in self.arrays.items()}
        return Weights, (arrays, self.provenance, self.preprocessing)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for of_node in self.arrays.values() for array in of_node.values())

    def check(self, graph: Graph) -> None:
        """Make sure that these are the weights of `graph`.

        Raises:
            ValueError: If they are not: names or shapes differ.
        """
        expected = {
            node: {variable.name: variable.shape for variable in variables}
            for node, variables in variables_of(graph).items()
        }
        got = {node: {name: array.shape for name, array in of.items()} for node, of in self.arrays.items() if of}
        if got != expected:
            wrong = [node for node in {**expected, **got} if expected.get(node) != got.get(node)]
            raise ValueError(f"these are not the weights of {graph.title}: {', '.join(wrong[:5])} differ")


def _read_only(array: np.ndarray) -> np.ndarray:
    view = np.asarray(array, np.float32).view()
    view.flags.writeable = False
    return view


def variables_of(graph: Graph) -> dict[str, tuple[Variable, ...]]:
    """The variables of every node that has any."""
    shapes = output_shapes(graph)
    variables = {node.name: node.op.variables(*(shapes[i] for i in node.inputs)) for node in graph.nodes}
    return {node: of_node for node, of_node in variables.items() if of_node}


def random_weights(graph: Graph, seed: int = 0, why: tuple[str, ...] = ()) -> Weights:
    """Weights as Keras would start training with: Glorot's uniform distribution, biases 0, normalization neutral.

    Args:
        graph: The network.
        seed: The same seed gives the same weights.
        why: Sentences that say why no trained weights are used.

    Raises:
        BudgetError: If they would not fit into the memory budget.
    """
    # Drawing an array takes two more of its size for a moment; few are a large share of the whole.
    require(2 * tally(graph).weight_bytes, "Drawing random weights for this network")
    generator = np.random.default_rng(seed)
    arrays = {
        node: {variable.name: _initial(variable, generator) for variable in variables}
        for node, variables in variables_of(graph).items()
    }
    story = "Random values, as before the first step of training: this network has learnt nothing."
    return Weights(arrays, Provenance("random", "random", story, why))


def _initial(variable: Variable, generator: np.random.Generator) -> np.ndarray:
    if "kernel" in variable.name:
        limit = np.float32(sqrt(6 / sum(_fans(variable.shape))))
        return (generator.random(variable.shape, np.float32) * 2 - 1) * limit
    value = 1.0 if variable.name in ("gamma", "moving_variance") else 0.0
    return np.full(variable.shape, value, np.float32)


def _fans(shape: Shape) -> tuple[int, int]:
    """Inputs and outputs of one unit, as Keras counts them: also for depthwise kernels from the last two axes."""
    *window, inputs, outputs = shape
    return prod(window) * inputs, prod(window) * outputs
