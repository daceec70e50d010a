"""How long a network takes: as a whole, and in each of its layers."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import Literal

from explorer.arch.knobs import Config
from explorer.arch.ops import Kind
from explorer.counting.measured.machine import Machine

TimedKind = Literal[Kind, "segments", "pooling", "elementwise", "between"]
"""What time goes into: a kind of arithmetic, a convolution over space in channel segments, poolings, what else layers
do (activations, additions, joining, padding), and what is spent between layers."""

_TWENTIETHS = 20


@dataclass(frozen=True, slots=True)
class Spread:
    """Seconds that equal passes took.

    Attributes:
        median_s: Half of the passes took less.
        low_s: A twentieth of them took less (5 %).
        high_s: A twentieth of them took more (95 %).
        runs: How many passes.
    """

    median_s: float
    low_s: float
    high_s: float
    runs: int


def spread(seconds: Sequence[float]) -> Spread:
    """The spread of at least two passes."""
    cuts = quantiles(seconds, n=_TWENTIETHS, method="inclusive")
    return Spread(cuts[_TWENTIETHS // 2 - 1], cuts[0], cuts[-1], len(seconds))


@dataclass(frozen=True, slots=True)
class LayerTime:
    """What one layer took of a pass, as the engine ran it.

    Attributes:
        name: Of the layer, or of its half if it is a separable convolution.
        layer: The layer of the description: where the two halves are one layer, that.
        kind: What it does.
        seconds: Of one pass, the mean of several.
        macs: Multiply-adds of one pass.
        bytes: Input, output and weights of one pass in float32: what must be moved at least if no cache holds it.
        fused: Layers that the engine ran in the same step; their time is in here.
        routine: The engine's name for how it was computed.
    """

    name: str
    layer: str
    kind: TimedKind
    seconds: float
    macs: int
    bytes: int
    fused: tuple[str, ...]
    routine: str

    @property
    def intensity(self) -> float:
        """MACs per byte."""
        return self.macs / self.bytes

    @property
    def macs_per_s(self) -> float:
        """The rate that was reached; 0 if its time was too short to be measured."""
        return self.macs / self.seconds if self.seconds else 0.0


@dataclass(frozen=True, slots=True)
class Timing:
    """A network timed on one machine, with the circumstances. The weights are random: time does not depend on them.

    Attributes:
        config: The network.
        title: Its name.
        batch: Images in one pass.
        warm_up: Passes before those that count.
        first_s: How long the very first pass took, s.
        whole: One pass as it is usually run.
        macs: Multiply-adds of one pass.
        profiled_s: Mean of the passes in which the engine kept a record of its steps, s; 0 if it keeps none.
        layers: What each layer took of `profiled_s`, in the order of the description.
        between_s: The rest of `profiled_s`, which belongs to no layer.
        engine: Which ran it.
        engine_version: Of that.
        machine: On which, with its rates.
        measured_at: Date and time, UTC, as ISO 8601 writes them.
    """

    config: Config
    title: str
    batch: int
    warm_up: int
    first_s: float
    whole: Spread
    macs: int
    profiled_s: float
    layers: tuple[LayerTime, ...]
    between_s: float
    engine: str
    engine_version: str
    machine: Machine
    measured_at: str

    @property
    def image_s(self) -> float:
        """Seconds for one image: the median pass by its images."""
        return self.whole.median_s / self.batch

    @property
    def macs_per_s(self) -> float:
        """Rate of the whole network in the median pass."""
        return self.macs / self.whole.median_s

    @property
    def engine_title(self) -> str:
        """The engine's name as its makers write it."""
        return {"openvino": "OpenVINO", "tensorflow": "TensorFlow"}.get(self.engine, self.engine)

    @property
    def moment(self) -> str:
        """When it was measured, for people: "2026-01-31 09:15 UTC"."""
        return f"{self.measured_at[:16].replace('T', ' ')} UTC"

    @property
    def slowest(self) -> tuple[LayerTime, ...]:
        """The layers, those that took longest first."""
        return tuple(sorted(self.layers, key=lambda layer: -layer.seconds))
