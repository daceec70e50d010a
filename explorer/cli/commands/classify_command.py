"""`classify`: real photographs by real weights, one or any number."""

import json
import shlex
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Annotated

import numpy as np
import typer

from explorer.arch.graph import output_shapes
from explorer.cli.many_pictures.listing import STANDARD_INPUT, Listing, listed
from explorer.cli.many_pictures.outputs import FileOutput, JSONOutput, Output, RowsOutput, TableOutput
from explorer.cli.many_pictures.results import results
from explorer.cli.many_pictures.row_file import RowFile
from explorer.cli.many_pictures.rows import CSVLines, JSONLines, RunIdentity
from explorer.cli.options.chosen_network import ChosenNetwork, choose_network, computing
from explorer.cli.options.network_options import NetworkOptions, network_options
from explorer.cli.options.told_options import HeadOption, LabelsOption, PoolingOption, PreprocessingOption, told
from explorer.cli.output.progress_line import shown_progress
from explorer.cli.output.terminal import is_terminal
from explorer.compute.choice import COMPUTE_VARIABLE
from explorer.errors import ConfigError

STOPPED = 130
"""Exit status after an interrupt, as a shell has it."""

_DIGEST = 16
"""Characters of the digest of a run."""

_MANY = 500
"""Pictures from which on starting workers is sooner made up for than not."""


class PredictionFormat(StrEnum):
    """How `classify` prints."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    JSONL = "jsonl"


_OF_FILES = {".csv": PredictionFormat.CSV, ".jsonl": PredictionFormat.JSONL, ".ndjson": PredictionFormat.JSONL}
"""What `--output` writes, by the ending of its name."""


@network_options
@np.errstate(over="ignore", invalid="ignore")  # of logits that overflow the result says so
def classify(
    options: NetworkOptions,
    context: typer.Context,
    images: Annotated[
        list[str],
        typer.Argument(
            metavar="IMAGE|FOLDER...",
            help="Pictures: PNG, JPEG, HEIC, AVIF, ...; folders with any number of them, in their folders too (not "
            f"those whose names begin with a dot); {STANDARD_INPUT} for names on standard input, one a line.",
        ),
    ],
    weights: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|PATH",
            help="Which weights (see `weights list`), or a Keras .weights.h5, .h5 or .keras file; the first that are "
            "here if left out.",
        ),
    ] = None,
    preprocessing: PreprocessingOption = None,
    pooling: PoolingOption = None,
    head: HeadOption = None,
    labels: LabelsOption = None,
    top: Annotated[int, typer.Option(min=1, help="How many classes to show.")] = 5,
    output: Annotated[
        PredictionFormat | None,
        typer.Option(
            "--format",
            help="table if left out; json: one array; csv or jsonl: a row or a line for each picture, with all there "
            "is to say about it.",
            show_default=False,
        ),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--output",
            metavar="FILE",
            help="Write rows to this file, .csv or .jsonl. A run that was stopped goes on where it was when it is "
            "started again: pictures with a row are not looked at again unless size or time of their files changed.",
        ),
    ] = None,
    compute: Annotated[
        str | None,
        typer.Option(
            metavar="here|workers|workers:N",
            help=f"Where to compute: in this process, or in so many others, one for each core if N is left out. If the "
            f"option is left out, as {COMPUTE_VARIABLE} says, else in others from {_MANY} pictures on.",
        ),
    ] = None,
) -> None:
    """Says what is on pictures. Bad pictures are reported, the others classified all the same."""
    form = _form(output, file)
    listing = listed(images, sys.stdin.buffer if STANDARD_INPUT in images and sys.stdin else ())
    where = computing(context, "workers" if len(listing.names) >= _MANY else "here", compute)
    said = told(options, preprocessing, pooling, head, labels)
    network = choose_network(where, options, weights, said, random=False)
    network.require_head("classify")
    classes = output_shapes(network.graph)[network.graph.output.name][0]
    lines = CSVLines(min(top, classes)) if form is PredictionFormat.CSV else JSONLines()
    run = _identity(network, top)
    for folder in listing.again:
        typer.echo(f"{folder} leads back to a folder that is looked through already: left out.", err=True)
    with ExitStack() as closing:
        rows = None if file is None else closing.enter_context(RowFile(file, lines, run))
        paths = listing.names if rows is None else rows.missing(listing.names)
        if paths:
            _ = network.classifier  # what is wrong with the network is said before anything is told of pictures
        to = FileOutput(rows, run) if rows is not None else _output(form, lines, run)
        errors = _go(network, listing, paths, top, to, file)
        if rows is not None:
            errors = rows.errors
            typer.echo(f"{file}: {rows.rows:,} rows, {len(paths):,} of them new, {errors:,} with an error.", err=True)
    if errors:
        raise typer.Exit(1)


def _go(network: ChosenNetwork, listing: Listing, paths: Sequence[str], top: int, to: Output, file: Path | None) -> int:
    """Classifies the pictures at `paths`; how many could not be."""
    total, errors, start = len(listing.names), 0, perf_counter()
    done = total - len(paths)
    is_seen = len(paths) > 1 and (file is not None or not is_terminal())
    try:
        with shown_progress("Classifying", "pictures", is_wanted=is_seen) as show:
            to.begin()
            show(done, total)
            for result in results(network, paths, listing.unreadable, top):
                to.add(result)
                errors += result.is_error
                done += 1
                show(done, total)
            to.end()
    except KeyboardInterrupt:
        how = "The same command goes on where it was" if file else "With --output FILE such a run can be gone on with"
        typer.echo(f"Stopped after {done:,} of {total:,} pictures. {how}.", err=True)
        raise typer.Exit(STOPPED) from None
    if listing.has_folder and paths:
        seconds = perf_counter() - start
        others = f"; {listing.others:,} other files were left out" if listing.others else ""
        typer.echo(f"{len(paths):,} pictures in {seconds:.1f} s, {len(paths) / seconds:.1f}/s{others}.", err=True)
    return errors


def _form(said: PredictionFormat | None, file: Path | None) -> PredictionFormat:
    """How results are told: as somebody says, else as the file's name does.

    Raises:
        ConfigError: If a file is to hold what cannot be gone on with.
    """
    if file is None:
        return said or PredictionFormat.TABLE
    form = said or _OF_FILES.get(file.suffix.lower())
    if form is None or form not in _OF_FILES.values():
        got = f"--format {said}" if said else str(file)
        raise ConfigError(f"--output writes csv or jsonl, got {got}: end the file's name in .csv or .jsonl")
    return form


def _output(form: PredictionFormat, lines: JSONLines | CSVLines, run: RunIdentity) -> Output:
    if form is PredictionFormat.TABLE:
        return TableOutput()
    return JSONOutput() if form is PredictionFormat.JSON else RowsOutput(lines, run)


def _identity(network: ChosenNetwork, top: int) -> RunIdentity:
    settings = shlex.join(["classify", *network.settings, "--top", str(top)])
    names = network.trained.class_names if network.trained else None
    told = json.dumps([settings, network.asked.sha256, names])
    return RunIdentity(settings, sha256(told.encode()).hexdigest()[:_DIGEST])
