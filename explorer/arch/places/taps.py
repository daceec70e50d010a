"""Where one can look into a network: every layer worth it, at each of the stages that the graph has for it.

Which places there are follows from the graph alone. A place is told by layer and stage; layers are convolutions,
dense layers and poolings, concatenations, and what a module hands on where that is none of these.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from math import prod
from typing import Literal

from explorer.arch.graph import HEAD, Graph, Module, Node, output_shapes
from explorer.arch.ops import (
    FUNCTIONS,
    POINT,
    Activation,
    Add,
    BatchNorm,
    ChannelScale,
    Concat,
    Conv2D,
    Costless,
    Dense,
    DepthwiseConv2D,
    Dropout,
    Function,
    Input,
    Shape,
    ZeroPad,
)
from explorer.arch.places.chains import Readers, ancestors, only_reader, readers
from explorer.arch.places.separable_pairs import layer_of, separable_pairs
from explorer.arch.receptive_field import ReceptiveField, receptive_fields
from explorer.arch.written_out import written_out
from explorer.errors import ConfigError

Stage = Literal["depthwise", "pointwise", "output", "bn", "act", "add", "pool", "concat"]

STAGES: dict[Stage, str] = {
    "depthwise": "Depthwise output",
    "pointwise": "Pointwise output",
    "output": "Own output",
    "bn": "After batch norm",
    "act": "After the activation",
    "add": "After the addition",
    "pool": "After pooling",
    "concat": "After the concatenation",
}
"""What each stage is called, in the order in which a picture passes them."""

_OWN: tuple[Stage, ...] = ("pointwise", "output", "depthwise")
"""Stages that are a layer's own output: of those that it has the first."""


@dataclass(frozen=True, slots=True)
class Tap:
    """A place to look: the output of one stage of one layer.

    Attributes:
        layer: By Keras' name: `block8_sepconv3`.
        stage: Which of its outputs. Of a separable convolution the pointwise one is the layer's own; the addition is
            its module's.
        node: The node of the written-out graph (`explorer.arch.written_out`) that gives the output.
        module: Title of its module, for people.
        flow: Name of its flow.
        shape: (height, width, channels), or (units,) of a vector.
        receptive_field: Of each of its units.
        activation: The function that gives the output, if an activation does.
        signed: Whether values can lie below 0.
    """

    layer: str
    stage: Stage
    node: str
    module: str
    flow: str
    shape: Shape
    receptive_field: ReceptiveField
    activation: Function | None = None
    signed: bool = True

    @property
    def name(self) -> str:
        """As Keras calls the output, where it has a name for it."""
        return self.layer if self.stage == "pointwise" else self.node

    @property
    def is_map(self) -> bool:
        """Whether its values have places in the picture; those of a vector have none."""
        return len(self.shape) == 3

    @property
    def stage_title(self) -> str:
        """The stage in this network: "After ReLU6"."""
        return f"After {FUNCTIONS[self.activation]}" if self.activation else STAGES[self.stage]

    @property
    def stage_words(self) -> str:
        """The stage inside a sentence: "after ReLU"."""
        return self.stage_title[:1].lower() + self.stage_title[1:]


@lru_cache(maxsize=64)
def taps(graph: Graph) -> tuple[Tap, ...]:
    """Every tap, in the order of the layers and of `STAGES`; of nodes only that the output depends on."""
    return tuple(_taps(written_out(graph)))


def _taps(graph: Graph) -> Iterator[Tap]:
    shapes = output_shapes(graph)
    fields = receptive_fields(graph, shapes)
    used = ancestors(graph, graph.output.name)
    signed = _signed(graph)
    for module in graph.modules():
        for layer, stages in _stages_of_layers(module, shapes).items():
            for stage in STAGES:
                node = stages.get(stage)
                if node is not None and node.name in used:
                    function = node.op.function if stage == "act" and isinstance(node.op, Activation) else None
                    place = (module.title, module.flow, shapes[node.name], fields[node.name])
                    yield Tap(layer, stage, node.name, *place, function, node.name in signed)


_NEVER_BELOW_0: tuple[Function, ...] = ("relu", "relu6", "sigmoid", "hard_sigmoid", "softplus", "softmax")


def _signed(graph: Graph) -> frozenset[str]:
    """The nodes whose values can lie below 0: all but those activations and what only gathers or adds their values."""
    signed: set[str] = set()
    for node in graph.nodes:
        gathers = isinstance(node.op, Costless) and not isinstance(node.op, (Activation, ChannelScale))
        if isinstance(node.op, Activation):
            below_0 = node.op.function not in _NEVER_BELOW_0
        else:
            below_0 = not (gathers and node.inputs) or not signed.isdisjoint(node.inputs)
        if below_0:
            signed.add(node.name)
    return frozenset(signed)


def _stages_of_layers(module: Module, shapes: Mapping[str, Shape]) -> dict[str, dict[Stage, Node]]:
    """The layers of a module, in order, with the node of each stage."""
    known = readers(module.nodes)
    additions = _additions(module, known)
    layers: dict[str, dict[Stage, Node]] = {}
    for node in module.nodes:
        stage = _own_stage(node, shapes)
        if stage is None:
            continue
        stages = layers.setdefault(layer_of(node), {})
        stages[stage] = node
        if node.part is None or stage == "pointwise":
            stages |= _that_follow(node, known)
        if node.name in additions and isinstance(node.op, (Conv2D, DepthwiseConv2D)):
            stages["add"] = additions[node.name]
    taken = {node.name for stages in layers.values() for node in stages.values()}
    handed_on = handed_on_by(module, shapes)
    alone: dict[str, dict[Stage, Node]] = {
        node.name: {_stage_alone(node): node}
        for node in module.nodes
        if node.name not in taken and (node is handed_on or _joins(node, module))
    }
    position = {node.name: place for place, node in enumerate(module.nodes)}
    first = {name: min(position[node.name] for node in stages.values()) for name, stages in (layers | alone).items()}
    return dict(sorted((layers | alone).items(), key=lambda item: first[item[0]]))


def _own_stage(node: Node, shapes: Mapping[str, Shape]) -> Stage | None:
    """Which of a layer's stages the node itself is, if it is a layer or a half of one."""
    if node.part is not None:
        return None if node.part.step == "activation" else node.part.step
    match node.op:
        case DepthwiseConv2D():
            return "depthwise"
        case Conv2D(kernel=(1, 1), groups=1):
            return "pointwise"
        case Conv2D() | Dense():
            return "output"
    return "pool" if is_pooling(node, shapes) else None


def is_pooling(node: Node, shapes: Mapping[str, Shape]) -> bool:
    """Whether it gathers each channel alone, over windows or over the whole map.

    Args:
        node: Of the graph.
        shapes: Output shapes of the graph's nodes.
    """
    if not isinstance(node.op, Costless) or len(node.inputs) != 1:
        return False
    source = shapes[node.inputs[0]]
    if node.op.window is None:
        # Over a single pixel nothing is gathered; and what flattens a larger map keeps its values apart.
        return len(source) == 3 and prod(source[:2]) > 1 and prod(shapes[node.name]) == source[2]
    return node.op.window != POINT


def _that_follow(node: Node, known: Readers) -> dict[Stage, Node]:
    """Batch normalization and activation that are the only readers of the node, and of one another."""
    found: dict[Stage, Node] = {}
    reader = only_reader(known, node.name)
    if reader is not None and isinstance(reader.op, BatchNorm):
        found["bn"] = reader
        reader = only_reader(known, reader.name)
    if reader is not None and isinstance(reader.op, Activation):
        found["act"] = reader
    return found


def _additions(module: Module, known: Readers) -> dict[str, Node]:
    """The addition of the module that each of its nodes goes into first, by name; nothing for those behind the last."""
    found: dict[str, Node] = {}
    for node in reversed(module.nodes):
        ahead = [
            reader if isinstance(reader.op, Add) else found.get(reader.name) for reader in known.get(node.name, ())
        ]
        nearest = [addition for addition in module.nodes if any(addition is each for each in ahead)]
        if nearest:
            found[node.name] = nearest[0]
    return found


def _joins(node: Node, module: Module) -> bool:
    """Whether it is where branches meet, or the activation behind that."""
    if isinstance(node.op, (Concat, Add)):
        return True
    inside = {each.name: each for each in module.nodes}
    source = inside.get(node.inputs[0]) if node.inputs else None
    return isinstance(node.op, Activation) and source is not None and isinstance(source.op, (Concat, Add))


def _stage_alone(node: Node) -> Stage:
    """The only stage of a layer that is this node alone."""
    match node.op:
        case Concat():
            return "concat"
        case Add():
            return "add"
        case Activation():
            return "act"
        case BatchNorm():
            return "bn"
    return "output"


def handed_on_by(module: Module, shapes: Mapping[str, Shape]) -> Node | None:
    """The node whose map a module hands on, before the pooling if it ends in one; None of a module without maps.

    Args:
        module: Of the written-out graph.
        shapes: Output shapes of the graph's nodes.
    """
    maps = [
        node
        for node in module.nodes
        if node.branch == "main"
        and len(shapes[node.name]) == 3
        and not isinstance(node.op, (Input, Dropout, ZeroPad))
        and (node.part is None or node.part.step == "pointwise")
    ]
    unpooled = [node for node in maps if not is_pooling(node, shapes)]
    return next(reversed(unpooled or maps), None)


@lru_cache(maxsize=64)
def module_outputs(graph: Graph) -> tuple[Tap, ...]:
    """What each numbered module hands on (before the pooling, if it ends in one), a tap for each."""
    network = written_out(graph)
    shapes = output_shapes(network)
    handed_on = [handed_on_by(module, shapes) for module in network.modules() if module.name != HEAD]
    by_node = _by_node(graph)
    return tuple(by_node[node.name] for node in handed_on if node is not None and node.name in by_node)


def _by_node(graph: Graph) -> dict[str, Tap]:
    """The tap of each node that is one; of an addition the one of the last layer on the main branch."""
    side = {layer_of(node) for node in written_out(graph).nodes if node.branch == "shortcut"}
    found: dict[str, Tap] = {}
    for tap in taps(graph):
        if tap.node not in found or tap.layer not in side:
            found[tap.node] = tap
    return found


@lru_cache(maxsize=64)
def layers(graph: Graph) -> tuple[str, ...]:
    """The layers that give maps, in order, up to what the head pools: behind it there are no places any more.

    Raises:
        ConfigError: As `last_tap`.
    """
    names = list(dict.fromkeys(tap.layer for tap in taps(graph) if tap.is_map))
    return tuple(names[: names.index(last_tap(graph).layer) + 1])


@lru_cache(maxsize=64)
def convolutions(graph: Graph) -> tuple[Tap, ...]:
    """Every convolution's own output; of a separable pair that of its pointwise half."""
    halves = {pair.layers[0] for pair in separable_pairs(graph) if len(pair.layers) > 1}
    nodes = {node.name: node for node in written_out(graph).nodes}
    own = (find_tap(graph, layer) for layer in layers(graph) if layer not in halves)
    return tuple(tap for tap in own if isinstance(nodes[tap.node].op, (Conv2D, DepthwiseConv2D)))


@lru_cache(maxsize=64)
def last_tap(graph: Graph) -> Tap:
    """The usual place for heat maps: what the head pools, `block14_sepconv2_act` in the paper's network.

    Raises:
        ConfigError: If the network has no map to look at.
    """
    network = written_out(graph)
    shapes = output_shapes(network)
    nodes = {node.name: node for node in network.nodes}
    used = ancestors(network, network.output.name)
    by_node = _by_node(graph)
    pooled = (
        node.inputs[0]
        for node in network.nodes
        if node.name in used and node.inputs and node.op.window is None and len(shapes[node.inputs[0]]) == 3
    )
    name: str | None = next(pooled, None)
    while name is not None:
        if name in by_node:
            return by_node[name]
        name = next(iter(nodes[name].inputs), None)
    raise ConfigError(f"{graph.title} has no maps to look at: choose another network")


def first_tap(graph: Graph) -> Tap:
    """Where one looks at channels first: the first convolution behind the stem, whose maps are among the largest.

    A separable pair counts as one. In a network of one module it is the first convolution there is.

    Raises:
        ConfigError: If the network has no convolution.
    """
    nodes = {node.name: node for node in written_out(graph).nodes}
    own = [tap for tap in convolutions(graph) if nodes[tap.node].branch == "main"]
    if not own:
        raise ConfigError(f"{graph.title} has no convolutions to look into: choose another network")
    return next((tap for tap in own if tap.module != own[0].module), own[0])


def find_tap(graph: Graph, name: str, stage: str | None = None) -> Tap:
    """The tap of a layer, or of any of its outputs by Keras' name: `block8_sepconv3`, `block8_sepconv3_bn`.

    Args:
        graph: The network.
        name: Of the layer, or of the node that gives the output.
        stage: Which output of the layer; its own if left out.

    Raises:
        ConfigError: If there is no such layer, or it has no such stage; names the nearest.
    """
    of_layer: dict[str, Tap] = {tap.stage: tap for tap in taps(graph) if tap.layer == name}
    if of_layer:
        own = next((each for each in _OWN if each in of_layer), next(iter(of_layer)))
        if (stage or own) not in of_layer:
            raise ConfigError(f"{name} has the stages {', '.join(of_layer)}, got {stage!r}")
        return of_layer[stage or own]
    # An addition is the output of all layers of its module, of the last one most of all.
    by_node = _by_node(graph)
    if name in by_node:
        tap = by_node[name]
        if stage not in (None, tap.stage):
            raise ConfigError(f"{name} is the stage {tap.stage} of {tap.layer}, got the stage {stage!r}")
        return tap
    known = tuple(dict.fromkeys(tap.layer for tap in taps(graph)))
    near = get_close_matches(name, [*known, *by_node], n=3, cutoff=0.5)
    hint = f"the nearest are {', '.join(near)}" if near else f"they run from {known[0]} to {known[-1]}"
    raise ConfigError(f"{graph.title} has no layer {name!r}: {hint}")


def find_map(graph: Graph, name: str, stage: str | None = None) -> Tap:
    """As `find_tap`, for what needs a map.

    Raises:
        ConfigError: As `find_tap`; or if the output is a vector, whose values have no places in the picture.
    """
    tap = find_tap(graph, name, stage)
    if not tap.is_map:
        raise ConfigError(
            f"{tap.name} gives a vector of {tap.shape[0]:,} numbers, which have no places in the picture: choose a "
            f"layer before it, as {last_tap(graph).name}"
        )
    return tap
