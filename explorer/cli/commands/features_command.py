"""`features`: what every channel of a layer makes of a picture."""

import json
from collections.abc import Iterator, Mapping
from math import ceil, sqrt
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from explorer.arch.places.taps import Tap
from explorer.cli.options.chosen_network import (
    ClassIndexOption,
    ClassNameOption,
    FactsFormat,
    FormatOption,
    ImageArgument,
    LayerOption,
    StageOption,
    WeightsOption,
    choose_network,
    computing,
    look_at,
    require_in_range,
)
from explorer.cli.options.network_options import NetworkOptions, network_options
from explorer.cli.options.told_options import HeadOption, LabelsOption, PoolingOption, PreprocessingOption, told
from explorer.cli.output.explanation_table import class_name, closing_lines, from_here, place, row, subject_lines
from explorer.cli.output.output_folder import check_folder, folder_named, write_together
from explorer.figures.badge import badge_of
from explorer.figures.maps.common_scale import common_scale
from explorer.figures.maps.map_grid import map_grid
from explorer.figures.maps.overlay import png_bytes
from explorer.vision.features.channels import ChannelStatistics, Order, channel_statistics, ordered
from explorer.vision.methods.target import Target
from explorer.vision.reports.evidence import facts_bytes, npy_bytes
from explorer.vision.reports.feature_facts import feature_facts

ARRAY_FILE, GRID_FILE, FACTS_FILE = "features.npy", "grid.png", "features.json"

_GRID_PX = 1536
_TILE_PX = (24, 160)
"""Side of a tile, at least and at most: so that all channels are in one picture of about `_GRID_PX`."""

_LISTED = 10
"""Channels that the table lists."""


@network_options
@np.errstate(over="ignore", invalid="ignore")  # what overflows is refused below, in words
def features(
    options: NetworkOptions,
    context: typer.Context,
    image: ImageArgument,
    layer: LayerOption = None,
    stage: StageOption = None,
    class_index: ClassIndexOption = None,
    class_name: ClassNameOption = None,
    weights: WeightsOption = None,
    preprocessing: PreprocessingOption = None,
    pooling: PoolingOption = None,
    head: HeadOption = None,
    labels: LabelsOption = None,
    folder: Annotated[
        Path,
        typer.Option(
            "--output",
            metavar="DIR",
            parser=folder_named,
            help=f"Where to write {ARRAY_FILE}, {GRID_FILE} and {FACTS_FILE}.",
        ),
    ] = Path("features"),
    output: FormatOption = FactsFormat.TABLE,
) -> None:
    """Writes the feature maps of a layer: all channels as numbers and as one picture. A class adds contributions."""
    from explorer.compute import answers

    check_folder(folder, (ARRAY_FILE, GRID_FILE, FACTS_FILE))
    network = choose_network(computing(context), options, weights, told(options, preprocessing, pooling, head, labels))
    tap = network.tap(layer, stage)
    index = network.class_index(class_index, class_name)
    network.check_target(index)
    target = None if index is None else Target(index)
    subject = look_at(network, image)
    of_pass = subject.of_pass
    values = subject.ask(answers.stage_values, tap.node)
    gradient = subject.ask(answers.stage_gradient, tap.node, target) if target else None
    for found, what in ((values, f"the values of {tap.node}"), (gradient, f"the gradients at {tap.node}")):
        if found is not None:
            require_in_range(found, what, of_pass.provenance)
    statistics = channel_statistics(values, gradient)
    grid, about_grid = _grid(values[0], tap, of_pass.provenance.state)
    facts = feature_facts(subject.circumstances, of_pass, tap, statistics, target) | {"grid": about_grid}
    files = {
        ARRAY_FILE: npy_bytes(np.asarray(values[0], np.float32)),
        GRID_FILE: grid,
        FACTS_FILE: facts_bytes(facts),
    }
    write_together(folder, files)
    if output is FactsFormat.JSON:
        typer.echo(json.dumps(facts, indent=1))
    else:
        again = from_here(facts["command"], image, network.source)
        for line in _lines(facts, statistics, [folder / name for name in files], again):
            typer.echo(line)


def _grid(values: np.ndarray, tap: Tap, state: str) -> tuple[bytes, dict[str, Any]]:
    """All channels in the order of their numbers and in one scale, as PNG; and what its colours and places mean."""
    channels = values.shape[-1]
    scale = common_scale(values, signed=tap.signed or bool(values.min() < 0))
    columns = ceil(sqrt(channels))
    least, most = _TILE_PX
    grid = map_grid(
        values,
        range(channels),
        columns=columns,
        tile_px=min(max(_GRID_PX // columns, least), most),
        colour_map=scale.colour_map,
        low=scale.low,
        high=scale.high,
        badge=badge_of(state),
    )
    about = {
        "rows": grid.rows,
        "columns": grid.columns,
        "tile_px": grid.tile_px,
        "order": "by number, row by row",
        "colour_map": scale.colour_map,
        "low": scale.low,
        "high": scale.high,
        "beyond": scale.beyond,
    }
    return png_bytes(grid.picture), about


def _lines(facts: Mapping[str, Any], statistics: ChannelStatistics, files: list[Path], again: str) -> Iterator[str]:
    grid, channels = facts["grid"], facts["channels"]
    order: Order = "mean" if facts["class"] is None else "contribution"
    yield from subject_lines(facts)
    yield from row("layer", place(facts))
    yield from row("dead", f"{facts['dead']:,} of {len(channels):,} channels have one value everywhere on this picture")
    yield from row(
        "grid",
        f"{grid['rows']} × {grid['columns']} tiles by number, {grid['colour_map']} from {grid['low']:.4g} to "
        f"{grid['high']:.4g} in all; {100 * grid['beyond']:.1f} % of the values lie beyond",
    )
    to = "" if facts["class"] is None else f" to {class_name(facts['class'])}"
    yield from row("channels", f"of the largest {order}{to}:")
    names = ["channel", "mean", "min", "max", "variance", "sparsity", *(["contribution"] if facts["class"] else [])]
    yield from row("", "".join(f"{name:>13}" for name in names))
    for number in ordered(statistics, order)[:_LISTED]:
        of = channels[number]
        yield from row("", f"{number:>13}" + "".join(f"{of[name]:>13.4g}" for name in names[1:]))
    yield from closing_lines(files, again)
