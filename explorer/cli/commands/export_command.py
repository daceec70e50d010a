"""`export`: a network, or several compared, as one HTML file."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.arch.knobs import Config
from explorer.cli.output.output_file import check_file, write_file
from explorer.clock import day
from explorer.configuration.named import config_named, title_of
from explorer.errors import ConfigError
from explorer.export.page import page

_STANDARD_OUTPUT = "-"


def export(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="A [B C D]",
            help='Networks, presets, JSON of knobs or files with it: \'{"network": "mobilenet", "alpha": 0.5}\'.',
        ),
    ],
    output: Annotated[
        str, typer.Option("--output", metavar="FILE.html", help="Where to write it; - is standard output.")
    ],
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
) -> None:
    """Writes one page that opens in any browser, offline: diagrams that open by click, tables that sort, numbers."""
    configs: dict[str, Config] = {}
    for name in names:
        config = config_named(name)
        configs.setdefault(title_of(config), config)
    if not output:
        raise ConfigError("--output must be a file, got '': name one, or - for standard output")
    path = None if output == _STANDARD_OUTPUT else Path(output)
    if path is not None:
        check_file(path, force)
    text = page(configs, day())
    if path is None:
        typer.echo(text, nl=False)
        return
    write_file(path, text)
    typer.echo(f"{path}: {len(text.encode()) / 1e6:.1f} MB, {', '.join(configs)}")
