"""The commands put together, and the one place where errors become messages and exit statuses."""

import errno
import os
import sys
import threading
from contextlib import suppress
from typing import Annotated, NoReturn

import typer

import explorer
from explorer.cli.commands import benchmark_command as timing
from explorer.cli.commands import budget_command as budgeting
from explorer.cli.commands import classify_command as classification
from explorer.cli.commands import compare_command as comparison
from explorer.cli.commands import count_commands as counting
from explorer.cli.commands import diff_command as difference
from explorer.cli.commands import explain_command as explanation
from explorer.cli.commands import export_command as exporting
from explorer.cli.commands import features_command as features
from explorer.cli.commands import layers_command as layers
from explorer.cli.commands import weights_commands as weights
from explorer.compute.answer import ANSWERING
from explorer.errors import ConfigError, EngineError, ExplorerError

BAD_ARGUMENTS, FAILED = 2, 1

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)

program = typer.Typer(
    name="explorer",
    help="Xception Explorer: count, build, and run Xception and its relatives.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    add_completion=False,
    pretty_exceptions_enable=False,
)
program.command()(counting.tally)
program.command()(budgeting.budget)
program.command()(counting.build)
program.command()(counting.code)
program.command()(comparison.compare)
program.command()(difference.diff)
program.command()(exporting.export)
program.command()(timing.benchmark)
program.command()(classification.classify)
program.command()(explanation.explain)
program.command()(features.features)
program.command()(layers.layers)
program.add_typer(weights.commands, name="weights")


def _show_version(is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(explorer.__version__)
        raise typer.Exit


@program.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """What stands before the command."""


def main() -> None:
    """Runs the program; what a person caused ends in one line on standard error."""
    try:
        program()
    except ExplorerError as error:
        _end(str(error), BAD_ARGUMENTS if isinstance(error, ConfigError | EngineError) else FAILED)
    except OSError as error:
        # What is written elsewhere says so itself.
        if error.errno not in _NO_ROOM or error.filename is not None:
            raise
        _give_up_output()
        _end(f"the output could not be written: {error.strerror}.", FAILED)


def leave(ended: SystemExit) -> NoReturn:
    """Ends the process, at once if a thread still computes: Python would end it within a library, which aborts."""
    if any(thread.name == ANSWERING for thread in threading.enumerate()):
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, AttributeError):
                stream.flush()
        os._exit(ended.code if isinstance(ended.code, int) else FAILED)
    raise ended


def _end(why: str, status: int) -> NoReturn:
    with suppress(OSError):  # standard error, too, may be full
        typer.echo(f"Error: {why}", err=True)
    sys.exit(status)


def _give_up_output() -> None:
    """Lets what is left of standard output go nowhere: Python writes it in the end, which would fail again."""
    with suppress(OSError), open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
