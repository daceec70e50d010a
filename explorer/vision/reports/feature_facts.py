"""The feature maps of a layer as plain data: where, under which circumstances, and numbers of every channel."""

from typing import Any

from explorer.arch.places.taps import Tap
from explorer.counting.report import field_data
from explorer.model.gradients.activations import Pass
from explorer.vision.features.channels import ChannelStatistics
from explorer.vision.methods.target import Target
from explorer.vision.reports.circumstances import Circumstances, tap_data, tap_options, target_data, target_options

CONVENTIONS = {
    "channels": "each over all cells of its map; sparsity: the share of cells at or below 0; dead: one value in all "
    "cells; contribution: activation x gradient of the class' logit, summed up, null without a class",
    "grid": "grid.png shows all channels in one scale of colours; beyond: the share of values outside of low to high",
    "shape": "of the layer's output: height, width, channels",
    "receptive_field": "of a cell, in pixels of what the network saw; start: the first pixel of cell 0, in the padding "
    "if negative; [rows, columns] where the two differ",
    "tensor": "what the network saw: 1 x height x width x RGB in [-1, 1]; sha256 of its float32 values in this order, "
    "little-endian",
    "command": "to be run where the picture, and a weights file, lie",
}
"""What the facts mean."""


def feature_facts(
    circumstances: Circumstances,
    of_pass: Pass,
    tap: Tap,
    statistics: ChannelStatistics,
    target: Target | None = None,
) -> dict[str, Any]:
    """All facts about a layer's feature maps, ready for JSON.

    Args:
        circumstances: Network, weights and picture.
        of_pass: What the picture's pass left.
        tap: Where.
        statistics: Of its channels.
        target: The class that contributions are to, if any were asked for.
    """
    options = [*tap_options(tap), *(target_options(target) if target else [])]
    asked = target_data(target, circumstances, of_pass) if target else {}
    return {
        **circumstances.data(of_pass),
        **tap_data(tap),
        "receptive_field": field_data(tap.receptive_field),
        "class": asked.get("class"),
        "probability": asked.get("probability"),
        "dead": int(statistics.dead.sum()),
        "channels": [_channel_data(statistics, number) for number in range(tap.shape[-1])],
        "seconds": {"pass": of_pass.seconds},
        "command": circumstances.command("features", options),
        "conventions": CONVENTIONS,
    }


def _channel_data(statistics: ChannelStatistics, number: int) -> dict[str, Any]:
    contribution = statistics.contribution
    return {
        "channel": number,
        "mean": float(statistics.mean[number]),
        "min": float(statistics.minimum[number]),
        "max": float(statistics.maximum[number]),
        "variance": float(statistics.variance[number]),
        "sparsity": float(statistics.sparsity[number]),
        "dead": bool(statistics.dead[number]),
        "contribution": None if contribution is None else float(contribution[number]),
    }
