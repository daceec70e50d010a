"""`compare`: the totals of several networks side by side."""

import json
from collections.abc import Mapping
from typing import Annotated

import typer

from explorer.arch.knobs import Config
from explorer.cli.output.report_format import ReportFormat
from explorer.cli.output.terminal import Column, print_table
from explorer.configuration.named import config_named, title_of
from explorer.configuration.registry import graph_of
from explorer.counting.comparison import TOTALS, comparison_data, ratio, totals_csv
from explorer.counting.tally import Tally, tally
from explorer.errors import ConfigError
from explorer.quantities import shape


def compare(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="A B ...",
            help='Networks, presets, JSON of knobs or files with it: \'{"network": "mobilenet", "alpha": 0.5}\'.',
        ),
    ],
    output: Annotated[ReportFormat, typer.Option("--format", help="table, json (with stages) or csv (totals).")] = (
        ReportFormat.TABLE
    ),
) -> None:
    """Compares networks by what is counted; ratios are to the first. Builds nothing."""
    configs: dict[str, Config] = {}
    for name in names:
        config = config_named(name)
        configs.setdefault(title_of(config), config)
    if len(configs) < 2:
        raise ConfigError(f"compare needs at least two networks that differ, got {', '.join(configs)}")
    tallies = {title: tally(graph_of(config)) for title, config in configs.items()}
    match output:
        case ReportFormat.JSON:
            typer.echo(json.dumps(comparison_data(configs, tallies), indent=1))
        case ReportFormat.CSV:
            typer.echo(totals_csv(tallies), nl=False)
        case ReportFormat.TABLE:
            _print(tallies)


def _print(tallies: Mapping[str, Tally]) -> None:
    first, *others = tallies.values()
    columns = [Column("", ["Input", *(total.title for total in TOTALS)])]
    for title, each in tallies.items():
        cells = [shape(each.graph.input_shape), *(total.write(total.of(each)) for total in TOTALS)]
        columns.append(Column(title, cells, is_number=True))
        if each in others:
            ratios = ["", *(ratio(total.of(each), total.of(first)) for total in TOTALS)]
            columns.append(Column("to the first", ratios, is_number=True, spare=1))
    print_table(columns)
