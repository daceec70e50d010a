"""Several networks by their totals: a row for each quantity, a column for each network."""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import StringIO
from typing import Any

from explorer.arch.knobs import Config
from explorer.configuration.registry import network_of
from explorer.counting.report import CONVENTIONS, as_data
from explorer.counting.tally import Tally
from explorer.quantities import exact, memory, shape


@dataclass(frozen=True, slots=True)
class Total:
    """What is compared.

    Attributes:
        title: For people; says what it counts.
        of: Its value in a network, in whole units.
        write: How it is written.
        unit: Said where the plain number stands; "" for a count.
    """

    title: str
    of: Callable[[Tally], int]
    write: Callable[[int], str] = exact
    unit: str = ""


TOTALS = (
    Total("Parameters", lambda tally: tally.params),
    Total("Trainable parameters", lambda tally: tally.trainable_params),
    Total("Multiply-adds (MACs)", lambda tally: tally.macs),
    Total("FLOPs = 2 × MACs", lambda tally: tally.flops),
    Total("Weights, float32", lambda tally: tally.weight_bytes, memory, "bytes"),
    Total("Feature maps at the peak, one image, float32", lambda tally: tally.peak.bytes, memory, "bytes"),
    Total("Convolutional layers, as the paper counts", lambda tally: tally.conv_layers),
    Total("Modules with convolutions", lambda tally: tally.modules),
)


def ratio(value: int, reference: int) -> str:
    """How many times `reference` a value is, to two decimals; a dash where the reference is 0."""
    return f"{value / reference:.2f} ×" if reference else "–"


def totals_csv(tallies: Mapping[str, Tally]) -> str:
    """The totals as plain numbers: a row for each quantity, a column for each network."""
    file = StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(("Quantity", *tallies))
    rows.writerow(("Input", *(shape(tally.graph.input_shape) for tally in tallies.values())))
    for total in TOTALS:
        unit = f" ({total.unit})" if total.unit else ""
        rows.writerow((f"{total.title}{unit}", *(total.of(tally) for tally in tallies.values())))
    return file.getvalue()


def comparison_data(configs: Mapping[str, Config], tallies: Mapping[str, Tally]) -> dict[str, Any]:
    """Everything about the totals, ready for JSON; both by the same titles."""
    networks = []
    for title, tally in tallies.items():
        data = as_data(configs[title], tally)
        networks.append(
            {"title": title, "network": network_of(configs[title]).name}
            | {key: data[key] for key in ("config", "total", "flows")}
        )
    return {"conventions": CONVENTIONS, "networks": networks}
