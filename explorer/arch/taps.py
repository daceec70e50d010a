"""Where one can look into a network: every separable convolution, at each of its stages."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Literal

from explorer.arch.graph import HEAD, Graph, Node, output_shapes
from explorer.arch.ops import Activation, Add, BatchNorm, Conv2D, Op, Shape
from explorer.arch.receptive_field import ReceptiveField, receptive_fields
from explorer.arch.written_out import written_out
from explorer.errors import ConfigError

Stage = Literal["depthwise", "pointwise", "bn", "act", "add"]

STAGES: dict[Stage, str] = {
    "depthwise": "Depthwise output",
    "pointwise": "Pointwise output",
    "bn": "After batch normalization",
    "act": "After ReLU",
    "add": "After the residual addition",
}
"""What each stage is called, in the order in which a picture passes them."""


@dataclass(frozen=True, slots=True)
class Tap:
    """A place to look: the output of one stage of one separable convolution.

    Attributes:
        layer: The separable convolution, by Keras' name: `block8_sepconv3`.
        stage: Which of its outputs. The pointwise one is the layer's own; the addition is its module's.
        node: The node of the written-out graph (`explorer.arch.written_out`) that gives the output.
        module: Title of its module, for people.
        flow: Name of its flow.
        shape: (height, width, channels).
        receptive_field: Of each of its units.
    """

    layer: str
    stage: Stage
    node: str
    module: str
    flow: str
    shape: Shape
    receptive_field: ReceptiveField

    @property
    def name(self) -> str:
        """As Keras calls the output, where it has a name for it."""
        return self.layer if self.stage == "pointwise" else self.node

    @property
    def stage_words(self) -> str:
        """The stage inside a sentence: "after ReLU"."""
        return STAGES[self.stage].lower().replace("relu", "ReLU")


@lru_cache(maxsize=64)
def taps(graph: Graph) -> tuple[Tap, ...]:
    """Every tap, in the order of the layers and of `STAGES`; none in a network without separable convolutions."""
    return tuple(_taps(written_out(graph)))


def _taps(graph: Graph) -> Iterator[Tap]:
    shapes = output_shapes(graph)
    fields = receptive_fields(graph, shapes)
    for module in graph.modules():
        addition = next((node.name for node in module.nodes if isinstance(node.op, Add)), None)

        def reader(name: str, op: type, nodes: tuple[Node, ...] = module.nodes) -> str | None:
            return next((node.name for node in nodes if name in node.inputs and isinstance(node.op, op)), None)

        layers: dict[str, dict[Stage, str | None]] = {}
        for node in module.nodes:
            if node.part is not None and node.part.step != "activation":
                layers.setdefault(node.part.of, {})[node.part.step] = node.name
        for layer, stages in layers.items():
            pointwise = stages["pointwise"]
            assert pointwise is not None
            stages["bn"] = reader(pointwise, BatchNorm)
            stages["act"] = reader(stages["bn"] or pointwise, Activation)
            stages["add"] = addition
            for stage in STAGES:
                name = stages[stage]
                if name is not None:
                    yield Tap(layer, stage, name, module.title, module.flow, shapes[name], fields[name])


_STAGE_OF: dict[type[Op], Stage] = {Add: "add", Activation: "act", BatchNorm: "bn", Conv2D: "pointwise"}


@lru_cache(maxsize=64)
def module_outputs(graph: Graph) -> tuple[Tap, ...]:
    """What each numbered module hands on (before the pooling, if it ends in one), a tap for each.

    The stem's last convolution is a regular one: a place to look all the same, though not one of `taps`.
    """
    network = written_out(graph)
    shapes = output_shapes(network)
    fields = receptive_fields(network, shapes)
    found = []
    for module in network.modules():
        main = [node for node in module.nodes if node.branch == "main" and type(node.op) in _STAGE_OF]
        if module.name == HEAD or not main:
            continue
        last = main[-1]
        convolution = next(node for node in reversed(main) if isinstance(node.op, Conv2D))
        layer = convolution.part.of if convolution.part else convolution.name
        place = (module.title, module.flow, shapes[last.name], fields[last.name])
        found.append(Tap(layer, _STAGE_OF[type(last.op)], last.name, *place))
    return tuple(found)


def layers(graph: Graph) -> tuple[str, ...]:
    """The separable convolutions, in order."""
    return tuple(dict.fromkeys(tap.layer for tap in taps(graph)))


def last_tap(graph: Graph) -> Tap:
    """The usual place for heat maps: what the head pools, `block14_sepconv2_act` in the paper's network.

    Raises:
        ConfigError: If there are no separable convolutions.
    """
    return _all(graph)[-1]


def find_tap(graph: Graph, name: str, stage: str | None = None) -> Tap:
    """The tap of a layer, or of any of its outputs by Keras' name: `block8_sepconv3`, `block8_sepconv3_bn`.

    Args:
        graph: The network.
        name: Of the separable convolution, or of the node that gives the output.
        stage: Which output of the layer; its own if left out.

    Raises:
        ConfigError: If there is no such layer, or it has no such stage; names the nearest.
    """
    known = (*_all(graph), *module_outputs(graph))
    of_layer = {tap.stage: tap for tap in known if tap.layer == name}
    if of_layer:
        if (stage or "pointwise") not in of_layer:
            raise ConfigError(f"{name} has the stages {', '.join(of_layer)}, got {stage!r}")
        return of_layer[stage or "pointwise"]  # type: ignore[index]
    # An addition is the output of all layers of its module, of the last one most of all.
    by_node = {tap.node: tap for tap in known}
    if name in by_node:
        tap = by_node[name]
        if stage not in (None, tap.stage):
            raise ConfigError(f"{name} is the stage {tap.stage} of {tap.layer}, got the stage {stage!r}")
        return tap
    near = get_close_matches(name, [*layers(graph), *by_node], n=3, cutoff=0.5)
    hint = f"the nearest are {', '.join(near)}" if near else f"they run from {layers(graph)[0]} to {layers(graph)[-1]}"
    raise ConfigError(f"{graph.title} has no separable convolution {name!r}: {hint}")


def _all(graph: Graph) -> tuple[Tap, ...]:
    known = taps(graph)
    if not known:
        raise ConfigError(f"{graph.title} has no separable convolutions to look into: choose another network")
    return known
