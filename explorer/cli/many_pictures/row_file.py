"""A file of rows that grows while pictures are classified, and that a run which was stopped goes on with.

Nothing stands beside it: each row says of which run it is, and how large its picture was and when it was last changed.
A picture of which both are as they were is not looked at again. Rows of others are taken out, and come anew at the end.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from explorer.cli.many_pictures.rows import CSVLines, JSONLines, Row, RunIdentity, plain_name
from explorer.cli.options.inputs import state_of
from explorer.errors import ConfigError, OutputError

_MOST_BYTES = 1 << 24
"""More than any row has: where so many bytes are none, the file is another's."""

_UNFINISHED = ".unfinished-"


class RowFile:
    """Rows in a file. Only one process may hold it at a time.

    Attributes:
        path: The file.
        rows: How many it holds.
        errors: How many of these hold an error in place of an answer.
    """

    def __init__(self, path: Path, lines: JSONLines | CSVLines, run: RunIdentity) -> None:
        """Opens the file, made if it is not there; what a stop left half-written in it goes.

        Args:
            path: The file.
            lines: How rows are written.
            run: Which run the rows are to be of.

        Raises:
            ConfigError: If it is no file, or holds something else, or another process writes to it.
            OutputError: If it cannot be read or written.
        """
        self.path = path
        self._lines = lines
        self._run = run
        self._of_pictures: dict[bytes, bytes] = {}
        self._errors: set[bytes] = set()
        self._closing = ExitStack()
        try:
            if path.exists() and not path.is_file():
                raise ConfigError(f"--output must be a file here, but {path} is none: name another")
            self._hold()
            self._file: IO[bytes] = self._closing.enter_context(path.open("ab", buffering=0))
            end = sum(map(len, self._read()))
            self._file.truncate(end)
            self.rows, self.errors = len(self._of_pictures), len(self._errors)
            if not end:
                self._write(lines.header)
        except OSError as error:
            self._closing.close()
            raise OutputError(f"{path} could not be written: {error.strerror or error}.") from error
        except BaseException:
            self._closing.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._closing.close()

    def missing(self, names: Iterable[str]) -> list[str]:
        """Those of the pictures that have no row. Rows of pictures that were changed since are taken out.

        Raises:
            OutputError: If the file cannot be written.
        """
        missing, changed = [], set()
        for name in dict.fromkeys(names):
            known = self._of_pictures.get(_digest(plain_name(name)))
            if known is None:
                missing.append(name)
            elif known != _state_now(name):
                missing.append(name)
                changed.add(_digest(plain_name(name)))
        if changed:
            try:
                self._take_out(changed)
            except OSError as error:
                raise self._not_written(error) from error
        return missing

    def add(self, row: Row) -> None:
        """Writes a row, whole or not at all.

        Raises:
            OutputError: If it cannot be written.
        """
        try:
            self._write(self._lines.line(row))
        except OSError as error:
            raise self._not_written(error) from error
        self.rows += 1
        self.errors += bool(row.get("error"))

    def _write(self, text: str) -> None:
        data = text.encode()
        end = self._file.seek(0, os.SEEK_END)
        try:
            written = self._file.write(data)
            while written < len(data):  # where there is no more room the next one says so
                written += self._file.write(data[written:])
        except OSError:
            with suppress(OSError):
                self._file.truncate(end)
            raise

    def _hold(self) -> None:
        """Keeps other processes of this machine away from the file until it is closed."""
        from filelock import FileLock, Timeout

        name = blake2b(os.fsencode(self.path.resolve()), digest_size=16).hexdigest()
        path = Path(tempfile.gettempdir(), f"xception-explorer-{name}.lock")
        try:
            self._closing.enter_context(FileLock(path, timeout=0))
            self._closing.callback(path.unlink, missing_ok=True)  # while it is still held
        except Timeout:
            raise ConfigError(f"another run writes to {self.path}: wait for it, or name another file") from None

    def _read(self) -> Iterator[bytes]:
        """The header and the rows that are whole; notes of which pictures they are.

        Raises:
            ConfigError: If they are not such rows, or those of another run.
        """
        header, expected = self._lines.header.encode(), self._lines.begin.encode()
        with self.path.open("rb") as file:
            begin = file.read(len(expected))
            if not expected.startswith(begin):
                raise self._another(
                    "its first line is not that of this run, whose columns depend on --top and on the number of classes"
                )
            if begin != expected:
                return
            file.seek(len(header))
            yield header
            for number, record in enumerate(_records(file, self._lines.is_whole), 1):
                try:
                    row = self._lines.told(record.decode())
                    name, run, settings = _digest(row["image"]), row["run"], row["settings"]
                    state = _state(row["bytes"], row["modified"])
                except (ValueError, KeyError, AttributeError) as error:
                    raise self._another(f"its row {number:,} is none of this program") from error
                if run != self._run.digest:
                    raise self._another_run(settings)
                self._of_pictures[name] = state
                if row.get("error"):
                    self._errors.add(name)
                yield record

    def _take_out(self, changed: set[bytes]) -> None:
        there = self.path.resolve()
        handle, unfinished = tempfile.mkstemp(prefix=_UNFINISHED, dir=there.parent)
        try:
            with open(handle, "wb") as new:
                records = self._read()
                new.write(next(records))
                for record in records:
                    if _digest(self._lines.told(record.decode())["image"]) not in changed:
                        new.write(record)
                new.flush()
                os.fsync(new.fileno())
            self._file.close()  # Windows replaces no file that is open
            shutil.copymode(there, unfinished)
            os.replace(unfinished, there)
        except BaseException:
            with suppress(OSError):
                os.unlink(unfinished)
            raise
        self._file = self._closing.enter_context(self.path.open("ab", buffering=0))
        self.rows -= len(changed)
        self.errors -= len(changed & self._errors)

    def _another(self, why: str) -> ConfigError:
        return ConfigError(
            f"{self.path} is there and holds something else: {why}. Name another file for --output, or remove this one"
        )

    def _another_run(self, settings: str) -> ConfigError:
        if settings == self._run.settings:
            return ConfigError(
                f"{self.path} holds answers by the same options ({settings}), but the weights file, or the file of "
                "class names, was another: name another file for --output"
            )
        return ConfigError(
            f"{self.path} holds answers by other options: by `{settings}`, and not by `{self._run.settings}`. Name "
            "another file for --output, or give the same options"
        )

    def _not_written(self, error: OSError) -> OutputError:
        return OutputError(
            f"{self.path} could not be written: {error.strerror or error}. The rows in it are whole: once it can, the "
            "same command goes on where it was."
        )


def _records(file: IO[bytes], is_whole: Callable[[bytes], bool]) -> Iterator[bytes]:
    """Rows with their line ends; a last one that was not written to its end is left out."""
    record = b""
    while line := file.readline(_MOST_BYTES):
        record += line
        if (line.endswith(b"\n") and is_whole(record)) or len(record) >= _MOST_BYTES:
            yield record
            record = b""


def _state_now(name: str) -> bytes:
    """As `_state` of a row that would be written now; of what is not there as no row has it."""
    try:
        return _state(*state_of(os.stat(name)))
    except OSError:
        return b""


def _state(size: object, modified: object) -> bytes:
    return _digest(f"{size} {modified}")


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()
