"""`tally`, `build` and `code`: the network that the options describe, counted, built, written out."""

import json
from collections.abc import Sequence
from typing import Annotated

import typer

from explorer.arch.knobs import Config, knobs
from explorer.cli.options.chosen_network import ASKER, computing
from explorer.cli.options.network_options import configured
from explorer.cli.output.report_format import ReportFormat
from explorer.cli.output.terminal import Column, print_table, terminal
from explorer.compute.question import Question
from explorer.configuration.registry import graph_of, network_of, preset_of
from explorer.counting.report import as_csv, as_data
from explorer.counting.tally import GroupTally, Tally
from explorer.counting.tally import tally as tally_of
from explorer.quantities import exact, memory, rounded, shape, share


@configured
def tally(
    config: Config,
    output: Annotated[ReportFormat, typer.Option("--format", help="table, json (everything) or csv (the layers).")] = (
        ReportFormat.TABLE
    ),
) -> None:
    """Counts parameters, multiply-adds, memory and receptive fields. Builds nothing."""
    counted = tally_of(graph_of(config))
    match output:
        case ReportFormat.JSON:
            typer.echo(json.dumps(as_data(config, counted), indent=1))
        case ReportFormat.CSV:
            typer.echo(as_csv(counted), nl=False)
        case ReportFormat.TABLE:
            _print_tally(config, counted)


@configured
def build(
    config: Config,
    context: typer.Context,
    verify: Annotated[bool, typer.Option("--verify", help="Also count the MACs with TensorFlow's profiler.")] = False,
) -> None:
    """Builds the network with Keras and says whether every count and shape agrees."""
    from explorer.compute import answers

    result = computing(context).ask(Question(answers.verification, (config, verify)), ASKER).result()
    for row in result.rows:
        if not row.agrees:
            typer.echo(f"differs: {row.name}\n  tally  {row.ours}\n  Keras  {row.keras}")
    agreeing = sum(row.agrees for row in result.rows)
    typer.echo(
        f"{result.total.name}, built with Keras {result.keras_version} in {result.seconds:.1f} s\n"
        f"{agreeing} of {len(result.rows)} layers agree in output shape, parameters, trainable parameters and MACs\n"
        f"total: {exact(result.total.ours.params)} parameters, {exact(result.total.ours.macs)} MACs"
        + (f"; TensorFlow's profiler: {exact(result.profiler_macs)} MACs" if result.profiler_macs is not None else "")
    )
    if verify and result.profiler_macs is None:
        typer.echo(
            "TensorFlow's profiler counts grouped and dilated convolutions wrongly: MACs were not compared with it"
        )
    typer.echo("agrees" if result.agrees else "DOES NOT AGREE: please report this as a bug")
    if not result.agrees:
        raise typer.Exit(1)


@configured
def code(config: Config) -> None:
    """Prints a Keras script that rebuilds the network and asserts its totals."""
    from explorer.model.keras_model.code import to_code

    typer.echo(to_code(graph_of(config)), nl=False)


def _print_tally(config: Config, counted: Tally) -> None:
    console = terminal()
    described, preset = network_of(config), preset_of(config)
    console.print(f"[bold]{described.title}[/]" + (f" · preset {preset.name}: {preset.story}" if preset else ""))
    console.print(", ".join(f"{name} {knob.text(getattr(config, name))}" for name, knob in knobs(type(config)).items()))
    console.print()
    _print_groups("Flow", counted.flow_tallies, counted)
    _print_groups("Module", counted.module_tallies, counted)
    console.print(
        f"parameters      {exact(counted.params)} = {exact(counted.trainable_params)} trainable "
        f"+ {exact(counted.non_trainable_params)} moving statistics\n"
        f"multiply-adds   {exact(counted.macs)} ({rounded(counted.macs)} MACs; "
        f"FLOPs = 2 × MACs = {rounded(counted.flops)})\n"
        f"weights         {memory(counted.weight_bytes)} in float32\n"
        f"feature maps    {memory(counted.peak.bytes)} at the peak, in {counted.peak.node} (one image, float32)\n"
        f"layers          {counted.conv_layers} convolutional, in {counted.modules} modules "
        "(a separable convolution is one, shortcuts are not counted)",
        highlight=False,
    )


def _print_groups(heading: str, groups: Sequence[GroupTally], whole: Tally) -> None:
    print_table(
        [
            Column(heading, [group.title for group in groups]),
            Column("In", [shape(group.input_shape) for group in groups], spare=2),
            Column("Out", [shape(group.output_shape) for group in groups]),
            Column("Parameters", [exact(group.params) for group in groups], is_number=True),
            Column("Share", [share(group.params, whole.params) for group in groups], is_number=True, spare=1),
            Column("MACs", [exact(group.macs) for group in groups], is_number=True),
            Column("Share", [share(group.macs, whole.macs) for group in groups], is_number=True, spare=1),
        ]
    )
