"""The exact costs of a network: of each layer, module and flow, and in total.

Conventions. Parameters are trainable + non-trainable (the moving statistics of batch normalization). MACs are
multiply-adds of convolutions and dense layers for one image; everything else counts 0. FLOPs = 2 x MACs. Bytes
are of float32.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Literal, NamedTuple

from explorer.arch.graph import HEAD, Graph, Node, Step, output_shapes
from explorer.arch.ops import Conv2D, DepthwiseConv2D, Input, Kind, Op, SeparableConv2D, Shape, Work
from explorer.arch.places.separable_pairs import pairs_among
from explorer.arch.receptive_field import ReceptiveField, receptive_fields
from explorer.counting.memory import BYTES_PER_VALUE, Peak, peak_activations

Cost = Literal["macs", "params"]
"""What a layer costs: multiply-adds or parameters, by the names that they have here."""


class LayerTally(NamedTuple):
    """The costs of one node; shapes without the batch.

    Attributes:
        step: What the node is in a separable convolution of several layers; None if it is no part of one.
    """

    node: Node
    input_shapes: tuple[Shape, ...]
    output_shape: Shape
    work: tuple[Work, ...]
    params: int
    trainable_params: int
    macs: int
    receptive_field: ReceptiveField
    step: Step | None = None

    @property
    def non_trainable_params(self) -> int:
        """Moving statistics of batch normalization."""
        return self.params - self.trainable_params

    @property
    def flops(self) -> int:
        """Two for each multiply-add."""
        return 2 * self.macs

    @property
    def activation_bytes(self) -> int:
        """Size of the output in float32."""
        return prod(self.output_shape) * BYTES_PER_VALUE


@dataclass(frozen=True)
class Sums:
    """The summed costs of some layers."""

    layers: tuple[LayerTally, ...]

    def _total(self, of: Callable[[LayerTally], int]) -> int:
        return sum(map(of, self.layers))

    @cached_property
    def params(self) -> int:
        """Trainable and non-trainable parameters."""
        return self._total(lambda layer: layer.params)

    @cached_property
    def trainable_params(self) -> int:
        """Parameters that training changes."""
        return self._total(lambda layer: layer.trainable_params)

    @property
    def non_trainable_params(self) -> int:
        """Moving statistics of batch normalization."""
        return self.params - self.trainable_params

    @cached_property
    def macs(self) -> int:
        """Multiply-adds for one image."""
        return self._total(lambda layer: layer.macs)

    @property
    def flops(self) -> int:
        """Two for each multiply-add."""
        return 2 * self.macs

    @cached_property
    def activation_bytes(self) -> int:
        """Size of all outputs together in float32; they need not be there at one time."""
        return self._total(lambda layer: layer.activation_bytes)

    def kind(self, kind: Kind) -> Work:
        """MACs and parameters of one kind of arithmetic."""
        shares = [work for layer in self.layers for work in layer.work if work.kind == kind]
        return Work(kind, sum(work.macs for work in shares), sum(work.params for work in shares))

    @cached_property
    def conv_layers(self) -> int:
        """Convolutional layers as the paper counts: separable ones once, shortcuts not at all."""
        return sum(_is_convolutional_layer(layer) for layer in self.layers)


@dataclass(frozen=True)
class GroupTally(Sums):
    """The costs of a module or a flow.

    Attributes:
        name: Of the module or flow.
        title: For people.
        flow: The flow it is or belongs to.
        input_shape: Of the map that enters it.
        output_shape: Of the map that leaves it.
    """

    name: str
    title: str
    flow: str
    input_shape: Shape
    output_shape: Shape


@dataclass(frozen=True)
class Tally(Sums):
    """The costs of a network. `modules` counts those that hold convolutional layers, as the paper does."""

    graph: Graph
    module_tallies: tuple[GroupTally, ...]
    flow_tallies: tuple[GroupTally, ...]
    peak: Peak

    def __hash__(self) -> int:
        return hash(self.graph)  # of which all else follows

    @property
    def modules(self) -> int:
        """Modules as the paper counts them: those with convolutional layers, without the head."""
        return sum(module.conv_layers > 0 for module in self.module_tallies if module.name != HEAD)

    @property
    def weight_bytes(self) -> int:
        """Size of all parameters in float32."""
        return self.params * BYTES_PER_VALUE

    @cached_property
    def by_name(self) -> dict[str, LayerTally]:
        """Layers by name; not to be changed."""
        return {layer.node.name: layer for layer in self.layers}


def _is_convolutional_layer(layer: LayerTally) -> bool:
    if layer.node.branch == "shortcut" or layer.step in ("depthwise", "activation"):
        return False
    return isinstance(layer.node.op, Conv2D | DepthwiseConv2D | SeparableConv2D)


class _Cost(NamedTuple):
    work: tuple[Work, ...]
    params: int
    trainable_params: int
    macs: int


_NOTHING = _Cost((), 0, 0, 0)


def _cost(op: Op, step: Step | None, inputs: tuple[Shape, ...], output: Shape) -> _Cost:
    work = op.work(output, *inputs)
    if step is not None and step != "activation":
        # A spelled-out separable convolution: the step says what the arithmetic is for.
        work = tuple(Work(step, share.macs, share.params) for share in work)
    params = sum([share.params for share in work])
    frozen = 0
    if op.has_statistics:
        frozen = sum([variable.params for variable in op.variables(*inputs) if not variable.trainable])
    return _Cost(work, params, params - frozen, sum([share.macs for share in work]))


def _layers(graph: Graph, shapes: dict[str, Shape]) -> dict[str, LayerTally]:
    """Every layer by name. Networks repeat themselves, so each cost is worked out once."""
    fields = receptive_fields(graph, shapes)
    steps: dict[str, Step] = {}
    for pair in pairs_among(graph.nodes):
        if isinstance(pair.spatial.op, DepthwiseConv2D):
            steps |= {pair.spatial.name: "depthwise", pair.pointwise.name: "pointwise"}
    costs: dict[tuple[Op, Step | None, tuple[Shape, ...]], _Cost] = {}
    layers = {}
    for node in graph.nodes:
        name, inputs = node.name, tuple([shapes[source] for source in node.inputs])
        step = node.part.step if node.part else steps.get(name)
        if node.op.is_costless:
            cost = _NOTHING
        else:
            key = (node.op, step, inputs)
            known = costs.get(key)
            cost = costs[key] = _cost(node.op, step, inputs, shapes[name]) if known is None else known
        layers[name] = LayerTally(node, inputs, shapes[name], *cost, fields[name], step)
    return layers


def _group(
    name: str, title: str, flow: str, layers: Iterable[LayerTally], shapes: dict[str, Shape], before: Shape
) -> GroupTally:
    """A group's sums; `before` is the shape that leaves the group ahead of it."""
    layers = tuple(layers)
    first = layers[0].node if layers else None
    input_shape = shapes[first.name] if first is not None and isinstance(first.op, Input) else before
    output_shape = layers[-1].output_shape if layers else before
    return GroupTally(layers, name, title, flow, input_shape, output_shape)


def tally(graph: Graph) -> Tally:
    """Counts everything about `graph`, without building it."""
    shapes = output_shapes(graph)
    layers = _layers(graph, shapes)

    modules: list[GroupTally] = []
    shape = graph.input_shape
    for module in graph.modules():
        of_module = (layers[node.name] for node in module.nodes)
        modules.append(_group(module.name, module.title, module.flow, of_module, shapes, shape))
        shape = modules[-1].output_shape

    flows: list[GroupTally] = []
    of_flow: dict[str, list[LayerTally]] = {flow.name: [] for flow in graph.flows}
    for layer in layers.values():
        of_flow[layer.node.flow].append(layer)
    shape = graph.input_shape
    for flow in graph.flows:
        flows.append(_group(flow.name, flow.title, flow.name, of_flow[flow.name], shapes, shape))
        shape = flows[-1].output_shape

    return Tally(
        layers=tuple(layers.values()),
        graph=graph,
        module_tallies=tuple(modules),
        flow_tallies=tuple(flows),
        peak=peak_activations(graph, shapes),
    )
