"""A difference as plain data: for JSON, CSV and tables. "More" is the second network's number minus the first's."""

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from explorer.arch.knobs import Config
from explorer.configuration.named import title_of
from explorer.configuration.registry import network_of
from explorer.counting.differences.difference import KINDS, Difference, LayerDifference, summed
from explorer.counting.differences.sentences.operation_words import changes_words
from explorer.counting.differences.sentences.telling import sentences
from explorer.counting.report import CONVENTIONS
from explorer.counting.tally import LayerTally, Tally

DIFFERENCE_CONVENTIONS = {
    "params": CONVENTIONS["params"],
    "macs": CONVENTIONS["macs"],
    "more_params, more_macs": "the second network's minus the first's; by kind they add up to the total's",
    "kind": "removed: only the first has the layer; added: only the second; changed: both, with other settings, inputs "
    "or shapes; same: both",
    "sentences": "params and macs add up to the total's; null where a sentence sums up",
}
"""What each number counts."""

COLUMNS = (
    "kind",
    "first",
    "second",
    "op",
    "flow",
    "module",
    "changes",
    "first_params",
    "second_params",
    "more_params",
    "first_macs",
    "second_macs",
    "more_macs",
)
"""Columns of the table of layers."""


def difference_data(first: Config, second: Config, difference: Difference) -> dict[str, Any]:
    """Everything about the difference of two configurations, ready for JSON."""
    return {
        "first": _network(first, difference.first),
        "second": _network(second, difference.second),
        "conventions": DIFFERENCE_CONVENTIONS,
        "sentences": [
            {
                "text": sentence.text,
                "more_params": sentence.costs.params if sentence.costs is not None else None,
                "more_macs": sentence.costs.macs if sentence.costs is not None else None,
            }
            for sentence in sentences(difference)
        ],
        "total": _more((*difference.rows,)),
        "by_kind": {kind: _more(difference.by_kind[kind]) for kind in KINDS},
        "layers": [_layer(row) for row in difference.rows],
    }


def difference_rows(rows: Iterable[LayerDifference]) -> list[dict[str, Any]]:
    """One flat row for each layer, with the keys of `COLUMNS`."""
    return [_row(row) for row in rows]


def difference_csv(rows: Iterable[LayerDifference]) -> str:
    """The table of layers as CSV with a header."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(difference_rows(rows))
    return text.getvalue()


def _network(config: Config, tally: Tally) -> dict[str, Any]:
    return {
        "title": title_of(config),
        "network": network_of(config).name,
        "config": asdict(config),
        "layers": len(tally.layers),
        "params": tally.params,
        "macs": tally.macs,
    }


def _more(rows: tuple[LayerDifference, ...]) -> dict[str, int]:
    costs = summed([row.costs for row in rows])
    return {"layers": len(rows), "more_params": costs.params, "more_macs": costs.macs}


def _layer(row: LayerDifference) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "first": _side(row.first),
        "second": _side(row.second),
        "flow": row.node.flow,
        "module": row.node.module,
        "changes": [change._asdict() for change in row.changes],
        "is_rewired": row.is_rewired,
        "more_params": row.costs.params,
        "more_macs": row.costs.macs,
    }


def _side(layer: LayerTally | None) -> dict[str, Any] | None:
    if layer is None:
        return None
    return {
        "name": layer.node.name,
        "op": type(layer.node.op).__name__,
        "inputs": list(layer.node.inputs),
        "output_shape": list(layer.output_shape),
        "params": layer.params,
        "macs": layer.macs,
    }


def _row(row: LayerDifference) -> dict[str, Any]:
    first, second = row.first, row.second
    values = (
        row.kind,
        first.node.name if first else "",
        second.node.name if second else "",
        type(row.node.op).__name__,
        row.node.flow,
        row.node.module,
        changes_words(row),
        first.params if first else 0,
        second.params if second else 0,
        row.costs.params,
        first.macs if first else 0,
        second.macs if second else 0,
        row.costs.macs,
    )
    return dict(zip(COLUMNS, values, strict=True))
