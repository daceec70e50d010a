"""`weights list | fetch | path`: the pretrained weights in the cache."""

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from explorer.arch.trained_weights import TrainedWeights
from explorer.errors import ConfigError, FetchError
from explorer.model.sources.known import SOURCES, find_source, size_in_words
from explorer.model.sources.store import cache_directory, fetch_all, path_of, remembered_hash

commands = typer.Typer(help="Pretrained weights: what there is, fetching it, where it lies.", no_args_is_help=True)


@commands.command("list")
def list_sources() -> None:
    """Says of each of the weights what they are, how large, and whether they are here."""
    for source in SOURCES.values():
        path = path_of(source)
        here = f"here: {path}" if path else f"not here: fetch it by `python -m explorer weights fetch {source.name}`"
        typer.echo(f"{source.name}: {source.title} ({size_in_words(source)})\n  {source.story}\n  {here}")
        if (hashed := remembered_hash(source)) is not None:
            typer.echo(f"  Nobody published a hash of this file; the one that came first has SHA-256 {hashed}.")


@commands.command()
def fetch(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME...",
            help="Which, as `weights list` names them; if left out, those that setting up fetches, as far as possible.",
        ),
    ] = None,
) -> None:
    """Fetches weights into the cache, verified by hash."""
    sources = [_known(name) for name in names] if names else [each for each in SOURCES.values() if each.at_setup]
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    console = Console(stderr=True)
    # Where it is no terminal, an empty line would remain.
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        tasks = {source.name: bars.add_task(source.name, total=None, visible=False) for source in sources}

        def show(source: TrainedWeights, received: int, total: int | None) -> None:
            bars.update(tasks[source.name], completed=received, total=total, visible=True)

        had = fetch_all(sources, typer.echo, show)
    if not had:
        raise FetchError("none of the weights could be fetched: see the lines above, and try again later")


def _known(name: str) -> TrainedWeights:
    source = find_source(name)
    if source is None:
        raise ConfigError(f"weights must be one of {', '.join(SOURCES)}, got {name!r}")
    return source


@commands.command()
def path() -> None:
    """Prints the folder that the weights lie in."""
    typer.echo(cache_directory())
