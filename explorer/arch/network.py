"""What the file of a network holds: how it is described, what one can start from, and what is known of it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from explorer.arch.graph import Graph
from explorer.arch.knobs import Choice, Config, Flag, knobs
from explorer.arch.ops import Op, Shape
from explorer.arch.preprocessing import SIGNED, Preprocessing
from explorer.arch.trained_weights import TrainedWeights


@dataclass(frozen=True, slots=True)
class Preset:
    """A configuration with a story.

    Attributes:
        name: As in links and options.
        title: For people.
        short_title: The same where the network's title stands beside it.
        story: One line.
        source: Where it comes from.
        config: The configuration.
        departs_from: Name of the preset that it is held against: the one that it reproduces or varies; None if none.
    """

    name: str
    title: str
    short_title: str
    story: str
    source: str
    config: Config
    departs_from: str | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """A figure that somebody printed of the network.

    Attributes:
        quantity: What it counts: "parameters", "MACs", "top-1 accuracy", "top-5 accuracy" (these two on the validation
            set of ImageNet, ILSVRC-2012).
        value: As printed, in whole units; accuracies from 0 to 1.
        source: Where it is printed.
        note: What one must know to read it.
        config: The configuration that it is of; None for the network's own.
    """

    quantity: str
    value: float
    source: str
    note: str = ""
    config: Config | None = None


def accuracies(
    top1: float, top5: float, source: str, note: str = "", config: Config | None = None
) -> tuple[Published, Published]:
    """Top-1 and top-5 accuracy, from 0 to 1, as one source prints them side by side."""
    return (
        Published("top-1 accuracy", top1, source, note, config),
        Published("top-5 accuracy", top5, source, note, config),
    )


@dataclass(frozen=True, slots=True)
class Repeats:
    """A flow of equal modules that each add themselves to their input: trained weights stand any number of them.

    Attributes:
        flow: Name of the flow.
        knob: The knob that turns their number.
        inner: Knobs that turn nothing but these modules: without any, they change nothing.
    """

    flow: str
    knob: str
    inner: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LayerClue:
    """A layer with weights, as a file has it.

    Attributes:
        name: Its name; None if the file does not tell.
        kind: Keras' class in snake case (`separable_conv2d`).
        shapes: Of its variables, in Keras' order.
    """

    name: str | None
    kind: str
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Clues:
    """What a weights file tells of the network it belongs to.

    Attributes:
        layers: Its layers with weights. Those of one kind are in the model's order.
        input_size: Side of its square input in pixels; None if it does not tell.
        wiring: Its operations in topological order, each with the positions of those that it reads; None stands for
            an operation that is not described here. None if the file does not tell its wiring.
    """

    layers: tuple[LayerClue, ...]
    input_size: int | None
    wiring: tuple[tuple[Op | None, tuple[int, ...]], ...] | None = None

    def of_kind(self, kind: str) -> list[tuple[Shape, ...]]:
        """The shapes of the layers of one kind, in order."""
        return [layer.shapes for layer in self.layers if layer.kind == kind]

    @property
    def dense_units(self) -> tuple[int, ...]:
        """Units of the dense layers, in order."""
        return tuple(shapes[0][1] for shapes in self.of_kind("dense") if shapes and len(shapes[0]) == 2)


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
        width: The knob, a `Decimal`, that multiplies the filters of its layers; None if there is none.
        recognise: The configurations whose weights a file can hold, the likeliest first, as far as its clues tell;
            the file is held against each. The head need not be right: files have heads of their own. Raises
            `ConfigError` if there is none. None for a network of which `usual_candidates` are all.
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
    width: str | None = None
    recognise: Callable[[Clues], Iterable[Config]] | None = None

    def candidates(self, clues: Clues) -> Iterator[Config]:
        """The configurations whose weights a file can hold, the likeliest first.

        Raises:
            ConfigError: If there is none, or the file's input is out of range.
        """
        yield from self.recognise(clues) if self.recognise is not None else usual_candidates(self.config, clues)


def usual_candidates(config: type[Config], clues: Clues, **known: Any) -> Iterator[Config]:
    """Every way in which the knobs with few options can stand, size and head as the file tells them.

    Args:
        config: The network's type of configurations.
        clues: What the file tells.
        known: Knobs that the file tells otherwise.

    Raises:
        ConfigError: If the file's input is out of range.
    """
    values = {**told(config, clues), **known}
    few: dict[str, tuple[Any, ...]] = {
        name: knob.options
        for name, knob in knobs(config).items()
        if isinstance(knob, Choice | Flag) and name not in values
    }
    default = config(**values)
    yield default
    for options in product(*few.values()):
        candidate = replace(default, **dict(zip(few, options, strict=True)))
        if candidate != default:
            yield candidate


def told(config: type[Config], clues: Clues) -> dict[str, Any]:
    """The knobs of size and head as the file tells them; the network's own where it does not."""
    default, known = config(), knobs(config)
    convolutions = clues.of_kind("conv2d")
    units = clues.dense_units or tuple(shapes[0][-1] for shapes in convolutions[-1:])
    classes = units[-1] if units and known["classes"].accepts(units[-1]) else default.classes
    # One logit tells two classes apart.
    values: dict[str, Any] = {
        "input_size": clues.input_size or default.input_size,
        "classes": 2 if units[-1:] == (1,) else classes,
    }
    if "fully_connected" in known:
        hidden = clues.dense_units[:-1]
        values["fully_connected"] = hidden if known["fully_connected"].accepts(hidden) else ()
    return values
