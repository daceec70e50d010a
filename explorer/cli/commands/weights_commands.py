"""`weights list | fetch | path`: the pretrained weights in the cache."""

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from explorer.arch.trained_weights import TrainedWeights
from explorer.errors import ConfigError, FetchError
from explorer.model.weights.sources import SOURCES
from explorer.model.weights.store import cache_directory, fetch_all, path_of
from explorer.quantities import memory

commands = typer.Typer(help="Pretrained weights: what there is, fetching it, where it lies.", no_args_is_help=True)


@commands.command("list")
def list_sources() -> None:
    """Says of each source what it is and whether it is here."""
    for source in SOURCES.values():
        path = path_of(source)
        here = f"here: {path}" if path else f"not here: fetch it by `python -m explorer weights fetch {source.name}`"
        typer.echo(f"{source.name}: {source.title} ({memory(source.file_bytes)})\n  {source.story}\n  {here}")


@commands.command()
def fetch(
    name: Annotated[
        str | None, typer.Argument(metavar="|".join(SOURCES), help="Which; all if left out, each as far as can be had.")
    ] = None,
) -> None:
    """Fetches weights into the cache, verified by hash."""
    if name is not None and name not in SOURCES:
        raise ConfigError(f"weights must be one of {', '.join(SOURCES)}, got {name!r}")
    sources = [SOURCES[name]] if name is not None else list(SOURCES.values())
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    console = Console(stderr=True)
    # Where it is no terminal, an empty line would remain.
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        tasks = {source.name: bars.add_task(source.name, total=None, visible=False) for source in sources}

        def show(source: TrainedWeights, received: int, total: int | None) -> None:
            bars.update(tasks[source.name], completed=received, total=total, visible=True)

        had = fetch_all([source.name for source in sources], typer.echo, show)
    if not had:
        raise FetchError("none of the weights could be fetched: see the lines above, and try again later")


@commands.command()
def path() -> None:
    """Prints the folder that the weights lie in."""
    typer.echo(cache_directory())
