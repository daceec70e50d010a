"""A tally as plain data: for JSON, CSV and tables. Shapes are lists without the batch."""

import csv
import io
from dataclasses import asdict
from typing import Any

from explorer.arch.knobs import Config
from explorer.arch.receptive_field import ReceptiveField
from explorer.configuration.registry import network_of
from explorer.counting.tally import GroupTally, LayerTally, Tally

CONVENTIONS = {
    "params": "trainable + non-trainable (moving statistics of batch normalization)",
    "macs": "multiply-adds of convolutions and dense layers for one image; all else counts 0",
    "flops": "2 x MACs",
    "bytes": "float32; activations of one image, no operation in place, workspace not counted",
    "conv_layers": "as the paper counts: a separable convolution is one, shortcuts are not counted",
    "receptive_field": "theoretical, in input pixels; size and start include padding; start is the first pixel "
    'of unit 0, with TensorFlow\'s "same" offsets; [rows, columns] where the two differ',
}
"""What each number counts."""

COLUMNS = (
    "name",
    "op",
    "flow",
    "module",
    "output_shape",
    "params",
    "trainable_params",
    "macs",
    "flops",
    "depthwise_macs",
    "pointwise_macs",
    "activation_bytes",
    "receptive_field_size",
    "receptive_field_jump",
    "receptive_field_start",
)
"""Columns of the layer table."""


def as_data(config: Config, tally: Tally) -> dict[str, Any]:
    """Everything about the network, ready for JSON."""
    return {
        "network": network_of(config).name,
        "config": asdict(config),
        "conventions": CONVENTIONS,
        "total": {
            "params": tally.params,
            "trainable_params": tally.trainable_params,
            "non_trainable_params": tally.non_trainable_params,
            "macs": tally.macs,
            "flops": tally.flops,
            "weight_bytes": tally.weight_bytes,
            "peak_activation_bytes": tally.peak.bytes,
            "conv_layers": tally.conv_layers,
            "modules": tally.modules,
        },
        "flows": [_group(flow) for flow in tally.flow_tallies],
        "layers": [_layer(layer) for layer in tally.layers],
    }


def layer_rows(tally: Tally) -> list[dict[str, Any]]:
    """One flat row per layer, with the keys of `COLUMNS`."""
    return [_row(layer) for layer in tally.layers]


def field_data(field: ReceptiveField) -> dict[str, int | list[int]]:
    """A receptive field, ready for JSON: each number once where both axes agree, else [rows, columns]."""
    return dict(zip(("size", "jump", "start"), _spans(field), strict=True))


def as_csv(tally: Tally) -> str:
    """The layer table as CSV with a header."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(layer_rows(tally))
    return text.getvalue()


def _group(group: GroupTally) -> dict[str, Any]:
    return {
        "name": group.name,
        "title": group.title,
        "input_shape": list(group.input_shape),
        "output_shape": list(group.output_shape),
        "params": group.params,
        "trainable_params": group.trainable_params,
        "macs": group.macs,
    }


def _layer(layer: LayerTally) -> dict[str, Any]:
    node = layer.node
    return {
        "name": node.name,
        "op": type(node.op).__name__,
        "flow": node.flow,
        "module": node.module,
        "branch": node.branch,
        "inputs": list(node.inputs),
        "output_shape": list(layer.output_shape),
        "params": layer.params,
        "trainable_params": layer.trainable_params,
        "macs": layer.macs,
        "parts": [share._asdict() for share in layer.work],
        "activation_bytes": layer.activation_bytes,
        "receptive_field": field_data(layer.receptive_field),
    }


def _row(layer: LayerTally) -> dict[str, Any]:
    node = layer.node
    size, jump, start = _spans(layer.receptive_field)
    by_kind = {share.kind: share.macs for share in layer.work}
    values = (
        node.name,
        type(node.op).__name__,
        node.flow,
        node.module,
        " x ".join(str(n) for n in layer.output_shape),
        layer.params,
        layer.trainable_params,
        layer.macs,
        layer.flops,
        by_kind.get("depthwise", 0),
        by_kind.get("pointwise", 0),
        layer.activation_bytes,
        *(" x ".join(map(str, n)) if isinstance(n, list) else n for n in (size, jump, start)),
    )
    return dict(zip(COLUMNS, values, strict=True))


def _spans(field: ReceptiveField) -> list[int | list[int]]:
    """Size, jump and start: a number where both axes agree, else [rows, columns]."""
    rows, columns = field.rows, field.columns
    pairs = ((rows.size, columns.size), (rows.jump, columns.jump), (rows.start, columns.start))
    return [a if a == b else [a, b] for a, b in pairs]
