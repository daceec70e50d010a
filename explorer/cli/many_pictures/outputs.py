"""Where results go, each as soon as it is there: a table, one JSON array, rows on standard output, rows in a file."""

import json
from textwrap import indent
from typing import Protocol

import typer

from explorer.cli.many_pictures.results import Result
from explorer.cli.many_pictures.row_file import RowFile
from explorer.cli.many_pictures.rows import CSVLines, JSONLines, RunIdentity


class Output(Protocol):
    """Takes results one after the other."""

    def begin(self) -> None:
        """Called before the first one."""

    def add(self, result: Result) -> None:
        """Called with each."""

    def end(self) -> None:
        """Called after the last one, if nothing stopped the run."""


class TableOutput:
    """A few lines for each picture."""

    def begin(self) -> None:  # noqa: D102
        pass

    def add(self, result: Result) -> None:  # noqa: D102
        facts = result.facts
        if result.is_error:
            typer.echo(f"{facts['image']}\n  {facts['error']}", err=True)
            return
        typer.echo(
            f"{facts['image']}  [{facts['state']} weights: {facts['weights']}]  "
            f"{facts['seconds'] * 1000:.0f} ms, entropy {facts['entropy_bits']:.2f} of "
            f"{facts['max_entropy_bits']:.2f} bits"
        )
        for sentence in (facts["caution"], *facts["changes"]):
            if sentence:
                typer.echo(f"  ({sentence})")
        for each in facts["top"]:
            label = each["label"] or f"output {each['index']}"
            typer.echo(f"  {100 * each['probability']:6.2f} %  {label}")

    def end(self) -> None:  # noqa: D102
        pass


class JSONOutput:
    """An array of all results, indented."""

    def __init__(self) -> None:
        self._between = "[\n"

    def begin(self) -> None:  # noqa: D102
        pass

    def add(self, result: Result) -> None:  # noqa: D102
        typer.echo(f"{self._between}{indent(json.dumps(result.facts, indent=1), ' ')}", nl=False)
        self._between = ",\n"

    def end(self) -> None:  # noqa: D102
        typer.echo("\n]")


class RowsOutput:
    """Lines of JSON or CSV on standard output."""

    def __init__(self, lines: JSONLines | CSVLines, run: RunIdentity) -> None:
        self._lines = lines
        self._run = run

    def begin(self) -> None:  # noqa: D102
        typer.echo(self._lines.header, nl=False)

    def add(self, result: Result) -> None:  # noqa: D102
        typer.echo(self._lines.line(result.row(self._run)), nl=False)

    def end(self) -> None:  # noqa: D102
        pass


class FileOutput:
    """The same in a file."""

    def __init__(self, file: RowFile, run: RunIdentity) -> None:
        self._file = file
        self._run = run

    def begin(self) -> None:  # noqa: D102
        pass

    def add(self, result: Result) -> None:  # noqa: D102
        self._file.add(result.row(self._run))

    def end(self) -> None:  # noqa: D102
        pass
