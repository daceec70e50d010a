"""`budget`: the widths and repeats that keep within limits, of which no other has as much of both."""

import csv
import inspect
import io
import json
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import Annotated, Any

import typer

from explorer.arch.knobs import Config, knobs
from explorer.cli.options.network_options import configured
from explorer.cli.output.report_format import ReportFormat
from explorer.cli.output.terminal import Column, print_table
from explorer.cli.timing.predicted_limit import PredictedLimit, predicted_limit
from explorer.configuration.named import config_named
from explorer.configuration.registry import network_of
from explorer.counting.frontier import Plane, Setting, plane_of, setting_of
from explorer.counting.limits import QUANTITIES, Limits, Quantity, limit_named, limits_of
from explorer.errors import ConfigError
from explorer.quantities import exact, share

_NOTHING_ADMISSIBLE = 1
_PANEL = "The budget"
_LIKE = typer.Option(
    "--like",
    metavar="NETWORK",
    help="No more of each quantity than this network has as it is named, at its own input size and with its own "
    "classes: the name of a network or preset, its knobs as JSON, or a file that tally wrote. Limits of their own go "
    "before.",
    rich_help_panel=_PANEL,
)
_MAX_MS = typer.Option(
    "--max-ms",
    metavar="NUMBER|NETWORK",
    help="At the most so many milliseconds of one image on this machine: 20, or as many as a network takes, which is "
    "measured. Of the settings they are predicted, from layers of four of them that are measured.",
    rich_help_panel=_PANEL,
)


def _limited(command: Callable[..., None]) -> Callable[..., None]:
    """Gives `command(config, limits, max_ms, ...)` an option for the limit of each quantity, and `--like`."""

    @wraps(command)
    def wrapper(config: Config, like: str | None, max_ms: str | None, **rest: Any) -> None:
        texts = {quantity: rest.pop(_parameter(quantity)) for quantity in QUANTITIES}
        limits = {} if like is None else limits_of(config_named(like))
        limits |= {quantity: limit_named(quantity, text) for quantity, text in texts.items() if text is not None}
        if not limits and max_ms is None:
            options = ", ".join((*(quantity.option for quantity in QUANTITIES), "--max-ms"))
            raise ConfigError(f"a budget needs a limit, got none: give --like or one of {options}")
        command(config, limits, max_ms, **rest)

    config, _, _, *own = inspect.signature(command).parameters.values()
    of_limits = [(_parameter(quantity), Annotated[str | None, _option(quantity)]) for quantity in QUANTITIES]
    wrapper.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            config,
            *(
                inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
                for name, annotation in (
                    *of_limits,
                    ("max_ms", Annotated[str | None, _MAX_MS]),
                    ("like", Annotated[str | None, _LIKE]),
                )
            ),
            *(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own),
        ]
    )
    return wrapper


def _parameter(quantity: Quantity) -> str:
    return quantity.option.removeprefix("--").replace("-", "_")


def _option(quantity: Quantity) -> Any:
    counted = f"bytes {quantity.words}" if quantity.unit == "bytes" else quantity.words
    return typer.Option(
        quantity.option,
        metavar="NUMBER|NETWORK",
        help=f"At the most so many {counted}: {quantity.example}, or as many as a network has.",
        rich_help_panel=_PANEL,
    )


@configured
@_limited
def budget(
    config: Config,
    limits: Limits,
    max_ms: str | None,
    context: typer.Context,
    output: Annotated[ReportFormat, typer.Option("--format", help="table, json or csv.")] = ReportFormat.TABLE,
) -> None:
    """Finds the widths and numbers of equal modules within limits, of which no other has as much of both.

    All other knobs are held. Ends with status 1 if nothing is admissible. Builds nothing, except to predict
    milliseconds.
    """
    predicted = None
    if max_ms is not None:
        predicted = predicted_limit(context, plane_of(config), max_ms)
        limits = {**limits, predicted.quantity: predicted.most}
    plane = plane_of(config, (*QUANTITIES, *((predicted.quantity,) if predicted else ())))
    own = setting_of(config, tuple(plane.settings[0][0].costs))
    frontier = plane.frontier(limits)
    match output:
        case ReportFormat.JSON:
            typer.echo(json.dumps(_data(plane, own, limits, predicted), indent=1))
        case ReportFormat.CSV:
            typer.echo(_csv(plane, frontier, limits), nl=False)
        case ReportFormat.TABLE if frontier:
            _print(plane, own, limits, predicted)
    if not frontier:
        nearest = plane.nearest(limits)
        typer.echo(f"Nothing is admissible. Nearest is {plane.words(nearest)}: {nearest.above(limits)}.", err=True)
        raise typer.Exit(_NOTHING_ADMISSIBLE)


def _data(plane: Plane, own: Setting, limits: Limits, predicted: PredictedLimit | None) -> dict[str, Any]:
    searched = (plane.width_knob, plane.repeats_knob)
    frontier = plane.frontier(limits)
    return {
        "network": network_of(plane.base).name,
        "searched": searched,
        "held": {name: value for name, value in asdict(plane.base).items() if name not in searched},
        "limits": {quantity.name: most for quantity, most in limits.items()},
        "admissible": plane.admissible(limits),
        "frontier": [_row(plane, setting, limits) for setting in frontier],
        "given": _row(plane, own, limits) | {"admissible": own.keeps(limits)},
        "nearest": None if frontier else _row(plane, plane.nearest(limits), limits),
        **({predicted.quantity.name: predicted.as_data()} if predicted else {}),
    }


def _row(plane: Plane, setting: Setting, limits: Limits) -> dict[str, float]:
    """A setting with its costs, and of each cost that is limited its share of the limit."""
    row: dict[str, float] = {plane.width_knob: setting.width, plane.repeats_knob: setting.repeats}
    for quantity, cost in setting.costs.items():
        row[quantity.name] = cost
        if quantity in limits:
            row[_share_of(quantity)] = cost / limits[quantity]
    return row


def _share_of(quantity: Quantity) -> str:
    return f"{quantity.name}_of_limit"


def _csv(plane: Plane, frontier: tuple[Setting, ...], limits: Limits) -> str:
    text = io.StringIO()
    columns = _row(plane, plane.settings[0][0], limits)
    writer = csv.DictWriter(text, list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(_row(plane, setting, limits) for setting in frontier)
    return text.getvalue()


def _print(plane: Plane, own: Setting, limits: Limits, predicted: PredictedLimit | None) -> None:
    fields, frontier = knobs(type(plane.base)), plane.frontier(limits)
    searched = (plane.width_knob, plane.repeats_knob)
    held = [f"{name} {knob.text(getattr(plane.base, name))}" for name, knob in fields.items() if name not in searched]
    typer.echo(f"{network_of(plane.base).title}: {', '.join(held)}")
    typer.echo("At the most " + ", ".join(f"{each.write(most)} {each.words}" for each, most in limits.items()) + "\n")
    columns = [
        Column(fields[plane.width_knob].label, [f"{each.width:g}" for each in frontier], is_number=True),
        Column(fields[plane.repeats_knob].label, [str(each.repeats) for each in frontier], is_number=True),
    ]
    for quantity in frontier[0].costs:
        costs = [setting.costs[quantity] for setting in frontier]
        is_limited = quantity in limits
        columns.append(Column(quantity.title, list(map(quantity.write, costs)), is_number=True, spare=2 - is_limited))
        if is_limited:
            shares = [share(cost, limits[quantity]) for cost in costs]
            columns.append(Column("Of limit", shares, is_number=True))
    print_table(columns)
    settings = sum(map(len, plane.settings))
    above = own.above(limits)
    typer.echo(
        f"\n{exact(plane.admissible(limits))} of {exact(settings)} settings are admissible; of these no other has as "
        "much of both as one above."
    )
    typer.echo(f"Given: {plane.words(own)}: " + (f"not admissible, {above}" if above else "admissible"))
    if predicted:
        typer.echo(predicted.words())
