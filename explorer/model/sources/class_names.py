"""Names of classes that somebody gives: typed in, or in a text, CSV or JSON file."""

import csv
import io
import json
from typing import Any

from explorer.errors import ConfigError

MOST_NAMES = 20_000
MOST_BYTES = 2 << 20
_LONGEST = 120


def typed_names(text: str) -> tuple[str, ...]:
    """The names in a text, separated by commas or lines."""
    return _checked([part for line in text.splitlines() for part in line.split(",")], "what was typed")


def names_in(data: bytes, shown_as: str) -> tuple[str, ...]:
    """The names in a file, in the order of the outputs.

    Read are JSON (a list of names, or an object that tells the name of each index or the index of each name), CSV
    (with a heading: the columns `index` and `name`, as far as they are there; else its last column) and text (a name
    a line).

    Args:
        data: The file.
        shown_as: What messages call it.

    Raises:
        ConfigError: If it is none of these, or holds no names.
    """
    if len(data) > MOST_BYTES:
        raise ConfigError(f"{shown_as} must hold names of classes, got {len(data):,} bytes: give a list of names")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{shown_as} must be a text, CSV or JSON file of names, in UTF-8: save it as such") from error
    if text.lstrip()[:1] in ("[", "{"):
        try:
            return _checked(_of_json(json.loads(text)), shown_as)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise ConfigError(
                f"{shown_as} must be a JSON list of names, or an object of indices and names, one for each output"
            ) from error
    if "," in text or "\t" in text:
        return _checked(_of_csv(text), shown_as)
    return _checked(text.splitlines(), shown_as)


def _of_json(value: Any) -> list[Any]:
    """The names in a list, in {"0": "cat"}, in {"cat": 0}, or in Keras' {"0": ["n02123045", "tabby"]}."""
    if isinstance(value, list):
        return value
    by_name = all(isinstance(index, int) for index in value.values())
    pairs = {index: name for name, index in value.items()} if by_name else {int(i): name for i, name in value.items()}
    names = [pairs[index] for index in range(len(pairs))]
    return [name[-1] if isinstance(name, list) else name for name in names]


def _of_csv(text: str) -> list[str]:
    dialect = csv.excel_tab if "\t" in text.partition("\n")[0] else csv.excel
    rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), dialect) if any(row)]
    heading = [cell.lower() for cell in rows[0]] if rows else []
    known = next((word for word in ("name", "label", "class", "class_name") if word in heading), None)
    if known is None:
        return [row[-1] for row in rows]
    column = heading.index(known)
    body = [row for row in rows[1:] if len(row) > column]
    if "index" in heading and all(row[heading.index("index")].isdecimal() for row in body):
        body.sort(key=lambda row: int(row[heading.index("index")]))
    return [row[column] for row in body]


def _checked(names: list[Any], shown_as: str) -> tuple[str, ...]:
    """The names in one form, without empty ones.

    Raises:
        ConfigError: If there are fewer than two, too many, or some are the same.
    """
    if not all(isinstance(name, str) for name in names):
        raise ConfigError(f"{shown_as} must hold names of classes, got something else among them")
    plain = ("".join(c for c in name if c.isprintable()).strip()[:_LONGEST] for name in names)
    found = tuple(name for name in plain if name)
    if not 2 <= len(found) <= MOST_NAMES:
        raise ConfigError(f"{shown_as} must hold from 2 to {MOST_NAMES:,} names of classes, got {len(found):,}")
    if len(set(found)) < len(found):
        twice = next(name for name in found if found.count(name) > 1)
        raise ConfigError(f"{shown_as} must name each class by itself, got {twice!r} twice")
    return found
