"""Times along the spectrum, from a regular convolution to a depthwise one: one layer's, and the whole network's."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from explorer.arch.knobs import Config
from explorer.arch.written_out import written_out
from explorer.configuration.registry import graph_of, network_of
from explorer.counting.measured.timing import LayerTime, Spread, Timing


@dataclass(frozen=True, slots=True)
class LayerAtStop:
    """One of the equal layers, with what the engine runs in the same steps.

    Attributes:
        macs: Multiply-adds of one pass.
        spatial_s: Of the half over space, the median of the equal layers, s.
        pointwise_s: Of the pointwise half, likewise.
        equal: How many such layers the network has.
    """

    macs: int
    spatial_s: float
    pointwise_s: float
    equal: int

    @property
    def seconds(self) -> float:
        """Both halves."""
        return self.spatial_s + self.pointwise_s


@dataclass(frozen=True, slots=True)
class TimedStop:
    """What was timed at one number of segments.

    Attributes:
        segments: How many.
        macs: Multiply-adds of a pass through the whole network.
        whole: What a pass takes.
        layer: What a layer takes of it; None if the engine keeps no record of layers.
    """

    segments: int
    macs: int
    whole: Spread
    layer: LayerAtStop | None


def flow_of_equals(config: Config) -> str:
    """The flow whose modules, and so their layers, are all equal; "" if the network has none."""
    repeats = network_of(config).repeats
    return repeats.flow if repeats else ""


def timed_stop(segments: int, timing: Timing) -> TimedStop:
    """What the timing of a network says at so many segments."""
    return TimedStop(segments, timing.macs, timing.whole, _layer(timing))


def _layer(timing: Timing) -> LayerAtStop | None:
    graph, flow = written_out(graph_of(timing.config)), flow_of_equals(timing.config)
    steps = {node.name: node.part.step for node in graph.nodes if node.part and node.flow == flow}
    spatial, pointwise = (
        [layer for layer in timing.layers if steps.get(layer.name) == step] for step in ("depthwise", "pointwise")
    )
    if not spatial or not pointwise:
        return None
    return LayerAtStop(spatial[0].macs + pointwise[0].macs, _median(spatial), _median(pointwise), len(spatial))


def _median(layers: Iterable[LayerTime]) -> float:
    return median(layer.seconds for layer in layers)
