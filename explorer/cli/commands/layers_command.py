"""`layers`: where one can look into a network. Needs neither NumPy nor an engine."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from explorer.arch.knobs import Config
from explorer.arch.places.taps import STAGES, Tap, taps
from explorer.cli.options.network_options import configured
from explorer.cli.output.report_format import ReportFormat
from explorer.cli.output.terminal import Column, print_table
from explorer.configuration.registry import graph_of, network_of
from explorer.counting.report import field_data
from explorer.quantities import shape

_COLUMNS = (
    "layer",
    "stage",
    "node",
    "flow",
    "module",
    "height",
    "width",
    "channels",
    "receptive_field_size",
    "receptive_field_jump",
    "receptive_field_start",
)
_LEGEND = "\nStages:\n" + "\n".join(f"  {stage:<10} {words}" for stage, words in STAGES.items())


@configured
def layers(
    config: Config,
    output: Annotated[ReportFormat, typer.Option("--format", help="table, json or csv.")] = ReportFormat.TABLE,
) -> None:
    """Lists where one can look into the network: each layer at each of its stages."""
    graph = graph_of(config)
    match output:
        case ReportFormat.JSON:
            data = {"network": network_of(config).name, "taps": [_data(tap) for tap in taps(graph)]}
            typer.echo(json.dumps(data, indent=1))
        case ReportFormat.CSV:
            typer.echo(_csv(taps(graph)), nl=False)
        case ReportFormat.TABLE:
            _print(taps(graph))
            typer.echo(_LEGEND)


def _data(tap: Tap) -> dict[str, Any]:
    return {
        "layer": tap.layer,
        "stage": tap.stage,
        "stage_title": tap.stage_title,
        "node": tap.node,
        "flow": tap.flow,
        "module": tap.module,
        "shape": list(tap.shape),
        "receptive_field": field_data(tap.receptive_field),
    }


def _csv(places: tuple[Tap, ...]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for tap in places:
        field = field_data(tap.receptive_field).values()
        writer.writerow([tap.layer, tap.stage, tap.node, tap.flow, tap.module, *_sides(tap), *field])
    return text.getvalue()


def _sides(tap: Tap) -> tuple[int | None, ...]:
    """Height, width, channels; a vector has units alone."""
    return tap.shape if tap.is_map else (None, None, *tap.shape)


def _print(places: Sequence[Tap]) -> None:
    print_table(
        [
            Column("Layer", [tap.layer for tap in places]),
            Column("Stage", [tap.stage for tap in places]),
            Column("Output", [tap.node for tap in places], spare=2),  # layer and stage say where it is, too
            Column("Flow", [tap.flow for tap in places], spare=1),
            Column("Shape", [shape(tap.shape) for tap in places]),
            Column("Receptive field", [f"{tap.receptive_field.size} px" for tap in places], is_number=True),
        ]
    )
