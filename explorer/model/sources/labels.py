"""Names of classes, in the order of a network's outputs. They ship with the program, in `assets/labels`."""

import csv
from dataclasses import dataclass
from functools import cache

from explorer.assets import ASSETS

_FOLDER = ASSETS / "labels"
LABEL_SETS = ("imagenet", "kitchenware", "pneumonia", "braintumor", "expressions")


@dataclass(frozen=True, slots=True)
class Label:
    """One class.

    Attributes:
        index: Position among the network's outputs.
        name: Name in English, unique in its set.
        wordnet_id: Id of the class in WordNet 3.0, as `n02124075`; None outside ImageNet.
    """

    index: int
    name: str
    wordnet_id: str | None


@cache
def labels(name: str) -> tuple[Label, ...]:
    """The label set called `name`, one of `LABEL_SETS`, by index.

    Source: imagenet's order is that of keras.applications.xception.decode_predictions: ascending WordNet ids.
    """
    if name not in LABEL_SETS:
        raise ValueError(f"label set must be one of {', '.join(LABEL_SETS)}, got {name!r}")
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Label(int(row["index"]), row["name"], row["wordnet_id"] or None) for row in csv.DictReader(file))
