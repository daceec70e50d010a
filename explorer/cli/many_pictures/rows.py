"""Results as rows of text: lines of JSON, or of CSV with one column for each value."""

import csv
import io
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
"""A result by key, as `classify` makes it, and what tells of which picture and of which run it is."""


@dataclass(frozen=True, slots=True)
class RunIdentity:
    """What all rows of the same network, weights and settings have in common.

    Attributes:
        settings: The command line without pictures.
        digest: Of that, of the weights' file, and of the names of classes.
    """

    settings: str
    digest: str


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
"""What a spreadsheet takes for the beginning of a formula, and what keeps it from that."""

_OF_CLASS = ("label", "index", "probability")
_COLUMNS_BEFORE = ("image", "error")
_COLUMNS_AFTER = (
    *("entropy_bits", "max_entropy_bits", "weights", "state", "changes", "caution", "input_size", "preprocessing"),
    *("output", "engine", "seconds", "bytes", "modified", "settings", "run"),
)


def plain_name(path: str) -> str:
    r"""A path as text that every encoding of Unicode holds: bytes of it that are no UTF-8 as `\xff`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


class JSONLines:
    """A line of JSON for each row, in ASCII."""

    header = ""
    begin = '{"run": "'
    """What a file of rows begins with."""

    def line(self, row: Row) -> str:
        """With all that the row has."""
        return f"{json.dumps({'run': row['run'], **row})}\n"

    def is_whole(self, record: bytes) -> bool:
        """Whether no further line belongs to it: none ever does."""
        return True

    def told(self, record: str) -> Row:
        """The row of a line.

        Raises:
            ValueError: If it holds none.
        """
        row = json.loads(record)
        if not isinstance(row, dict):
            raise ValueError("no row")
        return row


class CSVLines:
    """Comma-separated values, quoted where they hold commas, quotes or line ends."""

    def __init__(self, classes: int) -> None:
        """Columns for so many of the most probable classes."""
        of_classes = (f"{name}_{rank + 1}" for rank in range(classes) for name in _OF_CLASS)
        self._columns = (*_COLUMNS_BEFORE, *of_classes, *_COLUMNS_AFTER)
        self.header = self.begin = _csv(self._columns)

    def line(self, row: Row) -> str:
        """A value for each column; names that a spreadsheet would take for a formula begin with an apostrophe."""
        flat = {**row, "image": _no_formula(row["image"]), "changes": " ".join(row.get("changes", ()))}
        for rank, each in enumerate(row.get("top", ())):
            flat |= {f"{name}_{rank + 1}": each[name] for name in _OF_CLASS}
            flat[f"label_{rank + 1}"] = _no_formula(each["label"])
        return _csv([flat.get(name) for name in self._columns])

    def is_whole(self, record: bytes) -> bool:
        """Whether no further line belongs to it: of line ends within quotes one does."""
        return record.count(b'"') % 2 == 0

    def told(self, record: str) -> Row:
        """The row of a line, its values as text.

        Raises:
            ValueError: If it has another number of them.
        """
        try:
            (values,) = csv.reader([record])
        except csv.Error as error:
            raise ValueError(str(error)) from error
        row = dict(zip(self._columns, values, strict=True))
        return {**row, "image": row["image"].removeprefix("'")}


def _csv(values: Sequence[Any]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(values)
    return text.getvalue()


def _no_formula(name: str | None) -> str | None:
    return f"'{name}" if name and name.startswith(_FORMULA) else name
