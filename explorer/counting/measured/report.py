"""A timing as plain data, for JSON."""

from dataclasses import asdict
from typing import Any

from explorer.configuration.registry import network_of
from explorer.counting.measured.kinds import by_kind
from explorer.counting.measured.timing import LayerTime, Timing
from explorer.counting.measured.traffic import BYTES_IN_WORDS

CONVENTIONS = {
    "claim": "measured on this machine, in these circumstances; nothing is said of other machines",
    "weights": "random: the time does not depend on them",
    "pass": "batch images at once; seconds, macs and bytes are of one pass",
    "whole": "passes as they are usually run, after the warm-up: median, 5 % and 95 %",
    "layers": "from the engine's record of its steps, in passes of their own: the mean of the faster half; a step's "
    "time stands at the layer that carries the arithmetic, the others that ran in it under fused; to about 1 us",
    "between": "the rest of profiled_s: what belongs to no layer; layers and between add up to profiled_s",
    "bytes": BYTES_IN_WORDS,
    "macs_per_s": "multiply-adds in float32 per second; FLOP/s are twice as many",
}
"""What each number means."""


def as_data(timing: Timing) -> dict[str, Any]:
    """Everything about the timing, ready for JSON."""
    return {
        "network": network_of(timing.config).name,
        "title": timing.title,
        "config": asdict(timing.config),
        "conventions": CONVENTIONS,
        "batch": timing.batch,
        "whole": {
            **asdict(timing.whole),
            "first_s": timing.first_s,
            "warm_up": timing.warm_up,
            "image_s": timing.image_s,
            "macs": timing.macs,
            "macs_per_s": timing.macs_per_s,
        },
        "profiled_s": timing.profiled_s,
        "between_s": timing.between_s,
        "kinds": [asdict(row) for row in by_kind(timing)],
        "layers": [_layer(layer, timing) for layer in timing.layers],
        "machine": {**asdict(timing.machine), "ridge": timing.machine.ridge, "caution": timing.machine.caution},
        "engine": timing.engine,
        "engine_version": timing.engine_version,
        "measured_at": timing.measured_at,
    }


def _layer(layer: LayerTime, timing: Timing) -> dict[str, Any]:
    return {
        **asdict(layer),
        "time_share": layer.seconds / timing.profiled_s,
        "intensity": layer.intensity,
        "macs_per_s": layer.macs_per_s,
    }
