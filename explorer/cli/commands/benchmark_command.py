"""`benchmark`: a network timed on this machine, whole and layer by layer."""

import json
from typing import Annotated

import typer

from explorer.arch.knobs import Config
from explorer.cli.options.chosen_network import FactsFormat, computing
from explorer.cli.options.network_options import configured
from explorer.cli.output.terminal import Column, print_table, terminal
from explorer.cli.timing.timed_networks import timed_networks
from explorer.counting.measured.kinds import by_kind
from explorer.counting.measured.report import as_data
from explorer.counting.measured.timing import Timing
from explorer.counting.measured.traffic import BYTES_IN_WORDS
from explorer.figures.theme import TIMED_TITLES
from explorer.model.timing.needs import NO_LAYER_TIMES, check
from explorer.quantities import exact, memory, milliseconds, rate, rounded, share

_SLOWEST = 10


@configured
def benchmark(
    config: Config,
    context: typer.Context,
    batch: Annotated[
        list[int] | None, typer.Option(metavar="N", help="Images in one pass; may be given again. 1 and 8 if left out.")
    ] = None,
    runs: Annotated[int, typer.Option(metavar="N", help="Passes that are timed, after the warm-up.")] = 10,
    output: Annotated[FactsFormat, typer.Option("--format", help="table, or json (everything).")] = (FactsFormat.TABLE),
) -> None:
    """Times the network on this machine, whole and layer by layer, against what the machine can do.

    Weights are random: the time does not depend on them.
    """
    batches = tuple(dict.fromkeys(batch or (1, 8)))
    for each in batches:
        check(each, runs)
    compute = computing(context)
    timings = [
        timing
        for each in batches
        for timing in timed_networks(compute, (config,), batch=each, runs=runs, what=f"passes of {each}")
    ]
    if output is FactsFormat.JSON:
        typer.echo(json.dumps([as_data(timing) for timing in timings], indent=1))
        return
    for number, timing in enumerate(timings):
        if number:
            typer.echo()
        _print(timing)


def _print(timing: Timing) -> None:
    console, whole = terminal(), timing.whole
    images = "1 image" if timing.batch == 1 else f"{timing.batch} images"
    console.print(f"[bold]{timing.title}[/], {images} in a pass", highlight=False)
    console.print(
        f"one pass   {milliseconds(whole.median_s)} (5 to 95 %: {milliseconds(whole.low_s)} to "
        f"{milliseconds(whole.high_s)}, {whole.runs} passes after {timing.warm_up}; the first of all took "
        f"{milliseconds(timing.first_s)})\n"
        f"one image  {milliseconds(timing.image_s)}, {1 / timing.image_s:.1f} images per second\n"
        f"rate       {rate(timing.macs_per_s, 'MAC')}, {rounded(timing.macs)} MACs in a pass",
        highlight=False,
    )
    console.print()
    if timing.layers:
        _print_kinds(timing)
        _print_slowest(timing)
    else:
        console.print(f"Only the whole was timed. {NO_LAYER_TIMES}\n", highlight=False)
    _print_machine(timing)


def _print_kinds(timing: Timing) -> None:
    rows = by_kind(timing)
    print_table(
        [
            Column("Kind", [*(TIMED_TITLES[row.kind] for row in rows), "Whole"]),
            Column("MACs", [*(exact(row.macs) for row in rows), exact(timing.macs)], is_number=True, spare=1),
            Column("of MACs", [*(share(row.macs_share, 1) for row in rows), "100.0 %"], is_number=True),
            Column(
                "Time", [*(milliseconds(row.seconds) for row in rows), milliseconds(timing.profiled_s)], is_number=True
            ),
            Column("of time", [*(share(row.time_share, 1) for row in rows), "100.0 %"], is_number=True),
        ]
    )
    terminal().print()


def _print_slowest(timing: Timing) -> None:
    layers = timing.slowest[:_SLOWEST]
    roofs = [timing.machine.roof(layer.intensity) for layer in layers]
    print_table(
        [
            Column("Slowest layers", [layer.name for layer in layers]),
            Column("Time", [milliseconds(layer.seconds) for layer in layers], is_number=True),
            Column("of time", [share(layer.seconds, timing.profiled_s) for layer in layers], is_number=True),
            Column("of MACs", [share(layer.macs, timing.macs) for layer in layers], is_number=True),
            Column("MACs/byte", [f"{layer.intensity:.3g}" for layer in layers], is_number=True, spare=1),
            Column("Rate", [rate(layer.macs_per_s, "MAC") for layer in layers], is_number=True, spare=1),
            Column(
                "of roof",
                [share(layer.macs_per_s, roof) for layer, roof in zip(layers, roofs, strict=True)],
                is_number=True,
                spare=2,
            ),
        ]
    )
    terminal().print()


def _print_machine(timing: Timing) -> None:
    machine = timing.machine
    cache = f", largest cache {memory(machine.cache_bytes)}" if machine.cache_bytes else ""
    terminal().print(
        f"arithmetic {rate(machine.macs_per_s, 'MAC')} by {machine.arithmetic_by}\n"
        f"memory     {rate(machine.bytes_per_s, 'B')} by {machine.memory_by}\n"
        f"the two meet at {machine.ridge:.3g} MACs per byte; bytes are {BYTES_IN_WORDS}\n"
        f"machine    {machine.cpu}, {machine.cores} cores, {machine.threads} threads{cache}\n"
        f"engine     {timing.engine_title} {timing.engine_version}, float32, random weights\n"
        f"measured   {timing.moment}, on this machine: nothing is said of others"
        + (f"\n{machine.caution}" if machine.caution else ""),
        highlight=False,
    )
