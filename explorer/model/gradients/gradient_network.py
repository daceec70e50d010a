"""How a logit answers to the activations below it: the network as a Keras model, split at a node.

The *trunk* is one pass of a picture that keeps every separable convolution's output. A *head* begins at a node and
ends at the logits; it starts from what the trunk kept. A *film* runs the whole network once, forward and backward,
and sums up the gradients at many nodes on the way. A *rise* goes from the picture to one channel of a node, and back.

All are TensorFlow's: with activations of another engine, equal to 1e-6, a head would now and then find a ReLU
on the other side of 0, and a map of the entry flow off by a percent of its maximum.

What is asked about is a direction in the space of the logits: 1 at a class, and -1 at another if the question is
what tells the two apart. It goes in as a tensor, so that all classes share one trace.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from explorer.arch.graph import Graph, output_shapes
from explorer.arch.ops import Conv2D, Input
from explorer.arch.preprocessing import prepared
from explorer.arch.split import head_sources, sources
from explorer.arch.written_out import written_out
from explorer.counting.memory import BYTES_PER_VALUE
from explorer.counting.tally import tally
from explorer.model.budget import build_estimate, require
from explorer.model.engines.tensorflow_engine import written_out_model
from explorer.model.gradients.activations import kept
from explorer.model.lazy import LazyValue
from explorer.model.weights.arrays import Arrays, Weights

if TYPE_CHECKING:
    import keras

T = TypeVar("T")

MOST_HEADS = 16
"""Compiled heads that a network keeps: each some megabytes of graph, the weights are shared."""

MOST_RISES = 4
"""Compiled rises that a network keeps, likewise."""

_TRACING = Lock()
"""One head is compiled at a time; those that are run meanwhile, as often as they like."""


@dataclass(frozen=True, slots=True, eq=False)
class Gradients:
    """One answer of a head.

    Attributes:
        activation: (N, height, width, channels): the value of the tap.
        gradient: The same shape: the derivative of the score by it.
        logits: (N, classes).
        score: (N,): the logits along the direction.
    """

    activation: np.ndarray
    gradient: np.ndarray
    logits: np.ndarray
    score: np.ndarray


class GradientNetwork:
    """A network with weights of which gradients can be had. TensorFlow is imported when one is made.

    Attributes:
        graph: The network.
        network: The same, written out: the nodes that its parts begin and end at.
        provenance: State of its weights.
        dtype: Of its arithmetic.
        model: The Keras model of the written-out network.
        trunk: The pass that keeps maps; compiled when first asked for.
    """

    def __init__(self, graph: Graph, weights: Weights, dtype: str = "float32") -> None:
        """Builds the Keras model.

        Args:
            graph: The network.
            weights: Its weights.
            dtype: float64 for proofs.

        Raises:
            BudgetError: If building and differentiating it would not fit into the memory budget.
            ValueError: If the weights are not those of `graph`.
        """
        weights.check(graph)
        require(memory_estimate(graph), "Computing gradients in this network")
        self.graph = graph
        self.provenance = weights.provenance
        self.dtype = dtype
        self.network = prepared(written_out(graph), weights.preprocessing)
        self.model: keras.Model = written_out_model(graph, weights, dtype)

        self._heads: OrderedDict[str, LazyValue[Head]] = OrderedDict()
        self._rises: OrderedDict[str, LazyValue[Rise]] = OrderedDict()
        self._lock = Lock()
        self._trunk = LazyValue(lambda: Trunk(self))

    @property
    def trunk(self) -> "Trunk":  # noqa: D102
        return self._trunk()

    def head(self, node: str) -> "Head":
        """The head that begins at `node` of the written-out graph; compiled, the `MOST_HEADS` last used are kept."""
        return self._last_used(self._heads, node, MOST_HEADS, lambda: Head(self, node))()

    def rise(self, node: str) -> "Rise":
        """The rise to `node` of the written-out graph; compiled, the `MOST_RISES` last used are kept."""
        return self._last_used(self._rises, node, MOST_RISES, lambda: Rise(self, node))()

    def film(self, nodes: Sequence[str]) -> "Film":
        """The gradients at all of `nodes` in one pass; compiled before it is returned."""
        return Film(self, nodes)

    def part(self, inputs: Iterable[str], outputs: Iterable[str]) -> "keras.Model":
        """The layers between nodes, sharing the variables of the whole."""
        import keras

        def tensors(names: Iterable[str]) -> list[Any]:
            return [self.model.get_layer(name).output for name in names]

        ends = tensors(outputs)
        return keras.Model(tensors(inputs), ends if len(ends) > 1 else ends[0])

    def _last_used(
        self, known: OrderedDict[str, LazyValue[T]], node: str, most: int, make: Callable[[], T]
    ) -> LazyValue[T]:
        with self._lock:
            once = known.setdefault(node, LazyValue(make))
            known.move_to_end(node)
            if len(known) > most:
                known.popitem(last=False)
        return once


def memory_estimate(graph: Graph) -> int:
    """Bytes that a process grows by with the Keras model and one pass forward and backward: an upper bound.

    Building, 1.1 x the outputs of all layers, which are kept for the way back, and 80 MB for what is compiled; at
    the paper's size and above 20 to 35 % too high. Grouped convolutions are compiled by XLA, which takes some 300 MB
    more. TensorFlow itself (0.6 GB) is not counted.
    """
    network = written_out(graph)
    outputs = sum(map(prod, output_shapes(network).values())) * BYTES_PER_VALUE
    grouped = any(isinstance(node.op, Conv2D) and node.op.groups > 1 for node in network.nodes)
    return build_estimate(tally(network)) + 11 * outputs // 10 + (80 + 400 * grouped) * 2**20


class Trunk:
    """The network up to the logits, with all that is kept on the way. May be called from several threads at once."""

    def __init__(self, network: GradientNetwork) -> None:
        import tensorflow as tf

        self._image = _image(network.network)
        self._names = kept(network.graph)
        self._dtype = network.dtype
        model = network.part([self._image], [*self._names, network.network.output.name])
        signature = tf.TensorSpec((1, *network.graph.input_shape), network.dtype)
        self._run = _compiled(lambda picture: model([picture], training=False), signature)

    def run(self, image: np.ndarray) -> dict[str, np.ndarray]:
        """What is kept of one picture, (1, height, width, 3), float32 in [-1, 1]; the picture itself included."""
        import tensorflow as tf

        *maps, _ = self._run(tf.constant(image, self._dtype))
        found = {self._image: image} | {name: _array(value) for name, value in zip(self._names, maps, strict=True)}
        return found


class Head:
    """From one tap to the logits, and back. May be called from several threads at once.

    Attributes:
        reads: The nodes whose maps it starts from.
        classes: The number of logits.
    """

    def __init__(self, network: GradientNetwork, node: str) -> None:
        import tensorflow as tf

        graph, known = network.network, kept(network.graph)
        below, entries = sources(graph, (node,), known), head_sources(graph, node, known)
        to_tap = network.part(below, [node]) if below != (node,) else None
        to_logits = network.part(entries, [graph.output.name])
        self.reads = tuple(dict.fromkeys((*below, *entries[1:])))
        (self.classes,) = output_shapes(graph)[graph.output.name]
        self._dtype = network.dtype
        trainable = len(to_logits.trainable_variables)
        variables = [*to_logits.trainable_variables, *to_logits.non_trainable_variables]
        self._names = [_place(variable) for variable in variables]
        self._own = [tf.convert_to_tensor(variable.value) for variable in variables]

        def run(maps: dict[str, Any], direction: Any, values: list[Any]) -> tuple[Any, ...]:
            tap = to_tap([maps[name] for name in below], training=False) if to_tap else maps[node]
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(tap)
                inputs = [tap, *(maps[name] for name in entries[1:])]
                logits, _ = to_logits.stateless_call(values[:trainable], values[trainable:], inputs, training=False)
                score = tf.linalg.matvec(logits, direction)
            return tap, tape.gradient(score, tap), logits, score

        shapes = output_shapes(graph)
        self._run = _compiled(
            run,
            {name: tf.TensorSpec((None, *shapes[name]), network.dtype) for name in self.reads},
            tf.TensorSpec(shapes[graph.output.name], network.dtype),
            [tf.TensorSpec(value.shape, value.dtype) for value in self._own],
        )

    def run(self, maps: Mapping[str, np.ndarray], direction: np.ndarray, above: Arrays | None = None) -> Gradients:
        """The tap's value, and the derivative by it of the logits along `direction`.

        Args:
            maps: For N pictures what the trunk keeps: at least the nodes that the head `reads`.
            direction: (classes,): the weight of each logit in the score.
            above: Other weights for the layers above the tap, by node of the written-out graph, for this call.
        """
        import tensorflow as tf

        values = self._own
        if above is not None:
            # A dropout's generator is a variable too, but no weight; it is idle here.
            values = [
                tf.constant(above[place[0]][place[1]], self._dtype) if own.dtype == self._dtype else own
                for own, place in zip(self._own, self._names, strict=True)
            ]
        given = {name: tf.constant(maps[name], self._dtype) for name in self.reads}
        return Gradients(*map(_array, self._run(given, tf.constant(direction, self._dtype), values)))


class Film:
    """Grad-CAM at many nodes by one pass forward and backward. May be called from several threads at once."""

    def __init__(self, network: GradientNetwork, nodes: Sequence[str]) -> None:
        import tensorflow as tf

        graph = network.network
        model = network.part([_image(graph)], [*nodes, graph.output.name])
        self._nodes = tuple(nodes)
        self._dtype = network.dtype

        def run(picture: Any, direction: Any) -> tuple[Any, ...]:
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(picture)
                *taps, logits = model([picture], training=False)
                score = tf.linalg.matvec(logits, direction)
            # What lies below the first node is not computed: TensorFlow leaves out what nobody reads.
            gradients = tape.gradient(score, taps)
            importances = [tf.reduce_mean(gradient, (1, 2)) for gradient in gradients]
            maps = [tf.einsum("nhwc,nc->nhw", *pair) for pair in zip(taps, importances, strict=True)]
            return maps, logits, score

        shape = (1, *graph.input_shape)
        classes = output_shapes(graph)[graph.output.name]
        self._run = _compiled(run, tf.TensorSpec(shape, network.dtype), tf.TensorSpec(classes, network.dtype))

    def run(self, image: np.ndarray, direction: np.ndarray) -> dict[str, np.ndarray]:
        """The signed Grad-CAM, (height, width), at each node.

        Args:
            image: (1, height, width, 3), float32 in [-1, 1].
            direction: (classes,): the weight of each logit in the score.
        """
        import tensorflow as tf

        maps, *_ = self._run(tf.constant(image, self._dtype), tf.constant(direction, self._dtype))
        return {node: _array(value)[0] for node, value in zip(self._nodes, maps, strict=True)}


class Rise:
    """From the picture to the mean of one channel of a node, and back. May be called from several threads at once.

    The channel goes in as a tensor, so that all channels of the node share one trace. Of the logits, which have no
    positions, each is a channel.
    """

    def __init__(self, network: GradientNetwork, node: str) -> None:
        import tensorflow as tf

        model = network.part([_image(network.network)], [node])
        self._dtype = network.dtype

        def run(pictures: Any, channel: Any) -> tuple[Any, Any]:
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(pictures)
                values = tf.gather(model([pictures], training=False), channel, axis=-1)
                means = tf.reduce_mean(tf.reshape(values, (tf.shape(values)[0], -1)), axis=1)
            return means, tape.gradient(means, pictures)

        pictures = tf.TensorSpec((None, *network.graph.input_shape), network.dtype)
        self._run = _compiled(run, pictures, tf.TensorSpec((), tf.int32))

    def run(self, pictures: np.ndarray, channel: int) -> tuple[np.ndarray, np.ndarray]:
        """The mean of the channel over its positions, (N,), and its derivative by the pictures.

        Args:
            pictures: (N, height, width, 3), in [-1, 1].
            channel: Its number, from 0.
        """
        import tensorflow as tf

        means, gradient = self._run(tf.constant(pictures, self._dtype), tf.constant(channel, tf.int32))
        return _array(means), _array(gradient)


def _compiled(function: Any, *signature: Any) -> Any:
    """`function` as one TensorFlow function of that signature, traced now and never again."""
    import tensorflow as tf

    with _TRACING:
        return tf.function(function, autograph=False).get_concrete_function(*signature)


def _array(tensor: Any) -> np.ndarray:
    """The tensor's own memory, read-only: `numpy()` would copy it, which takes half as long as the network."""
    return np.asarray(memoryview(tensor))


def _image(graph: Graph) -> str:
    return next(node.name for node in graph.nodes if isinstance(node.op, Input))


def _place(variable: Any) -> tuple[str, str]:
    """Node and name of a Keras variable."""
    node, name = variable.path.split("/")
    return node, name
