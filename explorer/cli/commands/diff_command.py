"""`diff`: what one network has otherwise than another, layer by layer. Builds nothing."""

import json
from typing import Annotated

import typer

from explorer.cli.output.report_format import ReportFormat
from explorer.cli.output.terminal import Column, print_table, terminal
from explorer.configuration.named import config_named, title_of
from explorer.configuration.registry import graph_of
from explorer.counting.differences.difference import KINDS, Difference, difference, summed
from explorer.counting.differences.difference_report import difference_csv, difference_data
from explorer.counting.differences.sentences.operation_words import changes_words
from explorer.counting.differences.sentences.telling import sentences
from explorer.counting.tally import tally
from explorer.quantities import exact

_NAMED = "a network, a preset, a JSON object of knobs, or a file that `tally --format json` wrote"


def diff(
    first: Annotated[str, typer.Argument(metavar="A", help=f"What is compared with: {_NAMED}.")],
    second: Annotated[str, typer.Argument(metavar="B", help="The network that is told of, likewise.")],
    output: Annotated[ReportFormat, typer.Option("--format", help="table, json (everything) or csv (the layers).")] = (
        ReportFormat.TABLE
    ),
) -> None:
    """Says what network B has otherwise than A: layers added, removed and changed, and what each costs."""
    configs = config_named(first), config_named(second)
    found = difference(*(tally(graph_of(config)) for config in configs))
    match output:
        case ReportFormat.JSON:
            typer.echo(json.dumps(difference_data(*configs, found), indent=1))
        case ReportFormat.CSV:
            typer.echo(difference_csv(found.rows), nl=False)
        case ReportFormat.TABLE:
            _print(title_of(configs[0]), title_of(configs[1]), found)


def _print(first: str, second: str, found: Difference) -> None:
    console = terminal()
    console.print(f"{second}, against {first}", style="bold", markup=False, highlight=False)
    if not found.differing:
        console.print("No difference: the networks are equal, layer by layer.", highlight=False)
        return
    for sentence in sentences(found):
        console.print(f"- {sentence.text}", markup=False, highlight=False)
    console.print()
    if found.are_akin:
        _print_layers(found)
    _print_totals(found)


def _print_layers(found: Difference) -> None:
    rows = found.differing
    print_table(
        [
            Column("Layer", [row.node.name for row in rows]),
            Column("", [row.kind for row in rows]),
            Column("Operation", [type(row.node.op).__name__ for row in rows], spare=2),
            Column("Parameters", [_signed(row.costs.params) for row in rows], is_number=True),
            Column("MACs", [_signed(row.costs.macs) for row in rows], is_number=True),
            Column("Otherwise", [changes_words(row) for row in rows], spare=1),
        ]
    )


def _print_totals(found: Difference) -> None:
    kinds = [kind for kind in KINDS if found.by_kind[kind]]
    costs = [summed([row.costs for row in found.by_kind[kind]]) for kind in kinds]
    print_table(
        [
            Column("Layers", [*kinds, "all"]),
            Column("", [exact(len(rows)) for rows in (*(found.by_kind[kind] for kind in kinds), found.rows)], True),
            Column("Parameters", [_signed(each.params) for each in (*costs, found.costs)], is_number=True),
            Column("MACs", [_signed(each.macs) for each in (*costs, found.costs)], is_number=True),
        ]
    )


def _signed(value: int) -> str:
    return f"{value:+,}" if value else "0"
