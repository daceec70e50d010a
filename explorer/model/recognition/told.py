"""What a person says of a weights file that does not tell it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from explorer.arch.head import Output
from explorer.arch.knobs import Config
from explorer.arch.preprocessing import Preprocessing
from explorer.errors import ConfigError

Pooling = Literal["avg", "max", "flatten"]
POOLINGS: tuple[Pooling, ...] = ("avg", "max", "flatten")
OUTPUTS: tuple[Output, ...] = ("softmax", "sigmoid", "logits")


@dataclass(frozen=True, slots=True)
class Told:
    """What is said; None where nothing is.

    Attributes:
        network: Name of the network that the weights belong to.
        turns: By knob, how to turn it in a configuration; raises `ConfigError` if the network has no such knob.
        preprocessing: What is done to a picture before the network.
        pooling: What the head does first.
        output: What is done with the logits.
        labels: Where the names of the classes are, as `--labels` says.
    """

    network: str | None = None
    turns: Mapping[str, Callable[[Config], Config]] = field(default_factory=lambda: MappingProxyType({}))
    preprocessing: Preprocessing | None = None
    pooling: Pooling | None = None
    output: Output | None = None
    labels: str | None = None

    @property
    def options(self) -> tuple[str, ...]:
        """What is said beside the knobs, as options of the command line."""
        said = (
            ("--preprocessing", self.preprocessing.name if self.preprocessing else None),
            ("--pooling", self.pooling),
            ("--head", self.output),
            ("--labels", self.labels),
        )
        return tuple(part for option, value in said if value is not None for part in (option, value))

    def refuse(self, option: str, given: object, tells: str) -> None:
        """Makes sure that nobody says what is known.

        Raises:
            ConfigError: If somebody does.
        """
        if given is not None:
            raise ConfigError(f"{option} cannot be chosen here: {tells}. Leave the option out")

    def refuse_all(self, source: str) -> None:
        """As `refuse`, for weights of which all is known."""
        for option, given in zip(self.options[::2], self.options[1::2], strict=True):
            self.refuse(option, given, f"it is known of the weights {source}")


NOTHING_TOLD = Told()
