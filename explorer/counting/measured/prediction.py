"""How long a network would take that was not timed, from layers of its relatives that were.

Relatives share all knobs but two: the width, and how many equal modules there are. So each layer of one has its like in
the others, at the same place of the same module, with more channels or fewer; equal modules are one place. A layer's
time is interpolated between those of its likes, over its multiply-adds (without any: over its bytes), both logarithmic:
a straight line there is a power, as the time of a pointwise convolution grows with the square of the width, and that of
a depthwise one with the width. What the engine ran inside of another step has no time of its own, there or here.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import exp, log
from statistics import fmean, median

from explorer.arch.ops import SeparableConv2D
from explorer.arch.written_out import depthwise_name, pointwise_name
from explorer.configuration.registry import graph_of, network_of
from explorer.counting.limits import Quantity
from explorer.counting.measured.timing import Timing
from explorer.counting.measured.traffic import bytes_moved
from explorer.counting.tally import LayerTally, Tally, tally
from explorer.errors import ConfigError
from explorer.quantities import milliseconds

Place = tuple[str, int, int, str]
"""Of a layer: its flow; the module in it, 0 in a flow of equal modules; the node in that; the half of a separable
convolution, "" if it is none."""

Like = tuple[float, float]
"""What a layer has to do, in multiply-adds or else in bytes, and the seconds that it took."""

_DISTURBED = 1.15
"""Factor between what two networks take over their layers from which on it is no property of theirs."""

PREDICTED = "predicted_ms"
"""The quantity's name in reports."""

PREDICTED_TITLE = "Milliseconds, predicted"
"""Its title for people."""

_TRIFLE_S = 1e-7
"""A time too short to be measured has no logarithm: this stands for it."""


@dataclass(frozen=True, slots=True)
class _Work:
    """What one layer, or the half of a separable one, has to do.

    Attributes:
        name: Of the layer, or of its half.
        size: Multiply-adds; bytes if there are none.
        has_macs: Whether there are.
    """

    name: str
    size: float
    has_macs: bool


@dataclass(frozen=True, eq=False)
class Prediction:
    """What is known of each place of the relatives that were timed.

    Attributes:
        timings: The relatives, one image in a pass.
        repeated: The flow of equal modules; "" if there is none.
    """

    timings: tuple[Timing, ...]
    repeated: str

    def seconds(self, counted: Tally) -> float:
        """One pass of one image through a relative.

        Raises:
            ConfigError: If it has a place with multiply-adds that none of those has that were timed.
        """
        return sum(self._interpolated(place, work) for place, work in _works(counted, self.repeated))

    def milliseconds(self, counted: Tally) -> float:
        """The same in ms."""
        return 1000 * self.seconds(counted)

    def _interpolated(self, place: Place, work: "_Work") -> float:
        likes = self._likes.get(place)
        if likes is not None:
            return interpolated(likes, work.size)
        if work.has_macs:
            raise ConfigError(
                f"a prediction needs a like of each layer among those that were timed, and there is none of "
                f"{work.name}: time a network that differs in width and repeats alone"
            )
        return 0.0  # it runs inside of another step

    @cached_property
    def _likes(self) -> Mapping[Place, tuple[Like, ...]]:
        """Those of each place that took time, those with the least to do first."""
        found: dict[Place, dict[float, list[float]]] = defaultdict(lambda: defaultdict(list))
        for timing, scale in zip(self.timings, _scales(self.timings), strict=True):
            took = {layer.name: layer.seconds * scale for layer in timing.layers}
            for place, work in _works(tally(graph_of(timing.config)), self.repeated):
                if work.name in took:
                    found[place][work.size].append(took[work.name])
        return {
            place: tuple((size, fmean(seconds)) for size, seconds in sorted(of_size.items()))
            for place, of_size in found.items()
        }


def _scales(timings: Sequence[Timing]) -> list[float]:
    """What a usual pass of each takes over the layers of its recorded ones: what lies between them, and the record.

    The two were run one after the other. Where their ratio is far from that of the other networks, something else ran
    on the machine during one of them: then the ratio of the others counts.
    """
    ratios = [timing.whole.median_s / sum(layer.seconds for layer in timing.layers) for timing in timings]
    usual = median(ratios)
    return [min(max(ratio, usual / _DISTURBED), usual * _DISTURBED) for ratio in ratios]


@lru_cache(maxsize=8)
def prediction_from(timings: tuple[Timing, ...]) -> Prediction:
    """What the timings of relatives tell of all others.

    Args:
        timings: At least one, each with its layers.

    Raises:
        ConfigError: If one has none, for its engine keeps no record of them.
    """
    for timing in timings:
        if not timing.layers:
            raise ConfigError(
                f"a prediction needs the time of each layer, and {timing.engine_title} does not tell it: "
                "choose OpenVINO"
            )
    repeats = network_of(timings[0].config).repeats
    return Prediction(timings, repeats.flow if repeats else "")


def interpolated(likes: Sequence[Like], size: float) -> float:
    """Seconds of a layer of `size`, on the straight line through the two nearest likes, both axes logarithmic.

    Beyond the outermost the line goes on; of a single one, time grows with size.

    Args:
        likes: At least one, by rising size.
        size: Above 0.
    """
    if len(likes) == 1:
        (only,) = likes
        return only[1] * size / only[0]
    after = min(max(bisect_left(likes, (size,)), 1), len(likes) - 1)
    (low, low_s), (high, high_s) = ((each, max(seconds, _TRIFLE_S)) for each, seconds in likes[after - 1 : after + 1])
    power = log(high_s / low_s) / log(high / low)
    return low_s * exp(power * log(size / low))


def _works(counted: Tally, repeated: str) -> Iterator[tuple[Place, _Work]]:
    """What each layer has to do, with its place."""
    before: Counter[str] = Counter()
    for module in counted.graph.modules():
        number = 0 if module.flow == repeated else before[module.flow]
        before[module.flow] += 1
        for position, node in enumerate(module.nodes):
            for half, work in _halves(counted.by_name[node.name]):
                yield (module.flow, number, position, half), work


def _halves(layer: LayerTally) -> Iterator[tuple[str, _Work]]:
    name = layer.node.name
    if isinstance(layer.node.op, SeparableConv2D):
        for work in layer.work:
            if work.kind == "depthwise":
                yield "depthwise", _Work(depthwise_name(name), work.macs, True)
            elif work.kind == "pointwise":
                yield "pointwise", _Work(pointwise_name(name), work.macs, True)
    elif layer.macs:
        yield "", _Work(name, layer.macs, True)
    else:
        yield "", _Work(name, bytes_moved(layer, batch=1), False)


def predicted_time(prediction: Prediction) -> Quantity:
    """The time as something that can be limited."""
    return Quantity(
        name=PREDICTED,
        title=PREDICTED_TITLE,
        words="predicted",
        option="--max-ms",
        example="20",
        of=prediction.milliseconds,
        write=_write,
        unit="ms",
        origin="from layers measured here",
    )


def _write(value_ms: float) -> str:
    return milliseconds(value_ms / 1000)
