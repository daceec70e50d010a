"""What a heat map is asked about: a class, or what tells it from another."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from explorer.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Target:
    """The score that is explained: the logit of a class, or its difference to another's.

    Attributes:
        index: The class.
        against: The class whose logit is subtracted; None for none.
    """

    index: int
    against: int | None = None

    def direction(self, classes: int) -> np.ndarray:
        """(classes,), float32: the weight of each logit in the score.

        Raises:
            ConfigError: If there is no such class, or both are the same.
        """
        for index in (self.index, self.against):
            if index is not None and not 0 <= index < classes:
                raise ConfigError(f"a class must be from 0 to {classes - 1}, got {index}")
        if self.index == self.against:
            raise ConfigError(f"the two classes must differ, got {self.index} twice: their difference is 0")
        direction = np.zeros(classes, np.float32)
        direction[self.index] = 1
        if self.against is not None:
            direction[self.against] = -1
        return direction

    def words(self, labels: Sequence[str] | None) -> str:
        """The target in words: "cup", or "cup rather than glass"."""

        def name(index: int) -> str:
            return labels[index] if labels else f"output {index}"

        return name(self.index) + (f" rather than {name(self.against)}" if self.against is not None else "")


def find_class(labels: Sequence[str], name: str) -> int:
    """Index of the class called `name`; capitals do not matter.

    Raises:
        ConfigError: If there is none, or there are several; names the nearest if any is near, or their indices.
    """
    wanted = name.strip().lower()
    lowered = [label.lower() for label in labels]
    found = [index for index, label in enumerate(lowered) if label == wanted]
    if len(found) == 1:
        return found[0]
    if found:
        raise ConfigError(f"several classes are called {name!r}: choose by index, {', '.join(map(str, found))}")
    parts = [label for label in lowered if wanted and wanted in label]
    near = list(dict.fromkeys([*get_close_matches(wanted, lowered, n=3, cutoff=0.6), *parts]))[:3]
    hint = ", ".join(f"{labels[lowered.index(label)]} ({lowered.index(label)})" for label in near)
    if not near:
        raise ConfigError(
            f"there is no class {name!r}, nor one of a name like it: choose by index, from 0 to {len(labels) - 1}"
        )
    raise ConfigError(f"there is no class {name!r}: the nearest {'are' if len(near) > 1 else 'is'} {hint}")
