"""What the file of a network holds: how it is described, what one can start from, and what is known of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from explorer.arch.graph import Graph
from explorer.arch.knobs import Config
from explorer.arch.ops import Shape
from explorer.arch.preprocessing import SIGNED, Preprocessing
from explorer.arch.trained_weights import TrainedWeights


@dataclass(frozen=True, slots=True)
class Preset:
    """A configuration with a story.

    Attributes:
        name: As in links and options.
        title: For people.
        story: One line.
        source: Where it comes from.
        config: The configuration.
        departures: How the network differs from the paper's, in words.
    """

    name: str
    title: str
    story: str
    source: str
    config: Config
    departures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Published:
    """A figure that somebody printed of the network.

    Attributes:
        quantity: What it counts: "top-1 accuracy", "parameters", "MACs".
        value: As printed, in whole units; accuracies from 0 to 1.
        source: Where it is printed.
        note: What one must know to read it.
    """

    quantity: str
    value: float
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Repeats:
    """A flow of equal modules that each add themselves to their input: trained weights stand any number of them.

    Attributes:
        flow: Name of the flow.
        knob: The knob that turns their number.
    """

    flow: str
    knob: str


@dataclass(frozen=True, slots=True)
class Clues:
    """What a weights file tells of the network it belongs to.

    Attributes:
        shapes: Of the variables of its layers, in order, by Keras' class in snake case (`separable_conv2d`).
        input_size: Side of its square input in pixels; None if it does not tell.
        first_padding: Padding of its first convolution; None if it does not tell.
    """

    shapes: Mapping[str, Sequence[tuple[Shape, ...]]]
    input_size: int | None
    first_padding: str | None


@dataclass(frozen=True, slots=True)
class Network:
    """A describable network.

    Attributes:
        name: As in links and options.
        title: For people.
        config: The type of its configurations: its knobs.
        describe: The graph of a configuration.
        presets: Configurations worth starting from.
        published: What is printed of it, with sources.
        trained: Weights that somebody trained for it.
        preprocessing: What its weights usually expect; that of trained weights goes before it.
        repeats: The flow that trained weights stand at any length; None if there is none.
        recognise: The configuration whose weights a file seems to hold, as far as its clues tell; raises
            `ConfigError` if they cannot be this network's. None if no files of it can be read.
    """

    name: str
    title: str
    config: type[Config]
    describe: Callable[[Any], Graph]
    presets: tuple[Preset, ...] = ()
    published: tuple[Published, ...] = ()
    trained: tuple[TrainedWeights, ...] = ()
    preprocessing: Preprocessing = SIGNED
    repeats: Repeats | None = None
    recognise: Callable[[Clues], Config] | None = None
