"""The time of a network by what it goes into, beside the multiply-adds: shares of the two need not agree."""

from dataclasses import dataclass

from explorer.arch.ops import AveragePool, BatchNorm, Conv2D, GlobalAveragePool, GlobalMaxPool, MaxPool
from explorer.counting.measured.timing import TimedKind, Timing
from explorer.counting.tally import LayerTally

KIND_ORDER: tuple[TimedKind, ...] = (
    "depthwise",
    "segments",
    "pointwise",
    "convolution",
    "dense",
    "normalization",
    "pooling",
    "elementwise",
    "between",
)
"""All of them, as they are listed."""


@dataclass(frozen=True, slots=True)
class KindTime:
    """What one kind takes of a network.

    Attributes:
        kind: Which.
        steps: How many the engine ran; 0 between layers.
        macs: Multiply-adds of one pass.
        seconds: Of one pass.
        macs_share: Of the network's multiply-adds, from 0 to 1.
        time_share: Of the pass, from 0 to 1.
    """

    kind: TimedKind
    steps: int
    macs: int
    seconds: float
    macs_share: float
    time_share: float


def kind_of(layer: LayerTally) -> TimedKind:
    """What a layer of a written-out graph does."""
    op = layer.node.op
    if layer.macs:
        (work,) = [work for work in layer.work if work.macs]
        return "segments" if work.kind == "depthwise" and isinstance(op, Conv2D) else work.kind
    match op:
        case BatchNorm():
            return "normalization"
        case MaxPool() | AveragePool() | GlobalAveragePool() | GlobalMaxPool():
            return "pooling"
    return "elementwise"


def by_kind(timing: Timing) -> tuple[KindTime, ...]:
    """Every kind that took time, and what lies between layers; the shares add up to 1. Empty without a record."""
    rows = []
    for kind in KIND_ORDER:
        layers = [layer for layer in timing.layers if layer.kind == kind]
        seconds = timing.between_s if kind == "between" else sum(layer.seconds for layer in layers)
        macs = sum(layer.macs for layer in layers)
        if timing.layers and (layers or kind == "between"):
            shares = (macs / timing.macs if timing.macs else 0.0, seconds / timing.profiled_s)
            rows.append(KindTime(kind, len(layers), macs, seconds, *shares))
    return tuple(rows)
