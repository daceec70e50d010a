"""The commands put together, and the one place where errors become messages and exit statuses."""

import sys

import typer

from explorer.cli import classification, counting, explanation, features, layers, weights
from explorer.errors import ConfigError, EngineError, ExplorerError

BAD_ARGUMENTS, FAILED = 2, 1

program = typer.Typer(
    name="explorer",
    help="Xception Explorer: count, build, and run Xception and its relatives.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
program.command()(counting.tally)
program.command()(counting.build)
program.command()(counting.code)
program.command()(classification.classify)
program.command()(explanation.explain)
program.command()(features.features)
program.command()(layers.layers)
program.add_typer(weights.commands, name="weights")


def main() -> None:
    """Runs the program; what a person caused ends in one line on standard error."""
    try:
        program()
    except ExplorerError as error:
        typer.echo(f"Error: {error}", err=True)
        sys.exit(BAD_ARGUMENTS if isinstance(error, ConfigError | EngineError) else FAILED)
