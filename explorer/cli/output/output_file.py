"""One file that a command writes: whole or not at all, and over another one only if that was asked for."""

from pathlib import Path

from explorer.cli.output.output_folder import write_together
from explorer.errors import ConfigError, OutputError


def check_file(path: Path, is_forced: bool) -> None:
    """Says at once, before anything is computed, that the file cannot be written.

    Args:
        path: Where it is to be.
        is_forced: Whether a file that is there may be replaced.

    Raises:
        ConfigError: If it names no file, or one that is there and may not be replaced.
        OutputError: If it cannot be looked for.
    """
    try:
        if path.is_dir():
            raise ConfigError(f"--output must be a file, but {path} is a folder: name a file in it")
        if path.exists() and not path.is_file():
            raise ConfigError(f"--output must be a file, but {path} is a device or a pipe: - is standard output")
        if path.exists() and not is_forced:
            raise ConfigError(f"{path} is there already: name another file, or give --force to replace it")
        if not path.parent.is_dir():
            raise ConfigError(
                f"--output must be a file in a folder, but there is no folder {path.parent}: make it first"
            )
    except OSError as error:
        raise OutputError(f"{path} could not be written: {error.strerror or error}.") from error


def write_file(path: Path, text: str) -> None:
    """Writes it, in place of what is there; through a link, into what the link is to.

    Raises:
        OutputError: If it cannot be written; then what was there still is.
    """
    real = path.resolve()
    try:
        write_together(real.parent, {real.name: text.encode("utf-8")})
    except OutputError as error:
        raise OutputError(f"{path}: {error}") from error
